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

from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless.reading import Where, read_csv_file, read_workbook

HEADER = "Symbol,Name,Quantity,Price,Value,Currency,Type"
KINDS = {
    "holdings": lambda n: f"S{n},Fund number {n},{n % 90 + 1},12.5,{(n % 90 + 1) * 12.5},USD,ETF",
    "header and row in turn": lambda n: HEADER if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "blank rows between": lambda n: "" if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "lots of one symbol": lambda n: f"S{n // 50},Fund,{n % 9 + 1},10,{(n % 9 + 1) * 10},USD,ETF",
    "subtotals": lambda n: "Total,,,,50,," if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "cash": lambda n: "USD,Cash,50,1,50,USD,Cash" if n % 2 else f"S{n},Fund,5,10,50,USD,ETF",
    "text only": lambda n: f"word {n},fund,symbol,name,of,the,etf",
    "faults": lambda n: f"S{n},Fund,many,12.5,x{n},USD,ETF",
    "dates": lambda n: f"2020-01-{n % 28 + 1:02},Fund,5,10,50,USD,ETF",
}


def seconds(reader, path):
    start = time.perf_counter()
    with contextlib.suppress(PbalError):
        reader(path, Where())
    return time.perf_counter() - start


def write(path, make, rows):
    if path.suffix == ".csv":
        path.write_text("\n".join([HEADER, *(make(n) for n in range(rows))]) + "\n")
        return
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Holdings")
    for line in [HEADER, *(make(n) for n in range(rows))]:
        sheet.append([float(cell) if cell.replace(".", "").isdigit() else cell or None for cell in line.split(",")])
    book.save(path)


def main():
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    print(f"{'':28}{'rows':>9}{'seconds':>9}{'ten times fewer':>17}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for suffix, reader, rows in ((".csv", read_csv_file, most), (".xlsx", read_workbook, most // 2)):
            for kind, make in KINDS.items():
                path = Path(folder, f"a{suffix}")
                took = []
                for size in (rows // 10, rows):
                    write(path, make, size)
                    took.append(seconds(reader, path))
                print(f"{kind + ' ' + suffix:28}{rows:>9,}{took[1]:>9.2f}{took[0]:>17.2f}{took[1] / took[0]:>7.1f}")


if __name__ == "__main__":
    main()
