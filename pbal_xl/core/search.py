"""A short exact search for whole shares: branch and bound under a Lagrangian price of money.

With a price ``m >= 0`` on money every plan costs ``sum(f_i(k_i) + m p_i k_i) - m budget + m leftover``. The best
share count of each holding alone gives a lower bound; every other count adds a penalty to it. Only counts whose
penalty is below the gap between the bound and the best plan so far can be part of a better plan, and those are
few. (Lagrangian relaxation with variable pegging, as in Kellerer, Pferschy and Pisinger, Knapsack Problems, 2004.)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.shares import Task

__all__ = ["Found", "bound", "choice", "search"]

# Steps of the search: enough to finish for nearly all portfolios, and within a millisecond.
STEPS = 1200
_HALVINGS = 14
_NOISE = 1e-10
_ENDLESS = 1e300


@dataclass(frozen=True, slots=True)
class Found:
    """The result of a search.

    Attributes:
        counts: the best share counts met, never worse than the start.
        price: the price of money that gave the best lower bound.
        complete: whether no better counts exist.
    """

    counts: list[int]
    price: float
    complete: bool


def choice(task: Task, k: int, price: float) -> int:
    """The share count that is best for holding ``k`` alone when money has this price."""
    share = task.prices[k]
    wished = (task.centers[k] - price / (2 * task.stiffness[k])) / share
    count = round(wished)
    highest = task.highest[k]
    if highest is not None and count > highest:
        count = highest
    return max(count, task.lowest[k])


def bound(task: Task, price: float) -> float:
    """A lower bound of ``misses`` over all plans within the budget."""
    total = _idle_least(task, price) - price * task.budget
    for k, share in enumerate(task.prices):
        spent = choice(task, k, price) * share
        total += task.stiffness[k] * (spent - task.centers[k]) ** 2 + price * spent
    return total


def _idle_money(task: Task, price: float) -> float:
    """The money that is best left over when money has this price: some only when it is worth less than nothing."""
    return -price / (2 * task.idle) if task.idle and price < 0 else 0.0


def _idle_least(task: Task, price: float) -> float:
    left = _idle_money(task, price)
    return task.idle * left**2 + price * left


def _best_price(task: Task) -> float:
    """The price of money at which the free choices just use up the budget: there the bound is highest."""
    everyone = range(len(task.prices))

    def fits(price: float) -> bool:
        spent = sum(choice(task, k, price) * task.prices[k] for k in everyone)
        return spent + _idle_money(task, price) <= task.budget

    step = max(task.stiffness[k] * task.prices[k] for k in everyone)
    low, high = (-step, 0.0) if fits(0.0) else (0.0, step)
    if fits(0.0) and not task.idle:
        return 0.0
    while not fits(high):
        low, high = high, 4 * high
        if high > _ENDLESS:  # the fewest shares alone overspend: no price helps
            return low
    while fits(low):
        low, high = 4 * low, low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if fits(middle):
            high = middle
        else:
            low = middle
    return high


def search(task: Task, start: Sequence[int]) -> Found:
    """Improve on ``start``, counts within the bounds and the budget of a small task."""
    price = _best_price(task)
    free = [choice(task, k, price) for k in range(len(task.prices))]
    floor = bound(task, price)
    misses = task.misses(start)
    # An improvement within the floats' own noise would only break ties at random.
    gap = misses - floor - _NOISE * misses
    options = [_options(task, k, free[k], price, gap) for k in range(len(free))]
    order = sorted(range(len(free)), key=lambda k: len(options[k]))
    branch = _Branch([options[k] for k in order], task.idle, price, gap)
    complete = branch.run(task.budget - task.cost(free))
    counts = list(start)
    if branch.best is not None:
        for k, count in zip(order, branch.best, strict=True):
            counts[k] = count
    return Found(counts, price, complete)


def _options(task: Task, k: int, free: int, price: float, gap: float) -> list[tuple[float, int, int]]:
    """(penalty, extra cost, count) of each count of holding ``k`` that a better plan may hold, cheapest first."""
    share, stiffness, center = task.prices[k], task.stiffness[k], task.centers[k]
    least = stiffness * (free * share - center) ** 2 + price * free * share
    highest = task.highest[k]
    options = [(0.0, 0, free)]
    for direction in (1, -1):
        count = free + direction
        while count >= task.lowest[k] and (highest is None or count <= highest):
            penalty = stiffness * (count * share - center) ** 2 + price * count * share - least
            if penalty >= gap:
                break
            options.append((penalty if penalty > 0 else 0.0, (count - free) * share, count))
            count += direction
    options.sort()
    return options


class _Branch:
    """Depth first over the options of each holding; ``best`` holds the counts of the best plan met."""

    def __init__(self, options: list[list[tuple[float, int, int]]], idle: float, price: float, gap: float) -> None:
        self.options = options
        self.idle = idle
        # What idle money costs least: all else is counted as a penalty over it.
        self.least = -(price**2) / (4 * idle) if idle and price < 0 else 0.0
        self.price = price
        self.gap = gap
        self.best: list[int] | None = None
        self.steps = STEPS
        self.path = [0] * len(options)
        self._bounds()

    def _bounds(self) -> None:
        """For the holdings from each depth on: the most they can save, and the least penalty per money moved."""
        depth = len(self.options)
        self.saves = [0] * (depth + 1)
        self.down = [float("inf")] * (depth + 1)
        self.up = [float("inf")] * (depth + 1)
        for k in range(depth - 1, -1, -1):
            extras = [(penalty, extra) for penalty, extra, _ in self.options[k]]
            self.saves[k] = self.saves[k + 1] + min(extra for _, extra in extras)
            self.down[k] = min([self.down[k + 1], *(p / -extra for p, extra in extras if extra < 0)])
            self.up[k] = min([self.up[k + 1], *(p / extra for p, extra in extras if extra > 0)])

    def run(self, slack: int) -> bool:
        """Search from the root; True when nothing was left out."""
        self._visit(0, 0.0, slack)
        return self.steps > 0

    def _visit(self, depth: int, penalty: float, slack: int) -> None:
        if depth == len(self.options):
            total = penalty + self._unspent(slack)
            if slack >= 0 and total < self.gap:
                self.gap = total
                self.best = self.path.copy()
            return
        after = depth + 1
        for more, extra, count in self.options[depth]:
            if self.steps <= 0 or penalty + more >= self.gap:
                return
            self.steps -= 1
            left = slack - extra
            if left < self.saves[after]:
                continue
            rest = self._rest(left, after)
            if penalty + more + rest < self.gap:
                self.path[depth] = count
                self._visit(after, penalty + more, left)

    def _unspent(self, left: float) -> float:
        """The penalty of money left over."""
        return self.idle * left**2 + self.price * left - self.least

    def _rest(self, left: int, depth: int) -> float:
        """The least penalty still to come: money is moved at the best rate there is, or left over."""
        if left < 0:
            return -left * self.down[depth]
        rate = self.up[depth]
        if not self.idle:
            return left * min(rate, self.price)
        kept = min(left, (rate - self.price) / (2 * self.idle))
        return self._unspent(kept) + (rate * (left - kept) if kept < left else 0.0)
