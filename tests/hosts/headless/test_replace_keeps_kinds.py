"""Kinds of edit that come by an extension or by a part of their own: each keeps the sheet, and every byte of it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import workbook_zoo as zoo
from trades_books import REQUEST, portfolio_book
from workbook_guard import damage

from pbal_xl.hosts.headless.commands import run_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Edit = Callable[[dict[str, bytes]], None]

SHEET, DRAWING, CHART = "xl/worksheets/sheet2.xml", "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
NEWER = "http://schemas.microsoft.com/office/2017/10/relationships/"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
X14 = (
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)
EMPTY_TIES = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'


def _put(old: str, new: str, part: str = SHEET) -> Edit:
    def edit(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[part]
        parts[part] = parts[part].replace(old.encode(), new.encode(), 1)

    return edit


def _after_cells(more: str) -> Edit:
    return _put("</sheetData>", f"</sheetData>{more}")


def _before_drawing(more: str) -> Edit:
    return _put("<drawing", f"{more}<drawing")


def _extension(uri: str, more: str) -> Edit:
    return _put("</worksheet>", f'<extLst><ext uri="{{{uri}}}" {X14}>{more}</ext></extLst></worksheet>')


def _part(kind: str, name: str, content: str, *, space: str = OFFICE, owner: str = SHEET) -> Edit:
    """A part that hangs on the sheet, or on another of ours."""
    folder, _, bare = owner.rpartition("/")

    def edit(parts: dict[str, bytes]) -> None:
        parts[f"xl/{name}"] = content.encode()
        ties = f"{folder}/_rels/{bare}.rels"
        parts[ties] = parts.get(ties, EMPTY_TIES).replace(
            b"</Relationships>",
            f'<Relationship Id="rId77" Type="{space}{kind}" Target="../{name}"/></Relationships>'.encode(),
        )

    return edit


EDITS: dict[str, Edit] = {
    "a sparkline": _extension(
        "05C60535-1F16-4FD2-B633-F4F36F0B64E0",
        "<x14:sparklineGroups><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>Trades!F5:G5</xm:f>"
        "<xm:sqref>M5</xm:sqref></x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups>",
    ),
    "a list from another sheet": _extension(
        "CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF",
        '<x14:dataValidations count="1"><x14:dataValidation type="list"><x14:formula1><xm:f>Portfolio!A1:A2</xm:f>'
        "</x14:formula1><xm:sqref>M5</xm:sqref></x14:dataValidation></x14:dataValidations>",
    ),
    "a data bar": _extension(
        "78C0D931-6437-407D-A8EE-F0AAD7539E65",
        '<x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="dataBar" id="{1}"/>'
        "<xm:sqref>E5</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>",
    ),
    "a slicer": _part(
        "slicer",
        "slicers/slicer1.xml",
        '<slicers xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"/>',
        space="http://schemas.microsoft.com/office/2007/relationships/",
    ),
    "a threaded comment": _part(
        "threadedComment",
        "threadedComments/threadedComment1.xml",
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"/>',
        space=NEWER,
    ),
    "a button": _part(
        "ctrlProp",
        "ctrlProps/ctrlProp1.xml",
        '<formControlPr xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" checked="1"/>',
    ),
    "a pivot table": _part(
        "pivotTable", "pivotTables/pivotTable1.xml", f'<pivotTableDefinition xmlns="{MAIN}" name="P"/>'
    ),
    "a query": _part("queryTable", "queryTables/queryTable1.xml", f'<queryTable xmlns="{MAIN}" name="Q"/>'),
    "a view of one's own": _part(
        "namedSheetView",
        "namedSheetViews/namedSheetView1.xml",
        '<namedSheetViews xmlns="http://schemas.microsoft.com/office/spreadsheetml/2019/namedsheetviews"/>',
        space="http://schemas.microsoft.com/office/2019/04/relationships/",
    ),
    "a web add-in": _part(
        "webExtension",
        "webextensions/webextension1.xml",
        '<we:webextension xmlns:we="http://schemas.microsoft.com/office/webextensions/webextension/2010/11"/>',
        space="http://schemas.microsoft.com/office/2011/relationships/",
        owner=DRAWING,
    ),
    "a background": _part("image", "media/image9.svg", "<svg/>"),
    "a text box inside the chart": _part(
        "chartUserShapes",
        "drawings/drawing9.xml",
        '<c:userShapes xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"/>',
        owner=CHART,
    ),
    "a warning that is ignored": _before_drawing(
        '<ignoredErrors><ignoredError sqref="A1" numberStoredAsText="1"/></ignoredErrors>'
    ),
    "a range others may edit": _after_cells(
        '<protectedRanges><protectedRange name="x" sqref="A1:B2"/></protectedRanges>'
    ),
    "a custom view": _after_cells(
        '<customSheetViews><customSheetView guid="{00000000-0000-0000-0000-000000000001}"/></customSheetViews>'
    ),
    "a cell that is watched": _before_drawing('<cellWatches><cellWatch r="E5"/></cellWatches>'),
    "a page break": _before_drawing(
        '<rowBreaks count="1" manualBreakCount="1"><brk id="9" max="16383" man="1"/></rowBreaks>'
    ),
    "a consolidation": _after_cells('<dataConsolidate function="average"/>'),
    "an order of rows": _after_cells('<sortState ref="A4:K9"><sortCondition ref="B4"/></sortState>'),
    "a reading": _put("<t>Suggested trades</t>", '<t>Suggested trades</t><rPh sb="0" eb="1"><t>x</t></rPh>'),
    "a reading shown": _put('<c r="A1"', '<c r="A1" ph="1"'),
    "a data type": _put('<c r="A1"', '<c r="A1" vm="1"'),
    "a macro of the chart": _put('macro=""', 'macro="[0]!Mine"', DRAWING),
    "a chart free to move": _put("<xdr:clientData/>", '<xdr:clientData fLocksWithSheet="0"/>', DRAWING),
    "a chart's description": _put("<xdr:cNvPr ", '<xdr:cNvPr descr="mine" ', DRAWING),
    "a chart hidden": _put("<xdr:cNvPr ", '<xdr:cNvPr hidden="1" ', DRAWING),
    "a trend line": _put(
        "<c:cat>", '<c:trendline><c:trendlineType val="linear"/></c:trendline><c:cat>', CHART
    ),
    "where an axis begins": _put("<c:scaling>", '<c:scaling><c:min val="0.05"/>', CHART),
}  # fmt: skip


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = portfolio_book(tmp_path_factory.mktemp("written") / "book.xlsx")
    assert run_file(path, REQUEST).trades_sheet == "Trades"
    return zoo.read_parts(path)


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_of_this_kind_keeps_the_sheet(written: dict[str, bytes], tmp_path: Path, kind: str) -> None:
    parts = dict(written)
    EDITS[kind](parts)
    assert parts != written
    path, before = tmp_path / "book.xlsx", tmp_path / "before.xlsx"
    for one in (path, before):
        zoo.write_parts(one, parts)
    done = run_file(path, replace(REQUEST, replace=True))
    assert done.trades_sheet == "Trades (2)"
    assert damage(before, path, added=set(zoo.read_parts(path)) - set(parts)) == []


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_sheet_of_ours_that_was_hidden_stays_hidden(written: Any, tmp_path: Path, state: str) -> None:
    parts = dict(written)
    _put('name="Trades"', f'name="Trades" state="{state}"', "xl/workbook.xml")(parts)
    path = tmp_path / "book.xlsx"
    zoo.write_parts(path, parts)
    assert run_file(path, replace(REQUEST, replace=True)).trades_sheet == "Trades"
    [sheet] = re.findall(rb'<sheet [^>]*name="Trades"[^>]*>', zoo.read_parts(path)["xl/workbook.xml"])
    assert f'state="{state}"'.encode() in sheet
