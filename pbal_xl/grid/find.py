"""Where the holdings stand on a sheet, when nobody says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.grid.blocks import Block, Survey, block_at, choose
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank
from pbal_xl.grid.columns import section_of
from pbal_xl.grid.csv_text import check_widths
from pbal_xl.grid.headers import Claims, answer_width, claims, is_header_row, is_symbol_name, tells_value
from pbal_xl.grid.numbers import take_apart
from pbal_xl.grid.rows import cash_name, is_blank_row, is_total

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["find_holdings", "survey"]

# How many rows below a header are looked at to see which of its columns are in use.
_LOOK_DOWN = 20


def survey(rows: Grid, origin: Origin, *, sheet: str = "", headerless: bool = False) -> Survey:
    """All blocks of a sheet that may be holdings: a header row, then rows down to the first blank or total row.

    Args:
        rows: the cells of the sheet.
        origin: where they stand.
        sheet: its name, for messages.
        headerless: also take a block without a header row (Symbol, Value, Price ...), as in a plain CSV.
    """
    spans = _spans(rows)
    kinds: dict[str, list[Block]] = {"telling": [], "weaker": [], "nameless": []}
    for span in spans:
        found = _claims_at(rows, span)
        kind = "telling" if "value" in found else "weaker" if tells_value(found) else "nameless"
        kinds[kind].append(_below(rows, origin, span, sheet))
    start = _headerless(rows) if headerless and not spans else None
    if start is not None:
        last = (_end(rows, start, 0) - 1, _width(rows) - 1)
        kinds["nameless"].append(block_at(rows, origin, (start, 0), last, sheet))
    return Survey(tuple(kinds["telling"]), tuple(kinds["weaker"]), tuple(kinds["nameless"]))


def find_holdings(rows: Grid, origin: Origin, *, headerless: bool = False) -> Block:
    """The block of holdings on one sheet, or in a CSV (``headerless``); see ``survey`` and ``choose``."""
    block = choose([survey(rows, origin, headerless=headerless)])
    if headerless:
        check_widths(rows, block)
    return block


# A header's place: (row, first column, last column).
_Span = tuple[int, int, int]


def _spans(rows: Grid) -> list[_Span]:
    """The header rows of a sheet; a header with empty columns in it counts where no other tells a value."""
    spans = [span for index in range(len(rows)) for span in _headers_in(rows, index)]
    if any(tells_value(_claims_at(rows, span)) for span in spans):
        return spans
    whole = [(index, *_used_columns(rows[index])) for index in sorted({span[0] for span in spans})]
    telling = [
        span
        for span in whole
        if is_header_row(rows[span[0]][span[1] : span[2] + 1]) and tells_value(_claims_at(rows, span))
    ]
    return telling or spans


def _claims_at(rows: Grid, span: _Span) -> Claims:
    return claims(rows[span[0]][span[1] : span[2] + 1])


def _used_columns(row: Sequence[Cell]) -> tuple[int, int]:
    used = [column for column, cell in enumerate(row) if not is_blank(cell)]
    return used[0], used[-1]


def _headers_in(rows: Grid, index: int) -> list[_Span]:
    """The header rows within a row of the sheet: other things may stand beside a table."""
    row = rows[index]
    if not any(isinstance(cell, str) and is_symbol_name(cell) for cell in row):
        return []
    return [(index, first, last) for first, last in _runs(rows, index) if is_header_row(row[first : last + 1])]


def _runs(rows: Grid, index: int) -> list[tuple[int, int]]:
    """Stretches of text cells; a blank cell ends one only when the column below it is blank too.

    A function's answer ends one as well: it may stand right beside the holdings it was made from.
    """
    row = rows[index]
    runs: list[tuple[int, int]] = []
    start, answered = None, 0
    for column, cell in enumerate([*row, 0]):
        answered = max(answered, column + answer_width(row[column:]))
        inside = answered <= column < len(row) and (
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
    cut = [row[first : last + 1] for row in rows[header:]]
    symbol = claims(cut[0])["symbol"][0]
    section = section_of(cut[0])
    end = _section_end(cut, section) if section else _end(cut, 1, symbol)
    block = block_at(rows, origin, (header, first), (header + end - 1, last), sheet)
    return block if section else replace(block, notices=_rest(cut, end, block.origin))


def _section_end(rows: Grid, section: Sequence[tuple[int, str]]) -> int:
    """The row behind an export's section: the next one begins, or the prefix changes."""
    for index in range(1, len(rows)):
        label = rows[index][0] if rows[index] else None
        named = label.strip().casefold() if isinstance(label, str) else ""
        if named != section[0][1] or section_of(rows[index]):
            return index
    return len(rows)


def _end(rows: Grid, start: int, symbol: int) -> int:
    """The row behind the table: the first blank or total row, or the end; blank rows below a header are passed."""
    begun = False
    for index in range(start, len(rows)):
        blank = is_blank_row(rows[index])
        if not begun and is_header_row(rows[index]):
            return start
        if (blank and begun) or _is_total_row(rows[index], symbol):
            return index
        begun = begun or not blank
    return len(rows) if begun else start


def _is_total_row(row: Sequence[Cell], symbol: int) -> bool:
    label = row[symbol] if symbol < len(row) else None
    return is_total(label) or (is_blank(label) and any(is_total(cell) for cell in row))


def _rest(rows: Grid, end: int, origin: Origin) -> tuple[str, ...]:
    """A notice of rows behind the table's end that look like its holdings: nobody must miss them unsaid."""
    found = claims(rows[0])
    symbol = found["symbol"][0]
    figures = [columns[0] for name, columns in found.items() if name in {"value", "price", "quantity"}]
    numbered = [_numbers(row, figures) for row in rows[1 : min(end, 1 + _LOOK_DOWN)]]
    usual = min((filled for filled in numbered if filled), key=len, default=frozenset())
    like = []
    for index in range(end, len(rows)):
        row = rows[index]
        if is_header_row(row):
            break
        if is_blank_row(row) or _is_total_row(row, symbol) or symbol >= len(row) or is_blank(row[symbol]):
            continue
        if usual and usual <= _numbers(row, figures) and cash_name(row, symbol) is None:
            like.append(index)
    if not like:
        return ()
    first, last = origin.name(like[0], symbol), origin.name(like[-1], symbol)
    why = "blank" if is_blank_row(rows[end]) else "a total"
    what = (
        f"{first} looks like a holding but was not read"
        if len(like) == 1
        else f"{first} to {last} look like holdings but were not read"
    )
    return (f"{what}: row {origin.row + end} is {why} and ends the table.",)


def _numbers(row: Sequence[Cell], figures: Sequence[int]) -> frozenset[int]:
    """Which of the columns hold a number, or text for one."""
    return frozenset(column for column in figures if column < len(row) and _is_number(row[column]))


def _is_number(cell: Cell) -> bool:
    if isinstance(cell, str):
        return take_apart(cell) is not None
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)


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
