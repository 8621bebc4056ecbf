"""Margin calls."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import cents

from pbal_xl import Holding, suggest_trades
from pbal_xl.core.margin import describe_margin, fall_to_margin_call
from pbal_xl.errors import InputError


@pytest.mark.parametrize(
    ("value", "loan", "maintenance", "percent"),
    [
        (100, 20, 25, "73.33"),
        (100, 20, 30, "71.43"),
        (100, 20, 40, "66.67"),
        # A share at 50, half of it borrowed: the call comes below 33.33.
        (50, 25, 25, "33.33"),
        # A share at 25, half of it borrowed, at 30 %: below 17.86.
        (25, "12.5", 30, "28.57"),
    ],
)
def test_known_margin_calls(value: int, loan: int | str, maintenance: int, percent: str) -> None:
    assert round(100 * fall_to_margin_call(value, loan, maintenance), 2) == Decimal(percent)


@given(cents(1, 10**6), cents(0, 10**6), st.integers(0, 99))
def test_after_the_fall_the_own_part_is_just_what_the_broker_wants(
    value: Decimal, loan: Decimal, maintenance: int
) -> None:
    fall = fall_to_margin_call(value, loan, maintenance)
    left = value * (1 - fall)
    own = left - loan
    if fall:
        assert abs(own - left * maintenance / 100) <= value * Decimal("1e-9")
    else:
        assert own <= left * maintenance / 100 + value * Decimal("1e-9")


@pytest.mark.parametrize(("value", "loan", "maintenance"), [(0, 1, 25), (1, -1, 25), (1, 1, 100), (1, 1, -1)])
def test_a_figure_out_of_its_range_is_refused(value: int, loan: int, maintenance: int) -> None:
    with pytest.raises(InputError, match="must be"):
        fall_to_margin_call(value, loan, maintenance)


def test_a_plan_with_a_loan_tells_the_fall_and_warns_of_a_large_loan() -> None:
    plan = suggest_trades([Holding("A", 100), Holding("B", 60)], 40, whole_shares=False)
    assert describe_margin(plan, 40) == (
        "With the loan of 40.00, 20.00 % of the assets, a fall of 73.33 % in value triggers a margin call "
        "at 25 % maintenance."
    )
    assert describe_margin(plan, 50).endswith("A loan should stay below 20 % of the assets.")
    assert "is due already" in describe_margin(plan, 160)
