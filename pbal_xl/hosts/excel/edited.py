"""Tells a sheet in Excel that pbal-xl wrote and nobody edited since: only such a sheet may be written anew."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.excel.dress import is_dressed_as_kept
from pbal_xl.hosts.excel.pages import is_page_as_set
from pbal_xl.hosts.excel.reading import own_name, read_cells
from pbal_xl.ooxml.digest import digest, number_text
from pbal_xl.ooxml.hidden_names import MARK_NAME
from pbal_xl.ooxml.references import column_letters
from pbal_xl.ooxml.titles import is_numbered
from pbal_xl.sheet.charts import drawn_charts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xlwings as xw

    from pbal_xl.grid.cells import Grid
    from pbal_xl.sheet.layout import Layout

__all__ = ["unedited_sheet"]

_VALIDATED = -4174  # Excel's xlCellTypeAllValidation
# What a user may have put on a sheet that its cells do not show: collections of Excel's Worksheet.
_COUNTED = ("ListObjects", "Hyperlinks", "PivotTables", "QueryTables", "Scenarios")


def unedited_sheet(book: xw.Book, layout: Layout) -> xw.Sheet | None:
    """The first sheet of the layout's title, or of it numbered, that pbal-xl wrote and nobody edited since.

    What cannot be looked at counts as edited: better one sheet more than an edit lost.
    """
    for sheet in book.sheets:
        if is_numbered(sheet.name, layout.name) and _is_unedited(sheet, layout):
            return sheet
    return None


def _is_unedited(sheet: xw.Sheet, layout: Layout) -> bool:
    mark = own_name(sheet, MARK_NAME)
    if mark is None:
        return False
    used = sheet.used_range
    try:
        formulas: Any = used.formula
        remarks = _remarks(sheet)
    except (NotImplementedError, AttributeError):
        return False
    if isinstance(formulas, str):  # of a single cell
        formulas = ((formulas,),)
    cells = _read_back(read_cells(used), formulas, used.row, used.column)
    extra = ["comments"] if remarks else []
    drawn = max(len(sheet.charts), len(sheet.shapes))
    if mark.refers_to != f'="{digest(sheet.name, cells, extra, drawn)}"' or not is_dressed_as_kept(sheet):
        return False
    # Elsewhere xlwings has no way to look at more.
    return sys.platform != "win32" or not _more_hangs_on(sheet, layout)


def _remarks(sheet: xw.Sheet) -> int:
    """How many notes and comments hang on the sheet."""
    if sys.platform == "win32":  # asked directly: xlwings knows of them only since 0.37.8
        threaded = getattr(sheet.api, "CommentsThreaded", None)  # since Excel 365
        notes: int = sheet.api.Comments.Count
        return notes + (0 if threaded is None else threaded.Count)
    notes = len(sheet.notes)
    with contextlib.suppress(NotImplementedError):  # Excel for Mac tells of no threaded ones
        return notes + len(sheet.comments)
    return notes


def _more_hangs_on(sheet: xw.Sheet, layout: Layout) -> bool:
    """Whether a user made anything of the sheet that its cells do not show."""
    api = sheet.api
    return bool(
        api.ProtectContents
        or api.AutoFilterMode
        or any(_count(api, name) for name in _COUNTED)
        or _has_validation(api)
        or api.UsedRange.MergeCells is not False
        or not is_page_as_set(sheet)
        or not all(_is_as_drawn(one.api[1], layout) for one in sheet.charts)
    )


def _count(api: Any, name: str) -> int:
    """How many there are of a collection, which is a property or a method as Excel's library has it."""
    found = getattr(api, name)
    count = getattr(found, "Count", None)
    return int(found().Count if count is None else count)


def _has_validation(api: Any) -> bool:
    """Excel answers with an error where no cell has any."""
    try:
        return bool(api.Cells.SpecialCells(_VALIDATED).Count)
    except Exception:  # noqa: BLE001 - COM has one error for everything
        return False


def _is_as_drawn(drawn: Any, layout: Layout) -> bool:
    """Whether a chart has the title and the series of one of the layout's."""
    title = drawn.ChartTitle.Text if drawn.HasTitle else ""
    names = [drawn.SeriesCollection(place).Name for place in range(1, drawn.SeriesCollection().Count + 1)]
    known = drawn_charts().get((title, tuple(names)))
    return known is not None and title in {chart.title for chart in layout.charts}


def _read_back(
    values: Grid, formulas: Sequence[Sequence[str]], top: int, left: int
) -> Iterator[tuple[str, str, str]]:
    for r, (row, row_formulas) in enumerate(zip(values, formulas, strict=True)):
        for c, (value, formula) in enumerate(zip(row, row_formulas, strict=True)):
            address = f"{column_letters(left + c)}{top + r}"
            # A text that begins with = is its own formula.
            if str(formula).startswith("=") and formula != value:
                yield address, "f", str(formula)[1:]
            elif isinstance(value, str) and value:
                yield address, "s", value
            elif value is not None and value != "":
                yield address, "n", number_text(value)
