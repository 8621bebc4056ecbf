"""The mark of a sheet of formulas: what they say, whatever rows and columns moved on the sheet they read.

A row that is put in among the holdings moves what formulas refer to, and a sheet that is renamed what they call
it. Hidden names hold every such reference beside the formulas, and LibreOffice moves both alike: so what a user
wrote into a formula of ours is told from what followed a change elsewhere.
"""

from __future__ import annotations

import hashlib
import re
from itertools import count, takewhile
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import used_range
from pbal_xl.hosts.calc.kept import kept
from pbal_xl.ooxml.digest import number_text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FORMULAS_NAME", "formulas_mark", "reads_as_kept", "references_to_keep"]

# Hidden names of the sheet: what its cells say, and, numbered from 1, what on other sheets its formulas read.
FORMULAS_NAME, _READ_NAME = "_pbal_xl_formulas", "_pbal_xl_read"

_AND = "~"  # joins references in a name
# A name holds no more than some thousand.
_MOST_IN_A_NAME = 200
_TITLE = r"(?:'(?:[^']|'')+'|#REF!|[^\s'.$!#;()\[\]{}\"+*/&=<>^~:-]+)"
_CELL = r"\$?(?:[A-Z]{1,3}|#REF!)\$?(?:[0-9]+|#REF!)"
# A text in a formula comes first: what stands in it is no reference.
_TOKEN = re.compile(rf"\"(?:[^\"]|\"\")*\"|(?P<read>\${_TITLE}\.{_CELL}(?::{_CELL})?)")


def formulas_mark(sheet: Any) -> str:
    """What every cell of the sheet says, with a gap where it reads another sheet; and how much hangs on it."""
    seen = hashlib.sha256(sheet.getName().encode())
    cells = used_range(sheet)
    for formulas, values in zip(cells.getFormulaArray(), cells.getDataArray(), strict=True):
        for formula, value in zip(formulas, values, strict=True):
            is_figure = isinstance(value, float) and not formula.startswith("=")
            told = number_text(value) if is_figure else _TOKEN.sub(_blank, formula)
            seen.update(f"\n{told}".encode("utf-8", "surrogatepass"))
        seen.update(b"\n--")
    seen.update(f"\n{sheet.getAnnotations().getCount()} {sheet.getDrawPage().getCount()}".encode())
    return seen.hexdigest()[:32]


def references_to_keep(sheet: Any) -> Iterator[tuple[str, str]]:
    """Names and contents that hold what the sheet's formulas read on others, in their order."""
    found = list(_read_elsewhere(sheet))
    for number, start in enumerate(range(0, len(found), _MOST_IN_A_NAME), start=1):
        yield f"{_READ_NAME}{number}", _AND.join(found[start : start + _MOST_IN_A_NAME])


def reads_as_kept(sheet: Any) -> bool:
    """Whether the sheet's formulas read what they read when they were written, wherever that stands today."""
    told = takewhile(lambda one: one is not None, (kept(sheet, f"{_READ_NAME}{number}") for number in count(1)))
    return _AND.join(filter(None, told)) == _AND.join(_read_elsewhere(sheet))


def _blank(token: re.Match[str]) -> str:
    return token[0] if token["read"] is None else "\0"


def _read_elsewhere(sheet: Any) -> Iterator[str]:
    for row in used_range(sheet).getFormulaArray():
        for formula in row:
            if formula.startswith("="):
                yield from (token["read"] for token in _TOKEN.finditer(formula) if token["read"] is not None)
