"""What we wrote and nobody touched may go; everything else stays: every edit that the schema knows is an edit."""

from __future__ import annotations

import fnmatch
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import workbook_zoo as zoo
from schema_edits import edits
from trades_books import REQUEST, portfolio_book
from workbook_guard import damage

from pbal_xl.hosts.headless.commands import Request, run_file
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.ooxml.replace import find_ours
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.whole import Reached, Whole, is_still, whole_mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

EARLIER = Path(__file__).parents[2] / "data" / "earlier"
SHEET, DRAWING, CHART = "xl/worksheets/sheet2.xml", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"
STYLES = "xl/styles.xml"
ROOTS = {
    SHEET: "x:CT_Worksheet/x:worksheet",
    DRAWING: "xdr:CT_Drawing/xdr:wsDr",
    CHART: "c:CT_ChartSpace/c:chartSpace",
}
# All that may differ: (where, what), as patterns. Nothing a user can do is among them but widths and bold.
MAY_DIFFER = {
    "widths of columns and heights that follow the text": [
        ("worksheet", "+cols/col/@width"), ("worksheet", "+cols/col/@customWidth"),
        ("worksheet", "+cols/col/@bestFit"), ("worksheet", "+cols/col/@m??"), ("worksheet/cols", "removed"),
        ("worksheet", "+cols"),
        ("worksheet/cols", "+col/@width"), ("worksheet/cols", "+col/@customWidth"), ("worksheet/cols", "+col/@m??"),
        ("worksheet/cols", "+col/@bestFit"), ("worksheet/cols/col", "removed"), ("worksheet/cols/col", "@width=*"),
        ("worksheet/cols/col", "@customWidth=*"), ("worksheet/cols/col", "@bestFit=*"),
        ("worksheet/cols/col", "@m??=*"),
        ("worksheet", "+sheetFormatPr/@*"),
        ("worksheet/sheetFormatPr", "@defaultRowHeight=*"), ("worksheet/sheetFormatPr", "@defaultColWidth=*"),
        ("worksheet/sheetFormatPr", "@baseColWidth=*"), ("worksheet/sheetFormatPr", "@outlineLevel*"),
        ("worksheet/sheetData/row", "@ht=*"), ("worksheet/sheetFormatPr", "removed"),
        ("worksheet*", "+*row/@ht"),
    ],
    "which formats apply, which the formats themselves say": [
        ("worksheet/sheetData/row", "@customFormat=*"), ("worksheet/sheetData/row", "@s=*"),
        ("worksheet*", "+*row/@customFormat"), ("worksheet*", "+*row/@s"),
    ],
    "a reader's eye: what is selected, scrolled to, in front": [
        ("worksheet*", "+*sheetView/@tabSelected"), ("worksheet*", "+*sheetView/@topLeftCell"),
        ("worksheet*", "+*sheetView/@zoomScale[NPS]*"), ("worksheet*", "+*sheetView/@workbookViewId"),
        ("worksheet/sheetViews/sheetView", "@tabSelected=*"), ("worksheet/sheetViews/sheetView", "@topLeftCell=*"),
        ("worksheet/sheetViews/sheetView", "@workbookViewId=*"), ("worksheet*", "+*selection/*"),
        ("worksheet/sheetViews/sheetView", "@zoomScale[NPS]*"), ("worksheet/sheetViews/sheetView/selection", "*"),
        ("worksheet/sheetViews/sheetView/pane", "@topLeftCell=*"),
        ("worksheet/sheetViews/sheetView/pane", "@activePane=*"),
    ],
    "bookkeeping of programs": [
        ("worksheet", "+dimension/*"), ("worksheet", "+phoneticPr/*"), ("worksheet/sheetPr", "@codeName=*"),
        ("worksheet", "+sheetPr/@codeName"), ("worksheet/sheetData/row", "@spans=*"),
        ("worksheet*", "+*row/@spans"), ("worksheet*", "+*row/@r"), ("worksheet/sheetData/row", "@r=*"),
        ("worksheet*", "*phoneticPr/*"), ("*", "+*printSettings/pageSetup/@*Dpi"),
        ("worksheet/sheetData/row", "+c/is/t"), ("worksheet/sheetData/row/c", "+v"),
        ("wsDr/twoCellAnchor/*/???Off", "text"),
        ("worksheet/pageSetup", "@horizontalDpi=*"), ("worksheet/pageSetup", "@verticalDpi=*"),
        ("worksheet/pageSetup", "@id=*"), ("worksheet", "+pageSetup/@*Dpi"), ("worksheet", "+pageSetup/@id"),
        ("*", "*@fPublished*"), ("*/cNvPr", "@id=*"), ("*", "+*cNvPr/@id"),
        ("*", "*@lang*"), ("*", "*@altLang*"), ("*", "*@dirty*"), ("*", "*@err*"), ("*", "*@smtClean*"),
        ("*", "+*endParaRPr/*"), ("*/endParaRPr", "*"), ("*/endParaRPr/*", "*"), ("*", "+*lang/*"),
        ("chartSpace/lang", "*"),
        ("*", "+*date1904/*"), ("*", "+*date1904"), ("chartSpace/date1904", "*"),
        ("*/xfrm", "*"), ("*/xfrm/*", "*"), ("*", "+*xfrm/*"), ("*", "+*xfrm"),
        ("*", "+*Cache*"), ("*/strCache*", "*"), ("*", "*@uri=*"),
    ],
    "said outright, and so anyway": [
        ("*/overlay", "removed"), ("*/roundedCorners", "removed"), ("*/autoTitleDeleted", "removed"),
        ("*/layout", "removed"), ("*/varyColors", "removed"), ("*/invertIfNegative", "removed"),
        ("*/delete", "removed"), ("*/scaling", "removed"), ("*/orientation", "removed"),
        ("*/majorTickMark", "removed"), ("*/minorTickMark", "removed"), ("*/tickLblPos", "removed"),
        ("*/crosses", "removed"), ("*/crossBetween", "removed"), ("*/auto", "removed"), ("*/lblAlgn", "removed"),
        ("*/lblOffset", "removed"), ("*/noMultiLvlLbl", "removed"), ("*/plotVisOnly", "removed"),
        ("*/dispBlanksAs", "removed"), ("*/bodyPr", "removed"), ("*/lstStyle", "removed"), ("*/round", "removed"),
        ("*/cNvGraphicFramePr", "removed"), ("*/clientData", "removed"), ("*", "*=0"), ("*", "*=1"),
    ],
}  # fmt: skip
FORGIVEN = [pattern for patterns in MAY_DIFFER.values() for pattern in patterns]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The parts of a workbook with a trades sheet."""
    path = portfolio_book(tmp_path_factory.mktemp("written") / "book.xlsx")
    assert run_file(path, REQUEST).trades_sheet == "Trades"
    return zoo.read_parts(path)


def _whole(base: Mapping[str, bytes], **changed: Any) -> Whole:
    relations = {
        SHEET: {"rId1": Reached("drawing", DRAWING, outside=False)},
        DRAWING: {"rId1": Reached("chart", CHART, outside=False)},
    }
    parts = {**base, **changed.get("parts", {})}
    return Whole(
        title=changed.get("title", "Trades"),
        part=SHEET,
        follow=lambda part: (parts[part], changed.get("relations", relations).get(part, {})),
        strings=bytes,
        styles=parts[STYLES],
        names=changed.get("names", []),
    )


def _forgiven(edit: tuple[str, str]) -> bool:
    where, what = edit
    return any(fnmatch.fnmatchcase(where, a) and fnmatch.fnmatchcase(what, b) for a, b in FORGIVEN)


def _check(written: Mapping[str, bytes], part: str, every: int) -> tuple[int, list[Any], list[Any]]:
    """Try each edit, or one in so many; what no edit may be, and switches of which neither setting is noticed."""
    mark = whole_mark(_whole(written))
    tried = 0
    missed: list[Any] = []
    settings: dict[Any, Any] = {}
    for place, (edit, content) in enumerate(edits(written[part], ROOTS[part])):
        where, what = edit
        is_switch = what.startswith("@") and what.endswith(("=0", "=1"))
        # Both settings of a switch are tried together.
        if (zlib.crc32(f"{where}{what[:-2]}".encode()) if is_switch else place) % every:
            continue
        tried += 1
        noticed = not is_still(mark, _whole(written, parts={part: content}))
        if is_switch:
            settings[where, what[:-2]] = settings.get((where, what[:-2]), False) or noticed
        if not noticed and not _forgiven(edit):
            missed.append(edit)
    return tried, missed, [one for one, noticed in settings.items() if not noticed and not _named(*one)]


def _named(where: str, switch: str) -> bool:
    others = [pattern for pattern in FORGIVEN if pattern not in {("*", "*=0"), ("*", "*=1")}]
    return any(fnmatch.fnmatchcase(where, a) and fnmatch.fnmatchcase(f"{switch}=0", b) for a, b in others)


@pytest.mark.parametrize("part", ROOTS)
def test_an_edit_that_the_schema_knows_is_noticed(written: dict[str, bytes], part: str) -> None:
    tried, missed, deaf = _check(written, part, every={SHEET: 5, DRAWING: 3, CHART: 97}[part])
    assert (missed, deaf) == ([], [])
    assert tried > 50


@pytest.mark.long
@pytest.mark.parametrize("part", ROOTS)
def test_every_edit_that_the_schema_knows_is_noticed(written: Any, part: Any) -> None:
    tried, missed, deaf = _check(written, part, every=1)
    assert (missed, deaf) == ([], [])
    assert tried > {SHEET: 600, DRAWING: 200, CHART: 10_000}[part]


FORMATS = {
    "a number format": lambda data: data.replace(b'formatCode="#,##0.00####"', b'formatCode="0.0"'),
    "a colour": lambda data: re.sub(rb'(<font>(?:<b/>)?<sz val="11"/><color rgb=")FF......', rb"\1FF123456", data),
    "another fill": lambda data: data.replace(b'fgColor rgb="FF1F4E78"', b'fgColor rgb="FF1F4E79"'),
    "another font": lambda data: data.replace(b"Calibri", b"Arial"),
    "a border": lambda data: data.replace(b'<top style="thin">', b'<top style="thick">'),
    "an alignment": lambda data: data.replace(b'horizontal="right"', b'horizontal="center"'),
    "slanted text": lambda data: data.replace(b'<font><b/><sz val="11"/>', b'<font><b/><i/><sz val="11"/>'),
    "a struck-out text": lambda data: data.replace(
        b'<font><b/><sz val="11"/>', b'<font><b/><strike/><sz val="11"/>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_a_format_of_a_cell_is_noticed(written: Any, kind: Any) -> None:
    changed = FORMATS[kind](written[STYLES])
    assert changed != written[STYLES]
    assert not is_still(whole_mark(_whole(written)), _whole(written, parts={STYLES: changed}))


def test_a_button_of_a_pivot_table_is_noticed(written: Any) -> None:
    changed = re.sub(rb' pivotButton="[^"]*"', b"", written[STYLES]).replace(b"<xf ", b'<xf pivotButton="1" ')
    assert changed != written[STYLES]
    assert not is_still(whole_mark(_whole(written)), _whole(written, parts={STYLES: changed}))


def test_bold_may_differ(written: Any) -> None:
    changed = written[STYLES].replace(b"<b/>", b"")
    assert changed != written[STYLES]
    assert is_still(whole_mark(_whole(written)), _whole(written, parts={STYLES: changed}))


HUNG = (
    "comments", "threadedComment", "table", "pivotTable", "queryTable", "vmlDrawing", "hyperlink", "image",
    "control", "oleObject", "package", "customProperty", "slicer", "timeline", "ctrlProp", "tableSingleCells",
    "namedSheetView", "drawing", "somethingNew",
)  # fmt: skip


@pytest.mark.parametrize("outside", [False, True])
@pytest.mark.parametrize("kind", HUNG)
def test_whatever_is_hung_on_the_sheet_is_noticed(written: Any, kind: Any, outside: Any) -> None:
    ties = {
        SHEET: {
            "rId1": Reached("drawing", DRAWING, outside=False),
            "rId2": Reached(kind, "xl/more.bin", outside=outside),
        },
        DRAWING: {"rId1": Reached("chart", CHART, outside=False)},
    }
    mark = whole_mark(_whole(written))
    assert not is_still(mark, _whole(written, relations=ties, parts={"xl/more.bin": b"\0more"}))
    on_chart = {**ties, SHEET: {"rId1": ties[SHEET]["rId1"]}, CHART: {"rId9": ties[SHEET]["rId2"]}}
    assert not is_still(mark, _whole(written, relations=on_chart, parts={"xl/more.bin": b"\0more"}))


@pytest.mark.parametrize("kind", ["printerSettings", "chartStyle", "chartColorStyle"])
def test_what_printing_and_galleries_leave_behind_is_no_edit(written: Any, kind: Any) -> None:
    ties = {
        SHEET: {
            "rId1": Reached("drawing", DRAWING, outside=False),
            "rId2": Reached(kind, "xl/more.bin", outside=False),
        },
        DRAWING: {"rId1": Reached("chart", CHART, outside=False)},
    }
    assert is_still(whole_mark(_whole(written)), _whole(written, relations=ties))


def test_a_name_of_the_sheet_and_its_title_are_noticed(written: Any) -> None:
    mark = whole_mark(_whole(written))
    assert not is_still(mark, _whole(written, title="Trades (2)"))
    for name in ("_xlnm.Print_Area", "mine", "_xlnm._FilterDatabase"):
        assert not is_still(mark, _whole(written, names=[(name, {}, "Trades!$A$1")]))
    for attribute in ("comment", "customMenu", "description", "help", "statusBar", "xlm", "function", "hidden"):
        own = whole_mark(_whole(written, names=[("mine", {}, "Trades!$A$1")]))
        assert is_still(own, _whole(written, names=[("mine", {attribute: "0"}, "Trades!$A$1")]))
        assert not is_still(own, _whole(written, names=[("mine", {attribute: "1"}, "Trades!$A$1")]))


# -- from end to end


def _with(text: bytes, more: bytes, *, part: str = SHEET) -> Callable[..., Any]:
    def edit(parts: Any) -> None:
        assert text in parts[part]
        parts[part] = parts[part].replace(text, more, 1)

    return edit


def _comment(parts: Any) -> None:
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts["xl/comments1.xml"] = b'<comments xmlns="' + space + b'"><authors/><commentList/></comments>'
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
    relation = b'<Relationship Id="rId7" Type="' + kind + b'" Target="../comments1.xml"/></Relationships>'
    _with(b"</Relationships>", relation, part="xl/worksheets/_rels/sheet2.xml.rels")(parts)


END = b"</sheetData>"
EDITS = {
    "a number": _with(b"<v>1000</v>", b"<v>1001</v>"),
    "a chart's title": _with(b"<a:t>Weights</a:t>", b"<a:t>My weights</a:t>", part=CHART),
    "a chart that grows with its cells": _with(b' editAs="oneCell"', b"", part=DRAWING),
    "panes no longer frozen": lambda parts: parts.update(
        {SHEET: re.sub(rb' showGridLines="0"|<pane [^>]*/>', b"", parts[SHEET])}
    ),
    "a chart moved": _with(b"<xdr:from><xdr:col>4", b"<xdr:from><xdr:col>3", part=DRAWING),
    "a text box": _with(
        b"</xdr:wsDr>",
        b"<xdr:twoCellAnchor><xdr:sp><xdr:txBody/></xdr:sp></xdr:twoCellAnchor></xdr:wsDr>",
        part=DRAWING,
    ),
    "a validation": _with(END, END + b'<dataValidations count="1"><dataValidation sqref="A1"/></dataValidations>'),
    "a conditional format": _with(
        END, END + b'<conditionalFormatting sqref="A1"><cfRule type="expression"/></conditionalFormatting>'
    ),
    "a hyperlink": _with(END, END + b'<hyperlinks><hyperlink ref="A1" location="Portfolio!A1"/></hyperlinks>'),
    "sparklines": _with(b"</worksheet>", b'<extLst><ext uri="{05C60535}"><x/></ext></extLst></worksheet>'),
    "a footer": _with(b"<drawing", b"<headerFooter><oddFooter>&amp;P</oddFooter></headerFooter><drawing"),
    "protection": _with(END, END + b'<sheetProtection sheet="1"/>'),
    "scenarios": _with(END, END + b'<scenarios><scenario name="low"/></scenarios>'),
    "rich text": _with(
        b"<is><t>Suggested trades</t></is>", b"<is><r><rPr><b/></rPr><t>Suggested trades</t></r></is>"
    ),
    "a filter": _with(END, END + b'<autoFilter ref="A3:K7"/>'),
    "a row hidden": _with(b'<row r="5">', b'<row r="5" hidden="1">'),
    "a tab colour": _with(b"<sheetPr>", b'<sheetPr><tabColor rgb="FFFF0000"/>'),
    "a print area": _with(
        b"</definedNames>",
        b'<definedName name="_xlnm.Print_Area" localSheetId="1">Trades!$A$1:$C$9</definedName></definedNames>',
        part="xl/workbook.xml",
    ),
    "a comment": _comment,
}


@pytest.mark.parametrize("kind", EDITS)
def test_replace_adds_a_sheet_where_ours_was_touched(written: Any, tmp_path: Path, kind: Any) -> None:
    parts = dict(written)
    EDITS[kind](parts)
    path, before = tmp_path / "book.xlsx", tmp_path / "before.xlsx"
    for one in (path, before):
        zoo.write_parts(one, parts)
    done = run_file(path, replace(REQUEST, replace=True))
    assert done.trades_sheet == "Trades (2)"
    added = set(zoo.read_parts(path)) - set(parts)
    assert damage(before, path, added=added) == []


def test_an_untouched_sheet_is_replaced_again_and_again(written: Any, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    zoo.write_parts(path, dict(written))
    for _ in range(3):
        assert run_file(path, replace(REQUEST, replace=True)).trades_sheet == "Trades"
    assert set(zoo.read_parts(path)) == set(written)


@pytest.mark.parametrize("name", ["trades.xlsx", "trades-live.xlsx"])
def test_what_an_earlier_version_wrote_is_replaced_while_nobody_touched_it(tmp_path: Path, name: str) -> None:
    """Its chart's series had names of their own."""
    path = tmp_path / name
    path.write_bytes((EARLIER / name).read_bytes())
    live = {"live": True} if "live" in name else {}
    assert b"<c:tx><c:v>Before<" in zoo.read_parts(path)[CHART]
    assert run_file(path, Request(Where(), live, replace=True)).trades_sheet == "Trades"
    assert b"<c:tx><c:strRef><c:f>'Trades'!$H$" in zoo.read_parts(path)[CHART]
    path.write_bytes((EARLIER / name).read_bytes())
    parts = zoo.read_parts(path)
    parts[CHART] = parts[CHART].replace(b"<c:v>Before<", b"<c:v>Mine<")
    zoo.write_parts(path, parts)
    assert run_file(path, Request(Where(), live, replace=True)).trades_sheet == "Trades (2)"
    assert zoo.read_parts(path)[CHART] == parts[CHART]


