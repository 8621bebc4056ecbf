"""`pbal-xl formulas` adds the named functions and nothing else."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest
import workbook_zoo as zoo
from sheets import write

from pbal_xl.cli import main
from pbal_xl.errors import Refused
from pbal_xl.hosts.headless.formulas import add_formulas
from pbal_xl.sheet.lambdas import FUNCTIONS

WORKBOOK = Path(__file__).parents[3] / "workbook"


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def names_in(path: Path) -> list[str]:
    openpyxl = pytest.importorskip("openpyxl")
    return list(openpyxl.load_workbook(path).defined_names)


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(WORKBOOK / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))


def test_only_the_list_of_names_changes(workbook: Path) -> None:
    before = contents(workbook)
    add_formulas(workbook)
    after = contents(workbook)
    assert list(after) == list(before)
    assert {name for name in after if after[name] != before[name]} == {"xl/workbook.xml"}
    assert set(FUNCTIONS) <= set(names_in(workbook))
    assert "pbal_cash" in names_in(workbook)


def test_added_again_they_change_nothing(workbook: Path) -> None:
    add_formulas(workbook)
    once = workbook.read_bytes()
    add_formulas(workbook)
    assert workbook.read_bytes() == once


def test_the_original_stays_where_another_file_is_written(workbook: Path, tmp_path: Path) -> None:
    before = workbook.read_bytes()
    written, names = add_formulas(workbook, tmp_path / "with.xlsx")
    assert written == tmp_path / "with.xlsx"
    assert names == tuple(FUNCTIONS)
    assert workbook.read_bytes() == before


def test_a_name_of_the_users_own_is_never_replaced(tmp_path: Path) -> None:
    path = write(tmp_path / "own.xlsx", [("Symbol", "Value"), ("VTI", 1)], names={"pbal.hard": "Sheet1!$A$1"})
    before = path.read_bytes()
    with pytest.raises(Refused, match=r"has a name PBAL.HARD already, which means 'Sheet1!\$A\$1'") as caught:
        add_formulas(path)
    assert caught.value.code == "name-taken"
    assert path.read_bytes() == before


def test_the_engine_calls_what_the_file_stores(workbook: Path) -> None:
    ironcalc = pytest.importorskip("ironcalc")
    add_formulas(workbook)
    model = ironcalc.load_from_xlsx(str(workbook), "en", "UTC", "en")
    model.set_user_input(0, 20, 1, "=PBAL.NEVERSELL(A2:D12,5000)")
    model.evaluate()
    amounts = {model.get_cell_value(0, row, 1): model.get_cell_value(0, row, 3) for row in range(21, 31)}
    assert sum(amounts.values()) == pytest.approx(5000)
    assert amounts["VCR"] == pytest.approx(2761.24, abs=0.011)


def test_the_shipped_workbook_stores_what_its_functions_answer() -> None:
    ironcalc = pytest.importorskip("ironcalc")
    path = str(WORKBOOK / "portfolio-lambda.xlsx")
    stored = pytest.importorskip("openpyxl").load_workbook(path, data_only=True)["Portfolio"]
    model = ironcalc.load_from_xlsx(path, "en", "UTC", "en")
    model.evaluate()
    model.set_user_input(0, 40, 1, "=PBAL.NEVERSELL(A2:D12,G3,TRUE)")
    model.set_user_input(0, 60, 1, "=PBAL.MINDEPOSIT(A2:D12)")
    model.evaluate()
    for row in range(11):
        for column in range(5):
            said, kept = model.get_cell_value(0, 40 + row, 1 + column), stored.cell(2 + row, 9 + column).value
            assert said == (kept if isinstance(kept, str) else pytest.approx(kept, abs=1e-9))
    assert model.get_cell_value(0, 60, 1) == pytest.approx(stored.cell(15, 12).value)


def test_strict_files_take_the_names_too(tmp_path: Path) -> None:
    path = tmp_path / "strict.xlsx"
    zoo.strict(path)
    before = contents(path)
    add_formulas(path)
    assert {name for name, content in contents(path).items() if content != before[name]} == {"xl/workbook.xml"}


def test_the_command_says_what_was_added(workbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formulas", str(workbook)]) == 0
    said = capsys.readouterr().out
    assert "PBAL.NEVERSELL" in said
    assert "not in Excel itself" in said


def test_the_command_refuses_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["formulas", str(tmp_path / "none.xlsx")]) == 1
    assert "is not there" in capsys.readouterr().err
