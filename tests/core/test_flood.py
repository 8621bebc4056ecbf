"""The exact strategies against independent solvers, and what the level means."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy import ndarray
from portfolios import CENT, amounts, etfs, portfolios, with_targets
from scipy.optimize import LinearConstraint, minimize

from pbal_xl import Holding, PlanError, smallest_deposit, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.core.model import Deviation

FINE = Decimal("0.00000001")


def solve(values: Any, targets: Any, cash: Decimal | int, *, relative: bool) -> tuple[ndarray, Callable[..., Any]]:
    """The best buys (or sells) in money by sequential quadratic programming, scaled for the solver."""
    values, targets = (np.array(one, float) for one in (values, targets))
    total = values.sum() + cash
    scale = max(total, 1.0)
    stiffness = 1 / targets if relative else np.ones_like(targets)
    aims = (targets * total - values) / scale
    bounds = [(0, None) if cash >= 0 else (-value / scale, 0) for value in values]
    start = np.full(len(values), cash / scale / len(values))
    if cash < 0:
        start = values / scale * (cash / values.sum())
    found = minimize(
        lambda x: stiffness @ (x - aims) ** 2,
        start,
        jac=lambda x: 2 * stiffness * (x - aims),
        bounds=bounds,
        constraints=[LinearConstraint(np.ones_like(values), cash / scale, cash / scale)],
        method="SLSQP",
        options={"ftol": 1e-15, "maxiter": 500},
    )
    return found.x * scale, lambda x: stiffness @ (np.array(x, float) / scale - aims) ** 2


@settings(max_examples=60)
@given(
    st.lists(st.integers(1, 50_000), min_size=2, max_size=8),
    st.lists(st.integers(1, 30), min_size=8, max_size=8),
    st.integers(-20_000, 20_000).filter(bool),
    st.sampled_from(["relative", "absolute"]),
)
def test_no_solver_finds_a_nearer_plan_than_the_flood(
    values: list[int], weights: list[int], cash: Decimal | int, deviation: Deviation
) -> None:
    cash = max(cash, -sum(values) + 1)
    holdings = with_targets([Holding(f"S{i}", v) for i, v in enumerate(values)], weights[: len(values)])
    plan = suggest_trades(holdings, cash, deviation=deviation, minor_unit=FINE)
    targets = [holding.target for holding in holdings]
    solved, misses = solve(values, targets, cash, relative=deviation == "relative")
    ours = [order.amount for order in plan.orders]
    assert misses(ours) <= misses(solved) * (1 + 1e-6) + 1e-12


@given(portfolios(targets=False, least=2), st.integers(1, 20_000), st.data())
def test_the_flood_is_majorised_by_every_other_way_to_spend_the_same(
    holdings: list[Holding], cash: Decimal | int, data: st.DataObject
) -> None:
    plan = suggest_trades(holdings, cash, whole_shares=False, minor_unit=FINE)
    parts = data.draw(st.lists(st.integers(0, 100), min_size=len(holdings), max_size=len(holdings)).filter(any))
    other = sorted(h.value + Decimal(cash) * part / sum(parts) for h, part in zip(holdings, parts, strict=True))
    ours = sorted(order.value_after for order in plan.orders)
    # For each k the k smallest values sum to at least as much.
    for k in range(1, len(ours) + 1):
        assert sum(ours[:k]) >= sum(other[:k]) - len(ours) * FINE


@given(portfolios(), st.integers(-20_000, 20_000).filter(bool))
def test_relative_plans_fill_to_the_level_they_state(holdings: list[Holding], cash: Decimal | int) -> None:
    cash = max(Decimal(cash), -sum((h.value for h in holdings), Decimal(0)))
    plan = suggest_trades(holdings, cash, whole_shares=False)
    equal = len({order.target for order in plan.orders}) == 1
    unwanted = sum(order.value_before for order in plan.orders if not order.target)
    for order in plan.orders:
        filled = plan.level if equal else order.target * plan.level
        if order.target:
            wanted = max(order.value_before, filled) if cash >= 0 else min(order.value_before, filled)
            # Targets are told to ten decimals, levels to eight.
            assert abs(order.value_after - wanted) <= CENT + abs(plan.level) * Decimal("2e-9")
        elif cash < 0:
            assert order.value_after <= max(Decimal(0), unwanted + cash) + CENT
        else:
            assert order.amount == 0


@given(portfolios(targets=True), st.integers(-20_000, 20_000).filter(bool))
def test_absolute_plans_end_at_one_distance_to_their_targets(holdings: list[Holding], cash: Decimal | int) -> None:
    cash = max(Decimal(cash), -sum((h.value for h in holdings), Decimal(0)))
    plan = suggest_trades(holdings, cash, deviation="absolute", whole_shares=False)
    total = sum(h.value for h in holdings) + cash
    if len({h.target for h in holdings}) == 1:
        return
    for order in plan.orders:
        if order.amount:
            assert abs(order.value_after - order.target * total - plan.level) <= 2 * CENT


@given(portfolios(targets=False, least=2), st.integers(-20_000, 20_000).filter(bool))
def test_relative_and_absolute_are_one_when_targets_are_equal(holdings: list[Holding], cash: Decimal | int) -> None:
    cash = max(Decimal(cash), -sum((h.value for h in holdings), Decimal(0)))
    relative = suggest_trades(holdings, cash, whole_shares=False, minor_unit=FINE)
    absolute = suggest_trades(holdings, cash, whole_shares=False, minor_unit=FINE, deviation="absolute")
    for one, other in zip(relative.orders, absolute.orders, strict=True):
        assert abs(one.amount - other.amount) <= FINE
    assert relative.level == absolute.level


@given(portfolios(), st.integers(-20_000, 20_000))
def test_hard_rebalance_ends_at_the_targets(holdings: list[Holding], cash: Decimal | int) -> None:
    cash = max(Decimal(cash), -sum((h.value for h in holdings), Decimal(0)))
    plan = suggest_trades(holdings, cash, "hard", whole_shares=False)
    total = sum(h.value for h in holdings) + cash
    for order in plan.orders:
        assert abs(order.value_after - order.target * total) <= CENT + total * Decimal("1e-9")


@given(portfolios())
def test_the_smallest_deposit_balances_and_a_cent_less_does_not(holdings: list[Holding]) -> None:
    funded = [h for h in holdings if h.target != 0]
    if any(h.target == 0 and h.value for h in holdings):
        with pytest.raises(PlanError, match="target 0"):
            smallest_deposit(holdings)
        return
    needed = smallest_deposit(holdings)
    total = sum((Fraction(h.value) for h in holdings), Fraction(0))
    shares = [Fraction(h.target) if h.target is not None else Fraction(1, len(holdings)) for h in funded]

    def balances(deposit: Decimal) -> bool:
        return all(
            Fraction(h.value) <= share * (total + Fraction(deposit))
            for h, share in zip(funded, shares, strict=True)
        )

    assert needed >= 0
    assert balances(needed)
    assert not needed or not balances(needed - CENT)


@given(portfolios(least=2), st.data())
def test_the_smallest_deposit_is_one_that_the_holdings_locks_let_reach_the_targets(
    holdings: list[Holding], data: st.DataObject
) -> None:
    free = [h for h in holdings if h.target != 0]
    if any(h.target == 0 and h.value for h in holdings):
        return
    unlocked = smallest_deposit(holdings)
    places = data.draw(st.lists(st.sampled_from(range(len(holdings))), min_size=1, max_size=2, unique=True))
    bounds: list[dict[str, Any]] = [{"highest": 0}, {"lowest": 0}, {"highest": 5000}, {"most": Decimal("0.05")}]
    bound = data.draw(st.sampled_from(bounds))
    locked = [replace(h, **bound) if k in places else h for k, h in enumerate(holdings)]

    def off(deposit: Decimal) -> Decimal:
        plan = suggest_trades(locked, deposit, whole_shares=False)
        total = sum((h.value for h in holdings), deposit)
        return max(abs(order.value_after - order.target * total) for order in plan.orders)

    needed, refused = _deposit_or_refusal(locked)
    if needed is not None:
        assert needed == unlocked
        assert off(needed) <= CENT * len(free) + needed * Decimal("1e-9")
        return
    assert any(refused.startswith(holdings[k].symbol) for k in places)
    assert refused.endswith("no deposit balances that without a sale")
    for deposit in (unlocked, 2 * unlocked + 100, 50 * unlocked + 100_000):
        assert off(deposit) > CENT * Decimal("0.9")


def _deposit_or_refusal(holdings: list[Holding]) -> tuple[Decimal | None, str]:
    try:
        return smallest_deposit(holdings), ""
    except PlanError as error:
        return None, str(error)


def test_no_deposit_balances_a_holding_that_lags_and_may_not_be_bought() -> None:
    holdings = [Holding("A", 100), Holding("B", 10, highest=0)]
    said = "B may not be bought, but lacks 90.00 when the others reach their targets"
    with pytest.raises(PlanError, match=said):
        smallest_deposit(holdings)
    assert smallest_deposit([Holding("A", 100, highest=0), Holding("B", 10, lowest=0)]) == 90
    with pytest.raises(PlanError, match=r"B may be bought for at most 89\.99, but lacks 90\.00"):
        smallest_deposit([Holding("A", 100), Holding("B", 10, highest="89.99")])
    assert smallest_deposit([Holding("A", 100), Holding("B", 10, highest=90)]) == 90
    with pytest.raises(PlanError, match=r"B is not bought above 40 %, but lacks 90\.00"):
        smallest_deposit([Holding("A", 100), Holding("B", 10, most="0.4")])
    # Who must be bought lifts the others with it.
    assert smallest_deposit([Holding("A", 100, lowest=20), Holding("B", 10)]) == 130


def test_the_worked_example_comes_out_as_published() -> None:
    plan = suggest_trades(etfs(), 5000, whole_shares=False)
    assert sum(order.amount for order in plan.orders) == 5000
    assert round(plan.level, 2) == Decimal("9559.72")
    assert smallest_deposit(etfs()) == Decimal("88103.92")


def test_a_new_fund_without_value_is_bought_like_any_other() -> None:
    plan = suggest_trades([Holding("OLD", 1000), Holding("NEW", 0)], 600)
    assert amounts(plan) == {"OLD": 0, "NEW": 600}


def test_a_holding_with_target_zero_is_never_bought_and_sold_first() -> None:
    holdings = [Holding("A", 500, target="0.5"), Holding("B", 900, target="0.5"), Holding("Z", 300, target=0)]
    assert amounts(suggest_trades(holdings, 100)) == {"A": 100, "B": 0, "Z": 0}
    assert amounts(suggest_trades(holdings, -300)) == {"A": 0, "B": 0, "Z": -300}
    assert amounts(suggest_trades(holdings, -400)) == {"A": 0, "B": -100, "Z": -300}
