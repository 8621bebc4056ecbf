"""Cells of LibreOffice to grids: numbers, texts, blanks as None, errors as the texts Calc shows."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pbal_xl.grid.blocks import Block
from pbal_xl.grid.cells import Money, Origin
from pbal_xl.grid.reach import LAST_ROW_READ, left_to_read
from pbal_xl.grid.rows import is_blank_row
from pbal_xl.grid.table import MOST_COLUMNS
from pbal_xl.ooxml.moneyformats import currency_of
from pbal_xl.ooxml.references import quoted_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from pbal_xl.grid.cells import Grid

    Rows: TypeAlias = tuple[tuple[Any, ...], ...]

__all__ = [
    "CONTENTS",
    "argument_rows",
    "is_too_large",
    "number_format",
    "range_block",
    "range_grid",
    "shown_as",
    "uno",
    "used_range",
    "worked_out",
]

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
_IS_TEXT = 2  # com.sun.star.sheet.FormulaResult.STRING
# com.sun.star.util.NumberFormat: flags of a format's kind.
_OWN = 1
_LOGICAL = 1024
_OF_DAYS = (2, 4, 6)  # of dates, of times, of both
# From here on a range is taken for whole columns or rows, of which only the used part is read.
_WHOLE_COLUMN = 65_536
_WHOLE_ROW = 1_024
# Up to here a range that was read is kept, in case the next cell asks of it too.
_MOST_REMEMBERED_ROWS = 1_000
# From here on blank rows are passed over instead of read.
_TALL = 2_000
# One figure in a sheet's very last cell makes milliards of cells: then as much is read as of a file.
_MOST_CELLS = 5_000_000
CONTENTS = 1 + 2 + 4 + 16  # com.sun.star.sheet.CellFlags: numbers, dates, texts, formulas


def uno() -> Any:
    """LibreOffice's own module, which exists only in its Python."""
    return import_module("uno")


def argument_rows(argument: Any) -> Rows | None:
    """One argument of a worksheet function, row by row, to be remembered by; None where it is missing."""
    if argument is None:
        return None
    if isinstance(argument, tuple):
        return tuple(tuple(map(_cell, row)) for row in argument)
    if isinstance(argument, (str, int, float)):
        return ((_cell(argument),),)
    address = argument.getRangeAddress()
    if (
        address.EndRow - address.StartRow < _MOST_REMEMBERED_ROWS
        and address.EndColumn - address.StartColumn < _WHOLE_ROW
    ):
        values = argument.getDataArray()
        if not any(None in row for row in values):
            return _remembered(values)
    return tuple(map(tuple, range_grid(argument)))


@lru_cache(maxsize=64)
def _remembered(values: tuple[tuple[Any, ...], ...]) -> Rows:
    """The cells of a range without errors: many cells ask of the same holdings, each with other cash."""
    return tuple(tuple(map(_cell, row)) for row in values)


def as_far_as_read(block: Any) -> Any:
    """The part of a range that lies where a sheet is read."""
    address = block.getRangeAddress()
    height, width = left_to_read(address.StartRow + 1, address.StartColumn + 1)
    below = min(address.EndRow, address.StartRow + height - 1)
    right = min(address.EndColumn, address.StartColumn + width - 1)
    return block.getSpreadsheet().getCellRangeByPosition(address.StartColumn, address.StartRow, right, below)


def says_beyond(sheet: Any) -> bool:
    """Whether a cell beyond those that are read says something."""
    whole = sheet.getRangeAddress()
    beyond = []
    if whole.EndRow >= LAST_ROW_READ:
        beyond.append((0, LAST_ROW_READ, whole.EndColumn, whole.EndRow))
    if whole.EndColumn >= MOST_COLUMNS:
        beyond.append((MOST_COLUMNS, 0, whole.EndColumn, whole.EndRow))
    found = (sheet.getCellRangeByPosition(*area).queryContentCells(CONTENTS) for area in beyond)
    # Where an area holds nothing, Calc may tell of cells beside it.
    places = (place for ranges in found for place in ranges.getRangeAddresses())
    return any(place.EndRow >= LAST_ROW_READ or place.EndColumn >= MOST_COLUMNS for place in places)


def range_grid(block: Any) -> Grid:
    """The cells of a range, row by row; of whole columns or rows those in use."""
    address = block.getRangeAddress()
    height = address.EndRow - address.StartRow + 1
    width = address.EndColumn - address.StartColumn + 1
    if height < _WHOLE_COLUMN and width < _WHOLE_ROW and height * width <= _MOST_CELLS:
        return _read(block)
    rows = _read(_cut(block, address))
    while rows and is_blank_row(rows[-1]):
        rows.pop()
    return rows


def range_block(block: Any) -> Block:
    """The cells of a range and where it stands."""
    address = block.getRangeAddress()
    return Block(range_grid(block), Origin(address.StartRow + 1, address.StartColumn + 1))


def is_too_large(cells: Any) -> bool:
    """Whether a range has more cells than any sheet of ours, or than can be read one by one."""
    address = cells.getRangeAddress()
    height, width = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
    return bool(height * width > _MOST_CELLS)


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
    right = max(address.StartColumn, min(address.EndColumn, used.EndColumn))
    below = max(address.StartRow, min(address.EndRow, used.EndRow))
    if (right - address.StartColumn + 1) * (below - address.StartRow + 1) > _MOST_CELLS:
        right = min(right, address.StartColumn + MOST_COLUMNS - 1)
        below = min(below, address.StartRow + LAST_ROW_READ - 1)
    return sheet.getCellRangeByPosition(address.StartColumn, address.StartRow, right, below)


