"""Adding cells to a sheet of a workbook file beside what stands there, with defined names and lists for them.

Patched are the sheet's part, by insertion into its text, the workbook part and the style sheet; every other part
stays as it lies in the package.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.ooxml.newparts import LIKE_A_FORMULA
from pbal_xl.ooxml.references import column_letters, quoted_title
from pbal_xl.ooxml.rewrite import Changes, declare, enter_styles, styles_of
from pbal_xl.ooxml.sheetpatch import offer_lists, put_cells, set_widths
from pbal_xl.ooxml.sheetscan import scan_sheet
from pbal_xl.ooxml.source import parsing
from pbal_xl.ooxml.styles import style_map
from pbal_xl.ooxml.stylexml import look_styles
from pbal_xl.ooxml.uncalculated import sheet_parts
from pbal_xl.ooxml.workbook_xml import drop_sheet_names, set_workbook_names, titles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.ooxml.sheetpatch import PutCell
    from pbal_xl.ooxml.sheetscan import SheetText
    from pbal_xl.ooxml.sheetspec import CellLook
    from pbal_xl.ooxml.source import Source

__all__ = ["AddedCells", "add_cells", "is_protected", "sheet_text"]


@dataclass(frozen=True, slots=True)
class AddedCells:
    """What is to be added to a sheet.

    Attributes:
        cells: where nothing but blank cells stands; their ``style`` is a place among the looks.
        looks: what the cells' looks mean.
        first_column: the first that gets a width.
        widths: of columns, in characters.
        names: of the workbook -> (row, column) of the cell it stands for from now on.
        choices: (row, column) -> the texts that the cell's list offers.
    """

    cells: Sequence[PutCell]
    looks: Sequence[CellLook]
    first_column: int
    widths: Sequence[float]
    names: Mapping[str, tuple[int, int]]
    choices: Mapping[tuple[int, int], Sequence[str]]


def sheet_text(source: Source, title: str, rows: range) -> SheetText:
    """The text of a worksheet, ready for cells in these rows.

    Raises:
        Refused: its part cannot be read.
    """
    package = source.package
    entry = package.parts[sheet_parts(source)[title]]
    with parsing(package, entry):
        return scan_sheet(package.read(entry), rows)
    raise AssertionError  # never reached: the block returns or raises


def is_protected(text: SheetText) -> bool:
    """Whether the sheet is protected, so that no program would let a user write on it."""
    protection = text.patch.root.child("sheetProtection")
    said = "0" if protection is None else protection.attrs.get("sheet", "0")
    return said.strip().lower() in {"1", "true", "on"}


def add_cells(source: Source, title: str, text: SheetText, added: AddedCells) -> Changes:
    """Patch a workbook that is open; a sheet's own names of the same spelling make way for the workbook's.

    Args:
        source: the workbook.
        title: that of the sheet.
        text: the sheet, scanned for the rows of the cells.
        added: what is to be added.

    Returns:
        What is otherwise in the package, to be written with ``rewrite``.

    Raises:
        Refused: "full", where there is no room for another style.
    """
    styles_part, styles = styles_of(source)
    keys = [(cell.style + 1, _is_like_a_formula(cell)) for cell in added.cells]
    map_ = style_map(styles, look_styles(tuple(added.looks)), tuple(dict.fromkeys(keys)))
    numbers = [map_.cell(number, quoted=quoted) for number, quoted in keys]
    if map_.full:
        raise source.package.refused("full", "has no room for more cell styles")
    map_.write(styles)
    put_cells(text, [cell._replace(style=style) for cell, style in zip(added.cells, numbers, strict=True)])
    set_widths(text, added.first_column, added.widths)
    offer_lists(text, added.choices)
    drop_sheet_names(source, titles(source).index(title), added.names)
    at = quoted_title(title)
    places = {name: f"{at}!${column_letters(column)}${row}" for name, (row, column) in added.names.items()}
    set_workbook_names(source, {name: (place, "") for name, place in places.items()})
    types = enter_styles(source, styles_part)
    if types:
        declare(source, types)
    changes = Changes()
    changes.put(source, source.package.parts[sheet_parts(source)[title]].name, text.patch)
    changes.put_lists(source, styles_part, styles)
    return changes


def _is_like_a_formula(cell: PutCell) -> bool:
    return isinstance(cell.content, str) and cell.content.startswith(LIKE_A_FORMULA)
