"""Who may trade at all: every order is nothing or at least a minimum, and the set that comes nearest is searched.

Without the minimum the level solver gives a bound. Where it leaves an order between nothing and the minimum, one
holding is decided either way and both are solved again, lowest bound first (branch and bound), after a dive to a
first good set.

Long because the search, its bounds and what it branches on share what each has found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import fsum, inf
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from pbal_xl.core.fewest import bound_of_few, decided_by, least_of_few
from pbal_xl.core.level import Flood, level, moves
from pbal_xl.core.search import lowest_first

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.level import Problem

__all__ = ["WORK", "Members", "choose"]

Payload = TypeVar("Payload")

# Work of one search: holdings looked at, over all its steps.
WORK = 120_000
_FEWEST_STEPS = 24
_MOST_STEPS = 6000
_NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Members(Generic[Payload]):
    """The best set met: its bounds on each trade, what it comes to, and a bound on what any set comes to."""

    lows: list[int]
    highs: list[int | None]
    payload: Payload
    value: float
    bound: float


class _Node(NamedTuple):
    """A partly decided set: its bounds, and its trades without the minima still undecided.

    ``cost`` is what those come to, ``value`` what any set decided further does at least, and ``price``, of too many
    orders, tells so.
    """

    lows: list[int]
    highs: list[int | None]
    trades: list[float]
    cost: float
    value: float
    price: float | None = None


def choose(
    problem: Problem,
    judge: Callable[[list[int], list[int | None], float], tuple[float, Payload] | None],
    most: int,
    work: int = WORK,
) -> Members[Payload] | None:
    """The best set of members; None where no set met can trade the amount.

    Args:
        problem: the flood and its minima.
        judge: what a set comes to, given its bounds and its value without trade units; None where impossible.
        most: how many sets are judged at most.
        work: how many holdings may be looked at, over all sets.
    """
    return _Choice(problem, judge, most).run(work)


class _Choice(Generic[Payload]):
    def __init__(
        self,
        problem: Problem,
        judge: Callable[[list[int], list[int | None], float], tuple[float, Payload] | None],
        most: int,
    ) -> None:
        self.problem = problem
        self.judge = judge
        self.judged = most
        self.best: Members[Payload] | None = None
        self.value = inf
        self.seen: set[tuple[int, ...]] = set()
        self.steps = 0
        self.rates = sum(problem.flood.rates) + problem.idle

    def run(self, work: int) -> Members[Payload] | None:
        self.steps = max(_FEWEST_STEPS, min(_MOST_STEPS, work // len(self.problem.minima)))
        root = self._root()
        if root is None:
            return None
        self._dive(root)

        def done(bound: float) -> bool:
            return bound >= self.value * (1 - _NOISE) or self.steps <= 0 or self.judged <= 0

        def worth(node: _Node) -> list[_Node]:
            narrow = self._narrowed(node)
            if narrow is None or narrow.value >= self.value:
                return []
            return [child for child in self._children(narrow) if child.value < self.value]

        bound = lowest_first(root, worth, done)
        return None if self.best is None else replace(self.best, bound=min(bound, self.value))

    def _narrowed(self, node: _Node) -> _Node | None:
        """The node without the sets that come to no less than the best; None where none is left."""
        if node.price is None or self.best is None:
            return node
        lows, highs = list(node.lows), list(node.highs)
        into, out = decided_by(self.problem, lows, highs, node.price, self.value * (1 - _NOISE))
        for k in out:
            lows[k], highs[k] = 0, 0
        for k in into:
            least, high = self.problem.minima[k], highs[k]
            if lows[k] == 0:
                lows[k] = least
            elif high == 0:
                highs[k] = -least
        return self._within(node, lows, highs)

    def _root(self) -> _Node | None:
        """Nothing decided, but holdings that can trade no minimum trade nothing."""
        flood, minima = self.problem.flood, self.problem.minima
        lows, highs = list(flood.lows), list(flood.highs)
        for k, least in enumerate(minima):
            high = highs[k]
            if high is not None and 0 < high < least:
                highs[k] = 0
            if -least < lows[k] < 0:
                lows[k] = 0
            high = highs[k]
            if high is not None and (high < lows[k] or -least < high < 0):
                highs[k] = -least if high < 0 and lows[k] <= -least else lows[k]
            elif 0 < lows[k] < least:
                lows[k] = least
        return self._solved(lows, highs)

    def _solved(self, lows: list[int], highs: list[int | None], *, bounded: bool = True) -> _Node | None:
        """The trades of bounds; None where they cannot sum to the amount.

        The value bounds that of few enough orders only where that is asked for.
        """
        self.steps -= 1
        problem = self.problem
        least, most = least_of_few(lows, problem.orders), 0
        for high in highs:
            if high is None:
                most = -1
                break
            most += high
        amount, idle = problem.amount, problem.idle
        if least > amount or (None not in highs and most < amount and not idle):
            return None
        flood = problem.flood
        heights, rates = flood.heights, flood.rates
        if idle:
            reached = level(Flood([*heights, 0], [*rates, idle], [*lows, 0], [*highs, None]), amount)
        else:
            reached = level(Flood(heights, rates, lows, highs), amount)
        bottom = reached.denominator
        trades = [move / bottom for move in moves(Flood(heights, rates, lows, highs), reached)]
        value = fsum(
            [
                (end := height + trade) * end / rate
                for height, trade, rate in zip(heights, trades, rates, strict=True)
            ]
        )
        if idle and reached.numerator > 0:
            left = reached.numerator / bottom
            value += idle * (left * left)
        least_of_all, price, beaten = value, None, self.value * (1 - _NOISE)
        if bounded and value < beaten and self._are_too_many(trades):
            few = bound_of_few(problem, lows, highs, reached.numerator / bottom, beaten)
            self.steps -= few.looks
            least_of_all, price = max(value, few.value), few.price
        return _Node(lows, highs, trades, value, least_of_all, price)

    def _are_too_many(self, trades: Sequence[float]) -> bool:
        most = self.problem.orders
        return most is not None and sum([trade != 0 for trade in trades]) > most

    def _is_in(self, node: _Node, k: int) -> bool:
        high = node.highs[k]
        return node.lows[k] > 0 or (high is not None and high < 0)

    def _doubt(self, node: _Node) -> int | None:
        """The holding whose order is furthest from both nothing and its minimum; None where all are decided."""
        worst, doubt = 0.0, None
        for k, least in enumerate(self.problem.minima):
            size = abs(node.trades[k])
            if 0 < size < least * (1 - _NOISE):
                off = min(size, least - size) / least
                if off > worst:
                    worst, doubt = off, k
        return self._surplus(node) if doubt is None else doubt

    def _surplus(self, node: _Node) -> int | None:
        """With too many orders: of the undecided the one whose order matters most; None with few enough."""
        if not self._are_too_many(node.trades):
            return None
        rates = self.problem.flood.rates
        doubtful = [k for k, trade in enumerate(node.trades) if trade and not self._is_in(node, k)]
        return max(doubtful, key=lambda k: node.trades[k] * node.trades[k] / rates[k], default=None)

    def _children(self, node: _Node) -> list[_Node]:
        k = self._doubt(node)
        if k is None:
            self._settle(node)
            k = self._undecided(node)
            if k is None or node.value >= self.value * (1 - _NOISE):
                return []
        return [child for child in self._decided(node, k) if child is not None]

    def _undecided(self, node: _Node) -> int | None:
        """A holding that could still be decided otherwise: the one whose order is nearest to its minimum."""
        nearest, found = inf, None
        for k, least in enumerate(self.problem.minima):
            low, high = node.lows[k], node.highs[k]
            if low >= least or (high is not None and (high <= -least or high == low)):
                continue
            off = abs(abs(node.trades[k]) - least) / least
            if off < nearest:
                nearest, found = off, k
        return found

    def _decided(self, node: _Node, k: int) -> list[_Node | None]:
        least, low, high, trade = self.problem.minima[k], node.lows[k], node.highs[k], node.trades[k]
        found = []
        if low <= 0 and (high is None or high >= 0) and self._may_be_best(node, k, trade):
            found.append(self._without(node, k))
        if (high is None or high >= least) and self._may_be_best(node, k, max(0.0, least - trade)):
            found.append(self._with(node, k, max(low, least), high))
        if low <= -least and self._may_be_best(node, k, max(0.0, trade + least)):
            found.append(self._with(node, k, low, -least if high is None else min(high, -least)))
        return found

    def _may_be_best(self, node: _Node, k: int, moved: float) -> bool:
        """Whether moving a holding so far, and the others as far the other way, can come to less than the best.

        From the least cost on each adds at least the square of what it moves, over its rate.
        """
        rate = self.problem.flood.rates[k]
        others = self.rates - rate
        more = moved * moved / rate + (moved * moved / others if others else 0.0)
        return (node.cost + more) * (1 - _NOISE) < self.value

    def _without(self, node: _Node, k: int) -> _Node | None:
        """A holding trades nothing; neither do undecided ones like it, or a set would be looked at twice."""
        lows, highs = list(node.lows), list(node.highs)
        for other in [k, *self._like(node, k)] if self.problem.alike else [k]:
            lows[other], highs[other] = 0, 0
        return self._within(node, lows, highs)

    def _within(self, node: _Node, lows: list[int], highs: list[int | None]) -> _Node | None:
        """The trades of narrower bounds: those of the node where they keep them, for none cost less."""
        kept = all(
            low <= trade and (high is None or trade <= high)
            for low, trade, high in zip(lows, node.trades, highs, strict=True)
        )
        if kept and not self._are_too_many(node.trades):
            return _Node(lows, highs, node.trades, node.cost, node.value)
        return self._solved(lows, highs)

    def _like(self, node: _Node, k: int) -> list[int]:
        flood, minima = self.problem.flood, self.problem.minima

        def figures(i: int) -> tuple[int, int, int, int | None, int]:
            return flood.heights[i], flood.rates[i], node.lows[i], node.highs[i], minima[i]

        mine = figures(k)
        return [i for i in range(len(minima)) if i != k and figures(i) == mine]

    def _with(self, node: _Node, k: int, low: int, high: int | None) -> _Node | None:
        lows, highs = list(node.lows), list(node.highs)
        lows[k], highs[k] = low, high
        most = self.problem.orders
        if most is not None:
            taken = [low > 0 or (high is not None and high < 0) for low, high in zip(lows, highs, strict=True)]
            if sum(taken) > most:
                return None
            if sum(taken) == most:
                lows = [low if one else 0 for one, low in zip(taken, lows, strict=True)]
                highs = [high if one else 0 for one, high in zip(taken, highs, strict=True)]
        return self._within(node, lows, highs)

    def _settle(self, node: _Node) -> None:
        """Judge the set of a node in which no order is below its minimum."""
        key = tuple([(trade > 0) - (trade < 0) for trade in node.trades])
        if key in self.seen or self._are_too_many(node.trades):
            return
        lows, highs = list(node.lows), list(node.highs)
        for k, (sign, least) in enumerate(zip(key, self.problem.minima, strict=True)):
            high = highs[k]
            if sign > 0:
                lows[k] = max(lows[k], least)
            elif sign < 0:
                highs[k] = -least if high is None else min(high, -least)
            elif lows[k] <= 0 and (high is None or high >= 0):
                lows[k], highs[k] = 0, 0
        self.seen.add(key)
        self.judged -= 1
        judged = self.judge(lows, highs, node.value)
        if judged is not None and judged[0] < self.value:
            self.value = judged[0]
            self.best = Members(lows, highs, judged[1], judged[0], 0.0)

    def _thinned(self, node: _Node) -> _Node | None:
        """The same with few enough orders: half of those that matter least are dropped at a time."""
        most, rates = self.problem.orders, self.problem.flood.rates
        here: _Node | None = node
        while most is not None and here is not None:
            trading = sorted(
                [k for k, trade in enumerate(here.trades) if trade and not self._is_in(here, k)],
                key=lambda k, trades=here.trades: trades[k] * trades[k] / rates[k],  # type: ignore[misc]
            )
            surplus = sum([trade != 0 for trade in here.trades]) - most
            if surplus <= 0 or not trading:
                break
            lows, highs = list(here.lows), list(here.highs)
            for k in trading[: (surplus + 1) // 2]:
                lows[k], highs[k] = 0, 0
            here = self._solved(lows, highs, bounded=False)
        return here

    def _dive(self, root: _Node) -> None:
        """Decide the smaller half of the doubtful orders at a time, until none is left."""
        minima = self.problem.minima
        node = self._thinned(root)
        for _ in range(4 * len(minima).bit_length() + 8):
            node = None if node is None else self._thinned(node)
            if node is None:
                return
            trades = node.trades
            doubtful = [k for k, least in enumerate(minima) if 0 < abs(trades[k]) < least * (1 - _NOISE)]
            if not doubtful:
                self._settle(node)
                return
            doubtful.sort(key=lambda k, trades=trades: abs(trades[k]) / minima[k])  # type: ignore[misc]
            small = [k for k in doubtful if 2 * abs(trades[k]) < minima[k]]
            if not small:
                node = self._raised(node, doubtful[len(doubtful) // 2 :])
                continue
            lows, highs = list(node.lows), list(node.highs)
            for k in small[: (len(small) + 1) // 2]:
                lows[k], highs[k] = 0, 0
            # Where too few are left to trade it all the largest takes its minimum instead.
            node = self._solved(lows, highs, bounded=False) or self._raised(node, doubtful[-1:])

    def _raised(self, node: _Node, members: Sequence[int]) -> _Node | None:
        """The same with orders of at least the minimum for some."""
        lows, highs = list(node.lows), list(node.highs)
        for k in members:
            if node.trades[k] > 0:
                lows[k] = self.problem.minima[k]
            else:
                highs[k] = -self.problem.minima[k]
        return self._solved(lows, highs, bounded=False)
