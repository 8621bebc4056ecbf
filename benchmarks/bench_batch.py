"""Files a second, one process and several, against openpyxl's load, add a plain sheet, save; and a cold start.

python benchmarks/bench_batch.py [FILES]    processor and wall time; a loaded machine: trust ratios
python benchmarks/bench_batch.py jobs FOLDER [ROUNDS]    the whole program on a folder, --jobs 1 and 2 in turn
python benchmarks/bench_batch.py {ours,openpyxl} FILES    so many files and nothing else, for a program that counts

valgrind --tool=callgrind counts instructions, which no other work on the machine changes: those of 20 files less
those of 10, with PYTHONHASHSEED=0, are those of 10 files once all is warm.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median

from openpyxl import Workbook, load_workbook
from processes import best_of

from pbal_xl.batch.job import Job
from pbal_xl.batch.run import run_here
from pbal_xl.batch.work import run_job
from pbal_xl.hosts.headless.commands import Request
from pbal_xl.hosts.headless.reading import Where

_COPIES = 24
_TURN = 25
DEMO = Path(__file__).resolve().parents[1] / "workbook" / "portfolio.xlsx"


def copies(folder: Path, count: int, source: Path = DEMO) -> list[Path]:
    """So many copies of a workbook."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    out = [folder / f"c{number:05}.xlsx" for number in range(count)]
    for path in out:
        shutil.copyfile(source, path)
    return out


def plain_book(path: Path, holdings: int) -> Path:
    """A workbook of nothing but so many holdings, without a format: the least that openpyxl can have to load."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Symbol", "Value", "Price"])
    for place in range(holdings):
        sheet.append([f"F{place}", 1000 + 37 * place, 10 + place])
    book.save(path)
    return path


def ours(path: Path) -> None:
    """The whole run of one file."""
    assert run_job(Job(str(path), REQUEST, quiet=True, kept=False)).ok


def openpyxl_plain(path: Path, rows: int = 20) -> None:
    """What anybody would write: load, add a plain sheet of as many rows, save."""
    book = load_workbook(path)
    sheet = book.create_sheet("Trades")
    for row in range(rows):
        sheet.append([f"F{row}", "Buy", row, row * 1.5, row * 2.5, row, row, 0.1, 0.1, 0.1])
    book.save(path)


def only(work, count: int) -> None:
    """Nothing but so many files, out of as many copies every time."""
    with tempfile.TemporaryDirectory() as where:
        for path in copies(Path(where) / "files", _COPIES)[:count]:
            work(path)


REQUEST = Request(Where(), {"cash": Decimal(5000)})


def rates(folder: Path, count: int, source: Path = DEMO, rows: int = 20) -> tuple[float, float, float]:
    """Files a second of processor time, ours and openpyxl's, and the middle ratio: in turns, a few at a time."""
    turns = max(2, count // _TURN)
    both: list[list[float]] = [[], []]
    for _ in range(turns + 1):
        for taken, work in zip(both, (ours, partial(openpyxl_plain, rows=rows)), strict=True):
            paths = copies(folder, _TURN, source)
            start = time.process_time()
            for path in paths:
                work(path)
            taken.append((time.process_time() - start) / _TURN)
    mine, theirs = both[0][1:], both[1][1:]  # the first turn is for warming up
    ratio = median(other / own for own, other in zip(mine, theirs, strict=True))
    return 1 / median(mine), 1 / median(theirs), ratio


def whole_program(folder: Path, rounds: int) -> None:
    """How long the program takes over the files of a folder, start and all, with one worker and with two."""
    with tempfile.TemporaryDirectory() as where:
        for _ in range(rounds):
            taken = []
            for workers in ("1", "2"):
                place = shutil.copytree(folder, Path(where) / f"jobs{workers}")
                os.sync()
                command = [sys.executable, "-m", "pbal_xl", "run", f"{place}/*.[xc][ls]*", "--cash", "1000"]
                start = time.perf_counter()
                subprocess.run([*command, "--quiet", "--jobs", workers], check=False, stderr=subprocess.DEVNULL)
                taken.append(time.perf_counter() - start)
                shutil.rmtree(place)
            count = sum(1 for _ in folder.iterdir())
            one, two = taken
            print(
                f"{count} files: {count / one:.0f} and {count / two:.0f} a second: {one / two:.2f} times",
                flush=True,
            )


def main(count: int) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as where:
        folder = Path(where) / "files"
        mine, theirs, ratio = rates(folder, count)
        print(f"one process: {mine:.0f} files/s, openpyxl's loop {theirs:.0f}: {ratio:.2f} times as many")
        for holdings in (3, 10, 20, 40):
            source = plain_book(Path(where) / "plain.xlsx", holdings)
            *_, ratio = rates(folder, count // 4, source, holdings + 8)
            print(f"{holdings} holdings without formats: {ratio:.2f} times as many")
        for workers in (1, 2):
            jobs = [Job(str(path), REQUEST, quiet=True, kept=False) for path in copies(folder, 4 * count)]
            start = time.perf_counter()
            assert all(one.ok for one in run_here(jobs, workers))
            print(f"--jobs {workers}: {len(jobs) / (time.perf_counter() - start):.0f} files/s of wall time")
        path = copies(folder, 1)[0]
        program = [sys.executable, "-m", "pbal_xl", "run", str(path), "--replace", "--quiet"]
        (run, _), (library, _) = best_of([program, [sys.executable, "-c", "import openpyxl"]])
        print(f"cold run {run:.3f} s, import openpyxl {library:.3f} s: {run / library:.2f}")
        print(f"bytes read {DEMO.stat().st_size:,}, written {path.stat().st_size:,} a file")
        for many in (100_000, 10_000_000):
            print(f"{many:,} files: {many / mine / 3600:,.1f} processor hours")


if __name__ == "__main__":
    which = {"ours": ours, "openpyxl": openpyxl_plain}
    if sys.argv[1:2] == ["jobs"]:
        whole_program(Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 3)
    elif sys.argv[1:2] and sys.argv[1] in which:
        only(which[sys.argv[1]], int(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
