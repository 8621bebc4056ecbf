"""Where the parts of a living sheet stand, and formulas filled in with their addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pbal_xl.ooxml.references import column_letters, quoted_text
from pbal_xl.words import say

__all__ = ["FIRST_ROW", "SheetMap"]

FIRST_ROW = 6
# What stands for a row's number until a formula is written into the row.
_ROW, _ROW_ABOVE = "\0", "\1"
_NAME = re.compile(r"\{(\w+)(?:@(\d+))?\}")
# A text of a formula that people read. No title of a sheet has such brackets.
_TEXT = re.compile(r'"\[([^"\]]+)\]"')


@dataclass(slots=True)
class SheetMap:
    """Names to addresses.

    Attributes:
        last: the row of the last holding.
        columns: name to column, of the table and its working columns.
        ends: the last row of a column that has not one row a holding.
        cells: name to (row, column) of a cell of its own.
        literals: name to what stands for it.
    """

    last: int
    columns: dict[str, int] = field(default_factory=dict)
    ends: dict[str, int] = field(default_factory=dict)
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    literals: dict[str, str] = field(default_factory=dict)
    _filled: dict[tuple[str, bool], str] = field(default_factory=dict)

    def fill(self, template: str, row: int = 0) -> str:
        """A formula with the addresses of its names, as seen from a row."""
        key = template, row == FIRST_ROW
        if key not in self._filled:
            spoken = _TEXT.sub(lambda match: quoted_text(say(match[1])), template)
            self._filled[key] = _NAME.sub(lambda match: self._place(match[1], match[2], top=key[1]), spoken)
        return self._filled[key].replace(_ROW, str(row)).replace(_ROW_ABOVE, str(row - 1))

    def _place(self, name: str, at: str | None, *, top: bool) -> str:
        if at is not None:
            return f"${column_letters(self.columns[name])}${FIRST_ROW - 1 + int(at)}"
        if name in self.literals:
            return self.literals[name]
        if name in self.cells:
            row, column = self.cells[name]
            return f"${column_letters(column)}${row}"
        stem, _, suffix = name.rpartition("_")
        if suffix in {"all", "end"}:
            letters, end = column_letters(self.columns[stem]), self.ends.get(stem, self.last)
            return f"{letters}${FIRST_ROW}:{letters}${end}" if suffix == "all" else f"${letters}${end}"
        if suffix == "before" and name not in self.columns:
            # At the column's top what it starts from.
            return self._place(f"{stem}_first", None, top=top) if top else self._own(stem) + _ROW_ABOVE
        return self._own(name) + _ROW

    def _own(self, name: str) -> str:
        return column_letters(self.columns[name])
