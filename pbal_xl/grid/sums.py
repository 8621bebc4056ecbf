"""Which rows are sums of others: totals, subtotals, heads of groups with the sum of what stands below.

A row is a sum by its figures, not by its place: it equals the rows above or below it, and lacks the price or the
quantity that others have; where no row has them, or it has them too, its name must say so as well. A row that is
called a total and has a quantity and a price of its own that make its value is none, unless it is the sum.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.agreement import half_place
from pbal_xl.grid.rows import Row, may_be_total
from pbal_xl.grid.vocabulary import label, words
from pbal_xl.words import word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pbal_xl.grid.entries import Entry

__all__ = ["mark_sums"]

_CENT = Decimal("0.01")
_HALF = Decimal("0.5")
_ZERO = Decimal(0)
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.:/^-]{0,11}")
_SEVERAL = 2
_OWN = word(
    "{}: {} is taken for a holding: it has a quantity and a price that make its value, and is no sum of others."
)
# Borders that are compared beyond the first whose sum is near enough.
_TRIED = 4


def mark_sums(entries: Sequence[Entry]) -> None:
    """Mark the rows that are sums by their kind, and doubt those that may be."""
    holdings = [entry for entry in entries if entry.kind is Row.HOLDING]
    priced = sum(not entry.bare for entry in holdings)
    full = bool(priced) and 2 * priced >= len(holdings)
    candidates = [entry for entry in holdings if entry.value and _may_be_sum(entry, full=full)]
    tally = _Tally(entries, [entry for entry in candidates if entry.bare or not full])
    _holdings_called_total(entries, holdings, tally)
    for entry in entries:
        if entry.kind is Row.TOTAL and entry.value:
            entry.unproved = not _is_sum(entry, tally)
    alone = [entry for entry in candidates if _judge(entry, tally, full=full)]
    rest = [entry for entry in candidates if entry.kind is Row.HOLDING]
    if rest and not full:
        # A holding such as Total Energies is a part of sums, though its name says that it may be one.
        tally = _Tally(entries, ())
        for entry in rest:
            _judge(entry, tally, full=full)
    _settle_alone(alone, [entry for entry in entries if entry.kind is Row.HEAD and entry.value])
    for entry in rest:
        _doubt_name(entry)
    if not full:
        _doubt_names(holdings)


def _is_sum(entry: Entry, tally: _Tally) -> bool:
    return any(tally.above(entry, rounded=way) or tally.below(entry, rounded=way) for way in (False, True))


def _may_be_sum(entry: Entry, *, full: bool) -> bool:
    return not entry.text or may_be_total(entry.text) or (full and (entry.bare or entry.lacking))


def _holdings_called_total(entries: Sequence[Entry], holdings: Sequence[Entry], tally: _Tally) -> None:
    """A row called a total is a holding of that name where it has a quantity and a price that make its value."""
    called = [entry for entry in entries if entry.kind is Row.TOTAL and entry.text and entry.value]
    whole = [entry for entry in called if entry.quantity is not None and entry.price is not None]
    quantities, prices, values = (
        sum((getattr(entry, name) or _ZERO for entry in holdings), _ZERO) for name in ("quantity", "price", "value")
    )
    for entry in whole:
        if _is_sum(entry, tally):
            continue
        near = entry.quantity == quantities and abs((entry.value or _ZERO) - values) <= values / 100
        if entry.own and not near:
            entry.kind = Row.HOLDING
            entry.note = _OWN
        elif entry.worked_out and entry.quantity != quantities and entry.price != prices:
            entry.kind = Row.HOLDING
            entry.doubt = (
                f"{entry.text} has a quantity and a price; if it is a total, leave the row out, if a holding, call "
                "it by another name"
            )


def _judge(entry: Entry, tally: _Tally, *, full: bool) -> bool:
    """Decide on a row that may be a sum of rows above or below it; whether it is that of a single one, unnamed."""
    above, below = tally.above(entry), tally.below(entry)
    named = not entry.text or may_be_total(entry.text)
    if named and not above and not below:
        above, below = tally.above(entry, rounded=True), tally.below(entry, rounded=True)
    summed = max(above, below)
    if not entry.bare and not entry.lacking and (summed < _SEVERAL or not named):
        return False
    if summed >= _SEVERAL or (summed and named):
        if not full and not entry.text and summed < _SEVERAL:
            return False
        entry.kind = Row.TOTAL if above >= below else Row.HEAD
    elif summed and entry.bare and full:
        return True
    return False


def _doubt_name(entry: Entry) -> None:
    """A row that by its name can only be a sum, and is none."""
    whole = not entry.bare and not entry.lacking
    if whole or entry.doubt or entry.kind is not Row.HOLDING or not entry.text or _TICKER.fullmatch(entry.text):
        return
    if _is_surely_sum(entry.text):
        entry.doubt = (
            f"{entry.text} may be a total, but is not the sum of the rows above or below; "
            "call it Total, or leave the row out"
        )


def _settle_alone(alone: Sequence[Entry], heads: Sequence[Entry]) -> None:
    """Rows worth as much as their one neighbour: heads where other groups have one too, else in doubt."""
    for entry in alone:
        if heads or len(alone) >= _SEVERAL:
            entry.kind = Row.HEAD
        else:
            entry.doubt = (
                f"{entry.text} is worth as much as the row beside it and has neither quantity nor price; leave its "
                "row out if it is a heading or a sum, else give them"
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
        rest = total - (entry.value or _ZERO)
        room = sum((half_place(row.value or _ZERO, _HALF) for row in rows), _ZERO)
        if abs(rest - (entry.value or _ZERO)) <= room and not _TICKER.fullmatch(entry.text):
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
        self._rooms = [_ZERO]
        self._counts = [0]
        borders = {0}
        for place, entry in enumerate(entries):
            self._place[entry.row] = place
            leaf = entry.kind is Row.HOLDING and entry.row not in doubtful
            worth = entry.value or _ZERO
            cash = entry.kind in {Row.CASH, Row.PENDING}
            counted = leaf or (cash and bool(worth))
            self._sums.append(self._sums[-1] + (worth if leaf else _ZERO))
            self._with_cash.append(self._with_cash[-1] + (worth if leaf or cash else _ZERO))
            self._rooms.append(self._rooms[-1] + (half_place(worth, _HALF) if counted else _ZERO))
            self._counts.append(self._counts[-1] + counted)
            if not leaf and not cash:
                borders |= {place, place + 1}
        borders.add(len(entries))
        self._exact: dict[tuple[bool, int], list[int]] = {}
        self._sorted: dict[bool, list[tuple[Decimal, int]]] = {}
        for cash_too, sums in ((False, self._sums), (True, self._with_cash)):
            for border in sorted(borders):
                self._exact.setdefault((cash_too, _cents(sums[border])), []).append(border)
            self._sorted[cash_too] = sorted((sums[border], border) for border in borders)

    def above(self, entry: Entry, *, rounded: bool = False) -> int:
        """How many rows right above, back to some border, come to the entry; 0 for none."""
        match = self._rounded if rounded else self._matched
        return match(entry, self._place[entry.row], above=True)

    def below(self, entry: Entry, *, rounded: bool = False) -> int:
        """How many rows right below, down to some border, come to the entry; 0 for none."""
        match = self._rounded if rounded else self._matched
        return match(entry, self._place[entry.row] + 1, above=False)

    def _matched(self, entry: Entry, here: int, *, above: bool) -> int:
        """To the cent."""
        worth = entry.value or _ZERO
        for cash_too, sums in ((False, self._sums), (True, self._with_cash)):
            wanted = _cents(sums[here] - worth if above else sums[here] + worth)
            for cents in (wanted, wanted - 1, wanted + 1):
                borders = self._exact.get((cash_too, cents), ())
                found = [
                    one for one in (borders[:1] if above else borders[-1:]) if (one < here if above else one > here)
                ]
                if found:
                    return abs(self._counts[here] - self._counts[found[0]])
        return 0

    def _rounded(self, entry: Entry, here: int, *, above: bool) -> int:
        """Within what the rounding of the parts and of the sum allows."""
        worth = entry.value or _ZERO
        own = half_place(worth, _HALF) + _CENT
        for cash_too, sums in ((False, self._sums), (True, self._with_cash)):
            wanted = sums[here] - worth if above else sums[here] + worth
            known = self._sorted[cash_too]
            first = bisect_left(known, (wanted, 0))
            near = known[max(0, first - _TRIED) : first + _TRIED]
            for total, border in sorted(near, key=lambda one: abs(one[0] - wanted)):
                room = own + abs(self._rooms[here] - self._rooms[border])
                if (border < here if above else border > here) and abs(total - wanted) <= room:
                    return abs(self._counts[here] - self._counts[border])
        return 0


def _cents(number: Decimal) -> int:
    return int((number * 100).to_integral_value())
