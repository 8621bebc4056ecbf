"""Cells, widths and lists put into a worksheet that is there: all that it holds stays in its place."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pbal_xl.errors import InputError
from pbal_xl.ooxml.references import Area, column_letters, parse_area
from pbal_xl.ooxml.sheetrows import cell_number, cell_text
from pbal_xl.ooxml.workbook_xml import own_index
from pbal_xl.ooxml.xmltext import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pbal_xl.ooxml.sheetscan import SheetText
    from pbal_xl.ooxml.xmltext import Element

__all__ = ["PutCell", "free_column", "offer_lists", "put_cells", "set_widths"]

# What stands before the lists of choices in a sheet's part.
_BEFORE_LISTS = frozenset({
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting",
})  # fmt: skip
# A width of so many characters is stored with the margins of the cell.
_MARGINS = 0.7109375


class PutCell(NamedTuple):
    """A cell to be put, row and column from 1; ``style`` is the number of its format in the workbook."""

    row: int
    column: int
    content: str | float | bool | None
    style: int


def free_column(text: SheetText, rows: range, width: int) -> int:
    """The first column, behind one that stays blank, right of all that a sheet says; clear of merged cells."""
    column = text.right + 2
    merged = [area for area in map(_area, _items(text, "mergeCells", "mergeCell")) if area is not None]
    merged = [area for area in merged if area.first[0] < rows.stop and area.last[0] >= rows.start]
    for area in sorted(merged, key=lambda one: one.first[1]):
        if area.first[1] < column + width and area.last[1] >= column:
            column = area.last[1] + 2
    return column


def put_cells(text: SheetText, cells: Iterable[PutCell]) -> None:
    """Put cells where nothing stands but formats; a cell takes the place of a blank one."""
    by_row: dict[int, list[PutCell]] = {}
    for cell in sorted(cells):
        by_row.setdefault(cell.row, []).append(cell)
    for number, put in by_row.items():
        row = text.rows.get(number)
        if row is None:
            prefix = text.patch.prefix_of(text.data)
            markup = f'<{prefix}row r="{number}">{"".join(_cell(one, prefix) for one in put)}</{prefix}row>'
            at = text.behind[number]
            if at is None:
                text.patch.append(text.data, markup)
            else:
                text.patch.insert(at, markup)
        else:
            _put_into(text, row, put)
    _tell_dimension(text, by_row)


def _put_into(text: SheetText, row: Element, put: Sequence[PutCell]) -> None:
    patch, prefix = text.patch, text.patch.prefix_of(row)
    for cell in put:
        markup = _cell(cell, prefix)
        following = next((one for one in row.children if text.columns[one.start] >= cell.column), None)
        if following is None:
            patch.append(row, markup)
        elif text.columns[following.start] == cell.column:
            patch.replace(following, markup)
        else:
            patch.insert(following.start, markup)
    spans = re.fullmatch(r"([0-9]{1,5}):([0-9]{1,5})", row.attrs.get("spans", ""))
    if spans:
        columns = [*map(int, spans.groups()), *(cell.column for cell in put)]
        patch.set_attribute(row, "spans", f"{min(columns)}:{max(columns)}")


def _cell(cell: PutCell, prefix: str) -> str:
    kind, inner = _inside(cell.content, prefix)
    tag = f'{prefix}c r="{column_letters(cell.column)}{cell.row}" s="{cell.style}"{kind}'
    return f"<{tag}>{inner}</{prefix}c>" if inner else f"<{tag}/>"


def _inside(content: str | float | bool | None, prefix: str) -> tuple[str, str]:  # noqa: FBT001  a cell's value
    if content is None or content == "":
        return "", ""
    if isinstance(content, bool):
        return ' t="b"', f"<{prefix}v>{int(content)}</{prefix}v>"
    if isinstance(content, str):
        # Kept as it is whatever it begins or ends with.
        said = f'<{prefix}t xml:space="preserve">{escape(cell_text(content))}</{prefix}t>'
        return ' t="inlineStr"', f"<{prefix}is>{said}</{prefix}is>"
    return "", f"<{prefix}v>{cell_number(content)}</{prefix}v>"


def _tell_dimension(text: SheetText, by_row: Mapping[int, Sequence[PutCell]]) -> None:
    """Some readers look no further than a sheet says that it goes."""
    told = text.patch.root.child("dimension")
    area = None if told is None else _area(told)
    if told is None or area is None:
        return
    columns = [cell.column for put in by_row.values() for cell in put]
    first = min(area.first[0], *by_row), min(area.first[1], *columns)
    last = max(area.last[0], *by_row), max(area.last[1], *columns)
    text.patch.set_attribute(told, "ref", _address(first, last))


def set_widths(text: SheetText, first: int, widths: Sequence[float]) -> None:
    """Give columns, from ``first`` on, their widths in characters, and show them; what else they are they stay."""
    patch = text.patch
    wanted = dict(enumerate(widths, start=first))
    holder = patch.root.child("cols")
    if holder is None:
        prefix = patch.prefix_of(text.data)
        columns = "".join(_column(f"<{prefix}col/>", at, at, width) for at, width in wanted.items())
        patch.insert(text.data.start, f"<{prefix}cols>{columns}</{prefix}cols>")
        return
    there = [(one, *_span(one)) for one in holder.named("col")]
    for one, low, high in there:
        covered = [at for at in wanted if low <= at <= high]
        if covered:
            patch.replace(one, "".join(_parted(_tag(text, one), low, high, {at: wanted.pop(at) for at in covered})))
    prefix = patch.prefix_of(holder)
    for at, width in wanted.items():
        markup = _column(f"<{prefix}col/>", at, at, width)
        following = next((one for one, low, _ in there if low > at), None)
        if following is None:
            patch.append(holder, markup)
        else:
            patch.insert(following.start, markup)


def _parted(tag: str, low: int, high: int, widths: Mapping[int, float]) -> Iterator[str]:
    """The description of columns, with those among them described alone that get a width."""
    for at, width in widths.items():
        if low < at:
            yield _column(tag, low, at - 1)
        yield _column(tag, at, at, width)
        low = at + 1
    if low <= high:
        yield _column(tag, low, high)


def _column(tag: str, low: int, high: int, width: float | None = None) -> str:
    told = {"min": str(low), "max": str(high)}
    if width is not None:
        tag = re.sub(r"""\s(?:hidden|bestFit|collapsed)\s*=\s*("[^"]*"|'[^']*')""", "", tag)
        told |= {"width": str(width + _MARGINS), "customWidth": "1"}
    for name, value in told.items():
        said = f" {name}={quoteattr(value)}"
        tag, known = re.subn(rf"""\s{name}\s*=\s*("[^"]*"|'[^']*')""", said, tag)
        tag = tag if known else re.sub(r"\s*/?>$", f"{said}/>", tag)
    return re.sub(r"\s*/?>$", "/>", tag)


