"""The workbook that stands beside a CSV: its Holdings sheet, and whether both sheets are still as written."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.grid.blocks import Block
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.newbook import write_empty_workbook
from pbal_xl.ooxml.replace import find_ours
from pbal_xl.ooxml.sheetspec import Area, CellLook, PageSpec, SheetSpec, SpecCell
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source
from pbal_xl.sheet.looks import FORMATS, Kind
from pbal_xl.sheet.positions import columns_of, position_rows
from pbal_xl.sheet.trades import HOLDINGS_SHEET, SHEET_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.grid.cells import Grid
    from pbal_xl.grid.holdings import Table
    from pbal_xl.hosts.headless.reading import FilePortfolio
    from pbal_xl.ooxml.save import Stamp

__all__ = ["HOLDINGS_SAID", "is_ours", "on_its_sheet", "on_sheet", "write_companion"]

# What is kept with the Holdings sheet in place of settings.
HOLDINGS_SAID = "holdings"

_PLAIN = CellLook()
# Of a column of texts, and of one of figures.
_HEADINGS = (CellLook(bold=True), CellLook(bold=True, align="right"))


def write_companion(table: Table, trades: SheetSpec, made: Path, *, said: str, earlier: Path | None) -> str:
    """Write the workbook of two sheets, the holdings as they were read and the trades.

    Args:
        table: the holdings.
        trades: the trades sheet.
        made: the file to write, anew.
        said: the settings that were said, to keep with the trades, so that they can be verified.
        earlier: a workbook for which ``is_ours`` holds: its two sheets are replaced, all else in it is kept.

    Returns:
        The title of the trades sheet.
    """
    if earlier is None:
        write_empty_workbook(made)
    else:
        shutil.copyfile(earlier, made)
    _add(made, _holdings_spec(table), HOLDINGS_SHEET, HOLDINGS_SAID)
    return _add(made, trades, SHEET_NAME, said, on_sheet(table).reference)


def on_sheet(table: Table) -> Block:
    """The cells of the Holdings sheet."""
    rows: Grid = [
        [float(cell) if isinstance(cell, Decimal) else cell for cell in row]
        for row in position_rows(table.holdings)
    ]
    return Block(rows, Origin(), HOLDINGS_SHEET)


def on_its_sheet(portfolio: FilePortfolio) -> FilePortfolio:
    """The portfolio of a CSV as it stands on its Holdings sheet."""
    block = on_sheet(portfolio.table)
    return replace(portfolio, table=read_holdings(block.rows, block.origin), block=block, places={})


def _add(made: Path, spec: SheetSpec, title: str, said: str, made_from: str | None = None) -> str:
    opened = open_source(made)
    with opened.package:
        maker = SpecMaker(spec)
        return graft_sheet(opened, maker, title=title, replace=True, said=said, made_from=made_from).title


def is_ours(path: Path) -> Stamp | None:
    """The stamp of a workbook that still holds both our sheets as they were written; None for any other."""
    if not path.is_file():
        return None
    try:
        opened = open_source(path)
    except Refused:
        return None
    with opened.package as package:
        both = all(find_ours(opened, title) is not None for title in (HOLDINGS_SHEET, SHEET_NAME))
        return package.stamp if both else None


def _holdings_spec(table: Table) -> SheetSpec:
    rows, columns = position_rows(table.holdings), columns_of(table.holdings)
    looks = [*_HEADINGS, *(CellLook(number_format=FORMATS.get(one.kind, _PLAIN.number_format)) for one in columns)]
    cells = [
        SpecCell(
            below,
            at,
            float(cell) if isinstance(cell, Decimal) else cell,
            int(column.kind is not Kind.TEXT) if below == 1 else len(_HEADINGS) + at - 1,
        )
        for below, row in enumerate(rows, start=1)
        for at, (cell, column) in enumerate(zip(row, columns, strict=True), start=1)
        if cell is not None
    ]
    page = PageSpec(Area(1, 1, len(rows), len(columns)), repeated_row=1, one=False, margin=0.5)
    return SheetSpec(cells, looks, [one.width for one in columns], freeze=(2, 2), page=page)
