"""The installed command, run as a user runs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pbal_xl.json_schema import run_schema


def program() -> str:
    """The installed pbal-xl, that of the Python that runs the tests first."""
    beside = Path(sys.executable).parent
    found = shutil.which("pbal-xl", path=str(beside)) or shutil.which("pbal-xl")
    if found is None:
        pytest.skip("pbal-xl is not installed as a command; run pip install . first")
    return found


def run(*arguments: Path | str, cwd: Path | None = None, **environment: Any) -> subprocess.CompletedProcess[str]:
    """Run ``pbal-xl run`` with these arguments."""
    return subprocess.run(
        [program(), "run", *map(str, arguments)],
        capture_output=True,
        encoding=environment.get("PYTHONIOENCODING", "utf-8").split(":", maxsplit=1)[0],
        stdin=subprocess.DEVNULL,
        cwd=cwd,
        env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
        timeout=120,
    )


def follows(told: dict[str, Any], schema: dict[str, Any]) -> None:
    """Hold an object against its published schema."""
    validator = pytest.importorskip("jsonschema").Draft202012Validator(schema)
    faults = [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in validator.iter_errors(told)]
    assert not faults, faults


def run_json(*arguments: Path | str, cwd: Path | None = None) -> dict[str, Any]:
    """Run with --json on one file; its object. Nothing else may be on stdout."""
    done = run("--json", *arguments, cwd=cwd)
    assert done.stderr == ""
    line, rest = done.stdout.split("\n", 1)
    assert rest == ""
    told = json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert told["ok"] == (done.returncode == 0)
    follows(told, run_schema())
    return told


def state(folder: Path) -> dict[str, bytes]:
    """Every file below a folder and its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
