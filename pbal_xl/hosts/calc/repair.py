"""Repair PBAL formulas: gives formulas that a file format disguised their plain names back.

Excel's files may hold ``_xll.PBAL_DRIFT``, ``[1]!PBAL_DRIFT`` or a path before the name; LibreOffice before
25.2 reads the bare name as unknown and writes the name of the UNO service instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["formulas_of_ours", "plain_formula", "repair_formulas"]

_FORMULA = 16  # com.sun.star.sheet.CellFlags.FORMULA
_NAMES = "|".join(function.name.removeprefix("PBAL_") for function in FUNCTIONS)
# A quoted or bare path, a book number or _xll before "!", "#" or ".", or the service's name.
_BEFORE = r"""(?:\$?'(?:[^']|'')*'\s*[!#.]\s*\$?|\[\d+\][!#.]?|[\w.:/\\%~-]+\.xlam?['!#.]+|_xl\w*\.)*"""
_SERVICE = r"org\.pbal\.xl\.functions\."
_DISGUISED = re.compile(rf"(?:{_SERVICE}|{_BEFORE}\bPBAL_)({_NAMES})(?=\s*\()", re.IGNORECASE)
_TEXT = re.compile(r'("(?:[^"]|"")*")')


def plain_formula(formula: str) -> str:
    """The formula with every PBAL function by its plain name; texts within it are left alone."""
    return "".join(
        part if part.startswith('"') else _DISGUISED.sub(lambda found: f"PBAL_{found[1].upper()}", part)
        for part in _TEXT.split(formula)
    )


def _calls_ours(formula: str) -> bool:
    return any(_DISGUISED.search(part) for part in _TEXT.split(formula) if not part.startswith('"'))


def repair_formulas(document: Any) -> tuple[int, int]:
    """Enter every formula with a PBAL function again, by its plain name.

    Returns:
        How many were entered, and how many were left alone because their cells are protected.
    """
    entered = left = 0
    sheets = document.getSheets()
    for sheet in (sheets.getByName(name) for name in sheets.getElementNames()):
        for target, formula in list(formulas_of_ours(sheet)):
            if sheet.isProtected() and _is_locked(target):
                left += 1
                continue
            if formula.startswith("{"):
                target.setArrayFormula(plain_formula(formula[1:-1]))
            else:
                target.setFormula(plain_formula(formula))
            entered += 1
    return entered, left


def _is_locked(target: Any) -> bool:
    """Whether any of the cells is protected; where some are and some are not, Calc tells nothing."""
    protection = target.CellProtection
    return protection is None or bool(protection.IsLocked)


def formulas_of_ours(sheet: Any) -> Iterator[tuple[Any, str]]:
    """The cells, or ranges of an array formula, whose formula calls one of the functions."""
    seen = set()
    for area in sheet.queryContentCells(_FORMULA):
        for i, row in enumerate(area.getFormulaArray()):
            for j, formula in enumerate(row):
                if not _calls_ours(formula):
                    continue
                cell = area.getCellByPosition(j, i)
                if not formula.startswith("{"):
                    yield cell, formula
                    continue
                cursor = sheet.createCursorByRange(cell)
                cursor.collapseToCurrentArray()
                if cursor.AbsoluteName not in seen:
                    seen.add(cursor.AbsoluteName)
                    yield cursor, formula
