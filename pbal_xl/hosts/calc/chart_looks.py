"""What somebody made of a chart's looks: LibreOffice tells of each part what is not as it makes it by itself.

Of a chart of ours that is known: a digest of it is kept with the sheet, and the tables here say what Calc and
files, ours and those that another program saved, may have of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import uno
from pbal_xl.hosts.calc.formats import Formats
from pbal_xl.sheet.looks import CHART, FONT, FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pbal_xl.sheet.layout import Chart

__all__ = ["axis_of", "looks_of", "looks_ours", "said"]

# Properties that no one sees or that programs change by themselves; the colours are those of the kind of chart.
_FREE = re.compile(
    r".*\.(Char(Escapement|FontFamily|FontPitch|FontCharSet|FontStyleName)\w*|\w+(Asian|Complex)|D3D\w+|Perspective"
    r"|Rotation(Horizontal|Vertical)|AutoDateAxis|NumberFormat)|series\.(Fill)?Color"
)
_AXES = ("axis 0.0", "axis 1.0")
_PARTS = {
    "page", "diagram", "wall", "title", "title text", "subtitle", "legend", "system", "type", "series",
    *(f"{axis}{part}" for axis in _AXES for part in ("", " grid", " subgrid")),
}  # fmt: skip
_TEXTS = (*_AXES, "legend", "title text", "series")
# What parts must have beside what LibreOffice gives them, and what they may have.
_MUST = {
    "legend.AnchorPosition": {"PAGE_END"},
    "legend.FillStyle": {"NONE"},
    "legend.LineStyle": {"NONE"},
    "wall.FillStyle": {"NONE"},
    "axis 1.0 grid.Show": {"True"},
    "axis 1.0 grid.LineColor": {str(CHART.grid)},
    "axis 1.0.LinkNumberFormatToSource": {"False"},
}
_MAY = {
    "legend.Expansion": {"WIDE"},
    "diagram.MissingValueTreatment": {"0"},
    "series.BorderStyle": {"NONE"},
    "series.LabelPlacement": {"8", "11"},
    "series.AttributedDataPoints": {"()"},
    "series.CharFontName": {"Arial"},
    "axis 0.0.LinkNumberFormatToSource": {"False"},
    "axis 0.0.ShiftedCategoryPosition": {"True"},
    "axis 0.0.AxisType": {"2"},
    "axis 0.0.TextRotation": {"45.0"},
    **{f"{axis} subgrid.LineColor": {"14540253"} for axis in _AXES},
    **{f"{axis} subgrid.LineStyle": {"NONE"} for axis in _AXES},
    **{f"{axis}.ArrangeOrder": {"SIDE_BY_SIDE"} for axis in _AXES},
    **{f"{axis}.CrossoverValue": {"0.0"} for axis in _AXES},
    **{f"{axis}.MarkPosition": {"AT_AXIS"} for axis in _AXES},
    **{f"{axis}.TextBreak": {"True"} for axis in _AXES},
    **{f"{axis}.IntervalCount": {"5"} for axis in _AXES},
}
# Of a chart that Calc drew, and of one that a file of ours brought along.
_OF_CALC = {
    **_MAY,
    "series.LineWidth": {"80"},
    **{f"{axis}.LineColor": {"11776947"} for axis in _AXES},
    **{f"{text}.CharFontName": {"Arial"} for text in _TEXTS},
}
_OF_FILES = {
    **_MAY,
    "page.LineStyle": {"SOLID"},
    "page.LineColor": {str(CHART.grid)},
    "page.LineWidth": {"26"},
    "axis 1.0 grid.LineWidth": {"26"},
    "diagram.IncludeHiddenCells": {"False"},
    "type.GapwidthSequence": {"(60, 60)", "(60, 100)"},
    "series.LineWidth": {"79"},
    "title text.CharHeight": {"18.0"},
    "title text.CharWeight": {"150.0"},
    **{f"{axis}.LineColor": {str(CHART.axis)} for axis in _AXES},
    **{f"{axis}.LineWidth": {"26"} for axis in _AXES},
    **{f"{axis}.MajorOrigin": {"0.5"} for axis in _AXES},
    **{f"{axis}.MajorTickmarks": {"0"} for axis in _AXES},
    **{f"{text}.CharColor": {str(CHART.text)} for text in _TEXTS},
    **{f"{text}.CharFontName": {FONT, "Arial"} for text in _TEXTS},
}
# An axis' scale as LibreOffice makes it by itself.
_SCALE = {
    "Minimum": "None", "Maximum": "None", "Origin": "None", "Orientation": "MATHEMATICAL", "AxisType": "0",
    "ShiftedCategoryPosition": "False",
}  # fmt: skip
_LINEAR = "com.sun.star.chart2.LinearScaling"


def looks_of(drawn: Any) -> list[tuple[str, str]]:
    """All about a chart that is not as LibreOffice makes it by itself, and how its figures are written."""
    return sorted([*_differing(drawn), *_formats(drawn)])


def looks_ours(drawn: Any, chart: Chart, *, of_file: bool) -> bool:
    """Whether a chart has what ours have, and nothing that none has.

    Args:
        drawn: the chart.
        chart: what it is of ours.
        of_file: whether a file brought it along, and Calc did not draw it.
    """
    found: dict[str, set[str]] = {}
    for name, told in _differing(drawn):
        found.setdefault(name, set()).add(told)
    known = {**_MUST, **(_OF_FILES if of_file else _OF_CALC)}
    return (
        all(name in found for name in _MUST)
        and all(told <= known.get(name, set()) for name, told in found.items())
        and _has_our_formats(drawn, chart)
    )


def _has_our_formats(drawn: Any, chart: Chart) -> bool:
    """Whether the figures along the axes are written as we have them, or as their cells are."""
    across, up = (axis_of(drawn, dimension) for dimension in range(len(_AXES)))
    return bool(
        (across.LinkNumberFormatToSource or Formats(drawn, FORMATS.values()).holds(across.NumberFormat))
        and Formats(drawn, [chart.axis_format]).holds(up.NumberFormat)
    )


def _formats(drawn: Any) -> Iterator[tuple[str, str]]:
    """How the figures along the axes are written."""
    formats = drawn.getNumberFormats()
    for dimension, name in enumerate(_AXES):
        axis = axis_of(drawn, dimension)
        if axis is not None and not axis.LinkNumberFormatToSource:
            yield f"{name} format", formats.getByKey(axis.NumberFormat).FormatString


def axis_of(drawn: Any, dimension: int) -> Any:
    """The first axis of a chart along a dimension: 0 across, 1 up."""
    return drawn.getFirstDiagram().getCoordinateSystems()[0].getAxisByDimension(dimension, 0)


def _differing(drawn: Any) -> Iterator[tuple[str, str]]:
    """Part and property of a chart, and its value, where it is not as LibreOffice makes it by itself."""
    if drawn.AdditionalShapes is not None:
        yield "shapes", str(drawn.AdditionalShapes.getCount())
    for name, part in _parts(drawn):
        if name not in _PARTS:
            yield name, "there"
        for known in part.getPropertySetInfo().getProperties():
            place = f"{name}.{known.Name}"
            if not _FREE.fullmatch(place):
                told = _read(part.getPropertyValue, known.Name)
                if told != _read(part.getPropertyDefault, known.Name):
                    yield place, told
        if name in _AXES:
            yield from _scale(name, part)


def _parts(drawn: Any) -> Iterator[tuple[str, Any]]:
    """All that a chart consists of."""
    diagram = drawn.getFirstDiagram()
    yield "page", drawn.getPageBackground()
    yield "diagram", diagram
    yield "wall", diagram.getWall()
    yield from _title("title", drawn.getTitleObject())
    yield from _title("subtitle", diagram.getTitleObject())
    if diagram.getLegend() is not None:
        yield "legend", diagram.getLegend()
    for system in diagram.getCoordinateSystems():
        yield "system", system
        if system.getDimension() > len(_AXES):
            yield "depth", diagram.getFloor()
        yield from _axes(system)
        for kind in system.getChartTypes():
            yield "type", kind
            for series in kind.getDataSeries():
                yield "series", series
                yield from (("curve", curve) for curve in series.getRegressionCurves())


def _title(name: str, title: Any) -> Iterator[tuple[str, Any]]:
    if title is not None:
        yield name, title
        yield from ((f"{name} text", part) for part in title.getText() if part.getString())


def _axes(system: Any) -> Iterator[tuple[str, Any]]:
    for dimension in range(system.getDimension()):
        for index in range(system.getMaximumAxisIndexByDimension(dimension) + 1):
            axis, name = system.getAxisByDimension(dimension, index), f"axis {dimension}.{index}"
            if axis is not None:
                yield name, axis
                yield f"{name} grid", axis.getGridProperties()
                yield from ((f"{name} subgrid", grid) for grid in axis.getSubGridProperties())
                yield from _title(f"{name} title", axis.getTitleObject())


def _scale(name: str, axis: Any) -> Iterator[tuple[str, str]]:
    scale = axis.getScaleData()
    fields = {field: said(getattr(scale, field)) for field in _SCALE}
    yield from ((f"{name}.{field}", told) for field, told in fields.items() if told != _SCALE[field])
    steps = scale.IncrementData
    if steps.Distance is not None:
        yield f"{name}.Distance", said(steps.Distance)
    for part in steps.SubIncrements:
        if part.IntervalCount is not None:
            yield f"{name}.IntervalCount", said(part.IntervalCount)
    if scale.Scaling is not None and not scale.Scaling.supportsService(_LINEAR):
        yield f"{name}.Scaling", "another"


def _read(ask: Any, name: str) -> str:
    """What a property is, or is where nobody sets it; of a symbol its kind, since its size goes with the chart."""
    try:
        value = ask(name)
        return said(value.Style if name == "Symbol" else value)
    except Exception:  # noqa: BLE001 - UNO has one of its own for everything
        return "not told"


def said(value: Any) -> str:
    """A value of UNO's as a text that is the same in another session."""
    if isinstance(value, tuple):
        return f"({', '.join(map(said, value))})"
    if isinstance(value, uno().Enum):
        return str(value.value)
    return "object" if hasattr(value, "getTypes") else str(value)
