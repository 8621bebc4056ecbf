"""Bands around targets."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import etfs, portfolios

from pbal_xl import Holding, suggest_trades
from pbal_xl.core.bands import Bands, read_bands, standings
from pbal_xl.errors import InputError, PlanError

if TYPE_CHECKING:
    from pbal_xl.core.model import Goal


@pytest.mark.parametrize(
    ("text", "target", "width"),
    [
        ("5/25", "0.60", "0.05"),
        ("5/25", "0.10", "0.025"),
        (" 5 / 25 ", "0.10", "0.025"),
        ("3", "0.10", "0.03"),
        ("2.5", "0.10", "0.025"),
        ("20%", "0.30", "0.06"),
        ("20%>=1", "0.01", "0.01"),
        ("20%>=1", "0.30", "0.06"),
        ("5/25", "0", "0"),
    ],
)
def test_how_wide_a_band_is(text: str, target: str, width: str) -> None:
    assert read_bands(text).width(Decimal(target)) == Decimal(width)


@pytest.mark.parametrize("text", ["", "5/", "wide", "-3", "5/25/3", "20%>1", "1e3", "²"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="bands must be as in"):
        read_bands(text)


def test_of_the_ten_funds_four_are_outside() -> None:
    found = standings(etfs(), read_bands("5/25"))
    assert [one.symbol for one in found if one.outside] == ["FTEC", "VCR", "VDC", "VSMAX"]


@given(portfolios(), st.sampled_from(["5/25", "3", "20%", "20%>=1"]))
def test_outside_is_what_is_off_by_more_than_its_band(holdings: list[Holding], text: str) -> None:
    bands = read_bands(text)
    if not any(one.value for one in holdings):
        with pytest.raises(PlanError, match="worth nothing"):
            standings(holdings, bands)
        return
    plan = suggest_trades(holdings, 0, whole_shares=False)
    for one, order in zip(standings(holdings, bands), plan.orders, strict=True):
        assert one.weight == pytest.approx(order.weight_before, abs=Decimal("1e-9"))
        off = abs(one.weight - one.target) - one.band
        if abs(off) > Decimal("1e-8"):
            assert one.outside == (off > 0)


def test_on_the_edge_is_inside() -> None:
    found = standings([Holding("A", 55), Holding("B", 45)], Bands(points=Decimal("0.05")))
    assert not any(one.outside for one in found)
    found = standings([Holding("A", "55.01"), Holding("B", "44.99")], Bands(points=Decimal("0.05")))
    assert all(one.outside for one in found)


@pytest.mark.parametrize("goal", ["target", "edge", "halfway"])
@pytest.mark.parametrize("cash", [0, 300, -500])
def test_where_others_may_not_be_bought_no_more_is_sold_than_the_cash_asks_for(goal: Goal, cash: int) -> None:
    portfolio = [
        Holding("A", 8000, target="0.3"),
        Holding("B", 1000, target="0.3", highest=100),
        Holding("C", 1000, target="0.4", most="0.15"),
    ]
    plan = suggest_trades(portfolio, cash, "hard", bands="5", band_to=goal)
    assert plan.leftover == 0
    assert {order.symbol: order.amount for order in plan.orders if order.amount > 0} == {
        "B": 100,
        "C": (10000 + cash) * Decimal("0.15") - 1000,
    }


def test_where_others_may_not_be_sold_no_more_is_bought_than_the_cash_pays() -> None:
    portfolio = [Holding("A", 2000), Holding("B", 3900, lowest=-100), Holding("C", 4100, lowest=0)]
    plan = suggest_trades(portfolio, 0, "hard", bands="5")
    assert [order.amount for order in plan.orders] == [100, -100, 0]


def test_a_withdrawal_that_is_raised_buys_nothing_with_what_others_may_not_give() -> None:
    portfolio = [
        Holding("A", 14, target=25), Holding("B", 10, target=0), Holding("C", 21, target=75),
        Holding("D", 30, target=0, lowest=0, highest=0),
    ]  # fmt: skip
    plan = suggest_trades(portfolio, -20, "hard", bands="0", deviation="absolute", whole_shares=False)
    assert [order.amount for order in plan.orders] == [-10, -10, 0, 0]


def test_what_is_bought_less_still_buys_what_must_be_bought() -> None:
    portfolio = [
        Holding("A", 30, target=0, lowest=0, highest=0),
        Holding("B", 20, target=30, lowest=6),
        Holding("C", 10, target=30),
        Holding("D", 10, target=40),
    ]
    plan = suggest_trades(portfolio, 11, "hard", bands="0", whole_shares=False)
    # C and D share the other 5: 25 in all, as 30 to 40.
    assert [str(order.amount) for order in plan.orders] == ["0.00", "6.00", "0.71", "4.29"]


def test_where_sales_of_others_are_limited_one_is_sold_for_what_was_bought() -> None:
    portfolio = [
        Holding("A", 40, target=22, lowest=-3, highest=6),
        Holding("B", 38, target=23),
        Holding("C", 15, target=29),
        Holding("D", 4, target=26),
        Holding("E", 32, target=0, lowest=-8, highest=1),
    ]
    plan = suggest_trades(portfolio, 9, "hard", bands="10", band_to="halfway", whole_shares=False)
    assert [str(order.amount) for order in plan.orders] == ["-3.00", "-20.06", "16.14", "23.92", "-8.00"]


def test_what_stays_within_its_band_beside_a_purchase_that_is_limited_is_told_so() -> None:
    portfolio = [
        Holding("A", 38, target="18.75"),
        Holding("B", 24, target="66.6667", lowest=-7, highest=4),
        Holding("C", 14, target="14.5833", highest=0),
    ]
    plan = suggest_trades(portfolio, -8, "hard", bands="10", whole_shares=False)
    assert [order.amount for order in plan.orders] == [-12, 4, 0]
    assert plan.orders[2].reason == "41.2 % above its target, within its band"


def test_sales_that_nothing_may_be_bought_for_are_told_as_such() -> None:
    portfolio = [Holding("A", 5000, target=1, highest=0), Holding("D", 3000, target=0)]
    plan = suggest_trades(portfolio, -500, "hard")
    assert plan.leftover == 2500
    assert "The sales raise 2,500.00 more than asked: nothing may be bought for it." in plan.notices
