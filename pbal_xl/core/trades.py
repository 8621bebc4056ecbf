"""From a book to its trades: bounds, the exact plan, who may trade, and rounding to trade units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.bounds import Bounds, bounds_of, check_cash
from pbal_xl.core.exact import Exact, exact_plan, flood_of, followed
from pbal_xl.core.level import Flood, level
from pbal_xl.core.lumps import in_money
from pbal_xl.core.members import Members, Problem, choose, reachable
from pbal_xl.core.money import from_integer, told
from pbal_xl.core.shares import EFFORT, Measure, in_fractions, in_shares, may_sell, measure_of
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.shares import Shares

__all__ = ["Trades", "trades_by", "trades_of"]

# Sets of members judged in whole shares: fewer of more holdings.
_JUDGED = 400
_FEWEST_JUDGED, _MOST_JUDGED = 3, 24
# A target of 0 is this much smaller than others while members are chosen.
_LIMIT = 10**5


@dataclass(frozen=True, slots=True)
class Trades:
    """What is traded, by place in the book.

    Attributes:
        amounts: money, signed.
        counts: whole shares, signed; None where orders are in money.
        parts: places where a fraction of a share is sold beside the whole ones.
        gap: distance in money that another plan could at most be nearer; None where not examined.
        exact: the exact plan that the trades follow.
        bounds: those of the strategy and the holdings.
        weights: target weights that targets of classes give the holdings; None for their own.
    """

    amounts: list[int]
    counts: list[int] | None
    parts: frozenset[int]
    gap: float | None
    exact: Exact
    bounds: Bounds
    weights: list[int] | None = None


def trades_of(book: Book, terms: Terms) -> Trades:
    """The trades asked for.

    Raises:
        PlanError: no trades fit the bounds.
    """
    bounds = bounds_of(book, terms)
    check_cash(book, bounds)
    return trades_by(book, terms, bounds, exact_plan(book, terms, bounds, book.cash))


def trades_by(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades:
    """The trades that follow an exact plan.

    Raises:
        PlanError: no trades fit the bounds.
    """
    if not any(exact.numerators) and not book.cash and terms.strategy == "never-sell":
        return Trades([0] * len(book.values), None, frozenset(), 0.0, exact, bounds)
    if terms.whole:
        return _in_shares(book, terms, bounds, exact)
    if terms.chooses:
        return _least_in_money(book, terms, bounds, exact)
    amounts = in_money(book, terms, bounds, exact, _whole_steps(terms, book.cash))
    if amounts is None:
        raise _too_little(book, terms)
    return Trades(amounts, None, frozenset(), _lumps_gap(terms, amounts), exact, bounds)


def _whole_steps(terms: Terms, cash: int) -> int:
    """The most that trades in steps may sum to: a deposit is cut to whole steps."""
    return cash // terms.step * terms.step if cash > 0 else cash


def _lumps_gap(terms: Terms, amounts: Sequence[int]) -> float | None:
    """Lumps of one size are placed best; one that closes a position at an odd size was not examined."""
    return None if any(amount % terms.step for amount in amounts) else 0.0


def _too_little(book: Book, terms: Terms) -> PlanError:
    asked, least = told(from_integer(-book.cash, book.decimals), from_integer(terms.least, book.decimals))
    if terms.orders is not None:
        limit = f"max_trades {terms.orders}" + (f" and a minimum trade of {least}" if terms.least else "")
        return PlanError(f"cannot withdraw {asked} with {limit}: too few holdings are worth enough")
    if terms.least:
        return PlanError(
            f"cannot withdraw {asked} with a minimum trade of {least}: too few holdings are worth as much"
        )
    (step,) = told(from_integer(terms.step, book.decimals))
    return PlanError(f"cannot withdraw {asked} in multiples of {step} within what may be sold")


# -- a minimum trade, in money ---------------------------------------------------------------------------------


def _least_in_money(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades:
    """The best set of members, its own exact plan, and that in multiples of the step."""
    least = -(-max(terms.least, 1) // terms.step) * terms.step
    cash = _whole_steps(terms, book.cash)
    # A position between the minimum and its multiple can be closed.
    minima = [min(value, least) if value >= max(terms.least, 1) else least for value in book.values]
    if terms.strategy == "never-sell":
        moved = _moved(terms, bounds, cash, minima)
        if moved is None:
            raise _too_little(book, terms)
        if not moved:
            return Trades([0] * len(book.values), None, frozenset(), 0.0, exact, bounds)
        cash = moved
    if exact.ruled:
        problem = _near_exact(terms, bounds, exact, minima, cash)
        scale, factor = exact.denominator, 1 / exact.denominator**2
    else:
        problem, factor = _towards_targets(book, terms, bounds, minima, cash)
        scale = book.weight
    problem, found = _chosen(terms, problem)
    if found is None:
        raise _too_little(book, terms)
    within = Bounds(
        [low // scale for low in found.lows], [None if high is None else high // scale for high in found.highs]
    )
    cash -= _left_over(problem, found.lows, found.highs) // scale
    if exact.ruled:
        plan = followed(exact, within.lows, within.highs, cash)
    else:
        plan = exact_plan(book, terms, within, cash)
    amounts = in_money(book, terms, within, plan, cash)
    if amounts is None:
        raise _too_little(book, terms)
    if terms.step == book.unit and found.bound >= found.value * (1 - 1e-9):
        gap: float | None = 0.0
    else:
        reached = _missed(problem, amounts, scale)
        gap = max(0.0, sqrt(reached * factor) - sqrt(found.bound * factor))
    return Trades(amounts, None, frozenset(), gap, exact, bounds)


def _chosen(terms: Terms, problem: Problem) -> tuple[Problem, Members[None] | None]:
    """The set of members whose orders sum to the amount, and the problem it solves.

    A hard rebalance leaves money over only where no set uses it up, or where using it up leads further away than
    trading nothing.
    """

    def search(one: Problem) -> Members[None] | None:
        return choose(one, lambda _lows, _highs, value: (value, None), _MOST_JUDGED * 100)

    exactly = replace(problem, idle=0)
    found = search(exactly)
    if terms.strategy != "hard":
        return exactly, found
    if found is not None:
        flood = problem.flood
        still = sum([height**2 / rate for height, rate in zip(flood.heights, flood.rates, strict=True)])
        if problem.amount <= 0 or found.value <= still + problem.amount**2 / problem.idle:
            return exactly, found
    return problem, search(problem)


def _moved(terms: Terms, bounds: Bounds, cash: int, minima: Sequence[int]) -> int | None:
    """What a deposit or withdrawal in orders of at least their minima comes to; None where it raises too little."""
    if cash < 0:
        raised = reachable(-cash, minima, [-low for low in bounds.lows], terms.orders)
        return None if raised is None else -raised
    least = max(minima)
    rooms = [high for high in bounds.highs if high is None or high >= least]
    if not rooms or cash < least or terms.orders == 0:
        return 0
    if None in rooms:
        return cash
    largest = sorted([room for room in rooms if room is not None], reverse=True)[: cash // least]
    return min(cash, sum(largest[: terms.orders]))


def _towards_targets(
    book: Book, terms: Terms, bounds: Bounds, minima: Sequence[int], cash: int
) -> tuple[Problem, float]:
    """The choice of members by their distance to the targets; the factor makes a value of it money squared."""
    flood = flood_of(book, terms, bounds.lows, bounds.highs)
    weight = book.weight
    # What cannot be chosen does not count.
    fixed = [
        -low * weight if low == high else height
        for low, high, height in zip(bounds.lows, bounds.highs, flood.heights, strict=True)
    ]
    flood = replace(flood, heights=fixed)
    factor = 1 / weight**2
    idle = 1
    if terms.deviation == "relative":
        funded = len(book.values) - len(book.unwanted)
        limit = _LIMIT if book.unwanted else 1
        flood = replace(flood, rates=[funded * w * limit or 1 for w in book.weights])
        factor = limit / weight
        idle = weight * limit
    return Problem(flood, [least * weight for least in minima], cash * weight, idle, terms.orders), factor


def _left_over(problem: Problem, lows: Sequence[int], highs: Sequence[int | None]) -> int:
    """Money a chosen set leaves over, in whole units of the book."""
    if not problem.idle:
        return 0
    flood = problem.flood
    with_cash = Flood([*flood.heights, 0], [*flood.rates, problem.idle], [*lows, 0], [*highs, None])
    reached = level(with_cash, problem.amount)
    return max(0, problem.idle * reached.numerator // reached.denominator)


def _missed(problem: Problem, amounts: Sequence[int], scale: int) -> float:
    flood = problem.flood
    missed = sum(
        [
            (height + amount * scale) ** 2 / rate
            for height, amount, rate in zip(flood.heights, amounts, flood.rates, strict=True)
        ]
    )
    if problem.idle:
        missed += (problem.amount - sum(amounts) * scale) ** 2 / problem.idle
    return missed


# -- whole shares ----------------------------------------------------------------------------------------------


def _in_shares(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades:
    measure = measure_of(book, terms, exact)
    selling = terms.strategy == "never-sell" and book.cash < 0 and not exact.ruled
    within = may_sell(book, exact, bounds, -book.cash) if selling else _not_turned(terms, bounds, exact)
    if terms.chooses:
        return _least_in_shares(book, terms, bounds, within, exact, measure)
    effort = EFFORT // 10 if terms.hurried else EFFORT
    found = in_shares(book, within, exact, measure, effort)
    if found is None and within is not bounds:
        found = in_shares(book, bounds, exact, measure, effort)
    if found is None:
        amounts, counts, parts = in_fractions(book, bounds)
        return Trades(amounts, counts, parts, None, exact, bounds)
    return _trades(book, found.counts, _gap(measure, found.miss, found.bound), exact, bounds)


def _trades(book: Book, counts: list[int], gap: float | None, exact: Exact, bounds: Bounds) -> Trades:
    amounts = [count * book.lump(k) for k, count in enumerate(counts)]
    return Trades(amounts, counts, frozenset(), gap, exact, bounds)


def _gap(measure: Measure, miss: float, bound: float) -> float:
    return 0.0 if bound >= miss else max(0.0, measure.distance(miss) - measure.distance(bound))


def _not_turned(terms: Terms, bounds: Bounds, exact: Exact) -> Bounds:
    """A hard rebalance's bounds: rounding never turns an order round."""
    if terms.strategy != "hard" and not exact.ruled:
        return bounds
    lows, highs = list(bounds.lows), list(bounds.highs)
    for k, numerator in enumerate(exact.numerators):
        if numerator > 0:
            lows[k] = max(lows[k], 0)
        elif numerator < 0:
            high = highs[k]
            highs[k] = 0 if high is None else min(high, 0)
        elif exact.ruled and lows[k] <= 0:
            # What a rule leaves alone stays.
            lows[k], highs[k] = 0, 0
    return Bounds(lows, highs)


