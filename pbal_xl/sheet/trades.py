"""What a trades sheet says: the plan as a layout for any host to write."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl._version import __version__
from pbal_xl.core.model import Side
from pbal_xl.settings import describe
from pbal_xl.sheet.layout import Chart, Item, Layout, Span
from pbal_xl.sheet.looks import Kind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from pbal_xl.core.model import Order, Plan

__all__ = ["HOLDINGS_NAME", "SHEET_NAME", "settings_line", "trades_layout", "weights_chart"]

SHEET_NAME = "Trades"
# The sheet beside it in a workbook made from a CSV.
HOLDINGS_NAME = "Holdings"


# More categories than this cannot be told apart in a chart.
_MOST_CHARTED = 60
_HEADING_ROW = 3
_SIDES = {Side.BUY: (Kind.BUY, "Buy"), Side.SELL: (Kind.SELL, "Sell"), Side.HOLD: (Kind.HOLD, "Hold")}


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the table: heading, width in characters, kind of its cells and of its total."""

    heading: str
    width: float
    kind: Kind
    total: Kind | None = None


def _columns(plan: Plan) -> list[_Column]:
    whole = all(order.shares is None or order.shares == int(order.shares) for order in plan.orders)
    columns = [
        _Column("Symbol", 14, Kind.TEXT, Kind.TOTAL_TEXT),
        _Column("Action", 9, Kind.HOLD),
        _Column("Shares", 13, Kind.SHARES if whole else Kind.PARTS),
        _Column("Price", 12, Kind.PRICE),
        _Column("Amount", 14, Kind.MONEY, Kind.TOTAL_MONEY),
        _Column("Value before", 15, Kind.MONEY, Kind.TOTAL_MONEY),
        _Column("Value after", 15, Kind.MONEY, Kind.TOTAL_MONEY),
        _Column("Weight before", 14, Kind.PERCENT, Kind.TOTAL_PERCENT),
        _Column("Weight after", 13, Kind.PERCENT, Kind.TOTAL_PERCENT),
        _Column("Target", 10, Kind.PERCENT, Kind.TOTAL_PERCENT),
    ]
    if any(order.side is Side.SELL for order in plan.orders):
        columns.append(_Column("Gain realised", 15, Kind.MONEY, Kind.TOTAL_MONEY))
    return [*columns, _Column("Why", 46, Kind.REASON)]


def trades_layout(plan: Plan, *, source: str, made: dt.datetime, notices: Sequence[str] = ()) -> Layout:
    """The trades sheet of a plan.

    Args:
        plan: what to show.
        source: where the holdings were read, such as "Portfolio!A2:D12".
        made: when, in local time.
        notices: what the reader noticed; the plan's own notices follow.
    """
    columns = _columns(plan)
    last = _HEADING_ROW + len(plan.orders)
    items = [
        Item(1, 1, "Suggested trades", Kind.TITLE),
        Item(2, 1, settings_line(plan, source, made), Kind.NOTE),
        *_heading_items(columns),
        *(item for place, order in enumerate(plan.orders) for item in _order_items(order, columns, place)),
        *_total_items(plan, columns, last + 1),
        *_summary_items(plan, last + 3),
    ]
    chart = weights_chart(len(plan.orders), last)
    below = last + 3 + (16 if chart else 7)
    remarks = [*plan.notices, *notices, "Suggestions only: nothing has been traded. Not investment advice."]
    items.extend(Item(below + place, 1, remark, Kind.NOTE) for place, remark in enumerate(remarks))
    return Layout(
        name=SHEET_NAME,
        items=tuple(items),
        widths=tuple(column.width for column in columns),
        freeze=(_HEADING_ROW + 1, 2),
        table=Span(_HEADING_ROW, 1, last, len(columns)),
        chart=chart,
    )


def settings_line(plan: Plan, source: str, made: dt.datetime) -> str:
    """The settings, where the holdings stand, when and by what the sheet was made."""
    return f"{describe(plan)}. From {source}, made {made:%Y-%m-%d %H:%M} by pbal-xl {__version__}."


def _heading_items(columns: Sequence[_Column]) -> list[Item]:
    kinds = {Kind.TEXT: Kind.HEADING, Kind.HOLD: Kind.HEADING, Kind.REASON: Kind.HEADING_INDENT}
    return [
        Item(_HEADING_ROW, place, column.heading, kinds.get(column.kind, Kind.HEADING_RIGHT))
        for place, column in enumerate(columns, start=1)
    ]


def _order_items(order: Order, columns: Sequence[_Column], place: int) -> list[Item]:
    kind, action = _SIDES[order.side]
    cells: dict[str, str | Decimal | None] = {
        "Symbol": order.symbol,
        "Action": action,
        "Shares": order.shares,
        "Price": order.price,
        "Amount": order.amount,
        "Value before": order.value_before,
        "Value after": order.value_after,
        "Weight before": order.weight_before,
        "Weight after": order.weight_after,
        "Target": order.target,
        "Gain realised": order.gain_realised,
        "Why": order.reason,
    }
    row = _HEADING_ROW + 1 + place
    return [
        Item(row, at, cells[column.heading], kind if column.heading == "Action" else column.kind)
        for at, column in enumerate(columns, start=1)
    ]


def _total_items(plan: Plan, columns: Sequence[_Column], row: int) -> list[Item]:
    sums: dict[str, str | Decimal | None] = {
        "Symbol": "Total",
        "Amount": plan.invested,
        "Value before": _sum([order.value_before for order in plan.orders]),
        "Value after": _sum([order.value_after for order in plan.orders]),
        "Weight before": _whole_weight([order.weight_before for order in plan.orders]),
        "Weight after": _whole_weight([order.weight_after for order in plan.orders]),
        "Target": Decimal(1),
    }
    gains = [order.gain_realised for order in plan.orders]
    if all(gain is not None for gain in gains):
        sums["Gain realised"] = _sum([gain for gain in gains if gain is not None])
    return [
        Item(row, at, sums.get(column.heading), column.total or Kind.TOTAL_TEXT)
        for at, column in enumerate(columns, start=1)
    ]


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


def _whole_weight(weights: Sequence[Decimal]) -> Decimal:
    """All of it, or nothing: rounded weights may sum to a hair beside 1."""
    return Decimal(1) if any(weights) else Decimal(0)


def _summary_items(plan: Plan, row: int) -> list[Item]:
    lines: list[tuple[str, Decimal | None, Kind]] = [
        ("Cash", plan.cash, Kind.MONEY),
        ("Invested", plan.invested, Kind.MONEY),
        ("Leftover", plan.leftover, Kind.MONEY),
        ("Level", plan.level, Kind.MONEY),
        ("Largest drift before", plan.drift_before, Kind.PERCENT),
        ("Largest drift after", plan.drift_after, Kind.PERCENT),
    ]
    items = []
    for place, (label, value, kind) in enumerate(lines):
        items += [Item(row + place, 1, label, Kind.LABEL), Item(row + place, 3, value, kind)]
    return items


def weights_chart(count: int, last: int) -> Chart | None:
    """Weights before, after and wanted, side by side for each holding; None for too many to tell apart.

    Args:
        count: holdings.
        last: the row of the last one.
    """
    if count > _MOST_CHARTED:
        return None
    first = _HEADING_ROW + 1
    return Chart(
        title="Weights",
        categories=Span(first, 1, last, 1),
        series=tuple(
            (name, Span(first, column, last, column))
            for name, column in (("Before", 8), ("After", 9), ("Target", 10))
        ),
        anchor=(last + 3, 5),
        width=max(18.0, min(34.0, 1.6 * count)),
        height=7.5,
    )
