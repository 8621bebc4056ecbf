"""What came of a plan: the noun that rounding answers and words are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pbal_xl.core.book import Book
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.exact import Exact

__all__ = ["Trades", "in_counts"]


@dataclass(frozen=True, slots=True)
class Trades:
    """What is traded, by place in the book.

    Attributes:
        amounts: money, signed.
        counts: whole shares, signed; None where orders are in money.
        parts: places where a fraction of a share is sold beside the whole ones.
        gap: distance in money that another plan could at most be nearer; None where not examined.
        exact: the exact plan that the trades follow.
        bounds: those of the strategy and the holdings.
        weights: target weights that targets of classes give the holdings; None for their own.
    """

    amounts: list[int]
    counts: list[int] | None
    parts: frozenset[int]
    gap: float | None
    exact: Exact
    bounds: Bounds
    weights: list[int] | None = None


def in_counts(book: Book, counts: list[int], gap: float | None, exact: Exact, bounds: Bounds) -> Trades:
    """Trades of so many lots each."""
    amounts = [count * book.lump(k) for k, count in enumerate(counts)]
    return Trades(amounts, counts, frozenset(), gap, exact, bounds)
