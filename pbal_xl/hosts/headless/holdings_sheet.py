"""The workbook that stands beside a CSV: its Holdings sheet, and whether both sheets are still as written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused
from pbal_xl.hosts.headless.writing import write_value
from pbal_xl.ooxml.mark import MARK_NAME, mark_text
from pbal_xl.ooxml.replace import find_ours, mark_at
from pbal_xl.ooxml.source import open_source
from pbal_xl.sheet.looks import FORMATS, Kind
from pbal_xl.sheet.trades import HOLDINGS_NAME, SHEET_NAME

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from pbal_xl.core.model import Holding
    from pbal_xl.grid.holdings import Table

__all__ = ["holdings_workbook", "is_ours"]

_HEADINGS = (
    ("Symbol", 14, None),
    ("Value", 14, Kind.MONEY),
    ("Price", 12, Kind.PRICE),
    ("Quantity", 12, Kind.PRICE),
    ("Gain", 14, Kind.MONEY),
    ("Target", 10, Kind.PERCENT),
)


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
    used = [heading for heading in _HEADINGS if heading[0] == "Symbol" or _any(table, heading[0])]
    for column, (heading, width, kind) in enumerate(used, start=1):
        sheet.cell(1, column, heading).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = width
        for row, holding in enumerate(table.holdings, start=2):
            cell = sheet.cell(row, column)
            write_value(cell, _figure(holding, heading))
            if kind is not None:
                cell.number_format = FORMATS[kind]
    sheet.freeze_panes = "B2"
    if mark is not None:
        sheet.defined_names[MARK_NAME] = DefinedName(MARK_NAME, attr_text=mark_text(mark), hidden=True)
    book.save(path)


def _any(table: Table, heading: str) -> bool:
    return any(_figure(holding, heading) is not None for holding in table.holdings)


def _figure(holding: Holding, heading: str) -> str | Decimal | None:
    figure: str | Decimal | None = getattr(holding, heading.lower())
    return figure
