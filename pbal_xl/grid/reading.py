"""One row of a block: its symbol and its figures, or the faults in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.money import plain, to_decimal
from pbal_xl.errors import InputError
from pbal_xl.grid.beside import Beside
from pbal_xl.grid.cells import (
    NEVER_CALCULATED,
    Cell,
    Grid,
    Origin,
    cell_text,
    is_blank,
    is_error,
    is_no_figure,
    is_no_name,
    one_line,
    quoted,
)
from pbal_xl.grid.numbers import loose_number, mark_of, plain_number, read_text

if TYPE_CHECKING:
    from pbal_xl.grid.columns import Columns
    from pbal_xl.grid.side_tables import SideTable

__all__ = ["Foreign", "LeftOut", "Line", "Reading", "is_unknown", "read_figures", "read_number", "read_symbol"]

_OPTIONAL = frozenset({"gain", "cost", "quantity"})
# The longest names of funds have about 150 characters.
_LONGEST_SYMBOL = 250
_FIGURES = ("value", "price", "quantity", "gain", "cost", "target")


@dataclass(frozen=True, slots=True)
class Foreign:
    """The currency of a holding whose figures were converted.

    Attributes:
        code: of the currency.
        rate: money of the plan's currency for one of this.
        price: of one share in it; None where unknown.
    """

    code: str
    rate: Decimal
    price: Decimal | None


@dataclass(slots=True)
class Line:
    """One row's figures as read, before its lots are added up.

    Attributes:
        row: in the block, from 0.
        symbol: what names the holding.
        figures: by field; only those that are known.
        marks: for value and price the currency sign or code in their cells.
        derived: whether its price is value / quantity, because the price column says something else.
        asset_class: its class, where targets are given to classes.
        foreign: the currency that its figures were converted from; None where they were not.
    """

    row: int
    symbol: str
    figures: dict[str, Decimal]
    marks: dict[str, str] = field(default_factory=dict)
    derived: bool = False
    asset_class: str = ""
    foreign: Foreign | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is no holding.

    Attributes:
        cell: its name.
        label: what it calls itself.
        why: such as "cash".
        sentence: the whole notice.
    """

    cell: str
    label: str
    why: str
    sentence: str


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
        left_out: the rows that are no holdings.
        converted: whether figures were changed on their way from the cells.
        beside: the tables beside the holdings.
        cash: the rows of cash.
        by_class: the targets of classes; None where they are those of holdings.
    """

    rows: Grid
    origin: Origin
    columns: Columns
    sign: str | None
    faults: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    converted: bool = False
    beside: Beside = field(default_factory=Beside)
    cash: list[Line] = field(default_factory=list)
    by_class: SideTable | None = None

    def cell(self, row: int, column: int | None) -> Cell:
        """The cell of a row; None beyond its end."""
        cells = self.rows[row]
        value: Cell = cells[column] if column is not None and column < len(cells) else None
        return value

    def fault(self, row: int, column: int, sentence: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(f"{self.origin.name(row, column)}: {sentence}")

    def name(self, row: int, field_name: str) -> str:
        """The name of a field's cell in a row."""
        return self.origin.name(row, self.columns.fields.get(field_name, 0))


def read_symbol(reading: Reading, row: int) -> str | None:
    """The symbol of a row; None, with a fault noted, for what is none."""
    column = reading.columns.fields["symbol"]
    cell = reading.cell(row, column)
    if is_no_name(cell):
        # An ISIN or the like names a fund without a ticker as well.
        numbers = [reading.cell(row, other) for other in reading.columns.roles.numbers]
        cell = next((one for one in numbers if not is_no_figure(one)), None)
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
        symbol = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else one_line(str(cell))
        if len(symbol) <= _LONGEST_SYMBOL:
            return symbol
        reading.fault(
            row,
            column,
            f"symbol {quoted(symbol)} has {len(symbol):,} characters, {_LONGEST_SYMBOL} are the most; shorten it",
        )
    return None


def read_figures(reading: Reading, row: int) -> tuple[dict[str, Decimal], dict[str, str]]:
    """The figures of a row by their fields, and their marks of money; blanks and faulty cells are left out."""
    figures: dict[str, Decimal] = {}
    marks: dict[str, str] = {}
    fields, cells, points = reading.columns.fields, reading.rows[row], reading.sign != ","
    for name in _FIGURES:
        column = fields.get(name)
        if column is None:
            continue
        cell: Cell = cells[column] if column < len(cells) else None
        # A number above 0 is neither unknown nor moot.
        clear = cell if type(cell) is float else plain_number(cell) if points else None
        if clear is not None and clear > 0:
            number = _checked(reading, row, column, name, clear)
        else:
            number = None if _is_moot(reading, row, name) else read_number(reading, row, column, name)
        if number is None:
            continue
        figures[name] = number
        if clear is None and name in {"value", "price"} and (mark := mark_of(cell)):
            marks[name] = mark
    worth_nothing = "value" in fields and "value" not in figures and figures.get("quantity") == 0
    if worth_nothing and is_no_figure(reading.cell(row, fields["value"])):
        figures["value"] = Decimal(0)
    if "value" not in fields and figures.get("quantity") == 0 and _is_moot(reading, row, "price"):
        # Held no more, and the program that wrote the file no longer asks for its price.
        figures["value"] = Decimal(0)
    return figures, marks


def _is_moot(reading: Reading, row: int, name: str) -> bool:
    """A price or value that is said to be unknown, where the other figures do without it."""
    fields = reading.columns.fields
    if name not in {"price", "value"}:
        return False
    cell = reading.cell(row, fields[name])
    if name == "price" and not is_no_figure(cell):
        # A row worth nothing may well have no price.
        nothing = loose_number(cell, reading.sign) == 0
        return nothing and _number(reading, row, "value" if "value" in fields else "quantity") == 0
    if not is_no_figure(cell) or is_blank(cell):
        return False
    value, quantity, price = (_number(reading, row, one) for one in ("value", "quantity", "price"))
    if name == "price":
        return value is not None
    return quantity == 0 or (quantity is not None and price is not None)


def _number(reading: Reading, row: int, name: str) -> Decimal | None:
    column = reading.columns.fields.get(name)
    return None if column is None else loose_number(reading.cell(row, column), reading.sign)


def is_unknown(cell: Cell, name: str) -> bool:
    """Whether a cell is blank, or says that a figure that can be done without is not known."""
    return is_no_figure(cell) if name in _OPTIONAL else is_blank(cell)


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
        short = "; a short position cannot be planned, leave its row out" if name == "quantity" else ""
        reading.fault(row, column, f"{name} must be at least 0, is {plain(figure)}{short}")
    else:
        return figure
    return None


def _plain(cell: Cell) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    return f"the date {cell_text(cell)}" if isinstance(cell, dt.date) else f"the time {cell}"


def _never_calculated(name: str) -> str:
    return (
        f"{name} is a formula that was never calculated; "
        "open and save the workbook in Excel, or install LibreOffice so that it can be calculated here"
    )
