"""Whole shares against every possible plan, on portfolios small enough to try them all."""

from __future__ import annotations

import random
from decimal import Decimal
from itertools import product
from math import sqrt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import amounts, cents, distance_to_equal, etfs, portfolios

from pbal_xl import Holding, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Sequence


def best_distance(holdings: Sequence[Holding], cash: Decimal | int) -> float:
    """The smallest distance to equal value of all buys within the cash, by trying them all."""
    share = (sum((h.value for h in holdings), Decimal(0)) + cash) / len(holdings)
    choices = [range(int(cash // h.price) + 1) for h in holdings]
    best = None
    for counts in product(*choices):
        spent = sum(count * h.price for count, h in zip(counts, holdings, strict=True))
        if spent <= cash:
            miss = sum((h.value + count * h.price - share) ** 2 for count, h in zip(counts, holdings, strict=True))
            best = miss if best is None else min(best, miss)
    return sqrt(best)


small = st.lists(
    st.tuples(cents(0, 3000), cents(60, 400)),
    min_size=2,
    max_size=4,
).map(lambda pairs: [Holding(f"S{i}", value, price) for i, (value, price) in enumerate(pairs)])


@settings(max_examples=150)
@given(small, st.integers(0, 1500))
def test_small_deposits_are_optimal_and_the_gap_bound_holds(holdings: list[Holding], cash: Decimal | int) -> None:
    plan = suggest_trades(holdings, cash)
    best = best_distance(holdings, Decimal(cash))
    reached = distance_to_equal(plan, cash)
    assert reached <= best * (1 + 1e-9) + 1e-6
    assert reached - best <= float(plan.gap_bound) + 1e-4


@settings(max_examples=100)
@given(small, st.integers(1, 1500))
def test_withdrawals_stay_as_close_to_the_exact_plan_as_any(holdings: list[Holding], cash: Decimal | int) -> None:
    total = sum((h.value // h.price * h.price for h in holdings), Decimal(0))
    cash = -min(Decimal(cash), total)
    exact = suggest_trades(holdings, cash, whole_shares=False, minor_unit="0.0000000001")
    wished = [order.amount for order in exact.orders]
    best = None
    # Only what the exact plan sells is sold, unless that raises too little.
    sellers = [h for h, one in zip(holdings, wished, strict=True) if one < 0]
    enough = sum(h.value // h.price * h.price for h in sellers) >= -cash
    for counts in product(*(range(int(h.value // h.price) + 1) for h in holdings)):
        if enough and any(count and h not in sellers for count, h in zip(counts, holdings, strict=True)):
            continue
        sold = [-count * h.price for count, h in zip(counts, holdings, strict=True)]
        if sum(sold) <= cash:
            miss = sum(((one - other) ** 2 for one, other in zip(sold, wished, strict=True)), Decimal(0))
            miss += (cash - sum(sold)) ** 2
            best = miss if best is None else min(best, miss)
    plan = suggest_trades(holdings, cash)
    reached = sum((order.amount - one) ** 2 for order, one in zip(plan.orders, wished, strict=True))
    reached += plan.leftover**2
    if not enough:
        assert plan.invested <= cash
        return
    assert sqrt(reached) <= sqrt(best) + 0.02


@settings(max_examples=60)
@given(small, st.integers(-1500, 1500))
def test_hard_rebalances_stay_as_close_to_the_exact_plan_as_any(
    holdings: list[Holding], cash: Decimal | int
) -> None:
    total = sum((h.value // h.price * h.price for h in holdings), Decimal(0))
    cash = max(Decimal(cash), -total)
    share = (sum((h.value for h in holdings), Decimal(0)) + cash) / len(holdings)
    best: dict[bool, Decimal] = {}
    for counts in product(
        *(range(-int(h.value // h.price), max(0, int((share - h.value) // h.price)) + 2) for h in holdings)
    ):
        traded = [count * h.price for count, h in zip(counts, holdings, strict=True)]
        # No order goes against the exact plan, unless nothing else fits.
        turned = any(one * (share - h.value) < 0 for h, one in zip(holdings, traded, strict=True))
        if sum(traded) <= cash:
            miss = sum(((h.value + one - share) ** 2 for h, one in zip(holdings, traded, strict=True)), Decimal(0))
            miss += (cash - sum(traded)) ** 2
            best[turned] = min(best.get(turned, miss), miss)
    plan = suggest_trades(holdings, cash, "hard")
    reached = sqrt(distance_to_equal(plan, cash) ** 2 + float(plan.leftover) ** 2)
    assert reached <= sqrt(best[False not in best]) + 1e-6


def test_the_worked_example_is_the_proved_optimum() -> None:
    plan = suggest_trades(etfs(), 5000)
    bought = {symbol: order for symbol, order in ((o.symbol, o.shares) for o in plan.orders) if order}
    assert bought == {"VCR": 10, "VDC": 8, "VIS": 2, "VNQ": 3}
    assert plan.invested == Decimal("4995.84")
    assert plan.leftover == Decimal("4.16")
    assert distance_to_equal(plan, 5000) <= 10442.1
    assert plan.gap_bound == 0


def test_most_portfolios_of_up_to_twelve_are_proved_optimal() -> None:
    rng = random.Random(20)
    proved = 0
    for _ in range(100):
        holdings = [
            Holding(f"S{i}", Decimal(rng.randint(0, 2_000_000)) / 100, Decimal(rng.randint(500, 50_000)) / 100)
            for i in range(rng.randint(4, 12))
        ]
        plan = suggest_trades(holdings, Decimal(rng.randint(100_000, 2_000_000)) / 100)
        proved += plan.gap_bound == 0
    assert proved >= 95


@given(portfolios(targets=False, least=13, most=40), st.integers(0, 50_000))
def test_larger_portfolios_tell_a_small_gap_bound(holdings: list[Holding], cash: Decimal | int) -> None:
    plan = suggest_trades(holdings, cash)
    exact = suggest_trades(holdings, cash, whole_shares=False)
    reached, best = distance_to_equal(plan, cash), distance_to_equal(exact, cash)
    assert reached - float(plan.gap_bound) <= reached
    # The exact plan is a lower bound too, so the bound told is never worse than it.
    assert float(plan.gap_bound) <= reached - best + 0.05


@pytest.mark.parametrize("cheap", ["0.0000012", "0.0001"])
def test_penny_prices_neither_hang_nor_overspend(cheap: str) -> None:
    holdings = [Holding("A", 1000, cheap), Holding("B", 1200, cheap), Holding("C", 900, "300")]
    plan = suggest_trades(holdings, 5000)
    assert 0 <= plan.leftover < 1


def test_among_equals_the_least_gain_per_value_is_sold_first() -> None:
    holdings = [
        Holding("GAIN", 1000, 100, gain=300),
        Holding("LOSS", 1000, 100, gain=-50),
        Holding("FLAT", 1000, 100, gain=0),
    ]
    assert amounts(suggest_trades(holdings, -100)) == {"GAIN": 0, "LOSS": -100, "FLAT": 0}
    assert amounts(suggest_trades(holdings, -200)) == {"GAIN": 0, "LOSS": -100, "FLAT": -100}
    assert amounts(suggest_trades(holdings, -100, increment=100)) == {"GAIN": 0, "LOSS": -100, "FLAT": 0}


def test_a_withdrawal_beyond_whole_shares_sells_the_fractions_and_says_so() -> None:
    holdings = [Holding("A", 100, 30), Holding("B", 100, 30)]
    plan = suggest_trades(holdings, -195)
    assert plan.invested <= -195
    assert {order.symbol: order.value_after for order in plan.orders}["A"] == 0
    assert "fractions" in plan.notices[0]


def test_shares_held_limit_a_sale_as_much_as_the_value() -> None:
    holdings = [Holding("A", 1000, 100, quantity="4.9", settled=True), Holding("B", 500, 100)]
    plan = suggest_trades(holdings, -600)
    assert min(order.shares for order in plan.orders) >= -4
