"""Cells beside what stands on a sheet: everything else in the workbook stays as it was, in any workbook."""

from __future__ import annotations

import io
import shutil
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbook_zoo as zoo
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from workbook_corpus import corpus
from workbook_guard import damage, lost
from workbook_zoo import read_parts

from pbal_xl.errors import Refused
from pbal_xl.ooxml.addcells import AddedCells, add_cells, sheet_text
from pbal_xl.ooxml.package import Package
from pbal_xl.ooxml.references import column_letters, parse_area
from pbal_xl.ooxml.rewrite import written
from pbal_xl.ooxml.sheetpatch import PutCell, free_column, offer_lists, put_cells, set_widths
from pbal_xl.ooxml.sheetscan import scan_sheet
from pbal_xl.ooxml.sheetspec import CellLook
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.uncalculated import sheet_parts
from pbal_xl.ooxml.xmltext import XmlError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LOOKS = (CellLook(font="Calibri", size=11, bold=True, fill="EAF1F8"), CellLook(number_format="#,##0.00"))
ROWS = range(3, 7)


def bent_sheet(edit: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """A workbook whose first sheet is written otherwise."""

    def build(path: Path) -> None:
        zoo.simple(path)
        parts = read_parts(path)
        parts["xl/worksheets/sheet1.xml"] = edit(parts["xl/worksheets/sheet1.xml"])
        zoo.write_parts(path, parts)

    return build


WORKBOOKS = {
    "simple": zoo.simple, "rich": zoo.rich, "strict": zoo.strict, "backslashes": zoo.backslashes,
    "odd case": zoo.odd_case, "no styles": zoo.without("xl/styles.xml"), "streamed": zoo.streamed,
    "utf-16": bent_sheet(zoo.utf16), "with a mark": bent_sheet(zoo.bom), "prefixed": bent_sheet(zoo.prefixed("x")),
    "latin 1": bent_sheet(zoo.latin1),
}  # fmt: skip


def put(path: Path, title: str, after: Path, rows: range = ROWS) -> tuple[str, int]:
    """Put a block of cells into a sheet; the name of its part, and the first column of the block."""
    opened = open_source(path)
    with opened.package as package:
        part = package.parts[sheet_parts(opened)[title]].name
        text = sheet_text(opened, title, rows)
        column = min(free_column(text, rows, 2), 16_383)
        cells = [PutCell(rows.start, column, "Settings", 0), PutCell(rows.start, column + 1, None, 0)]
        cells += [PutCell(row, column, f" ={row}", 0) for row in rows[1:]]
        cells += [PutCell(row, column + 1, row + 0.25 if row % 2 else row % 4 == 0, 1) for row in rows[1:]]
        at = rows.start + 1, column + 1
        added = AddedCells(cells, LOOKS, column, (17.0, 19.0), {"pbal_keep": at}, {at: ("TRUE", "FALSE")})
        written(opened, after, add_cells(opened, title, text, added))
    return part, column


def harm(before: Path, after: Path, part: str, column: int) -> list[str]:
    """What is lost of a workbook, beside blank cells where others are put, and what tells of their places."""
    old, new = read_parts(before), read_parts(after)
    styles = [name for name in new if name not in old]
    ours = {f"{column_letters(at)}{row}" for at in (column, column + 1) for row in ROWS}
    left = lost(*(told_apart(data, ours) for data in (old[part], new[part])))
    blank = [one.get("r") for one in cells_in(old[part]) if one.get("r") in ours and "".join(one.itertext())]
    return [
        *damage(before, after, added=styles, replaced=[part]),
        *(f"{part}: {one}" for one in left),
        *(f"{one} was written over" for one in blank),
        *columns_lost(old[part], new[part], {column, column + 1}),
    ]


def told_apart(data: bytes, ours: set[str]) -> bytes:
    """A sheet without some cells, and without what tells of the places of cells and columns."""
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
    for one in root.iter("{*}dimension", "{*}row"):
        for name in ("ref", "spans"):
            one.attrib.pop(name, None)
    for one in [*root.iter("{*}cols", "{*}dataValidations"), *cells_in(data, root)]:
        if not one.tag.endswith("}c") or one.get("r") in ours:
            one.getparent().remove(one)
    return etree.tostring(root)


def cells_in(data: bytes, root: Any = None) -> list[Any]:
    if root is None:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
    return list(root.iter("{*}c"))


def columns_lost(old: bytes, new: bytes, ours: set[int]) -> list[str]:
    """Columns, beside some, that are described otherwise than they were."""
    before, after = (list(described(data)) for data in (old, new))
    edges = sorted(
        {at for low, high, _ in (*before, *after) for at in (low, high + 1)} | ours | {at + 1 for at in ours}
    )

    def of(column: int, among: Iterable[tuple[int, int, Any]]) -> Any:
        return next((told for low, high, told in among if low <= column <= high), None)

    return [
        f"column {at} was described otherwise" for at in edges if at not in ours and of(at, before) != of(at, after)
    ]


def described(data: bytes) -> Iterable[tuple[int, int, dict[str, str]]]:
    root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))
    for one in root.iterfind("{*}cols/{*}col"):
        told = dict(one.attrib)
        yield int(told.pop("min")), int(told.pop("max")), told


