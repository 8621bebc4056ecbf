"""The bytes of a positions export to a grid of texts: encodings, separators, and nothing guessed about numbers."""

from __future__ import annotations

import contextlib
import csv
import re
from itertools import islice
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Origin, is_blank
from pbal_xl.grid.headers import claims, is_header_row
from pbal_xl.grid.vocabulary import data as vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.grid.blocks import Block
    from pbal_xl.grid.cells import Cell, Grid

__all__ = ["check_widths", "read_csv"]

# A field can be a long disclaimer; the library's own limit is 128 KiB.
_LONGEST_FIELD = 1 << 20
# What a sheet can hold; without a limit a small file of bare separators or line ends fills the memory.
_MOST_ROWS, _MOST_CELLS = 1_048_576, 16_384
_LINE = re.compile(r"[^\r\n]*(?:\r\n?|\n)|[^\r\n]+")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OTHERS = (
    (b"PK\x03\x04", "a zip file, such as an .xlsx workbook"),
    (b"\xd0\xcf\x11\xe0", "an old .xls workbook"),
    (b"%PDF", "a PDF"),
)
_SEPARATORS = ",;\t|"
_SNIFFED = 200
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_csv(data: bytes) -> Grid:
    """The cells of a CSV file, all of them text; row 1 of the file is row 1 of the grid.

    UTF-8 with or without a byte order mark, UTF-16, and Windows-1252 are told apart; the separator (comma,
    semicolon, tab or bar) is the one that a ``sep=`` line names, or that cuts a header row of holdings out of
    the text, or that stands most often.

    Raises:
        CellFaults: the bytes are not text, a quote is never closed, or there is more than a sheet can hold.
    """
    text = _decode(data)
    if "\r\r\n" in text and text.count("\r\r\n") == text.count("\n"):
        # Written as text twice on Windows: the second carriage return makes no blank row.
        text = text.replace("\r\r\n", "\n")
    separator, first = _separator(text)
    rows = _rows(text, separator)
    # A separator line stays as a blank row, so that rows keep their numbers.
    for index in range(min(first, len(rows))):
        rows[index] = []
    return rows


def _rows(text: str, separator: str) -> Grid:
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        rows = _parse(text, separator, strict=True)
    except csv.Error as error:
        if "unexpected end" in str(error):
            # Read on, the quote would swallow every row behind it.
            raise CellFaults([_unclosed(text, separator)]) from None
        try:
            rows = _parse(text, separator, strict=False)
        except csv.Error as worse:
            raise CellFaults([f"this is not a CSV file: {worse}"]) from worse
    finally:
        csv.field_size_limit(before)
    return rows


def _lines(text: str) -> Iterator[str]:
    # As io.StringIO would cut it, less the copy of four bytes a character.
    return (line[0] for line in _LINE.finditer(text))


def _parse(text: str, separator: str, *, strict: bool) -> Grid:
    rows: Grid = []
    cells = 0

    def lines() -> Iterator[str]:
        nonlocal cells
        for line in _lines(text):
            cells += line.count(separator)
            if cells > _MOST_CELLS:
                raise CellFaults([f"row {len(rows) + 1} has more than {_MOST_CELLS:,} cells, all a sheet holds"])
            yield line

    protected = '="' in text
    for row in csv.reader(lines(), delimiter=separator, skipinitialspace=True, strict=strict):
        rows.append([_unprotected(cell) for cell in row] if protected else row)
        cells = 0
        if len(rows) > _MOST_ROWS:
            raise CellFaults([f"this file has more than {_MOST_ROWS:,} rows, all a sheet holds"])
    return rows


def _unprotected(cell: str) -> str:
    """A text that was written as ="0700", so that Excel takes it for no number."""
    if len(cell) > len('=""') and cell.startswith('="') and cell.endswith('"'):
        return cell[len('="') : -1].replace('""', '"')
    return cell


def _unclosed(text: str, separator: str) -> str:
    """Which row opens the quote that is never closed."""
    row = 1
    with contextlib.suppress(csv.Error):
        for _ in csv.reader(_lines(text), delimiter=separator, skipinitialspace=True, strict=True):
            row += 1
    return f"row {row} opens a quote that is never closed, so the rows from there on cannot be told apart"


def _decode(data: bytes) -> str:
    for mark, kind in _OTHERS:
        if data.startswith(mark):
            raise CellFaults([f"this is no text but {kind}, whatever its name says"])
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding)
    sample = data[:4096]
    # UTF-16 without a mark: every other byte of Western text is 0.
    if len(sample) > 1 and sample.count(0) > len(sample) // 4:
        return _strict(data, "utf-16-le" if not sample[1] else "utf-16-be")
    if b"\0" in data:
        raise CellFaults(["this is not a text file"])
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _japanese(data) or data.decode("cp1252", errors="replace")


def _japanese(data: bytes) -> str | None:
    """The text in Japanese Windows' encoding, where header names of Japanese programs come out of it."""
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return None
    listed = (entry["names"].get("ja", ()) for entry in vocabulary()["fields"].values())
    return text if any(name in text for names in listed for name in names) else None


def _strict(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CellFaults([f"this is not a text file: {error.reason}"]) from error
    if "\0" in text:
        raise CellFaults(["this is not a text file"])
    return text


def _separator(text: str) -> tuple[str, int]:
    """The separator, and how many lines at the top only name it."""
    lines = [line.rstrip("\r\n") for line in islice(_lines(text), _SNIFFED)]
    if lines and re.fullmatch(r"\"?sep=.\"?", lines[0].strip(), re.IGNORECASE):
        return lines[0].strip().strip('"')[-1], 1
    known = {separator: _known_columns(lines, separator) for separator in _SEPARATORS}
    best = max(known.values())
    if best > 1:
        return next(separator for separator in _SEPARATORS if known[separator] == best), 0
    bare = [_QUOTED.sub("", line) for line in lines]
    if _mostly_semicolons(bare):
        return ";", 0
    return max(_SEPARATORS, key=lambda separator: sum(line.count(separator) for line in bare)), 0


def _known_columns(lines: list[str], separator: str) -> int:
    """The most fields of a holding that a line cut by the separator names."""
    most = 0
    for line in lines:
        names = [name.strip() for name in line.split(separator)]
        if is_header_row(names):
            most = max(most, len(claims(names)))
    return most


def _mostly_semicolons(lines: list[str]) -> bool:
    """Whether more lines hold semicolons than commas; a line of semicolons may hold decimal commas too."""
    with_semicolons = sum(";" in line for line in lines)
    return with_semicolons > 0 and with_semicolons >= sum("," in line for line in lines)


def check_widths(rows: Grid, block: Block) -> None:
    """Refuse rows of a CSV that have more cells than their header.

    An unquoted "1,234.50" in a file of commas is two cells, and every cell behind it stands a column off.

    Raises:
        CellFaults: each such row, by the first cell too many.
    """
    first = block.origin.row - 1
    below = rows[first : first + len(block.rows)]
    heads = [row for row in below if is_header_row(row)] or below[:1]
    width = max((len(row) for row in heads), default=0)
    sheet = Origin()
    faults = [
        f"{sheet.name(first + index, width)}: this row has more cells than {_what_heads(heads)}; "
        "a number with a separator in it needs quotes"
        for index, row in enumerate(below)
        if any(not is_blank(cell) for cell in row[width:])
    ]
    if faults:
        raise CellFaults(faults)


def _what_heads(heads: Sequence[Sequence[Cell]]) -> str:
    return "its header" if heads and is_header_row(heads[0]) else "the first"
