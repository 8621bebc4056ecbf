"""What the command does when it cannot say what it wants to say, or is told nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

DEMO = Path(__file__).parents[1] / "workbook" / "portfolio.xlsx"


def run(*arguments: str, **kinds: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pbal_xl", "run", *arguments]
    return subprocess.run(command, text=True, check=False, stderr=subprocess.PIPE, **kinds)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full on this system")
def test_results_that_cannot_be_printed_end_in_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = run(str(DEMO), "--dry-run", stdout=full)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "could not be printed" in done.stderr


@pytest.mark.parametrize("option", ["--cash", "--increment", "--min-trade"])
def test_an_empty_amount_is_refused_and_nothing_is_written(option: str, tmp_path: Path) -> None:
    copy = tmp_path / "portfolio.xlsx"
    shutil.copyfile(DEMO, copy)
    done = run(str(copy), f"{option}=", stdout=subprocess.DEVNULL)
    assert done.returncode == 2
    assert f"{option} is empty" in done.stderr
    assert copy.read_bytes() == DEMO.read_bytes()
