"""Import positions: a broker's CSV export to a sheet of holdings that everything else here reads."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import CellFaults, Refused
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.hosts.calc_sheet import new_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.core.model import Holding

__all__ = ["add_positions_sheet"]

_COLUMNS = {
    "Symbol": "symbol",
    "Value": "value",
    "Price": "price",
    "Quantity": "quantity",
    "Gain": "gain",
    "Target": "target",
}


def add_positions_sheet(document: Any, path: Path) -> str:  # noqa: ANN401 - a UNO spreadsheet document
    """Add a sheet with the holdings of a CSV file and bring it to the front; a few sentences on it.

    Raises:
        PbalError: what is wrong with the file or its cells; nothing is written then.
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
    sheet = new_sheet(document, "Positions")
    rows = _rows(table.holdings)
    sheet.getCellRangeByPosition(0, 0, len(rows[0]) - 1, len(rows) - 1).setDataArray(rows)
    controller = document.getCurrentController()
    if controller is not None:
        controller.setActiveSheet(sheet)
    count = len(table.holdings)
    return "\n".join([f"{count} holdings of {path.name} are on the sheet {sheet.getName()}.", *table.notices])


def _rows(holdings: tuple[Holding, ...]) -> tuple[tuple[str | float, ...], ...]:
    """A header row and a row per holding, with the columns that say anything."""
    columns = {
        heading: field
        for heading, field in _COLUMNS.items()
        if any(getattr(holding, field) is not None for holding in holdings)
    }
    body = [tuple(_cell(getattr(holding, field)) for field in columns.values()) for holding in holdings]
    return (tuple(columns), *body)


def _cell(value: str | Decimal | None) -> str | float:
    return float(value) if isinstance(value, Decimal) else value or ""
