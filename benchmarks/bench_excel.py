"""One call of PBAL_NEVERSELL on the Python side of xlwings, from ``XLPython.CallUDF`` to its answer.

Run it from the checkout: ``python benchmarks/bench_excel.py``. Windows' own modules are replaced by stand-ins, so
the time COM takes to carry cells between Excel and Python is not in these figures.

Beside it stands what xlwings needs to hand the same cells through a function that answers them unchanged: once read
from a range, as functions that xlwings itself generates get them, and once as the rows of values that our VBA hands
over. The plan may cost so many times the latter.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
import types
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "excel"))

from excel_windows import Range, excel_module

# Rows, cash, calls, and how many times the identity function a plan may cost.
CASES = ((10, 5000.0, 600, 6.0), (100, 50_000.0, 100, None), (1000, 500_000.0, 40, 8.0))


def holdings(count):
    rows = [[f"ETF{number}", 1000.0 + 37.5 * (number % 40), 20.0 + number % 90] for number in range(count)]
    return [["Symbol", "Value", "Price"], *rows]


def best_ms(call, times):
    call()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(1000 * (time.perf_counter() - start))
    return min(taken)  # what else the machine does only adds


@contextlib.contextmanager
def identity():
    """A module whose IDENTITY answers the rows it is given, converted by xlwings both ways."""
    from xlwings import udfs

    def answer(holdings, cash):  # noqa: ARG001 - as many arguments as the plan
        return holdings

    module = types.ModuleType("bench_identity")
    module.IDENTITY = udfs.xlfunc(udfs.xlarg("holdings", ndim=2, err_to_str=True)(answer))
    with tempfile.NamedTemporaryFile(suffix=".py") as file:
        module.__file__ = file.name
        sys.modules["bench_identity"] = module
        yield
        del sys.modules["bench_identity"]


def main():
    with excel_module() as (server, _), identity():
        for count, cash, times, limit in CASES:
            rows = holdings(count)
            values = tuple(map(tuple, rows))

            def plan(values=values, cash=cash):
                answer = server.CallUDF("pbal_xl.hosts.excel", "PBAL_NEVERSELL", (values, cash))
                assert len(answer) == len(values), answer

            def same(block, cash=cash):
                return server.CallUDF("bench_identity", "IDENTITY", (block, cash))

            taken = best_ms(plan, times)
            ranged = best_ms(lambda rows=rows, same=same: same(Range(rows)), times)
            bare = best_ms(lambda values=values, same=same: same(values), times)
            ratio = taken / bare
            wanted = "" if limit is None else f" (wanted: at most {limit:g}: {'yes' if ratio <= limit else 'NO'})"
            print(f"{count:5d} rows: {taken:7.3f} ms, {ratio:4.1f} times the identity of values{wanted}")
            print(f"         identity: values {bare:6.3f} ms, range {ranged:6.3f} ms ({taken / ranged:4.1f} times)")
        version = best_ms(lambda: server.CallUDF("pbal_xl.hosts.excel", "PBAL_VERSION", ()), 300)
        print(f"version:    {version:7.3f} ms")


if __name__ == "__main__":
    main()
