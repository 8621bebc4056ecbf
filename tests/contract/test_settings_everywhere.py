"""The block of settings: files, Excel and Calc write the same one, and plan from it alike."""

from __future__ import annotations

import random
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from calc_office import SHARED
from excel_com import open_book
from excel_windows import excel_module
from openpyxl import load_workbook
from ruled_books import told
from sheets import change, own_name, write

from pbal_xl.hosts.headless.commands import Request, run_file
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.hosts.headless.settings_sheet import write_settings
from pbal_xl.ooxml.references import parse_area

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

SHEET = "Mum's ETFs"
Rows = list[list[Any]]
# Where a block stands, what its cells say, and the names of its cells.
Block = tuple[str, list[Any], dict[str, str]]


@pytest.fixture(scope="module")
def excel() -> Iterator[ModuleType]:
    with excel_module() as (_, module):
        yield module


def drawn(rng: random.Random) -> tuple[Rows, dict[str, str]]:
    """Holdings somewhere on a sheet, a note somewhere beside or below them, and settings that names hold."""
    priced, german = rng.random() < 0.7, rng.random() < 0.3
    headers = ["Symbol", "Wert" if german else "Value", *(["Kurs" if german else "Price"] if priced else [])]
    holdings = [
        [f"S{at}", float(rng.randint(1, 90) * 100), *([float(rng.randint(5, 300))] if priced else [])]
        for at in range(5)
    ]
    rows: Rows = [[None] * rng.randint(1, 3) for _ in range(rng.randint(0, 3))]
    left = rng.randint(0, 2)
    table: Rows = [headers, *holdings]
    rows += [[*([None] * left), *row] for row in table]
    if rng.random() < 0.5:
        rows += [[], [*[None] * rng.randint(4, 8), "a note"]]
    names = {
        "pbal_cash": str(rng.randint(0, 5000)),
        "pbal_strategy": '"hard"',
        "pbal_increment": "50",
        "pbal_bands": '"3"',
    }
    return rows, {name: text for name, text in names.items() if rng.random() < 0.4}


def saved(rows: Rows, names: dict[str, str], path: Path) -> Path:
    return write(path, (SHEET, rows), names=names)


def of_file(path: Path) -> Block:
    """The block that stands in a file, found by its names."""
    book = load_workbook(path)
    sheet = book[SHEET]
    texts = {name: str(book.defined_names[name].attr_text) for name in book.defined_names}
    at = {name: parse_area(text, name).first for name, text in texts.items() if "!" in text}
    row, column = at["pbal_cash"][0] - 1, at["pbal_cash"][1] - 1
    cells = [sheet.cell(row + r, column + c).value for r in range(len(at) + 4) for c in (0, 1)]
    return f"{row},{column}", list(map(plain, cells)), {name: f"{r},{c}" for name, (r, c) in at.items()}


def plain(value: Any) -> Any:
    return float(value) if isinstance(value, (int, bool)) else value


def from_files(rows: Rows, names: dict[str, str], folder: Path) -> tuple[Block, Path]:
    path = saved(rows, names, folder / "files.xlsx")
    write_settings(path, Where(), {})
    return of_file(path), path


def from_excel(rows: Rows, names: dict[str, str], module: ModuleType) -> Block:
    import xlwings
    from xlwings import _xlwindows

    typed = [[f"'{cell}" if isinstance(cell, str) else cell for cell in row] for row in rows]
    com, _ = open_book(typed, SHEET)
    opened = xlwings.Book(impl=_xlwindows.Book(xl=com))  # type: ignore[no-untyped-call,unused-ignore]
    for name, text in names.items():
        opened.names.add(name, f"={text}")
    with mock.patch.object(sys, "platform", "win32"), mock.patch.object(xlwings.App, "activate"):
        said = str(module.in_excel(com, "settings", ""))
    assert said.startswith("The settings stand in ")
    texts = {str(one.name): str(one.refers_to) for one in opened.names}
    place = {name: parse_area(text, name).first for name, text in texts.items() if "!" in text}
    row, column = place["pbal_cash"][0] - 1, place["pbal_cash"][1] - 1
    sheet = opened.sheets[SHEET]
    cells = [sheet.range((row + r, column + c)).value for r in range(len(place) + 4) for c in (0, 1)]
    return f"{row},{column}", list(map(plain, cells)), {name: f"{r},{c}" for name, (r, c) in place.items()}


