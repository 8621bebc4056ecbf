"""The workbook that stands beside a CSV: its Holdings sheet, and whether both sheets are still as written."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.newbook import write_empty_workbook
from pbal_xl.ooxml.replace import find_ours
from pbal_xl.ooxml.sheetspec import CellLook, SheetSpec, SpecCell
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source
from pbal_xl.sheet.looks import FORMATS, Kind
from pbal_xl.sheet.trades import HOLDINGS_NAME, SHEET_NAME

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from pbal_xl.core.model import Holding
    from pbal_xl.grid.holdings import Table
    from pbal_xl.ooxml.save import Stamp

__all__ = ["is_ours", "write_companion"]

_HEADINGS = (
    ("Symbol", 14, None),
    ("Value", 14, Kind.MONEY),
    ("Price", 12, Kind.PRICE),
    ("Quantity", 12, Kind.PRICE),
    ("Gain", 14, Kind.MONEY),
    ("Target", 10, Kind.PERCENT),
)
_LOOKS = [CellLook(bold=True), CellLook()]
_LOOKS += [CellLook(number_format=FORMATS[kind]) for kind in (Kind.MONEY, Kind.PRICE, Kind.PERCENT)]
_PLACES = {None: 1, Kind.MONEY: 2, Kind.PRICE: 3, Kind.PERCENT: 4}


def write_companion(table: Table, trades: SheetSpec, made: Path, *, earlier: Path | None) -> str:
    """Write the workbook of two sheets, the holdings as they were read and the trades.

    Args:
        table: the holdings.
        trades: the trades sheet.
        made: the file to write, anew.
        earlier: a workbook for which ``is_ours`` holds: its two sheets are replaced, all else in it is kept.

    Returns:
        The title of the trades sheet.
    """
    if earlier is None:
        write_empty_workbook(made)
    else:
        shutil.copyfile(earlier, made)
    _add(made, _holdings_spec(table), HOLDINGS_NAME)
    return _add(made, trades, SHEET_NAME)


def _add(made: Path, spec: SheetSpec, title: str) -> str:
    opened = open_source(made)
    with opened.package:
        return graft_sheet(opened, SpecMaker(spec), title=title, replace=True).title


def is_ours(path: Path) -> Stamp | None:
    """The stamp of a workbook that still holds both our sheets as they were written; None for any other."""
    if not path.is_file():
        return None
    try:
        opened = open_source(path)
    except Refused:
        return None
    with opened.package as package:
        both = all(find_ours(opened, title) is not None for title in (HOLDINGS_NAME, SHEET_NAME))
        return package.stamp if both else None


def _holdings_spec(table: Table) -> SheetSpec:
    used = [heading for heading in _HEADINGS if heading[0] == "Symbol" or _any(table, heading[0])]
    cells = [SpecCell(1, column, heading, 0) for column, (heading, _, _) in enumerate(used, start=1)]
    for row, holding in enumerate(table.holdings, start=2):
        for column, (heading, _, kind) in enumerate(used, start=1):
            figure = _figure(holding, heading)
            if figure is not None:
                content = figure if isinstance(figure, str) else float(figure)
                cells.append(SpecCell(row, column, content, _PLACES[kind]))
    return SheetSpec(cells, _LOOKS, [width for _, width, _ in used], freeze=(2, 1))


def _any(table: Table, heading: str) -> bool:
    return any(_figure(holding, heading) is not None for holding in table.holdings)


def _figure(holding: Holding, heading: str) -> str | Decimal | None:
    figure: str | Decimal | None = getattr(holding, heading.lower())
    return figure
