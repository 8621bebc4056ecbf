"""The values of a worksheet, read from its XML in one pass, forwards, a piece at a time.

Only what cells hold is looked at. Numbers, texts, truth values, errors and dates come out as a spreadsheet
program shows them to a reader; a formula is its stored value. Rows are never padded to a width. The module is long
because one pass knows all kinds of cells.
"""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.parsers import expat

from pbal_xl.ooxml.references import LAST_ROW, column_number
from pbal_xl.ooxml.xmltext import (
    MAX_ELEMENTS,
    DoctypeFoundError,
    TooComplexError,
    XmlError,
    declared_encoding,
    read_by_expat,
    unescape_x,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["SheetCells", "Value", "date_formats", "read_cells", "read_strings"]

Value: TypeAlias = "str | bool | int | float | dt.datetime | dt.time | dt.timedelta | None"

_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,10})")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,5})?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,300}")
# In a number format: texts, escaped and filling characters, and bracketed colours or conditions.
_NO_DATE = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
_DURATION = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BUILT_IN_DATES = {str(n) for n in (*range(14, 23), *range(45, 48), *range(27, 37), *range(50, 59))}
_BUILT_IN_DURATION = "46"
_LEAP_BUG_ENDS = 60  # Excel's calendar has a 29 February 1900
_SECONDS = 86_400
_LONGEST_STYLE = 6
_LONGEST_INTEGER = 300
_TEXTS = frozenset({"v", "t", "f"})
# Names of elements and columns that are kept, however many a hostile part has.
_MOST_NAMES = 20_000


class _Left(Exception):
    """Enough was read."""


class SheetCells:
    """What a sheet holds.

    Attributes:
        rows: the cells from A1 on, each row as far as it goes; blank rows at the end left out.
        uncalculated: the (row, column), from 0, of formulas without a stored value.
        more: whether a row within reach was followed at once by one beyond it.
        beyond: whether anything stands in rows or columns beyond reach.
        marks: the currencies shown beside numbers by their (row, column), from 0, where formats show several.
    """

    def __init__(self) -> None:
        self.marks: dict[tuple[int, int], str] = {}
        self.rows: list[list[Any]] = []
        self.uncalculated: list[tuple[int, int]] = []
        self.more = self.beyond = False


def read_cells(  # noqa: PLR0913  all by keyword
    chunks: Iterable[bytes],
    *,
    strings: Callable[[], Sequence[str]],
    dates: Callable[[], dict[int, bool]],
    most_rows: int,
    most_columns: int,
    stand_in: str,
    zero_too: bool = False,
    from_1904: bool = False,
    money: Callable[[], dict[int, str]] = dict,
) -> SheetCells:
    """Read a worksheet.

    Args:
        chunks: the part, in pieces.
        strings: gives the shared strings; called when a cell needs them.
        dates: gives the cell formats that show a date (False) or a duration (True); likewise.
        most_rows: rows beyond these are left unread.
        most_columns: likewise.
        stand_in: what a formula without a stored value reads as.
        zero_too: whether a formula's stored 0 is no value either.
        from_1904: whether dates count from 1904.
        money: gives the cell formats that show a currency, where they show several; likewise.

    Raises:
        XmlError: the part is not well-formed, or holds a cell that no sheet can have.
    """
    reader = _SheetReader(strings, dates, most_rows, most_columns)
    reader.stand_in, reader.zero_too, reader.from_1904, reader.money = stand_in, zero_too, from_1904, money
    _parse(reader, chunks)
    rows = reader.found.rows
    while rows and all(cell is None for cell in rows[-1]):
        rows.pop()
    reader.found.more = reader.beyond == most_rows and len(rows) == most_rows
    return reader.found


def read_strings(chunks: Iterable[bytes]) -> list[str]:
    """The texts of a shared strings part, phonetic hints left out.

    Raises:
        XmlError: it is not well-formed.
    """
    reader = _StringsReader()
    _parse(reader, chunks)
    return reader.strings


def date_formats(formats: Iterable[str | None], codes: dict[str, str]) -> dict[int, bool]:
    """The cell formats that show a date (False) or a duration (True), by their place.

    Args:
        formats: the number format id of each cell format, in order.
        codes: the workbook's own number format codes by id.
    """
    out: dict[int, bool] = {}
    for place, number in enumerate(formats):
        code = codes.get(number or "0")
        if code is not None:
            bare = _NO_DATE.sub("", code.partition(";")[0])
            if _DATE.search(bare):
                out[place] = bool(_DURATION.search(bare))
        elif number in _BUILT_IN_DATES:
            out[place] = number == _BUILT_IN_DURATION
    return out


