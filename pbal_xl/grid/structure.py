"""What rows are to each other: lots below their summary, heads of groups, and, by ``sums``, totals."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.grid.rows import Row, is_date, may_be_total
from pbal_xl.grid.sums import mark_sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.entries import Entry

__all__ = ["arrange"]

_CENT = Decimal("0.01")
_ZERO = Decimal(0)
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.:/^-]{0,11}")
_SEVERAL = 2


def arrange(entries: Sequence[Entry]) -> None:
    """Find the lots, the sums and the heads among the holdings, and mark them by their kind."""
    entries = [entry for entry in entries if entry.kind is not Row.BLANK]
    _heads_without_figures(entries)
    _lots(entries)
    _doubt_lots(entries)
    mark_sums(entries)


def _doubt_lots(entries: Sequence[Entry]) -> None:
    """Lots of no holding: nothing above comes to them."""
    for entry in entries:
        if entry.kind is Row.HOLDING and entry.of_lot and entry.text:
            dated = is_date(entry.text)
            what = f"symbol is the date {entry.text}" if dated else f"{entry.text} is the name of a lot"
            entry.doubt = (
                f"{what}, no holding; put the holding's symbol here, or leave the row out where another row tells "
                "all shares of it"
            )


def _heads_without_figures(entries: Sequence[Entry]) -> None:
    """A name without any figure heads a group, unless it is a ticker whose figures are missing."""
    for entry in entries:
        if entry.kind is not Row.HOLDING or not entry.empty or not entry.text:
            continue
        if not _TICKER.fullmatch(entry.text) or may_be_total(entry.text):
            entry.kind = Row.HEAD


def _lots(entries: Sequence[Entry]) -> None:
    """Rows below a holding that come to it: without symbol or price, named as a lot, or of the same symbol."""
    alike: list[tuple[Entry, Sequence[Entry], bool]] = []
    at = 0
    while at < len(entries):
        head = entries[at]
        end = at + 1
        if head.kind is Row.HOLDING and head.text and not head.of_lot:
            while end < len(entries) and _belongs(entries[end], head):
                end += 1
            if end > at + 1 and not _mark_lots(entries[at:end]):
                group = entries[at + 1 : end]
                alike.append((head, group, _comes_to(head, group)))
            end = max(end, _mark_unpriced(entries, at))
        at = end
    _lots_without_dates(alike)


def _belongs(entry: Entry, head: Entry) -> bool:
    if entry.kind is not Row.HOLDING:
        return False
    return not entry.text or entry.of_lot or entry.text.casefold() == head.text.casefold()


def _mark_lots(group: Sequence[Entry]) -> bool:
    """Decide on rows of one symbol by their dates and names; False where those do not tell."""
    head, below = group[0], group[1:]
    if all(not entry.text or entry.of_lot for entry in below):
        if not _comes_to(head, below):
            return True
        if len(below) < _SEVERAL and below[0].bare and not below[0].dated and not below[0].of_lot:
            # One figure without a name below one holding is a total of it.
            below[0].kind = Row.TOTAL
            return True
        for entry in below:
            entry.kind = Row.LOT
        return True
    undated = [entry for entry in group if not entry.dated and not entry.of_lot]
    if len(undated) == len(group):
        return False
    summary = undated[0] if len(undated) == 1 else None
    lots = [entry for entry in group if entry is not summary]
    if summary is not None and summary.text and _comes_to(summary, lots):
        for entry in lots:
            entry.kind = Row.LOT
    return True


def _mark_unpriced(entries: Sequence[Entry], at: int) -> int:
    """Rows such as "Long Term" below a holding: shares and value but no price, and together those above."""
    head, end = entries[at], at + 1
    if head.unpriced or head.quantity is None:
        return end
    while end < len(entries) and entries[end].kind is Row.HOLDING and entries[end].unpriced:
        if _TICKER.fullmatch(entries[end].text):
            # Another holding, whose price is missing.
            break
        if entries[end].quantity is None:
            break
        end += 1
    below = entries[at + 1 : end]
    if not below or not _comes_to(head, below):
        return at + 1
    for entry in below:
        entry.kind = Row.LOT
    return end


def _lots_without_dates(alike: Sequence[tuple[Entry, Sequence[Entry], bool]]) -> None:
    """Rows of one symbol without dates: lots below a summary only where it is so for every such symbol."""
    same_account = all(entry.account == head.account for head, below, _ in alike for entry in below)
    telling = any(sums and len(below) >= _SEVERAL for _, below, sums in alike)
    if not telling or not same_account or not all(sums for _, _, sums in alike):
        return
    for head, below, _ in alike:
        if len(alike) >= _SEVERAL:
            for entry in below:
                entry.kind = Row.LOT
        else:
            head.doubt = (
                f"{head.text} has as many shares as the rows below it together; if they are its lots, leave them "
                "out, if not, put them into one row"
            )


def _comes_to(head: Entry, below: Sequence[Entry]) -> bool:
    """Whether shares or values below add up to those of the summary, and neither denies it."""
    compared = False
    for name in ("quantity", "value"):
        whole = getattr(head, name)
        parts = [getattr(entry, name) for entry in below]
        if whole is None or any(part is None for part in parts):
            continue
        room = _CENT * len(parts)
        if abs(sum(parts, _ZERO) - whole) > room:
            return False
        compared = True
    return compared
