"""What the ribbon's buttons do with a workbook; each answers with what is to be told, "" for nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.errors import InputError
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.hosts.excel.reading import find_block, named_cell, read_names
from pbal_xl.hosts.excel.writing import write_block, write_layout, write_positions
from pbal_xl.settings import plan_by
from pbal_xl.sheet.positions import address, position_rows, read_positions
from pbal_xl.sheet.settings_block import settings_block
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    import xlwings as xw

__all__ = ["import_positions", "suggest_trades", "write_settings"]

_MOST_NOTICES = 15


def suggest_trades(book: xw.Book) -> str:
    """Read the holdings in view, and write their trades to a sheet.

    The settings are those in the workbook's ``pbal_*`` names, as for ``pbal-xl run``.

    Raises:
        PbalError: what is wrong with holdings or settings; nothing is written.
    """
    sheet, block = find_block(book, book.sheets.active)
    settings = read_names(book, sheet)
    table = read_holdings(block.rows, block.origin)
    plan = plan_by(table.holdings, settings)
    layout = trades_layout(
        plan, source=f"{sheet.name}!{block.address}", made=_now(), notices=(*table.notices, *block.notices)
    )
    _, said = write_layout(book, layout, sheet.range(block.address))
    return said


def write_settings(book: xw.Book) -> str:
    """Write a block of settings beside the holdings in view, with what is set so far in it.

    Raises:
        PbalError: no holdings, a setting that cannot be used, or a block that is there already.
    """
    sheet, block = find_block(book, book.sheets.active)
    settings = read_names(book, sheet)
    for name in settings_block(settings, 1, 1).names:
        cell = named_cell(book, sheet, name)
        if cell is not None:
            place = cell.address.replace("$", "")
            raise InputError(
                f"the settings stand on {cell.sheet.name} already: {name} is {place}; change them there"
            )
    used = sheet.used_range
    right = max(used.column + used.columns.count, block.origin.column + len(block.rows[0]))
    written = settings_block(settings, block.origin.row, right + 1)
    write_block(sheet, written)
    return f"The settings stand in {written.address}; change them there or on the tab."


def import_positions(book: xw.Book, path: str) -> str:
    """Read a positions export into a new sheet laid out for the functions; what was worth telling.

    Raises:
        PbalError: what is wrong with the file.
    """
    file = Path(path)
    holdings, notices = read_positions(file)
    rows = position_rows(holdings)
    formula = f"=PBAL_NEVERSELL({address(rows)}, 5000)"
    hint = f"Positions from {file.name}. Beside them, type {formula}, or press Suggest trades."
    write_positions(book, "Positions", rows, hint)
    return "\n".join(notices[:_MOST_NOTICES])


def _now() -> dt.datetime:
    return dt.datetime.now()  # noqa: DTZ005 - the user's own clock
