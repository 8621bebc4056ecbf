"""CONTRIBUTING.md tells no figure that nothing holds, no file that is not there, no option that a tool has not."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import recorded
from documents import ROOT, prose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PAGE = ROOT / "CONTRIBUTING.md"
TEXT = " ".join(prose(PAGE).split())
# Without what is quoted from code, and the numbers of lists.
WORDS = re.sub(r"`[^`]*`|^ *\d\. ", " ", prose(PAGE), flags=re.MULTILINE)


def _count(name: str) -> int:
    path = ROOT / "tests" / "tools" / f"breaks_{name}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    tool = importlib.util.spec_from_file_location("breaks", path.with_name("breaks.py"))
    assert spec is not None
    assert spec.loader is not None
    assert tool is not None
    assert tool.loader is not None
    if "breaks" not in sys.modules:
        sys.modules["breaks"] = importlib.util.module_from_spec(tool)
        tool.loader.exec_module(sys.modules["breaks"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return len(module.BREAKS)


def _limits() -> list[int]:
    """The most lines of a function, and of a module, that a test lets pass without a reason."""
    test = (ROOT / "tests" / "test_structure.py").read_text("utf-8")
    return [
        int(re.findall(rf"\b{name}\b[^=\n]*= (\d+)", test)[0]) for name in ("MOST_STATEMENT_LINES", "MOST_LINES")
    ]


# A sentence, and what its figures are today.
FIGURES: dict[str, Callable[[], Sequence[object]]] = {
    r"`excel` \((\d+)\)": lambda: [_count("excel")],
    r"`calc` \((\d+)\)": lambda: [_count("calc")],
    r"`files` \((\d+)\)": lambda: [_count("files")],
    r"`batch` \((\d+)\)": lambda: [_count("batch")],
    r"`reviewer` \((\d+),": lambda: [_count("reviewer")],
    r"`fresh` \((\d+),": lambda: [_count("fresh")],
    r"holds ([\d,]+) answers": lambda: [f"{recorded.CASES:,}"],
    r"\((\d+) of them of kinds seldom drawn": lambda: [recorded._SEARCHED - recorded._SELDOM],
    r"(\d+) that want a search": lambda: [recorded._LARGE - recorded._SEARCHED],
    r"(\d+) of hundreds of holdings": lambda: [recorded.CASES - recorded._LARGE],
    r"Of ([\d,]+) more questions of": lambda: [f"{recorded.DIGESTED:,}"],
    r"\((\d+) at most, signature and docstring not counted\), modules of about (\d+)": _limits,
}
# What nothing has to hold: no limit, an aim, an example of a weight, versions.
NO_MEASURE = {"0", "30", "0.2445630121", "1.0.0", "3.12"}


@pytest.mark.parametrize("sentence", FIGURES)
def test_a_figure_of_the_tests_is_what_they_have_today(sentence: str) -> None:
    found = re.search(sentence, TEXT)
    assert found, sentence
    assert [str(one) for one in FIGURES[sentence]()] == list(found.groups())


def test_every_list_of_breaks_is_told() -> None:
    lists = {path.stem.removeprefix("breaks_") for path in (ROOT / "tests" / "tools").glob("breaks_*.py")}
    assert set(re.findall(r"(?:list|of) `(\w+)` \(\d+", TEXT)) == lists


def test_no_other_figure_is_told() -> None:
    held = {one for sentence in FIGURES for found in re.finditer(sentence, TEXT) for one in found.groups()}
    told = re.findall(r"(?<![\w.])\d[\d,.e-]*\d|(?<![\w.])\d(?!\w)", WORDS)
    assert set(told) - held == NO_MEASURE


def _commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    said = [line for block in blocks for line in block.splitlines()]
    return [one for one in [*said, *re.findall(r"`(python tests/[^`]+)`", TEXT)] if "python tests/tools/" in one]


@pytest.mark.parametrize("command", _commands())
def test_a_tool_is_there_with_every_option_that_is_told_and_every_test(command: str) -> None:
    tool, _, told = command.partition("python tests/tools/")[2].partition(" ")
    path = ROOT / "tests" / "tools" / tool
    assert path.is_file()
    if options := set(re.findall(r"--[a-z-]+", told)):  # one without options does its work at once
        known = subprocess.run([sys.executable, str(path), "--help"], capture_output=True, text=True, check=False)
        assert known.returncode == 0, known.stderr
        assert options <= set(re.findall(r"--[a-z-]+", known.stdout))
    for path in re.findall(r"tests/[\w/]+\.py", told):
        assert (ROOT / path).is_file(), path
    for folder, names in re.findall(r"(tests/\w+/test_)\{([\w,]+)\}\.py", told):
        assert all((ROOT / f"{folder}{name}.py").is_file() for name in names.split(","))


def test_every_file_that_is_named_is_there() -> None:
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not known:
        pytest.skip("without git nobody can list the files")
    files = [f"/{line}" for line in known.splitlines()]
    named = set(re.findall(r"`([\w./-]+\.(?:py|md|json|xml|bas|toml|yml|csv))`", TEXT))
    assert {one for one in named if not any(file.endswith(f"/{one}") for file in files)} == set()
    assert len(named) > 50
