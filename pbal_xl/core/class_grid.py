"""What some holdings can trade, by what it misses by: to each half of a plan the other is looked up.

Each entry of the misses is cut into cells as wide as what may be missed: only neighbouring cells make up for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import floor, inf
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Grid", "Sides", "State"]

# Cells of a grid are told apart by so many entries.
_SIDES = 3


class State(NamedTuple):
    """What some holdings trade: by how much it misses, what it costs, the money, the orders, and the counts."""

    misses: tuple[float, ...]
    cost: float
    money: int
    orders: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sides:
    """Between which each entry of the misses, and of the money left over at the end of them, must come to lie."""

    lows: list[float]
    highs: list[float]
    cost: float


class Grid:
    """What some holdings can trade, by what it misses by."""

    def __init__(self, states: Sequence[State], sides: Sides) -> None:
        widths = [high - low for low, high in zip(sides.lows, sides.highs, strict=True)]
        spread = []
        for d, width in enumerate(widths):
            if states and 0 < width < inf:
                entries = [state.misses[d] for state in states]
                spread.append(((max(entries) - min(entries)) / width, d))
        self.told = [(d, sides.lows[d], widths[d]) for size, d in sorted(spread)[-_SIDES:] if size > 1]
        self.cells: dict[tuple[int, ...], list[State]] = {}
        for state in states:
            cell = tuple([floor(state.misses[d] / width) for d, _, width in self.told])
            self.cells.setdefault(cell, []).append(state)

    def near(self, misses: Sequence[float]) -> list[State]:
        """Those that may make up for misses."""
        found = []
        below = [floor((low - misses[d]) / width) for d, low, width in self.told]
        for cell in product(*[(one, one + 1) for one in below]):
            found += self.cells.get(cell, [])
        return found
