"""Funds of several classes: a small quadratic program over what each holding holds of each class.

The distance is measured on classes. From a feasible plan money is moved between the two holdings that gain most by
it, as far as that helps (the most violating pair of sequential minimal optimisation, Platt 1998); then orders are
dropped one by one as long as the classes end where they did.

Long because the descent, its prices and the dropping of orders share one program and one count of its moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import compress
from math import fsum, inf
from operator import add, gt, lt, mul
from typing import TYPE_CHECKING

from pbal_xl.core.exact import Exact
from pbal_xl.core.level import Flood, Ratio
from pbal_xl.core.prices import within_limits
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.bands import Bands
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.guess import Guess
    from pbal_xl.core.model import Goal

__all__ = [
    "Exposed",
    "Program",
    "banded_exposure",
    "exact_of",
    "fewer",
    "in_parts",
    "look_through",
    "look_through_within",
    "small_enough",
    "started",
]

_MOVES = 20_000
# Of many tries each takes fewer.
_FEW_MOVES, _FEWEST_MOVES = 300, 15
# Moves times holdings times classes over all of them, beyond which each takes fewest.
_PRICED_WORK = 400_000
_CLOSE = 1e-12
# Holdings times classes times limits up to which prices on limits are sought.
_PRICED = 130
# Moves times holdings times classes of one plan without prices, beyond which none is sought any more.
_ALL_WORK = 1_000_000
# Holdings times classes for each of which one order is tried to be dropped at a time.
_AT_ONCE = 200
# Slopes that are equal enough where prices are sought.
_NEAR = 1e-9
# A step of a price on gains or turnover.
_PRICE = 1e-12
# A class with target 0 counts like one of this target.
_SMALL = 1e-6
# Exact trades are told in this part of the book's unit.
_FINE = 10**6


@dataclass(frozen=True, slots=True)
class Exposed:
    """What part of each holding belongs to each class, and the targets of the classes, summing to 1."""

    parts: list[list[float]]
    targets: list[float]


def in_parts(book: Book, bounds: Bounds) -> tuple[float, list[float], list[float]]:
    """What all will be worth, and the bounds as parts of it; no bound is one that nothing reaches."""
    total = float(book.value + book.cash) or 1.0
    lows = [low / total for low in bounds.lows]
    return total, lows, [2.0 if high is None else high / total for high in bounds.highs]


def look_through(book: Book, terms: Terms, bounds: Bounds, exposed: Exposed) -> Exact:
    """The exact plan nearest to the targets of the classes, in as few orders as reach it."""
    total, lows, highs = in_parts(book, bounds)
    cash = min(book.cash / total, fsum(highs))
    program = Program.of(book, terms, exposed)
    trades = program.solved(started(lows, highs, cash), lows, highs)
    return exact_of(book, fewer(program, trades, lows, highs), total, cash)


def look_through_within(  # noqa: PLR0913 - the problem, and the two limits
    book: Book,
    terms: Terms,
    bounds: Bounds,
    exposed: Exposed,
    exact: Exact,
    max_gain: int | None,
    max_turnover: int | None,
    guess: Guess,
) -> Exact:
    """The plan nearest to the targets of the classes within limits of gain and turnover: each has a price.

    What has a loss trades only the way it does without the limits, or else is sold: selling it and buying it back
    realises nothing.

    Raises:
        PlanError: gives the least gain, or turnover, that is possible.
    """
    _, lows, highs = in_parts(book, bounds)
    lost = [k for k, gain in enumerate(book.gains) if (gain or 0) < 0]
    bought = {k for k in lost if exact.numerators[k] > 0}
    program = _InParts(book, terms, exposed)
    try:
        kept = [max(0.0, low) if k in bought else low for k, low in enumerate(lows)]
        sold = [
            max(low, min(0.0, high)) if k in lost and k not in bought else high
            for k, (low, high) in enumerate(zip(kept, highs, strict=True))
        ]
        return within_limits(book, program.between(kept, sold, guess), max_gain, max_turnover, guess)
    except PlanError:
        sold = [
            max(low, min(0.0, high)) if k in lost else high
            for k, (low, high) in enumerate(zip(lows, highs, strict=True))
        ]
        return within_limits(book, program.between(lows, sold, guess), max_gain, max_turnover, guess)


def small_enough(exposed: Exposed, *limits: int | None) -> bool:
    """Whether the plan nearest to the classes within the limits is found in time."""
    return len(exposed.parts) * len(exposed.targets) * sum([limit is not None for limit in limits]) <= _PRICED


class _InParts:
    """The program with the sales and the purchases of a holding as two of it."""

    def __init__(self, book: Book, terms: Terms, exposed: Exposed) -> None:
        self.book = book
        self.total = float(book.value + book.cash) or 1.0
        self.rates = [(gain or 0) / (value or 1) for gain, value in zip(book.gains, book.values, strict=True)]
        plain = Program.of(book, terms, exposed)
        values = [*plain.values, *[0.0] * len(plain.values)]
        self.program = Program(Exposed([*exposed.parts, *exposed.parts], exposed.targets), values, plain.stiff)

    def between(self, lows: Sequence[float], highs: Sequence[float], guess: Guess) -> Callable[[int, int], Exact]:
        """The plan within bounds at a price on gains and one on turnover."""
        low = [min(0.0, one) for one in lows] + [max(0.0, one) for one in lows]
        high = [min(0.0, one) for one in highs] + [max(0.0, one) for one in highs]
        cash = min(max(self.book.cash / self.total, fsum(low)), fsum(high))
        start = started(low, high, cash)

        def at(gains: int, turns: int) -> Exact:
            costs = [-_PRICE * (gains * rate + turns) for rate in self.rates] + [_PRICE * turns] * len(lows)
            left = _PRICED_WORK // len(costs) // len(self.program.targets) - self.program.moves
            before = self.program.moves
            trades = self.program.solved(start, low, high, costs, max(_FEWEST_MOVES, min(_FEW_MOVES, left)))
            guess.moved((self.program.moves - before) * len(costs) * len(self.program.targets))
            both = [
                sale + purchase for sale, purchase in zip(trades[: len(lows)], trades[len(lows) :], strict=True)
            ]
            return exact_of(self.book, both, self.total, cash)

        return at


def exact_of(book: Book, trades: Sequence[float], total: float, cash: float) -> Exact:
    """Trades told as parts of a total, as the exact plan that is followed."""
    numerators = [round(trade * total * _FINE) for trade in trades]
    # Rounding floats must not create or lose money: the largest trade takes the difference.
    difference = round(cash * total * _FINE) - sum(numerators)
    largest = max(range(len(numerators)), key=lambda k: abs(numerators[k]))
    numerators[largest] += difference
    flood = Flood([0] * len(book.values), [1] * len(book.values), [], [])
    return Exact(numerators, _FINE, flood, Ratio(0, 1), ruled=True)


def banded_exposure(book: Book, exposed: Exposed, bands: Bands, goal: Goal) -> Exposed | None:
    """The classes outside their bands with their goals as targets, the others where they are.

    None where none is outside.
    """
    total = float(book.value + book.cash) or 1.0
    goals, outside = [], False
    for c, target in enumerate(exposed.targets):
        here = fsum([value * row[c] for value, row in zip(book.values, exposed.parts, strict=True)]) / total
        width, off = float(bands.width(Decimal(target))), here - target
        if abs(off) <= width + _CLOSE and (target or off <= _CLOSE):
            goals.append(here)
            continue
        outside = True
        inside = {"target": 0.0, "edge": width, "halfway": width / 2}[goal] if target else 0.0
        goals.append(target + (inside if off > 0 else -inside))
    return Exposed(exposed.parts, goals) if outside else None


def started(lows: Sequence[float], highs: Sequence[float], cash: float) -> list[float]:
    """Trades within the bounds that sum to the cash, as little as can be."""
    trades = [min(max(0.0, low), high) for low, high in zip(lows, highs, strict=True)]
    rest = cash - fsum(trades)
    for k, (low, high) in enumerate(zip(lows, highs, strict=True)):
        more = min(max(rest, low - trades[k]), high - trades[k])
        trades[k] += more
        rest -= more
    return trades


class Program:
    """The distance on classes, and its descent."""

    def __init__(self, exposed: Exposed, values: Sequence[float], stiff: Sequence[float]) -> None:
        self.parts = exposed.parts
        self.targets = exposed.targets
        self.values = values
        self.stiff = stiff
        # Moves of money made so far, and how many there may be.
        self.moves = 0
        self.most = _ALL_WORK // len(self.parts) // len(self.targets)
        # How much a class counts on average, as one over its target.
        self.mean = 1.0 if max(stiff) == min(stiff) == 1 else float(len(stiff))

    @classmethod
    def of(cls, book: Book, terms: Terms, exposed: Exposed) -> Program:
        """The distance of a book's classes, in parts of what all will be worth."""
        total = float(book.value + book.cash) or 1.0
        stiff = [1.0 if terms.deviation == "absolute" else 1 / max(target, _SMALL) for target in exposed.targets]
        return cls(exposed, [value / total for value in book.values], stiff)

    def off(self, trades: Sequence[float]) -> list[float]:
        """How far each class is above its target."""
        ends = [value + trade for value, trade in zip(self.values, trades, strict=True)]
        return [
            fsum([end * row[c] for end, row in zip(ends, self.parts, strict=True)]) - target
            for c, target in enumerate(self.targets)
        ]

    def distance(self, trades: Sequence[float]) -> float:
        """What the classes miss by: squares, as much as each counts."""
        return fsum([q * (miss * miss) for q, miss in zip(self.stiff, self.off(trades), strict=True)])

    def slopes(self, off: Sequence[float]) -> list[float]:
        """What a unit more of each holding adds to half the distance."""
        pulls = list(map(mul, self.stiff, off))
        return [fsum(map(mul, pulls, row)) for row in self.parts]

    def slack(self, trades: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> float:
        """How much less than these any trades within the bounds can miss: what a straight line down would gain."""
        slopes = self.slopes(self.off(trades))
        gained, left = 0.0, fsum(trades) - fsum(lows)
        for k in sorted(range(len(slopes)), key=slopes.__getitem__):
            more = min(left, highs[k] - lows[k])
            left -= more
            gained += slopes[k] * (trades[k] - lows[k] - more)
        return max(0.0, 2 * gained)

    def solved(
        self,
        start: Sequence[float],
        lows: Sequence[float],
        highs: Sequence[float],
        costs: Sequence[float] | None = None,
        most: int = _MOVES,
    ) -> list[float]:
        """The trades within the bounds at the least distance, and what they cost beside it."""
        trades = list(start)
        off = self.off(trades)
        size = range(len(trades))
        near = _CLOSE if costs is None else _NEAR
        for _ in range(min(most, max(_FEWEST_MOVES, self.most - self.moves))):
            self.moves += 1
            slopes = self.slopes(off)
            if costs is not None:
                slopes = list(map(add, slopes, costs))
            down = max(compress(size, map(gt, trades, lows)), key=slopes.__getitem__, default=None)
            up = min(compress(size, map(lt, trades, highs)), key=slopes.__getitem__, default=None)
            if down is None or up is None or slopes[down] - slopes[up] <= near * (1 + abs(slopes[down])):
                break
            apart = [a - b for a, b in zip(self.parts[down], self.parts[up], strict=True)]
            bend = fsum([q * (part * part) for q, part in zip(self.stiff, apart, strict=True)])
            far = (slopes[down] - slopes[up]) / bend if bend else inf
            step = min(far, trades[down] - lows[down], highs[up] - trades[up])
            trades[down] -= step
            trades[up] += step
            off = [miss - step * part for miss, part in zip(off, apart, strict=True)]
        return trades


def fewer(program: Program, trades: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> list[float]:
    """The same distance with orders dropped, smallest first; of many holdings some at a time."""
    best, low, high = list(trades), list(lows), list(highs)
    reached = program.distance(best)
    able = [k for k in sorted(range(len(best)), key=lambda k: abs(best[k])) if low[k] <= 0 <= high[k]]
    many = 1 + len(best) * len(program.targets) // _AT_ONCE
    waiting = [able[first : first + many] for first in range(0, len(able), many)][::-1]
    while waiting and program.moves < program.most:
        dropped = [k for k in waiting.pop() if best[k]]
        if not dropped:
            continue
        tried_low, tried_high = list(low), list(high)
        for k in dropped:
            tried_low[k] = tried_high[k] = 0.0
        start = started(tried_low, tried_high, fsum(best))
        if abs(fsum(start) - fsum(best)) <= _CLOSE:
            found = program.solved(start, tried_low, tried_high)
            if program.distance(found) <= reached + _CLOSE:
                best, low, high = found, tried_low, tried_high
                continue
        if len(dropped) > 1:
            half = len(dropped) // 2
            waiting += [dropped[half:], dropped[:half]]
    return best
