"""Whole shares of many holdings by classes: one sum of each class, chosen so that the cash pays them all.

As share counts are in ``knapsack``: with a price on money every class chooses alone, which is a lower bound, and
the cheapest departures from that are matched so that the money fits. A class not all of whose sums are listed
counts as if it could reach any, so the bound holds for all plans. Where a class has few sums, far apart, the
others have to make up for one or the other: it is decided each way, and the others are listed anew.

Long because lists, prices and decisions are steps of one search.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from math import ceil, fsum, inf
from operator import itemgetter
from typing import TYPE_CHECKING

from pbal_xl.core.class_sums import Sum, class_sums
from pbal_xl.core.knapsack import CHOICES, Search
from pbal_xl.core.lagrange import Relaxed, Task, ideal_left

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.core.class_sums import ClassSums
    from pbal_xl.core.counting import Counting

__all__ = ["summed_up"]

# Rounds with other holdings each, at most and at least; one of so many classes.
_ROUNDS, _FEWEST_ROUNDS, _MANY = 6, 2, 250
# What a round takes of the effort, for each class.
_ROUND = 1500
# Times that sums are listed, each by the price that those listed before give.
_PRICED = 3
# Steps to the best price of money.
_TANGENTS = 60
# Parts of the plans that are looked at where classes are decided, for so many classes; and sums of one so decided.
_VISITS = 100
_DECIDED = 12


def summed_up(counting: Counting, counts: list[int], value: float) -> tuple[list[int], float]:
    """Counts no further off, and what none can miss by less than.

    Args:
        counting: the problem, every holding in one class.
        counts: to better.
        value: what they miss by.
    """
    proved = 0.0
    for turn in range(_ROUNDS):
        classes = class_sums(counting, counts, value, turn)
        rounds = counting.effort // (_ROUND * len(classes))
        rounds = min(_ROUNDS, max(rounds, _FEWEST_ROUNDS if len(classes) < _MANY else 1))
        last = turn + 1 == rounds or all(one.complete for one in classes)
        choice = _Choice(counting, counts, classes, value)
        found, bound = choice.run(1 + _VISITS // len(classes) if last else 1)
        proved = max(proved, bound)
        reached = counting.value(found)
        if reached < value - counting.same:
            counts, value = found, reached
        elif reached <= value + counting.same and counting.rank(found) < counting.rank(counts):
            counts, value = found, min(value, reached)
        if last or counting.missed.gap(value, proved) <= counting.book.unit:
            break
    return counts, min(proved, value)


@dataclass(frozen=True, slots=True)
class _Sums(Task):
    """One sum of each class, by its place in the class's list."""

    listed: Sequence[Sequence[Sum]] = ()

    def left(self, counts: Sequence[int]) -> int:
        return self.slack - sum([one[k].money for one, k in zip(self.listed, counts, strict=True)])

    def miss(self, counts: Sequence[int]) -> float:
        left = self.left(counts)
        found = (self.price + self.idle * left) * left
        return found + fsum([one[k].cost for one, k in zip(self.listed, counts, strict=True)])


class _Chosen(Search):
    """The search for one sum of each class: the lists are sorted by their penalties."""

    def __init__(
        self, penalties: list[list[float]], money: _Sums, relaxed: Relaxed, miss: float, same: float
    ) -> None:
        self.penalties = penalties
        self.listed = money.listed
        super().__init__(money, relaxed, [], miss, same)

    def _seconds(self) -> list[float]:
        return [found[1] if len(found) > 1 else inf for found in self.penalties]

    def _options(self, k: int, gap: float) -> tuple[list[tuple[float, int]], float]:
        found, listed = self.penalties[k], self.listed[k]
        many = bisect_left(found, gap, 1, min(CHOICES, len(found)))
        options = [(found[j], listed[j].money - listed[0].money) for j in range(many)]
        return options, min(gap, found[many]) if many < len(found) else gap

    def _count(self, k: int, choice: int, extra: int) -> int:
        del k, extra
        return choice


