"""Orders of at least a minimum, or at most so many: who trades is chosen, then rounded to trade units."""

from __future__ import annotations

from dataclasses import replace
from math import fsum, sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.bounds import Bounds, selling_more
from pbal_xl.core.exact import exact_plan, flood_of, followed
from pbal_xl.core.fewest import reachable
from pbal_xl.core.level import Flood, Problem, level
from pbal_xl.core.lumps import in_money
from pbal_xl.core.members import WORK, Members, choose
from pbal_xl.core.money import from_integer, told
from pbal_xl.core.shares import EFFORT, in_fractions, in_shares, keeps_to_exact
from pbal_xl.core.traded import Trades, in_counts
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.exact import Exact
    from pbal_xl.core.shares import Measure, Shares

__all__ = ["least_in_money", "least_in_shares", "too_little", "whole_steps"]

# Sets of members judged in whole shares: fewer of more holdings.
_JUDGED = 400
_FEWEST_JUDGED, _MOST_JUDGED = 3, 24
# Of many tries each may take so many times less.
_HURRY = 8
# A target of 0 is this much smaller than others while members are chosen.
_LIMIT = 10**5


def whole_steps(terms: Terms, cash: int) -> int:
    """The most that trades in steps may sum to: a deposit is cut to whole steps."""
    return cash // terms.step * terms.step if cash > 0 else cash


def too_little(book: Book, terms: Terms) -> PlanError:
    """The refusal of cash that no orders in these trade units raise."""
    if book.cash >= 0:
        return PlanError("no orders in these trade units trade what must be bought or sold")
    asked, least = told(from_integer(-book.cash, book.decimals), from_integer(terms.smallest, book.decimals))
    if terms.most_orders is not None:
        limit = f"max_trades {terms.most_orders}" + (f" and a minimum trade of {least}" if terms.smallest else "")
        return PlanError(f"cannot withdraw {asked} with {limit}: too few holdings are worth enough")
    if terms.smallest:
        return PlanError(
            f"cannot withdraw {asked} with a minimum trade of {least}: too few holdings are worth as much"
        )
    (step,) = told(from_integer(terms.step, book.decimals))
    return PlanError(f"cannot withdraw {asked} in multiples of {step} within what may be sold")


