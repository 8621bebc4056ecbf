"""Settings in a Calc document: the block on a sheet, and what a dialog said, kept in the document's names."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.document import find_holdings
from pbal_xl.errors import InputError, PbalError, Refused
from pbal_xl.hosts.calc.cells import CONTENTS, uno, used_range
from pbal_xl.hosts.calc.reading import OpenDocument
from pbal_xl.hosts.calc.writing import set_widths, write_cells
from pbal_xl.ooxml.references import quoted_text, title_of
from pbal_xl.settings import by_key
from pbal_xl.settings_home import block_beside, check_reach, settings_in_cells
from pbal_xl.sheet.settings_block import WIDTHS, settings_block
from pbal_xl.suggest import read_own_settings, read_portfolio
from pbal_xl.words import ENGLISH, known_language, speaking

if TYPE_CHECKING:
    from pbal_xl.setting import Settings, Value
    from pbal_xl.sheet.settings_block import SettingsBlock

__all__ = ["remember", "write_settings"]

_CASH = by_key("cash").name


def remember(document: Any, said: Settings) -> None:
    """Keep settings in the document's names, as Excel's ribbon does: ``pbal_cash`` is 5000."""
    for key, value in said.items():
        _name(document, by_key(key).name, _as_constant(value))


def _as_constant(value: Value) -> str:
    if isinstance(value, bool):
        return "TRUE()" if value else "FALSE()"
    if isinstance(value, str):
        return quoted_text(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _name(document: Any, name: str, content: str) -> None:
    names = document.NamedRanges
    _forget(names, name)
    names.addNewByName(name, content, uno().createUnoStruct("com.sun.star.table.CellAddress"), 0)


def _forget(names: Any, name: str) -> None:
    for known in names.getElementNames():
        if known.casefold() == name:
            names.removeByName(known)


def write_settings(document: Any) -> str:
    """Write the block of settings beside the holdings, or show where it stands; one sentence on it.

    Raises:
        PbalError: names that cannot be used, a sheet of suggested trades or of a chart alone in view.
        Refused: code "sheet-protected".
    """
    opened = OpenDocument(document)
    if opened.is_trades(opened.looked_at):
        raise InputError(f"{opened.looked_at} holds suggested trades; go to the sheet with your holdings first")
    if _is_picture(document.getSheets().getByName(opened.looked_at)):
        raise InputError(f"{opened.looked_at} is a chart without cells; go to the sheet with your holdings first")
    settings = read_own_settings(opened, opened.looked_at)
    there = settings_in_cells(opened, opened.looked_at)
    if there is not None:
        return _shown(document, *there)
    sheet = document.getSheets().getByName(opened.looked_at)
    if sheet.isProtected():
        raise Refused(
            "sheet-protected", f"the sheet {opened.looked_at} is protected, so no settings can be written"
        )
    column = used_range(sheet).getRangeAddress().EndColumn + 3
    block = _read_beside(opened, column) or _laid_out(opened, settings, column)
    _write(document, sheet, block)
    return f"The settings stand in {opened.looked_at}!{block.address}; Suggest trades reads them there."


def _is_picture(sheet: Any) -> bool:
    """Whether nothing is on a sheet but a chart or picture, as on a chart sheet of Excel."""
    return bool(sheet.getDrawPage().getCount() and not sheet.queryContentCells(CONTENTS).getCount())


def _read_beside(opened: OpenDocument, column: int) -> SettingsBlock | None:
    """The block for the holdings of the sheet in view; None where they cannot be read, or stand elsewhere."""
    try:
        portfolio = read_portfolio(opened)
    except PbalError:
        return None
    return block_beside(portfolio, column) if portfolio.block.sheet == opened.looked_at else None


def _laid_out(opened: OpenDocument, settings: Settings, column: int) -> SettingsBlock:
    """The block for a sheet whose holdings are still to come, or to be mended."""
    wanted = str(settings.get("language", opened.language))
    with speaking(known_language(wanted) or ENGLISH):
        block = settings_block(settings, _row(opened), column)
    check_reach(block, opened.looked_at)
    return block


def _row(opened: OpenDocument) -> int:
    """That of the holdings' headings; the second where there are none."""
    try:
        block = find_holdings(opened)
    except PbalError:
        return 2
    return block.origin.row if block.sheet == opened.looked_at else 2


def _write(document: Any, sheet: Any, block: SettingsBlock) -> None:
    write_cells(document, sheet, block.items)
    set_widths(sheet, WIDTHS, block.column)
    for name, (row, column) in block.names.items():
        # One of the sheet's own would go before the workbook's.
        _forget(sheet.NamedRanges, name)
        _name(document, name, sheet.getCellByPosition(column - 1, row - 1).AbsoluteName)
    for (row, column), choices in block.choices.items():
        _offer(sheet.getCellByPosition(column - 1, row - 1), choices)
    row, column = block.names[_CASH]
    _select(document, sheet.getCellByPosition(column - 1, row - 1))


def _offer(cell: Any, choices: tuple[str, ...]) -> None:
    """A list to choose from; other words are taken too, and judged when they are read."""
    rule = cell.Validation
    rule.Type = uno().Enum("com.sun.star.sheet.ValidationType", "LIST")
    rule.setFormula1(";".join(f'"{choice}"' for choice in choices))
    rule.ShowErrorMessage = False
    cell.Validation = rule


def _shown(document: Any, name: str, place: str) -> str:
    """Bring the first cell of a setting into view."""
    title, _, address = place.rpartition("!")
    sheet = document.getSheets().getByName(title_of(title))
    cell = sheet.getCellRangeByName(address.partition(":")[0])
    _select(document, cell)
    return f"The settings stand in cells already: {name} is {sheet.getName()}!{address.partition(':')[0]}."


def _select(document: Any, cell: Any) -> None:
    controller = document.getCurrentController()
    if controller is not None:
        controller.setActiveSheet(cell.getSpreadsheet())
        controller.select(cell)
