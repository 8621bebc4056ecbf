"""The trades sheet as values for a workbook file, from the host-neutral layout."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.ooxml.sheetspec import (
    Area,
    CellLook,
    ChartColors,
    ChartSpec,
    FormulaCell,
    PageSpec,
    ShadeSpec,
    SheetSpec,
    SpecCell,
)
from pbal_xl.sheet.layout import Formula
from pbal_xl.sheet.lines import heights_of
from pbal_xl.sheet.looks import (
    CHART,
    FONT,
    FORMATS,
    LOOKS,
    RULE_ABOVE,
    RULE_BELOW,
    Kind,
    hexadecimal,
    series_colors,
)

if TYPE_CHECKING:
    from pbal_xl.ooxml.sheetspec import Content
    from pbal_xl.sheet.layout import Chart, Layout, Span

__all__ = ["look_of", "sheet_spec"]

_MARGIN_INCHES = 0.5
_EMU_PER_CM = 360_000


def _color(color: int | None) -> str:
    return "" if color is None else hexadecimal(color)


def look_of(kind: Kind) -> CellLook:
    """How a kind of cell looks, as a workbook file has it."""
    look = LOOKS[kind]
    return CellLook(
        font=FONT,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        color=_color(look.color),
        fill=_color(look.fill),
        number_format=FORMATS.get(kind, "General"),
        align="right" if look.right else "left" if look.indent else "",
        indent=int(look.indent),
        wrap=look.wrap,
        rule_above=hexadecimal(RULE_ABOVE) if look.rule_above else "",
        rule_below=hexadecimal(RULE_BELOW) if look.rule_below else "",
    )


_LOOKS = {kind: look_of(kind) for kind in Kind}
_DISTINCT = list(dict.fromkeys(_LOOKS.values()))
_PLACES = {kind: _DISTINCT.index(look) for kind, look in _LOOKS.items()}


def sheet_spec(layout: Layout) -> SheetSpec:
    """The layout's sheet, formatted, with its chart."""
    return SheetSpec(
        cells=[SpecCell(row, column, _content(value), _PLACES[kind]) for row, column, value, kind in layout.items],
        looks=_DISTINCT,
        widths=layout.widths,
        freeze=layout.freeze,
        heights=heights_of(layout.items, layout.widths),
        grid_lines=False,
        page=PageSpec(
            area=_area(layout.page.area),
            repeated_row=layout.page.repeated_row,
            one=layout.page.one,
            margin=_MARGIN_INCHES,
        ),
        charts=[_chart(chart) for chart in layout.charts],
        shades=[ShadeSpec(_area(shade.cells), shade.word, _LOOKS[shade.kind]) for shade in layout.shades],
    )


def _content(value: str | Decimal | Formula | None) -> Content:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Formula):
        cached = value.cached
        return FormulaCell(value.text, float(cached) if isinstance(cached, Decimal) else cached)
    return value


def _chart(chart: Chart) -> ChartSpec:
    return ChartSpec(
        title=chart.title,
        categories=_area(chart.categories),
        series=[
            (name, _area(span), _color(color))
            for (name, span), color in zip(chart.series, series_colors(chart.kind), strict=False)
        ],
        anchor=chart.anchor,
        width=round(chart.width * _EMU_PER_CM),
        height=round(chart.height * _EMU_PER_CM),
        font=FONT,
        colors=ChartColors(*map(_color, (CHART.text, CHART.axis, CHART.grid, CHART.ground))),
        lines=chart.kind == "lines",
        axis_format=chart.axis_format,
        slanted=chart.slanted,
    )


def _area(span: Span) -> Area:
    return Area(span.first_row, span.first_column, span.last_row, span.last_column)
