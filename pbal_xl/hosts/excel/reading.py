"""What Excel holds: cells, defined names, tables, and what the user selected."""

from __future__ import annotations

import datetime as dt
import sys
from functools import cached_property
from locale import windows_locale
from typing import TYPE_CHECKING, Any

from pbal_xl.grid.blocks import Block, selected_holdings
from pbal_xl.grid.cells import Grid, Money, Origin
from pbal_xl.grid.reach import LAST_ROW_READ, is_read, left_to_read
from pbal_xl.grid.table import MOST_COLUMNS
from pbal_xl.ooxml.hidden_names import MARK_NAME
from pbal_xl.ooxml.moneyformats import currency_of
from pbal_xl.ooxml.references import title_of
from pbal_xl.sheet.trades import HOLDINGS_SHEET

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xlwings as xw

    from pbal_xl.ooxml.references import Area
    from pbal_xl.setting import Host

__all__ = ["OpenBook", "keep_name", "own_name", "read_argument", "read_cell", "read_cells"]

# An error cell reaches Python as this number plus Excel's error number. xlwings knows the first seven errors;
# the rest would look like very negative holdings. Numbers in cells are floats, so an int cannot be meant.
_ERROR_BASE = -2146828288
# Formats that are asked of one column: a stretch of like cells takes a few, however long it is.
_MOST_ASKED = 500
# More cells than these are not read before Excel was asked where the last one stands that says something.
_MOST_ONE_BY_ONE = 1_000_000
# Excel's xlFormulas, xlPart, xlByRows, xlByColumns and xlPrevious.
_FORMULAS, _PART, _BY_ROWS, _BY_COLUMNS, _PREVIOUS = -4123, 2, 1, 2, 2
_OF_MENUS = 2  # Office's msoLanguageIDUI
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


def read_cell(value: Any) -> Any:
    """An error number as the text Excel shows for it, a date without a zone; anything else as it is."""
    kind = type(value)
    if kind is float or kind is str:
        return value
    if kind is int and value <= _ERROR_BASE + max(_ERRORS):
        return _ERRORS.get(value - _ERROR_BASE, "#UNKNOWN!")
    return value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value


def read_argument(value: Any) -> Grid | None:
    """A worksheet function's argument as rows of cells; None where it is missing.

    Args:
        value: as VBA hands it over: a value, rows of values, or one row of them.
    """
    if value is None:
        return None
    if not isinstance(value, (tuple, list)):
        return [[read_cell(value)]]
    rows = value if value and isinstance(value[0], (tuple, list)) else [value]
    return [[read_cell(cell) for cell in row] for row in rows]


def read_cells(block: xw.Range) -> Grid:
    """The values of a range, row by row, errors as texts; no further than a sheet is read."""
    height, width = left_to_read(block.row, block.column)
    block = _narrowed(block.resize(min(block.rows.count, height), min(block.columns.count, width)))
    if sys.platform == "win32":
        return read_argument(_values(block.api)) or [[None]]
    values = block.options(ndim=2, err_to_str=True).value
    return [[read_cell(value) for value in row] for row in values]


def _values(block: Any) -> Any:
    """The values of a range of Excel's own.

    ``Value`` rounds currency to four places, hence ``Value2``; but only ``Value`` tells a date from a number.
    """
    figures, shown = block.Value2, block.Value
    if not isinstance(shown, tuple):
        return shown if isinstance(shown, dt.datetime) else figures
    return [
        [date if isinstance(date, dt.datetime) else figure for figure, date in zip(row, dates, strict=True)]
        for row, dates in zip(figures, shown, strict=True)
    ]


def own_name(sheet: xw.Sheet, wanted: str) -> xw.main.Name | None:
    """The name of that spelling in the sheet's own scope."""
    for name in sheet.names:
        scope, mark, bare = name.name.rpartition("!")
        if bare.casefold() == wanted and (not mark or title_of(scope).casefold() == sheet.name.casefold()):
            return name
    return None


def keep_name(sheet: xw.Sheet, wanted: str, refers_to: str) -> None:
    """Give the sheet a name of its own, out of the user's sight where the engine can hide it."""
    old = own_name(sheet, wanted)
    if old is not None:
        old.delete()
    name = sheet.names.add(wanted, refers_to)
    if sys.platform == "win32":
        name.api.Visible = False


