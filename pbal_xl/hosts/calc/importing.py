"""Import positions: a broker's CSV export to a sheet of holdings that everything else here reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.grid.export_file import read_positions
from pbal_xl.hosts.calc.writing import new_sheet, write_cells
from pbal_xl.sheet.layout import Item
from pbal_xl.sheet.looks import Kind
from pbal_xl.sheet.positions import ROW, address, columns_of, position_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pbal_xl.core.model import Holding

__all__ = ["add_positions_sheet"]

_WIDTH = 2_800  # of a column, in hundredths of a millimetre


def add_positions_sheet(document: Any, path: Path) -> tuple[str, tuple[str, ...]]:
    """Add a sheet with the holdings of a CSV file, laid out for the functions, and what was noticed below them.

    Returns:
        A sentence on it, and what was noticed.

    Raises:
        PbalError: what is wrong with the file or its cells; nothing is written then.
    """
    holdings, notices = read_positions(path)
    sheet = new_sheet(document, "Positions")
    items = _items(holdings, path.name, notices)
    write_cells(document, sheet, items)
    for place in range(max(item.column for item in items)):
        sheet.getColumns().getByIndex(place).Width = _WIDTH
    controller = document.getCurrentController()
    if controller is not None:
        controller.setActiveSheet(sheet)
    first = f"{len(holdings)} holdings of {path.name} are on the sheet {sheet.getName()}."
    return first, notices


def _items(holdings: Sequence[Holding], source: str, notices: Sequence[str]) -> list[Item]:
    """A hint in the first row, headings in the second, one row a holding below; then, apart, the notices."""
    rows = position_rows(holdings)
    formula = f"=PBAL_NEVERSELL({address(rows)};5000)"
    hint = f"Positions from {source}. Beside them, enter {formula} with Ctrl+Shift+Enter, or use Suggest trades."
    items = [Item(1, 1, hint, Kind.NOTE)]
    for at, column in enumerate(columns_of(holdings), start=1):
        items.append(Item(ROW, at, column.heading, Kind.HEADING if at == 1 else Kind.HEADING_RIGHT))
        items += [Item(ROW + below, at, row[at - 1], column.kind) for below, row in enumerate(rows[1:], 1)]
    below = ROW + len(rows) + 1
    return [*items, *(Item(below + place, 1, notice, Kind.NOTE) for place, notice in enumerate(notices))]
