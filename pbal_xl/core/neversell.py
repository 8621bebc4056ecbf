"""Try to Never Sell: the flood that raises the lowest holdings (or lowers the highest) to one level.

A deposit solves ``y_i = max(v_i, w_i L)`` with ``sum y = V + cash``; a withdrawal is its mirror
``y_i = min(v_i, w_i L)``. With equal weights the flood is majorised by every feasible plan, so it minimises every
symmetric convex distance to equal value at once. Both are one problem here: raise the lowest of some heights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book
    from pbal_xl.core.model import Deviation

__all__ = ["Exact", "Pool", "Ratio", "flood", "level", "pools", "ranks"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact fraction, not reduced; the denominator is positive."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Exact:
    """Exact amounts over one common denominator, all at least 0 in a pool, signed in a hard rebalance."""

    numerators: list[int]
    denominator: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Holdings that share a flood: moving ``x`` of money raises ``heights[k]`` by ``factor * x``.

    Attributes:
        members: places in the book.
        heights: what is raised; a withdrawal's heights are negated values, so that selling raises them too.
        rates: weight of each: the level of a member is height over rate.
        factor: height per unit of money.
        room: the most that can be moved; None for no limit (a deposit).
    """

    members: list[int]
    heights: list[int]
    rates: list[int]
    factor: int
    room: list[int] | None

    @property
    def capacity(self) -> int | None:
        """The most that the whole pool can move; None for no limit."""
        return None if self.room is None else sum(self.room)


def pools(book: Book, deviation: Deviation) -> list[Pool]:
    """The pools of a deposit or withdrawal, to be used up one after the other.

    A holding with target 0 is never bought; with relative deviation it is sold before all others.
    """
    everyone = range(len(book.values))
    funded = [i for i in everyone if book.weights[i]]
    if deviation == "absolute":
        weight, total = book.weight, book.value + book.cash
        shortfall = [value * weight - w * total for value, w in zip(book.values, book.weights, strict=True)]
        return [_pool(book, funded if book.cash >= 0 else list(everyone), shortfall, equal=True, factor=weight)]
    if book.cash >= 0:
        return [_pool(book, funded, book.values, equal=False)]
    unwanted = [i for i in everyone if not book.weights[i]]
    first = [_pool(book, unwanted, book.values, equal=True)] if unwanted else []
    return [*first, _pool(book, funded, book.values, equal=False)]


def _pool(book: Book, members: list[int], heights: Sequence[int], *, equal: bool, factor: int = 1) -> Pool:
    sign = 1 if book.cash >= 0 else -1
    return Pool(
        members=members,
        heights=[sign * heights[i] for i in members],
        rates=[1] * len(members) if equal else [book.weights[i] for i in members],
        factor=factor,
        room=None if book.cash >= 0 else [book.values[i] for i in members],
    )


def ranks(numerators: Sequence[int], rates: Sequence[int]) -> list[int]:
    """Integers that compare exactly as ``numerator / rate`` does.

    Distinct ratios differ by at least ``1 / (rate_i rate_j)``, so the floor of the ratio times the largest rate
    squared tells them apart and keeps equal ones equal.
    """
    largest = max(rates, default=1)
    if largest == min(rates, default=1):
        return list(numerators)
    scale = largest * largest
    return [numerator * scale // rate for numerator, rate in zip(numerators, rates, strict=True)]


def level(heights: Sequence[int], rates: Sequence[int], amount: int) -> Ratio:
    """The level ``L`` with ``sum(max(rate_i L - height_i, 0)) == amount``, ``amount >= 0``.

    For amount 0 it is the lowest level there is. Sorting and running sums: O(n log n).
    """
    keys = ranks(heights, rates)
    filled_height = filled_rate = 0
    previous = None
    for k in sorted(range(len(heights)), key=keys.__getitem__):
        # The next one is above the level that the ones so far reach: done.
        if previous is not None and heights[k] * filled_rate >= (amount + filled_height) * rates[k]:
            break
        filled_height += heights[k]
        filled_rate += rates[k]
        previous = k
    return Ratio(amount + filled_height, filled_rate)


def flood(pool: Pool, amount: int) -> Exact:
    """What each member of the pool moves, exactly, when ``amount`` of money is moved in all."""
    if not pool.members:
        return Exact([], 1)
    reached = level(pool.heights, pool.rates, amount * pool.factor)
    top, bottom = reached.numerator, reached.denominator
    moved = [
        rate * top - height * bottom if rate * top > height * bottom else 0
        for height, rate in zip(pool.heights, pool.rates, strict=True)
    ]
    return Exact(moved, bottom * pool.factor)
