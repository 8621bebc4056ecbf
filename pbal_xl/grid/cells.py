"""What a cell can hold, where it stands, and what counts as blank or as an error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import TypeAlias

__all__ = ["ERRORS", "NEVER_CALCULATED", "Cell", "Grid", "Origin", "column_letters", "is_blank", "is_error"]

Cell: TypeAlias = "str | bool | int | float | Decimal | dt.date | dt.datetime | dt.time | dt.timedelta | None"
Grid: TypeAlias = "list[list[Any]]"

# The texts spreadsheet programs show for an error; hosts hand errors over as these texts.
ERRORS = frozenset(
    {
        "#NULL!",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "#NAME?",
        "#NUM!",
        "#N/A",
        "#GETTING_DATA",
        "#SPILL!",
        "#CALC!",
        "#FIELD!",
        "#BLOCKED!",
        "#UNKNOWN!",
        "#CONNECT!",
        "#BUSY!",
        "#PYTHON!",
    }
)

# A host that finds a formula without a stored value hands this text over in its place.
NEVER_CALCULATED = "#NOT CALCULATED"

_BLANKS = " \t\r\n\u00a0\u2007\u202f\u200b\ufeff"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a block stands, so that faults can name cells; rows and columns count from 1.

    With ``known=False`` (a worksheet function sees values, not addresses) faults say "row 2, column 3".
    """

    row: int = 1
    column: int = 1
    known: bool = True

    def name(self, row: int, column: int) -> str:
        """The name of the cell ``row`` rows and ``column`` columns (from 0) into the block."""
        if self.known:
            return f"{column_letters(self.column + column)}{self.row + row}"
        return f"row {row + 1}, column {column + 1}"


def column_letters(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def is_blank(cell: Cell) -> bool:
    """Empty, or text of nothing but spaces of any kind."""
    return cell is None or (isinstance(cell, str) and not cell.strip(_BLANKS))


def is_error(cell: Cell) -> bool:
    """Whether the cell shows a spreadsheet error such as #N/A."""
    return isinstance(cell, str) and cell.strip(_BLANKS).upper() in ERRORS


def widest(rows: Sequence[Sequence[Cell]]) -> int:
    """The number of columns of the longest row."""
    return max((len(row) for row in rows), default=0)
