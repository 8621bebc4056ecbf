"""Sheet titles: what Excel allows, and the next free one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["is_numbered", "numbered", "title_fault"]

MAX_TITLE = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\ufffe\uffff]")


def _length(title: str) -> int:
    """Length as Excel counts it, in UTF-16 units."""
    return len(title.encode("utf-16-le", "surrogatepass")) // 2


def title_fault(title: str) -> str | None:
    """What is wrong with a title, or None."""
    if not title.strip():
        return "is empty"
    if _length(title) > MAX_TITLE:
        return f"is longer than {MAX_TITLE} characters"
    if _FORBIDDEN.search(title):
        return r"holds one of [ ] : * ? / \ or a control character"
    if title.startswith("'") or title.endswith("'"):
        return "begins or ends with an apostrophe"
    if title.casefold() == "history":
        return "is kept by Excel for itself"
    return None


def numbered(title: str, taken: Collection[str]) -> str:
    """The title, or the first of "title (2)", "title (3)", ... that is free; letter case does not count."""
    used = {one.casefold() for one in taken}
    number, found = 1, title
    while found.casefold() in used:
        number += 1
        found = _with_number(title, number)
    return found


def _with_number(title: str, number: int) -> str:
    tail = f" ({number})"
    while _length(title + tail) > MAX_TITLE:
        title = title[:-1]
    return title + tail


def is_numbered(found: str, title: str) -> bool:
    """Whether ``found`` is the title itself or one that ``numbered`` makes of it."""
    if found.casefold() == title.casefold():
        return True
    match = re.search(r" \((\d{1,6})\)$", found)
    return match is not None and found.casefold() == _with_number(title, int(match[1])).casefold()