def cells_of(path: Path, part: str) -> dict[str, str]:
    """Each cell's address, as often as it is there, and all that it holds."""
    root = etree.fromstring(read_parts(path)[part], etree.XMLParser(huge_tree=True))
    return {one.get("r"): "".join(map(str, one.itertext())) for one in root.iter("{*}c")}


@pytest.mark.parametrize("name", WORKBOOKS)
def test_nothing_of_a_workbook_is_lost(name: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    WORKBOOKS[name](before)
    title = next(iter(titles_of(before)))
    part, column = put(before, title, after)
    assert harm(before, after, part, column) == []
    cells = cells_of(after, part)
    assert [cells[f"{column_letters(column)}{row}"] for row in ROWS] == ["Settings", " =4", " =5", " =6"]
    assert [cells[f"{column_letters(column + 1)}{row}"] for row in ROWS] == ["", "1", "5.25", "0"]


def titles_of(path: Path) -> list[str]:
    opened = open_source(path)
    with opened.package:
        return list(sheet_parts(opened))


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.name)
def test_nothing_of_a_real_workbook_is_lost(path: Path, tmp_path: Path) -> None:
    try:
        titles = titles_of(path)[:4]
        parts = [put(path, title, tmp_path / f"{number}{path.suffix}") for number, title in enumerate(titles)]
    except Refused:
        pytest.skip("is refused")
    for number, (part, column) in enumerate(parts):
        after = tmp_path / f"{number}{path.suffix}"
        assert harm(path, after, part, column) == []
        with zipfile.ZipFile(after) as archive:
            assert archive.testzip() is None


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.name)
def test_openpyxl_reads_the_cells_and_all_else_of_a_real_workbook_as_before(path: Path, tmp_path: Path) -> None:
    after = tmp_path / f"after{path.suffix}"
    try:
        title = titles_of(path)[0]
        was = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))[title]
        _, column = put(path, title, after)
    except Exception:  # noqa: BLE001  openpyxl raises what it likes
        pytest.skip("is read by neither")
    now = openpyxl.load_workbook(io.BytesIO(after.read_bytes()))[title]
    assert (now.cell(5, column + 1).value, now.cell(5, column + 1).number_format) == (5.25, "#,##0.00")
    assert now.cell(3, column).font.bold
    ours = {(row, at) for row in ROWS for at in (column, column + 1)}
    for row in was.iter_rows():
        for cell in row:
            other = now.cell(cell.row, cell.column)
            if (cell.row, cell.column) not in ours:
                assert (said(other), other.number_format) == (said(cell), cell.number_format)


def said(cell: Any) -> Any:
    """What a cell says; a formula of many cells by its text."""
    return getattr(cell.value, "text", getattr(cell.value, "ref", cell.value))


