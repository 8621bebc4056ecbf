"""The cells of a new sheet as text, and what its marks say of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.ooxml.cellmarks import CellMarks
from pbal_xl.ooxml.newparts import LIKE_A_FORMULA
from pbal_xl.ooxml.references import column_letters
from pbal_xl.ooxml.sheetspec import FormulaCell
from pbal_xl.ooxml.xmltext import escape, escape_x

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pbal_xl.ooxml.newparts import Fitting
    from pbal_xl.ooxml.sheetspec import Content, SheetSpec

__all__ = ["SheetRows", "cell_text"]

# What XML cannot hold.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What a text may hold that is not written as it stands.
_ODD = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]|_x|^\\s|\\s$|  ")


class SheetRows:
    """Writes the cells of a sheet.

    Args:
        spec: the sheet; its cells come row by row.
        fit: how it fits the workbook.

    Attributes:
        marks: what was written, for the sheet's marks.
    """

    def __init__(self, spec: SheetSpec, fit: Fitting) -> None:
        self._spec = spec
        self._asked = [(look, _quoted(content)) for _, _, content, look in spec.cells]
        self._styles = {key: fit.styles.cell(key[0] + 1, quoted=key[1]) for key in dict.fromkeys(self._asked)}
        self.marks = CellMarks(fit.title, fit.looks(), len(spec.charts))

    def text(self) -> Iterator[str]:
        """The rows, piece by piece."""
        row, last = 0, 0
        letters: dict[int, str] = {}
        for (at, column, content, _), asked in zip(self._spec.cells, self._asked, strict=True):
            if (at, column) <= (row, last):  # what Excel calls damaged
                raise AssertionError(f"{column_letters(column)}{at} comes behind its place")
            last = column
            if at != row:
                yield ("</row>" if row else "") + self._row(at)
                row = at
            if column not in letters:
                letters[column] = column_letters(column)
            yield self._cell(f"{letters[column]}{row}", content, self._styles[asked])
        if row:
            yield "</row>"

    def _row(self, at: int) -> str:
        """Where it begins. Its height is no custom one: who changes the words has the program fit it again."""
        height = self._spec.heights.get(at)
        return f'<row r="{at}">' if height is None else f'<row r="{at}" ht="{height:g}">'

    def _cell(self, address: str, content: Content, style: int) -> str:
        attrs = f'<c r="{address}" s="{style}"' if style else f'<c r="{address}"'
        if content is None or content == "":
            self.marks.add(address, "", "", style)
            return f"{attrs}/>" if style else ""
        if isinstance(content, str):
            said, text = _text(content)
            self.marks.add(address, "s", said, style)
            return f'{attrs} t="inlineStr"><is>{text}</is></c>'
        if isinstance(content, FormulaCell):
            formula = _ILLEGAL.sub("\ufffd", content.formula)
            self.marks.add(address, "f", formula, style)
            return f"{attrs}{_formula(escape(formula), content.value)}"
        self.marks.add(address, "n", format(content, ".12g"), style)
        return f"{attrs}><v>{_number(content)}</v></c>"


def _quoted(content: Content) -> bool:
    """Whether it is a text that begins like a formula."""
    return isinstance(content, str) and content.startswith(LIKE_A_FORMULA)


def _formula(formula: str, value: str | float | bool | None) -> str:  # noqa: FBT001  a cell's value
    """What follows the attributes of a cell with a formula."""
    if isinstance(value, str):
        return f' t="str"><f>{formula}</f><v>{escape(cell_text(value))}</v></c>'
    if isinstance(value, bool):
        return f' t="b"><f>{formula}</f><v>{int(value)}</v></c>'
    known = "" if value is None else f"<v>{_number(value)}</v>"
    return f"><f>{formula}</f>{known}</c>"


def cell_text(text: str) -> str:
    """A text as a cell can store it: what XML cannot hold becomes U+FFFD, what looks like an escape is escaped."""
    return escape_x(_ILLEGAL.sub("\ufffd", text))


def _text(text: str) -> tuple[str, str]:
    """A text as it will be read, and as it is written."""
    if not _ODD.search(text):
        return text, f"<t>{text}</t>"
    said = _ILLEGAL.sub("\ufffd", text)
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
    return said, f"<t{space}>{escape(escape_x(said))}</t>"


def _number(number: float) -> str:
    return repr(float(number)).removesuffix(".0")
