"""Excel through xlwings: the worksheet functions, and the macros behind the ribbon.

The VBA wrappers call the functions of this module by the names they have in cells; xlwings hands over every
argument as a 2-D list with errors as texts, a blank cell or a missing argument as None.
"""

from __future__ import annotations

import datetime as dt
import inspect
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlwings as xw

from pbal_xl.errors import CellFaults, PbalError
from pbal_xl.functions import CATEGORY, FUNCTIONS, call
from pbal_xl.hosts.excel.reading import OpenBook, read_cell
from pbal_xl.hosts.excel.writing import write_layout, write_positions
from pbal_xl.sheet.positions import address, position_rows, read_positions
from pbal_xl.suggest import layout_of, plan_of, read_portfolio

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.functions import Function
    from pbal_xl.grid.cells import Grid

_TITLE = "Portfolio Balancer"
_MOST_FAULTS = 15


def _worksheet_function(function: Function) -> Callable[..., Grid]:
    """The function as xlwings wants it: named as in Excel, one parameter an argument, none of them required.

    Required arguments are left to the function itself, whose sentence says more than Excel's #VALUE!.
    """

    def answer(*arguments: Grid | None) -> Grid:
        grids = [grid and [[read_cell(value) for value in row] for row in grid] for grid in arguments]
        return [[_shown(value) for value in row] for row in call(function, *grids)]

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(argument.name, kind, default=None) for argument in function.arguments]
    answer.__name__ = answer.__qualname__ = function.name
    answer.__doc__ = function.help
    answer.__annotations__ = {}  # xlwings would read them as orders to convert
    answer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    for argument in function.arguments:
        answer = xw.arg(argument.name, doc=argument.help, ndim=2, err_to_str=True)(answer)
    return xw.func(category=CATEGORY)(answer)


def _shown(value: Any) -> Any:
    """Excel shows 0 for nothing, and takes a Decimal for currency with four places."""
    if value is None:
        return ""
    return float(value) if isinstance(value, Decimal) else value


for _function in FUNCTIONS:
    globals()[_function.name] = _worksheet_function(_function)


def suggest_trades(book: xw.Book) -> None:
    """Read the holdings in view, and write their trades to a sheet; faults go to one message box.

    The settings are those in the workbook's ``pbal_*`` names, as for ``pbal-xl run``.
    """
    _with_faults_shown(book, lambda: _suggest_trades(book))


def import_positions(book: xw.Book, path: Path) -> None:
    """Read a positions export into a new sheet laid out for the functions; faults go to a message box."""
    _with_faults_shown(book, lambda: _import_positions(book, path))


def suggest_trades_here() -> None:
    """What the ribbon runs: ``suggest_trades`` for the workbook that called."""
    suggest_trades(xw.Book.caller())


def import_positions_here(path: str) -> None:
    """What the ribbon runs: ``import_positions`` for the workbook that called.

    Args:
        path: four hexadecimal digits a UTF-16 unit, so that no character of it means anything on the way.
    """
    import_positions(xw.Book.caller(), Path(bytes.fromhex(path).decode("utf-16-be")))


def _with_faults_shown(book: xw.Book, action: Callable[[], None]) -> None:
    try:
        action()
    except PbalError as error:
        book.app.alert(_faults(error), title=_TITLE)


def _faults(error: PbalError) -> str:
    if not isinstance(error, CellFaults):
        return str(error)
    lines = list(error.faults[:_MOST_FAULTS])
    more = len(error.faults) - len(lines)
    return "\n".join([*lines, f"... and {more} more"] if more else lines)


def _suggest_trades(book: xw.Book) -> None:
    portfolio = read_portfolio(OpenBook(book))
    layout = layout_of(portfolio, plan_of(portfolio, {}), _now())
    block = portfolio.block
    write_layout(book, layout, book.sheets[block.sheet].range(block.address))


def _now() -> dt.datetime:
    return dt.datetime.now()  # noqa: DTZ005 - the user's own clock


def _import_positions(book: xw.Book, path: Path) -> None:
    holdings, notices = read_positions(path)
    rows = position_rows(holdings)
    formula = f"=PBAL_NEVERSELL({address(rows)}, 5000)"
    hint = f"Positions from {path.name}. Beside them, type {formula}, or press Suggest trades."
    write_positions(book, "Positions", holdings, hint)
    if notices:
        book.app.alert("\n".join(notices[:_MOST_FAULTS]), title=_TITLE)
