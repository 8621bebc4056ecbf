"""Whole shares within a budget leave no cash over that would buy a share of what lags."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from mixed import drawn_case
from portfolios import reasons
from recorded_brief import brief

from pbal_xl import Holding, PlanError, suggest_trades


def _drawn(case: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    rng = random.Random(f"spare/{case}")
    bounds: list[dict[str, Any]] = [{}] * 9 + [{"highest": 0}, {"highest": 500}, {"most": "0.2"}, {"lot": 10}]
    holdings = [
        Holding(
            f"S{k}",
            Decimal(rng.randint(0, 2_000_000)) / 100,
            Decimal(rng.randint(500, 40_000)) / 100,
            rng.randint(-1000, 3000),
            **rng.choice(bounds),
        )
        for k in range(rng.randint(2, 12))
    ]
    wishes: dict[str, Any] = {"strategy": rng.choice(["hard", "hard", "never-sell"]), "whole_shares": True}
    wishes |= rng.choice(
        [{"max_gain": rng.choice([-100, 0, 100, 500])}, {"max_turnover": rng.choice([2000, 9000])}]
    )
    wishes |= rng.choice([{}, {}, {"min_trade": 200}, {"max_trades": 4}, {"deviation": "absolute"}])
    return holdings, Decimal(rng.choice([0, 0, 1000, 5000, -2000])), wishes


def _could_buy(holdings: list[Holding], cash: Decimal, wishes: dict[str, Any]) -> list[str]:
    """Symbols of which one lot more is paid for, allowed, and nearer to the target than without."""
    plan = suggest_trades(holdings, cash, **wishes)
    budget, turnover = wishes.get("max_turnover"), sum(abs(order.amount) for order in plan.orders)
    room = plan.leftover if budget is None else min(plan.leftover, budget - turnover)
    total = sum(h.value for h in holdings) + (cash if budget is None else min(cash, Decimal(budget)))
    full = sum(1 for order in plan.orders if order.amount) >= wishes.get("max_trades", len(holdings))
    found = []
    for h, order in zip(holdings, plan.orders, strict=True):
        lot = (h.price or Decimal(1)) * (h.lot if isinstance(h.lot, int) else 1)
        allowed = (
            lot <= room
            and order.amount >= 0
            and (order.amount or (not full and lot >= wishes.get("min_trade", 0)))
            and (h.highest is None or order.amount + lot <= h.highest)
            and (h.most is None or order.value_after + lot <= h.most * total)
        )
        # Nearer by more than a cent: an order that ends as far above as it began below is none.
        if allowed and order.value_after + lot / 2 + Decimal("0.01") < total / len(holdings):
            found.append(order.symbol)
    return found


@pytest.mark.parametrize(("first", "cases"), [(0, 500), pytest.param(500, 20_000, marks=pytest.mark.long)])
def test_no_cash_is_left_that_would_buy_a_share_of_what_lags(first: int, cases: int) -> None:
    judged = 0
    for case in range(first, first + cases):
        holdings, cash, wishes = _drawn(case)
        if cash < 0 and wishes["strategy"] == "never-sell":
            continue
        try:
            assert not _could_buy(holdings, cash, wishes), case
        except PlanError:
            continue
        judged += 1
    assert judged > cases // 2


@pytest.mark.parametrize(("first", "cases"), [(0, 120), pytest.param(120, 3000, marks=pytest.mark.long)])
def test_no_cash_is_left_that_would_buy_a_share_for_a_class_that_lags(first: int, cases: int) -> None:
    judged = 0
    for case in range(first, first + cases):
        holdings, cash, wishes = _drawn(case)
        kinds = random.Random(case).randint(2, 4)
        holdings = [
            Holding(h.symbol, h.value, h.price, h.gain, asset_class=f"C{k % kinds}")
            for k, h in enumerate(holdings[: kinds * 3])
        ]
        kinds = min(kinds, len(holdings))
        wishes = {name: wish for name, wish in wishes.items() if name not in {"min_trade", "max_trades"}}
        targets = dict.fromkeys([f"C{k}" for k in range(kinds)], Decimal(100) / kinds)
        try:
            plan = suggest_trades(holdings, abs(cash), targets=targets, **wishes)
        except PlanError:
            continue
        judged += 1
        budget = Decimal(wishes.get("max_turnover", 10**9))
        flow, turnover = min(abs(cash), budget), sum(abs(order.amount) for order in plan.orders)
        goal = (sum(h.value for h in holdings) + flow) / kinds
        for name in targets:
            rows = [(h, o) for h, o in zip(holdings, plan.orders, strict=True) if h.asset_class == name]
            cheapest = min(h.price or Decimal(0) for h, _ in rows)
            sells = any(order.amount < 0 for _, order in rows)
            lags = sum(order.value_after for _, order in rows) + cheapest / 2 + Decimal("0.01") < goal
            paid = cheapest <= min(plan.leftover, budget - turnover)
            assert sells or not (lags and paid), (case, name)
    assert judged > cases // 2


def test_few_orders_leave_none_over_that_another_order_could_use() -> None:
    holdings, cash, wishes = _drawn(1472)
    assert wishes["max_trades"] == 4
    assert not _could_buy(holdings, cash, wishes)
    assert sum(1 for order in suggest_trades(holdings, cash, **wishes).orders if order.amount) == 4


def test_what_an_odd_position_leaves_over_buys_another_increment() -> None:
    values: dict[str, tuple[int, Any]] = {
        "A": (15, "0.44"),
        "B": (60, "0.06"),
        "C": (15, "0.36"),
        "D": (10, "0.14"),
        "CLOSED": (60, 0),
    }
    holdings = [Holding(symbol, value, target=target) for symbol, (value, target) in values.items()]
    plan = suggest_trades(holdings, 47, "hard", increment=25)
    bought = {order.symbol: order.amount for order in plan.orders if order.amount}
    assert bought == {"A": 75, "B": -50, "C": 50, "D": 25, "CLOSED": -60}
    assert plan.leftover == 7


def test_what_lags_is_bought_from_what_rounding_left_although_the_exact_plan_leaves_it_alone() -> None:
    holdings = [
        Holding("LAGS", 6000, 90, 0),
        Holding("DEAR", 1000, 700, 0),
        Holding("HIGH", 20_000, 100, 900),
    ]
    plan = suggest_trades(holdings, 1600, "hard", max_gain=0)
    assert {order.symbol: order.shares for order in plan.orders if order.amount} == {"DEAR": 2, "LAGS": 2}
    assert plan.leftover == 20
    assert plan.gap_bound == 180
    assert reasons(plan)["LAGS"].endswith("brought nearer to its target")


def test_a_cheap_share_is_bought_as_often_as_it_comes_nearer() -> None:
    holdings = [Holding("DEAR", 900, 400, 0), Holding("CHEAP", 990, 1, 0), Holding("HIGH", 3000, 100, 900)]
    plan = suggest_trades(holdings, 300, "hard", max_gain=0)
    assert {order.symbol: order.shares for order in plan.orders if order.amount} == {"CHEAP": 300}


@pytest.mark.parametrize(("first", "cases"), [(0, 150), pytest.param(150, 6000, marks=pytest.mark.long)])
def test_a_budget_that_the_rounded_plan_keeps_changes_nothing(first: int, cases: int) -> None:
    judged = 0
    for case in range(first, first + cases):
        for holdings, cash, drawn in (drawn_case(f"unbound/{case}", 12), brief(case + 10**6)):
            # Fees are set aside in tries, of which one may meet the budget.
            if any(h.gain is None for h in holdings) or {"fee", "fee_percent"} & set(drawn):
                continue
            wishes: dict[str, Any] = {
                name: wish for name, wish in drawn.items() if name not in {"max_gain", "max_turnover"}
            }
            try:
                plan = suggest_trades(holdings, cash, **wishes)
            except PlanError:
                continue
            turnover = sum(abs(order.amount) for order in plan.orders)
            wide: dict[str, Any] = {"max_gain": plan.gain + 1, "max_turnover": max(turnover, abs(cash)) + 1}
            name = random.Random(case).choice(list(wide))
            held = suggest_trades(holdings, cash, **wishes, **{name: wide[name]})
            judged += 1
            assert [o.amount for o in held.orders] == [o.amount for o in plan.orders], (case, name)
    assert judged > cases // 2
