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
    from pbal_xl.ooxml.looks import CellLooks

__all__ = ["CellMarks"]


class CellMarks:
    """Counts in a sheet's cells, row by row.

    Args:
        title: the sheet's title.
        looks: the looks of the workbook's formats, those of the new sheet among them.

    Attributes:
        digest: of what the cells say.
        whole: of what they say and how they look; what else makes up the sheet comes behind it.
        formulas: of what they say, whatever moves on the sheets that formulas read.
        read: what they read on other sheets, formula by formula; None without a formula.
        drawn: how many charts are drawn on the sheet.
    """

    def __init__(self, title: str, looks: CellLooks, drawn: int) -> None:
        self.digest = Digest(title)
        self.whole = hashlib.sha256(title.encode("utf-8", "surrogatepass"))
        self.formulas = FormulasMark(title)
        self.read: list[str] | None = None
        self.drawn = drawn
        self._looks = looks
        self._unstyled = looks.of(None)

    def add(self, address: str, kind: str, said: str, style: int) -> None:
        """Count in a cell.

        Args:
            address: such as "B7".
            kind: "n", "s", or "f" for a formula; nothing for a cell that says nothing.
            said: the number in twelve digits, the text, or the formula without its "=".
            style: the number of its format.
        """
        look = self._looks.of(str(style))
        if kind:
            self.digest.add(address, kind, said)
            self.formulas.add(address, kind, self._told(said) if kind == "f" else said)
            content = f"f {formula_form(said)} " if kind == "f" else f"{kind} {said}"
        elif look == self._unstyled:
            return
        else:
            content = ""
        self.whole.update(f"\n{address}\t{content}\t{look}".encode("utf-8", "surrogatepass"))

    def _told(self, formula: str) -> str:
        if self.read is None:
            self.read = []
        return told_formula(formula, self.read)
