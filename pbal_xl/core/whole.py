"""The whole-share problems of a deposit, a withdrawal and a hard rebalance, handed to one solver.

A deposit is measured against the targets; a withdrawal and a hard rebalance against their exact plan, in which no
cash is left over. A withdrawal must not be measured against the targets: that would reward selling more than was
asked; and without counting what is raised too much, many small roundings up would do the same.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.hard import rebalance
from pbal_xl.core.minimum import choices, hard_with_minimum
from pbal_xl.core.neversell import flood, level, pools
from pbal_xl.core.shares import Task, solve
from pbal_xl.core.trades import Trades, aim_level, aims, shared_out, too_little

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book
    from pbal_xl.core.neversell import Exact, Pool
    from pbal_xl.core.trades import Terms

__all__ = ["in_shares"]

# With a minimum trade the best choices of members are each solved in whole shares.
_CHOICES = 4


def in_shares(book: Book, terms: Terms) -> Trades:
    """Trades in whole shares; every holding has a price.

    Only a withdrawal that whole shares cannot raise sells fractions of a share too.

    Raises:
        PlanError: the minimum trade leaves too little that can be sold.
    """
    prices = [price or 1 for price in book.prices]
    if terms.strategy == "hard":
        return _hard(book, terms, prices)
    if book.cash >= 0:
        return _deposit(book, terms, prices)
    return _withdrawal(book, terms, prices)


def _trades(
    book: Book, members: Sequence[int], task: Task, counts: Sequence[int], bound: float | None = None
) -> Trades:
    every, amounts = [0] * len(book.values), [0] * len(book.values)
    for i, count, price in zip(members, counts, task.prices, strict=True):
        every[i] = count
        amounts[i] = count * price
    gap = sqrt(task.misses(counts)) - sqrt(max(0.0, bound or 0.0))
    return Trades(amounts, every, gap=max(0.0, gap))


def _ceiling(numerator: int, denominator: int) -> int:
    return -(-numerator // denominator)


def _deposit(book: Book, terms: Terms, prices: list[int]) -> Trades:
    pool = pools(book, terms.deviation)[0]
    members = pool.members
    weight, count = book.weight, len(members)
    relative = terms.deviation == "relative"
    aim = aims(book)
    task = Task(
        prices=[prices[i] for i in members],
        lowest=[0] * count,
        highest=[None] * count,
        centers=[aim[i] for i in members],
        stiffness=[weight / (count * book.weights[i]) if relative else 1.0 for i in members],
        budget=book.cash,
    )
    # What a unit of money more is worth at the exact level: how far the level is below the targets.
    reached = level(pool.heights, pool.rates, book.cash * pool.factor)
    short = aim_level(book, terms, pool) - reached.numerator / reached.denominator
    price = max(0.0, 2 * short * (weight / count if relative else 1 / weight))
    if terms.least:
        return _deposit_with_minimum(book, terms, pool, task, price)
    exact = flood(pool, book.cash)
    start = [n // (exact.denominator * p) for n, p in zip(exact.numerators, task.prices, strict=True)]
    counts, bound = solve(task, start, price)
    return _trades(book, members, task, counts, bound)


def _deposit_with_minimum(book: Book, terms: Terms, pool: Pool, task: Task, price: float) -> Trades:
    """The best of a few choices of members that buy, each of them the minimum or more."""
    fewest = [_ceiling(terms.least, share) for share in task.prices]
    minima = [count * share for count, share in zip(fewest, task.prices, strict=True)]
    best = [0] * len(fewest)
    least_misses = float("inf")
    for choice in choices(pool, book.cash, minima, aim_level(book, terms, pool), _CHOICES):
        exact = flood(choice.rest, choice.amount)
        start, lowest = [0] * len(fewest), [0] * len(fewest)
        highest: list[int | None] = [0] * len(fewest)
        for k, numerator in zip(choice.members, exact.numerators, strict=True):
            lowest[k], highest[k] = fewest[k], None
            start[k] = fewest[k] + numerator // (exact.denominator * task.prices[k])
        counts, _ = solve(replace(task, lowest=lowest, highest=highest), start, price)
        if (misses := task.misses(counts)) < least_misses:
            best, least_misses = counts, misses
    # Without the minimum nothing can be nearer: that is the bound.
    free = flood(pool, book.cash)
    exact_misses = sum(
        q * (n / free.denominator - e) ** 2
        for q, n, e in zip(task.stiffness, free.numerators, task.centers, strict=True)
    )
    return _trades(book, pool.members, task, best, exact_misses)


def _withdrawal(book: Book, terms: Terms, prices: list[int]) -> Trades:
    size = len(prices)
    wished, lowest, highest = [0] * size, [-held for held in book.held], [0] * size
    if terms.least:
        _wish_with_minimum(book, terms, prices, (wished, lowest, highest))
    else:
        for pool, part in shared_out(book, terms):
            _wish(pool, flood(pool, part), wished)
    # Among equals the one with the most gain for its value is kept first.
    order = sorted(range(size), key=lambda i: -(book.gains[i] or 0) / (book.values[i] or 1))
    task = Task(
        prices=[prices[i] for i in order],
        lowest=[lowest[i] for i in order],
        highest=[highest[i] for i in order],
        centers=[float(wished[i]) for i in order],
        stiffness=[1.0] * size,
        budget=book.cash,
        idle=1.0,
    )
    start = _start(task, [wished[i] for i in order])
    if start is not None:
        counts, bound = solve(task, start)
        return _trades(book, order, task, counts, None if terms.least else bound)
    if terms.least:
        raise too_little(book, terms)
    return _with_fractions(book, prices)


def _wish(pool: Pool, exact: Exact, wished: list[int]) -> None:
    for i, numerator in zip(pool.members, exact.numerators, strict=True):
        wished[i] = -_ceiling(numerator, exact.denominator)


def _wish_with_minimum(
    book: Book, terms: Terms, prices: list[int], bounds: tuple[list[int], list[int], list[int]]
) -> None:
    """Fill in wished amounts and share bounds: who sells at least the minimum, who sells nothing."""
    wished, lowest, highest = bounds
    sellable = [held * price for held, price in zip(book.held, prices, strict=True)]
    lowest[:] = [0] * len(lowest)
    missing = -book.cash
    for pool in pools(book, terms.deviation):
        fewest = [_ceiling(terms.least, prices[i]) for i in pool.members]
        minima = [count * prices[i] for count, i in zip(fewest, pool.members, strict=True)]
        limited = replace(pool, room=[sellable[i] for i in pool.members])
        for choice in choices(limited, missing, minima, aim_level(book, terms, pool), most=1):
            exact = flood(choice.rest, choice.amount)
            for k, numerator in zip(choice.members, exact.numerators, strict=True):
                i = pool.members[k]
                wished[i] = -(minima[k] + _ceiling(numerator, exact.denominator))
                lowest[i], highest[i] = -book.held[i], -fewest[k]
                missing += wished[i]
        if missing <= 0:
            return
    raise too_little(book, terms)


def _hard(book: Book, terms: Terms, prices: list[int]) -> Trades:
    size = len(prices)
    if terms.least:
        return _hard_with_minimum(book, terms, prices)
    exact = rebalance(book)
    task = _near_plan(book, prices, exact, [-held for held in book.held], [None] * size)
    start = _start(task, [numerator // exact.denominator for numerator in exact.numerators])
    if start is None:
        return _with_fractions(book, prices)
    counts, bound = solve(task, start)
    return _trades(book, range(size), task, counts, bound)


def _near_plan(book: Book, prices: list[int], exact: Exact, lowest: list[int], highest: list[int | None]) -> Task:
    """The task of staying near an exact plan, leftover cash counted in."""
    centers = [numerator / exact.denominator for numerator in exact.numerators]
    return Task(prices, lowest, highest, centers, [1.0] * len(prices), book.cash, idle=1.0)


def _hard_with_minimum(book: Book, terms: Terms, prices: list[int]) -> Trades:
    """Who trades is chosen exactly; where shares cannot follow, the plan of Never Sell takes its place."""
    fewest = [_ceiling(terms.least, price) for price in prices]
    exact = hard_with_minimum(book, [count * price for count, price in zip(fewest, prices, strict=True)])
    if exact is not None:
        lowest = [0] * len(prices)
        bounds: list[int | None] = [0] * len(prices)
        for i, numerator in enumerate(exact.numerators):
            if numerator > 0:
                lowest[i], bounds[i] = fewest[i], None
            elif numerator < 0:
                lowest[i], bounds[i] = -book.held[i], -fewest[i]
        task = _near_plan(book, prices, exact, lowest, bounds)
        possible = all(high is None or low <= high for low, high in zip(lowest, bounds, strict=True))
        start = (
            _start(task, [numerator // exact.denominator for numerator in exact.numerators]) if possible else None
        )
        if start is not None:
            counts, _ = solve(task, start)
            return _trades(book, range(len(prices)), task, counts)
    return _withdrawal(book, terms, prices) if book.cash < 0 else _deposit(book, terms, prices)


def _start(task: Task, wished: Sequence[int]) -> list[int] | None:
    """Counts just below the wished-for amounts, within the bounds and the budget; None when there are none.

    Where a wish goes below the fewest shares, the others give way by equal amounts: the nearest point of the
    allowed set, found as a level like the flood's.
    """
    counts = [wish // price for wish, price in zip(wished, task.prices, strict=True)]
    if any(count < low for count, low in zip(counts, task.lowest, strict=True)):
        floors = [low * price for low, price in zip(task.lowest, task.prices, strict=True)]
        above = task.budget - sum(floors)
        if above < 0:
            return None
        depths = [floor - wish for floor, wish in zip(floors, wished, strict=True)]
        ground = level(depths, [1] * len(depths), above)
        counts = [
            low + max(0, ground.numerator - depth * ground.denominator) // (ground.denominator * price)
            for low, depth, price in zip(task.lowest, depths, task.prices, strict=True)
        ]
    return [count if high is None else min(count, high) for count, high in zip(counts, task.highest, strict=True)]


def _with_fractions(book: Book, prices: list[int]) -> Trades:
    """All whole shares sold, and the largest fractions too until the cash is raised."""
    counts = [-held for held in book.held]
    amounts = [count * price for count, price in zip(counts, prices, strict=True)]
    missing = sum(amounts) - book.cash
    closed = set()
    for i in sorted(range(len(prices)), key=lambda i: -(book.values[i] + amounts[i])):
        if missing <= 0:
            break
        missing -= book.values[i] + amounts[i]
        amounts[i] = -book.values[i]
        closed.add(i)
    return Trades(amounts, counts, frozenset(closed))
