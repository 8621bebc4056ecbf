"""What a row below the header is: a holding, or something that brokers and people put among them."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import Cell, is_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Row", "classify", "is_blank_row", "is_total"]

_TOTALS = frozenset(
    {
        "total", "totals", "account total", "positions total", "grand total", "portfolio total", "subtotal",
        "sub total", "sum", "summe", "gesamt", "gesamtsumme", "total general",
    }
)  # fmt: skip
_CASH = re.compile(r"cash(\s*(&|and)\s.*|\s+balance|\s*\(.*\))?|.*\*\*", re.DOTALL)
_PENDING = "pending activity"
# A symbol or fund name is shorter; a disclaimer is longer and stands alone in its row.
_SENTENCE = 40


class Row(Enum):
    """Kinds of row."""

    HOLDING = "holding"
    BLANK = "blank"
    TOTAL = "total"
    CASH = "cash"
    NOTE = "note"


def is_blank_row(row: Sequence[Cell]) -> bool:
    """Whether every cell is blank."""
    return all(cell is None or is_blank(cell) for cell in row)


def is_total(cell: Cell) -> bool:
    """Whether the cell labels a row of sums."""
    return isinstance(cell, str) and cell.strip().rstrip(":").casefold().strip() in _TOTALS


def classify(row: Sequence[Cell], symbol_column: int, figures: Sequence[int]) -> Row:
    """What a row is.

    Args:
        row: its cells.
        symbol_column: where the symbol stands.
        figures: the columns that hold numbers of a holding.
    """
    if is_blank_row(row):
        return Row.BLANK
    symbol = row[symbol_column] if symbol_column < len(row) else None
    empty = all(column >= len(row) or is_blank(row[column]) for column in figures)
    if is_blank(symbol):
        if any(is_total(cell) for cell in row):
            return Row.TOTAL
        pending = any(isinstance(cell, str) and cell.strip().casefold() == _PENDING for cell in row)
        return Row.NOTE if empty or pending else Row.HOLDING
    if is_total(symbol):
        return Row.TOTAL
    if isinstance(symbol, str):
        name = symbol.strip().casefold()
        if name == _PENDING or (empty and len(name) > _SENTENCE):
            return Row.NOTE
        if _CASH.fullmatch(name):
            return Row.CASH
    return Row.HOLDING
