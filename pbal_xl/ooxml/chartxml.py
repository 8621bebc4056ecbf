"""The drawing and the chart of a new sheet: clustered columns, every property said outright."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.ooxml.dialect import CHART, DRAWING, RELATIONSHIPS, SHEET_DRAWING
from pbal_xl.ooxml.newparts import DECLARATION
from pbal_xl.ooxml.references import column_letters, quoted_title
from pbal_xl.ooxml.xmltext import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.ooxml.sheetspec import Area, ChartSpec

__all__ = ["CHART_TYPE", "DRAWING_TYPE", "area_text", "chart_xml", "drawing_xml"]

CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_PIXEL, _ROW_PIXELS, _COLUMN_PIXELS = 9_525, 20, 64
_CATEGORY_AXIS, _VALUE_AXIS = 97_615_973, 47_196_409
_TICKS = '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'


def drawing_xml(charts: Sequence[ChartSpec], widths: Sequence[float]) -> bytes:
    """The drawing that holds the charts, chart n behind relationship rIdn."""
    frames = "".join(_frame(number, chart, widths) for number, chart in enumerate(charts, start=1))
    return (f'{DECLARATION}<xdr:wsDr xmlns:xdr="{SHEET_DRAWING}" xmlns:a="{DRAWING}">{frames}</xdr:wsDr>').encode()


def _frame(number: int, chart: ChartSpec, widths: Sequence[float]) -> str:
    """A chart's frame, from the cell it is anchored at to the cell its size reaches."""
    row, column = chart.anchor[0] - 1, chart.anchor[1] - 1
    last_column, left = column, chart.width
    while left > (wide := _column_width(widths, last_column)):
        left -= wide
        last_column += 1
    last_row, below = divmod(chart.height, _ROW_PIXELS * _PIXEL)
    to = _place(last_column, _inside(left, wide), row + last_row, _inside(below, _ROW_PIXELS * _PIXEL))
    # As LibreOffice would say anyway: so a frame that somebody had grow with its cells is told from ours.
    return (
        f'<xdr:twoCellAnchor editAs="oneCell"><xdr:from>{_place(column, 0, row, 0)}</xdr:from><xdr:to>{to}</xdr:to>'
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{number + 1}" name="Chart {number}"/>'
        "<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>"
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{CHART}"><c:chart xmlns:c="{CHART}" xmlns:r="{RELATIONSHIPS}" '
        f'r:id="rId{number}"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>'
    )


