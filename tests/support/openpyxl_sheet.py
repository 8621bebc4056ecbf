"""The trades sheet through openpyxl, from the host-neutral layout: a second implementation of the writer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.ooxml.references import column_letters
from pbal_xl.sheet.layout import Formula
from pbal_xl.sheet.looks import FONT, FORMATS, LOOKS, series_colors

if TYPE_CHECKING:
    from decimal import Decimal

    from openpyxl.workbook import Workbook

    from pbal_xl.sheet.layout import Chart, Layout, Span
    from pbal_xl.sheet.looks import Kind

__all__ = ["add_layout", "write_value"]

# What XML cannot hold; openpyxl refuses it.
_GRID = "D9D9D9"
_MARGIN_INCHES = 0.5
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def add_layout(book: Workbook, layout: Layout) -> None:
    """Add the layout as a sheet, formatted, with its charts."""
    sheet: Any = book.create_sheet(layout.name)
    sheet.sheet_view.showGridLines = False
    styles = _Styles()
    for item in layout.items:
        cell = sheet.cell(item.row, item.column)
        if isinstance(item.value, Formula):
            cell.value = f"={item.value.text}"
        else:
            write_value(cell, item.value)
        styles.apply(cell, item.kind)
    for column, width in enumerate(layout.widths, start=1):
        sheet.column_dimensions[column_letters(column)].width = width
    sheet.freeze_panes = f"{column_letters(layout.freeze[1])}{layout.freeze[0]}"
    _print_setup(sheet, layout)
    for chart in layout.charts:
        sheet.add_chart(_drawn(sheet, chart), f"{column_letters(chart.anchor[1])}{chart.anchor[0]}")


def write_value(cell: Any, value: str | Decimal | bool | None) -> None:
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

        above, below = (Side(style="thin", color=color) for color in ("FF9CA3AF", "FFD1D5DB"))
        self._looks: dict[Kind, dict[str, Any]] = {}
        for kind, look in LOOKS.items():
            made: dict[str, Any] = {
                "font": Font(
                    name=FONT,
                    size=look.size,
                    bold=look.bold,
                    italic=look.italic,
                    color=None if look.color is None else _color(look.color),
                )
            }
            if look.fill is not None:
                made["fill"] = PatternFill("solid", fgColor=_color(look.fill))
            if look.right or look.indent or look.wrap:
                horizontal = "right" if look.right else "left" if look.indent else None
                made["alignment"] = Alignment(horizontal=horizontal, indent=int(look.indent), wrap_text=look.wrap)
            if look.rule_above or look.rule_below:
                made["border"] = Border(
                    top=above if look.rule_above else None, bottom=below if look.rule_below else None
                )
            if kind in FORMATS:
                made["number_format"] = FORMATS[kind]
            self._looks[kind] = made

    def apply(self, cell: Any, kind: Kind) -> None:
        for name, value in self._looks[kind].items():
            setattr(cell, name, value)


def _color(color: int) -> str:
    return f"FF{color:06X}"


def _print_setup(sheet: Any, layout: Layout) -> None:
    page = layout.page
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = int(page.one)
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = _MARGIN_INCHES
    sheet.print_title_rows = f"{page.repeated_row}:{page.repeated_row}"
    area = page.area
    sheet.print_area = (
        f"{column_letters(area.first_column)}{area.first_row}:{column_letters(area.last_column)}{area.last_row}"
    )


def _drawn(sheet: Any, chart: Chart) -> Any:
    from openpyxl.chart import BarChart, LineChart, Reference, Series

    def cells(span: Span) -> Reference:
        return Reference(
            sheet,
            min_col=span.first_column,
            min_row=span.first_row,
            max_col=span.last_column,
            max_row=span.last_row,
        )

    drawn: Any = BarChart() if chart.kind == "columns" else LineChart()
    if chart.kind == "columns":
        drawn.type, drawn.grouping, drawn.gapWidth = "col", "clustered", 60
    drawn.title = chart.title
    drawn.title.overlay = False
    drawn.legend.position = "b"
    drawn.width, drawn.height = chart.width, chart.height
    drawn.y_axis.number_format = chart.axis_format
    drawn.y_axis.majorGridlines.spPr = _line(_GRID)
    # Without this the axes stay hidden in recent Excel.
    drawn.x_axis.delete = drawn.y_axis.delete = False
    for (name, span), color in zip(chart.series, series_colors(chart.kind), strict=False):
        series = Series(cells(span), title=name)
        if chart.kind == "columns":
            series.graphicalProperties.solidFill = f"{color:06X}"
        series.graphicalProperties.line.solidFill = f"{color:06X}"
        drawn.series.append(series)
    drawn.set_categories(cells(chart.categories))
    return drawn


def _line(color: str) -> Any:
    from openpyxl.chart.shapes import GraphicalProperties
    from openpyxl.drawing.line import LineProperties

    return GraphicalProperties(ln=LineProperties(solidFill=color))