class _Choice:
    """The choice of one sum of each class; ``miss`` and ``moves`` only ever improve."""

    def __init__(self, counting: Counting, counts: list[int], classes: Sequence[ClassSums], value: float) -> None:
        self.counting = counting
        self.counts = counts
        self.classes = classes
        self.miss = value
        self.moves: list[tuple[int, int]] = []
        self.visits = self.effort = 0
        missed = counting.missed
        # What the exact plan leaves over stays.
        self.kept = ceil(missed.left)
        slack = counting.book.cash - sum(counting.amounts(counts)) - self.kept
        self.money = _Sums([], slack, missed.price, missed.idle, 0)
        known = [self._known(one) for one in classes]
        self.known = [listed for listed, _ in known]
        self.within = [reach for _, reach in known]

    def run(self, visits: int) -> tuple[list[int], float]:
        """Counts no further off, and what none can miss by less than, after so many visits at most."""
        if self.money.slack < 0:
            return self.counts, 0.0
        self.visits, self.effort = visits, self.counting.effort // 2
        bound = self._visit({})
        counts = list(self.counts)
        for k, more in self.moves:
            counts[k] += more
        return counts, 0.0 if self.kept else max(0.0, bound)

    def _known(self, one: ClassSums) -> tuple[list[Sum], float]:
        """All sums of a class by money, and how far off its exact plan they are all; none where they cannot be."""
        if not one.complete:
            return [], 0.0
        listed, reach = one.near(0.0, min(one.reach, one.window))
        return sorted([found for found in listed if abs(one.off + found.money) < reach]), reach

    def _visit(self, decided: Mapping[int, Sum]) -> float:
        """Look at the plans in which some classes are decided; returns a bound that holds for all of them."""
        self.visits -= 1
        sums = [[decided[c]] if c in decided else known for c, known in enumerate(self.known)]
        price, bound = self._priced(decided, sums, reached=False)
        if bound >= self.miss - self.counting.same:
            return bound
        near = sums
        rate, before = 0.0, inf
        for _ in range(_PRICED):
            rate, _ = self._priced(decided, near, reached=True)
            if rate == before:
                break
            before = rate
            found = [(listed, inf) if c in decided else self._listed(c, rate) for c, listed in enumerate(sums)]
            near = [
                known if known and c not in decided else sorted(listed)
                for c, (known, (listed, _)) in enumerate(zip(self.known, found, strict=True))
            ]
        proved = self._searched(rate, [listed for listed, _ in found], min([beyond for _, beyond in found]))
        if max(bound, proved) < self.miss - self.counting.same and self.visits > 0:
            bound = self._decide(decided, sums, price, bound)
        return max(bound, proved)

    def _searched(self, rate: float, listed: list[list[Sum]], beyond: float) -> float:
        """Search among the sums; what none misses by less than, where all others cost so much more."""
        search = self._search(rate, listed)
        search.left = self.effort
        proved = min(search.run(), search.relaxed.bound + beyond)
        self.effort = search.left
        if search.best and search.miss < self.miss:
            self.miss = search.miss
            self.moves = [
                move for place, sums in zip(search.best, listed, strict=True) for move in sums[place].moves
            ]
        return proved

    def _decide(self, decided: Mapping[int, Sum], sums: Sequence[list[Sum]], price: float, bound: float) -> float:
        """Decide the class whose sums that may be part of a better plan lie furthest apart, each way.

        ``bound`` is that of the price, which sums of one class add their penalties to.
        """
        widest, chosen = 0, None
        for c, listed in enumerate(sums):
            if c in decided or not listed:
                continue
            least, _ = self._cheapest(c, listed, price, reached=False)
            able = [found for found in listed if bound + found.cost + price * found.money - least < self.miss]
            apart = able[-1].money - able[0].money if able else 0
            if len(able) <= _DECIDED and apart > widest:
                _, beyond = self._listed(c, price)
                widest, chosen = apart, (c, able, bound + beyond)
        if chosen is None:
            return bound
        c, able, least = chosen
        for found in sorted(able, key=lambda one: one.cost + price * one.money):
            if self.visits <= 0:
                return bound
            least = min(least, self._visit({**decided, c: found}))
        return max(bound, least)

    def _relaxed(
        self, decided: Mapping[int, Sum], sums: Sequence[Sequence[Sum]], rate: float, *, reached: bool
    ) -> tuple[float, float]:
        """What all miss by at least at a price of money, and how far that overspends."""
        money = self.money
        left = ideal_left(money, rate)
        bound, excess = (money.price + rate + money.idle * left) * left - rate * money.slack, left - money.slack
        for c, listed in enumerate(sums):
            if c in decided:
                cost, spent = decided[c].cost + rate * decided[c].money, float(decided[c].money)
            else:
                cost, spent = self._cheapest(c, listed, rate, reached=reached)
            bound += cost
            excess += spent
        return bound, excess

    def _cheapest(self, c: int, listed: Sequence[Sum], rate: float, *, reached: bool) -> tuple[float, float]:
        """A class's own choice: of all its sums where they are known."""
        one = self.classes[c]
        cost, spent = one.reached(rate) if reached else one.best(rate)
        place = bisect_left(listed, (spent,))
        near = [
            (found.cost + rate * found.money, float(found.money)) for found in listed[max(0, place - 1) : place + 1]
        ]
        if 0 < place < len(listed):
            return min(near)
        if not near or listed is not self.known[c] or abs(one.off + spent) >= self.within[c]:
            return cost, spent
        # Beyond the sums there are none up to where they are no longer known.
        edge = self.within[c] if place else -self.within[c]
        if one.low < edge < one.high:
            near.append((one.at(edge) + rate * (edge - one.off), edge - one.off))
        return min(near)

    def _priced(
        self, decided: Mapping[int, Sum], sums: Sequence[Sequence[Sum]], *, reached: bool
    ) -> tuple[float, float]:
        """The price of money at which all miss by most, and that: concave, and below its tangents."""

        def at(rate: float) -> tuple[float, float, float]:
            return (rate, *self._relaxed(decided, sums, rate, reached=reached))

        here = best = at(0.0)
        lowest = -inf if self.money.idle else -self.money.price
        step = abs(here[2]) / fsum([1 / (2 * one.stiff) for one in self.classes])
        short, before = here[2] > 0, here
        while here[2] and (here[2] > 0) == short and here[0] != lowest and step < inf:
            before, here = here, at(here[0] + step if short else max(lowest, here[0] - step))
            best = max(best, here, key=itemgetter(1))
            step *= 2
        low, high = (before, here) if short else (here, before)
        for turn in range(_TANGENTS if low[2] > 0 > high[2] else 0):
            middle = (high[1] - low[1] + low[2] * low[0] - high[2] * high[0]) / (low[2] - high[2])
            if low[1] + low[2] * (middle - low[0]) <= best[1] + self.counting.same:
                break
            if not turn % 3 or not low[0] < middle < high[0]:
                middle = (low[0] + high[0]) / 2
            if not low[0] < middle < high[0]:
                break
            here = at(middle)
            best = max(best, here, key=itemgetter(1))
            low, high = (here, high) if here[2] > 0 else (low, here)
            if not here[2]:
                break
        return best[0], best[1]

    def _listed(self, c: int, rate: float) -> tuple[list[Sum], float]:
        """Sums of a class near its own choice, the cheapest first, and what any other costs more, at least."""
        one, known = self.classes[c], self.known[c]
        centre, reach = one.off + one.reached(rate)[1], self.within[c]
        if known and abs(centre) < reach:
            listed, centre = list(known), 0.0
        else:
            listed, reach = one.near(centre, one.reach)
            # As it is, where nothing is as near.
            listed = listed or [Sum(0, one.at(one.off), ())]
        listed.sort(key=lambda found: found.cost + rate * found.money)
        if not one.complete:
            return listed, -inf
        least = listed[0].cost + rate * listed[0].money
        within = max(centre - reach, -one.window), min(centre + reach, one.window)
        ends = [off for off in within if one.low < off < one.high]
        return listed, min([one.at(off) + rate * (off - one.off) - least for off in ends], default=inf)

    def _search(self, rate: float, listed: list[list[Sum]]) -> _Chosen:
        """The search among sums, by what they cost more than each class's own choice."""
        money = replace(self.money, listed=listed)
        costs = [[one.cost + rate * one.money for one in sums] for sums in listed]
        left = ideal_left(money, rate)
        alone = (money.price + rate + money.idle * left) * left - rate * money.slack
        spent = left - money.slack + sum([sums[0].money for sums in listed])
        relaxed = Relaxed(rate, alone + fsum([one[0] for one in costs]), spent, [0] * len(listed))
        penalties = [[cost - one[0] for cost in one] for one in costs]
        return _Chosen(penalties, money, relaxed, self.miss, self.counting.same)
