"""One set of sentences for every host: the same cells and names get the same answer or the same refusal.

Excel is the one in memory behind xlwings' own engine, Calc a real LibreOffice, files go through the command.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from calc_office import SHARED, Office, letters
from excel_com import Com, open_book
from excel_windows import excel_module
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

from pbal_xl import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path
    from types import ModuleType

SHEET = "Sheet1"
ROWS: list[list[Any]] = [["Symbol", "Value", "Price"], ["VTI", 1000.0, 100.0], ["BND", 3000.0, 50.0]]
DAY, AS_NUMBER = dt.datetime(2026, 1, 2), 46024.0
# Where a name's cells were deleted.
DEAD = "#REF!"
DELETED = "the name {} refers to cells that were deleted (#REF!)"


@dataclass(frozen=True)
class Case:
    """A sheet, a name beside its holdings, and what is said; a figure where it is planned with that much cash.

    Attributes:
        name: what the table calls it.
        said: how the sentence begins, or the cash of the plan.
        setting: the defined name; "" for none.
        cell: what stands in its cell, F1; DEAD where that was deleted.
        changed: cells of the holdings, by row and column.
    """

    name: str
    said: str | float
    setting: str = "pbal_cash"
    cell: Any = 700.0
    changed: tuple[tuple[int, int, Any], ...] = ()

    @property
    def rows(self) -> list[list[Any]]:
        rows = [list(row) for row in ROWS]
        for row, column, value in self.changed:
            rows[row][column] = value
        return rows


CASES = (
    *(
        Case(f"dead {name}", DELETED.format(name), name, DEAD)
        for name in ("pbal_cash", "pbal_holdings", "pbal_increment", "pbal_strategy", "pbal_fee_percent")
    ),
    *(
        Case(f"blank {name}", 0.0, name, None)
        for name in ("pbal_increment", "pbal_strategy", "pbal_whole_shares", "pbal_fee_percent", "pbal_bands")
    ),
    Case("blanks for cash", 0.0, cell="  "),
    Case("a number", 1234.5, cell=1234.5),
    Case("cash with a decimal comma", 1234.5, cell="1.234,50"),
    Case("cash with a short decimal comma", 1234.5, cell="1234,5"),
    Case("cash with a decimal point", 1234.5, cell="1,234.50"),
    Case("cash in euros", 1234.5, cell="1.234,50 \u20ac"),
    Case(
        "cash that can be two numbers",
        'pbal_cash (F1) "1,234" can be read in two ways: 1234 or 1.234',
        cell="1,234",
    ),
    Case("cash in words", 'pbal_cash (F1) "a lot" is not a number', cell="a lot"),
    Case("cash in percent", 'pbal_cash (F1) "5 %" is a percentage', cell="5 %"),
    Case("cash that is true", "pbal_cash (F1) must be a number, is True", cell=True),
    Case(
        "a strategy nobody knows",
        'pbal_strategy (F1) must be "never-sell" or "hard", is "beides"',
        "pbal_strategy",
        "beides",
    ),
    Case(
        "whole shares in no word of ours",
        'pbal_whole_shares (F1) must be TRUE or FALSE, is "perhaps"',
        "pbal_whole_shares",
        "perhaps",
    ),
    Case("an increment below 0", "increment must be above 0, is -5", "pbal_increment", -5.0),
    Case("a value with a decimal comma", 0.0, "", changed=((1, 1, "1.234,50"), (2, 2, "12,5"))),
    Case(
        "a value that can be two numbers",
        'B2: value "1,234" can be read in two ways: 1234 or 1.234',
        "",
        changed=((1, 1, "1,234"),),
    ),
    Case("a value in percent", 'B2: value "5 %" is a percentage', "", changed=((1, 1, "5 %"),)),
    Case("a value in words", 'B3: value "viel" is not a number', "", changed=((2, 1, "viel"),)),
    Case("a price below 0", "C3: price must be above 0, is -1", "", changed=((2, 2, -1.0),)),
    Case(
        "a symbol that is true",
        "A2: symbol is TRUE, which a spreadsheet made of the text",
        "",
        changed=((1, 0, True),),
    ),
    Case("a value that is a date", "B2: value is the date 2026-01-02, not", "", changed=((1, 1, DAY),)),
    Case("a symbol that is a date", "A2: symbol is the date 2026-01-02, no", "", changed=((1, 0, DAY),)),
    Case("two prices of one symbol", "C3: price of BND is 50, but 100 in C2", "", changed=((1, 0, "BND"),)),
    Case("cash that is a date", "pbal_cash (F1) must be a number, is ", cell=DAY),
    Case("a value that is true", "B2: value is TRUE, not a number", "", changed=((1, 1, True),)),
)


def from_files(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str | float:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    for row in case.rows:
        sheet.append(row)
    if case.setting:
        sheet["F1"] = None if case.cell == DEAD else case.cell
        text = f"{SHEET}!{'#REF!' if case.cell == DEAD else '$F$1'}"
        book.defined_names[case.setting] = DefinedName(case.setting, attr_text=text)
    path = tmp_path / "mine.xlsx"
    book.save(path)
    cli.main(["run", str(path), "--json", "--dry-run"])
    told = json.loads(capsys.readouterr().out)
    return float(told["cash"]) if told["ok"] else alike(str(told["error"]).removeprefix(f"{path}: "))


def from_excel(case: Case, module: ModuleType) -> str | float:
    import xlwings
    from xlwings import _xlwindows

    com, application = open_book([[_typed(cell) for cell in row] for row in case.rows], SHEET)
    book = xlwings.Book(impl=_xlwindows.Book(xl=com))  # type: ignore[no-untyped-call,unused-ignore]
    if case.setting:
        if case.cell not in {DEAD, None}:
            application.sheet(SHEET).set_value("F1", _typed(case.cell))
        book.names.add(case.setting, "=#REF!" if case.cell == DEAD else f"={SHEET}!$F$1")
    with (
        mock.patch.object(sys, "platform", "win32"),
        mock.patch.object(xlwings.App, "activate"),
        mock.patch.object(Com, "__getattr__", showing_days(Com.__getattr__)),
    ):
        said = module.in_excel(com, "suggest", "")
    if said:
        return alike(said.removeprefix("#PBAL! "))
    return planned_cash(str(application.sheet("Trades").value(f"A{row}")) for row in range(1, 40))


def _typed(cell: Any) -> Any:
    """As it is typed into Excel: a text that looks like a number needs a sign that it is none."""
    if cell == DAY:
        return AS_NUMBER
    return f"'{cell}" if isinstance(cell, str) else cell


def showing_days(real: Callable[[Com, str], Any]) -> Callable[[Com, str], Any]:
    """Excel's Value of a cell of a date is that; its Value2 is a number."""

    def value(com: Com, name: str) -> Any:
        found = real(com, name)
        if name != "Value":
            return found
        if isinstance(found, tuple):
            return tuple(tuple(DAY if cell == AS_NUMBER else cell for cell in row) for row in found)
        return DAY if found == AS_NUMBER else found

    return value


