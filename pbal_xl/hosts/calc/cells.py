"""Cells of LibreOffice to grids: numbers, texts, blanks as None, errors as the texts Calc shows."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pbal_xl.grid.blocks import Block
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.rows import is_blank_row

if TYPE_CHECKING:
    from pbal_xl.grid.cells import Grid

__all__ = ["argument_grid", "range_block", "range_grid", "uno", "used_range"]

# Calc's error codes; every other one ("Err:502") comes from a formula that cannot work with what it is given.
_ERRORS = {
    503: "#NUM!",
    519: "#VALUE!",
    524: "#REF!",
    525: "#NAME?",
    532: "#DIV/0!",
    32767: "#N/A",
}
_OTHER_ERROR = "#VALUE!"
# From here on a range is taken for whole columns or rows, of which only the used part is read.
_WHOLE_COLUMN = 65_536
_WHOLE_ROW = 1_024
# Below this every whole number of a cell is exact.
_EXACT = 2**53


def uno() -> Any:
    """LibreOffice's own module, which exists only in its Python."""
    return import_module("uno")


def argument_grid(argument: Any) -> Grid | None:
    """One argument of a worksheet function; None where it is missing."""
    if argument is None:
        return None
    if isinstance(argument, tuple):
        return [[_cell(value) for value in row] for row in argument]
    if isinstance(argument, (str, int, float)):
        return [[_cell(argument)]]
    return range_grid(argument)


def range_grid(block: Any) -> Grid:
    """The cells of a range, row by row; of whole columns or rows those in use."""
    address = block.getRangeAddress()
    height = address.EndRow - address.StartRow + 1
    width = address.EndColumn - address.StartColumn + 1
    if height < _WHOLE_COLUMN and width < _WHOLE_ROW:
        return _read(block)
    rows = _read(_cut(block, address))
    while rows and is_blank_row(rows[-1]):
        rows.pop()
    return rows


def range_block(block: Any) -> Block:
    """The cells of a range and where it stands."""
    address = block.getRangeAddress()
    return Block(range_grid(block), Origin(address.StartRow + 1, address.StartColumn + 1))


def used_range(sheet: Any) -> Any:
    """From A1 to the last cell in use."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)  # noqa: FBT003 - UNO takes no keywords
    last = cursor.getRangeAddress()
    return sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)


def _cut(block: Any, address: Any) -> Any:
    """The part of a range that the used part of its sheet covers."""
    sheet = block.getSpreadsheet()
    used = used_range(sheet).getRangeAddress()
    return sheet.getCellRangeByPosition(
        address.StartColumn,
        address.StartRow,
        max(address.StartColumn, min(address.EndColumn, used.EndColumn)),
        max(address.StartRow, min(address.EndRow, used.EndRow)),
    )


def _read(block: Any) -> Grid:
    # Calc hands an error over as nothing at all, and a blank as an empty text.
    return [
        [_error(block, i, j) if value is None else _cell(value) for j, value in enumerate(values)]
        for i, values in enumerate(block.getDataArray())
    ]


def _cell(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return int(value)  # a fault says "is 2", as the cell does
    return None if value == "" else value


def _error(block: Any, row: int, column: int) -> str | None:
    code = block.getCellByPosition(column, row).getError()
    return _ERRORS.get(code, _OTHER_ERROR) if code else None
