"""The one exact solver: the level at which clipped trades sum to the cash, by sorting and running sums.

A trade moves a holding's height: at level ``L`` holding *k* trades ``clip(rate L - height, low, high)``. The sum
rises with ``L`` and is linear between the 2n levels at which some holding starts or stops, so one sweep over them
in order finds ``L``. All in integers: nothing is rounded, and equal holdings are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Flood", "Problem", "Ratio", "level", "moves", "ranks"]


@dataclass(frozen=True, slots=True)
class Ratio:
    """An exact fraction, not reduced; the denominator is positive."""

    numerator: int
    denominator: int


@dataclass(frozen=True, slots=True)
class Flood:
    """Holdings that share a level; every amount is an integer in the same units.

    Attributes:
        heights: how far each is above what is sought, before trading.
        rates: above 0: what a unit of level is worth to each.
        lows: least trade of each, negative for a sale.
        highs: most trade of each, at least its low; None for no limit.
    """

    heights: Sequence[int]
    rates: Sequence[int]
    lows: Sequence[int]
    highs: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Problem:
    """A flood with minima.

    Attributes:
        flood: the holdings without the minima; rates above 0.
        minima: least size of an order of each, in the flood's units.
        amount: what the trades sum to, the money left over counted in.
        idle: the rate of money left over, which is a holding that wants none of it; 0 for none left over.
        orders: most orders; None for no limit.
        alike: whether holdings with the same figures are as good as each other, as to the cent they are.
    """

    flood: Flood
    minima: Sequence[int]
    amount: int
    idle: int = 0
    orders: int | None = None
    alike: bool = False


def ranks(numerators: Sequence[int], rates: Sequence[int]) -> list[int]:
    """Integers that compare exactly as ``numerator / rate`` does.

    Distinct ratios differ by at least ``1 / (rate_i rate_j)``, so the floor of the ratio times the largest rate
    squared tells them apart and keeps equal ones equal.
    """
    largest = max(rates, default=1)
    if largest == min(rates, default=1):
        return list(numerators)
    scale = largest * largest
    return [numerator * scale // rate for numerator, rate in zip(numerators, rates, strict=True)]


def level(flood: Flood, amount: int) -> Ratio:
    """The lowest level at which the trades sum to ``amount``; the first at which one starts where they always do.

    ``amount`` lies between the sums of the lows and of the highs; at least one holding.
    """
    at = [height + low for height, low in zip(flood.heights, flood.lows, strict=True)]
    rates = list(flood.rates)
    starts = len(at)
    for height, high, rate in zip(flood.heights, flood.highs, flood.rates, strict=True):
        if high is not None:
            at.append(height + high)
            rates.append(rate)
    keys = ranks(at, rates)
    # At level L the trades sum to rising L + settled.
    rising, settled = 0, sum(flood.lows)
    k = 0
    for k in sorted(range(len(at)), key=keys.__getitem__):
        if rising * at[k] >= (amount - settled) * rates[k]:
            break
        if k < starts:
            rising += rates[k]
            settled -= at[k]
        else:
            rising -= rates[k]
            settled += at[k]
    return Ratio(amount - settled, rising) if rising else Ratio(at[k], rates[k])


def moves(flood: Flood, reached: Ratio) -> list[int]:
    """What each trades at a level, over the level's denominator."""
    top, bottom = reached.numerator, reached.denominator
    moved = []
    for height, rate, low, high in zip(flood.heights, flood.rates, flood.lows, flood.highs, strict=True):
        move = rate * top - height * bottom
        if move < low * bottom:
            move = low * bottom
        elif high is not None and move > high * bottom:
            move = high * bottom
        moved.append(move)
    return moved
