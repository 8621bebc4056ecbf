"""Every refusal has its code in one table, and every code of the tables is used."""

from __future__ import annotations

import ast
import pickle
import re
from ast import Call, Module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pbal_xl.errors import CellFaults, InputError, PbalError, PlanError, Refused
from pbal_xl.refusals import PROGRAM_REFUSALS, REFUSALS, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parents[1] / "pbal_xl"
SOURCES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in PACKAGE.rglob("*.py")}
# These know no command line: their sentences are read in Excel, in Calc and by programs too.
LIBRARY = ("answers.py", "core", "frames.py", "functions.py", "grid", "names.py", "ooxml", "sheet", "suggest.py")


def calls() -> Iterator[tuple[Path, Call]]:
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield path, node


def texts(tree: Module) -> list[str]:
    """The texts of a module, its docstrings left out."""
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]


def test_every_code_that_is_raised_stands_in_a_table() -> None:
    raised = {
        node.args[0].value
        for path, node in calls()
        if isinstance(node.func, ast.Name)
        and node.func.id in {"Refused", "refusal"}
        and path.name != "refusals.py"
        and isinstance(node.args[0], ast.Constant)
    }
    assert raised <= {*REFUSALS, *PROGRAM_REFUSALS}
    assert len(raised) > 20


def test_every_code_of_the_tables_is_raised() -> None:
    used = {text for path, tree in SOURCES.items() if path.name != "refusals.py" for text in texts(tree)}
    assert {code for code in {*REFUSALS, *PROGRAM_REFUSALS} if code not in used} == set()


def test_no_code_means_two_things() -> None:
    assert not set(REFUSALS) & set(PROGRAM_REFUSALS)
    meanings = [*REFUSALS.values(), *PROGRAM_REFUSALS.values()]
    assert len(set(meanings)) == len(meanings)


def test_a_refusal_begins_with_its_file_and_keeps_its_code() -> None:
    error = refusal("locked", Path("a.xlsx"), "is open in Excel")
    assert isinstance(error, Refused)
    assert (error.code, str(error)) == ("locked", "a.xlsx is open in Excel")
    with pytest.raises(KeyError):
        refusal("no-such-code", "a.xlsx", "is odd")


@pytest.mark.parametrize("folder", LIBRARY)
def test_what_is_no_command_line_names_no_option_of_one(folder: str) -> None:
    home = PACKAGE / folder
    files = [home] if home.is_file() else sorted(home.glob("*.py"))
    named = [text for path in files for text in texts(SOURCES[path]) if re.search(r"--[a-z]{2}", text)]
    assert named == []


@pytest.mark.parametrize(
    "error",
    [
        PbalError("no"),
        InputError("no"),
        PlanError("no"),
        CellFaults(["C7: x", "D8: y"]),
        Refused("encrypted", "no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_comes_back_from_another_process_as_it_was(error: PbalError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    assert type(back) is type(error)
    assert (str(back), back.code) == (str(error), error.code)
    assert getattr(back, "faults", None) == getattr(error, "faults", None)
