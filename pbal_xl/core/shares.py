"""Whole shares: the share counts nearest to the targets that the cash allows.

This is a knapsack with a convex cost for each holding: minimise ``sum q_i (k_i p_i - e_i)**2`` over whole ``k_i``
with ``sum k_i p_i <= budget``. A start below the exact plan is filled up greedily, lowest midpoint first; then a
bounded exact search looks among the few holdings nearest the level. Spending is counted in integers, so no budget
is ever missed by a rounding error; only the ranking of plans uses floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace, nsmallest
from typing import TYPE_CHECKING

from pbal_xl.core.search import bound, choice, search

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Task", "fill_up", "solve"]

# The exact search looks at this many holdings at most: the few whose count is least certain.
NEAREST = 20
# More single steps than this are never needed after a start from the exact plan.
_MOST_STEPS = 4


@dataclass(frozen=True, slots=True)
class Task:
    """A whole-share problem; lists run over the holdings that may trade.

    Attributes:
        prices: per share, integers above 0.
        lowest: fewest shares (negative: most that can be sold).
        highest: most shares; None for no limit.
        centers: wished-for amounts ``e_i`` in the units of ``prices``.
        stiffness: ``q_i``, how much a miss counts.
        budget: what the orders may cost in all; negative when cash must come out.
        idle: how much money left of the budget counts as a miss, like ``stiffness``; 0 for not at all.
    """

    prices: Sequence[int]
    lowest: Sequence[int]
    highest: Sequence[int | None]
    centers: Sequence[float]
    stiffness: Sequence[float]
    budget: int
    idle: float = 0.0

    def cost(self, counts: Sequence[int]) -> int:
        """What the counts cost, exactly."""
        return sum(count * price for count, price in zip(counts, self.prices, strict=True))

    def misses(self, counts: Sequence[int]) -> float:
        """The squared distance to the wished-for amounts, idle money counted in."""
        parts = zip(self.stiffness, counts, self.prices, self.centers, strict=True)
        square = sum(q * (count * price - center) ** 2 for q, count, price, center in parts)
        return square + self.idle * (self.budget - self.cost(counts)) ** 2 if self.idle else square

    def midpoint(self, k: int, count: int) -> float:
        """How ``misses`` changes with one share more, per unit of money.

        Below ``2 * idle * left`` the plan comes nearer, ``left`` being the money not spent before.
        """
        price = self.prices[k]
        return self.stiffness[k] * ((2 * count + 1) * price - 2 * self.centers[k]) + self.idle * price

    def part(self, members: Sequence[int], budget: int) -> Task:
        """The task of some holdings alone."""
        return Task(
            prices=[self.prices[k] for k in members],
            lowest=[self.lowest[k] for k in members],
            highest=[self.highest[k] for k in members],
            centers=[self.centers[k] for k in members],
            stiffness=[self.stiffness[k] for k in members],
            budget=budget,
            idle=self.idle,
        )


def solve(task: Task, start: Sequence[int], price: float = 0.0) -> tuple[list[int], float]:
    """Share counts within the budget, and a proved lower bound of ``misses``.

    Args:
        task: the problem.
        start: counts within the bounds and the budget.
        price: what one unit of money more is worth at the exact plan (0 when the budget does not bind).
    """
    counts = fill_up(task, start)
    near = _least_certain(task, price)
    if not near:
        return counts, task.misses(counts)
    others = task.cost(counts) - sum(counts[k] * task.prices[k] for k in near)
    found = search(task.part(near, task.budget - others), [counts[k] for k in near])
    for k, count in zip(near, found.counts, strict=True):
        counts[k] = count
    reached = task.misses(counts)
    if found.complete and len(near) == len(task.prices):
        return counts, reached
    return counts, max(bound(task, found.price), bound(task, price))


def _least_certain(task: Task, price: float) -> list[int]:
    """The holdings whose second-best share count is nearly as good as the best, in order."""
    everyone = range(len(task.prices))
    if len(task.prices) <= NEAREST:
        return list(everyone)
    return sorted(nsmallest(NEAREST, everyone, key=lambda k: _regret(task, k, price)))


def _regret(task: Task, k: int, price: float) -> float:
    """What the second-best share count of holding ``k`` costs more than the best, at this price of money."""
    share, best = task.prices[k], choice(task, k, price)
    wished = task.centers[k] - price / (2 * task.stiffness[k])
    highest = task.highest[k]
    others = [c for c in (best - 1, best + 1) if c >= task.lowest[k] and (highest is None or c <= highest)]
    if not others:
        return float("inf")
    nearest = min((count * share - wished) ** 2 for count in others)
    return task.stiffness[k] * (nearest - (best * share - wished) ** 2)


def fill_up(task: Task, start: Sequence[int]) -> list[int]:
    """Buy share after share, lowest midpoint first, whatever still fits and comes nearer to the targets."""
    counts = list(start)
    left = task.budget - task.cost(counts)
    heap = [
        (task.midpoint(k, count), k)
        for k, count in enumerate(counts)
        if task.prices[k] <= left and _may_buy(task, k, count)
    ]
    heap = [entry for entry in heap if entry[0] < 2 * task.idle * left]
    heapify(heap)
    for _ in range(_MOST_STEPS * len(counts)):
        while heap and task.prices[heap[0][1]] > left:
            heappop(heap)
        if not heap or heap[0][0] >= 2 * task.idle * left:
            break
        k = heap[0][1]
        bought = _run_length(task, k, counts[k], left, heap)
        counts[k] += bought
        left -= bought * task.prices[k]
        midpoint = task.midpoint(k, counts[k])
        if midpoint < 2 * task.idle * left and _may_buy(task, k, counts[k]):
            heapreplace(heap, (midpoint, k))
        else:
            heappop(heap)
    return counts


def _may_buy(task: Task, k: int, count: int) -> bool:
    highest = task.highest[k]
    return highest is None or count < highest


def _run_length(task: Task, k: int, count: int, left: int, heap: list[tuple[float, int]]) -> int:
    """How many shares of the lowest holding come before the turn of the next: one at least.

    Penny shares would otherwise be bought one by one.
    """
    rise = 2 * task.stiffness[k] * task.prices[k]
    steps = int((2 * task.idle * left - heap[0][0]) / (rise + 2 * task.idle * task.prices[k])) + 1
    if len(heap) > 1:
        turn = min(entry[0] for entry in heap[1:3])
        steps = min(steps, int((turn - heap[0][0]) / rise) + 1)
    highest = task.highest[k]
    most = left // task.prices[k]
    if highest is not None:
        most = min(most, highest - count)
    return max(1, min(steps, most))
