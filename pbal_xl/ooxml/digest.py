"""Telling a sheet that pbal-xl wrote and nobody edited: a digest of what its cells say.

The digest covers the sheet's title and, cell by cell, address, kind and value, so that it outlives an open
and save in any program, and changes with an edit, a rename or a copy. Beyond the cells it counts what hangs
on the sheet: a comment, drawing or link that was added makes it the user's own.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Digest", "digest", "number_text"]

_VERSION = "1"


class Digest:
    """The mark of a sheet in the making, for readers that meet cells one by one."""

    def __init__(self, title: str) -> None:
        self._seen = hashlib.sha256(title.encode("utf-8", "surrogatepass"))

    def add(self, address: str, kind: str, value: str) -> None:
        """Count in a cell that says something, row by row: its address, kind ("n", "s", "f" ...) and value."""
        self.add_lines(f"\n{address}\t{kind}\t{value}")

    def add_lines(self, lines: str) -> None:
        """Count in cells, a line each as ``add`` makes one: a new line, then its three with tabs between."""
        self._seen.update(lines.encode("utf-8", "surrogatepass"))

    def mark(self, extra: Sequence[str] = (), drawn: int = 0) -> str:
        """The mark.

        Args:
            extra: kinds of further parts that hang on the sheet, lower case, sorted.
            drawn: how many charts, shapes and pictures are drawn on it.
        """
        self._seen.update(f"\n{list(extra)}\t{drawn}".encode())
        return f"{_VERSION}-{self._seen.hexdigest()[:32]}"


def digest(title: str, cells: Iterable[tuple[str, str, str]], extra: Sequence[str] = (), drawn: int = 0) -> str:
    """The mark of a sheet from all its cells (address, kind, value); the rest as in ``Digest``."""
    seen = Digest(title)
    for cell in cells:
        seen.add(*cell)
    return seen.mark(extra, drawn)


def number_text(text: str | float) -> str:
    """Twelve digits: programs differ in the last they write, and nobody edits those."""
    try:
        return format(float(text), ".12g") if text != "" else ""
    except ValueError:
        return str(text)
