"""From a book to its trades: bounds, the exact plan, who may trade, and rounding to trade units."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pbal_xl.core.bounds import Bounds, bounds_of, check_cash, selling_more, sparing
from pbal_xl.core.chosen import least_in_money, least_in_shares, too_little, whole_steps
from pbal_xl.core.exact import Exact, exact_plan
from pbal_xl.core.lumps import enough, in_money
from pbal_xl.core.shares import EFFORT, in_fractions, in_shares, may_sell, measure_of
from pbal_xl.core.spare import with_spare_cash
from pbal_xl.core.traded import Trades, in_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms

__all__ = ["trades_by", "trades_of"]


def trades_of(book: Book, terms: Terms) -> Trades:
    """The trades asked for.

    Raises:
        PlanError: no trades fit the bounds.
    """
    bounds = bounds_of(book, terms)
    check_cash(book, bounds)
    return with_spare_cash(book, terms, trades_by(book, terms, bounds, exact_plan(book, terms, bounds, book.cash)))


def trades_by(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades:
    """The trades that follow an exact plan.

    Raises:
        PlanError: no trades fit the bounds.
    """
    found = _rounded(book, terms, bounds, exact)
    if terms.most_orders and book.cash > 0 and book.unwanted and (found is None or max(found.amounts) <= 0):
        # Selling what is not wanted takes all orders: one of them places the deposit, where it can.
        placed = _rounded(book, terms, sparing(book, bounds), exact)
        if placed is not None and max(placed.amounts) > 0:
            return placed
    return _otherwise(book, terms, bounds, exact) if found is None else found


def _rounded(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades | None:
    if not any(exact.numerators) and not book.cash and terms.strategy == "never-sell":
        return Trades([0] * len(book.values), None, frozenset(), 0.0, exact, bounds)
    if terms.most_orders is not None and sum([book.values[k] > 0 for k in book.unwanted]) > terms.most_orders:
        # Not all that is not wanted can be sold.
        bounds = sparing(book, bounds)
    if terms.whole:
        return _in_shares(book, terms, bounds, exact)
    if terms.chooses:
        return least_in_money(book, terms, bounds, exact)
    amounts = in_money(book, terms, bounds, exact, whole_steps(terms, book.cash))
    return (
        None if amounts is None else Trades(amounts, None, frozenset(), _lumps_gap(terms, amounts), exact, bounds)
    )


def _otherwise(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades:
    """Where no rounding of the plan fits: a hard rebalance does as Never Sell does; at worst enough is sold."""
    if terms.strategy == "hard" and not exact.ruled:
        mild = replace(terms, strategy="never-sell")
        within = bounds_of(book, mild)
        found = _rounded(book, mild, within, exact_plan(book, mild, within, book.cash))
        if found is not None:
            return replace(found, gap=None, exact=exact, bounds=bounds)
    amounts = enough(book, terms, bounds)
    if amounts is None:
        raise too_little(book, terms)
    return (
        _in_lots(book, bounds, amounts, exact)
        if terms.whole
        else Trades(amounts, None, frozenset(), None, exact, bounds)
    )


def _in_lots(book: Book, bounds: Bounds, amounts: list[int], exact: Exact) -> Trades:
    """Sales of whole lots that raise at least as much; those of which there are not enough are sold in parts."""
    counts = [amount // book.lump(k) for k, amount in enumerate(amounts)]
    for k, count in enumerate(counts):
        if (-count > book.held[k] and book.lots[k]) or count * book.lump(k) < bounds.lows[k]:
            counts[k] = 0
    raised = [count * book.lump(k) or amount for k, (count, amount) in enumerate(zip(counts, amounts, strict=True))]
    parts = frozenset([k for k, amount in enumerate(raised) if amount and not counts[k]])
    return Trades(raised, counts, parts, None, exact, bounds)


def _lumps_gap(terms: Terms, amounts: Sequence[int]) -> float | None:
    """Lumps of one size are placed best; one that closes a position at an odd size was not examined."""
    return None if any(amount % terms.step for amount in amounts) else 0.0


def _in_shares(book: Book, terms: Terms, bounds: Bounds, exact: Exact) -> Trades | None:
    measure = measure_of(book, terms, exact)
    selling = terms.strategy == "never-sell" and book.cash < 0 and not exact.ruled
    within = may_sell(book, exact, bounds, -book.cash) if selling else _not_turned(terms, bounds, exact)
    if terms.chooses:
        return least_in_shares(book, terms, bounds, within, exact, measure)
    effort = EFFORT // 10 if terms.hurried else EFFORT
    found = in_shares(book, within, exact, measure, effort)
    if found is None and within is not bounds:
        found = in_shares(book, selling_more(bounds, within), exact, measure, effort)
    if found is None:
        amounts, counts, parts = in_fractions(book, bounds)
        return Trades(amounts, counts, parts, None, exact, bounds)
    return in_counts(book, found.counts, measure.gap(found.miss, found.bound), exact, bounds)


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
