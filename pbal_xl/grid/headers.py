"""Which column is which: the header names of hand-made sheets and of brokers' exports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import Cell, is_blank

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "DRIFT_HEADINGS",
    "HEADERS",
    "PLAN_HEADINGS",
    "Claims",
    "answer_width",
    "claims",
    "is_header_row",
    "is_symbol_name",
    "normalise",
    "tells_value",
]

# What the worksheet functions answer over their columns.
PLAN_HEADINGS = ("Symbol", "Shares", "Amount", "Value after", "Weight after")
DRIFT_HEADINGS = ("Symbol", "Weight", "Target", "Drift")

# As people and brokers write them; compared without case, blanks, $, quotes and byte order marks.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "symbol": ("Symbol", "Ticker", "Instrument", "Symbol/ISIN"),
    "value": (
        "PositionValue", "Position Value", "Market Value", "Mkt Val (Market Value)", "Mkt Val", "Current Value",
        "Value", "Value $", "Value ($)", "Total Value", "Local value", "Balance", "Marktwert",
    ),
    "price": (
        "MarkPrice", "Mark Price", "Price", "Price ($)", "Last Price", "Last Price $", "Share Price",
        "Current Price", "Close Price", "Closing", "Quote", "Kurs",
    ),
    "quantity": ("Quantity", "Qty (Quantity)", "Qty", "Shares", "Position", "Bestand"),
    "gain": (
        "FifoPnlUnrealized", "Unrealized P/L", "Unrealized Gain ($)", "Unrealized Gain", "Unrealized Gain/Loss ($)",
        "Unrealized Gain/Loss", "Total Gain $", "Total Gain/Loss Dollar", "Total Gain/Loss ($)", "Total Gain/Loss",
        "Gain $ (Gain/Loss $)", "Gain/Loss $", "Gain", "Profit / Loss", "Gewinn / Verlust",
    ),
    "cost": (
        "Cost Basis", "Cost Basis Total", "Total Cost Basis", "CostBasisMoney", "Purchase Value", "Einstandspreis",
    ),
    "target": ("Target", "Target %", "Target Weight", "Target Allocation", "Allocation"),
    "account": ("Account Number", "Account Name", "Account #"),
    "currency": ("Currency", "CurrencyPrimary", "CCY"),
    # Marks of exports that repeat a position's lots below its summary row, or prefix each row.
    "detail": ("DataDiscriminator", "LevelOfDetail"),
}  # fmt: skip

# Names that serve as the symbol only where nothing better is there, best first.
SECOND_BEST_SYMBOLS: tuple[tuple[str, ...], ...] = (
    ("Fund", "Asset"),
    ("ETF",),
    ("Security",),
    ("Holding",),
    ("Name",),
)
# "Value (USD)": serves where no column is named without its currency.
_IN_CURRENCY = re.compile(r"(.+?)(?:\([a-z]{3}\)|\(?[\u20ac\u00a3\u00a5]\)?)")
# "Amount" is a number of shares in DEGIRO's export, which says "Closing" for the price; elsewhere it is money.
_AMOUNT, _CLOSING = "amount", "closing"

# Fields that any number of columns may claim; the first is taken.
_SHARED = frozenset({"account", "currency", "detail"})

_DROPPED = dict.fromkeys(map(ord, " \t\r\n\u00a0\u2007\u202f\u200b\ufeff$'\"`\u2018\u2019\u201c\u201d"))

# For each field the columns that claim it.
Claims = dict[str, list[int]]


def answer_width(cells: Sequence[Cell]) -> int:
    """How many of the leading cells are the headings of a worksheet function's answer; 0 for none.

    A plan that spills beside the holdings is not part of them, and no holdings of its own.
    """
    for headings in (PLAN_HEADINGS, DRIFT_HEADINGS):
        if tuple(cells[: len(headings)]) == headings:
            return len(headings)
    return 0


def normalise(header: str) -> str:
    """A header without what does not count: case, blanks, ``$``, quotes, byte order marks."""
    return header.translate(_DROPPED).casefold()


_FIELD_OF = {normalise(name): field for field, names in HEADERS.items() for name in names}
_SYMBOL_NAMES = frozenset(normalise(name) for names in (HEADERS["symbol"], *SECOND_BEST_SYMBOLS) for name in names)
# No header is longer, with all that normalising drops.
_LONGEST = 60


def claims(row: Sequence[Cell]) -> Claims:
    """The columns of a header row that claim each field, by position from 0."""
    names = [normalise(cell) if isinstance(cell, str) else "" for cell in row]
    found: Claims = {}
    for column, name in enumerate(names):
        field = _FIELD_OF.get(name)
        if field is None and name == _AMOUNT and _CLOSING in names:
            field = "quantity"
        if field is not None:
            found.setdefault(field, []).append(column)
    for name, columns in _with_currency(names).items():
        found.setdefault(name, columns)
    for second_best in SECOND_BEST_SYMBOLS:
        if "symbol" not in found:
            wanted = {normalise(name) for name in second_best}
            columns = [column for column, name in enumerate(names) if name in wanted]
            if columns:
                found["symbol"] = columns
    for field in _SHARED & found.keys():
        found[field] = found[field][:1]
    return found


def _with_currency(names: Sequence[str]) -> Claims:
    """The columns whose name says the currency too."""
    found: Claims = {}
    for column, name in enumerate(names):
        match = _IN_CURRENCY.fullmatch(name)
        field = _FIELD_OF.get(match[1]) if match else None
        if field is not None and field not in _SHARED and field != "symbol":
            found.setdefault(field, []).append(column)
    return found


def is_header_row(row: Sequence[Cell]) -> bool:
    """Whether all cells are text or blank and one of them is a known symbol header."""
    if not any(isinstance(cell, str) and is_symbol_name(cell) for cell in row):
        return False
    return all(is_blank(cell) or isinstance(cell, str) for cell in row)


def is_symbol_name(header: str) -> bool:
    """Whether a header may name the symbol's column; quick, to pass over the rows of a long sheet."""
    return len(header) < _LONGEST and normalise(header) in _SYMBOL_NAMES


def tells_value(found: Claims) -> bool:
    """Whether the claimed columns can tell what a holding is worth."""
    return "value" in found or ("quantity" in found and "price" in found)
