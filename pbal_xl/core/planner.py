"""From holdings and wishes to a plan: the one door of the core."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from pbal_xl.core import describe
from pbal_xl.core.book import Book, Terms, book_of, check_holdings
from pbal_xl.core.clashes import Question, refusal_of
from pbal_xl.core.class_values import class_weights
from pbal_xl.core.classes import classes_of
from pbal_xl.core.guess import Guess
from pbal_xl.core.money import EXACT, from_integer, to_decimal, to_integer, told
from pbal_xl.core.outcome import plan_of
from pbal_xl.core.paid import ruled_trades
from pbal_xl.core.rules import Rules
from pbal_xl.core.trades import trades_of
from pbal_xl.core.wishes import Wishes, minor_unit_of, wishes_of
from pbal_xl.errors import PlanError, PriceMissing
from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pbal_xl.core.classes import Classes
    from pbal_xl.core.model import Deviation, Goal, Holding, Plan, Strategy
    from pbal_xl.core.money import Number

__all__ = ["smallest_deposit", "suggest_trades"]


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
    bands: str | Number | None = None,
    band_to: Goal = "target",
    max_trades: int | None = None,
    max_turnover: Number | None = None,
    fee: Number | None = None,
    fee_percent: Number | None = None,
    fee_limit: Number | None = None,
    max_gain: Number | None = None,
    keep: Number | None = None,
    targets: Mapping[str, Number] | None = None,
    exposure: Mapping[str, Mapping[str, Number]] | None = None,
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
        bands: what a hard rebalance leaves alone: "5/25" (the smaller of 5 points and 25 % of the target), "3"
            (points), "20%" (of the target), "20%>=1" (of the target, at least 1 point).
        band_to: where what is outside its band is moved: its "target", the band's "edge", or "halfway" inside.
        max_trades: most orders.
        max_turnover: most that all amounts come to, bought and sold.
        fee: paid for each order; no order is smaller.
        fee_percent: paid on each amount, in percent.
        fee_limit: no order has fees of more than this percent of it.
        max_gain: most net gain that the sales realise, at average cost; may be negative. In a hard rebalance no
            order then goes away from its target, or past it.
        keep: money that stays in cash: it is taken off ``cash``.
        targets: of asset classes, as fractions or percent, by name; holdings then have a class, and
            targets of their own are shares of it. The distance is measured on classes.
        exposure: for funds of several classes: symbol to class to its part, as fractions or percent.

    Returns:
        A plan with one order a holding, in the order of ``holdings``.

    Raises:
        InputError: a figure or setting that cannot be used.
        PlanError: figures that cannot be planned together, such as withdrawing more than there is.
    """
    with localcontext(EXACT):
        wishes = wishes_of(
            cash,
            strategy,
            whole_shares=whole_shares,
            increment=increment,
            min_trade=min_trade,
            deviation=deviation,
            minor_unit=minor_unit,
            bands=bands,
            band_to=band_to,
            max_trades=max_trades,
            max_turnover=max_turnover,
            fee=fee,
            fee_percent=fee_percent,
            fee_limit=fee_limit,
            max_gain=max_gain,
            keep=keep,
        )
        question = Question(list(holdings), wishes, targets, exposure)
        guess = Guess()
        try:
            plan = _suggest(question, guess)
        except PlanError as refusal:
            raise refusal_of(
                question,
                refusal,
                lambda asked: _suggest(asked, guess.next(), hurried=True),
                lambda: guess.next().spent,
            ) from None
        if targets is not None:
            told = {name: to_decimal(target, name) for name, target in targets.items()}
            notices = (*_unknown(exposure or {}, plan), *plan.notices)
            parts = _told_exposure(exposure)
            classes = class_weights(question.holdings, plan, told, parts)
            plan = replace(plan, targets=told, exposure=parts, classes=classes, notices=notices)
        return plan if bands is None else replace(plan, bands=str(bands), band_to=wishes.band_to)


def _unknown(exposure: Mapping[str, object], plan: Plan) -> list[str]:
    """What is said of funds that are not there: a slip of the pen, or a table for several portfolios."""
    held = {order.symbol.casefold() for order in plan.orders}
    return [
        say("The exposure names {}, which is no holding here.", symbol)
        for symbol in exposure
        if symbol.strip().casefold() not in held
    ]


def _told_exposure(
    exposure: Mapping[str, Mapping[str, Number]] | None,
) -> Mapping[str, Mapping[str, Decimal]] | None:
    if exposure is None:
        return None
    return {
        symbol: {name: to_decimal(part, name) for name, part in parts.items()} for symbol, parts in exposure.items()
    }


