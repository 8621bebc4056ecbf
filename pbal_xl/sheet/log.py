"""The sheet "Trades log": one line a run, the oldest first, with a chart of the drift from the third line on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.ooxml.references import column_letters
from pbal_xl.ooxml.titles import is_numbered
from pbal_xl.sheet.layout import Chart, Item, Layout, Page, Span
from pbal_xl.sheet.looks import Kind
from pbal_xl.sheet.summary import what_to_do
from pbal_xl.words import first_of, languages, say, speaking, word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from pbal_xl.core.model import Plan
    from pbal_xl.grid.cells import Cell, Grid

__all__ = ["CHART_ROWS", "LOG_NAME", "Earlier", "LogLine", "drift_chart", "earlier_lines", "line_of", "log_layout"]

LOG_NAME = "Trades log"

_HEADING_ROW = 3
_COLUMNS = (
    (word("Date"), 18.0, Kind.TEXT),
    (word("Cash"), 15.0, Kind.MONEY),
    (word("Invested"), 15.0, Kind.MONEY),
    (word("Leftover"), 13.0, Kind.MONEY),
    (word("Drift before"), 14.0, Kind.PERCENT),
    (word("Drift after"), 13.0, Kind.PERCENT),
    (word("Orders"), 60.0, Kind.REASON),
)
# The orders stand in one cell, which is as wide as they are: at most what programs allow.
_CHARACTER, _WIDEST = 0.8, 250.0
_HEADINGS = {Kind.TEXT: Kind.HEADING, Kind.REASON: Kind.HEADING_INDENT}
_FEWEST_CHARTED = 3
CHART_ROWS = 17
_MOST_ON_A_PAGE = 40
_MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class LogLine:
    """One run.

    Attributes:
        date: when, in local time, as it is shown.
        cash: what was to be invested.
        invested: what the orders come to.
        leftover: what stayed in cash.
        drift_before: the largest, as a fraction.
        drift_after: likewise with the orders done.
        orders: what to do, in words.
    """

    date: str
    cash: Decimal
    invested: Decimal
    leftover: Decimal
    drift_before: Decimal
    drift_after: Decimal
    orders: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a workbook holds of its log before a run.

    Attributes:
        lines: those that go on, the oldest first.
        sheet: the title of the sheet they stand on; "" without any.
        unread: the title of a later log of which no line can be read; "" where all is read.
        lost: the cells of that sheet which hold no figure, so that their lines do not go on.
    """

    lines: tuple[LogLine, ...] = ()
    sheet: str = ""
    unread: str = ""
    lost: tuple[str, ...] = ()

    def told(self, title: str) -> tuple[str, ...]:
        """Say what became of lines that do not go on where one would look, in a sheet of this title."""
        told = []
        if self.sheet and not is_numbered(self.sheet, LOG_NAME):
            told.append(say('The sheet "{}" stays as it is; its lines go on in the sheet "{}".', self.sheet, title))
        if self.lost:
            told.append(
                say(
                    'Lines of the sheet "{}" are missing in the sheet "{}", as these cells hold no figure: {}.',
                    self.sheet or LOG_NAME,
                    title,
                    first_of(self.lost, _MOST_TOLD),
                )
            )
        if self.unread:
            told.append(
                say(
                    'The lines of the sheet "{}" cannot be read without all the headings of a log: '
                    'they are missing in the sheet "{}".',
                    self.unread,
                    title,
                )
            )
        return tuple(told)


def line_of(plan: Plan, made: dt.datetime) -> LogLine:
    """The line of a plan made at a time."""
    return LogLine(
        f"{made:%Y-%m-%d %H:%M}",
        plan.cash,
        plan.invested,
        plan.leftover,
        plan.drift_before,
        plan.drift_after,
        " ".join(what_to_do(plan)),
    )


def earlier_lines(sheets: Mapping[str, Callable[[], Grid]], is_ours: Callable[[str], bool]) -> Earlier:
    """Find the lines of the last log that has any, else those of a log that was given another title.

    Args:
        sheets: how to read each sheet of a workbook, by its title.
        is_ours: whether this program wrote the sheet of a title; other sheets are not read.
    """
    found = Earlier()
    for title in sorted(sheets, key=lambda title: (len(title), title)):
        if not is_numbered(title, LOG_NAME):
            continue
        one = _lines_in(sheets[title](), title)
        if one.lines or one.lost:
            found = one
        elif one.unread:
            found = replace(found, unread=title)
    if found.lines:
        return found
    others = (title for title in sheets if not is_numbered(title, LOG_NAME) and is_ours(title))
    renamed = [replace(_lines_in(sheets[title](), title), unread=found.unread) for title in others]
    return max((one for one in renamed if one.lines), key=lambda one: len(one.lines), default=found)


