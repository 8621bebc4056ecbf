"""Whole shares: a deposit is measured against the targets, all else against the exact plan.

A deposit may leave cash where no share fits. A withdrawal and a hard rebalance stay nearest to their exact plan,
in which no cash is left over: measured against the targets, selling more than was asked would pay.
Around its exact plan a deposit's distance to the targets is the distance to the exact plan, a price on every unit
of money left over, and a slope for holdings that the exact plan does not buy: so all three are one task.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from pbal_xl.core.bounds import Bounds
from pbal_xl.core.knapsack import solve
from pbal_xl.core.lagrange import Item, Task
from pbal_xl.core.level import ranks

if TYPE_CHECKING:
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.exact import Exact

__all__ = ["EFFORT", "Measure", "Shares", "in_fractions", "in_shares", "keeps_to_exact", "may_sell", "measure_of"]

# Breaks ties between equals: too small to outweigh any difference that money can show.
_TIE = 1e-9
# How much money left over counts where some holding can use it up.
_EXACTLY = 1e4
# Partial plans that one search may look at.
EFFORT = 100_000


@dataclass(frozen=True, slots=True)
class Measure:
    """What whole shares are measured by, around the exact plan.

    Attributes:
        stiffness: how much a miss of each holding counts.
        slopes: what moving away from a bound of the exact plan costs.
        price: what a unit of money left over costs.
        idle: what its square costs.
        base: what the exact plan itself misses by.
    """

    stiffness: list[float]
    slopes: list[float]
    price: float
    idle: float
    base: float

    def distance(self, miss: float) -> float:
        """A miss as a distance in money."""
        return sqrt(max(0.0, self.base + miss))

    def gap(self, miss: float, bound: float) -> float:
        """How much nearer, in money, anything could be that misses by at least ``bound``."""
        return 0.0 if bound >= miss else max(0.0, self.distance(miss) - self.distance(bound))


class Shares(NamedTuple):
    """Share counts, what they miss by, and what no others can miss by less than."""

    counts: list[int]
    miss: float
    bound: float


def keeps_to_exact(book: Book, terms: Terms, exact: Exact) -> bool:
    """Whether trades are measured by the exact plan; those of a deposit are by the targets.

    Where caps and locks send a deposit past the targets of the others, nearer to them would be to leave it.
    """
    return terms.strategy == "hard" or book.cash < 0 or exact.ruled or exact.reached.numerator > 0


def measure_of(book: Book, terms: Terms, exact: Exact) -> Measure:
    """The measure of a deposit of the Never Sell strategy, or of all else."""
    size = len(book.values)
    if keeps_to_exact(book, terms, exact):
        # What trades to the cent can use up all cash.
        idle = 1.0 if all(book.lots) else _EXACTLY
        return Measure([1.0] * size, _preferences(book), 0.0, idle, 0.0)
    weight = book.weight
    if terms.deviation == "relative":
        funded = size - len(book.unwanted)
        stiffness = [weight / (funded * w) if w else 1.0 for w in book.weights]
        per_level = 1 / funded
    else:
        stiffness = [1.0] * size
        per_level = 1 / weight
    top, bottom = exact.reached.numerator, exact.reached.denominator
    slopes, base = _preferences(book), 0.0
    scale = weight * exact.denominator
    for k, numerator in enumerate(exact.numerators):
        if not book.weights[k]:
            continue
        off = exact.flood.heights[k] * exact.denominator + numerator * weight
        miss = off / scale
        base += stiffness[k] * (miss * miss)
        # Nothing but for holdings that the level does not reach.
        above = off * bottom - exact.flood.rates[k] * top * exact.denominator
        if above:
            slopes[k] += 2 * stiffness[k] * above / (scale * bottom)
    return Measure(stiffness, slopes, max(0.0, -2 * per_level * top / bottom), 0.0, base)


def _preferences(book: Book) -> list[float]:
    """Tiny slopes that decide between equals: sell the least gain per value first, else go by symbol."""
    size = len(book.values)
    if book.cash >= 0:
        return [_TIE * k / size for k in range(size)]
    slopes = [0.0] * size
    for rank, k in enumerate(sorted(range(size), key=lambda k: (book.gains[k] or 0) / (book.values[k] or 1))):
        slopes[k] = _TIE * (size - rank) / size
    return slopes


def in_shares(book: Book, bounds: Bounds, exact: Exact, measure: Measure, effort: int = EFFORT) -> Shares | None:
    """The share counts within the bounds that are nearest by the measure; None where all overspend."""
    counts, members, items = [], [], []
    slack, fixed = book.cash, 0.0
    for k, numerator in enumerate(exact.numerators):
        lump, stiffness, slope = book.lump(k), measure.stiffness[k], measure.slopes[k]
        if abs(slope) <= _TIE:
            slope *= stiffness * lump
        low, high = _counts(book, bounds, k, lump)
        start = max(low, numerator // (lump * exact.denominator))
        if high is not None and start > high:
            start = high
        rest = (numerator - start * lump * exact.denominator) / exact.denominator
        counts.append(start)
        slack -= start * lump
        if low == high:
            fixed += (stiffness * rest - slope) * rest
        else:
            members.append(k)
            highest = None if high is None else high - start
            items.append(Item(lump, low - start, highest, rest, stiffness, slope))
    solved = solve(Task(items, slack, measure.price, measure.idle, effort))
    if solved is None:
        return None
    for k, more in zip(members, solved.counts, strict=True):
        counts[k] += more
    return Shares(counts, solved.miss + fixed, solved.bound + fixed)


def _counts(book: Book, bounds: Bounds, k: int, lump: int) -> tuple[int, int | None]:
    """Least and most shares of a holding."""
    low = max(-(-bounds.lows[k] // lump), -book.held[k])
    high = bounds.highs[k]
    return low, None if high is None else max(low, high // lump)


def may_sell(book: Book, exact: Exact, bounds: Bounds, enough: int) -> Bounds:
    """A withdrawal's bounds: sold is what the exact plan sells, and the next highest while that raises too little.

    Args:
        book: the portfolio.
        exact: its exact plan.
        bounds: those of the exact plan.
        enough: what whole shares must be able to raise.
    """
    highs, lows = list(bounds.highs), [0] * len(bounds.lows)
    raised = 0
    rates = [rate or 1 for rate in exact.flood.rates]
    heights = ranks(exact.flood.heights, rates)
    unwanted = set(book.unwanted)
    for k in sorted(range(len(lows)), key=lambda k: (exact.numerators[k] >= 0, k not in unwanted, -heights[k], k)):
        if exact.numerators[k] >= 0 and raised >= enough:
            break
        lows[k] = bounds.lows[k]
        lump = book.lump(k)
        raised += min(book.held[k], -bounds.lows[k] // lump) * lump
    return Bounds(lows, highs)


def in_fractions(book: Book, bounds: Bounds) -> tuple[list[int], list[int], frozenset[int]]:
    """All whole shares that may be sold, and the largest fractions too until the cash is raised.

    Returns:
        Amounts, whole counts, and the places where a fraction of a share is sold too.
    """
    counts, amounts = [], []
    for k, low in enumerate(bounds.lows):
        lump = book.lump(k)
        count = max(-(-low // lump), -book.held[k])
        counts.append(count)
        amounts.append(count * lump)
    missing = sum(amounts) - book.cash
    parts = set()
    for k in sorted(range(len(amounts)), key=lambda k: (bounds.lows[k] - amounts[k], k)):
        if missing <= 0:
            break
        part = min(amounts[k] - bounds.lows[k], -(-missing // book.unit) * book.unit)
        if part > 0:
            missing -= part
            amounts[k] -= part
            parts.add(k)
    return amounts, counts, frozenset(parts)
