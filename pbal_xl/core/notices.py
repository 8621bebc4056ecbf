"""The words of a plan: what is worth knowing about the whole."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.bounds import names
from pbal_xl.core.describe import money
from pbal_xl.words import figure, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.model import Holding
    from pbal_xl.core.traded import Trades
    from pbal_xl.core.wishes import Wishes

__all__ = ["notices", "rising_drift", "smallest_unit", "without_effect"]

# A drift that rises by less comes of rounding to trade units, and is no news.
_TELLING_RISE = Decimal("0.001")


def notices(  # noqa: PLR0913 - what the steps before worked out
    portfolio: Sequence[Holding], book: Book, terms: Terms, trades: Trades, leftover: int, full: Sequence[str] = ()
) -> tuple[str, ...]:
    """Sentences worth reading, most important first.

    Args:
        portfolio: the holdings.
        book: the same as integers.
        terms: what was asked for.
        trades: what came of it.
        leftover: money left beyond what is to be kept, once fees are paid, as the book counts it.
        full: the limits that allow no further order.
    """
    found: list[str] = []
    if 2 * leftover < book.unit and any(trades.amounts):
        leftover = 0  # nobody has a part of a cent
    if terms.strategy == "never-sell" and not book.cash:
        found.append(
            say("Cash is 0, so there is nothing to trade: give a deposit or a withdrawal, or use Hard Rebalance.")
        )
    if trades.parts:
        symbols = ", ".join([book.symbols[k] for k in sorted(trades.parts)])
        found.append(say("Whole shares alone raise too little, so fractions of a share are sold too: {}.", symbols))
    exact = trades.exact
    idle = book.cash * exact.denominator - sum(exact.numerators)
    if book.cash < 0 and leftover > 0 and idle > 0:
        rest = book.told(leftover)
        found.append(say("The sales raise {} more than asked: nothing may be bought for it.", rest))
    elif book.cash < 0 and leftover >= smallest_unit(book, terms) and _at_least(trades, terms, book):
        rest, least = book.told(leftover), book.told(terms.smallest)
        found.append(say("The sales raise {} more than asked: the {} is {}.", rest, _least_is(terms), least))
    elif book.cash < 0 and leftover > 0:
        found.append(say("The sales raise {} more than asked: trades come in whole units.", book.told(leftover)))
    elif leftover > 0:
        found.append(_kept_cash(book, terms, trades, leftover, full))
    found.extend(_price_doubts(portfolio))
    return tuple(found)


def without_effect(wishes: Wishes) -> list[str]:
    """A sentence for each setting that changes nothing, because what it works on is not there."""
    found: list[str] = []
    if wishes.bands is not None and wishes.strategy != "hard":
        found.append(say("The bands have no effect: they are for Hard Rebalance."))
    if wishes.bands is None and wishes.band_to != "target":
        found.append(say("Where bands lead back to has no effect: there are no bands."))
    if wishes.fee_limit is not None and not wishes.fee and not wishes.fee_percent:
        found.append(say("The fee limit has no effect: there is no fee."))
    return found


def rising_drift(before: Decimal, after: Decimal) -> list[str]:
    """A sentence where a plan ends further from the targets than the portfolio was: nothing better was allowed.

    Args:
        before: largest distance of a weight from its target, 0 to 1.
        after: the same after the orders.
    """
    if after < before + _TELLING_RISE:
        return []
    told = (figure(f"{100 * drift:.2f} %") for drift in (before, after))
    return [say("This ends further from the targets than before: the largest drift rises from {} to {}.", *told)]


def smallest_unit(book: Book, terms: Terms) -> int:
    """The smallest trade unit, in money."""
    return min([book.trade_unit(k, terms) for k in range(len(book.values))])


def _at_least(trades: Trades, terms: Terms, book: Book) -> bool:
    """Whether an order is as small as the minimum lets it be."""
    return bool(terms.smallest) and any(
        0 < -amount - terms.smallest < book.trade_unit(k, terms) or -amount == terms.smallest
        for k, amount in enumerate(trades.amounts)
    )


def _least_is(terms: Terms) -> str:
    """What the smallest order is called at the end of a clause."""
    return say("smallest order worth its fee") if terms.smallest_is.endswith(",") else terms.smallest_is


def _kept_cash(book: Book, terms: Terms, trades: Trades, leftover: int, full: Sequence[str]) -> str:
    rest = book.told(leftover)
    if full and leftover >= smallest_unit(book, terms):
        return say("{} stays in cash: {} allows no further order.", rest, full[0])
    most = trades.bounds.most
    if most is not None and most < book.cash:
        locked = [book.symbols[k] for k, (_, highest) in book.own.items() if highest is not None]
        if locked:
            if len(locked) == 1:
                return say("{} stays in cash: {} is not to be bought further.", rest, locked[0])
            return say("{} stays in cash: {} are not to be bought further.", rest, names(locked))
        return say("{} stays in cash: there is no holding to buy.", rest)
    if any(trades.amounts) or terms.strategy == "hard":
        return say("{} stays in cash: no further trade unit fits or comes nearer to the targets.", rest)
    if terms.smallest > leftover:
        return say("{} is too little for the {} of {}.", rest, terms.smallest_is, book.told(terms.smallest))
    exact = trades.exact.numerators
    units = [book.trade_unit(k, terms) for k, wanted in enumerate(exact) if wanted > 0]
    if units and min(units) > leftover:
        return say("{} is too little for one trade unit, so nothing is bought.", rest)
    return say("{} stays in cash: no trade unit comes nearer to the targets.", rest)


def _price_doubts(portfolio: Sequence[Holding], most: int = 3) -> list[str]:
    """Quantity times price far from the value: a price in pence, or per hundred."""
    doubtful = [
        holding
        for holding in portfolio
        if holding.quantity
        and holding.price
        and abs(holding.quantity * holding.price - holding.value) > max(holding.value / 50, Decimal(1))
    ]
    sentences: list[str] = [
        say(
            "{}: quantity x price is {}, but the value is {}; shares are worked out from the price.",
            holding.symbol,
            money((holding.quantity or 0) * (holding.price or Decimal(0))),
            money(holding.value),
        )
        for holding in doubtful[:most]
    ]
    if len(doubtful) > most:
        sentences.append(say("{} more holdings have a value that is not quantity x price.", len(doubtful) - most))
    return sentences
