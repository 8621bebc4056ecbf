"""Time to read tables of growing size; the last column must stay near the ratio of the sizes.

python benchmarks/bench_reading.py [ROWS]
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from pathlib import Path

from openpyxl import Workbook
from results import keep

from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless.reading import Where, explain_file

HEADER = "Symbol,Name,Quantity,Price,Value,Currency,Type"
KINDS = {
    "holdings": lambda n: f"S{n},Fund number {n},{n % 90 + 1},12.5,{(n % 90 + 1) * 12.5},USD,ETF",
    "header and row in turn": lambda n: HEADER if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "blank rows between": lambda n: "" if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "lots of one symbol": lambda n: f"S{n // 50},Fund,{n % 9 + 1},10,{(n % 9 + 1) * 10},USD,ETF",
    "subtotals": lambda n: "Total,,,,50,," if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "one symbol alone": lambda n: f"S,Fund,{n % 9 + 1},10,{(n % 9 + 1) * 10},USD,ETF",
    "blank rows alone": lambda n: ",,,,,," if n else "S,Fund,5,10,50,USD,ETF",
    "cash alone": lambda n: "USD,Cash,50,1,50,USD,Cash" if n else "S,Fund,5,10,50,USD,ETF",
    "cash": lambda n: "USD,Cash,50,1,50,USD,Cash" if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "text only": lambda n: f"word {n},fund,symbol,name,of,the,etf",
    "faults": lambda n: f"S{n},Fund,many,12.5,x{n},USD,ETF",
    "dates": lambda n: f"2020-01-{n % 28 + 1:02},Fund,5,10,50,USD,ETF",
}


def seconds(path):
    """Processor time, the better of two: other programs do not count."""
    took = []
    for _ in range(2):
        start = time.process_time()
        with contextlib.suppress(PbalError):
            explain_file(path, Where())
        took.append(time.process_time() - start)
    return min(took)


def write(path, make, rows):
    if path.suffix == ".csv":
        path.write_text("\n".join([HEADER, *(make(n) for n in range(rows))]) + "\n")
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Holdings")
    for line in [HEADER, *(make(n) for n in range(rows))]:
        sheet.append([float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in line.split(",")])
    book.save(path)


def write_sheets(path, sheets):
    """A workbook of many sheets, one of which holds holdings."""
    book = Workbook(write_only=True)
    for number in range(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        sheet.append(HEADER.split(",") if number == sheets // 2 else ["Month", "Spent", "On what"])
        for n in range(3_000):
            line = KINDS["holdings"](n).split(",") if number == sheets // 2 else [n, n / 2, f"food, {n}"]
            sheet.append([float(cell) if str(cell).replace(".", "").isdigit() else cell for cell in line])
    book.save(path)


def main():
    figures = {}
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{'':28}{'rows':>9}{'seconds':>9}{'ten times fewer':>17}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for suffix, rows in ((".csv", most), (".xlsx", most // 2)):
            for kind, make in KINDS.items():
                path = Path(folder, f"a{suffix}")
                name, took = f"{kind}, {rows:,} rows of {suffix}", []
                for size in (rows // 10, rows):
                    write(path, make, size)
                    took.append(seconds(path))
                figures[name] = took[1]
                print(f"{kind + ' ' + suffix:28}{rows:>9,}{took[1]:>9.2f}{took[0]:>17.2f}{took[1] / took[0]:>7.1f}")
        path, took = Path(folder, "sheets.xlsx"), []
        for sheets in (3, 30):
            write_sheets(path, sheets)
            took.append(seconds(path))
        figures["30 sheets, one of holdings"] = took[1]
        print(
            f"{'30 sheets, one of holdings':28}{90_000:>9,}{took[1]:>9.2f}{took[0]:>17.2f}{took[1] / took[0]:>7.1f}"
        )
    keep("reading", figures, "s")


if __name__ == "__main__":
    main()
