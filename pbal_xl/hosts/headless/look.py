"""Looking into a workbook file: its sheets as grids, its names, its tables. Only reads."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import NEVER_CALCULATED, Grid, Money
from pbal_xl.grid.reach import LAST_ROW_READ
from pbal_xl.grid.table import MOST_COLUMNS
from pbal_xl.ooxml.contents import SheetContents
from pbal_xl.ooxml.mark import MARK_NAME
from pbal_xl.ooxml.opc import find_part
from pbal_xl.ooxml.references import LAST_ROW, Area, parse_area
from pbal_xl.ooxml.source import open_source, parse, relations
from pbal_xl.ooxml.uncalculated import sheet_parts
from pbal_xl.ooxml.workbook_xml import own_index, sheet_names
from pbal_xl.sheet.trades import HOLDINGS_SHEET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pbal_xl.ooxml.source import Source
    from pbal_xl.ooxml.workbook_xml import ScopedName

__all__ = ["Look", "TableArea", "look_at", "look_into"]


@dataclass(frozen=True, slots=True)
class TableArea:
    """An Excel Table: its name, its sheet and its cells, the row of totals left out."""

    name: str
    area: Area


@dataclass(slots=True)
class Look:
    """An open workbook.

    Attributes:
        titles: worksheets in their order, those of ours left out.
        hidden: titles of hidden worksheets.
        ours: titles of sheets that this program wrote.
        active: title of the sheet in view, None where it is no worksheet.
        tables: the Excel Tables.
        uncalculated: whether a sheet looked at has formulas without a stored value.
        beyond: titles of sheets looked at that have cells beyond the rows and columns that are read.
    """

    titles: list[str]
    hidden: set[str]
    ours: set[str]
    active: str | None
    tables: list[TableArea]
    _contents: SheetContents
    _parts: Mapping[str, str]
    _names: Mapping[str, list[ScopedName]]
    _grids: dict[str, Grid] = field(default_factory=dict)
    uncalculated: bool = False
    beyond: set[str] = field(default_factory=set)

    def grid(self, title: str) -> Grid:
        """The values of a sheet from A1 on, trailing blank rows dropped, errors as texts such as "#N/A".

        Rows go as far as their last cell. A formula without a stored value reads NEVER_CALCULATED.

        Raises:
            Refused: the sheet cannot be read.
        """
        if title not in self._grids:
            found = self._contents.read(
                self._parts[title], most_rows=LAST_ROW_READ, most_columns=MOST_COLUMNS, stand_in=NEVER_CALCULATED
            )
            if found.beyond:
                self.beyond.add(title)
            if found.uncalculated:
                self.uncalculated = True
            for (row, column), mark in found.marks.items():
                found.rows[row][column] = Money(found.rows[row][column], mark)
            self._grids[title] = found.rows
        return self._grids[title]

    def may_hold(self, title: str, wanted: Callable[[str], bool]) -> bool:
        """Whether a cell of a sheet may hold a text that is wanted; errs on the side of yes."""
        return title in self._grids or self._contents.may_hold(self._parts[title], wanted)

    def name(self, name: str, title: str | None) -> str | None:
        """What a defined name refers to: the sheet's own name first, then the workbook's; None without it."""
        for scope in (title, None) if title is not None else (None,):
            for one in self._names.get(name.casefold(), ()):
                if one.sheet == scope and one.text:
                    return one.text
        return None

    def sheets_with_name(self, name: str) -> list[str]:
        """The worksheets that have a defined name of their own."""
        having = {one.sheet for one in self._names.get(name.casefold(), ())}
        return [title for title in self.titles if title in having] if having else []


@contextmanager
def look_into(path: Path) -> Iterator[Look]:
    """Open a workbook file and look into it.

    Raises:
        Refused: it cannot be read.
    """
    opened = open_source(path)
    with opened.package:
        yield look_at(opened)


def look_at(source: Source) -> Look:
    """Look into an open workbook.

    Raises:
        Refused: it cannot be read.
    """
    parts = sheet_parts(source)
    sheets = source.sheets()
    names = sheet_names(source)
    # The Holdings sheet of a workbook made from a CSV is ours too, and there to be read.
    marked = {one.sheet for one in names if one.name.lower() == MARK_NAME}
    ours = {title for title in parts if title in marked and title != HOLDINGS_SHEET}
    active = _active(source)
    return Look(
        titles=[title for title in parts if title not in ours],
        hidden={one.attrs.get("name", "") for one in sheets if one.attrs.get("state", "visible") != "visible"},
        ours=ours,
        active=active if active in parts else None,
        tables=_tables(source, parts),
        _contents=SheetContents(source),
        _parts=parts,
        _names=_by_name(names),
    )


def _by_name(names: list[ScopedName]) -> dict[str, list[ScopedName]]:
    """The defined names by what they are called, letter case aside."""
    out: dict[str, list[ScopedName]] = {}
    for one in names:
        out.setdefault(one.name.casefold(), []).append(one)
    return out


def _active(source: Source) -> str | None:
    """The title of the sheet in view."""
    views = source.workbook.root.child("bookViews")
    view = views.child("workbookView") if views else None
    sheets = source.sheets()
    index = own_index(view.attrs.get("activeTab", "0"), len(sheets)) if view else 0
    return sheets[index or 0].attrs.get("name") if sheets else None


def _tables(source: Source, parts: Mapping[str, str]) -> list[TableArea]:
    """The Excel Tables of all worksheets."""
    found = []
    package = source.package
    for title, key in parts.items():
        for one in relations(package, package.parts[key].name).of_kind("table"):
            table_key = find_part(package, one.target)
            if table_key is None:
                continue
            root = parse(package, table_key, 1).root
            area = parse_area(root.attrs.get("ref", ""), "table")
            totals = own_index(root.attrs.get("totalsRowCount", "0"), LAST_ROW) or 0
            area = Area(title, area.first, (area.last[0] - totals, area.last[1]))
            found.append(TableArea(root.attrs.get("displayName") or root.attrs.get("name", ""), area))
    return found
