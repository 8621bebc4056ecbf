"""Slow and simple ways to the best plan, to judge the core by: they share no code with it."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from math import inf, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy import ndarray

from pbal_xl import suggest_trades

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pbal_xl.core.model import Deviation, Holding, Plan, Strategy

FINE = Decimal("0.000000001")


def weights(holdings: Sequence[Holding]) -> list[float]:
    """Target weights, summing to 1."""
    if holdings[0].target is None:
        return [1 / len(holdings)] * len(holdings)
    total = float(sum(h.target for h in holdings))
    return [float(h.target) / total for h in holdings]


def wished(holdings: Sequence[Holding], cash: int) -> list[float]:
    """Money from each holding to its target."""
    total = float(sum(h.value for h in holdings)) + float(cash)
    return [w * total - float(h.value) for w, h in zip(weights(holdings), holdings, strict=True)]


def stiffness(holdings: Sequence[Holding], deviation: Deviation) -> list[float]:
    """How much a miss of each counts: as one over its target, 1 on average of equal ones."""
    if deviation == "absolute":
        return [1.0] * len(holdings)
    funded = sum(1 for w in weights(holdings) if w)
    return [1 / (funded * w) if w else 1e6 for w in weights(holdings)]


def exact_amounts(
    holdings: Sequence[Holding], cash: int, strategy: Strategy, deviation: Deviation = "relative"
) -> list[float]:
    """The plan before rounding, which other tests compare with a QP solver."""
    plan = suggest_trades(holdings, cash, strategy, deviation=deviation, whole_shares=False, minor_unit=FINE)
    return [float(order.amount) for order in plan.orders]


def nearest_within(
    wish: Any,
    stiff: Any,
    lows: Any,
    highs: Any,
    cash: float,
    *,
    keep: bool = False,
) -> tuple[float, ndarray] | None:
    """(misses, trades) nearest to the wishes with these bounds and this sum; ``keep`` leaves money at its cost.

    Bisection on the multiplier of the sum; None where the bounds do not allow it.
    """
    wish, stiff, lows, highs = (np.array(one, float) for one in (wish, stiff, lows, highs))
    if lows.sum() > cash + 1e-6 or (not keep and highs.sum() < cash - 1e-6):
        return None
    low, high = -1e16, 1e16
    for _ in range(160):
        middle = (low + high) / 2
        trades = np.clip(wish + middle / stiff, lows, highs)
        if trades.sum() + (max(0.0, middle) if keep else 0.0) < cash:
            low = middle
        else:
            high = middle
    trades = np.clip(wish + high / stiff, lows, highs)
    left = cash - trades.sum()
    if not keep and abs(left) > 0.005:
        return None
    return float((stiff * (trades - wish) ** 2).sum() + (left**2 if keep else 0.0)), trades


def best_set(
    holdings: Sequence[Holding], cash: int, strategy: Strategy, least: int, deviation: Deviation = "relative"
) -> float | None:
    """The least misses of all sets of orders of at least ``least``; None where no set moves the cash exactly."""
    wish, stiff = wished(holdings, cash), stiffness(holdings, deviation)
    hard = strategy == "hard"
    best = None
    for signs in product((0, 1, -1) if hard else (0, 1) if cash >= 0 else (0, -1), repeat=len(holdings)):
        lows = [
            least if sign > 0 else -float(h.value) if sign else 0 for sign, h in zip(signs, holdings, strict=True)
        ]
        highs = [1e12 if sign > 0 else -least if sign else 0 for sign in signs]
        if all(low <= high for low, high in zip(lows, highs, strict=True)):
            found = nearest_within(wish, stiff, lows, highs, float(cash))
            if found and (best is None or found[0] < best):
                best = found[0]
    return best


def best_counts(
    prices: Sequence[int],
    lows: Sequence[int],
    highs: Sequence[int],
    costs: Sequence[Callable[..., Any]],
    budget: int,
    idle: float,
) -> float:
    """The least ``sum costs[k](count) + idle * left**2`` of all counts within a budget: dynamic programming."""
    fewest = sum(low * price for low, price in zip(lows, prices, strict=True))
    most = sum(high * price for high, price in zip(highs, prices, strict=True))
    size = min(most, budget) - fewest + 1
    if size <= 0:
        return inf
    best = np.full(size, inf)
    best[0] = 0
    for price, low, high, cost in zip(prices, lows, highs, costs, strict=True):
        grown = np.full(size, inf)
        for count in range(low, high + 1):
            off = (count - low) * price
            if off >= size:
                break
            np.minimum(grown[off:], best[: size - off] + cost(count), out=grown[off:])
        best = grown
    left = budget - fewest - np.arange(size)
    return float(np.min(best + idle * left.astype(float) ** 2))


def best_shares(
    holdings: Sequence[Holding],
    cash: int,
    strategy: Strategy,
    *,
    least: int = 0,
    deviation: Deviation = "relative",
    window: int = 8,
) -> tuple[float, Callable[..., Any]] | None:
    """(best distance, measure of a plan's distance) in whole shares of whole prices; None where none fit.

    A deposit is measured against the targets, all else against the exact plan with what is left over. A withdrawal
    sells what the exact plan sells.
    """
    prices = [int(h.price) for h in holdings]
    held = [int(h.value // h.price) for h in holdings]
    exact = exact_amounts(holdings, cash, strategy, deviation)
    floors = [int(amount // price) for amount, price in zip(exact, prices, strict=True)]
    reach = [window + 2 * least // price for price in prices]
    if strategy == "never-sell" and cash >= 0:
        wish, stiff, idle = wished(holdings, cash), stiffness(holdings, deviation), 0.0
        lows = [0 if least else max(0, floor - more) for floor, more in zip(floors, reach, strict=True)]
        highs = [
            max(0, floor) + more if w else 0
            for floor, more, w in zip(floors, reach, weights(holdings), strict=True)
        ]
    else:
        wish, stiff, idle = exact, [1.0] * len(exact), 1.0
        lows = [max(-most, min(0, floor - more)) for floor, more, most in zip(floors, reach, held, strict=True)]
        highs = [max(0, floor + more) for floor, more in zip(floors, reach, strict=True)]
        for k, amount in enumerate(exact):
            if strategy == "never-sell" or amount < 0:
                highs[k] = 0
            if amount > -1e-6:
                lows[k] = 0
    costs = [
        lambda count, at=at, price=price, q=q: (
            q * (count * price - at) ** 2 if not count or abs(count) * price >= least else inf
        )
        for at, price, q in zip(wish, prices, stiff, strict=True)
    ]
    best = best_counts(prices, lows, highs, costs, int(cash), idle)

    def distance(plan: Plan) -> float:
        missed = sum(
            q * (float(order.amount) - at) ** 2 for q, order, at in zip(stiff, plan.orders, wish, strict=True)
        )
        return sqrt(missed + idle * float(plan.leftover) ** 2)

    return None if best == inf else (sqrt(best), distance)


def can_withdraw(holdings: Sequence[Holding], cash: Decimal | int, least: int) -> bool:
    """Whether orders of at least ``least`` raise the cash: selling all that is worth as much does, if any do."""
    return sum(h.value for h in holdings if h.value >= least) >= -cash
