"""The block of settings in a workbook file, beside its holdings: written once, and read before it is kept."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.errors import InputError
from pbal_xl.hosts.headless.faults import naming_file
from pbal_xl.hosts.headless.reading import CSV_SUFFIXES, document_of, read_workbook
from pbal_xl.hosts.headless.writing import look_of
from pbal_xl.ooxml.addcells import AddedCells, add_cells, is_protected, sheet_text
from pbal_xl.ooxml.references import LAST_COLUMN, column_letters
from pbal_xl.ooxml.rewrite import check_target, rewrite, target_of, written
from pbal_xl.ooxml.save import remove_leftovers
from pbal_xl.ooxml.sheetpatch import PutCell, free_column
from pbal_xl.ooxml.source import open_source
from pbal_xl.refusals import refusal
from pbal_xl.settings import by_key
from pbal_xl.settings_home import block_beside, rows_of, settings_in_cells
from pbal_xl.sheet.settings_block import WIDTHS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pbal_xl.grid.blocks import Block
    from pbal_xl.hosts.headless.reading import FilePortfolio, Where
    from pbal_xl.ooxml.rewrite import Changes
    from pbal_xl.ooxml.source import Source
    from pbal_xl.setting import Settings
    from pbal_xl.sheet.settings_block import Entry, SettingsBlock

__all__ = ["Settled", "write_settings"]

# What a cell holds.
_DIGITS, _LONGEST_TEXT = 15, 32_767


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a file.

    Attributes:
        file: as it was named.
        holdings: their cells.
        block: where the settings stand, such as F2:G10.
        settings: what they say, by key.
        names: defined name -> the cell it stands for.
        output: the file that was written.
        other_names: how many hard links to it keep what it was.
    """

    file: Path
    holdings: Block
    block: str
    settings: Settings
    names: Mapping[str, str]
    output: Path
    other_names: int = 0


def write_settings(path: Path, where: Where, said: Settings, output: Path | None = None) -> Settled:
    """Write the block of settings beside the holdings of a workbook file, as Calc's and Excel's commands do.

    Args:
        path: the file.
        where: where the holdings stand, as far as it was said.
        said: what the block is to say; what it leaves open is as the file's names have it, else as plans do.
        output: the file to write; the file itself when None.

    Raises:
        Refused: the file is left alone; has a code.
        PbalError: its cells or names cannot be used; the sentence names the file.
    """
    if path.suffix.lower() in CSV_SUFFIXES:
        what = "is a positions export, which holds no settings: save it as .xlsx, or say them to run"
        raise refusal("not-a-workbook", path, what)
    for key, value in said.items():
        _check_fits(key, value)
    target = target_of(path, output)
    remove_leftovers(target)
    opened = open_source(path)
    with opened.package:
        portfolio, block, changes = _settled(opened, where, said)
        check_target(path, target)
        expected = {**_told(block), **portfolio.settings, **said}
        _try_out(opened, changes, where, portfolio, expected)
        links = rewrite(opened, target, changes)
    sheet = portfolio.block.sheet
    names = {name: f"{sheet}!{column_letters(column)}{row}" for name, (row, column) in block.names.items()}
    return Settled(path, portfolio.block, block.address, expected, names, target, links)


def _check_fits(key: str, value: object) -> None:
    """Make sure that a cell can hold a value as it is.

    Raises:
        InputError: it cannot.
    """
    setting = by_key(key)
    if isinstance(value, Decimal) and Decimal(f"{value:.{_DIGITS}g}") != value:
        raise InputError(f"{setting.option} {value:f} has more digits than the {_DIGITS} that a cell holds")
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise InputError(f"{setting.option} has more than the {_LONGEST_TEXT:,} signs that a cell holds")


def _settled(opened: Source, where: Where, said: Settings) -> tuple[FilePortfolio, SettingsBlock, Changes]:
    """The holdings, the block to write, and what it changes in the package."""
    path = opened.package.path

    def laid_out(portfolio: FilePortfolio) -> tuple[SettingsBlock, Changes]:
        sheet = portfolio.block.sheet
        there = settings_in_cells(document_of(opened, where), sheet, said)
        if there is not None:
            what = f"has its settings in cells already: {there[0]} is {there[1]}; change them there"
            raise refusal("settings-there", path, what)
        rows = rows_of(portfolio, said)
        text = sheet_text(opened, sheet, rows)
        if is_protected(text):
            what = f"has the protected sheet {sheet}, so no settings can be written: unprotect it and run again"
            raise refusal("sheet-protected", path, what)
        block = block_beside(portfolio, min(free_column(text, rows, len(WIDTHS)), LAST_COLUMN - 1), said)
        return block, add_cells(opened, sheet, text, _added(block))

    portfolio, (block, changes) = naming_file(path, lambda: read_workbook(path, where, opened, said), laid_out)
    return portfolio, block, changes


def _added(block: SettingsBlock) -> AddedCells:
    looks = list(dict.fromkeys(look_of(item.kind) for item in block.items))
    return AddedCells(
        cells=[PutCell(one.row, one.column, _content(one), looks.index(look_of(one.kind))) for one in block.items],
        looks=looks,
        first_column=block.column,
        widths=WIDTHS,
        names=block.names,
        choices=block.choices,
    )


def _content(entry: Entry) -> str | float | bool | None:
    return float(entry.value) if isinstance(entry.value, Decimal) else entry.value


def _told(block: SettingsBlock) -> Settings:
    """What the block says of itself where nothing was set."""
    values = {(item.row, item.column): item.value for item in block.items}
    truth = values[block.names[by_key("whole_shares").name]]
    strategy = by_key("strategy").default
    return {"strategy": str(strategy), **({} if truth is None else {"whole_shares": bool(truth)})}


def _try_out(opened: Source, changes: Changes, where: Where, before: FilePortfolio, expected: Settings) -> None:
    """Read what is to be written: the holdings must be what they were, and the settings what was said.

    Raises:
        InputError: they are not.
    """
    path = opened.package.path
    with tempfile.TemporaryDirectory(prefix="pbal-") as folder:
        made = Path(folder, path.name)
        written(opened, made, changes)
        again = open_source(made)
        with again.package:
            found = read_workbook(made, where, again)
    if found.table.holdings != before.table.holdings or found.settings != expected:
        raise InputError(
            f"{path}: beside the holdings of {before.block.sheet} settings would change how they are read; "
            "let the name pbal_holdings stand for the cells of the holdings, or name a cell for each setting"
        )