def least_in_money(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades | None:
    """The best set of members, its own exact plan, and that in multiples of the step; None where none fits."""
    least = terms.smallest_in(terms.step)
    cash = whole_steps(terms, book.cash)
    within, minima = _closable(book, terms, bounds, exact, least)
    if terms.strategy == "never-sell":
        moved = _moved(terms, within, cash, minima)
        if moved is None:
            return None
        if not moved:
            return Trades([0] * len(book.values), None, frozenset(), 0.0, exact, bounds)
        cash = moved
    if exact.ruled:
        problem = _near_exact(terms, within, exact, minima, cash)
        scale, factor = exact.denominator, 1 / exact.denominator**2
    else:
        problem, factor = _towards_targets(book, terms, within, minima, cash)
        scale = book.weight
    problem, found = _chosen(terms, problem)
    if found is None:
        return None
    within = Bounds(
        [low // scale for low in found.lows], [None if high is None else high // scale for high in found.highs]
    )
    left = _left_over(problem, found.lows, found.highs) // scale
    amounts = _placed(book, terms, within, exact, cash, left)
    if amounts is None:
        return None
    if terms.step == book.unit and found.bound >= found.value * (1 - 1e-9):
        gap: float | None = 0.0
    else:
        reached = _missed(problem, amounts, scale)
        gap = max(0.0, sqrt(reached * factor) - sqrt(found.bound * factor))
    return Trades(amounts, None, frozenset(), gap, exact, bounds)


def _placed(  # noqa: PLR0913 - the problem, and what its best set leaves over
    book: Book, terms: Terms, within: Bounds, exact: Exact, cash: int, left: int
) -> list[int] | None:
    """A set's own exact plan in multiples of the step: of an odd amount left over, what is a multiple."""
    for over in dict.fromkeys((left, left // terms.step * terms.step)):
        if exact.ruled:
            plan = followed(exact, within.lows, within.highs, cash - over)
        else:
            plan = exact_plan(book, terms, within, cash - over)
        amounts = in_money(book, terms, within, plan, cash - over)
        if amounts is not None:
            return amounts
    return None


def _closable(book: Book, terms: Terms, bounds: Bounds, exact: Exact, least: int) -> tuple[Bounds, list[int]]:
    """Bounds, and the smallest order of each: what is worth less than the multiple can only be closed."""
    highs, minima = list(bounds.highs), [least] * len(book.values)
    for k, (value, high) in enumerate(zip(book.values, bounds.highs, strict=True)):
        never_bought = high is not None and high <= 0
        if max(terms.smallest, 1) <= value < least and (never_bought or exact.numerators[k] < 0):
            minima[k] = value
            highs[k] = high if never_bought else 0
    return Bounds(bounds.lows, highs), minima


def _chosen(terms: Terms, problem: Problem) -> tuple[Problem, Members[None] | None]:
    """The set of members whose orders sum to the amount, and the problem it solves.

    A hard rebalance leaves money over only where no set uses it up, or where using it up leads further away than
    trading nothing.
    """

    def search(one: Problem) -> Members[None] | None:
        return choose(one, lambda _lows, _highs, value: (value, None), _MOST_JUDGED * 100, _work(terms))

    problem = replace(problem, alike=True)
    exactly = replace(problem, idle=0)
    found = search(exactly)
    if terms.strategy != "hard":
        return exactly, found
    if found is not None:
        flood = problem.flood
        still = fsum([height**2 / rate for height, rate in zip(flood.heights, flood.rates, strict=True)])
        if problem.amount <= 0 or found.value <= still + problem.amount**2 / problem.idle:
            return exactly, found
    return problem, search(problem)


def _moved(terms: Terms, bounds: Bounds, cash: int, minima: Sequence[int]) -> int | None:
    """What a deposit or withdrawal in orders of at least their minima comes to; None where it raises too little."""
    if cash < 0:
        raised = reachable(-cash, minima, [-low for low in bounds.lows], terms.most_orders)
        return None if raised is None else -raised
    least = max(minima)
    rooms = [high for high in bounds.highs if high is None or high >= least]
    if not rooms or cash < least or terms.most_orders == 0:
        return 0
    if None in rooms:
        return cash
    largest = sorted([room for room in rooms if room is not None], reverse=True)[: cash // least]
    return min(cash, sum(largest[: terms.most_orders]))


def _towards_targets(
    book: Book, terms: Terms, bounds: Bounds, minima: Sequence[int], cash: int
) -> tuple[Problem, float]:
    """The choice of members by their distance to the targets; the factor makes a value of it money squared."""
    flood = flood_of(book, terms, bounds.lows, bounds.highs)
    weight = book.weight
    # What cannot be chosen does not count, nor what is no multiple of the step.
    fixed = [
        (-low if low == -value else -low // terms.step * terms.step) * weight if low == high else height
        for low, high, height, value in zip(bounds.lows, bounds.highs, flood.heights, book.values, strict=True)
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
    return Problem(flood, [least * weight for least in minima], cash * weight, idle, terms.most_orders), factor


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
    missed = fsum(
        [
            (height + amount * scale) ** 2 / rate
            for height, amount, rate in zip(flood.heights, amounts, flood.rates, strict=True)
        ]
    )
    if problem.idle:
        missed += (problem.amount - sum(amounts) * scale) ** 2 / problem.idle
    return missed


def least_in_shares(  # noqa: PLR0913 - what the steps before worked out
    book: Book, terms: Terms, bounds: Bounds, within: Bounds, exact: Exact, measure: Measure
) -> Trades | None:
    """Members are chosen by what they come to in whole shares; None where none fit."""
    lumps = [book.lump(k) for k in range(len(book.values))]
    minima = [terms.smallest_in(lump) for lump in lumps]
    buying = terms.strategy == "never-sell" and book.cash >= 0
    found = _best_set(book, terms, within, exact, measure, minima, buying=buying)
    if found is None and not buying:
        spare = selling_more(bounds, within)
        found = _best_set(book, terms, spare, exact, measure, minima, buying=buying)
    if found is not None:
        return found
    if buying:
        gap = 0.0 if min(minima) > book.cash else None
        return Trades([0] * len(minima), [0] * len(minima), frozenset(), gap, exact, bounds)
    amounts, counts, parts = in_fractions(book, bounds)
    few = terms.most_orders is None or sum([amount != 0 for amount in amounts]) <= terms.most_orders
    if few and sum(amounts) <= book.cash and all(not amount or -amount >= terms.smallest for amount in amounts):
        return Trades(amounts, counts, parts, None, exact, bounds)
    # Two searches have used their work up, and this one's plan is not examined.
    found = least_in_money(book, replace(terms, hurried=True), bounds, exact)
    if found is None:
        return None
    sold = frozenset([k for k, amount in enumerate(found.amounts) if amount])
    return replace(found, counts=[0] * len(minima), gap=None, parts=sold)


def _best_set(  # noqa: PLR0913 - what the steps before worked out
    book: Book, terms: Terms, bounds: Bounds, exact: Exact, measure: Measure, minima: Sequence[int], *, buying: bool
) -> Trades | None:
    if buying and not keeps_to_exact(book, terms, exact):
        problem, factor = _towards_targets(book, terms, bounds, minima, book.cash)
        # Money left over is free where more of it would only go past the targets.
        problem, scale = replace(problem, idle=max(problem.flood.rates) * 10**9), book.weight
    else:
        problem, scale = _near_exact(terms, bounds, exact, minima, book.cash), exact.denominator
        factor = 1 / scale**2

    hurry = _HURRY if terms.hurried else 1
    effort = EFFORT // 10 // hurry

    def judge(lows: list[int], highs: list[int | None], _: float) -> tuple[float, Shares] | None:
        within = Bounds([low // scale for low in lows], [None if high is None else high // scale for high in highs])
        found = in_shares(book, within, exact, measure, effort)
        return None if found is None else ((measure.base + found.miss) / factor, found)

    most = max(_FEWEST_JUDGED, min(_MOST_JUDGED, _JUDGED // len(minima)) // hurry)
    best = choose(problem, judge, most, _work(terms))
    if best is None:
        return None
    gap = measure.gap(best.payload.miss, best.bound * factor - measure.base)
    return in_counts(book, best.payload.counts, gap, exact, bounds)


def _work(terms: Terms) -> int:
    return WORK // _HURRY if terms.hurried else WORK


def _near_exact(terms: Terms, bounds: Bounds, exact: Exact, minima: Sequence[int], cash: int) -> Problem:
    """The choice of members by their distance to the exact plan."""
    scale = exact.denominator
    flood = Flood(
        heights=[-numerator for numerator in exact.numerators],
        rates=[1] * len(minima),
        lows=[low * scale for low in bounds.lows],
        highs=[None if high is None else high * scale for high in bounds.highs],
    )
    return Problem(flood, [least * scale for least in minima], cash * scale, 1, terms.most_orders)
