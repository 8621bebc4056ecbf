"""Trades in lumps of their own: the counts nearest to an exact plan that the cash allows, at any size.

Minimise ``sum q (d u - r)**2 + g (d u - r)  +  price s + idle s**2`` over whole ``d`` within bounds, where ``u`` is
a holding's lump in money, ``r`` what the exact plan trades beyond the starting count, and ``s >= 0`` the money left
of the cash. With a price ``nu`` put on money as well every holding can choose alone; the dearest such relaxation
is a lower bound (a piecewise linear concave function of ``nu``, maximised by its tangents), and every other choice
of a holding adds a penalty to it. Only choices whose penalties sum to less than the gap between the bound and the
best plan met can be part of a better plan. They are listed for two halves of the least certain holdings and
matched, cheapest first, so that the money fits. Whatever is cut short leaves a bound that still holds: a plan not
looked at has at least the penalty at which the list was cut.

Lagrangian relaxation with variable pegging: Kellerer, Pferschy and Pisinger, Knapsack Problems (2004); lists of two
halves: Horowitz and Sahni (1974).

Long because bound, penalties and the two halves are one algorithm, and its proof goes through all of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from heapq import nsmallest
from math import fsum, inf, sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.lagrange import best_price, filled, ideal_left

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.lagrange import Relaxed, Task

__all__ = ["CHOICES", "Search", "Solved", "solve"]

# Holdings whose choice is searched, choices a holding, and partial plans kept of each half.
UNCERTAIN = 30
CHOICES = 16
WIDTHS = (48, 384, 2048)
# Pairs of halves looked at before a search is called incomplete.
_PAIRS = 60_000
# How many holdings are decided one after the other, and what solving again counts for.
_DEPTH = 10
_VISIT = 500
# What floats may get wrong of a sum of squares.
_NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Solved:
    """The best counts met, what they miss by, and what no counts can miss by less than."""

    counts: list[int]
    miss: float
    bound: float


def solve(task: Task) -> Solved | None:
    """The counts nearest to the exact plan; None where even the lowest counts overspend."""
    return _Branching(task).run()


class _Branching:
    """The search, and where its lists are cut short, the same with one holding decided at a time."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.left = task.effort
        self.best: list[int] = []
        self.miss = inf

    def run(self) -> Solved | None:
        if self.task.left([item.low for item in self.task.items]) < 0:
            return None
        bound = self._visit(self.task, _DEPTH)
        return Solved(self.best, self.miss, min(bound, self.miss))

    def _visit(self, task: Task, depth: int) -> float:
        """Search a part of the plans; returns a bound that holds for all of them."""
        over, fits = best_price(task)
        relaxed = over if over is not None and over.bound > fits.bound else fits
        counts = filled(task, fits.counts)
        miss = task.miss(counts)
        if miss < self.miss:
            self.best, self.miss = counts, miss
        noise = _NOISE * (abs(self.miss) + fsum([item.stiffness * (item.lump * item.lump) for item in task.items]))
        if self.miss - relaxed.bound <= noise:
            return relaxed.bound + noise
        search = Search(task, relaxed, self.best, self.miss, noise)
        search.left = self.left
        bound = search.run()
        # Solved again and again, a large portfolio is work as well.
        self.left = search.left - _VISIT - 20 * len(task.items)
        self.best, self.miss = search.best, search.miss
        if bound >= self.miss:
            return bound
        k = search.coarsest() if depth else None
        return bound if k is None else max(bound, self._branch(search, k, depth - 1))

    def _branch(self, search: Search, k: int, depth: int) -> float:
        """Decide holding ``k`` each way that a better plan may."""
        task, count = search.task, search.relaxed.counts[k]
        bound = inf
        # One count fewer or more at a time, then all that lie beyond.
        for low, high in ((count, count), (count + 1, task.items[k].high), (task.items[k].low, count - 1)):
            if high is not None and low > high:
                continue
            if self.left <= 0:
                return search.relaxed.bound
            item = task.items[k]._replace(low=low, high=high)
            part = replace(task, items=[*task.items[:k], item, *task.items[k + 1 :]])
            if part.left([one.low for one in part.items]) >= 0:
                bound = min(bound, self._visit(part, depth))
        return bound


