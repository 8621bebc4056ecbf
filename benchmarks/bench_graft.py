"""Grafting a sheet into a large workbook, against openpyxl's load and save of the same file.

    python benchmarks/bench_graft.py [MEGABYTES]

Each runs in a process of its own, so that its peak of memory is its own; times are of the work alone, imports
aside. The workbook holds figures that hardly compress, so that its size is honest.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import xlsxwriter

_PEAK = """
def peak():
    with open("/proc/self/status") as status:  # of this process alone, unlike getrusage after a fork
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))
"""
_GRAFT = """
import json, sys, time
from openpyxl import Workbook
from pbal_xl.hosts.headless import add_sheet
scratch = Workbook()
for row in range(30):
    scratch.active.append([f"ETF{row}", row, row / 7])
start = time.perf_counter()
add_sheet(sys.argv[1], scratch, title="Trades")
took = time.perf_counter() - start
print(json.dumps({"seconds": took, "megabytes": peak()}))
"""
_OPENPYXL = """
import json, sys, time
import openpyxl
start = time.perf_counter()
book = openpyxl.load_workbook(sys.argv[1])
book.create_sheet("Trades").append(["ETF", 1, 2])
book.save(sys.argv[1])
took = time.perf_counter() - start
print(json.dumps({"seconds": took, "megabytes": peak()}))
"""


def make(path: Path, megabytes: float) -> None:
    """A workbook of about that size."""
    rng = random.Random(1)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for _ in range(5):
            sheet = book.add_worksheet()
            for row in range(int(megabytes * 1350)):
                sheet.write_row(row, 0, [rng.random() * 1000 for _ in range(12)])


def measure(script: str, path: Path) -> dict[str, float]:
    """Run a script on a copy of the workbook in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        command = [sys.executable, "-c", textwrap.dedent(_PEAK + script), str(copy)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Make the workbook, run both, print the figures."""
    megabytes = float(sys.argv[1]) if len(sys.argv) > 1 else 50
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        make(path, megabytes)
        print(f"workbook   {path.stat().st_size / 1e6:8.1f} MB")
        grafts = [measure(_GRAFT, path) for _ in range(3)]
        graft = {key: sorted(one[key] for one in grafts)[1] for key in grafts[0]}
        print(f"graft      {graft['seconds'] * 1e3:8.1f} ms {graft['megabytes']:8.1f} MB  (median of 3)")
        other = measure(_OPENPYXL, path)
        print(f"openpyxl   {other['seconds'] * 1e3:8.1f} ms {other['megabytes']:8.1f} MB")
        print(f"ratio      {other['seconds'] / graft['seconds']:8.1f}")


if __name__ == "__main__":
    main()