def from_calc(case: Case) -> str | float:
    office = SHARED.get()
    office.ask("open")
    try:
        put(office, case.rows)
        if case.setting == "":
            pass
        elif case.cell == DEAD:
            office.ask("add_sheet", name="Gone")
            office.ask("name", name=case.setting, content="$Gone.$F$1")
            office.ask("remove_sheet", sheet="Gone")
        else:
            put(office, [[case.cell]], column=6)
            office.ask("name", name=case.setting, content=f"${SHEET}.$F$1")
        told = str(office.ask("execute", command="suggest_trades"))
    finally:
        office.ask("close")
    return planned_cash([told]) if "the sheet Trades" in told else alike(told)


def put(office: Office, rows: list[list[Any]], column: int = 1) -> None:
    """Write cells into the document, dates as a formula that gives one."""
    days = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell == DAY]
    office.ask("write", rows=[[None if cell == DAY else cell for cell in row] for row in rows], column=column)
    for r, c in days:
        office.ask("formula", address=f"{letters(column + c)}{r + 1}", text="=DATE(2026;1;2)")


def alike(said: str) -> str:
    """A sentence without what each host says in its own way: which sheet is in view, and where to read on."""
    said = said.replace(f"sheet {SHEET}: ", "").replace(f"({SHEET}!", "(").splitlines()[0]
    return said[:1].lower() + said[1:] if said.startswith("Increment") else said


def planned_cash(texts: Iterable[str]) -> float:
    """The cash that a plan says it is for."""
    found = re.search(r"(?:cash|deposit of) ([\d,.]*\d)", " ".join(texts))
    return float(found[1].replace(",", "")) if found else 0.0


@pytest.fixture(scope="module")
def excel() -> Iterator[ModuleType]:
    with excel_module() as (_, module):
        yield module


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_host_says_the_same(
    case: Case, excel: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for said in (from_files(case, tmp_path, capsys), from_excel(case, excel), from_calc(case)):
        if isinstance(case.said, float):
            assert said == case.said
        else:
            assert str(said).startswith(case.said)
