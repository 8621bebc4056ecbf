"""What rows are to each other: lots below their summary, subtotals, totals, heads of groups.

A row is a sum by its figures, not by its place: it equals the rows above or below it, and has no price and quantity
where others have them; where no row has them, its name must say so too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.grid.rows import Row, may_be_total
from pbal_xl.grid.vocabulary import label, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Entry", "arrange"]

_CENT = Decimal("0.01")
_ZERO = Decimal(0)
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.:/^-]{0,11}")
_SEVERAL = 2


@dataclass(slots=True)
class Entry:
    """A row of the body as far as its place among the others needs it.

    Attributes:
        row: in the block, from 0.
        kind: what it is; changed by ``arrange``.
        text: its symbol, "" where that is blank.
        value: its value where it has one.
        quantity: its shares where it has any.
        bare: whether it has neither price nor quantity.
        unpriced: whether it has no price although there is a column of prices.
        empty: whether it has no figure at all.
        dated: whether it has the day of a lot.
        is_date: whether a date stands where its symbol should.
        account: the account it belongs to.
        doubt: why it can neither be read nor left out.
    """

    row: int
    kind: Row
    text: str = ""
    value: Decimal | None = None
    quantity: Decimal | None = None
    bare: bool = False
    unpriced: bool = False
    empty: bool = False
    dated: bool = False
    is_date: bool = False
    account: str = ""
    doubt: str = ""


def arrange(entries: Sequence[Entry]) -> None:
    """Find the lots, the sums and the heads among the holdings, and mark them by their kind."""
    entries = [entry for entry in entries if entry.kind is not Row.BLANK]
    _heads_without_figures(entries)
    _lots(entries)
    _sums(entries)


def _heads_without_figures(entries: Sequence[Entry]) -> None:
    """A name without any figure heads a group, unless it is a ticker whose figures are missing."""
    for entry in entries:
        if entry.kind is not Row.HOLDING or not entry.empty or not entry.text:
            continue
        if not _TICKER.fullmatch(entry.text) or label(entry.text) in words("class"):
            entry.kind = Row.HEAD


def _lots(entries: Sequence[Entry]) -> None:
    """Rows below a holding that come to it: without a symbol or a price, with a date, or with the same symbol."""
    alike: list[tuple[Entry, Sequence[Entry], bool]] = []
    at = 0
    while at < len(entries):
        head = entries[at]
        end = at + 1
        if head.kind is Row.HOLDING and head.text and not head.is_date:
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
    return not entry.text or entry.is_date or entry.text.casefold() == head.text.casefold()


def _mark_lots(group: Sequence[Entry]) -> bool:
    """Decide on rows of one symbol by their dates and names; False where those do not tell."""
    head, below = group[0], group[1:]
    if all(not entry.text or entry.is_date for entry in below):
        if not _comes_to(head, below):
            return True
        if len(below) < _SEVERAL and below[0].bare and not below[0].dated and not below[0].is_date:
            # One figure without a name below one holding is a total of it.
            below[0].kind = Row.TOTAL
            return True
        for entry in below:
            entry.kind = Row.LOT
        return True
    undated = [entry for entry in group if not entry.dated and not entry.is_date]
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


def _sums(entries: Sequence[Entry]) -> None:
    holdings = [entry for entry in entries if entry.kind is Row.HOLDING]
    priced = sum(not entry.bare for entry in holdings)
    full = priced > len(holdings) - priced or (priced >= _SEVERAL and 2 * priced >= len(holdings))
    candidates = [
        entry
        for entry in holdings
        if entry.value and (entry.bare if full else not entry.text or may_be_total(entry.text))
    ]
    if candidates:
        tally = _Tally(entries, candidates)
        for entry in candidates:
            _judge(entry, tally.above(entry), tally.below(entry), full=full)
    if not full:
        _doubt_names(holdings)


def _judge(entry: Entry, above: int, below: int, *, full: bool) -> None:
    """Decide on a row that may be a sum of ``above`` rows above it or ``below`` rows below it."""
    summed = max(above, below)
    named = not entry.text or may_be_total(entry.text)
    if summed >= _SEVERAL or (summed and named):
        if not full and not entry.text and summed < _SEVERAL:
            return
        entry.kind = Row.TOTAL if above >= below else Row.HEAD
    elif entry.text and named and not _TICKER.fullmatch(entry.text) and _is_surely_sum(entry.text):
        entry.doubt = (
            f"{entry.text} may be a total, but is not the sum of the rows above or below; "
            "call it Total, or leave the row out"
        )


def _is_surely_sum(text: str) -> bool:
    found = label(text)
    if found in words("whole"):
        return True
    rest = next((found[len(word) :].strip() for word in words("total_start") if found.startswith(f"{word} ")), "")
    return rest in words("class") and rest.endswith(("s", "equity", "income"))


def _doubt_names(holdings: Sequence[Entry]) -> None:
    """Without prices to tell, a last or first row worth all others may be a total by a name nobody knows."""
    rows = [entry for entry in holdings if entry.kind is Row.HOLDING and entry.value is not None]
    total = sum((entry.value or _ZERO for entry in rows), _ZERO)
    if len(rows) <= _SEVERAL or not total:
        return
    for entry in (rows[-1], rows[0]):
        if 2 * (entry.value or _ZERO) == total and not _TICKER.fullmatch(entry.text):
            entry.doubt = (
                f"{entry.text} is worth exactly the sum of the other rows; if it is a total, call it Total"
            )
            return


class _Tally:
    """Sums of consecutive rows, so that each candidate is compared with all it may be the sum of at once."""

    def __init__(self, entries: Sequence[Entry], candidates: Iterable[Entry]) -> None:
        doubtful = {entry.row for entry in candidates}
        self._place: dict[int, int] = {}
        self._sums = [_ZERO]
        self._with_cash = [_ZERO]
        self._counts = [0]
        borders = {0}
        for place, entry in enumerate(entries):
            self._place[entry.row] = place
            leaf = entry.kind is Row.HOLDING and entry.row not in doubtful
            worth = entry.value or _ZERO
            self._sums.append(self._sums[-1] + (worth if leaf else _ZERO))
            cash = entry.kind in {Row.CASH, Row.PENDING}
            self._with_cash.append(self._with_cash[-1] + (worth if leaf or cash else _ZERO))
            self._counts.append(self._counts[-1] + (leaf or (cash and bool(worth))))
            if not leaf and not cash:
                borders |= {place, place + 1}
        borders.add(len(entries))
        self._borders = sorted(borders)
        self._before: dict[tuple[bool, int], list[int]] = {}
        for cash_too, sums in ((False, self._sums), (True, self._with_cash)):
            for border in self._borders:
                self._before.setdefault((cash_too, _cents(sums[border])), []).append(border)

    def above(self, entry: Entry) -> int:
        """How many rows right above, back to some border, come to the entry; 0 for none."""
        return self._matched(entry, self._place[entry.row], above=True)

    def below(self, entry: Entry) -> int:
        """How many rows right below, down to some border, come to the entry; 0 for none."""
        return self._matched(entry, self._place[entry.row] + 1, above=False)

    def _matched(self, entry: Entry, here: int, *, above: bool) -> int:
        worth = entry.value or _ZERO
        for cash_too, sums in ((False, self._sums), (True, self._with_cash)):
            wanted = _cents(sums[here] - worth if above else sums[here] + worth)
            for cents in (wanted, wanted - 1, wanted + 1):
                borders = self._before.get((cash_too, cents), ())
                found = [
                    one for one in (borders[:1] if above else borders[-1:]) if (one < here if above else one > here)
                ]
                if found:
                    return abs(self._counts[here] - self._counts[found[0]])
        return 0


def _cents(number: Decimal) -> int:
    return int((number * 100).to_integral_value())
