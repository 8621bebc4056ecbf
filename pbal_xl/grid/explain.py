"""What was understood of a table's columns, for whoever asks why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.grid.headers import find_header
from pbal_xl.ooxml.references import column_letters

if TYPE_CHECKING:
    from pbal_xl.grid.cells import Grid, Origin
    from pbal_xl.grid.columns import Columns
__all__ = ["ColumnRole", "claimed_columns", "explained_columns"]

_OTHERS = {
    "kind": "kind of security", "action": "transactions", "side": "long or short", "date": "dates",
    "lot_date": "days of purchase or of prices", "account": "account", "rate": "exchange rate",
    "sold": "days or prices of sales",
    "multiplier": "multiplier", "weight": "actual weight", "currency": "currency",
    "value_currency": "currency of the value", "price_currency": "currency of the price",
    "cost_price": "price paid", "lock": "locks", "most": "most weight", "lot": "lot size",
}  # fmt: skip
_FOR_INFORMATION = frozenset({"weight", "cost_price"})


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """One column of a table that was read.

    Attributes:
        column: its letters, or its number where its place is not known.
        header: as it stands; "" without one.
        role: what it was taken for; "" where it was not read.
        why: what it was taken for it by.
    """

    column: str
    header: str
    role: str
    why: str


def explained_columns(columns: Columns, origin: Origin) -> tuple[ColumnRole, ...]:
    """Each column's role, and why; columns without a header only where they have one."""
    roles = columns.roles
    told = {column: (name, roles.why.get(name, "order or figures")) for name, column in columns.fields.items()}
    for column in roles.identifiers:
        told.setdefault(column, ("another name", "header"))
    for name, found in roles.others.items():
        for column in found:
            told.setdefault(column, (_OTHERS[name], "for information" if name in _FOR_INFORMATION else "header"))
    width = max([len(columns.names), *(column + 1 for column in told)])
    explained = []
    for column in range(width):
        header = columns.names[column] if column < len(columns.names) else ""
        role, why = told.get(column, ("", ""))
        if header or role:
            letters = column_letters(origin.column + column) if origin.known else str(column + 1)
            explained.append(ColumnRole(letters, header, role, why))
    return tuple(explained)


def claimed_columns(rows: Grid, origin: Origin) -> tuple[ColumnRole, ...]:
    """What the header alone says of the columns, where nothing more could be found out."""
    header = find_header(rows)
    if header is None:
        return ()
    return tuple(
        ColumnRole(
            column_letters(origin.column + column),
            name,
            f"may be {found[0].field.replace('_', ' ')}" if found else "",
            "header" if found else "",
        )
        for column, (name, found) in enumerate(zip(header.names, header.claims, strict=True))
        if name
    )
