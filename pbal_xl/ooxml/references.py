"""What a defined name refers to: cells, a table, or a constant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from pbal_xl.errors import InputError

__all__ = [
    "LAST_COLUMN",
    "LAST_ROW",
    "Area",
    "column_letters",
    "column_number",
    "parse_area",
    "parse_constant",
    "quoted_text",
    "quoted_title",
    "table_name",
    "title_of",
]

_CELL = r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})"
_AREA = re.compile(rf"(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?{_CELL}(?::{_CELL})?")
_COLUMNS = re.compile(r"(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_TABLE = re.compile(r"([^\W\d][\w.]*)(?:\[(?:#All|#Data|\[#Headers\],\[#Data\])?\])?")
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


@dataclass(frozen=True, slots=True)
class Area:
    """Cells on a sheet; corners are (row, column) from 1, both included; sheet None where none is named."""

    sheet: str | None
    first: tuple[int, int]
    last: tuple[int, int]


def parse_area(text: str, what: str) -> Area:
    """Read ``A2:C12``, ``Sheet!$A$2:$C$12``, ``'My sheet'!A:C``.

    Raises:
        InputError: it is no address.
    """
    bare = text.strip().removeprefix("=")
    match = _AREA.fullmatch(bare)
    if match:
        quoted, plain, column1, row1, column2, row2 = match.groups()
        corners = [
            (int(row1), column_number(column1)),
            (int(row2 or row1), column_number(column2 or column1)),
        ]
    else:
        match = _COLUMNS.fullmatch(bare)
        if match is None:
            raise InputError(f"{what} must be a range such as A2:C12, is {text!r}")
        quoted, plain, column1, column2 = match.groups()
        corners = [(1, column_number(column1)), (LAST_ROW, column_number(column2))]
    rows, columns = zip(*corners, strict=True)
    if min(rows) < 1 or max(rows) > LAST_ROW or max(columns) > LAST_COLUMN:
        raise InputError(f"{what} must be a range such as A2:C12, is {text!r}")
    sheet = quoted.replace("''", "'") if quoted else plain
    return Area(sheet, (min(rows), min(columns)), (max(rows), max(columns)))


def title_of(written: str) -> str:
    """The title of a sheet as a reference writes it, in quotes or without."""
    return written.removeprefix("'").removesuffix("'").replace("''", "'")


def table_name(text: str) -> str | None:
    """The table that a reference such as ``Holdings[#All]`` means; None when it is no such reference."""
    match = _TABLE.fullmatch(text.strip().removeprefix("="))
    return match[1] if match else None


def parse_constant(text: str) -> str | bool | None:
    """The value of a name that holds a constant; a number stays text. None when it holds no constant."""
    bare = text.strip().removeprefix("=")
    if re.fullmatch(r'"(?:[^"]|"")*"', bare):
        return bare[1:-1].replace('""', '"')
    if bare.upper() in {"TRUE", "FALSE"}:
        return bare.upper() == "TRUE"
    return bare if re.fullmatch(r"[+-]?[0-9]*\.?[0-9]+([eE][+-]?[0-9]+)?", bare) else None


def column_number(letters: str) -> int:
    """A is 1, AA is 27; letter case does not count."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - 64
    return number


@lru_cache(maxsize=1000)
def column_letters(column: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def quoted_text(text: str) -> str:
    """A text as a formula writes it."""
    return '"' + text.replace('"', '""') + '"'


def quoted_title(title: str) -> str:
    """A sheet's title as a formula names the sheet, always in quotes."""
    return "'" + title.replace("'", "''") + "'"
