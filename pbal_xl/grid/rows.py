"""What a row below the header is: a holding, or something that brokers and people put among them."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import Cell, is_blank, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Row", "cash_name", "classify", "is_blank_row", "is_total"]

_TOTALS = frozenset(
    {
        "total", "totals", "account total", "positions total", "grand total", "portfolio total", "subtotal",
        "sub total", "sub-total", "total value", "total market value", "total portfolio", "total portfolio value",
        "total account value", "total assets", "total holdings", "total positions", "total investments",
        "portfolio value", "overall total", "sum", "summe", "gesamt", "gesamtsumme", "gesamtwert", "insgesamt",
        "totaal", "totale", "total general", "suma",
    }
)  # fmt: skip
_CASH = re.compile(
    r"(?:[a-z]{3}\s|uninvested\s|available\s|free\s)?cash"
    r"(?:\s*(?:&|and)\s.*|\s(?:balance|account|position|reserve|sweep|[a-z]{3})|\s*\(.*\))?|.*\*\*"
)
_PENDING = "pending activity"
# A symbol or fund name is shorter; a disclaimer is longer and stands alone in its row.
_SENTENCE = 40


class Row(Enum):
    """Kinds of row."""

    HOLDING = "holding"
    BLANK = "blank"
    TOTAL = "total"
    CASH = "cash"
    PENDING = "pending"
    NOTE = "note"


def is_blank_row(row: Sequence[Cell]) -> bool:
    """Whether every cell is blank."""
    return all(cell is None or is_blank(cell) for cell in row)


def is_total(cell: Cell) -> bool:
    """Whether the cell labels a row of sums."""
    return isinstance(cell, str) and one_line(cell).rstrip(" :").casefold() in _TOTALS


def cash_name(row: Sequence[Cell], symbol_column: int) -> str | None:
    """What a row that holds cash calls it; None for any other row.

    Where the symbol is blank (DEGIRO), the name that stands before its figures tells.
    """
    symbol = row[symbol_column] if symbol_column < len(row) else None
    names = [symbol] if not is_blank(symbol) else [cell for cell in row[:symbol_column] if not is_blank(cell)]
    for name in names:
        if isinstance(name, str) and _CASH.fullmatch(one_line(name).casefold()):
            return one_line(name)
    return None


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
    if is_total(symbol) or (is_blank(symbol) and any(is_total(cell) for cell in row)):
        return Row.TOTAL
    if _is_pending(symbol) or (is_blank(symbol) and any(_is_pending(cell) for cell in row)):
        return Row.NOTE if empty else Row.PENDING
    if cash_name(row, symbol_column) is not None:
        return Row.CASH
    note = is_blank(symbol) or (isinstance(symbol, str) and len(symbol.strip()) > _SENTENCE)
    return Row.NOTE if empty and note else Row.HOLDING


def _is_pending(cell: Cell) -> bool:
    return isinstance(cell, str) and cell.strip().casefold() == _PENDING
