"""Sheets in Excel: the trades sheet from its layout, and imported positions."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused
from pbal_xl.hosts.excel.faults import sentence
from pbal_xl.hosts.excel.reading import own_name, read_cells
from pbal_xl.ooxml.digest import MARK_NAME, SOURCE_NAME, digest, number_text
from pbal_xl.ooxml.references import column_letters
from pbal_xl.ooxml.titles import numbered
from pbal_xl.sheet.layout import Formula, mark_of_layout
from pbal_xl.sheet.looks import FONT, FORMATS, LOOKS, Kind, series_colors
from pbal_xl.sheet.positions import columns_of, position_rows
from pbal_xl.sheet.settings_block import WIDTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from decimal import Decimal

    import xlwings as xw

    from pbal_xl.core.model import Holding
    from pbal_xl.grid.cells import Grid
    from pbal_xl.sheet.layout import Chart, Item, Layout, Span
    from pbal_xl.sheet.settings_block import SettingsBlock

__all__ = ["write_block", "write_layout", "write_positions"]

_RIGHT, _BELOW, _COLUMNS = -4152, -4107, 2  # Excel's xlRight, xlBottom and xlColumns
_LIST, _STOP, _BETWEEN = 3, 1, 1  # xlValidateList, xlValidAlertStop and xlBetween
_EDGE_BELOW, _THIN_LINE, _PALE_LINE = 9, 1, 0xDBD5D1  # xlEdgeBottom, xlContinuous, and 0xD1D5DB as Excel counts
_POINTS_A_CM = 72 / 2.54
_ROW_HEIGHT = 15.0


def write_layout(book: xw.Book, layout: Layout, source: xw.Range) -> tuple[xw.Sheet, str]:
    """Write a trades sheet and bring it to the front.

    A sheet of that name that pbal-xl wrote and nobody edited since is written anew in its place; any other
    keeps its name and contents, and the new sheet is numbered.

    Args:
        book: the workbook.
        layout: what the sheet says.
        source: the range the holdings came from.

    Returns:
        The sheet, and what is to be told: "" or that its charts could not be drawn.

    Raises:
        Refused: code "sheet-not-added", when Excel adds no sheet.
    """
    sheet = _own_sheet(book, layout.name) or _new_sheet(book, layout.name)
    grid = _grid((item.row, item.column, item.value) for item in layout.items)
    sheet.range((1, 1), (len(grid), len(grid[0]))).value = grid
    for kind, span in _runs(layout.items):
        _style(sheet.range((span[0], span[1]), (span[2], span[1])), kind)
    for column, width in enumerate(layout.widths, start=1):
        sheet.range((1, column)).column_width = width
    sheet.activate()
    _freeze(sheet, *layout.freeze)
    _keep(sheet, SOURCE_NAME, f"='{_doubled(source.sheet.name)}'!{source.address}")
    # Marked before its charts are drawn: a sheet whose chart fails still counts as ours.
    _keep(sheet, MARK_NAME, f'="{mark_of_layout(replace(layout, charts=()), sheet.name)}"')
    try:
        for chart in layout.charts:
            _draw(sheet, chart, layout.widths)
    except Exception as error:  # noqa: BLE001 - the figures stand; a chart is worth a word, not the plan
        for drawn in list(sheet.charts):
            drawn.delete()
        return sheet, f"The trades are written; the chart could not be drawn: {sentence(error)}."
    _keep(sheet, MARK_NAME, f'="{mark_of_layout(layout, sheet.name)}"')
    return sheet, ""


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


def write_positions(book: xw.Book, title: str, holdings: Sequence[Holding], hint: str) -> xw.Sheet:
    """Write imported positions to a new sheet: a title, headings in row 2, one row a position below.

    Args:
        book: the workbook.
        title: the wanted sheet name.
        holdings: the positions.
        hint: a line of text for the first row.
    """
    sheet = _new_sheet(book, title)
    columns, rows = columns_of(holdings), position_rows(holdings)
    width = len(columns)
    cells = [
        (1, 1, hint),
        *((r, c, value) for r, row in enumerate(rows, 2) for c, value in enumerate(row, 1)),
    ]
    grid = _grid(cells)
    sheet.range((1, 1), (len(grid), width)).value = grid
    _style(sheet.range((2, 1), (2, 1)), Kind.HEADING)
    _style(sheet.range((2, 2), (2, width)), Kind.HEADING_RIGHT)
    for at, column in enumerate(columns, start=1):
        if column.kind in FORMATS:
            sheet.range((3, at), (len(grid), at)).number_format = FORMATS[column.kind]
        sheet.range((1, at)).column_width = column.width
    sheet.activate()
    return sheet


def _own_sheet(book: xw.Book, title: str) -> xw.Sheet | None:
    """The emptied sheet of that title, if pbal-xl wrote it and nobody edited it since."""
    for sheet in book.sheets:
        if sheet.name.casefold() == title.casefold() and _is_unedited(sheet):
            # Emptied rather than deleted: formulas elsewhere may point at it.
            for chart in list(sheet.charts):
                chart.delete()
            sheet.clear()
            return sheet
    return None


def _is_unedited(sheet: xw.Sheet) -> bool:
    mark = own_name(sheet, MARK_NAME)
    if mark is None:
        return False
    used = sheet.used_range
    try:
        formulas = used.formula
        remarks = _remarks(sheet)
    except (NotImplementedError, AttributeError):
        return False  # an xlwings that cannot look: better one sheet more than an edit lost
    cells = _read_back(read_cells(used), formulas, used.row, used.column)
    extra = ["comments"] if remarks else []
    return mark.refers_to == f'="{digest(sheet.name, cells, extra, max(len(sheet.charts), len(sheet.shapes)))}"'


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
        cells.font.color = _rgb(look.color)
    if look.bold:
        cells.font.bold = True
    if look.italic:
        cells.font.italic = True
    if look.fill is not None:
        cells.color = _rgb(look.fill)
    if look.right:
        _align_right(cells)
    if look.rule_below and sys.platform == "win32":
        edge = cells.api.Borders(_EDGE_BELOW)
        edge.LineStyle, edge.Color = _THIN_LINE, _PALE_LINE


def _rgb(color: int) -> tuple[int, int, int]:
    return color >> 16, color >> 8 & 0xFF, color & 0xFF


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


def _draw(sheet: xw.Sheet, chart: Chart, widths: Sequence[float]) -> None:
    """The chart; its place is reckoned from the column widths, which not every engine tells in points."""
    row, column = chart.anchor
    left = sum(width * 5.25 + 3.75 for width in widths[: column - 1])
    drawn = sheet.charts.add(
        left=left,
        top=(row - 1) * _ROW_HEIGHT,
        width=chart.width * _POINTS_A_CM,
        height=chart.height * _POINTS_A_CM,
    )
    drawn.chart_type = "column_clustered" if chart.kind == "columns" else "line_markers"
    first, last = chart.series[0][1], chart.series[-1][1]
    # With the headings above: they name the series.
    drawn.set_source_data(sheet.range((first.first_row - 1, first.first_column), (last.last_row, last.last_column)))
    categories = _range(sheet, chart.categories)
    if hasattr(type(drawn), "set_x_axis_values"):
        drawn.set_x_axis_values(categories)
    if sys.platform == "win32":
        _finish(drawn.api[1], chart, categories)
    elif sys.platform == "darwin" and last.last_row - first.first_row < len(chart.series):
        # Excel would take the shorter side for the series.
        from appscript import k

        drawn.api[1].plot_by.set(k.by_columns)


def _finish(drawn: Any, chart: Chart, categories: xw.Range) -> None:
    """What xlwings leaves to Excel itself: title, legend below, categories and colours of the series."""
    drawn.PlotBy = _COLUMNS  # Excel takes the shorter side for the series where nobody says
    drawn.HasTitle, drawn.HasLegend = True, True
    drawn.ChartTitle.Text = chart.title
    drawn.Legend.Position = _BELOW
    for number, ((name, _), color) in enumerate(
        zip(chart.series, series_colors(chart.kind), strict=False), start=1
    ):
        series = drawn.SeriesCollection(number)
        series.XValues, series.Name = categories.api, name
        red, green, blue = _rgb(color)
        series.Format.Fill.ForeColor.RGB = red + (green << 8) + (blue << 16)


def _range(sheet: xw.Sheet, span: Span) -> xw.Range:
    return sheet.range((span.first_row, span.first_column), (span.last_row, span.last_column))


def _keep(sheet: xw.Sheet, wanted: str, refers_to: str) -> None:
    """A name of the sheet's own, out of the user's sight where the engine can hide it."""
    old = own_name(sheet, wanted)
    if old is not None:
        old.delete()
    name = sheet.names.add(wanted, refers_to)
    if sys.platform == "win32":
        name.api.Visible = False


def _doubled(name: str) -> str:
    return name.replace("'", "''")
