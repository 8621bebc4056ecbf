"""Excel through xlwings: the worksheet functions, and the macros behind the ribbon.

The VBA wrappers call the functions of this module by the names they have in cells. Macros answer with a text, which
VBA shows: "" for nothing to say, a sentence behind ``ERROR_PREFIX`` for a fault.
"""

from __future__ import annotations

import inspect
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlwings as xw

from pbal_xl.explained import is_of_holdings
from pbal_xl.functions import CATEGORY, ERROR_PREFIX, FUNCTIONS, call
from pbal_xl.hosts.excel.faults import sentence
from pbal_xl.hosts.excel.macros import (
    explain_holdings,
    import_positions,
    suggest_formulas,
    suggest_trades,
    write_settings,
)
from pbal_xl.hosts.excel.reading import read_argument

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.functions import Function

__all__ = [
    "explain_holdings",
    "import_positions",
    "in_excel",
    "on_mac",
    "run",
    "suggest_formulas",
    "suggest_trades",
    "write_settings",
]

_TITLE = "Portfolio Balancer"
# In Excel for Windows values come and go as they are: what xlwings would convert is converted here, once. Others,
# such as xlwings Lite, have errors and blanks of their own, which xlwings knows.
_RAW = xw.func.__module__ == "xlwings.udfs"
_ARGUMENT: dict[str, Any] = {"convert": "raw"} if _RAW else {"ndim": 2, "err_to_str": True}
_ANSWER: dict[str, Any] = {"convert": "raw"} if _RAW else {}
_ACTIONS: dict[str, Callable[[xw.Book, str], str]] = {
    "suggest": lambda book, _: suggest_trades(book),
    "formulas": lambda book, _: suggest_formulas(book),
    "settings": lambda book, _: write_settings(book),
    "import": import_positions,
    "explain": lambda book, _: explain_holdings(book),
}
# What a refusal of an action points to.
_HINTS = dict.fromkeys(
    ("suggest", "formulas"), "How it is read, on the tab Portfolio Balancer, shows how the sheet is understood."
)


def _worksheet_function(function: Function) -> Callable[..., Any]:
    """The function as xlwings wants it: named as in Excel, one parameter an argument, none of them required.

    Required arguments are left to the function itself, whose sentence says more than Excel's #VALUE!.
    """

    def answer(*arguments: Any) -> list[list[Any]]:
        try:
            grid = call(function, *map(read_argument, arguments))
        except Exception as error:  # noqa: BLE001 - a cell shows a sentence, whatever happens
            return [[ERROR_PREFIX + sentence(error)]]
        return [[_shown(value) for value in row] for row in grid]

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(argument.name, kind, default=None) for argument in function.arguments]
    answer.__name__ = answer.__qualname__ = function.name
    answer.__doc__ = function.help
    answer.__annotations__ = {}  # xlwings would read them as orders to convert
    answer.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    for argument in function.arguments:
        answer = xw.arg(argument.name, doc=argument.help, **_ARGUMENT)(answer)
    return xw.func(category=CATEGORY)(xw.ret(**_ANSWER)(answer))


def _shown(value: Any) -> Any:
    """Excel shows 0 for nothing, takes a Decimal for currency with four places, and no integer above 32 bits."""
    if isinstance(value, (float, str)):
        return value
    if value is None:
        return ""
    return float(value) if isinstance(value, (Decimal, int)) and not isinstance(value, bool) else value


for _function in FUNCTIONS:
    globals()[_function.name] = _worksheet_function(_function)


def in_excel(book: Any, action: str, argument: str) -> str:
    """What the ribbon runs on Windows: the text to show.

    Args:
        book: the workbook in view, as VBA hands it over.
        action: "suggest", "formulas", "settings", "import" or "explain".
        argument: of the action, four hexadecimal digits a UTF-16 unit, so that no character of it means anything on
            the way.
    """
    from xlwings import _xlwindows  # type: ignore[attr-defined,unused-ignore]

    return _run(lambda: xw.Book(impl=_xlwindows.Book(xl=book)), action, _text(argument))  # type: ignore[no-untyped-call,unused-ignore]


def on_mac(action: str, book: str, argument: str) -> None:
    """What the ribbon runs on a Mac, in a process of its own: nobody waits for its text, so it is shown here.

    Args:
        action: as for ``in_excel``.
        book: the workbook's name, in hexadecimal digits like ``argument``.
        argument: as for ``in_excel``.
    """
    said = _run(lambda: xw.books[_text(book)], action, _text(argument))
    app = xw.apps.active
    if said and app is not None:
        app.alert(said.removeprefix(ERROR_PREFIX), title=_TITLE)


def run(book: xw.Book, action: str, argument: str = "") -> str:
    """What a script runs: the text to show, "" for nothing.

    Args:
        book: the workbook.
        action: "suggest", "formulas", "settings", "import" or "explain".
        argument: the file to import.
    """
    return _run(lambda: book, action, argument).removeprefix(ERROR_PREFIX)


def _run(book: Callable[[], xw.Book], action: str, argument: str) -> str:
    try:
        return _ACTIONS[action](book(), argument)
    except Exception as error:  # noqa: BLE001 - a box shows a sentence, whatever happens
        return ERROR_PREFIX + sentence(error, _HINTS.get(action, "") if is_of_holdings(error) else "")


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", "surrogatepass")
