"""Writes the record of plans anew, and prints the cases that changed: ``python tests/tools/record.py``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from recorded import CASES, RECORD, answer


def main() -> None:
    before = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else []
    answers = [answer(case) for case in range(CASES)]
    for case, (old, new) in enumerate(zip(before, answers, strict=False)):
        if old != new:
            print(f"{case}: {old} -> {new}")
    lines = ",\n".join([json.dumps(one, ensure_ascii=False) for one in answers])
    RECORD.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
