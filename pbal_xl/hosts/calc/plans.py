"""Format plan: headings, number formats and widths for plans entered as formulas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused
from pbal_xl.grid.headers import DRIFT_HEADINGS, PLAN_HEADINGS
from pbal_xl.hosts.calc.repair import formulas_of_ours, plain_formula
from pbal_xl.hosts.calc.writing import dress_cells, set_widths
from pbal_xl.sheet.layout import Item
from pbal_xl.sheet.looks import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["format_plans"]

_PLAN = re.compile(r"\{=\s*PBAL_(NEVERSELL|HARD|DRIFT)\(", re.IGNORECASE)
_WIDTH = 13.0  # of a column, in characters
_DRIFT = (Kind.TEXT, Kind.PERCENT, Kind.PERCENT, Kind.PERCENT)
_TRADES = (Kind.TEXT, Kind.SHARES, Kind.MONEY, Kind.MONEY, Kind.PERCENT)


def format_plans(document: Any) -> int:
    """Format every plan on the sheet in view that was entered as an array formula; how many there are.

    Raises:
        Refused: code "sheet-protected".
    """
    sheet = document.getCurrentController().getActiveSheet()
    found = [
        (area, formula)
        for area, formula in ((area, plain_formula(formula)) for area, formula in formulas_of_ours(sheet))
        if _PLAN.match(formula) and area.getRangeAddress().EndColumn > area.getRangeAddress().StartColumn
    ]
    if found and sheet.isProtected():
        raise Refused("sheet-protected", f"the sheet {sheet.getName()} is protected, so nothing can be formatted")
    for area, formula in found:
        _format(document, sheet, area, is_drift="PBAL_DRIFT" in formula.partition("(")[0])
    return len(found)


def _format(document: Any, sheet: Any, area: Any, *, is_drift: bool) -> None:
    address, cells = area.getRangeAddress(), area.getDataArray()
    kinds = _DRIFT if is_drift else _trades(cells)
    headings = DRIFT_HEADINGS if is_drift else PLAN_HEADINGS
    items = []
    for i, row in enumerate(cells):
        is_heading = row[0] == headings[0]
        for j, kind in enumerate(kinds[: len(row)]):
            look = (Kind.HEADING_RIGHT if j else Kind.HEADING) if is_heading else kind
            items.append(Item(address.StartRow + 1 + i, address.StartColumn + 1 + j, None, look))
    dress_cells(document, sheet, items)
    set_widths(sheet, [_WIDTH] * min(len(kinds), len(cells[0])), address.StartColumn + 1)


def _trades(cells: Sequence[Sequence[Any]]) -> Sequence[Kind]:
    """Parts of a share where there are any."""
    shares = [row[1] for row in cells if len(row) > 1 and isinstance(row[1], float)]
    whole = all(share.is_integer() for share in shares)
    return _TRADES if whole else (Kind.TEXT, Kind.PARTS, *_TRADES[2:])
