"""Random portfolios over all options mixed, against solvers that share no code with the core.

A few of each here; ``pytest -m long`` draws many times as many.
"""

from __future__ import annotations

import random
import time
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from mixed import drawn_case, drawn_targets, judged, moved_by_order
from oracles import best_set, best_shares, can_withdraw, exact_amounts, nearest_within, stiffness, wished
from pace import allowed

from pbal_xl import Holding, Plan, PlanError, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Deviation, Strategy

# Seconds of the processor that any plan of up to 1,000 holdings may take.
LIMIT = 1.0
FEW, MANY = 40, 4000
runs = pytest.mark.parametrize(
    ("seed", "cases"), [(1, FEW), pytest.param(2, MANY, marks=pytest.mark.long)], ids=["few", "many"]
)


def timed(holdings: Sequence[Holding], cash: Decimal | int, **wishes: Any) -> Plan | PlanError:
    """The plan, or the refusal; within the limit."""
    start = time.process_time()
    try:
        return suggest_trades(holdings, cash, **wishes)
    except PlanError as refusal:
        return refusal
    finally:
        assert time.process_time() - start < allowed(LIMIT), (len(holdings), cash, wishes)


def ordinary(
    rng: Random, size: int, *, targets: bool = False, zeros: float = 0.0, whole_prices: bool = True
) -> list[Holding]:
    shares = drawn_targets(rng, size, zeros) if targets else [None] * size
    return [
        Holding(
            f"S{place:03}",
            Decimal(rng.randint(0, 2_000_000)) / 100,
            rng.randint(5, 500) if whole_prices else Decimal(rng.randint(500, 50_000)) / 100,
            target=share,
        )
        for place, share in enumerate(shares)
    ]


DEVIATIONS: tuple[Deviation, ...] = ("relative", "absolute")


def flow(rng: Random, kind: str, holdings: Sequence[Holding], most: int) -> int:
    total = sum(h.value for h in holdings)
    if kind == "deposit":
        return rng.randint(1, most)
    if kind == "withdrawal":
        return -min(rng.randint(1, most), int(total))
    return max(rng.choice([0, rng.randint(-most, most)]), -int(total))


@runs
@pytest.mark.parametrize("kind", ["deposit", "withdrawal", "hard"])
def test_whole_shares_are_optimal_at_any_number_of_holdings(kind: str, seed: int, cases: int) -> None:
    rng = random.Random(seed)
    optimal = judged = 0
    for _ in range(cases):
        holdings = ordinary(rng, rng.randint(2, 30), targets=rng.random() < 0.3)
        cash = flow(rng, kind, holdings, 15_000)
        strategy: Strategy = "hard" if kind == "hard" else "never-sell"
        plan = timed(holdings, cash, strategy=strategy)
        assert isinstance(plan, Plan)
        best = best_shares(holdings, cash, strategy)
        if best is None or any(order.shares != int(order.shares) for order in plan.orders):
            continue
        least, distance = best
        reached = distance(plan)
        judged += 1
        optimal += reached <= least * (1 + 1e-9) + 1e-6
        assert reached <= least * 1.02 + 1e-6
        assert plan.gap_bound is not None
        assert reached - least <= float(plan.gap_bound) + 1e-4
    assert optimal >= 0.97 * judged
    assert judged >= 0.8 * cases


@runs
@pytest.mark.parametrize("kind", ["deposit", "withdrawal", "hard"])
def test_minimum_trades_are_the_best_of_all_sets(kind: str, seed: int, cases: int) -> None:
    rng = random.Random(seed)
    cases = min(cases, 600)
    optimal = judged = 0
    for _ in range(cases):
        holdings = ordinary(rng, rng.randint(1, 6 if kind == "hard" else 8), targets=rng.random() < 0.5)
        cash = flow(rng, kind, holdings, 9_000)
        least, deviation = rng.choice([100, 600, 1500]), rng.choice(DEVIATIONS)
        strategy: Strategy = "hard" if kind == "hard" else "never-sell"
        plan = timed(holdings, cash, strategy=strategy, min_trade=least, deviation=deviation, whole_shares=False)
        if isinstance(plan, PlanError):
            assert not can_withdraw(holdings, cash, least), plan
            continue
        best = best_set(holdings, cash, strategy, least, deviation)
        if best is None:
            assert plan.leftover > 0
            continue
        if strategy == "hard" and plan.leftover > 0:
            # Only where using up the cash leads further away than trading nothing.
            still = sum(
                q * at**2 for q, at in zip(stiffness(holdings, deviation), wished(holdings, cash), strict=True)
            )
            assert best > still + cash**2
            continue
        judged += 1
        missed = sum(
            q * (float(order.amount) - at) ** 2
            for q, order, at in zip(
                stiffness(holdings, deviation), plan.orders, wished(holdings, cash), strict=True
            )
        )
        optimal += missed**0.5 <= best**0.5 + 0.03
        assert all(not order.amount or abs(order.amount) >= least for order in plan.orders)
        assert missed**0.5 - best**0.5 <= float(plan.gap_bound) + 0.03
    assert optimal >= 0.99 * judged
    assert judged >= 0.6 * cases


