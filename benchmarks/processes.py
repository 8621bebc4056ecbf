"""How long whole processes take, with modules compiled as an installation has them."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["best_of"]


def best_of(
    commands: Sequence[Sequence[str]], rounds: int = 7, before: Callable[[], object] = int
) -> list[tuple[float, float]]:
    """Processor and wall time of each command, in seconds: the best of its rounds, all commands in turn.

    A first round, which is not counted, compiles the modules: this tree alone may have none, or may not keep them.
    """
    best = [(float("inf"), float("inf"))] * len(commands)
    with tempfile.TemporaryDirectory() as compiled:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled
        for turn in range(rounds + 1):
            for place, command in enumerate(commands):
                before()
                taken = _once(command, environment)
                if turn:
                    best[place] = (min(best[place][0], taken[0]), min(best[place][1], taken[1]))
    return best


def _once(command: Sequence[str], environment: dict[str, str]) -> tuple[float, float]:
    start, begun = os.times(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    end = os.times()
    used = end.children_user + end.children_system - start.children_user - start.children_system
    return used, time.perf_counter() - begun
