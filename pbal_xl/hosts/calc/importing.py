"""Import positions: a broker's CSV export to a sheet of holdings that everything else here reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.grid.export_file import read_positions
from pbal_xl.hosts.calc.writing import new_sheet, write_cells
from pbal_xl.sheet.positions import address, imported_items, position_rows

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["add_positions_sheet"]

_WIDTH = 2_800  # of a column, in hundredths of a millimetre


def add_positions_sheet(document: Any, path: Path) -> tuple[str, tuple[str, ...]]:
    """Add a sheet with the holdings of a CSV file, laid out for the functions, and how they were read below them.

    Returns:
        A sentence on it, and how it was read, a sentence each.

    Raises:
        PbalError: what is wrong with the file or its cells; nothing is written then.
    """
    holdings, told = read_positions(path)
    sheet = new_sheet(document, "Positions")
    formula = f"=PBAL_NEVERSELL({address(position_rows(holdings))};5000)"
    hint = f"Positions from {path.name}. Beside them, enter {formula} with Ctrl+Shift+Enter, or use Suggest trades."
    items = imported_items(holdings, hint, path.name, told)
    write_cells(document, sheet, items)
    for place in range(max(item.column for item in items)):
        sheet.getColumns().getByIndex(place).Width = _WIDTH
    controller = document.getCurrentController()
    if controller is not None:
        controller.setActiveSheet(sheet)
    first = f"{len(holdings)} holdings of {path.name} are on the sheet {sheet.getName()}."
    return first, told
