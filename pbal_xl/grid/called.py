"""What holdings are called, where their symbols are numbers that nobody knows by heart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import is_error, is_no_name, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.reading import Line, Reading

__all__ = ["is_number", "name_in", "names_of"]

# ISIN, CUSIP, SEDOL, WKN, valor: letters and digits, too long for a ticker that is a word.
_NUMBER = re.compile(r"(?=.*\d)[A-Z0-9]{6,12}")


def is_number(symbol: str) -> bool:
    """Whether a symbol is the number of a security rather than a ticker or a name."""
    return _NUMBER.fullmatch(symbol) is not None


def names_of(reading: Reading, lines: Sequence[Line]) -> dict[int, str]:
    """The names beside the symbols of lines, by their rows; none where every symbol speaks for itself."""
    if not any(is_number(line.symbol) for line in lines):
        return {}
    found = {line.row: name_in(reading, line) for line in lines}
    return {row: name for row, name in found.items() if name}


def name_in(reading: Reading, line: Line) -> str:
    """What the first of the other columns that name a holding says of a line; "" for nothing."""
    roles = reading.columns.roles
    for column in roles.identifiers:
        cell = None if column in roles.numbers else reading.cell(line.row, column)
        text = one_line(cell) if isinstance(cell, str) and not is_no_name(cell) and not is_error(cell) else ""
        if text and text.casefold() != line.symbol.casefold():
            return text
    return ""
