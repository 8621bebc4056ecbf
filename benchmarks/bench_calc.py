"""How fast LibreOffice recalculates: ``python benchmarks/bench_calc.py`` (needs soffice and python3-uno).

Beside the time that passes stands, where the system tells it, what the processor spent in LibreOffice: what else
the machine does adds little to that.
"""

import contextlib
import math
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "calc"))

from calc_office import SHARED, missing

from pbal_xl.codegen.calc_extension import build_oxt
from pbal_xl.hosts.headless.calculate import calculated_copy

CELLS = 1000
# The same call in all cells, one answer taken apart by INDEX, and a different deposit in each cell.
FORMULAS = (
    "=PBAL_MINDEPOSIT(A1:C11)",
    "=INDEX(PBAL_NEVERSELL(A1:C11;5000);11;3)",
    "=INDEX(PBAL_NEVERSELL(A1:C11;5000+{row});11;3)",
)
REPEATS = 5


def best(action, repeats=REPEATS):
    """The median of a few runs: seconds, or seconds and those of the processor."""
    taken = [action() for _ in range(repeats)]
    if not isinstance(taken[0], tuple):
        return statistics.median(taken)
    return tuple(statistics.median(one) for one in zip(*taken, strict=True))


def timed(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def recalculated(office):
    """Seconds that a recalculation takes, and those of the processor."""
    before = processor_seconds(office)
    seconds = timed(lambda: office.ask("recalculate", patience=300.0))
    return seconds, processor_seconds(office) - before


def processor_seconds(office):
    """What all processes of an office have used so far; nan where there is no /proc."""
    used = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # Behind the name, which may hold anything: state, parent, group, session; user and system time.
            words = stat.read_text().rpartition(")")[2].split()
            if int(words[3]) == office.process.pid:
                used += int(words[11]) + int(words[12])
    return used / os.sysconf("SC_CLK_TCK") if used else float("nan")


def told(what, seconds, processor=float("nan")):
    beside = "" if math.isnan(processor) else f" {1000 * processor:8.1f} ms of the processor"
    print(f"{what:<52} {1000 * seconds:8.1f} ms{beside}")


def holdings(count):
    return [
        ["Symbol", "Value", "Price"],
        *([f"S{i:05}", 1000.0 + 7 * i % 900, 10.0 + i % 190] for i in range(count)),
    ]


def thousand_cells(office, formula):
    office.ask("open")
    office.ask("write", rows=holdings(10))
    for row in range(1, CELLS + 1):
        office.ask("formula", address=f"H{row}", text=formula.format(row=row))
    office.ask("recalculate")
    seconds = best(lambda: recalculated(office))
    assert not str(office.ask("read", address=f"H{CELLS}")[0][0]).startswith("#")
    office.ask("close")
    return seconds


def large_call(office, rows):
    office.ask("open")
    office.ask("write", rows=holdings(rows), patience=300.0)
    office.ask("formula", address="H1", text=f"=PBAL_NEVERSELL(A1:C{rows + 1};50000)")
    seconds = best(lambda: recalculated(office), 3)
    assert office.ask("read", address="H1") == [["Symbol"]]
    office.ask("close")
    return seconds


def suggest(office):
    def once():
        office.ask("open")
        office.ask("write", rows=holdings(10))
        seconds = timed(lambda: office.ask("execute", command="suggest_trades"))
        office.ask("close")
        return seconds

    return best(once)


def calculated():
    import openpyxl

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "never.xlsx")
        book = openpyxl.Workbook()
        for row in range(1, CELLS + 1):
            book.active.append([row, f"=A{row}*2"])
        book.save(path)

        def once():
            with calculated_copy(path):
                pass

        return best(lambda: timed(once), 3)


def main():
    reason = missing()
    if reason:
        print(f"skipped: {reason}")
        return
    told("build of the extension", timed(build_oxt))
    office = SHARED.get()
    for formula in FORMULAS:
        told(f"{CELLS} x {formula.format(row='n')}", *thousand_cells(office, formula))
    told("one call on 10,000 holdings", *large_call(office, 10_000))
    told("Suggest trades, 10 holdings", suggest(office))
    SHARED.end()
    told("a never calculated workbook", calculated())


if __name__ == "__main__":
    main()
