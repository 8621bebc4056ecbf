"""The columns of a block: their roles from the header and the cells together, or by position without a header."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank, quoted
from pbal_xl.grid.evidence import Sample
from pbal_xl.grid.headers import IDENTIFIERS, Header, find_header
from pbal_xl.grid.positional import by_position
from pbal_xl.grid.roles import Roles, pick
from pbal_xl.grid.rows import is_blank_row, is_total
from pbal_xl.grid.statements import other_kind
from pbal_xl.grid.vocabulary import currencies, data, label, minor_units, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Columns", "columns_of", "section_of"]

_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_PAID = frozenset({"cost", "cost_price"})
# Rows that are looked at to find out which column is which.
_SAMPLED = 200


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a holding stand.

    Attributes:
        header: the header's (last) row in the block; None without one.
        names: the header of each column, "" where there is none.
        fields: the column of each figure and of the symbol, from 0.
        roles: everything else that is known of the columns, and why.
        section: (column, wanted text) pairs that a row must match to belong to the table.
        details: the column that tells summary rows from the lots below them; None without one.
        notices: what is worth telling about the columns.
    """

    header: int | None
    names: tuple[str, ...]
    fields: Mapping[str, int]
    roles: Roles = field(default_factory=Roles)
    section: tuple[tuple[int, str], ...] = ()
    details: int | None = None
    notices: tuple[str, ...] = ()

    @property
    def figures(self) -> list[int]:
        """The columns that hold a holding's numbers."""
        return [column for name, column in self.fields.items() if name != "symbol"]

    def value_column(self, _: Sequence[Cell]) -> int:
        """Where a row's value stands."""
        return self.fields["value"]

    def body(self, rows: Grid) -> Iterator[int]:
        """The rows below the header that belong to the table."""
        first = 0 if self.header is None else self.header + 1
        if not self.section and self.details is None:
            yield from range(first, len(rows))
            return
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


def columns_of(rows: Grid, origin: Origin, sign: str | None = None) -> Columns:
    """Find out which column is which.

    Raises:
        CellFaults: two columns claim a field and nothing decides, or none tells a holding's value.
    """
    header = find_header(rows)
    if header is None:
        fields, notices = by_position(rows, origin, sign)
        return Columns(None, (), fields, notices=notices)
    section = section_of(rows[header.last])
    details = next((at for at, found in enumerate(header.claims) if any(m.field == "detail" for m in found)), None)
    draft = Columns(header.last, header.names, {}, section=section, details=details)
    another = other_kind([rows[index] for index in draft.body(rows)], header, origin)
    if another is not None:
        raise CellFaults([another])
    if not header.tells_value:
        raise CellFaults([_nothing_tells_value(header, origin)])
    sample = Sample(rows, _sampled(rows, draft), sign)
    names = _named_by_cells(header, sample)
    roles = pick(names, sample, origin, header.last)
    if "value" not in roles.fields and not {"quantity", "price"} <= roles.fields.keys():
        raise CellFaults([_nothing_tells_value(header, origin)])
    return Columns(header.last, header.names, roles.fields, roles, section, details, tuple(roles.notices))


def _nothing_tells_value(header: Header, origin: Origin) -> str:
    paid = [
        name for name, found in zip(header.names, header.claims, strict=True) if found and found[0].field in _PAID
    ]
    if paid:
        return (
            f"{origin.name(header.last, 0)}: {quoted(paid[0])} is what was paid, not what a holding is worth now; "
            "add a column Value, or columns Quantity and Price"
        )
    known = ", ".join(quoted(name) for name in header.names if name)
    place = origin.name(header.last, 0)
    return (
        f"{place}: no column tells what a holding is worth among {known}; "
        "add a column Value, or columns Quantity and Price"
    )


def _sampled(rows: Grid, draft: Columns) -> list[int]:
    """The first rows of the body that say something and are no totals."""
    found: list[int] = []
    for index in draft.body(rows):
        row = rows[index]
        if not is_blank_row(row) and not any(is_total(cell) for cell in row):
            found.append(index)
            if len(found) == _SAMPLED:
                break
    return found


def _named_by_cells(header: Header, sample: Sample) -> tuple[str, ...]:
    """The headers, where a column that its cells tell, by another name or by none, is called what it is."""
    names = list(_in_their_currency(header.names))
    # The one column that names the holdings does so, even if they are called like currencies.
    naming = [at for at, found in enumerate(header.claims) if any(one.field in IDENTIFIERS for one in found)]
    for column, found in enumerate(header.claims):
        claimed = {one.field for one in found}
        if "currency" in claimed and _are_coins(sample.cells(column)):
            names[column] = "Coin"
            continue
        if [column] == naming or not claimed.isdisjoint(
            {"currency", "value_currency", "price_currency", "ticker", "name"}
        ):
            continue
        cells = [cell.strip() for cell in sample.cells(column) if isinstance(cell, str) and not is_blank(cell)]
        if not cells or any(cell is not None and not isinstance(cell, str) for cell in sample.cells(column)):
            continue
        if _are_codes(cells):
            names[column] = "Value Currency" if "value" in claimed else "Currency"
            if "value" in claimed and column + 1 < len(names) and not names[column + 1]:
                # DEGIRO writes the currency under "Local value", the amount into the nameless column beside it.
                names[column + 1] = header.names[column]
        elif claimed.isdisjoint({"kind", "side", "action"}) and _tell_sides(cells):
            names[column] = "Side"
        elif not claimed and all(_ISIN.fullmatch(cell) for cell in cells):
            names[column] = "ISIN"
    return tuple(names)


def _are_codes(cells: Sequence[str]) -> bool:
    return all(cell in currencies() or cell in minor_units() for cell in cells)


def _are_coins(cells: Sequence[Cell]) -> bool:
    """Whether a column called Currency holds coins, which are what is held."""
    coins = {word.upper() for word in words("coins")}
    given = [cell.strip() for cell in cells if isinstance(cell, str) and not is_blank(cell)]
    return any(cell in coins for cell in given) and not any(cell in currencies() for cell in given)


def _tell_sides(cells: Sequence[str]) -> bool:
    labels = {label(cell) for cell in cells}
    return labels <= words("short") | words("long") and max(map(len, labels)) > 1


def _in_their_currency(names: Sequence[str]) -> Sequence[str]:
    """The headers of a program whose values are always in one currency, with that currency beside them."""
    known = {name for name in names if name}
    for program in data()["programs"]:
        tagged = program.get("values_in")
        if tagged and known >= {name for name in program["headers"] if name}:
            return [f"{name} {tagged[name]}" if name in tagged else name for name in names]
    return names


def section_of(row: Sequence[Cell]) -> tuple[tuple[int, str], ...]:
    """What the rows below a header must say to belong to it, as (column, text) pairs.

    Interactive Brokers prefixes rows with HEADER and DATA, or with the section's name and Header and Data.
    """
    if _text(row, 0) == "header":
        return ((0, "data"),)
    if _text(row, 1) == "header" and _text(row, 0):
        return ((0, _text(row, 0)), (1, "data"))
    return ()
