"""A broker's positions export, from the file to its holdings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults, Refused
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import understand
from pbal_xl.grid.told import told_of

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.core.model import Holding

__all__ = ["read_positions"]


def read_positions(path: Path) -> tuple[tuple[Holding, ...], tuple[str, ...]]:
    """The holdings in a CSV file, and how they were read: each column's role, what is left out and why.

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
        found = understand(block.rows, block.origin)
    except CellFaults as error:
        raise CellFaults(f"{path.name}, {fault}" for fault in error.faults) from error
    if found.table is None:
        hint = f'"pbal-xl read {path.name}" tells how the file is understood'
        raise CellFaults([*(f"{path.name}, {fault}" for fault in found.faults), hint])
    return found.table.holdings, told_of(found, block.notices)
