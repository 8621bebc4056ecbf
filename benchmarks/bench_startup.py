"""How long whole processes take to start and to answer: ``python benchmarks/bench_startup.py``.

With ``--keep`` the figures are added to ``results.csv``.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from processes import best_of
from results import keep

DEMO = Path(__file__).parents[1] / "workbook" / "portfolio.xlsx"


def main() -> None:
    program = shutil.which("pbal-xl") or str(Path(sys.executable).with_name("pbal-xl"))
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "portfolio.xlsx")
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import openpyxl": [sys.executable, "-c", "import openpyxl"],
            "pbal-xl --help": [program, "--help"],
            "pbal-xl run": [program, "run", str(copy)],
        }
        taken = best_of(list(commands.values()), rounds=15, before=lambda: shutil.copy(DEMO, copy))
    figures = dict(zip(commands, taken, strict=True))
    against = {
        "pbal-xl --help": ("python -c pass", 2.5),
        "pbal-xl run": ("import openpyxl", 1.1),
    }
    for name, (used, wall) in figures.items():
        print(f"{name:16} {1000 * used:6.1f} ms of the processor, {1000 * wall:6.1f} ms by the clock", end="")
        if name in against:
            other, limit = against[name]
            ratios = " and ".join(
                f"{mine / its:.2f}" for mine, its in zip(figures[name], figures[other], strict=True)
            )
            print(f": {ratios} times {other} (limit {limit})", end="")
        print()
    if "--keep" in sys.argv:
        keep("startup", {name: 1000 * used for name, (used, _) in figures.items()}, "ms")


if __name__ == "__main__":
    main()
