"""Why each order of a living sheet is what it is: the formula of its last column, and what it comes to.

The same words as the core's, as far as formulas know: how far from the target, and why it trades or rests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.core.model import Side
from pbal_xl.sheet.living_figures import rounded
from pbal_xl.words import figure, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pbal_xl.core.model import Order, Plan
    from pbal_xl.sheet.living_figures import Figures, Worked

__all__ = ["WHY", "reasons"]

# Less than this is nothing, in money and in percent.
_HALF_CENT, _HALF_TENTH = 0.005, 0.05

# Of the total that is wanted, cash included, as the core tells it.
_ABOVE = "({value}-{target}*{total_wanted})"
_FAR = f"100*ABS({_ABOVE})/({{target}}*{{total_wanted}})"
_WHERE = (
    f'IF({{target}}=0,"[not wanted (target 0)]",IF(ABS({_ABOVE})<0.005,"[on target]",'
    'IF({total_wanted}<=0,"[above its target]",'
    f'IF({_FAR}<0.05,"[less than 0.1]",FIXED({_FAR},1))'
    f'&IF({_ABOVE}>0,"[ % above its target]","[ % below its target]"))))'
)
# Of one there is no lowest and no highest.
_ONLY = 'IF(COUNT({value_all})=1,", "&"[the only holding]",", "&"[the only one with a target]")'
_ONE = 'COUNTIF({target_all},">0")=1'
_TRADED = (
    'IF({hard},IF({target}=0,", "&"[sold]",'
    f"IF(ABS({{after}}-{{target}}*{{total_wanted}})>ABS({_ABOVE})+0.005,"
    '", "&"[traded because no other sum of whole units comes nearer]",", "&"[brought nearer to its target]")),'
    f'IF(AND({{amount}}<0,{{target}}=0),", "&"[sold first]",IF({_ONE},{_ONLY},'
    'IF({amount}>0,IF(SUMPRODUCT(({ratio_all}<={ratio})*1)=1,", "&"[lowest of all]",", "&"[among the lowest]"),'
    'IF(SUMPRODUCT(({ratio_all}>={ratio})*1)=1,", "&"[highest of all]",", "&"[among the highest]")))))'
)
_HELD = (
    f'IF(OR({{hard}},ABS({_ABOVE})<0.005),"",IF({{cash}}=0,", "&"[no cash to trade]",'
    "IF(ABS({exact})>0.005,"
    'IF({cash}>0,IF(MAX({amount_all})>0,", "&"[but the cash goes further elsewhere]",'
    '", "&"[but there is too little cash for it]"),", "&"[but other sales suffice]"),'
    f'IF({_ABOVE}>0,IF({{cash}}>0,", "&"[a deposit sells nothing]",", "&"[but others are higher]"),'
    'IF({cash}>0,", "&"[but others are lower]",", "&"[a withdrawal buys nothing]")))))'
)
WHY = f'IF({{figures}}<>"OK","[a figure is wrong]",{_WHERE}&IF({{amount}}=0,{_HELD},{_TRADED}))'


def reasons(plan: Plan, figures: Figures, worked: Worked) -> Iterator[str]:
    """What the formula comes to for each order of a plan."""
    ratio, wanted = worked.columns["ratio"], worked.number("total_wanted")
    rows = zip(plan.orders, figures.value, figures.target, ratio, worked.columns["exact"], strict=True)
    bought = any(order.side is Side.BUY for order in plan.orders)
    for order, value, target, own, exact in rows:
        goal = target * wanted
        if order.side is Side.HOLD:
            why = _held(figures, value - goal, exact, bought=bought)
        else:
            # As far out as itself, or further: itself alone.
            further = [one <= own if order.side is Side.BUY else one >= own for one in ratio]
            why = _traded(figures, order, goal, first=sum(further) == 1)
        where = _where(value - goal, target, goal)
        yield f"{where}, {why}" if why else where


def _where(above: float, target: float, goal: float) -> str:
    if not target:
        return say("not wanted (target 0)")
    if abs(above) < _HALF_CENT:
        return say("on target")
    if goal <= 0:
        return say("above its target")
    percent = 100 * abs(above) / goal
    far = say("less than 0.1") if percent < _HALF_TENTH else figure(f"{rounded(percent, 1):,.1f}")
    return f"{far}{say(' % above its target') if above > 0 else say(' % below its target')}"


def _traded(figures: Figures, order: Order, goal: float, *, first: bool) -> str:
    if figures.hard:
        if not order.target:
            return say("sold")
        if abs(float(order.value_after) - goal) > abs(float(order.value_before) - goal) + _HALF_CENT:
            return say("traded because no other sum of whole units comes nearer")
        return say("brought nearer to its target")
    if order.side is Side.SELL and not order.target:
        return say("sold first")
    if sum(map(bool, figures.given)) == 1:
        return say("the only holding") if len(figures.given) == 1 else say("the only one with a target")
    if order.side is Side.BUY:
        return say("lowest of all") if first else say("among the lowest")
    return say("highest of all") if first else say("among the highest")


def _held(figures: Figures, above: float, exact: float, *, bought: bool) -> str:
    if figures.hard or abs(above) < _HALF_CENT:
        return ""
    if not figures.cash:
        return say("no cash to trade")
    deposit = figures.cash > 0
    if abs(exact) > _HALF_CENT:
        if not deposit:
            return say("but other sales suffice")
        return say("but the cash goes further elsewhere") if bought else say("but there is too little cash for it")
    if above > 0:
        return say("a deposit sells nothing") if deposit else say("but others are higher")
    return say("but others are lower") if deposit else say("a withdrawal buys nothing")
