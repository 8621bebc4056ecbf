"""The laws that hold for every plan, always."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
from portfolios import amounts, planned, portfolios, requests

from pbal_xl import Side, suggest_trades

if TYPE_CHECKING:
    from random import Random

    from pbal_xl.core.model import Holding


@given(requests())
def test_amounts_and_leftover_are_the_cash_exactly(request: tuple[list[Holding], dict[str, Any]]) -> None:
    holdings, wishes = request
    plan = planned(holdings, wishes)
    if plan is not None:
        assert sum(order.amount for order in plan.orders) + plan.leftover == wishes["cash"]
        assert plan.invested == sum(order.amount for order in plan.orders)


@given(requests())
def test_leftover_is_never_negative(request: tuple[list[Holding], dict[str, Any]]) -> None:
    holdings, wishes = request
    plan = planned(holdings, wishes)
    if plan is not None:
        assert plan.leftover >= 0


@given(requests())
def test_no_position_goes_below_zero_in_money_or_in_shares(request: tuple[list[Holding], dict[str, Any]]) -> None:
    holdings, wishes = request
    plan = planned(holdings, wishes)
    if plan is not None:
        for holding, order in zip(holdings, plan.orders, strict=True):
            assert order.value_after == holding.value + order.amount
            assert order.value_after >= 0
            assert order.shares >= -holding.value / holding.price


@given(requests())
def test_never_sell_never_sells_on_a_deposit_and_never_buys_on_a_withdrawal(
    request: tuple[list[Holding], dict[str, Any]],
) -> None:
    holdings, wishes = request
    plan = planned(holdings, {**wishes, "strategy": "never-sell"})
    if plan is not None:
        for order in plan.orders:
            assert order.amount >= 0 if wishes["cash"] >= 0 else order.amount <= 0
        if not wishes["cash"]:
            assert all(order.side is Side.HOLD for order in plan.orders)


@given(requests(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_any_order(
    request: tuple[list[Holding], dict[str, Any]], random: Random
) -> None:
    holdings, wishes = request
    plan = planned(holdings, wishes)
    shuffled = list(holdings)
    random.shuffle(shuffled)
    other = planned(shuffled, wishes)
    assert (plan is None) == (other is None)
    if plan is not None:
        assert amounts(plan) == amounts(other)
        assert [order.symbol for order in other.orders] == [holding.symbol for holding in shuffled]


@given(portfolios(), st.integers(-10_000, 10_000), st.sampled_from([10, 100, 1000]), st.booleans())
def test_ten_times_the_money_is_ten_times_the_orders(
    holdings: list[Holding], cash: Decimal | int, times: int, hard: bool
) -> None:
    cash = max(Decimal(cash), -sum((h.value for h in holdings), Decimal(0)))
    fine = Decimal("0.0000001")
    wishes: dict[str, Any] = {"strategy": "hard" if hard else "never-sell", "whole_shares": False}
    plan = suggest_trades(holdings, cash, minor_unit=fine, **wishes)
    larger = [
        type(h)(h.symbol, h.value * times, h.price * times, None if h.gain is None else h.gain * times, h.target)
        for h in holdings
    ]
    scaled = suggest_trades(larger, cash * times, minor_unit=fine * times, **wishes)
    assert {symbol: amount * times for symbol, amount in amounts(plan).items()} == amounts(scaled)


@given(requests())
def test_every_trade_is_nothing_or_at_least_the_minimum(request: tuple[list[Holding], dict[str, Any]]) -> None:
    holdings, wishes = request
    wishes.setdefault("min_trade", 100)
    wishes.pop("increment", None)
    plan = planned(holdings, wishes)
    if plan is not None:
        assert all(not order.amount or abs(order.amount) >= wishes["min_trade"] for order in plan.orders)


@given(requests())
def test_whole_shares_are_whole_unless_a_withdrawal_needs_the_fractions(
    request: tuple[list[Holding], dict[str, Any]],
) -> None:
    holdings, wishes = request
    wishes.pop("increment", None)
    wishes["whole_shares"] = True
    plan = planned(holdings, wishes)
    if plan is None:
        return
    # Whole shares that are worth less than the minimum trade make no order at all.
    worth = [holding.value // holding.price * holding.price for holding in holdings]
    can_raise = sum(raised for raised in worth if raised >= (wishes.get("min_trade") or 0))
    for order in plan.orders:
        if can_raise >= -wishes["cash"]:
            assert order.shares == int(order.shares)
            assert order.amount == order.shares * order.price
        else:
            assert abs(order.shares * order.price - order.amount) <= Decimal("0.005")


@given(requests())
def test_drifts_and_weights_are_those_of_the_values(request: tuple[list[Holding], dict[str, Any]]) -> None:
    holdings, wishes = request
    plan = planned(holdings, wishes)
    if plan is None:
        return
    for values, weights, drift in (
        ("value_before", "weight_before", plan.drift_before),
        ("value_after", "weight_after", plan.drift_after),
    ):
        total = sum(getattr(order, values) for order in plan.orders)
        for order in plan.orders:
            weight = getattr(order, values) / total if total else 0
            assert abs(getattr(order, weights) - weight) < Decimal("1e-9")
        largest = max(abs(getattr(order, weights) - order.target) for order in plan.orders)
        assert abs(drift - largest) < Decimal("1e-9")


@given(requests())
def test_gains_realised_are_the_sold_part_of_the_gain(request: tuple[list[Holding], dict[str, Any]]) -> None:
    holdings, wishes = request
    plan = planned(holdings, wishes)
    if plan is None:
        return
    for holding, order in zip(holdings, plan.orders, strict=True):
        if order.side is not Side.SELL:
            assert order.gain_realised == 0
        elif holding.gain is None:
            assert order.gain_realised is None
        else:
            exact = holding.gain * -order.amount / holding.value
            assert abs(order.gain_realised - exact) <= Decimal("0.005")


@given(requests())
def test_every_order_says_why(request: tuple[list[Holding], dict[str, Any]]) -> None:
    plan = planned(*request)
    if plan is not None:
        assert all(order.reason for order in plan.orders)
