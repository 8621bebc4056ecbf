"""Tells whether a sheet of ours looks in Excel as it did when it was written: cells, widths, hidden rows, charts.

What Excel answers is compared with what it answered then, not with what was set: it has words of its own for
number formats, and a font for cells without one. A range that was written alike answers for all of its cells, and
one whose cells differ answers with nothing: so a single changed cell is noticed, with few questions. Each question
goes to ranges as large as what it asks of is alike there. What an engine cannot tell is nothing both times, and
free: without Excel all of it, on a Mac what xlwings has no property for (hidden rows, the colours of charts, bold,
lines and so on).
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import reduce
from hashlib import sha256
from itertools import count, groupby
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.excel.reading import keep_name, own_name
from pbal_xl.hosts.excel.shades import RULE_ASKED, rules_of
from pbal_xl.ooxml.digest import number_text
from pbal_xl.sheet.looks import FORMATS, LOOKS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import xlwings as xw

    from pbal_xl.sheet.layout import Layout

__all__ = ["is_dressed_as_kept", "keep_dress"]

# Hidden names of the sheet, numbered from 1: a text in a name has at most 255 characters.
_DRESS_NAME = "_pbal_xl_dress"
_LONGEST = 200
# What a range is asked, of Excel itself and of xlwings, in groups: below stands what of a kind of cell says whether
# their answers are alike. A fill's colour alone does not tell none from white.
_OF_EXCEL = (
    ("Font.Name", "Font.Underline", "Font.Strikethrough"),
    ("Interior.ColorIndex", "Interior.Color", "Font.Color"),
    ("NumberFormat", "Font.Size", "Font.Bold", "Font.Italic", "HorizontalAlignment", "Borders.LineStyle"),
)
_OF_XLWINGS = (("font.name",), ("color", "font.color"), ("number_format",))
_ALIKE: tuple[Callable[[Kind], object], ...] = (
    lambda _: "ours",
    lambda kind: (LOOKS[kind].fill, LOOKS[kind].color),
    lambda kind: (FORMATS.get(kind), replace(LOOKS[kind], fill=None, color=None)),
)
# What a user may do to a chart: to all of it, its series, its axes.
_OF_CHART = ("HasLegend", "Legend.Position", "ChartTitle.Font.Size", "ChartTitle.Font.Color")
_OF_FRAME = ("OnAction", "Visible", "Placement")
_OF_SERIES = ("ChartType", "Format.Fill.ForeColor.RGB", "HasDataLabels", "HasErrorBars", "AxisGroup")
_OF_AXIS = ("MinimumScaleIsAuto", "MaximumScaleIsAuto", "HasTitle", "HasMajorGridlines", "TickLabels.NumberFormat")
_AXES = (1, 2)  # Excel's xlCategory and xlValue
_PLACE = ("left", "top", "width", "height")
_VISIBLE = 12  # Excel's xlCellTypeVisible
# So many rows below and columns beside what is written must stay as they were, too.
_BELOW, _BESIDE = 100, 10
# In characters: a screen rounds a width to pixels of its own, a seventh of a character each.
_SAME_WIDTH = 0.3
# In points: what stands behind columns that were rounded moves with them.
_SAME_PLACE = 12
_MARK_LENGTH = 32

_Span = tuple[int, int, int, int]  # first row and column, last row and column
_Columns = tuple[int, int]  # first and last


def keep_dress(sheet: xw.Sheet, layout: Layout) -> None:
    """Keep in the sheet how it looks, where the engine can tell; right after it was written, its charts too."""
    spans, columns = [list(_alike(layout, by)) for by in _ALIKE], list(_as_wide(layout.widths))
    seen, widths, places = _seen(sheet, spans), _widths(sheet, columns), _places(sheet)
    parts = []
    if any(value is not None for value in (*seen, *widths, *places)):
        # Figures and brackets alone: nothing that a text in a formula would have to double.
        text = _mark(seen) + json.dumps([spans, columns, widths, places], separators=(",", ":"))
        parts = [text[at : at + _LONGEST] for at in range(0, len(text), _LONGEST)]
    for number, part in enumerate(parts, start=1):
        keep_name(sheet, f"{_DRESS_NAME}{number}", f'="{part}"')
    for left in _names(sheet, len(parts) + 1):  # a longer one may have stood here before
        left.delete()


def is_dressed_as_kept(sheet: xw.Sheet) -> bool:
    """Whether nobody changed the looks of a sheet of ours, as far as the engine can tell.

    Where nothing was kept: on Windows no, since there it could have been; elsewhere yes.
    """
    kept = "".join((name.refers_to or "").removeprefix('="').removesuffix('"') for name in _names(sheet))
    if not kept:
        return sys.platform != "win32"
    try:
        spans, columns, widths, places = json.loads(kept[_MARK_LENGTH:])
    except ValueError:  # somebody wrote there
        return False
    return (
        _are_near(widths, _widths(sheet, columns), _SAME_WIDTH)
        and _are_near(places, _places(sheet), _SAME_PLACE)
        and _mark(_seen(sheet, spans)) == kept[:_MARK_LENGTH]
    )


def _names(sheet: xw.Sheet, first: int = 1) -> Iterator[xw.main.Name]:
    """The names that hold what was kept, in their order."""
    for number in count(first):
        found = own_name(sheet, f"{_DRESS_NAME}{number}")
        if found is None:
            return
        yield found


def _seen(sheet: xw.Sheet, spans: Sequence[Sequence[Sequence[int]]]) -> list[Any]:
    """What the engine answers of everything but sizes and places; None for what it cannot tell or what is mixed."""
    ranges = [[sheet.range((one[0], one[1]), (one[2], one[3])) for one in group] for group in spans]
    if sys.platform != "win32":
        return [
            _asked(one, name)
            for group, names in zip(ranges, _OF_XLWINGS, strict=True)
            for one in group
            for name in names
        ]
    return [
        _visible(sheet, spans[0]),
        *(_asked(part, name) for part, names in _drawn(sheet) for name in names),
        *(_asked(rule, name) for rule in rules_of(sheet) for name in RULE_ASKED),
        *(
            _asked(one.api, name)
            for group, names in zip(ranges, _OF_EXCEL, strict=True)
            for one in group
            for name in names
        ),
    ]


def _visible(sheet: xw.Sheet, spans: Sequence[Sequence[int]]) -> int | None:
    """How many of all the cells looked at are in sight. Asked for several rows, Hidden is that of the first."""
    last_row, last_column = max(span[2] for span in spans), max(span[3] for span in spans)
    try:
        shown: int = sheet.range((1, 1), (last_row, last_column)).api.SpecialCells(_VISIBLE).Count
    except Exception:  # noqa: BLE001 - COM has one error for everything, where all is hidden too
        return None
    return shown


def _drawn(sheet: xw.Sheet) -> Iterator[tuple[Any, Sequence[str]]]:
    """Every chart, its frame, series and axes, and what each is asked."""
    for chart in sheet.charts:
        frame, drawn = chart.api
        yield frame, _OF_FRAME
        yield drawn, _OF_CHART
        for place in range(1, drawn.SeriesCollection().Count + 1):
            yield drawn.SeriesCollection(place), _OF_SERIES
        for axis in _AXES:
            try:
                yield drawn.Axes(axis), _OF_AXIS
            except Exception:  # noqa: BLE001 - COM has one error for everything: an axis was taken away
                yield None, _OF_AXIS


def _places(sheet: xw.Sheet) -> list[Any]:
    """Where each chart stands and how large it is, in points."""
    return [_asked(chart, name) for chart in sheet.charts for name in _PLACE]


def _widths(sheet: xw.Sheet, columns: Iterable[Sequence[int]]) -> list[Any]:
    return [_asked(sheet.range((1, first), (1, last)), "column_width") for first, last in columns]


def _are_near(then: Sequence[float | None], now: Sequence[float | None], within: float) -> bool:
    return len(then) == len(now) and all(
        a == b or (a is not None and b is not None and abs(a - b) <= within) for a, b in zip(then, now, strict=True)
    )


def _asked(one: Any, name: str) -> Any:
    """A property of a property; None where it is mixed, or the engine has no answer."""
    try:
        return reduce(getattr, name.split("."), one)
    except Exception:  # noqa: BLE001 - every engine has errors of its own, some for what is mixed
        return None


def _mark(seen: Iterable[Any]) -> str:
    told = "\n".join(number_text(one) if isinstance(one, (int, float)) else str(one) for one in seen)
    return sha256(told.encode()).hexdigest()[:_MARK_LENGTH]


def _as_wide(widths: Sequence[float]) -> Iterator[_Columns]:
    """Neighbours of one width: they answer together."""
    for _width, group in groupby(enumerate(widths, start=1), key=lambda column: column[1]):
        places = [place for place, _ in group]
        yield places[0], places[-1]


def _alike(layout: Layout, by: Callable[[Kind], object]) -> Iterator[_Span]:
    """Rectangles of cells that were written alike in what ``by`` tells of their kind, and of those not written."""
    kinds = {(item.row, item.column): item.kind for item in layout.items}
    height, width = max(row for row, _ in kinds), max(column for _, column in kinds)
    yield 1, width + 1, height, width + _BESIDE
    yield height + 1, 1, height + _BELOW, width + _BESIDE

    def look(row: int, column: int) -> object:
        kind = kinds.get((row, column))
        return None if kind is None else by(kind)

    rows = [tuple(look(row, column) for column in range(1, width + 1)) for row in range(1, height + 1)]
    growing: dict[tuple[_Columns, object], _Columns] = {}  # (columns, look): rows
    # The last row is of no cells, so that all that grows ends there.
    for row, looks in enumerate([*rows, ()], start=1):
        grown = {}
        for key, places in groupby(range(len(looks)), key=looks.__getitem__):
            columns = list(places)
            one = (columns[0] + 1, columns[-1] + 1), key
            first, _ = growing.pop(one, (row, row))
            grown[one] = first, row
        for ((left, right), _), (top, bottom) in growing.items():
            yield top, left, bottom, right
        growing = grown