class OpenBook:
    """A workbook in Excel as the road of all hosts asks for it; attributes and methods as in ``Document``."""

    host: Host = "excel"
    asked: str | None = None

    def __init__(self, book: xw.Book) -> None:
        self._book = book
        self.looked_at: str = book.sheets.active.name
        self.searched = [self.looked_at]

    @property
    def language(self) -> str | None:
        """That of Excel's menus; None where an engine does not tell, as on a Mac and without Excel."""
        try:
            settings = self._book.app.api.LanguageSettings
        except (AttributeError, NotImplementedError):
            return None
        return windows_locale.get(settings.LanguageID(_OF_MENUS))

    @cached_property
    def _book_names(self) -> dict[str, xw.main.Name]:
        return {name.name.casefold(): name for name in self._book.names}

    def own_name(self, sheet: str, name: str) -> str | None:
        return _content(own_name(self._book.sheets[sheet], name))

    def book_name(self, name: str) -> str | None:
        return _content(self._book_names.get(name))

    def sheets_with(self, name: str) -> list[str]:
        return [sheet for sheet in self.searched if self.own_name(sheet, name) is not None]

    def is_trades(self, sheet: str) -> bool:
        # The Holdings sheet of a workbook made from a CSV is ours too, and there to be read.
        return sheet != HOLDINGS_SHEET and self.own_name(sheet, MARK_NAME) is not None

    def chosen(self) -> Block | None:
        """The selection when it has at least two rows and two columns, and may be holdings."""
        selected = self._book.app.selection
        if selected is None or selected.sheet.name != self.looked_at:
            return None
        selected = _in_use(selected)
        if selected.rows.count == 1 or selected.columns.count == 1:
            return None
        return selected_holdings(_block(selected))

    def block(self, area: Area) -> Block | None:
        title = self.looked_at if area.sheet is None else area.sheet
        sheet = next((one for one in self._book.sheets if one.name.casefold() == title.casefold()), None)
        if sheet is None:
            return None
        used = sheet.used_range
        # Cut before Excel is asked: an old .xls has no row 1,048,576.
        last_row = max(area.first[0], min(area.last[0], used.row + used.rows.count - 1))
        last_column = max(area.first[1], min(area.last[1], used.column + used.columns.count - 1))
        return _block(sheet.range(area.first, (last_row, last_column)))

    def table(self, name: str) -> Block | None:
        tables = (table for sheet in self._book.sheets for table in sheet.tables)
        return next((_table_block(table) for table in tables if table.name.casefold() == name.casefold()), None)

    def tables(self) -> list[Block]:
        blocks = map(_table_block, self._book.sheets[self.looked_at].tables)
        return [block for block in blocks if block is not None]

    def all_sheets(self) -> list[str]:
        others = [sheet.name for sheet in self._book.sheets if sheet.name not in self.searched]
        return [*self.searched, *(sheet for sheet in others if not self.is_trades(sheet))]

    def used(self, sheet: str) -> Block:
        used = self._book.sheets[sheet].used_range
        return _block(used) if is_read(used.row, used.column) else Block([], Origin(), sheet)

    def beyond(self, sheet: str) -> bool:
        used = self._book.sheets[sheet].used_range
        bottom, right = used.row + used.rows.count - 1, used.column + used.columns.count - 1
        below = (LAST_ROW_READ + 1, 1), (bottom, right)
        beside = (1, MOST_COLUMNS + 1), (min(bottom, LAST_ROW_READ), right)
        return any(_says(self._book.sheets[sheet], *area) for area in (below, beside))


def _says(sheet: xw.Sheet, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether a cell of an area says something; where Excel cannot be asked, of very many it is taken so."""
    height, width = last[0] - first[0] + 1, last[1] - first[1] + 1
    if height < 1 or width < 1:
        return False
    if sys.platform == "win32":
        return _last_said(sheet.range(first, last), _BY_ROWS) is not None
    if height * width > _MOST_ONE_BY_ONE:
        return True
    values = sheet.range(first, last).options(ndim=2, err_to_str=True).value
    return any(value is not None for row in values for value in row)


def _last_said(target: xw.Range, order: int) -> Any:
    """The last cell of a range that says something, row by row or column by column; None where none does."""
    return target.api.Find("*", target.api.Cells(1, 1), _FORMULAS, _PART, order, _PREVIOUS)


def _narrowed(target: xw.Range) -> xw.Range:
    """A range up to the last row and column that say something, where there are too many cells to be read.

    One figure in a sheet's very last cell makes milliards of cells.
    """
    if sys.platform != "win32" or target.rows.count * target.columns.count <= _MOST_ONE_BY_ONE:
        return target
    below, right = _last_said(target, _BY_ROWS), _last_said(target, _BY_COLUMNS)
    if below is None or right is None:
        return target.resize(1, 1)
    return target.resize(below.Row - target.row + 1, right.Column - target.column + 1)


def _content(name: xw.main.Name | None) -> str | None:
    return None if name is None else name.refers_to or None


def _block(target: xw.Range) -> Block:
    rows = read_cells(target)
    if sys.platform == "win32":
        _mark_money(target, rows)
    return Block(rows, Origin(target.row, target.column), target.sheet.name)


def _mark_money(target: xw.Range, rows: Grid) -> None:
    """Let numbers carry the currency that their formats show, where these show several."""
    places = [
        (row, column, mark)
        for column in range(max(map(len, rows)))
        for first, end, mark in _shown_in(target, column, len(rows))
        for row in range(first, end)
    ]
    if len({mark for _, _, mark in places}) > 1:
        for row, column, mark in places:
            cell = rows[row][column]
            if isinstance(cell, float):
                rows[row][column] = Money(cell, mark)


def _shown_in(target: xw.Range, column: int, height: int) -> Iterator[tuple[int, int, str]]:
    """First row, end and currency of each stretch of a column that shows one."""
    waiting, asked = [(0, height)], 0
    while waiting and asked < _MOST_ASKED:
        first, end = waiting.pop()
        asked += 1
        code = target[first:end, column].number_format
        if code is None and end - first > 1:
            half = (first + end) // 2
            waiting += [(half, end), (first, half)]
        elif code and (mark := currency_of(code)):
            yield first, end, mark


def _in_use(target: xw.Range) -> xw.Range:
    """The part of a range up to the last row and column in use: a whole column has a million rows."""
    used = target.sheet.used_range
    height = min(target.rows.count, used.row + used.rows.count - target.row)
    width = min(target.columns.count, used.column + used.columns.count - target.column)
    return target.resize(max(1, height), max(1, width))


def _table_block(table: xw.main.Table) -> Block | None:
    """An Excel table without its row of totals; None without headers or rows."""
    body = table.data_body_range
    if not table.show_headers or body is None:
        return None
    return _block(body.offset(-1, 0).resize(body.rows.count + 1, body.columns.count))
