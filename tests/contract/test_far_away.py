"""Holdings and settings far away on a sheet: every host plans them alike, or says the same of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from calc_office import SHARED
from excel_com import Com, open_book
from excel_windows import excel_module
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import coordinate_from_string, get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from ruled_books import told

from pbal_xl import cli
from pbal_xl.ooxml.references import column_number

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

SHEET = "Mine"
FAR = "below row 200,000 or right of column IV, where nothing is read"
TABLE: list[list[Any]] = [
    ["Symbol", "Value", "Price", "Target"],
    ["AAA", 15000.0, 128.62, 0.7],
    ["BBB", 10000.0, 180.51, 0.3],
]
NAMES = {"pbal_cash": "500"}


class Case:
    """A sheet with holdings at a corner, with other cells, and names."""

    def __init__(self, corner: str, said: str, /, names: dict[str, str] | None = None, **others: Any) -> None:
        self.said, self.names = said, NAMES | (names or {})
        letters, row = coordinate_from_string(corner)
        self.cells = {
            f"{get_column_letter(column_number(letters) + c)}{row + r}": value
            for r, line in enumerate(TABLE)
            for c, value in enumerate(line)
        } | others


PLANNED = ""
CASES = {
    "at home": Case("A1", PLANNED),
    "up to the last column": Case("IS1", PLANNED),
    "up to the last row": Case("A199998", PLANNED),
    "a stray cell far to the right": Case("B2", PLANNED, XFD2="x"),
    "a stray cell far below": Case("B2", PLANNED, A1048576="x"),
    "a stray cell in the very corner": Case("B2", PLANNED, XFD1048576="x"),
    "right of the last column": Case("IW1", f"the sheet Mine has cells {FAR}"),
    "at the end of the sheet": Case("XFA1", f"the sheet Mine has cells {FAR}"),
    "below the last row": Case("A200001", f"the sheet Mine has cells {FAR}"),
    "at the very bottom": Case("A1048573", f"the sheet Mine has cells {FAR}"),
    "across the last column": Case("IU1", f"the holdings in Mine!IU1:IV3 go on {FAR}"),
    "a target beyond it": Case("IT1", f"the holdings in Mine!IT1:IV3 go on {FAR}"),
    "across the last row": Case("A199999", f"the holdings in Mine!A199999:D200000 go on {FAR}"),
    "a cell right behind": Case("IS1", f"the holdings in Mine!IS1:IV3 go on {FAR}", IW9="x"),
    "named beyond": Case("IW1", f"Mine!IW1 lies {FAR}", {"pbal_holdings": "Mine!$IW$1:$IZ$3"}),
    "named below": Case("A200001", f"Mine!A200001 lies {FAR}", {"pbal_holdings": "Mine!$A$200001:$D$200003"}),
    "named across": Case("IU1", f"the holdings in Mine!IU1:IV3 go on {FAR}", {"pbal_holdings": "Mine!$IU$1:$IX$3"}),
    "cash named beyond": Case("A1", f"Mine!IW1 lies {FAR}", {"pbal_cash": "Mine!$IW$1"}, IW1=300.0),
    "cash named in reach": Case("A1", PLANNED, {"pbal_cash": "Mine!$IV$1"}, IV1=300.0),
}


@pytest.fixture(scope="module")
def excel() -> Iterator[ModuleType]:
    with excel_module() as (_, module):
        yield module


def saved(case: Case, path: Path) -> Path:
    book: Any = Workbook()
    book.active.title = SHEET
    for address, value in case.cells.items():
        book.active[address] = value
    for name, text in case.names.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    book.save(path)
    return path


# The orders and the words around them, or the sentence of a refusal.
Answer = tuple[list[tuple[Any, ...]], list[str]] | str


def from_files(case: Case, folder: Path, capsys: pytest.CaptureFixture[str]) -> Answer:
    path = saved(case, folder / "files.xlsx")
    if cli.main(["run", str(path), "--quiet"]):
        return _bare(capsys.readouterr().err.strip().removeprefix(f"pbal-xl: {path}: "))
    return told([list(row) for row in load_workbook(path)["Trades"].iter_rows(values_only=True)])


def from_excel(case: Case, module: ModuleType) -> Answer:
    import xlwings
    from xlwings import _xlwindows

    com, application = open_book([], SHEET)
    for address, value in case.cells.items():
        application.sheet(SHEET).set_value(address, f"'{value}" if isinstance(value, str) else value)
    Com(application.sheet(SHEET).sheet).Activate()
    opened = xlwings.Book(impl=_xlwindows.Book(xl=com))  # type: ignore[no-untyped-call,unused-ignore]
    for name, text in case.names.items():
        opened.names.add(name, f"={text}")
    with mock.patch.object(sys, "platform", "win32"), mock.patch.object(xlwings.App, "activate"):
        said = str(module.in_excel(com, "suggest", ""))
    if "Trades" not in [sheet.name for sheet in opened.sheets]:
        return _bare(said.removeprefix("#PBAL! "))
    cells = opened.sheets["Trades"].range((1, 1), (80, 18)).options(ndim=2).value
    return told([list(row) for row in cells])


def from_calc(case: Case, folder: Path) -> Answer:
    office = SHARED.get()
    office.ask("open", path=str(saved(case, folder / "calc.xlsx")))
    try:
        said = str(office.ask("execute", command="suggest_trades"))
        if "the sheet Trades" not in said:
            return _bare(said)
        cells: Any = office.ask("read", address="A1:R80", sheet="Trades")
    finally:
        office.ask("close")
    return told([list(row) for row in cells])


def _bare(said: str) -> str:
    """A refusal without what each host says in its own way: which sheet, and where to read on."""
    said = said.partition('; "pbal-xl read')[0].replace(f"sheet {SHEET}: ", "")
    return "; ".join(line for line in said.splitlines() if "How it is read" not in line)


def assert_alike(ours: Answer, theirs: Answer, said: str) -> None:
    if said:
        assert isinstance(ours, str)
        assert said in ours
        assert theirs == ours
        return
    assert not isinstance(ours, str), ours
    assert not isinstance(theirs, str), theirs
    assert theirs[1] == ours[1]
    for one, other in zip(ours[0], theirs[0], strict=True):
        assert [cell for cell in one if isinstance(cell, str)] == [cell for cell in other if isinstance(cell, str)]
        figures = [float(cell) for cell in one if isinstance(cell, (int, float))]
        assert figures == pytest.approx([cell for cell in other if isinstance(cell, (int, float))], abs=2e-5)


@pytest.mark.parametrize("name", CASES)
def test_calc_answers_as_files_do(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = CASES[name]
    assert_alike(from_files(case, tmp_path, capsys), from_calc(case, tmp_path), case.said)


@pytest.mark.parametrize("name", CASES)
def test_excel_answers_as_files_do(
    name: str, excel: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = CASES[name]
    assert_alike(from_files(case, tmp_path, capsys), from_excel(case, excel), case.said)
