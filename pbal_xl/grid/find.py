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

__all__ = ["Block", "block_at", "find_holdings"]

# How far below a nameless column is looked at to see whether it is empty.
_LOOK_DOWN = 20


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells and where it stands."""

    rows: Grid
    origin: Origin

    @property
    def address(self) -> str:
        """As in A2:D12."""
        width = max((len(row) for row in self.rows), default=1)
        return f"{self.origin.name(0, 0)}:{self.origin.name(len(self.rows) - 1, width - 1)}"


def block_at(rows: Grid, origin: Origin, first: tuple[int, int], last: tuple[int, int]) -> Block:
    """The block between two corners, (row, column) from 0, both included; short rows are filled with blanks."""
    width = last[1] - first[1] + 1
    cut = [list(row[first[1] : last[1] + 1]) for row in rows[first[0] : last[0] + 1]]
    for row in cut:
        row.extend([None] * (width - len(row)))
    return Block(cut, Origin(origin.row + first[0], origin.column + first[1], known=origin.known))


def find_holdings(rows: Grid, origin: Origin, *, headerless: bool = False) -> Block:
    """The block of holdings on a sheet: a header row, then rows down to the first blank or total row.

    A header row that names a value is preferred to one that only has quantity and price (a list of
    transactions may have those).

    Args:
        rows: the cells of the sheet.
        origin: where they stand.
        headerless: also take a block without a header row (Symbol, Value, Price ...), as in a plain CSV.

    Raises:
        CellFaults: no header row, or several, with their addresses.
    """
    found = [span for index in range(len(rows)) for span in _headers_in(rows, index)]
    telling = [span for span in found if "value" in _claims(rows, span)]
    weaker = [span for span in found if tells_value(_claims(rows, span))]
    candidates = telling or weaker
    if len(candidates) > 1:
        listed = ", ".join(_below(rows, origin, span).address for span in candidates)
        raise CellFaults([f"several tables look like holdings ({listed}); say which range is meant"])
    if candidates:
        return _below(rows, origin, candidates[0])
    if found:
        # Reading it names what is missing.
        return _below(rows, origin, found[0])
    plain = _headerless(rows) if headerless else None
    if plain is None:
        raise CellFaults(
            ["no holdings were found: there is no header row with a column such as Symbol and one such as Value"]
        )
    return block_at(rows, origin, (plain, 0), (_end(rows, plain, 0, None) - 1, _width(rows) - 1))


# A header's place: (row, first column, last column).
_Span = tuple[int, int, int]


def _claims(rows: Grid, span: _Span) -> dict[str, list[int]]:
    row, first, last = span
    return claims(rows[row][first : last + 1])


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


def _below(rows: Grid, origin: Origin, span: _Span) -> Block:
    header, first, last = span
    symbol = first + claims(rows[header][first : last + 1]).get("symbol", [0])[0]
    end = _end(rows, header + 1, first, last, symbol)
    return block_at(rows, origin, (header, first), (end - 1, last))


def _end(rows: Grid, start: int, first: int, last: int | None, symbol: int | None = None) -> int:
    """The row behind the table: the first blank or total row, or the end of the sheet."""
    for index in range(start, len(rows)):
        cells: Sequence[Cell] = rows[index][first : None if last is None else last + 1]
        if is_blank_row(cells):
            return index
        label = rows[index][symbol] if symbol is not None and symbol < len(rows[index]) else None
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