def test_a_view_that_libreoffice_forgot_is_no_edit(written: Any, tmp_path: Path) -> None:
    """It spells out the rest where it saves a sheet that it did not show."""
    parts = dict(written)
    spelt = b'<sheetView showFormulas="false" showGridLines="true" workbookViewId="0"/>'
    parts[SHEET] = re.sub(rb"<sheetView .*</sheetView>", spelt, parts[SHEET])
    path = tmp_path / "book.xlsx"
    zoo.write_parts(path, parts)
    assert run_file(path, replace(REQUEST, replace=True)).trades_sheet == "Trades"


def test_a_mark_of_another_kind_is_no_mark(written: Any, tmp_path: Path) -> None:
    """A spreadsheet program's add-in marks cells alone: that is not enough to throw a sheet away."""
    parts = dict(written)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b"_pbal_xl_whole", b"_pbal_xl_other")
    path = tmp_path / "book.xlsx"
    zoo.write_parts(path, parts)
    opened = open_source(path)
    with opened.package:
        assert find_ours(opened, "Trades") is None


def test_a_sheet_that_excel_or_calc_wrote_stays_and_one_sentence_says_why(tmp_path: Path) -> None:
    """In a file a live host's sheet has the mark of its cells alone, which does not tell whether it was edited."""
    path = portfolio_book(tmp_path / "book.xlsx")
    run_file(path, REQUEST)
    parts = zoo.read_parts(path)
    kept = re.sub(rb"<definedName [^>]*_pbal_xl_(?:whole|parts|seal|said)[^>]*>[^<]*</definedName>", b"",
                  parts["xl/workbook.xml"])  # fmt: skip
    assert kept.count(b"_pbal_xl_") == 2  # the mark, and where the holdings stand
    parts["xl/workbook.xml"] = kept
    zoo.write_parts(path, parts)
    sheet = next(name for name in parts if name.startswith("xl/worksheets/") and b"Suggested trades" in parts[name])
    done = run_file(path, replace(REQUEST, replace=True))
    assert done.trades_sheet == "Trades (2)"
    [remark] = done.remarks
    assert remark == (
        'The sheet "Trades" stays: it was edited since, or written in Excel or Calc, where a file does not tell '
        "one from the other."
    )
    assert zoo.read_parts(path)[sheet] == parts[sheet]
    # The next time it is the new one that goes, and the user's stays still.
    again = run_file(path, replace(REQUEST, replace=True))
    assert (again.trades_sheet, again.remarks) == ("Trades (2)", ())
    assert zoo.read_parts(path)[sheet] == parts[sheet]
