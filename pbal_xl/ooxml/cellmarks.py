"""The marks of a sheet in the making, taken while its cells are written, so that nothing is read back.

They are those that ``mark_of`` and ``Whole`` find in the finished parts.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from pbal_xl.ooxml.digest import Digest
from pbal_xl.ooxml.formulamark import FormulasMark, told_formula
from pbal_xl.ooxml.normal import formula_form

if TYPE_CHECKING:
    from hashlib import _Hash

__all__ = ["CellMarks"]


class CellMarks:
    """What a sheet's cells say, row by row, and the marks of that.

    Args:
        title: the sheet's title.
        unstyled: the look of a cell without a format.
        drawn: how many charts are drawn on the sheet.

    Attributes:
        cells: of each its address, such as "B7"; its kind ("n", "s", or "f" for a formula; nothing for a cell that
            says nothing); the number in twelve digits, the text, or the formula without its "="; and its look.
    """

    def __init__(self, title: str, unstyled: str, drawn: int) -> None:
        self.cells: list[tuple[str, str, str, str]] = []
        self._title = title
        self._unstyled = unstyled
        self._drawn = drawn

    def mark(self) -> str:
        """The mark of what the cells say."""
        digest = Digest(self._title)
        digest.add_lines("".join([f"\n{at}\t{kind}\t{said}" for at, kind, said, _ in self.cells if kind]))
        return digest.mark(drawn=self._drawn)

    def formulas(self) -> tuple[str, list[str]] | None:
        """The mark of them, whatever moves on other sheets, and what formulas read there; None without any."""
        if all(kind != "f" for _, kind, _, _ in self.cells):
            return None
        read: list[str] = []
        mark = FormulasMark(self._title)
        for at, kind, said, _ in self.cells:
            if kind:
                mark.add(at, kind, told_formula(said, read) if kind == "f" else said)
        return mark.mark(0, self._drawn), read

    def whole(self) -> _Hash:
        """Of what they say and how they look; what else makes up the sheet comes behind it."""
        lines = [
            f"\n{at}\tf {formula_form(said)} \t{look}"
            if kind == "f"
            else f"\n{at}\t{kind} {said}\t{look}"
            if kind
            else f"\n{at}\t\t{look}"
            for at, kind, said, look in self.cells
            if kind or look != self._unstyled
        ]
        return hashlib.sha256(f"{self._title}{''.join(lines)}".encode("utf-8", "surrogatepass"))
