"""Workbooks of every kind of column, table and setting, at random: hosts write the same cells, or refuse alike."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from calc_office import SHARED
from drawn_books import HOLDINGS, RULES, Drawn, drawn_book
from excel_com import Com, open_book
from excel_windows import excel_module
from openpyxl import load_workbook
from ruled_books import told

from pbal_xl import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

# Orders and the words around them, or the sentence of a refusal.
Answer = tuple[list[tuple[Any, ...]], list[str]] | str
MOST_ROWS, MOST_COLUMNS = 80, 18


@pytest.fixture(scope="module")
def excel() -> Iterator[ModuleType]:
    with excel_module() as (_, module):
        yield module


def from_files(book: Drawn, folder: Path, capsys: pytest.CaptureFixture[str]) -> Answer:
    path = book.save(folder / "mine.xlsx")
    failed = cli.main(["run", str(path), "--quiet"])
    said = capsys.readouterr().err.strip()
    if failed:
        return _bare(said.removeprefix(f"pbal-xl: {path}: "))
    return told([list(row) for row in load_workbook(path)["Trades"].iter_rows(values_only=True)])


def from_excel(book: Drawn, module: ModuleType) -> Answer:
    import xlwings
    from xlwings import _xlwindows

    com, application = open_book(_typed(book.holdings), HOLDINGS)
    Com(com._object).Worksheets.Add().Name = RULES
    for r, row in enumerate(_typed(book.rules), 1):
        for c, value in enumerate(row):
            if value is not None:
                application.sheet(RULES).set_value(f"{'ABCDEFGHI'[c]}{r}", value)
    Com(application.sheet(HOLDINGS).sheet).Activate()
    opened = xlwings.Book(impl=_xlwindows.Book(xl=com))  # type: ignore[no-untyped-call,unused-ignore]
    for name, place in book.names.items():
        opened.names.add(name, f"={place}")
    with mock.patch.object(sys, "platform", "win32"), mock.patch.object(xlwings.App, "activate"):
        said = module.in_excel(com, "suggest", "")
    if "Trades" not in [sheet.name for sheet in opened.sheets]:
        return _bare(str(said).removeprefix("#PBAL! "))
    assert not said
    cells = opened.sheets["Trades"].range((1, 1), (MOST_ROWS, MOST_COLUMNS)).options(ndim=2).value
    return told([list(row) for row in cells])


def from_calc(book: Drawn, folder: Path) -> Answer:
    office = SHARED.get()
    office.ask("open", path=str(book.save(folder / "mine.xlsx")))
    try:
        said = str(office.ask("execute", command="suggest_trades"))
        if "the sheet Trades" not in said:
            return _bare(said)
        cells = office.ask("read", address=f"A1:R{MOST_ROWS}", sheet="Trades") or []
    finally:
        office.ask("close")
    return told([list(row) for row in cells])


def _typed(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """As it is typed into Excel: a text that looks like a number needs a sign that it is none."""
    return [[f"'{cell}" if isinstance(cell, str) else cell for cell in row] for row in rows]


def _bare(said: str) -> str:
    """A refusal without what each host says in its own way: which sheet, and where to read on."""
    said = said.partition('; "pbal-xl read')[0].replace(f"sheet {HOLDINGS}: ", "")
    faults = "; ".join(line for line in said.splitlines() if not line.startswith("How it is read"))
    return faults[:1].lower() + faults[1:]


def assert_alike(ours: Answer, theirs: Answer) -> None:
    if isinstance(ours, str) or isinstance(theirs, str):
        assert ours == theirs
        return
    assert ours[1] == theirs[1]
    for one, other in zip(ours[0], theirs[0], strict=True):
        assert [cell for cell in one if isinstance(cell, str)] == [cell for cell in other if isinstance(cell, str)]
        figures = [float(cell) for cell in one if isinstance(cell, (int, float))]
        assert figures == pytest.approx([cell for cell in other if isinstance(cell, (int, float))], abs=2e-5)


def in_excel_as_in_files(first: int, count: int, module: Any, tmp_path: Path, capsys: Any) -> int:
    """How many of so many books were planned."""
    planned = 0
    for seed in range(first, first + count):
        book = drawn_book(random.Random(seed))
        (tmp_path / str(seed)).mkdir()
        wanted = from_files(book, tmp_path / str(seed), capsys)
        assert_alike(from_excel(book, module), wanted)
        planned += not isinstance(wanted, str)
    return planned


def test_excel_writes_what_is_written_into_files(
    excel: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_excel_as_in_files(100, 12, excel, tmp_path, capsys) > 6


@pytest.mark.long
def test_excel_writes_what_is_written_into_files_for_a_hundred_books(
    excel: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_excel_as_in_files(random.randrange(10**9), 100, excel, tmp_path, capsys) > 50


@pytest.mark.parametrize("seed", [201, 202])
def test_calc_writes_what_is_written_into_files(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_calc_as_in_files(seed, tmp_path, capsys)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(301, 321))
def test_calc_writes_what_is_written_into_files_for_twenty_books(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_calc_as_in_files(seed, tmp_path, capsys)


def in_calc_as_in_files(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = drawn_book(random.Random(seed))
    for name in ("files", "calc"):
        (tmp_path / name).mkdir()
    wanted = from_files(book, tmp_path / "files", capsys)
    assert_alike(from_calc(book, tmp_path / "calc"), wanted)
