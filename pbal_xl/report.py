"""What a trades sheet says and how it looks, for any host to write.

The layout knows rows, columns, kinds of cell and a chart; it knows no spreadsheet program. Rows and columns
count from 1, as in A1.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = ["Chart", "Item", "Kind", "Layout", "Span"]


class Kind(Enum):
    """What a cell holds; each host gives it its number format and font (see ``FORMATS``)."""

    TITLE = "title"
    NOTE = "note"
    LABEL = "label"
    HEADING = "heading"
    HEADING_RIGHT = "heading_right"
    TEXT = "text"
    SIDE = "side"
    SHARES = "shares"
    PRICE = "price"
    MONEY = "money"
    PERCENT = "percent"
    TOTAL_TEXT = "total_text"
    TOTAL_MONEY = "total_money"
    TOTAL_PERCENT = "total_percent"


@dataclass(frozen=True, slots=True)
class Item:
    """One cell: text, a number or None (a styled blank)."""

    row: int
    column: int
    value: str | Decimal | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Span:
    """A rectangle of cells, both corners included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A clustered bar chart: one category per holding, one series per column.

    ``series`` are (name, cells) pairs; ``anchor`` is the (row, column) of its top-left cell; width and height in cm.
    """

    title: str
    categories: Span
    series: tuple[tuple[str, Span], ...]
    anchor: tuple[int, int]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole sheet.

    Attributes:
        name: wanted sheet name; a host numbers it when taken.
        items: every cell with content or format, row by row.
        widths: column widths in characters, from column A.
        freeze: the (row, column) of the first cell that scrolls.
        table: heading row and order rows, without the total.
        chart: None where nothing can be drawn.
    """

    name: str
    items: tuple[Item, ...]
    widths: tuple[float, ...]
    freeze: tuple[int, int]
    table: Span
    chart: Chart | None
