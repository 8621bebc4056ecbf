"""What every host tells of its open spreadsheet, and which cells of it are the holdings and the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.blocks import choose_from, survey_tables
from pbal_xl.grid.cells import address_of, is_blank
from pbal_xl.grid.find import survey
from pbal_xl.grid.reach import FAR, is_read, touches_end
from pbal_xl.grid.side_tables import SideTable, find_table, read_table
from pbal_xl.grid.table import MOST_ROWS
from pbal_xl.names import Constant, TableRef, meaning
from pbal_xl.ooxml.hidden_names import SOURCE_NAME
from pbal_xl.ooxml.references import column_letters
from pbal_xl.setting import NAME_PREFIX
from pbal_xl.setting_tables import TABLES, parsed, written
from pbal_xl.settings import offered_by

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pbal_xl.grid.blocks import Block, Survey
    from pbal_xl.grid.cells import Cell
    from pbal_xl.ooxml.references import Area
    from pbal_xl.setting import Host

__all__ = [
    "HOLDINGS_NAME",
    "Document",
    "check_whole",
    "content_of",
    "find_holdings",
    "named_cells",
    "named_tables",
    "searching",
]

# The defined name that says which cells the holdings are.
HOLDINGS_NAME = NAME_PREFIX + "holdings"


class Document(Protocol):
    """An open spreadsheet, as far as it matters here; a sheet goes by its title.

    Attributes:
        host: which of the settings are offered.
        looked_at: the sheet that the user looks at; None where nobody does, as in a file.
        asked: the sheet that the user named; None where none was.
        language: of the program, such as "de" or "de-AT"; None where there is none or it does not tell.
        searched: the sheets on which holdings may stand, in order; never a trades sheet of ours.
    """

    @property
    def host(self) -> Host: ...  # noqa: D102
    @property
    def looked_at(self) -> str | None: ...  # noqa: D102
    @property
    def asked(self) -> str | None: ...  # noqa: D102
    @property
    def language(self) -> str | None: ...  # noqa: D102
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
        """The cells of an area as far as they are in use and are read; None where there is no such sheet.

        An area that names no sheet is one of the sheet looked at, asked for or in view.
        """

    def table(self, name: str) -> Block | None:
        """The Excel Table of that name, its headers included and its row of totals left out; None without one."""

    def tables(self) -> Sequence[Block]:
        """The Excel Tables on the sheets searched, as ``table`` has them."""

    def used(self, sheet: str) -> Block:
        """All that is in use on a sheet, as far as it is read."""

    def all_sheets(self) -> Sequence[str]:
        """All worksheets but those of trades that this program wrote; those searched for holdings first."""

    def beyond(self, sheet: str) -> bool:
        """Whether anything stands on a sheet that was looked at beyond the rows and columns that are read."""


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
        _check_read(block.sheet, block.origin.row, block.origin.column)
        return block

    def searched() -> list[Survey]:
        found = ((sheet, document.used(sheet)) for sheet in document.searched)
        return [survey(block.rows, block.origin, sheet=sheet) for sheet, block in found]

    tables = [table for table in document.tables() if is_read(table.origin.row, table.origin.column)]
    try:
        return choose_from(survey_tables(tables), searched)
    except CellFaults as error:
        far = next(filter(document.beyond, document.searched), None)
        if far is None or "no holdings" not in error.faults[0]:
            raise
        raise CellFaults([*error.faults, f"the sheet {far} has cells {FAR}"]) from None


def check_whole(document: Document, block: Block) -> None:
    """Make sure that no cell of the holdings was left out because nothing is read where it stands.

    Raises:
        CellFaults: the sheet goes on where their cells end with those that are read.
    """
    # Of more rows than are ever read the reader tells.
    if len(block.rows) <= MOST_ROWS + 1 and touches_end(block) and document.beyond(block.sheet):
        raise CellFaults([f"the holdings in {block.place} go on {FAR}; move them up or to the left"])


def _check_read(sheet: str, row: int, column: int) -> None:
    if not is_read(row, column):
        raise CellFaults([f"{sheet}!{column_letters(column)}{row} lies {FAR}"])


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
    if block is not None:
        _check_read(block.sheet, block.origin.row, block.origin.column)
    else:
        raise CellFaults([f"the name {name} refers to {text.removeprefix('=')}, which is not there"])
    return block


def named_cells(
    document: Document, sheet: str
) -> tuple[Mapping[str, tuple[str, Cell]], Mapping[str, tuple[str, Cell]], list[str]]:
    """For each setting that has a defined name its cell, by what people call it and by address; and the faults."""
    cells: dict[str, tuple[str, Cell]] = {}
    places: dict[str, tuple[str, Cell]] = {}
    faults: list[str] = []
    for setting in offered_by(document.host):
        text = content_of(document, sheet, setting.name)
        if text is None or setting.key in TABLES:
            continue
        try:
            said, address, cell = _named_cell(document, text, setting.name)
            cells[setting.key] = said, cell
            if address:
                places[setting.key] = address, cell
        except CellFaults as error:
            faults.extend(error.faults)
    return cells, places, faults


def content_of(document: Document, sheet: str, name: str) -> str | None:
    """The content of a defined name, as Excel writes it: a sheet's own before the workbook's; None without one."""
    text = document.own_name(sheet, name)
    return document.book_name(name) if text is None else text


def named_tables(
    document: Document, sheet: str, decimal: str | None = None
) -> tuple[dict[str, SideTable], list[str]]:
    """The tables that defined names mean, by the key of their setting; and the faults."""
    tables: dict[str, SideTable] = {}
    faults: list[str] = []
    for key in TABLES:
        name = NAME_PREFIX + key
        text = content_of(document, sheet, name)
        if text is None:
            continue
        try:
            tables[key] = _named_table(document, key, text, decimal)
        except CellFaults as error:
            faults.extend(error.faults)
        except InputError as error:
            faults.append(f"{name}: {error}")
    return tables, faults


def _named_table(document: Document, key: str, text: str, decimal: str | None) -> SideTable:
    """The table in the cells, or in the text, that a name stands for."""
    name = NAME_PREFIX + key
    found = meaning(text, name)
    if isinstance(found, Constant):
        return SideTable(written(key, parsed(key, str(found.value))), name)
    block = _block_of(document, text, name)
    cells = [cell for row in block.rows for cell in row if not is_blank(cell)]
    if len(cells) == 1 and isinstance(cells[0], str):
        return SideTable(written(key, parsed(key, cells[0])), block.place)
    return read_table(key, block.rows, block.origin, decimal=decimal, sheet=_elsewhere(document, block.sheet))


def searching(document: Document, decimal: str | None = None) -> Callable[[str], SideTable | None]:
    """Looks for a table on all sheets: those on which holdings may stand, then the others."""

    def find(key: str) -> SideTable | None:
        for sheet in document.all_sheets():
            block = document.used(sheet)
            found = find_table(key, block.rows, block.origin)
            if found is not None:
                return read_table(key, *found, decimal=decimal, sheet=_elsewhere(document, sheet))
        return None

    return find


def _elsewhere(document: Document, sheet: str) -> str:
    """The sheet's title where a place must name it: any but the one that the user looks at."""
    return "" if sheet == document.looked_at else sheet


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
