"""The laws of all rules mixed at random: what no plan may break, whatever is asked of it."""

from __future__ import annotations

import random
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pace import allowed
from rules_drawn import drawn, mixed

from pbal_xl import Holding, PlanError, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.core.model import Plan

CENT = Decimal("0.01")


def check_rules(holdings: Sequence[Holding], plan: Plan, wishes: Mapping[str, Any]) -> None:
    amounts = [order.amount for order in plan.orders]
    assert sum(amounts) + plan.fees + plan.leftover == plan.cash
    assert plan.leftover >= (wishes.get("keep") or 0)
    assert all(order.value_after >= 0 for order in plan.orders)
    assert plan.fees == sum(order.fee for order in plan.orders)
    total = sum(h.value for h in holdings) + plan.cash
    for holding, order in zip(holdings, plan.orders, strict=True):
        assert holding.lowest is None or order.amount >= holding.lowest
        assert holding.highest is None or order.amount <= holding.highest
        if holding.most is not None and order.amount > 0:
            assert order.value_after <= holding.most * total
        assert order.target or order.amount <= 0
        if order.amount:
            least = max(wishes.get("min_trade", 0), Decimal(wishes.get("fee", 0)))
            assert abs(order.amount) >= least
            part = abs(order.amount) * Decimal(wishes.get("fee_percent", 0)) / 100
            assert abs(order.fee - part - Decimal(wishes.get("fee", 0))) <= Decimal("0.005")
            if "fee_limit" in wishes:
                assert order.fee <= abs(order.amount) * Decimal(wishes["fee_limit"]) / 100 + Decimal("0.005")
        if isinstance(holding.lot, int) and "increment" not in wishes and "fractions" not in " ".join(plan.notices):
            assert order.shares % holding.lot == 0
    if "max_trades" in wishes:
        assert sum(amount != 0 for amount in amounts) <= wishes["max_trades"]
    if "max_turnover" in wishes:
        assert sum(abs(amount) for amount in amounts) <= wishes["max_turnover"]
    if "max_gain" in wishes:
        assert plan.gain <= wishes["max_gain"]


def check_refusal(refusal: str, cash: int, wishes: Mapping[str, Any]) -> None:
    """Buying nothing is always possible where nothing must be raised."""
    forced = cash - (wishes.get("keep") or 0) < 0 or wishes.get("max_gain", 0) < 0
    assert forced or "no order within fee_limit" in refusal, (refusal, wishes)


@pytest.mark.parametrize(("seed", "cases"), [(21, 200), pytest.param(22, 20_000, marks=pytest.mark.long)])
def test_every_rule_holds_with_all_of_them_mixed(seed: int, cases: int) -> None:
    rng = random.Random(seed)
    planned = 0
    for _ in range(cases):
        holdings, cash, strategy, wishes = mixed(rng)
        start = time.process_time()
        try:
            plan = suggest_trades(holdings, cash, strategy, **wishes)
        except PlanError as refusal:
            assert time.process_time() - start < allowed(5)
            check_refusal(str(refusal), cash, wishes)
            continue
        assert time.process_time() - start < allowed(1)
        planned += 1
        check_rules(holdings, plan, wishes)
        if strategy == "never-sell":
            flow = cash - wishes.get("keep", 0)
            assert all(order.amount * flow >= 0 for order in plan.orders)
    assert planned >= 0.55 * cases


def test_a_rule_that_does_not_bind_changes_nothing() -> None:
    rng = random.Random(23)
    loose: dict[str, Any] = {"max_trades": 99, "max_turnover": 10**9, "max_gain": 10**9, "keep": 0}
    for _ in range(60):
        drawn_ones, more = drawn(rng)
        holdings = [
            Holding(h.symbol, h.value, h.price, h.gain, h.target, asset_class=h.asset_class) for h in drawn_ones
        ]
        cash = max(rng.randint(-5000, 5000), -int(sum(h.value for h in holdings)))
        for strategy in ("never-sell", "hard"):
            plain = suggest_trades(holdings, cash, strategy, whole_shares=False, **more)
            for name, value in loose.items():
                ruled = suggest_trades(holdings, cash, strategy, whole_shares=False, **more, **{name: value})
                assert all(
                    abs(one.amount - other.amount) <= CENT
                    for one, other in zip(ruled.orders, plain.orders, strict=True)
                )
