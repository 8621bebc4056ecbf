"""Tells whether a sheet of ours looks as it was written: its cells, its charts, its page.

Free is what a program may change by itself: heights, and of a sheet that a file brought along, which does not tell
how it was written, widths and bold text.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import used_range
from pbal_xl.hosts.calc.drawn import are_charts_as_drawn
from pbal_xl.hosts.calc.formats import Formats
from pbal_xl.hosts.calc.kept import are_near, kept
from pbal_xl.ooxml.hidden_names import FORMULAS_NAME
from pbal_xl.sheet.log import CHART_ROWS
from pbal_xl.sheet.looks import FONT, FORMATS, GRID, LOOKS, RULE_ABOVE, RULE_BELOW, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "BOLD_NAME",
    "PAGE_STYLE",
    "PRINTED_NAME",
    "WIDTHS_NAME",
    "bold",
    "is_dressed_as_ours",
    "printed",
    "widths",
]

PAGE_STYLE = "Suggested trades"
# A hidden name of the sheet: what was set to be printed.
PRINTED_NAME = "_pbal_xl_printed"
# Likewise: how wide its columns were made, and which of its cells were written bold.
WIDTHS_NAME, BOLD_NAME = "_pbal_xl_widths", "_pbal_xl_bold"

_NONE = -1  # no background; of a text the colour that LibreOffice chooses
_BLACK = 0  # that of texts without a colour of their own in a file of Excel's
_PORTIONS = 512  # com.sun.star.sheet.CellFlags.FORMATTED: texts with links or several looks inside
_GENERAL_PLACES = {"STANDARD", "LEFT", "RIGHT"}
_SIDES, _ENDS = ("LeftBorder", "RightBorder", "DiagonalTLBR", "DiagonalBLTR"), ("TopBorder", "BottomBorder")
_RULES = {RULE_ABOVE, RULE_BELOW, GRID}
_LETTERS = {(float(look.size), look.italic) for look in LOOKS.values()}
_FILLS = {_NONE, *(look.fill for look in LOOKS.values() if look.fill is not None)}
# What we leave as the style of plain cells has it, whatever that is.
_PLAIN = (
    "AsianVerticalMode", "CellProtection", "CharContoured", "CharCrossedOut", "CharEmphasis", "CharLocale",
    "CharOverline", "CharRelief", "CharShadowed", "CharStrikeout", "CharUnderline", "CharWordMode",
    "Orientation", "ParaBottomMargin", "ParaIsHyphenation", "ParaLeftMargin", "ParaRightMargin", "ParaTopMargin",
    "RotateAngle", "ShadowFormat", "ShrinkToFit", "VertJustify", "WritingMode",
)  # fmt: skip
_STYLE = "Default"
_HEADED = LOOKS[Kind.HEADING].fill
_LONG = 20  # characters, all of them capitals, in the narrowest column that wraps
_PAGE_OF_FILES = {
    "IsLandscape": True, "ScaleToPagesX": 1, "CenterHorizontally": True, "CenterVertically": False,
    "HeaderIsOn": False, "FooterIsOn": False, "PrintGrid": False, "PrintHeaders": False,
}  # fmt: skip
_SAME_WIDTH = 80  # hundredths of a millimetre: a file rounds widths to its own characters
_HEAVY = 100.0  # above this letters are bold
_MARGINS = ("LeftMargin", "RightMargin", "TopMargin", "BottomMargin")
_MOST_INDENT = 400  # hundredths of a millimetre
_INKS = {_NONE, _BLACK, *(look.color for look in LOOKS.values() if look.color is not None)}


def is_dressed_as_ours(document: Any, sheet: Any) -> bool:
    """Whether nothing about the sheet differs from what we write, but what a program changes by itself.

    Args:
        document: that of the sheet.
        sheet: one whose cells say what they said when it was written.
    """
    used, formats = used_range(sheet), Formats(document, FORMATS.values())
    return bool(
        not sheet.queryContentCells(_PORTIONS).getCount()
        and used.queryVisibleCells().getRangeAddresses() == (used.getRangeAddress(),)
        and _is_page_as_set(document, sheet, used.getRangeAddress())
        and are_charts_as_drawn(sheet)
        and _are_widths_as_set(sheet)
        and kept(sheet, BOLD_NAME) in {None, bold(sheet)}
        and all(_is_as_written(document, sheet, cells, formats) for cells in _alike(sheet))
    )


def widths(sheet: Any) -> str:
    """How wide the sheet's columns are, as far as they are used, in hundredths of a millimetre."""
    columns = sheet.getColumns()
    return " ".join(str(columns.getByIndex(at).Width) for at in range(used_range(sheet).getColumns().getCount()))


def _are_widths_as_set(sheet: Any) -> bool:
    then = kept(sheet, WIDTHS_NAME)
    return then is None or are_near(then, widths(sheet), _SAME_WIDTH)


def bold(sheet: Any) -> str:
    """A digest of which cells are bold."""
    used = used_range(sheet).getRangeAddress()
    found: set[tuple[int, int]] = set()
    for cells in _alike(sheet):
        for area in cells.getRangeAddresses() if cells.CharWeight > _HEAVY else ():
            # Beyond the cells in use there is none of ours: a whole column of a user's tells by its first.
            rows = range(area.StartRow, max(area.StartRow, min(area.EndRow, used.EndRow)) + 1)
            columns = range(area.StartColumn, max(area.StartColumn, min(area.EndColumn, used.EndColumn)) + 1)
            found.update((row, column) for row in rows for column in columns)
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()[:32]


