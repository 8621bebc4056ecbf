"""Writes a layout into a new sheet of a Calc document: cells, formats, frozen headings and chart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused
from pbal_xl.hosts.calc_cells import uno
from pbal_xl.report import FORMATS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pbal_xl.report import Chart, Item, Layout, Span

__all__ = ["free_name", "new_sheet", "write_layout"]

_MILLIMETRE = 100  # UNO measures in hundredths of one
_CENTIMETRE = 10 * _MILLIMETRE
_CHARACTER = 2.1 * _MILLIMETRE  # the width of a digit in the default font
_BOLD = 150.0


@dataclass(frozen=True, slots=True)
class _Look:
    """How a kind of cell looks; a size in points, colours as 0xRRGGBB, None for the document's own."""

    bold: bool = False
    size: float | None = None
    colour: int | None = None
    fill: int | None = None
    right: bool = False


_LOOKS = {
    Kind.TITLE: _Look(bold=True, size=14.0),
    Kind.NOTE: _Look(colour=0x595959),
    Kind.LABEL: _Look(colour=0x595959),
    Kind.HEADING: _Look(bold=True, fill=0xDDE8F0),
    Kind.HEADING_RIGHT: _Look(bold=True, fill=0xDDE8F0, right=True),
    Kind.BUY: _Look(bold=True, colour=0x1E7B34),
    Kind.SELL: _Look(bold=True, colour=0xB3261E),
    Kind.HOLD: _Look(colour=0x595959),
    Kind.TOTAL_TEXT: _Look(bold=True, fill=0xF2F2F2),
    Kind.TOTAL_MONEY: _Look(bold=True, fill=0xF2F2F2),
    Kind.TOTAL_PERCENT: _Look(bold=True, fill=0xF2F2F2),
}


def new_sheet(document: Any, wanted: str) -> Any:  # noqa: ANN401 - UNO objects
    """A new last sheet, named ``wanted`` or "wanted (2)" and so on.

    Raises:
        Refused: code "structure-protected".
    """
    if document.isProtected():
        raise Refused(
            "structure-protected", "the workbook's structure is protected, so no sheet can be added"
        )
    sheets = document.getSheets()
    name = free_name(wanted, sheets.getElementNames())
    sheets.insertNewByName(name, sheets.getCount())
    return sheets.getByName(name)


def free_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or the first of "wanted (2)", "wanted (3)" ... that no sheet has."""
    names = {name.casefold() for name in taken}
    name, number = wanted, 1
    while name.casefold() in names:
        number += 1
        name = f"{wanted} ({number})"
    return name


def write_layout(document: Any, layout: Layout) -> Any:  # noqa: ANN401
    """Write ``layout`` to a new sheet and return the sheet.

    Raises:
        Refused: as for ``new_sheet``.
    """
    sheet = new_sheet(document, layout.name)
    _write_cells(sheet, layout.items)
    _format_cells(document, sheet, layout.items)
    for place, width in enumerate(layout.widths):
        sheet.getColumns().getByIndex(place).Width = round(width * _CHARACTER)
    if layout.chart:
        _draw(sheet, layout.chart)
    return sheet


def _write_cells(sheet: Any, items: Sequence[Item]) -> None:  # noqa: ANN401
    """All cells in one go; text is written as text, whatever it begins with."""
    height = max(item.row for item in items)
    width = max(item.column for item in items)
    rows: list[list[str | float]] = [[""] * width for _ in range(height)]
    for item in items:
        value = float(item.value) if isinstance(item.value, Decimal) else item.value
        rows[item.row - 1][item.column - 1] = "" if value is None else value
    sheet.getCellRangeByPosition(0, 0, width - 1, height - 1).setDataArray(tuple(map(tuple, rows)))


def _format_cells(document: Any, sheet: Any, items: Sequence[Item]) -> None:  # noqa: ANN401
    kinds: dict[Kind, list[Item]] = defaultdict(list)
    for item in items:
        kinds[item.kind].append(item)
    for kind, members in kinds.items():
        cells = document.createInstance("com.sun.star.sheet.SheetCellRanges")
        cells.addRangeAddresses(tuple(_runs(sheet, members)), True)  # noqa: FBT003 - UNO takes no keywords
        _apply(cells, _LOOKS.get(kind, _Look()))
        if kind in FORMATS:
            cells.NumberFormat = _number_format(document, FORMATS[kind])


def _runs(sheet: Any, items: Sequence[Item]) -> list[Any]:  # noqa: ANN401
    """The addresses of the cells, those that stand below one another taken together."""
    columns: dict[int, list[int]] = defaultdict(list)
    for item in items:
        columns[item.column - 1].append(item.row - 1)
    found = []
    for column, rows in columns.items():
        rows.sort()
        start = rows[0]
        for row, following in zip(rows, [*rows[1:], -1], strict=True):
            if following != row + 1:
                found.append(sheet.getCellRangeByPosition(column, start, column, row).getRangeAddress())
                start = following
    return found


def _apply(cells: Any, look: _Look) -> None:  # noqa: ANN401
    if look.bold:
        cells.CharWeight = _BOLD
    if look.size is not None:
        cells.CharHeight = look.size
    if look.colour is not None:
        cells.CharColor = look.colour
    if look.fill is not None:
        cells.CellBackColor = look.fill
    if look.right:
        cells.HoriJustify = uno().Enum("com.sun.star.table.CellHoriJustify", "RIGHT")


def _number_format(document: Any, code: str) -> int:  # noqa: ANN401
    """The document's key of a number format; the codes are in the language of .xlsx files."""
    english = uno().createUnoStruct("com.sun.star.lang.Locale")
    english.Language, english.Country = "en", "US"
    formats = document.getNumberFormats()
    known: int = formats.queryKey(code, english, True)  # noqa: FBT003
    if known < 0:
        known = formats.addNew(code, english)
    return known


def _draw(sheet: Any, chart: Chart) -> None:  # noqa: ANN401
    """The chart; the series take their names from the headings above their cells."""
    corner = sheet.getCellByPosition(chart.anchor[1] - 1, chart.anchor[0] - 1).Position
    frame = uno().createUnoStruct("com.sun.star.awt.Rectangle")
    frame.X, frame.Y = corner.X, corner.Y
    frame.Width, frame.Height = round(chart.width * _CENTIMETRE), round(chart.height * _CENTIMETRE)
    spans = (chart.categories, *(span for _name, span in chart.series))
    addresses = tuple(_with_heading(sheet, span) for span in spans)
    charts = sheet.getCharts()
    charts.addNewByName(chart.title, frame, addresses, True, True)  # noqa: FBT003
    drawn = charts.getByName(chart.title).getEmbeddedObject()
    drawn.HasMainTitle = True
    drawn.Title.String = chart.title


def _with_heading(sheet: Any, span: Span) -> Any:  # noqa: ANN401
    return sheet.getCellRangeByPosition(
        span.first_column - 1, span.first_row - 2, span.last_column - 1, span.last_row - 1
    ).getRangeAddress()
