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

__all__ = ["MARK_NAME", "digest", "number_text"]

# The hidden name, scoped to the sheet, that holds the digest.
MARK_NAME = "_pbal_xl_sheet"
_VERSION = "1"


def digest(title: str, cells: Iterable[tuple[str, str, str]], extra: Sequence[str] = (), drawn: int = 0) -> str:
    """The mark of a sheet.

    Args:
        title: its title.
        cells: address, kind ("n" number, "s" text, "f" formula ...) and value of every cell that says
            something, row by row.
        extra: kinds of further parts that hang on it, lower case, sorted.
        drawn: how many charts, shapes and pictures are drawn on it.
    """
    seen = hashlib.sha256(title.encode())
    for address, kind, value in cells:
        seen.update(f"\n{address}\t{kind}\t{value}".encode("utf-8", "surrogatepass"))
    seen.update(f"\n{list(extra)}\t{drawn}".encode())
    return f"{_VERSION}-{seen.hexdigest()[:32]}"


def number_text(text: str | float) -> str:
    """Twelve digits: programs differ in the last they write, and nobody edits those."""
    try:
        return format(float(text), ".12g") if text != "" else ""
    except ValueError:
        return str(text)
