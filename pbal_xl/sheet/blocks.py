"""Blocks below the figures of a trades sheet: what instalments buy, and how far the holdings may fall."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.margin import ADVISED_LOAN, fall_to_margin_call
from pbal_xl.sheet.layout import Item
from pbal_xl.sheet.lines import cut_at
from pbal_xl.sheet.looks import Kind
from pbal_xl.sheet.summary import flow, what_to_do
from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Plan

__all__ = ["Loan", "class_items", "instalment_items", "loan_items"]

# What fits from the sixth column to the edge of the page.
_WORDS_LINE = 100


@dataclass(frozen=True, slots=True)
class Loan:
    """What is owed for the holdings.

    Attributes:
        amount: in money.
        maintenance: percent of the value that must be the investor's own.
    """

    amount: Decimal
    maintenance: Decimal


_WEIGHT_COLUMNS = (3, 4, 5)


def class_items(plan: Plan, row: int) -> list[Item]:
    """One row a class: its weight before and after the orders, and its target."""
    headings = (say("Weight before"), say("Weight after"), say("Target"))
    items = [Item(row, 1, say("Classes"), Kind.SECTION)]
    items += [
        Item(row, column, said, Kind.HEADING_RIGHT) for column, said in zip(_WEIGHT_COLUMNS, headings, strict=True)
    ]
    for below, one in enumerate(plan.classes, start=row + 1):
        items.append(Item(below, 1, one.name, Kind.LABEL))
        figures = (one.weight_before, one.weight_after, one.target)
        items += [
            Item(below, column, figure, Kind.PERCENT)
            for column, figure in zip(_WEIGHT_COLUMNS, figures, strict=True)
        ]
    return items


def instalment_items(plans: Sequence[Plan], row: int) -> list[Item]:
    """One row an instalment: its cash with what the one before left over, what it comes to, what to do."""
    items = [Item(row, 1, say("Instalments, at today's prices"), Kind.SECTION)]
    # All of one sign: they are parts of one deposit, or of one withdrawal.
    flowing, _ = flow(min(plan.invested for plan in plans))
    headings = (say("Cash"), say(flowing), say("Leftover"))
    items += [Item(row + 1, column, said, Kind.HEADING_RIGHT) for column, said in enumerate(headings, start=3)]
    items.append(Item(row + 1, 6, say("What to do"), Kind.HEADING_INDENT))
    below = row + 2
    for place, plan in enumerate(plans, start=1):
        lines = [line for said in what_to_do(plan) for line in cut_at(said, _WORDS_LINE)]
        items.append(Item(below, 1, say("{} of {}", place, len(plans)), Kind.LABEL))
        figures = (plan.cash, abs(plan.invested), plan.leftover)
        items += [Item(below, column, figure, Kind.MONEY) for column, figure in enumerate(figures, start=3)]
        items += [Item(below + at, 6, line, Kind.REASON) for at, line in enumerate(lines)]
        below += len(lines)
    return sorted(items, key=lambda item: (item.row, item.column))


def loan_items(plan: Plan, loan: Loan, row: int) -> list[Item]:
    """The loan, its share of the assets, and the fall that triggers a margin call, a row each."""
    worth = sum((order.value_after for order in plan.orders), Decimal(0))
    share = loan.amount / worth
    figures = [
        (say("Loan"), loan.amount, Kind.MONEY),
        (say("Loan of the assets"), share, Kind.PERCENT),
        (say("Maintenance"), loan.maintenance / 100, Kind.PERCENT),
        (say("Fall to a margin call"), fall_to_margin_call(worth, loan.amount, loan.maintenance), Kind.PERCENT),
    ]
    items = [Item(row, 1, say("Margin, after the orders"), Kind.SECTION)]
    for place, (label, figure, kind) in enumerate(figures, start=row + 1):
        items += [Item(place, 1, label, Kind.LABEL), Item(place, 3, figure, kind)]
    if share > ADVISED_LOAN:
        items.append(
            Item(row + len(figures) + 1, 1, say("A loan should stay below a fifth of the assets."), Kind.NOTE)
        )
    return items
