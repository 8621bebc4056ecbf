"""Tables beside the holdings: targets of classes, funds of several classes, rates of currencies; found and read."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from pbal_xl.core.book import check_targets, off_whole
from pbal_xl.core.money import plain, to_decimal
from pbal_xl.errors import CellFaults, InputError, PlanError
from pbal_xl.grid.cells import (
    NEVER_CALCULATED,
    Cell,
    Grid,
    Origin,
    cell_text,
    is_blank,
    is_error,
    one_line,
    quoted,
)
from pbal_xl.grid.numbers import loose_number, read_text
from pbal_xl.grid.rows import is_blank_row, is_total
from pbal_xl.grid.vocabulary import label, meanings, words
from pbal_xl.setting_tables import TABLES, written

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["SideTable", "find_table", "read_table"]


class SideTable(NamedTuple):
    """A table as read.

    Attributes:
        text: as a setting holds it.
        place: where it stands, such as "F1:G4"; "" where that is not known.
    """

    text: str
    place: str = ""


def find_table(key: str, rows: Grid, origin: Origin) -> tuple[Grid, Origin] | None:
    """The first table of a kind that headers of its own tell: Class and Target, or Currency and Rate.

    Neither beside other headers of holdings; a table of funds of several classes goes by its name alone.
    """
    for at, row in enumerate(rows):
        for column in range(len(row) - 1):
            if _heads(key, row, column):
                body = _below(rows, at, column)
                if len(body) > 1:
                    return body, Origin(origin.row + at, origin.column + column, known=origin.known)
    return None


def _heads(key: str, row: Sequence[Cell], column: int) -> bool:
    first, second = row[column], row[column + 1]
    if not isinstance(first, str) or not isinstance(second, str):
        return False
    beside = [row[column - 1] if column else None, row[column + 2] if column + 2 < len(row) else None]
    if any(not is_blank(cell) for cell in beside):
        return False
    if key == "targets":
        return label(first) in words("class_headers") and _means(second, "target")
    return key == "rates" and _means(first, "currency") and _means(second, "rate")


def _means(header: str, field: str) -> bool:
    return any(one.field == field for one in meanings(header))


def _below(rows: Grid, at: int, column: int) -> Grid:
    """The two columns from a header down to the next blank."""
    body: Grid = []
    for row in rows[at:]:
        cells = [*row[column : column + 2], None, None][:2]
        if is_blank_row(cells):
            break
        body.append(cells)
    return body


def read_table(key: str, rows: Grid, origin: Origin, *, decimal: str | None = None, sheet: str = "") -> SideTable:
    """The table in a block of cells, with or without its row of headers.

    Args:
        key: "targets", "exposure" or "rates".
        rows: the block.
        origin: where it stands.
        decimal: the decimal sign of numbers as text, where known.
        sheet: the title of its sheet where a fault must name it.

    Raises:
        CellFaults: everything that is wrong with it.
    """
    reader = _Reader(key, rows, origin, decimal, f"{sheet}!" if sheet else "")
    figures: dict[str, Any] = dict(reader.parts() if key == "exposure" else reader.pairs())
    if not figures and not reader.faults:
        reader.faults.append(f"{reader.name(0, 0)}: the table of {TABLES[key][0]} and {TABLES[key][1]} is empty")
    if key == "targets" and not reader.faults:
        reader.check_sum(list(figures.values()))
    if reader.faults:
        raise CellFaults(reader.faults)
    return SideTable(written(key, figures), reader.place() if origin.known else "")


class _Reader:
    def __init__(self, key: str, rows: Grid, origin: Origin, decimal: str | None, sheet: str) -> None:
        self.key, self.rows, self.origin, self.decimal, self.sheet = key, rows, origin, decimal, sheet
        self.faults: list[str] = []

    def name(self, row: int, column: int) -> str:
        return f"{self.sheet}{self.origin.name(row, column)}"

    def place(self) -> str:
        used = [at for at, row in enumerate(self.rows) if not is_blank_row(row)] or [0]
        width = max(len(row) for row in self.rows)
        return f"{self.name(used[0], 0)}:{self.origin.name(used[-1], width - 1)}"

    def pairs(self) -> dict[str, Decimal]:
        """Names with their figures."""
        found: dict[str, Decimal] = {}
        for at, row in self._body(headed=self._is_header):
            name, figure = self._said(row[0]), row[1] if len(row) > 1 else None
            number = self._number(at, 1, figure, name)
            if number is None:
                continue
            if self.key == "rates":
                name = name.upper()
                if not number:
                    self.faults.append(f"{self.name(at, 1)}: rate of {name} must be above 0, is 0")
            self._add(found, name, number, at)
        return found

    def parts(self) -> dict[str, dict[str, Decimal]]:
        """Symbols with their parts of each class, whose names are the headers."""
        heads = next((at for at, row in enumerate(self.rows) if not is_blank_row(row)), None)
        if heads is None:
            return {}
        names = [self._said(cell) for cell in self.rows[heads]]
        found: dict[str, dict[str, Decimal]] = {}
        for at, row in self._body(headed=lambda place: place == heads):
            symbol = self._said(row[0])
            parts: dict[str, Decimal] = {}
            for column in range(1, len(row)):
                if is_blank(row[column]):
                    continue
                if column >= len(names) or not names[column]:
                    self.faults.append(f"{self.name(at, column)}: this column has no class above it")
                    continue
                number = self._number(at, column, row[column], f"{symbol} in {names[column]}")
                if number:
                    parts[names[column]] = number
            if not parts:
                self.faults.append(f"{self.name(at, 0)}: {symbol} has no part of any class")
            else:
                self._check_whole(at, symbol, list(parts.values()))
                self._add(found, symbol, parts, at)
        return found

    def _body(self, *, headed: Any) -> list[tuple[int, Sequence[Cell]]]:
        """The rows that say something, but for the headers and a total."""
        found: list[tuple[int, Sequence[Cell]]] = []
        for at, row in enumerate(self.rows):
            if is_blank_row(row) or headed(at) or (found and is_total(row[0])):
                continue
            if is_blank(row[0]):
                self.faults.append(f"{self.name(at, 0)}: {TABLES[self.key][0]} is missing")
                continue
            found.append((at, row))
        return found

    def _is_header(self, at: int) -> bool:
        """The first row that says something, where it has no number."""
        row = self.rows[at]
        first = all(is_blank_row(above) for above in self.rows[:at])
        return first and len(row) > 1 and isinstance(row[1], str) and loose_number(row[1], ".") is None

    def _said(self, cell: Cell) -> str:
        return "" if is_blank(cell) else one_line(cell_text(cell))

    def _add(self, found: dict[str, Any], name: str, figure: Any, at: int) -> None:
        if name.casefold() in {known.casefold() for known in found}:
            self.faults.append(f"{self.name(at, 0)}: {name} stands twice in this table")
        found[name] = figure

    def _number(self, row: int, column: int, cell: Cell, name: str) -> Decimal | None:
        what, place = TABLES[self.key][1].partition(" ")[0], self.name(row, column)
        try:
            number = self._figure(cell, f"{what} of {name}")
        except InputError as error:
            self.faults.append(f"{place}: {error}")
            return None
        if number < 0:
            self.faults.append(f"{place}: {what} of {name} must be at least 0, is {plain(number)}")
            return None
        return number

    def _figure(self, cell: Cell, what: str) -> Decimal:
        if is_blank(cell):
            raise InputError(f"{what} is missing")
        if cell == NEVER_CALCULATED:
            raise InputError(f"{what} is a formula that was never calculated; open and save the workbook in Excel")
        if is_error(cell):
            raise InputError(f"{what} is {str(cell).strip()}")
        if not isinstance(cell, str):
            return to_decimal(cell, what)  # type: ignore[arg-type]
        figure = read_text(cell, self.decimal)
        if isinstance(figure, str):
            raise InputError(f"{what} {figure}")
        return to_decimal(figure.number, what)

    def check_sum(self, targets: list[Decimal]) -> None:
        try:
            check_targets(targets)
        except PlanError as error:
            self.faults.append(f"{self.place()}: class {error}" if self.origin.known else f"class {error}")

    def _check_whole(self, at: int, symbol: str, parts: list[Decimal]) -> None:
        try:
            check_targets(parts)
        except PlanError:
            total = sum(parts, Decimal(0))
            self.faults.append(
                f"{self.name(at, 0)}: the parts of {quoted(symbol)} must sum to 100 %, {off_whole(total)}"
            )
