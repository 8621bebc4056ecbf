"""Tells whether a sheet of ours looks in Excel as it did when it was written: cells, widths, hidden rows, charts.

What Excel answers is compared with what it answered then, not with what was set: it has words of its own for
number formats, and a font for cells without one. A range that was written alike answers for all of its cells, and
one whose cells differ answers with nothing: so a single changed cell is noticed, with few questions. What an engine
cannot tell is nothing both times, and free: without Excel all of it, on a Mac what xlwings has no property for
(hidden rows, the colours of charts, bold, lines and so on).
"""

from __future__ import annotations

import json
import sys
from functools import reduce
from hashlib import sha256
from itertools import count, groupby
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.excel.reading import keep_name, own_name
from pbal_xl.ooxml.digest import number_text
from pbal_xl.sheet.looks import FORMATS, LOOKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import xlwings as xw

    from pbal_xl.sheet.layout import Layout

__all__ = ["is_dressed_as_kept", "keep_dress"]

# Hidden names of the sheet, numbered from 1: a text in a name has at most 255 characters.
_DRESS_NAME = "_pbal_xl_dress"
_LONGEST = 200
# What a range is asked, of Excel itself and of xlwings. A fill's colour alone does not tell none from white.
_OF_EXCEL = (
    "NumberFormat", "Interior.ColorIndex", "Interior.Color", "Font.Color", "Font.Name", "Font.Size", "Font.Bold",
    "Font.Italic", "Font.Underline", "Font.Strikethrough", "HorizontalAlignment", "Borders.LineStyle",
)  # fmt: skip
_OF_XLWINGS = ("number_format", "color", "font.color", "font.name")
_OF_SERIES = ("ChartType", "Format.Fill.ForeColor.RGB")
_VISIBLE = 12  # Excel's xlCellTypeVisible
# So many rows below and columns beside what is written must stay as they were, too.
_BELOW, _BESIDE = 100, 10
# In characters: a screen rounds a width to pixels of its own, a seventh of a character each.
_SAME_WIDTH = 0.3
_MARK_LENGTH = 32

_Span = tuple[int, int, int, int]  # first row and column, last row and column
_Columns = tuple[int, int]  # first and last


def keep_dress(sheet: xw.Sheet, layout: Layout) -> None:
    """Keep in the sheet how it looks, where the engine can tell; right after it was written, its charts too."""
    spans, columns = list(_alike(layout)), list(_as_wide(layout.widths))
    seen, widths = _seen(sheet, spans), _widths(sheet, columns)
    parts = []
    if any(value is not None for value in (*seen, *widths)):
        # Figures and brackets alone: nothing that a text in a formula would have to double.
        text = _mark(seen) + json.dumps([spans, columns, widths], separators=(",", ":"))
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
        spans, columns, widths = json.loads(kept[_MARK_LENGTH:])
    except ValueError:  # somebody wrote there
        return False
    return _mark(_seen(sheet, spans)) == kept[:_MARK_LENGTH] and all(
        map(_is_as_wide, widths, _widths(sheet, columns))
    )


def _names(sheet: xw.Sheet, first: int = 1) -> Iterator[xw.main.Name]:
    """The names that hold what was kept, in their order."""
    for number in count(first):
        found = own_name(sheet, f"{_DRESS_NAME}{number}")
        if found is None:
            return
        yield found


def _seen(sheet: xw.Sheet, spans: Sequence[Sequence[int]]) -> list[Any]:
    """What the engine answers of everything but widths; None for what it cannot tell or what is mixed."""
    ranges = [sheet.range((span[0], span[1]), (span[2], span[3])) for span in spans]
    if sys.platform != "win32":
        return [_asked(one, name) for one in ranges for name in _OF_XLWINGS]
    series = [_asked(one, name) for one in _series(sheet) for name in _OF_SERIES]
    return [_visible(sheet, spans), *series, *(_asked(one.api, name) for one in ranges for name in _OF_EXCEL)]


def _visible(sheet: xw.Sheet, spans: Sequence[Sequence[int]]) -> int | None:
    """How many of all the cells looked at are in sight. Asked for several rows, Hidden is that of the first."""
    last_row, last_column = max(span[2] for span in spans), max(span[3] for span in spans)
    try:
        shown: int = sheet.range((1, 1), (last_row, last_column)).api.SpecialCells(_VISIBLE).Count
    except Exception:  # noqa: BLE001 - COM has one error for everything, where all is hidden too
        return None
    return shown


def _series(sheet: xw.Sheet) -> Iterator[Any]:
    """Every series of the charts."""
    for chart in sheet.charts:
        drawn = chart.api[1]
        for place in range(1, drawn.SeriesCollection().Count + 1):
            yield drawn.SeriesCollection(place)


def _widths(sheet: xw.Sheet, columns: Iterable[Sequence[int]]) -> list[Any]:
    return [_asked(sheet.range((1, first), (1, last)), "column_width") for first, last in columns]


def _is_as_wide(then: float | None, now: float | None) -> bool:
    return then == now or (then is not None and now is not None and abs(then - now) <= _SAME_WIDTH)


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


def _alike(layout: Layout) -> Iterator[_Span]:
    """Rectangles of cells that were written alike, blank ones among them."""
    kinds = {(item.row, item.column): item.kind for item in layout.items}
    height, width = max(row for row, _ in kinds), max(column for _, column in kinds)
    yield 1, width + 1, height, width + _BESIDE
    yield height + 1, 1, height + _BELOW, width + _BESIDE

    def look(row: int, column: int) -> object:
        kind = kinds.get((row, column))
        return None if kind is None else (LOOKS[kind], FORMATS.get(kind))

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
