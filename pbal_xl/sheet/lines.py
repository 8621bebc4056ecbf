"""Words that are longer than their column is wide: they go on in further lines, and their row is as high."""

from __future__ import annotations

import math
import textwrap
from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.sheet.layout import Formula
from pbal_xl.sheet.looks import LOOKS, Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.sheet.layout import Item

__all__ = ["LINE", "cut_at", "heights_of", "lines_of", "wrapped"]

# Of a row, in points.
LINE = 15.0
# In digits of a font of this size: what a cell keeps free, and what a capital letter takes.
_SIZE, _PADDING, _CAPITAL = 11, 1.0, 1.2
_WRAPPED: Mapping[Kind, Kind] = {
    Kind.TEXT: Kind.WRAPPED_TEXT,
    Kind.QUIET_TEXT: Kind.QUIET_WRAPPED_TEXT,
    Kind.REASON: Kind.WRAPPED_REASON,
}


# Kinds of cells whose rows may be higher than others.
_HIGHER = frozenset(kind for kind, look in LOOKS.items() if look.wrap or look.size > _SIZE)


def wrapped(items: Sequence[Item], widths: Sequence[float]) -> list[Item]:
    """The cells of a table, those whose words are longer than their column with a look that goes on below."""
    return [
        item._replace(kind=_WRAPPED[item.kind]) if item.kind in _WRAPPED and lines_of(item, widths) > 1 else item
        for item in items
    ]


def heights_of(items: Sequence[Item], widths: Sequence[float]) -> dict[int, float]:
    """The heights in points of rows with words that go on below or are large: not every program fits them."""
    rows: dict[int, float] = {}
    for item in items:
        if item.kind in _HIGHER:
            look = LOOKS[item.kind]
            high = LINE * max(1.0, look.size / _SIZE) * (lines_of(item, widths) if look.wrap else 1)
            rows[item.row] = max(rows.get(item.row, LINE), float(math.ceil(high)))
    return rows


def lines_of(item: Item, widths: Sequence[float]) -> int:
    """How many lines the words of a cell take in its column, rather one too many than one too few."""
    said = item.value.cached if isinstance(item.value, Formula) else item.value
    if not isinstance(said, str) or item.column > len(widths):
        return 1
    room = (widths[item.column - 1] - _PADDING) * _SIZE / LOOKS[item.kind].size
    if (len(said) + 1) * _CAPITAL < room:
        return 1
    count, used = 1, 0.0
    for word in said.split():
        wide = _width_of(word)
        if used and used + wide > room:
            count, used = count + 1, 0.0
        # What is longer than a line is broken where the line ends.
        count += int(wide // room)
        used += wide % room + 1.0
    return count


@lru_cache(maxsize=4096)
def _width_of(word: str) -> float:
    return sum(_CAPITAL if letter.isupper() else 1.0 for letter in word)


def cut_at(text: str, width: int) -> list[str]:
    """The lines of a text, cut between words, of so many characters at the most."""
    if len(text) <= width and text.isprintable() and text == text.strip():
        return [str(text)] if text else []
    return textwrap.wrap(text, width)