def _least_in_shares(  # noqa: PLR0913 - what the steps before worked out
    book: Book, terms: Terms, bounds: Bounds, within: Bounds, exact: Exact, measure: Measure
) -> Trades:
    """Members are chosen by what they come to in whole shares."""
    lumps = [book.lump(k) for k in range(len(book.values))]
    minima = [-(-max(terms.least, 1) // lump) * lump for lump in lumps]
    buying = terms.strategy == "never-sell" and book.cash >= 0
    found = _best_set(book, terms, within, exact, measure, minima, buying=buying)
    if found is None and not buying:
        found = _best_set(book, terms, bounds, exact, measure, minima, buying=buying)
    if found is not None:
        return found
    if buying:
        gap = 0.0 if min(minima) > book.cash else None
        return Trades([0] * len(minima), [0] * len(minima), frozenset(), gap, exact, bounds)
    amounts, counts, parts = in_fractions(book, bounds)
    few = terms.orders is None or sum([amount != 0 for amount in amounts]) <= terms.orders
    if few and sum(amounts) <= book.cash and all(not amount or -amount >= terms.least for amount in amounts):
        return Trades(amounts, counts, parts, None, exact, bounds)
    found = _least_in_money(book, terms, bounds, exact)
    return replace(found, counts=[0] * len(minima), gap=None, parts=_sold(found.amounts))


def _sold(amounts: Sequence[int]) -> frozenset[int]:
    return frozenset([k for k, amount in enumerate(amounts) if amount])


def _best_set(  # noqa: PLR0913 - what the steps before worked out
    book: Book, terms: Terms, bounds: Bounds, exact: Exact, measure: Measure, minima: Sequence[int], *, buying: bool
) -> Trades | None:
    if buying and not exact.ruled:
        problem, factor = _towards_targets(book, terms, bounds, minima, book.cash)
        # Money left over is free where more of it would only go past the targets.
        problem, scale = replace(problem, idle=max(problem.flood.rates) * 10**9), book.weight
    else:
        problem, scale = _near_exact(terms, bounds, exact, minima, book.cash), exact.denominator
        factor = 1 / scale**2

    def judge(lows: list[int], highs: list[int | None], _: float) -> tuple[float, Shares] | None:
        within = Bounds([low // scale for low in lows], [None if high is None else high // scale for high in highs])
        found = in_shares(book, within, exact, measure, EFFORT // 10)
        return None if found is None else ((measure.base + found.miss) / factor, found)

    most = max(_FEWEST_JUDGED, min(_MOST_JUDGED, _JUDGED // len(minima)))
    best = choose(problem, judge, most)
    if best is None:
        return None
    gap = _gap(measure, best.payload.miss, best.bound * factor - measure.base)
    return _trades(book, best.payload.counts, gap, exact, bounds)


def _near_exact(terms: Terms, bounds: Bounds, exact: Exact, minima: Sequence[int], cash: int) -> Problem:
    """The choice of members by their distance to the exact plan."""
    scale = exact.denominator
    flood = Flood(
        heights=[-numerator for numerator in exact.numerators],
        rates=[1] * len(minima),
        lows=[low * scale for low in bounds.lows],
        highs=[None if high is None else high * scale for high in bounds.highs],
    )
    return Problem(flood, [least * scale for least in minima], cash * scale, 1, terms.orders)
