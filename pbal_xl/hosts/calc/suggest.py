"""Suggest trades: from the sheet in view and the document's ``pbal_*`` names to a sheet of trades."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from pbal_xl.core.describe import money
from pbal_xl.hosts.calc.reading import OpenDocument
from pbal_xl.hosts.calc.writing import write_layout
from pbal_xl.suggest import layout_of, plan_of, read_portfolio

if TYPE_CHECKING:
    from pbal_xl.core.model import Plan

__all__ = ["add_trades_sheet"]


def add_trades_sheet(document: Any) -> str:
    """Add the trades sheet for the holdings in view and bring it to the front; one sentence on it.

    Raises:
        PbalError: what is wrong with the cells or settings; nothing is written then.
    """
    portfolio = read_portfolio(OpenDocument(document))
    plan = plan_of(portfolio, {})
    layout = layout_of(portfolio, plan, dt.datetime.now())  # noqa: DTZ005 - the user's own clock
    block = portfolio.block
    cells = document.getSheets().getByName(block.sheet).getCellRangeByName(block.address)
    added = write_layout(document, layout, cells.AbsoluteName)
    _show(document, added, layout.freeze)
    return _sentence(plan, added.getName())


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
