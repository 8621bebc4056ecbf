"""How long something may take: longer where a coverage run counts every line."""

from __future__ import annotations

import sys

_SLOWER = 5


def allowed(seconds: float) -> float:
    """The seconds that a test grants."""
    coverage = sys.modules.get("coverage")
    counted = coverage is not None and coverage.Coverage.current() is not None
    return seconds * _SLOWER if counted else seconds
