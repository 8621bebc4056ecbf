"""The bytes of a positions export to a grid of texts: encodings, separators, and nothing guessed about numbers."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults

if TYPE_CHECKING:
    from pbal_xl.grid.cells import Grid

__all__ = ["read_csv"]

# A field can be a long disclaimer; the library's own limit is 128 KiB.
_LONGEST_FIELD = 1 << 20
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t|"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')


def read_csv(data: bytes) -> Grid:
    """The cells of a CSV file, all of them text; row 1 of the file is row 1 of the grid.

    UTF-8 with or without a byte order mark, UTF-16, and Windows-1252 are told apart; the separator (comma,
    semicolon, tab or bar) is the one that stands in most lines, or the one a ``sep=`` line names.

    Raises:
        CellFaults: the bytes are not text.
    """
    text = _decode(data)
    separator, first = _separator(text)
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True))
    except csv.Error as error:
        raise CellFaults([f"this is not a CSV file: {error}"]) from error
    finally:
        csv.field_size_limit(before)
    # A separator line stays as a blank row, so that rows keep their numbers.
    for index in range(min(first, len(rows))):
        rows[index] = []
    return rows


def _decode(data: bytes) -> str:
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
        return data.decode("cp1252", errors="replace")


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise CellFaults([f"this is not a text file: {error.reason}"]) from error


def _separator(text: str) -> tuple[str, int]:
    """The separator, and how many lines at the top only name it."""
    lines = text.splitlines()[:200]
    if lines and re.fullmatch(r"\"?sep=.\"?", lines[0].strip(), re.IGNORECASE):
        return lines[0].strip().strip('"')[-1], 1
    counts = dict.fromkeys(_SEPARATORS, 0)
    for line in lines:
        bare = _QUOTED.sub("", line)
        for separator in _SEPARATORS:
            # A decimal comma stands once or twice in a line of semicolons; lines count once, fields break ties.
            counts[separator] += bare.count(separator)
    if counts[";"] and _mostly_semicolons(lines):
        return ";", 0
    return max(_SEPARATORS, key=lambda separator: counts[separator]), 0


def _mostly_semicolons(lines: list[str]) -> bool:
    """Whether semicolons cut the lines that have any separator into more even rows than commas do."""
    with_semicolons = [line for line in lines if ";" in _QUOTED.sub("", line)]
    with_commas = [line for line in lines if "," in _QUOTED.sub("", line)]
    first_header = next((line for line in lines if ";" in line or "," in line), "")
    if first_header.count(";") and not first_header.count(","):
        return True
    return len(with_semicolons) > len(with_commas)
