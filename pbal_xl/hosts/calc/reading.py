"""What Calc holds: cells, defined names, database ranges, and what the user selected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import InputError
from pbal_xl.grid.blocks import Block, selected_holdings
from pbal_xl.hosts.calc.cells import as_far_as_read, range_block, says_beyond, shown_as, used_range, worked_out
from pbal_xl.names import DEAD, constant
from pbal_xl.ooxml.hidden_names import MARK_NAME
from pbal_xl.ooxml.references import column_letters, parse_area
from pbal_xl.sheet.trades import HOLDINGS_SHEET

if TYPE_CHECKING:
    from pbal_xl.ooxml.references import Area
    from pbal_xl.setting import Host

__all__ = ["OpenDocument"]


class OpenDocument:
    """A Calc document as the road of all hosts asks for it; attributes and methods as in ``Document``."""

    host: Host = "calc"
    asked: str | None = None

    def __init__(self, document: Any) -> None:
        self._document = document
        self._controller = document.getCurrentController()
        sheets = document.getSheets()
        active = self._controller.getActiveSheet() if self._controller else sheets.getByIndex(0)
        self.looked_at: str = active.getName()
        self.searched = [self.looked_at]
        self.language: str = document.CharLocale.Language

    def own_name(self, sheet: str, name: str) -> str | None:
        return self._content(self._sheet(sheet).NamedRanges, name, sheet)

    def book_name(self, name: str) -> str | None:
        return self._content(self._document.NamedRanges, name, self.looked_at)

    def sheets_with(self, name: str) -> list[str]:
        return [sheet for sheet in self.searched if self.own_name(sheet, name) is not None]

    def is_trades(self, sheet: str) -> bool:
        # The Holdings sheet of a workbook made from a CSV is ours too, and there to be read.
        return sheet != HOLDINGS_SHEET and self.own_name(sheet, MARK_NAME) is not None

    def chosen(self) -> Block | None:
        """The selection when it is one range of several rows and columns, and may be holdings."""
        selected = self._controller.getSelection() if self._controller else None
        if selected is None or not selected.supportsService("com.sun.star.sheet.SheetCellRange"):
            return None
        address = selected.getRangeAddress()
        if address.EndRow == address.StartRow or address.EndColumn == address.StartColumn:
            return None
        return selected_holdings(self._block(selected))

    def block(self, area: Area) -> Block | None:
        spelled = self._title(self.looked_at if area.sheet is None else area.sheet)
        return None if spelled is None else self._block(_cells(self._sheet(spelled), area))

    def table(self, name: str) -> Block | None:
        ranges = self._document.DatabaseRanges
        spelled = _spelled(ranges, name)
        return None if spelled is None else self._area_block(ranges.getByName(spelled).getDataArea())

    def tables(self) -> list[Block]:
        place = self._sheet(self.looked_at).getRangeAddress().Sheet
        ranges = self._document.DatabaseRanges
        areas = [ranges.getByName(name).getDataArea() for name in ranges.getElementNames()]
        return [self._area_block(area) for area in areas if area.Sheet == place]

    def all_sheets(self) -> list[str]:
        others = [name for name in self._document.getSheets().getElementNames() if name not in self.searched]
        return [*self.searched, *(sheet for sheet in others if not self.is_trades(sheet))]

    def used(self, sheet: str) -> Block:
        return self._block(used_range(self._sheet(sheet)))

    def beyond(self, sheet: str) -> bool:
        return says_beyond(self._sheet(sheet))

    def _content(self, home: Any, name: str, sheet: str) -> str | None:
        """The content of a defined name in Excel's way of writing, which writes Sheet1!$A$1 for $Sheet1.$A$1."""
        spelled = _spelled(home, name)
        if spelled is None:
            return None
        named = home.getByName(spelled)
        content: str = named.getContent()
        if DEAD in content:
            return content  # Calc would resolve it, to whichever sheet moved up
        cells = named.getReferredCells()
        if cells is not None:
            return _reference(cells)
        if (
            constant(content) is not None
            or _spelled(self._document.DatabaseRanges, content)
            or self._is_written_as_in_excel(content)
        ):
            return content
        return worked_out(self._document, self._sheet(sheet), spelled) or content or None

    def _is_written_as_in_excel(self, content: str) -> bool:
        """Whether Calc kept a reference that it could not read, in small letters: ``sheet1!$a$1``."""
        try:
            area = parse_area(content, "")
        except InputError:
            return False
        return area.sheet is not None and self._title(area.sheet) is not None

    def _title(self, title: str) -> str | None:
        """A sheet's title as it is written; None without the sheet."""
        known = self._document.getSheets().getElementNames()
        return next((one for one in known if one.casefold() == title.casefold()), None)

    def _block(self, cells: Any) -> Block:
        cells = as_far_as_read(cells)
        found = range_block(cells)
        rows = shown_as(self._document, cells, found.rows)
        return replace(found, rows=rows, sheet=cells.getSpreadsheet().getName())

    def _sheet(self, title: str) -> Any:
        return self._document.getSheets().getByName(title)

    def _area_block(self, area: Any) -> Block:
        sheet = self._document.getSheets().getByIndex(area.Sheet)
        cells = (area.StartColumn, area.StartRow, area.EndColumn, area.EndRow)
        return self._block(sheet.getCellRangeByPosition(*cells))


def _cells(sheet: Any, area: Area) -> Any:
    """The range of an area, as far as the sheet reaches: older ones have fewer columns."""
    whole = sheet.getRangeAddress()
    last_row, last_column = min(area.last[0] - 1, whole.EndRow), min(area.last[1] - 1, whole.EndColumn)
    return sheet.getCellRangeByPosition(area.first[1] - 1, area.first[0] - 1, last_column, last_row)


def _reference(cells: Any) -> str:
    title, address = cells.getSpreadsheet().getName().replace("'", "''"), cells.getRangeAddress()
    first = f"${column_letters(address.StartColumn + 1)}${address.StartRow + 1}"
    last = f"${column_letters(address.EndColumn + 1)}${address.EndRow + 1}"
    return f"'{title}'!{first}:{last}"


def _spelled(home: Any, name: str) -> str | None:
    """The name as the document spells it; None without one."""
    return next((known for known in home.getElementNames() if known.casefold() == name.casefold()), None)
