"""Few orders: what is said of all sets of so many holds for each, met one by one."""

from __future__ import annotations

import random
from itertools import product
from math import inf
from typing import TYPE_CHECKING

import pytest

from pbal_xl.core.fewest import bound_of_few, decided_by
from pbal_xl.core.level import Flood, Problem, level, moves

if TYPE_CHECKING:
    from collections.abc import Iterator

_CLOSE = 1e-9


def drawn(rng: random.Random) -> Problem:
    size, unit = rng.randint(2, 5), rng.choice([1, 10**6])
    lows = [rng.choice([0, 0, -rng.randint(1, 40), -rng.randint(1, 40), 3]) * unit for _ in range(size)]
    highs = [
        rng.choice([None, None, 0, rng.randint(1, 40) * unit]) if low <= 0 else rng.choice([None, 50 * unit])
        for low in lows
    ]
    heights = [rng.randint(-40, 40) * unit for _ in range(size)]
    flood = Flood(heights, [rng.randint(1, 5) for _ in range(size)], lows, highs)
    minima = [rng.choice([1, 1, 6, 15]) * unit for _ in range(size)]
    amount, idle = rng.randint(-30, 60) * unit, rng.choice([0, 0, 3])
    return Problem(flood, minima, max(0, amount) if idle else amount, idle, rng.randint(1, size))


def sets(problem: Problem) -> Iterator[tuple[tuple[int, ...], float]]:
    """Every few enough orders by their signs, and what they come to at least."""
    flood, minima, idle = problem.flood, problem.minima, problem.idle
    for signs in product((0, 1, -1), repeat=len(minima)):
        if sum(map(abs, signs)) > (problem.orders or 0):
            continue
        lows, highs = [], []
        for sign, low, high, least in zip(signs, flood.lows, flood.highs, minima, strict=True):
            lows.append(max(low, sign * least if sign >= 0 else low))
            highs.append(high if sign > 0 else 0 if sign == 0 else -least if high is None else min(high, -least))
        if any(high is not None and low > high for low, high in zip(lows, highs, strict=True)):
            continue
        most = inf if idle or None in highs else sum(high or 0 for high in highs)
        if not sum(lows) <= problem.amount <= most:
            continue
        with_idle = Flood([*flood.heights, 0], [*flood.rates, idle], [*lows, 0], [*highs, None])
        whole = with_idle if idle else Flood(flood.heights, flood.rates, lows, highs)
        reached = level(whole, problem.amount)
        trades = [move / reached.denominator for move in moves(whole, reached)]
        ends = zip(whole.heights, trades, whole.rates, strict=True)
        # Money left over wants to be none, and is a holding from nothing on.
        yield signs, sum((height + trade) ** 2 / rate for height, trade, rate in ends)


@pytest.mark.parametrize("seed", range(300))
def test_what_is_said_of_all_few_orders_holds_for_each(seed: int) -> None:
    rng = random.Random(f"fewest/{seed}")
    problem = drawn(rng)
    met = sorted(sets(problem), key=lambda one: one[1])
    if not met:
        return
    lows, highs = list(problem.flood.lows), list(problem.flood.highs)
    bound = bound_of_few(problem, lows, highs, rng.uniform(-20, 20))
    assert bound.value <= met[0][1] * (1 + _CLOSE) + _CLOSE
    for beaten in {rng.choice(met)[1], met[0][1] * 1.01 + 1e-6, met[-1][1]}:
        into, out = decided_by(problem, lows, highs, bound.price, beaten)
        for signs, cost in met:
            if cost < beaten * (1 - _CLOSE):
                assert all(signs[k] for k in into)
                assert not any(signs[k] for k in out)


def test_much_is_decided_where_one_set_is_far_better() -> None:
    flood = Flood([-100, -90, -3, -2, -1], [1] * 5, [0] * 5, [None] * 5)
    problem = Problem(flood, [1] * 5, 150, orders=2)
    bound = bound_of_few(problem, flood.lows, flood.highs, -20.0)
    best = min(cost for _, cost in sets(problem))
    assert decided_by(problem, flood.lows, flood.highs, bound.price, best * 1.01) == ([0, 1], [2, 3, 4])


def test_an_order_of_its_minimum_saves_less() -> None:
    flood = Flood([-100, -90, -80], [1] * 3, [0] * 3, [None] * 3)
    small = Problem(flood, [1, 1, 1], 150, orders=2)
    large = Problem(flood, [1, 1, 400], 150, orders=2)
    bound = bound_of_few(small, flood.lows, flood.highs, 0.0)
    beaten = bound.value + 5000
    assert decided_by(small, flood.lows, flood.highs, bound.price, beaten) == ([], [])
    assert decided_by(large, flood.lows, flood.highs, bound.price, beaten) == ([], [2])
