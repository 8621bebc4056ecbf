"""The decimal sign of a block: proved by one of its numbers, or by the arithmetic of its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.core.agreement import agree
from pbal_xl.grid.cells import Cell, Grid, is_blank
from pbal_xl.grid.numbers import block_sign, loose_number, take_apart
from pbal_xl.grid.rows import Row
from pbal_xl.grid.vocabulary import meanings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

    from pbal_xl.grid.columns import Columns
    from pbal_xl.grid.entries import Entry

__all__ = ["sign_of"]

_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f]")
_MONEY = frozenset({"value", "price", "quantity", "gain", "cost", "cost_price"})


def sign_of(rows: Grid, columns: Columns, entries: Sequence[Entry], targets: Sequence[Cell] | None) -> str | None:
    """The decimal sign of the figures of a block; None where nothing decides."""
    chosen = [entry.row for entry in entries if entry.kind is Row.HOLDING]
    texts = [cell for cell in _texts(rows, columns, chosen, targets) if "." in cell or "," in cell]
    proved = block_sign(texts)
    if proved is not None or not texts:
        return proved
    return (
        _by_arithmetic(rows, columns, chosen)
        or block_sign(_other_figures(rows, columns, chosen))
        or _by_language(columns.names)
    )


def _by_language(names: Sequence[str]) -> str | None:
    """Where headers are written in Chinese, Japanese or Korean, no comma is a decimal one."""
    return "." if any(_EAST_ASIAN.search(name) for name in names) else None


def _other_figures(rows: Grid, columns: Columns, chosen: Sequence[int]) -> Iterator[str]:
    """The texts of columns of money that nothing was read from, such as a second price or what was paid."""
    for column, name in enumerate(columns.names):
        if any(one.field in _MONEY for one in meanings(name)):
            cells = (rows[row][column] for row in chosen if column < len(rows[row]))
            yield from (cell for cell in cells if isinstance(cell, str))


def _texts(rows: Grid, columns: Columns, chosen: Sequence[int], targets: Sequence[Cell] | None) -> Iterator[str]:
    figures = [*columns.figures, *(one.column for one in columns.roles.targets)]
    for row in chosen:
        cells = rows[row]
        for column in figures:
            cell = cells[column] if column < len(cells) else None
            if isinstance(cell, str) and not is_blank(cell):
                yield cell
    yield from (cell for cell in targets or () if isinstance(cell, str) and not is_blank(cell))


def _by_arithmetic(rows: Grid, columns: Columns, chosen: Sequence[int]) -> str | None:
    """The sign by which value = quantity x price in every row that could be read in two ways.

    Where it holds by either, a value such as "2,040" decides: money is not written with three decimals.
    """
    fields = columns.fields
    if not {"quantity", "price", "value"} <= fields.keys():
        return None
    places = [fields[name] for name in ("quantity", "price", "value")]
    doubtful = [
        [rows[row][column] if column < len(rows[row]) else None for column in places]
        for row in chosen
        if any(_is_ambiguous(rows[row][column]) for column in places if column < len(rows[row]))
    ]
    fitting = [sign for sign in ".," if all(_fits([loose_number(cell, sign) for cell in row]) for row in doubtful)]
    if len(fitting) == 1:
        return fitting[0]
    values = {cell[-4] for row in doubtful for cell in (row[2],) if isinstance(cell, str) and _is_ambiguous(cell)}
    if len(fitting) > 1 and len(values) == 1:
        return "." if values == {","} else ","
    return None


def _fits(figures: Sequence[Decimal | None]) -> bool:
    quantity, price, value = figures
    return quantity is not None and price is not None and value is not None and agree(quantity, price, value)


def _is_ambiguous(cell: Cell) -> bool:
    written = take_apart(cell) if isinstance(cell, str) else None
    return written is not None and written.ambiguous
