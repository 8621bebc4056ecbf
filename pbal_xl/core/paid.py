"""Fees are paid out of the cash: a plan is made for what is left of it, until that is what its orders cost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pbal_xl.core.budgets import limited_trades
from pbal_xl.core.money import from_integer, told
from pbal_xl.core.rules import fee_of
from pbal_xl.core.trades import trades_of
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.rules import Rules
    from pbal_xl.core.traded import Trades

__all__ = ["ruled_trades"]

# Tries to pay the fees from the cash.
_PAYMENTS = 8
# What is set aside beyond the fees of a plan where there is no time for many, as one part in so many.
_MORE = 1000


def ruled_trades(book: Book, terms: Terms, rules: Rules) -> tuple[Trades, Book]:
    """The trades that keep all rules, and the book with the cash that is left for them once fees are paid.

    Raises:
        PlanError: names the rule that cannot be kept.
    """
    if not rules.costs:
        return limited_trades(book, terms, rules), book
    best, set_aside = _with_fees(book, terms, rules)
    if best is not None:
        return best
    if book.cash >= 0:
        return _nothing(book, terms, rules), book
    asked, fees_told = told(from_integer(-book.cash, book.decimals), from_integer(set_aside, book.decimals))
    raise PlanError(f"cannot withdraw {asked} and pay fees of {fees_told}")


def _with_fees(book: Book, terms: Terms, rules: Rules) -> tuple[tuple[Trades, Book] | None, int]:
    """The trades that leave what they cost, and the book without it; what was set aside for that last."""
    set_aside, short, enough = 0, -1, book.value + abs(book.cash)
    # What is left over may be less than any trade.
    unit = min(map(book.lump, range(len(book.values)))) if terms.whole else book.unit
    best: tuple[Trades, Book] | None = None
    for _ in range(_PAYMENTS):
        left = book.cash - set_aside
        if book.cash >= 0 and left <= 0 and terms.strategy == "never-sell":
            break
        paid = _paid(book, left)
        trades = _worth_it(paid, terms, rules, refuse=not set_aside or book.cash < 0)
        if trades is None:
            break
        fees = sum([fee_of(book, rules, amount) for amount in trades.amounts])
        over = sum(trades.amounts) + fees - book.cash
        if over > 0:
            short = set_aside
        else:
            best, enough = (trades, paid), set_aside
            orders = sum([amount != 0 for amount in trades.amounts])
            if rules.fee and fees < set_aside and orders:
                # What was set aside for one order more is spent on these.
                terms, short = replace(terms, most_orders=orders), -1
        hasty = rules.guess.haste
        if fees == set_aside or -unit < over <= 0 or (best is not None and rules.guess.spent):
            break
        # Towards what these orders cost, within what is too little and what is enough.
        set_aside = fees if short < fees < enough else (short + enough) // 2 // book.unit * book.unit
        if hasty and best is None:
            # A plan that costs a little more is affordable as well.
            set_aside += fees // _MORE // book.unit * book.unit
        if not short < set_aside < enough:
            break
    return best, set_aside


def _worth_it(book: Book, terms: Terms, rules: Rules, *, refuse: bool) -> Trades | None:
    """One of the tries; None, unless to be refused, where what pays the fees cannot be raised."""
    try:
        return limited_trades(book, replace(terms, hurried=True), rules)
    except PlanError:
        if refuse:
            raise
        return None


def _paid(book: Book, cash: int) -> Book:
    if -cash > book.value:
        asked, fees = told(from_integer(-book.cash, book.decimals), from_integer(book.cash - cash, book.decimals))
        (worth,) = told(from_integer(book.value, book.decimals))
        raise PlanError(f"cannot withdraw {asked} and pay fees of {fees}: the holdings are worth {worth}")
    return replace(book, cash=cash)


def _nothing(book: Book, terms: Terms, rules: Rules) -> Trades:
    if rules.max_gain is not None and rules.max_gain < 0:
        (asked,) = told(from_integer(rules.max_gain, book.decimals))
        raise PlanError(f"cannot keep the realised gain to {asked} (max_gain) where no order is worth its fee")
    still = replace(book, cash=0)
    never = replace(terms, strategy="never-sell", smallest=0)
    return trades_of(still, never)
