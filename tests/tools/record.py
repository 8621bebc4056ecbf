"""Writes the record of plans anew, and prints the cases that changed: ``python tests/tools/record.py``.

Of the steps it prints the sum, and those cases that take more than a tenth longer: a search that became longer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from recorded import CASES, RECORD, STEPS, answer_and_steps

_LONGER = 1.1


def main() -> None:
    answers, steps = zip(*map(answer_and_steps, range(CASES)), strict=True)
    for case, (old, new) in enumerate(zip(_read(RECORD), answers, strict=False)):
        if old != new:
            print(f"{case}: {old} -> {new}")
    before = _read(STEPS)
    for case, (was, now) in enumerate(zip(before, steps, strict=False)):
        if now > was * _LONGER:
            print(f"{case}: {was} -> {now} steps")
    print(f"{sum(before)} -> {sum(steps)} steps in all")
    lines = ",\n".join([json.dumps(one, ensure_ascii=False) for one in answers])
    RECORD.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    rows = ",\n".join([", ".join(map(str, steps[first : first + 20])) for first in range(0, CASES, 20)])
    STEPS.write_text(f"[\n{rows}\n]\n", encoding="utf-8")


def _read(path: Path) -> list[Any]:
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


if __name__ == "__main__":
    main()
