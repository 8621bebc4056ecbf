"""The house keeps its rules: sizes, direction of imports, what is public. Each is measured."""

from __future__ import annotations

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
from ast import Module
from pathlib import Path
from typing import Any, Literal, get_origin

import pytest

import pbal_xl

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pbal_xl"
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def tree(path: Path) -> Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_no_folder_holds_more_than_a_quarter_of_the_code() -> None:
    by_folder: dict[Path, int] = {}
    for path in MODULES.values():
        by_folder[path.parent] = by_folder.get(path.parent, 0) + len(path.read_text(encoding="utf-8").splitlines())
    folder, largest = max(by_folder.items(), key=lambda one: one[1])
    assert largest <= sum(by_folder.values()) / 4, folder


def imported(name: str) -> set[str]:
    """The modules of ours that a module imports, anywhere and for types alone too."""
    package = name if MODULES[name].name == "__init__.py" else name.rpartition(".")[0]
    found = set()
    for node in ast.walk(tree(MODULES[name])):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found |= {f"{base}.{alias.name}" if f"{base}.{alias.name}" in MODULES else base for alias in node.names}
    return (found & MODULES.keys()) - {name}


def test_no_import_goes_in_a_circle_not_even_a_type() -> None:
    waiting = {name: imported(name) for name in MODULES}
    # Take away what imports nothing that is still there: what is left goes in circles.
    while free := {name for name, wanted in waiting.items() if not wanted}:
        waiting = {name: wanted - free for name, wanted in waiting.items() if name not in free}
    assert waiting == {}


# A module may be longer than this when its docstring says why, in these words.
MOST_LINES, REASON = 300, "long because "


def test_a_long_module_says_why() -> None:
    long = {name: path for name, path in MODULES.items() if len(path.read_text("utf-8").splitlines()) > MOST_LINES}
    silent = {
        name
        for name, path in long.items()
        if REASON not in " ".join((ast.get_docstring(tree(path)) or "").lower().split())
    }
    assert silent == set()


# Counted without the signature and the docstring: neither a setting more nor telling more is a fault.
MOST_STATEMENT_LINES = 50


def lines_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    assert function.end_lineno is not None
    first = function.body[0]
    told = (first.end_lineno or first.lineno) + 1 if ast.get_docstring(function) is not None else first.lineno
    return function.end_lineno - told + 1


def test_no_function_is_long() -> None:
    long = {
        f"{name}.{node.name}"
        for name, path in MODULES.items()
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and lines_of(node) > MOST_STATEMENT_LINES
    }
    assert long == set()


def test_the_core_imports_the_standard_library_alone() -> None:
    for name, path in MODULES.items():
        if not name.startswith(("pbal_xl.core", "pbal_xl.words")):
            continue
        for node in ast.walk(tree(path)):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for wanted in names:
                root = wanted.split(".")[0]
                of_ours = wanted.startswith(("pbal_xl.core", "pbal_xl.errors", "pbal_xl.words"))
                # Plan.to_frame makes a frame for those who have pandas.
                assert (
                    root in sys.stdlib_module_names or of_ours or (name, root) == ("pbal_xl.core.model", "pandas")
                )


