"""The documents tell what the program does: every command runs, every name in them exists, every page is fresh."""

from __future__ import annotations

import inspect
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from documents import NAMES, PAGES, ROOT, options_of, text_of
from sheets import ROWS, write

from pbal_xl import cli
from pbal_xl.functions import FUNCTIONS

POSITIONS = "Symbol,Quantity,Price,Market Value\nVTI,10,287.10,2871.00\nBND,20,74.05,1481.00\n"
# Work on the machine itself, or wait for a server: their options are checked, they are not run.
NOT_RUN = {"install", "uninstall", "doctor", "build"}
# What follows these is written, not read.
WRITTEN = {"--output", "--output-dir", "--orders", "--journal", "--report"}


def blocks(text: str, *languages: str) -> list[str]:
    """The code blocks of these languages, indented ones (in tabs) too."""
    found = re.findall(r"^( *)```(\w+)\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL)
    return [inspect.cleandoc(f"\n{code}") for _, language, code in found if language in languages]


def commands(text: str) -> list[str]:
    """The pbal-xl commands of the console blocks; what a command printed is no command."""
    lines = []
    for block in blocks(text, "console", "powershell", "bat"):
        printed = "$ " in block
        for line in block.splitlines():
            command = line.removeprefix("$ ").removeprefix(".venv/bin/").split("  #")[0].strip()
            if command.startswith("pbal-xl") and (line.startswith("$ ") or not printed):
                lines.append(command)
    return lines


ALL_COMMANDS = sorted({command for page in PAGES for command in commands(text_of(page))})


def test_the_pages_name_commands() -> None:
    assert len(ALL_COMMANDS) >= 8


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_every_command_in_the_documents_runs(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = shlex.split(command)[1:]
    monkeypatch.chdir(tmp_path)
    if arguments[0] in NOT_RUN:
        cli._parser().parse_args([one for one in arguments if one != "--help"])
        return
    for before, word in pairwise(arguments):
        if before not in WRITTEN:
            lay_out(Path(word), settled=arguments[0] != "settings")
    # A check that finds something due says so by its status.
    well = {cli.DONE, 3} if arguments[0] == "check" else {cli.DONE}
    assert cli.main(arguments) in well, capsys.readouterr().err


def lay_out(path: Path, *, settled: bool = True) -> None:
    """A file for a name in a command: the demo, or a workbook without settings, and a small export for a CSV."""
    given = path.with_name(path.name.replace("*", "one"))
    if given.suffix == ".csv" and path.suffix:
        given.parent.mkdir(parents=True, exist_ok=True)
        given.write_text(POSITIONS, encoding="utf-8")
    elif given.suffix == ".xlsx":
        given.parent.mkdir(parents=True, exist_ok=True)
        if settled:
            shutil.copyfile(ROOT / "workbook" / "portfolio.xlsx", given)
        else:
            write(given, ROWS)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_option_named_exists(page: Path) -> None:
    known = {word for name in cli.COMMANDS for word in options_of(name)} | {"--help", "--version"}
    # Options of other programs, each told with its program.
    others = {"--force-reinstall", "--upgrade", "--user"}
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text_of(page)))
    assert told <= known | others, told - known - others


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_function_named_exists_and_takes_so_many_arguments(page: Path) -> None:
    known = {function.name: function for function in FUNCTIONS}
    for name, arguments in re.findall(r"\b(PBAL_[A-Z]+)(?:\(([^()\n]*)\))?", text_of(page)):
        assert name in known, name
        if arguments:
            assert len(re.split(r"[;,]", arguments)) <= len(known[name].arguments), (name, arguments)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_python_example_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for code in blocks(text_of(page), "python"):
        for name in re.findall(r"\"([\w-]+\.(?:xlsx|csv))\"", code):
            lay_out(Path(name))
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_generated_parts_are_fresh(page: Path) -> None:
    pytest.importorskip("cogapp", reason="cog, which writes the generated parts, comes with the dev extra")
    if "[[[cog" not in text_of(page):
        pytest.skip("nothing in this page is generated")
    command = [sys.executable, "-m", "cogapp", "--check", str(page)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_and_picture_is_there(page: Path) -> None:
    for target in re.findall(r"\]\(((?!https?:|#|mailto:)[^)#\s]+)", text_of(page)):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_picture_is_described_for_those_who_do_not_see_it(page: Path) -> None:
    for described, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", text_of(page)):
        assert len(described.split()) >= 3, target


def test_every_picture_is_used_and_small() -> None:
    used = {
        (page.parent / target).resolve()
        for page in PAGES
        for target in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text_of(page))
    }
    kept = set((ROOT / "docs" / "images").glob("*.png"))
    assert kept <= used, kept - used
    for picture in kept:
        assert picture.stat().st_size < 150_000, picture
