"""Cells are read as a spreadsheet program shows them, and what no sheet can hold is refused."""

from __future__ import annotations

import datetime as dt
import math
import time
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from pace import allowed
from workbook_corpus import corpus

from pbal_xl.errors import Refused
from pbal_xl.ooxml.cells import date_formats, read_cells
from pbal_xl.ooxml.contents import SheetContents
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.uncalculated import sheet_parts
from pbal_xl.ooxml.xmltext import XmlError, escape_x, unescape_x

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NONE = "\0no value"


def rows_of(markup: str, **more: Any) -> list[list[Any]]:
    content = f'<worksheet xmlns="s"><sheetData>{markup}</sheetData></worksheet>'.encode()
    wanted: dict[str, Any] = {
        "strings": list,
        "dates": dict,
        "most_rows": 1000,
        "most_columns": 50,
        "stand_in": _NONE,
        **more,
    }
    return read_cells([content], **wanted).rows


def _openpyxl_rows(path: Path) -> dict[str, list[list[Any]]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        out = {}
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            out[sheet.title] = [_trimmed(row[:50]) for row in sheet.iter_rows(values_only=True, max_row=2000)]
        book.close()
    return out


def _trimmed(cells: Iterable[Any]) -> list[Any]:
    row = list(cells)
    while row and row[-1] is None:
        row.pop()
    return row


def _plain(cell: Any) -> Any:
    """What two readers may differ in: a formula without a value, escapes, the tail of a date's second."""
    if cell == _NONE:
        return None
    if isinstance(cell, str):
        return unescape_x(cell).replace("\r\n", "\n") or None
    if isinstance(cell, dt.datetime):
        return (cell - dt.datetime(1900, 1, 1)).total_seconds() // 2
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell):
        return int(cell)
    return cell


_NO_CORPUS = [pytest.param(None, marks=pytest.mark.skip(reason="no corpus of real workbooks (set PBAL_CORPUS)"))]
# A cell in row 0, which openpyxl reads as the row after the last.
_BROKEN = {"poi__poc-shared-strings.xlsx"}


@pytest.mark.parametrize("path", [one for one in corpus() if one.name not in _BROKEN] or _NO_CORPUS, ids=str)
def test_a_real_workbook_reads_as_openpyxl_reads_it(path: Path) -> None:
    try:
        theirs = _openpyxl_rows(path)
    except Exception:  # noqa: BLE001 - what openpyxl cannot read says nothing of ours
        pytest.skip("openpyxl cannot read it")
    try:
        opened = open_source(path)
    except Refused:
        return
    with opened.package:
        if opened.strict:
            pytest.skip("openpyxl reads no strict workbook")
        contents = SheetContents(opened)
        for title, key in sheet_parts(opened).items():
            ours = contents.read(key, most_rows=2000, most_columns=50, stand_in=_NONE).rows
            expected = [[_plain(cell) for cell in row] for row in theirs[title]]
            found = [_trimmed(map(_plain, row)) for row in ours]
            while expected and not any(cell is not None for cell in expected[-1]):
                expected.pop()
            while found and not any(cell is not None for cell in found[-1]):
                found.pop()
            assert found == [_trimmed(row) for row in expected], title


def test_each_kind_of_cell_reads_as_it_is_shown() -> None:
    cells = (
        '<c><v>1</v></c><c t="n"><v> 2.5 </v></c><c t="b"><v>1</v></c><c t="e"><v>#N/A</v></c><c t="s"><v>1</v></c>'
        '<c t="str"><v>a</v></c><c t="inlineStr"><is><r><t>x</t></r><rPh><t>no</t></rPh><r><t>y</t></r></is></c>'
        '<c t="d"><v>2026-05-04T00:00:00Z</v></c><c/><c t="inlineStr"><is><t>_x0041_</t></is></c>'
    )
    (row,) = rows_of(f"<row>{cells}</row>", strings=lambda: ["zero", "one"])
    assert row == [1, 2.5, True, "#N/A", "one", "a", "xy", dt.datetime(2026, 5, 4), None, "A"]


@pytest.mark.parametrize(
    ("code", "number", "expected"),
    [
        ("yyyy-mm-dd", "46146", dt.datetime(2026, 5, 4)),
        ("h:mm", "0.5", dt.time(12)),
        ("[h]:mm", "1.5", dt.timedelta(hours=36)),
        ('#,##0.00 "days"', "46146", 46146),
        ("[Red]0.00", "46146", 46146),
        ("yyyy", "1e300", 1e300),
        ("yyyy", "59", dt.datetime(1900, 2, 28)),
    ],
)
def test_a_number_in_a_date_format_is_a_date(code: str, number: str, expected: Any) -> None:
    dates = date_formats([None, "170"], {"170": code})
    assert rows_of(f'<row><c s="1"><v>{number}</v></c></row>', dates=lambda: dates) == [[expected]]


@pytest.mark.parametrize(
    "markup",
    [
        '<row r="4294967295"><c><v>1</v></c></row>',
        '<row r="1"><c r="A4294967295"><v>1</v></c></row>',
        '<row r="²"><c><v>1</v></c></row>',
        '<row r="0"><c><v>1</v></c></row>',
        '<row r="1048577"/>',
        '<row><c r="A²"><v>1</v></c></row>',
        '<row><c r="1A"><v>1</v></c></row>',
        "<row><c><v>²</v></c></row>",
        "<row><c><v>1_0</v></c></row>",
        "<row><c><v>nan</v></c></row>",
        f"<row><c><v>1e{'9' * 5000}</v></c></row>",
        '<row><c t="s"><v>²</v></c></row>',
        '<row><c t="s"><v>7</v></c></row>',
        '<row><c t="s"><v>-1</v></c></row>',
    ],
)
def test_what_no_sheet_can_hold_is_refused(markup: str) -> None:
    with pytest.raises(XmlError):
        rows_of(markup)


def test_a_stray_cell_far_away_costs_nothing() -> None:
    start = time.perf_counter()
    near = '<row r="1"><c r="A1"><v>1</v></c></row>'
    assert rows_of(near + '<row r="1048576"><c r="A1048576"><v>1</v></c></row>', most_rows=200_000) == [[1]]
    assert rows_of(f'{near}<row r="2"><c r="XFD2"><v>1</v></c></row>') == [[1]]
    assert time.perf_counter() - start < allowed(1)


def test_only_a_sheet_that_goes_on_without_a_gap_is_cut() -> None:
    def more(*numbers: int) -> bool:
        markup = "".join(f'<row r="{n}"><c><v>1</v></c></row>' for n in numbers)
        content = f'<worksheet xmlns="s"><sheetData>{markup}</sheetData></worksheet>'.encode()
        return read_cells([content], strings=list, dates=dict, most_rows=3, most_columns=3, stand_in="").more

    assert more(1, 2, 3, 4)
    assert not more(1, 2, 3)
    assert not more(1, 2, 4)
    assert not more(1, 2, 3, 5)


@pytest.mark.parametrize(
    "text", ["", "plain", "_x0041_", "_x005F_", "__x0041__", "_x00zz_", "_X0041_", "a_x0041_b_x0042_"]
)
def test_text_that_looks_like_an_escape_is_kept(text: str) -> None:
    assert unescape_x(escape_x(text)) == text


def test_half_a_character_is_no_crash() -> None:
    assert unescape_x("_xD83D_") == "\ufffd"
    assert unescape_x("_xD83D__xDE00_") == "\U0001f600"
