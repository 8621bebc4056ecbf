"""Prices on trades: a gain budget and a turnover cap, each one more multiplier on the level.

A price on gains lowers what a sale of gains is worth and raises what a sale of losses is; a price on turnover keeps
sales a distance above the purchases. With a holding's sales and purchases as two holdings of the flood both are
only other heights, and each price is searched for between two: what it limits falls as it rises. The holdings of
a class stand one behind the other, the next where the one before is used up: their gain is convex in what it sells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from pbal_xl.core.exact import Exact, flood_of
from pbal_xl.core.level import Flood, level, moves
from pbal_xl.core.lowest import lowest_price
from pbal_xl.core.money import from_integer, told
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.guess import Guess

__all__ = [
    "Aim",
    "gain_of",
    "priced",
    "realised",
    "towards_plan",
    "towards_targets",
    "turnover_of",
    "within_limits",
]

# A target of 0 is this much smaller than others while prices are sought.
_LIMIT = 10**6
# A turnover that is so near to its limit, in units of the book or as a part of it, is as good as any.
_NEARLY, _NEARLY_PART = 1e-3, 1e-9


@dataclass(frozen=True, slots=True)
class Aim:
    """What a limited plan comes as near to as it may.

    Attributes:
        heights: how far each group of holdings is above what is sought, in units of a ``unit``-th of the book's.
        rates: above 0: what a unit of level is worth to each group.
        groups: the places of each group, in the order in which they buy.
        unit: above 0.
        flood: the holdings one by one, as the exact plan keeps them.
        between: whether no group goes away from what is sought, or past it.
    """

    heights: Sequence[int]
    rates: Sequence[int]
    groups: Sequence[Sequence[int]]
    unit: int
    flood: Flood
    between: bool = False


def towards_targets(book: Book, terms: Terms, bounds: Bounds, *, between: bool) -> Aim:
    """The aim of a plan that is shaped by nothing but the limits: the targets."""
    flood = flood_of(book, terms, bounds.lows, bounds.highs)
    limit = _LIMIT if book.unwanted and terms.deviation == "relative" else 1
    rates = [rate * limit or 1 for rate in flood.rates]
    return Aim(flood.heights, rates, [[k] for k in range(len(rates))], book.weight, flood, between)


def towards_plan(terms: Terms, book: Book, exact: Exact) -> Aim:
    """The aim of a plan that another rule shapes too: what that rule alone would trade."""
    rates = book.weights if terms.deviation == "relative" else [1] * len(book.weights)
    heights = [-numerator for numerator in exact.numerators]
    groups = [[k] for k in range(len(heights))]
    return Aim(heights, [rate or 1 for rate in rates], groups, exact.denominator, exact.flood, between=True)


class _Parts(NamedTuple):
    """Sales and purchases as holdings of a flood of their own."""

    places: list[int]
    sells: list[bool]
    heights: list[int]
    rates: list[int]
    lows: list[int]
    highs: list[int | None]

    def add(self, k: int, height: int, rate: int, low: int, high: int | None, *, sells: bool) -> None:  # noqa: PLR0913 - one part
        self.places.append(k)
        self.sells.append(sells)
        self.heights.append(height)
        self.rates.append(rate)
        self.lows.append(low)
        self.highs.append(high)


def priced(  # noqa: PLR0913 - the problem, and the two limits
    book: Book,
    aim: Aim,
    bounds: Bounds,
    cash: int,
    max_gain: int | None,
    max_turnover: int | None,
    guess: Guess,
) -> Exact:
    """The exact plan whose sales realise at most ``max_gain`` and whose amounts come to at most ``max_turnover``.

    Both prices are looked for from a guess on, which then holds what was found.

    Raises:
        PlanError: gives the least gain, or turnover, that is possible.
    """
    parts = _parts(book, aim, bounds)
    if sum(parts.lows) > cash * aim.unit:
        # What may go no further than its target cannot raise the cash alone.
        parts = _parts(book, replace(aim, between=False), bounds)
    most = sum([high or 0 for high in parts.highs]) if None not in parts.highs else None
    amount = cash * aim.unit if most is None else min(cash * aim.unit, most)

    return within_limits(
        book, lambda gains, turns: _at(book, aim, parts, amount, gains, turns), max_gain, max_turnover, guess
    )


def within_limits(
    book: Book, at: Callable[[int, int], Exact], max_gain: int | None, max_turnover: int | None, guess: Guess
) -> Exact:
    """The plan at the lowest prices on gains and on turnover at which both are within their limits.

    Args:
        book: the portfolio.
        at: the plan at two prices.
        max_gain: most net gain; None for no limit.
        max_turnover: most turnover; None for no limit.
        guess: where the search of the prices starts; holds what was found.

    Raises:
        PlanError: gives the least gain, or turnover, that is possible.
    """

    def counted(gains: int, turns: int) -> Exact:
        guess.solved(len(book.values))
        return at(gains, turns)

    met: list[tuple[int, int]] = []

    def cheapest(turns: int) -> Exact:
        if max_gain is None:
            return counted(0, turns)
        if len(met) > 1:
            guess.gains = _on_a_line(met, turns)
        plan, guess.gains = lowest_price(
            lambda price: counted(price, turns),
            lambda plan: gain_of(book, plan.numerators, plan.denominator) - max_gain,
            lambda plan: _no_such_gain(book, plan, max_gain),
            guess.gains,
            guess.bits,
        )
        met.append((turns, guess.gains))
        return plan

    if max_turnover is None:
        return cheapest(0)
    plan, guess.turns = lowest_price(
        cheapest,
        lambda plan: (turnover_of(plan.numerators) - max_turnover * plan.denominator) / plan.denominator,
        lambda plan: _no_such_turnover(book, plan, max_turnover),
        guess.turns,
        guess.bits,
        max(_NEARLY, max_turnover * _NEARLY_PART),
    )
    return plan


def _on_a_line(met: Sequence[tuple[int, int]], turns: int) -> int:
    """The price on gains that goes with one on turnover, as the two nearest of those met tell."""
    (near, gains), (other, others) = sorted(met, key=lambda one: abs(one[0] - turns))[:2]
    return gains if near == other else max(1, gains + (others - gains) * (turns - near) // (other - near))


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


def realised(book: Book, amounts: Sequence[int]) -> int:
    """Net gain realised, each order's to the minor unit, as the orders tell it."""
    total = 0
    for amount, gain, value in zip(amounts, book.gains, book.values, strict=True):
        if amount < 0 and gain:
            total += (2 * gain * -amount + value * book.unit) // (2 * value * book.unit) * book.unit
    return total


