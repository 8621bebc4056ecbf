"""Writes the record of plans anew, and prints the cases that changed: ``python tests/tools/record.py``.

Of the steps it prints the sum, and those cases that take more than a tenth longer: a search that became longer. Of
the cases kept as digests it prints how many changed.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from recorded import CASES, DIGESTED, DIGESTS, RECORD, STEPS, answer_and_steps, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    _write(STEPS, steps)
    digests = [digest(CASES + place) for place in range(DIGESTED)]
    changed = sum(one != other for one, other in zip(_read(DIGESTS), digests, strict=False))
    print(f"{changed} of {DIGESTED} digests changed")
    _write(DIGESTS, digests)


def _write(path: Path, figures: Sequence[int | str]) -> None:
    """Twenty in a line."""
    rows = [json.dumps(figures[first : first + 20])[1:-1] for first in range(0, len(figures), 20)]
    path.write_text("[\n" + ",\n".join(rows) + "\n]\n", encoding="utf-8")


def _read(path: Path) -> list[Any]:
    return list(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else []


if __name__ == "__main__":
    main()