def _lines_in(rows: Grid, title: str) -> Earlier:
    """The lines of a log on a sheet, whatever else was written beside or between, and what is lost of them."""
    known = [_headings(code) for code in languages()]
    heads = ((at, columns) for at, row in enumerate(rows) if (columns := _columns(row, known)))
    head, columns = next(heads, (-1, []))
    below = rows[head + 1 :]
    lines: list[LogLine] = []
    lost: list[str] = []
    for number, row in enumerate(below if columns else [], start=head + 2):
        date, *figures, orders = [row[at] if at < len(row) else None for at in columns]
        numbers = [_is_figure(cell) for cell in figures]
        if date is not None and all(numbers):
            cash, invested, leftover, before, after = (Decimal(str(number)) for number in figures)
            lines.append(LogLine(str(date), cash, invested, leftover, before, after, str(orders or "")))
        elif date is not None and any(numbers):  # a line that somebody wrote in, and no words between lines
            cells = zip(columns[1:-1], numbers, strict=True)
            lost += [f"{column_letters(at + 1)}{number}" for at, is_one in cells if not is_one]
    is_read = lines or lost or not any(cell not in (None, "") for row in below for cell in row)
    return Earlier(tuple(lines), title, "" if is_read else title, tuple(lost))


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)


def _columns(row: Sequence[Cell], known: Sequence[Sequence[str]]) -> list[int]:
    """Where each heading of a log stands in a row, though columns were put between; none where one is missing."""
    cells = list(row)
    return next(([cells.index(name) for name in names] for names in known if set(names) <= set(_texts(cells))), [])


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell for cell in cells if isinstance(cell, str)]


def _headings(code: str) -> list[str]:
    with speaking(code):
        return [say(name) for name, *_ in _COLUMNS]


def log_layout(lines: Sequence[LogLine]) -> Layout:
    """The sheet of these lines, of which there is at least one."""
    last = _HEADING_ROW + len(lines)
    items = [
        Item(1, 1, say("Trades log"), Kind.TITLE),
        Item(2, 1, say("One line a run; the sheet goes on by itself."), Kind.NOTE),
    ]
    for column, (name, _, kind) in enumerate(_COLUMNS, start=1):
        items.append(Item(_HEADING_ROW, column, say(name), _HEADINGS.get(kind, Kind.HEADING_RIGHT)))
    for row, line in enumerate(lines, start=_HEADING_ROW + 1):
        cells: tuple[str | Decimal, ...] = (
            line.date,
            line.cash,
            line.invested,
            line.leftover,
            line.drift_before,
            line.drift_after,
            line.orders,
        )
        items += [
            Item(row, column, cell, kind)
            for column, (cell, (_, _, kind)) in enumerate(zip(cells, _COLUMNS, strict=True), start=1)
        ]
    chart = drift_chart(last) if len(lines) >= _FEWEST_CHARTED else None
    bottom = last + (CHART_ROWS if chart else 0)
    return Layout(
        name=LOG_NAME,
        items=tuple(items),
        widths=(*[width for _, width, _ in _COLUMNS[:-1]], _width_of([line.orders for line in lines])),
        freeze=(_HEADING_ROW + 1, 2),
        table=Span(_HEADING_ROW, 1, last, len(_COLUMNS)),
        charts=() if chart is None else (chart,),
        page=Page(Span(1, 1, bottom, len(_COLUMNS)), _HEADING_ROW, one=len(lines) <= _MOST_ON_A_PAGE),
    )


def _width_of(orders: Sequence[str]) -> float:
    """How wide the last column is, so that print cuts nothing."""
    return min(_WIDEST, max(_COLUMNS[-1][1], _CHARACTER * max(map(len, orders))))


def drift_chart(last: int) -> Chart:
    """The largest drift before and after the orders of each run, down to that row."""
    first = _HEADING_ROW + 1
    return Chart(
        title=say("Largest drift"),
        categories=Span(first, 1, last, 1),
        series=(
            (say("Drift before"), Span(first, 5, last, 5)),
            (say("Drift after"), Span(first, 6, last, 6)),
        ),
        anchor=(last + 2, 1),
        width=24.0,
        height=7.5,
        kind="lines",
        axis_format="0.0%",
    )
