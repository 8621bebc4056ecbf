"""From trades in the book's integers to the plan as it is told: orders in money, weights, drifts and words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import partial
from math import ceil
from operator import add
from typing import TYPE_CHECKING

from pbal_xl.core import describe
from pbal_xl.core.describe_classes import class_reasons
from pbal_xl.core.exact import told_level
from pbal_xl.core.late import Reasons
from pbal_xl.core.model import Order, Plan, Side
from pbal_xl.core.money import from_integer, ratio, rounded, to_integer, told
from pbal_xl.core.notices import notices as notices_of
from pbal_xl.core.notices import rising_drift, smallest_unit, without_effect
from pbal_xl.core.rules import exact_of, fee_of
from pbal_xl.errors import PlanError
from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.level import Ratio
    from pbal_xl.core.model import Holding
    from pbal_xl.core.rules import Rules
    from pbal_xl.core.traded import Trades
    from pbal_xl.core.wishes import Wishes

__all__ = ["plan_of"]

# Decimals of weights and drifts, of a level, and of shares of a fractional order.
WEIGHT_PLACES = 10
LEVEL_PLACES = 8
SHARE_PLACES = 6

_NO_GAIN = Decimal("0.00")
_LEAST_TARGET = Decimal(1).scaleb(-WEIGHT_PLACES)


def plan_of(  # noqa: PLR0913 - gathers what the steps before worked out
    portfolio: Sequence[Holding], book: Book, terms: Terms, trades: Trades, wishes: Wishes, rules: Rules
) -> Plan:
    """The plan that trades come to, its orders in the order of the portfolio."""
    invested = sum(trades.amounts)
    fees = [fee_of(book, rules, amount) for amount in trades.amounts] if rules.costs else [0] * len(portfolio)
    paid = sum(fees)
    orders = _orders(portfolio, book, terms, trades, rules, wishes, fees)
    values = list(map(add, book.values, trades.amounts))
    before, after = _drift(book, book.values), _drift(book, values)
    # Targets of classes give the holdings weights that suit the plan; an empty portfolio has none.
    rising = rising_drift(before, after) if trades.weights is None and any(values) else []
    return Plan(
        orders=orders,
        strategy=terms.strategy,
        cash=wishes.cash,
        invested=from_integer(invested, book.decimals),
        leftover=from_integer(to_integer(wishes.cash, book.decimals) - invested - paid, book.decimals),
        level=None if trades.exact.ruled else _level(told_level(book, terms, trades.exact.reached), book),
        whole_shares=terms.whole,
        increment=wishes.increment,
        min_trade=wishes.min_trade,
        deviation=terms.deviation,
        drift_before=before,
        drift_after=after,
        gap_bound=None if trades.gap is None else _gap(trades.gap, book),
        notices=(*_notices(portfolio, book, terms, trades, wishes, rules, paid), *rising),
        fees=from_integer(paid, book.decimals),
        max_trades=wishes.max_trades,
        max_turnover=wishes.max_turnover,
        fee=wishes.fee,
        fee_percent=wishes.fee_percent,
        fee_limit=wishes.fee_limit,
        max_gain=wishes.max_gain,
        keep=wishes.keep,
        gain=_net_gain(orders),
    )


def _orders(  # noqa: PLR0913 - what the steps before worked out
    portfolio: Sequence[Holding],
    book: Book,
    terms: Terms,
    trades: Trades,
    rules: Rules,
    wishes: Wishes,
    fees: Sequence[int],
) -> tuple[Order, ...]:
    reasons = Reasons(partial(_reasons, book, terms, trades, rules, wishes, sum(fees)))
    before, after, decimals = book.value, book.value + sum(trades.amounts), book.decimals
    # Equal targets and amounts are many: each is made once.
    targets = {weight: _target(weight, book.weight) for weight in set(book.weights)}
    in_money = {amount: from_integer(amount, decimals) for amount in {*trades.amounts, *fees, *book.values}}
    orders: list[Order | None] = [None] * len(portfolio)
    for place, i in enumerate(book.order):
        holding, value, amount = portfolio[i], book.values[place], trades.amounts[place]
        order = orders[i] = Order(
            symbol=holding.symbol,
            side=Side.BUY if amount > 0 else Side.SELL if amount < 0 else Side.HOLD,
            shares=_shares(holding, book, trades, place),
            price=holding.price,
            amount=in_money[amount],
            value_before=in_money[value],
            value_after=from_integer(value + amount, decimals) if amount else in_money[value],
            weight_before=_weight(value, before),
            weight_after=_weight(value + amount, after),
            target=targets[book.weights[place]],
            gain_realised=_realised(book, place, amount) if amount < 0 else _NO_GAIN,
            reason="",
            fee=in_money[fees[place]],
            name=holding.name,
        )
        order.explained_by(reasons, place)
    return tuple([order for order in orders if order is not None])


def _target(weight: int, whole: int) -> Decimal:
    """The target; what is wanted, however little, is never told as 0, which would be sold."""
    told = ratio(weight, whole, WEIGHT_PLACES)
    return told if told or not weight else _LEAST_TARGET


def _reasons(  # noqa: PLR0913 - what the steps before worked out
    book: Book, terms: Terms, trades: Trades, rules: Rules, wishes: Wishes, fees: int
) -> list[str]:
    if rules.costs:
        # Not what was set aside for fees: what the orders cost.
        book = replace(book, cash=to_integer(wishes.cash - (wishes.keep or 0), book.decimals) - fees)
    if rules.max_turnover is not None:
        book = replace(book, cash=min(book.cash, rules.max_turnover))
    if rules.costs or rules.max_gain is not None or rules.max_turnover is not None:
        trades = _as_asked(book, terms, rules, trades)
    if rules.classes is None:
        return describe.reasons(book, terms, trades, rules)
    return class_reasons(book, terms, trades, rules, rules.classes)


def _as_asked(book: Book, terms: Terms, rules: Rules, trades: Trades) -> Trades:
    """The trades beside the exact plan of what was asked: of the cash that is left, within limits not narrowed."""
    if rules.guess.spent:
        return trades
    try:
        found = exact_of(book, terms, rules)
    except PlanError:
        # The fees of these orders are no cash that could be raised by others.
        return trades
    return trades if found is None else replace(trades, exact=found[0])


def _notices(  # noqa: PLR0913 - what the steps before worked out
    portfolio: Sequence[Holding],
    book: Book,
    terms: Terms,
    trades: Trades,
    wishes: Wishes,
    rules: Rules,
    fees: int,
) -> tuple[str, ...]:
    flow = to_integer(wishes.cash - (wishes.keep or 0), book.decimals)
    leftover = flow - sum(trades.amounts) - fees
    notices = notices_of(portfolio, book, terms, trades, leftover, _full(book, terms, trades, rules))
    if rules.bands is not None and not book.cash and not any(trades.amounts) and not trades.exact.ruled:
        within = say("Every holding is within its band, so nothing is traded.")
        if rules.classes is not None:
            within = say("Every class is within its band, so nothing is traded.")
        notices = (within, *notices)
    if wishes.whole_shares and wishes.increment is not None:
        notices = (say("The increment rules: amounts are its multiples, so shares are not whole."), *notices)
    if wishes.keep and 0 <= wishes.cash < wishes.keep and wishes.strategy == "never-sell":
        kept, there = told(wishes.keep, abs(wishes.cash))
        notices = (
            say("{} is to stay in cash, more than the {} there is: sales raise the rest.", kept, there),
            *notices,
        )
    return (*notices, *without_effect(wishes))


def _full(book: Book, terms: Terms, trades: Trades, rules: Rules) -> list[str]:
    """The limits that allow no further order."""
    orders = sum([amount != 0 for amount in trades.amounts])
    turnover = sum(map(abs, trades.amounts)) + smallest_unit(book, terms)
    few = terms.most_orders is not None and orders >= terms.most_orders
    spent = rules.max_turnover is not None and turnover > rules.max_turnover
    return [name for name, full in (("max_trades", few), ("max_turnover", spent)) if full]


def _net_gain(orders: Sequence[Order]) -> Decimal | None:
    gains = [order.gain_realised for order in orders]
    return None if None in gains else sum([gain for gain in gains if gain is not None], _NO_GAIN)


def _level(level: Ratio, book: Book) -> Decimal:
    scaled = rounded(level.numerator, level.denominator * 10**book.decimals, LEVEL_PLACES)
    return from_integer(scaled, LEVEL_PLACES)


def _weight(value: int, total: int) -> Decimal:
    return ratio(value, total, WEIGHT_PLACES) if total else Decimal(0)


def _drift(book: Book, values: Sequence[int]) -> Decimal:
    """The largest distance of a weight from its target: ``|v/V - w/W|``, as integers over ``V W``."""
    total, weight = sum(values), book.weight
    if not total:
        return ratio(max(book.weights), weight, WEIGHT_PLACES)
    largest = max([abs(value * weight - w * total) for value, w in zip(values, book.weights, strict=True)])
    return ratio(largest, total * weight, WEIGHT_PLACES)


def _gap(gap: float, book: Book) -> Decimal:
    # Rounded up: it is a bound.
    return from_integer(ceil(gap * 10**LEVEL_PLACES / 10**book.decimals), LEVEL_PLACES)


def _shares(holding: Holding, book: Book, trades: Trades, place: int) -> Decimal | None:
    """Signed shares of an order: whole ones, or as many decimals as the amount needs."""
    price, amount = book.prices[place], trades.amounts[place]
    if price is None:
        return None
    if trades.counts is not None and place not in trades.parts and book.lots[place]:
        return Decimal(trades.counts[place] * book.lots[place])
    if amount and amount == -book.values[place] and holding.quantity is not None:
        return -holding.quantity
    # Cut towards zero: never a fraction more than the amount pays for, or than is held. What is cut is worth less
    # than half the minor unit.
    decimals = SHARE_PLACES
    while 2 * price > book.unit * 10**decimals:
        decimals += 1
    parts = abs(amount) * 10**decimals // price
    shares = from_integer(parts if amount > 0 else -parts, decimals, least=0)
    # A value that is more than quantity times price is no reason to sell a share that is not held.
    return shares if holding.quantity is None else max(shares, -holding.quantity)


def _realised(book: Book, place: int, amount: int) -> Decimal | None:
    """Gain taken by a sale at average cost: ``gain * sold / value``, to the minor unit."""
    gain, value = book.gains[place], book.values[place]
    if gain is None:
        return None
    return from_integer(rounded(gain * -amount, value * book.unit, 0) * book.unit, book.decimals)
