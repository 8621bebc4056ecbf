"""Where the holdings stand on a sheet, when nobody says.

Long because where a table begins and where it ends are decided by the same looks at the same rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pbal_xl.grid.blocks import Block, Survey, block_at, choose
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank, quoted
from pbal_xl.grid.columns import section_of
from pbal_xl.grid.csv_text import check_widths
from pbal_xl.grid.headers import (
    FIGURES,
    IDENTIFIERS,
    IDENTIFYING,
    SURE,
    Header,
    answer_width,
    claimed,
    fields_of,
    header_at,
    is_header_row,
    looks_like_number,
    tells_value,
)
from pbal_xl.grid.headers import may_be_header as looks_like_headers
from pbal_xl.grid.rows import is_blank_row, is_total
from pbal_xl.grid.shape import Shape
from pbal_xl.grid.vocabulary import data
from pbal_xl.words import first_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["find_holdings", "may_be_header", "survey"]

# How many rows below a header are looked at to see which of its columns are in use.
_LOOK_DOWN = 20
_SEVERAL = 2
# Rows in which a header without a name is looked for, and the headers that are told of it.
_FIRST_ROWS, _MOST_NAMED = 50, 8
_OF_MONEY = frozenset({"value", "quantity", "price", "target", "cost"})
_LONGEST_NAME = 100
_DIGIT = re.compile(r"\d")
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.:/^-]{0,11}")


@dataclass(frozen=True, slots=True)
class _Found:
    """A header on a sheet: its columns, from ``first`` to ``last``, and what it says."""

    header: Header
    first: int
    last: int


def survey(rows: Grid, origin: Origin, *, sheet: str = "", headerless: bool = False) -> Survey:
    """All blocks of a sheet that may be holdings: a header, and the rows below it that are like each other.

    Args:
        rows: the cells of the sheet.
        origin: where they stand.
        sheet: its name, for messages.
        headerless: also take a block without a header row (Symbol, Value, Price ...), as in a plain CSV.
    """
    found = _headers(rows)
    kinds: dict[str, list[Block]] = {"telling": [], "weaker": [], "nameless": []}
    for one, end in zip(found, _ends(found, len(rows)), strict=True):
        header = one.header
        kind = "telling" if header.names_value else "weaker" if header.tells_value else "nameless"
        if kind == "nameless" and kinds[kind]:
            # The first tells what is missing.
            continue
        kinds[kind].append(_below(rows, origin, one, end, sheet))
    start = _headerless(rows) if headerless and not found else None
    if start is not None:
        last = (_headerless_end(rows, start) - 1, len(rows[start]) - 1)
        kinds["nameless"].append(block_at(rows, origin, (start, 0), last, sheet))
    without_names = "" if found or start is not None else _without_names(rows, origin, sheet)
    return Survey(tuple(kinds["telling"]), tuple(kinds["weaker"]), tuple(kinds["nameless"]), without_names)


def _without_names(rows: Grid, origin: Origin, sheet: str) -> str:
    """What is to be told of a row of headers none of which names what is held; "" where there is no such row."""
    for index, row in enumerate(rows[:_FIRST_ROWS]):
        names = [cell for cell in row if isinstance(cell, str) and not is_blank(cell)]
        figures = {claimed(name) & _OF_MONEY for name in names} - {frozenset()}
        if looks_like_headers(row) and len(figures) >= _SEVERAL and tells_value(fields_of(names)):
            first = next(at for at, cell in enumerate(row) if not is_blank(cell))
            place = f"{sheet}!{origin.name(index, first)}" if sheet else origin.name(index, first)
            listed = first_of([quoted(name) for name in names], _MOST_NAMED)
            return f"{place}: no column names what is held among {listed}; call one Symbol, or add such a column"
    return ""


def find_holdings(rows: Grid, origin: Origin, *, headerless: bool = False) -> Block:
    """The block of holdings on one sheet, or in a CSV (``headerless``); see ``survey`` and ``choose``."""
    block = choose([survey(rows, origin, headerless=headerless)])
    if headerless:
        check_widths(rows, block)
    return block


def _headers(rows: Grid) -> list[_Found]:
    """The headers of a sheet; one with empty columns in it counts where no other tells a value."""
    hinted = [index for index in range(len(rows)) if _is_hinted(rows[index])]
    found: list[_Found] = []
    for index in hinted:
        found += _headers_in(rows, index, _runs(rows, index))
    if not any(one.header.tells_value for one in found):
        whole = [one for index in hinted for one in _headers_in(rows, index, [_used_columns(rows[index])])]
        found = [one for one in whole if one.header.tells_value] or found
    return _once(found)


def _once(found: Sequence[_Found]) -> list[_Found]:
    """A header of two rows is found from either; it counts once."""
    kept: list[_Found] = []
    for one in found:
        again = kept and kept[-1].header.last >= one.header.first and kept[-1].first <= one.last
        if again and one.first <= kept[-1].last:
            if one.header.tells_value and not kept[-1].header.tells_value:
                kept[-1] = one
            continue
        kept.append(one)
    return kept


@cache
def _hints() -> re.Pattern[str]:
    """Parts of the names that identifiers have; no header row is without one."""
    fields = data()["fields"]
    listed = (
        name.casefold()
        for field in IDENTIFIERS
        for part in ("names", "weak")
        for names in fields[field].get(part, {}).values()
        for name in names
    )
    return re.compile("|".join(sorted({re.escape(re.split(r"[\s/(.-]", name)[0]) for name in listed})))


def _is_hinted(row: Sequence[Cell]) -> bool:
    """Whether a row may hold a header; quick, because most rows of a long sheet do not.

    A name of something held is needed, and beside numbers a sure one, or one of a figure too: rows of holdings hold
    words such as ETF and Fund.
    """
    named = sure = figured = numbers = False
    for cell in row:
        if not isinstance(cell, str):
            numbers = numbers or cell is not None
        elif _DIGIT.search(cell):
            numbers = numbers or looks_like_number(cell)
        elif 0 < len(cell) < _LONGEST_NAME:
            names, surely, figure = _hinted_at(cell)
            named, sure, figured = named or names, sure or surely, figured or figure
    return named and (sure or figured or not numbers)


@lru_cache(maxsize=8192)
def _hinted_at(text: str) -> tuple[bool, bool, bool]:
    """Whether a text without digits may name what is held, whether surely so, and whether it may name a figure."""
    hinted = _hints().search(text.casefold()) is not None
    named = hinted and _may_name(text)
    fields = fields_of([text])
    figured = named is hinted and not FIGURES.isdisjoint(claimed(text))
    return named, named and not SURE.isdisjoint(fields), figured


def _is_short_name(text: str) -> bool:
    # No name of a field has a digit that it cannot do without.
    return 0 < len(text) < _LONGEST_NAME and _DIGIT.search(text) is None


def _may_name(text: str) -> bool:
    return not IDENTIFYING.isdisjoint(fields_of([text])) or " " not in text.strip()


def may_be_header(text: str) -> bool:
    """Whether a text may name a column of what is held, of which no row of headers is without one."""
    return _is_short_name(text) and _hints().search(text.casefold()) is not None and _may_name(text)


def _headers_in(rows: Grid, index: int, runs: Sequence[tuple[int, int]]) -> list[_Found]:
    """The headers within a row of the sheet: other things may stand beside a table."""
    start = max(0, index - 1)
    found = []
    for first, last in runs:
        window = [row[first : last + 1] for row in rows[start : index + 2]]
        header = header_at(window, index - start)
        if header is not None:
            moved = replace(header, first=header.first + start, last=header.last + start) if start else header
            found.append(_Found(moved, first, last))
    return found


def _used_columns(row: Sequence[Cell]) -> tuple[int, int]:
    used = [column for column, cell in enumerate(row) if not is_blank(cell)]
    return used[0], used[-1]


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


def _ends(found: Sequence[_Found], height: int) -> list[int]:
    """For each header the row in which the next of the same columns begins."""
    ends: list[int] = []
    # For each stretch of columns the two headers nearest below: the nearest may share a row.
    below: dict[tuple[int, int], list[int]] = {}
    for one in reversed(found):
        next_ones = (
            first
            for (left, right), firsts in below.items()
            if left <= one.last and one.first <= right
            for first in firsts
            if first > one.header.last
        )
        ends.append(min(next_ones, default=height))
        known = below.setdefault((one.first, one.last), [])
        known.insert(0, one.header.first)
        del known[2:]
    return ends[::-1]


def _below(rows: Grid, origin: Origin, one: _Found, end: int, sheet: str) -> Block:
    top = one.header.first
    cut = [row[one.first : one.last + 1] for row in rows[top:end]]
    first = one.header.last - top + 1
    section = section_of(cut[first - 1])
    if section:
        height = _section_end(cut, section)
        return block_at(rows, origin, (top, one.first), (top + height - 1, one.last), sheet)
    shape = Shape(one.header, cut[first:])
    height = first + shape.height
    block = block_at(rows, origin, (top, one.first), (top + height - 1, one.last), sheet)
    notices = shape.rest(block.origin, first)
    return replace(block, notices=notices) if notices else block


def _section_end(rows: Grid, section: Sequence[tuple[int, str]]) -> int:
    """The row behind an export's section: the next one begins, or the prefix changes."""
    for index in range(1, len(rows)):
        label = rows[index][0] if rows[index] else None
        named = label.strip().casefold() if isinstance(label, str) else ""
        if named != section[0][1] or section_of(rows[index]):
            return index
    return len(rows)


def _headerless(rows: Grid) -> int | None:
    """The first row that is not blank, when it looks like Symbol, Value ...: a name, then something with digits."""
    for index, row in enumerate(rows):
        if not is_blank_row(row):
            return index if _is_plain(row) else None
    return None


def _is_plain(row: Sequence[Cell]) -> bool:
    named = bool(row) and isinstance(row[0], str) and not is_blank(row[0]) and not is_header_row(row)
    return named and len(row) > 1 and any(char.isdigit() for cell in row[1:3] for char in str(cell))


def _headerless_end(rows: Grid, start: int) -> int:
    """The row behind the last that looks like the first, blank rows and totals between them passed."""
    end = start
    for index in range(start, len(rows)):
        row = rows[index]
        if is_blank_row(row) or (any(is_total(cell) for cell in row) and not _is_plain(row)):
            continue
        if not _is_plain(row):
            break
        end = index + 1
    return end
