"""The mark of a sheet of formulas as Calc tells it; see ``pbal_xl.ooxml.formulamark``."""

from __future__ import annotations

import re
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import used_range
from pbal_xl.hosts.calc.kept import kept
from pbal_xl.ooxml.digest import number_text
from pbal_xl.ooxml.formulamark import GAP, FormulasMark, names_of_read
from pbal_xl.ooxml.hidden_names import READ_NAME
from pbal_xl.ooxml.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["formulas_mark", "reads_as_kept", "references_to_keep"]

_AND = "~"  # joins references in a name
_TITLE = r"(?:'(?:[^']|'')+'|#REF!|[^\s'.$!#;()\[\]{}\"+*/&=<>^~:-]+)"
_CELL = r"\$?(?:[A-Z]{1,3}|#REF!)\$?(?:[0-9]+|#REF!)"
# A text in a formula comes first: what stands in it is no reference, and parts nothing.
_TOKEN = re.compile(
    rf'"(?:[^"]|"")*"|(?<![\w.])(?P<truth>TRUE|FALSE)\(\)|(?P<joint>;)|(?P<read>\${_TITLE}\.{_CELL}(?::{_CELL})?)'
)


def formulas_mark(sheet: Any) -> str:
    """What every cell of the sheet says, with a gap where it reads another sheet; and how much hangs on it."""
    mark, cells = FormulasMark(sheet.getName()), used_range(sheet)
    rows = zip(cells.getFormulaArray(), cells.getDataArray(), strict=True)
    for i, (formulas, values) in enumerate(rows, start=1):
        for j, (formula, value) in enumerate(zip(formulas, values, strict=True), start=1):
            address = f"{column_letters(j)}{i}"
            if formula.startswith("="):
                mark.add(address, "f", _TOKEN.sub(_told, formula[1:]))
            elif isinstance(value, float):
                mark.add(address, "n", number_text(value))
            elif value:
                mark.add(address, "s", value)
    return mark.mark(sheet.getAnnotations().getCount(), sheet.getDrawPage().getCount())


def references_to_keep(sheet: Any) -> Iterator[tuple[str, str]]:
    """Names and contents that hold what the sheet's formulas read on others, in their order."""
    return names_of_read(list(_read_elsewhere(sheet)), _AND)


def reads_as_kept(sheet: Any) -> bool:
    """Whether the sheet's formulas read what they read when they were written, wherever that stands today."""
    told = takewhile(lambda one: one is not None, (kept(sheet, f"{READ_NAME}{number}") for number in count(1)))
    # Name by name: a file joins its references otherwise.
    return [place for one in told if one for place in _read(one)] == list(_read_elsewhere(sheet))


def _told(token: re.Match[str]) -> str:
    if token["read"]:
        return GAP
    return "," if token["joint"] else token["truth"] or token[0]


def _read(formula: str) -> Iterator[str]:
    return (token["read"] for token in _TOKEN.finditer(formula) if token["read"])


def _read_elsewhere(sheet: Any) -> Iterator[str]:
    for row in used_range(sheet).getFormulaArray():
        for formula in row:
            if formula.startswith("="):
                yield from _read(formula)
