"""Excel's functions, its macro's sheet and the headless run say the same of the same workbook."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import types
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from excel_windows import MISSING, Range, excel_module

from pbal_xl import Holding, suggest_trades
from pbal_xl.cli import main
from pbal_xl.codegen import demo
from pbal_xl.hosts.excel import edited
from pbal_xl.hosts.excel import writing as excel_writing
from pbal_xl.ooxml.digest import digest
from pbal_xl.sheet.layout import Layout, mark_of_layout, said_cells
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEMO = Path(__file__).parents[2] / "workbook" / "portfolio.xlsx"
MADE = dt.datetime(2026, 1, 2, 3, 4)
ROWS: list[list[Any]] = [
    list(demo.HEADINGS),
    *([symbol, *map(float, figures)] for symbol, *figures in demo.HOLDINGS),
]


@pytest.fixture(scope="module")
def ask() -> Iterator[Callable[..., Any]]:
    with excel_module() as (server, _):
        yield lambda name, *arguments: server.CallUDF("pbal_xl.hosts.excel", name, arguments)


def run_json(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["run", str(DEMO), "--dry-run", "--json", *options]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("function", "arguments", "options"),
    [
        ("PBAL_NEVERSELL", (5000.0,), ("--cash", "5000")),
        ("PBAL_NEVERSELL", (Range([[-7000.0]]),), ("--cash=-7000",)),
        ("PBAL_NEVERSELL", (1234.56, MISSING, Range([[False]])), ("--cash", "1234.56", "--fractional")),
        ("PBAL_NEVERSELL", (5000.0, 100.0), ("--cash", "5000", "--increment", "100")),
        ("PBAL_HARD", (0.0,), ("--cash", "0", "--strategy", "hard")),
        ("PBAL_HARD", (-2500.0,), ("--cash=-2500", "--strategy", "hard")),
    ],
)
def test_a_function_answers_what_the_headless_run_answers(
    ask: Callable[..., Any],
    capsys: pytest.CaptureFixture[str],
    function: str,
    arguments: tuple[Any, ...],
    options: tuple[str, ...],
) -> None:
    answered = ask(function, Range([row[:3] for row in ROWS]), *arguments)[1:]
    done = run_json(capsys, *options)
    assert [row[0] for row in answered] == [order["symbol"] for order in done["orders"]]
    for row, order in zip(answered, done["orders"], strict=True):
        assert row[1] == ("" if order["shares"] is None else order["shares"])
        assert row[2] == pytest.approx(order["amount"], abs=0.005)
        assert row[3] == pytest.approx(order["value_after"], abs=0.005)
        assert row[4] == pytest.approx(order["weight_after"], abs=1e-9)


def layout(cash: int = 5000) -> Layout:
    holdings = [Holding(row[0], row[1], row[2], gain=row[3]) for row in ROWS[1:]]
    return trades_layout(suggest_trades(holdings, cash), source="Portfolio!A2:D12", made=MADE)


def headless_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "mine.xlsx"
    shutil.copy(DEMO, path)
    assert main(["run", str(path), "--cash", "5000", "--quiet"]) == 0
    capsys.readouterr()
    return path


def test_the_mark_of_a_sheet_is_the_same_in_both_hosts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So that each recognises what the other wrote."""
    openpyxl = pytest.importorskip("openpyxl")
    path = headless_sheet(tmp_path, capsys)
    with zipfile.ZipFile(path) as archive:
        [mark] = re.findall(
            r'<definedName name="_pbal_xl_sheet"[^>]*>(.*?)<', archive.read("xl/workbook.xml").decode()
        )
    sheet = openpyxl.load_workbook(path)["Trades"]
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    formulas = [["" if value is None else str(value) for value in row] for row in values]
    cells = edited._read_back(values, formulas, 1, 1)
    assert digest("Trades", cells, drawn=1) == mark.replace("&quot;", "").strip('"')


