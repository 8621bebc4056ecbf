"""Tells whether a sheet of ours looks as it was written: its cells, its charts, its page.

Only what a program may change by itself is free: widths, heights and bold text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import number_format, used_range
from pbal_xl.ooxml.references import column_letters
from pbal_xl.sheet.looks import FONT, FORMATS, GRID, LOOKS, RULE_ABOVE, RULE_BELOW, series_colors
from pbal_xl.sheet.trades import drawn_charts

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CHARTS_NAME", "PAGE_STYLE", "is_dressed_as_ours", "places_of_charts"]

PAGE_STYLE = "Suggested trades"
# A hidden name of the sheet: where its charts were drawn, and how large.
CHARTS_NAME = "_pbal_xl_charts"

_GENERAL = "General"
_NONE = -1  # no background; of a text the colour that LibreOffice chooses
_BLACK = 0  # that of texts without a colour of their own in a file of Excel's
_PORTIONS = 512  # com.sun.star.sheet.CellFlags.FORMATTED: texts with links or several looks inside
_GENERAL_PLACES = {"STANDARD", "LEFT", "RIGHT"}
_SIDES, _ENDS = ("LeftBorder", "RightBorder"), ("TopBorder", "BottomBorder")
_RULES = {RULE_ABOVE, RULE_BELOW, GRID}
_LETTERS = {(float(look.size), look.italic) for look in LOOKS.values()}
_SAME_PLACE = 500  # hundredths of a millimetre: so far may columns and rows of other fonts shift a chart
_FILLS = {_NONE, *(look.fill for look in LOOKS.values() if look.fill is not None)}
_INKS = {_NONE, _BLACK, *(look.color for look in LOOKS.values() if look.color is not None)}
_TYPES = {"columns": "ColumnChartType", "lines": "LineChartType"}
_COLUMN = re.compile(r"\$?(?P<sheet>.+)\.\$(?P<first>[A-Z]+)\$\d+:\$(?P<last>[A-Z]+)\$\d+")


def is_dressed_as_ours(document: Any, sheet: Any) -> bool:
    """Whether nothing about the sheet but widths, heights and bold text differs from what we write.

    Args:
        document: that of the sheet.
        sheet: one whose cells say what they said when it was written.
    """
    used, formats = used_range(sheet), _formats(document)
    return bool(
        not sheet.queryContentCells(_PORTIONS).getCount()
        and used.queryVisibleCells().getRangeAddresses() == (used.getRangeAddress(),)
        and _is_page_as_set(document, sheet, used.getRangeAddress())
        and _are_charts_in_place(sheet)
        and all(_is_as_drawn(chart.getEmbeddedObject(), sheet.getName()) for chart in _charts(sheet))
        and all(_is_as_written(document, sheet, cells, formats) for cells in _alike(sheet))
    )


def _is_page_as_set(document: Any, sheet: Any, used: Any) -> bool:
    """Whether all of the sheet is printed, under and above no lines of the user's.

    A page style of ours is never written twice, so what a user made of it stays.
    """
    areas = sheet.getPrintAreas()
    if len(areas) != 1:
        return False
    [area] = areas
    style = document.getStyleFamilies().getByName("PageStyles").getByName(sheet.PageStyle)
    return bool(
        (area.StartRow, area.StartColumn) == (0, 0)
        and area.EndRow >= used.EndRow
        and area.EndColumn >= used.EndColumn
        and (sheet.PageStyle.startswith(PAGE_STYLE) or not any(_lines(style)))
    )


def _lines(style: Any) -> Iterator[str]:
    """What stands above and below every page."""
    for line in ("Header", "Footer"):
        if getattr(style, f"{line}IsOn"):
            content = getattr(style, f"RightPage{line}Content")
            yield from (part.getString() for part in (content.LeftText, content.CenterText, content.RightText))


def _charts(sheet: Any) -> Iterator[Any]:
    charts = sheet.getCharts()
    return (charts.getByIndex(place) for place in range(charts.getCount()))


def places_of_charts(sheet: Any) -> str:
    """Where the charts stand, and how large they are, in hundredths of a millimetre."""
    shapes = sheet.getDrawPage()
    places = [
        (shape.getPosition(), shape.getSize())
        for shape in (shapes.getByIndex(at) for at in range(shapes.getCount()))
    ]
    return " ".join(f"{place.X} {place.Y} {size.Width} {size.Height}" for place, size in places)


def _are_charts_in_place(sheet: Any) -> bool:
    """Whether the charts are where they were drawn; of a sheet that a file brought along nobody knows."""
    names = sheet.NamedRanges
    if not names.hasByName(CHARTS_NAME):
        return True
    then = names.getByName(CHARTS_NAME).getContent().strip('"').split()
    now = places_of_charts(sheet).split()
    return len(then) == len(now) and all(
        one == other or (one.isdecimal() and abs(int(one) - int(other)) <= _SAME_PLACE)
        for one, other in zip(then, now, strict=True)
    )


def _is_as_drawn(drawn: Any, sheet: str) -> bool:
    """Whether a chart has title, kind, series, columns and colours of one of ours."""
    kinds = [kind for system in drawn.getFirstDiagram().getCoordinateSystems() for kind in system.getChartTypes()]
    if len(kinds) != 1 or not drawn.HasMainTitle:
        return False
    series = kinds[0].getDataSeries()
    names = tuple(" ".join(one.getDataSequences()[0].getLabel().getTextualData()) for one in series)
    chart = drawn_charts().get((drawn.Title.String, names))
    if chart is None or not kinds[0].getChartType().endswith(_TYPES[chart.kind]):
        return False
    columns = [(sheet, column_letters(span.first_column)) for _name, span in chart.series]
    colors = series_colors(chart.kind)[: len(series)]
    return [_place(one) for one in series] == columns and tuple(one.Color for one in series) == colors


def _place(series: Any) -> tuple[str, str] | None:
    """The sheet and the column that a series takes its figures from; None where they are of several."""
    found = _COLUMN.fullmatch(series.getDataSequences()[0].getValues().getSourceRangeRepresentation())
    if found is None or found["first"] != found["last"]:
        return None
    return found["sheet"].removeprefix("'").removesuffix("'").replace("''", "'"), found["first"]


def _alike(sheet: Any) -> Iterator[Any]:
    """Ranges of cells that look alike, over the whole sheet."""
    ranges = sheet.getUniqueCellFormatRanges()
    return (ranges.getByIndex(place) for place in range(ranges.getCount()))


def _formats(document: Any) -> set[str]:
    """The number formats that we use, as the document writes them, and that of cells without one."""
    formats = document.getNumberFormats()
    keys = [
        formats.getStandardIndex(document.CharLocale),
        *(number_format(document, one) for one in FORMATS.values()),
    ]
    return {_GENERAL, *(formats.getByKey(key).FormatString for key in keys)}


def _is_as_written(document: Any, sheet: Any, cells: Any, formats: set[str]) -> bool:
    """Whether cells have a ground, letters and a number format of ours, no line of another's, and no rule."""
    first = cells.getRangeAddresses()[0]
    plain = document.getStyleFamilies().getByName("CellStyles").getByName("Default")
    return bool(
        cells.CharFontName in {FONT, plain.CharFontName}
        and (cells.CharHeight, cells.CharPosture.value != "NONE") in {*_LETTERS, (plain.CharHeight, False)}
        and cells.HoriJustify.value in _GENERAL_PLACES
        and all(not getattr(cells, side).OuterLineWidth for side in _SIDES)
        and all(not edge.OuterLineWidth or edge.Color in _RULES for edge in (getattr(cells, end) for end in _ENDS))
        and cells.CellBackColor in _FILLS
        and cells.CharColor in _INKS
        and document.getNumberFormats().getByKey(cells.NumberFormat).FormatString in formats
        and not cells.CharStrikeout
        and not cells.CharUnderline
        and cells.Validation.Type.value == "ANY"
        and not sheet.getCellByPosition(first.StartColumn, first.StartRow).getIsMerged()
    )
