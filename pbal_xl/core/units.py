"""Exact amounts to tradable ones: whole cents, or multiples of an increment.

Both keep the sum: what rounding leaves over is handed out in single units, never lost.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from pbal_xl.core.neversell import Exact, flood, level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.neversell import Pool, Ratio

__all__ = ["largest_remainder", "lumps", "to_cents", "whole_units"]


def whole_units(amount: int, unit: int) -> int:
    """The largest multiple of the unit not above the amount: a deposit is cut, a withdrawal raised."""
    return amount // unit * unit


def largest_remainder(exact: Exact, unit: int, total: int, lowest: Sequence[int] | None = None) -> list[int]:
    """Round exact amounts to the unit so that they sum to ``total``.

    Each is cut to the unit below, then the largest remainders get one unit more. An amount that would fall below
    its ``lowest`` (selling more than is held) is that lowest, whatever its digits.
    """
    step = unit * exact.denominator
    amounts = [numerator // step * unit for numerator in exact.numerators]
    if lowest is not None:
        amounts = [max(amount, bound) for amount, bound in zip(amounts, lowest, strict=True)]
    missing = total - sum(amounts)
    if missing:
        remainders = [
            numerator - amount * exact.denominator
            for numerator, amount in zip(exact.numerators, amounts, strict=True)
        ]
        for k in sorted(range(len(amounts)), key=lambda k: (-remainders[k], k)):
            if missing <= 0:
                break
            step_up = min(unit, missing)
            amounts[k] += step_up
            missing -= step_up
    return amounts


def to_cents(pool: Pool, unit: int, amount: int) -> list[int]:
    """What each member moves, in whole minor units; a position with finer digits can still be closed."""
    exact = flood(pool, amount)
    if pool.room is None:
        return largest_remainder(exact, unit, amount)
    # Sales are rounded as negative amounts, which no position may exceed; then turned round again.
    sales = Exact([-numerator for numerator in exact.numerators], exact.denominator)
    rounded = largest_remainder(sales, unit, -amount, [-room for room in pool.room])
    return [-sale for sale in rounded]


def lumps(pool: Pool, step: int, amount: int, tie: Callable[[int, int], float]) -> list[int]:
    """What each member moves in lumps of ``step``, nearest to the targets of all ways to move ``amount`` so.

    Every lump raises the member whose height at the lump's middle is lowest, so taking the lowest middles one
    after the other is optimal; with equal weights it is the same as always raising the lowest. All lumps below
    the exact level are placed at once, then fewer than n are added or taken back with a heap.
    A lump is cut to what is left of a position.

    Args:
        pool: the members.
        step: size of a lump.
        amount: what to move in all, at most the pool's capacity.
        tie: ``tie(k, moved)`` ranks equals, lowest first.
    """
    if not pool.members:
        return []
    reached = level(pool.heights, pool.rates, amount * pool.factor)
    moved = _below(pool, reached, step)
    missing = amount - sum(moved)
    if missing < 0:
        _take_back(pool, moved, step, -missing, tie)
    elif missing > 0:
        _add(pool, moved, step, missing, tie)
    return moved


def _below(pool: Pool, reached: Ratio, step: int) -> list[int]:
    """All whole lumps whose middle is not above the level."""
    whole = 2 * step * pool.factor * reached.denominator
    half = step * pool.factor * reached.denominator
    moved = []
    for k, height in enumerate(pool.heights):
        short = 2 * (pool.rates[k] * reached.numerator - height * reached.denominator)
        count = (short + half) // whole if short > 0 else 0
        if pool.room is not None:
            count = min(count, pool.room[k] // step)
        moved.append(count * step)
    return moved


class _Middles:
    """Ranks of lump middles, comparable between members: twice the height at the middle, over the rate."""

    def __init__(self, pool: Pool, step: int) -> None:
        self._pool = pool
        self._step = step
        largest = max(pool.rates)
        self._scale = 1 if largest == min(pool.rates) else largest * largest

    def __call__(self, k: int, moved: int, direction: int) -> int:
        pool = self._pool
        twice = 2 * (pool.heights[k] + pool.factor * moved) + direction * pool.factor * self._step
        return twice * self._scale // pool.rates[k] if self._scale > 1 else twice


def _add(pool: Pool, moved: list[int], step: int, missing: int, tie: Callable[[int, int], float]) -> None:
    middle = _Middles(pool, step)
    heap = [
        (middle(k, done, 1), tie(k, done), k)
        for k, done in enumerate(moved)
        if pool.room is None or done < pool.room[k]
    ]
    heapify(heap)
    while missing > 0 and heap:
        _, _, k = heappop(heap)
        left = missing if pool.room is None else min(missing, pool.room[k] - moved[k])
        lump = min(step, left)
        moved[k] += lump
        missing -= lump
        if pool.room is None or moved[k] < pool.room[k]:
            heappush(heap, (middle(k, moved[k], 1), tie(k, moved[k]), k))


def _take_back(pool: Pool, moved: list[int], step: int, surplus: int, tie: Callable[[int, int], float]) -> None:
    middle = _Middles(pool, step)

    def entry(k: int) -> tuple[int, float, int]:
        return (-middle(k, moved[k], -1), -tie(k, moved[k] - step), -k)

    heap = [entry(k) for k, done in enumerate(moved) if done]
    heapify(heap)
    while surplus > 0:
        k = -heappop(heap)[2]
        # A cut lump is what is taken back last, so the sum comes out exactly.
        lump = min(step, surplus)
        moved[k] -= lump
        surplus -= lump
        if moved[k] > 0:
            heappush(heap, entry(k))
