"""What the ribbon's buttons do with a workbook; each answers with what is to be told, "" for nothing."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.errors import InputError, first_lines
from pbal_xl.explained import explain, in_words
from pbal_xl.grid.export_file import read_positions
from pbal_xl.hosts.excel.reading import OpenBook, read_cells
from pbal_xl.hosts.excel.writing import write_block, write_layout, write_positions
from pbal_xl.settings_home import block_beside, settings_in_cells
from pbal_xl.sheet.log import earlier_lines
from pbal_xl.sheet.positions import address, columns_of, imported_items, position_rows
from pbal_xl.suggest import language_for, layout_of, log_of, plan_of, read_portfolio
from pbal_xl.words import speaking

if TYPE_CHECKING:
    import xlwings as xw

    from pbal_xl.grid.cells import Cell, Grid
    from pbal_xl.setting import Settings

__all__ = ["explain_holdings", "import_positions", "suggest_formulas", "suggest_trades", "write_settings"]

_MOST_TOLD = 25


def suggest_trades(book: xw.Book) -> str:
    """Read the holdings in view, and write their trades to a sheet.

    The settings are those in the workbook's ``pbal_*`` names, as for ``pbal-xl run``.

    Raises:
        PbalError: what is wrong with holdings or settings; nothing is written.
    """
    return _suggest(book, {})


def suggest_formulas(book: xw.Book) -> str:
    """Likewise, with the trades as formulas over the user's own cells.

    Raises:
        PbalError: likewise, and a rule that formulas cannot keep.
    """
    return _suggest(book, {"live": True})


def _suggest(book: xw.Book, wishes: Settings) -> str:
    document, made = OpenBook(book), _now()
    portfolio = read_portfolio(document)
    plan = plan_of(portfolio, wishes)
    layout = layout_of(portfolio, plan, made, said=wishes)
    source = book.sheets[portfolio.block.sheet].range(portfolio.block.address)
    trades, told = write_layout(book, layout, source)
    sheets = {sheet.name: partial(_cells, sheet) for sheet in book.sheets}
    log = log_of(portfolio, plan, made, wishes, partial(earlier_lines, sheets, document.is_trades))
    if log is None:
        return told
    layout, earlier = log
    written, more = write_layout(book, layout, source)
    trades.activate()
    with speaking(language_for(portfolio, wishes)):
        return " ".join(filter(None, [told, more, *earlier.told(written.name)]))


def _cells(sheet: xw.Sheet) -> Grid:
    """What a sheet holds, from A1 on."""
    used = sheet.used_range
    left: list[Cell] = [None] * (used.column - 1)
    return [*([] for _ in range(used.row - 1)), *([*left, *row] for row in read_cells(used))]


def write_settings(book: xw.Book) -> str:
    """Write a block of settings beside the holdings in view, with what is set so far in it.

    Raises:
        PbalError: no holdings, a setting that cannot be used, or a block that is there already.
    """
    document = OpenBook(book)
    portfolio = read_portfolio(document)
    block = portfolio.block
    there = settings_in_cells(document, block.sheet)
    if there is not None:
        raise InputError(f"the settings are there already: {there[0]} is {there[1]}; change them there")
    sheet = book.sheets[block.sheet]
    used = sheet.used_range
    right = max(used.column + used.columns.count, block.origin.column + len(block.rows[0]))
    written = block_beside(portfolio, right + 1)
    write_block(sheet, written)
    return f"The settings stand in {written.address}; change them there or on the tab."


def import_positions(book: xw.Book, path: str) -> str:
    """Read a positions export into a new sheet laid out for the functions; tell how it was read, there and here.

    Raises:
        PbalError: what is wrong with the file.
    """
    file = Path(path)
    holdings, told = read_positions(file)
    formula = f"=PBAL_NEVERSELL({address(position_rows(holdings))}, 5000)"
    hint = f"Positions from {file.name}. Beside them, type {formula}, or press Suggest trades."
    widths = [column.width for column in columns_of(holdings)]
    write_positions(book, "Positions", imported_items(holdings, hint, file.name, told), widths)
    return "\n".join(first_lines(told, _MOST_TOLD))


def explain_holdings(book: xw.Book) -> str:
    """Tell how the holdings in view are understood, as ``pbal-xl read`` does: nothing is planned or written.

    Raises:
        PbalError: a trades sheet is in view that does not say where its holdings stand.
    """
    return in_words(explain(OpenBook(book)))


def _now() -> dt.datetime:
    return dt.datetime.now()  # noqa: DTZ005 - the user's own clock
