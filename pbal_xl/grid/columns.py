"""The columns of a block: from its header row, or by position without one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank, quoted
from pbal_xl.grid.headers import Claims, claims, is_header_row, tells_value
from pbal_xl.grid.rows import is_blank_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Columns", "columns_of", "section_of"]

_POSITIONS = ("symbol", "value", "price", "gain", "target")
_FIGURES = ("value", "price", "quantity", "gain", "cost", "target")
_CURRENCY = re.compile(r"[A-Z]{3}")
# Headers whose figures are in each position's own currency, so that they cannot be added up across currencies.
_LOCAL_VALUES = ("positionvalue", "localvalue")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a holding stand.

    Attributes:
        header: the header's row in the block; None without one.
        fields: the column of each field, from 0.
        spill: DEGIRO writes the currency under "Local value" and the amount in the nameless column beside it.
        section: (column, wanted text) pairs that a row must match to belong to the table.
        details: the column that tells summary rows from the lots below them; None without one.
        notices: what is worth telling about the columns.
    """

    header: int | None
    fields: Mapping[str, int]
    spill: bool = False
    section: tuple[tuple[int, str], ...] = ()
    details: int | None = None
    notices: tuple[str, ...] = ()

    @property
    def figures(self) -> list[int]:
        """The columns that hold a holding's numbers."""
        columns = [self.fields[name] for name in _FIGURES if name in self.fields]
        return [*columns, self.fields["value"] + 1] if self.spill else columns

    def value_column(self, row: Sequence[Cell]) -> int:
        """Where this row's value stands."""
        column = self.fields["value"]
        cell = row[column] if column < len(row) else None
        if self.spill and isinstance(cell, str) and _CURRENCY.fullmatch(cell.strip()):
            return column + 1
        return column

    def body(self, rows: Grid) -> Iterator[int]:
        """The rows below the header that belong to the table."""
        first = 0 if self.header is None else self.header + 1
        summaries = self.details is not None and any(
            self._detail(row) == "summary" for row in rows[first:] if self._in_section(row)
        )
        for index in range(first, len(rows)):
            row = rows[index]
            if len(self.section) == 1 and _text(row, 0) == "header":
                # The export's next section begins: DATA alone does not tell whose it is.
                return
            if self._in_section(row) and not (summaries and self._detail(row) not in {"summary", ""}):
                yield index

    def _in_section(self, row: Sequence[Cell]) -> bool:
        return all(_text(row, column) == wanted for column, wanted in self.section)

    def _detail(self, row: Sequence[Cell]) -> str:
        return "" if self.details is None else _text(row, self.details)


def _text(row: Sequence[Cell], column: int) -> str:
    cell = row[column] if column < len(row) else None
    return cell.strip().casefold() if isinstance(cell, str) else ""


def columns_of(rows: Grid, origin: Origin) -> Columns:
    """Find out which column is which.

    Raises:
        CellFaults: two columns claim a field, or none tells a holding's value.
    """
    headers = [index for index, row in enumerate(rows) if is_header_row(row)]
    telling = [index for index in headers if tells_value(claims(rows[index]))]
    if not headers:
        return _by_position(rows, origin)
    header = telling[0] if telling else headers[0]
    row = rows[header]
    found = claims(row)
    _check_claims(found, row, header, origin)
    if not telling:
        known = ", ".join(quoted(str(cell)) for cell in row if not is_blank(cell))
        place = origin.name(header, 0)
        raise CellFaults(
            [f"{place}: no column tells what a holding is worth (Value, or Quantity and Price) among {known}"]
        )
    fields = {name: columns[0] for name, columns in found.items()}
    details = fields.pop("detail", None)
    columns = Columns(
        header=header,
        fields=fields,
        spill=_is_spilled(row, fields),
        section=section_of(row),
        details=details,
    )
    return _with_currencies(columns, rows, origin)


def _check_claims(found: Claims, row: Sequence[Cell], header: int, origin: Origin) -> None:
    faults = []
    for name, columns in found.items():
        if len(columns) > 1:
            cells = " and ".join(f"{origin.name(header, c)} ({quoted(str(row[c]))})" for c in columns)
            faults.append(f"{cells} both claim to be the {name}; rename one of them")
    if faults:
        raise CellFaults(faults)


def _is_spilled(row: Sequence[Cell], fields: Mapping[str, int]) -> bool:
    column = fields.get("value")
    return column is not None and column + 1 < len(row) and is_blank(row[column + 1])


def section_of(row: Sequence[Cell]) -> tuple[tuple[int, str], ...]:
    """What the rows below a header must say to belong to it, as (column, text) pairs.

    Interactive Brokers prefixes rows with HEADER and DATA, or with the section's name and Header and Data.
    """
    if _text(row, 0) == "header":
        return ((0, "data"),)
    if _text(row, 1) == "header" and _text(row, 0):
        return ((0, _text(row, 0)), (1, "data"))
    return ()


def _with_currencies(columns: Columns, rows: Grid, origin: Origin) -> Columns:
    """Figures in several currencies cannot be added up: refuse where they are local, else say so."""
    place = columns.fields.get("value") if columns.spill else columns.fields.get("currency")
    if place is None or columns.header is None:
        return columns
    codes = {_text(rows[index], place).upper() for index in columns.body(rows)}
    codes = {code for code in codes if _CURRENCY.fullmatch(code)}
    if len(codes) < 2:  # noqa: PLR2004 - one currency is the rule
        return columns
    listed = ", ".join(sorted(codes))
    cell = origin.name(columns.header, place)
    header = rows[columns.header][columns.fields["value"]] if "value" in columns.fields else ""
    local = columns.section or (isinstance(header, str) and "".join(header.split()).casefold() in _LOCAL_VALUES)
    if local:
        raise CellFaults([f"{cell}: the values are in several currencies ({listed}); give them all in one"])
    return replace(columns, notices=(f"{cell}: several currencies are named ({listed}); values are taken as one.",))


def _by_position(rows: Grid, origin: Origin) -> Columns:
    """Without a header: Symbol, Value, Price, then optional Gain, Target."""
    first = next((row for row in rows if not is_blank_row(row)), None)
    if first is None:
        raise CellFaults([f"{origin.name(0, 0)}: there are no holdings here"])
    width = max(len(row) for row in rows)
    if width < 2:  # noqa: PLR2004 - a symbol and a value are the least
        place = origin.name(0, 0)
        raise CellFaults([f"{place}: holdings need at least a symbol and a value, this is one column"])
    return Columns(header=None, fields={name: place for place, name in enumerate(_POSITIONS) if place < width})
