"""Holdings and plans as programs meet them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import FrozenInstanceError
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from portfolios import etfs

import pbal_xl
from pbal_xl import Holding, InputError, holdings_from_frame, suggest_trades


def test_the_public_names_exist_and_are_sorted() -> None:
    assert list(pbal_xl.__all__) == sorted(pbal_xl.__all__)
    for name in pbal_xl.__all__:
        assert getattr(pbal_xl, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = pbal_xl.nothing  # type: ignore[attr-defined]


def test_the_core_needs_the_standard_library_alone() -> None:
    code = (
        "import sys; from pbal_xl import Holding, suggest_trades; suggest_trades([Holding('A', 1, 1)], 1);"
        "print([m for m in ('numpy', 'pandas', 'openpyxl', 'lxml', 'xlwings') if m in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_missing_value_or_price_comes_from_the_quantity() -> None:
    assert Holding("A", quantity=3, price="2.50").value == Decimal("7.5")
    assert Holding("A", value=10, quantity=4).price == Decimal("2.5")
    assert Holding("A", value=10, quantity=3).price == Decimal("3.33333333")
    with pytest.raises(InputError, match="A: value is missing"):
        Holding("A", price=5)
    with pytest.raises(InputError, match="needs a symbol"):
        Holding("  ", 5)


@pytest.mark.parametrize("number", [5, "5", 5.0, Decimal(5), np.int64(5), np.float64(5), np.float32(5)])
def test_any_kind_of_number_is_taken(number: Any) -> None:
    assert Holding("A", number, number).value == 5


def test_plans_and_holdings_are_frozen() -> None:
    plan = suggest_trades(etfs(), 5000)
    for thing, name in ((plan, "cash"), (plan.orders[0], "amount"), (etfs()[0], "value")):
        with pytest.raises((FrozenInstanceError, AttributeError)):
            setattr(thing, name, 1)


def test_money_comes_out_as_decimal() -> None:
    plan = suggest_trades(etfs(), 5000.0)
    figures = [
        plan.cash,
        plan.invested,
        plan.leftover,
        plan.level,
        plan.drift_before,
        plan.drift_after,
        plan.gap_bound,
    ]
    figures += [order.amount for order in plan.orders]
    assert all(isinstance(figure, Decimal) for figure in figures)


def test_a_plan_becomes_a_frame() -> None:
    frame = suggest_trades(etfs(), 5000).to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert list(frame["symbol"]) == [holding.symbol for holding in etfs()]
    assert frame["amount"].sum() == Decimal("4995.84")
    assert set(frame["side"]) == {"buy", "hold"}


def test_where_three_figures_disagree_value_and_quantity_count_as_in_a_sheet() -> None:
    with pytest.warns(
        UserWarning, match=r"^A: the price is not value / quantity; value / quantity is used\.$"
    ) as told:
        held = Holding("A", value=1000, price="9.50", quantity=100)
    assert told[0].filename == __file__
    assert held.price == 10
    frame = pd.DataFrame({"Symbol": ["A"], "Value": [1000], "Price": [9.5], "Quantity": [100]})
    with pytest.warns(UserWarning, match="value / quantity is used"):
        (read,) = holdings_from_frame(frame)
    assert read == held


@pytest.mark.parametrize("value", [1000, "999.6", "1000.4", Decimal("999.999")])
def test_figures_that_agree_within_their_rounding_stay(value: Any) -> None:
    assert Holding("A", value=value, price="10.00", quantity=100).price == Decimal("10.00")


@pytest.mark.parametrize("factor", ["0.001", "0.1", "10", "100", "1000"])
def test_a_factor_that_only_a_misread_figure_explains_is_refused(factor: str) -> None:
    with pytest.raises(InputError, match=f"^A: value is {factor} x quantity x price "):
        Holding("A", value=1000 * Decimal(factor), price=10, quantity=100)


def test_a_value_far_from_quantity_times_price_is_doubted() -> None:
    pence = Holding("PENCE", 45, 4500, quantity=1, settled=True)
    plan = suggest_trades([pence, Holding("B", 60, 10)], 100)
    assert any("PENCE: quantity x price is 4,500.00, but the value is 45.00" in notice for notice in plan.notices)


def test_taking_everything_out_leaves_nothing() -> None:
    plan = suggest_trades(etfs(), "-112900.48", whole_shares=False)
    assert all(order.value_after == 0 and order.weight_after == 0 for order in plan.orders)
    assert plan.leftover == 0


def test_a_new_portfolio_of_nothing_is_bought_evenly() -> None:
    plan = suggest_trades([Holding("A", 0, 10), Holding("B", 0, 20)], 100)
    assert [order.amount for order in plan.orders] == [50, 40]
    assert [order.weight_before for order in plan.orders] == [0, 0]


def test_a_hard_rebalance_without_cash_tells_what_stays_over() -> None:
    plan = suggest_trades(etfs(), 0, "hard")
    assert plan.leftover > 0
    assert any(f"{plan.leftover:,} stays in cash" in notice for notice in plan.notices)