def _inside(offset: int, size: int) -> int:
    """An offset well within its cell, where no program's rounding carries it into the next."""
    step = 100_000
    return max(step, min(round(offset / step) * step, (size - step // 2) // step * step))


def _column_width(widths: Sequence[float], column: int) -> int:
    pixels = int(widths[column] * 7 + 5) if column < len(widths) else _COLUMN_PIXELS
    return pixels * _PIXEL


def _place(column: int, column_offset: int, row: int, row_offset: int) -> str:
    return (
        f"<xdr:col>{column}</xdr:col><xdr:colOff>{column_offset}</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>{row_offset}</xdr:rowOff>"
    )


# By 45 degrees, upwards; programs slant by themselves only what would overlap, and let names touch.
_SLANTED = '<a:bodyPr rot="-2700000" vert="horz"/>'


def chart_xml(chart: ChartSpec, title: str) -> bytes:
    """The chart over cells of the sheet of that title."""
    return _chart_xml(chart._replace(series=tuple(chart.series), anchor=(0, 0), width=0, height=0), title)


@lru_cache(maxsize=64)
def _chart_xml(chart: ChartSpec, title: str) -> bytes:
    """That of a chart wherever it stands and however large it is, as of portfolios of one size."""
    series = "".join(
        _series(place, name, color, title, chart.categories, cells, lines=chart.lines)
        for place, (name, cells, color) in enumerate(chart.series)
    )
    colors = chart.colors
    text = _text_properties(chart.font, colors.text)
    heading = _run_properties(chart.font, colors.text, 1800, bold=True)
    end = f"<c:spPr>{_line(colors.axis)}</c:spPr>{text}"
    names = end.replace("<a:bodyPr/>", _SLANTED) if chart.slanted else end
    return (
        f'{DECLARATION}<c:chartSpace xmlns:c="{CHART}" xmlns:a="{DRAWING}" xmlns:r="{RELATIONSHIPS}">'
        '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>'
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr{heading}</a:defRPr></a:pPr>"
        f"<a:r><a:rPr{heading}</a:rPr><a:t>{escape(chart.title)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>'
        f"{_lines(series) if chart.lines else _columns(series)}"
        f"{_category_axis(names)}{_value_axis(end, colors.grid, chart.axis_format)}</c:plotArea>"
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{text}</c:legend>'
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr>{_solid(colors.ground)}{_line(colors.grid)}</c:spPr></c:chartSpace>"
    ).encode()


def _columns(series: str) -> str:
    return (
        f'<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="60"/><c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/></c:barChart>'
    )


def _lines(series: str) -> str:
    return (
        f'<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{series}<c:marker val="1"/>'
        f'<c:axId val="{_CATEGORY_AXIS}"/><c:axId val="{_VALUE_AXIS}"/></c:lineChart>'
    )


def _reference(title: str, cells: Area) -> str:
    return f"{quoted_title(title)}!{area_text(cells)}"


def area_text(area: Area) -> str:
    """An area as a formula names it, such as "$A$1:$C$9"."""
    return f"{_cell(area.first_row, area.first_column)}:{_cell(area.last_row, area.last_column)}"


def _cell(row: int, column: int) -> str:
    return f"${column_letters(column)}${row}"


def _series(  # noqa: PLR0913  a template
    place: int, name: str, color: str, title: str, categories: Area, values: Area, *, lines: bool
) -> str:
    """A series, named by the cell above its figures: LibreOffice takes a name of its own for a cell.

    A row or a sheet that is put in before it would move that away, to whatever stands there.
    """
    heading = f"{quoted_title(title)}!{_cell(values.first_row - 1, values.first_column)}"
    line = f'<a:ln w="28440">{_solid(color)}<a:round/></a:ln>'
    look = line if lines else f"{_solid(color)}<a:ln><a:noFill/></a:ln>"
    smooth = '<c:smooth val="0"/>' if lines else ""
    after = '<c:marker><c:symbol val="none"/></c:marker>' if lines else '<c:invertIfNegative val="0"/>'
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f'<c:tx><c:strRef><c:f>{escape(heading)}</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{escape(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f"<c:spPr>{look}</c:spPr>{after}"
        f"<c:cat><c:strRef><c:f>{escape(_reference(title, categories))}</c:f></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{escape(_reference(title, values))}</c:f></c:numRef></c:val>"
        f"{smooth}</c:ser>"
    )


def _category_axis(end: str) -> str:
    return (
        f'<c:catAx><c:axId val="{_CATEGORY_AXIS}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        '<c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f"{_TICKS}{end}"
        f'<c:crossAx val="{_VALUE_AXIS}"/><c:crosses val="autoZero"/><c:auto val="1"/><c:lblAlgn val="ctr"/>'
        '<c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
    )


def _value_axis(end: str, grid: str, number_format: str) -> str:
    return (
        f'<c:valAx><c:axId val="{_VALUE_AXIS}"/><c:scaling><c:orientation val="minMax"/></c:scaling>'
        f'<c:delete val="0"/><c:axPos val="l"/><c:majorGridlines><c:spPr>{_line(grid)}</c:spPr></c:majorGridlines>'
        f'<c:numFmt formatCode={quoteattr(number_format)} sourceLinked="0"/>{_TICKS}{end}'
        f'<c:crossAx val="{_CATEGORY_AXIS}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _solid(color: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'


def _line(color: str) -> str:
    return f'<a:ln w="9360">{_solid(color)}<a:round/></a:ln>'


def _run_properties(font: str, color: str, size: int, *, bold: bool) -> str:
    """The attributes and content of text properties, from behind the tag's name on."""
    return f' sz="{size}" b="{int(bold)}">{_solid(color)}<a:latin typeface={quoteattr(font)}/>'


def _text_properties(font: str, color: str) -> str:
    return (
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>"
        f"<a:defRPr{_run_properties(font, color, 1000, bold=False)}</a:defRPr></a:pPr>"
        '<a:endParaRPr lang="en-US"/></a:p></c:txPr>'
    )