def test_what_is_written_reads_back_to_the_same_mark() -> None:
    made = layout()
    grid = excel_writing._grid((item.row, item.column, item.value) for item in made.items)
    read = [[value.removeprefix("'") if isinstance(value, str) else value for value in row] for row in grid]
    formulas = [["" if value is None else str(value) for value in row] for row in read]
    assert list(edited._read_back(read, formulas, 1, 1)) == list(said_cells(made.items))


class Sheet:
    """As much of an xlwings sheet as is looked at before it is written over."""

    def __init__(self, made: Layout, *, charts: int = 1, notes: int = 0) -> None:
        self.done: list[str] = []
        self.comments: list[Any] = []
        grid = excel_writing._grid((item.row, item.column, item.value) for item in made.items)
        self.values: list[list[Any]] = [
            [v.removeprefix("'") if isinstance(v, str) else v for v in row] for row in grid
        ]
        self.formulas = [["" if value is None else str(value) for value in row] for row in self.values]
        mark = mark_of_layout(made, "Trades")
        self.name, self.names = (
            "Trades",
            [types.SimpleNamespace(name="Trades!_pbal_xl_sheet", refers_to=f'="{mark}"')],
        )
        self.charts = [types.SimpleNamespace(delete=lambda: self.done.append("chart"))] * charts
        self.shapes, self.notes = [object()] * charts, [object()] * notes

    @property
    def used_range(self) -> SimpleNamespace:
        rows, columns = (types.SimpleNamespace(count=n) for n in (len(self.values), len(self.values[0])))
        options = types.SimpleNamespace(value=self.values)
        return types.SimpleNamespace(
            row=1, column=1, rows=rows, columns=columns, formula=self.formulas,
            resize=lambda *_: types.SimpleNamespace(options=lambda **_: options),
        )  # fmt: skip

    def clear(self) -> None:
        self.done.append("clear")


def found(sheet: Sheet) -> Sheet | None:
    book: Any = types.SimpleNamespace(sheets=[sheet])
    own: Any = excel_writing._emptied(edited.unedited_sheet(book, layout()))
    return own


def test_an_unedited_sheet_of_ours_is_emptied_and_used_again() -> None:
    sheet = Sheet(layout())
    assert found(sheet) is sheet
    assert sheet.done == ["chart", "clear"]


def spoil_value(sheet: Sheet) -> None:
    sheet.values[5][2] = sheet.values[5][2] + 1


def spoil_text(sheet: Sheet) -> None:
    sheet.values[4][0] = "MINE"


def spoil_with_a_formula(sheet: Sheet) -> None:
    sheet.formulas[5][2] = "=1+1"


def spoil_by_renaming(sheet: Sheet) -> None:
    sheet.name = "TRADES"


def spoil_with_a_note(sheet: Sheet) -> None:
    sheet.notes = [object()]


def spoil_with_a_picture(sheet: Sheet) -> None:
    sheet.shapes = [object()] * 2


def spoil_by_deleting_the_chart(sheet: Sheet) -> None:
    sheet.charts, sheet.shapes = [], []


def spoil_by_losing_the_mark(sheet: Sheet) -> None:
    sheet.names = []


SPOILERS = [
    spoil_value,
    spoil_text,
    spoil_with_a_formula,
    spoil_by_renaming,
    spoil_with_a_note,
    spoil_with_a_picture,
    spoil_by_deleting_the_chart,
    spoil_by_losing_the_mark,
]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_a_sheet_the_user_edited_is_never_touched(spoil: Callable[..., Any]) -> None:
    sheet = Sheet(layout())
    spoil(sheet)
    assert found(sheet) is None
    assert sheet.done == []


def test_a_sheet_that_cannot_be_looked_at_is_never_touched() -> None:
    sheet = Sheet(layout())
    del sheet.notes  # an older xlwings
    assert found(sheet) is None
    assert sheet.done == []
