"""What trades miss by where targets are given to classes: one distance, around the exact plan.

Like that of holdings, but of classes. A deposit is measured against the targets, all else against what the exact
plan leaves of each class, and cash left over is one more miss: measured against the targets, selling more than was
asked would pay. Around its exact plan a deposit's distance to the targets is the distance of classes to the exact
plan, a price on every unit of money left over, and a slope for holdings that the exact plan does not buy, or buys
all it may of: so both are one sum, that of the exact plan is 0, and no other is less.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import fsum, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.exact import Exact

__all__ = ["Missed", "missed_of"]

# A class with target 0 counts like one of this target.
_SMALL = 1e-6
# Slopes that differ by less of what all is worth are equal.
_NEAR = 1e-9


@dataclass(frozen=True)
class Missed:
    """How trades are measured by classes.

    Attributes:
        parts: of each holding, what a unit of money more of it adds to the miss of each class.
        slopes: what a unit of money more than the exact plan's costs beside that.
        price: what a unit of money left over costs.
        idle: what its square costs.
        base: what the exact plan itself misses by.
        exact: that plan.
        left: cash that it leaves over.
    """

    parts: list[list[float]]
    slopes: list[float]
    price: float
    idle: float
    base: float
    exact: Exact
    left: float

    @cached_property
    def entries(self) -> list[list[tuple[int, float]]]:
        """Of each holding the classes that it adds to: of many it is in few."""
        return [[(c, part) for c, part in enumerate(row) if part] for row in self.parts]

    def off(self, k: int, amount: int) -> float:
        """Money that a holding trades beyond the exact plan."""
        bottom = self.exact.denominator
        return (amount * bottom - self.exact.numerators[k]) / bottom

    def excess(self, book: Book, amounts: Sequence[int]) -> float:
        """What trades miss by beyond the exact plan; never below 0."""
        misses = [0.0] * len(self.parts[0])
        left = book.cash - sum(amounts) - self.left
        found = (self.price + self.idle * left) * left
        for k, amount in enumerate(amounts):
            off = self.off(k, amount)
            if off:
                found += self.slopes[k] * off
                for c, part in self.entries[k]:
                    misses[c] += off * part
        return max(0.0, found + fsum([miss * miss for miss in misses]))

    def gap(self, excess: float, bound: float) -> float:
        """How much nearer, in money, anything could be that misses by at least ``bound`` beyond the exact plan."""
        return max(0.0, sqrt(self.base + excess) - sqrt(self.base + min(bound, excess)))


def missed_of(book: Book, terms: Terms, bounds: Bounds, classes: Classes, exact: Exact) -> Missed:
    """The measure of trades by classes.

    A deposit whose exact plan other rules shape, or that goes past the targets, is measured by that plan: nearer to
    the targets would be to leave it.
    """
    exposed = classes.looked_through()
    left = (book.cash * exact.denominator - sum(exact.numerators)) / exact.denominator
    if terms.strategy == "never-sell" and book.cash > 0:
        found = _towards_targets(book, terms, bounds, classes, exact, max(0.0, left))
        if found is not None:
            return found
    return Missed(exposed.parts, [0.0] * len(book.values), 0.0, 1.0, 0.0, exact, left)


def _towards_targets(  # noqa: PLR0913 - the problem, and its exact plan
    book: Book, terms: Terms, bounds: Bounds, classes: Classes, exact: Exact, left: float
) -> Missed | None:
    """The distance to the targets; None where the exact plan is not the nearest of all that the cash pays."""
    exposed, total = classes.looked_through(), float(book.value + book.cash)
    count = len(exposed.targets)
    stiff = [1.0 if terms.deviation == "absolute" else 1 / max(t, _SMALL) / count for t in exposed.targets]
    ends = [
        value + numerator / exact.denominator
        for value, numerator in zip(book.values, exact.numerators, strict=True)
    ]
    misses = [
        fsum([end * row[c] for end, row in zip(ends, exposed.parts, strict=True)]) - target * total
        for c, target in enumerate(exposed.targets)
    ]
    pulls = [q * miss for q, miss in zip(stiff, misses, strict=True)]
    heights = [fsum([pull * part for pull, part in zip(pulls, row, strict=True)]) for row in exposed.parts]
    near = _NEAR * total * max(stiff)
    level = 0.0
    if left < book.unit:
        bought = [heights[k] for k, n in enumerate(exact.numerators) if n > bounds.lows[k] * exact.denominator]
        level = max(bought, default=0.0)
    if level > near:
        return None
    slopes = []
    for k, (height, numerator) in enumerate(zip(heights, exact.numerators, strict=True)):
        high = bounds.highs[k]
        slope = 2 * (height - min(0.0, level))
        at_least = numerator <= bounds.lows[k] * exact.denominator
        at_most = high is not None and numerator >= high * exact.denominator
        if not (at_least or slope <= 2 * near) or not (at_most or slope >= -2 * near):
            return None
        slopes.append(slope if (at_least, at_most) in {(True, False), (False, True)} and abs(slope) > near else 0.0)
    # Where a class is not wanted nothing is moved by a deposit: without it the bound is the wider.
    base = fsum(
        [q * (miss * miss) for q, miss, target in zip(stiff, misses, exposed.targets, strict=True) if target]
    )
    roots = list(map(sqrt, stiff))
    parts = [[root * part for root, part in zip(roots, row, strict=True)] for row in exposed.parts]
    return Missed(parts, slopes, max(0.0, -2 * level), 0.0, base, exact, left)
