"""Excel through xlwings: the worksheet functions, and the macros behind the ribbon.

The VBA wrappers call the functions of this module by the names they have in cells; xlwings hands over every
argument as a 2-D list with errors as texts, a blank cell or a missing argument as None.
"""

from __future__ import annotations

import inspect
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlwings as xw

from pbal_xl.functions import CATEGORY, FUNCTIONS, call

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.functions import Function
    from pbal_xl.grid.cells import Grid

# An error cell reaches Python as this number plus Excel's error number. xlwings knows the first seven errors;
# the rest would look like very negative holdings. Numbers in cells are floats, so an int cannot be meant.
_ERROR_BASE = -2146828288
_ERRORS = {
    2000: "#NULL!",
    2007: "#DIV/0!",
    2015: "#VALUE!",
    2023: "#REF!",
    2029: "#NAME?",
    2036: "#NUM!",
    2042: "#N/A",
    2043: "#GETTING_DATA",
    2045: "#SPILL!",
    2046: "#CONNECT!",
    2047: "#BLOCKED!",
    2048: "#UNKNOWN!",
    2049: "#FIELD!",
    2050: "#CALC!",
    2051: "#BUSY!",
    2222: "#PYTHON!",
}


def _worksheet_function(function: Function) -> Callable[..., Grid]:
    """The function as xlwings wants it: named as in Excel, one parameter an argument, none of them required.

    Required arguments are left to the function itself, whose sentence says more than Excel's #VALUE!.
    """

    def answer(*arguments: Grid | None) -> Grid:
        grids = [grid and [[_cell(value) for value in row] for row in grid] for grid in arguments]
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


def _cell(value: Any) -> Any:  # noqa: ANN401 - whatever a cell holds
    """An error number as the text Excel shows for it; anything else as it is."""
    if type(value) is int and value <= _ERROR_BASE + max(_ERRORS):
        return _ERRORS.get(value - _ERROR_BASE, "#UNKNOWN!")
    return value


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a plan answers
    """Excel shows 0 for nothing, and takes a Decimal for currency with four places."""
    if value is None:
        return ""
    return float(value) if isinstance(value, Decimal) else value


for _function in FUNCTIONS:
    globals()[_function.name] = _worksheet_function(_function)
