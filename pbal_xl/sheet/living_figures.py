"""The numbers that the formulas of a living sheet see, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import floor, fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["NEVER", "TINY", "Figures", "Worked", "rounded"]

# What stands for "not at any price": far beyond any money, and still a number in every program.
NEVER = 1e300
TINY = 1e-6


@dataclass(frozen=True, slots=True)
class Figures:
    """What the formulas read, one entry a holding in lists.

    Attributes:
        value: market values.
        given: the targets as they are given; 1 each where they are equal.
        price: of a share, where shares may be traded; else empty.
        gain: unrealised gains, 0 where unknown.
        quantity: shares held; None where the sheet does not say.
        place: the place of each holding in the order of symbols, from 1.
        cash: cash flow.
        hard: Hard Rebalance.
        absolute: deviation in money.
        increment: multiple of amounts; 0 where its cell is blank, None where there is no such cell.
        whole: whole shares are wanted.
        custom: whether the targets were given.
    """

    value: Sequence[float]
    given: Sequence[float]
    price: Sequence[float]
    gain: Sequence[float]
    quantity: Sequence[float | None]
    place: Sequence[int]
    cash: float
    hard: bool
    absolute: bool
    increment: float | None
    whole: bool
    custom: bool

    @property
    def target(self) -> list[float]:
        """Weights that sum to 1."""
        total = fsum(self.given)
        return [given / total for given in self.given]


@dataclass(slots=True)
class Worked:
    """The working columns by their names, and the cells of their own."""

    columns: dict[str, list[float]] = field(default_factory=dict)
    cells: dict[str, float | bool] = field(default_factory=dict)

    def number(self, name: str) -> float:
        """A cell of its own."""
        return float(self.cells[name])


def rounded(number: float, places: int) -> float:
    """As ROUND: half away from zero."""
    scale = 10.0**places
    if abs(number) >= NEVER / scale:
        return number
    return floor(abs(number) * scale + 0.5) / scale * (1 if number >= 0 else -1)
