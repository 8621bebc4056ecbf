"""How far down a table goes below its header: the rows that are like each other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.grid.cash import is_cash_label
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank
from pbal_xl.grid.headers import IDENTIFIERS, Header
from pbal_xl.grid.numbers import is_loose_number
from pbal_xl.grid.rows import is_blank_row, is_total
from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Shape"]

# How many rows below a header are looked at to see which of its columns are in use.
_LOOK_DOWN = 20
_SEVERAL = 2
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.:/^-]{0,11}")


class Shape:
    """The rows below a header, and how far down they are those of its table.

    The table goes on behind a blank row or a total where rows follow that look like those above: a name, and
    numbers wherever all of them have numbers.
    """

    def __init__(self, header: Header, rows: Grid) -> None:
        self.rows = rows
        claiming: dict[str, list[int]] = {}
        for at, found in enumerate(header.claims):
            for one in found:
                claiming.setdefault(one.field, []).append(at)
        self.symbols = [at for kind in IDENTIFIERS for at in claiming.get(kind, ())]
        self.shares, self.prices = frozenset(claiming.get("quantity", ())), frozenset(claiming.get("price", ()))
        self.figures = sorted({*self.shares, *self.prices, *claiming.get("value", ())})
        self.end = self._first_end()
        above = rows[: self.end][:_LOOK_DOWN]
        filled = [(row, numbers) for row in above if (numbers := self._numbers(row))]
        self.usual = frozenset.intersection(*[numbers for _, numbers in filled]) if filled else frozenset()
        self.tickers = all(self._is_ticker(row) for row, _ in filled)
        self.height, self.missed = self._continued()

    def _symbol(self, row: Sequence[Cell]) -> Cell:
        return next((row[at] for at in self.symbols if at < len(row) and not is_blank(row[at])), None)

    def _is_ticker(self, row: Sequence[Cell]) -> bool:
        symbol = self._symbol(row)
        return isinstance(symbol, str) and _TICKER.fullmatch(symbol.strip()) is not None

    def _numbers(self, row: Sequence[Cell]) -> frozenset[int]:
        return frozenset([at for at in self.figures if at < len(row) and is_loose_number(row[at], ".")])

    def _first_end(self) -> int:
        """The row behind the first stretch: a blank row or a total; such rows right below a header are passed."""
        begun = False
        for index, row in enumerate(self.rows):
            ends = is_blank_row(row) or self._is_total(row)
            if ends and begun:
                return index
            begun = begun or not ends
        return len(self.rows) if begun else 0

    def _is_total(self, row: Sequence[Cell]) -> bool:
        """Whether a row is called a total; one with a quantity and a price may be a holding of that name."""
        label = self._symbol(row[: max(self.symbols) + 1]) if self.symbols else None
        if not is_total(label):
            return is_blank(label) and any(is_total(cell) for cell in row)
        numbers = self._numbers(row)
        return numbers.isdisjoint(self.shares) or numbers.isdisjoint(self.prices - self.shares)

    def _is_cash(self, row: Sequence[Cell]) -> bool:
        symbol = self._symbol(row)
        return isinstance(symbol, str) and is_cash_label(symbol)

    def _is_like(self, row: Sequence[Cell]) -> bool:
        if not self.usual or not self.usual <= self._numbers(row) or self._is_total(row):
            return False
        symbol = self._symbol(row)
        if not isinstance(symbol, str) or self._is_cash(row):
            return False
        # Where a name and one figure are all there is, anything may stand below: a name must look like those above.
        return len(self.usual) >= _SEVERAL or not self.tickers or self._is_ticker(row)

    def _continued(self) -> tuple[int, list[int]]:
        """The row behind the last one that is like those above, and such rows as stand behind something else."""
        end, stopped = self.end, False
        missed: list[int] = []
        for index in range(self.end, len(self.rows)):
            row = self.rows[index]
            if row.count(None) == len(row):
                continue  # a blank row ends nothing; most rows above a stray cell far below are such
            if not stopped and self._is_cash(row) and self._numbers(row):
                end = index + 1  # left out of the holdings, and told
            elif self._is_like(row):
                if stopped:
                    missed.append(index)
                else:
                    end = index + 1
            elif not stopped and not self._may_stand_between(row):
                stopped = True
        return end, missed

    def _may_stand_between(self, row: Sequence[Cell]) -> bool:
        """A blank row, a total, cash, a head or a note, or a lot; anything else begins something new."""
        given = [cell for cell in row if not is_blank(cell)]
        return (
            len(given) < _SEVERAL
            or self._is_total(row)
            or self._is_cash(row)
            or (bool(self._numbers(row)) and len(self.usual) >= _SEVERAL)
        )

    def rest(self, origin: Origin, first: int) -> tuple[str, ...]:
        """A notice of rows behind the table's end that look like its holdings: nobody must miss them unsaid."""
        if not self.missed or not self.symbols:
            return ()
        symbol = self.symbols[0]
        cells = [origin.name(first + index, symbol) for index in (self.missed[0], self.missed[-1])]
        end = origin.row + first + self.height - 1
        if len(self.missed) == 1:
            one = say("{} looks like a holding but was not read: the table ends in row {}.", cells[0], end)
            return (one,)
        return (say("{} to {} look like holdings but were not read: the table ends in row {}.", *cells, end),)
