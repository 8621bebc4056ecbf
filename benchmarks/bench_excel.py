"""One call of PBAL_NEVERSELL on the Python side of xlwings, from ``XLPython.CallUDF`` to its answer.

Run it from the checkout: ``python benchmarks/bench_excel.py``. Windows' own modules are replaced by stand-ins, so
the time COM takes to carry cells between Excel and Python is not in these figures.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "excel"))

from excel_windows import Range, excel_module

# Rows, cash, calls, and the time wanted in milliseconds.
CASES = ((10, 5000.0, 300, 1.0), (100, 50_000.0, 100, None), (1000, 500_000.0, 30, 50.0))


def holdings(count):
    rows = [[f"ETF{number}", 1000.0 + 37.5 * (number % 40), 20.0 + number % 90] for number in range(count)]
    return Range([["Symbol", "Value", "Price"], *rows])


def best_ms(call, times):
    call()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return min(taken)  # what else the machine does only adds


def main():
    with excel_module() as (server, _):
        for count, cash, times, limit in CASES:
            block = holdings(count)

            def call(block=block, cash=cash):
                answer = server.CallUDF("pbal_xl.hosts.excel", "PBAL_NEVERSELL", (block, cash))
                assert len(answer) == len(block.rows), answer

            taken = best_ms(call, times)
            wanted = "" if limit is None else f", wanted below {limit:g} ms: {'yes' if taken < limit else 'NO'}"
            print(f"{count:5d} rows: {taken:7.3f} ms{wanted}")
        print(
            f"version:    {best_ms(lambda: server.CallUDF('pbal_xl.hosts.excel', 'PBAL_VERSION', ()), 300):7.3f} ms"
        )


if __name__ == "__main__":
    main()
