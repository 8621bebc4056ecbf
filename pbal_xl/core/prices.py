"""Prices on trades: a gain budget and a turnover cap, each one more multiplier on the level.

A price on gains lowers what a sale of gains is worth and raises what a sale of losses is; a price on turnover keeps
sales a distance above the purchases. With a holding's sales and purchases as two holdings of the flood both are
only other heights, and each price is found by bisection: what it limits falls as it rises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pbal_xl.core.exact import Exact, flood_of
from pbal_xl.core.level import Flood, level, moves
from pbal_xl.core.money import from_integer, told
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds

__all__ = ["gain_of", "priced", "turnover_of"]

# A target of 0 is this much smaller than others while prices are sought.
_LIMIT = 10**6
# Bits of a price beyond which nothing changes, and bits it is found to.
_PRECISE = 48


class _Parts(NamedTuple):
    """Sales and purchases as holdings of a flood of their own."""

    places: list[int]
    sells: list[bool]
    heights: list[int]
    rates: list[int]
    lows: list[int]
    highs: list[int | None]
    flood: Flood


def priced(  # noqa: PLR0913 - the problem, and the two limits
    book: Book, terms: Terms, bounds: Bounds, cash: int, max_gain: int | None, max_turnover: int | None
) -> Exact:
    """The exact plan whose sales realise at most ``max_gain`` and whose amounts come to at most ``max_turnover``.

    Raises:
        PlanError: gives the least gain, or turnover, that is possible.
    """
    parts, weight = _parts(book, terms, bounds, max_gain is not None), book.weight
    most = sum([high or 0 for high in parts.highs]) if None not in parts.highs else None
    amount = cash * weight if most is None else min(cash * weight, most)

    def at(gains: int, turns: int) -> Exact:
        return _at(book, parts, amount, gains, turns)

    def cheapest(turns: int) -> Exact:
        if max_gain is None:
            return at(0, turns)
        return _bisect(
            lambda price: at(price, turns),
            lambda plan: gain_of(book, plan.numerators, plan.denominator) <= max_gain,
            lambda plan: _no_such_gain(book, plan, max_gain),
        )

    if max_turnover is None:
        return cheapest(0)
    return _bisect(
        cheapest,
        lambda plan: turnover_of(plan.numerators) <= max_turnover * plan.denominator,
        lambda plan: _no_such_turnover(book, plan, max_turnover),
    )


def _no_such_gain(book: Book, plan: Exact, max_gain: int) -> PlanError:
    least = gain_of(book, plan.numerators, plan.denominator)
    asked, possible = told(from_integer(max_gain, book.decimals), from_integer(-int(-least // 1), book.decimals))
    return PlanError(f"cannot keep the realised gain to {asked} (max_gain): the least possible is {possible}")


def _no_such_turnover(book: Book, plan: Exact, max_turnover: int) -> PlanError:
    asked, possible = told(
        from_integer(max_turnover, book.decimals),
        from_integer(-(-turnover_of(plan.numerators) // plan.denominator), book.decimals),
    )
    return PlanError(f"cannot keep the turnover to {asked} (max_turnover): the least possible is {possible}")


def gain_of(book: Book, numerators: Sequence[int], denominator: int = 1) -> float:
    """Net gain that the sales realise at average cost."""
    total = 0.0
    for numerator, gain, value in zip(numerators, book.gains, book.values, strict=True):
        if numerator < 0 and gain:
            total -= gain * (numerator / denominator) / value
    return total


def turnover_of(numerators: Sequence[int]) -> int:
    """Sum of what is bought and sold."""
    return sum([abs(numerator) for numerator in numerators])


def _parts(book: Book, terms: Terms, bounds: Bounds, budget: bool) -> _Parts:  # noqa: FBT001
    flood = flood_of(book, terms, bounds.lows, bounds.highs)
    parts = _Parts([], [], [], [], [], [], flood)
    limit = _LIMIT if book.unwanted and terms.deviation == "relative" else 1
    for k, height in enumerate(flood.heights):
        low, high = flood.lows[k], flood.highs[k]
        if terms.strategy == "hard":
            if not book.weights[k] and high == low:
                # Sold as far as the prices allow.
                high = max(low, 0)
            if budget:
                # No order away from the target or past it.
                low = max(low, min(0, -height))
                high = max(0, -height) if high is None else max(low, min(high, max(0, -height)))
        rate = flood.rates[k] * limit or 1
        if low < 0:
            _add(parts, k, height, rate, low, min(high, 0) if high is not None else 0, sells=True)
        if high is None or high > 0 or low >= 0:
            _add(parts, k, height, rate, max(low, 0), high, sells=False)
    return parts


def _add(  # noqa: PLR0913 - one part
    parts: _Parts, k: int, height: int, rate: int, low: int, high: int | None, *, sells: bool
) -> None:
    parts.places.append(k)
    parts.sells.append(sells)
    parts.heights.append(height)
    parts.rates.append(rate)
    parts.lows.append(low)
    parts.highs.append(high)


def _at(book: Book, parts: _Parts, amount: int, gains: int, turns: int) -> Exact:
    """The exact plan at a price on gains and one on turnover."""
    heights = []
    for k, sells, height, rate in zip(parts.places, parts.sells, parts.heights, parts.rates, strict=True):
        if not sells:
            heights.append(height + rate * turns)
            continue
        gain, value = book.gains[k] or 0, book.values[k]
        heights.append(height - rate * turns - (rate * gains * gain // value if value else 0))
    flood = Flood(heights, parts.rates, parts.lows, parts.highs)
    reached = level(flood, amount)
    numerators = [0] * len(book.values)
    for k, move in zip(parts.places, moves(flood, reached), strict=True):
        numerators[k] += move
    return Exact(numerators, reached.denominator * book.weight, parts.flood, reached, ruled=True)


def _bisect(
    plan_at: Callable[[int], Exact], fits: Callable[[Exact], bool], refusal: Callable[[Exact], PlanError]
) -> Exact:
    """The plan at the lowest price at which it fits."""
    plan = plan_at(0)
    if fits(plan):
        return plan
    low, high = 0, 1
    steps = 0
    while not fits(plan := plan_at(high)):
        low, high = high, high << 4
        steps += 1
        if steps > _PRECISE:
            raise refusal(plan)
    while high - low > max(1, high >> _PRECISE):
        middle = (low + high) // 2
        found = plan_at(middle)
        if fits(found):
            high, plan = middle, found
        else:
            low = middle
    return plan
