"""Hard Rebalance: every holding to its target share of the new total, selling where needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.core.neversell import Exact

if TYPE_CHECKING:
    from pbal_xl.core.book import Book

__all__ = ["rebalance"]


def rebalance(book: Book) -> Exact:
    """Signed exact amounts ``w_i (V + cash) - v_i``; they sum to the cash flow."""
    weight, total = book.weight, book.value + book.cash
    return Exact([w * total - value * weight for value, w in zip(book.values, book.weights, strict=True)], weight)
