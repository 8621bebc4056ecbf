"""Writes a layout into a new sheet of a Calc document: cells, formats, frozen headings and chart."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused
from pbal_xl.hosts.calc.cells import number_format, uno, used_range
from pbal_xl.hosts.calc.drawn import CHARTS_NAME, LOOKS_NAME, looks_of_charts, places_of_charts
from pbal_xl.hosts.calc.dress import BOLD_NAME, PAGE_STYLE, PRINTED_NAME, WIDTHS_NAME, bold, printed, widths
from pbal_xl.hosts.calc.edited import is_ours, unedited_sheet
from pbal_xl.hosts.calc.kept import keep, keep_text
from pbal_xl.hosts.calc.living_mark import formulas_mark, references_to_keep
from pbal_xl.hosts.calc.shades import shade_cells, shades
from pbal_xl.ooxml.hidden_names import FORMULAS_NAME, MARK_NAME, SHADES_NAME, SOURCE_NAME
from pbal_xl.ooxml.titles import numbered
from pbal_xl.sheet.layout import Formula, Span, mark_of_layout
from pbal_xl.sheet.looks import CHART, FONT, FORMATS, GRID, LOOKS, RULE_ABOVE, Kind, series_colors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.sheet.layout import Chart, Item, Layout, Page
    from pbal_xl.sheet.settings_block import Entry

__all__ = ["FROZEN_NAME", "dress_cells", "new_sheet", "set_widths", "write_cells", "write_layout"]

_MILLIMETRE = 100  # UNO measures in hundredths of one
_CENTIMETRE = 10 * _MILLIMETRE
_CHARACTER = 2.45 * _MILLIMETRE  # a digit, also where another font stands in for the sheet's
_BOLD = 150.0
_INDENT = 3 * _MILLIMETRE
_HAIRLINE = 18
_XLSX = 3  # com.sun.star.sheet.AddressConvention.XL_OOX
_LOGICAL = 1024  # com.sun.star.util.NumberFormat.LOGICAL
_AUTOMATIC = -1  # the colour that LibreOffice chooses by the ground
_SLANT = 4500  # of the names along an axis, in hundredths of a degree
_EVERYTHING = 1023  # com.sun.star.sheet.CellFlags: contents and formats
_MARGIN = 10 * _MILLIMETRE
# A hidden name of the sheet: what was frozen of it.
FROZEN_NAME = "_pbal_xl_frozen"


def new_sheet(document: Any, wanted: str) -> Any:
    """A new last sheet, named ``wanted`` or "wanted (2)" and so on.

    Raises:
        Refused: code "protected".
    """
    if document.isProtected():
        raise Refused("protected", "the workbook's structure is protected, so no sheet can be added")
    sheets = document.getSheets()
    name = numbered(wanted, sheets.getElementNames())
    sheets.insertNewByName(name, sheets.getCount())
    return sheets.getByName(name)


def write_layout(document: Any, layout: Layout, source: str) -> Any:
    """Write ``layout`` to a sheet and return the sheet.

    A sheet that pbal-xl wrote and nobody edited since is written anew in its place; every other sheet is left
    alone, and the new one numbered.

    Args:
        document: the spreadsheet document.
        layout: what the sheet says.
        source: the range the holdings came from, such as ``$Portfolio.$A$2:$D$12``.

    Raises:
        Refused: as for ``new_sheet``.
    """
    sheet = _emptied(unedited_sheet(document, layout.name), layout.items) or new_sheet(document, layout.name)
    set_widths(sheet, layout.widths)
    write_cells(document, sheet, layout.items)
    shade_cells(document, sheet, layout.shades)
    for chart in layout.charts:
        _draw(document, sheet, chart)
    keep_text(sheet, CHARTS_NAME, places_of_charts(sheet))
    keep_text(sheet, LOOKS_NAME, looks_of_charts(sheet))
    _set_page(document, sheet, layout.page)
    keep_text(sheet, PRINTED_NAME, printed(sheet))
    keep_text(sheet, WIDTHS_NAME, widths(sheet))
    if layout.shades:
        keep_text(sheet, SHADES_NAME, shades(document, sheet))
    keep_text(sheet, BOLD_NAME, bold(sheet))
    keep_text(sheet, MARK_NAME, mark_of_layout(layout, sheet.getName()))
    keep(sheet, SOURCE_NAME, source)
    if any(isinstance(item.value, Formula) for item in layout.items):
        keep_text(sheet, FORMULAS_NAME, formulas_mark(sheet))
        for name, content in references_to_keep(sheet):
            keep(sheet, name, content)
    return sheet


def set_widths(sheet: Any, wanted: Sequence[float], first_column: int = 1) -> None:
    """Give columns their widths, in characters."""
    for place, width in enumerate(wanted, start=first_column - 1):
        # Not OptimalWidth: that breaks the undo of all that was done before it.
        sheet.getColumns().getByIndex(place).Width = round(width * _CHARACTER)


def _emptied(sheet: Any, items: Sequence[Item]) -> Any:
    """The sheet without contents, formats and charts; rather than a new one, since formulas may point at it."""
    if sheet is None:
        return None
    charts = sheet.getCharts()
    for name in charts.getElementNames():
        charts.removeByName(name)
    for name in filter(is_ours, sheet.NamedRanges.getElementNames()):
        if name != FROZEN_NAME:
            sheet.NamedRanges.removeByName(name)  # those of a file tell of what is no longer there
    _mark_for_undo(sheet, items)
    used_range(sheet).clearContents(_EVERYTHING)
    return sheet


def _mark_for_undo(sheet: Any, items: Sequence[Item]) -> None:
    """Have all cells that are to be written remembered as they are, the empty ones too.

    Undoing what is written to many cells at once leaves those alone that held nothing; undoing a series that was
    filled in does not. What it fills in is taken away at once. One step, since a hundred are all that LibreOffice
    undoes.
    """
    right, bottom = max(item.column for item in items), max(item.row for item in items)
    down = uno().Enum("com.sun.star.sheet.FillDirection", "TO_BOTTOM")
    sheet.getCellRangeByPosition(0, 0, right - 1, bottom - 1).fillAuto(down, 1)


def _set_page(document: Any, sheet: Any, page: Page) -> None:
    """Landscape, one page wide; the style is the document's, and every sheet of ours of that length shares it."""
    styles = document.getStyleFamilies().getByName("PageStyles")
    name = PAGE_STYLE if page.one else f"{PAGE_STYLE}, long"
    if not styles.hasByName(name):
        styles.insertByName(name, document.createInstance("com.sun.star.style.PageStyle"))
        style = styles.getByName(name)
        short, long = sorted((style.Width, style.Height))
        style.IsLandscape, style.Width, style.Height = True, long, short
        style.LeftMargin = style.RightMargin = style.TopMargin = style.BottomMargin = _MARGIN
        style.ScaleToPagesX, style.ScaleToPagesY = 1, int(page.one)
        style.CenterHorizontally, style.HeaderIsOn = True, False
    sheet.PageStyle = name
    sheet.setPrintAreas((_address(sheet, page.area),))
    sheet.setTitleRows(_address(sheet, Span(page.repeated_row, 1, page.repeated_row, 1)))
    sheet.setPrintTitleRows(not page.one)


