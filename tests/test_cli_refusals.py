"""Whatever is wrong with a file or a setting: one sentence, status 1, and nothing written."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from command import run, state
from sheets import write

from pbal_xl.errors import CellFaults

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEADER = ["Symbol", "Value", "Price"]
GOOD: list[list[Any]] = [HEADER, ["VTI", 1000, 10], ["BND", 500, 20]]


def table(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> list[list[Any]]:
    return [list(header), *[list(row) for row in rows]]


# The holdings, the command line, and what the sentence must name: cell or setting, and figure.
BAD: dict[str, tuple[list[list[Any]], list[str], list[str]]] = {
    "missing column": (table(["VTI", 1], header=["Symbol", "Price"]), [], ["A1", "no column tells"]),
    "error in a cell": (table(["VTI", "#N/A", 10]), [], ["B2", "value is #N/A"]),
    "abc as a price": (table(["VTI", 100, "abc"]), [], ["C2", 'price "abc" is not a number']),
    "price of zero": (table(["VTI", 100, 0]), [], ["C2", "price must be above 0, is 0"]),
    "value below zero": (table(["VTI", -500, 10]), [], ["B2", "value must be at least 0, is -500"]),
    "withdrawing too much": (GOOD, ["--cash", "-1500.01"], ["cannot withdraw 1,500.01", "1,500.00"]),
    "two value columns": (
        table(["VTI", 1, 2], header=["Symbol", "Value", "Market Value"]),
        [],
        ['B1 ("Value") and C1 ("Market Value") both claim to be the value'],
    ),
    "targets of 90 %": (
        table(["VTI", 100, 0.5], ["BND", 100, 0.4], header=["Symbol", "Value", "Target"]),
        [],
        ["targets must sum to 1 or 100 %, sum to 0.9; raise them by 0.1 in all"],
    ),
    "all targets zero": (
        table(["VTI", 100, 0], ["BND", 100, 0], header=["Symbol", "Value", "Target"]),
        [],
        ["all targets are 0"],
    ),
    "no holdings": ([HEADER], [], ["A1", "there are no holdings here"]),
    "no table": ([["Rent", 500]], ["--range", "C5:D9"], ["C5", "no holdings"]),
}

# Values on the command line that no file could be planned with, and what the sentence must name.
MISUSED: dict[str, tuple[list[str], list[str]]] = {
    "cash is nan": (["--cash", "nan"], ["--cash", '"nan" is not a number']),
    "cash is infinite": (["--cash", "inf"], ["--cash", '"inf" is not a number']),
    "cash is 1e400": (["--cash", "1e400"], ["--cash", "must be below", "1E+400"]),
    "cash is text": (["--cash", "a lot"], ["--cash", '"a lot" is not a number']),
    "cash is ambiguous": (["--cash", "5,000"], ["--cash", '"5,000" can be read in two ways']),
    "negative increment": (["--cash", "10", "--increment=-5"], ["increment must be above 0, is -5"]),
    "minimum trade is text": (["--min-trade", "x"], ["--min-trade", '"x" is not a number']),
    "no range": (["--range", "everything"], ["range must be a range such as A2:C12", "'everything'"]),
    "bands are text": (["--bands", "wide"], ["bands must be as in", "'wide'"]),
    "fees are all": (["--fee-percent", "100"], ["fee_percent must be from 0 to below 100 percent, is 100"]),
    "no instalment": (["--instalments", "0"], ["--instalments must be a whole number from 1 to 120, is 0"]),
    "fewer than no instalment": (["--instalments=-1"], ["must be a whole number from 1 to 120, is -1"]),
    "too many instalments": (["--instalments", "121"], ["must be a whole number from 1 to 120, is 121"]),
    "a share that is none": (["--shard", "4/3"], ["--shard must be I/N", "'4/3'"]),
    "no time": (["--timeout", "0"], ["--timeout must be above 0, is 0"]),
    "no table": (["--targets", "none.csv"], ["--targets: 'none.csv' is neither a file nor a table"]),
    "blank": (["--cash", ""], ["--cash is empty"]),
    "a choice that is none": (["--strategy", "soft"], ["--strategy", "'soft'"]),
    "an option that is none": (["--sell-all"], ["--sell-all", "pbal-xl --help"]),
}


def made(folder: Path, kind: str, rows: Sequence[Sequence[Any]]) -> Path:
    path = folder / f"my funds ü.{kind}"
    if kind == "xlsx":
        return write(path, ("Mine", rows))
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_sentence_and_nothing_is_written(tmp_path: Path, case: str, kind: str) -> None:
    rows, options, named = BAD[case]
    path = made(tmp_path, kind, rows)
    before = state(tmp_path)
    done = run(path, *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("pbal-xl: ")
    for words in [str(path), *named]:
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert state(tmp_path) == before


@pytest.mark.parametrize("telling", [[], ["--json"]])
@pytest.mark.parametrize("case", MISUSED)
def test_a_value_of_an_option_that_cannot_be_used_is_wrong_usage(
    tmp_path: Path, case: str, telling: list[str]
) -> None:
    options, named = MISUSED[case]
    path = made(tmp_path, "xlsx", GOOD)
    before = state(tmp_path)
    done = run(path, *options, *telling)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pbal-xl: ")
    assert done.stderr.count("\n") == 1
    assert "my funds" not in done.stderr
    assert all(words in done.stderr for words in named), done.stderr
    assert state(tmp_path) == before


@pytest.mark.parametrize(
    ("case", "code"),
    [
        ("error in a cell", "cells"),
        ("withdrawing too much", "plan"),
        ("missing column", "cells"),
    ],
)
def test_with_json_the_sentence_and_a_stable_code_are_in_the_object(tmp_path: Path, case: str, code: str) -> None:
    rows, options, named = BAD[case]
    path = made(tmp_path, "xlsx", rows)
    done = run(path, "--json", *options)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (1, "", 1)
    told = json.loads(done.stdout)
    assert (told["file"], told["ok"], told["orders"], told["output"]) == (str(path), False, [], None)
    assert told["code"] == code
    assert all(words in told["error"] for words in named)


def test_wrong_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "text.xlsx").write_text("Symbol,Value\nVTI,1\n")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)))
    write(tmp_path / "book.xlsx", ("Mine", GOOD)).rename(tmp_path / "book.csv")
    (tmp_path / "folder.xlsx").mkdir()
    names = [
        "old.xls",
        "text.xlsx",
        "empty.xlsx",
        "empty.csv",
        "binary.csv",
        "book.csv",
        "folder.xlsx",
        "missing.xlsx",
    ]
    before = state(tmp_path)
    done = run(*[tmp_path / name for name in names])
    lines = done.stderr.splitlines()
    assert done.returncode == 1
    assert done.stdout == "8 files: 0 done, 8 refused\n"
    assert len(lines) == len(names)
    for name, line in zip(names, lines, strict=True):
        assert str(tmp_path / name) in line
    assert state(tmp_path) == before


def test_a_setting_in_a_cell_that_is_wrong_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("Mine", [[*row, None, "abc"] for row in GOOD]), pbal_cash="Mine!$E$2")
    before = state(tmp_path)
    done = run(path)
    assert done.stderr == f'pbal-xl: {path}: pbal_cash (Mine!E2) "abc" is not a number\n'
    assert state(tmp_path) == before


def test_of_thousands_of_faults_the_first_are_told(tmp_path: Path) -> None:
    path = made(tmp_path, "csv", table(*[[f"S{number}", "x", 1] for number in range(3000)]))
    done = run(path)
    assert done.stderr.count(" is not a number") == 20
    assert '; and 2,980 more; "pbal-xl read ' in done.stderr


def test_line_breaks_in_a_cell_do_not_break_the_sentence(tmp_path: Path) -> None:
    path = made(tmp_path, "csv", table(["VTI", "one\ntwo\r\n\x1b[31mthree", 1]))
    done = run(path)
    assert done.stderr.count("\n") == 1
    assert '"one two [31mthree" is not a number' in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.xlsx", "--strategy", "both"],
        ["a.xlsx", "--deviation", "squared"],
        ["a.xlsx", "--decimal", "x"],
        ["a.xlsx", "--cash"],
        ["a.xlsx", "--no-such-option"],
        ["a.xlsx", "--fractional", "--whole-shares"],
        ["a.xlsx", "--output", "b.xlsx", "--output-dir", "c"],
        ["a.xlsx", "b.xlsx", "--output", "c.xlsx"],
    ],
)
def test_wrong_usage_ends_with_status_2_and_writes_nothing(tmp_path: Path, arguments: list[str]) -> None:
    write(tmp_path / "a.xlsx", ("Mine", GOOD))
    before = state(tmp_path)
    done = run(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("pbal-xl: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert state(tmp_path) == before


@pytest.mark.parametrize(("count", "more"), [(1, []), (3, []), (4, ["and 1 more"]), (2003, ["and 2,000 more"])])
def test_of_thousands_of_faults_the_first_are_told_and_how_many_more(count: int, more: list[str]) -> None:
    faults = [f"A{row}: no" for row in range(1, count + 1)]
    assert CellFaults(faults).first(3) == [*faults[:3], *more]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--report", "p.csv"], ["--report", "the holdings", "p.csv"]),
        (["--journal", "p.csv"], ["--journal", "the holdings", "p.csv"]),
        (["--orders", "./p.csv"], ["--orders", "the holdings", "p.csv"]),
        (["--report", "p-trades.xlsx"], ["--report", "the trades"]),
        (["--report", "goals.csv", "--targets", "goals.csv"], ["--report", "--targets", "goals.csv"]),
        (["--output", "o.xlsx", "--report", "o.xlsx"], ["--output", "--report", "o.xlsx"]),
        (["--orders", "r-files.csv", "--report", "r.csv"], ["--orders", "--report", "r-files.csv"]),
        (["--output-dir", "there", "--report", "there/p-trades.xlsx"], ["--report", "the trades"]),
    ],
)
def test_no_file_takes_the_place_of_another(tmp_path: Path, options: list[str], named: list[str]) -> None:
    (tmp_path / "p.csv").write_text("Symbol,Value,Price,Class\nA,100,10,X\nB,50,7,Y\n", "utf-8")
    (tmp_path / "goals.csv").write_text("Class,Target\nX,60%\nY,40%\n", "utf-8")
    before = state(tmp_path)
    done = run("p.csv", "--cash", "50", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "name the same file" in done.stderr
    assert all(one in done.stderr for one in named), done.stderr
    assert state(tmp_path) == before


def test_a_workbook_is_written_in_place_by_its_own_name_too(tmp_path: Path) -> None:
    made(tmp_path, "xlsx", GOOD).rename(tmp_path / "p.xlsx")
    assert run("p.xlsx", "--cash", "50", "--output", "p.xlsx", cwd=tmp_path).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["p.xlsx"]
