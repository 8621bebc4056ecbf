"""The charts of a trades sheet in Excel."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pbal_xl.ooxml.references import quoted_title
from pbal_xl.sheet.looks import bgr, series_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlwings as xw

    from pbal_xl.sheet.layout import Chart, Span

__all__ = ["draw"]

_BELOW, _COLUMNS, _CATEGORY = -4107, 2, 1  # Excel's xlBottom, xlColumns and xlCategory
_SLANT = 45
_POINTS_A_CM = 72 / 2.54
_ROW_HEIGHT = 15.0


def draw(sheet: xw.Sheet, chart: Chart, widths: Sequence[float]) -> None:
    """The chart; its place is reckoned from the column widths, which not every engine tells in points."""
    row, column = chart.anchor
    left = sum(width * 5.25 + 3.75 for width in widths[: column - 1])
    drawn = sheet.charts.add(
        left=left,
        top=(row - 1) * _ROW_HEIGHT,
        width=chart.width * _POINTS_A_CM,
        height=chart.height * _POINTS_A_CM,
    )
    drawn.chart_type = "column_clustered" if chart.kind == "columns" else "line_markers"
    first, last = chart.series[0][1], chart.series[-1][1]
    # With the headings above: they name the series.
    drawn.set_source_data(sheet.range((first.first_row - 1, first.first_column), (last.last_row, last.last_column)))
    categories = _range(sheet, chart.categories)
    if hasattr(type(drawn), "set_x_axis_values"):
        drawn.set_x_axis_values(categories)
    if sys.platform == "win32":
        _finish(drawn.api[1], chart, sheet)
    elif sys.platform == "darwin" and last.last_row - first.first_row < len(chart.series):
        # Excel would take the shorter side for the series.
        from appscript import k

        drawn.api[1].plot_by.set(k.by_columns)


def _finish(drawn: Any, chart: Chart, sheet: xw.Sheet) -> None:
    """What xlwings leaves to Excel itself: title, legend below, categories and colours of the series."""
    drawn.PlotBy = _COLUMNS  # Excel takes the shorter side for the series where nobody says
    drawn.HasTitle, drawn.HasLegend = True, True
    drawn.ChartTitle.Text = chart.title
    drawn.Legend.Position = _BELOW
    if chart.slanted:
        drawn.Axes(_CATEGORY).TickLabels.Orientation = _SLANT
    categories, title = _range(sheet, chart.categories), quoted_title(sheet.name)
    for number, ((_name, span), color) in enumerate(
        zip(chart.series, series_colors(chart.kind), strict=False), start=1
    ):
        series = drawn.SeriesCollection(number)
        heading = sheet.range((span.first_row - 1, span.first_column))
        # By its heading: a name of its own is lost where LibreOffice moves cells of the file.
        series.XValues, series.Name = categories.api, f"={title}!{heading.address}"
        series.Format.Fill.ForeColor.RGB = bgr(color)


def _range(sheet: xw.Sheet, span: Span) -> xw.Range:
    return sheet.range((span.first_row, span.first_column), (span.last_row, span.last_column))
