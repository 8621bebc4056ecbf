"""Orders of at least a minimum, or at most so many, by the distance of classes: who trades is searched.

Without those wishes the program of the classes gives a bound. Where it leaves an order between nothing and its
minimum, or too many orders, one holding is decided and each way is solved again, lowest bound first.
"""

from __future__ import annotations

from math import fsum, inf, sqrt
from typing import TYPE_CHECKING, NamedTuple

from pbal_xl.core.lookthrough import Program, exact_of, fewer, in_parts, started
from pbal_xl.core.search import lowest_first

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.exact import Exact
    from pbal_xl.core.lookthrough import Exposed

__all__ = ["few_by_class", "fits"]

# Moves of money, times holdings times classes, that one search may take; a tenth where it is one of many.
_WORK = 600_000
_NOISE = 1e-9
_CLOSE = 1e-12


class _Node(NamedTuple):
    """A partly decided set: its bounds, its trades without what is undecided, and a bound on its sets."""

    lows: list[float]
    highs: list[float]
    trades: list[float]
    value: float


def few_by_class(
    book: Book, terms: Terms, bounds: Bounds, classes: Classes, exact: Exact
) -> tuple[Exact, float | None]:
    """The exact plan of the best set of few enough orders of at least the minimum, and how near it is to the best.

    The exact plan without those wishes stays where it keeps them, or where no set met uses up the cash.

    Returns:
        The plan, and in money what another set could be nearer at most; None where that is not known.
    """
    if fits(book, terms, exact):
        return exact, 0.0
    if classes.split:
        return exact, None
    return _Search(book, terms, bounds, classes.looked_through()).run() or (exact, None)


def fits(book: Book, terms: Terms, exact: Exact) -> bool:
    """Whether an exact plan has few enough orders, each of at least the minimum."""
    least = max(terms.smallest, book.unit) * exact.denominator
    orders = [abs(numerator) for numerator in exact.numerators if numerator]
    return all(order >= least for order in orders) and (
        terms.most_orders is None or len(orders) <= terms.most_orders
    )


