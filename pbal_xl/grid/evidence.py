"""Arithmetic as proof: value = quantity x price tells which column is which (when they agree: core/agreement)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from pbal_xl.core.agreement import agree
from pbal_xl.grid.numbers import loose_number

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from pbal_xl.grid.cells import Cell, Grid

__all__ = ["Proof", "Sample", "prove"]

# A column is believed when it fails in one row of so many at most: bonds and options stand among shares.
_FEW = 4


class Sample:
    """Rows that evidence is taken from, with the numbers of their columns read once."""

    def __init__(self, rows: Grid, chosen: Sequence[int], sign: str | None) -> None:
        self._rows, self._chosen, self._sign = rows, chosen, sign
        self._numbers: dict[int, list[Decimal | None]] = {}

    def cells(self, column: int) -> list[Cell]:
        """The cells of a column."""
        return [row[column] if column < len(row) else None for row in (self._rows[at] for at in self._chosen)]

    def numbers(self, column: int) -> list[Decimal | None]:
        """The numbers of a column; None for what is none."""
        if column not in self._numbers:
            self._numbers[column] = [loose_number(cell, self._sign) for cell in self.cells(column)]
        return self._numbers[column]

    def same(self, one: int, other: int) -> bool:
        """Whether two columns say the same in every row."""
        if self.numbers(one) != self.numbers(other):
            return False
        return any(one is not None for one in self.numbers(one)) or self.cells(one) == self.cells(other)


@dataclass(frozen=True, slots=True)
class Proof:
    """How far value = quantity x price holds for three columns.

    Attributes:
        quantity: column.
        price: column.
        value: column.
        holds: rows in which it does.
        fails: rows in which all three are given and it does not.
    """

    quantity: int
    price: int
    value: int
    holds: int
    fails: int

    @property
    def proved(self) -> bool:
        """Whether it holds where it can, a few rows aside."""
        return self.holds > _FEW * self.fails

    @property
    def always(self) -> bool:
        """Whether it holds in every row."""
        return self.holds > 0 and not self.fails


def prove(sample: Sample, quantities: Sequence[int], prices: Sequence[int], values: Sequence[int]) -> list[Proof]:
    """Every choice of three different columns, and how far it holds."""
    found = []
    for one in product(quantities, prices, values):
        if len(set(one)) == len(one):
            holds, fails = _count(*(sample.numbers(column) for column in one))
            found.append(Proof(*one, holds, fails))
    return found


def _count(
    quantities: Sequence[Decimal | None], prices: Sequence[Decimal | None], values: Sequence[Decimal | None]
) -> tuple[int, int]:
    holds = fails = 0
    for quantity, price, value in zip(quantities, prices, values, strict=True):
        if quantity and price and value:
            if agree(quantity, price, value):
                holds += 1
            else:
                fails += 1
    return holds, fails
