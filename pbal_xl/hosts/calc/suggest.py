"""Suggest trades: from the sheet in view and the document's ``pbal_*`` names to a sheet of trades."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

from pbal_xl.core.describe import money
from pbal_xl.explained import explain, in_words
from pbal_xl.hosts.calc.cells import range_grid, uno, used_range
from pbal_xl.hosts.calc.kept import keep_text, kept
from pbal_xl.hosts.calc.reading import OpenDocument
from pbal_xl.hosts.calc.writing import FROZEN_NAME, write_layout
from pbal_xl.settings import by_key
from pbal_xl.sheet.log import earlier_lines
from pbal_xl.sheet.summary import flow
from pbal_xl.suggest import language_for, layout_of, log_of, plan_of, read_portfolio
from pbal_xl.words import say, speaking

if TYPE_CHECKING:
    from pbal_xl.core.model import Plan
    from pbal_xl.grid.cells import Grid
    from pbal_xl.setting import Settings
    from pbal_xl.suggest import Portfolio

__all__ = ["add_trades_sheet", "explained", "read_document", "says_cash"]


def read_document(document: Any) -> Portfolio:
    """The holdings in view and the settings of the document's names.

    Raises:
        PbalError: what is wrong with the cells or settings.
    """
    return read_portfolio(OpenDocument(document))


def explained(document: Any) -> str:
    """Tell how the holdings in view are understood, a line a thing; nothing is planned or written.

    Raises:
        InputError: a trades sheet is in view that does not say where its holdings stand.
    """
    return in_words(explain(OpenDocument(document)))


def says_cash(document: Any, portfolio: Portfolio) -> bool:
    """Whether a name of the document says how much to invest, though it be nothing."""
    opened, name = OpenDocument(document), by_key("cash").name
    return any(text is not None for text in (opened.own_name(portfolio.block.sheet, name), opened.book_name(name)))


def add_trades_sheet(document: Any, portfolio: Portfolio, said: Settings) -> str:
    """Add the trades sheet for a portfolio and bring it to the front; one sentence on it.

    Args:
        document: the spreadsheet document.
        portfolio: what was read of it.
        said: what the user answered, which goes before the document's own settings.

    Raises:
        PbalError: what cannot be planned or written; nothing is written then.
    """
    plan, made = plan_of(portfolio, said), dt.datetime.now()  # noqa: DTZ005 - the user's own clock
    layout = layout_of(portfolio, plan, made, said=said)
    block, sheets = portfolio.block, document.getSheets()
    cells = sheets.getByName(block.sheet).getCellRangeByName(block.address)
    known = set(sheets.getElementNames())
    added = write_layout(document, layout, cells.AbsoluteName)
    titles = sheets.getElementNames()
    grids = {title: partial(_cells, sheets, title) for title in titles}
    found = partial(earlier_lines, grids, OpenDocument(document).is_trades)
    with speaking(language_for(portfolio, said)):
        told = [_sentence(plan, added.getName())]
        log = log_of(portfolio, plan, made, said, found)
        if log is not None:
            lines, earlier = log
            written = write_layout(document, lines, cells.AbsoluteName)
            _show(document, written, lines.freeze, known)
            told += earlier.told(written.getName())
    _show(document, added, layout.freeze, known)
    return " ".join(told)


def _cells(sheets: Any, title: str) -> Grid:
    return range_grid(used_range(sheets.getByName(title)))


def _show(document: Any, sheet: Any, freeze: tuple[int, int], known: set[str]) -> None:
    """Bring a sheet into view, its headings frozen; one that was not known before without its grid."""
    controller = document.getCurrentController()
    if controller is None:
        return
    controller.setActiveSheet(sheet)
    is_new = sheet.getName() not in known
    if is_new:
        # The controller's own property is that of the whole window: the user's sheets would lose their grids too.
        helper = uno().getComponentContext().ServiceManager.createInstance("com.sun.star.frame.DispatchHelper")
        helper.executeDispatch(controller.getFrame(), ".uno:ToggleSheetGrid", "", 0, ())
    if is_new or _is_frozen_as_we_do(sheet, controller):
        controller.freezeAtPosition(freeze[1] - 1, freeze[0] - 1)
        keep_text(sheet, FROZEN_NAME, _frozen(controller))


def _is_frozen_as_we_do(sheet: Any, controller: Any) -> bool:
    """Whether nobody changed what is frozen of the sheet in view; of a file's sheet whether anything is."""
    then = kept(sheet, FROZEN_NAME)
    return bool(controller.hasFrozenPanes()) if then is None else then == _frozen(controller)


def _frozen(controller: Any) -> str:
    """How many columns and rows of the sheet in view are frozen."""
    if not controller.hasFrozenPanes():
        return "none"
    return f"{controller.getSplitColumn()} {controller.getSplitRow()}"


def _sentence(plan: Plan, name: str) -> str:
    count = sum(1 for order in plan.orders if order.amount)
    flowing, amount = flow(plan.invested)
    figures = money(plan.cash), say(flowing).lower(), money(amount), money(plan.leftover)
    if count == 1:
        return say("1 trade on the sheet {}: cash {}, {} {}, leftover {}.", name, *figures)
    return say("{} trades on the sheet {}: cash {}, {} {}, leftover {}.", count, name, *figures)
