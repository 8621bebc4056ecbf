"""Where the parts of a living sheet stand, and formulas filled in with their addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pbal_xl.grid.cells import column_letters
from pbal_xl.words import say

__all__ = ["FIRST_ROW", "SheetMap"]

FIRST_ROW = 4
_NAME = re.compile(r"\{(\w+)\}")
# A text of a formula that people read. No title of a sheet has such brackets.
_TEXT = re.compile(r'"\[([^"\]]+)\]"')


@dataclass(slots=True)
class SheetMap:
    """Names to addresses.

    Attributes:
        last: the row of the last holding.
        columns: name to column of the holdings' table and its working columns.
        steps: name to column of the search, which has rows of its own.
        last_step: the row of the search's last step.
        cells: name to (row, column) of a cell of its own.
        literals: name to what stands for it.
    """

    last: int
    last_step: int
    columns: dict[str, int] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    literals: dict[str, str] = field(default_factory=dict)

    def fill(self, template: str, row: int = 0) -> str:
        """A formula with the addresses of its names, as seen from a row."""
        spoken = _TEXT.sub(lambda match: _quoted(say(match[1])), template)
        return _NAME.sub(lambda match: self._reference(match[1], row), spoken)

    def _reference(self, name: str, row: int) -> str:
        if name in self.literals:
            return self.literals[name]
        if name in self.cells:
            at, column = self.cells[name]
            return f"${column_letters(column)}${at}"
        if name.endswith("_all"):
            letters = column_letters(self.columns[name.removesuffix("_all")])
            return f"{letters}${FIRST_ROW}:{letters}${self.last}"
        if name.endswith("_next"):
            return self._beside(name.removesuffix("_next"), row, 1)
        if name.endswith("_before") and name not in self.columns:
            return self._beside(name.removesuffix("_before"), row, -1)
        return f"{column_letters((self.columns | self.steps)[name])}{row}"

    def _beside(self, name: str, row: int, step: int) -> str:
        """The cell below or above; at the column's end the cell it starts from."""
        if FIRST_ROW <= row + step <= (self.last_step if name in self.steps else self.last):
            return f"{column_letters((self.columns | self.steps)[name])}{row + step}"
        return self._reference(f"{name}_first", row)


def _quoted(text: str) -> str:
    """A text as formulas write it."""
    return '"' + text.replace('"', '""') + '"'