class _Search:
    def __init__(self, book: Book, terms: Terms, bounds: Bounds, exposed: Exposed) -> None:
        self.book = book
        self.total, self.lows, self.highs = in_parts(book, bounds)
        self.least = max(terms.smallest, book.unit) / self.total
        self.orders = len(book.values) if terms.most_orders is None else terms.most_orders
        self.program = Program.of(book, terms, exposed)
        self.cash = min(book.cash / self.total, fsum(self.highs))
        size = len(book.values) * len(exposed.targets)
        self.most = _WORK // (10 if terms.hurried else 1) // size
        self.value = inf
        self.best: list[float] | None = None

    def run(self) -> tuple[Exact, float] | None:
        root = self._solved(self.lows, self.highs)
        if root is None:
            return None
        self._dive(root)

        def done(bound: float) -> bool:
            return self.program.moves >= self.most or bound >= self._close()

        def worth(node: _Node) -> list[_Node]:
            return [child for child in self._children(node) if child.value < self._close()]

        bound = min(lowest_first(root, worth, done), self.value)
        if self.best is None:
            return None
        proved = bound >= self._close()
        gap = 0.0 if proved else sqrt(max(0.0, self.value)) - sqrt(max(0.0, bound))
        scale = self.total / sqrt(self.program.mean)
        trades = _preferred(self.book, self.program.parts, self.best, self.lows, self.highs)
        return exact_of(self.book, trades, self.total, self.cash), max(0.0, gap) * scale

    def _dive(self, root: _Node) -> None:
        """Drop the smallest half of the orders that are too small or too many at a time, for a first good set."""
        node: _Node | None = root._replace(trades=fewer(self.program, root.trades, root.lows, root.highs))
        while node is not None:
            self._settle(node.trades)
            sizes = [abs(trade) for trade in node.trades]
            trading = sorted([k for k, size in enumerate(sizes) if size], key=sizes.__getitem__)
            small = [k for k in trading if sizes[k] < self.least * (1 - _NOISE)]
            surplus = trading[: max(0, len(trading) - self.orders)]
            lows, highs = list(node.lows), list(node.highs)
            dropped = small[: (len(small) + 1) // 2] or surplus[: (len(surplus) + 1) // 2]
            for k in dropped:
                lows[k] = highs[k] = 0.0
            node = self._solved(lows, highs) if dropped else None

    def _close(self) -> float:
        return self.value * (1 - _NOISE) - _CLOSE

    def _solved(self, lows: list[float], highs: list[float]) -> _Node | None:
        if any(low > high for low, high in zip(lows, highs, strict=True)):
            return None
        start = started(lows, highs, self.cash)
        if abs(fsum(start) - self.cash) > _CLOSE:
            return None
        trades = self.program.solved(start, lows, highs)
        value = self.program.distance(trades) - self.program.slack(trades, lows, highs)
        return _Node(lows, highs, trades, max(0.0, value))

    def _children(self, node: _Node) -> list[_Node]:
        if self._too_many(node.trades):
            node = node._replace(trades=fewer(self.program, node.trades, node.lows, node.highs))
        self._settle(node.trades)
        k = self._doubt(node)
        if k is None:
            return []
        return [child for child in self._decided(node, k) if child is not None]

    def _too_many(self, trades: Sequence[float]) -> bool:
        return sum([trade != 0 for trade in trades]) > self.orders

    def _settle(self, trades: list[float]) -> None:
        sizes = [abs(trade) for trade in trades if trade]
        if not self._too_many(trades) and all(size >= self.least * (1 - _NOISE) for size in sizes):
            value = self.program.distance(trades)
            if value < self.value:
                self.value, self.best = value, trades

    def _doubt(self, node: _Node) -> int | None:
        """What is furthest from nothing and its minimum, or where orders are too many the largest undecided."""
        worst, doubt = 0.0, None
        for k, trade in enumerate(node.trades):
            size = abs(trade)
            if 0 < size < self.least * (1 - _NOISE):
                off = min(size, self.least - size)
                if off > worst:
                    worst, doubt = off, k
        if doubt is not None or not self._too_many(node.trades):
            return doubt
        undecided = [
            k for k, trade in enumerate(node.trades) if trade and not (node.lows[k] > 0 or node.highs[k] < 0)
        ]
        return max(undecided, key=lambda k: abs(node.trades[k]), default=None)

    def _decided(self, node: _Node, k: int) -> list[_Node | None]:
        low, high = node.lows[k], node.highs[k]
        found = []
        if low <= 0 <= high:
            found.append(self._without(node, k))
        if high >= self.least:
            found.append(self._with(node, k, max(low, self.least), high))
        if low <= -self.least:
            found.append(self._with(node, k, low, min(high, -self.least)))
        return found

    def _without(self, node: _Node, k: int) -> _Node | None:
        """A holding trades nothing; of the same classes nothing is traded that it could have traded instead."""
        lows, highs = list(node.lows), list(node.highs)
        for other, row in enumerate(self.program.parts):
            if other == k or row != self.program.parts[k] or lows[other] > 0 or highs[other] < 0:
                continue
            if highs[other] <= node.highs[k]:
                highs[other] = 0.0
            if lows[other] >= node.lows[k]:
                lows[other] = 0.0
        lows[k] = highs[k] = 0.0
        return self._solved(lows, highs)

    def _with(self, node: _Node, k: int, low: float, high: float) -> _Node | None:
        lows, highs = list(node.lows), list(node.highs)
        lows[k], highs[k] = low, high
        taken = [low > 0 or high < 0 for low, high in zip(lows, highs, strict=True)]
        if sum(taken) > self.orders:
            return None
        if sum(taken) == self.orders:
            lows = [low if one else max(0.0, low) for one, low in zip(taken, lows, strict=True)]
            highs = [high if one else min(0.0, high) for one, high in zip(taken, highs, strict=True)]
        return self._solved(lows, highs)


def _preferred(
    book: Book,
    parts: Sequence[Sequence[float]],
    trades: Sequence[float],
    lows: Sequence[float],
    highs: Sequence[float],
) -> list[float]:
    """The same by holdings of the same classes: bought is the first in the list, sold what has the least gain."""
    best = list(trades)

    def rank(k: int, amount: float) -> float:
        return book.order[k] if amount > 0 else (book.gains[k] or 0) / (book.values[k] or 1)

    for k in [k for k, trade in enumerate(trades) if trade and lows[k] <= 0 <= highs[k]]:
        amount = best[k]
        able = [
            j
            for j, row in enumerate(parts)
            if row == parts[k] and not best[j] and lows[j] <= min(amount, 0.0) <= max(amount, 0.0) <= highs[j]
        ]
        first = min([k, *able], key=lambda j, amount=amount: rank(j, amount))  # type: ignore[misc]
        best[k], best[first] = 0.0, amount
    return best
