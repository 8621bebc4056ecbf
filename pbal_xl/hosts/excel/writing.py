"""Sheets in Excel: the trades sheet from its layout, and imported positions."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.hosts.excel.charts import draw
from pbal_xl.hosts.excel.dress import keep_dress
from pbal_xl.hosts.excel.edited import unedited_sheet
from pbal_xl.hosts.excel.faults import sentence
from pbal_xl.hosts.excel.pages import set_page
from pbal_xl.hosts.excel.reading import keep_name, own_name
from pbal_xl.hosts.excel.shades import shade_cells
from pbal_xl.ooxml.hidden_names import MARK_NAME, SOURCE_NAME, is_mark
from pbal_xl.ooxml.titles import numbered
from pbal_xl.sheet.layout import Formula, mark_of_layout
from pbal_xl.sheet.looks import FONT, FORMATS, LOOKS, RULE_BELOW, Kind, bgr, rgb
from pbal_xl.sheet.settings_block import WIDTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    import xlwings as xw

    from pbal_xl.sheet.layout import Item, Layout
    from pbal_xl.sheet.settings_block import SettingsBlock

__all__ = ["write_block", "write_layout", "write_positions"]

_RIGHT = -4152  # Excel's xlRight
_LIST, _STOP, _BETWEEN = 3, 1, 1  # xlValidateList, xlValidAlertStop and xlBetween
_EDGE_BELOW, _THIN_LINE = 9, 1  # xlEdgeBottom, xlContinuous


def write_layout(book: xw.Book, layout: Layout, source: xw.Range) -> tuple[xw.Sheet, str]:
    """Write a trades sheet and bring it to the front.

    A sheet of that name that pbal-xl wrote and nobody edited since is written anew in its place; any other
    keeps its name and contents, and the new sheet is numbered.

    Args:
        book: the workbook.
        layout: what the sheet says.
        source: the range the holdings came from.

    Returns:
        The sheet, and what is to be told: "" or what of its looks could not be made.

    Raises:
        Refused: code "sheet-not-added", when Excel adds no sheet.
    """
    sheet = _emptied(unedited_sheet(book, layout)) or _new_sheet(book, layout.name)
    grid = _grid((item.row, item.column, item.value) for item in layout.items)
    sheet.range((1, 1), (len(grid), len(grid[0]))).value = grid
    # Before the looks: Excel makes a row as high as its wrapped words want when they are told to wrap.
    for column, width in enumerate(layout.widths, start=1):
        sheet.range((1, column)).column_width = width
    for kind, span in _runs(layout.items):
        _style(sheet.range((span[0], span[1]), (span[2], span[1])), kind)
    shade_cells(sheet, layout.shades)
    sheet.activate()
    _freeze(sheet, *layout.freeze)
    keep_name(sheet, SOURCE_NAME, f"='{_doubled(source.sheet.name)}'!{source.address}")
    # Marked before its charts are drawn: a sheet whose chart fails still counts as ours.
    keep_name(sheet, MARK_NAME, f'="{mark_of_layout(replace(layout, charts=()), sheet.name)}"')
    told = []
    try:
        for chart in layout.charts:
            draw(sheet, chart, layout.widths)
    except Exception as error:  # noqa: BLE001 - the figures stand; a chart is worth a word, not the plan
        for drawn in list(sheet.charts):
            drawn.delete()
        told.append(f"The trades are written; the chart could not be drawn: {sentence(error)}.")
    else:
        keep_name(sheet, MARK_NAME, f'="{mark_of_layout(layout, sheet.name)}"')
    try:
        set_page(sheet, layout.page)
    except Exception as error:  # noqa: BLE001 - likewise: without a printer Excel sets up no page
        told.append(f"The trades are written; their page could not be set up for printing: {sentence(error)}.")
    keep_dress(sheet, layout)
    return sheet, " ".join(told)


def _emptied(sheet: xw.Sheet | None) -> xw.Sheet | None:
    """The sheet without cells and charts; rather than a new one, since formulas elsewhere may point at it."""
    if sheet is not None:
        for chart in list(sheet.charts):
            chart.delete()
        marks = filter(is_mark, [name.name.rpartition("!")[2].casefold() for name in sheet.names])
        for mark in marks:  # those of a file tell of what is no longer there
            found = None if mark in {MARK_NAME, SOURCE_NAME} else own_name(sheet, mark)
            if found is not None:
                found.delete()
        sheet.clear()
    return sheet


def write_block(sheet: xw.Sheet, block: SettingsBlock) -> None:
    """Write a block of settings, give its values their names in the workbook, and offer its lists."""
    for item in block.items:
        cell = sheet.range((item.row, item.column))
        _style(cell, item.kind)
        cell.value = _written(item.value)
    for column, width in enumerate(WIDTHS, start=block.column):
        sheet.range((1, column)).column_width = width
    for wanted, place in block.names.items():
        for old in [own_name(sheet, wanted), *_of_book(sheet.book, wanted)]:
            if old is not None:
                old.delete()
        sheet.book.names.add(wanted, f"='{_doubled(sheet.name)}'!{sheet.range(place).address}")
    if sys.platform == "win32":  # xlwings offers no lists itself
        for place, choices in block.choices.items():
            validation = sheet.range(place).api.Validation
            validation.Delete()
            validation.Add(_LIST, _STOP, _BETWEEN, ",".join(choices))


def _of_book(book: xw.Book, wanted: str) -> list[xw.main.Name]:
    return [name for name in book.names if name.name.casefold() == wanted]


def write_positions(book: xw.Book, title: str, items: Sequence[Item], widths: Sequence[float]) -> xw.Sheet:
    """Write imported positions to a new sheet, and bring it to the front.

    Args:
        book: the workbook.
        title: the wanted sheet name.
        items: its cells.
        widths: of its columns, in characters.
    """
    sheet = _new_sheet(book, title)
    grid = _grid((item.row, item.column, item.value) for item in items)
    sheet.range((1, 1), (len(grid), len(grid[0]))).value = grid
    for kind, span in _runs(items):
        _style(sheet.range((span[0], span[1]), (span[2], span[1])), kind)
    for at, width in enumerate(widths, start=1):
        sheet.range((1, at)).column_width = width
    sheet.activate()
    return sheet


def _new_sheet(book: xw.Book, wanted: str) -> xw.Sheet:
    """A new last sheet of that title, numbered when it is taken."""
    title = numbered(wanted, [sheet.name for sheet in book.sheets])
    try:
        return book.sheets.add(title, after=book.sheets[len(book.sheets) - 1])
    except Exception as error:  # every system's xlwings raises another kind
        raise Refused(
            "sheet-not-added", f"Excel adds no sheet to {book.name}; is the workbook protected?"
        ) from error


def _grid(
    cells: Iterable[tuple[int, int, str | Decimal | float | Formula | None]],
) -> list[list[str | float | None]]:
    placed = {(row, column): value for row, column, value in cells}
    height, width = max(row for row, _ in placed), max(column for _, column in placed)
    return [[_written(placed.get((r, c))) for c in range(1, width + 1)] for r in range(1, height + 1)]


def _written(value: str | Decimal | float | Formula | None) -> str | float | bool | None:
    """A text goes in behind an apostrophe, or Excel would make formulas, dates and numbers of symbols."""
    if isinstance(value, str):
        return f"'{value}" if value else None
    if isinstance(value, Formula):
        return f"={value.text}"
    if value is None or isinstance(value, bool):
        return value
    return float(value)  # an integer above 32 bits does not reach Excel


def _runs(items: Iterable[Item]) -> Iterator[tuple[Kind, tuple[int, int, int]]]:
    """(kind, (first row, column, last row)) of cells of one kind that stand below each other."""
    run: tuple[Kind, int, int, int] | None = None
    for item in sorted(items, key=lambda item: (item.column, item.row)):
        if run and (item.kind, item.column, item.row) == (run[0], run[2], run[3] + 1):
            run = (*run[:3], item.row)
            continue
        if run:
            yield run[0], run[1:]
        run = (item.kind, item.row, item.column, item.row)
    if run:
        yield run[0], run[1:]


def _style(cells: xw.Range, kind: Kind) -> None:
    """The kind's look, save what is Excel's own by default."""
    look = LOOKS[kind]
    if kind in FORMATS:
        cells.number_format = FORMATS[kind]
    cells.font.name, cells.font.size = FONT, look.size
    if look.color is not None:
        cells.font.color = rgb(look.color)
    if look.bold:
        cells.font.bold = True
    if look.italic:
        cells.font.italic = True
    if look.fill is not None:
        cells.color = rgb(look.fill)
    if look.wrap:
        cells.wrap_text = True
    if look.right:
        _align_right(cells)
    if look.rule_below and sys.platform == "win32":
        edge = cells.api.Borders(_EDGE_BELOW)
        edge.LineStyle, edge.Color = _THIN_LINE, bgr(RULE_BELOW)


def _freeze(sheet: xw.Sheet, row: int, column: int) -> None:
    """Keep what is above and left of a cell in view; the sheet must be in front."""
    if sys.platform == "win32":
        window = sheet.book.app.api.ActiveWindow
        window.FreezePanes = False
        window.SplitRow, window.SplitColumn = row - 1, column - 1
        window.FreezePanes = True
    elif sys.platform != "darwin":  # xlwings has no way to Excel for Mac's windows
        sheet.freeze_panes.freeze_at(sheet.range((1, 1), (row - 1, column - 1)))


def _align_right(cells: xw.Range) -> None:
    if hasattr(type(cells), "horizontal_alignment"):
        cells.horizontal_alignment = "right"
    elif sys.platform == "win32":
        cells.api.HorizontalAlignment = _RIGHT


def _doubled(name: str) -> str:
    return name.replace("'", "''")
