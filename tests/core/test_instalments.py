"""Cash in instalments."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import CENT, cents, portfolios

from pbal_xl import Holding, suggest_trades
from pbal_xl.core.instalments import MOST_INSTALMENTS, describe_instalments, suggest_instalments
from pbal_xl.errors import InputError, PlanError


@given(portfolios(), cents(0, 3_000), st.integers(1, 12), st.booleans())
def test_to_the_cent_instalments_end_where_one_deposit_of_the_sum_ends(
    holdings: list[Holding], cash: Decimal, count: int, out: bool
) -> None:
    if out:
        cash = -min(cash, sum((one.value for one in holdings), Decimal(0)) / count).quantize(CENT, "ROUND_DOWN")
    plans = suggest_instalments(holdings, cash, count, whole_shares=False)
    once = suggest_trades(holdings, cash * count, whole_shares=False)
    assert sum(plan.invested for plan in plans) + plans[-1].leftover == cash * count
    for last, order in zip(plans[-1].orders, once.orders, strict=True):
        assert abs(last.value_after - order.value_after) <= CENT


@given(portfolios(), cents(0, 3_000), st.integers(1, 6))
def test_what_an_instalment_leaves_over_the_next_one_has_too(
    holdings: list[Holding], cash: Decimal, count: int
) -> None:
    carried = Decimal(0)
    for plan in suggest_instalments(holdings, cash, count, whole_shares=True):
        assert plan.cash == cash + carried
        assert plan.leftover >= 0
        carried = plan.leftover


@given(portfolios(least=2), st.integers(2, 5))
def test_shares_and_gains_follow_what_was_traded(holdings: list[Holding], count: int) -> None:
    holdings = [
        Holding(one.symbol, price=one.price, gain=one.gain, target=one.target, quantity=place + 1)
        for place, one in enumerate(holdings)
    ]
    cash = -sum((one.value for one in holdings), Decimal(0)) / (2 * count)
    plans = suggest_instalments(holdings, cash.quantize(CENT, "ROUND_UP"), count, whole_shares=True)
    for place, one in enumerate(holdings):
        orders = [plan.orders[place] for plan in plans]
        assert one.quantity + sum(order.shares for order in orders) >= 0
        if one.gain is not None:
            taken: Decimal = sum((order.gain_realised for order in orders), Decimal(0))
            assert abs(taken) <= abs(one.gain) + CENT * count


def test_each_instalment_is_told_in_a_sentence() -> None:
    plans = suggest_instalments([Holding("A", 100, 10), Holding("B", 50, 7)], 20, 2)
    assert describe_instalments(plans) == [
        "Instalment 1 of 2: buy 2 B for 14.00; 6.00 stays in cash.",
        "Instalment 2 of 2: buy 3 B for 21.00; 5.00 stays in cash.",
    ]


@pytest.mark.parametrize("count", [0, -1, MOST_INSTALMENTS + 1, True, 2.5])
def test_a_count_out_of_range_is_refused(count: Any) -> None:
    with pytest.raises(InputError, match="number of instalments must be 1 to 120"):
        suggest_instalments([Holding("A", 100, 10)], 20, count)


def test_what_may_not_be_traded_stays_so_in_every_instalment() -> None:
    holdings = [
        Holding("A", 100, 10, highest=0),
        Holding("B", 500, 10, most="0.6"),
        Holding("C", 900, 7, lot=10),
    ]
    for plan in suggest_instalments(holdings, 150, 4):
        orders = {order.symbol: order for order in plan.orders}
        assert orders["A"].amount == 0
        assert (orders["C"].shares or 0) % 10 == 0


def test_the_instalment_that_cannot_be_paid_is_named() -> None:
    holdings = [Holding("A", 100, 10), Holding("B", 50, 10)]
    with pytest.raises(
        PlanError, match=r"^instalment 3 of 4: cannot withdraw 60\.00: the holdings are worth 30\.00"
    ):
        suggest_instalments(holdings, -60, 4)


def test_the_quantity_is_what_the_instalments_before_left() -> None:
    """Else the last instalment could not sell parts of a share, or would tell of figures that disagree."""
    holdings = [Holding("A", 95, 10, quantity="9.5"), Holding("B", 25, 10, quantity="2.5")]
    plans = suggest_instalments(holdings, -40, 3, whole_shares=True)
    assert [[str(order.shares) for order in plan.orders] for plan in plans] == [
        ["-4", "0"], ["-4", "0"], ["-1.5", "-2.5"],
    ]  # fmt: skip
    assert [len(plan.notices) for plan in plans] == [0, 0, 1]
    assert "fractions of a share are sold too: A, B" in plans[2].notices[0]
