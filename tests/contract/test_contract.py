"""One contract for every host: the same cells in, the same cells out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from calc_office import SHARED, Office, letters
from contract_cases import CASES, MISSING, Case, Range, answers, grid, same
from excel_windows import MISSING as VBA_MISSING
from excel_windows import Range as ExcelRange
from excel_windows import excel_module

from pbal_xl import __version__
from pbal_xl.functions import FUNCTIONS, call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xlwings.com_server import XLPython

    from pbal_xl.grid.cells import Cell

ANSWERS = answers()
BY_NAME = {function.name: function for function in FUNCTIONS}


def from_core(case: Case, _tmp_path: Path) -> list[list[Any]]:
    return call(BY_NAME[case.function], *map(grid, case.arguments))


def from_openpyxl(case: Case, tmp_path: Path) -> list[list[Any]]:
    """Each range stands on a sheet of a workbook and is read as the headless mode reads it."""
    from openpyxl import Workbook

    from pbal_xl.hosts.headless.look import look_into

    book = Workbook()
    for place, argument in enumerate(case.arguments):
        sheet = book.create_sheet(f"Argument {place}")
        for cells in grid(argument) or ():
            sheet.append(cells)
    path = tmp_path / "arguments.xlsx"
    book.save(path)
    with look_into(path) as look:
        read = [
            grid(argument) and _shaped(look.grid(f"Argument {place}"), grid(argument))
            for place, argument in enumerate(case.arguments)
        ]
    return call(BY_NAME[case.function], *read)


def _shaped(rows: list[list[Any]], like: list[list[Any]]) -> list[list[Any]]:
    """A file holds no blank cells at a sheet's end; a range does."""
    width = max(map(len, like))
    rows = [[*row, *[None] * (width - len(row))] for row in rows]
    return rows + [[None] * width] * (len(like) - len(rows))


@pytest.fixture(scope="module")
def excel() -> Iterator[XLPython]:
    with excel_module() as (server, _module):
        yield server


def from_xlwings(case: Case, excel: XLPython) -> list[list[Any]]:
    """Through xlwings' own function server, as a call from VBA takes it."""
    arguments = [
        ExcelRange([[_excel_value(cell) for cell in row] for row in argument.rows])
        if isinstance(argument, Range)
        else VBA_MISSING
        if argument is MISSING
        else argument
        for argument in case.arguments
    ]
    answer: Any = excel.CallUDF("pbal_xl.hosts.excel", case.function, arguments)
    if not isinstance(answer, (list, tuple)):
        return [[answer]]
    return list(answer) if isinstance(answer[0], (list, tuple)) else [list(answer)]


def _excel_value(cell: Any) -> Any:
    return {"#N/A": -2146826246, "#DIV/0!": -2146826281}.get(cell, cell) if isinstance(cell, str) else cell


def from_calc(case: Case, office: Office, shape: tuple[int, int]) -> list[list[Any]]:
    """Typed into a cell of a real document, as an array formula of the answer's size."""
    texts = []
    for place, argument in enumerate(case.arguments):
        if isinstance(argument, Range):
            column = 1 + 20 * place
            office.ask("write", rows=argument.rows, column=column)
            width, height = len(argument.rows[0]), len(argument.rows)
            texts.append(f"{letters(column)}1:{letters(column + width - 1)}{height}")
        else:
            texts.append(_literal(argument))
    where = f"EA1:{letters(130 + shape[1])}{shape[0]}"
    office.ask("formula", address=where, text=f"={case.function}({';'.join(texts)})", array=True)
    return office.ask("read", address=where)


def _literal(argument: Cell) -> str:
    if argument is MISSING:
        return ""
    if isinstance(argument, bool):
        return f"{str(argument).upper()}()"
    return f'"{argument}"' if isinstance(argument, str) else repr(argument)


def _check(case: Case, host: str, answer: Sequence[Sequence[Any]]) -> None:
    if host in case.differs:
        # Where a host cannot but differ, it differs: or the excuse is out of date.
        assert not same(answer, ANSWERS[case.name]), f"{case.differs[host]}: no longer so"
    else:
        assert same(answer, ANSWERS[case.name]), answer


every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@every_case
def test_the_core_on_plain_lists_answers_the_contract(case: Case, tmp_path: Path) -> None:
    _check(case, "core", from_core(case, tmp_path))


@every_case
def test_cells_of_a_file_answer_the_contract(case: Case, tmp_path: Path) -> None:
    _check(case, "openpyxl", from_openpyxl(case, tmp_path))


@every_case
def test_xlwings_answers_the_contract(case: Case, excel: XLPython) -> None:
    _check(case, "xlwings", from_xlwings(case, excel))


@every_case
def test_calc_answers_the_contract(case: Case) -> None:
    office = SHARED.get()
    office.ask("open")
    try:
        expected = ANSWERS[case.name]
        _check(case, "calc", from_calc(case, office, (len(expected), len(expected[0]))))
    finally:
        office.ask("close")


def test_every_function_is_in_the_contract() -> None:
    assert {case.function for case in CASES} == set(BY_NAME) - {"PBAL_VERSION"}


def test_every_host_tells_its_version(excel: XLPython) -> None:
    office = SHARED.get()
    office.ask("open")
    office.ask("formula", address="A1", text="=PBAL_VERSION()")
    told = office.ask("read", address="A1")
    office.ask("close")
    assert told == [[f"pbal-xl {__version__}"]] == call(BY_NAME["PBAL_VERSION"])
    assert excel.CallUDF("pbal_xl.hosts.excel", "PBAL_VERSION", []) == told[0][0]


def test_the_contract_says_what_the_article_says() -> None:
    """Checked by hand against the published figures, whatever writes the answers."""
    shares = {row[0]: row[1] for row in ANSWERS["the article's example"][1:]}
    assert {symbol: count for symbol, count in shares.items() if count} == {"VCR": 10, "VDC": 8, "VIS": 2, "VNQ": 3}
    assert ANSWERS["smallest deposit"] == [[88103.92]]
    hundreds = {row[0]: row[2] for row in ANSWERS["in hundreds"][1:] if row[2]}
    assert hundreds == {"VCR": 2800, "VDC": 1500, "VIS": 600, "VNQ": 100}
