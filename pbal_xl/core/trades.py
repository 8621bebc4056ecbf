"""From a book to its trades, in the trade unit that was asked for.

Everything is in the integers of the book. Signs: buys positive, sells negative.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.hard import rebalance
from pbal_xl.core.minimum import choices, hard_with_minimum
from pbal_xl.core.money import from_integer
from pbal_xl.core.neversell import Ratio, flood, level, pools
from pbal_xl.core.units import largest_remainder, lumps, to_cents, whole_units
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.book import Book
    from pbal_xl.core.model import Deviation, Strategy
    from pbal_xl.core.neversell import Pool

__all__ = [
    "Terms",
    "Trades",
    "aim_level",
    "aims",
    "exact_amounts",
    "in_units",
    "reached_level",
    "shared_out",
    "too_little",
]


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked for.

    Attributes:
        strategy: "never-sell" or "hard".
        deviation: "relative" or "absolute".
        step: smallest trade unit, in the integers of the book: the minor unit or the increment.
        least: minimum trade; 0 for none.
    """

    strategy: Strategy
    deviation: Deviation
    step: int
    least: int


@dataclass(frozen=True, slots=True)
class Trades:
    """What to trade, by place in the book.

    Attributes:
        amounts: signed money.
        counts: signed whole shares; None where the unit is money.
        closed: places sold out to their last fraction of a share.
        gap: how much nearer to its aim any other choice could be, in money.
    """

    amounts: list[int]
    counts: list[int] | None = None
    closed: frozenset[int] = frozenset()
    gap: float = 0.0


def in_units(book: Book, terms: Terms) -> Trades:
    """Trades in money: to the cent, or in multiples of the increment.

    Raises:
        PlanError: the minimum trade leaves too little that can be sold.
    """
    if terms.strategy == "hard":
        return _hard(book, terms)
    return _never_sell(book, terms)


def _never_sell(book: Book, terms: Terms) -> Trades:
    selling = book.cash < 0
    wanted = abs(whole_units(book.cash, terms.step))
    if selling:
        wanted = min(wanted, book.value)
    amounts = [0] * len(book.values)
    for pool in pools(book, terms.deviation):
        if wanted <= 0:
            break
        moved = _pool_moves(book, terms, pool, wanted)
        for i, money in zip(pool.members, moved, strict=True):
            amounts[i] = -money if selling else money
        wanted -= sum(moved)
    if selling and sum(amounts) > book.cash:
        raise too_little(book, terms)
    gap = _gap_to_exact(book, terms, amounts) if terms.least else 0.0
    return Trades(amounts, gap=gap)


def _pool_moves(book: Book, terms: Terms, pool: Pool, wanted: int) -> list[int]:
    """What each member of the pool moves, none of it below the minimum trade."""
    if not terms.least:
        capacity = pool.capacity
        return _round(book, terms, pool, wanted if capacity is None else min(wanted, capacity))
    least = -whole_units(-terms.least, terms.step)
    moved = [0] * len(pool.members)
    minima = [least] * len(moved)
    for choice in choices(pool, wanted, minima, aim_level(book, terms, pool), most=1):
        rest = _round(book, terms, choice.rest, choice.amount)
        for k, more in zip(choice.members, rest, strict=True):
            moved[k] = least + more
    return moved


def _round(book: Book, terms: Terms, pool: Pool, amount: int) -> list[int]:
    if terms.step == book.unit:
        return to_cents(pool, book.unit, amount)
    return lumps(pool, terms.step, amount, _tie(book, pool))


def _tie(book: Book, pool: Pool) -> Callable[[int, int], float]:
    """Among equals: sell the one with the least gain per value first; buy the one with the least gain first."""
    gains = [book.gains[i] or 0 for i in pool.members]
    if pool.room is None:
        # Counting what was bought as gain is the rule of the program this one grew from; nobody loses by it.
        return lambda k, moved: gains[k] + moved
    per_value = [gain / (book.values[i] or 1) for gain, i in zip(gains, pool.members, strict=True)]
    return lambda k, _: per_value[k]


