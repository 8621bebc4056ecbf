"""Colours of cells in Excel that follow what the cells say: conditional formats.

On Windows alone: elsewhere xlwings has no way to them, and the words say the same.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pbal_xl.ooxml.references import quoted_text
from pbal_xl.sheet.looks import LOOKS, bgr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xlwings as xw

    from pbal_xl.sheet.layout import Shade

__all__ = ["RULE_ASKED", "rules_of", "shade_cells"]

_CELL_VALUE, _EQUAL = 1, 3  # Excel's xlCellValue and xlEqual
# What tells one rule from another.
RULE_ASKED = (
    "AppliesTo.Address", "Type", "Operator", "Formula1", "Font.Color", "Font.Bold", "Interior.Color", "StopIfTrue",
)  # fmt: skip


def shade_cells(sheet: xw.Sheet, shades: Sequence[Shade]) -> None:
    """Have cells of formulas look like another kind while they say a word."""
    if sys.platform != "win32":
        return
    for shade in shades:
        span, look = shade.cells, LOOKS[shade.kind]
        cells = sheet.range((span.first_row, span.first_column), (span.last_row, span.last_column))
        rule = cells.api.FormatConditions.Add(_CELL_VALUE, _EQUAL, f"={quoted_text(shade.word)}")
        rule.Font.Bold = look.bold
        rule.Font.Color, rule.Interior.Color = bgr(look.color or 0), bgr(look.fill or 0)


def rules_of(sheet: xw.Sheet) -> Iterator[Any]:
    """Every conditional format of the sheet; on Windows alone."""
    rules = sheet.api.Cells.FormatConditions
    return (rules(place) for place in range(1, rules.Count + 1))
