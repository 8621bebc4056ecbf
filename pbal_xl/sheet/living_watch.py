"""Rows of holdings that come or go after a living sheet was written, as formulas that count them.

A formula reads the cells that it was written for: a holding put in between or typed below is none of them. What
stands between the heading and the last row is counted by its name alone; below it, where notes and totals stand
too, only a row with a name and a figure counts. The two ranges share the last row, so that a row put in between
them widens one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.grid.cells import address_of, is_error
from pbal_xl.grid.rows import is_total

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.blocks import Block
    from pbal_xl.grid.cells import Cell, Grid
    from pbal_xl.grid.holdings import Table

__all__ = ["WATCHED_BELOW", "rows_watched"]

# So many rows below the holdings are looked at, as many as a living sheet takes holdings.
WATCHED_BELOW = 500

_TELLING = ("value", "quantity", "price")


def rows_watched(table: Table, block: Block, below: Grid) -> tuple[tuple[str, int], ...]:
    """The formulas that count what may be holdings, each with what it comes to today.

    Args:
        table: the holdings.
        block: their cells.
        below: the rows below the block in the same columns, as far as they are in use; blank beyond.

    Returns:
        None of those whose cells hold an error, which cannot be counted.
    """
    fields = table.columns.fields
    rows = [*block.rows, *below[:WATCHED_BELOW]]
    figures = [fields[name] for name in _TELLING if name in fields]
    last = len(block.rows) - 1
    # From the row above the first holding, so that one put in right below the heading is seen.
    first = max(0, min(row for lots in table.lots for row in lots) - 1)
    watched = (
        _counted(block, rows, (first, last), [[fields["symbol"]]]),
        _counted(block, rows, (last, _end(rows, last, fields["symbol"], figures)), [[fields["symbol"]], figures]),
    )
    return tuple(one for one in watched if one is not None)


def _end(rows: Grid, last: int, symbol: int, figures: Sequence[int]) -> int:
    """The last row that is watched: of another table below only its first."""
    for row in range(last + 1, len(rows)):
        filled = _is_filled(rows, row, [symbol]) and _is_filled(rows, row, figures)
        if filled and not is_total(_cell(rows, row, symbol)):
            return row
    return last + WATCHED_BELOW


def _counted(
    block: Block, rows: Grid, span: tuple[int, int], wanted: Sequence[Sequence[int]]
) -> tuple[str, int] | None:
    """The formula that counts the rows of a span with something in a column of each kind, and what it comes to."""
    numbers = range(span[0], span[1] + 1)
    columns = [column for kind in wanted for column in kind]
    if any(is_error(_cell(rows, row, column)) for row in numbers for column in columns):
        return None
    count = sum(all(_is_filled(rows, row, kind) for kind in wanted) for row in numbers)
    factors = [_filled(block, span, kind) for kind in wanted]
    return f"SUMPRODUCT({'*'.join(factors)}*1)", count


def _filled(block: Block, span: tuple[int, int], columns: Sequence[int]) -> str:
    """Which rows of a span hold something in any of the columns, as a formula."""
    texts = []
    for column in columns:
        top, end = (address_of(block.sheet, block.origin, row, column) for row in span)
        texts.append(f'({top}:{end.rpartition("!")[2]}<>"")')
    return texts[0] if len(texts) == 1 else f"(({'+'.join(texts)})>0)"


def _is_filled(rows: Grid, row: int, columns: Sequence[int]) -> bool:
    return any(_cell(rows, row, column) not in {None, ""} for column in columns)


def _cell(rows: Grid, row: int, column: int) -> Cell:
    cells = rows[row] if row < len(rows) else []
    return cells[column] if column < len(cells) else None
