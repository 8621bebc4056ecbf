"""Import positions: a broker's CSV export to a sheet of holdings that everything else here reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.errors import CellFaults, Refused
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.hosts.calc_sheet import new_sheet, write_cells
from pbal_xl.report import Item
from pbal_xl.styles import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pbal_xl.core.model import Holding

__all__ = ["add_positions_sheet"]

_FIELDS = {
    "Symbol": ("symbol", Kind.TEXT),
    "Value": ("value", Kind.MONEY),
    "Price": ("price", Kind.PRICE),
    "Gain": ("gain", Kind.MONEY),
    "Target": ("target", Kind.PERCENT),
}
_ALWAYS = ("Symbol", "Value", "Price")
_WIDTH = 2_800  # of a column, in hundredths of a millimetre


def add_positions_sheet(document: Any, path: Path) -> str:
    """Add a sheet with the holdings of a CSV file, laid out for the functions; a few sentences on it.

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
    items = _items(table.holdings, path.name)
    write_cells(document, sheet, items)
    for place in range(max(item.column for item in items)):
        sheet.getColumns().getByIndex(place).Width = _WIDTH
    controller = document.getCurrentController()
    if controller is not None:
        controller.setActiveSheet(sheet)
    first = f"{len(table.holdings)} holdings of {path.name} are on the sheet {sheet.getName()}."
    return "\n".join([first, *table.notices, *block.notices])


def _items(holdings: Sequence[Holding], source: str) -> list[Item]:
    """A hint in the first row, headings in the second, one row a holding below."""
    fields = {
        heading: field
        for heading, field in _FIELDS.items()
        if heading in _ALWAYS or any(getattr(one, field[0]) is not None for one in holdings)
    }
    formula = f"=PBAL_NEVERSELL(A2:{'ABCDE'[len(fields) - 1]}{len(holdings) + 2};5000)"
    hint = f"Positions from {source}. Beside them, enter {formula} with Ctrl+Shift+Enter, or use Suggest trades."
    items = [Item(1, 1, hint, Kind.NOTE)]
    for column, (heading, (field, kind)) in enumerate(fields.items(), start=1):
        items.append(Item(2, column, heading, Kind.HEADING if column == 1 else Kind.HEADING_RIGHT))
        items += [Item(row, column, getattr(one, field), kind) for row, one in enumerate(holdings, start=3)]
    return items
