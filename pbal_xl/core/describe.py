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


def reason(book: Book, terms: Terms, place: int, amount: int) -> str:
    """Why this order, in a few words."""
    target = book.weights[place]
    if not target:
        if amount < 0:
            return "target is 0: sold first" if terms.strategy == "never-sell" else "target is 0"
        return "target is 0: not bought"
    where = _where(book, place)
    if amount:
        return where
    if terms.strategy == "hard":
        return f"{where}; nearest trade is none"
    if not book.cash:
        return f"{where}; no cash to trade"
    if book.cash > 0:
        return f"{where}; not below the level" if not _below(book, place) else f"{where}; no trade fits"
    return f"{where}; kept"


def _below(book: Book, place: int) -> bool:
    total = book.value + book.cash
    return book.values[place] * sum(book.weights) < book.weights[place] * total


def _where(book: Book, place: int) -> str:
    """The holding's weight against its target, of the total after the cash flow."""
    total, weight = book.value + book.cash, sum(book.weights)
    if not total:
        return "everything is taken out"
    # Per mille of the new total, half up, so that 9.96 % does not read 10 %.
    share = _percent(book.values[place], total)
    target = _percent(book.weights[place], weight)
    difference = book.values[place] * weight - book.weights[place] * total
    if not difference:
        return f"on target: {target} of the new total"
    return f"{'above' if difference > 0 else 'below'} target: {share} of the new total, target {target}"


def _percent(part: int, whole: int) -> str:
    basis_points = (2 * part * 10000 + whole) // (2 * whole)
    return f"{basis_points // 100}.{basis_points % 100:02d} %"


def notices(portfolio: Sequence[Holding], book: Book, terms: Terms, trades: Trades) -> tuple[str, ...]:
    """Sentences worth reading, most important first."""
    found = []
    leftover = book.cash - sum(trades.amounts)
    if terms.strategy == "never-sell" and not book.cash:
        found.append("Cash is 0, so there is nothing to trade: give a deposit or a withdrawal, or use Hard Rebalance.")
    if trades.closed:
        names = ", ".join(sorted(portfolio[book.order[place]].symbol for place in trades.closed))
        found.append(f"Whole shares alone raise too little, so fractions of a share are sold too: {names}.")
    elif book.cash < 0 and leftover > 0:
        found.append(f"The sales raise {_money(book, leftover)} more than asked: trades come in whole units.")
    elif book.cash > 0 and leftover > 0:
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
