"""What plans leave to the next where one question takes many: prices to start from, and the work there was."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pbal_xl.core.exact import Exact

__all__ = ["Guess"]

# Bits that a price is found to, in haste, and where time is spent.
_PRECISE, _ROUGH, _ROUGHEST = 42, 16, 10
# Work, in holdings looked at, from which on there is haste; what a plan costs beside its holdings, a rounding, and
# a part of a holding in a class; moves of such parts that cost as much as a holding.
_HASTE = 40_000
_ONE, _ROUNDED, _THROUGH, _MOVED = 30, 15, 60, 12


@dataclass(slots=True)
class Guess:
    """What plans made before leave to the next: prices and margins to start from, and the work there was.

    Attributes:
        gains: the price of gains found last.
        turns: the price of turnover found last.
        gain_margin: by how much less gain than its limit the last plan kept it.
        turnover_margin: the same of the turnover.
        work: holdings looked at so far.
        ahead: that of the last question after this one; None for none.
        unlimited: the exact plans without limits, by the cash and the strategy that they are for.
    """

    gains: int = 1
    turns: int = 1
    gain_margin: int = 0
    turnover_margin: int = 0
    work: int = 0
    ahead: Guess | None = None
    unlimited: dict[tuple[int, str], Exact | None] = field(default_factory=dict)

    def next(self) -> Guess:
        """That of another question, which knows of nothing but the work there was."""
        self.ahead = Guess(work=self.total)
        return self.ahead

    @property
    def total(self) -> int:
        """The work of this question and of those after it."""
        return self.work if self.ahead is None else self.ahead.total

    @property
    def haste(self) -> bool:
        """Whether so much was worked that what is left must be short."""
        return self.work > _HASTE

    @property
    def spent(self) -> bool:
        """Whether a plan that will do is to do."""
        return self.work > 4 * _HASTE

    def solved(self, size: int) -> None:
        """Count an exact plan of so many holdings."""
        self.work += size + _ONE

    def rounded(self, size: int) -> None:
        """Count one made tradable."""
        self.work += _ROUNDED * (size + _ONE)

    def looked_through(self, size: int) -> None:
        """Count a plan of funds of several classes, of so many holdings times classes."""
        self.work += _THROUGH * size

    def moved(self, size: int) -> None:
        """Count moves of money, times holdings times classes."""
        self.work += size // _MOVED

    def bits(self) -> int:
        """How precise a price is to be."""
        return _ROUGHEST if self.spent else _ROUGH if self.haste else _PRECISE
