"""The one road of every host: a document, its holdings, its settings, a plan, what the trades sheet says.

A host fills ``Document``, which tells of one open spreadsheet, and writes the ``Layout`` it gets back; which cells
are the holdings, what a name means and how faults are told is decided here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pbal_xl.cash_rows import notices_of, with_cash, with_currencies
from pbal_xl.document import check_whole, find_holdings, named_cells, named_tables, searching
from pbal_xl.errors import CellFaults
from pbal_xl.grid.beside import Beside
from pbal_xl.grid.holdings import Table, read_holdings
from pbal_xl.grid.reach import LAST_ROW_READ
from pbal_xl.grid.settings import read_settings
from pbal_xl.grid.table import naming_cells
from pbal_xl.grid.vocabulary import language_of
from pbal_xl.ooxml.references import Area
from pbal_xl.setting_tables import TABLES
from pbal_xl.settings import plan_by
from pbal_xl.sheet.living_watch import WATCHED_BELOW
from pbal_xl.sheet.log import line_of, log_layout
from pbal_xl.sheet.more import more_of, more_said, without_effect
from pbal_xl.sheet.trades import trades_layout
from pbal_xl.words import ENGLISH, known_language, speaking

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from pbal_xl.core.model import Plan
    from pbal_xl.document import Document
    from pbal_xl.grid.blocks import Block
    from pbal_xl.grid.cells import Cell, Grid
    from pbal_xl.setting import Settings
    from pbal_xl.sheet.layout import Layout
    from pbal_xl.sheet.log import Earlier

__all__ = [
    "Portfolio",
    "check_live",
    "language_for",
    "layout_of",
    "log_of",
    "plan_of",
    "read_own_settings",
    "read_portfolio",
]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a document says.

    Attributes:
        table: the holdings.
        block: their cells.
        settings: what its names say.
        places: for each setting whose name leads to a cell, its address, as in 'My funds'!$G$3, and what it holds.
        notices: how it was read, where that is worth telling.
        language: of the program that shows it; None where it does not tell.
        below: the rows below the holdings in their columns, as far as they are in use and formulas may watch them.
    """

    table: Table
    block: Block
    settings: Settings
    places: Mapping[str, tuple[str, Cell]]
    notices: tuple[str, ...]
    language: str | None = field(default=None, kw_only=True)
    below: Grid = field(default_factory=list, kw_only=True)


def read_portfolio(document: Document, decimal: str | None = None, said: Settings | None = None) -> Portfolio:
    """The holdings and settings of a document.

    Args:
        document: the open spreadsheet.
        decimal: the decimal sign of numbers as text, where known.
        said: what was said elsewhere, which goes before the document's own settings.

    Raises:
        CellFaults: all that is wrong with its cells and its names, at once.
        InputError: a trades sheet is looked at that does not say where its holdings stand.
    """
    block = find_holdings(document)
    faults: list[str] = []
    table: Table | None = None
    settings: Settings = {}
    beside, own, wrong = beside_holdings(document, block, decimal, said)
    faults.extend(wrong)
    try:
        table = None if wrong else _read_table(document, block, decimal, beside)
    except CellFaults as error:
        elsewhere = f"sheet {block.sheet}: " if block.sheet != document.looked_at else ""
        faults = [elsewhere + error.faults[0], *error.faults[1:]]
    cells, places, missing = named_cells(document, block.sheet)
    faults.extend(missing)
    try:
        settings = {**read_settings(cells, decimal), **own}
    except CellFaults as error:
        faults.extend(error.faults)
    if table is None or faults:
        raise CellFaults(faults)
    notices = (*notices_of(table, {**settings, **(said or {})}), *block.notices)
    below = _below(document, block)
    return Portfolio(table, block, settings, places, notices, language=document.language, below=below)


def _below(document: Document, block: Block) -> Grid:
    """The rows below a block that may hold its next rows."""
    row, column = block.origin.row + len(block.rows), block.origin.column
    if row > LAST_ROW_READ:
        return []
    width = max(map(len, block.rows))
    area = Area(block.sheet, (row, column), (min(row + WATCHED_BELOW - 1, LAST_ROW_READ), column + width - 1))
    found = document.block(area)
    return [] if found is None else found.rows


def beside_holdings(
    document: Document, block: Block, decimal: str | None, said: Settings | None
) -> tuple[Beside, dict[str, str], list[str]]:
    """The tables beside the holdings of a document, those that its names mean as settings, and their faults."""
    named, faults = named_tables(document, block.sheet, decimal)
    own = {key: table.text for key, table in named.items()}
    given = {key: value for key, value in (said or {}).items() if key in TABLES}
    places = {key: table.place for key, table in named.items() if key not in given}
    return Beside({**own, **given}, places, searching(document, decimal)), own, faults