def from_calc(rows: Rows, names: dict[str, str], folder: Path) -> Block:
    office = SHARED.get()
    office.ask("open", path=str(saved(rows, names, folder / "calc.xlsx")))
    try:
        said = str(office.ask("execute", command="write_settings"))
        assert said.startswith("The settings stand in ")
        office.ask("save", path=str(folder / "saved.xlsx"))
    finally:
        office.ask("close")
    return of_file(folder / "saved.xlsx")


@pytest.mark.parametrize("seed", range(12))
def test_excel_writes_the_block_of_files(seed: int, excel: ModuleType, tmp_path: Path) -> None:
    rows, names = drawn(random.Random(seed))
    assert from_excel(rows, names, excel) == from_files(rows, names, tmp_path)[0]


@pytest.mark.parametrize("seed", range(12, 18))
def test_calc_writes_the_block_of_files_and_plans_from_it(seed: int, tmp_path: Path) -> None:
    rows, names = drawn(random.Random(seed))
    block, path = from_files(rows, names, tmp_path)
    assert from_calc(rows, names, tmp_path) == block
    assert run_file(path, Request(Where(), {})).trades_sheet == "Trades"
    office = SHARED.get()
    kept = write_settings(saved(rows, names, tmp_path / "fresh.xlsx"), Where(), {"cash": Decimal(700)})
    wanted = run_file(tmp_path / "fresh.xlsx", Request(Where(), {}, output=tmp_path / "with.xlsx"))
    assert wanted.plan.cash == 700
    office.ask("open", path=str(kept.output))
    try:
        assert "the sheet Trades" in str(office.ask("execute", command="suggest_trades"))
        cells: Any = office.ask("read", address="A1:R80", sheet="Trades")
    finally:
        office.ask("close")
    ours = told([list(row) for row in load_workbook(tmp_path / "with.xlsx")["Trades"].iter_rows(values_only=True)])
    theirs = told([list(row) for row in cells])
    assert theirs[1] == ours[1]
    assert [row[0] for row in theirs[0]] == [row[0] for row in ours[0]]


def test_in_calc_a_name_of_the_sheets_own_makes_way_for_the_block(tmp_path: Path) -> None:
    rows, _ = drawn(random.Random(1))
    path = change(
        saved(rows, {}, tmp_path / "own.xlsx"), lambda book: own_name(book[SHEET], "pbal_strategy", '"hard"')
    )
    office = SHARED.get()
    office.ask("open", path=str(path))
    try:
        office.ask("execute", command="write_settings")
        office.ask("save", path=str(tmp_path / "saved.xlsx"))
    finally:
        office.ask("close")
    book = load_workbook(tmp_path / "saved.xlsx")
    assert "pbal_strategy" not in book[SHEET].defined_names
    area = parse_area(book.defined_names["pbal_strategy"].attr_text, "")
    assert book[SHEET].cell(*area.first).value == "Hard Rebalance"


@pytest.mark.parametrize("name", ["pbal_min_trade", "pbal_cash"])
def test_in_calc_a_setting_that_stands_in_a_cell_is_shown(tmp_path: Path, name: str) -> None:
    rows, _ = drawn(random.Random(2))
    path = saved(rows, {name: "'Mum''s ETFs'!$Z$9"}, tmp_path / "there.xlsx")
    office = SHARED.get()
    office.ask("open", path=str(path))
    try:
        said = str(office.ask("execute", command="write_settings"))
    finally:
        office.ask("close")
    assert said == f"The settings stand in cells already: {name} is Mum's ETFs!$Z$9."
