"""Few orders: what the best set of so many comes to at least, and what so many can raise."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.level import Problem

__all__ = ["bound_of_few", "least_of_few", "reachable"]

# Steps to where the slope of a bound has changed its sign, and from there to its top.
_STEPS_OUT, _STEPS_IN = 60, 24
# How near to the top it is found: any price bounds, and a set that is still open is parted further.
_CLOSE = 1e-6


def bound_of_few(
    problem: Problem, lows: Sequence[int], highs: Sequence[int | None], reached: float, beaten: float = inf
) -> tuple[float, int]:
    """What any few enough orders come to at least, and how many prices were looked at to know.

    A bound of ``beaten`` or more is enough, and is not looked for any further.

    With a price on money every order saves something alone, and the orders that save most are the best. That bound
    is concave in the price, and its slope is what those orders leave of the amount: it is highest where the slope
    changes its sign, and lies below the tangents on both sides.
    """
    flood = problem.flood
    rows = [
        (float(height), float(rate), float(low), inf if high is None else float(high), low > 0 or (high or 0) < 0)
        for height, rate, low, high in zip(flood.heights, flood.rates, lows, highs, strict=True)
    ]
    price = -2 * reached
    found, slope = _at_price(problem, rows, price)
    best, looks = found, 1
    rising, step = slope > 0, abs(price) / 16 + 1
    one = other = (price, found, slope)
    while (slope > 0) == rising and best < beaten and looks <= _STEPS_OUT:
        one, price = other, other[0] + (step if rising else -step)
        found, slope = _at_price(problem, rows, price)
        other = (price, found, slope)
        best = max(best, found)
        looks += 1
        step *= 4
    below, above = (one, other) if rising else (other, one)
    for turn in range(_STEPS_IN if best < beaten else 0):
        price = (below[0] + above[0]) / 2
        if turn % 3 < 2 and below[2] > above[2]:  # noqa: PLR2004 - every third step halves, whatever the tangents
            price = (above[1] - below[1] + below[2] * below[0] - above[2] * above[0]) / (below[2] - above[2])
            met = below[1] + below[2] * (price - below[0])
            # Nearer than that only where it may still be enough.
            if met <= best + _CLOSE * abs(best) and met < beaten:
                break
        if not below[0] < price < above[0]:
            break
        found, slope = _at_price(problem, rows, price)
        best = max(best, found)
        looks += 1
        if best >= beaten:
            break
        if slope > 0:
            below = (price, found, slope)
        else:
            above = (price, found, slope)
    return best, looks


def _at_price(
    problem: Problem, rows: Sequence[tuple[float, float, float, float, bool]], price: float
) -> tuple[float, float]:
    """The bound at a price of money, and its slope there."""
    total, spent = -price * problem.amount, -float(problem.amount)
    saved = []
    room = problem.orders or 0
    for height, rate, low, high, taken in rows:
        trade = min(max(-height - price * rate / 2, low), high)
        end = height + trade
        cost = end * end / rate + price * trade
        if taken:
            room -= 1
            total += cost
            spent += trade
        else:
            still = height * height / rate
            total += still
            saved.append((still - cost, trade))
    saved.sort(reverse=True)
    for saving, trade in saved[:room]:
        total -= saving
        spent += trade
    if problem.idle and price < 0:
        total -= price * price * problem.idle / 4
        spent -= price * problem.idle / 2
    return total, spent


def least_of_few(lows: Sequence[int], orders: int | None) -> int:
    """What trades of at least their lows sum to at least; a lower bound where only so many may be orders."""
    least = sum(lows)
    return least if orders is None else max(least, sum([low for low in sorted(lows)[:orders] if low < 0]))


def reachable(asked: int, minima: Sequence[int], rooms: Sequence[int], orders: int | None = None) -> int | None:
    """What sales of at least their minima raise: exactly ``asked``, else the next more; None where it is too much.

    Args:
        asked: what is to be raised, above 0.
        minima: the smallest order of each holding.
        rooms: the most that each can raise.
        orders: most orders; None for no limit.
    """
    raised = smallest = 0
    able = sorted([(room, least) for room, least in zip(rooms, minima, strict=True) if room >= least], reverse=True)
    for room, least in able[:orders]:
        raised += room
        smallest += least
        if raised >= asked:
            return max(asked, smallest)
    return None