def _hard(book: Book, terms: Terms) -> Trades:
    total = whole_units(book.cash, terms.step)
    exact = rebalance(book)
    if terms.least:
        large_enough = hard_with_minimum(book, [-whole_units(-terms.least, terms.step)] * len(book.values))
        if large_enough is None:
            return _never_sell(book, terms)
        exact = large_enough
    amounts = largest_remainder(exact, terms.step, max(total, -book.value), [-value for value in book.values])
    gap = _gap_to_exact(book, terms, amounts) if terms.least else 0.0
    return Trades(amounts, gap=gap)


def too_little(book: Book, terms: Terms) -> PlanError:
    """The refusal of a withdrawal that the minimum trade makes impossible."""
    asked = from_integer(-book.cash, book.decimals)
    least = from_integer(terms.least, book.decimals)
    return PlanError(
        f"cannot withdraw {asked:,} with a minimum trade of {least:,}: too few holdings are worth as much"
    )


def aim_level(book: Book, terms: Terms, pool: Pool) -> float:
    """The level (height over rate) at which all members of the pool would be at their targets."""
    if terms.deviation == "absolute":
        return 0.0
    if not any(book.weights[i] for i in pool.members):
        return 0.0
    aim = (book.value + book.cash) / book.weight
    return aim if book.cash >= 0 else -aim


def aims(book: Book) -> list[float]:
    """Signed money from each holding to its target share of the new total."""
    weight, total = book.weight, book.value + book.cash
    return [(w * total - value * weight) / weight for value, w in zip(book.values, book.weights, strict=True)]


def _distance(book: Book, terms: Terms, amounts: Sequence[float]) -> float:
    """Distance to the targets in money; with relative deviation a miss counts by how small its target is."""
    count = sum(1 for w in book.weights if w)
    weight = book.weight
    square = 0.0
    for amount, aim, w in zip(amounts, aims(book), book.weights, strict=True):
        if terms.deviation == "absolute" or terms.strategy == "hard":
            square += (amount - aim) ** 2
        elif w:
            square += (amount - aim) ** 2 * weight / (count * w)
    return sqrt(square)


def _gap_to_exact(book: Book, terms: Terms, amounts: Sequence[int]) -> float:
    """No plan is nearer than the exact one without a minimum trade."""
    best = exact_amounts(book, terms)
    return max(0.0, _distance(book, terms, amounts) - _distance(book, terms, best))


def exact_amounts(book: Book, terms: Terms) -> list[float]:
    """The signed amounts of the strategy before any rounding."""
    if terms.strategy == "hard":
        exact = rebalance(book)
        return [numerator / exact.denominator for numerator in exact.numerators]
    sign = -1 if book.cash < 0 else 1
    amounts = [0.0] * len(book.values)
    for pool, part in shared_out(book, terms):
        exact = flood(pool, part)
        for i, numerator in zip(pool.members, exact.numerators, strict=True):
            amounts[i] = sign * numerator / exact.denominator
    return amounts


def shared_out(book: Book, terms: Terms) -> list[tuple[Pool, int]]:
    """The pools of the never-sell strategy, each with what it moves."""
    wanted = abs(book.cash)
    parts = []
    for pool in pools(book, terms.deviation):
        part = wanted if pool.capacity is None else min(wanted, pool.capacity)
        parts.append((pool, part))
        wanted -= part
    return parts


def reached_level(book: Book, terms: Terms) -> Ratio | None:
    """The level of the exact plan as ``Plan.level`` defines it, in the integers of the book."""
    weight = book.weight
    each = book.weights[0] if book.equal else weight
    if terms.strategy == "hard":
        return Ratio((book.value + book.cash) * each, weight)
    pool, part = shared_out(book, terms)[-1]
    if not pool.members:
        return None
    reached = level(pool.heights, pool.rates, part * pool.factor)
    sign = 1 if book.cash >= 0 else -1
    if terms.deviation == "relative":
        return Ratio(sign * reached.numerator * each, reached.denominator)
    shift = Ratio(sign * reached.numerator, reached.denominator * weight)
    if not book.equal:
        return shift
    # Equal weights: both deviations mean the same, so the level is told the same way.
    count = len(book.values)
    return Ratio(shift.numerator * count + (book.value + book.cash) * shift.denominator, shift.denominator * count)
