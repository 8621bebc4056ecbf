"""Workbooks as people keep them, for tests of the reading side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table

from pbal_xl.hosts.headless.reading import FilePortfolio, Where, read_csv_file, read_workbook
from pbal_xl.ooxml.source import open_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

HEADER = ("Symbol", "Value", "Price")
ROWS = (HEADER, ("VTI", 100, 10), ("BND", 200, 20))


def write(
    path: Path,
    *sheets: Any,
    names: Mapping[str, str] | None = None,
    **more: Any,
) -> Path:
    """A workbook of the sheets given as (title, rows), or as rows alone, with workbook-scoped names."""
    book = Workbook()
    book.remove(book.active)
    for number, sheet in enumerate(sheets, start=1):
        title, rows = sheet if isinstance(sheet[0], str) else (f"Sheet{number}", sheet)
        made = book.create_sheet(title)
        for row in rows:
            made.append(list(row))
    for name, text in {**(names or {}), **more}.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    book.save(path)
    return path


def change(path: Path, how: Callable[..., Any]) -> Path:
    """Change a workbook that openpyxl wrote with openpyxl."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    how(book)
    book.save(path)
    return path


def own_name(sheet: Worksheet, name: str, text: str) -> None:
    """Give a sheet a name of its own."""
    sheet.defined_names[name] = DefinedName(name, attr_text=text)


def as_table(sheet: Worksheet, name: str, area: str, *, totals: bool = False) -> None:
    """Make cells an Excel Table."""
    table = Table(displayName=name, ref=area)
    if totals:
        table.totalsRowCount = 1
    sheet.add_table(table)


def read(
    path: Path, sheet: str | None = None, area: str | None = None, decimal: str | None = None
) -> FilePortfolio:
    """What the file says."""
    where = Where(sheet, area, decimal)
    if path.suffix == ".csv":
        return read_csv_file(path, where)
    opened = open_source(path)
    with opened.package:
        return read_workbook(path, where, opened)


def symbols(portfolio: FilePortfolio) -> list[str]:
    """The holdings' symbols, in order."""
    return [one.symbol for one in portfolio.table.holdings]
