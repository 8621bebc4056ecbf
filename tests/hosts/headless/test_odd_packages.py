"""Packages that are odd but whole: read, grafted, and nothing in them destroyed."""

from __future__ import annotations

import os
import re
import shutil
import stat
import struct
import sys
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbook_zoo as zoo
from lxml import etree
from pace import allowed
from trades_books import REQUEST, portfolio_book
from workbook_guard import damage
from workbook_scratch import plain

from pbal_xl.errors import PbalError, Refused
from pbal_xl.hosts.headless import add_sheet, replace_file
from pbal_xl.hosts.headless.commands import run_file

if TYPE_CHECKING:
    from pathlib import Path

AGAIN = replace(REQUEST, replace=True)


@pytest.fixture
def book(tmp_path: Path) -> Any:
    return portfolio_book(tmp_path / "book.xlsx")


def _edit(path: Any, name: Any, old: Any, new: Any) -> None:
    parts = zoo.read_parts(path)
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new, 1)
    zoo.write_parts(path, parts)


PARTS = ("xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml", "xl/spare.xml",
         "xl/sharedStrings.xml", "xl/worksheets/sheet2.xml")  # fmt: skip


@pytest.mark.parametrize("encoding", ["nan", "utf-7", "shift_jis", "gb18030", "idna", "rot13", "utf-32"])
@pytest.mark.parametrize("head", [b"", b"<!-- first -->", b"1e999"])
def test_an_encoding_that_nobody_reads_ends_in_a_sentence_or_in_a_plan(
    book: Any, encoding: str, head: bytes
) -> None:
    run_file(book, REQUEST)
    whole = zoo.read_parts(book)
    whole.setdefault("xl/spare.xml", b"<spare/>")
    declared = b'<?xml version="1.0" encoding="' + encoding.encode() + b'"?>' + head
    for name in filter(whole.__contains__, PARTS):
        parts = dict(whole)
        parts[name] = (
            declared + parts[name].partition(b"?>")[2]
            if parts[name].startswith(b"<?")
            else (declared + parts[name])
        )
        zoo.write_parts(book, parts)
        before = book.read_bytes()
        for ask in (AGAIN, REQUEST):
            try:
                run_file(book, ask)
            except PbalError:
                assert book.read_bytes() == before, name


@pytest.mark.parametrize("row", ["4294967295", "1048577", "²"])
def test_a_row_no_sheet_has_is_refused_at_once(book: Any, row: Any) -> None:
    _edit(book, "xl/worksheets/sheet1.xml", b"</sheetData>", f'<row r="{row}"><c/></row></sheetData>'.encode())
    before, start = book.read_bytes(), time.perf_counter()
    with pytest.raises(Refused, match="a row"):
        run_file(book, REQUEST)
    assert time.perf_counter() - start < allowed(2)
    assert book.read_bytes() == before


@pytest.mark.parametrize("area", [None, "A1:C5"])
def test_one_stray_cell_far_below_changes_nothing(book: Any, area: Any) -> None:
    cell = b'<row r="1048000"><c r="A1048000"><v>1</v></c></row></sheetData>'
    _edit(book, "xl/worksheets/sheet1.xml", b"</sheetData>", cell)
    start = time.perf_counter()
    done = run_file(book, replace(REQUEST, where=replace(REQUEST.where, area=area)))
    assert len(done.plan.orders) == 4
    assert time.perf_counter() - start < allowed(2)


def test_a_name_of_no_sheet_neither_vanishes_nor_comes_to_be_ours(book: Any) -> None:
    name = b'<definedNames><definedName name="_xlnm.Print_Area" localSheetId="1">Portfolio!$A$1</definedName>'
    parts = zoo.read_parts(book)
    workbook = parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = (
        workbook.replace(b"<definedNames/>", name + b"</definedNames>")
        if b"<definedNames/>" in workbook
        else workbook.replace(b"</sheets>", b"</sheets>" + name + b"</definedNames>")
    )
    zoo.write_parts(book, parts)
    for _ in range(3):
        assert run_file(book, AGAIN).trades_sheet == "Trades"
        root = etree.fromstring(zoo.read_parts(book)["xl/workbook.xml"])
        mine = [one for one in root.iter("{*}definedName") if one.text == "Portfolio!$A$1"]
        assert [one.get("localSheetId") for one in mine] == ["2"]


@pytest.mark.skipif(sys.platform != "linux", reason="Python reaches extended attributes on Linux only")
def test_extended_attributes_survive(book: Any) -> None:
    try:
        os.setxattr(book, "user.origin", b"my broker")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    run_file(book, REQUEST)
    assert os.getxattr(book, "user.origin") == b"my broker"


