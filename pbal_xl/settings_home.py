"""Where a document's settings stand: in cells already, or in a block to be written beside its holdings.

Every host writes the same block in the same place, and none writes a second one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.document import content_of
from pbal_xl.errors import InputError
from pbal_xl.grid.reach import FAR, is_read
from pbal_xl.names import constant
from pbal_xl.settings import by_key
from pbal_xl.sheet.settings_block import settings_block, shown_keys
from pbal_xl.suggest import language_for
from pbal_xl.words import speaking

if TYPE_CHECKING:
    from collections.abc import Collection

    from pbal_xl.document import Document
    from pbal_xl.setting import Settings
    from pbal_xl.sheet.settings_block import SettingsBlock
    from pbal_xl.suggest import Portfolio

__all__ = ["block_beside", "check_reach", "rows_of", "settings_in_cells"]


def settings_in_cells(document: Document, sheet: str, also: Collection[str] = ()) -> tuple[str, str] | None:
    """The first name of a block for a sheet that stands for cells already, and what it refers to; None without.

    Args:
        document: the open spreadsheet.
        sheet: whose own names go before the workbook's.
        also: keys of settings that the block is to show beside the usual ones.
    """
    for key in shown_keys(also):
        name = by_key(key).name
        text = content_of(document, sheet, name)
        if text is not None and constant(text) is None:
            return name, text.removeprefix("=")
    return None


def rows_of(portfolio: Portfolio, said: Settings) -> range:
    """The rows of the block that ``block_beside`` will give."""
    items = block_beside(portfolio, 1, said).items
    return range(items[0].row, items[-1].row + 1)


def block_beside(portfolio: Portfolio, column: int, said: Settings | None = None) -> SettingsBlock:
    """The block for holdings that were read, from the row of their headings on, in the language of their trades.

    Args:
        portfolio: the holdings and what is set so far.
        column: of the labels, from 1.
        said: what goes before that; a setting that is not among the usual ones gets a row of its own.

    Raises:
        InputError: there nothing would be read.
    """
    said = said or {}
    priced = any(holding.price is not None for holding in portfolio.table.holdings)
    with speaking(language_for(portfolio, said)):
        block = settings_block(
            {**portfolio.settings, **said}, portfolio.block.origin.row, column, also=said, priced=priced
        )
    check_reach(block, portfolio.block.sheet)
    return block


def check_reach(block: SettingsBlock, sheet: str) -> None:
    """Make sure that a block stands where settings are read.

    Raises:
        InputError: it does not.
    """
    if not is_read(block.items[-1].row, block.column + 1):
        raise InputError(
            f"beside what the sheet {sheet} holds the settings would stand in {block.address}, {FAR}; clear what "
            "stands far off, or name a cell for each setting"
        )