def read_own_settings(document: Document, sheet: str) -> Settings:
    """What the defined names say, a sheet's own before the workbook's.

    Raises:
        CellFaults: every name and setting that cannot be used.
    """
    cells, _, faults = named_cells(document, sheet)
    if faults:
        raise CellFaults(faults)
    return read_settings(cells)


def _read_table(document: Document, block: Block, decimal: str | None, beside: Beside) -> Table:
    check_whole(document, block)
    return read_holdings(block.rows, block.origin, decimal=decimal, beside=beside)


def plan_of(portfolio: Portfolio, said: Settings) -> Plan:
    """The plan for a portfolio; what was said goes before its own settings.

    Raises:
        PbalError: what cannot be planned.
    """
    table = portfolio.table
    settings = with_cash({**table.found, **portfolio.settings, **said}, table)
    with naming_cells(table, portfolio.block.origin):
        plan = with_currencies(plan_by(table.holdings, settings), table)
    more = [*more_said(table.holdings, plan, settings), *without_effect(settings)]
    return replace(plan, notices=(*plan.notices, *more)) if more else plan


def language_for(portfolio: Portfolio, said: Settings | None = None) -> str:
    """The language to speak of a portfolio: the setting's, else that of its headers, else the program's."""
    wanted = {**portfolio.settings, **(said or {})}.get("language")
    headers = language_of(portfolio.table.columns.names)
    told = (None if wanted is None else str(wanted), headers, portfolio.language)
    return next((code for code in map(known_language, told) if code), ENGLISH)


def layout_of(
    portfolio: Portfolio, plan: Plan, made: dt.datetime, source: str = "", said: Settings | None = None
) -> Layout:
    """What the trades sheet of a plan says.

    Args:
        portfolio: what it was made of.
        plan: what is suggested.
        made: when, in local time.
        source: where the holdings stand, when it is no place in a document.
        said: the settings that went before the portfolio's own.

    Raises:
        PbalError: formulas were asked for, and cannot follow the plan or read the cells.
    """
    said = said or {}
    settings: Settings = {**portfolio.settings, **said}
    holdings = portfolio.table.holdings
    if settings.get("live"):
        with speaking(language_for(portfolio, said)):
            return _living(portfolio, plan, made, source, said)
    settings = with_cash({**portfolio.table.found, **settings}, portfolio.table)
    # What has a block of its own on the sheet needs no sentence there; in the words of the plan's notices.
    told = more_said(holdings, plan, settings)
    with speaking(language_for(portfolio, said)):
        return trades_layout(
            replace(plan, notices=tuple(one for one in plan.notices if one not in told)) if told else plan,
            source=source or portfolio.block.place,
            made=made,
            notices=portfolio.notices,
            more=more_of(holdings, plan, settings),
        )


def log_of(
    portfolio: Portfolio, plan: Plan, made: dt.datetime, said: Settings, found: Callable[[], Earlier]
) -> tuple[Layout, Earlier] | None:
    """The log with a line for a plan, and what was there of it before; None where none is wanted.

    Args:
        portfolio: what the plan was made of.
        plan: what was suggested.
        made: when, in local time.
        said: the settings that went before the portfolio's own.
        found: finds the lines that the document holds.
    """
    if not {**portfolio.settings, **said}.get("log"):
        return None
    with speaking(language_for(portfolio, said)):
        earlier = found()
        return log_layout([*earlier.lines, line_of(plan, made)]), earlier


def check_live(portfolio: Portfolio, said: Settings) -> None:
    """Make sure that formulas, where they are asked for, can follow what a portfolio says.

    Asked of a file itself: classes below a CSV's holdings do not stand on the sheet that its formulas read.

    Raises:
        PlanError: names the rule that they cannot express.
    """
    settings: Settings = {**portfolio.table.found, **portfolio.settings, **said}
    if settings.get("live"):
        from pbal_xl.sheet.living_cells import check_expressible

        check_expressible(settings, portfolio.table.holdings)


def _living(portfolio: Portfolio, plan: Plan, made: dt.datetime, source: str, said: Settings) -> Layout:
    from pbal_xl.sheet.living import living_layout
    from pbal_xl.sheet.living_cells import figures_of, holding_cells, setting_cells
    from pbal_xl.sheet.living_watch import rows_watched

    check_live(portfolio, {**said, "live": True})
    cells = holding_cells(portfolio.table, portfolio.block)
    settings = setting_cells(portfolio.places, said)
    settings = replace(settings, watched=rows_watched(portfolio.table, portfolio.block, portfolio.below))
    return living_layout(
        plan,
        cells,
        settings,
        figures_of(plan, portfolio.table.holdings, cells, settings),
        source=source or portfolio.block.place,
        made=made,
        notices=portfolio.notices,
    )
