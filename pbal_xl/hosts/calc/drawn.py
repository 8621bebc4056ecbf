"""Tells whether the charts of a sheet of ours are as they were drawn: what they show, where, and how they look."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.chart_looks import axis_of, looks_of, looks_ours, said
from pbal_xl.hosts.calc.kept import are_near, kept
from pbal_xl.ooxml.references import column_letters, title_of
from pbal_xl.sheet.charts import drawn_charts
from pbal_xl.sheet.looks import RULE_ABOVE, series_colors

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.sheet.layout import Chart

__all__ = [
    "CHARTS_NAME",
    "LOOKS_NAME",
    "are_charts_as_drawn",
    "looks_of_charts",
    "places_of_charts",
]

# Hidden names of the sheet: where its charts were drawn and how large, and how they look.
CHARTS_NAME, LOOKS_NAME = "_pbal_xl_charts", "_pbal_xl_looks"

_SAME_PLACE = 500  # hundredths of a millimetre: so far may columns and rows of other fonts shift a chart
_TYPES = {"columns": "ColumnChartType", "lines": "LineChartType"}
_RANGE = re.compile(r"\$?(?P<sheet>.+)\.\$(?P<column>[A-Z]+)\$(?P<first>\d+)(:\$(?P<end>[A-Z]+)\$(?P<last>\d+))?")
_NAME = re.compile(r"(Chart \d+)?")  # a chart of a file's is called so
_SHAPE = {
    "Title": "", "Description": "", "Hyperlink": "", "Visible": "True", "Printable": "True", "MoveProtect": "False",
    "SizeProtect": "False", "LineStyle": "NONE", "FillStyle": "NONE", "Shadow": "False",
}  # fmt: skip


def are_charts_as_drawn(sheet: Any) -> bool:
    """Whether a sheet's drawings are charts of ours, each where and as it was drawn.

    Args:
        sheet: one without comments, which are drawings too.
    """
    charts = list(_charts(sheet))
    if len(charts) != sheet.getDrawPage().getCount() or not _are_in_place(sheet) or not _are_shapes_plain(sheet):
        return False
    ours = [_ours(sheet, drawn) for drawn in charts]
    looks = kept(sheet, LOOKS_NAME)
    if not all(ours):
        return False
    pairs = ((drawn, chart) for drawn, chart in zip(charts, ours, strict=True) if chart)
    return looks == looks_of_charts(sheet) or all(looks_ours(*pair, of_file=looks is None) for pair in pairs)


def looks_of_charts(sheet: Any) -> str:
    """A digest of all about the sheet's charts that is not as LibreOffice makes it by itself."""
    seen = hashlib.sha256()
    for drawn in _charts(sheet):
        told = [*looks_of(drawn), *(("range", _range(one)) for one in _sequences(drawn))]
        seen.update(repr(told).encode("utf-8", "surrogatepass"))
    return seen.hexdigest()[:32]


def places_of_charts(sheet: Any) -> str:
    """Where the charts stand, and how large they are, in hundredths of a millimetre."""
    places = [(shape.getPosition(), shape.getSize()) for shape in _shapes(sheet)]
    return " ".join(f"{place.X} {place.Y} {size.Width} {size.Height}" for place, size in places)


def _charts(sheet: Any) -> Iterator[Any]:
    charts = sheet.getCharts()
    return (charts.getByIndex(place).getEmbeddedObject() for place in range(charts.getCount()))


def _shapes(sheet: Any) -> Iterator[Any]:
    page = sheet.getDrawPage()
    return (page.getByIndex(place) for place in range(page.getCount()))


def _are_in_place(sheet: Any) -> bool:
    """Whether the charts are where they were drawn; of a sheet that a file brought along nobody knows."""
    then = kept(sheet, CHARTS_NAME)
    return then is None or are_near(then, places_of_charts(sheet), _SAME_PLACE)


def _are_shapes_plain(sheet: Any) -> bool:
    """Whether nobody named a chart, described it, framed it, hung a macro on it, or keeps it from print."""
    for shape in _shapes(sheet):
        events = shape.getEvents()
        if any(events.getByName(name) for name in events.getElementNames()) or not _NAME.fullmatch(shape.Name):
            return False
        if any(said(getattr(shape, name)) != usual for name, usual in _SHAPE.items()):
            return False
    return True


