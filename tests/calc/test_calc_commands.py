"""The commands of the menu Portfolio in a real LibreOffice without a window."""

from __future__ import annotations

import copy
import datetime as dt
import json
import shutil
import zipfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.formula import ArrayFormula
from ruled_books import assert_the_same, ruled_book, written_by_command

from pbal_xl import Holding, cli, suggest_trades
from pbal_xl.functions import FUNCTIONS
from pbal_xl.hosts.calc.repair import plain_formula
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from collections.abc import Callable

DEMO = Path(__file__).parents[2] / "workbook" / "portfolio.xlsx"
ROWS: list[list[Any]] = [
    ["Symbol", "Value", "Price", "Gain"],
    ["AAA", 15000, 128.62, 3343.97],
    ["BBB", 10000, 180.51, 893.4],
    ["CCC", 6798.48, 279.68, -100],
    ["Total", "=SUM", None, None],
]
EXCEL_FORMULAS = (
    "=PBAL_MINDEPOSIT(A1:C4)",
    "=_xll.PBAL_MINDEPOSIT(A1:C4)",
    "=[1]!PBAL_MINDEPOSIT(A1:C4)",
    r"='C:\Users\a b\AddIns\pbal.xlam'!PBAL_MINDEPOSIT(A1:C4)",
    "=ORG.PBAL.XL.FUNCTIONS.MINDEPOSIT(A1:C4)",
    "=0+_xlfn.PBAL_MINDEPOSIT(A1:C4)",
)


LAYOUT = trades_layout(suggest_trades([Holding("A", 1, 1)], 0), source="x", made=dt.datetime(2026, 1, 2))


def fill(office: Any, cash: Any = 5000) -> None:
    office.ask("write", rows=ROWS[:-1], row=3, column=2)
    office.ask("write", rows=[["Cash", cash]], row=3, column=8)
    office.ask("name", name="pbal_cash", content="$Sheet1.$I$3")


def table(office: Any, sheet: Any = "Trades") -> Any:
    """The orders on a trades sheet, by symbol."""
    first = heading_row(office, sheet) + 1
    return {row[0]: row[1:] for row in office.ask("read", address=f"A{first}:J{first + 2}", sheet=sheet)}


def heading_row(office: Any, sheet: Any = "Trades") -> Any:
    """The row of the headings on a trades sheet."""
    column = [row[0] for row in office.ask("read", address="A1:A20", sheet=sheet)]
    return column.index("Symbol") + 1


def test_the_command_adds_the_trades_sheet_and_one_undo_takes_it_back(office: Any) -> None:
    fill(office)
    undoable = len(office.ask("undo_titles"))
    told = office.ask("execute", command="suggest_trades")
    assert told.startswith("2 trades on the sheet Trades: cash 5,000.00, invested ")
    assert office.ask("sheets") == ["Sheet1", "Trades"]
    assert office.ask("active") == "Trades"
    titles = office.ask("undo_titles")
    assert (len(titles), titles[0]) == (undoable + 1, "Suggest trades")
    before = office.ask("read", address="A1:L40", sheet="Trades")
    legend = office.ask("legend", sheet="Trades")
    office.ask("undo")
    assert office.ask("sheets") == ["Sheet1"]
    assert len(office.ask("undo_titles")) == undoable
    office.ask("redo")
    assert office.ask("read", address="A1:L40", sheet="Trades") == before
    assert office.ask("charts", sheet="Trades")
    assert office.ask("legend", sheet="Trades") == legend


def test_with_formulas_the_trades_follow_the_cells(office: Any) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    planned = {symbol: row[1] for symbol, row in table(office).items()}
    office.ask("undo")
    told = office.ask("execute", command="suggest_formulas")
    assert told.startswith("2 trades on the sheet Trades: cash 5,000.00, invested ")
    assert office.ask("undo_titles")[0] == "Suggest trades with formulas"
    assert {symbol: row[1] for symbol, row in table(office).items()} == planned
    office.ask("write", rows=[[0]], row=3, column=9, sheet="Sheet1")
    assert {row[1] for row in table(office).values()} == {0}
    [[said]] = office.ask("read", address="A2:A2", sheet="Trades")
    assert said == "Nothing to buy or sell."


