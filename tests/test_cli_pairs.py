"""Two options together: each has its effect, or both are refused by name; none does nothing in silence."""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import re
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pytest

from pbal_xl import cli

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = (
    ("Symbol", "Value", "Price", "Gain", "Class"),
    ("AAA", 4000.0, 101.0, 900.0, "Stocks"),
    ("BBB", 9000.0, 52.0, -400.0, "Stocks"),
    ("CCC", 2500.0, 33.0, 100.0, "Bonds"),
    ("DDD", 7000.0, 210.0, 1500.0, "Gold"),
)
CURRENCIES = ("Currency", "USD", "EUR", "USD", "USD")
_TABLES = {"--targets", "--exposure"}
# Every option of "run" and "check" that takes no other file's place, with a value that tells.
RUN: dict[str, list[str]] = {
    "--strategy": ["hard"], "--cash": ["1500"], "--increment": ["100"], "--whole-shares": [], "--fractional": [],
    "--min-trade": ["150"], "--deviation": ["absolute"], "--bands": ["5/25"], "--band-to": ["edge"],
    "--max-trades": ["1"], "--max-turnover": ["300"], "--fee": ["3"], "--fee-percent": ["0.5"],
    "--fee-limit": ["1"], "--max-gain": ["10"], "--keep": ["200"], "--targets": ["Stocks=60%,Bonds=30%,Gold=10%"],
    "--exposure": ["exposure.csv"], "--rates": ["EUR=1.1,USD=1"], "--instalments": ["3"], "--loan": ["2000"],
    "--maintenance": ["30"], "--log": [], "--live": [], "--language": ["de"],
    "--sheet": ["Other"], "--range": ["A1:E3"], "--decimal": [","], "--output": ["out.xlsx"],
    "--output-dir": ["outs"], "--replace": [], "--dry-run": [], "--orders": ["orders.csv"],
    "--orders-for": ["ibkr"], "--currency": ["EUR"], "--jobs": ["2"], "--shard": ["1/1"], "--journal": ["journal"],
    "--resume": [], "--report": ["report.csv"], "--timeout": ["60"], "--json": [], "--quiet": [],
}  # fmt: skip
CHECK: dict[str, list[str]] = {
    "--bands": ["90"], "--sheet": ["Other"], "--range": ["A1:E3"], "--decimal": [","], "--language": ["de"],
    "--json": [], "--quiet": [],
}  # fmt: skip
READ: dict[str, list[str]] = {"--sheet": ["Other"], "--range": ["A1:E3"], "--decimal": [","], "--json": []}
VERIFY: dict[str, list[str]] = {"--original": ["original.xlsx"], **READ}
_NO_SETTINGS = {
    "--output-dir", "--replace", "--dry-run", "--orders", "--orders-for", "--currency", "--jobs", "--shard",
    "--journal", "--resume", "--report", "--timeout",
}  # fmt: skip
SETTINGS: dict[str, list[str]] = {name: value for name, value in RUN.items() if name not in _NO_SETTINGS}
COMMANDS = {"run": RUN, "check": CHECK, "read": READ, "verify": VERIFY, "settings": SETTINGS}
_END = ["-h", "--help"]
ALONE = {
    "run": ["--scheduler", "--json-schema", *_END],
    **{command: ["--json-schema", *_END] for command in ("check", "read", "verify", "settings")},
}
# They have no two options that could meet, or a test of their own below.
FEW = {
    "formulas": {"--output"}, "install": {"--dest", "--libreoffice"}, "uninstall": {"--libreoffice"},
    "doctor": set(), "build": {"--check"},
}  # fmt: skip
# Why the first has nothing to do beside the second, where that is as it should be.
TOLD_DRY = "the plan says that nothing was written"
SAME = "it asks for what is so anyway"
# They change how files are gone through and the last line, not what comes of them.
HOW = {"--jobs", "--shard", "--timeout"}
REST: dict[tuple[str, str, str], str] = {
    **{("run", one, "--dry-run"): TOLD_DRY for one in ("--log", "--live", "--output", "--output-dir")},
    ("run", "--fractional", "--increment"): SAME,
    ("run", "--json", "--quiet"): "a file without a fault has nothing to say",
    ("check", "--json", "--quiet"): "a file without a fault has nothing to say",
    ("settings", "--json", "--quiet"): "a file without a fault has nothing to say",
    **{("check", one, "--quiet"): "the status alone is asked for" for one in ("--sheet", "--range", "--language")},
    ("check", "--language", "--json"): "what programs read is in English",
}


class Outcome(NamedTuple):
    """What a command line came to: its status, what it said, what it wrote."""

    status: Any
    out: str
    err: str
    files: dict[str, str]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Outcome]:
    known: dict[tuple[str, ...], Outcome] = {}

    def of(command: str, *names: str) -> Outcome:
        asked = (command, *sorted(names))
        if asked not in known:
            known[asked] = _outcome(tmp_path_factory.mktemp("pair"), command, names)
        return known[asked]

    return of


