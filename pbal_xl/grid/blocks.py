"""Rectangles of cells that may be holdings, and which of them is meant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Grid, Origin, address_of
from pbal_xl.grid.headers import answer_width, find_header, header_at, is_header_row
from pbal_xl.grid.rows import is_blank_row
from pbal_xl.grid.statements import other_kind
from pbal_xl.words import first_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["Block", "Survey", "block_at", "choose", "choose_from", "selected_holdings", "survey_tables"]


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells and where it stands.

    Attributes:
        rows: the cells, as many columns in each.
        origin: where they stand.
        sheet: the sheet's title, "" where there is only one.
        notices: what looks like holdings near it and was left out.
    """

    rows: Grid
    origin: Origin
    sheet: str = ""
    notices: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """As in A2:D12."""
        width = max((len(row) for row in self.rows), default=1)
        return f"{self.origin.name(0, 0)}:{self.origin.name(len(self.rows) - 1, width - 1)}"

    @property
    def place(self) -> str:
        """As in Portfolio!A2:D12."""
        return f"{self.sheet}!{self.address}" if self.sheet else self.address

    @property
    def reference(self) -> str:
        """As a defined name has it, in 'Portfolio'!$A$2:$D$12."""
        width = max((len(row) for row in self.rows), default=1)
        last = address_of(self.sheet, self.origin, len(self.rows) - 1, width - 1)
        return f"{address_of(self.sheet, self.origin, 0, 0)}:{last.rpartition('!')[2]}"


@dataclass(frozen=True, slots=True)
class Survey:
    """The blocks on a sheet that may be holdings.

    Attributes:
        telling: their header names a value.
        weaker: their header only has quantity and price, as a list of transactions may.
        nameless: their header has a symbol and nothing that tells a value, or there is no header at all.
        without_names: what is told of a row of headers none of which names what is held; "" without such a row.
    """

    telling: tuple[Block, ...] = ()
    weaker: tuple[Block, ...] = ()
    nameless: tuple[Block, ...] = ()
    without_names: str = ""


# Rows of a candidate that are looked at to see what it is.
_LOOKED_AT = 300
_LISTED = 6


def block_at(rows: Grid, origin: Origin, first: tuple[int, int], last: tuple[int, int], sheet: str = "") -> Block:
    """The block between two corners, (row, column) from 0, both included; short rows are filled with blanks."""
    width = last[1] - first[1] + 1
    cut = [list(row[first[1] : last[1] + 1]) for row in rows[first[0] : last[0] + 1]]
    for row in cut:
        row.extend([None] * (width - len(row)))
    return Block(cut, Origin(origin.row + first[0], origin.column + first[1], known=origin.known), sheet)


def selected_holdings(block: Block) -> Block | None:
    """What a user selected, less a plan that spills beside it; None where its headers are not those of holdings."""
    width = min(
        (at for row in block.rows for at in range(len(row)) if answer_width(row[at:])),
        default=max((len(row) for row in block.rows), default=0),
    )
    rows = [row[:width] for row in block.rows]
    header = find_header(rows)
    if header is not None:
        return replace(block, rows=rows) if header.tells_value else None
    return None if any(is_header_row(row) for row in block.rows) else block


def survey_tables(tables: Iterable[Block]) -> Survey:
    """Those of a program's own tables (Excel Tables, database ranges) whose first row has headers of holdings."""
    telling: list[Block] = []
    weaker: list[Block] = []
    for block in tables:
        header = header_at(block.rows, 0) if block.rows else None
        if header is not None and header.tells_value:
            (telling if header.names_value else weaker).append(block)
    return Survey(tuple(telling), tuple(weaker))


def choose_from(tables: Survey, sheets: Callable[[], Sequence[Survey]]) -> Block:
    """The one block of holdings: a table that names a value first, then what the sheets hold, then other tables.

    Raises:
        CellFaults: there is none, or there are several, with their addresses.
    """
    if tables.telling:
        return choose([tables])
    surveys = sheets()
    # A list of transactions may be a table too: any header that names a value goes before it.
    use_tables = tables.weaker and not any(found.telling for found in surveys)
    return choose([tables] if use_tables else surveys)


def choose(surveys: Sequence[Survey]) -> Block:
    """The one block of holdings on the sheets surveyed.

    Raises:
        CellFaults: there is none, or there are several, with their addresses.
    """
    telling = [block for survey in surveys for block in survey.telling]
    weaker = [block for survey in surveys for block in survey.weaker]
    candidates = telling or weaker
    if len(candidates) > 1 or (telling and weaker):
        # Lists of transactions, and tables without a figure, are there beside the holdings.
        candidates = _of_holdings(telling) or _of_holdings(weaker) or candidates
    if len(candidates) > 1:
        listed = first_of([block.place for block in candidates], _LISTED)
        raise CellFaults([f"several tables look like holdings ({listed}); say which sheet or range is meant"])
    # Reading a header without a value names what is missing.
    candidates = candidates or [block for survey in surveys for block in survey.nameless][:1]
    if not candidates:
        told = [survey.without_names for survey in surveys if survey.without_names]
        told = told or ["there is no header row with a column such as Symbol and one such as Value"]
        raise CellFaults([f"no holdings were found: {told[0]}"])
    return candidates[0]


def _of_holdings(blocks: Sequence[Block]) -> list[Block]:
    """The blocks that have rows and are not of another kind; many are not looked into."""
    return [block for block in blocks if len(blocks) > _LOOKED_AT or _may_be_holdings(block)]


def _may_be_holdings(block: Block) -> bool:
    rows = block.rows[:_LOOKED_AT]
    if all(is_blank_row(row) for row in rows[1:]):
        return False
    header = find_header(rows)
    return header is None or other_kind(rows[header.last + 1 :], header, block.origin) is None
