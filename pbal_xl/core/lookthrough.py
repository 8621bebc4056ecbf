"""Funds of several classes: a small quadratic program over what each holding holds of each class.

The distance is measured on classes. From a feasible plan money is moved between the two holdings that gain most by
it, as far as that helps (the most violating pair of sequential minimal optimisation, Platt 1998); then orders are
dropped one by one as long as the classes end where they did.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.exact import Exact
from pbal_xl.core.level import Flood, Ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.bands import Bands
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.model import Goal

__all__ = ["Exposed", "banded_exposure", "look_through"]

_MOVES = 20_000
_CLOSE = 1e-12
# A class with target 0 counts like one of this target.
_SMALL = 1e-6
# Exact trades are told in this part of the book's unit.
_FINE = 10**6


@dataclass(frozen=True, slots=True)
class Exposed:
    """What part of each holding belongs to each class, and the targets of the classes, summing to 1."""

    parts: list[list[float]]
    targets: list[float]


def look_through(book: Book, terms: Terms, bounds: Bounds, exposed: Exposed) -> Exact:
    """The exact plan nearest to the targets of the classes, in as few orders as reach it."""
    total = float(book.value + book.cash) or 1.0
    lows = [low / total for low in bounds.lows]
    highs = [2.0 if high is None else high / total for high in bounds.highs]
    cash = min(book.cash / total, sum(highs))
    values = [value / total for value in book.values]
    stiff = [1.0 if terms.deviation == "absolute" else 1 / max(target, _SMALL) for target in exposed.targets]
    program = _Program(exposed, values, stiff)
    trades = program.solved(_start(lows, highs, cash), lows, highs)
    trades = _fewer(program, trades, lows, highs)
    numerators = [round(trade * total * _FINE) for trade in trades]
    # Rounding floats must not create or lose money: the largest trade takes the difference.
    difference = round(cash * total * _FINE) - sum(numerators)
    largest = max(range(len(numerators)), key=lambda k: abs(numerators[k]))
    numerators[largest] += difference
    flood = Flood([0] * len(numerators), [1] * len(numerators), [], [])
    return Exact(numerators, _FINE, flood, Ratio(0, 1), ruled=True)


def banded_exposure(book: Book, exposed: Exposed, bands: Bands, goal: Goal) -> Exposed | None:
    """The classes outside their bands with their goals as targets, the others where they are.

    None where none is outside.
    """
    total = float(book.value + book.cash) or 1.0
    goals, outside = [], False
    for c, target in enumerate(exposed.targets):
        here = sum([value * row[c] for value, row in zip(book.values, exposed.parts, strict=True)]) / total
        width, off = float(bands.width(Decimal(target))), here - target
        if abs(off) <= width + _CLOSE and (target or off <= _CLOSE):
            goals.append(here)
            continue
        outside = True
        inside = {"target": 0.0, "edge": width, "halfway": width / 2}[goal] if target else 0.0
        goals.append(target + (inside if off > 0 else -inside))
    return Exposed(exposed.parts, goals) if outside else None


def _start(lows: Sequence[float], highs: Sequence[float], cash: float) -> list[float]:
    """Trades within the bounds that sum to the cash, as little as can be."""
    trades = [min(max(0.0, low), high) for low, high in zip(lows, highs, strict=True)]
    rest = cash - sum(trades)
    for k, (low, high) in enumerate(zip(lows, highs, strict=True)):
        more = min(max(rest, low - trades[k]), high - trades[k])
        trades[k] += more
        rest -= more
    return trades


class _Program:
    """The distance on classes, and its descent."""

    def __init__(self, exposed: Exposed, values: Sequence[float], stiff: Sequence[float]) -> None:
        self.parts = exposed.parts
        self.targets = exposed.targets
        self.values = values
        self.stiff = stiff

    def off(self, trades: Sequence[float]) -> list[float]:
        """How far each class is above its target."""
        ends = [value + trade for value, trade in zip(self.values, trades, strict=True)]
        return [
            sum([end * row[c] for end, row in zip(ends, self.parts, strict=True)]) - target
            for c, target in enumerate(self.targets)
        ]

    def distance(self, trades: Sequence[float]) -> float:
        return sum([q * miss**2 for q, miss in zip(self.stiff, self.off(trades), strict=True)])

    def solved(self, start: Sequence[float], lows: Sequence[float], highs: Sequence[float]) -> list[float]:
        trades = list(start)
        off = self.off(trades)
        size = range(len(trades))
        for _ in range(_MOVES):
            slopes = [
                sum([q * miss * part for q, miss, part in zip(self.stiff, off, row, strict=True)])
                for row in self.parts
            ]
            down = max((k for k in size if trades[k] > lows[k]), key=slopes.__getitem__, default=None)
            up = min((k for k in size if trades[k] < highs[k]), key=slopes.__getitem__, default=None)
            if down is None or up is None or slopes[down] - slopes[up] <= _CLOSE:
                break
            apart = [a - b for a, b in zip(self.parts[down], self.parts[up], strict=True)]
            bend = sum([q * part**2 for q, part in zip(self.stiff, apart, strict=True)])
            if not bend:
                break
            step = min((slopes[down] - slopes[up]) / bend, trades[down] - lows[down], highs[up] - trades[up])
            trades[down] -= step
            trades[up] += step
            off = [miss - step * part for miss, part in zip(off, apart, strict=True)]
        return trades


def _fewer(
    program: _Program, trades: Sequence[float], lows: Sequence[float], highs: Sequence[float]
) -> list[float]:
    """The same distance with orders dropped, smallest first."""
    best = list(trades)
    reached = program.distance(best)
    low, high = list(lows), list(highs)
    for k in sorted(range(len(best)), key=lambda k: abs(trades[k])):
        if not best[k] or low[k] > 0 or high[k] < 0:
            continue
        tried_low, tried_high = list(low), list(high)
        tried_low[k] = tried_high[k] = 0.0
        start = _start(tried_low, tried_high, sum(best))
        if abs(sum(start) - sum(best)) > _CLOSE:
            continue
        found = program.solved(start, tried_low, tried_high)
        if program.distance(found) <= reached + _CLOSE:
            best, low, high = found, tried_low, tried_high
    return best