def _read(block: Any) -> Grid:
    address = block.getRangeAddress()
    height, width = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
    if height < _TALL:
        return _read_all(block)
    # A stray cell far below must not cost as much as a sheet full of holdings.
    rows: Grid = [[None] * width for _ in range(height)]
    for first, last in _filled(block, address):
        rows[first : last + 1] = _read_all(block.getCellRangeByPosition(0, first, width - 1, last))
    return rows


def _filled(block: Any, address: Any) -> Iterator[tuple[int, int]]:
    """First and last row of each run of rows that hold something, counted from 0 in the block."""
    areas = block.queryContentCells(CONTENTS).getRangeAddresses()
    first = last = 0
    for start, end in sorted((area.StartRow - address.StartRow, area.EndRow - address.StartRow) for area in areas):
        if start > last + 1:
            yield first, last
            first = start
        last = max(last, end)
    yield first, last


def _read_all(block: Any) -> Grid:
    # Calc hands an error over as nothing at all, and a blank as an empty text.
    return [
        [_error(block, i, j) if value is None else _cell(value) for j, value in enumerate(values)]
        for i, values in enumerate(block.getDataArray())
    ]


def _cell(value: Any) -> Any:
    return None if value == "" else value


def _error(block: Any, row: int, column: int) -> str | None:
    code = block.getCellByPosition(column, row).getError()
    return _ERRORS.get(code, _OTHER_ERROR) if code else None


def shown_as(document: Any, block: Any, rows: Grid) -> Grid:
    """The cells of a range with dates, times, truth values and money as such: their formats alone tell them.

    Money is told where the formats show several currencies.

    Args:
        document: that of the range.
        block: the range.
        rows: its cells as ``range_grid`` gives them.
    """
    formats, corner = document.getNumberFormats(), block.getRangeAddress()
    null = document.NullDate
    start = dt.datetime(null.Year, null.Month, null.Day)  # noqa: DTZ001 - a sheet knows no zones
    shown = [list(row) for row in rows]
    alike = block.getUniqueCellFormatRanges()
    looks = [
        (formats.getByKey(ranges.NumberFormat), ranges.getRangeAddresses())
        for ranges in (alike.getByIndex(index) for index in range(alike.getCount()))
    ]
    several = len({currency_of(look.FormatString) for look, _ in looks} - {""}) > 1
    for look, addresses in looks:
        made = _made_by(look, start, several=several)
        if made is None:
            continue
        for address in addresses:
            for row in shown[address.StartRow - corner.StartRow : address.EndRow - corner.StartRow + 1]:
                for at in range(
                    address.StartColumn - corner.StartColumn, address.EndColumn - corner.StartColumn + 1
                ):
                    if at < len(row) and isinstance(row[at], (int, float)):
                        row[at] = made(row[at])
    return shown


def _made_by(look: Any, start: dt.datetime, *, several: bool) -> Callable[[float], Any] | None:
    """What makes of a number what a number format shows; None where it stays one."""
    kind = look.Type & ~_OWN
    if kind == _LOGICAL:
        return bool
    if kind in _OF_DAYS:
        return lambda number: _moment(number, start)
    mark = currency_of(look.FormatString) if several else ""
    return (lambda number: Money(number, mark)) if mark else None


def _moment(days: float, start: dt.datetime) -> Any:
    """A day of a sheet, or a time without one; a number that is no day that can be told stays one."""
    try:
        moment = start + dt.timedelta(days=days)
    except OverflowError:
        return days
    return moment.time() if 0 <= days < 1 else moment


def worked_out(document: Any, sheet: Any, name: str) -> str | None:
    """What a defined name that holds a formula comes to, as a constant in Excel's way of writing.

    Calc works out formulas in cells only: the sheet's very last one lends itself for a moment. None where it is
    in use or protected.
    """
    whole = sheet.getRangeAddress()
    cell = sheet.getCellByPosition(whole.EndColumn, whole.EndRow)
    if sheet.isProtected() or cell.getFormula():
        return None
    undo, was_modified = document.getUndoManager(), document.isModified()
    undo.lock()
    try:
        cell.setFormula(f"={name}")
        return _constant(cell)
    finally:
        cell.setFormula("")
        undo.unlock()
        document.setModified(was_modified)


def _constant(cell: Any) -> str:
    if cell.getError():
        return _error(cell, 0, 0) or _OTHER_ERROR
    if cell.FormulaResultType2 == _IS_TEXT:
        return quoted_text(cell.getString())
    return f"{cell.getValue():.15g}"


def number_format(document: Any, code: str, like: Any = None) -> int:
    """The document's key of a number format in the document's own language; codes are in that of .xlsx files.

    Args:
        document: the document or chart that holds the format.
        code: the format, such as ``#,##0.00``.
        like: the document whose language it is, where that is another.
    """
    english = uno().createUnoStruct("com.sun.star.lang.Locale")
    english.Language, english.Country = "en", "US"
    known: int = document.getNumberFormats().addNewConverted(code, english, (like or document).CharLocale)
    return known
