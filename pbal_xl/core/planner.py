"""From holdings and wishes to a plan: the one door of the core."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import ceil
from typing import TYPE_CHECKING, cast

from pbal_xl.core import describe
from pbal_xl.core.book import Book, Terms, book_of, check_settings_amount
from pbal_xl.core.exact import told_level
from pbal_xl.core.model import Order, Plan, Side
from pbal_xl.core.money import EXACT, from_integer, ratio, rounded, to_decimal, to_integer, told
from pbal_xl.core.trades import Trades, trades_of
from pbal_xl.errors import InputError, PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pbal_xl.core.level import Ratio
    from pbal_xl.core.model import Deviation, Holding, Strategy
    from pbal_xl.core.money import Number

__all__ = ["smallest_deposit", "suggest_trades"]

# Decimals of weights and drifts, of a level, and of shares of a fractional order.
WEIGHT_PLACES = 10
LEVEL_PLACES = 8
SHARE_PLACES = 6


def suggest_trades(  # noqa: PLR0913 - every wish has its own name
    holdings: Iterable[Holding],
    cash: Number = 0,
    strategy: Strategy = "never-sell",
    *,
    whole_shares: bool | None = None,
    increment: Number | None = None,
    min_trade: Number | None = None,
    deviation: Deviation = "relative",
    minor_unit: Number = "0.01",
) -> Plan:
    """Suggest the orders that bring the holdings nearer to (or to) their targets.

    Args:
        holdings: the portfolio, symbols unique; equal targets unless every holding has one.
        cash: cash flow in money: a deposit is positive, a withdrawal negative.
        strategy: "never-sell" (a deposit only buys, a withdrawal only sells) or "hard".
        whole_shares: True for whole shares, False for amounts to the cent; None means whole shares where the
            holdings have prices.
        increment: amounts are multiples of this; None or 0 for none. Shares are then told, but do not bind.
        min_trade: every order is nothing or at least this much; None or 0 for none.
        deviation: "relative" raises the largest shortfall in proportion to its target first; "absolute" the
            largest in money. The same when targets are equal; a hard rebalance needs neither.
        minor_unit: the currency's smallest amount.

    Returns:
        A plan with one order a holding, in the order of ``holdings``.

    Raises:
        InputError: a figure or setting that cannot be used.
        PlanError: figures that cannot be planned together, such as withdrawing more than there is.
    """
    with localcontext(EXACT):
        wishes = _Wishes(cash, strategy, increment, min_trade, deviation, minor_unit)
        return _suggest(list(holdings), wishes, whole_shares)


def _suggest(portfolio: list[Holding], wishes: _Wishes, whole_shares: bool | None) -> Plan:  # noqa: FBT001
    if whole_shares is not None and not isinstance(whole_shares, bool):
        raise InputError(f"whole shares must be True, False or None, is {whole_shares!r}")
    book = book_of(
        portfolio, wishes.cash, wishes.minor_unit, *(x for x in (wishes.increment, wishes.min_trade) if x)
    )
    terms = Terms(
        strategy=wishes.strategy,
        deviation=wishes.deviation,
        step=to_integer(wishes.increment or wishes.minor_unit, book.decimals),
        least=to_integer(wishes.min_trade or Decimal(0), book.decimals),
        whole=wishes.increment is None and _whole(portfolio, whole_shares),
    )
    if -book.cash > book.value:
        asked, worth = told(-wishes.cash, from_integer(book.value, book.decimals))
        raise PlanError(f"cannot withdraw {asked}: the holdings are worth {worth}")
    trades = trades_of(book, terms)
    overruled = whole_shares is True and wishes.increment is not None
    return _plan(portfolio, book, terms, trades, wishes, overruled=overruled)


class _Wishes:
    """The settings as exact numbers."""

    def __init__(  # noqa: PLR0913 - every wish has its own name
        self,
        cash: Number,
        strategy: str,
        increment: Number | None,
        min_trade: Number | None,
        deviation: str,
        minor_unit: Number,
    ) -> None:
        if strategy not in {"never-sell", "hard"}:
            raise InputError(f'strategy must be "never-sell" or "hard", is {strategy!r}')
        if deviation not in {"relative", "absolute"}:
            raise InputError(f'deviation must be "relative" or "absolute", is {deviation!r}')
        self.strategy: Strategy = "hard" if strategy == "hard" else "never-sell"
        self.deviation: Deviation = "absolute" if deviation == "absolute" else "relative"
        self.cash = to_decimal(cash, "cash")
        self.minor_unit = _minor_unit(minor_unit)
        self.increment = self._amount(increment, "increment")
        self.min_trade = self._amount(min_trade, "minimum trade")

    def _amount(self, number: Number | None, what: str) -> Decimal | None:
        if number is None:
            return None
        return check_settings_amount(to_decimal(number, what), what, self.minor_unit)


def _minor_unit(number: Number) -> Decimal:
    unit = to_decimal(number, "minor unit")
    if unit <= 0:
        raise InputError(f"minor unit must be above 0, is {number}")
    return unit


def _whole(portfolio: Sequence[Holding], wanted: bool | None) -> bool:  # noqa: FBT001
    """Whether orders are in whole shares; prices are then needed."""
    without = [holding.symbol for holding in portfolio if holding.price is None]
    if wanted is False:
        return False
    if not without:
        return True
    if wanted is None and len(without) == len(portfolio):
        return False
    raise PlanError(f"{without[0]} has no price, which whole shares need; give its price or allow fractions")


def _plan(  # noqa: PLR0913 - gathers what the steps before worked out
    portfolio: Sequence[Holding], book: Book, terms: Terms, trades: Trades, wishes: _Wishes, *, overruled: bool
) -> Plan:
    invested = sum(trades.amounts)
    before, after = book.value, book.value + invested
    weight = book.weight
    orders: list[Order | None] = [None] * len(portfolio)
    reasons = describe.reasons(book, terms, trades)
    drifts = [0, 0]
    for place, i in enumerate(book.order):
        value, amount, target = book.values[place], trades.amounts[place], book.weights[place]
        orders[i] = Order(
            symbol=portfolio[i].symbol,
            side=Side.BUY if amount > 0 else Side.SELL if amount < 0 else Side.HOLD,
            shares=_shares(portfolio[i], book, trades, place),
            price=portfolio[i].price,
            amount=from_integer(amount, book.decimals),
            value_before=from_integer(value, book.decimals),
            value_after=from_integer(value + amount, book.decimals),
            weight_before=_weight(value, before),
            weight_after=_weight(value + amount, after),
            target=ratio(target, weight, WEIGHT_PLACES),
            gain_realised=_realised(book, place, amount),
            reason=reasons[place],
        )
        # Drift = |v/V - w/W|, compared as integers over the common denominator V W.
        drifts[0] = max(drifts[0], abs(value * weight - target * before))
        drifts[1] = max(drifts[1], abs((value + amount) * weight - target * after))
    notices = describe.notices(portfolio, book, terms, trades)
    if overruled:
        notices = ("The increment rules: amounts are its multiples, so shares are not whole.", *notices)
    return Plan(
        orders=tuple(cast("list[Order]", orders)),
        strategy=terms.strategy,
        cash=wishes.cash,
        invested=from_integer(invested, book.decimals),
        leftover=from_integer(book.cash - invested, book.decimals),
        level=_level(told_level(book, terms, trades.exact.reached), book),
        whole_shares=terms.whole,
        increment=wishes.increment,
        min_trade=wishes.min_trade,
        deviation=terms.deviation,
        drift_before=_drift(drifts[0], before, book),
        drift_after=_drift(drifts[1], after, book),
        gap_bound=None if trades.gap is None else _gap(trades.gap, book),
        notices=notices,
    )


def _level(level: Ratio, book: Book) -> Decimal:
    scaled = rounded(level.numerator, level.denominator * 10**book.decimals, LEVEL_PLACES)
    return from_integer(scaled, LEVEL_PLACES)


def _weight(value: int, total: int) -> Decimal:
    return ratio(value, total, WEIGHT_PLACES) if total else Decimal(0)


def _drift(largest: int, total: int, book: Book) -> Decimal:
    weight = book.weight
    if not total:
        return ratio(max(book.weights), weight, WEIGHT_PLACES)
    return ratio(largest, total * weight, WEIGHT_PLACES)


def _gap(gap: float, book: Book) -> Decimal:
    # Rounded up: it is a bound.
    return from_integer(ceil(gap * 10**LEVEL_PLACES / 10**book.decimals), LEVEL_PLACES)


def _shares(holding: Holding, book: Book, trades: Trades, place: int) -> Decimal | None:
    """Signed shares of an order: whole ones, or as many decimals as the amount needs."""
    price, amount = book.prices[place], trades.amounts[place]
    if price is None:
        return None
    if trades.counts is not None and place not in trades.parts:
        return Decimal(trades.counts[place])
    if amount and amount == -book.values[place] and holding.quantity is not None:
        return -holding.quantity
    # Cut towards zero: never a fraction more than the amount pays for, or than is held. What is cut is worth less
    # than half the minor unit.
    decimals = SHARE_PLACES
    while 2 * price > book.unit * 10**decimals:
        decimals += 1
    parts = abs(amount) * 10**decimals // price
    return from_integer(parts if amount > 0 else -parts, decimals, least=0)


def _realised(book: Book, place: int, amount: int) -> Decimal | None:
    """Gain taken by a sale at average cost: ``gain * sold / value``, to the minor unit."""
    if amount >= 0:
        return Decimal("0.00")
    gain, value = book.gains[place], book.values[place]
    if gain is None:
        return None
    return from_integer(rounded(gain * -amount, value * book.unit, 0) * book.unit, book.decimals)


def smallest_deposit(holdings: Iterable[Holding], *, minor_unit: Number = "0.01") -> Decimal:
    """The smallest deposit that brings every holding to its target without a sale.

    ``max(v_i / w_i) - V`` in money, rounded up to the minor unit; 0 when all are on target.

    Raises:
        PlanError: a holding with target 0 has a value, which no deposit can balance.
    """
    with localcontext(EXACT):
        return _smallest_deposit(list(holdings), _minor_unit(minor_unit))


def _smallest_deposit(portfolio: list[Holding], unit: Decimal) -> Decimal:
    book = book_of(portfolio, Decimal(0), unit)
    weight = book.weight
    needed = 0
    for place, i in enumerate(book.order):
        value, target = book.values[place], book.weights[place]
        if not target and value:
            raise PlanError(
                f"{portfolio[i].symbol} has target 0 but is worth "
                f"{describe.money(portfolio[i].value)}: no deposit balances that without a sale"
            )
        if target:
            needed = max(needed, -(-value * weight // target))
    return from_integer(-(-(needed - book.value) // book.unit) * book.unit, book.decimals)
