"""Workbooks as people have them, and as nobody should: Calc and files answer alike, and lose nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hostile_books import BOOKS, array_formula, book_of, link_formula
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference

from pbal_xl import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def asked_of_file(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    cli.main(["run", str(path), "--cash", "5000", "--dry-run", "--json"])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


@pytest.mark.parametrize("kind", BOOKS)
def test_calc_and_files_answer_alike_and_the_users_sheets_stay(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    book, sheet = book_of()
    BOOKS[kind](book, sheet)
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


@pytest.mark.parametrize("build", [array_formula, link_formula])
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
