"""Looking into a workbook file: its sheets as grids, its names, its tables. Only reads."""

from __future__ import annotations

import io
import warnings
import zipfile
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused
from pbal_xl.grid.cells import NEVER_CALCULATED, Grid, one_line
from pbal_xl.grid.holdings import MOST_COLUMNS, MOST_ROWS
from pbal_xl.ooxml.mark import MARK_NAME
from pbal_xl.ooxml.opc import find_part
from pbal_xl.ooxml.package import MAX_PART
from pbal_xl.ooxml.references import Area, parse_area
from pbal_xl.ooxml.source import open_source, parse, relations
from pbal_xl.ooxml.uncalculated import asks_to_calculate, sheet_parts, without_value
from pbal_xl.sheet.trades import HOLDINGS_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pbal_xl.ooxml.source import Source

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
# Rows of a sheet that are looked at: a header may stand in the first half, and the most rows below it.
_ROWS_READ = 2 * MOST_ROWS


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
        cut: titles of sheets looked at that have more rows than are read.
    """

    titles: list[str]
    hidden: set[str]
    ours: set[str]
    active: str | None
    tables: list[TableArea]
    _path: Path
    _values: Any
    _uncalculated: Callable[[str], Iterator[tuple[int, int]]]
    _grids: dict[str, Grid] = field(default_factory=dict)
    uncalculated: bool = False
    cut: set[str] = field(default_factory=set)

    def grid(self, title: str) -> Grid:
        """The values of a sheet from A1 on, trailing blank rows dropped, errors as texts such as "#N/A".

        A formula without a stored value reads NEVER_CALCULATED.
        """
        if title not in self._grids:
            sheet = self._values[title]
            with _reading(self._path):
                sheet.reset_dimensions()
                cells = sheet.iter_rows(values_only=True)
                rows = [list(row[:MOST_COLUMNS]) for row in islice(cells, _ROWS_READ)]
                if any(cell is not None for row in cells for cell in row):
                    self.cut.add(title)
            while rows and all(cell is None for cell in rows[-1]):
                rows.pop()
            for row, column in self._uncalculated(title):
                if row >= _ROWS_READ:
                    break
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
        # Our own file: the library leaves its own open when a part is broken, and Windows keeps it locked then.
        data = stack.enter_context(_as_transitional(path) if opened.strict else path.open("rb"))
        values = _load(path, data)
        stack.callback(values.close)
        sheets = {sheet.title: sheet for sheet in values.worksheets}
        # The Holdings sheet of a workbook made from a CSV is ours too, and there to be read.
        ours = {title for title, sheet in sheets.items() if title != HOLDINGS_NAME and _is_marked(sheet)}
        active = values.active.title if values.active is not None else None
        parts = sheet_parts(opened)
        zero_too = asks_to_calculate(opened)

        def uncalculated(title: str) -> Iterator[tuple[int, int]]:
            if title not in parts:
                return iter(())
            package = opened.package
            return without_value(package.read(package.parts[parts[title]]), zero_too=zero_too)

        yield Look(
            titles=[title for title in sheets if title not in ours],
            hidden={title for title, sheet in sheets.items() if sheet.sheet_state != "visible"},
            ours=ours,
            active=active if active in sheets else None,
            tables=_tables(opened, parts),
            _path=path,
            _values=values,
            _uncalculated=uncalculated,
        )


def _is_marked(sheet: Any) -> bool:
    return any(name.lower() == MARK_NAME for name in sheet.defined_names)


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn whatever a spreadsheet library raises on a malformed part into a refusal of the file."""
    with warnings.catch_warnings():
        # It warns of what it would lose on saving; nothing is ever saved through it.
        warnings.simplefilter("ignore")
        try:
            yield
        except Exception as error:
            said = one_line(str(error))[:200]
            raise Refused("unreadable", f"{path} cannot be read as a workbook ({said})") from error


def _load(path: Path, data: Any) -> Any:
    from openpyxl.chartsheet import Chartsheet
    from openpyxl.reader.excel import ExcelReader

    class Reader(ExcelReader):
        def read_chartsheet(self, sheet: Any, _: Any) -> None:
            """Keep the chart sheet's place among the sheets; its charts say nothing of holdings."""
            book: Any = self.wb
            chart: Any = Chartsheet()
            chart._parent = book  # noqa: SLF001 - as the library itself does
            chart.title = sheet.name
            book._add_sheet(chart)  # noqa: SLF001

    with _reading(path):
        reader = Reader(data, read_only=True, data_only=True, keep_links=False)
        reader.read()
        return reader.wb


def _as_transitional(path: Path) -> io.BytesIO:
    """A copy in memory of a strict file with the usual namespaces, which is all that openpyxl knows.

    Pictures and the like stay out of it, and what is larger than a part that is read.
    """
    copy = io.BytesIO()
    with _reading(path), zipfile.ZipFile(path) as strict, zipfile.ZipFile(copy, "w") as usual:
        for entry in strict.infolist():
            if not entry.filename.lower().endswith((".xml", ".rels")) or entry.file_size > MAX_PART:
                continue
            content = strict.read(entry)
            for old, new in _STRICT:
                content = content.replace(old, new)
            usual.writestr(entry.filename, content)
    copy.seek(0)
    return copy


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
