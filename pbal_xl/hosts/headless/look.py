"""Looking into a workbook file: its sheets as grids, its names, its tables. Only reads."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from pbal_xl.errors import Refused
from pbal_xl.grid.cells import NEVER_CALCULATED, Grid
from pbal_xl.grid.holdings import MOST_COLUMNS, MOST_ROWS
from pbal_xl.hosts.headless.mark import MARK_NAME
from pbal_xl.hosts.headless.opc import find_part
from pbal_xl.hosts.headless.references import Area, column_number, parse_area
from pbal_xl.hosts.headless.source import open_source, parse, relations
from pbal_xl.hosts.headless.workbook_xml import relation_id
from pbal_xl.report import HOLDINGS_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pbal_xl.hosts.headless.source import Source

__all__ = ["Look", "TableArea", "look_into"]

_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
)
# A cell that holds a formula and perhaps a value; a formula's own "<" is always escaped.
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_ADDRESS = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_KIND = re.compile(rb"\bt=[\"'](\w+)[\"']")


@dataclass(frozen=True, slots=True)
class TableArea:
    """An Excel Table: its name, its sheet and its cells, the row of totals left out."""

    name: str
    area: Area


@dataclass(slots=True)
class Look:
    """An open workbook.

    Attributes:
        titles: worksheets in their order, those of ours left out unless asked for by name.
        hidden: titles of hidden worksheets.
        ours: titles of sheets that this program wrote.
        active: title of the sheet in view, None where it is no worksheet.
        tables: the Excel Tables.
        uncalculated: whether a sheet looked at has formulas without a stored value.
    """

    titles: list[str]
    hidden: set[str]
    ours: set[str]
    active: str | None
    tables: list[TableArea]
    _values: Any
    _uncalculated: Callable[[str], Iterator[tuple[int, int]]]
    _grids: dict[str, Grid] = field(default_factory=dict)
    uncalculated: bool = False

    def grid(self, title: str) -> Grid:
        """The values of a sheet from A1 on, trailing blank rows dropped, errors as texts such as "#N/A".

        A formula without a stored value reads NEVER_CALCULATED.
        """
        if title not in self._grids:
            sheet = self._values[title]
            sheet.reset_dimensions()
            rows = [list(row[:MOST_COLUMNS]) for row in islice(sheet.iter_rows(values_only=True), MOST_ROWS + 1)]
            while rows and all(cell is None for cell in rows[-1]):
                rows.pop()
            for row, column in self._uncalculated(title):
                _put(rows, row, column, NEVER_CALCULATED)
                self.uncalculated = True
            self._grids[title] = rows
        return self._grids[title]

    def name(self, name: str, title: str | None) -> str | None:
        """What a defined name refers to: the sheet's own name first, then the workbook's; None without it."""
        wanted = name.casefold()
        scopes = [self._values[title].defined_names] if title is not None else []
        for names in (*scopes, self._values.defined_names):
            for key, defined in names.items():
                if key.casefold() == wanted and defined.attr_text:
                    return str(defined.attr_text)
        return None

    def sheets_with_name(self, name: str) -> list[str]:
        """The worksheets that have a defined name of their own."""
        return [
            title
            for title in self.titles
            if any(key.casefold() == name for key in self._values[title].defined_names)
        ]


def _put(grid: Grid, row: int, column: int, text: str) -> None:
    while len(grid) <= row:
        grid.append([])
    grid[row].extend([None] * (column + 1 - len(grid[row])))
    grid[row][column] = text


@contextmanager
def look_into(path: Path) -> Iterator[Look]:
    """Open a workbook file that ``check_source`` passed.

    Raises:
        Refused: openpyxl cannot read it.
    """
    with ExitStack() as stack:
        opened = open_source(path)
        stack.enter_context(opened.package)
        values = _load(path, _as_transitional(path) if opened.strict else path)
        stack.callback(values.close)
        sheets = {sheet.title: sheet for sheet in values.worksheets}
        # The Holdings sheet of a workbook made from a CSV is ours too, and there to be read.
        ours = {title for title, sheet in sheets.items() if title != HOLDINGS_NAME and _is_marked(sheet)}
        active = values.active.title if values.active is not None else None
        parts = _sheet_parts(opened)
        recalculated = _recalculated_on_load(opened)
        yield Look(
            titles=[title for title in sheets if title not in ours],
            hidden={title for title, sheet in sheets.items() if sheet.sheet_state != "visible"},
            ours=ours,
            active=active if active in sheets else None,
            tables=_tables(opened, parts),
            _values=values,
            _uncalculated=lambda title: _without_value(opened, parts.get(title), zero_too=recalculated),
        )


def _is_marked(sheet: Any) -> bool:
    return any(name.lower() == MARK_NAME for name in sheet.defined_names)


def _load(path: Path, data: Any) -> Any:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        # It warns of what it would lose on saving; nothing is ever saved through it.
        warnings.simplefilter("ignore")
        try:
            return load_workbook(data, read_only=True, data_only=True, keep_links=False)
        except (BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError) as error:
            raise Refused("unreadable", f"{path} cannot be read as a workbook ({error})") from error


def _as_transitional(path: Path) -> io.BytesIO:
    """A copy in memory of a strict file with the usual namespaces, which is all that openpyxl knows."""
    copy = io.BytesIO()
    with zipfile.ZipFile(path) as strict, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as usual:
        for entry in strict.infolist():
            content = strict.read(entry)
            if entry.filename.lower().endswith((".xml", ".rels")):
                for old, new in _STRICT:
                    content = content.replace(old, new)
            usual.writestr(entry.filename, content)
    copy.seek(0)
    return copy


def _sheet_parts(source: Source) -> dict[str, str]:
    """For each worksheet's title the key of its part."""
    targets = {one.id: one.target for one in source.rels.of_kind("worksheet")}
    parts = {}
    for sheet in source.sheets():
        key = find_part(source.package, targets.get(relation_id(source, sheet), ""))
        if key is not None:
            parts[sheet.attrs.get("name", "")] = key
    return parts


