"""``pbal-xl read``: how a file is understood, without planning."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from command import follows
from sheets import ROWS, write

from pbal_xl.cli import DONE, REFUSED, main
from pbal_xl.json_schema import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path

CSV = "Symbol,Quantity,Price,Value,Sector\nAAA,5,200,1000,x\nBBB,5,100,500,y\nUSD,250,1,250,\nTotal,,,1750,\n"


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    path = tmp_path / "positions.csv"
    path.write_text(CSV)
    return path


def read_json(capsys: pytest.CaptureFixture[str], *arguments: Path) -> tuple[int, dict[str, Any]]:
    status = main(["read", *map(str, arguments), "--json"])
    told = json.loads(capsys.readouterr().out)
    follows(told, SCHEMAS["read"]())
    return status, told


def test_columns_left_out_rows_targets_and_holdings_are_told(csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = read_json(capsys, csv)
    assert (status, told["ok"], told["range"]) == (DONE, True, "A1:E4")
    assert [one["role"] for one in told["columns"]] == ["symbol", "quantity", "price", "value", None]
    assert "quantity x price in 3 of 3 rows" in told["columns"][3]["why"]
    assert [one["cell"] for one in told["left_out"]] == ["A4"]
    assert told["targets"] == 'Targets are equal, because there is no column Target; not read: "Sector".'
    assert [(one["symbol"], one["value"]) for one in told["holdings"]] == [("AAA", 1000), ("BBB", 500)]


def test_people_are_told_the_same_in_lines(csv: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", str(csv)]) == DONE
    said = capsys.readouterr().out
    assert "Sector" in said
    assert "not read" in said
    assert "A4: USD, 250, is cash and is left out." in said


def test_what_cannot_be_planned_is_told_with_what_was_understood(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "trades.csv"
    path.write_text("Date,Type,Symbol,Value\n2024-01-02,Buy,AAA,10\n2024-02-02,Sell,AAA,12\n")
    status, told = read_json(capsys, path)
    assert (status, told["ok"]) == (REFUSED, False)
    assert "transactions" in told["faults"][0]
    assert [one["role"] for one in told["columns"]] == [
        "may be date",
        "may be kind",
        "may be ticker",
        "may be value",
    ]
    assert main(["run", str(path), "--dry-run"]) == REFUSED
    assert '"pbal-xl read trades.csv" tells how the file is understood' in capsys.readouterr().err


def test_a_workbook_is_told_with_its_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = read_json(capsys, write(tmp_path / "a.xlsx", ("Mine", ROWS)))
    assert (status, told["sheet"], told["range"]) == (DONE, "Mine", "A1:C3")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = read_json(capsys, tmp_path / "missing.csv")
    assert (status, told["code"]) == (REFUSED, "missing")


def test_a_name_that_ends_like_the_files_is_told_as_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "e.csv").write_text("Symbol,Value,Price\nVTI,100,10\nnote.csv,50,5\n")
    monkeypatch.chdir(tmp_path)
    for command in ("read", "check"):
        main([command, "./e.csv"])
        told = capsys.readouterr().out
        assert told.startswith("e.csv: ")
        assert "./" not in told
