"""A rule at a value that asks for nothing changes nothing: no plan, no text, no byte of a file."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from pbal_xl import cli

ETFS = Path(__file__).parents[2] / "data" / "etfs.csv"
REQUESTS = (
    ["--cash", "5000"],
    ["--cash", "-5000"],
    ["--strategy", "hard"],
    ["--strategy", "hard", "--fractional", "--cash", "700"],
    ["--cash", "5000", "--fractional"],
)
# What asks for nothing at all, and what no plan of these ten funds comes near to.
NOTHING = {"fee": "0", "fee_percent": "0", "keep": "0", "min_trade": "0", "increment": "0"}
LOOSE = {"max_trades": "10", "max_turnover": "1000000000", "max_gain": "1000000000"}


def option(name: str, value: str) -> list[str]:
    return ["--" + name.replace("_", "-"), value]


def planned(capsys: pytest.CaptureFixture[str], *asked: str) -> dict[str, Any]:
    assert cli.main(["run", str(ETFS), "--json", "--dry-run", *asked]) == 0
    plan: dict[str, Any] = json.loads(capsys.readouterr().out)
    return plan


@pytest.mark.parametrize("request_", REQUESTS, ids=" ".join)
@pytest.mark.parametrize(("name", "value"), (NOTHING | LOOSE).items())
def test_the_plan_and_its_words_are_the_same_but_for_the_setting_itself(
    request_: list[str], name: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plain, ruled = planned(capsys, *request_), planned(capsys, *request_, *option(name, value))
    assert plain.pop(name) is None
    ruled.pop(name)
    assert ruled == plain


def parts(path: Path) -> dict[str, str]:
    """All parts of a workbook as texts, without the time of writing, digests of it, and what was typed."""
    time = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?Z?)?|<definedName[^>]*>\"[^<]*</definedName>")
    with zipfile.ZipFile(path) as book:
        return {name: time.sub("", book.read(name).decode("latin-1")) for name in book.namelist()}


def funds(path: Path) -> Path:
    """The ten funds as a workbook."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    with ETFS.open(newline="") as file:
        for place, row in enumerate(csv.reader(file)):
            sheet.append([row[0], *[float(cell) if place else cell for cell in row[1:]]])
    book.save(path)
    return path


@pytest.mark.parametrize("strategy", ["never-sell", "hard"])
@pytest.mark.parametrize(("name", "value"), NOTHING.items())
def test_no_byte_of_the_written_file_changes(name: str, value: str, strategy: str, tmp_path: Path) -> None:
    found = []
    for folder, more in (("plain", []), ("ruled", option(name, value))):
        (tmp_path / folder).mkdir()
        path = funds(tmp_path / folder / "mine.xlsx")
        asked = ["--strategy", strategy, "--cash", "5000", *more]
        assert cli.main(["run", str(path), "--replace", "--quiet", *asked]) == 0
        found.append(parts(path))
    assert "Trades" in found[0]["xl/workbook.xml"]
    assert found[1] == found[0]
