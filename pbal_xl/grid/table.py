"""What is read of a block of holdings, and how large it may be."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbal_xl.errors import PriceMissing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from pbal_xl.core.model import Holding
    from pbal_xl.grid.cells import Origin
    from pbal_xl.grid.columns import Columns
    from pbal_xl.grid.explain import ColumnRole
    from pbal_xl.grid.reading import Foreign, LeftOut

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Table", "naming_cells"]

MOST_ROWS = 100_000
MOST_COLUMNS = 256


@dataclass(frozen=True, slots=True)
class Table:
    """Holdings as read from a block.

    Attributes:
        holdings: one a symbol, lots added up, in the order of their first rows.
        rows: for each holding the row of the block that it stands in first, from 0.
        lots: for each holding all rows that it stands in.
        columns: which column is which.
        header: the header's row in the block; None without one.
        height: rows of the block.
        notices: what was skipped or added up.
        roles: the role of each column, and why.
        left_out: the rows that are no holdings, and why.
        targets: where the targets came from.
        converted: whether figures are not those of their cells: pence, other currencies, targets in money.
        found: the tables beside the holdings that were found and counted, as settings hold them.
        cash: for each row of cash its notice and its amount; None where that is not known.
        foreign: for each holding the currency that its figures were converted from; None where they were not.
    """

    holdings: tuple[Holding, ...]
    rows: tuple[int, ...]
    lots: tuple[tuple[int, ...], ...]
    columns: Columns
    header: int | None
    height: int
    notices: tuple[str, ...]
    roles: tuple[ColumnRole, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    targets: str = ""
    converted: bool = False
    found: Mapping[str, str] = field(default_factory=dict)
    cash: tuple[tuple[str, Decimal | None], ...] = ()
    foreign: tuple[Foreign | None, ...] = ()


@contextmanager
def naming_cells(table: Table, origin: Origin) -> Iterator[None]:
    """Plan from a table: a price that lacks is told with its cell.

    Args:
        table: the holdings.
        origin: where their block stands.
    """
    try:
        yield
    except PriceMissing as error:
        rows = {holding.symbol: row for holding, row in zip(table.holdings, table.rows, strict=True)}
        column = table.columns.fields.get("price")
        if column is None or error.symbol not in rows:
            raise
        raise PriceMissing(error.symbol, f"{origin.name(rows[error.symbol], column)}: {error}") from error