def printed(sheet: Any) -> str:
    """What is printed of the sheet, and which rows and columns every page repeats."""
    areas = [f"{area.StartColumn} {area.StartRow} {area.EndColumn} {area.EndRow}" for area in sheet.getPrintAreas()]
    rows, columns = sheet.getTitleRows(), sheet.getTitleColumns()
    repeated = f"{rows.StartRow} {rows.EndRow}" if sheet.getPrintTitleRows() else "none"
    beside = f"{columns.StartColumn} {columns.EndColumn}" if sheet.getPrintTitleColumns() else "none"
    return f"{', '.join(areas)}; {repeated}; {beside}"


def _is_page_as_set(document: Any, sheet: Any, used: Any) -> bool:
    """Whether what is printed is what was set, or all of the sheet, under and above no lines of the user's.

    A page style of ours is never written twice, so what a user made of it stays.
    """
    style = document.getStyleFamilies().getByName("PageStyles").getByName(sheet.PageStyle)
    if not sheet.PageStyle.startswith(PAGE_STYLE) and any(_lines(style)):
        return False
    then = kept(sheet, PRINTED_NAME)
    return _is_page_of_a_file(style, sheet, used) if then is None else then == printed(sheet)


def _is_page_of_a_file(style: Any, sheet: Any, used: Any) -> bool:
    """Whether a sheet that a file brought along is printed as files of ours are: all of it, one page wide."""
    areas, rows = sheet.getPrintAreas(), sheet.getTitleRows()
    return len(areas) == 1 and bool(
        (areas[0].StartRow, areas[0].StartColumn) == (0, 0)
        and _ends_as_ours(sheet, areas[0], used)
        and not sheet.getPrintTitleColumns()
        and (not sheet.getPrintTitleRows() or _is_heading(sheet, rows))
        and all(getattr(style, name) == value for name, value in _PAGE_OF_FILES.items())
        and len({getattr(style, margin) for margin in _MARGINS}) == 1
    )


def _ends_as_ours(sheet: Any, area: Any, used: Any) -> bool:
    """Whether an area goes as far as what is shown: all in use, or on a sheet of formulas all but their working."""
    right, bottom = used.EndColumn, used.EndRow
    if kept(sheet, FORMULAS_NAME) is not None:
        row = sheet.getTitleRows().StartRow
        headed = (at for at in range(right + 1) if sheet.getCellByPosition(at, row).CellBackColor == _HEADED)
        right = max(headed, default=0)
        shown = sheet.getCellRangeByPosition(0, 0, right, bottom).getDataArray()
        bottom = max(at for at, cells in enumerate(shown) if any(cell != "" for cell in cells))
    return area.EndColumn == right and area.EndRow - bottom in {0, CHART_ROWS}


def _is_heading(sheet: Any, rows: Any) -> bool:
    fill = sheet.getCellByPosition(0, rows.StartRow).CellBackColor
    return bool(rows.StartRow == rows.EndRow and fill == _HEADED)


def _lines(style: Any) -> Iterator[str]:
    """What stands above and below every page."""
    for line in ("Header", "Footer"):
        if getattr(style, f"{line}IsOn"):
            content = getattr(style, f"RightPage{line}Content")
            yield from (part.getString() for part in (content.LeftText, content.CenterText, content.RightText))


def _alike(sheet: Any) -> Iterator[Any]:
    """Ranges of cells that look alike, over the whole sheet."""
    ranges = sheet.getUniqueCellFormatRanges()
    return (ranges.getByIndex(place) for place in range(ranges.getCount()))


def _is_as_written(document: Any, sheet: Any, cells: Any, formats: Formats) -> bool:
    """Whether cells have a ground, letters and a number format of ours, no line of another's, and no rule."""
    first = cells.getRangeAddresses()[0]
    plain = document.getStyleFamilies().getByName("CellStyles").getByName(_STYLE)
    return bool(
        cells.CharFontName in {FONT, plain.CharFontName}
        and (cells.CharHeight, cells.CharPosture.value != "NONE") in {*_LETTERS, (plain.CharHeight, False)}
        and cells.HoriJustify.value in _GENERAL_PLACES
        and all(not getattr(cells, side).OuterLineWidth for side in _SIDES)
        and all(not edge.OuterLineWidth or edge.Color in _RULES for edge in (getattr(cells, end) for end in _ENDS))
        and cells.CellBackColor in _FILLS
        and cells.CharColor in _INKS
        and formats.holds(cells.NumberFormat)
        and (cells.IsTextWrapped == plain.IsTextWrapped or _are_long(sheet, cells))
        and cells.CellStyle in {_STYLE, ""}
        and cells.ParaIndent <= _MOST_INDENT
        and all(getattr(cells, name) == getattr(plain, name) for name in _PLAIN)
        and not cells.UserDefinedAttributes.getElementNames()
        and cells.Validation.Type.value == "ANY"
        and not sheet.getCellByPosition(first.StartColumn, first.StartRow).getIsMerged()
    )


def _are_long(sheet: Any, cells: Any) -> bool:
    """Whether cells hold nothing but words so long that we write them in several lines."""
    rows = (
        sheet.getCellRangeByPosition(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow).getDataArray()
        for area in cells.getRangeAddresses()
    )
    return all(isinstance(said, str) and len(said) >= _LONG for row in rows for line in row for said in line)
