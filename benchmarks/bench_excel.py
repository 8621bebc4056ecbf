"""One call of PBAL_NEVERSELL on the Python side of xlwings, from ``XLPython.CallUDF`` to its answer.

Run it from the checkout: ``python benchmarks/bench_excel.py``. Windows' own modules are replaced by stand-ins, so
the time COM takes to carry cells between Excel and Python is not in these figures. All is time of the processor,
so that what else the machine does adds little.

Beside it stands what xlwings needs to hand the same cells through a function that answers them unchanged: once as
the rows of values that our VBA hands over, and once read from a range, as functions that xlwings itself generates
get them. A plan may cost so many times the former. Every call asks for another deposit, as what-if cells do, or
comes with another price in the table, so that it must be read again.
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

from pbal_xl.hosts.excel_server import load

# Rows, cash, calls, and how many times the identity function a plan may cost.
CASES = ((10, 5000.0, 600, 6.0), (100, 50_000.0, 100, None), (1000, 500_000.0, 40, 8.0))


def holdings(count):
    rows = [[f"ETF{number}", 1000.0 + 37.5 * (number % 40), 20.0 + number % 90] for number in range(count)]
    return [["Symbol", "Value", "Price"], *rows]


def best_ms(calls, times):
    """The least that each of these calls took, of so many turns; each is told the number of its turn.

    They take turns, so that what else the machine does slows all of them alike.
    """
    for call in calls:
        call(0)
    taken = [[] for _ in calls]
    for number in range(1, times + 1):
        for call, kept in zip(calls, taken, strict=True):
            start = time.process_time()
            call(number)
            kept.append(1000 * (time.process_time() - start))
    return [min(kept) for kept in taken]  # what else the machine does only adds


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


def with_price(values, number):
    """The table with another price in its first row."""
    return (values[0], (*values[1][:2], values[1][2] + number / 100), *values[2:])


def main():
    with excel_module() as (server, _), identity():
        load()  # as the server does when it starts
        for count, cash, times, limit in CASES:
            rows = holdings(count)
            values = tuple(map(tuple, rows))
            tables = [with_price(values, number) for number in range(1, times + 2)]

            def plan(values, cash):
                answer = server.CallUDF("pbal_xl.hosts.excel", "PBAL_NEVERSELL", (values, cash))
                assert len(answer) == len(values), answer

            def same(block, cash=cash):
                return server.CallUDF("bench_identity", "IDENTITY", (block, cash))

            bare, ranged, asked, read = best_ms(
                [
                    lambda _, values=values, same=same: same(values),
                    lambda _, rows=rows, same=same: same(Range(rows)),
                    lambda n, v=values, cash=cash, plan=plan: plan(v, cash + n),
                    lambda n, tables=tables, cash=cash, plan=plan: plan(tables[n], cash),
                ],
                times,
            )
            print(f"{count:5d} rows: identity of values {bare:7.3f} ms, of a range {ranged:7.3f} ms")
            for name, ms in (("deposit", asked), ("price", read)):
                wanted = ""
                if limit is not None:
                    wanted = f" (wanted: at most {limit:g}: {'yes' if ms / bare <= limit else 'NO'})"
                print(f"    another {name:7s}  {ms:7.3f} ms, {ms / bare:4.1f} and {ms / ranged:4.1f} times{wanted}")
        (version,) = best_ms([lambda _: server.CallUDF("pbal_xl.hosts.excel", "PBAL_VERSION", ())], 300)
        print(f"version:             {version:7.3f} ms")


if __name__ == "__main__":
    main()
