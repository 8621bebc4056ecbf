"""The table of orders: what trades first, what rests below and quieter."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from pbal_xl.core.model import Side
from pbal_xl.sheet.layout import Formula, Item
from pbal_xl.sheet.looks import Kind, quiet
from pbal_xl.words import retold, say, word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pbal_xl.core.model import Order, Plan

__all__ = ["Column", "columns_of", "heading_items", "in_order", "order_items", "total_items", "widths_of"]

_SIDES = {
    Side.BUY: (Kind.BUY, word("Buy")),
    Side.SELL: (Kind.SELL, word("Sell")),
    Side.HOLD: (Kind.HOLD, word("Hold")),
}
_HEADING_KINDS = {Kind.TEXT: Kind.HEADING, Kind.HOLD: Kind.HEADING, Kind.REASON: Kind.HEADING_INDENT}
# The labels below the table stand in the first column too, and may not be cut by it.
_FIRST_WIDTH = 23.0
_WIDEST_SYMBOL, _WIDEST_NAME, _WIDEST_REASON = 60.0, 40.0, 90.0
# Room beside the digits, and for a font that is wider than Excel's.
_MARGIN = 2.5
_ACTION = 2

_Cell: TypeAlias = "str | Decimal | None"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table.

    Attributes:
        heading: as written above it.
        kind: of its cells.
        cell: what it says of an order.
        total: what it says of all orders; None for nothing.
        total_kind: of its total.
    """

    heading: str
    kind: Kind
    cell: Callable[[Order], _Cell]
    total: Callable[[Sequence[Order]], _Cell] = lambda _: None
    total_kind: Kind = Kind.TOTAL_TEXT


def _sum(name: str) -> Callable[[Sequence[Order]], _Cell]:
    def total(orders: Sequence[Order]) -> _Cell:
        figures = [getattr(order, name) for order in orders]
        return None if None in figures else sum(figures, Decimal(0))

    return total


def _whole(name: str) -> Callable[[Sequence[Order]], _Cell]:
    """All of it, or nothing: rounded weights may sum to a hair beside 1."""
    return lambda orders: Decimal(1) if any(getattr(order, name) for order in orders) else Decimal(0)


def columns_of(plan: Plan) -> tuple[Column, ...]:
    """The columns that this plan needs."""
    whole = all(order.shares is None or order.shares == int(order.shares) for order in plan.orders)
    money, percent = Kind.TOTAL_MONEY, Kind.TOTAL_PERCENT
    columns = [
        Column(say("Symbol"), Kind.TEXT, lambda order: order.symbol, lambda _: say("Total")),
        Column(say("Action"), Kind.HOLD, lambda order: say(_SIDES[order.side][1])),
        Column(say("Shares"), Kind.SHARES if whole else Kind.PARTS, lambda order: order.shares),
        Column(say("Price"), Kind.PRICE, lambda order: order.price),
        Column(say("Amount"), Kind.MONEY, lambda order: order.amount, _sum("amount"), money),
        Column(say("Value before"), Kind.MONEY, lambda order: order.value_before, _sum("value_before"), money),
        Column(say("Value after"), Kind.MONEY, lambda order: order.value_after, _sum("value_after"), money),
        Column(
            say("Weight before"), Kind.PERCENT, lambda order: order.weight_before, _whole("weight_before"), percent
        ),
        Column(
            say("Weight after"), Kind.PERCENT, lambda order: order.weight_after, _whole("weight_after"), percent
        ),
        Column(say("Target"), Kind.PERCENT, lambda order: order.target, lambda _: Decimal(1), percent),
    ]
    if any(order.side is Side.SELL for order in plan.orders):
        columns.append(
            Column(
                say("Gain realised"), Kind.MONEY, lambda order: order.gain_realised, _sum("gain_realised"), money
            )
        )
    if any(order.fee for order in plan.orders):
        columns.append(Column(say("Fee"), Kind.MONEY, lambda order: order.fee, _sum("fee"), money))
    if any(order.currency for order in plan.orders):
        columns += [
            Column(say("Currency"), Kind.HOLD, lambda order: order.currency or None),
            Column(say("Own price"), Kind.PRICE, lambda order: order.local_price),
            Column(say("Own amount"), Kind.MONEY, lambda order: order.local_amount),
        ]
    if any(order.name for order in plan.orders):
        columns.append(Column(say("Name"), Kind.REASON, lambda order: order.name or None))
    return (*columns, Column(say("Why"), Kind.REASON, lambda order: retold(order.reason)))


def heading_items(columns: Sequence[Column], row: int) -> list[Item]:
    """The headings, in a row."""
    return [
        Item(row, place, column.heading, _HEADING_KINDS.get(column.kind, Kind.HEADING_RIGHT))
        for place, column in enumerate(columns, start=1)
    ]


def in_order(orders: Sequence[Order]) -> list[Order]:
    """The orders as they stand in the table: those that trade, then those that rest, each in the sheet's order."""
    return sorted(orders, key=lambda order: order.side is Side.HOLD)


def order_items(order: Order, columns: Sequence[Column], row: int) -> list[Item]:
    """One order, in a row."""
    resting, action = order.side is Side.HOLD, _SIDES[order.side][0]
    return [
        Item(
            row,
            place,
            column.cell(order),
            action if place == _ACTION else quiet(column.kind) if resting else column.kind,
        )
        for place, column in enumerate(columns, start=1)
    ]


def total_items(plan: Plan, columns: Sequence[Column], row: int) -> list[Item]:
    """The totals, in a row."""
    return [
        Item(row, place, column.total(plan.orders), column.total_kind)
        for place, column in enumerate(columns, start=1)
    ]


_PRICES = frozenset({Kind.PRICE, Kind.QUIET_PRICE})
_SHOWN = {
    **dict.fromkeys((Kind.PERCENT, Kind.QUIET_PERCENT, Kind.TOTAL_PERCENT), ".2%"),
    **dict.fromkeys((Kind.SHARES, Kind.QUIET_SHARES), ",.0f"),
    **dict.fromkeys((Kind.PARTS, *_PRICES), ",.6f"),
}


def widths_of(items: Sequence[Item], headings: Sequence[str]) -> tuple[float, ...]:
    """Widths in characters that show every one of these cells whole, and every heading."""
    widths = [float(len(heading)) for heading in headings]
    for column, text in _longest(items):
        widths[column - 1] = max(widths[column - 1], float(len(text)))
    widths = [width + _MARGIN for width in widths]
    widths[1:-1] = [min(width, _WIDEST_NAME) for width in widths[1:-1]]
    widths[0] = min(max(widths[0], _FIRST_WIDTH), _WIDEST_SYMBOL)
    widths[-1] = min(widths[-1] + _MARGIN, _WIDEST_REASON)
    return tuple(widths)


def _longest(items: Sequence[Item]) -> Iterator[tuple[int, str]]:
    """About what a program shows of cells, each with its column.

    Of figures with as many decimals only the least and the largest of a column can be longest.
    """
    ends: dict[tuple[int, str], list[Decimal]] = {}
    for item in items:
        value = item.value.cached if isinstance(item.value, Formula) else item.value
        if isinstance(value, str):
            yield item.column, value
        elif isinstance(value, Decimal):
            form = _SHOWN.get(item.kind, ",.2f")
            if item.kind in _PRICES:
                yield item.column, format(value, form).rstrip("0")
                continue
            both = ends.setdefault((item.column, form), [value, value])
            if value < both[0]:
                both[0] = value
            elif value > both[1]:
                both[1] = value
    for (column, form), both in ends.items():
        for value in both:
            yield column, format(value, form)
