"""Whole shares by the distance of classes: all counts of a few holdings, in lists of two halves.

What a few holdings trade misses by a vector: an entry a class and one for the cash. The counts of one half of them
are listed, and those of the other half; to each of the first one of the second is sought that makes up for it, in a
grid (lists of two halves: Horowitz and Sahni, 1974). Only counts are listed that the rest can still make up for but
for a reach: first a part of what the best plan met misses by, in the end all of it. Then all counts were looked at,
though few are listed. Where they are too many, neighbours of the best plan met are, of a few holdings at a time.
"""

from __future__ import annotations

from math import ceil, floor, fsum, inf, log, sqrt
from operator import add
from typing import TYPE_CHECKING

from pbal_xl.core.class_grid import Grid, Sides, State
from pbal_xl.core.counting import Range

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.core.counting import Counting

__all__ = ["MOVING", "Halves"]

# Partial plans of a half.
_WIDTH = 10_000
# Holdings that neighbours differ in, and how far.
_TOGETHER = 8
_STEPS = (1, 3)
# Holdings that counts are sought for: what trades already, and of each class the first.
MOVING = 12
# Parts of the best distance met within which all counts are looked for, one after the other.
_NEARER = (0.05, 0.25, 1.0)
# What looking at some counts takes beside them.
_PASS = 50
# Classes that the effort is meant for.
_CLASSES = 16
# What floats may get wrong of a count.
_ROUNDING = 1e-7


