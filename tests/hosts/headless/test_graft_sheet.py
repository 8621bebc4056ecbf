"""What the new sheet is: its title, its values, its place, and when it replaces an earlier one."""

from __future__ import annotations

import datetime as dt
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbook_zoo as zoo
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from workbook_guard import damage
from workbook_scratch import plain, rich

from pbal_xl.hosts.headless import Refused, add_sheet, check_source
from pbal_xl.ooxml.hidden_names import WHOLE_NAME
from pbal_xl.ooxml.mark import MARK_NAME
from pbal_xl.ooxml.newsheet import retitle
from pbal_xl.ooxml.titles import is_numbered, numbered, title_fault

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def book(tmp_path: Path) -> Any:
    path = tmp_path / "book.xlsx"
    zoo.simple(path)
    return path


def _sheets(path: Any) -> Any:
    return openpyxl.load_workbook(path).sheetnames


def _xml(path: Any, name: Any) -> Any:
    return etree.fromstring(zipfile.ZipFile(path).read(name))


# -- titles


def test_a_taken_title_is_numbered_without_regard_to_letter_case(book: Any) -> None:
    zoo_names = ("Trades", "trades", "TRADES")
    for title in zoo_names:
        add_sheet(book, plain(title), title=title)
    assert _sheets(book)[2:] == ["Trades", "trades (2)", "TRADES (3)"]


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=40), st.integers(0, 12))
def test_a_numbered_title_is_free_allowed_and_recognised(title: Any, copies: Any) -> None:
    if title_fault(title):
        return
    taken = [numbered(title, [])]
    for _ in range(copies):
        taken.append(numbered(title, taken))
    assert len({one.casefold() for one in taken}) == copies + 1
    for one in taken:
        assert len(one.encode("utf-16-le")) // 2 <= 31
        assert is_numbered(one, title)


@pytest.mark.parametrize("title", ["", "  ", "a" * 32, "a/b", "a[b", "'quoted", "History", "a\nb"])
def test_a_title_no_workbook_may_have_is_refused(book: Any, title: Any) -> None:
    before = book.read_bytes()
    with pytest.raises(Refused) as caught:
        add_sheet(book, plain(), title=title)
    assert caught.value.code == "bad-title"
    assert book.read_bytes() == before


def test_titles_are_escaped(book: Any) -> None:
    add_sheet(book, rich(), title="A & <B> \"'C")
    assert _sheets(book)[-1] == "A & <B> \"'C"
    charts = [one for one in zipfile.ZipFile(book).namelist() if "chart" in one]
    formulas = [one.text for one in _xml(book, charts[0]).iter("{*}f")]
    assert formulas
    assert all(one.startswith("'A & <B> \"''C'!") for one in formulas)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("'Old'!$A$1:$B$2", "'New one'!$A$1:$B$2"),
        ("old!A1+Older!A1+MyOld!A1", "'New one'!A1+Older!A1+MyOld!A1"),
        ('IF(A1="Old!",Old!B1,"\'Old\'!")', "IF(A1=\"Old!\",'New one'!B1,\"'Old'!\")"),
        ("[1]Old!A1", "[1]Old!A1"),
        ("SUM(A1:A3)", "SUM(A1:A3)"),
    ],
)
def test_references_follow_the_sheet_to_its_new_title(formula: Any, expected: Any) -> None:
    assert retitle(formula, "Old", "New one") == expected


# -- values


@pytest.mark.parametrize("symbol", ["=cmd|'/c calc'!A1", "@SUM(1)", "+1", "-1", "=1+1", "\t=1", '=HYPERLINK("x")'])
def test_text_that_looks_like_a_formula_stays_text(book: Any, symbol: Any) -> None:
    done = add_sheet(book, plain(rows=[("Symbol",), (symbol,)]), title="Trades")
    root = _xml(book, done.added[0])
    cell = root.find(".//{*}c[@r='A2']")
    assert cell.get("t") == "inlineStr"
    assert not list(root.iter("{*}f"))
    assert cell.findtext("{*}is/{*}t") == symbol
    read = openpyxl.load_workbook(book)["Trades"]["A2"]
    assert (read.value, read.data_type, read.quotePrefix) == (symbol, "s", True)


def test_plain_cells_keep_the_users_own_standard_format(book: Any) -> None:
    done = add_sheet(book, plain(), title="Trades")
    assert not [cell for cell in _xml(book, done.added[0]).iter("{*}c") if cell.get("s")]
    assert "xl/styles.xml" not in done.patched


