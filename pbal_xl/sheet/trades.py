"""The trades sheet: what to do, the orders and why, how near they come, and what they were made from."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from pbal_xl._version import __version__
from pbal_xl.core.describe import money
from pbal_xl.settings import describe
from pbal_xl.sheet.blocks import class_items, instalment_items, loan_items
from pbal_xl.sheet.layout import Chart, Item, Layout, Page, Span
from pbal_xl.sheet.lines import cut_at, wrapped
from pbal_xl.sheet.looks import FORMATS, Kind
from pbal_xl.sheet.more import More
from pbal_xl.sheet.orders_table import columns_of, heading_items, in_order, order_items, total_items, widths_of
from pbal_xl.sheet.summary import distance, flow, how_near, what_to_do
from pbal_xl.words import retold, say, word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from decimal import Decimal

    from pbal_xl.core.model import Plan
    from pbal_xl.sheet.fewer import Fewer
    from pbal_xl.sheet.road import Point

__all__ = [
    "HOLDINGS_SHEET",
    "SHEET_NAME",
    "chart_rows",
    "made_lines",
    "page_of",
    "road_chart",
    "trades_layout",
    "weights_chart",
]

SHEET_NAME = "Trades"
# The sheet beside it in a workbook made from a CSV.
HOLDINGS_SHEET = "Holdings"

# More categories than this cannot be told apart in a chart.
_MOST_CHARTED = 60
# More orders than this are not readable on one printed page.
_MOST_ON_A_PAGE = 40
_MOST_ROWS_ON_A_PAGE = 100
_CHART_COLUMN, _CHART_HEIGHT = 5, 7.5
# The road's table ends in the column before that: one stays free between it and its chart.
_ROAD_COLUMN = 6
# With more names than stand side by side below the columns these are slanted, and take their room.
_MOST_SIDE_BY_SIDE, _CHART_HEIGHT_OF_MANY = 12, 10.5
_CM_A_CHARACTER, _CM_A_ROW = 0.19, 0.53
_NOTE_LINE = 150
# What fits beside the chart.
_FIGURE_LINE = 46
_KEPT = frozenset({Kind.HEADING_RIGHT, Kind.LABEL})
_ADVICE = word("Suggestions only: nothing has been traded. Not investment advice.")


def trades_layout(
    plan: Plan, *, source: str, made: dt.datetime, notices: Sequence[str] = (), more: More | None = None
) -> Layout:
    """The trades sheet of a plan.

    Args:
        plan: what to show.
        source: where the holdings were read, such as "Portfolio!A2:D12".
        made: when, in local time.
        notices: what the reader noticed; the plan's own notices come first.
        more: answers beside the plan.
    """
    more = more or More()
    road = more.road
    columns = columns_of(plan)
    top = [Item(1, 1, say("Suggested trades"), Kind.TITLE), *_lines(2, what_to_do(plan), Kind.SUMMARY)]
    heading = top[-1].row + 2
    orders = in_order(plan.orders)
    last = heading + len(orders)
    table = [
        *heading_items(columns, heading),
        *(item for row, order in enumerate(orders, heading + 1) for item in order_items(order, columns, row)),
        *total_items(plan, columns, last + 1),
    ]
    figures = _figure_items(plan, more.fewer, last + 3)
    below = max(figures[-1].row, last + 3 + chart_rows(len(orders))) + 2
    way = _road_items(road, below) if road else []
    road_row = below
    below += _rows_high(_CHART_HEIGHT) + 1 if way else 0
    blocks = _blocks(plan, more, below)
    below = blocks[-1].row + 2 if blocks else below
    # Texts may run on over empty cells; figures, and the headings above them, may not, nor labels, which the frozen
    # column would cut.
    kept = [item for item in (*figures, *way, *blocks) if item.kind in FORMATS or item.kind in _KEPT]
    widths = widths_of([*table, *kept], [column.heading for column in columns])
    charts = [weights_chart(len(orders), heading, last, widths), road_chart(len(road), road_row, widths)]
    notes = [part for note in (*plan.notices, *notices, say(_ADVICE)) for part in cut_at(retold(note), _NOTE_LINE)]
    items = [
        *top,
        *wrapped(table, widths),
        *figures,
        *way,
        *blocks,
        *_lines(below, [*notes, *made_lines(plan, source, made)], Kind.NOTE),
    ]
    return Layout(
        name=SHEET_NAME,
        items=tuple(items),
        widths=widths,
        freeze=(heading + 1, 2),
        table=Span(heading, 1, last, len(columns)),
        charts=tuple(chart for chart in charts if chart),
        page=page_of(len(orders), heading, items[-1].row, len(columns)),
    )


def made_lines(plan: Plan, source: str, made: dt.datetime) -> list[str]:
    """The settings and where the holdings stand; when and by what the sheet was made."""
    made_from = say("{}. Holdings: {}.", describe(plan), source)
    return [*cut_at(made_from, _NOTE_LINE), say("Made by pbal-xl {}, {}.", __version__, f"{made:%Y-%m-%d %H:%M}")]


def page_of(count: int, heading: int, last_row: int, last_column: int) -> Page:
    """The sheet down to its last line on paper, on one page where that can be read."""
    return Page(
        Span(1, 1, last_row, last_column),
        heading,
        one=count <= _MOST_ON_A_PAGE and last_row <= _MOST_ROWS_ON_A_PAGE,
    )


def _blocks(plan: Plan, more: More, row: int) -> list[Item]:
    """Classes, margin and instalments, one below the other."""
    items = class_items(plan, row) if plan.classes else []
    if more.loan:
        items += loan_items(plan, more.loan, items[-1].row + 2 if items else row)
    if more.instalments:
        items += instalment_items(more.instalments, items[-1].row + 2 if items else row)
    return items


def _lines(row: int, texts: Sequence[str], kind: Kind) -> list[Item]:
    return [Item(place, 1, text, kind) for place, text in enumerate(texts, row)]


def _figure_items(plan: Plan, fewer: Fewer | None, row: int) -> list[Item]:
    """Sums, level, drift and distance, below the table."""
    near = distance(plan)
    flowing, flowed = flow(plan.invested)
    figures: list[tuple[str, Decimal | None, Kind]] = [
        (say("Cash"), plan.cash, Kind.MONEY),
        (say(flowing), flowed, Kind.MONEY),
        *([(say("Fees"), plan.fees, Kind.MONEY)] if plan.fees else []),
        (say("Leftover"), plan.leftover, Kind.MONEY),
        # Bands, fees and other rules bring nothing to one level.
        *([] if plan.level is None else [(say("Level"), plan.level, Kind.MONEY)]),
        (say("Largest drift before"), plan.drift_before, Kind.PERCENT),
        (say("Largest drift after"), plan.drift_after, Kind.PERCENT),
        (say("Distance before"), near.before, Kind.MONEY),
        (say("Distance after"), near.after, Kind.MONEY),
    ]
    items = []
    for place, (label, value, kind) in enumerate(figures, row):
        items += [Item(place, 1, label, Kind.LABEL), Item(place, 3, value, kind)]
    said = [how_near(plan)]
    if fewer is not None:
        said.append(say("The best plan with fewer orders ({}) stays {} away.", fewer.orders, money(fewer.distance)))
    lines = [line for one in said for line in cut_at(one, _FIGURE_LINE)]
    return [*items, *_lines(items[-1].row + 1, lines, Kind.NOTE)]


def weights_chart(count: int, heading: int, last: int, widths: Sequence[float]) -> Chart | None:
    """Weights before, after and wanted, side by side for each holding; None for too many to tell apart.

    Args:
        count: holdings.
        heading: the row of the headings.
        last: the row of the last holding.
        widths: of the table's columns, in characters.
    """
    if count > _MOST_CHARTED:
        return None
    first = heading + 1
    return Chart(
        title=say("Weights"),
        categories=Span(first, 1, last, 1),
        series=tuple(
            (name, Span(first, column, last, column))
            for name, column in ((say("Weight before"), 8), (say("Weight after"), 9), (say("Target"), 10))
        ),
        anchor=(last + 3, _CHART_COLUMN),
        width=_chart_width(widths),
        height=_chart_height(count),
        slanted=count > _MOST_SIDE_BY_SIDE,
    )


def chart_rows(count: int) -> int:
    """How many rows the chart of the weights of so many holdings takes."""
    return _rows_high(_chart_height(count)) if count <= _MOST_CHARTED else 0


def _chart_height(count: int) -> float:
    return _CHART_HEIGHT if count <= _MOST_SIDE_BY_SIDE else _CHART_HEIGHT_OF_MANY


def _rows_high(height: float) -> int:
    return ceil(height / _CM_A_ROW) + 1


def _chart_width(widths: Sequence[float], column: int = _CHART_COLUMN) -> float:
    """From a column to the edge of the table, as far as the page goes; in cm."""
    most = 34.0 - _CM_A_CHARACTER * sum(widths[_CHART_COLUMN - 1 : column - 1])
    return round(min(most, _CM_A_CHARACTER * sum(widths[column - 1 :])), 1)


def _road_items(road: Sequence[Point], row: int) -> list[Item]:
    """What each budget of gain reaches, beside the chart of it."""
    items = [
        Item(row, 1, say("Between the strategies, to the cent"), Kind.SECTION),
        Item(row + 1, 3, say("Gain at most"), Kind.HEADING_RIGHT),
        Item(row + 1, 4, say("Distance"), Kind.HEADING_RIGHT),
    ]
    for place, point in enumerate(road, row + 2):
        items += [Item(place, 3, point.gain, Kind.MONEY), Item(place, 4, point.distance, Kind.MONEY)]
    last = row + 1 + len(road)
    items += [
        Item(row + 2, 1, say("No gain is realised"), Kind.LABEL),
        Item(last, 1, say("Hard Rebalance"), Kind.LABEL),
    ]
    return sorted(items, key=lambda item: (item.row, item.column))


def road_chart(points: int, row: int, widths: Sequence[float]) -> Chart | None:
    """Distance to the targets against the gain realised."""
    if not points:
        return None
    first, last = row + 2, row + 1 + points
    return Chart(
        title=say("Distance to the targets for the gain realised"),
        categories=Span(first, 3, last, 3),
        series=((say("Distance"), Span(first, 4, last, 4)),),
        anchor=(row, _ROAD_COLUMN),
        width=_chart_width(widths, _ROAD_COLUMN),
        height=_CHART_HEIGHT,
        kind="lines",
        axis_format="#,##0",
    )
