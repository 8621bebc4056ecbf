"""Suggest trades: from the sheet in view and the document's ``pbal_*`` names to a sheet of trades."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pbal_xl.core.describe import money
from pbal_xl.errors import InputError
from pbal_xl.grid.blocks import choose_from, selected_holdings, survey_tables
from pbal_xl.grid.find import survey
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.grid.settings import read_settings
from pbal_xl.hosts.calc.cells import range_block, range_grid, used_range
from pbal_xl.hosts.calc.writing import write_layout
from pbal_xl.settings import offered_by, plan_by
from pbal_xl.sheet.mark import MARK_NAME, SOURCE_NAME
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from pbal_xl.core.model import Plan
    from pbal_xl.grid.blocks import Block
    from pbal_xl.grid.cells import Cell
    from pbal_xl.settings import Settings

__all__ = ["add_trades_sheet"]

_HOLDINGS = "pbal_holdings"


def add_trades_sheet(document: Any) -> str:
    """Add the trades sheet for the holdings in view and bring it to the front; one sentence on it.

    Raises:
        PbalError: what is wrong with the cells or settings; nothing is written then.
    """
    sheet, block = _holdings(document)
    settings = _settings(document, sheet)
    table = read_holdings(block.rows, block.origin)
    plan = plan_by(table.holdings, settings)
    layout = trades_layout(
        plan,
        source=f"{sheet.getName()}!{block.address}",
        made=dt.datetime.now(),  # noqa: DTZ005 - the user's own clock
        notices=(*table.notices, *block.notices),
    )
    added = write_layout(document, layout, _absolute(sheet, block))
    _show(document, added, layout.freeze)
    return _sentence(plan, added.getName())


def _absolute(sheet: Any, block: Block) -> str:
    """The block's address for a defined name: ``$Portfolio.$A$2:$D$12``."""
    name: str = sheet.getCellRangeByName(block.address).AbsoluteName
    return name


def _holdings(document: Any) -> tuple[Any, Block]:
    """The sheet and block of the holdings.

    In this order: where the trades sheet in view came from, the selection when it spans a table, the name
    pbal_holdings, a table with matching headers, the first header row on the sheet.
    """
    controller = document.getCurrentController()
    sheet = controller.getActiveSheet() if controller else document.getSheets().getByIndex(0)
    if sheet.NamedRanges.hasByName(MARK_NAME):
        return _range_of(sheet.NamedRanges, SOURCE_NAME, f"{sheet.getName()} holds suggested trades")
    selected = controller.getSelection() if controller else None
    if selected is not None and _spans_a_table(selected):
        block = selected_holdings(range_block(selected))
        if block is not None:
            return selected.getSpreadsheet(), block
    for home in (sheet.NamedRanges, document.NamedRanges):
        name = _spelled(home, _HOLDINGS)
        if name is not None:
            return _range_of(home, name, f"{_HOLDINGS} is no range of cells")
    whole = range_block(used_range(sheet))
    tables = survey_tables(_tables(document, sheet))
    return sheet, choose_from(tables, lambda: [survey(whole.rows, whole.origin)])


def _range_of(home: Any, name: str, otherwise: str) -> tuple[Any, Block]:
    cells = home.getByName(name).getReferredCells() if home.hasByName(name) else None
    if cells is None:
        raise InputError(f"{otherwise}; go to the sheet with your holdings first")
    return cells.getSpreadsheet(), range_block(cells)


def _spelled(home: Any, name: str) -> str | None:
    """The name as the document spells it; None without one."""
    return next((known for known in home.getElementNames() if known.casefold() == name), None)


def _spans_a_table(selected: Any) -> bool:
    """Whether one range of several rows and columns is selected."""
    if not selected.supportsService("com.sun.star.sheet.SheetCellRange"):
        return False
    address = selected.getRangeAddress()
    return bool(address.EndRow > address.StartRow and address.EndColumn > address.StartColumn)


def _tables(document: Any, sheet: Any) -> list[Block]:
    """The Excel tables (database ranges here) on the sheet."""
    place = sheet.getRangeAddress().Sheet
    ranges = document.DatabaseRanges
    areas = [ranges.getByName(name).getDataArea() for name in ranges.getElementNames()]
    return [_block_of(sheet, area) for area in areas if area.Sheet == place]


def _block_of(sheet: Any, area: Any) -> Block:
    return range_block(sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow))


def _settings(document: Any, sheet: Any) -> Settings:
    cells: dict[str, tuple[str, Cell]] = {}
    for setting in offered_by("calc"):
        named = _named_range(document, sheet, setting.name)
        if named is not None:
            cells[setting.key] = _place_and_cell(named, setting.name)
    return read_settings(cells)


def _named_range(document: Any, sheet: Any, name: str) -> Any:
    """The defined name, the sheet's own before the document's; None without one."""
    for home in (sheet.NamedRanges, document.NamedRanges):
        spelled = _spelled(home, name)
        if spelled is not None:
            return home.getByName(spelled)
    return None


def _place_and_cell(named: Any, name: str) -> tuple[str, Cell]:
    cells = named.getReferredCells()
    if cells is None:  # a constant, such as 5000 or "hard"
        return name, named.getContent().strip('"') or None
    block = range_block(cells.getCellRangeByPosition(0, 0, 0, 0))
    return f"{name} ({block.origin.name(0, 0)})", range_grid(cells)[0][0]


def _show(document: Any, sheet: Any, freeze: tuple[int, int]) -> None:
    controller = document.getCurrentController()
    if controller is None:
        return
    controller.setActiveSheet(sheet)
    controller.ShowGrid = False  # of this sheet only
    controller.freezeAtPosition(freeze[1] - 1, freeze[0] - 1)


def _sentence(plan: Plan, name: str) -> str:
    count = sum(1 for order in plan.orders if order.amount)
    return (
        f"{count} {'trade' if count == 1 else 'trades'} on the sheet {name}: "
        f"cash {money(plan.cash)}, invested {money(plan.invested)}, leftover {money(plan.leftover)}."
    )
