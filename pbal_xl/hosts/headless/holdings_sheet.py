"""The workbook that stands beside a CSV: its Holdings sheet, and whether both sheets are still as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused
from pbal_xl.hosts.headless.writing import write_value
from pbal_xl.ooxml.mark import MARK_NAME, mark_text
from pbal_xl.ooxml.replace import find_ours, mark_at
from pbal_xl.ooxml.source import open_source
from pbal_xl.sheet.looks import FORMATS
from pbal_xl.sheet.positions import columns_of, position_rows
from pbal_xl.sheet.trades import HOLDINGS_NAME, SHEET_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.grid.holdings import Table

__all__ = ["holdings_workbook", "is_ours"]


def holdings_workbook(table: Table, path: Path) -> None:
    """Write the holdings that were read, marked like every sheet this program writes."""
    _save(table, path, None)
    opened = open_source(path)
    with opened.package:
        mark = mark_at(opened, 0)
    _save(table, path, mark)


def is_ours(path: Path) -> bool:
    """Whether the file is a workbook of exactly our two sheets, and nobody edited them."""
    if not path.is_file():
        return False
    try:
        opened = open_source(path)
    except Refused:
        return False
    with opened.package:
        two = len(opened.sheets()) == 2  # noqa: PLR2004 - holdings and trades
        return two and all(find_ours(opened, title) is not None for title in (HOLDINGS_NAME, SHEET_NAME))


def _save(table: Table, path: Path, mark: str | None) -> None:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.workbook.defined_name import DefinedName

    book = Workbook()
    sheet: Any = book.active
    sheet.title = HOLDINGS_NAME
    rows = position_rows(table.holdings)
    for at, column in enumerate(columns_of(table.holdings), start=1):
        sheet.cell(1, at, column.heading).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, at).column_letter].width = column.width
        for below, row in enumerate(rows[1:], start=2):
            cell = sheet.cell(below, at)
            write_value(cell, row[at - 1])
            if column.kind in FORMATS:
                cell.number_format = FORMATS[column.kind]
    sheet.freeze_panes = "B2"
    if mark is not None:
        sheet.defined_names[MARK_NAME] = DefinedName(MARK_NAME, attr_text=mark_text(mark), hidden=True)
    book.save(path)
