"""What may trade of a holding, and how much: the columns Lock, Most and Lot beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.core.money import to_decimal
from pbal_xl.errors import InputError
from pbal_xl.grid.cells import NEVER_CALCULATED, Cell, cell_text, is_error, is_no_figure, quoted
from pbal_xl.grid.numbers import read_text
from pbal_xl.grid.targets import unread_columns

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from pbal_xl.grid.reading import Line, Reading

__all__ = ["limits_of"]

_LOCKS: dict[str, dict[str, int]] = {
    "nobuy": {"highest": 0},
    "nosell": {"lowest": 0},
    "hold": {"lowest": 0, "highest": 0},
}
# What is meant as a lock wherever it stands.
_MEANT = frozenset({
    "nobuy", "nosell", "donotbuy", "donotsell", "neverbuy", "neversell",
    "nichtkaufen", "nichtverkaufen", "keinkauf", "keinverkauf",
})  # fmt: skip
_SIGNS = re.compile(r"[\W_]+")
_HUNDRED = 100


def limits_of(reading: Reading) -> dict[str, dict[str, Any]]:
    """The limits of each symbol, as keyword arguments of ``Holding``; faults are noted in the reading.

    Several rows of one symbol may leave cells blank, but not say different things.
    """
    found: dict[str, dict[str, Any]] = {}
    symbols = [line.symbol.casefold() for line in reading.lines]
    for name, read in (("lock", _lock), ("most", _most), ("lot", _lot)):
        columns = reading.columns.roles.others.get(name, [])
        if name == "lot" and len(set(symbols)) < len(symbols):
            # Beside a symbol that stands more than once it numbers the lots.
            continue
        for column in columns[:1]:
            for line in reading.lines:
                _add(reading, line, column, found, read)
    _check_unread(reading)
    return found


def _check_unread(reading: Reading) -> None:
    """A lock in a column that nothing is read from would be lost without a word."""
    for column in unread_columns(reading):
        for line in reading.lines:
            cell = reading.cell(line.row, column)
            if isinstance(cell, str) and _bare(cell) in _MEANT:
                told = f"{quoted(reading.columns.names[column])} is not read, but says {quoted(cell)}"
                reading.fault(
                    line.row, column, f'{told}; call that column Lock, and say "no buy", "no sell" or "hold" in it'
                )
                return


def _add(
    reading: Reading,
    line: Line,
    column: int,
    found: dict[str, dict[str, Any]],
    read: Callable[[Cell, str | None], dict[str, Any]],
) -> None:
    cell = reading.cell(line.row, column)
    if is_no_figure(cell):
        return
    try:
        limits = read(_sound(cell), reading.sign)
    except InputError as error:
        reading.fault(line.row, column, f"{reading.columns.names[column]} of {line.symbol} {error}")
        return
    known = found.setdefault(line.symbol.casefold(), {})
    if any(known.get(key, value) != value for key, value in limits.items()):
        name = reading.columns.names[column]
        reading.fault(
            line.row, column, f"{name} of {line.symbol} is {quoted(cell_text(cell))} here and something else above"
        )
    known.update(limits)


def _sound(cell: Cell) -> Cell:
    if is_error(cell):
        raise InputError(f"is {str(cell).strip()}")
    if cell == NEVER_CALCULATED:
        raise InputError("is a formula that was never calculated; open and save the workbook in Excel")
    return cell


def _lock(cell: Cell, _: str | None) -> dict[str, Any]:
    """No purchase, no sale, or neither."""
    bare = _bare(cell_text(cell))
    if bare not in _LOCKS:
        raise InputError(f'must be blank, "no buy", "no sell" or "hold", is {quoted(cell_text(cell))}')
    return dict(_LOCKS[bare])


def _bare(text: str) -> str:
    return _SIGNS.sub("", text.casefold())


def _most(cell: Cell, sign: str | None) -> dict[str, Any]:
    """A weight as a fraction, or in percent: what is above 1 and does not say so is percent."""
    number = _number(cell, sign)
    if number > 1 and "%" not in cell_text(cell):
        number /= _HUNDRED
    if not 0 <= number <= 1:
        raise InputError(f"must be a weight from 0 to 100 %, is {quoted(cell_text(cell))}")
    return {"most": number}


def _lot(cell: Cell, sign: str | None) -> dict[str, Any]:
    """A whole number of shares, or the word fraction."""
    if isinstance(cell, str) and cell.strip().casefold() in {"fraction", "fractions"}:
        return {"lot": "fraction"}
    number = _number(cell, sign)
    if number < 1 or number != int(number):
        raise InputError(f'must be a whole number from 1 on, or "fraction", is {quoted(cell_text(cell))}')
    return {"lot": int(number)}


def _number(cell: Cell, sign: str | None) -> Decimal:
    if isinstance(cell, str):
        figure = read_text(cell, sign)
        if isinstance(figure, str):
            raise InputError(figure)
        return to_decimal(figure.number, "it")
    return to_decimal(cell, "it")  # type: ignore[arg-type]
