"""From the exact plan to money that can be traded: whole cents, or multiples of an increment.

Every lump of a holding has a height at its middle; raising the lowest middles and lowering the highest, from each
holding's nearest multiple until the cash is met, is the nearest of all plans in such lumps. To the cent it is
rounding by largest remainder. A position is closed whatever its digits: then the cash takes the difference.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, NamedTuple

from pbal_xl.core.exact import followed

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.exact import Exact

__all__ = ["enough", "in_money"]


class _Ladder(NamedTuple):
    """The amounts that one holding can trade: multiples of a step within bounds, and all of it."""

    step: int
    low: int
    high: int | None

    def up(self, amount: int) -> int | None:
        """The next amount above."""
        above = (amount // self.step + 1) * self.step
        return above if self.high is None or above <= self.high else None

    def down(self, amount: int) -> int | None:
        """The next amount below."""
        below = (-(-amount // self.step) - 1) * self.step
        if below >= self.low:
            return below
        return self.low if self.low < amount else None

    def nearest(self, numerator: int, denominator: int) -> int:
        """The amount nearest to an exact one; of two the higher."""
        twice = self.step * denominator
        amount = (2 * numerator + twice) // (2 * twice) * self.step
        if self.high is not None and amount > self.high:
            amount = self.high
        if amount < self.low:
            return self.low
        below = self.down(amount)
        # Closing the position may be nearer than the multiple.
        if below == self.low and 2 * numerator < (amount + below) * denominator:
            return below
        return amount


def _ladder(book: Book, step: int, k: int, low: int, high: int | None) -> _Ladder:
    if low != -book.values[k]:
        low = -(-low // step) * step
    if high is not None and high != low:
        high = max(low, high // step * step)
    return _Ladder(step, low, high)


def in_money(book: Book, terms: Terms, bounds: Bounds, exact: Exact, cash: int) -> list[int] | None:
    """Amounts in multiples of the step that sum to the most the cash allows; None where it allows none."""
    if exact.ruled:
        # Where the rules leave cash over, rounding does not spend it.
        cash = min(cash, -(-sum(exact.numerators) // (exact.denominator * book.unit)) * book.unit)
    towards_targets = terms.strategy == "never-sell" and terms.step != book.unit and not exact.ruled
    lows, highs = list(bounds.lows), list(bounds.highs)
    for k, numerator in enumerate(exact.numerators):
        low, high = lows[k], highs[k]
        # Rounding never turns an order round, and sells nothing that the exact plan does not sell.
        if numerator > 0:
            low = max(low, 0)
        elif numerator < 0:
            high = 0 if high is None else min(high, 0)
        elif not (towards_targets and cash > 0) and low <= 0 and (high is None or high >= 0):
            low = high = 0
        if not book.weights[k] and numerator == -book.values[k] * exact.denominator:
            # Not wanted: closed, whatever its digits.
            high = low
        lows[k], highs[k] = low, high
    if exact.ruled and sum(exact.numerators) > cash * exact.denominator >= sum(lows) * exact.denominator:
        # Locks may keep a rule from raising what it would spend.
        exact = followed(exact, lows, highs, cash)
    ladders = [
        _ladder(book, terms.step, k, low, high) for k, (low, high) in enumerate(zip(lows, highs, strict=True))
    ]
    if sum([ladder.low for ladder in ladders]) > cash:
        return None
    amounts = [ladder.nearest(n, exact.denominator) for ladder, n in zip(ladders, exact.numerators, strict=True)]
    key = _keys(book, terms, exact, towards_targets)
    _lower(ladders, amounts, key, cash)
    _raise(ladders, amounts, key, cash)
    return amounts


_Key = tuple[int, float, int]


def _keys(book: Book, terms: Terms, exact: Exact, towards_targets: bool) -> Callable[[int, int, int], _Key]:  # noqa: FBT001
    """Ranks of lumps between two amounts, lowest first: the height at the middle, then ties.

    Multiples of an increment are measured against the targets, cents and a hard rebalance against the exact plan.
    """
    flood = exact.flood
    if towards_targets:
        heights, factor = flood.heights, book.weight
        rates = [rate or 1 for rate in flood.rates]
    else:
        heights, factor = [-numerator for numerator in exact.numerators], exact.denominator
        rates = [1] * len(heights)
    largest = max(rates)
    scale = 1 if largest == min(rates) else largest * largest
    gains = book.gains
    sells = terms.strategy == "never-sell" and book.cash < 0
    size = len(rates)

    def key(k: int, lower: int, upper: int) -> _Key:
        middle = (2 * heights[k] + factor * (lower + upper)) * scale // rates[k]
        if not towards_targets:
            return middle, 0.0, k
        gain = gains[k] or 0
        if sells:
            # Among equals the least gain per value is sold first.
            return middle, -gain / (book.values[k] or 1), size - k
        # Counting what was bought as gain is the rule of the program this one grew from; nobody loses by it.
        return middle, float(gain + lower), k

    return key


def _lower(ladders: list[_Ladder], amounts: list[int], key: Callable[[int, int, int], _Key], cash: int) -> None:
    """Take the highest lumps back (or sell them) until the amounts are within the cash."""
    over = sum(amounts) - cash
    if over <= 0:
        return
    heap: list[tuple[int, float, int, int, int]] = []

    def push(k: int) -> None:
        below = ladders[k].down(amounts[k])
        if below is not None:
            middle, tie, place = key(k, below, amounts[k])
            heappush(heap, (-middle, -tie, -place, k, below))

    for k in range(len(amounts)):
        push(k)
    while over > 0 and heap:
        _, _, _, k, below = heappop(heap)
        over -= amounts[k] - below
        amounts[k] = below
        push(k)


def _raise(ladders: list[_Ladder], amounts: list[int], key: Callable[[int, int, int], _Key], cash: int) -> None:
    """Buy the lowest lumps (or keep them) as far as the cash goes."""
    left = cash - sum(amounts)
    if left <= 0:
        return
    heap = []
    for k, ladder in enumerate(ladders):
        above = ladder.up(amounts[k])
        if above is not None:
            heap.append((*key(k, amounts[k], above), k, above))
    heapify(heap)
    while left > 0 and heap:
        _, _, _, k, above = heappop(heap)
        if above - amounts[k] > left:
            continue
        left -= above - amounts[k]
        amounts[k] = above
        further = ladders[k].up(above)
        if further is not None:
            heappush(heap, (*key(k, above, further), k, further))


def enough(book: Book, terms: Terms, bounds: Bounds) -> list[int] | None:
    """Sales that raise the cash where no rounding of a plan does: the highest first; None where none do.

    Without cash to raise nothing is traded, unless the bounds force a trade.
    """
    wanted = [k for k, weight in enumerate(book.weights) if weight]
    if any(bounds.lows[k] > 0 or (bounds.highs[k] or 0) < 0 for k in wanted):
        return None
    step, amounts, missing = terms.step, [0] * len(book.values), -book.cash
    rooms = []
    for k, (low, value) in enumerate(zip(bounds.lows, book.values, strict=True)):
        room = value if low == -value else -low // step * step
        if room >= max(terms.smallest, 1):
            above = value * book.weight - book.weights[k] * (book.value + book.cash)
            rooms.append((bool(book.weights[k]), -above, k, room))
    rooms.sort()
    if terms.most_orders is not None and sum([room for *_, room in rooms[: terms.most_orders]]) < missing:
        rooms.sort(key=lambda one: -one[-1])
    for *_, k, room in rooms[: terms.most_orders]:
        if missing <= 0:
            break
        amounts[k] = -min(room, max(-(-missing // step), -(-terms.smallest // step)) * step)
        missing += amounts[k]
    return None if missing > 0 else amounts