def turnover_of(numerators: Sequence[int]) -> int:
    """Sum of what is bought and sold."""
    return sum([abs(numerator) for numerator in numerators])


def _parts(book: Book, aim: Aim, bounds: Bounds) -> _Parts:
    parts = _Parts([], [], [], [], [], [])
    for group, height, rate in zip(aim.groups, aim.heights, aim.rates, strict=True):
        # No order away from what is sought or past it: so far down, so far up.
        down, up = (max(0, height), max(0, -height)) if aim.between else (None, None)
        below = above = height
        for k in sorted(group, key=lambda k: (book.gains[k] or 0) / (book.values[k] or 1)):
            low, high = _room(bounds, k, aim.unit, down, up)
            if low < 0:
                parts.add(k, below, rate, low, 0 if high is None else min(high, 0), sells=True)
                below += low
                down = None if down is None else max(0, down + low)
        for k in group:
            low, high = _room(bounds, k, aim.unit, down, up)
            if high is None or high > 0 or low >= 0:
                parts.add(k, above, rate, max(low, 0), high, sells=False)
                # Behind one without a limit nothing is bought but what must be.
                above += high or 0
                up = 0 if high is None else up if up is None else max(0, up - high)
    return parts


def _room(bounds: Bounds, k: int, unit: int, down: int | None, up: int | None) -> tuple[int, int | None]:
    """Least and most trade of a holding; what it must trade goes before where it should end."""
    lowest, highest = bounds.lows[k] * unit, bounds.highs[k]
    most = None if highest is None else highest * unit
    low = lowest if down is None else max(lowest, -down)
    high = most if up is None else up if most is None else min(most, up)
    if most is not None and most < 0:
        return min(low, most), most
    if lowest > 0:
        return lowest, high if high is None else max(lowest, high)
    return low, high


def _at(book: Book, aim: Aim, parts: _Parts, amount: int, gains: int, turns: int) -> Exact:  # noqa: PLR0913 - a problem and its prices
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
    return Exact(numerators, reached.denominator * aim.unit, aim.flood, reached, ruled=True)
