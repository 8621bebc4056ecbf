"""Bands: a hard rebalance that leaves alone what is near enough to its target.

What is outside its band moves to its goal; what is then left of the cash floods as Never Sell does, over the values
so reached: it buys the lowest or sells the highest, never past the band on the other side, and undoes no move but
one that locks or caps of the others leave without its match.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from pbal_xl.core.exact import Exact, solved
from pbal_xl.core.level import Flood

if TYPE_CHECKING:
    from pbal_xl.core.bands import Bands
    from pbal_xl.core.model import Goal

__all__ = ["banded"]


def banded(  # noqa: PLR0913 - the problem, the bands and their goal
    flood: Flood, targets: list[int], total: int, bands: Bands, goal: Goal, cash: int
) -> Exact | None:
    """The exact plan with bands; None where nothing is outside.

    Args:
        flood: the holdings, heights over their targets times the sum of the weights, and their bounds.
        targets: the weights.
        total: value of all after trading, in the units of money.
        bands: how far each may be off.
        goal: where what is outside is moved.
        cash: what the trades sum to.
    """
    weight = sum(targets)
    scale, widths = _widths(targets, weight, total, bands)
    heights = [height * scale for height in flood.heights]
    goals = [
        _goal(height, width, goal) if w else 0 for height, width, w in zip(heights, widths, targets, strict=True)
    ]
    outside = [abs(h) > width or (not w and h > 0) for h, width, w in zip(heights, widths, targets, strict=True)]
    if not any(outside):
        return None
    lows = [low * scale for low in flood.lows]
    highs = [None if high is None else high * scale for high in flood.highs]
    moved = [
        _clip(goal - height, low, high) if out else _clip(0, low, high)
        for out, goal, height, low, high in zip(outside, goals, heights, lows, highs, strict=True)
    ]
    rest = cash * weight * scale - sum(moved)
    further: list[int | None] = []
    least = []
    for k, move in enumerate(moved):
        height, width, high = heights[k] + move, widths[k], highs[k]
        if rest >= 0:
            # Buys up to the band's upper edge, but nothing that was sold.
            room = 0 if move < 0 or not targets[k] else max(0, width - height)
            least.append(0)
            further.append(room if high is None else max(0, min(room, high - move)))
        else:
            room = 0 if move > 0 else max(0, width + height)
            least.append(min(0, max(-room, lows[k] - move)))
            further.append(0)
    within = Flood(heights, [rate or 1 for rate in flood.rates], lows, highs)
    return replace(_flooded(within, moved, least, further, rest, weight * scale), flood=flood)


def _widths(targets: list[int], weight: int, total: int, bands: Bands) -> tuple[int, list[int]]:
    """Widths in money times the weights, and the number all is multiplied with to make them whole."""
    exact = []
    for w in targets:
        widths = [] if bands.points is None else [Fraction(bands.points) * total * weight]
        if bands.share is not None:
            widths.append(max(Fraction(bands.share) * total * w, Fraction(bands.least) * total * weight))
        exact.append(min(widths))
    scale = lcm(*[width.denominator for width in exact])
    return scale, [int(width * scale) for width in exact]


def _goal(height: int, width: int, goal: Goal) -> int:
    """Where a holding this far above its target should be, above its target."""
    if goal == "target":
        return 0
    inside = width if goal == "edge" else width // 2
    return inside if height > 0 else -inside


def _clip(trade: int, low: int, high: int | None) -> int:
    trade = max(trade, low)
    return trade if high is None or trade <= high else high


def _flooded(  # noqa: PLR0913 - what the step before worked out
    within: Flood, moved: list[int], least: list[int], further: list[int | None], rest: int, unit: int
) -> Exact:
    """The moves, and the rest of the cash flooded over what they reach, in units of a ``unit``-th of the book's."""
    reached = [height + move for height, move in zip(within.heights, moved, strict=True)]
    placed = max(sum(least), min(rest, sum([room or 0 for room in further])))
    more = solved(Flood(reached, within.rates, least, further), placed, 1)
    denominator = more.denominator
    numerators = [move * denominator + n for move, n in zip(moved, more.numerators, strict=True)]
    for taken in (_undone, _past) if rest != placed else ():
        excess = rest * denominator - sum(numerators) + sum(moved) * denominator
        back = taken(within, numerators, denominator, excess)
        numerators = [n * back.denominator + m for n, m in zip(numerators, back.numerators, strict=True)]
        denominator *= back.denominator
    return Exact(numerators, denominator * unit, within, more.reached, ruled=True)


def _undone(flood: Flood, numerators: list[int], denominator: int, excess: int) -> Exact:
    """What is taken back of the moves, because the bounds of others cannot match it.

    Where nothing may be bought any more, the lowest of what was sold is sold less; where nothing may be sold any
    more, the highest of what was bought is bought less. Cash that is left beyond that stays.
    """
    least, further = [], []
    for n, low, high in zip(numerators, flood.lows, flood.highs, strict=True):
        room = -n if high is None else min(-n, high * denominator - n)
        further.append(max(0, room) if excess > 0 else 0)
        least.append(0 if excess > 0 else min(0, max(-n, low * denominator - n)))
    return _placed(flood, numerators, denominator, excess, least, further)


def _past(flood: Flood, numerators: list[int], denominator: int, excess: int) -> Exact:
    """What a withdrawal must sell beyond the bands: the highest first, as far as may be sold at all."""
    least = [
        min(0, low * denominator - n) if excess < 0 else 0 for n, low in zip(numerators, flood.lows, strict=True)
    ]
    return _placed(flood, numerators, denominator, excess, least, [0] * len(numerators))


def _placed(  # noqa: PLR0913 - what was traded, and what may be traded beside it
    flood: Flood, numerators: list[int], denominator: int, excess: int, least: list[int], further: list[int]
) -> Exact:
    """The excess as far as it may be traded, flooded over what the trades so far reach."""
    amount = max(sum(least), min(excess, sum(further)))
    at = [height * denominator + n for height, n in zip(flood.heights, numerators, strict=True)]
    return solved(Flood(at, flood.rates, least, [*further]), amount, 1)