def _access_list(*entries: Any) -> Any:
    """An access list as the system keeps it: (tag, rights, id) of each."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


@pytest.mark.skipif(sys.platform != "linux", reason="Python reaches access lists on Linux only")
def test_an_access_list_survives_and_rights_never_widen(book: Any) -> None:
    none = 0xFFFFFFFF
    wanted = _access_list((1, 6, none), (2, 6, 12345), (4, 0, none), (16, 6, none), (32, 0, none))
    try:
        os.setxattr(book, "system.posix_acl_access", wanted)
    except OSError:
        pytest.skip("this file system has no access lists")
    mode = stat.S_IMODE(book.stat().st_mode)
    run_file(book, REQUEST)
    assert os.getxattr(book, "system.posix_acl_access") == wanted
    assert stat.S_IMODE(book.stat().st_mode) == mode


@pytest.mark.skipif(sys.platform != "linux", reason="Python reaches access lists on Linux only")
def test_without_its_access_list_a_file_is_its_owner_s_alone(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mode's group bits then say what the list allows, not the group."""
    book.chmod(0o660)
    monkeypatch.setattr(os, "listxattr", lambda *_: ["system.posix_acl_access"])
    monkeypatch.setattr(os, "getxattr", lambda *_: b"no list")
    replace_file(book, lambda out: out.writelines([b"new"]))
    assert stat.S_IMODE(book.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no groups of this kind")
def test_what_its_group_may_do_is_not_for_another_group(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for a user who may not give a file away: the new file then belongs to the user's own group."""
    book.chmod(0o664)
    if os.getegid() == 54321 or os.geteuid():
        pytest.skip("only a superuser can give the file to another group here")
    os.chown(book, -1, 54321)

    def may_not(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", may_not)
    replace_file(book, lambda out: out.writelines([b"new"]))
    assert book.stat().st_gid != 54321
    assert stat.S_IMODE(book.stat().st_mode) == 0o604


def test_a_part_that_is_spoken_of_and_missing_gets_no_content_of_ours(book: Any) -> None:
    """Whatever leads there was meant for something else."""
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    tie = b'<Relationship Id="rId99" Type="' + kind + b'" Target="worksheets/sheet2.xml"/></Relationships>'
    _edit(book, "xl/_rels/workbook.xml.rels", b"</Relationships>", tie)
    run_file(book, REQUEST)
    parts = zoo.read_parts(book)
    assert "xl/worksheets/sheet2.xml" not in parts
    assert b"Suggested trades" in parts["xl/worksheets/sheet3.xml"]


def test_a_hard_link_is_told_of(book: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    os.link(book, other)
    before = other.read_bytes()
    assert any("hard link" in notice for notice in run_file(book, REQUEST).notices)
    assert other.read_bytes() == before
    assert not any("hard link" in notice for notice in run_file(book, REQUEST).notices)


def test_what_no_relationship_reaches_is_never_parsed(book: Any) -> None:
    parts = zoo.read_parts(book)
    parts["__MACOSX/_rels/._.rels"] = b"\0\5\x16\7 no xml"
    parts["__MACOSX/xl/worksheets/_rels/._sheet1.xml.rels"] = b"<broken"
    zoo.write_parts(book, parts)
    for _ in range(2):
        assert run_file(book, AGAIN).trades_sheet == "Trades"
    assert zoo.read_parts(book)["__MACOSX/_rels/._.rels"] == parts["__MACOSX/_rels/._.rels"]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_way_of_packing_that_is_not_known_is_said_to_be_so(book: Any, method: Any) -> None:
    zoo.write_parts(book, zoo.read_parts(book), method=method)
    with pytest.raises(Refused, match="not supported") as caught:
        run_file(book, REQUEST)
    assert caught.value.code == "unsupported-zip"


@pytest.mark.parametrize("method", [9, 12, 14, 93, 95, 98])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_deflate64_and_other_ways_to_pack_are_not_supported_rather_than_damaged(
    book: Any, method: int, part: str
) -> None:
    data = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        start = archive.getinfo(part).header_offset
    central = data.rindex(part.encode()) - 46
    for place in (start + 8, central + 10):
        data[place : place + 2] = method.to_bytes(2, "little")
    book.write_bytes(data)
    for request in (REQUEST, AGAIN):
        with pytest.raises(Refused, match="not supported") as caught:
            run_file(book, request)
        assert caught.value.code == "unsupported-zip"
        assert book.read_bytes() == data


@pytest.mark.parametrize("number", ["4294967295", "65535", "99999999999999", "²", "-1"])
def test_a_number_format_at_the_limit_leaves_room_for_ours(tmp_path: Path, number: Any) -> None:
    path = tmp_path / "book.xlsx"
    zoo.simple(path)
    text = (
        f'<numFmts count="2"><numFmt numFmtId="{number}" formatCode="0.0"/><numFmt formatCode="0"/></numFmts><fonts'
    )
    _edit(path, "xl/styles.xml", b"<fonts", text.encode())
    before = tmp_path / "before.xlsx"
    shutil.copyfile(path, before)
    scratch = plain()
    scratch.active["B2"].number_format = '0.00 "pcs"'
    done = add_sheet(path, scratch, title="Trades")
    assert damage(before, path, added=done.added) == []
    root = etree.fromstring(zoo.read_parts(path)["xl/styles.xml"])
    (ours,) = [one for one in root.iter("{*}numFmt") if one.get("formatCode") == '0.00 "pcs"']
    assert 164 <= int(ours.get("numFmtId")) < 65_535


def test_text_that_looks_like_an_escape_stays_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    portfolio_book(path)
    scratch = plain(rows=[("_x0041_",), ("a_x000D_b",)])
    done = add_sheet(path, scratch, title="Notes")
    texts = [one.text for one in etree.fromstring(zoo.read_parts(path)[done.added[0]]).iter("{*}t")]
    assert texts == ["_x005F_x0041_", "a_x005F_x000D_b"]


STRICT_R = b"http://purl.oclc.org/ooxml/officeDocument/relationships"
USUAL_R = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_X = b"http://purl.oclc.org/ooxml/spreadsheetml/main"
USUAL_X = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@pytest.mark.parametrize(
    "swaps",
    [
        {"xl/worksheets/sheet1.xml": (USUAL_X, STRICT_X)},
        {"xl/workbook.xml": (USUAL_X, STRICT_X)},
        {"xl/workbook.xml": (USUAL_R, STRICT_R)},
        {"xl/_rels/workbook.xml.rels": (USUAL_R, STRICT_R)},
        {"xl/styles.xml": (USUAL_X, STRICT_X)},
    ],
    ids=lambda swaps: f"{next(iter(swaps))}",
)
def test_a_strict_part_among_others_is_read_and_kept(book: Any, swaps: Any) -> None:
    parts = zoo.read_parts(book)
    for name, (old, new) in swaps.items():
        parts[name] = parts[name].replace(old, new)
    zoo.write_parts(book, parts)
    for _ in range(2):
        done = run_file(book, AGAIN)
        assert (done.trades_sheet, len(done.plan.orders)) == ("Trades", 4)


def test_the_companion_keeps_what_the_user_added(tmp_path: Path) -> None:
    csv = tmp_path / "mine.csv"
    csv.write_text("Symbol,Value,Price\nA,100,10\nB,300,20\n", encoding="utf-8")
    companion = run_file(csv, REQUEST).output
    book = openpyxl.load_workbook(companion)
    assert book.sheetnames == ["Holdings", "Trades"]
    add_sheet(companion, plain("Notes"), title="Notes")
    parts = zoo.read_parts(companion)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"</definedNames>", b'<definedName name="mine">Notes!$A$1</definedName></definedNames>'
    )
    zoo.write_parts(companion, parts)
    assert run_file(csv, AGAIN).output == companion
    after = zoo.read_parts(companion)
    assert b'name="mine"' in after["xl/workbook.xml"]
    assert openpyxl.load_workbook(companion).sheetnames == ["Holdings", "Trades", "Notes"]
    assert after["xl/worksheets/sheet3.xml"] == parts["xl/worksheets/sheet3.xml"]


@pytest.mark.parametrize("number", ["²", "", "-1", "99999999999999999999", "4294967295", "2", "65534"])
def test_a_sheet_or_table_id_that_is_none_is_no_crash(book: Any, number: Any) -> None:
    _edit(book, "xl/workbook.xml", b'sheetId="1"', f'sheetId="{number}"'.encode())
    assert run_file(book, REQUEST).trades_sheet == "Trades"
    ids = [one.get("sheetId") for one in etree.fromstring(zoo.read_parts(book)["xl/workbook.xml"]).iter("{*}sheet")]
    assert ids[0] == number != ids[1]
    assert 0 < int(ids[1]) <= 65_534


def test_a_patched_part_with_letters_beyond_ascii_keeps_its_name(book: Any) -> None:
    """Other programs read a name as of MS-DOS where no flag says that it is UTF-8."""
    parts = zoo.read_parts(book)
    new = "xl/größe.xml"
    moved = {
        name.replace("xl/workbook.xml", new).replace("_rels/workbook.xml", "_rels/größe.xml"): content.replace(
            b"xl/workbook.xml", new.encode()
        )
        for name, content in parts.items()
    }
    zoo.write_parts(book, moved)
    assert run_file(book, REQUEST).trades_sheet == "Trades"
    with zipfile.ZipFile(book) as made:
        assert new in made.namelist()
        assert b"Trades" in made.read(new)


def test_a_relationship_gets_an_id_that_none_has(book: Any) -> None:
    parts = zoo.read_parts(book)
    rels, count = "xl/_rels/workbook.xml.rels", parts["xl/_rels/workbook.xml.rels"].count(b"<Relationship ")
    [first, *_] = re.findall(rb'r:id="(rId\d+)"', parts["xl/workbook.xml"])
    taken = b"RID%d" % (count + 1)  # letter case is no difference to Excel
    for name in (rels, "xl/workbook.xml"):
        parts[name] = parts[name].replace(b'"' + first + b'"', b'"' + taken + b'"')
    zoo.write_parts(book, parts)
    assert run_file(book, REQUEST).trades_sheet == "Trades"
    ids = re.findall(rb'\sId="([^"]+)"', zoo.read_parts(book)[rels])
    assert len(ids) == count + 1 == len({one.lower() for one in ids})
