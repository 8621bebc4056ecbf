"""LibreOffice Calc: answers the worksheet functions and carries out the commands of the menu Portfolio.

Runs inside LibreOffice, with whatever Python that brings: standard library only. The extension's component
(see ``codegen.calc_metadata``) calls ``answer``, ``trigger`` and ``execute`` and nothing else.
"""

from __future__ import annotations

import gc
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from pbal_xl.functions import FUNCTIONS, call
from pbal_xl.hosts.calc.cells import argument_rows
from pbal_xl.hosts.calc.commands import COMMANDS, Message, carry_out, has_window, tell

if TYPE_CHECKING:
    from pbal_xl.functions import Function

__all__ = ["COMMANDS", "FUNCTION_SERVICE", "answer", "execute", "method_of", "trigger"]

FUNCTION_SERVICE = "org.pbal.xl.Functions"

_MOST_REMEMBERED_ROWS = 1_000
_FUNCTIONS = {function.name: function for function in FUNCTIONS}


def method_of(function: Function) -> str:
    """The function's name as a method of the UNO interface, which takes no underscore."""
    return function.name.removeprefix("PBAL_").lower()


def answer(name: str, *arguments: Any) -> tuple[tuple[Any, ...], ...]:
    """Answer a worksheet function; what a user got wrong is answered as text beginning with ``#PBAL! ``.

    Args:
        name: as typed in a cell.
        arguments: an XCellRange, a tuple of rows, a number, a text, or None where missing.
    """
    function = _FUNCTIONS[name]
    # Calc hands a blank cell over as 0, which is no text.
    frozen = [
        None if expected.is_text and given == 0 else argument_rows(given)
        for expected, given in zip(function.arguments, arguments, strict=False)
    ]
    small = sum(len(grid) for grid in frozen if grid) <= _MOST_REMEMBERED_ROWS
    answered = _answer(name, *frozen) if small else _answer.__wrapped__(name, *frozen)
    _settle()
    return answered


@cache
def _settle() -> None:
    """Once all is loaded, what stays until the end need not be looked through again: a sixth of a cell's time."""
    gc.collect()
    gc.freeze()


@lru_cache(maxsize=256)
def _answer(name: str, *arguments: tuple[tuple[Any, ...], ...] | None) -> tuple[tuple[Any, ...], ...]:
    """Remembered, for sheets that take one answer apart with INDEX in many cells; equal cells, equal answer."""
    grids = (None if rows is None else [list(row) for row in rows] for rows in arguments)
    return tuple([tuple(map(_shown, row)) for row in call(_FUNCTIONS[name], *grids)])


def _shown(cell: Any) -> Any:
    """A blank goes out as empty text: Calc counts and averages an empty cell of an answer as 0."""
    kind = type(cell)
    if kind is float or kind is str:
        return cell
    if cell is None:
        return ""
    return float(cell) if isinstance(cell, (Decimal, int)) and not isinstance(cell, bool) else cell


def trigger(context: Any, command: str) -> None:
    """Carry out a menu command for the document in front and tell the user what came of it."""
    try:
        message = carry_out(context, command, may_ask=has_window(context))
    except Exception as error:  # noqa: BLE001 - LibreOffice drops what a menu command raises, without a word
        message = Message(f"LibreOffice could not do this: {error}", fault=True)
    tell(context, message)


def execute(context: Any, arguments: dict[str, Any]) -> str:
    """Carry out a command without a dialog; the message is the answer.

    Args:
        context: UNO's component context.
        arguments: as for ``calc_commands.carry_out``, by name.
    """
    return carry_out(context, **arguments).text
