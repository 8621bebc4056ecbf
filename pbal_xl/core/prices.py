"""Prices on trades: a gain budget and a turnover cap, each one more multiplier on the level.

A price on gains lowers what a sale of gains is worth and raises what a sale of losses is; a price on turnover keeps
sales a distance above the purchases. With a holding's sales and purchases as two holdings of the flood both are
only other heights, and each price is searched for between two: what it limits falls as it rises. The holdings of
a class stand one behind the other, the next where the one before is used up: their gain is convex in what it sells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from pbal_xl.core.exact import Exact, flood_of
from pbal_xl.core.level import Flood, level, moves
from pbal_xl.core.money import from_integer, told
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds

__all__ = ["Aim", "gain_of", "priced", "towards_plan", "towards_targets", "turnover_of", "within_limits"]

# A target of 0 is this much smaller than others while prices are sought.
_LIMIT = 10**6
# Bits a price is found to, and bits by which it may rise at once before nothing changes any more.
_PRECISE = 42
_FARTHEST = 256
# Bits that the ends of a bracket may lie apart before straight lines are of use, and bits that a guess is good to.
_NEAR = 4
_GUESSED = 10
# Steps that may leave more than half of a bracket.
_PATIENT = 2


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
    book: Book, aim: Aim, bounds: Bounds, cash: int, max_gain: int | None, max_turnover: int | None
) -> Exact:
    """The exact plan whose sales realise at most ``max_gain`` and whose amounts come to at most ``max_turnover``.

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
        book, lambda gains, turns: _at(book, aim, parts, amount, gains, turns), max_gain, max_turnover
    )


def within_limits(
    book: Book, at: Callable[[int, int], Exact], max_gain: int | None, max_turnover: int | None
) -> Exact:
    """The plan at the lowest prices on gains and on turnover at which both are within their limits.

    Args:
        book: the portfolio.
        at: the plan at two prices.
        max_gain: most net gain; None for no limit.
        max_turnover: most turnover; None for no limit.

    Raises:
        PlanError: gives the least gain, or turnover, that is possible.
    """
    gains = 1

    def cheapest(turns: int) -> Exact:
        nonlocal gains
        if max_gain is None:
            return at(0, turns)
        # The price found last is a good guess of the next one.
        plan, gains = _lowest_price(
            lambda price: at(price, turns),
            lambda plan: gain_of(book, plan.numerators, plan.denominator) - max_gain,
            lambda plan: _no_such_gain(book, plan, max_gain),
            gains,
        )
        return plan

    if max_turnover is None:
        return cheapest(0)
    plan, _ = _lowest_price(
        cheapest,
        lambda plan: (turnover_of(plan.numerators) - max_turnover * plan.denominator) / plan.denominator,
        lambda plan: _no_such_turnover(book, plan, max_turnover),
    )
    return plan


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


class _Bracket:
    """A price at which something is in excess, and a higher one at which nothing is, with its plan."""

    def __init__(self, plan_at: Callable[[int], Exact], excess: Callable[[Exact], float]) -> None:
        self.plan_at = plan_at
        self.excess = excess
        self.low = self.high = 0
        self.over = self.under = 0.0
        self.plan: Exact

    def fits(self, price: int) -> bool:
        """Whether nothing is in excess at a price, which becomes one of the ends."""
        plan = self.plan_at(price)
        value = self.excess(plan)
        if value > 0:
            self.low, self.over = price, value
            return False
        self.high, self.under, self.plan = price, value, plan
        return True


def _lowest_price(
    plan_at: Callable[[int], Exact],
    excess: Callable[[Exact], float],
    refusal: Callable[[Exact], PlanError],
    guess: int = 1,
) -> tuple[Exact, int]:
    """The plan at the lowest price at which nothing is in excess, and that price, 1 where it is 0."""
    ends = _Bracket(plan_at, excess)
    price, bits = guess, 1
    if ends.fits(guess):
        price -= max(1, guess >> _GUESSED)
        while ends.fits(price):
            if not price:
                return ends.plan, 1
            price >>= bits
            bits *= 2
    else:
        price += max(1, guess >> _GUESSED)
        while not ends.fits(price):
            price <<= bits
            bits *= 2
            if bits > _FARTHEST:
                raise refusal(plan_at(ends.low))
    while ends.high > max(1, ends.low) << _NEAR:
        ends.fits(1 << (ends.low.bit_length() + ends.high.bit_length()) // 2)
    _narrow(ends)
    return ends.plan, ends.high


def _narrow(ends: _Bracket) -> None:
    """Try where a straight line between the ends would meet 0 until they are all but one.

    An end that stays counts half (the Illinois algorithm); where that does not halve the bracket the middle is
    tried.
    """
    slow, fitted = 0, None
    while (width := ends.high - ends.low) > (near := max(1, ends.high >> _PRECISE)):
        over, under = Fraction(ends.over), Fraction(ends.under)
        meets = ends.low + (width // 2 if slow >= _PATIENT else int(width * over / (over - under)))
        fits = ends.fits(min(max(meets, ends.low + near), ends.high - near))
        if fits is fitted:
            ends.over, ends.under = (ends.over / 2, ends.under) if fits else (ends.over, ends.under / 2)
        slow = slow + 1 if 2 * (ends.high - ends.low) > width and slow < _PATIENT else 0
        fitted = fits