def sheet(inner: str, more: str = "", before: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{inner}</sheetData>{more}</worksheet>'.encode()


def after_putting(content: bytes, cells: list[PutCell]) -> etree._Element:
    rows = range(min(cell.row for cell in cells), max(cell.row for cell in cells) + 1)
    text = scan_sheet(content, rows)
    put_cells(text, cells)
    return etree.fromstring(text.patch.render())


ROW = st.tuples(
    st.integers(1, 8),
    st.booleans(),
    st.dictionaries(st.integers(1, 6), st.sampled_from(["", "<v>1</v>"])),
    st.booleans(),
)


@given(st.lists(ROW, max_size=8, unique_by=lambda row: row[0]), st.integers(1, 8), st.integers(1, 4))
def test_cells_come_in_their_place_whichever_rows_are_there(rows: list[Any], first: int, count: int) -> None:
    rows = sorted(rows)
    markup, expected = "", 0
    there: dict[tuple[int, int], str] = {}
    for number, told, cells, closed in rows:
        said = told or number != expected + 1  # a row may go unnumbered that follows another
        expected = number
        inner = "".join(
            f'<c r="{column_letters(at)}{number}" s="0">{value}</c>' for at, value in sorted(cells.items())
        )
        there |= {(number, at): value for at, value in cells.items()}
        number_told = f' r="{number}"' if said else ""
        markup += f"<row{number_told}/>" if closed and not cells else f"<row{number_told}>{inner}</row>"
    text = scan_sheet(sheet(markup), range(first, first + count))
    right = max((at for (_, at), value in there.items() if value), default=0)
    assert text.right == right
    cells = [PutCell(row, right + 2 + at, row, 1) for row in range(first, first + count) for at in (0, 1)]
    put_cells(text, cells)
    root = etree.fromstring(text.patch.render())
    found, last_row = {}, 0
    for row in root.iter("{*}row"):
        number = int(row.get("r", last_row + 1))
        assert number > last_row
        last_row, last_column = number, 0
        for cell in row.iter("{*}c"):
            address = parse_area(cell.get("r"), "cell").first
            assert address[0] == number
            assert address[1] > last_column
            last_column = address[1]
            found[address] = "".join(map(str, cell.itertext()))
    want = {at: "1" * bool(value) for at, value in there.items()}
    assert found == want | {(cell.row, cell.column): str(cell.row) for cell in cells}


def test_the_dimension_and_the_spans_tell_of_the_cells() -> None:
    root = after_putting(
        sheet('<row r="2" spans="1:2"><c r="A2"><v>1</v></c></row>', before='<dimension ref="A2:B2"/>'),
        [PutCell(2, 5, 1, 0), PutCell(3, 6, 1, 0)],
    )
    assert root.find("{*}dimension").get("ref") == "A2:F3"
    assert root.find("{*}sheetData/{*}row").get("spans") == "1:5"


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ("", {5: 17, 6: 19}),
        ('<cols><col min="1" max="3" width="9"/></cols>', {1: 9, 5: 17, 6: 19}),
        ('<cols><col min="8" max="9" width="9" hidden="1"/></cols>', {5: 17, 6: 19, 8: 9}),
        ('<cols><col min="6" max="16384" width="9" hidden="1"/></cols>', {5: 17, 6: 19, 7: 9, 16384: 9}),
        ('<cols><col min="1" max="16384" style="3" width="9"/></cols>', {1: 9, 4: 9, 5: 17, 6: 19, 7: 9}),
        ('<cols><col min="5" max="5" width="1" hidden="1"></col></cols>', {5: 17, 6: 19}),
        ('<cols><col min="2" max="4" width="2"/><col min="6" max="6" width="1"/></cols>', {4: 2, 5: 17, 6: 19}),
        ("<cols/>", {5: 17, 6: 19}),
    ],
)
def test_columns_get_their_widths_and_the_others_keep_theirs(columns: str, found: dict[int, float]) -> None:
    text = scan_sheet(sheet("", before=columns), range(1, 2))
    set_widths(text, 5, (17.0, 19.0))
    root = etree.fromstring(text.patch.render())
    told = [(int(one.get("min")), int(one.get("max")), one) for one in root.iter("{*}col")]
    assert told == sorted(told, key=lambda one: one[0])
    assert all(high < low for (_, high, _), (low, _, _) in pairwise(told))
    for column, width in found.items():
        (one,) = [one for low, high, one in told if low <= column <= high]
        assert float(one.get("width")) == pytest.approx(width, abs=0.72)
        assert (column in {5, 6}) == (one.get("customWidth") == "1")
        assert column not in {5, 6} or one.get("hidden") is None
    assert root.index(root.find("{*}cols")) < root.index(root.find("{*}sheetData"))


