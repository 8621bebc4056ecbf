"""What a plan comes to, in words: what to do, in the order of doing it, and how near it comes to the targets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.describe import money
from pbal_xl.core.model import Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pbal_xl.core.model import Order, Plan

__all__ = ["Distance", "distance", "how_near", "what_to_do"]

# A line that still fits a printed page; a longer list goes on in the next.
_LINE = 118
# A name longer than this is cut in sentences; the table has all of it.
_NAME = 28


def what_to_do(plan: Plan) -> list[str]:
    """The orders as sentences, sales first: they pay for the purchases. Long ones are broken into lines."""
    sales = [order for order in plan.orders if order.side is Side.SELL]
    purchases = [order for order in plan.orders if order.side is Side.BUY]
    if not sales and not purchases:
        return ["Nothing to buy or sell."]
    first, then = ("First sell", "Then buy") if sales and purchases else ("Sell", "Buy")
    lines = [*_sentence(first, sales, plan), *_sentence(then, purchases, plan)]
    rest = _rest(plan)
    if rest and len(lines[-1]) + len(rest) < _LINE:
        lines[-1] = f"{lines[-1].removesuffix('.')}; {rest}"
    elif rest:
        lines.append(rest)
    return lines


def _rest(plan: Plan) -> str:
    """What becomes of the cash that no order uses."""
    if not plan.leftover:
        return ""
    if plan.cash < 0:
        return f"{money(plan.leftover)} more than asked."
    return f"{money(plan.leftover)} stays in cash."


def _sentence(verb: str, orders: Sequence[Order], plan: Plan) -> list[str]:
    if not orders:
        return []
    total = sum((abs(order.amount) for order in orders), Decimal(0))
    whole = plan.whole_shares and plan.increment is None and all(_is_whole(order) for order in orders)
    if whole:
        parts = [f"{abs(order.shares or 0):,f} {_name(order)}" for order in orders]
        return _lines(verb, parts, f"for {money(total)}.")
    parts = [f"{_name(order)} for {money(abs(order.amount))}" for order in orders]
    return _lines(verb, parts, "." if len(parts) == 1 else f": {money(total)} in all.")


def _is_whole(order: Order) -> bool:
    return order.shares is not None and order.shares == order.shares.to_integral_value()


def _name(order: Order) -> str:
    return order.symbol if len(order.symbol) <= _NAME else f"{order.symbol[: _NAME - 1]}\u2026"


def _lines(verb: str, parts: Sequence[str], end: str) -> list[str]:
    """The list in words, in lines of a printable length."""
    lines, line = [], verb
    for place, part in enumerate(parts):
        joint = " " if place == 0 else " and " if place == len(parts) - 1 else ", "
        if place and len(line) + len(joint) + len(part) > _LINE:
            lines.append(line + joint.rstrip())
            line = part
        else:
            line += joint + part
    line += end if end.startswith((".", ":")) else f" {end}"
    return [*lines, line]


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a portfolio is from its targets, in money: the root of the sum of squared differences.

    Attributes:
        before: with the cash not yet invested or taken out.
        after: with the orders done.
        least: what no plan in these trade units can be below; None where that was not examined.
    """

    before: Decimal
    after: Decimal
    least: Decimal | None


def distance(plan: Plan) -> Distance:
    """The Euclidean distance of the values to ``target * (total + cash)``, before and after the orders."""
    total = sum((order.value_before for order in plan.orders), plan.cash)
    before = _root(order.value_before - order.target * total for order in plan.orders)
    after = _root(order.value_after - order.target * total for order in plan.orders)
    gap = plan.gap_bound
    return Distance(before, after, None if gap is None else max(Decimal(0), after - gap))


def _root(differences: Iterable[Decimal]) -> Decimal:
    square = sum(float(one) ** 2 for one in differences)
    return Decimal(repr(round(sqrt(square), 2)))


def how_near(plan: Plan) -> str:
    """The certificate in plain words: whether any plan in these trade units could come nearer."""
    unit = "whole shares" if plan.whole_shares and plan.increment is None else "these steps"
    if plan.increment is None and not plan.whole_shares:
        unit = "cents"
    if plan.gap_bound is None:
        return f"Whether another plan in {unit} comes nearer was not examined."
    if not plan.gap_bound:
        return f"Proved: no plan in {unit} comes nearer."
    cents = max(plan.gap_bound, Decimal("0.01"))
    return f"No plan in {unit} comes nearer by more than {money(cents)}."