class Halves:
    """The search; ``best``, ``value`` and ``rank`` only ever improve."""

    def __init__(self, counting: Counting, counts: Sequence[int]) -> None:
        self.counting = counting
        self.missed = counting.missed
        self.ranges = counting.ranges
        self.lumps = counting.lumps
        self.columns = counting.columns
        self.same = counting.same
        self.best = list(counts)
        self.value = counting.value(counts)
        self.rank = counting.rank(counts)
        self.at: State | None = None
        # The more classes there are, the more takes each plan.
        self.left = counting.effort * _CLASSES // max(_CLASSES, len(self.missed.parts[0]))
        self.width = min(_WIDTH, self.left // 4)

    def run(self) -> float:
        """Look for better counts; what those not looked at miss by at least."""
        able, main = self.counting.able, self.counting.main
        moving = sorted(self._first(), key=lambda k: (main[k], -self.lumps[k], k))
        self._neighbours(moving)
        bound = 0.0
        for part in _NEARER:
            reach = self.value * part * part + self.same
            if not self._among(moving, [self.ranges[k] for k in moving], reach):
                break
            bound = reach
            if self.value <= reach:
                break
        return min(bound, self.value) if len(moving) == len(able) else 0.0

    def _first(self) -> list[int]:
        """What trades already, and a few more."""
        if len(self.counting.able) <= MOVING:
            return self.counting.able
        trading, waiting = self.counting.in_turn(self.best)
        return [*trading, *waiting[: max(0, MOVING - len(trading))]]

    def _neighbours(self, moving: Sequence[int]) -> None:
        """Counts near the best met, of a few holdings at a time, as long as they are better."""
        enough = self.left // 2
        by_lump = sorted(moving, key=self.lumps.__getitem__)
        for steps in _STEPS:
            before = inf
            while self.value < before - self.same and self.left > enough:
                before = self.value
                for members in _together(moving, by_lump):
                    if self.left <= enough:
                        break
                    near = [
                        Range(max(low, self.best[k] - steps), min(high, self.best[k] + steps))
                        for k, (low, high) in [(k, self.ranges[k]) for k in members]
                    ]
                    self._among(members, near, self.value + self.same)

    def _among(self, members: Sequence[int], ranges: Sequence[Range], reach: float) -> bool:
        """Look at all counts of some holdings within ranges that miss by so much at most; whether that was done.

        The others keep the best counts met.
        """
        self.left -= _PASS + len(self.best) // 4
        sides = self._sides(reach)
        spans = [self._span(k, one) for k, one in zip(members, ranges, strict=True)]
        middle = self._middle(members, ranges)
        nothing = [[0.0] * len(sides.lows)] * 2
        start = self._start(members)
        empty = State((0.0,) * len(sides.lows), 0.0, 0, 0, ())
        first = self._listed(
            start, members[:middle], ranges[:middle], [*spans[:middle], _sum(spans[middle:], nothing)], sides
        )
        if first is None:
            return False
        moved = Sides(
            [low - miss for low, miss in zip(sides.lows, start.misses, strict=True)],
            [high - miss for high, miss in zip(sides.highs, start.misses, strict=True)],
            sides.cost - start.cost,
        )
        second = self._listed(
            empty, members[middle:], ranges[middle:], [*spans[middle:], _sum(spans[:middle], nothing)], moved
        )
        return second is not None and self._paired(members, first, second, sides)

    def _sides(self, reach: float) -> Sides:
        missed, radius = self.missed, sqrt(reach)
        size = len(missed.parts[0])
        over = min(radius if missed.idle else inf, reach / missed.price if missed.price else inf)
        under = max(-missed.left, -radius if missed.idle else -inf)
        return Sides([-radius] * size + [under], [radius] * size + [over], reach)

    def _span(self, k: int, one: Range) -> list[list[float]]:
        """Least and most that a holding can add to each entry."""
        ends = [(one.low * part, one.high * part) for part in self.columns[k]]
        return [list(map(min, ends)), list(map(max, ends))]

    def _middle(self, members: Sequence[int], ranges: Sequence[Range]) -> int:
        """Where both halves have about as many counts; the last of a class has few that fit."""
        sizes = [log(high - low + 1) for low, high in ranges]
        for place in range(len(members)):
            if (
                place + 1 == len(members)
                or self.counting.main[members[place]] != self.counting.main[members[place + 1]]
            ):
                sizes[place] *= 0.2
        half, reached = fsum(sizes) / 2, 0.0
        for place, size in enumerate(sizes):
            if reached + size / 2 > half:
                return place
            reached += size
        return len(members)

    def _reached(self) -> State:
        """What the best counts met miss by."""
        if self.at is None:
            missed = self.missed
            misses, cost, money, orders = [0.0] * len(missed.parts[0]), 0.0, 0, 0
            for k, amount in enumerate(self.counting.amounts(self.best)):
                off = missed.off(k, amount)
                for c, part in missed.entries[k]:
                    misses[c] += off * part
                cost += missed.slopes[k] * off
                money += amount
                orders += amount != 0
            self.at = State((*misses, self.counting.book.cash - money - missed.left), cost, money, orders, ())
        return self.at

    def _start(self, members: Sequence[int]) -> State:
        """What there is where the members trade nothing and the others the best counts met."""
        misses, cost, money, orders, _ = self._reached()
        for k in members:
            count, amount = self.best[k], self.best[k] * self.lumps[k]
            misses = tuple([miss - count * part for miss, part in zip(misses, self.columns[k], strict=True)])
            cost -= self.missed.slopes[k] * self.missed.off(k, amount)
            money -= amount
            orders -= amount != 0
        return State(misses, cost, money, orders, ())

    def _listed(
        self,
        start: State,
        members: Sequence[int],
        ranges: Sequence[Range],
        spans: Sequence[list[list[float]]],
        sides: Sides,
    ) -> list[State] | None:
        """All that the members can trade that the rest can make up for; None where that is too much."""
        states = [start]
        for place, k in enumerate(members):
            least, most = _sum(spans[place + 1 :], [[0.0] * len(sides.lows)] * 2)
            entries = [
                (d, part, sides.lows[d] - most[d], sides.highs[d] - least[d])
                for d, part in enumerate(self.columns[k])
                if part
            ]
            column, lump, slope, exact = (
                self.columns[k],
                self.lumps[k],
                self.missed.slopes[k],
                self.missed.off(k, 0),
            )
            smallest, grown = self.counting.smallest[k], list[State]()
            for misses, cost, money, orders, counts in states:
                low, high = _fitting(misses, entries, ranges[place])
                if slope > 0:
                    high = min(high, floor(((sides.cost - cost) / slope - exact) / lump + _ROUNDING))
                elif slope < 0:
                    low = max(low, ceil(((sides.cost - cost) / slope - exact) / lump - _ROUNDING))
                if orders >= self.counting.orders:
                    low, high = max(low, 0), min(high, 0)
                if len(grown) + high - low > self.width:
                    self.left -= len(grown)
                    return None
                for count in _allowed(low, high, smallest):
                    costs = cost + slope * (count * lump + exact) if slope else cost
                    many = orders + (count != 0)
                    if (
                        costs <= sides.cost
                        and many <= self.counting.orders
                        and (not count or abs(count) >= smallest)
                    ):
                        moved = tuple([miss + count * part for miss, part in zip(misses, column, strict=True)])
                        grown.append(State(moved, costs, money + count * lump, many, (*counts, count)))
            self.left -= len(grown)
            states = grown
            if self.left <= 0:
                return None
        return states

    def _paired(
        self, members: Sequence[int], first: Sequence[State], second: Sequence[State], sides: Sides
    ) -> bool:
        """Try each of the first with those of the second that make up for it; whether all could be tried."""
        grid = Grid(second, sides)
        cash, price, idle = self.counting.book.cash, self.missed.price, self.missed.idle
        for one in first:
            near = grid.near(one.misses)
            self.left -= 1 + len(near) // 2
            for other in near:
                if one.money + other.money > cash or one.orders + other.orders > self.counting.orders:
                    continue
                *misses, left = [a + b for a, b in zip(one.misses, other.misses, strict=True)]
                found = (
                    one.cost + other.cost + (price + idle * left) * left + fsum([miss * miss for miss in misses])
                )
                if found <= self.value + self.same:
                    self._settle(members, (*one.counts, *other.counts), found)
            if self.left <= 0:
                return False
        return True

    def _settle(self, members: Sequence[int], chosen: Sequence[int], value: float) -> None:
        counts = list(self.best)
        for k, count in zip(members, chosen, strict=True):
            counts[k] = count
        rank = self.counting.rank(counts)
        if value < self.value - self.same or rank < self.rank:
            self.value, self.rank, self.best, self.at = min(self.value, value), rank, counts, None


def _together(*orders: Sequence[int]) -> list[Sequence[int]]:
    """Groups of a few that stand together in an order, each with the half of its neighbour's."""
    size = len(orders[0])
    if size <= _TOGETHER:
        return [orders[0]]
    return [order[first : first + _TOGETHER] for order in orders for first in range(0, size, _TOGETHER // 2)]


def _sum(spans: Sequence[list[list[float]]], nothing: list[list[float]]) -> list[list[float]]:
    """What several can add to each entry: the least, and the most."""
    for span in spans:
        nothing = [list(map(add, one, other)) for one, other in zip(nothing, span, strict=True)]
    return nothing


def _allowed(low: int, high: int, smallest: int) -> Iterator[int]:
    """The counts between two that are nothing or no smaller order than allowed."""
    least = max(1, smallest)
    yield from range(low, min(high, -least) + 1)
    if low <= 0 <= high:
        yield 0
    yield from range(max(low, least), high + 1)


def _fitting(
    misses: Sequence[float], entries: Sequence[tuple[int, float, float, float]], one: Range
) -> tuple[int, int]:
    """The counts of a holding that the rest can still make up for."""
    low, high = float(one.low), float(one.high)
    for d, part, least, most in entries:
        under, over = (least - misses[d]) / part, (most - misses[d]) / part
        if part < 0:
            under, over = over, under
        low, high = max(low, under), min(high, over)
    # Floats must not leave out what just fits.
    return ceil(low - _ROUNDING), floor(high + _ROUNDING)
