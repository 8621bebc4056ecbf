"""Files as a whole: strict ones, CSV files, and what must be refused in a sentence."""

from __future__ import annotations

import os
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from sheets import ROWS, read, symbols, write

from pbal_xl.errors import CellFaults, InputError, PbalError, Refused
from pbal_xl.hosts.headless.look import look_into

if TYPE_CHECKING:
    from pathlib import Path

STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships"
    ),
}


def made_strict(source: Any, target: Any) -> Any:
    with zipfile.ZipFile(source) as read_from, zipfile.ZipFile(target, "w") as to:
        for entry in read_from.infolist():
            content = read_from.read(entry)
            for usual, strict in STRICT.items():
                content = content.replace(usual, strict)
            to.writestr(entry, content)
    return target


def test_a_strict_workbook_reads_like_a_usual_one(tmp_path: Path) -> None:
    usual = write(tmp_path / "a.xlsx", ("Mine", ROWS), pbal_cash="Mine!$B$2")
    strict = made_strict(usual, tmp_path / "b.xlsx")
    assert read(strict).table == read(usual).table
    assert read(strict).settings == read(usual).settings


def test_a_damaged_strict_workbook_is_refused(tmp_path: Path) -> None:
    strict = made_strict(write(tmp_path / "a.xlsx", ROWS), tmp_path / "b.xlsx")
    with zipfile.ZipFile(strict) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
    data = bytearray(strict.read_bytes())
    start = sheet.header_offset + 30 + len(sheet.filename)
    for at in range(start + sheet.compress_size // 2, start + sheet.compress_size // 2 + 8):
        data[at] ^= 0xFF
    strict.write_bytes(data)
    with pytest.raises(Refused, match="damaged"):
        read(strict)


def test_what_a_strict_workbook_holds_beside_its_sheets_is_not_unpacked_to_read_it(tmp_path: Path) -> None:
    strict = made_strict(write(tmp_path / "a.xlsx", ROWS), tmp_path / "b.xlsx")
    expected = read(strict).table
    with zipfile.ZipFile(strict, "a") as archive:
        archive.writestr("xl/media/image1.png", b"not what the directory says")
    data = strict.read_bytes().replace(b"not what the directory says", b"NOT what the directory says")
    strict.write_bytes(data)
    assert read(strict).table == expected


def test_real_strict_workbooks_are_read(corpus: Any) -> None:
    wanted = {
        "poi__SampleSS.strict.xlsx": ("First Sheet", ["Test spreadsheet", None]),
        "poi__sample.strict.xlsx": ("Sheet1", ["Lorem", 111]),
    }
    for name, (title, cells) in wanted.items():
        if not (corpus / name).is_file():
            pytest.skip(f"{name} is not among the workbooks here")
        with look_into(corpus / name) as look:
            assert look.titles[0] == title
            assert (look.grid(title)[0] + [None])[:2] == cells


def test_no_real_workbook_raises_anything_but_a_sentence(corpus_file: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            read(corpus_file)
        except PbalError as error:
            said = str(error)
        else:
            return
    assert said
    assert "\n" not in said


def csv(tmp_path: Path, content: bytes) -> Any:
    path = tmp_path / "positions.csv"
    path.write_bytes(content)
    return path


def test_a_csv_may_be_a_plain_list(tmp_path: Path) -> None:
    assert symbols(read(csv(tmp_path, b"VTI,100.50,10\nBND,200,20\n"))) == ["VTI", "BND"]


def test_a_range_of_a_csv_may_be_said(tmp_path: Path) -> None:
    path = csv(tmp_path, b"Symbol,Value\nVTI,1\n\nGLD,2\n")
    assert symbols(read(path)) == ["VTI", "GLD"]
    assert symbols(read(path, area="A1:B3")) == ["VTI"]


def test_a_csv_has_no_sheets(tmp_path: Path) -> None:
    path = csv(tmp_path, b"VTI,1\n")
    for where in ({"sheet": "Mine"}, {"area": "Mine!A1:B2"}):
        with pytest.raises(InputError, match="a CSV file has no sheets, so there is no sheet 'Mine'"):
            read(path, **where)


def test_the_decimal_sign_of_a_csv_may_be_said(tmp_path: Path) -> None:
    path = csv(tmp_path, b"Symbol;Value\nVTI;1.234\n")
    with pytest.raises(CellFaults, match=r'^B2: value "1.234" can be read in two ways'):
        read(path)
    assert read(path, decimal=",").table.holdings[0].value == 1234


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no holdings were found"),
        (b"\n\n\n", "no holdings were found"),
        (b"hello world\n", "no holdings were found"),
        (b"Symbol,Value\n", "there are no holdings here"),
        (b"Symbol,Price\nVTI,1\n", "no column tells what a holding is worth"),
        (b"PK\x03\x04\x14\0", "zip file, such as an .xlsx workbook"),
        (bytes(range(256)), "not a text file"),
    ],
)
def test_a_csv_without_holdings_is_a_fault(tmp_path: Path, content: Any, said: Any) -> None:
    with pytest.raises(CellFaults, match=said):
        read(csv(tmp_path, content))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name, code in (("missing.csv", "missing"), ("folder.csv", "not-a-file"), ("missing.xlsx", "missing")):
        with pytest.raises(Refused) as caught:
            read(tmp_path / name)
        assert caught.value.code == code
        assert str(tmp_path / name) in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in this system's folders")
def test_a_pipe_is_refused_not_waited_for(tmp_path: Path) -> None:
    for name in ("pipe.csv", "pipe.xlsx"):
        os.mkfifo(tmp_path / name)
        with pytest.raises(Refused) as caught:
            read(tmp_path / name)
        assert caught.value.code == "not-a-file"


def test_a_sheet_that_breaks_off_is_refused(tmp_path: Path) -> None:
    source = write(tmp_path / "a.xlsx", ("Mine", ROWS))
    broken = tmp_path / "b.xlsx"
    with zipfile.ZipFile(source) as read_from, zipfile.ZipFile(broken, "w") as to:
        for entry in read_from.infolist():
            content = read_from.read(entry)
            cut = entry.filename.endswith("sheet1.xml")
            to.writestr(entry, content[: len(content) * 2 // 3] if cut else content)
    with pytest.raises(Refused) as caught:
        read(broken)
    assert caught.value.code in {"unreadable", "broken-xml"}
    assert "\n" not in str(caught.value)