class _Reader:
    """Follows expat; names come as "namespace local"."""

    def __init__(self) -> None:
        self.space: str | None = None
        self.names: dict[str, str] = {}
        self.pieces: list[str] | None = None
        self.hints = 0

    def started(self, name: str, attrs: dict[str, str]) -> None:
        raise NotImplementedError

    def ended(self, name: str) -> None:
        raise NotImplementedError

    def text(self, data: str) -> None:
        if self.pieces is not None and not self.hints:
            self.pieces.append(data)

    def local(self, name: str) -> str:
        """The local name of an element of the root's namespace, else nothing."""
        known = self.names.get(name)
        if known is not None:
            return known
        space, _, local = name.rpartition(" ")
        if self.space is None:
            self.space = space
        if len(self.names) < _MOST_NAMES:
            self.names[name] = local if space == self.space else ""
        return local if space == self.space else ""


def _parse(reader: _Reader, chunks: Iterable[bytes]) -> None:
    parser: Any = None
    with suppress(_Left), read_by_expat():
        for chunk in chunks:
            if parser is None:
                parser = expat.ParserCreate(declared_encoding(chunk), " ")
                parser.buffer_text = True
                parser.StartElementHandler = reader.started
                parser.EndElementHandler = reader.ended
                parser.CharacterDataHandler = reader.text
                parser.StartDoctypeDeclHandler = _no_doctype
            parser.Parse(chunk)
        if parser is None:
            raise XmlError("no element found")
        parser.Parse(b"", True)  # noqa: FBT003  expat takes it by position


def _no_doctype(*_: object) -> None:
    raise DoctypeFoundError("a document type is declared")


