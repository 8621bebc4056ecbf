"""The words of a plan: why an order is what it is, and what is worth knowing about the whole."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.money import from_integer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book
    from pbal_xl.core.model import Holding
    from pbal_xl.core.trades import Terms, Trades

__all__ = ["money", "notices", "reason"]

_CENTS = Context(prec=60, rounding=ROUND_HALF_UP)


def money(amount: Decimal) -> str:
    """An amount for a sentence: 1,234.50."""
    return f"{amount.quantize(Decimal('0.01'), context=_CENTS):,f}"


def reason(book: Book, terms: Terms, place: int, amount: int, *, wanted: bool) -> str:
    """Why this order, in a few words.

    Args:
        book: the portfolio.
        terms: what was asked for.
        place: which holding.
        amount: what is traded.
        wanted: whether the exact plan, before rounding to trade units, trades it.
    """
    target = book.weights[place]
    difference = book.values[place] * book.weight - target * (book.value + book.cash)
    where = "on target" if not difference else "above target" if difference > 0 else "below target"
    if not target:
        where = "not wanted (target 0)"
    if amount:
        return _traded(terms, where, amount)
    if wanted:
        return f"{where}, by less than a trade unit is worth"
    if terms.strategy == "hard" or not target or not difference:
        return where
    if not book.cash:
        return f"{where}, no cash to trade"
    if book.cash > 0:
        return f"{where}, a deposit sells nothing" if difference > 0 else f"{where}, but others are lower"
    return f"{where}, but others are higher" if difference > 0 else f"{where}, a withdrawal buys nothing"


def _traded(terms: Terms, where: str, amount: int) -> str:
    if terms.strategy == "hard":
        return f"{where}, brought to its target"
    return f"{where}, among the {'lowest' if amount > 0 else 'highest'}"


def notices(portfolio: Sequence[Holding], book: Book, terms: Terms, trades: Trades) -> tuple[str, ...]:
    """Sentences worth reading, most important first."""
    found = []
    leftover = book.cash - sum(trades.amounts)
    if terms.strategy == "never-sell" and not book.cash:
        found.append(
            "Cash is 0, so there is nothing to trade: give a deposit or a withdrawal, or use Hard Rebalance."
        )
    if trades.closed:
        names = ", ".join(sorted(portfolio[book.order[place]].symbol for place in trades.closed))
        found.append(f"Whole shares alone raise too little, so fractions of a share are sold too: {names}.")
    elif book.cash < 0 and leftover > 0:
        found.append(f"The sales raise {_money(book, leftover)} more than asked: trades come in whole units.")
    elif leftover > 0:
        found.append(_kept_cash(book, trades, leftover))
    found.extend(_price_doubts(portfolio))
    return tuple(found)


def _kept_cash(book: Book, trades: Trades, leftover: int) -> str:
    if any(trades.amounts):
        return f"{_money(book, leftover)} stays in cash: no further trade unit fits or comes nearer to the targets."
    return f"{_money(book, leftover)} is too little for one trade unit, so nothing is bought."


def _money(book: Book, amount: int) -> str:
    return money(from_integer(amount, book.decimals))


def _price_doubts(portfolio: Sequence[Holding], most: int = 3) -> list[str]:
    """Quantity times price far from the value: a price in pence, or per hundred."""
    doubtful = [
        holding
        for holding in portfolio
        if holding.quantity
        and holding.price
        and abs(holding.quantity * holding.price - holding.value) > max(holding.value / 50, Decimal(1))
    ]
    sentences = [
        f"{holding.symbol}: quantity x price is {money((holding.quantity or 0) * (holding.price or Decimal(0)))}, "
        f"but the value is {money(holding.value)}; shares are worked out from the price."
        for holding in doubtful[:most]
    ]
    if len(doubtful) > most:
        sentences.append(f"{len(doubtful) - most} more holdings have a value that is not quantity x price.")
    return sentences
