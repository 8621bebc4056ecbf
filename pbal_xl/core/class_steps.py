"""Counts of many holdings by classes, a first step: what rounding left of each class is made up for.

One holding of each class at a time takes the counts that bring the misses furthest down: what trades already where
that does about as well, else the first that may. Sold-out positions leave the rest of a share each, which in a
class of many comes to more than all that other searches look at. Then one of the largest lumps more or less is
tried, with the others making up for it: a share dearer than all that is to be traded is far off either way alone.
"""

from __future__ import annotations

from heapq import nlargest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.counting import Counting

__all__ = ["made_up"]

# Passes over all holdings.
_PASSES = 12
# What does so much of the best does about as well.
_ABOUT = 0.5
# Holdings of large lumps that are tried otherwise, fewer of many; a lump far above all that is missed is no help.
_LARGE, _OF_ALL, _FAR = 8, 2000, 100


def made_up(counting: Counting, counts: Sequence[int]) -> list[int]:
    """Counts that miss by no more than those given."""
    best = _walked(counting, counts)
    value = counting.value(best)
    most = max(2, min(_LARGE, _OF_ALL // len(best)))
    near = [k for k in counting.able if counting.lumps[k] ** 2 <= _FAR**2 * value]
    for k in nlargest(most, near, key=counting.lumps.__getitem__):
        for count in (best[k] + 1, best[k] - 1):
            if counting.ranges[k].low <= count <= counting.ranges[k].high:
                tried = _walked(counting, [*best[:k], count, *best[k + 1 :]], fixed=k)
                found = counting.value(tried)
                if found < value - counting.same and counting.fits(tried):
                    best, value = tried, found
    return best


def _walked(counting: Counting, counts: Sequence[int], fixed: int | None = None) -> list[int]:
    """Where single steps lead to, with the counts of one holding as they are; they may overspend."""
    walk = _Walk(counting, counts)
    for _ in range(_PASSES):
        trading, waiting = counting.in_turn(walk.counts)
        groups: dict[int, list[int]] = {}
        for k in [*trading, *waiting]:
            if k != fixed:
                groups.setdefault(counting.main[k], []).append(k)
        if not sum([walk.step(group) for group in groups.values()]):
            break
    return walk.counts


class _Walk:
    def __init__(self, counting: Counting, counts: Sequence[int]) -> None:
        self.counting = counting
        self.counts = list(counts)
        missed, amounts = counting.missed, counting.amounts(counts)
        self.misses = [0.0] * len(missed.parts[0])
        for k, amount in enumerate(amounts):
            off = missed.off(k, amount)
            for c, part in missed.entries[k]:
                self.misses[c] += off * part
        self.left = counting.book.cash - sum(amounts)
        self.orders = sum([count != 0 for count in counts])
        self.entries = [
            [(c, part * lump) for c, part in row] for row, lump in zip(missed.entries, counting.lumps, strict=True)
        ]

    def step(self, group: Sequence[int]) -> bool:
        """Move one holding of a group, if that is nearer; whether one moved."""
        found = [(k, *self._best(k)) for k in group]
        least = min([worth for _, _, worth in found], default=0.0)
        if least >= -self.counting.same:
            return False
        k, more = next((k, more) for k, more, worth in found if worth <= _ABOUT * least)
        for c, part in self.entries[k]:
            self.misses[c] += more * part
        self.left -= more * self.counting.lumps[k]
        self.orders -= self.counts[k] != 0
        self.counts[k] += more
        self.orders += self.counts[k] != 0
        return True

    def _best(self, k: int) -> tuple[int, float]:
        """The counts more that bring the misses furthest down, and by how much (below 0)."""
        missed, lump = self.counting.missed, self.counting.lumps[k]
        left = self.left - missed.left
        bend = missed.idle * lump * lump
        slope = (missed.slopes[k] - missed.price - 2 * missed.idle * left) * lump
        for c, part in self.entries[k]:
            bend += part * part
            slope += 2 * self.misses[c] * part
        low, high = self.counting.ranges[k]
        count = self.counts[k]
        more = min(round(-slope / (2 * bend)), self.left // lump, high - count)
        more = max(more, low - count)
        if more and not self._allowed(k, count + more):
            more = 0
        return more, (bend * more + slope) * more

    def _allowed(self, k: int, count: int) -> bool:
        if not count:
            return True
        return abs(count) >= self.counting.smallest[k] and bool(
            self.counts[k] or self.orders < self.counting.orders
        )
