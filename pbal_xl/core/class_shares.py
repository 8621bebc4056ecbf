"""Whole shares by the distance of classes: the counts whose classes end nearest to where they are meant to.

What a few holdings trade misses by a vector: an entry a class and one for the cash. The counts of one half of them
are listed, and those of the other half; to each of the first one of the second is sought that makes up for it, in a
grid (lists of two halves: Horowitz and Sahni, 1974). Only counts are listed that the rest can still make up for but
for a reach: first a part of what the best plan met misses by, in the end all of it. Then all counts were looked at,
though few are listed. Where they are too many, neighbours of the best plan met are, of a few holdings at a time.

Of equal distances the fewer orders are better, then those of the exact plan, then the least gain.

Long because the lists of both halves, the grid and the neighbours are one search over the same misses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product, zip_longest
from math import ceil, floor, inf, log, sqrt
from operator import add
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.class_miss import Missed
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.traded import Trades

__all__ = ["nearer_by_class"]

# Partial plans that one search may look at; a tenth where it is one of many.
_EFFORT = 100_000
# Partial plans of a half.
_WIDTH = 10_000
# Holdings that neighbours differ in, and how far.
_TOGETHER = 8
_STEPS = (1, 3)
# Holdings that counts are sought for: what trades already, and of each class the first.
_MOVING = 12
# Parts of the best distance met within which all counts are looked for, one after the other.
_NEARER = (0.05, 0.25, 1.0)
# Misses, in squares of the book's unit, that are the same.
_SAME = 1e-4
# What looking at some counts takes beside them.
_PASS = 50
# What floats may get wrong of a count.
_ROUNDING = 1e-7
# Cells of a grid are told apart by so many entries.
_SIDES = 3


def nearer_by_class(  # noqa: PLR0913 - the problem, its measure, and the counts to better
    book: Book, terms: Terms, bounds: Bounds, classes: Classes, missed: Missed, trades: Trades
) -> tuple[Trades, float]:
    """The nearest counts within the bounds that are found.

    Returns:
        Trades at least as near, and what none can miss by less than, beyond the exact plan.
    """
    if trades.counts is None or trades.parts or not all(book.lots) or _split(classes):
        return trades, 0.0
    ranges, all_of_them = _ranges(book, terms, bounds, classes, trades)
    search = _Search(book, terms, missed, ranges, trades.counts)
    bound = search.run()
    counts = search.best
    amounts = [count * book.lump(k) for k, count in enumerate(counts)]
    return replace(trades, counts=counts, amounts=amounts), bound if all_of_them else 0.0


def _split(classes: Classes) -> bool:
    """Whether holdings have targets of their own in a class: those count too, so the exact plan is followed."""
    return classes.exposed is None and any(share is not None for share in classes.shares)


class _Range(NamedTuple):
    """Least and most counts of a holding."""

    low: int
    high: int


def _ranges(
    book: Book, terms: Terms, bounds: Bounds, classes: Classes, trades: Trades
) -> tuple[list[_Range], bool]:
    """The counts that each holding may have, and whether they are all that the bounds allow.

    A hard rebalance turns no order of its exact plan round, and does not buy and sell in one class.
    """
    found, everything = [], True
    signs = (
        _signs(classes.looked_through().parts, trades.exact.numerators)
        if terms.strategy == "hard"
        else [0] * len(book.values)
    )
    for k, (low, high) in enumerate(zip(bounds.lows, bounds.highs, strict=True)):
        lump, count = book.lump(k), (trades.counts or [])[k]
        # No more is bought than all there is pays.
        most = (book.value + book.cash) // lump
        least = max(-(-low // lump), -book.held[k])
        most = max(least, most if high is None else min(most, high // lump))
        if signs[k] > 0:
            least = max(least, min(0, most))
        elif signs[k] < 0:
            most = min(most, max(0, least))
        # What was found before is kept to, even where a bound had to give way.
        everything &= least <= count <= most
        found.append(_Range(min(least, count), max(most, count)))
    return found, everything


def _signs(parts: Sequence[Sequence[float]], numerators: Sequence[int]) -> list[int]:
    """1 for what may be bought, -1 for what may be sold, 0 for both.

    It is the way that the exact plan goes with a holding, or with others of the same classes.
    """
    ways: dict[tuple[float, ...], int] = {}
    signs = [(numerator > 0) - (numerator < 0) for numerator in numerators]
    for row, sign in zip(parts, signs, strict=True):
        ways[tuple(row)] = ways.get(tuple(row), 0) or sign
    return [sign or ways[tuple(row)] for row, sign in zip(parts, signs, strict=True)]


class _State(NamedTuple):
    """What some holdings trade: by how much it misses, what it costs, the money, the orders, and the counts."""

    misses: tuple[float, ...]
    cost: float
    money: int
    orders: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Sides:
    """Between which each entry of the misses, and of the money left over at the end of them, must come to lie."""

    lows: list[float]
    highs: list[float]
    cost: float


class _Search:
    def __init__(
        self, book: Book, terms: Terms, missed: Missed, ranges: Sequence[_Range], counts: Sequence[int]
    ) -> None:
        self.book = book
        self.missed = missed
        self.ranges = ranges
        self.lumps = [book.lump(k) for k in range(len(counts))]
        # What one count adds to each miss, and takes of the money left over.
        self.columns = [
            [*[part * lump for part in row], -float(lump)]
            for row, lump in zip(missed.parts, self.lumps, strict=True)
        ]
        self.same = _SAME * book.unit**2
        self.best = list(counts)
        self.value = missed.excess(book, self._amounts(counts))
        self.rank = self._rank(counts)
        self.at: _State | None = None
        self.left = _EFFORT // (10 if terms.hurried else 1)
        self.width = min(_WIDTH, self.left // 4)
        # The smallest order of each, and how many there may be.
        self.smallest = [-(-terms.smallest // lump) for lump in self.lumps]
        self.orders = len(counts) if terms.most_orders is None else terms.most_orders

    def run(self) -> float:
        """Look for better counts; what those not looked at miss by at least."""
        able = [k for k, (low, high) in enumerate(self.ranges) if low < high]
        moving = sorted(self._first(able), key=lambda k: (self._main(k), -self.lumps[k], k))
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

    def _first(self, able: list[int]) -> list[int]:
        """What trades already, and a few more: of each class the first in the list, or the least gain to sell."""
        if len(able) <= _MOVING:
            return able
        book, trading = self.book, [k for k in able if self.best[k]]
        selling = book.cash < 0

        def rank(k: int) -> float:
            return (book.gains[k] or 0) / (book.values[k] or 1) if selling else book.order[k]

        waiting: dict[int, list[int]] = {}
        for k in sorted([k for k in able if not self.best[k]], key=rank):
            waiting.setdefault(self._main(k), []).append(k)
        turns = [k for turn in zip_longest(*waiting.values()) for k in turn if k is not None]
        return [*trading, *turns[: max(0, _MOVING - len(trading))]]

    def _main(self, k: int) -> int:
        """The class that a holding belongs to most."""
        parts = self.missed.parts[k]
        return parts.index(max(parts))

    def _amounts(self, counts: Sequence[int]) -> list[int]:
        return [count * lump for count, lump in zip(counts, self.lumps, strict=True)]

    def _rank(self, counts: Sequence[int]) -> tuple[int, int, float]:
        """Which of equally near counts are better, lowest first."""
        meant, book = self.missed.exact.numerators, self.book
        sold = [
            -count * lump * (gain or 0) / (value or 1)
            for count, lump, gain, value in zip(counts, self.lumps, book.gains, book.values, strict=True)
            if count < 0
        ]
        return (
            sum([count != 0 for count in counts]),
            sum([count != 0 and not one for count, one in zip(counts, meant, strict=True)]),
            sum(sold),
        )

    def _neighbours(self, moving: Sequence[int]) -> None:
        """Counts near the best met, of a few holdings at a time, as long as they are better."""
        enough = self.left // 2
        by_lump = sorted(moving, key=self.lumps.__getitem__)
        for steps in _STEPS:
            before = inf
            while self.value < before - self.same and self.left > enough:
                before = self.value
                for members in _together(moving, by_lump):
                    near = [
                        _Range(max(low, self.best[k] - steps), min(high, self.best[k] + steps))
                        for k, (low, high) in [(k, self.ranges[k]) for k in members]
                    ]
                    self._among(members, near, self.value + self.same)

    def _among(self, members: Sequence[int], ranges: Sequence[_Range], reach: float) -> bool:
        """Look at all counts of some holdings within ranges that miss by so much at most; whether that was done.

        The others keep the best counts met.
        """
        self.left -= _PASS + len(self.best) // 4
        sides = self._sides(reach)
        spans = [self._span(k, one) for k, one in zip(members, ranges, strict=True)]
        middle = self._middle(members, ranges)
        nothing = [[0.0] * len(sides.lows)] * 2
        start = self._start(members)
        empty = _State((0.0,) * len(sides.lows), 0.0, 0, 0, ())
        first = self._listed(
            start, members[:middle], ranges[:middle], [*spans[:middle], _sum(spans[middle:], nothing)], sides
        )
        if first is None:
            return False
        moved = _Sides(
            [low - miss for low, miss in zip(sides.lows, start.misses, strict=True)],
            [high - miss for high, miss in zip(sides.highs, start.misses, strict=True)],
            sides.cost - start.cost,
        )
        second = self._listed(
            empty, members[middle:], ranges[middle:], [*spans[middle:], _sum(spans[:middle], nothing)], moved
        )
        return second is not None and self._paired(members, first, second, sides)

    def _sides(self, reach: float) -> _Sides:
        missed, radius = self.missed, sqrt(reach)
        size = len(missed.parts[0])
        over = min(radius if missed.idle else inf, reach / missed.price if missed.price else inf)
        under = max(-missed.left, -radius if missed.idle else -inf)
        return _Sides([-radius] * size + [under], [radius] * size + [over], reach)

    def _span(self, k: int, one: _Range) -> list[list[float]]:
        """Least and most that a holding can add to each entry."""
        ends = [(one.low * part, one.high * part) for part in self.columns[k]]
        return [list(map(min, ends)), list(map(max, ends))]

    def _middle(self, members: Sequence[int], ranges: Sequence[_Range]) -> int:
        """Where both halves have about as many counts; the last of a class has few that fit."""
        sizes = [log(high - low + 1) for low, high in ranges]
        for place in range(len(members)):
            if place + 1 == len(members) or self._main(members[place]) != self._main(members[place + 1]):
                sizes[place] *= 0.2
        half, reached = sum(sizes) / 2, 0.0
        for place, size in enumerate(sizes):
            if reached + size / 2 > half:
                return place
            reached += size
        return len(members)

    def _reached(self) -> _State:
        """What the best counts met miss by."""
        if self.at is None:
            missed = self.missed
            misses, cost, money, orders = [0.0] * len(missed.parts[0]), 0.0, 0, 0
            for k, amount in enumerate(self._amounts(self.best)):
                off = missed.off(k, amount)
                misses = [miss + off * part for miss, part in zip(misses, missed.parts[k], strict=True)]
                cost += missed.slopes[k] * off
                money += amount
                orders += amount != 0
            self.at = _State((*misses, self.book.cash - money - missed.left), cost, money, orders, ())
        return self.at

    def _start(self, members: Sequence[int]) -> _State:
        """What there is where the members trade nothing and the others the best counts met."""
        misses, cost, money, orders, _ = self._reached()
        for k in members:
            count, amount = self.best[k], self.best[k] * self.lumps[k]
            misses = tuple([miss - count * part for miss, part in zip(misses, self.columns[k], strict=True)])
            cost -= self.missed.slopes[k] * self.missed.off(k, amount)
            money -= amount
            orders -= amount != 0
        return _State(misses, cost, money, orders, ())

    def _listed(
        self,
        start: _State,
        members: Sequence[int],
        ranges: Sequence[_Range],
        spans: Sequence[list[list[float]]],
        sides: _Sides,
    ) -> list[_State] | None:
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
            smallest, grown = self.smallest[k], list[_State]()
            for misses, cost, money, orders, counts in states:
                low, high = _fitting(misses, entries, ranges[place])
                if len(grown) + high - low > self.width:
                    self.left -= len(grown)
                    return None
                for count in range(low, high + 1):
                    costs = cost + slope * (count * lump + exact) if slope else cost
                    many = orders + (count != 0)
                    if costs <= sides.cost and many <= self.orders and (not count or abs(count) >= smallest):
                        moved = tuple([miss + count * part for miss, part in zip(misses, column, strict=True)])
                        grown.append(_State(moved, costs, money + count * lump, many, (*counts, count)))
            self.left -= len(grown)
            states = grown
            if self.left <= 0:
                return None
        return states

    def _paired(
        self, members: Sequence[int], first: Sequence[_State], second: Sequence[_State], sides: _Sides
    ) -> bool:
        """Try each of the first with those of the second that make up for it; whether all could be tried."""
        grid = _Grid(second, sides)
        cash, price, idle = self.book.cash, self.missed.price, self.missed.idle
        for one in first:
            near = grid.near(one.misses)
            self.left -= 1 + len(near) // 2
            for other in near:
                if one.money + other.money > cash or one.orders + other.orders > self.orders:
                    continue
                *misses, left = [a + b for a, b in zip(one.misses, other.misses, strict=True)]
                found = one.cost + other.cost + (price + idle * left) * left + sum([miss * miss for miss in misses])
                if found <= self.value + self.same:
                    self._settle(members, (*one.counts, *other.counts), found)
            if self.left <= 0:
                return False
        return True

    def _settle(self, members: Sequence[int], chosen: Sequence[int], value: float) -> None:
        counts = list(self.best)
        for k, count in zip(members, chosen, strict=True):
            counts[k] = count
        rank = self._rank(counts)
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


def _fitting(
    misses: Sequence[float], entries: Sequence[tuple[int, float, float, float]], one: _Range
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


class _Grid:
    """What some holdings can trade, by what it misses by."""

    def __init__(self, states: Sequence[_State], sides: _Sides) -> None:
        widths = [high - low for low, high in zip(sides.lows, sides.highs, strict=True)]
        spread = []
        for d, width in enumerate(widths):
            if states and 0 < width < inf:
                entries = [state.misses[d] for state in states]
                spread.append(((max(entries) - min(entries)) / width, d))
        self.told = [(d, sides.lows[d], widths[d]) for size, d in sorted(spread)[-_SIDES:] if size > 1]
        self.cells: dict[tuple[int, ...], list[_State]] = {}
        for state in states:
            cell = tuple([floor(state.misses[d] / width) for d, _, width in self.told])
            self.cells.setdefault(cell, []).append(state)

    def near(self, misses: Sequence[float]) -> list[_State]:
        """Those that may make up for misses."""
        found = []
        below = [floor((low - misses[d]) / width) for d, low, width in self.told]
        for cell in product(*[(one, one + 1) for one in below]):
            found += self.cells.get(cell, [])
        return found
