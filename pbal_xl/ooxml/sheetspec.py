"""A new sheet as values: cells, looks, a chart. It knows no package and no portfolio."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "Area", "CellLook", "ChartColors", "ChartSpec", "FormulaCell", "PageSpec", "ShadeSpec", "SheetSpec", "SpecCell",
]  # fmt: skip


class FormulaCell(NamedTuple):
    """A formula without its "=", and the value it is known to have."""

    formula: str
    value: str | float | bool | None


Content: TypeAlias = "str | float | FormulaCell | None"


class SpecCell(NamedTuple):
    """A cell, row and column from 1; ``look`` is a place among the sheet's looks."""

    row: int
    column: int
    content: Content
    look: int


class CellLook(NamedTuple):
    """How cells look; colours as "RRGGBB".

    Attributes:
        size: of the font, in points; None for the workbook's standard font, and then only ``bold`` counts.
        number_format: as .xlsx files have it.
        align: "left", "right" or nothing.
        wrap: goes on in a further line where its column ends.
        rule_above: the colour of a thin line above.
        rule_below: likewise below.
    """

    font: str = ""
    size: float | None = None
    bold: bool = False
    italic: bool = False
    color: str = ""
    fill: str = ""
    number_format: str = "General"
    align: str = ""
    indent: int = 0
    wrap: bool = False
    rule_above: str = ""
    rule_below: str = ""


class Area(NamedTuple):
    """Cells, both corners included, from 1."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class ShadeSpec(NamedTuple):
    """A conditional format: cells have a look's bold, colour and fill while they say a word."""

    area: Area
    word: str
    look: CellLook


class ChartColors(NamedTuple):
    """What a chart is drawn with beside its series, as "RRGGBB".

    Attributes:
        text: of title, legend and axes.
        axis: the lines at its feet.
        grid: the lines behind the figures, and the frame.
        ground: behind it all.
    """

    text: str
    axis: str
    grid: str
    ground: str


class ChartSpec(NamedTuple):
    """Clustered columns, or lines: one category a row, one series a column of cells.

    Attributes:
        series: name, cells and colour of each; the name is what the cell right above its cells says.
        anchor: the cell under its upper left corner.
        width: in EMU, as the columns below it are wide when the sheet is made; it follows them.
        height: likewise of the rows.
        font: of all texts.
        colors: of all but the series.
        lines: whether lines are drawn, not columns.
        axis_format: number format of the vertical axis.
        slanted: whether the names along the horizontal axis are.
    """

    title: str
    categories: Area
    series: Sequence[tuple[str, Area, str]]
    anchor: tuple[int, int]
    width: int
    height: int
    font: str
    colors: ChartColors
    lines: bool = False
    axis_format: str = "0%"
    slanted: bool = False


class PageSpec(NamedTuple):
    """How a sheet is printed: landscape, as wide as one page, in the middle.

    Attributes:
        repeated_row: the row on top of each page.
        one: whether all goes on one page; else as many as it takes.
        margin: on each side, in inches.
    """

    area: Area
    repeated_row: int
    one: bool
    margin: float


class SheetSpec(NamedTuple):
    """A whole sheet.

    Attributes:
        cells: row by row, from left to right.
        looks: what the cells' looks mean.
        widths: column widths in characters, from column A.
        freeze: the (row, column) of the first cell that scrolls.
        heights: of the rows that want more than one line, in points; the program chooses all others.
        grid_lines: whether they are shown.
        page: None for whatever the program does.
        shades: those of the same cells behind one another.
    """

    cells: Sequence[SpecCell]
    looks: Sequence[CellLook]
    widths: Sequence[float]
    freeze: tuple[int, int]
    heights: Mapping[int, float] = MappingProxyType({})
    grid_lines: bool = True
    page: PageSpec | None = None
    charts: Sequence[ChartSpec] = ()
    shades: Sequence[ShadeSpec] = ()
