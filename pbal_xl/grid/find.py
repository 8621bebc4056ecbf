"""Where the holdings stand on a sheet, when nobody says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank
from pbal_xl.grid.headers import claims, is_header_row, tells_value
from pbal_xl.grid.rows import is_blank_row, is_total

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Block", "Survey", "block_at", "choose", "find_holdings", "survey"]

# How far below a nameless column is looked at to see whether it is empty.
_LOOK_DOWN = 20


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells and where it stands; ``sheet`` is "" where there is only one."""

    rows: Grid
    origin: Origin
    sheet: str = ""

    @property
    def address(self) -> str:
        """As in A2:D12."""
        width = max((len(row) for row in self.rows), default=1)
        return f"{self.origin.name(0, 0)}:{self.origin.name(len(self.rows) - 1, width - 1)}"

    @property
    def place(self) -> str:
        """As in Portfolio!A2:D12."""
        return f"{self.sheet}!{self.address}" if self.sheet else self.address


@dataclass(frozen=True, slots=True)
class Survey:
    """The blocks on a sheet that may be holdings.

    Attributes:
        telling: their header names a value.
        weaker: their header only has quantity and price, as a list of transactions may.
        nameless: their header has a symbol and nothing that tells a value, or there is no header at all.
    """

    telling: tuple[Block, ...] = ()
    weaker: tuple[Block, ...] = ()
    nameless: tuple[Block, ...] = ()


def block_at(rows: Grid, origin: Origin, first: tuple[int, int], last: tuple[int, int], sheet: str = "") -> Block:
    """The block between two corners, (row, column) from 0, both included; short rows are filled with blanks."""
    width = last[1] - first[1] + 1
    cut = [list(row[first[1] : last[1] + 1]) for row in rows[first[0] : last[0] + 1]]
    for row in cut:
        row.extend([None] * (width - len(row)))
    return Block(cut, Origin(origin.row + first[0], origin.column + first[1], known=origin.known), sheet)


def survey(rows: Grid, origin: Origin, *, sheet: str = "", headerless: bool = False) -> Survey:
    """All blocks of a sheet that may be holdings: a header row, then rows down to the first blank or total row.

    Args:
        rows: the cells of the sheet.
        origin: where they stand.
        sheet: its name, for messages.
        headerless: also take a block without a header row (Symbol, Value, Price ...), as in a plain CSV.
    """
    spans = [span for index in range(len(rows)) for span in _headers_in(rows, index)]
    kinds: dict[str, list[Block]] = {"telling": [], "weaker": [], "nameless": []}
    for span in spans:
        found = claims(rows[span[0]][span[1] : span[2] + 1])
        kind = "telling" if "value" in found else "weaker" if tells_value(found) else "nameless"
        kinds[kind].append(_below(rows, origin, span, sheet))
    start = _headerless(rows) if headerless and not spans else None
    if start is not None:
        last = (_end(rows, start, 0, None, 0) - 1, _width(rows) - 1)
        kinds["nameless"].append(block_at(rows, origin, (start, 0), last, sheet))
    return Survey(tuple(kinds["telling"]), tuple(kinds["weaker"]), tuple(kinds["nameless"]))


def choose(surveys: Sequence[Survey]) -> Block:
    """The one block of holdings on the sheets surveyed.

    Raises:
        CellFaults: there is none, or there are several, with their addresses.
    """
    telling = [block for survey in surveys for block in survey.telling]
    weaker = [block for survey in surveys for block in survey.weaker]
    candidates = telling or weaker
    if len(candidates) > 1:
        listed = ", ".join(block.place for block in candidates)
        raise CellFaults([f"several tables look like holdings ({listed}); say which range is meant"])
    # Reading a header without a value names what is missing.
    candidates = candidates or [block for survey in surveys for block in survey.nameless][:1]
    if not candidates:
        raise CellFaults(
            ["no holdings were found: there is no header row with a column such as Symbol and one such as Value"]
        )
    return candidates[0]


def find_holdings(rows: Grid, origin: Origin, *, headerless: bool = False) -> Block:
    """The block of holdings on one sheet; see ``survey`` and ``choose``."""
    return choose([survey(rows, origin, headerless=headerless)])


# A header's place: (row, first column, last column).
_Span = tuple[int, int, int]


def _headers_in(rows: Grid, index: int) -> list[_Span]:
    """The header rows within a row of the sheet: other things may stand beside a table."""
    row = rows[index]
    spans: list[_Span] = []
    for first, last in _runs(rows, index):
        cells = row[first : last + 1]
        if is_header_row(cells):
            spans.append((index, first, last))
    return spans


def _runs(rows: Grid, index: int) -> list[tuple[int, int]]:
    """Stretches of text cells; a blank cell ends one only when the column below it is blank too."""
    row = rows[index]
    runs: list[tuple[int, int]] = []
    start = None
    for column, cell in enumerate([*row, 0]):
        inside = column < len(row) and (
            not _is_gap(rows, index, column) if is_blank(cell) else isinstance(cell, str)
        )
        if inside and start is None and not is_blank(cell):
            start = column
        elif not inside and start is not None:
            runs.append((start, column - 1))
            start = None
    return runs


def _is_gap(rows: Grid, index: int, column: int) -> bool:
    below = rows[index + 1 : index + 1 + _LOOK_DOWN]
    return all(column >= len(row) or is_blank(row[column]) for row in below)


def _below(rows: Grid, origin: Origin, span: _Span, sheet: str) -> Block:
    header, first, last = span
    symbol = first + claims(rows[header][first : last + 1])["symbol"][0]
    end = _end(rows, header + 1, first, last, symbol)
    return block_at(rows, origin, (header, first), (end - 1, last), sheet)


def _end(rows: Grid, start: int, first: int, last: int | None, symbol: int) -> int:
    """The row behind the table: the first blank or total row, or the end of the sheet."""
    for index in range(start, len(rows)):
        cells: Sequence[Cell] = rows[index][first : None if last is None else last + 1]
        if is_blank_row(cells):
            return index
        label = rows[index][symbol] if symbol < len(rows[index]) else None
        if is_total(label) or (is_blank(label) and any(is_total(cell) for cell in cells)):
            return index
    return len(rows)


def _headerless(rows: Grid) -> int | None:
    """The first row that is not blank, when it looks like Symbol, Value ...: a name, then something with digits."""
    for index, row in enumerate(rows):
        if is_blank_row(row):
            continue
        value = row[1] if len(row) > 1 else None
        named = isinstance(row[0], str) and not is_blank(row[0])
        return index if named and any(char.isdigit() for char in str(value)) else None
    return None


def _width(rows: Grid) -> int:
    return max(len(row) for row in rows)