def test_a_font_without_name_takes_the_users_standard_font(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.bent(
        styles=zoo.swap(('<name val="Calibri"/>', '<name val="Verdana"/>'), ('<sz val="11"/>', '<sz val="9"/>'))
    )(path)
    scratch = plain()
    scratch.active["A1"].font = Font(italic=True)
    add_sheet(path, scratch, title="Trades")
    font = openpyxl.load_workbook(path)["Trades"]["A1"].font
    assert (font.i, font.name, font.sz) == (True, "Verdana", 9)


def test_dates_count_from_the_epoch_of_the_users_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.from_1904(path)
    scratch = plain(rows=[(dt.date(2026, 5, 4),)])
    epoch = scratch.epoch
    done = add_sheet(path, scratch, title="When")
    assert scratch.epoch == epoch
    assert _xml(path, done.added[0]).findtext(".//{*}v") == str((dt.date(2026, 5, 4) - dt.date(1904, 1, 1)).days)


def test_a_second_sheet_adds_no_second_copy_of_a_style(book: Any) -> None:
    add_sheet(book, rich(), title="Trades")
    assert "xl/styles.xml" not in add_sheet(book, rich(), title="Trades").patched


def test_number_formats_that_clash_get_numbers_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.bent(
        styles=lambda data: data.replace(
            b"<fonts", b'<numFmts count="1"><numFmt numFmtId="164" formatCode="0.0000"/></numFmts><fonts', 1
        )
    )(path)
    add_sheet(path, rich(), title="Trades")
    sheet = openpyxl.load_workbook(path)["Trades"]
    assert (sheet["B2"].number_format, sheet["D2"].number_format) == ('#,##0.00 "pcs"', "yyyy-mm-dd")


def test_table_names_and_ids_never_clash(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.rich(path)  # has a table named Trades
    for _ in range(2):
        add_sheet(path, rich(), title="Trades")
    archive = zipfile.ZipFile(path)
    roots = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.startswith("xl/tables/")]
    assert sorted(root.get("displayName") for root in roots) == ["Trades", "Trades_2", "Trades_3"]
    assert len({root.get("id") for root in roots}) == 3


def test_a_table_name_never_clashes_with_a_defined_name(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.bent(workbook=zoo.swap(('name="pbal_cash"', 'name="TRADES"')))(path)
    add_sheet(path, rich(), title="Trades")
    assert list(openpyxl.load_workbook(path)["Trades"].tables) == ["Trades_2"]


def test_the_new_sheet_is_last_and_not_selected(book: Any) -> None:
    done = add_sheet(book, rich(), title="Trades")
    root = _xml(book, done.added[0])
    assert "tabSelected" not in root.find(".//{*}sheetView").attrib
    names = _xml(book, "xl/workbook.xml").findall(".//{*}definedName[@localSheetId='2']")
    assert {one.get("name") for one in names} == {MARK_NAME, WHOLE_NAME, "_xlnm.Print_Titles", "_xlnm.Print_Area"}
    assert {one.get("name") for one in names if one.get("hidden") == "1"} == {MARK_NAME, WHOLE_NAME}


def test_the_scratch_workbook_may_have_more_sheets_and_chart_sheets(book: Any) -> None:
    scratch = rich("Mine")
    scratch.create_chartsheet("Before", 0)
    scratch.create_sheet("After")
    add_sheet(book, scratch, title="Trades")
    assert _sheets(book) == ["Holdings", "Notes", "Trades"]
    assert openpyxl.load_workbook(book)["Trades"].print_area == "'Trades'!$A$1:$D$8"


def test_strict_files_get_strict_parts(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.strict(path)
    done = add_sheet(path, rich(), title="Trades")
    archive = zipfile.ZipFile(path)
    for name in (*done.added, *done.patched):
        assert b"openxmlformats.org/spreadsheetml" not in archive.read(name)
        assert b"openxmlformats.org/officeDocument" not in archive.read(name)
        assert b"openxmlformats.org/drawingml" not in archive.read(name)


# -- where it goes


def test_output_leaves_the_source_alone_and_keeps_its_mode(book: Any, tmp_path: Path) -> None:
    before = book.read_bytes()
    out = tmp_path / "out.xlsx"
    done = add_sheet(book, plain(), title="Trades", output=out)
    assert book.read_bytes() == before
    assert done.path == out
    assert damage(book, out, added=done.added) == []


def test_output_may_be_the_source_by_another_name(book: Any, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    add_sheet(book, plain(), title="Trades", output=link)
    assert link.is_symlink()
    assert _sheets(book)[-1] == "Trades"


def test_a_file_changed_since_it_was_read_is_left_alone(book: Any) -> None:
    stamp = check_source(book)
    zoo.rich(book)
    before = book.read_bytes()
    with pytest.raises(Refused) as caught:
        add_sheet(book, plain(), title="Trades", expected=stamp)
    assert caught.value.code == "changed"
    assert book.read_bytes() == before
    add_sheet(book, plain(), title="Trades 2", expected=check_source(book))


# -- replacing


def _replace(path: Any, scratch: Any = None) -> Any:
    return add_sheet(path, scratch or plain(rows=[("Symbol", "Shares"), ("VWCE", 5)]), title="Trades", replace=True)


def test_replace_takes_the_place_of_our_unedited_sheet(book: Any) -> None:
    add_sheet(book, rich(), title="Trades")
    add_sheet(book, plain("Later"), title="Later")
    parts = zipfile.ZipFile(book).namelist()
    done = _replace(book, rich())
    assert (done.replaced, done.title, done.dropped) == (True, "Trades", ())
    assert zipfile.ZipFile(book).namelist() == parts
    assert _sheets(book) == ["Holdings", "Notes", "Trades", "Later"]
    assert add_sheet(book, plain("Later"), title="Later", replace=True).replaced  # its index still holds


def test_replace_drops_what_hung_on_the_old_sheet_alone(book: Any) -> None:
    first = add_sheet(book, rich(), title="Trades")
    done = _replace(book)
    assert set(done.dropped) == set(first.added) - {"xl/worksheets/sheet3.xml"}
    text = zipfile.ZipFile(book).read("[Content_Types].xml")
    assert b"chart" not in text
    assert b"drawing" not in text
    assert openpyxl.load_workbook(book)["Trades"]["B2"].value == 5


def test_replace_keeps_a_child_that_another_part_refers_to(book: Any) -> None:
    first = add_sheet(book, rich(), title="Trades")
    chart = next(one for one in first.added if "charts/" in one)
    parts = zoo.read_parts(book)
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart" Target="/'
        + chart.encode()
        + b'"/></Relationships>'
    )
    zoo.write_parts(book, parts)
    done = _replace(book)
    assert done.replaced
    assert chart not in done.dropped
    assert chart in zipfile.ZipFile(book).namelist()


def _edited(book: Any, change: Any) -> None:
    parts = zoo.read_parts(book)
    change(parts)
    zoo.write_parts(book, parts)


def _swap(parts: Any, name: Any, old: Any, new: Any) -> None:
    assert old in parts[name]
    parts[name] = parts[name].replace(old, new)


NEW = "xl/worksheets/sheet3.xml"
EDITS = {
    "a number": lambda parts: _swap(parts, NEW, b"<v>3</v>", b"<v>4</v>"),
    "a text": lambda parts: _swap(parts, NEW, b">VWCE<", b">VWCF<"),
    "a formula": lambda parts: _swap(parts, NEW, b"<v>3</v>", b"<f>1+2</f><v>3</v>"),
    "one cell more": lambda parts: _swap(
        parts, NEW, b"</row></sheetData>", b'<c r="C2"><v>1</v></c></row></sheetData>'
    ),
    "one cell less": lambda parts: _swap(parts, NEW, b'<c r="B2" t="n"><v>3</v></c>', b""),
    "a rename": lambda parts: _swap(parts, "xl/workbook.xml", b'name="Trades"', b'name="Trades (7)"'),
    "no longer readable": lambda parts: _swap(parts, NEW, b"</sheetData>", b""),
    "a note": lambda parts: parts.update(
        {
            "xl/worksheets/_rels/sheet3.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships/comments" Target="../comments1.xml"/></Relationships>',
            "xl/comments1.xml": b"<comments/>",
        }
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_replace_never_touches_a_sheet_the_user_edited(book: Any, edit: Any) -> None:
    add_sheet(book, plain(), title="Trades")
    _edited(book, EDITS[edit])
    before = book.with_name("before.xlsx")
    shutil.copyfile(book, before)
    done = _replace(book)
    assert not done.replaced
    assert damage(before, book, added=done.added) == []


def test_replace_never_touches_a_sheet_that_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.rich(path)  # has a sheet named Trades
    assert (_replace(path).title, _replace(path).title) == ("Trades (2)", "Trades (2)")


def test_replace_never_touches_a_copy_the_user_made(book: Any) -> None:
    """A program copies the sheet's own names along with the sheet; the copy has another title."""
    add_sheet(book, plain(), title="Trades")

    def copy(parts: Any) -> None:
        text = parts["xl/workbook.xml"].decode()
        mark = text[text.index(f'<definedName name="{MARK_NAME}"') :].split("</definedName>")[0] + "</definedName>"
        text = text.replace(
            "</definedNames>", mark.replace('localSheetId="2"', 'localSheetId="3"') + "</definedNames>"
        )
        text = text.replace("</sheets>", '<sheet name="Trades (2)" sheetId="9" r:id="rId77"/></sheets>')
        parts["xl/workbook.xml"] = text.encode()
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
        relation = f'<Relationship Id="rId77" Type="{kind}" Target="worksheets/sheet9.xml"/></Relationships>'
        _swap(parts, "xl/_rels/workbook.xml.rels", b"</Relationships>", relation.encode())
        parts["xl/worksheets/sheet9.xml"] = parts[NEW]

    _edited(book, copy)
    copied = zoo.read_parts(book)["xl/worksheets/sheet9.xml"]
    done = _replace(book)
    assert (done.replaced, done.title) == (True, "Trades")
    assert zoo.read_parts(book)["xl/worksheets/sheet9.xml"] == copied


def test_with_several_unedited_sheets_the_last_is_replaced(book: Any) -> None:
    for _ in range(3):
        add_sheet(book, plain(), title="Trades")
    assert _replace(book).title == "Trades (3)"
    assert len(_sheets(book)) == 5


def test_the_mark_outlives_what_excel_does_to_an_unedited_sheet(book: Any) -> None:
    """Shared strings for inline ones, other digits, other attributes: as Excel writes what it read."""
    add_sheet(book, plain(rows=[("Symbol", "x"), ("VWCE", 0.1), ("a_x0041_", 1e15)]), title="Trades")

    def resave(parts: Any) -> None:
        text = parts[NEW].decode()
        strings = ["Symbol", "x", "VWCE", "a_x005F_x0041_"]
        shared = "".join(f"<si><t>{one}</t><phoneticPr fontId='1'/></si>" for one in strings)
        parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(
            b"</sst>", shared.encode() + b"</sst>"
        )
        count = parts["xl/sharedStrings.xml"].count(b"<si>") - len(strings)
        for index, one in enumerate(strings):
            inline = f't="inlineStr"><is><t>{one}</t></is>'
            assert inline in text
            text = text.replace(inline, f't="s" s="0"><v>{count + index}</v>')
        assert "<v>0.1</v>" in text
        parts[NEW] = (
            text.replace("<v>0.1</v>", "<v>0.10000000000000001</v>")
            .replace('<row r="1"', '<row ht="15" r="1"')
            .encode()
        )

    _edited(book, resave)
    assert _replace(book).replaced


def test_replace_keeps_the_name_by_which_macros_know_the_sheet(book: Any) -> None:
    add_sheet(book, plain(), title="Trades")
    _edited(book, lambda parts: _swap(parts, NEW, b"<sheetPr>", b'<sheetPr codeName="Sheet9">'))
    assert _replace(book).replaced
    assert _xml(book, NEW).find("{*}sheetPr").get("codeName") == "Sheet9"


def test_replace_prunes_the_calculation_chain_of_our_sheet_only(book: Any) -> None:
    add_sheet(book, plain(), title="Trades")

    def chain(parts: Any) -> None:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
        relation = f'<Relationship Id="rId88" Type="{kind}" Target="calcChain.xml"/></Relationships>'
        _swap(parts, "xl/_rels/workbook.xml.rels", b"</Relationships>", relation.encode())
        space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        parts["xl/calcChain.xml"] = (
            b'<calcChain xmlns="'
            + space
            + b'"><c r="B4" i="1"/><c r="B2" i="3"/><c r="B3"/><c r="A1" i="1"/></calcChain>'
        )

    _edited(book, chain)
    done = _replace(book)
    assert done.replaced
    assert [dict(one.attrib) for one in _xml(book, "xl/calcChain.xml")] == [
        {"r": "B4", "i": "1"},
        {"r": "A1", "i": "1"},
    ]
    assert "xl/calcChain.xml" in done.patched


def test_a_numbered_title_is_as_short_as_excel_counts_it() -> None:
    """Excel counts what lies beyond the first 65,536 characters twice."""
    title = "\U0001f680" * 15 + "x"
    second = numbered(title, [title])
    assert second == "\U0001f680" * 13 + " (2)"
    assert title_fault(second) is None
    assert is_numbered(second, title)


def test_a_table_is_not_called_what_a_name_of_the_workbook_is(tmp_path: Path) -> None:
    """Excel calls such a file damaged."""
    path, made = tmp_path / "book.xlsx", plain()
    made.defined_names["TRADES"] = DefinedName("TRADES", attr_text="5000")
    made.save(path)
    title = add_sheet(path, rich(), title="Mine").title
    [table] = openpyxl.load_workbook(path)[title].tables
    assert table == "Trades_2"
