"""The block of settings beside the holdings, for any host to write: labels, values and their defined names.

The block knows rows and columns from 1, as in A1, and kinds of cell; it knows no spreadsheet program. A host
writes ``items``, gives each of ``names`` its cell, and offers ``choices`` where there are any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.ooxml.references import column_letters
from pbal_xl.settings import SETTINGS, by_key
from pbal_xl.sheet.looks import Kind
from pbal_xl.words import say, word

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from decimal import Decimal

    from pbal_xl.setting import Setting, Settings

__all__ = ["HINTS", "TITLE", "WIDTHS", "Entry", "SettingsBlock", "settings_block", "shown_keys"]

TITLE = word("Settings")
# Of the labels' and the values' column, in characters.
WIDTHS = (17.0, 19.0)
HINTS = (
    word("A deposit is positive, a withdrawal negative."),
    word("Blank means none. Suggestions only:"),
    word("nothing is ever traded."),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of the block: a text, a number, a truth value or None (a styled blank)."""

    row: int
    column: int
    value: str | Decimal | int | bool | None
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


# Those that every investor needs, in the order of asking; others may be named in any cell.
_SHOWN = ("cash", "strategy", "whole_shares", "increment", "min_trade")
_KINDS = {
    "amount": Kind.SETTING_MONEY,
    "yes/no": Kind.SETTING_TRUTH,
    "percent": Kind.SETTING_NUMBER,
    "count": Kind.SETTING_NUMBER,
}


def shown_keys(also: Collection[str] = ()) -> tuple[str, ...]:
    """The keys of the settings that a block shows, in its order; ``also`` are those wanted beside the usual."""
    return (*_SHOWN, *(one.key for one in SETTINGS if one.key in also and one.key not in _SHOWN))


def settings_block(
    settings: Settings, row: int, column: int, *, also: Collection[str] = (), priced: bool = True
) -> SettingsBlock:
    """The block with its title at a cell, and the settings' values in it.

    Args:
        settings: what stands in the block; nothing said is a blank, save that the strategy is then Try to Never
            Sell and whole shares TRUE, as the plan takes them, without an increment.
        row: of the title, from 1.
        column: of the labels, from 1.
        also: keys of settings to show beside those that every investor needs.
        priced: whether a holding may have a price; without any there are no whole shares, and to ask for them
            would be refused.
    """
    keys = shown_keys(also)
    if priced and not settings.get("increment"):
        settings = {"whole_shares": True, **settings}
    items = [Entry(row, column, say(TITLE), Kind.HEADING), Entry(row, column + 1, None, Kind.HEADING)]
    names, choices = {}, {}
    for at, setting in enumerate(map(by_key, keys), start=row + 1):
        items += [
            Entry(at, column, say(setting.label), Kind.SETTING_LABEL),
            Entry(at, column + 1, _shown(setting, settings), _KINDS.get(setting.kind, Kind.SETTING_TEXT)),
        ]
        names[setting.name] = (at, column + 1)
        if offered := _offered(setting):
            choices[at, column + 1] = offered
    below = row + 1 + len(keys)
    items += [Entry(at, column, say(hint), Kind.HINT) for at, hint in enumerate(HINTS, start=below)]
    return SettingsBlock(tuple(items), names, choices, column)


def _offered(setting: Setting) -> tuple[str, ...]:
    """The texts of the cell's list."""
    if setting.kind == "yes/no":
        return ("TRUE", "FALSE")
    return tuple(choice.title for choice in setting.choices) if setting.kind == "choice" else ()


def _shown(setting: Setting, settings: Settings) -> str | Decimal | int | bool | None:
    """What was said; else the default of a choice, and a blank for all others."""
    value = settings.get(setting.key)
    if setting.kind == "choice":
        wanted = value or setting.default
        return next((one.title for one in setting.choices if one.word == wanted), None)
    return value