def _tag(text: SheetText, one: Element) -> str:
    return text.patch.body[one.start : one.inside].decode()


def _span(one: Element) -> tuple[int, int]:
    low, high = (own_index(one.attrs.get(name, ""), 1 << 15) or 0 for name in ("min", "max"))
    return low, high


def offer_lists(text: SheetText, choices: Mapping[tuple[int, int], Sequence[str]]) -> None:
    """Offer a list of texts in each of some cells (row, column); what was ruled for these cells no longer is."""
    patch = text.patch
    holder = patch.root.child("dataValidations")
    ruled = list(_items(text, "dataValidations", "dataValidation"))
    gone = 0
    for one in ruled:
        there = one.attrs.get("sqref", "")
        left = _without(there, list(choices))
        if not left:
            patch.remove(one)
            gone += 1
        elif left != there:
            patch.set_attribute(one, "sqref", left)
    prefix = patch.prefix_of(holder or text.data)
    rules = "".join(_list_rule(prefix, at, texts) for at, texts in choices.items())
    if holder is not None:
        patch.append(holder, rules)
        patch.set_attribute(holder, "count", str(len(ruled) - gone + len(choices)))
        return
    own = [one for one in patch.root.children if one.space == patch.root.space and one.local in _BEFORE_LISTS]
    named = f'<{prefix}dataValidations count="{len(choices)}">{rules}</{prefix}dataValidations>'
    patch.insert(max(one.end for one in own), named)


def _list_rule(prefix: str, at: tuple[int, int], texts: Sequence[str]) -> str:
    shown = 'type="list" allowBlank="1" showInputMessage="1" showErrorMessage="1"'
    listed = '"' + ",".join(texts).replace('"', '""') + '"'
    return (
        f'<{prefix}dataValidation {shown} sqref="{_address(at, at)}">'
        f"<{prefix}formula1>{escape(listed)}</{prefix}formula1></{prefix}dataValidation>"
    )


def _without(sqref: str, cells: Sequence[tuple[int, int]]) -> str:
    """Ranges as an attribute lists them, less some cells; as they are where none of these is among them."""
    out: list[str] = []
    for part in sqref.split():
        area = _parsed(part)
        rest = [part] if area is None else [part if one is area else _spell(one) for one in _less(area, cells)]
        out += rest
    return " ".join(out)


def _less(area: Area, cells: Sequence[tuple[int, int]]) -> list[Area]:
    """The rectangles that are left of one."""
    for row, column in cells:
        (top, left), (bottom, right) = area.first, area.last
        if top <= row <= bottom and left <= column <= right:
            around = (
                ((top, left), (row - 1, right)),
                ((row + 1, left), (bottom, right)),
                ((row, left), (row, column - 1)),
                ((row, column + 1), (row, right)),
            )
            parts = [Area(None, *one) for one in around if one[0][0] <= one[1][0] and one[0][1] <= one[1][1]]
            return [rest for part in parts for rest in _less(part, cells)]
    return [area]


def _spell(area: Area) -> str:
    return _address(area.first, area.last)


def _address(first: tuple[int, int], last: tuple[int, int]) -> str:
    corners = [f"{column_letters(column)}{row}" for row, column in (first, last)]
    return corners[0] if first == last else ":".join(corners)


def _items(text: SheetText, holder: str, item: str) -> Iterator[Element]:
    found = text.patch.root.child(holder)
    return iter(()) if found is None else found.named(item)


def _area(one: Element) -> Area | None:
    return _parsed(one.attrs.get("ref", ""))


def _parsed(text: str) -> Area | None:
    try:
        return parse_area(text, "range")
    except InputError:
        return None
