"""Whole shares by the distance of classes: the counts whose classes end nearest to where they are meant to.

Of a few holdings all counts are looked at. Of more, what rounding left of each class is first made up for, one
holding at a time; where every holding belongs to one class, sums of each are then listed and one of each is
chosen; and counts near those are looked at, of a few holdings at a time. Each of these only ever improves on what
the one before found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pbal_xl.core.class_choice import summed_up
from pbal_xl.core.class_halves import MOVING, Halves
from pbal_xl.core.class_steps import made_up
from pbal_xl.core.counting import Range, counting_of

if TYPE_CHECKING:
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.class_miss import Missed
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.counting import Counting
    from pbal_xl.core.traded import Trades

__all__ = ["nearer_by_class"]

# How much less is looked at of a few holdings where the sums of classes were.
_LESS = 4


def nearer_by_class(  # noqa: PLR0913 - the problem, its measure, and the counts to better
    book: Book, terms: Terms, bounds: Bounds, classes: Classes, missed: Missed, trades: Trades
) -> tuple[Trades, float]:
    """The nearest counts within the bounds that are found.

    Returns:
        Trades at least as near, and what none can miss by less than, beyond the exact plan.
    """
    if trades.counts is None or trades.parts or not all(book.lots) or classes.split:
        # Where holdings have targets of their own in a class, the exact plan is followed.
        return trades, 0.0
    ranges, all_of_them = _ranges(book, terms, bounds, classes, trades)
    counting = counting_of(book, terms, missed, ranges)
    counts, bound = _searched(counting, trades.counts, apart=classes.exposed is None)
    return replace(trades, counts=counts, amounts=counting.amounts(counts)), bound if all_of_them else 0.0


def _searched(counting: Counting, counts: list[int], *, apart: bool) -> tuple[list[int], float]:
    """Counts no further off, and what none can miss by less than; ``apart`` where each holding has one class."""
    few, bound = len(counting.able) <= MOVING, 0.0
    if few:
        search = Halves(counting, counts)
        bound = search.run()
        counts = search.best
    value = counting.value(counts)
    if value - bound > counting.same and not (few and not apart):
        counts = made_up(counting, counts)
        if apart:
            counts, proved = summed_up(counting, counts, counting.value(counts))
            bound = max(bound, proved)
            if counting.value(counts) - bound <= counting.same:
                return counts, bound
        search = Halves(counting, counts)
        if apart:
            # There is less to find.
            search.left //= _LESS
        bound = max(bound, search.run())
        counts = search.best
    return counts, min(bound, counting.value(counts))


def _ranges(book: Book, terms: Terms, bounds: Bounds, classes: Classes, trades: Trades) -> tuple[list[Range], bool]:
    """The counts that each holding may have, and whether they are all that the bounds allow.

    A hard rebalance turns no order of its exact plan round, and does not buy and sell in one class. A withdrawal
    sells of no class that the exact plan leaves alone.
    """
    found, everything = [], True
    signs = [0] * len(book.values)
    if terms.strategy == "hard":
        signs = _signs(classes, trades)
    elif book.cash < 0 and classes.exposed is None:
        # What is left alone is not to be sold.
        signs = [sign or 1 for sign in _signs(classes, trades)]
    for k, (low, high) in enumerate(zip(bounds.lows, bounds.highs, strict=True)):
        lump, count = book.lump(k), (trades.counts or [])[k]
        # No more is bought than all there is pays.
        most = (book.value + book.cash) // lump
        least = max(-(-low // lump), -book.held[k])
        most = max(least, most if high is None else min(most, high // lump))
        if signs[k] > 0:
            least = max(least, min(0, most))
        elif signs[k] < 0:
            most = min(most, max(0, least))
        # What was found before is kept to, even where a bound had to give way.
        everything &= least <= count <= most
        found.append(Range(min(least, count), max(most, count)))
    return found, everything


def _signs(classes: Classes, trades: Trades) -> list[int]:
    """1 for what may be bought, -1 for what may be sold, 0 for both.

    It is the way that the exact plan goes with a holding, or with others of the same classes.
    """
    parts = [tuple(row) for row in classes.looked_through().parts]
    signs = [(numerator > 0) - (numerator < 0) for numerator in trades.exact.numerators]
    ways: dict[tuple[float, ...], int] = {}
    for row, sign in zip(parts, signs, strict=True):
        ways[row] = ways.get(row, 0) or sign
    return [sign or ways[row] for row, sign in zip(parts, signs, strict=True)]
