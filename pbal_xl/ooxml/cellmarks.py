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
    """Counts in a sheet's cells, row by row.

    Args:
        title: the sheet's title.
        unstyled: the look of a cell without a format.
        drawn: how many charts are drawn on the sheet.

    Attributes:
        read: what formulas read on other sheets, formula by formula; None without a formula.
    """

    def __init__(self, title: str, unstyled: str, drawn: int) -> None:
        self.read: list[str] | None = None
        self._title = title
        self._unstyled = unstyled
        self._drawn = drawn
        self._said: list[str] = []
        self._whole: list[str] = []
        self._formulas: list[str] = []

    def add(self, address: str, kind: str, said: str, look: str) -> None:
        """Count in a cell.

        Args:
            address: such as "B7".
            kind: "n", "s", or "f" for a formula; nothing for a cell that says nothing.
            said: the number in twelve digits, the text, or the formula without its "=".
            look: the look of its format.
        """
        if kind == "f":
            self._add_formula(address, said, look)
        elif kind:
            line = f"\n{address}\t{kind}\t{said}"
            self._said.append(line)
            self._whole.append(f"\n{address}\t{kind} {said}\t{look}")
            if self.read is not None:
                self._formulas.append(line)
        elif look != self._unstyled:
            self._whole.append(f"\n{address}\t\t{look}")

    def _add_formula(self, address: str, formula: str, look: str) -> None:
        if self.read is None:
            self.read, self._formulas = [], [*self._said]
        self._said.append(f"\n{address}\tf\t{formula}")
        self._whole.append(f"\n{address}\tf {formula_form(formula)} \t{look}")
        self._formulas.append(f"\n{address}\tf\t{told_formula(formula, self.read)}")

    def mark(self) -> str:
        """The mark of what the cells say."""
        digest = Digest(self._title)
        digest.add_lines("".join(self._said))
        return digest.mark(drawn=self._drawn)

    def formulas(self) -> str:
        """The mark of what they say, whatever moves on the sheets that formulas read."""
        mark = FormulasMark(self._title)
        mark.add_lines("".join(self._formulas))
        return mark.mark(0, self._drawn)

    def whole(self) -> _Hash:
        """Of what they say and how they look; what else makes up the sheet comes behind it."""
        return hashlib.sha256(f"{self._title}{''.join(self._whole)}".encode("utf-8", "surrogatepass"))
