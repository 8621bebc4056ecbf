"""The trades sheet as an openpyxl workbook, from the host-neutral layout."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.grid.cells import column_letters
from pbal_xl.report import FORMATS, Kind

if TYPE_CHECKING:
    from openpyxl.chart import BarChart
    from openpyxl.workbook import Workbook

    from pbal_xl.report import Chart, Layout, Span

__all__ = ["trades_workbook", "write_value"]

_INK, _GREY, _RULE, _HEAD = "FF1F2937", "FF6B7280", "FF9CA3AF", "FF1F4E78"
_COLORS = {Kind.BUY: "FF15803D", Kind.SELL: "FFB91C1C", Kind.HOLD: _GREY, Kind.NOTE: _GREY}
_SERIES = ("BFC8D6", "2F75B5", "F2A03D")
# What XML cannot hold; openpyxl refuses it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_RIGHT = frozenset({Kind.HEADING_RIGHT})
_TOTALS = frozenset({Kind.TOTAL_TEXT, Kind.TOTAL_MONEY, Kind.TOTAL_PERCENT})
_HEADINGS = frozenset({Kind.HEADING, Kind.HEADING_RIGHT})


def trades_workbook(layout: Layout) -> Workbook:
    """A workbook whose only sheet is the layout, formatted, with its chart."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = layout.name
    sheet.sheet_view.showGridLines = False
    styles = _Styles()
    for item in layout.items:
        cell = sheet.cell(item.row, item.column)
        write_value(cell, item.value)
        styles.apply(cell, item.kind)
    for column, width in enumerate(layout.widths, start=1):
        sheet.column_dimensions[column_letters(column)].width = width
    sheet.freeze_panes = f"{column_letters(layout.freeze[1])}{layout.freeze[0]}"
    _print_setup(sheet, layout)
    if layout.chart is not None:
        sheet.add_chart(
            _bar_chart(sheet, layout.chart), f"{column_letters(layout.chart.anchor[1])}{layout.chart.anchor[0]}"
        )
    return book


def write_value(cell: Any, value: str | Decimal | None) -> None:  # noqa: ANN401 - openpyxl ships no types
    """Put a value in a cell; text is text, whatever it begins with."""
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("\ufffd", value)
        cell.data_type = "s"
        if value[:1] in "=+-@":
            # Excel shows such a text with its apostrophe, so that editing the cell keeps it text.
            cell.quotePrefix = True
    elif value is not None:
        cell.value = float(value)


class _Styles:
    """Fonts, borders and fills, each made once."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self._fonts = {kind: Font(name="Calibri", size=11, color=_COLORS.get(kind, _INK)) for kind in Kind}
        self._fonts[Kind.TITLE] = Font(name="Calibri", size=16, bold=True, color=_HEAD)
        self._fonts[Kind.NOTE] = Font(name="Calibri", size=10, italic=True, color=_GREY)
        for kind in _HEADINGS:
            self._fonts[kind] = Font(name="Calibri", size=11, bold=True, color="FFFFFFFF")
        for kind in _TOTALS:
            self._fonts[kind] = Font(name="Calibri", size=11, bold=True, color=_INK)
        for kind in (Kind.BUY, Kind.SELL):
            self._fonts[kind] = Font(name="Calibri", size=11, bold=True, color=_COLORS[kind])
        self._head = PatternFill("solid", fgColor=_HEAD)
        self._above = Border(top=Side(style="thin", color=_RULE))
        self._right = Alignment(horizontal="right")

    def apply(self, cell: Any, kind: Kind) -> None:  # noqa: ANN401 - openpyxl ships no types
        cell.font = self._fonts[kind]
        if kind in FORMATS:
            cell.number_format = FORMATS[kind]
        if kind in _HEADINGS:
            cell.fill = self._head
        if kind in _RIGHT:
            cell.alignment = self._right
        if kind in _TOTALS:
            cell.border = self._above


def _print_setup(sheet: Any, layout: Layout) -> None:  # noqa: ANN401 - openpyxl ships no types
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{layout.table.first_row}:{layout.table.first_row}"


def _bar_chart(sheet: Any, chart: Chart) -> BarChart:  # noqa: ANN401 - openpyxl ships no types
    from openpyxl.chart import BarChart, Reference, Series

    def cells(span: Span) -> Reference:
        return Reference(
            sheet,
            min_col=span.first_column,
            min_row=span.first_row,
            max_col=span.last_column,
            max_row=span.last_row,
        )

    bars = BarChart()
    bars.type, bars.grouping = "col", "clustered"
    bars.title = chart.title
    bars.legend.position = "b"
    bars.width, bars.height = chart.width, chart.height
    bars.gapWidth = 60
    bars.y_axis.number_format = "0%"
    bars.y_axis.majorGridlines.spPr = _line("E5E7EB")
    # Without this the axes stay hidden in recent Excel.
    bars.x_axis.delete = bars.y_axis.delete = False
    for (name, span), color in zip(chart.series, _SERIES, strict=False):
        series = Series(cells(span), title=name)
        series.graphicalProperties.solidFill = color
        series.graphicalProperties.line.solidFill = color
        bars.series.append(series)
    bars.set_categories(cells(chart.categories))
    return bars


def _line(color: str) -> Any:  # noqa: ANN401 - openpyxl ships no types
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    return GraphicalProperties(ln=LineProperties(solidFill=color))