def _outcome(folder: Path, command: str, names: tuple[str, ...]) -> Outcome:
    values = COMMANDS[command]
    book = openpyxl.Workbook()
    for title, count in (("Mine", 5), ("Other", 4)):
        sheet = book.create_sheet(title)
        for place, row in enumerate(ROWS[:count]):
            more = (CURRENCIES[place],) if "--rates" in names else ()
            sheet.append([*row[: 4 if command == "run" and not _TABLES & {*names} else 5], *more])
        if "--decimal" in names:  # a point that a decimal comma makes wrong
            sheet["C2"] = "101.0"
    del book["Sheet"]
    book.save(folder / "p.xlsx")
    if command == "verify":
        (folder / "p.xlsx").rename(folder / "original.xlsx")
        _told(folder, ["run", "original.xlsx", "--sheet", "Mine", "--cash", "1000", "--output", "p.xlsx"])
        assert (folder / "p.xlsx").is_file()
    with (folder / "exposure.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("Symbol", "Stocks", "Bonds", "Gold"), ("BBB", "60%", "40%", "0%")])
    before = {path.name for path in folder.iterdir()} - {"p.xlsx"}
    cash = ["--cash", "1000"] if command == "run" and "--cash" not in names else []
    sheet_of = ["--sheet", "Mine"] if "--sheet" not in names else []
    asked = [part for name in names for part in (name, *values[name])]
    status, out, err = _told(folder, [command, "p.xlsx", *cash, *sheet_of, *asked])
    written = [path for path in sorted(folder.rglob("*")) if path.name not in before]
    return Outcome(status, out, err, {str(path.relative_to(folder)): _said(path) for path in written})


def _told(folder: Path, line: list[str]) -> tuple[Any, str, str]:
    import contextlib
    import io

    out, err, here = io.StringIO(), io.StringIO(), os.getcwd()  # noqa: PTH109
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status: Any = cli.main(line)
            except SystemExit as end:
                status = end.code
    finally:
        os.chdir(here)
    return status, _timeless(out.getvalue()), _timeless(err.getvalue())


def _timeless(text: str) -> str:
    text = re.sub(r"20\d\d-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?(\.\d+)?(\+00:00)?", "TIME", text)
    return re.sub(r"(seconds\W+)[\d.]+", r"\1", text)


def _said(path: Path) -> str:
    """What a file says, without the time."""
    if path.is_dir():
        return "a folder"
    if path.suffix != ".xlsx":
        return _timeless(path.read_text("utf-8"))
    with zipfile.ZipFile(path) as parts:
        names = [name for name in sorted(parts.namelist()) if "docProps" not in name and name != "xl/workbook.xml"]
        text = "".join(_timeless(parts.read(name).decode("latin-1")) for name in names)
    return hashlib.sha256(text.encode()).hexdigest()


def named(text: str, option: str) -> bool:
    """Whether a refusal names an option, or the setting that it is."""
    key = option.removeprefix("--no-").removeprefix("--")
    return option in text or any(one in text.lower() for one in (key, key.replace("-", "_"), key.replace("-", " ")))


def _options() -> dict[str, set[str]]:
    (commands,) = [one.choices for one in cli._parser()._actions if isinstance(one, argparse._SubParsersAction)]
    return {
        command: {name for action in parser._actions for name in action.option_strings}
        for command, parser in commands.items()
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_tried(command: str) -> None:
    assert _options()[command] - set(ALONE[command]) == set(COMMANDS[command])


def test_every_other_command_has_few_options() -> None:
    others = {command: options - set(_END) for command, options in _options().items() if command not in COMMANDS}
    assert others == FEW


def test_an_add_in_goes_to_the_folder_for_the_program_that_is_named(tmp_path: Path) -> None:
    for options in ([], ["--libreoffice"]):
        for place, line in enumerate(([*options, "--dest", "made"], ["--dest", "made", *options])):
            folder = tmp_path / f"{len(options)}{place}"
            folder.mkdir()
            status, _, err = _told(folder, ["install", *line])
            assert (status, err) == (0, "")
            [made] = [path.name for path in folder.rglob("*") if path.suffix in {".oxt", ".xlam"}]
            assert made.endswith(".oxt" if options else ".xlam")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_alone_changes_something(outcome: Callable[..., Outcome], command: str) -> None:
    deaf = {name for name in COMMANDS[command] if outcome(command, name) == outcome(command)}
    # The default; nothing is there; the block stands in the same place.
    known = {"run": {"--whole-shares", "--replace"}, "settings": {"--whole-shares", "--range"}}
    assert deaf == known.get(command, set())


@pytest.mark.parametrize(("command", "second"), [(c, o) for c in COMMANDS for o in COMMANDS[c]])
def test_no_option_does_nothing_in_silence_beside_another(
    outcome: Callable[..., Outcome], command: str, second: str
) -> None:
    silent = []
    for first in COMMANDS[command]:
        alone, other = outcome(command, first), outcome(command, second)
        if first == second or first in HOW or alone == outcome(command):
            continue  # alone it changes nothing here
        both = outcome(command, first, second)
        if both.status == 2 and 2 not in {alone.status, other.status}:
            assert named(both.err, first), both.err
            assert named(both.err, second), both.err
        elif both == other and both.status in {cli.DONE, cli.DUE}:
            silent.append(first)
    assert [first for first in silent if (command, first, second) not in REST] == []


def test_what_is_let_rest_is_so(outcome: Callable[..., Outcome]) -> None:
    for (command, first, second), why in REST.items():
        both = outcome(command, first, second)
        assert both == outcome(command, second)
        assert why != TOLD_DRY or "Nothing was written (dry run)." in both.out
