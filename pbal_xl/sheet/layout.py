"""The layout of a sheet for any host to write: cells, widths, a chart.

It knows rows, columns, kinds of cell and a chart; it knows no spreadsheet program. Rows and columns count from 1,
as in A1.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, NamedTuple

from pbal_xl.ooxml.digest import digest, number_text
from pbal_xl.ooxml.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.sheet.looks import Kind

__all__ = ["Chart", "Formula", "Item", "Layout", "Page", "Shade", "Span", "mark_of_layout", "said_cells"]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula and what it comes to.

    Attributes:
        text: in the language of .xlsx files, without the "=".
        cached: its value, stored with it.
    """

    text: str
    cached: str | Decimal | bool | None


class Item(NamedTuple):
    """One cell: text, a number, a formula or None (a styled blank)."""

    row: int
    column: int
    value: str | Decimal | Formula | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Span:
    """A rectangle of cells, both corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Shade:
    """Cells of formulas that look like a kind of their own while they say a word.

    Attributes:
        cells: where.
        word: what they say then.
        kind: the one whose colours they have then.
    """

    cells: Span
    word: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over columns of cells that have their heading right above them.

    Attributes:
        title: above the chart.
        categories: the cells along the horizontal axis.
        series: (name, cells) pairs, one a column; the name is what the heading above the cells says.
        anchor: the (row, column) of its top-left cell.
        width: in cm.
        height: in cm.
        kind: clustered columns, or lines through points.
        axis_format: number format of the vertical axis.
        slanted: whether the names along the horizontal axis are, since they do not fit side by side.
    """

    title: str
    categories: Span
    series: tuple[tuple[str, Span], ...]
    anchor: tuple[int, int]
    width: float
    height: float
    kind: Literal["columns", "lines"] = "columns"
    axis_format: str = "0%"
    slanted: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """How the sheet is printed: landscape, as wide as one page.

    Attributes:
        area: what is printed.
        repeated_row: the heading row, which every page begins with.
        one: whether all of it goes on one page; else as many as it takes.
    """

    area: Span
    repeated_row: int
    one: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole sheet.

    Attributes:
        name: wanted sheet name; a host numbers it when taken.
        items: every cell with content or format, row by row.
        widths: column widths in characters, from column A.
        freeze: the (row, column) of the first cell that scrolls.
        table: heading row and order rows, without the total.
        charts: none where nothing can be drawn.
        page: how it is printed.
        shades: of cells whose looks follow what they say.
    """

    name: str
    items: tuple[Item, ...]
    widths: tuple[float, ...]
    freeze: tuple[int, int]
    table: Span
    charts: tuple[Chart, ...]
    page: Page
    shades: tuple[Shade, ...] = ()


def said_cells(items: Sequence[Item]) -> Iterator[tuple[str, str, str]]:
    """Address, kind ("n", "s", "f") and value of every cell that says something, row by row: what a mark covers."""
    for item in sorted(items, key=lambda item: (item.row, item.column)):
        address = f"{column_letters(item.column)}{item.row}"
        if isinstance(item.value, Decimal):
            yield address, "n", number_text(float(item.value))
        elif isinstance(item.value, Formula):
            yield address, "f", item.value.text
        elif item.value:
            yield address, "s", item.value


def mark_of_layout(layout: Layout, title: str) -> str:
    """The mark of a sheet of that title that holds the layout and nothing else."""
    return digest(title, said_cells(layout.items), drawn=len(layout.charts))
