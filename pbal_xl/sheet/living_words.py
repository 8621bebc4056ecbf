"""What to do, in words, at the top of a living sheet: as formulas, and as they read for the plan."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.describe import is_told, money
from pbal_xl.core.model import Side
from pbal_xl.words import figure, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.core.model import Order, Plan

__all__ = ["MOST_NAMED", "running", "word_columns", "worded", "wording"]

# A sentence names so many orders, and counts the others.
MOST_NAMED = 8

_FEW = str(MOST_NAMED)


def word_columns(*, shares: bool) -> Mapping[str, str]:
    """Running counts and sentences, a column each, one row a holding.

    Args:
        shares: whether shares may be traded.
    """
    named = '{symbol}&"[ for ]"&FIXED(ABS({amount}),2)'
    item = f'IF({{whole}},FIXED(ABS({{shares}}),0)&" "&{{symbol}},{named})' if shares else named
    columns = {"item": item}
    for name, words, sign in (("sales", "selling", "<"), ("buys", "buying", ">")):
        columns[name] = f"{{{name}_before}}+IF({{amount}}{sign}0,1,0)"
        columns[words] = (
            f'{{{words}_before}}&IF(OR(NOT({{amount}}{sign}0),{{{name}}}>{_FEW}),"",'
            f'IF({{{name}}}=1,"",IF({{{name}}}={{{name}_end}},"[ and ]",", "))&{{item}})'
        )
    return columns


def _sentence(name: str, words: str, *, sign: str) -> str:
    """The list behind the verb, with what it comes to."""
    total = f'FIXED(ABS(SUMIF({{amount_all}},"{sign}0")),2)'
    more = f'IF({{{name}_end}}>{_FEW},"[ and ]"&({{{name}_end}}-{_FEW})&"[ more]","")'
    end = f'IF({{whole}},"[ for ]"&{total},IF({{{name}_end}}=1,"",": "&{total}&"[ in all]"))'
    return f"{{{words}_end}}&{more}&{end}"


def wording() -> tuple[str, str]:
    """The formulas of the two lines on top."""
    rest = (
        'IF({leftover}<0.005,".",'
        'IF({cash}<0,"; "&FIXED({leftover},2)&"[ more than asked.]","; "&FIXED({leftover},2)&"[ stays in cash.]"))'
    )
    selling, buying = _sentence("sales", "selling", sign="<"), _sentence("buys", "buying", sign=">")
    first = (
        'IF({figures}<>"OK","[No orders, because ]"&{figures}&".",'
        'IF({sales_end}+{buys_end}=0,"[Nothing to buy or sell.]",'
        f'IF({{sales_end}}=0,"[Buy ]"&{buying}&{rest},'
        f'IF({{buys_end}}=0,"[Sell ]"&{selling}&{rest},"[First sell ]"&{selling}&"."))))'
    )
    then = f'IF(OR({{figures}}<>"OK",{{sales_end}}=0,{{buys_end}}=0),"","[Then buy ]"&{buying}&{rest})'
    return first, then


def worded(plan: Plan, *, whole: bool) -> tuple[str, str]:
    """What the two formulas come to for a plan."""
    sales = [order for order in plan.orders if order.side is Side.SELL]
    buys = [order for order in plan.orders if order.side is Side.BUY]
    rest = "."
    if is_told(plan.leftover):
        rest = f"; {money(plan.leftover)}{say(' more than asked.') if plan.cash < 0 else say(' stays in cash.')}"
    if not sales and not buys:
        return say("Nothing to buy or sell."), ""
    if not sales:
        return f"{say('Buy ')}{_said(buys, whole=whole)}{rest}", ""
    if not buys:
        return f"{say('Sell ')}{_said(sales, whole=whole)}{rest}", ""
    first = f"{say('First sell ')}{_said(sales, whole=whole)}."
    return first, f"{say('Then buy ')}{_said(buys, whole=whole)}{rest}"


def _said(orders: Sequence[Order], *, whole: bool) -> str:
    parts = [_item(order, whole=whole) for order in orders]
    more = len(parts) - MOST_NAMED
    if more > 0:
        listed = f"{', '.join(parts[:MOST_NAMED])}{say(' and ')}{more}{say(' more')}"
    else:
        listed = f"{', '.join(parts[:-1])}{say(' and ')}{parts[-1]}" if len(parts) > 1 else parts[0]
    total = money(sum((abs(order.amount) for order in orders), Decimal(0)))
    if whole:
        return f"{listed}{say(' for ')}{total}"
    return listed if len(parts) == 1 else f"{listed}: {total}{say(' in all')}"


def _item(order: Order, *, whole: bool) -> str:
    if whole:
        return f"{figure(f'{abs(order.shares or 0):,.0f}')} {order.symbol}"
    return f"{order.symbol}{say(' for ')}{money(abs(order.amount))}"


def running(plan: Plan, *, whole: bool) -> Mapping[str, Sequence[str | Decimal]]:
    """What the columns of ``word_columns`` come to for a plan."""
    columns: dict[str, list[str | Decimal]] = {"item": [_item(order, whole=whole) for order in plan.orders]}
    for name, words, side in (("sales", "selling", Side.SELL), ("buys", "buying", Side.BUY)):
        total = sum(order.side is side for order in plan.orders)
        count, text = 0, ""
        columns[name], columns[words] = [], []
        for order, item in zip(plan.orders, columns["item"], strict=True):
            if order.side is side:
                count += 1
                if count <= MOST_NAMED:
                    joint = "" if count == 1 else say(" and ") if count == total else ", "
                    text += f"{joint}{item}"
            columns[name].append(Decimal(count))
            columns[words].append(text)
    return columns