def _ours(sheet: Any, drawn: Any) -> Chart | None:
    """The chart of ours that has a chart's title, kind, series, columns and colours; None without one."""
    systems = drawn.getFirstDiagram().getCoordinateSystems()
    kinds = [kind for system in systems for kind in system.getChartTypes()]
    if len(systems) != 1 or len(kinds) != 1 or not drawn.HasMainTitle:
        return None
    series = kinds[0].getDataSeries()
    astray = _are_names_astray(series)
    chart = _called(drawn.Title.String, [None if astray else _name(one) for one in series])
    if chart is None or not kinds[0].getChartType().endswith(_TYPES[chart.kind]):
        return None
    spans = [span for _name, span in chart.series]
    columns = [column_letters(span.first_column) for span in (*spans, chart.categories)]
    colors = series_colors(chart.kind)[: len(series)]
    as_drawn = tuple(one.Color for one in series) == colors and _covers(sheet, list(_sequences(drawn)), columns)
    return chart if as_drawn else None


def _called(title: str, names: list[str | None]) -> Chart | None:
    """The chart of ours of that title, with series of those names or named by their headings."""
    for (known, own), chart in drawn_charts().items():
        named = len(own) == len(names) and all(one in {None, other} for one, other in zip(names, own, strict=True))
        if named and title == known:
            return chart
    return None


def _are_names_astray(series: Sequence[Any]) -> bool:
    """Whether LibreOffice 7.4 lost the names of a file's chart, which stand in no cell.

    It takes them all for one cell of the first sheet as soon as anything moves there.
    """
    figures = [one.getDataSequences()[0] for one in series]
    places = {_range(one.getLabel()) for one in figures if one.getLabel() is not None}
    sheets = {_sheet_of(one.getLabel()) for one in figures if one.getLabel() is not None}
    return len(series) > 1 and len(places) == 1 and sheets.isdisjoint({"", _sheet_of(figures[0].getValues())})


def _sheet_of(sequence: Any) -> str:
    found = _RANGE.fullmatch(_range(sequence))
    return found["sheet"] if found else ""


def _name(series: Any) -> str | None:
    """What a series is called, other than by the heading right above its figures."""
    figures = series.getDataSequences()[0]
    if figures.getLabel() is None:
        return ""
    heading, cells = (_RANGE.fullmatch(_range(one)) for one in (figures.getLabel(), figures.getValues()))
    is_above = (
        heading is not None
        and cells is not None
        and (heading["sheet"], heading["column"]) == (cells["sheet"], cells["column"])
        and int(heading["first"]) == int(cells["first"]) - 1
        and heading["last"] in {None, heading["first"]}
    )
    return None if is_above else " ".join(figures.getLabel().getTextualData())


def _sequences(drawn: Any) -> Iterator[Any]:
    """The figures of a chart, series by series, and its categories."""
    [system] = drawn.getFirstDiagram().getCoordinateSystems()
    for kind in system.getChartTypes():
        for series in kind.getDataSeries():
            yield series.getDataSequences()[0].getValues()
    categories = axis_of(drawn, 0).getScaleData().Categories
    if categories is not None:
        yield categories.getValues()


def _range(sequence: Any) -> str:
    place: str = sequence.getSourceRangeRepresentation()
    return place


def _covers(sheet: Any, sequences: list[Any], columns: list[str]) -> bool:
    """Whether figures and categories are all those of the sheet's columns: from below the heading to the end."""
    found = [_RANGE.fullmatch(_range(one)) for one in sequences]
    if len(found) != len(columns):
        return False
    rows = set()
    for one, column in zip(found, columns, strict=True):
        if one is None or one["column"] != column or one["end"] not in {None, column}:
            return False
        if title_of(one["sheet"]) != sheet.getName():
            return False
        rows.add((int(one["first"]), int(one["last"] or one["first"])))
    if len(rows) != 1:
        return False
    [(first, last)] = rows
    heading, below = (sheet.getCellRangeByName(f"{columns[0]}{row}") for row in (first - 1, last + 1))
    ends = not below.getString() or below.TopBorder.Color == RULE_ABOVE
    return bool(heading.getString() and not heading.getValue() and ends)