@runs
@pytest.mark.parametrize("kind", ["deposit", "withdrawal", "hard"])
def test_minimum_trades_in_whole_shares_are_nearly_always_the_best(kind: str, seed: int, cases: int) -> None:
    rng = random.Random(seed)
    cases = min(cases, 1500)
    optimal = judged = 0
    for _ in range(cases):
        holdings = ordinary(rng, rng.randint(2, 14), targets=rng.random() < 0.3)
        cash = flow(rng, kind, holdings, 9_000)
        least = rng.choice([100, 600, 1500])
        strategy: Strategy = "hard" if kind == "hard" else "never-sell"
        plan = timed(holdings, cash, strategy=strategy, min_trade=least)
        if isinstance(plan, PlanError):
            assert not can_withdraw(holdings, cash, least), plan
            continue
        assert all(not order.amount or abs(order.amount) >= least for order in plan.orders)
        best = best_shares(holdings, cash, strategy, least=least)
        if best is None or any(order.shares != int(order.shares) for order in plan.orders):
            continue
        judged += 1
        reached = best[1](plan)
        optimal += reached <= best[0] * (1 + 1e-9) + 1e-5
        if plan.gap_bound is not None:
            assert reached - best[0] <= float(plan.gap_bound) + 1e-4
    assert optimal >= 0.95 * judged
    assert judged >= 0.7 * cases


@runs
def test_bounds_hold_and_the_plan_within_them_is_the_nearest(seed: int, cases: int) -> None:
    rng = random.Random(seed)
    planned = 0
    for _ in range(cases):
        size = rng.randint(1, 12)
        plain = ordinary(rng, size, targets=rng.random() < 0.5)
        deviation = rng.choice(DEVIATIONS)
        strategy: Strategy = rng.choice(["never-sell", "hard"])
        cash = flow(rng, rng.choice(["deposit", "withdrawal", "hard"]), plain, 12_000)
        own = [
            (
                rng.choice([None, 0, -rng.randint(0, 5000)]),
                rng.choice([None, 0, rng.randint(0, 5000)]),
            )
            for _ in plain
        ]
        holdings = [
            Holding(h.symbol, h.value, h.price, target=h.target, lowest=low, highest=high)
            for h, (low, high) in zip(plain, own, strict=True)
        ]
        lows = [max(-float(h.value), -1e18 if h.lowest is None else float(h.lowest)) for h in holdings]
        highs = [1e15 if h.highest is None else float(h.highest) for h in holdings]
        if strategy == "never-sell" and cash >= 0:
            lows = [max(low, 0.0) for low in lows]
        if strategy == "never-sell" and cash <= 0:
            highs = [min(high, 0.0) for high in highs]
        plan = timed(holdings, cash, strategy=strategy, deviation=deviation, whole_shares=False)
        if isinstance(plan, PlanError):
            assert sum(lows) > cash
            continue
        planned += 1
        for order, low, high in zip(plan.orders, lows, highs, strict=True):
            assert low - 1e-9 <= order.amount <= high + 1e-9
        best = nearest_within(wished(plain, cash), stiffness(plain, deviation), lows, highs, min(cash, sum(highs)))
        missed = sum(
            q * (float(order.amount) - at) ** 2
            for q, order, at in zip(stiffness(plain, deviation), plan.orders, wished(plain, cash), strict=True)
        )
        assert missed**0.5 <= best[0] ** 0.5 + 0.05
        # Whole shares stay within the same bounds.
        shares = timed(holdings, cash, strategy=strategy, deviation=deviation)
        if not isinstance(shares, PlanError):
            for order, low, high in zip(shares.orders, lows, highs, strict=True):
                assert low - 1e-9 <= order.amount <= high + 1e-9
    assert planned >= 0.5 * cases


@pytest.mark.parametrize(
    ("seed", "cases", "most"),
    [("a", 1000, 40), ("b", 120, 200), ("c", 12, 1000), pytest.param("mixed", 100_000, 60, marks=pytest.mark.long)],
)
def test_every_law_holds_with_all_options_mixed_within_a_second(seed: str, cases: int, most: int) -> None:
    planned = 0
    for case in range(cases):
        holdings, cash, wishes = drawn_case(f"{seed}/{case}", most)
        start = time.process_time()
        made, wrong = judged(holdings, cash, wishes)
        assert time.process_time() - start < allowed(LIMIT), (seed, case)
        assert not wrong, (seed, case, wrong)
        planned += made
    assert planned >= 0.75 * cases


@pytest.mark.parametrize("cases", [150, pytest.param(10_000, marks=pytest.mark.long)])
def test_the_order_of_rows_changes_nothing_with_all_options_mixed(cases: int) -> None:
    for case in range(cases):
        holdings, cash, wishes = drawn_case(f"rows/{case}", 30)
        # Of a class the first in the sheet is bought.
        wishes.pop("targets", None)
        assert not moved_by_order(case, holdings, cash, wishes), case


@pytest.mark.parametrize("size", [1000, 10_000])
@pytest.mark.parametrize("kind", ["deposit", "withdrawal", "hard"])
def test_the_bound_of_large_portfolios_is_a_hair_of_the_level(size: int, kind: str) -> None:
    rng = random.Random(size)
    holdings = ordinary(rng, size, whole_prices=False)
    cash = {"deposit": 100, "withdrawal": -100, "hard": 0}[kind] * size
    plan = suggest_trades(holdings, cash, "hard" if kind == "hard" else "never-sell")
    assert plan.gap_bound < plan.level * Decimal("1e-5")


def test_the_exact_plan_of_the_oracle_is_that_of_bisection() -> None:
    rng = random.Random(6)
    for _ in range(50):
        holdings = ordinary(rng, rng.randint(1, 9), targets=True)
        cash = rng.randint(1, 9000)
        found = nearest_within(
            wished(holdings, cash),
            stiffness(holdings, "relative"),
            [0] * len(holdings),
            [1e9] * len(holdings),
            cash,
        )
        for ours, theirs in zip(exact_amounts(holdings, cash, "never-sell"), found[1], strict=True):
            assert abs(ours - theirs) < 0.01
