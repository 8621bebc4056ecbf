"""From a strategy and the holder's own wishes to bounds on every trade: each rule is a row, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.core.money import from_integer, told
from pbal_xl.errors import PlanError
from pbal_xl.words import listed, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms

__all__ = ["Bounds", "bounds_of", "check_cash", "names", "selling_more", "sparing"]

# How many symbols a refusal names before it counts the rest.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Bounds:
    """Least and most trade of each holding, in the book's integers; None for no limit."""

    lows: list[int]
    highs: list[int | None]

    @property
    def most(self) -> int | None:
        """The most that all trades together can take up; None for no limit."""
        total = 0
        for high in self.highs:
            if high is None:
                return None
            total += high
        return total


def bounds_of(book: Book, terms: Terms) -> Bounds:
    """The bounds of every trade.

    Raises:
        PlanError: two of them leave no room to a holding.
    """
    size = len(book.values)
    lows = [-value for value in book.values]
    highs: list[int | None] = [None] * size
    if terms.strategy == "never-sell":
        if book.cash >= 0:
            lows = [0] * size
        if book.cash <= 0:
            highs = [0] * size
    for k, (lowest, highest) in book.own.items():
        _narrow(book, k, lowest, highest, lows, highs)
    for k, cap in book.caps.items():
        # What is above its cap already is a leader, not a fault.
        room = max(0, int(cap * (book.value + book.cash)) - book.values[k])
        if lows[k] > room:
            least, most = book.told(lows[k]), book.told(room)
            raise PlanError(f"{book.symbols[k]} must trade {least} at the least, but its most weight allows {most}")
        high = highs[k]
        highs[k] = room if high is None else min(high, room)
    for k in book.unwanted:
        # Never bought; a hard rebalance sells all that may be sold.
        highs[k] = lows[k] if terms.strategy == "hard" else min(0, highs[k] or 0)
    return Bounds(lows, highs)


def sparing(book: Book, bounds: Bounds) -> Bounds:
    """The same, but what is not wanted need not be sold further than the holder's own bounds say."""
    highs = list(bounds.highs)
    for k in book.unwanted:
        _, must = book.own.get(k, (None, None))
        highs[k] = max(bounds.lows[k], 0 if must is None else min(0, must))
    return Bounds(bounds.lows, highs)


def selling_more(bounds: Bounds, within: Bounds) -> Bounds:
    """Where the sales within narrower bounds cannot pay: all may be sold that ``bounds`` allow, no more bought."""
    return Bounds(bounds.lows, within.highs)


def _narrow(  # noqa: PLR0913 - one holding's bounds, its own and those so far
    book: Book, k: int, lowest: int | None, highest: int | None, lows: list[int], highs: list[int | None]
) -> None:
    symbol = book.symbols[k]
    before = highs[k]
    if lowest is not None and lowest > lows[k]:
        lows[k] = lowest
    if highest is not None and (before is None or highest < before):
        highs[k] = highest
    high = highs[k]
    if high is None or lows[k] <= high:
        return
    if highest is not None and highest < lows[k]:
        limit = "is not to be sold" if lows[k] == 0 else f"can trade {book.told(lows[k])} at the least"
        raise PlanError(f"{symbol} must trade {book.told(highest)} at the most, but {limit}")
    raise PlanError(f"{symbol} must trade {book.told(lows[k])} at the least, but is not to be bought")


def check_cash(book: Book, bounds: Bounds) -> None:
    """Refuse cash that the bounds cannot raise.

    Raises:
        PlanError: names the holdings that may not be sold, and what the others are worth.
    """
    least = sum(bounds.lows)
    if least <= book.cash:
        return
    forced = [k for k, low in enumerate(bounds.lows) if low > 0]
    if forced:
        bought = book.told(sum([bounds.lows[k] for k in forced]))
        raise PlanError(
            f"{names([book.symbols[k] for k in forced])} must be bought for {bought}, "
            f"more than the cash and all sales come to"
        )
    asked, worth = told(from_integer(-book.cash, book.decimals), from_integer(-least, book.decimals))
    locked = [k for k, low in enumerate(bounds.lows) if low > -book.values[k]]
    if not locked:
        raise PlanError(f"cannot withdraw {asked}: the holdings are worth {worth}")
    kept = names([book.symbols[k] for k in locked])
    if any(bounds.lows[k] for k in locked):
        raise PlanError(f"cannot withdraw {asked}: sales of {kept} are limited, and all sales raise only {worth}")
    verb = "is" if len(locked) == 1 else "are"
    raise PlanError(f"cannot withdraw {asked}: {kept} {verb} locked, and the others are worth only {worth}")


def names(symbols: Sequence[str]) -> str:
    """Symbols for a sentence: "A, B and C"; many are counted."""
    shown = list(symbols[:_NAMED])
    if len(symbols) > _NAMED:
        shown.append(say("{} more", len(symbols) - _NAMED))
    return listed(shown)
