"""Positions laid out on a sheet that the functions and commands read again."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

from pbal_xl.core.money import EXACT
from pbal_xl.grid.blocks import block_at
from pbal_xl.grid.cells import Grid, Origin
from pbal_xl.sheet.layout import Item
from pbal_xl.sheet.looks import Kind
from pbal_xl.words import say, word

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.model import Holding

__all__ = ["ROW", "Column", "address", "columns_of", "imported_items", "position_rows"]

# Headings go to this row, below a hint.
ROW = 2

# The targets of a portfolio sum to 1 or to 100.
_PERCENT_FROM = 10


@dataclass(frozen=True, slots=True)
class Column:
    """A column of holdings on a sheet.

    Attributes:
        heading: what the reader of holdings knows it by.
        of: what it says of a holding; None for nothing.
        kind: of its cells.
        width: in characters.
        always: whether it stands there when no holding has the figure.
    """

    heading: str
    of: Callable[[Holding], str | Decimal | None]
    kind: Kind
    width: float
    always: bool = False


def _lock(holding: Holding) -> str | None:
    """What a Lock column says of bounds at 0."""
    return {(True, True): "hold", (True, False): "no sell", (False, True): "no buy"}.get(
        (holding.lowest == 0, holding.highest == 0)
    )


def _lot(holding: Holding) -> str | Decimal | None:
    return Decimal(holding.lot) if isinstance(holding.lot, int) else holding.lot


_COLUMNS = (
    Column(word("Symbol"), attrgetter("symbol"), Kind.TEXT, 14, always=True),
    Column(word("Value"), attrgetter("value"), Kind.MONEY, 14, always=True),
    Column(word("Price"), attrgetter("price"), Kind.PRICE, 12, always=True),
    Column(word("Quantity"), attrgetter("quantity"), Kind.PRICE, 12),
    Column(word("Gain"), attrgetter("gain"), Kind.MONEY, 14),
    Column(word("Target"), attrgetter("target"), Kind.PERCENT, 10),
    Column(word("Lock"), _lock, Kind.TEXT, 10),
    Column(word("Max Weight"), attrgetter("most"), Kind.PERCENT, 12),
    Column(word("Lot Size"), _lot, Kind.SHARES, 10),
    Column(word("Name"), lambda holding: holding.name or None, Kind.TEXT, 32),
)


def columns_of(holdings: Sequence[Holding]) -> list[Column]:
    """The columns that holdings fill."""
    return [column for column in _COLUMNS if column.always or any(column.of(one) is not None for one in holdings)]


def position_rows(holdings: Sequence[Holding]) -> Grid:
    """Headings and one row a holding, in the columns of ``columns_of``; targets as fractions of 1."""
    columns = columns_of(holdings)
    in_percent = sum(one.target or 0 for one in holdings) > _PERCENT_FROM

    def figure(holding: Holding, column: Column) -> str | Decimal | None:
        said = column.of(holding)
        if column.heading == "Target" and isinstance(said, Decimal) and in_percent:
            return EXACT.divide(said, 100)
        return said

    return [
        [say(column.heading) for column in columns],
        *([figure(one, column) for column in columns] for one in holdings),
    ]


def imported_items(holdings: Sequence[Holding], hint: str, source: str, told: Sequence[str]) -> list[Item]:
    """Lay out an imported export: a hint, headings in row ``ROW``, one row a holding, and how it was read.

    Args:
        holdings: the positions.
        hint: a line for the first row.
        source: the name of the file.
        told: how it was read, a sentence each, below a blank row so that nothing reads them as holdings.
    """
    items, rows = [Item(1, 1, hint, Kind.NOTE)], position_rows(holdings)
    for at, column in enumerate(columns_of(holdings), start=1):
        items.append(Item(ROW, at, rows[0][at - 1], Kind.HEADING if at == 1 else Kind.HEADING_RIGHT))
        items += [Item(ROW + below, at, row[at - 1], column.kind) for below, row in enumerate(rows[1:], 1)]
    below = ROW + len(rows) + 1
    notes = [Item(below + place, 1, sentence, Kind.NOTE) for place, sentence in enumerate(told, start=1)]
    return [*items, Item(below, 1, say("How {} was read", source), Kind.SECTION), *notes]


def address(rows: Grid) -> str:
    """Where the rows stand once they are written from row ``ROW`` on, such as A2:D12."""
    return block_at(rows, Origin(row=ROW), (0, 0), (len(rows) - 1, len(rows[0]) - 1)).address
