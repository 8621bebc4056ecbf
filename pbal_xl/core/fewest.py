"""Few orders: what the best set of so many comes to at least, who is in it, and what so many can raise."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from pbal_xl.core.level import Problem

    # Of a holding: its height, rate, low and high, and whether it must trade.
    _Row: TypeAlias = tuple[float, float, float, float, bool]

__all__ = ["FewBound", "bound_of_few", "decided_by", "least_of_few", "reachable"]

# Steps to where the slope of a bound has changed its sign, and from there to its top.
_STEPS_OUT, _STEPS_IN = 60, 24
# How near to the top it is found: any price bounds, and a set that is still open is parted further.
_CLOSE = 1e-6
# What rounding may be wrong by, of what is added up.
_NOISE = 1e-12


class FewBound(NamedTuple):
    """What any few enough orders come to at least; the price that tells so, and how many were looked at."""

    value: float
    price: float
    looks: int


def bound_of_few(
    problem: Problem, lows: Sequence[int], highs: Sequence[int | None], reached: float, beaten: float = inf
) -> FewBound:
    """What any few enough orders come to at least.

    A bound of ``beaten`` or more is enough, and is not looked for any further.

    With a price on money every order saves something alone, and the orders that save most are the best. That bound
    is concave in the price, and its slope is what those orders leave of the amount: it is highest where the slope
    changes its sign, and lies below the tangents on both sides.
    """
    rows = _rows(problem, lows, highs)
    price = -2 * reached
    found, slope = _at_price(problem, rows, price)
    best, told, looks = found, price, 1
    rising, step = slope > 0, abs(price) / 16 + 1
    one = other = (price, found, slope)
    while (slope > 0) == rising and best < beaten and looks <= _STEPS_OUT:
        one, price = other, other[0] + (step if rising else -step)
        found, slope = _at_price(problem, rows, price)
        other = (price, found, slope)
        if found > best:
            best, told = found, price
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
        if found > best:
            best, told = found, price
        looks += 1
        if best >= beaten:
            break
        if slope > 0:
            below = (price, found, slope)
        else:
            above = (price, found, slope)
    return FewBound(best, told, looks)


def _rows(problem: Problem, lows: Sequence[int], highs: Sequence[int | None]) -> list[_Row]:
    flood = problem.flood
    return [
        (float(height), float(rate), float(low), inf if high is None else float(high), low > 0 or (high or 0) < 0)
        for height, rate, low, high in zip(flood.heights, flood.rates, lows, highs, strict=True)
    ]


def _at_price(problem: Problem, rows: Sequence[_Row], price: float) -> tuple[float, float]:
    """The bound at a price of money, and its slope there."""
    total, spent = -price * problem.amount, -float(problem.amount)
    saved = []
    room = problem.orders or 0
    for height, rate, low, high, taken in rows:
        trade = -height - price * rate / 2
        if trade < low:
            trade = low
        elif trade > high:
            trade = high
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


def decided_by(
    problem: Problem, lows: Sequence[int], highs: Sequence[int | None], price: float, beaten: float
) -> tuple[list[int], list[int]]:
    """The holdings that trade, and those that do not, in any few enough orders that come to less than ``beaten``.

    At a price the orders that save most bound them all. A set without one of those has the next instead, and a set
    with another one, of its minimum at least, is without the last of them: such a set has a bound of its own.
    """
    rows = _rows(problem, lows, highs)
    room = (problem.orders or 0) - sum([taken for *_, taken in rows])
    free = [k for k, (*_, taken) in enumerate(rows) if not taken]
    if room < 1 or room >= len(free):
        return [], []
    savings = {k: _saving(rows[k], price, 0.0) for k in free}
    free.sort(key=savings.__getitem__, reverse=True)
    last, following = savings[free[room - 1]], savings[free[room]]
    bound, _ = _at_price(problem, rows, price)
    bound -= _NOISE * (abs(bound) + abs(price) * abs(problem.amount) + savings[free[0]])
    into = [k for k in free[:room] if bound + savings[k] - following >= beaten]
    out = [k for k in free[room:] if bound + last - _saving(rows[k], price, float(problem.minima[k])) >= beaten]
    return into, out


def _saving(row: _Row, price: float, least: float) -> float:
    """What the best order of a holding, of so much at least, saves at a price against none."""
    height, rate, low, high, _ = row
    best = -height - price * rate / 2
    saved = -inf
    for trade in (min(max(best, least, low), high), max(min(best, -least, high), low)):
        if abs(trade) >= least:
            end = height + trade
            saved = max(saved, height * height / rate - end * end / rate - price * trade)
    return saved


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