@pytest.mark.parametrize(
    ("ruled", "left"),
    [
        ("G4", []),
        ("G3:G9", ["G3", "G5:G9"]),
        ("A1:Z9 B20", ["A1:Z3", "A5:Z9", "A4:F4", "H4:Z4", "B20"]),
        ("G5:H8", ["G5:H8"]),
        ("G:G", ["G1:G3", "G5:G1048576"]),
    ],
)
def test_a_cell_has_one_rule_and_other_cells_keep_theirs(ruled: str, left: list[str]) -> None:
    rule = f'<dataValidations count="1"><dataValidation type="whole" sqref="{ruled}"/></dataValidations>'
    text = scan_sheet(sheet("", rule), range(1, 2))
    offer_lists(text, {(4, 7): ('a"b', "c")})
    root = etree.fromstring(text.patch.render())
    holder = root.find("{*}dataValidations")
    rules = list(holder)
    assert holder.get("count") == str(len(rules))
    assert [one.get("sqref").split() for one in rules if one.get("type") == "whole"] == [left] * bool(left)
    assert [one.find("{*}formula1").text for one in rules if one.get("sqref") == "G4"] == ['"a""b,c"']


def test_lists_stand_where_the_schema_has_them() -> None:
    more = '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><hyperlinks/><pageMargins/>'
    text = scan_sheet(sheet("", more), range(1, 2))
    offer_lists(text, {(1, 7): ("a",)})
    tags = [etree.QName(one).localname for one in etree.fromstring(text.patch.render())]
    assert tags == ["sheetData", "mergeCells", "dataValidations", "hyperlinks", "pageMargins"]


def test_the_block_keeps_clear_of_merged_cells() -> None:
    merged = '<mergeCells count="2"><mergeCell ref="C1:K4"/><mergeCell ref="A9:Z9"/></mergeCells>'
    text = scan_sheet(sheet('<row r="1"><c r="A1"><v>1</v></c></row>', merged), range(2, 6))
    assert free_column(text, range(2, 6), 2) == 13
    assert free_column(text, range(5, 8), 2) == 3


@pytest.mark.parametrize(
    "inner",
    [
        '<row r="0"/>', '<row r="1048577"/>', '<row r="x"/>', '<row r="1"><c r="XFE1"/></row>',
        '<row r="1"><c r="1"/></row>', '<row r="1"><c r="ABCD1"/></row>', '<row r="\u00b2"/>', "<row>",
    ],
)  # fmt: skip
def test_a_sheet_that_no_program_writes_is_refused(inner: str) -> None:
    with pytest.raises(XmlError):
        scan_sheet(sheet(inner), range(1, 5))


def test_own_names_of_the_sheet_make_way_for_those_of_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "named.xlsx"
    zoo.simple(path)
    book = openpyxl.load_workbook(path)
    title = book.sheetnames[0]
    for home in (book, book[title]):
        home.defined_names["pbal_keep"] = openpyxl.workbook.defined_name.DefinedName("pbal_keep", attr_text="7")
    book.save(path)
    after = tmp_path / "after.xlsx"
    _, column = put(path, title, after)
    book = openpyxl.load_workbook(after)
    assert book.defined_names["pbal_keep"].attr_text == f"'{title}'!${column_letters(column + 1)}$4"
    assert "pbal_keep" not in book[title].defined_names


def test_a_package_without_changes_is_the_same(tmp_path: Path) -> None:
    from pbal_xl.ooxml.rewrite import Changes

    path = tmp_path / "simple.xlsx"
    zoo.simple(path)
    opened = open_source(shutil.copyfile(path, tmp_path / "copy.xlsx"))
    with opened.package as package:
        assert isinstance(package, Package)
        written(opened, tmp_path / "again.xlsx", Changes())
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
