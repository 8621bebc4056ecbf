"""How far a sheet is read, in every host: what stands further off is told of, and never left out in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.grid.cells import is_blank
from pbal_xl.grid.table import MOST_COLUMNS, MOST_ROWS
from pbal_xl.ooxml.references import column_letters

if TYPE_CHECKING:
    from pbal_xl.grid.blocks import Block

__all__ = ["FAR", "LAST_ROW_READ", "is_read", "left_to_read", "touches_end"]

# A header may stand in the first half, and the most rows below it.
LAST_ROW_READ = 2 * MOST_ROWS
FAR = f"below row {LAST_ROW_READ:,} or right of column {column_letters(MOST_COLUMNS)}, where nothing is read"


def is_read(row: int, column: int) -> bool:
    """Whether a cell, counted from 1, is one that is read."""
    return row <= LAST_ROW_READ and column <= MOST_COLUMNS


def left_to_read(row: int, column: int) -> tuple[int, int]:
    """How many rows and columns are read from a cell on; that cell itself, wherever it stands."""
    return max(1, LAST_ROW_READ + 1 - row), max(1, MOST_COLUMNS + 1 - column)


def touches_end(block: Block) -> bool:
    """Whether the last row or column that is read says something in a block: there it may be cut off."""
    down, right = LAST_ROW_READ - block.origin.row, MOST_COLUMNS - block.origin.column
    last = block.rows[down] if 0 <= down < len(block.rows) else []
    return not all(map(is_blank, last)) or any(len(row) > right and not is_blank(row[right]) for row in block.rows)