def _address(sheet: Any, span: Span) -> Any:
    return sheet.getCellRangeByPosition(
        span.first_column - 1, span.first_row - 1, span.last_column - 1, span.last_row - 1
    ).getRangeAddress()


def write_cells(document: Any, sheet: Any, items: Sequence[Item | Entry]) -> None:
    """Write and format the cells of a rectangle; text is written as text, whatever it begins with."""
    top, left = min(item.row for item in items), min(item.column for item in items)
    height = max(item.row for item in items) - top + 1
    width = max(item.column for item in items) - left + 1
    rows: list[list[str | float]] = [[""] * width for _ in range(height)]
    for item in items:
        if isinstance(item.value, (Decimal, int)):
            rows[item.row - top][item.column - left] = float(item.value)
        elif isinstance(item.value, str):
            rows[item.row - top][item.column - left] = item.value
    corner = sheet.getCellByPosition(left - 1, top - 1).getCellAddress()
    last = (corner.Column + width - 1, corner.Row + height - 1)
    sheet.getCellRangeByPosition(corner.Column, corner.Row, *last).setDataArray(tuple(map(tuple, rows)))
    # Looks first: LibreOffice gives a formula that it works out later the format of what came out, if it has none.
    dress_cells(document, sheet, items)
    _enter_formulas(document, sheet, items)


def dress_cells(document: Any, sheet: Any, items: Sequence[Item | Entry]) -> None:
    """Give cells the look and number format of their kinds; what they hold stays."""
    kinds: dict[Kind, list[Item | Entry]] = defaultdict(list)
    for item in items:
        kinds[item.kind].append(item)
    for kind, members in kinds.items():
        cells = document.createInstance("com.sun.star.sheet.SheetCellRanges")
        cells.addRangeAddresses(tuple(_runs(sheet, members)), True)  # noqa: FBT003 - UNO takes no keywords
        _apply(cells, kind, document)


def _enter_formulas(document: Any, sheet: Any, items: Sequence[Item | Entry]) -> None:
    """Enter the formulas, which are in the language of .xlsx files."""
    parser = document.createInstance("com.sun.star.sheet.FormulaParser")
    parser.CompileEnglish = True
    parser.FormulaConvention = _XLSX
    for item in items:
        if isinstance(item.value, Formula):
            cell = sheet.getCellByPosition(item.column - 1, item.row - 1)
            cell.setTokens(parser.parseFormula(item.value.text, cell.getCellAddress()))


