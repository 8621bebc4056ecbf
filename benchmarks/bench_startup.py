"""How long whole processes take to start and to answer: ``python benchmarks/bench_startup.py``.

With ``--keep`` the figures are added to ``results.csv``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from results import keep

DEMO = Path(__file__).parents[1] / "workbook" / "portfolio.xlsx"


def best(command: list[str], rounds: int = 15, before=lambda: None) -> float:
    taken = []
    for _ in range(rounds):
        before()
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> None:
    program = shutil.which("pbal-xl") or str(Path(sys.executable).with_name("pbal-xl"))
    bare = best([sys.executable, "-c", "pass"])
    library = best([sys.executable, "-c", "import openpyxl"])
    told = best([program, "--help"])
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "portfolio.xlsx")
        ran = best([program, "run", str(copy)], before=lambda: shutil.copy(DEMO, copy))
    print(f"python -c pass           {1000 * bare:6.1f} ms")
    print(f"pbal-xl --help           {1000 * told:6.1f} ms  {told / bare:4.2f} times (limit 2.5)")
    print(f"import openpyxl          {1000 * library:6.1f} ms")
    print(f"pbal-xl run on the demo  {1000 * ran:6.1f} ms  {ran / library:4.2f} times (limit 2)")
    if "--keep" in sys.argv:
        figures = {"python -c pass": bare, "pbal-xl --help": told, "import openpyxl": library, "pbal-xl run": ran}
        keep("startup", {name: 1000 * taken for name, taken in figures.items()}, "ms")


if __name__ == "__main__":
    main()
