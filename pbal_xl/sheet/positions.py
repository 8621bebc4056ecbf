"""A broker's positions export for a host that lays it out on a sheet: read, and as rows for the functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults, Refused
from pbal_xl.grid.blocks import block_at
from pbal_xl.grid.cells import Grid, Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import read_holdings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pbal_xl.core.model import Holding

__all__ = ["ROW", "address", "position_rows", "read_positions"]

# Headings go to this row, below a hint.
ROW = 2

_FIELDS = {"Symbol": "symbol", "Value": "value", "Price": "price", "Gain": "gain", "Target": "target"}
_ALWAYS = ("Symbol", "Value", "Price")


def read_positions(path: Path) -> tuple[tuple[Holding, ...], tuple[str, ...]]:
    """The holdings in a CSV file, and what is worth telling of how they were read.

    Raises:
        Refused: "unreadable".
        CellFaults: what is wrong with its cells, each behind the file's name.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused("unreadable", f"{path.name} cannot be read: {error.strerror}") from error
    try:
        block = find_holdings(read_csv(data), Origin(), headerless=True)
        table = read_holdings(block.rows, block.origin)
    except CellFaults as error:
        raise CellFaults(f"{path.name}, {fault}" for fault in error.faults) from error
    return table.holdings, (*table.notices, *block.notices)


def position_rows(holdings: Sequence[Holding]) -> Grid:
    """Headings and one row a holding; Gain and Target only where the export has them."""
    shown = {
        heading: field
        for heading, field in _FIELDS.items()
        if heading in _ALWAYS or any(getattr(one, field) is not None for one in holdings)
    }
    return [list(shown), *([getattr(one, field) for field in shown.values()] for one in holdings)]


def address(rows: Grid) -> str:
    """Where the rows stand once they are written from row ``ROW`` on, such as A2:D12."""
    return block_at(rows, Origin(row=ROW), (0, 0), (len(rows) - 1, len(rows[0]) - 1)).address
