"""Whole shares of many holdings by classes: of each class sums near what it is meant to trade.

Where every holding belongs to one class, a class counts by the sum alone of what its holdings trade. Many holdings
reach nearly every sum, so a few of each class, each some counts either way, are listed in two halves, and pairs of
them looked up.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import ceil, floor, fsum, inf, prod, sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.counting import Counting

__all__ = ["ClassSums", "Sum", "class_sums"]

# Holdings of a class whose counts are varied, at first and at last, and what can be listed of a half of them.
_FEW, _MOVING = 3, 8
_WIDTH, _NARROW = 1000, 16
# Sums that are kept.
_KEPT = 200
# What all lists together may hold is this part of the effort.
_PART = 10
# Orders more or less decide between sums that are the same.
_TIE = 0.1
# A new order of what the exact plan leaves alone counts so much more.
_STRANGE = 1.001


class Sum(NamedTuple):
    """What a class may trade more: money, what it then misses by, and the counts."""

    money: int
    cost: float
    moves: tuple[tuple[int, int], ...]


# Money, what it costs beside the miss, and the counts.
_State = tuple[int, float, tuple[tuple[int, int], ...]]


class _Half(NamedTuple):
    """What some holdings of a class may trade more, by money."""

    money: list[int]
    states: list[_State]


def class_sums(counting: Counting, counts: Sequence[int], value: float, turn: int) -> list[ClassSums]:
    """The classes, with sums that they may trade more than the counts do.

    Args:
        counting: the problem.
        counts: to better.
        value: what they miss by.
        turn: of the holdings of a large class others are looked at each turn.
    """
    groups: dict[int, list[int]] = {}
    for k in range(len(counts)):
        groups.setdefault(counting.main[k], []).append(k)
    width = max(_NARROW, min(_WIDTH, counting.effort // (_PART * len(groups))))
    return [ClassSums(counting, counts, value, width, c, group, turn) for c, group in groups.items()]


class ClassSums:
    """A class: how it misses, and sums that it may trade more than the counts do.

    Attributes:
        off: money that the counts trade beyond the exact plan.
        stiff: what its square costs.
        complete: whether the sums are all that the ranges allow, within the window.
        window: how far off the exact plan.
    """

    def __init__(  # noqa: PLR0913 - the counts to better, and a class
        self,
        counting: Counting,
        counts: Sequence[int],
        value: float,
        width: int,
        place: int,
        group: Sequence[int],
        turn: int,
    ) -> None:
        missed = counting.missed
        self.counting = counting
        self.width = width
        exact, bottom = missed.exact.numerators, missed.exact.denominator
        # Exactly: a class may hold much more than a share is worth.
        over = sum([counts[k] * counting.lumps[k] * bottom - exact[k] for k in group])
        self.off = over / bottom
        part = missed.parts[group[0]][place]
        self.stiff = part * part
        # Further off a class misses by more than all do now; more where money is short.
        self.reach = reach = 2 * sqrt(value / self.stiff) + 1
        self.paid = fsum([missed.slopes[k] * missed.off(k, counts[k] * counting.lumps[k]) for k in group])
        able = [k for k in group if counting.ranges[k].low < counting.ranges[k].high]
        pulls = {missed.slopes[k] for k in able}
        # What bends both ways is bounded by what bends alone.
        self.pull = pulls.pop() if len(pulls) == 1 else 0.0
        alike = not pulls
        self.low = self.off - sum([(counts[k] - counting.ranges[k].low) * counting.lumps[k] for k in able])
        self.high = self.off + sum([(counting.ranges[k].high - counts[k]) * counting.lumps[k] for k in able])
        self.window = inf
        self.ends: tuple[float, float] | None = None
        if len(able) == 1:
            # As far as can be listed: beyond that it is told what they miss by at least.
            reach = min(reach, counting.lumps[able[0]] * (width - 1) / 2)
        whole = _all_within(counting, counts, able, width, (-reach - self.off, reach - self.off))
        if whole is not None:
            self.window, self.complete = reach, alike
            self.halves = [whole, _Half([0], [(0, 0.0, ())])]
            return
        moving = self._moving(able, counts, turn)
        self.complete = alike and len(moving) == len(able)
        self.halves = []
        for half in (slice(0, None, 2), slice(1, None, 2)):
            listed, every = _half(counting, counts, moving[half], width)
            self.halves.append(listed)
            self.complete &= every

    def _moving(self, able: Sequence[int], counts: Sequence[int], turn: int) -> list[int]:
        """A few holdings, more at each turn, and of many others: those that trade already, then the first."""
        counting = self.counting
        trading = [k for k in able if counts[k]]
        waiting = [k for k in able if not counts[k]]
        if counting.orders < len(counts):
            waiting = []
        elif len(able) > _MOVING or _size([counting.ranges[k] for k in able]) > self.width:
            many = min(_MOVING, _FEW + 2 * turn)
            # The one with most room both ways, and others of small and of large lumps.
            trading.sort(key=lambda k: self._room(counts, k))
            widest, trading = trading[-1:], sorted(trading[:-1], key=counting.lumps.__getitem__)
            step = max(1, len(trading) // many)
            room = many - min(len(waiting), 1 + turn // 2)
            trading = [*widest, *(trading[turn % step :: step] or trading)][:room]
            waiting.sort(key=counting.first)
            waiting = [*waiting[turn:], *waiting[:turn]][: many - len(trading)]
        return sorted([*trading, *waiting], key=counting.lumps.__getitem__)

    def _room(self, counts: Sequence[int], k: int) -> int:
        """Money that a holding may trade less and more."""
        low, high = self.counting.ranges[k]
        return min(counts[k] - low, high - counts[k]) * self.counting.lumps[k]

    def reached(self, rate: float) -> tuple[float, float]:
        """The same within what the listed counts can reach."""
        if self.ends is None:
            self.ends = (
                self.off + sum([half.money[0] for half in self.halves]),
                self.off + sum([half.money[-1] for half in self.halves]),
            )
        return self._at_best(rate, *self.ends)

    def best(self, rate: float) -> tuple[float, float]:
        """What the class misses by beyond the exact plan where money costs so much, and its money, at best."""
        return self._at_best(rate, self.low, self.high)

    def _at_best(self, rate: float, low: float, high: float) -> tuple[float, float]:
        off = min(max(-(self.pull + rate) / (2 * self.stiff), low), high)
        return self.at(off) + rate * (off - self.off), off - self.off

    def at(self, off: float) -> float:
        """What a class so far off its exact plan misses by."""
        return self.stiff * off * off + self.paid + self.pull * (off - self.off)

    def near(self, off: float, reach: float) -> tuple[list[Sum], float]:
        """Sums that leave the class within a reach of an amount off, and the reach within which that is all."""
        first, second = self.halves
        ends = [off - self.off - one[0] for one in first.states]
        while True:
            spans = [
                (bisect_left(second.money, end - reach), bisect_right(second.money, end + reach)) for end in ends
            ]
            many = sum([stop - start for start, stop in spans])
            if many <= self.width or reach < 1e-9:  # noqa: PLR2004 - far below any unit
                break
            reach *= min(0.9, 0.7 * self.width / many)
        found: dict[int, Sum] = {}
        for one, (start, stop) in zip(first.states, spans, strict=True):
            for other in second.states[start:stop]:
                money = one[0] + other[0]
                miss = self.off + money
                cost = self.stiff * (miss * miss) + self.paid + one[1] + other[1]
                if money not in found or cost < found[money].cost:
                    found[money] = Sum(money, cost, (*one[2], *other[2]))
        listed = sorted(found.values(), key=lambda one: abs(self.off + one.money - off))
        if len(listed) > _KEPT:
            reach = abs(self.off + listed[_KEPT].money - off)
        return listed[:_KEPT], reach


def _size(ranges: Sequence[tuple[int, int]]) -> int:
    """How many counts there are within ranges."""
    return prod([high - low + 1 for low, high in ranges])


def _half(counting: Counting, counts: Sequence[int], members: Sequence[int], width: int) -> tuple[_Half, bool]:
    """What some holdings can trade more or less, and whether that is all they may."""
    spans = [(low - counts[k], high - counts[k]) for k, (low, high) in [(k, counting.ranges[k]) for k in members]]
    widest = max([max(high, -low) for low, high in spans], default=0)

    def within(reach: int) -> list[tuple[int, int]]:
        return [(max(low, -reach), min(high, reach)) for low, high in spans]

    reach = 1
    while reach < widest and _size(within(2 * reach)) <= width:
        reach *= 2
    step = reach // 2
    while step:
        if reach < widest and _size(within(reach + step)) <= width:
            reach += step
        step //= 2
    states: list[_State] = [(0, 0.0, ())]
    for k, (low, high) in zip(members, within(reach), strict=True):
        states = _grown(counting, counts, k, [(state, low, high) for state in states])
    states.sort()
    return _Half([state[0] for state in states], states), reach >= widest


def _all_within(
    counting: Counting, counts: Sequence[int], able: Sequence[int], width: int, window: tuple[float, float]
) -> _Half | None:
    """All that a class may trade more or less within a window of money; None where it is too much, or nothing."""
    able = sorted(able, key=lambda k: -counting.lumps[k])
    ends = [
        ((low - counts[k]) * counting.lumps[k], (high - counts[k]) * counting.lumps[k])
        for k, (low, high) in [(k, counting.ranges[k]) for k in able]
    ]
    least, most = sum([low for low, _ in ends]), sum([high for _, high in ends])
    states: list[_State] = [(0, 0.0, ())]
    for k, (low, high) in zip(able, ends, strict=True):
        least, most, lump = least - low, most - high, counting.lumps[k]
        spans = [
            (
                state,
                max(low // lump, ceil((window[0] - state[0] - most) / lump)),
                min(high // lump, floor((window[1] - state[0] - least) / lump)),
            )
            for state in states
        ]
        if sum([max(0, high - low + 1) for _, low, high in spans]) > 10 * width:
            return None
        states = _grown(counting, counts, k, spans)
        if len(states) > width:
            return None
    if not states:
        return None
    states.sort()
    return _Half([state[0] for state in states], states)


def _grown(
    counting: Counting, counts: Sequence[int], k: int, spans: Sequence[tuple[_State, int, int]]
) -> list[_State]:
    """States with so many counts more of one holding each; of the same money the cheapest."""
    lump, grown, paid = counting.lumps[k], dict[int, _State](), dict[int, float | None]()
    for (money, cost, moves), low, high in spans:
        for more in range(low, high + 1):
            if more not in paid:
                paid[more] = _paid(counting, counts, k, more)
            extra = paid[more]
            if extra is None:
                continue
            reached = money + more * lump
            known = grown.get(reached)
            if known is None or cost + extra < known[1]:
                grown[reached] = (reached, cost + extra, (*moves, (k, more)) if more else moves)
    return list(grown.values())


def _paid(counting: Counting, counts: Sequence[int], k: int, more: int) -> float | None:
    """What so many counts more cost beside the miss: orders more decide between equals. None where not allowed."""
    count, missed = counts[k] + more, counting.missed
    if not more:
        # What was found before is kept to, even where a bound had to give way.
        return 0.0
    if count and abs(count) < counting.smallest[k]:
        return None
    orders = (count != 0) - (counts[k] != 0)
    if orders > 0 and counting.orders < len(counts):
        return None
    worse = orders * (1.0 if missed.exact.numerators[k] else _STRANGE)
    return missed.slopes[k] * more * counting.lumps[k] + _TIE * counting.same * worse