def test_one_undo_takes_back_the_rows_of_a_portfolio_that_grew(office: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_log", content="TRUE")
    office.ask("execute", command="suggest_trades")
    before = office.ask("read", address="A1:L60", sheet="Trades")
    office.ask("activate", sheet="Sheet1")
    more = [[f"X{row}", 4000 + 200 * (row % 7), 20, None] for row in range(200)]
    office.ask("write", rows=more, row=7, column=2, sheet="Sheet1")
    office.ask("execute", command="suggest_trades")
    assert office.ask("sheets") == ["Sheet1", "Trades", "Trades log"]
    after = office.ask("read", address="A1:L240", sheet="Trades")
    office.ask("undo")
    rows = office.ask("read", address="A1:L240", sheet="Trades")
    assert (rows[:60], {cell for row in rows[60:] for cell in row}) == (before, {None})
    office.ask("redo")
    assert office.ask("read", address="A1:L240", sheet="Trades") == after


def test_the_name_pbal_log_keeps_a_line_a_run_and_loses_none(office: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_log", content="TRUE")
    for count, cash in enumerate((1000, 2000, 3000), start=1):
        office.ask("activate", sheet="Sheet1")
        office.ask("write", rows=[[cash]], row=3, column=9, sheet="Sheet1")
        office.ask("execute", command="suggest_trades")
        assert office.ask("sheets") == ["Sheet1", "Trades", "Trades log"]
        assert office.ask("active") == "Trades"
        kept = office.ask("read", address="A4:G6", sheet="Trades log")
        assert [row[1] for row in kept if row[0]] == [1000, 2000, 3000][:count]
        assert len(office.ask("charts", sheet="Trades log")) == (count >= 3)
    assert kept[0][6].startswith("Buy ")
    kept = office.ask("read", address="A1:G9", sheet="Trades log")
    office.ask("undo")
    assert not office.ask("read", address="A6:A6", sheet="Trades log")[0][0]
    assert office.ask("charts", sheet="Trades log") == []
    office.ask("redo")
    assert office.ask("read", address="A1:G9", sheet="Trades log") == kept
    office.ask("write", rows=[["my first"]], row=4, column=8, sheet="Trades log")
    office.ask("activate", sheet="Sheet1")
    office.ask("execute", command="suggest_trades")
    assert office.ask("sheets") == ["Sheet1", "Trades", "Trades log", "Trades log (2)"]
    assert office.ask("read", address="H4:H4", sheet="Trades log") == [["my first"]]
    further = office.ask("read", address="B4:B7", sheet="Trades log (2)")
    assert [row[0] for row in further] == [1000, 2000, 3000, 3000]
    office.ask("remove_sheet", sheet="Trades log")
    office.ask("rename", sheet="Trades log (2)", name="My log")
    office.ask("activate", sheet="Sheet1")
    said = office.ask("execute", command="suggest_trades")
    assert said.endswith('The sheet "My log" stays as it is; its lines go on in the sheet "Trades log".')
    further = office.ask("read", address="B4:B8", sheet="Trades log")
    assert [row[0] for row in further] == [1000, 2000, 3000, 3000, 3000]


def test_the_numbers_equal_those_of_the_headless_mode(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(office)
    path = tmp_path / "mine.xlsx"
    office.ask("save", path=str(path))
    office.ask("execute", command="suggest_trades")
    shown = table(office)
    assert cli.main(["run", str(path), "--json", "--dry-run"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["orders"]) == len(shown) == 3
    for order in told["orders"]:
        action, shares, price, amount, before, after, weight_before, weight_after, target = shown[order["symbol"]]
        assert action.lower() == order["side"]
        figures = ("shares", "price", "amount", "value_before", "value_after")
        assert [shares, price, amount, before, after] == pytest.approx([order[name] for name in figures])
        weights = ("weight_before", "weight_after", "target")
        assert [weight_before, weight_after, target] == pytest.approx([order[name] for name in weights])


def test_the_sheet_carries_formats_and_a_chart_of_three_series(office: Any) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    head = heading_row(office)
    first, last = head + 1, head + 3
    spans = [f"$Trades.${column}${first}:${column}${last}" for column in "HIJ"]
    assert office.ask("charts", sheet="Trades") == [spans]
    place = first + list(table(office)).index("AAA")
    assert office.ask("format_of", sheet="Trades", address=f"F{place}")["shown"] == "15,000.00"
    assert office.ask("format_of", sheet="Trades", address=f"J{place}")["shown"] == "33.33%"
    assert office.ask("format_of", sheet="Trades", address=f"A{head}")["bold"]
    drawn = "sheet('Trades').Charts[0].EmbeddedObject"
    tells = (
        f"[[axis.LinkNumberFormatToSource, {drawn}.NumberFormats.getByKey(axis.NumberFormat).FormatString] "
        f"for axis in [{drawn}.Diagram.YAxis]]"
    )
    assert office.ask("tell", expression=tells) == [[False, "0%"]]


@pytest.mark.parametrize(("kind", "suffix"), [("Calc MS Excel 2007 XML", "xlsx"), ("calc8", "ods")])
def test_the_chart_says_what_its_headings_say_and_after_saving(
    office: Any, tmp_path: Path, kind: Any, suffix: Any
) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    head = heading_row(office)
    [names] = office.ask("read", address=f"H{head}:J{head}", sheet="Trades")
    assert names == ["Weight before", "Weight after", "Target"]
    assert office.ask("legend", sheet="Trades") == names
    path = tmp_path / f"saved.{suffix}"
    office.ask("save", path=str(path), kind=kind)
    office.ask("close")
    office.ask("open", path=str(path))
    assert office.ask("legend", sheet="Trades") == names


@pytest.mark.parametrize("change", [
    "sheet('Sheet1').Rows.insertByIndex(0, 2)", "sheet('Sheet1').Columns.insertByIndex(0, 1)",
    "document.Sheets.insertNewByName('New', 0)", "document.Sheets.moveByName('Trades', 0)",
    "setattr(sheet('Sheet1'), 'Name', 'Mine')",
])  # fmt: skip
def test_the_chart_keeps_the_names_of_its_series_whatever_happens_to_other_sheets(office: Any, change: str) -> None:
    """LibreOffice 7.4 takes a name that stands in no cell for one of the first sheet, and moves it along."""
    fill(office)
    office.ask("execute", command="suggest_trades")
    names = office.ask("legend", sheet="Trades")
    office.ask("tell", expression=change)
    assert office.ask("legend", sheet="Trades") == names
    assert all(names)
    assert office.ask("execute", command="suggest_trades").startswith("2 trades on the sheet Trades:")


def test_saved_as_xlsx_the_trades_sheet_is_known_as_ours_and_the_holdings_are_found(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays, though: a sheet that another program saved does not show that nobody changed its looks."""
    fill(office)
    office.ask("execute", command="suggest_trades")
    path = tmp_path / "with trades.xlsx"
    office.ask("save", path=str(path))
    assert cli.main(["run", str(path), "--json", "--replace"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["sheet"], told["range"], told["cash"]) == ("Sheet1", "B3:E6", 5000)
    assert told["trades_sheet"] == "Trades (2)"


def test_a_second_time_an_unedited_sheet_is_written_anew_from_the_same_holdings(office: Any) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    first = table(office)
    office.ask("write", rows=[[16000]], row=4, column=3, sheet="Sheet1")
    office.ask("execute", command="suggest_trades")  # from the trades sheet, which is in view now
    assert office.ask("sheets") == ["Sheet1", "Trades"]
    assert table(office)["AAA"][4] == 16000 != first["AAA"][4]
    assert len(office.ask("charts", sheet="Trades")) == 1
    office.ask("undo")
    assert table(office) == first
    assert len(office.ask("charts", sheet="Trades")) == 1
    office.ask("redo")
    assert office.ask("execute", command="suggest_trades").startswith("2 trades on the sheet Trades:")


def _told(office: Any, expression: str) -> None:
    office.ask("tell", expression=expression)


_CELL, _CHART = "sheet('Trades')['A5']", "sheet('Trades').Charts[0].EmbeddedObject"
# What a user does to our sheet that its cells' values do not show, in LibreOffice's own words.
TOLD_EDITS = {
    "a chart's title": f"setattr({_CHART}.Title, 'String', 'My weights')",
    "a chart without a title": f"setattr({_CHART}, 'HasMainTitle', False)",
    "a chart of another kind": f"{_CHART}.setDiagram({_CHART}.createInstance('com.sun.star.chart.LineDiagram'))",
    "a series' cells": (
        f"[{_CHART}.FirstDiagram.CoordinateSystems[0].ChartTypes[0].setDataSeries(kept[:2]) for kept in "
        f"[{_CHART}.FirstDiagram.CoordinateSystems[0].ChartTypes[0].DataSeries]] and None"
    ),
    "a validation": (
        f"[(setattr(rule, 'Type', uno.Enum('com.sun.star.sheet.ValidationType', 'WHOLE')), "
        f"setattr({_CELL}, 'Validation', rule)) for rule in [{_CELL}.Validation]] and None"
    ),
    "merged cells": "sheet('Trades')['M20:N21'].merge(True)",
    "a link": (
        f"[(setattr(field, 'URL', 'https://example.org'), setattr(field, 'Representation', {_CELL}.String), "
        f"{_CELL}.setString(''), {_CELL}.insertTextContent({_CELL}.createTextCursor(), field, False)) "
        "for field in [document.createInstance('com.sun.star.text.TextField.URL')]] and None"
    ),
    "one bold letter": (
        f"[(cursor.gotoStart(False), cursor.goRight(1, True), setattr(cursor, 'CharWeight', 150.0)) "
        f"for cursor in [{_CELL}.createTextCursor()]] and None"
    ),
    "a coloured cell": f"setattr({_CELL}, 'CellBackColor', 0x00FF00)",
    "a colour of the text": f"setattr({_CELL}, 'CharColor', 0xFF00FF)",
    "struck through": f"setattr({_CELL}, 'CharStrikeout', 1)",
    "another print area": "sheet('Trades').setPrintAreas((sheet('Trades')['A1:B3'].RangeAddress,))",
    "another page style": "setattr(sheet('Trades'), 'PageStyle', 'Report')",
    "a figure in another format": "setattr(sheet('Trades')['E5'], 'NumberFormat', 3)",
    "a chart in other colours": (
        f"setattr({_CHART}.FirstDiagram.CoordinateSystems[0].ChartTypes[0].DataSeries[1], 'Color', 0xFF00FF)"
    ),
    "a conditional format": (
        "[(rules.createByRange(ranges)) for rules in [sheet('Trades').ConditionalFormats] "
        "for ranges in [document.createInstance('com.sun.star.sheet.SheetCellRanges')] "
        "if not ranges.addRangeAddress(sheet('Trades')['A5:B6'].RangeAddress, False)] and None"
    ),
    "a scenario": (
        "sheet('Trades').Scenarios.addNewByName('what if', (sheet('Trades')['A5:B6'].RangeAddress,), 'mine')"
    ),
    "another font": f"setattr({_CELL}, 'CharFontName', 'Courier New')",
    "another size": f"setattr({_CELL}, 'CharHeight', 20)",
    "slanted text": f"setattr({_CELL}, 'CharPosture', uno.Enum('com.sun.star.awt.FontSlant', 'ITALIC'))",
    "text in the middle": (
        f"setattr({_CELL}, 'HoriJustify', uno.Enum('com.sun.star.table.CellHoriJustify', 'CENTER'))"
    ),
    "a frame": (
        f"[(setattr(line, 'OuterLineWidth', 50), setattr({_CELL}, 'LeftBorder', line)) "
        f"for line in [{_CELL}.LeftBorder]] and None"
    ),
    "a line below": (
        f"[(setattr(line, 'OuterLineWidth', 50), setattr({_CELL}, 'BottomBorder', line)) "
        f"for line in [{_CELL}.BottomBorder]] and None"
    ),
    "a chart moved": (
        "[shape.setPosition(place) for shape in [sheet('Trades').DrawPage[0]] for place in [shape.Position] "
        "if not setattr(place, 'X', place.X + 9000)] and None"
    ),
    "a chart made larger": (
        "[shape.setSize(size) for shape in [sheet('Trades').DrawPage[0]] for size in [shape.Size] "
        "if not setattr(size, 'Width', size.Width + 3000)] and None"
    ),
    "a hidden row": "setattr(sheet('Trades').Rows[7], 'IsVisible', False)",
}

EDITS: dict[str, Callable[[Any], Any]] = {
    "a word": lambda office: office.ask("write", rows=[["mine"]], row=30, column=1, sheet="Trades"),
    "a figure": lambda office: office.ask("write", rows=[[1.5]], row=4, column=5, sheet="Trades"),
    "a word taken out": lambda office: office.ask("tell", expression="sheet('Trades')['A1'].setString('')"),
    "a formula": lambda office: office.ask("formula", address="N4", text="=E4*2", sheet="Trades"),
    "a comment": lambda office: office.ask("comment", sheet="Trades", address="A4", text="sold"),
    # A comment is a drawing as well: here as many drawings are left as there were.
    "a comment for the chart": lambda office: (
        office.ask("comment", sheet="Trades", address="A4", text="sold"),
        office.ask("drop_chart", sheet="Trades"),
    ),
    "no chart": lambda office: office.ask("drop_chart", sheet="Trades"),
    "protection": lambda office: office.ask("lock_sheet", sheet="Trades"),
    "a name": lambda office: office.ask("name", name="mine", content="$Trades.$A$4", sheet="Trades"),
    "a filter": lambda office: office.ask("table", name="filter", sheet="Trades", address="A3:L6"),
    **{name: partial(_told, expression=expression) for name, expression in TOLD_EDITS.items()},
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_sheet_that_somebody_edited_is_kept_and_the_new_one_numbered(office: Any, edit: Any) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    EDITS[edit](office)
    before = office.ask("read", address="A1:N40", sheet="Trades")
    assert office.ask("execute", command="suggest_trades").startswith("2 trades on the sheet Trades (2)")
    scenario = ["what if"] if edit == "a scenario" else []
    assert office.ask("sheets") == ["Sheet1", "Trades", *scenario, "Trades (2)"]
    assert office.ask("read", address="A1:N40", sheet="Trades") == before
    # The numbered one is ours, and unedited.
    assert office.ask("execute", command="suggest_trades").startswith("2 trades on the sheet Trades (2)")
    assert office.ask("sheets") == ["Sheet1", "Trades", *scenario, "Trades (2)"]


def test_a_renamed_sheet_and_one_of_the_users_own_are_kept(office: Any) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    office.ask("rename", sheet="Trades", name="Trades of May")
    office.ask("activate", sheet="Sheet1")
    office.ask("add_sheet", name="Trades")
    assert office.ask("execute", command="suggest_trades").startswith("2 trades on the sheet Trades (2)")
    assert office.ask("sheets") == ["Sheet1", "Trades of May", "Trades", "Trades (2)"]
    assert office.ask("read", address="A1:C3", sheet="Trades") == [[None] * 3] * 3


def test_a_trades_sheet_of_a_file_that_nobody_edited_is_written_anew(office: Any, tmp_path: Path) -> None:
    """The mark is one for all hosts: what the headless mode wrote, Calc knows."""
    fill(office)
    path = tmp_path / "mine.xlsx"
    office.ask("save", path=str(path))
    assert cli.main(["run", str(path), "--quiet"]) == 0
    office.ask("close")
    office.ask("open", path=str(path))
    office.ask("activate", sheet="Sheet1")
    office.ask("execute", command="suggest_trades")
    assert office.ask("sheets") == ["Sheet1", "Trades"]


def test_the_holdings_sheet_of_a_csv_is_ours_and_kept(office: Any, tmp_path: Path) -> None:
    """It has a mark of its own, and is no trades sheet: what is written anew is a sheet of that title only."""
    path = tmp_path / "positions.csv"
    path.write_text("Symbol,Value,Price\nAAA,100,10\nBBB,200,10\n")
    assert cli.main(["run", str(path), "--cash", "100", "--quiet"]) == 0
    office.ask("close")
    office.ask("open", path=str(next(tmp_path.glob("*.xlsx"))))
    before = office.ask("read", address="A1:C8", sheet="Holdings")
    office.ask("select", sheet="Holdings", address=office.ask("used", sheet="Holdings"))
    assert " on the sheet Trades" in office.ask("execute", command="suggest_trades", cash="50")
    assert office.ask("read", address="A1:C8", sheet="Holdings") == before


def test_a_log_that_nobody_edited_is_never_taken_for_the_trades_to_write_anew(office: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_log", content="TRUE")
    office.ask("execute", command="suggest_trades")
    office.ask("write", rows=[["mine"]], row=1, column=3, sheet="Trades")
    office.ask("activate", sheet="Sheet1")
    office.ask("execute", command="suggest_trades")
    assert set(office.ask("sheets")) == {"Sheet1", "Trades", "Trades (2)", "Trades log"}
    assert sum(bool(row[0]) for row in office.ask("read", address="A4:A6", sheet="Trades log")) == 2


def test_trades_print_on_one_landscape_page(office: Any) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    style = "document.StyleFamilies.getByName('PageStyles').getByName(sheet('Trades').PageStyle)"
    asked = ("IsLandscape", "ScaleToPagesX", "ScaleToPagesY")
    told = office.ask("tell", expression=f"[getattr({style}, name) for name in {asked}]")
    assert told == [True, 1, 1]
    assert office.ask("tell", expression=f"{style}.Width > {style}.Height")


def test_a_long_list_of_trades_prints_one_page_wide_and_repeats_its_headings(office: Any) -> None:
    rows = [["Symbol", "Value", "Price"], *([f"S{i:03}", 1000 + i, 10] for i in range(120))]
    office.ask("write", rows=rows)
    office.ask("execute", command="suggest_trades")
    style = "document.StyleFamilies.getByName('PageStyles').getByName(sheet('Trades').PageStyle)"
    assert office.ask("tell", expression=f"[{style}.ScaleToPagesX, {style}.ScaleToPagesY]") == [1, 0]
    assert office.ask("tell", expression="sheet('Trades').TitleRows.StartRow") == heading_row(office) - 1


def _contrast(ink: Any, ground: Any) -> Any:
    """As the accessibility guidelines reckon it, 1 to 21."""

    def light(color: Any) -> Any:
        parts = [(color >> shift & 255) / 255 for shift in (16, 8, 0)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    darker, lighter = sorted((light(ink), light(ground)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("kind", ["new", "of Excel"])
def test_text_is_read_in_a_light_document_and_in_a_dark_one(office: Any, tmp_path: Path, kind: str) -> None:
    """Plain text has the automatic colour, and what has none is read on white and on near-black.

    The standard style of a file of Excel's says black, the automatic colour of a light document only.
    """
    if kind == "of Excel":
        office.ask("close")
        office.ask("open", path=str(shutil.copy(DEMO, tmp_path / "demo.xlsx")))
    else:
        fill(office)
    office.ask("execute", command="suggest_trades")
    told = office.ask(
        "tell",
        expression="[(c.String, c.CharColor, c.CellBackColor) for r in range(40) for k in range(12) "
        "for c in [sheet('Trades').getCellByPosition(k, r)] if c.String]",
    )
    inks = {(ink, fill) for _, ink, fill in told}
    for ink, ground in inks - {(-1, -1)}:
        grounds = (0xFFFFFF, 0x1C1C1C) if ground == -1 else (ground,)
        assert ink != -1
        assert min(_contrast(ink, one) for one in grounds) >= 3
    assert [ink for text, ink, _ in told if text in {"BBB", "CCC", "VCR", "VDC"}].count(-1) == 2
    assert {ink for text, ink, _ in told if text in {"Total", "Cash", "Suggested trades"}} == {-1}


@pytest.mark.parametrize(
    ("language", "country", "money", "weight"),
    [
        ("de", "DE", "15.000,00", "33,33%"),
        ("fr", "FR", "15 000,00", "33,33%"),
        ("en", "GB", "15,000.00", "33.33%"),
    ],
)
def test_figures_are_shown_in_the_language_of_the_document(
    office: Any, language: Any, country: Any, money: Any, weight: Any
) -> None:
    office.ask("locale", language=language, country=country)
    fill(office)
    office.ask("execute", command="suggest_trades")
    first = heading_row(office) + 1
    shown = [
        [office.ask("format_of", sheet="Trades", address=f"{column}{row}")["shown"] for column in "EFJ"]
        for row in range(first, first + 3)
    ]
    [held] = [row for row in shown if row[0] == "-"]
    assert " ".join(held[1].split()) == money  # whichever narrow space that version has
    assert held[2] == weight


def test_the_selection_comes_before_what_is_found(office: Any) -> None:
    fill(office)
    office.ask("select", sheet="Sheet1", address="B4:D5")
    office.ask("execute", command="suggest_trades")
    assert set(table(office)) == {"AAA", "BBB", "Total"}


def test_a_selected_plan_is_not_taken_for_holdings(office: Any) -> None:
    fill(office)
    office.ask("formula", address="L3:P6", text="=PBAL_NEVERSELL(B3:D6;5000)", array=True)
    office.ask("select", sheet="Sheet1", address="L3:P6")
    assert office.ask("execute", command="suggest_trades").startswith("2 trades")


def test_a_plan_that_stands_beside_the_holdings_is_not_part_of_them(office: Any) -> None:
    fill(office)
    office.ask("formula", address="F3:J6", text="=PBAL_NEVERSELL(B3:E6;5000)", array=True)
    office.ask("name", name="pbal_cash", content="5000")
    expected = {"AAA", "BBB", "CCC"}
    assert set(read_after(office, "B3")) == expected
    assert set(read_after(office, "B3:J6")) == expected


def read_after(office: Any, selection: Any) -> Any:
    """The orders of a trades sheet made with that selection, and the sheet gone again."""
    office.ask("select", sheet="Sheet1", address=selection)
    assert office.ask("execute", command="suggest_trades").startswith("2 trades")
    orders = table(office)
    office.ask("undo")
    return orders


def test_the_name_pbal_holdings_is_obeyed_from_any_sheet(office: Any) -> None:
    fill(office)
    office.ask("name", name="PBAL_Holdings", content="$Sheet1.$B$3:$E$5")
    office.ask("add_sheet", name="Elsewhere")
    office.ask("activate", sheet="Elsewhere")
    office.ask("execute", command="suggest_trades")
    assert set(table(office)) == {"AAA", "BBB", "Total"}


@pytest.mark.parametrize("title", ["SHEET1", "'Sheet1'", "sheet1"])
def test_a_name_may_be_written_in_excels_way_and_its_sheet_in_any_letters(office: Any, title: str) -> None:
    """Calc keeps what it cannot read as it is, in small letters."""
    fill(office)
    office.ask("name", name="pbal_holdings", content=f"{title}!$B$3:$E$5")
    office.ask("execute", command="suggest_trades")
    assert set(table(office)) == {"AAA", "BBB", "Total"}


def test_settings_in_names_are_obeyed_and_a_sheets_own_come_first(office: Any) -> None:
    fill(office, cash=1)
    office.ask("name", name="pbal_cash", content="3000", sheet="Sheet1")
    office.ask("name", name="pbal_increment", content="100")
    office.ask("name", name="pbal_strategy", content='"hard"')
    told = office.ask("execute", command="suggest_trades")
    assert "cash 3,000.00, invested 3,000.00" in told
    assert all(row[3] % 100 == 0 for row in table(office).values())


@pytest.mark.parametrize(("name", "content", "words"), [
    ("pbal_increment", "100", "multiples of 100.00"),
    ("pbal_whole_shares", "FALSE()", "to the cent"),
    ("pbal_min_trade", "250", "no trade below 250.00"),
    ("pbal_deviation", '"absolute"', "absolute deviation"),
    ("pbal_strategy", '"Hard Rebalance"', "Hard Rebalance"),
    ("PBAL_Cash", "1234", "deposit of 1,234.00"),
])  # fmt: skip
def test_every_setting_is_read_from_its_name(office: Any, name: Any, content: Any, words: Any) -> None:
    fill(office)
    office.ask("tell", expression="document.NamedRanges.removeByName('pbal_cash')")
    office.ask("name", name=name, content=content)
    office.ask("execute", command="suggest_trades")
    said = " ".join(str(row[0]) for row in office.ask("read", address="A1:A40", sheet="Trades"))
    assert words in said


def test_a_blank_setting_is_none_in_a_cell_as_in_a_file(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(office)
    for place, name in enumerate(("strategy", "increment", "whole_shares", "min_trade", "deviation"), start=10):
        office.ask("name", name=f"pbal_{name}", content=f"$Sheet1.$I${place}")
    path = tmp_path / "blank.xlsx"
    office.ask("save", path=str(path))
    told = office.ask("execute", command="suggest_trades")
    assert cli.main(["run", str(path), "--json", "--dry-run"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert f"cash 5,000.00, invested {figures['invested']:,.2f}" in told


def test_a_sheets_own_holdings_come_before_the_documents(office: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_holdings", content="$Sheet1.$B$3:$E$4")
    office.ask("name", name="pbal_holdings", content="$Sheet1.$B$3:$E$5", sheet="Sheet1")
    office.ask("execute", command="suggest_trades")
    assert set(table(office)) == {"AAA", "BBB", "Total"}


def test_a_table_of_another_sheet_is_not_read(office: Any) -> None:
    fill(office)
    office.ask("add_sheet", name="Old")
    office.ask("write", rows=[["Symbol", "Value", "Price"], ["OLD", 10, 1], ["ELD", 20, 1]], sheet="Old")
    office.ask("table", name="old", sheet="Old", address="A1:C3")
    office.ask("activate", sheet="Sheet1")
    office.ask("execute", command="suggest_trades")
    assert set(table(office)) == {"AAA", "BBB", "CCC"}


DEAD_SENTENCE = "the name {} refers to cells that were deleted (#REF!)"


@pytest.mark.parametrize("name", ["pbal_cash", "pbal_holdings", "pbal_increment"])
def test_a_name_whose_sheet_was_deleted_is_refused_as_in_a_file(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: Any
) -> None:
    """Calc itself resolves such a name, to the sheet that moved up."""
    fill(office)
    office.ask("add_sheet", name="Gone")
    office.ask("add_sheet", name="After")
    office.ask("write", rows=[[15000, 2], [3, 4]], sheet="After")
    office.ask("name", name=name, content="$Gone.$A$1")
    office.ask("remove_sheet", sheet="Gone")
    office.ask("activate", sheet="Sheet1")
    told = office.ask("execute", command="suggest_trades")
    assert told.casefold() == DEAD_SENTENCE.format(name).casefold()
    assert office.ask("sheets") == ["Sheet1", "After"]
    path = tmp_path / "dead.xlsx"
    office.ask("save", path=str(path))
    assert cli.main(["run", str(path)]) == 1
    assert DEAD_SENTENCE.format(name) in capsys.readouterr().err


def test_a_name_whose_row_was_deleted_is_refused(office: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_cash", content="$Sheet1.$I$30")
    office.ask("tell", expression="sheet('Sheet1').Rows.removeByIndex(29, 1)")
    assert "were deleted (#REF!)" in office.ask("execute", command="suggest_trades")
    assert office.ask("sheets") == ["Sheet1"]


@pytest.mark.parametrize(("formula", "cash"), [
    ("$Sheet1.$I$3*2", "10,000.00"), ("1000+SUM($Sheet1.$I$3:$I$3)", "6,000.00"), ('"5"&"00"', "500.00"),
])  # fmt: skip
def test_a_name_that_holds_a_formula_is_worked_out(office: Any, formula: Any, cash: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_cash", content=formula)
    before = office.ask("used", sheet="Sheet1")
    assert f"cash {cash}" in office.ask("execute", command="suggest_trades")
    assert office.ask("used", sheet="Sheet1") == before
    office.ask("undo")
    assert office.ask("sheets") == ["Sheet1"]


def test_trades_are_seen_below_frozen_headings_and_no_other_sheet_loses_its_grid(
    office: Any, tmp_path: Path
) -> None:
    fill(office)
    for _ in range(2):
        office.ask("execute", command="suggest_trades")
    view = "document.CurrentController"
    assert office.ask("tell", expression=f"{view}.hasFrozenPanes()") is True
    assert office.ask("tell", expression=f"{view}.getSplitRow()") == heading_row(office)
    assert office.ask("tell", expression=f"{view}.ShowGrid") is True
    path = tmp_path / "mine.xlsx"
    office.ask("save", path=str(path))
    book = load_workbook(path)
    assert {sheet.title: sheet.sheet_view.showGridLines for sheet in book} == {"Sheet1": True, "Trades": False}


def test_other_words_than_those_of_a_settings_list_are_taken_and_judged_when_read(office: Any) -> None:
    office.ask("write", rows=ROWS[:-1])
    office.ask("execute", command="write_settings")
    rule = "document.NamedRanges.getByName('pbal_strategy').ReferredCells.Validation"
    assert office.ask("tell", expression=f"{rule}.Type.value") == "LIST"
    assert office.ask("tell", expression=f"{rule}.ShowErrorMessage") is False


def test_settings_that_stand_on_a_sheet_with_an_apostrophe_are_shown(office: Any) -> None:
    office.ask("rename", sheet="Sheet1", name="It's mine")
    office.ask("write", rows=ROWS[:-1])
    first = office.ask("execute", command="write_settings")
    assert first.startswith("The settings stand in It's mine!")
    again = office.ask("execute", command="write_settings")
    assert again.startswith("The settings stand in cells already: pbal_cash is It's mine!")


def test_an_answer_without_cash_is_an_answer_of_none_and_kept(office: Any) -> None:
    office.ask("write", rows=ROWS[:-1])
    assert "cash 0.00" in office.ask("execute", command="suggest_trades", strategy="hard")
    assert office.ask("tell", expression="document.NamedRanges.getByName('pbal_cash').Content") == "0"


def test_a_quote_in_what_a_name_s_formula_comes_to_is_part_of_it(office: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_strategy", content='CHAR(34)&"hart"')
    assert 'must be "never-sell" or "hard", is ""hart"' in office.ask("execute", command="suggest_trades")


def test_a_document_that_was_only_asked_is_not_modified(office: Any) -> None:
    """A name's formula is worked out in a cell that lends itself for a moment."""
    fill(office)
    office.ask("name", name="pbal_cash", content="2500*2")
    office.ask("tell", expression="document.setModified(False)")
    assert office.ask("execute", command="explain_holdings").startswith("Sheet1!")
    # What is not yet to be planned reads the settings all the same.
    office.ask("name", name="pbal_min_trade", content="1/0")
    office.ask("tell", expression="document.setModified(False)")
    assert "pbal_min_trade" in office.ask("execute", command="suggest_trades")
    assert office.ask("tell", expression="document.isModified()") is False


def test_a_name_whose_formula_fails_is_refused(office: Any) -> None:
    fill(office)
    office.ask("name", name="pbal_cash", content="1/0")
    assert office.ask("execute", command="suggest_trades").casefold().startswith("the name pbal_cash must refer to")


def test_faults_on_a_sheet_out_of_view_name_it(office: Any) -> None:
    office.ask("write", rows=[["Symbol", "Value", "Price"], ["A", 10, -3], ["B", 20, 2]])
    office.ask("name", name="pbal_holdings", content="$Sheet1.$A$1:$C$3")
    office.ask("add_sheet", name="Elsewhere")
    office.ask("activate", sheet="Elsewhere")
    assert office.ask("execute", command="suggest_trades").casefold().startswith("sheet sheet1: c2: price must be")


@pytest.mark.parametrize("stray", [2_001, 60_000])
def test_cells_far_below_are_read_as_where_they_stand(office: Any, stray: int) -> None:
    """Blank rows between are passed over, not read: neither the first rows nor the far ones may move."""
    far = [["Symbol", "Value", "Price"], ["DDD", 100, 10], ["EEE", 300, 20]]
    office.ask("write", rows=far, row=stray, column=2)
    office.ask("write", rows=[["mine"]], row=3, column=1)
    office.ask("write", rows=[["x"]], row=stray + 100, column=6)
    said = office.ask("execute", command="explain_holdings")
    assert said.startswith(f"Sheet1!B{stray}:D{stray + 2}:")
    office.ask("write", rows=[["#N/A"]], row=stray + 1, column=3)
    assert f"C{stray + 1}" in office.ask("execute", command="suggest_trades")


def test_a_whole_number_is_told_without_a_decimal_point(office: Any) -> None:
    fill(office)
    office.ask("write", rows=[[2]], row=12, column=9)
    office.ask("name", name="pbal_whole_shares", content="$Sheet1.$I$12")
    told = office.ask("execute", command="suggest_trades")
    assert "must be TRUE or FALSE" in told
    assert told.endswith('"2"')


def test_a_document_opened_for_reading_only_is_refused(office: Any, tmp_path: Path) -> None:
    fill(office)
    path = tmp_path / "mine.ods"
    office.ask("save", path=str(path), kind="calc8")
    office.ask("close")
    office.ask("open", path=str(path), read_only=True)
    told = office.ask("execute", command="suggest_trades")
    assert "for reading only" in told
    assert office.ask("sheets") == ["Sheet1"]


def test_answers_are_obeyed_and_kept_in_the_documents_names(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the dialog asks; a script gives it with the command."""
    office.ask("write", rows=ROWS[:-1], row=3, column=2)
    told = office.ask("execute", command="suggest_trades", cash="2,500.50", strategy="Hard Rebalance")
    assert "cash 2,500.50" in told
    assert office.ask("names") == {"pbal_cash": "2500.5", "pbal_strategy": '"hard"'}
    office.ask("activate", sheet="Sheet1")
    assert "cash 2,500.50" in office.ask("execute", command="suggest_trades")
    path = tmp_path / "kept.xlsx"
    office.ask("save", path=str(path))
    assert cli.main(["run", str(path), "--json", "--dry-run"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["cash"], figures["strategy"]) == (2500.5, "hard")


def test_an_answer_that_cannot_be_used_is_told_and_nothing_is_kept(office: Any) -> None:
    office.ask("write", rows=ROWS[:-1], row=3, column=2)
    told = office.ask("execute", command="suggest_trades", cash="lots")
    assert told == 'Cash to invest "lots" is not a number'
    assert office.ask("names") == {}
    assert office.ask("sheets") == ["Sheet1"]


def test_settings_writes_the_block_that_suggest_trades_and_files_read(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office.ask("write", rows=ROWS[:-1], row=3, column=2)
    office.ask("name", name="pbal_cash", content="1234.5")
    told = office.ask("execute", command="write_settings")
    assert told.startswith("The settings stand in Sheet1!G3:H")
    block = office.ask("read", address="G3:H8")
    assert block == [
        ["Settings", None],
        ["Cash to invest", 1234.5],
        ["Strategy", "Try to Never Sell"],
        ["Whole shares", 1],
        ["Increment", None],
        ["Minimum trade", None],
    ]
    assert office.ask("format_of", sheet="Sheet1", address="H6")["shown"] == "TRUE"
    assert office.ask("names")["pbal_cash"] == "$Sheet1.$H$4"
    office.ask("write", rows=[[3000], ["Hard Rebalance"]], row=4, column=8)
    assert "cash 3,000.00" in office.ask("execute", command="suggest_trades")
    path = tmp_path / "block.xlsx"
    office.ask("save", path=str(path))
    assert cli.main(["run", str(path), "--json", "--dry-run"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert (figures["cash"], figures["strategy"]) == (3000, "hard")
    office.ask("activate", sheet="Sheet1")
    assert office.ask("execute", command="write_settings").startswith("The settings stand in cells already")


def test_settings_leaves_protected_sheets_and_trades_sheets_alone(office: Any) -> None:
    office.ask("write", rows=ROWS[:-1], row=3, column=2)
    office.ask("execute", command="suggest_trades")
    assert "holds suggested trades" in office.ask("execute", command="write_settings")
    office.ask("activate", sheet="Sheet1")
    office.ask("lock_sheet", sheet="Sheet1")
    assert "is protected" in office.ask("execute", command="write_settings")
    assert office.ask("names") == {}


def test_settings_writes_nothing_under_the_picture_of_a_chart_sheet(office: Any, tmp_path: Path) -> None:
    book: Any = Workbook()
    sheet = book.active
    for row in (("Symbol", "Value"), ("AAA", 100), ("BBB", 200)):
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    book.create_chartsheet("Picture").add_chart(chart)
    sheet.add_chart(copy.deepcopy(chart), "F9")
    path = tmp_path / "picture.xlsx"
    book.save(path)
    office.ask("open", path=str(path))
    office.ask("activate", sheet="Picture")
    before = office.ask("used", sheet="Picture")
    said = office.ask("execute", command="write_settings")
    assert said == "Picture is a chart without cells; go to the sheet with your holdings first"
    assert office.ask("names") == {}
    assert office.ask("used", sheet="Picture") == before
    office.ask("activate", sheet="Sheet")
    assert office.ask("execute", command="write_settings").startswith("The settings stand in Sheet!")


def test_plans_are_formatted_and_keep_what_they_say(office: Any) -> None:
    office.ask("write", rows=ROWS[:-1])
    office.ask("formula", address="H1:L4", text="=PBAL_NEVERSELL(A1:C4;5000)", array=True)
    office.ask("formula", address="H7:K10", text="=PBAL_DRIFT(A1:C4)", array=True)
    office.ask("formula", address="H12:L15", text="=PBAL_HARD(A1:C4;100;;FALSE())", array=True)
    office.ask("formula", address="N1", text="=INDEX(PBAL_NEVERSELL(A1:C4;5000);2;3)")
    before = office.ask("read", address="H1:N15")
    assert office.ask("execute", command="format_plan") == "3 plans formatted."
    shown = {
        at: office.ask("format_of", sheet="Sheet1", address=at) for at in ("H1", "K2", "L2", "J8", "I13", "N1")
    }
    assert shown["H1"]["bold"]
    assert (shown["K2"]["shown"], shown["L2"]["shown"][-1], shown["J8"]["shown"]) == ("15,000.00", "%", "33.33%")
    assert "." in shown["I13"]["shown"]
    assert shown["N1"]["format"] == "General"
    assert office.ask("read", address="H1:N15") == before
    office.ask("undo")
    assert not office.ask("format_of", sheet="Sheet1", address="H1")["bold"]


def test_without_a_plan_format_plan_says_so(office: Any) -> None:
    assert "no plan on this sheet" in office.ask("execute", command="format_plan")


def test_all_faults_are_told_with_their_cells_and_nothing_is_written(office: Any) -> None:
    office.ask("write", rows=[["Symbol", "Value", "Price"], ["A", 10, -3], ["B", "#N/A", 5], ["C", "many", 1]])
    told = office.ask("execute", command="suggest_trades")
    assert told.splitlines()[1:] == [
        "B3: value is #N/A",
        'B4: value "many" is not a number',
        "Portfolio > How it is read shows how the sheet is understood.",
    ]
    assert told.startswith("C2: price must be above 0, is -3")
    assert office.ask("sheets") == ["Sheet1"]


def test_a_setting_that_cannot_be_used_is_named(office: Any) -> None:
    fill(office, cash="lots")
    assert office.ask("execute", command="suggest_trades") == 'pbal_cash (I3) "lots" is not a number'


def test_a_protected_workbook_is_left_alone(office: Any) -> None:
    fill(office)
    office.ask("protect")
    assert "structure is protected" in office.ask("execute", command="suggest_trades")
    assert office.ask("sheets") == ["Sheet1"]


def test_text_that_looks_like_a_formula_stays_text(office: Any) -> None:
    rows = [["Symbol", "Value", "Price"], ["=1+1", 10, 2], ["@SUM(A1)", 20, 2]]
    office.ask("write", rows=rows)
    office.ask("execute", command="suggest_trades")
    assert {"=1+1", "@SUM(A1)"} < set(table(office))


def test_without_a_window_a_message_goes_to_the_error_stream(office: Any) -> None:
    from calc_office import SHARED

    office.ask("trigger", command="suggest_trades")
    assert SHARED.folder is not None
    assert "No holdings were found" in (SHARED.folder / "soffice.log").read_text(errors="replace").replace(
        "no h", "No h"
    )


def test_help_names_every_function(office: Any) -> None:
    told = office.ask("execute", command="show_help")
    assert all(function.name in told for function in FUNCTIONS)


def test_values_that_formats_show_in_two_currencies_are_not_added_up(office: Any) -> None:
    office.ask("write", rows=[["Symbol", "Value"], ["AAA", 1000], ["BBB", 500]])
    formats = {"B2": "[$$-409]#,##0.00", "B3": "[$\u20ac-407] #,##0.00"}
    for address, code in formats.items():
        key = f"document.NumberFormats.addNew({code!r}, document.CharLocale)"
        cell = f"document.Sheets.getByIndex(0).getCellRangeByName({address!r})"
        office.ask("tell", expression=f"setattr({cell}, 'NumberFormat', {key})")
    told = office.ask("execute", command="suggest_trades", cash="100")
    assert "$" in told
    assert "EUR" in told
    assert office.ask("sheets") == ["Sheet1"]


def test_positions_are_imported_for_the_functions_in_one_step(office: Any, tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text(
        'Symbol,Quantity,Price,Value\nAAA,10,"$1,234.50","$12,345.00"\nSPAXX**,,,100\nBBB,5,2.00,10.00\n'
    )
    told = office.ask("execute", command="import_positions", path=str(path))
    assert told.startswith("2 holdings of positions.csv are on the sheet Positions.")
    assert "SPAXX**" in told
    assert office.ask("read", address="A2:D4", sheet="Positions") == [
        ["Symbol", "Value", "Price", "Quantity"],
        ["AAA", 12345, 1234.5, 10],
        ["BBB", 10, 2, 5],
    ]
    office.ask("formula", address="F2:J4", text="=PBAL_NEVERSELL(A2:C4;100)", array=True, sheet="Positions")
    assert office.ask("read", address="F4:G4", sheet="Positions") == [["BBB", 50]]
    office.ask("undo")
    office.ask("undo")
    assert office.ask("sheets") == ["Sheet1"]


def test_imported_positions_carry_formats_and_say_what_was_left_out(office: Any, tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text(
        "Symbol,Quantity,Price,Value,Target\nAAA,10,1234.50,12345,0.4\nSPAXX**,,,100,\nBBB,5,2,10,0.6\n"
    )
    told = office.ask("execute", command="import_positions", path=str(path))
    shown = {address: office.ask("format_of", sheet="Positions", address=address) for address in ("B3", "C3", "E3")}
    assert [one["shown"] for one in shown.values()] == ["12,345.00", "1,234.50", "40.00%"]
    assert office.ask("format_of", sheet="Positions", address="A2")["bold"]
    below = [cell for [cell] in office.ask("read", address="A6:A13", sheet="Positions")]
    assert below == ["How positions.csv was read", *told.splitlines()[1:], *[None] * (8 - len(told.splitlines()))]
    assert "SPAXX**" in below[1]
    assert "E (Target): target, by header" in below
    # What stands below the holdings is not read as one of them.
    office.ask("execute", command="suggest_trades")
    assert set(table(office)) == {"AAA", "BBB", "Total"}


def test_a_file_that_is_no_export_is_refused_by_name(office: Any, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("Symbol,Value\nAAA,lots\n")
    told = office.ask("execute", command="import_positions", path=str(path))
    assert told.splitlines() == [
        'odd.csv, B2: value "lots" is not a number',
        '"pbal-xl read odd.csv" tells how the file is understood',
    ]
    gone = tmp_path / "gone.csv"
    assert "gone.csv cannot be read" in office.ask("execute", command="import_positions", path=str(gone))
    assert office.ask("sheets") == ["Sheet1"]


def test_formulas_of_an_excel_file_are_repaired_in_one_step(office: Any, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in ROWS[:-1]:
        sheet.append(row)
    for place, formula in enumerate(EXCEL_FORMULAS, start=1):
        sheet.cell(place, 8, formula)
    sheet["J1"] = ArrayFormula("J1:N4", "=PBAL_NEVERSELL(A1:C4,5000)")
    sheet["H10"] = '="PBAL_DRIFT(A1) stays text"'
    path = tmp_path / "from excel.xlsx"
    book.save(path)
    office.ask("close")
    office.ask("open", path=str(path))
    assert office.ask("execute", command="repair_formulas") == "7 PBAL formulas entered again."
    office.ask("formula", address="P1", text="=PBAL_MINDEPOSIT(A1:C4)")
    expected = office.ask("read", address="P1")[0][0]
    assert office.ask("read", address="H1:H6") == [[expected]] * 6
    assert office.ask("read", address="J1:J4") == [["Symbol"], ["AAA"], ["BBB"], ["CCC"]]
    assert office.ask("undo_titles")[1] == "Repair PBAL formulas"
    assert office.ask("execute", command="repair_formulas") == "8 PBAL formulas entered again."


def test_formulas_of_every_sheet_are_repaired(office: Any) -> None:
    office.ask("write", rows=ROWS[:-1])
    office.ask("add_sheet", name="Second")
    office.ask("formula", address="H1", text="=PBAL_MINDEPOSIT($Sheet1.A1:C4)", sheet="Second")
    assert office.ask("execute", command="repair_formulas") == "1 PBAL formula entered again."
    office.ask("formula", address="H1", text="=PBAL_MINDEPOSIT(A1:C4)")
    assert office.ask("execute", command="repair_formulas") == "2 PBAL formulas entered again."


def test_a_saved_formula_is_repaired_by_its_own_command(office: Any, tmp_path: Path) -> None:
    """What a version before 25.2 writes for our names, read back as the file holds it."""
    office.ask("write", rows=ROWS[:-1])
    office.ask("formula", address="H1", text="=PBAL_MINDEPOSIT(A1:C4)")
    path = tmp_path / "saved.xlsx"
    office.ask("save", path=str(path))
    with zipfile.ZipFile(path) as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    formula = text.partition("<f ")[2].partition(">")[2].partition("<")[0]
    assert plain_formula(f"={formula}") == "=PBAL_MINDEPOSIT(A1:C4)"


@pytest.mark.parametrize(
    ("formula", "plain"),
    [
        ("=PBAL_HARD(A1:C3)", "=PBAL_HARD(A1:C3)"),
        ("=pbal_hard(A1:C3)+_xll.pbal_drift(B1)", "=PBAL_HARD(A1:C3)+PBAL_DRIFT(B1)"),
        ("=IF(A1;[1]!PBAL_HARD(A1:C3);2)", "=IF(A1;PBAL_HARD(A1:C3);2)"),
        ("='file:///C:/a/it''s.xlam'#PBAL_HARD(A1)", "=PBAL_HARD(A1)"),
        ("=Org.Pbal.Xl.Functions.VERSION()", "=PBAL_VERSION()"),
        ('="[1]!PBAL_HARD(A1)"&A1', '="[1]!PBAL_HARD(A1)"&A1'),
        ("=MYPBAL_HARD(A1)", "=MYPBAL_HARD(A1)"),
        ("=$'My sheet'.A1+PBAL_HARD(B1)", "=$'My sheet'.A1+PBAL_HARD(B1)"),
        ("=PBAL_HARDER(A1)", "=PBAL_HARDER(A1)"),
    ],
)
def test_disguises_come_off_and_nothing_else_changes(formula: Any, plain: Any) -> None:
    assert plain_formula(formula) == plain


def test_protected_cells_are_left_alone_by_the_repair_and_told_of(office: Any) -> None:
    office.ask("write", rows=ROWS[:-1])
    office.ask("formula", address="H1", text="=PBAL_MINDEPOSIT(A1:C4)")
    office.ask("formula", address="J1:N4", text="=PBAL_NEVERSELL(A1:C4;100)", array=True)
    office.ask("formula", address="H2", text="=PBAL_MINDEPOSIT(A1:C3)")
    office.ask("unlock", sheet="Sheet1", address="H2")
    office.ask("lock_sheet", sheet="Sheet1")
    before = office.ask("read", address="H1:N4")
    told = office.ask("execute", command="repair_formulas")
    assert told == "1 PBAL formula entered again. 2 in protected cells left alone."
    assert office.ask("read", address="H1:N4") == before


def test_with_the_name_pbal_live_the_trades_are_formulas_that_follow_the_cells(office: Any) -> None:
    fill(office, cash=100)
    office.ask("write", rows=[[True]], row=5, column=9)
    office.ask("name", name="pbal_live", content="$Sheet1.$I$5")
    office.ask("execute", command="suggest_trades")
    first = heading_row(office) + 1
    [[value], *_] = office.ask("formulas", address=f"F{first}:F{first + 2}", sheet="Trades")
    assert value == "=$Sheet1.$C$4"
    office.ask("write", rows=[[-12_000]], row=3, column=9)
    office.ask("write", rows=[["CCC", 8000]], row=6, column=2)
    holdings = [Holding("AAA", 15000, 128.62), Holding("BBB", 10000, 180.51), Holding("CCC", 8000, 279.68)]
    exact = suggest_trades(holdings, -12_000, whole_shares=False)
    for order in exact.orders:
        shares, price = table(office)[order.symbol][1:3]
        assert abs(shares * price - float(order.amount)) <= price
    assert all(
        "Err" not in str(cell) for row in office.ask("read", address="A1:K40", sheet="Trades") for cell in row
    )


def test_a_german_document_gets_german_trades_and_settings(office: Any) -> None:
    fill(office)
    office.ask("locale", language="de", country="DE")
    told = office.ask("execute", command="suggest_trades")
    assert told.startswith("2 Orders auf dem Blatt Trades: Geld 5.000,00, angelegt ")
    column = [row[0] for row in office.ask("read", address="A1:A20", sheet="Trades")]
    assert column[0] == "Vorgeschlagene Orders"
    assert "Summe" in column
    # Written anew in its place: the mark knows its own sheet in any language.
    office.ask("activate", sheet="Sheet1")
    office.ask("execute", command="suggest_trades")
    assert office.ask("sheets") == ["Sheet1", "Trades"]


def test_a_sheet_that_calc_wrote_is_not_touched_when_its_file_is_planned_again(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(office)
    office.ask("execute", command="suggest_trades")
    path = tmp_path / "mine.xlsx"
    office.ask("save", path=str(path))
    before = [[cell.value for cell in row] for row in load_workbook(path)["Trades"].iter_rows()]
    for _ in range(2):
        assert cli.main(["run", str(path), "--json", "--replace", "--cash", "900"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["trades_sheet"] == "Trades (2)"
        assert [[cell.value for cell in row] for row in load_workbook(path)["Trades"].iter_rows()] == before
        assert load_workbook(path).sheetnames == ["Sheet1", "Trades", "Trades (2)"]


def test_the_menu_plans_every_table_and_column_of_the_rules_as_the_command_line_does(
    office: Any, tmp_path: Path
) -> None:
    path = ruled_book(tmp_path / "mine.xlsx")
    office.ask("open", path=str(path))
    office.ask("execute", command="suggest_trades")
    shown = office.ask("read", address="A1:P60", sheet="Trades")
    # What is open is left alone: the command has a copy of its own.
    (tmp_path / "other").mkdir()
    written = written_by_command(ruled_book(tmp_path / "other" / "mine.xlsx"))
    assert_the_same([list(row) for row in shown], written)
    assert any("gain of at most 900.00" in str(cell) for row in written for cell in row)


def test_how_the_holdings_are_read_is_told_and_nothing_changes(office: Any) -> None:
    office.ask("write", rows=[["Symbol", "Value", "Sector"], ["AAA", 10, "x"], ["Cash", 5, ""]], row=3, column=2)
    told = office.ask("execute", command="explain_holdings").splitlines()
    assert told[0] == "Sheet1!B3:D5:"
    assert "B5: Cash, 5, is cash and is left out." in told
    assert "C (Value): value, by header" in told
    assert "D (Sector): not read" in told
    assert office.ask("sheets") == ["Sheet1"]
