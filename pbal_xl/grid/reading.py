"""One row of a block: its symbol and its figures, or the faults in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.money import plain, to_decimal
from pbal_xl.errors import InputError
from pbal_xl.grid.cells import NEVER_CALCULATED, Cell, Grid, Origin, is_blank, is_error, one_line, quoted
from pbal_xl.grid.numbers import read_text

if TYPE_CHECKING:
    from pbal_xl.grid.columns import Columns

__all__ = ["Line", "Reading", "is_unknown", "read_figures", "read_number", "read_symbol"]

# What brokers write where they know no figure; good enough for a gain, never for a value or a price.
_UNKNOWN = frozenset({"--", "-", "n/a", "na", "n.a.", "\u2014", "\u2013"})
_OPTIONAL = frozenset({"gain", "cost", "quantity"})
_FIGURES = frozenset({"value", "price", "quantity", "gain", "cost", "target"})


@dataclass(slots=True)
class Line:
    """One row's figures as read, before its lots are added up."""

    row: int
    symbol: str
    figures: dict[str, Decimal]


@dataclass(slots=True)
class Reading:
    """What a reading gathers on its way.

    Attributes:
        rows: the block.
        origin: where it stands.
        columns: its columns.
        sign: its decimal sign where it is known.
        faults: sentences, each with its cell.
        notices: sentences on what was skipped.
        lines: the rows read so far.
        above: the sum of their values.
    """

    rows: Grid
    origin: Origin
    columns: Columns
    sign: str | None
    faults: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    above: Decimal = Decimal(0)

    def cell(self, row: int, column: int | None) -> Cell:
        """The cell of a row; None beyond its end."""
        cells = self.rows[row]
        value: Cell = cells[column] if column is not None and column < len(cells) else None
        return value

    def fault(self, row: int, column: int, sentence: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(f"{self.origin.name(row, column)}: {sentence}")


def read_symbol(reading: Reading, row: int, cell: Cell) -> str | None:
    """The symbol in a cell; None, with a fault noted, for what is none."""
    column = reading.columns.fields["symbol"]
    if is_blank(cell):
        reading.fault(row, column, "symbol is missing")
    elif isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        reading.fault(
            row, column, f"symbol is {_plain(cell)}, which a spreadsheet made of the text; format it as text"
        )
    elif is_error(cell):
        reading.fault(row, column, f"symbol is {str(cell).strip()}")
    elif cell == NEVER_CALCULATED:
        reading.fault(row, column, _never_calculated("symbol"))
    else:
        # A ticker of digits, such as 7203, arrives as a number.
        return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else one_line(str(cell))
    return None


def read_figures(reading: Reading, row: int) -> dict[str, Decimal]:
    """The figures of a row by their fields; blanks and faulty cells are left out."""
    figures: dict[str, Decimal] = {}
    for name, column in reading.columns.fields.items():
        if name in _FIGURES:
            place = reading.columns.value_column(reading.rows[row]) if name == "value" else column
            number = read_number(reading, row, place, name)
            if number is not None:
                figures[name] = number
    return figures


def is_unknown(cell: Cell, name: str) -> bool:
    """Whether a cell is blank, or says that a figure that can be done without is not known."""
    unknown = name in _OPTIONAL and isinstance(cell, str) and cell.strip().casefold() in _UNKNOWN
    return unknown or is_blank(cell)


def read_number(reading: Reading, row: int, column: int, name: str) -> Decimal | None:
    """The figure of one cell; None for a blank and, with a fault noted, for what is no number."""
    cell = reading.cell(row, column)
    if is_unknown(cell, name):
        return None
    if isinstance(cell, str):
        if cell == NEVER_CALCULATED:
            reading.fault(row, column, _never_calculated(name))
            return None
        if is_error(cell):
            reading.fault(row, column, f"{name} is {cell.strip()}")
            return None
        figure = read_text(cell, reading.sign)
        if isinstance(figure, str):
            reading.fault(row, column, f"{name} {figure}")
            return None
        if figure.percent and name != "target":
            reading.fault(row, column, f"{name} {quoted(cell)} is a percentage")
            return None
        cell = figure.number
    if isinstance(cell, (bool, dt.date, dt.time, dt.timedelta)):
        reading.fault(row, column, f"{name} is {_plain(cell)}, not a number")
        return None
    return _checked(reading, row, column, name, cell)


def _checked(reading: Reading, row: int, column: int, name: str, number: float | Decimal | None) -> Decimal | None:
    try:
        figure = to_decimal(number if number is not None else 0, name)
    except InputError as error:
        reading.fault(row, column, str(error))
        return None
    if name == "price" and figure <= 0:
        reading.fault(row, column, f"price must be above 0, is {plain(figure)}")
    elif name in {"value", "quantity", "target"} and figure < 0:
        reading.fault(row, column, f"{name} must be at least 0, is {plain(figure)}")
    else:
        return figure
    return None


def _plain(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"the date {cell}" if isinstance(cell, dt.date) else f"the time {cell}"


def _never_calculated(name: str) -> str:
    return (
        f"{name} is a formula that was never calculated; "
        "open and save the workbook in Excel, or install LibreOffice so that it can be calculated here"
    )
