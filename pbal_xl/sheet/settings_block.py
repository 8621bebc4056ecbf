"""The block of settings beside the holdings, for any host to write: labels, values and their defined names.

The block knows rows and columns from 1, as in A1, and kinds of cell; it knows no spreadsheet program. A host
writes ``items``, gives each of ``names`` its cell, and offers ``choices`` where there are any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import column_letters
from pbal_xl.settings import NAMES, STRATEGIES, Settings
from pbal_xl.sheet.looks import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

__all__ = ["HINTS", "TITLE", "WIDTHS", "Entry", "SettingsBlock", "settings_block"]

TITLE = "Settings"
# Of the labels' and the values' column, in characters.
WIDTHS = (17.0, 19.0)
HINTS = (
    "A deposit is positive, a withdrawal negative.",
    "Blank means none. Suggestions only:",
    "nothing is ever traded.",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of the block: a text, a number, a truth value or None (a styled blank)."""

    row: int
    column: int
    value: str | Decimal | bool | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class SettingsBlock:
    """The whole block.

    Attributes:
        items: its cells, row by row.
        names: defined name -> (row, column) of the cell it stands for.
        choices: (row, column) -> the texts that the cell's list offers.
        column: its first column; ``WIDTHS`` are those of this and the next.
    """

    items: tuple[Entry, ...]
    names: Mapping[str, tuple[int, int]]
    choices: Mapping[tuple[int, int], tuple[str, ...]]
    column: int

    @property
    def address(self) -> str:
        """Where the block stands, such as F2:G10."""
        first, last = self.items[0], self.items[-1].row
        return f"{column_letters(first.column)}{first.row}:{column_letters(first.column + 1)}{last}"


_YES_NO = ("TRUE", "FALSE")
# Setting, label, kind of the value, what its list offers.
_ALWAYS: tuple[tuple[str, str, Kind, tuple[str, ...]], ...] = (
    ("cash", "Cash to invest", Kind.SETTING_MONEY, ()),
    ("strategy", "Strategy", Kind.SETTING_TEXT, tuple(STRATEGIES.values())),
    ("whole_shares", "Whole shares", Kind.SETTING_TRUTH, _YES_NO),
    ("increment", "Increment", Kind.SETTING_MONEY, ()),
    ("min_trade", "Minimum trade", Kind.SETTING_MONEY, ()),
)


def settings_block(settings: Settings, row: int, column: int) -> SettingsBlock:
    """The block with its title at a cell, and the settings' values in it.

    Args:
        settings: what stands in the block; nothing said is a blank, save that the strategy is then Try to Never
            Sell and whole shares TRUE, as the plan takes them.
        row: of the title, from 1.
        column: of the labels, from 1.
    """
    items = [Entry(row, column, TITLE, Kind.HEADING), Entry(row, column + 1, None, Kind.HEADING)]
    names, choices = {}, {}
    for at, (setting, label, kind, offered) in enumerate(_ALWAYS, start=row + 1):
        items += [
            Entry(at, column, label, Kind.SETTING_LABEL),
            Entry(at, column + 1, _shown(settings, setting), kind),
        ]
        names[NAMES[setting]] = (at, column + 1)
        if offered:
            choices[at, column + 1] = offered
    below = row + 1 + len(_ALWAYS)
    items += [Entry(at, column, hint, Kind.HINT) for at, hint in enumerate(HINTS, start=below)]
    return SettingsBlock(tuple(items), names, choices, column)


def _shown(settings: Settings, setting: str) -> str | Decimal | bool | None:
    if setting == "strategy":
        return STRATEGIES[settings.strategy or "never-sell"]
    if setting == "whole_shares":
        return settings.whole_shares is not False
    value: Decimal | None = getattr(settings, setting)
    return value
