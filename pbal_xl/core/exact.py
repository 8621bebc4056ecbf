"""The exact plan within bounds: nearest to the targets of all that use up the cash."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.core.level import Flood, Ratio, level, moves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds

__all__ = ["Exact", "exact_plan", "flood_of", "followed", "solved", "told_level"]


@dataclass(frozen=True, slots=True)
class Exact:
    """Exact trades over one common denominator.

    Attributes:
        numerators: signed like amounts.
        denominator: above 0.
        flood: the holdings at their common level, heights and bounds times the sum of the weights.
        reached: that level.
        ruled: whether a rule beside the strategy shaped it: trades then follow it, not the targets, and there is no
            one level.
        unlimited: the plan without a gain budget and a turnover cap, where those changed it.
    """

    numerators: list[int]
    denominator: int
    flood: Flood
    reached: Ratio
    ruled: bool = False
    unlimited: Exact | None = None


def solved(flood: Flood, amount: int, unit: int) -> Exact:
    """The trades of a flood that sum to ``amount``, all in units of a ``unit``-th of the book's.

    A rate of 0 is that of what is not wanted.
    """
    if not all(flood.rates):
        return _unwanted_first(flood, amount, unit)
    reached = level(flood, amount)
    return Exact(moves(flood, reached), reached.denominator * unit, flood, reached)


def followed(exact: Exact, lows: Sequence[int], highs: Sequence[int | None], cash: int) -> Exact:
    """The trades within other bounds that are nearest to an exact plan."""
    scale = exact.denominator
    flood = Flood(
        [-numerator for numerator in exact.numerators],
        [1] * len(exact.numerators),
        [low * scale for low in lows],
        [None if high is None else high * scale for high in highs],
    )
    most = _sum(flood.highs)
    amount = cash * scale if most is None else min(cash * scale, most)
    found = solved(flood, amount, scale)
    return Exact(
        found.numerators, found.denominator, exact.flood, exact.reached, ruled=True, unlimited=exact.unlimited
    )


def flood_of(book: Book, terms: Terms, lows: Sequence[int], highs: Sequence[int | None]) -> Flood:
    """The holdings as heights over their targets: ``v W - w T``, so that everything is whole times ``W``."""
    weight, total = book.weight, book.value + book.cash
    return Flood(
        heights=[value * weight - w * total for value, w in zip(book.values, book.weights, strict=True)],
        rates=book.weights if terms.deviation == "relative" else [1] * len(book.values),
        lows=[low * weight for low in lows],
        highs=[None if high is None else high * weight for high in highs],
    )


def exact_plan(book: Book, terms: Terms, bounds: Bounds, cash: int) -> Exact:
    """The trades within the bounds that sum to ``cash`` and come nearest to the targets.

    Cash that the bounds cannot take up is left over; the bounds must be able to raise it.
    """
    most = bounds.most
    if most is not None:
        cash = min(cash, most)
    flood = flood_of(book, terms, bounds.lows, bounds.highs)
    return solved(flood, cash * book.weight, book.weight)


def _unwanted_first(flood: Flood, amount: int, unit: int) -> Exact:
    """A target of 0 is the limit of ever smaller ones: sold before all others, and among each other evenly."""
    funded = [k for k, rate in enumerate(flood.rates) if rate]
    unwanted = [k for k, rate in enumerate(flood.rates) if not rate]
    wanted = _part(flood, funded)
    rest = amount - sum([flood.lows[k] for k in unwanted])
    capacity = _sum(wanted.highs)
    within = capacity is None or rest <= capacity
    reached = level(wanted, rest if capacity is None else min(rest, capacity))
    trades = [0] * len(flood.rates)
    denominator = reached.denominator
    if within:
        for k, move in zip(funded, moves(wanted, reached), strict=True):
            trades[k] = move
        for k in unwanted:
            trades[k] = flood.lows[k] * denominator
    else:
        others = _part(flood, unwanted)
        others = Flood(others.heights, [1] * len(unwanted), others.lows, others.highs)
        found = level(others, amount - (capacity or 0))
        denominator = found.denominator
        for k, move in zip(unwanted, moves(others, found), strict=True):
            trades[k] = move
        for k in funded:
            trades[k] = (flood.highs[k] or 0) * denominator
    return Exact(trades, denominator * unit, flood, reached)


def _part(flood: Flood, members: Sequence[int]) -> Flood:
    return Flood(
        [flood.heights[k] for k in members],
        [flood.rates[k] for k in members],
        [flood.lows[k] for k in members],
        [flood.highs[k] for k in members],
    )


def _sum(highs: Sequence[int | None]) -> int | None:
    return None if None in highs else sum([high or 0 for high in highs])


def told_level(book: Book, terms: Terms, reached: Ratio) -> Ratio:
    """The level as ``Plan.level`` defines it, in the integers of the book."""
    weight, total = book.weight, book.value + book.cash
    top, bottom = reached.numerator, reached.denominator
    if terms.deviation == "relative" or (terms.strategy == "hard" and not top):
        each = book.weights[0] if book.equal else weight
        return Ratio((total * bottom + top) * each, bottom * weight)
    if not book.equal:
        return Ratio(top, bottom * weight)
    # Equal weights: both deviations mean the same, so the level is told the same way.
    count = len(book.values)
    return Ratio(top * count + total * bottom * weight, bottom * weight * count)