class _StringsReader(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.strings: list[str] = []
        self.whole: list[str] = []
        self.elements = 0

    def started(self, name: str, attrs: dict[str, str]) -> None:  # noqa: ARG002
        self.elements += 1
        if self.elements > MAX_ELEMENTS:
            raise TooComplexError("too many elements")
        local = self.names.get(name) or self.local(name)
        if local == "si":
            self.whole = []
        elif local == "t":
            self.pieces = []
        elif local == "rPh":
            self.hints += 1

    def ended(self, name: str) -> None:
        local = self.names.get(name) or self.local(name)
        if local == "t" and self.pieces is not None:
            self.whole += self.pieces
            self.pieces = None
        elif local == "rPh":
            self.hints -= 1
        elif local == "si":
            self.strings.append(unescape_x("".join(self.whole)))


class _SheetReader(_Reader):
    stand_in = ""
    zero_too = from_1904 = False

    def __init__(
        self, strings: Callable[[], Sequence[str]], dates: Callable[[], dict[int, bool]], rows: int, columns: int
    ) -> None:
        super().__init__()
        self.found = SheetCells()
        self.most_rows, self.most_columns = rows, columns
        self.strings, self.dates = strings, dates
        self.money: Callable[[], dict[int, str]] = dict
        self.texts: Sequence[str] | None = None
        self.shown: dict[str, tuple[bool | None, str]] = {}
        self.row = self.column = -1
        self.row_text = "0"
        self.columns: dict[str, int] = {}
        self.beyond = -1
        self.cell: dict[str, str] | None = None
        self.values: dict[str, str] = {}
        self.inside = False

    def started(self, name: str, attrs: dict[str, str]) -> None:
        local = self.names.get(name)
        if local is None:
            local = self.local(name)
        if local == "c" and self.inside:
            self.cell, self.values = attrs, {}
        elif self.cell is not None:
            if local in _TEXTS:
                self.pieces = []
            elif local == "rPh":
                self.hints += 1
        elif local == "row" and self.inside:
            self._row(attrs.get("r"))
        elif local == "sheetData":
            self.inside = True

    def ended(self, name: str) -> None:
        local = self.names.get(name)
        if local is None:
            local = self.local(name)
        if self.cell is not None:
            if local == "c":
                self._take(self.cell)
                self.cell = None
            elif local in _TEXTS:
                if self.pieces is not None:
                    text = "".join(self.pieces)
                    self.values[local] = self.values[local] + text if local in self.values else text
                    self.pieces = None
            elif local == "rPh":
                self.hints -= 1
        elif local == "sheetData":
            raise _Left

    def _row(self, number: str | None) -> None:
        self.column = -1
        self.row = self.row + 1 if number is None else _row_number(number) - 1
        self.row_text = str(self.row + 1)

    def _take(self, attrs: dict[str, str]) -> None:
        address = attrs.get("r")
        if address is None:
            self.column += 1
        else:
            # Nearly always a known column in the row that was begun.
            known = self.columns.get(address.removesuffix(self.row_text))
            if known is None or not address.endswith(self.row_text):
                self._place(address)
            else:
                self.column = known
        values = self.values
        if not values:
            return
        if self.column >= self.most_columns:
            self.found.beyond = True
            return
        value = self._value(attrs, values)
        if value is None:
            return
        if self.row >= self.most_rows:
            self.beyond, self.found.beyond = self.row, True
            raise _Left
        self._put(value)

    def _place(self, address: str) -> None:
        match = _ADDRESS.fullmatch(address)
        if match is None:
            raise XmlError(f"a cell is called {address[:20]!r}")
        self.row = _row_number(match[2]) - 1
        self.row_text = match[2]
        self.column = self.columns[match[1]] = column_number(match[1]) - 1

    def _put(self, value: Value) -> None:
        rows = self.found.rows
        while len(rows) <= self.row:
            rows.append([])
        row = rows[self.row]
        if len(row) == self.column:
            row.append(value)
        else:
            row.extend([None] * (self.column + 1 - len(row)))
            row[self.column] = value

    def _value(self, attrs: dict[str, str], values: dict[str, str]) -> Value:
        kind, said = attrs.get("t", "n"), values.get("v")
        if "f" in values and self._lacks_value(kind, said):
            if self.row < self.most_rows:
                self.found.uncalculated.append((self.row, self.column))
            return self.stand_in
        if kind == "inlineStr":
            return unescape_x(values["t"]) if "t" in values else None
        if said is None or (not said and kind != "str"):
            return None
        if kind == "n":
            return self._number(said, attrs.get("s"))
        if kind == "s":
            return self._shared(said)
        if kind == "b":
            return said.strip() in {"1", "true"}
        return _moment(said) if kind == "d" else unescape_x(said)

    def _lacks_value(self, kind: str, said: str | None) -> bool:
        if kind != "n":
            return not said and kind != "str"
        # No spreadsheet program writes "0.0"; a library does where it has not calculated.
        return not said or said == "0.0" or (self.zero_too and said == "0")

    def _shared(self, said: str) -> str:
        said = said.strip()
        if self.texts is None:
            self.texts = self.strings()
        if (
            not (said.isascii() and said.isdecimal())
            or len(said) > len("1000000000")
            or int(said) >= len(self.texts)
        ):
            raise XmlError(f"a cell refers to the shared text {said[:20]!r}, which is not there")
        return self.texts[int(said)]

    def _number(self, said: str, style: str | None) -> Value:
        number = _number(said)
        if style is None:
            return number
        if style not in self.shown:
            self.shown[style] = self._shown(style)
        duration, mark = self.shown[style]
        if duration is not None:
            return _from_serial(number, duration=duration, from_1904=self.from_1904)
        if mark:
            self.found.marks[self.row, self.column] = mark
        return number

    def _shown(self, style: str) -> tuple[bool | None, str]:
        """What the format of a number shows: a date (False) or a duration (True), or else a currency, if any."""
        if style == "0" or not (style.isascii() and style.isdecimal()) or len(style) > _LONGEST_STYLE:
            return None, ""
        duration = self.dates().get(int(style))
        return duration, "" if duration is not None else self.money().get(int(style), "")


def _number(said: str) -> float:
    said = said.strip()
    if said.isdecimal() and said.isascii() and len(said) < _LONGEST_INTEGER:
        return int(said)
    if not _NUMBER.fullmatch(said):
        raise XmlError(f"a cell holds the number {said[:20]!r}")
    return int(said) if _INTEGER.fullmatch(said) else float(said)


def _row_number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= len("1048576")) or not 0 < int(text) <= LAST_ROW:
        raise XmlError(f"it has a row {text[:20]}, and a sheet ends at row {LAST_ROW:,}")
    return int(text)


def _from_serial(number: float, *, duration: bool, from_1904: bool) -> Value:
    """The date, time of day or duration a number stands for; the number where there is no such date."""
    try:
        if duration:
            return dt.timedelta(days=number)
        if 0 <= number < 1:
            return (dt.datetime(1904, 1, 1) + dt.timedelta(seconds=round(number * _SECONDS))).time()  # noqa: DTZ001
        start = dt.datetime(1904, 1, 1) if from_1904 else dt.datetime(1899, 12, 30)  # noqa: DTZ001
        bug = not from_1904 and 0 < number < _LEAP_BUG_ENDS
        return start + dt.timedelta(days=int(number) + bug, seconds=round(number % 1 * _SECONDS))
    except (OverflowError, ValueError):
        return number


def _moment(said: str) -> Value:
    try:
        return dt.datetime.fromisoformat(said.removesuffix("Z"))
    except ValueError:
        return said
