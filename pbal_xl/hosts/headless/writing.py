"""The trades sheet as an openpyxl workbook, from the host-neutral layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.grid.cells import column_letters
from pbal_xl.sheet.layout import Formula
from pbal_xl.sheet.looks import FONT, FORMATS, LOOKS, SERIES_COLORS

if TYPE_CHECKING:
    from decimal import Decimal

    from openpyxl.workbook import Workbook

    from pbal_xl.sheet.layout import Chart, Layout, Span
    from pbal_xl.sheet.looks import Kind

__all__ = ["trades_workbook", "write_value"]

# What XML cannot hold; openpyxl refuses it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def trades_workbook(layout: Layout) -> Workbook:
    """A workbook whose only sheet is the layout, formatted, with its chart."""
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = layout.name
    sheet.sheet_view.showGridLines = False
    styles = _Styles()
    for item in layout.items:
        cell = sheet.cell(item.row, item.column)
        write_value(cell, item.value.cached if isinstance(item.value, Formula) else item.value)
        styles.apply(cell, item.kind)
    for column, width in enumerate(layout.widths, start=1):
        sheet.column_dimensions[column_letters(column)].width = width
    sheet.freeze_panes = f"{column_letters(layout.freeze[1])}{layout.freeze[0]}"
    _print_setup(sheet, layout)
    if layout.chart is not None:
        sheet.add_chart(
            _bar_chart(sheet, layout.chart),
            f"{column_letters(layout.chart.anchor[1])}{layout.chart.anchor[0]}",
        )
    return book


def write_value(cell: Any, value: str | Decimal | bool | None) -> None:  # noqa: FBT001
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
    """The looks as openpyxl's fonts, fills, borders and alignments, each made once."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        above = Border(top=Side(style="thin", color="FF9CA3AF"))
        self._looks: dict[Kind, dict[str, Any]] = {}
        for kind, look in LOOKS.items():
            made: dict[str, Any] = {
                "font": Font(
                    name=FONT, size=look.size, bold=look.bold, italic=look.italic, color=_color(look.color)
                )
            }
            if look.fill is not None:
                made["fill"] = PatternFill("solid", fgColor=_color(look.fill))
            if look.right or look.indent:
                made["alignment"] = Alignment(horizontal="right" if look.right else "left", indent=int(look.indent))
            if look.rule_above:
                made["border"] = above
            if kind in FORMATS:
                made["number_format"] = FORMATS[kind]
            self._looks[kind] = made

    def apply(self, cell: Any, kind: Kind) -> None:
        for name, value in self._looks[kind].items():
            setattr(cell, name, value)


def _color(color: int) -> str:
    return f"FF{color:06X}"


def _print_setup(sheet: Any, layout: Layout) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{layout.table.first_row}:{layout.table.first_row}"


def _bar_chart(sheet: Any, chart: Chart) -> Any:
    from openpyxl.chart import BarChart, Reference, Series

    def cells(span: Span) -> Reference:
        return Reference(
            sheet,
            min_col=span.first_column,
            min_row=span.first_row,
            max_col=span.last_column,
            max_row=span.last_row,
        )

    bars: Any = BarChart()
    bars.type, bars.grouping = "col", "clustered"
    bars.title = chart.title
    bars.legend.position = "b"
    bars.width, bars.height = chart.width, chart.height
    bars.gapWidth = 60
    bars.y_axis.number_format = "0%"
    bars.y_axis.majorGridlines.spPr = _line("E5E7EB")
    # Without this the axes stay hidden in recent Excel.
    bars.x_axis.delete = bars.y_axis.delete = False
    for (name, span), color in zip(chart.series, SERIES_COLORS, strict=False):
        series = Series(cells(span), title=name)
        series.graphicalProperties.solidFill = f"{color:06X}"
        series.graphicalProperties.line.solidFill = f"{color:06X}"
        bars.series.append(series)
    bars.set_categories(cells(chart.categories))
    return bars


def _line(color: str) -> Any:
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    return GraphicalProperties(ln=LineProperties(solidFill=color))
