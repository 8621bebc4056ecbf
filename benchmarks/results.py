"""Keeps the figures of a benchmark: a line in ``results.csv`` for each, with the commit and the machine."""

from __future__ import annotations

import csv
import datetime as dt
import os
import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT = Path(__file__).with_name("results.csv")
HEADINGS = ("date", "commit", "machine", "python", "benchmark", "figure", "value", "unit")


def keep(benchmark: str, figures: Mapping[str, float], unit: str) -> None:
    """Add the figures to the kept ones; a commit with changes that are not in it is marked by a "+"."""
    head = _git("rev-parse", "--short=10", "HEAD") + ("+" if _git("status", "--porcelain", "pbal_xl") else "")
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    said = (
        dt.datetime.now(dt.timezone.utc).date().isoformat(),
        head,
        machine,
        platform.python_version(),
        benchmark,
    )
    is_new = not KEPT.exists()
    with KEPT.open("a", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        if is_new:
            writer.writerow(HEADINGS)
        writer.writerows((*said, figure, f"{value:.4g}", unit) for figure, value in figures.items())


def _git(*arguments: str) -> str:
    ran = subprocess.run(["git", *arguments], cwd=KEPT.parent, capture_output=True, text=True, check=False)
    return ran.stdout.strip()