def _suggest(question: Question, guess: Guess, *, hurried: bool = False) -> Plan:
    portfolio, wishes = question.holdings, question.wishes
    check_holdings(portfolio)
    flow = wishes.cash - (wishes.keep or 0)
    whole = wishes.increment is None and _whole(portfolio, wishes.whole_shares)
    weighted = question.targets is None
    book = book_of(portfolio, flow, wishes.minor_unit, *wishes.amounts, wishes.cash, whole=whole, weighted=weighted)
    _check_worth(book, wishes, flow)
    terms, rules = _terms(book, wishes, whole=whole, hurried=hurried), _rules(book, wishes, guess)
    if question.targets is not None:
        classes = classes_of(portfolio, book.order, question.targets, question.exposure)
        book, rules = _without_target(book, classes), replace(rules, classes=classes)
    elif question.exposure is not None:
        raise PlanError("exposure counts only with class targets; give those too")
    if rules.any:
        trades, book = ruled_trades(book, terms, rules)
    else:
        trades = trades_of(book, terms)
    if trades.weights is not None:
        book = _weighted(book, trades.weights)
    return plan_of(portfolio, book, terms, trades, wishes, rules)


def _without_target(book: Book, classes: Classes) -> Book:
    """The holdings of classes with target 0 are not wanted either."""
    weights = [1] * len(book.weights)
    for members, weight in zip(classes.members, classes.weights, strict=False):
        for k in members:
            # A target of its own is a share of its class.
            weights[k] = int(weight > 0 and classes.shares[k] != 0)
    return replace(_weighted(book, weights), unwanted=[k for k, weight in enumerate(weights) if not weight])


def _weighted(book: Book, weights: list[int]) -> Book:
    return replace(book, weights=weights, weight=sum(weights), equal=min(weights) == max(weights))


def _check_worth(book: Book, wishes: Wishes, flow: Decimal) -> None:
    if -book.cash <= book.value:
        return
    asked, worth = told(-flow, from_integer(book.value, book.decimals))
    kept = f" ({told(wishes.keep)[0]} of it to keep in cash)" if wishes.keep else ""
    raise PlanError(f"cannot withdraw {asked}{kept}: the holdings are worth {worth}")


def _terms(book: Book, wishes: Wishes, *, whole: bool, hurried: bool) -> Terms:
    least, worth_its_fee = wishes.min_trade or Decimal(0), wishes.smallest()
    return Terms(
        strategy=wishes.strategy,
        deviation=wishes.deviation,
        step=to_integer(wishes.increment or wishes.minor_unit, book.decimals),
        smallest=to_integer(max(least, worth_its_fee), book.decimals),
        whole=whole or (wishes.increment is None and any(book.lots)),
        most_orders=wishes.max_trades,
        hurried=hurried,
        smallest_is=say("minimum trade") if least >= worth_its_fee else say("smallest order worth its fee,"),
    )


def _rules(book: Book, wishes: Wishes, guess: Guess) -> Rules:
    def whole(amount: Decimal | None) -> int | None:
        return None if amount is None else to_integer(amount, book.decimals)

    return Rules(
        bands=wishes.bands if wishes.strategy == "hard" else None,
        goal=wishes.band_to,
        max_turnover=whole(wishes.max_turnover),
        max_gain=whole(wishes.max_gain),
        fee=whole(wishes.fee) or 0,
        fee_part=wishes.fee_part,
        guess=guess,
    )


def _whole(portfolio: Sequence[Holding], wanted: bool | None) -> bool:  # noqa: FBT001
    """Whether orders are in whole shares; prices are then needed."""
    without = [holding.symbol for holding in portfolio if holding.price is None and holding.lot != "fraction"]
    lots = [holding.symbol for holding in portfolio if isinstance(holding.lot, int) and holding.price is None]
    if wanted is False and not lots:
        return False
    if not without:
        return True
    if wanted is None and len(without) == len(portfolio) and not lots:
        return False
    without = lots or without
    sentence = f"{without[0]} has no price, which whole shares need; give its price or allow fractions"
    raise PriceMissing(without[0], sentence)


def smallest_deposit(holdings: Iterable[Holding], *, minor_unit: Number = "0.01") -> Decimal:
    """The smallest deposit that brings every holding to its target without a sale.

    ``max(v_i / w_i) - V`` in money, rounded up to the minor unit; 0 when all are on target.

    Raises:
        PlanError: no deposit can balance them: a holding with target 0 has a value, or one that lags may not be
            bought so far.
    """
    with localcontext(EXACT):
        return _smallest_deposit(list(holdings), minor_unit_of(minor_unit))


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
            least = max(0, book.own.get(place, (None, None))[0] or 0)
            needed = max(needed, -(-(value + least) * weight // target))
    for place, symbol in enumerate(book.symbols):
        _check_bought(book, place, symbol, needed)
    return from_integer(-(-(needed - book.value) // book.unit) * book.unit, book.decimals)


def _check_bought(book: Book, place: int, symbol: str, total: int) -> None:
    """Refuse a total that a holding must be bought for beyond what its own bounds let."""
    target, cap = book.weights[place], book.caps.get(place)
    bought = total * target // book.weight - book.values[place]
    _, most = book.own.get(place, (None, None))
    bound = ""
    if most is not None and bought >= most + book.unit:
        bound = f"may be bought for at most {book.told(most)}" if most > 0 else "may not be bought"
    elif cap is not None and cap * book.weight < target and bought >= book.unit:
        bound = f"is not bought above {float(100 * cap):g} %"
    if bound:
        raise PlanError(
            f"{symbol} {bound}, but lacks {book.told(bought)} when the others reach their targets: "
            "no deposit balances that without a sale"
        )
