"""Counts of shares by classes: what each may trade, what one more of it adds to the misses, and which are better.

What a few holdings trade misses by a vector, an entry a class, and leaves money over. Of equal distances the fewer
orders are better, then those of the exact plan, then the least gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.class_miss import Missed

__all__ = ["Counting", "Range", "counting_of"]

# Misses, in squares of the book's unit, that are the same.
_SAME = 1e-4
# Partial plans that one search may look at; a tenth where it is one of many.
_EFFORT = 100_000


class Range(NamedTuple):
    """Least and most counts of a holding."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Counting:
    """The problem in counts.

    Attributes:
        book: the portfolio.
        missed: how trades are measured.
        ranges: the counts that each may have.
        lumps: money of one count.
        columns: what one count adds to the miss of each class, and, last, to the money left over.
        smallest: counts of the smallest order of each.
        orders: how many there may be.
        same: distances, squared, that are the same.
        effort: how many partial plans may be looked at.
        able: what can trade more than one count.
        main: the class that each holding belongs to most.
    """

    book: Book
    missed: Missed
    ranges: Sequence[Range]
    lumps: list[int]
    columns: list[list[float]]
    smallest: list[int]
    orders: int
    same: float
    effort: int
    able: list[int]
    main: list[int]

    def amounts(self, counts: Sequence[int]) -> list[int]:
        """Money of counts."""
        return [count * lump for count, lump in zip(counts, self.lumps, strict=True)]

    def value(self, counts: Sequence[int]) -> float:
        """What counts miss by beyond the exact plan, squared."""
        return self.missed.excess(self.book, self.amounts(counts))

    def fits(self, counts: Sequence[int]) -> bool:
        """Whether the cash pays for counts, and each order of them is large enough and one of few enough."""
        orders = [k for k, count in enumerate(counts) if count]
        return (
            sum(self.amounts(counts)) <= self.book.cash
            and len(orders) <= self.orders
            and all(abs(counts[k]) >= self.smallest[k] for k in orders)
        )

    def rank(self, counts: Sequence[int]) -> tuple[int, int, float]:
        """Which of equally near counts are better, lowest first."""
        meant, book = self.missed.exact.numerators, self.book
        sold = [
            -count * lump * (gain or 0) / (value or 1)
            for count, lump, gain, value in zip(counts, self.lumps, book.gains, book.values, strict=True)
            if count < 0
        ]
        return (
            sum([count != 0 for count in counts]),
            sum([count != 0 and not one for count, one in zip(counts, meant, strict=True)]),
            fsum(sold),
        )

    def first(self, k: int) -> float:
        """What of a class trades first, lowest first: the first in the list, or the least gain to sell."""
        book = self.book
        return (book.gains[k] or 0) / (book.values[k] or 1) if book.cash < 0 else book.order[k]

    def in_turn(self, counts: Sequence[int]) -> tuple[list[int], list[int]]:
        """What trades, and what could: of each class the first, in turn."""
        waiting: dict[int, list[int]] = {}
        for k in sorted([k for k in self.able if not counts[k]], key=self.first):
            waiting.setdefault(self.main[k], []).append(k)
        turns = [k for turn in zip_longest(*waiting.values()) for k in turn if k is not None]
        return [k for k in self.able if counts[k]], turns


def counting_of(book: Book, terms: Terms, missed: Missed, ranges: Sequence[Range]) -> Counting:
    """The problem in counts within ranges."""
    lumps = [book.lump(k) for k in range(len(ranges))]
    return Counting(
        book,
        missed,
        ranges,
        lumps,
        [[*[part * lump for part in row], -float(lump)] for row, lump in zip(missed.parts, lumps, strict=True)],
        [-(-terms.smallest // lump) for lump in lumps],
        len(ranges) if terms.most_orders is None else terms.most_orders,
        _SAME * book.unit**2,
        _EFFORT // (10 if terms.hurried else 1),
        [k for k, (low, high) in enumerate(ranges) if low < high],
        [row.index(max(row)) for row in missed.parts],
    )