@pytest.mark.parametrize("name", [name for name in MODULES if name not in {"pbal_xl", "pbal_xl.__main__"}])
def test_every_name_that_a_module_offers_is_its_own_and_told(name: str) -> None:
    parsed = tree(MODULES[name])
    assert ast.get_docstring(parsed)
    [offered] = [
        ast.literal_eval(node.value)
        for node in parsed.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
    ] or [[]]
    assert len(set(offered)) == len(offered)
    told = {node.name: node for node in parsed.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for one in offered:
        assert one not in told or ast.get_docstring(told[one]), one


def test_the_public_names_are_documented_typed_and_in_order() -> None:
    assert pbal_xl.__all__ == sorted(pbal_xl.__all__)
    for name in pbal_xl.__all__:
        public = getattr(pbal_xl, name)
        if name == "__version__":
            assert isinstance(public, str)
            continue
        assert name in dir(pbal_xl)
        if name in {"Deviation", "Goal", "Number", "Strategy"}:
            # Names of types have no docstring; the reference says what each stands for.
            assert get_origin(public) is Literal or isinstance(public, str), name
            continue
        assert inspect.getdoc(public), name
        if inspect.isfunction(public):
            signature = inspect.signature(public)
            assert signature.return_annotation is not inspect.Signature.empty, name
            assert all(one.annotation is not inspect.Parameter.empty for one in signature.parameters.values()), name
            assert any(part in (public.__doc__ or "") for part in ("Raises:", "Args:")), name
    assert (PACKAGE / "py.typed").is_file()


# Each promise, and a line in a module that breaks it.
BROKEN = {
    "Data flows one way": ("grid/cells.py", "import pbal_xl.sheet.trades"),
    "What answers Excel's cells": ("hosts/excel_server.py", "import pbal_xl.hosts.headless.look"),
    "No host knows another": ("hosts/calc/reading.py", "import pbal_xl.hosts.headless.look"),
    "The surgery on packages knows no portfolio": ("ooxml/opc.py", "import pbal_xl.core.model"),
    "The core needs the standard library alone": ("core/model.py", "import lxml"),
    "Only package surgery and the files' host know openpyxl": ("sheet/looks.py", "import openpyxl"),
    "Only Excel's host and its installation know xlwings": ("hosts/headless/look.py", "import xlwings"),
    "Only what builds files knows XlsxWriter": ("hosts/headless/look.py", "import xlsxwriter"),
    "pandas is known only where frames are made": ("grid/cells.py", "import pandas"),
    "Only Calc's host knows LibreOffice": ("hosts/headless/look.py", "import uno"),
}


# What a promise leaves to the modules that it does not name.
_FREE = {
    "The core needs the standard library alone": None,
    "What answers Excel's cells knows no other host": None,
    "The surgery on packages knows no portfolio": None,
    "Only package surgery and the files' host know openpyxl and lxml": {"ooxml", "hosts.headless"},
    "Only Excel's host and its installation know xlwings": {"hosts.excel", "hosts.excel_server", "install"},
    "Only what builds files knows XlsxWriter and pyOpenVBA": {"codegen"},
    "pandas is known only where frames are made": {"frames", "batch"},
    "Only Calc's host knows LibreOffice": {"hosts.calc"},
}


def test_every_promise_binds_all_modules_but_those_it_is_about() -> None:
    tomllib = pytest.importorskip("tomllib", reason="needs a Python that reads TOML")
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    contracts = {one["name"]: one for one in settings["contracts"] if one["type"] == "forbidden"}
    assert contracts.keys() == _FREE.keys()
    hosts = {name.removeprefix("pbal_xl.") for name in MODULES if re.fullmatch(r"pbal_xl\.hosts\.\w+", name)}
    top = {name.split(".")[1] for name in MODULES if "." in name} - {"__main__", "_version"}
    for name, free in _FREE.items():
        if free is None:
            continue
        bound = {one.removeprefix("pbal_xl.") for one in contracts[name]["source_modules"]}
        bound |= hosts if "hosts" in bound else set()
        assert (top | hosts) - bound - {"hosts"} == free, name
    forbidden = {
        one.removeprefix("pbal_xl.")
        for one in contracts["The surgery on packages knows no portfolio"]["forbidden_modules"]
    }
    assert top - forbidden == {"ooxml", "refusals", "errors", "words"}
    [apart] = [one["modules"] for one in settings["contracts"] if one["type"] == "independence"]
    # What answers Excel's cells belongs to Excel's host, and is bound by a promise of its own.
    siblings = hosts - {"hosts.excel_server"}
    assert {one.removeprefix("pbal_xl.") for one in apart} == siblings, "No host knows another"
    name = "What answers Excel's cells knows no other host"
    others = {one.removeprefix("pbal_xl.") for one in contracts[name]["forbidden_modules"]}
    assert others == siblings - {"hosts.excel"}, name


@pytest.mark.long
@pytest.mark.parametrize("promise", BROKEN)
def test_a_broken_promise_is_noticed(promise: Any, tmp_path: Path) -> None:
    pytest.importorskip("importlinter", reason="import-linter is not installed")
    shutil.copytree(PACKAGE, tmp_path / "pbal_xl", ignore=shutil.ignore_patterns("__pycache__", "data"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    where, line = BROKEN[promise]
    module = tmp_path / "pbal_xl" / where
    module.write_text(f"{module.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    program = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run(
        [program, "--no-cache"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1
    broken = [one for one in found.stdout.splitlines() if " BROKEN" in one]
    assert any(one.startswith(promise) for one in broken), found.stdout
