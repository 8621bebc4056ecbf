"""What Excel holds: cells, the settings in names, and where the holdings stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.blocks import Block, choose_from, selected_holdings, survey_tables
from pbal_xl.grid.cells import Cell, Grid, Origin
from pbal_xl.grid.find import survey
from pbal_xl.grid.holdings import MOST_COLUMNS, MOST_ROWS
from pbal_xl.grid.settings import read_settings
from pbal_xl.settings import offered_by
from pbal_xl.sheet.mark import MARK_NAME, SOURCE_NAME

if TYPE_CHECKING:
    import xlwings as xw

    from pbal_xl.settings import Settings

__all__ = ["HOLDINGS_NAME", "find_block", "own_name", "read_cell", "read_cells", "read_names"]

HOLDINGS_NAME = "pbal_holdings"

# An error cell reaches Python as this number plus Excel's error number. xlwings knows the first seven errors;
# the rest would look like very negative holdings. Numbers in cells are floats, so an int cannot be meant.
_ERROR_BASE = -2146828288
_ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
    2051: "#BUSY!",
    2222: "#PYTHON!",
}
_REFERENCE = re.compile(r"=(?:'(?:[^']|'')+'|[^'!\[\]():,=+*/^&<>\"%{}]+)!\$?[A-Za-z]{1,3}\$?[0-9]+(?::.*)?")
_TEXT = re.compile(r'="((?:[^"]|"")*)"')
_NUMBER = re.compile(r"=[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?")
_TRUTH = {"=TRUE": True, "=FALSE": False}


def read_cell(value: Any) -> Any:
    """An error number as the text Excel shows for it; anything else as it is."""
    if type(value) is int and value <= _ERROR_BASE + max(_ERRORS):
        return _ERRORS.get(value - _ERROR_BASE, "#UNKNOWN!")
    return value


def read_cells(block: xw.Range) -> Grid:
    """The values of a range, row by row, errors as texts; no more than what is ever read of holdings."""
    height, width = min(block.rows.count, MOST_ROWS + 1), min(block.columns.count, MOST_COLUMNS + 1)
    values = block.resize(height, width).options(ndim=2, err_to_str=True).value
    return [[read_cell(value) for value in row] for row in values]


def own_name(sheet: xw.Sheet, wanted: str) -> xw.main.Name | None:
    """The name of that spelling in the sheet's own scope."""
    for name in sheet.names:
        scope, mark, bare = name.name.rpartition("!")
        if bare.casefold() == wanted and (not mark or _unquoted(scope) == sheet.name.casefold()):
            return name
    return None


def _book_name(book: xw.Book, wanted: str) -> xw.main.Name | None:
    for name in book.names:
        if name.name.casefold() == wanted:
            return name
    return None


def _unquoted(scope: str) -> str:
    return scope.removeprefix("'").removesuffix("'").replace("''", "'").casefold()


def read_names(book: xw.Book, sheet: xw.Sheet) -> Settings:
    """The settings in the workbook's ``pbal_*`` names, those of the sheet first.

    Raises:
        CellFaults: every setting that cannot be used.
    """
    cells: dict[str, tuple[str, Cell]] = {}
    for setting in offered_by("excel"):
        name = own_name(sheet, setting.name) or _book_name(book, setting.name)
        if name is not None:
            cells[setting.key] = _content(name, setting.name)
    return read_settings(cells)


def _content(name: xw.main.Name, wanted: str) -> tuple[str, Cell]:
    """The place and content of a name that stands for a cell, a number, a text or a truth value."""
    refers_to = (name.refers_to or "").strip()
    if _REFERENCE.fullmatch(refers_to):
        target = name.refers_to_range
        return f"{wanted} ({target.address.replace('$', '')})", read_cells(target)[0][0]
    if text := _TEXT.fullmatch(refers_to):
        return wanted, text[1].replace('""', '"')
    if _NUMBER.fullmatch(refers_to):
        return wanted, float(refers_to[1:])
    if refers_to.upper() in _TRUTH:
        return wanted, _TRUTH[refers_to.upper()]
    raise CellFaults([f"{wanted} must stand for a cell or a value, is {refers_to or 'empty'}"])


def find_block(book: xw.Book, sheet: xw.Sheet) -> tuple[xw.Sheet, Block]:
    """The sheet and block of the holdings.

    In this order: the selection when it spans a table, where this trades sheet came from, ``pbal_holdings``,
    a table with matching headers, the first header row on the sheet.

    Raises:
        CellFaults: no holdings, or several candidates, with their addresses.
        InputError: the sheet is a trades sheet that does not say where it came from.
    """
    written = own_name(sheet, MARK_NAME) is not None
    if written:
        target = _named_range(own_name(sheet, SOURCE_NAME))
        if target is None:
            raise InputError(f"{sheet.name} holds suggested trades; go to the sheet with your holdings first")
        return target.sheet, _block(target)
    selected = _selected(book, sheet)
    if selected is not None:
        return sheet, selected
    target = _named_range(own_name(sheet, HOLDINGS_NAME) or _book_name(book, HOLDINGS_NAME))
    if target is not None:
        return target.sheet, _block(target)
    used = sheet.used_range
    return sheet, choose_from(
        survey_tables(_tables(sheet)), lambda: [survey(read_cells(used), Origin(used.row, used.column))]
    )


def _block(target: xw.Range) -> Block:
    return Block(read_cells(_in_use(target)), Origin(target.row, target.column))


def _selected(book: xw.Book, sheet: xw.Sheet) -> Block | None:
    """The selection when it is of this sheet, has at least two rows and two columns, and may be holdings."""
    selected = book.app.selection
    if selected is None or selected.sheet.name != sheet.name:
        return None
    selected = _in_use(selected)
    if selected.rows.count == 1 or selected.columns.count == 1:
        return None
    return selected_holdings(_block(selected))


def _in_use(target: xw.Range) -> xw.Range:
    """The part of a range up to the last row and column in use: a whole column has a million rows."""
    used = target.sheet.used_range
    height = min(target.rows.count, used.row + used.rows.count - target.row)
    width = min(target.columns.count, used.column + used.columns.count - target.column)
    return target.resize(max(1, height), max(1, width))


def _named_range(name: xw.main.Name | None) -> xw.Range | None:
    if name is None or not _REFERENCE.fullmatch((name.refers_to or "").strip()):
        return None
    return name.refers_to_range


def _tables(sheet: xw.Sheet) -> list[Block]:
    """The sheet's Excel tables, without their total rows."""
    blocks = []
    for table in sheet.tables:
        body = table.data_body_range
        if not table.show_headers or body is None:
            continue
        whole = body.offset(-1, 0).resize(body.rows.count + 1, body.columns.count)
        blocks.append(Block(read_cells(whole), Origin(whole.row, whole.column)))
    return blocks
