"""What is kept about a sheet of ours in hidden names of its own: how it was written, to be compared with later."""

from __future__ import annotations

import re
from typing import Any

__all__ = ["are_near", "keep", "keep_text", "kept"]

_HIDDEN = 16  # com.sun.star.sheet.NamedRangeFlag.HIDDEN
_LONGEST = 250  # characters: Excel calls a file damaged whose names hold a text of more than 255
_TEXT = re.compile(r'"([^"]*)"')


def keep(sheet: Any, name: str, content: str) -> None:
    """A name of the sheet's own, out of the user's sight."""
    if sheet.NamedRanges.hasByName(name):
        sheet.NamedRanges.removeByName(name)
    start = sheet.getCellByPosition(0, 0).getCellAddress()
    sheet.NamedRanges.addNewByName(name, content, start, _HIDDEN)


def keep_text(sheet: Any, name: str, text: str) -> None:
    """Likewise, for a text: one without quotes; a long one in pieces."""
    pieces = [text[at : at + _LONGEST] for at in range(0, len(text) or 1, _LONGEST)]
    keep(sheet, name, "&".join(f'"{piece}"' for piece in pieces))


def kept(sheet: Any, name: str) -> str | None:
    """The text or references that a name of the sheet keeps, however its letters are cased; None without it."""
    names = sheet.NamedRanges
    known = next((one for one in names.getElementNames() if one.casefold() == name), None)
    if known is None:
        return None
    content = str(names.getByName(known).getContent())
    return "".join(_TEXT.findall(content)) if content.startswith('"') else content


def are_near(then: str, now: str, room: int) -> bool:
    """Whether measures, parted by blanks, are as many as they were, and each within so much of what it was."""
    old, new = then.split(), now.split()
    return len(old) == len(new) and all(
        one == other or (one.isdecimal() and other.isdecimal() and abs(int(one) - int(other)) <= room)
        for one, other in zip(old, new, strict=True)
    )