def _runs(sheet: Any, items: Sequence[Item | Entry]) -> list[Any]:
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


def _apply(cells: Any, kind: Kind, document: Any) -> None:
    """All of a kind's look at once: an undo takes back only so many steps."""
    look = LOOKS[kind]
    wanted: dict[str, Any] = {"CharFontName": FONT, "CharHeight": look.size}
    # Said outright: the standard style of a file of Excel's is black, which nobody reads in a dark document.
    wanted["CharColor"] = _AUTOMATIC if look.color is None else look.color
    if look.bold:
        wanted["CharWeight"] = _BOLD
    if look.italic:
        wanted["CharPosture"] = uno().Enum("com.sun.star.awt.FontSlant", "ITALIC")
    if look.fill is not None:
        wanted["CellBackColor"] = look.fill
    if look.right or look.indent:
        wanted["HoriJustify"] = uno().Enum("com.sun.star.table.CellHoriJustify", "RIGHT" if look.right else "LEFT")
        wanted["ParaIndent"] = round(_INDENT) if look.indent else 0
    if look.wrap:
        wanted["IsTextWrapped"] = True
    if look.rule_above:
        rule = uno().createUnoStruct("com.sun.star.table.BorderLine2")
        rule.Color, rule.LineWidth, rule.OuterLineWidth = RULE_ABOVE, _HAIRLINE, _HAIRLINE
        wanted["TopBorder"] = rule
    if look.rule_below:
        rule = uno().createUnoStruct("com.sun.star.table.BorderLine2")
        rule.Color, rule.LineWidth, rule.OuterLineWidth = GRID, _HAIRLINE, _HAIRLINE
        wanted["BottomBorder"] = rule
    if kind in FORMATS:
        wanted["NumberFormat"] = number_format(document, FORMATS[kind])
    if kind is Kind.SETTING_TRUTH:
        wanted["NumberFormat"] = document.getNumberFormats().getStandardFormat(_LOGICAL, document.CharLocale)
    cells.setPropertyValues(tuple(sorted(wanted)), tuple(wanted[name] for name in sorted(wanted)))


def _draw(document: Any, sheet: Any, chart: Chart) -> None:
    """The chart."""
    corner = sheet.getCellByPosition(chart.anchor[1] - 1, chart.anchor[0] - 1).Position
    frame = uno().createUnoStruct("com.sun.star.awt.Rectangle")
    frame.X, frame.Y = corner.X, corner.Y
    frame.Width, frame.Height = round(chart.width * _CENTIMETRE), round(chart.height * _CENTIMETRE)
    spans = (chart.categories, *(span for _name, span in chart.series))
    addresses = tuple(_with_heading(sheet, span) for span in spans)
    # One name serves one chart in the whole document.
    taken = [name for one in document.getSheets() for name in one.getCharts().getElementNames()]
    name, charts = numbered(chart.title, taken), sheet.getCharts()
    charts.addNewByName(name, frame, addresses, True, True)  # noqa: FBT003
    _finish(document, charts.getByName(name).getEmbeddedObject(), chart)


def _finish(document: Any, drawn: Any, chart: Chart) -> None:
    """Title, legend below, percentages on the axis, a plain wall and the colours of the series."""
    drawn.HasMainTitle = True
    drawn.Title.String = chart.title
    drawn.HasLegend = True
    drawn.Legend.Alignment = uno().Enum("com.sun.star.chart.ChartLegendPosition", "BOTTOM")
    drawn.Legend.FillStyle = uno().Enum("com.sun.star.drawing.FillStyle", "NONE")
    drawn.Legend.LineStyle = uno().Enum("com.sun.star.drawing.LineStyle", "NONE")
    if chart.kind == "lines":
        drawn.setDiagram(drawn.createInstance("com.sun.star.chart.LineDiagram"))
    diagram = drawn.getDiagram()
    diagram.Wall.FillStyle = uno().Enum("com.sun.star.drawing.FillStyle", "NONE")
    diagram.YMainGrid.LineColor = CHART.grid
    if chart.slanted:
        diagram.XAxis.TextRotation = _SLANT
    diagram.YAxis.LinkNumberFormatToSource = False
    diagram.YAxis.NumberFormat = number_format(drawn, chart.axis_format, like=document)
    _color_series(drawn, chart)


def _color_series(drawn: Any, chart: Chart) -> None:
    """Their colours; their names are the headings: names of a chart's own, LibreOffice 7.4 takes for cells.

    A row that is put in on any other sheet would move those away, to a cell that is empty.
    """
    [kind] = drawn.getFirstDiagram().getCoordinateSystems()[0].getChartTypes()
    for series, color in zip(kind.getDataSeries(), series_colors(chart.kind), strict=False):
        series.Color = color


def _with_heading(sheet: Any, span: Span) -> Any:
    return _address(sheet, replace(span, first_row=span.first_row - 1))
