"""How fast LibreOffice recalculates: ``python benchmarks/bench_calc.py`` (needs soffice and python3-uno)."""

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
    """The median of a few runs, in seconds."""
    return statistics.median(action() for _ in range(repeats))


def timed(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


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
    seconds = best(lambda: office.ask("recalculate"))
    assert not str(office.ask("read", address=f"H{CELLS}")[0][0]).startswith("#")
    office.ask("close")
    return seconds


def large_call(office, rows):
    office.ask("open")
    office.ask("write", rows=holdings(rows), patience=300.0)
    office.ask("formula", address="H1", text=f"=PBAL_NEVERSELL(A1:C{rows + 1};50000)")
    seconds = best(lambda: office.ask("recalculate"), 3)
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
    print(f"build of the extension                             {1000 * timed(build_oxt):8.1f} ms")
    office = SHARED.get()
    for formula in FORMULAS:
        print(f"{CELLS} x {formula.format(row='n'):<43} {1000 * thousand_cells(office, formula):8.1f} ms")
    print(f"one call on 10,000 holdings                        {1000 * large_call(office, 10_000):8.1f} ms")
    print(f"Suggest trades, 10 holdings                        {1000 * suggest(office):8.1f} ms")
    SHARED.end()
    print(f"a never calculated workbook                        {1000 * calculated():8.1f} ms")


if __name__ == "__main__":
    main()