class Search:
    """The exact search over the least certain holdings; ``best`` and ``miss`` only ever improve."""

    def __init__(self, task: Task, relaxed: Relaxed, best: list[int], miss: float, noise: float) -> None:
        self.task = task
        self.relaxed = relaxed
        self.best = best
        self.miss = miss
        self.noise = noise
        self.left = 0
        self.rate = task.price + relaxed.nu
        left = ideal_left(task, relaxed.nu)
        # Penalties of money left over are counted from the ideal.
        self.least_left = (self.rate + task.idle * left) * left
        self.ideal = -self.rate / (2 * task.idle) if task.idle else 0.0
        self.slack = task.left(relaxed.counts)
        self.bends: list[tuple[float, float, int, float]] = []
        self.seconds = self._seconds()

    def run(self) -> float:
        """Search in wider and wider lists until nothing is left out; the bound that is then proved."""
        proved = self.relaxed.bound
        for width in WIDTHS:
            gap = self.miss - self.relaxed.bound - self.noise
            # A pass too wide for the effort that is left would not end in time.
            if gap <= 0 or self.left <= 0 or (width > WIDTHS[0] and 15 * width > self.left):
                break
            cut = self._pass(gap, width)
            proved = max(proved, self.relaxed.bound + cut)
            if proved >= self.miss - self.noise:
                break
        return self.miss if proved >= self.miss - self.noise else proved

    def _pass(self, gap: float, width: int) -> float:
        """One search; what a plan that was not looked at misses by at least, beyond the bound."""
        cut = gap
        found = [k for k, second in enumerate(self.seconds) if second < gap]
        if len(found) > UNCERTAIN:
            sure = nsmallest(UNCERTAIN + 1, found, key=self.seconds.__getitem__)
            cut = min(cut, self.seconds[sure.pop()])
            found = sure
        listed = []
        for k in found:
            options, beyond = self._options(k, gap)
            cut = min(cut, beyond)
            listed.append((len(options), k, options))
        listed.sort(key=lambda entry: entry[:2])
        halves = [listed[0::2], listed[1::2]]
        states = []
        for half in halves:
            partial, beyond, work = _combined([options for _, _, options in half], gap, width)
            cut = min(cut, beyond)
            self.left -= work
            states.append(partial)
        return self._match(halves, states, gap, cut)

    def coarsest(self) -> int | None:
        """The holding of the largest lump of those that could be chosen otherwise; None where all are sure."""
        gap = self.miss - self.relaxed.bound - self.noise
        doubtful = [k for k, second in enumerate(self.seconds) if second < gap]
        return max(doubtful, key=lambda k: self.task.items[k].lump, default=None)

    def _seconds(self) -> list[float]:
        """What the second-best choice of each costs: ``more`` counts cost ``(square * more + pull) * more``."""
        items, nu, seconds = self.task.items, self.relaxed.nu, []
        for (lump, low, high, rest, stiffness, slope), count in zip(items, self.relaxed.counts, strict=True):
            square, pull = stiffness * lump * lump, lump * (2 * stiffness * (count * lump - rest) + slope + nu)
            least, most = low - count, inf if high is None else high - count
            self.bends.append((square, pull, least, most))
            above = square + pull if most >= 1 else inf
            below = square - pull if least <= -1 else inf
            seconds.append(max(0.0, min(above, below)))
        return seconds

    def _options(self, k: int, gap: float) -> tuple[list[tuple[float, int]], float]:
        """(penalty, extra money) of the choices that a better plan may hold, and the penalty of those left out."""
        lump = self.task.items[k].lump
        square, pull, least, most = self.bends[k]
        options = [(0.0, 0)]
        up, down = 1, -1
        above = square + pull if up <= most else inf
        below = square - pull if down >= least else inf
        while len(options) < CHOICES:
            if above >= gap and below >= gap:
                return options, gap
            if above <= below:
                options.append((above if above > 0 else 0.0, up * lump))
                up += 1
                above = (square * up + pull) * up if up <= most else inf
            else:
                options.append((below if below > 0 else 0.0, down * lump))
                down -= 1
                below = (square * down + pull) * down if down >= least else inf
        return options, max(0.0, min(above, below))

    def _match(
        self,
        halves: list[list[tuple[int, int, list[tuple[float, int]]]]],
        states: list[list[tuple[float, int, int]]],
        gap: float,
        cut: float,
    ) -> float:
        """Pair the halves, cheapest first."""
        first = sorted(states[0])
        second = sorted([(extra, penalty, path) for penalty, extra, path in states[1]])
        extras = [extra for extra, _, _ in second]
        rate, idle, least, slack = self.rate, self.task.idle, self.least_left, self.slack
        pairs = 0
        chosen: tuple[int, int] | None = None
        for penalty, extra, path in first:
            room = slack - extra
            start, stop = self._window(extras, room, gap - penalty)
            if penalty >= gap:
                break
            pairs += stop - start + 1
            if pairs > _PAIRS:
                cut = min(cut, penalty)
                break
            for more, other, along in second[start:stop]:
                left = room - more
                total = penalty + other + (rate + idle * left) * left - least
                if total < gap:
                    gap = total
                    chosen = (path, along)
        self.left -= min(pairs, _PAIRS) // 4
        if chosen is not None:
            self._take(halves, chosen)
        return cut

    def _window(self, extras: list[int], room: int, allowed: float) -> tuple[int, int]:
        """Where the second half's extra money leaves an amount whose own penalty is allowed."""
        idle = self.task.idle
        if allowed <= 0:
            return 0, 0
        if idle:
            reach = sqrt((allowed + self.least_left) / idle + self.ideal * self.ideal)
            lowest, highest = self.ideal - reach, self.ideal + reach
        else:
            lowest, highest = 0.0, allowed / self.rate if self.rate > 0 else inf
        start = bisect_left(extras, room - highest)
        return start, bisect_right(extras, min(room, room - lowest))

    def _take(self, halves: list[list[tuple[int, int, list[tuple[float, int]]]]], chosen: tuple[int, int]) -> None:
        counts = list(self.relaxed.counts)
        for half, code in zip(halves, chosen, strict=True):
            path = code
            for _, k, options in reversed(half):
                path, choice = divmod(path, CHOICES)
                counts[k] = self._count(k, choice, options[choice][1])
        miss = self.task.miss(counts)
        if miss < self.miss:
            self.best, self.miss = counts, miss

    def _count(self, k: int, _choice: int, extra: int) -> int:
        """The count that a choice stands for."""
        return self.relaxed.counts[k] + extra // self.task.items[k].lump


def _combined(
    listed: Sequence[Sequence[tuple[float, int]]], gap: float, width: int
) -> tuple[list[tuple[float, int, int]], float, int]:
    """(penalty, extra money, path) of the cheapest combinations, the penalty of those cut, and the work."""
    states = [(0.0, 0, 0)]
    cut, work = gap, 0
    for options in listed:
        states = [
            (penalty + more, extra + money, path * CHOICES + choice)
            for penalty, extra, path in states
            for choice, (more, money) in enumerate(options)
            if penalty + more < gap
        ]
        work += len(states)
        if len(states) > width:
            states.sort()
            cut = min(cut, states[width][0])
            del states[width:]
    return states, cut, work
