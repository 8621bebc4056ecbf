"""Workbooks as people have them, and as nobody should: Calc and files answer alike, and lose nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from pbal_xl import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS: list[list[Any]] = [
    ["Symbol", "Value", "Price"],
    ["AAA", 15000, 128.62],
    ["BBB", 10000, 180.51],
    ["CCC", 6798.48, 279.68],
]
# As long as a title may be, with all that a formula has to quote.
LONG_TITLE = "Mum's & Dad's 'ETF' funds (a) #1"[:31]


def book_of(title: str = "Mine") -> tuple[Workbook, Any]:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = title
    for row in ROWS:
        sheet.append(row)
    return book, sheet


def _hidden_sheet(book: Workbook, _: Any) -> None:
    other = book.create_sheet("Secret")
    for row in ROWS:
        other.append(["X" + str(row[0]), *row[1:]] if row is not ROWS[0] else row)
    other.sheet_state = "veryHidden"


def _merged(_: Workbook, sheet: Any) -> None:
    sheet.merge_cells("A2:A3")


def _merged_beside(_: Workbook, sheet: Any) -> None:
    sheet["E1"] = "All mine"
    sheet.merge_cells("E1:H4")


def _title(_: Workbook, sheet: Any) -> None:
    sheet.title = LONG_TITLE


def _dates(book: Workbook, sheet: Any) -> None:
    book.epoch = CALENDAR_MAC_1904
    sheet["E1"] = "Bought"


def _manual(book: Workbook, _: Any) -> None:
    book.calculation.calcMode, book.calculation.iterate, book.calculation.refMode = "manual", True, "R1C1"


def _filtered(_: Workbook, sheet: Any) -> None:
    sheet.auto_filter.ref = "A1:C4"
    sheet.row_dimensions[3].hidden = True


def _grouped(_: Workbook, sheet: Any) -> None:
    sheet.row_dimensions.group(2, 3, hidden=True)
    sheet.freeze_panes = "B2"


def _hidden_column(_: Workbook, sheet: Any) -> None:
    sheet.column_dimensions["B"].hidden = True


def _last_row(_: Workbook, sheet: Any) -> None:
    sheet["A1048576"] = "the end"


def _last_cell(_: Workbook, sheet: Any) -> None:
    sheet["XFD1048576"] = 1


def _array(_: Workbook, sheet: Any) -> None:
    sheet["B2"] = ArrayFormula("B2:B4", "=E2:E4*F2:F4")
    for row, (value, factor) in enumerate(((15000, 1), (5000, 2), (6798.48, 1)), start=2):
        sheet.cell(row, 5).value, sheet.cell(row, 6).value = value, factor


def _table(_: Workbook, sheet: Any) -> None:
    sheet.append(["Total", 31798.48, None])
    table = Table(displayName="Funds", ref="A1:C5", totalsRowCount=1)
    sheet.add_table(table)


def _error(_: Workbook, sheet: Any) -> None:
    sheet["B3"] = "#N/A"


def _error_beside(_: Workbook, sheet: Any) -> None:
    sheet["H9"] = "#REF!"


def _two_words(_: Workbook, sheet: Any) -> None:
    sheet["A2"] = '=HYPERLINK("https://example.org","AAA")'


def _own_trades(book: Workbook, _: Any) -> None:
    book.create_sheet("TRADES")["A1"] = "my own"


HOSTILE: dict[str, Any] = {
    "a very hidden sheet with holdings too": _hidden_sheet,
    "symbols merged": _merged,
    "merged cells beside them": _merged_beside,
    "a title of 31 characters with quotes": _title,
    "dates from 1904": _dates,
    "calculated by hand, again and again, in R1C1": _manual,
    "filtered": _filtered,
    "grouped, frozen and folded": _grouped,
    "values in a hidden column": _hidden_column,
    "a note in the last row": _last_row,
    "a figure in the last cell": _last_cell,
    "a table with totals": _table,
    "an error among the values": _error,
    "an error elsewhere": _error_beside,
    "a sheet of the user's called TRADES": _own_trades,
}


def asked_of_file(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    cli.main(["run", str(path), "--cash", "5000", "--dry-run", "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize("kind", HOSTILE)
def test_calc_and_files_answer_alike_and_the_users_sheets_stay(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    book, sheet = book_of()
    HOSTILE[kind](book, sheet)
    path = tmp_path / "mine.xlsx"
    book.save(path)
    answer = asked_of_file(path, capsys)
    office.ask("close")
    office.ask("open", path=str(path))
    before = {one: office.ask("formulas", address="A1:J12", sheet=one) for one in office.ask("sheets")}
    told = office.ask("execute", command="suggest_trades", cash="5000", strategy="never-sell")
    assert {one: office.ask("formulas", address="A1:J12", sheet=one) for one in before} == before
    if not answer["ok"]:
        assert told.splitlines()[0] in answer["error"], (told, answer["error"])
        assert office.ask("sheets") == list(before)
        return
    [title] = set(office.ask("sheets")) - set(before)
    first = [row[0] for row in office.ask("read", address="A1:A20", sheet=title)].index("Symbol") + 2
    shown = {row[0]: row[4] for row in office.ask("read", address=f"A{first}:E{first + 2}", sheet=title)}
    assert shown == {one["symbol"]: pytest.approx(one["amount"] or 0) for one in answer["orders"]}
    # And the file itself is written, with all that was in it.
    made = tmp_path / "made.xlsx"
    assert cli.main(["run", str(path), "--cash", "5000", "--quiet", "--output", str(made)]) == 0
    assert load_workbook(made).sheetnames == [*before, title]


def charted(path: Path) -> None:
    book, sheet = book_of()
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=4), titles_from_data=True)
    book.create_chartsheet("Picture").add_chart(chart)
    beside = BarChart()
    beside.add_data(Reference(sheet, min_col=3, min_row=1, max_row=4), titles_from_data=True)
    sheet.add_chart(beside, "F2")
    book.save(path)


def test_with_a_chart_selected_the_holdings_of_its_sheet_are_planned(office: Any, tmp_path: Path) -> None:
    charted(tmp_path / "mine.xlsx")
    office.ask("close")
    office.ask("open", path=str(tmp_path / "mine.xlsx"))
    office.ask("tell", expression="document.CurrentController.select(sheet('Mine').DrawPage[0]) and None")
    told = office.ask("execute", command="suggest_trades", cash="5000", strategy="never-sell")
    assert told.startswith("2 trades on the sheet Trades:")
    assert office.ask("tell", expression="sheet('Mine').Charts.Count") == 1


def test_with_a_chart_open_to_be_edited_the_holdings_are_planned(office: Any, tmp_path: Path) -> None:
    charted(tmp_path / "mine.xlsx")
    office.ask("close")
    office.ask("open", path=str(tmp_path / "mine.xlsx"))
    office.ask("tell", expression="document.CurrentController.select(sheet('Mine').DrawPage[0]) and None")
    office.ask(
        "tell",
        expression="context.ServiceManager.createInstanceWithContext('com.sun.star.frame.DispatchHelper', context)"
        ".executeDispatch(document.CurrentController.Frame, '.uno:ObjectMenue', '', 0, "
        "(uno.createUnoStruct('com.sun.star.beans.PropertyValue', 'VerbID', 0, 0, "
        "uno.Enum('com.sun.star.beans.PropertyState', 'DIRECT_VALUE')),)) and None",
    )
    told = office.ask("execute", command="suggest_trades", cash="5000", strategy="never-sell")
    assert told.startswith("2 trades on the sheet Trades:")


def test_on_a_chart_sheet_a_sentence_says_that_there_are_no_holdings(office: Any, tmp_path: Path) -> None:
    charted(tmp_path / "mine.xlsx")
    office.ask("close")
    office.ask("open", path=str(tmp_path / "mine.xlsx"))
    before = office.ask("sheets")
    office.ask("activate", sheet="Picture")
    for command in ("suggest_trades", "suggest_formulas", "explain_holdings"):
        told = office.ask("execute", command=command)
        assert "holdings" in told, command
    assert office.ask("execute", command="format_plan").startswith("There is no plan on this sheet")
    assert office.ask("sheets") == before


@pytest.mark.parametrize("build", [_array, _two_words])
def test_formulas_among_the_holdings_are_read_by_what_they_come_to(
    office: Any, tmp_path: Path, build: Callable[[Workbook, Any], None]
) -> None:
    book, sheet = book_of()
    build(book, sheet)
    book.save(tmp_path / "mine.xlsx")
    office.ask("close")
    office.ask("open", path=str(tmp_path / "mine.xlsx"))
    told = office.ask("execute", command="suggest_trades", cash="5000", strategy="never-sell")
    assert told.startswith("2 trades on the sheet Trades:")
