"""The mark of a sheet of formulas: what they say, whatever rows and columns moved on the sheets they read.

A row that is put in among the holdings moves what formulas refer to, and a sheet that is renamed what they call
it. Hidden names hold every such reference beside the formulas, and programs move both alike: so what a user
wrote into a formula of ours is told from what followed a change elsewhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.ooxml.digest import Digest
from pbal_xl.ooxml.hidden_names import READ_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["GAP", "FormulasMark", "names_of_read", "told_formula"]

# Stands in a formula for a place on another sheet.
GAP = "\0"
# Excel's formulas, and so its names, end at 8,192 characters.
_LONGEST_NAME = 8_000
# A text in a formula comes first: what stands in it is no reference.
_TOKEN = re.compile(
    r'"(?:[^"]|"")*"|(?<![\w.])(?P<truth>TRUE|FALSE)\(\)'
    r"|(?P<read>'(?:[^']|'')+'!\$?[A-Z]{1,3}\$?[0-9]+(?::\$?[A-Z]{1,3}\$?[0-9]+)?)"
)


def told_formula(formula: str, read: list[str]) -> str:
    """A formula of a file, without its "=", as the mark counts it; what it reads on other sheets joins ``read``."""

    def told(token: re.Match[str]) -> str:
        if token["read"] is None:
            return token["truth"] or token[0]
        read.append(token["read"])
        return GAP

    return _TOKEN.sub(told, formula)


class FormulasMark:
    """The mark in the making, for readers that meet cells one by one, row by row."""

    def __init__(self, title: str) -> None:
        self._digest = Digest(title)

    def add(self, address: str, kind: str, said: str) -> None:
        """Count in a cell that says something: kind "f" for a told formula, else "n" or "s" and what it says."""
        self._digest.add(address, kind, said)

    def mark(self, notes: int, drawn: int) -> str:
        """The mark, with how many comments and drawings hang on the sheet."""
        return self._digest.mark([str(notes)], drawn)


def names_of_read(read: Sequence[str], joint: str = ",") -> Iterator[tuple[str, str]]:
    """Names, numbered from 1, and contents that hold what formulas read on other sheets, in their order."""
    parts: list[list[str]] = []
    room = 0
    for place in read:
        room -= len(place) + len(joint)
        if room < 0:
            parts.append([])
            room = _LONGEST_NAME - len(place)
        parts[-1].append(place)
    for number, part in enumerate(parts, start=1):
        yield f"{READ_NAME}{number}", joint.join(part)
