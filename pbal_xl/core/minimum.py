"""Minimum trades: every order is nothing or at least ``m``.

For equal weights the members traded are a prefix of the lowest heights, so each prefix is tried: every member of
it moves its minimum first, the rest is flooded. With running sums all prefixes together cost O(n log n).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.core.neversell import Exact, Pool, ranks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book

__all__ = ["Choice", "choices", "hard_with_minimum"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A choice of members to trade.

    Attributes:
        members: places in the pool that trade.
        rest: the pool of those members once each has moved its minimum.
        amount: what is left to move beyond the minima.
    """

    members: list[int]
    rest: Pool
    amount: int


def choices(pool: Pool, amount: int, minima: Sequence[int], aim: float, most: int) -> list[Choice]:
    """The ``most`` best choices of members to trade, best first; empty when no choice is possible.

    Args:
        pool: a deposit's or withdrawal's pool.
        amount: what to move in all; a withdrawal moves one minimum at least.
        minima: least move of each member, in money.
        aim: the level (height over rate) that all members would have at their targets.
        most: how many choices to return.
    """
    raised = [height + pool.factor * least for height, least in zip(pool.heights, minima, strict=True)]
    keys = ranks(raised, pool.rates)
    room = pool.room
    able = [k for k in range(len(raised)) if room is None or room[k] >= minima[k]]
    able.sort(key=keys.__getitem__)
    if room is not None and able:
        amount = max(amount, minima[able[0]])
    scored = _score(pool, able, raised, amount, minima, aim)
    best = sorted(scored)[:most]
    return [_choice(pool, able[:size], raised, amount, minima) for _, size in best]


def _choice(pool: Pool, members: list[int], raised: list[int], amount: int, minima: Sequence[int]) -> Choice:
    rest = Pool(
        members=[pool.members[k] for k in members],
        heights=[raised[k] for k in members],
        rates=[pool.rates[k] for k in members],
        factor=pool.factor,
        room=None if pool.room is None else [pool.room[k] - minima[k] for k in members],
    )
    return Choice(members, rest, amount - sum(minima[k] for k in members))


def _score(  # noqa: PLR0913 - what choices() worked out
    pool: Pool, able: list[int], raised: list[int], amount: int, minima: Sequence[int], aim: float
) -> list[tuple[float, int]]:
    """(squared distance gained, size) of every prefix that the amount covers and that can move it."""
    scored = []
    left, space = amount, 0
    heights, rates, squares = [0], [0], [0.0]
    before = 0.0
    filled = 0
    for size, k in enumerate(able, start=1):
        left -= minima[k]
        if left < 0:
            break
        rate = pool.rates[k]
        heights.append(heights[-1] + raised[k])
        rates.append(rates[-1] + rate)
        squares.append(squares[-1] + (raised[k] - rate * aim) ** 2 / rate)
        before += (pool.heights[k] - rate * aim) ** 2 / rate
        if filled == size - 1:
            filled = size
        moved = left * pool.factor
        # Members above the level keep their minimum; the level falls with every member that joins.
        while (
            filled > 1
            and raised[able[filled - 1]] * rates[filled] > (moved + heights[filled]) * pool.rates[able[filled - 1]]
        ):
            filled -= 1
        space += 0 if pool.room is None else pool.room[k]
        if pool.room is None or space >= amount:
            level = (moved + heights[filled]) / rates[filled]
            gained = (level - aim) ** 2 * rates[filled] + squares[size] - squares[filled] - before
            scored.append((gained, size))
    return scored


def hard_with_minimum(book: Book, minima: Sequence[int]) -> Exact | None:
    """Signed exact amounts of a hard rebalance in which no trade is below its minimum.

    Trades too small are left out, the others share what is then missing in proportion to their targets, until no
    trade is too small. None when nothing is left or cash cannot come out that way.
    """
    traded = list(range(len(book.values)))
    while traded:
        weight = sum(book.weights[i] for i in traded)
        total = sum(book.values[i] for i in traded) + book.cash
        if total < 0 or not weight:
            return None
        amounts = {i: book.weights[i] * total - book.values[i] * weight for i in traded}
        kept = [i for i in traded if abs(amounts[i]) >= minima[i] * weight]
        if len(kept) == len(traded):
            numerators = [0] * len(book.values)
            for i, amount in amounts.items():
                numerators[i] = amount
            return Exact(numerators, weight)
        traded = kept
    return None
