"""What the program of the article got wrong, each done right."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from portfolios import amounts, cents, etfs, portfolios

from pbal_xl import Holding, InputError, PlanError, suggest_trades


@given(portfolios(), cents(0, 20_000))
def test_whole_shares_never_overspend(holdings: list[Holding], cash: Decimal) -> None:
    assert suggest_trades(holdings, cash).invested <= cash


@given(portfolios(), cents(-20_000, 20_000))
def test_hard_rebalances_add_up_to_the_cash(holdings: list[Holding], cash: Decimal) -> None:
    cash = max(cash, -sum((h.value for h in holdings), Decimal(0)))
    plan = suggest_trades(holdings, cash, "hard", whole_shares=False)
    assert sum(order.amount for order in plan.orders) == cash


def test_a_withdrawal_shorts_nothing() -> None:
    plan = suggest_trades([Holding("A", 900), Holding("B", 800)], -1000, increment=1000)
    # No multiple of 1000 is left of either: both are closed, and the cash takes the difference.
    assert amounts(plan) == {"A": -900, "B": -800}
    assert plan.leftover == 700
    assert all(order.value_after >= 0 for order in plan.orders)


def test_what_an_increment_leaves_over_is_told() -> None:
    plan = suggest_trades(etfs(), 5055, increment=100)
    assert plan.invested == 5000
    assert plan.leftover == 55
    assert any("55.00" in notice for notice in plan.notices)


def test_ties_need_no_binary_equality() -> None:
    holdings = [Holding("B", 0.1 + 0.2, gain=5), Holding("A", "0.3", gain=1)]
    exact = [Holding("B", "0.3", gain=5), Holding("A", "0.3", gain=1)]
    assert amounts(suggest_trades(exact, 1, increment=1)) == {"A": 1, "B": 0}
    # 0.1 + 0.2 is told apart from 0.3 beyond twelve decimals only, so it is the same holding.
    assert amounts(suggest_trades(holdings, 1, increment=1)) == {"A": 1, "B": 0}


def test_a_symbol_twice_loses_no_row() -> None:
    with pytest.raises(PlanError, match="vti occurs more than once"):
        suggest_trades([Holding("VTI", 100), Holding("vti", 200), Holding("BND", 50)], 10)


@pytest.mark.parametrize("cash", ["inf", float("inf"), "-Infinity", Decimal("Infinity"), 1e400, "1e400", 10**16])
def test_endless_cash_is_refused(cash: Any) -> None:
    with pytest.raises(InputError, match="cash must be"):
        suggest_trades(etfs(), cash)


@pytest.mark.parametrize("cash", ["nan", float("nan"), Decimal("NaN"), Decimal("sNaN")])
def test_cash_that_is_no_number_is_refused(cash: Any) -> None:
    with pytest.raises(InputError, match="cash must be a finite number, is"):
        suggest_trades(etfs(), cash)


@pytest.mark.parametrize(
    ("field", "figure", "sentence"),
    [
        ("price", 0, "VTI: price must be above 0, is 0"),
        ("price", "-3", "VTI: price must be above 0, is -3"),
        ("value", -500, "VTI: value must be at least 0, is -500"),
        ("value", "abc", "VTI: value must be a number, is 'abc'"),
        ("value", True, "VTI: value must be a number, is True"),
        ("value", "1_000", "VTI: value must be a number, is '1_000'"),
        ("target", "-0.1", "VTI: target must be at least 0, is -0.1"),
        ("quantity", "nan", "VTI: quantity must be a finite number, is 'nan'"),
        ("gain", "inf", "VTI: gain must be a finite number, is 'inf'"),
    ],
)
def test_a_figure_that_cannot_be_used_is_named_with_its_symbol(
    field: str, figure: int | str, sentence: str
) -> None:
    figures: dict[str, Any] = {"value": 100, "price": 10, field: figure}
    with pytest.raises(InputError) as caught:
        Holding("VTI", **figures)
    assert str(caught.value) == sentence


def test_withdrawing_more_than_there_is_names_both_figures() -> None:
    with pytest.raises(PlanError, match=r"cannot withdraw 200,000\.00: the holdings are worth 112,900\.48"):
        suggest_trades(etfs(), -200_000)
    with pytest.raises(PlanError, match="cannot withdraw"):
        suggest_trades(etfs(), -200_000, "hard")


@pytest.mark.parametrize(
    ("targets", "sentence"),
    [
        (["0.4", "0.5"], "targets must sum to 1 or 100 %, sum to 0.9; raise them by 0.1 in all"),
        (["40", "50"], "targets must sum to 1 or 100 %, sum to 90; raise them by 10 in all"),
        (["0.7", "0.5"], "targets must sum to 1 or 100 %, sum to 1.2; lower them by 0.2 in all"),
        (["70", "50"], "targets must sum to 1 or 100 %, sum to 120; lower them by 20 in all"),
        ([0, 0], "all targets are 0; at least one must be above 0"),
        (["0.5", None], "B has no target while other holdings have one; give every holding a target"),
    ],
)
def test_targets_that_make_no_whole_are_refused_with_their_sum(targets: list[Any], sentence: str) -> None:
    holdings = [Holding(symbol, 100, target=target) for symbol, target in zip("AB", targets, strict=True)]
    with pytest.raises(PlanError) as caught:
        suggest_trades(holdings, 100)
    assert str(caught.value) == sentence


def test_thirds_written_with_two_decimals_are_thirds() -> None:
    for third in ("33.33", "0.3333"):
        plan = suggest_trades([Holding(symbol, 0, target=third) for symbol in "ABC"], 300)
        assert list(amounts(plan).values()) == [100, 100, 100]


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"strategy": "buy"}, 'strategy must be "never-sell" or "hard", is \'buy\''),
        ({"deviation": "square"}, 'deviation must be "relative" or "absolute", is \'square\''),
        ({"increment": -5}, "increment must be above 0, is -5"),
        ({"increment": "0.001"}, "increment must be a multiple of 0.01, is 0.001"),
        ({"min_trade": "x"}, "minimum trade must be a number, is 'x'"),
        ({"minor_unit": 0}, "minor unit must be above 0, is 0"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(wishes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        suggest_trades(etfs(), 100, **wishes)
    assert str(caught.value) == sentence


def test_whole_shares_without_a_price_are_refused_only_when_wanted() -> None:
    holdings = [Holding("A", 100, 10), Holding("B", 100)]
    with pytest.raises(PlanError, match="B has no price"):
        suggest_trades(holdings, 50)
    assert suggest_trades(holdings, 50, whole_shares=False).invested == 50
    assert not suggest_trades([Holding("A", 100), Holding("B", 90)], 50).whole_shares
    with pytest.raises(PlanError, match="A has no price"):
        suggest_trades([Holding("A", 100)], 50, whole_shares=True)


def test_no_holdings_are_refused() -> None:
    with pytest.raises(PlanError, match="no holdings"):
        suggest_trades([], 100)


def test_the_callers_decimal_context_changes_nothing() -> None:
    from decimal import ROUND_CEILING, Inexact, localcontext

    expected = suggest_trades(etfs(), 5000, "hard", whole_shares=False)
    with localcontext() as context:
        context.prec = 3
        context.rounding = ROUND_CEILING
        context.traps[Inexact] = True
        assert suggest_trades(etfs(), 5000, "hard", whole_shares=False) == expected


def test_binary_floats_count_by_what_they_show() -> None:
    assert Holding("A", 0.1).value == Decimal("0.1")
    rng = random.Random(7)
    for _ in range(200):
        number = rng.uniform(0, 1e6)
        assert abs(Holding("A", number).value - Decimal(repr(number))) < Decimal("1e-12")


def test_what_is_no_holding_or_no_choice_is_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="made of Holding objects"):
        suggest_trades(["VTI"], 100)  # type: ignore[list-item]
    with pytest.raises(InputError, match="whole shares must be True, False or None, is 'no'"):
        suggest_trades(etfs(), 100, whole_shares="no")  # type: ignore[arg-type]
