"""Cash that comes in instalments: what each of them buys at today's prices."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from pbal_xl.core.describe import money
from pbal_xl.core.model import Holding, Side
from pbal_xl.core.money import EXACT, plain, to_decimal
from pbal_xl.core.planner import suggest_trades
from pbal_xl.errors import InputError, PlanError
from pbal_xl.words import figure, say, say_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from pbal_xl.core.model import Order, Plan
    from pbal_xl.core.money import Number

__all__ = ["MOST_INSTALMENTS", "describe_instalments", "suggest_instalments"]

MOST_INSTALMENTS = 120


def suggest_instalments(holdings: Iterable[Holding], cash: Number, count: int, **wishes: Any) -> list[Plan]:
    """The plan of each instalment, one after the other; what one leaves over the next one has too.

    To the cent the last one ends, within a cent a holding, where one deposit of the sum ends. A withdrawal in
    instalments likewise.

    Args:
        holdings: the portfolio before the first.
        cash: of each instalment, a withdrawal negative.
        count: 1 to MOST_INSTALMENTS.
        wishes: as in ``suggest_trades``, all but the cash.

    Raises:
        InputError: a figure or setting that cannot be used.
        PlanError: figures that cannot be planned together.
    """
    if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= MOST_INSTALMENTS:
        raise InputError(f"the number of instalments must be 1 to {MOST_INSTALMENTS}, is {count}")
    each, portfolio = to_decimal(cash, "cash"), list(holdings)
    plans: list[Plan] = []
    with localcontext(EXACT):
        for place in range(1, count + 1):
            carried = plans[-1].leftover if plans else 0
            try:
                plans.append(suggest_trades(portfolio, each + carried, **wishes))
            except PlanError as error:
                raise PlanError(f"instalment {place} of {count}: {error}") from error
            portfolio = [_after(one, order) for one, order in zip(portfolio, plans[-1].orders, strict=True)]
    return plans


def _after(holding: Holding, order: Order) -> Holding:
    """A holding once its order is done; gains shrink with what is sold, at average cost."""
    quantity, gain = holding.quantity, holding.gain
    if quantity is not None:
        quantity = None if order.shares is None else max(quantity + order.shares, quantity * 0)
    if gain is not None and order.amount < 0 and holding.value:
        gain = gain * order.value_after / holding.value
    return Holding(
        holding.symbol,
        order.value_after,
        holding.price,
        gain,
        holding.target,
        quantity,
        lowest=holding.lowest,
        highest=holding.highest,
        most=holding.most,
        lot=holding.lot,
        asset_class=holding.asset_class,
        name=holding.name,
        settled=True,
    )


def describe_instalments(plans: Sequence[Plan]) -> list[str]:
    """A sentence for each instalment: "Instalment 2 of 6: buy 3 VCR for 839.04; 0.96 stays in cash."."""
    return [
        say("Instalment {} of {}: {}; {} stays in cash.", place, len(plans), _orders(plan), money(plan.leftover))
        for place, plan in enumerate(plans, start=1)
    ]


def _orders(plan: Plan) -> str:
    parts = []
    for side in (Side.SELL, Side.BUY):
        orders = [order for order in plan.orders if order.side is side]
        if orders:
            trades = say_all(_order(order, whole=plan.whole_shares) for order in orders)
            amount = money(abs(sum((order.amount for order in orders), Decimal(0))))
            sells = side is Side.SELL
            parts.append(say("sell {} for {}", trades, amount) if sells else say("buy {} for {}", trades, amount))
    return say_all(parts) if parts else say("no order")


def _order(order: Order, *, whole: bool) -> str:
    if whole and order.shares is not None:
        return say("{} {}", figure(plain(abs(order.shares))), order.symbol)
    return say("{} {}", order.symbol, money(abs(order.amount)))
