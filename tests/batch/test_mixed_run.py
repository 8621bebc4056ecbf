"""Thousands of workbooks of every kind in one run: all that can be done is done, none is harmed, and a run that was
killed in the middle ends with the report of one that was not.

PBAL_MIXED says how many files; the suite's own count keeps the long tests short.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import time
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
import workbook_zoo as zoo
from command import program
from trades_books import portfolio_book
from workbook_corpus import corpus
from workbook_guard import damage

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.long
COUNT = int(os.environ.get("PBAL_MIXED", "200"))


def _csv(path: Path, draw: random.Random) -> None:
    rows = "".join(f"F{place},{draw.randint(1, 90_000)},{draw.randint(5, 400)}\n" for place in range(8))
    path.write_text(f"Symbol,Value,Price\n{rows}")


def _broken(path: Path, draw: random.Random) -> None:
    """A workbook of which something is missing or wrong."""
    portfolio_book(path, 4)
    data = bytearray(path.read_bytes())
    how = draw.randrange(4)
    if how == 0:
        path.write_bytes(data[: draw.randrange(len(data))])
    elif how == 1:
        for _ in range(20):
            data[draw.randrange(len(data))] = draw.randrange(256)
        path.write_bytes(bytes(data))
    elif how == 2:
        path.write_bytes(b"")
    else:
        path.write_text("this is no workbook")


def mixed_folder(place: Path, count: int, seed: int = 1) -> None:
    """So many files: portfolios, exports, rich and odd workbooks, real ones, broken ones."""
    draw = random.Random(seed)
    real = corpus()
    builders: list[tuple[str, Callable[[Path], object]]] = [
        *((f"{name}.xlsx", build) for name, build in (*zoo.RICH.items(), *zoo.ODD.items()))
    ]
    place.mkdir()
    for number in range(count):
        kind = number % 10
        if kind < 5:
            portfolio_book(place / f"{number:05}-portfolio.xlsx", 2 + draw.randrange(40))
        elif kind == 5:
            _csv(place / f"{number:05}-export.csv", draw)
        elif kind == 6:
            name, build = builders[number // 10 % len(builders)]
            build(place / f"{number:05}-{name}")
        elif kind in {7, 8} and real:
            source = real[number // 5 % len(real)]
            shutil.copyfile(source, place / f"{number:05}-{source.name}")
        else:
            _broken(place / f"{number:05}-broken.xlsx", draw)


def _command(folder: Path, name: str, *more: str) -> list[str]:
    files = f"{folder}/*.[xc][ls]*"
    journal, report = folder.parent / f"{name}.jsonl", folder.parent / f"{name}.csv"
    return [
        program(), "run", files, "--cash", "1000", "--quiet", "--jobs", "2", "--timeout", "300",
        "--journal", str(journal), "--report", str(report), *more,
    ]  # fmt: skip


def _run(folder: Path, name: str, *more: str) -> float:
    begun = time.perf_counter()
    done = subprocess.run(_command(folder, name, *more), capture_output=True, text=True, check=False, timeout=3000)
    assert done.returncode == 1, done.stderr[-2000:]  # some are broken
    assert "Traceback" not in done.stderr
    return time.perf_counter() - begun


def _run_killed(folder: Path, name: str, share: float, count: int) -> int:
    """Start a run and kill all of it when so large a share of the files is in its journal; how many were."""
    journal = folder.parent / f"{name}.jsonl"
    run = subprocess.Popen(_command(folder, name), stderr=subprocess.DEVNULL, start_new_session=True)
    while run.poll() is None and (not journal.exists() or journal.read_bytes().count(b"\n") < share * count):
        time.sleep(0.02)
    assert run.poll() is None, "it ended before it was killed"
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return journal.read_bytes().count(b"\n")


def _report(folder: Path, name: str) -> dict[str, str]:
    """The tables of a report, with the folder's name left out."""
    tables = ("", "-summary", "-files", "-largest", "-refusals")
    return {
        table: (folder.parent / f"{name}{table}.csv").read_text().replace(str(folder), "FOLDER") for table in tables
    }


@pytest.mark.skipif(os.name == "nt", reason="kills as POSIX does")
def test_a_mixed_run_killed_in_the_middle_ends_as_one_that_was_not(tmp_path: Path) -> None:
    before = tmp_path / "before"
    mixed_folder(before, COUNT)
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    shutil.copytree(before, whole)
    shutil.copytree(before, cut)
    took = _run(whole, "whole")
    noted = _run_killed(cut, "cut", 0.5, COUNT)
    again = _run(cut, "cut", "--resume")
    assert _report(cut, "cut") == _report(whole, "whole")
    files = pd.read_csv(tmp_path / "whole-files.csv")
    refusals = pd.read_csv(tmp_path / "whole-refusals.csv")
    (tmp_path / "figures.txt").write_text(
        f"{COUNT} files, {len(files)} done, {len(refusals)} refused in {took:.0f} s; "
        f"killed after {noted}, the rest in {again:.0f} s\n"
    )
    assert len(files) + len(refusals) == COUNT
    for folder in (whole, cut):
        _assert_none_harmed(before, folder, set(refusals["file"]), whole)


def _names(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {one.orig_filename for one in archive.infolist()}


def _assert_none_harmed(before: Path, folder: Path, refused: set[str], whole: Path) -> None:
    """Files that were refused are as they were; of those done every part of the user's is, and each once."""
    for source in sorted(before.iterdir()):
        path = folder / source.name
        if str(whole / source.name) in refused or source.suffix == ".csv":
            assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(source.read_bytes()).digest()
            continue
        assert zipfile.ZipFile(path).testzip() is None
        assert damage(source, path, added=_names(path) - _names(source)) == [], source.name
        if source.name.endswith("-portfolio.xlsx"):
            assert openpyxl.load_workbook(path).sheetnames == ["Portfolio", "Trades"], source.name
    extra = {one.name for one in folder.iterdir()} - {one.name for one in before.iterdir()}
    assert all(name.endswith("-export-trades.xlsx") for name in extra), extra
