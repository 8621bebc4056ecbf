"""The trades sheet as values for a workbook file, from the host-neutral layout."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.ooxml.sheetspec import Area, CellLook, ChartSpec, SheetSpec, SpecCell
from pbal_xl.sheet.looks import FONT, FORMATS, LOOKS, SERIES_COLORS, Kind

if TYPE_CHECKING:
    from pbal_xl.ooxml.sheetspec import Content
    from pbal_xl.sheet.layout import Chart, Item, Layout, Span

__all__ = ["sheet_spec"]

_RULE = "9CA3AF"
_EMU_PER_CM = 360_000


def _color(color: int) -> str:
    return f"{color:06X}"


def _look(kind: Kind) -> CellLook:
    look = LOOKS[kind]
    return CellLook(
        font=FONT,
        size=look.size,
        bold=look.bold,
        italic=look.italic,
        color=_color(look.color),
        fill="" if look.fill is None else _color(look.fill),
        number_format=FORMATS.get(kind, "General"),
        align="right" if look.right else "left" if look.indent else "",
        indent=int(look.indent),
        rule_above=_RULE if look.rule_above else "",
    )


_LOOKS = {kind: _look(kind) for kind in Kind}
_DISTINCT = list(dict.fromkeys(_LOOKS.values()))
_PLACES = {kind: _DISTINCT.index(look) for kind, look in _LOOKS.items()}


def sheet_spec(layout: Layout) -> SheetSpec:
    """The layout's sheet, formatted, with its chart."""
    return SheetSpec(
        cells=[_cell(item) for item in layout.items],
        looks=_DISTINCT,
        widths=layout.widths,
        freeze=layout.freeze,
        grid_lines=False,
        landscape=True,
        repeated_row=layout.table.first_row,
        chart=None if layout.chart is None else _chart(layout.chart),
    )


def _cell(item: Item) -> SpecCell:
    return SpecCell(item.row, item.column, _content(item.value), _PLACES[item.kind])


def _content(value: str | Decimal | None) -> Content:
    return float(value) if isinstance(value, Decimal) else value


def _chart(chart: Chart) -> ChartSpec:
    return ChartSpec(
        title=chart.title,
        categories=_area(chart.categories),
        series=[
            (name, _area(span), _color(color))
            for (name, span), color in zip(chart.series, SERIES_COLORS, strict=False)
        ],
        anchor=chart.anchor,
        width=round(chart.width * _EMU_PER_CM),
        height=round(chart.height * _EMU_PER_CM),
        font=FONT,
    )


def _area(span: Span) -> Area:
    return Area(span.first_row, span.first_column, span.last_row, span.last_column)
