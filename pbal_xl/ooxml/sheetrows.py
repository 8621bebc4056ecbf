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
    from collections.abc import Sequence

    from pbal_xl.ooxml.newparts import Fitting
    from pbal_xl.ooxml.sheetspec import Content, SheetSpec
    from pbal_xl.ooxml.styles import AskedFormat

__all__ = ["SheetRows", "asked_formats", "cell_number", "cell_text"]

# What XML cannot hold.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_DIGITS = 12


class SheetRows:
    """Writes the cells of a sheet.

    Args:
        spec: the sheet; its cells come row by row.
        asked: the format of each cell, see ``asked_formats``.
        fit: how it fits the workbook.

    Attributes:
        marks: what was written, for the sheet's marks.
    """

    def __init__(self, spec: SheetSpec, asked: Sequence[AskedFormat], fit: Fitting) -> None:
        self._spec = spec
        numbers = {key: fit.styles.cell(key[0], quoted=key[1]) for key in dict.fromkeys(asked)}
        looks = fit.looks()
        formats = {key: (f' s="{n}"' if n else "", looks.of(str(n))) for key, n in numbers.items()}
        self._formats = [formats[key] for key in asked]
        self.marks = CellMarks(fit.title, looks.of(None), len(spec.charts))

    def text(self) -> str:
        """The rows; the marks are told of every cell."""
        out: list[str] = []
        seen, row, last = self.marks.cells.append, 0, 0
        for (at, column, content, _), (style, look) in zip(self._spec.cells, self._formats, strict=True):
            if at < row or (at == row and column <= last):  # what Excel calls damaged
                raise AssertionError(f"{column_letters(column)}{at} comes behind its place")
            last = column
            if at != row:
                out.append(("</row>" if row else "") + self._row(at))
                row = at
            address = f"{column_letters(column)}{at}"
            kind, said, text = _told(content)
            seen((address, kind, said, look))
            if kind or style:
                out.append(f'<c r="{address}"{style}{text}')
        return "".join(out) + ("</row>" if row else "")

    def _row(self, at: int) -> str:
        """Where it begins. Its height is no custom one: who changes the words has the program fit it again."""
        height = self._spec.heights.get(at)
        return f'<row r="{at}">' if height is None else f'<row r="{at}" ht="{height:g}">'


def _told(content: Content) -> tuple[str, str, str]:
    """What marks count of a cell (its kind, nothing where it says nothing; and what it says), and its text.

    The text is what follows the attributes that every cell has.
    """
    if isinstance(content, float):
        text = cell_number(content)
        # Of what is as short, no digit is beyond the twelfth.
        said = text if len(text) <= _DIGITS and "e" not in text else format(content, ".12g")
        return "n", said, f"><v>{text}</v></c>"
    if content is None or content == "":
        return "", "", "/>"
    if isinstance(content, str):
        said, text = _text(content)
        return "s", said, f' t="inlineStr"><is>{text}</is></c>'
    if isinstance(content, FormulaCell):
        formula = _ILLEGAL.sub("\ufffd", content.formula)
        return "f", formula, _formula(escape(formula), content.value)
    return "n", format(content, ".12g"), f"><v>{cell_number(content)}</v></c>"


def asked_formats(spec: SheetSpec) -> list[AskedFormat]:
    """The format of each cell among those of the looks; a text that begins like a formula has its own."""
    return [
        (look + 1, isinstance(content, str) and content.startswith(LIKE_A_FORMULA))
        for _, _, content, look in spec.cells
    ]


def _formula(formula: str, value: str | float | bool | None) -> str:  # noqa: FBT001  a cell's value
    """What follows the attributes of a cell with a formula."""
    if isinstance(value, str):
        return f' t="str"><f>{formula}</f><v>{escape(cell_text(value))}</v></c>'
    if isinstance(value, bool):
        return f' t="b"><f>{formula}</f><v>{int(value)}</v></c>'
    known = "" if value is None else f"<v>{cell_number(value)}</v>"
    return f"><f>{formula}</f>{known}</c>"


def cell_text(text: str) -> str:
    """A text as a cell can store it: what XML cannot hold becomes U+FFFD, what looks like an escape is escaped."""
    return escape_x(_ILLEGAL.sub("\ufffd", text))


def _text(text: str) -> tuple[str, str]:
    """A text as it will be read, and as it is written."""
    if _is_plain(text):
        return text, f"<t>{text}</t>"
    said = _ILLEGAL.sub("\ufffd", text)
    space = ' xml:space="preserve"' if text != text.strip() or "\n" in text or "  " in text else ""
    return said, f"<t{space}>{escape(escape_x(said))}</t>"


def _is_plain(text: str) -> bool:
    """Whether a text is written as it stands; errs on the side of no."""
    odd = "&" in text or "<" in text or ">" in text or "_x" in text or "  " in text
    return not odd and text[0] != " " and text[-1] != " " and text.isprintable()


def cell_number(number: float) -> str:
    """A number as a cell stores it."""
    return repr(float(number)).removesuffix(".0")
