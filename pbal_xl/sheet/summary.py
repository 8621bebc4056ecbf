"""What a plan comes to, in words: what to do, in the order of doing it, and how near it comes to the targets."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from typing import TYPE_CHECKING

from pbal_xl.core.describe import is_told, money
from pbal_xl.core.model import Side
from pbal_xl.settings import SETTINGS
from pbal_xl.words import figure, say, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pbal_xl.core.model import Order, Plan

__all__ = ["Distance", "distance", "distance_after", "flow", "how_near", "what_to_do"]

# A line that still fits a printed page; a longer list goes on in the next.
_LINE = 118
# A name longer than this is cut in sentences; the table has all of it.
_NAME = 28


def what_to_do(plan: Plan) -> list[str]:
    """The orders as sentences, sales first: they pay for the purchases. Long ones are broken into lines."""
    sales = [order for order in plan.orders if order.side is Side.SELL]
    purchases = [order for order in plan.orders if order.side is Side.BUY]
    if not sales and not purchases:
        return [say("Nothing to buy or sell.")]
    both = bool(sales and purchases)
    lines = [
        *_sentence(say("First sell {}") if both else say("Sell {}"), sales, plan),
        *_sentence(say("Then buy {}") if both else say("Buy {}"), purchases, plan),
    ]
    rest = _rest(plan)
    if rest and len(lines[-1]) + len(rest) < _LINE:
        lines[-1] = f"{lines[-1].removesuffix('.')}; {rest}"
    elif rest:
        lines.append(rest)
    return lines


def _rest(plan: Plan) -> str:
    """What becomes of the cash that no order uses."""
    if not is_told(plan.leftover):
        return ""
    if plan.cash < 0:
        return say("{} more than asked.", money(plan.leftover))
    return say("{} stays in cash.", money(plan.leftover))


def _sentence(verb: str, orders: Sequence[Order], plan: Plan) -> list[str]:
    if not orders:
        return []
    total = sum((abs(order.amount) for order in orders), Decimal(0))
    whole = plan.whole_shares and plan.increment is None and all(_is_whole(order) for order in orders)
    if whole:
        parts: list[str] = [f"{figure(f'{abs(order.shares or 0):,f}')} {_name(order)}" for order in orders]
        return _lines(verb, parts, say(" for {}.", money(total)))
    parts = [say("{} for {}", _name(order), money(abs(order.amount))) for order in orders]
    return _lines(verb, parts, "." if len(parts) == 1 else say(": {} in all.", money(total)))


def _is_whole(order: Order) -> bool:
    return order.shares is not None and order.shares == order.shares.to_integral_value()


def _name(order: Order) -> str:
    """What an order trades; a number with what it is called behind it."""
    return f"{_cut(order.symbol)} ({_cut(order.name)})" if order.name else _cut(order.symbol)


def _cut(text: str) -> str:
    return text if len(text) <= _NAME else f"{text[: _NAME - 1]}\u2026"


def _lines(verb: str, parts: Sequence[str], end: str) -> list[str]:
    """The list in words, in lines of a printable length; the verb has a place for the list."""
    before, _, behind = verb.partition("{}")
    lines, line = [], before
    for place, part in enumerate(parts):
        joint = "" if place == 0 else say(" and ") if place == len(parts) - 1 else ", "
        if place and len(line) + len(joint) + len(part) > _LINE:
            lines.append(line + joint.rstrip())
            line = part
        else:
            line += joint + part
    return [*lines, line + behind + end]


def flow(invested: Decimal) -> tuple[str, Decimal]:
    """What all orders come to, behind the word for it: money invested, or money taken out, above 0 either way."""
    return (word("Taken out"), -invested) if invested < 0 else (word("Invested"), invested)


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
    """Euclidean distance to ``target * (total + cash)``, of holdings or classes, before and after the orders."""
    worths = _worths(plan)
    before = _root(value - goal for value, _, goal in worths)
    after = _root(value - goal for _, value, goal in worths)
    gap = plan.gap_bound
    return Distance(before, after, None if gap is None else max(Decimal(0), after - gap))


def distance_after(plan: Plan) -> Decimal:
    """That after the orders alone."""
    return _root(value - goal for _, value, goal in _worths(plan))


def _worths(plan: Plan) -> list[tuple[Decimal, Decimal, Decimal]]:
    """Money in the holdings before and after, and meant to be in them; in the classes where those have targets."""
    before = sum([order.value_before for order in plan.orders], Decimal(0))
    total = before + plan.cash
    if not plan.classes:
        return [(order.value_before, order.value_after, order.target * total) for order in plan.orders]
    after = sum([order.value_after for order in plan.orders], Decimal(0))
    return [(one.weight_before * before, one.weight_after * after, one.target * total) for one in plan.classes]


def _root(differences: Iterable[Decimal]) -> Decimal:
    square = sum(float(one) ** 2 for one in differences)
    return Decimal(repr(round(sqrt(square), 2)))


# With one of these another plan may well be nearer, but is not allowed.
_RULES = tuple(setting.key for setting in SETTINGS if setting.forbids)


def how_near(plan: Plan) -> str:
    """The certificate in plain words: whether any plan in these trade units could come nearer."""
    unit = say("whole shares") if plan.whole_shares and plan.increment is None else say("these steps")
    if plan.increment is None and not plan.whole_shares:
        unit = say("cents")
    if plan.gap_bound is None:
        return say("Whether another plan in {} comes nearer was not examined.", unit)
    if not plan.gap_bound and any(getattr(plan, rule) is not None for rule in _RULES):
        return say("Proved: no plan in {} that keeps all settings comes nearer.", unit)
    if not plan.gap_bound:
        return say("Proved: no plan in {} comes nearer.", unit)
    cents = max(plan.gap_bound, Decimal("0.01"))
    return say("No plan in {} comes nearer by more than {}.", unit, money(cents))
