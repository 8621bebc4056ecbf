"""The rows of cash in a sheet, where all of it is to be invested; and orders in the currency they are traded in."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.money import EXACT, HALF_UP, plain
from pbal_xl.errors import InputError
from pbal_xl.words import say

if TYPE_CHECKING:
    from pbal_xl.core.model import Order, Plan
    from pbal_xl.grid.holdings import Table
    from pbal_xl.grid.reading import Foreign
    from pbal_xl.setting import Settings

__all__ = ["ALL", "notices_of", "with_cash", "with_currencies"]

# The word that stands for the rows of cash.
ALL = "all"
_CENT = Decimal("0.01")


def with_cash(settings: Settings, table: Table) -> Settings:
    """The settings with the cash as an amount, where it was the word for all rows of cash.

    Raises:
        InputError: there is no cash, or what it is worth is not known.
    """
    return {**settings, "cash": _cash_of(table)} if settings.get("cash") == ALL else settings


def _cash_of(table: Table) -> Decimal:
    if not table.cash:
        raise InputError("cash is all, but no row of the holdings is cash; give an amount")
    unknown = [place for place, amount in table.cash if amount is None]
    if unknown:
        raise InputError(
            f"cash is all, but what the cash in {', '.join(unknown)} is worth is not known; give its value, in the "
            "currency of the holdings or with a rate, or give an amount"
        )
    total = sum([amount for _, amount in table.cash if amount is not None], Decimal(0))
    if total <= 0:
        raise InputError(f"cash is all, but the rows of cash come to {plain(total)}; give an amount")
    return total.quantize(_CENT, rounding=ROUND_FLOOR, context=EXACT)


def notices_of(table: Table, settings: Settings) -> tuple[str, ...]:
    """How the holdings were read; rows of cash are told as invested where they are."""
    if settings.get("cash") != ALL:
        return table.notices
    cash = {place for place, _ in table.cash}
    told = {one.sentence: one for one in table.left_out if one.cell in cash}
    return tuple(
        say("{}: {} is cash and is invested.", told[notice].cell, told[notice].label) if notice in told else notice
        for notice in table.notices
    )


def with_currencies(plan: Plan, table: Table) -> Plan:
    """The plan with every order told in the currency it is traded in, where that is another."""
    if not any(table.foreign):
        return plan
    orders = [
        order if foreign is None else _in_its_currency(order, foreign)
        for order, foreign in zip(plan.orders, table.foreign, strict=True)
    ]
    return replace(plan, orders=tuple(orders))


def _in_its_currency(order: Order, foreign: Foreign) -> Order:
    if foreign.price is not None and order.shares is not None and order.shares == int(order.shares):
        amount = EXACT.multiply(order.shares, foreign.price)
    else:
        amount = EXACT.divide(order.amount, foreign.rate)
    return replace(
        order,
        currency=foreign.code,
        local_price=foreign.price,
        local_amount=amount.quantize(_CENT, context=HALF_UP),
    )
