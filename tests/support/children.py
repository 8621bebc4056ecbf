"""The processes that a process started, as /proc has them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

__all__ = ["children", "is_alive"]


def _fields(pid: int) -> list[str]:
    """State, parent and so on of a process that is alive; nothing of one that ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return [] if fields[0] == "Z" else fields
    return []


def is_alive(pid: int) -> bool:
    """Whether a process has not ended."""
    return bool(_fields(pid))


def children(parent: int) -> list[int]:
    """The processes that a process started and that are alive."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal()]
    return [pid for pid in pids if _fields(pid)[1:2] == [str(parent)]]