def _recalculated_on_load(source: Source) -> bool:
    """Whether the writing program asked for a calculation: then a stored 0 may be a stand-in for a value."""
    settings = source.workbook.root.child("calcPr")
    return settings is not None and settings.attrs.get("fullCalcOnLoad", "0").lower() in {"1", "true", "on"}


def _without_value(source: Source, key: str | None, *, zero_too: bool) -> Iterator[tuple[int, int]]:
    """The (row, column) from 0 of each formula without a stored value; empty text is a value."""
    if key is None:
        return
    content = source.package.read(source.package.parts[key])
    for match in _FORMULA_CELL.finditer(content):
        attributes, value = match[1], match[2]
        kind = _KIND.search(attributes)
        is_text = kind is not None and kind[1] == b"str"
        missing = not is_text if not value else zero_too and kind is None and value == b"0"
        address = _ADDRESS.search(attributes)
        if missing and address is not None:
            letters, digits = address[1].decode(), int(address[2])
            if digits <= MOST_ROWS and (column := column_number(letters)) <= MOST_COLUMNS:
                yield digits - 1, column - 1


def _tables(source: Source, parts: Mapping[str, str]) -> list[TableArea]:
    """The Excel Tables of all worksheets, which openpyxl does not read in its read-only way."""
    found = []
    package = source.package
    for title, key in parts.items():
        for one in relations(package, package.parts[key].name).of_kind("table"):
            table_key = find_part(package, one.target)
            if table_key is None:
                continue
            root = parse(package, table_key, 1).root
            area = parse_area(root.attrs.get("ref", ""), "table")
            totals = int(root.attrs.get("totalsRowCount", "0") or 0)
            area = Area(title, area.first, (area.last[0] - totals, area.last[1]))
            found.append(TableArea(root.attrs.get("displayName") or root.attrs.get("name", ""), area))
    return found
