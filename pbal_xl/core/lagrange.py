"""A price on money: the task in lumps, and what every holding chooses alone once money left over has its price.

The relaxation is a lower bound, piecewise linear and concave in the price, and is maximised by its tangents. What
its choices leave of the cash is spent where it comes nearest to the exact plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Item", "Relaxed", "Task", "best_price", "filled", "ideal_left"]

_TANGENTS = 60
_ROUNDS = 4


class Item(NamedTuple):
    """One holding of a task.

    Attributes:
        lump: ``u``, money of one lump, above 0.
        low: least count, relative to the start; at most 0 or more.
        high: most; None for no limit.
        rest: ``r``, money that the exact plan trades beyond the start.
        stiffness: ``q`` above 0.
        slope: ``g``.
    """

    lump: int
    low: int
    high: int | None
    rest: float
    stiffness: float
    slope: float


@dataclass(frozen=True, slots=True)
class Task:
    """A problem in lumps, in counts relative to a start near the exact plan.

    Attributes:
        items: the holdings.
        slack: money left at the start; negative when the start overspends.
        price: what a unit of money left over costs.
        idle: what its square costs.
        effort: how many partial plans may be looked at.
    """

    items: Sequence[Item]
    slack: int
    price: float
    idle: float
    effort: int

    def left(self, counts: Sequence[int]) -> int:
        """Money left of the cash, exactly."""
        return self.slack - sum([count * item.lump for count, item in zip(counts, self.items, strict=True)])

    def miss(self, counts: Sequence[int]) -> float:
        """What is minimised."""
        total = 0.0
        for count, item in zip(counts, self.items, strict=True):
            off = count * item.lump - item.rest
            total += (item.stiffness * off + item.slope) * off
        left = self.left(counts)
        return total + (self.price + self.idle * left) * left


class Relaxed(NamedTuple):
    """Every holding's own choice at a price of money: the bound it proves, and how far the money overspends."""

    nu: float
    bound: float
    excess: float
    counts: list[int]


def relaxed(task: Task, nu: float) -> Relaxed:
    """Every holding's own choice at a price of money."""
    counts = []
    total, spent = 0.0, 0
    rests = 0.0
    for lump, low, high, rest, stiffness, slope in task.items:
        pull = slope + nu
        count = round((rest - pull / (2 * stiffness)) / lump)
        if count < low:
            count = low
        elif high is not None and count > high:
            count = high
        counts.append(count)
        if count:
            spent += count * lump
        off = count * lump - rest
        total += (stiffness * off + pull) * off
        rests += rest
    left = ideal_left(task, nu)
    total += nu * (rests - task.slack) + (task.price + nu + task.idle * left) * left
    return Relaxed(nu, total, spent + left - task.slack, counts)


def ideal_left(task: Task, nu: float) -> float:
    """The money best left over at this price: some only where money is worth less than nothing."""
    return -(task.price + nu) / (2 * task.idle) if task.idle and task.price + nu < 0 else 0.0


def best_price(task: Task) -> tuple[Relaxed | None, Relaxed]:
    """The relaxations on both sides of the best price: one that overspends (None where none does), one that fits.

    The higher of the two bounds is the best there is, or all but.
    """
    over, fits = _bracket(task)
    if over is None:
        return None, fits
    for turn in range(_TANGENTS):
        if not over.excess or not fits.excess:
            break
        # The bound is concave in the price: it lies below both tangents, which meet here.
        nu = (fits.bound - over.bound + over.excess * over.nu - fits.excess * fits.nu) / (over.excess - fits.excess)
        if not turn % 3 or not over.nu < nu < fits.nu:
            nu = (over.nu + fits.nu) / 2
        if not over.nu < nu < fits.nu:
            break
        met = over.bound + over.excess * (nu - over.nu)
        here = relaxed(task, nu)
        if here.excess > 0:
            over = here
        else:
            fits = here
        if here.bound >= met - 1e-9 * abs(met):
            break
    return over, fits


def _bracket(task: Task) -> tuple[Relaxed | None, Relaxed]:
    """A price at which the free choices overspend, and one at which they fit; the first is None where none does."""
    here = relaxed(task, 0.0)
    if here.excess == 0 or not task.items:
        return None, here
    step = abs(here.excess) / fsum([1 / (2 * item.stiffness) for item in task.items])
    if here.excess > 0:
        over = here
        while here.excess > 0:
            over, here = here, relaxed(task, here.nu + step)
            step *= 2
        return over, here
    # Below this price money left over would be worth more the more there is.
    lowest = -inf if task.idle else -task.price
    fits = here
    while here.excess <= 0:
        if here.nu <= lowest:
            return None, here
        fits, here = here, relaxed(task, max(lowest, here.nu - step))
        step *= 2
    return here, fits


def filled(task: Task, start: Sequence[int]) -> list[int]:
    """Spend what is left where it comes nearest to the exact plan, most lacking first."""
    counts = list(start)
    left = task.left(counts)
    items = task.items

    def lacks(k: int) -> float:
        item = items[k]
        return item.slope + item.stiffness * (2 * (counts[k] * item.lump - item.rest) + item.lump)

    for _ in range(_ROUNDS):
        before = left
        for k in sorted(range(len(items)), key=lacks):
            lump, low, high, rest, stiffness, slope = items[k]
            off = counts[k] * lump - rest
            wished = task.price + 2 * task.idle * left - slope - 2 * stiffness * off
            more = min(round(wished / (2 * lump * (stiffness + task.idle))), left // lump)
            if high is not None:
                more = min(more, high - counts[k])
            more = max(more, low - counts[k])
            if more:
                counts[k] += more
                left -= more * lump
        if left == before:
            break
    return counts
