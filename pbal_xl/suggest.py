"""The one road of every host: a document, its holdings, its settings, a plan, what the trades sheet says.

A host fills ``Document``, which tells of one open spreadsheet, and writes the ``Layout`` it gets back; which cells
are the holdings, what a name means and how faults are told is decided here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.blocks import choose_from, survey_tables
from pbal_xl.grid.cells import address_of, is_blank
from pbal_xl.grid.find import survey
from pbal_xl.grid.holdings import MOST_ROWS, Table, read_holdings
from pbal_xl.grid.settings import read_settings
from pbal_xl.names import Constant, TableRef, meaning
from pbal_xl.ooxml.digest import SOURCE_NAME
from pbal_xl.settings import NAME_PREFIX, offered_by, plan_by
from pbal_xl.sheet.more import more_of, more_said
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from pbal_xl.core.model import Plan
    from pbal_xl.grid.blocks import Block, Survey
    from pbal_xl.grid.cells import Cell
    from pbal_xl.ooxml.references import Area
    from pbal_xl.settings import Host, Settings
    from pbal_xl.sheet.layout import Layout

__all__ = [
    "HOLDINGS_NAME",
    "Document",
    "Portfolio",
    "find_holdings",
    "layout_of",
    "plan_of",
    "read_own_settings",
    "read_portfolio",
]

# The defined name that says which cells the holdings are.
HOLDINGS_NAME = NAME_PREFIX + "holdings"


class Document(Protocol):
    """An open spreadsheet, as far as it matters here; a sheet goes by its title.

    Attributes:
        host: which of the settings are offered.
        looked_at: the sheet that the user looks at; None where nobody does, as in a file.
        asked: the sheet that the user named; None where none was.
        searched: the sheets on which holdings may stand, in order; never a trades sheet of ours.
    """

    @property
    def host(self) -> Host: ...  # noqa: D102
    @property
    def looked_at(self) -> str | None: ...  # noqa: D102
    @property
    def asked(self) -> str | None: ...  # noqa: D102
    @property
    def searched(self) -> Sequence[str]: ...  # noqa: D102

    def chosen(self) -> Block | None:
        """The cells that the user chose to be read: a range that was given, or a selection that may be holdings."""

    def own_name(self, sheet: str, name: str) -> str | None:
        """The content of a sheet's own defined name, as Excel writes it; None without one. Case does not count."""

    def sheets_with(self, name: str) -> Sequence[str]:
        """The sheets with a defined name of their own, of those that may be meant."""

    def book_name(self, name: str) -> str | None:
        """Likewise of a name of the whole workbook."""

    def is_trades(self, sheet: str) -> bool:
        """Whether this program wrote its trades to the sheet."""

    def block(self, area: Area) -> Block | None:
        """The cells of an area as far as they are in use; None where there is no such sheet.

        An area that names no sheet is one of the sheet looked at, asked for or in view.
        """

    def table(self, name: str) -> Block | None:
        """The Excel Table of that name, its headers included and its row of totals left out; None without one."""

    def tables(self) -> Sequence[Block]:
        """The Excel Tables on the sheets searched, as ``table`` has them."""

    def used(self, sheet: str) -> Block:
        """All that is in use on a sheet."""

    def is_whole(self, block: Block) -> bool:
        """Whether every row of the block was read, however far it goes."""


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What a document says.

    Attributes:
        table: the holdings.
        block: their cells.
        settings: what its names say.
        places: for each setting whose name leads to a cell, its address, as in 'My funds'!$G$3, and what it holds.
        notices: how it was read, where that is worth telling.
    """

    table: Table
    block: Block
    settings: Settings
    places: Mapping[str, tuple[str, Cell]]
    notices: tuple[str, ...]


def read_portfolio(document: Document, decimal: str | None = None) -> Portfolio:
    """The holdings and settings of a document.

    Args:
        document: the open spreadsheet.
        decimal: the decimal sign of numbers as text, where known.

    Raises:
        CellFaults: all that is wrong with its cells and its names, at once.
        InputError: a trades sheet is looked at that does not say where its holdings stand.
    """
    block = find_holdings(document)
    faults: list[str] = []
    table: Table | None = None
    settings: Settings = {}
    try:
        table = _read_table(document, block, decimal)
    except CellFaults as error:
        elsewhere = f"sheet {block.sheet}: " if block.sheet != document.looked_at else ""
        faults = [elsewhere + error.faults[0], *error.faults[1:]]
    cells, places, missing = _named_cells(document, block.sheet)
    faults.extend(missing)
    try:
        settings = read_settings(cells, decimal)
    except CellFaults as error:
        faults.extend(error.faults)
    if table is None or faults:
        raise CellFaults(faults)
    return Portfolio(table, block, settings, places, (*table.notices, *block.notices))


def read_own_settings(document: Document, sheet: str) -> Settings:
    """What the defined names say, a sheet's own before the workbook's.

    Raises:
        CellFaults: every name and setting that cannot be used.
    """
    cells, _, faults = _named_cells(document, sheet)
    if faults:
        raise CellFaults(faults)
    return read_settings(cells)


def _read_table(document: Document, block: Block, decimal: str | None) -> Table:
    if not document.is_whole(block):
        raise CellFaults([f"the holdings have more than {MOST_ROWS:,} rows, the most that is read"])
    return read_holdings(block.rows, block.origin, decimal=decimal)


def find_holdings(document: Document) -> Block:
    """The cells of the holdings: in this order

    where the trades sheet that is looked at came from; what the user chose; what ``pbal_holdings`` names, the
    sheet's own before the workbook's; an Excel Table with matching headers; the header rows of the sheets searched.

    Raises:
        CellFaults: there are none, or several, with their addresses.
        InputError: a trades sheet is looked at that does not say where its holdings stand.
    """  # noqa: D415 - the sentence goes on below
    block = _source_of_trades(document) or document.chosen() or _named_block(document)
    if block is not None:
        return block

    def searched() -> list[Survey]:
        found = ((sheet, document.used(sheet)) for sheet in document.searched)
        return [survey(block.rows, block.origin, sheet=sheet) for sheet, block in found]

    return choose_from(survey_tables(document.tables()), searched)


def _source_of_trades(document: Document) -> Block | None:
    """Where the holdings of the trades sheet in view stand; None where it is none."""
    sheet = document.looked_at
    if sheet is None or not document.is_trades(sheet):
        return None
    text = document.own_name(sheet, SOURCE_NAME)
    try:
        block = None if text is None else _block_of(document, text, SOURCE_NAME)
    except CellFaults:
        block = None
    if block is None:
        raise InputError(f"{sheet} holds suggested trades; go to the sheet with your holdings first")
    return block


def _named_block(document: Document) -> Block | None:
    """The range that the name pbal_holdings means: a sheet's own first, then the workbook's."""
    own = document.sheets_with(HOLDINGS_NAME)
    if len(own) > 1:
        raise CellFaults(
            [f"several sheets have a name {HOLDINGS_NAME} ({', '.join(own)}); say which sheet is meant"]
        )
    text = document.own_name(own[0], HOLDINGS_NAME) if own else document.book_name(HOLDINGS_NAME)
    if text is None:
        return None
    block = _block_of(document, text, HOLDINGS_NAME)
    if document.is_trades(block.sheet):
        # Its "Shares" are orders: read as holdings they would make a plan of nonsense.
        raise CellFaults(
            [f"the name {HOLDINGS_NAME} refers to the sheet {block.sheet}, which holds suggested trades"]
        )
    elsewhere = not own and document.asked is not None and block.sheet.casefold() != document.asked.casefold()
    # A sheet was asked for, and the workbook's name means another.
    return None if elsewhere else block


def _block_of(document: Document, text: str, name: str) -> Block:
    found = meaning(text, name)
    if isinstance(found, Constant):
        raise CellFaults([f"the name {name} must refer to cells, refers to {text.removeprefix('=')}"])
    block = document.table(found.name) if isinstance(found, TableRef) else document.block(found)
    if block is None:
        raise CellFaults([f"the name {name} refers to {text.removeprefix('=')}, which is not there"])
    return block


def _named_cells(
    document: Document, sheet: str
) -> tuple[Mapping[str, tuple[str, Cell]], Mapping[str, tuple[str, Cell]], list[str]]:
    """For each setting that has a defined name its cell, by what people call it and by address; and the faults."""
    cells: dict[str, tuple[str, Cell]] = {}
    places: dict[str, tuple[str, Cell]] = {}
    faults: list[str] = []
    for setting in offered_by(document.host):
        text = document.own_name(sheet, setting.name)
        text = document.book_name(setting.name) if text is None else text
        if text is None:
            continue
        try:
            said, address, cell = _named_cell(document, text, setting.name)
            cells[setting.key] = said, cell
            if address:
                places[setting.key] = address, cell
        except CellFaults as error:
            faults.extend(error.faults)
    return cells, places, faults


def _named_cell(document: Document, text: str, name: str) -> tuple[str, str, Cell]:
    """The one cell, or the constant, that a name stands for: what to call it, its address, what it holds."""
    found = meaning(text, name)
    if isinstance(found, Constant):
        return name, "", found.value
    block = _block_of(document, text, name)
    cells = [cell for row in block.rows for cell in row]
    if any(not is_blank(cell) for cell in cells[1:]):
        raise CellFaults([f"{name} must be one cell, refers to {block.place}"])
    first = block.origin.name(0, 0)
    place = first if block.sheet == document.looked_at else f"{block.sheet}!{first}"
    return f"{name} ({place})", address_of(block.sheet, block.origin, 0, 0), cells[0] if cells else None


def plan_of(portfolio: Portfolio, said: Settings) -> Plan:
    """The plan for a portfolio; what was said goes before its own settings.

    Raises:
        PbalError: what cannot be planned.
    """
    settings = {**portfolio.settings, **said}
    plan = plan_by(portfolio.table.holdings, settings)
    more = more_said(portfolio.table.holdings, plan, settings)
    return replace(plan, notices=(*plan.notices, *more)) if more else plan


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
    if {**portfolio.settings, **said}.get("live"):
        return _living(portfolio, plan, made, source, said)
    settings, holdings = {**portfolio.settings, **said}, portfolio.table.holdings
    # What has a block of its own on the sheet needs no sentence there.
    told = more_said(holdings, plan, settings)
    return trades_layout(
        replace(plan, notices=tuple(one for one in plan.notices if one not in told)),
        source=source or portfolio.block.place,
        made=made,
        notices=portfolio.notices,
        more=more_of(holdings, plan, settings),
    )


def _living(portfolio: Portfolio, plan: Plan, made: dt.datetime, source: str, said: Settings) -> Layout:
    from pbal_xl.sheet.living import living_layout
    from pbal_xl.sheet.living_cells import check_expressible, figures_of, holding_cells, setting_cells

    check_expressible({**portfolio.settings, **said}, portfolio.table.holdings)
    cells = holding_cells(portfolio.table, portfolio.block)
    settings = setting_cells(portfolio.places, said)
    return living_layout(
        plan,
        cells,
        settings,
        figures_of(plan, portfolio.table.holdings, cells, settings),
        source=source or portfolio.block.place,
        made=made,
        notices=portfolio.notices,
    )
