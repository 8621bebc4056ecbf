"""What a type checker says of the public names: mypy reads this file with the other tests, pytest runs it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import pandas as pd
import pytest
from typing_extensions import assert_type

from pbal_xl import (
    CellFaults,
    Deviation,
    Goal,
    Holding,
    InputError,
    Number,
    Order,
    PbalError,
    Plan,
    PlanError,
    Refused,
    Side,
    Strategy,
    holdings_from_frame,
    smallest_deposit,
    suggest_trades,
)

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_a_plan_and_its_orders() -> None:
    plan = assert_type(suggest_trades([Holding("VTI", 100, 10), Holding("BND", "50.5", 5.5)], 20), Plan)
    order = assert_type(plan.orders[0], Order)
    assert_type(order.symbol, str)
    assert_type(order.side, Side)
    assert_type(order.amount, Decimal)
    assert_type(order.shares, Decimal | None)
    assert_type(order.reason, str)
    assert_type(plan.invested, Decimal)
    assert_type(plan.level, Decimal | None)
    assert_type(plan.notices, tuple[str, ...])
    assert sum(one.amount for one in plan.orders) == plan.invested


def test_a_holding_takes_any_number_and_keeps_a_decimal() -> None:
    holding = Holding("VTI", "100", Decimal(10), gain=None, target=0.5)
    assert_type(holding.value, Decimal)
    assert_type(holding.price, Decimal | None)
    assert_type(holding.target, Decimal | None)
    assert holding.target == Decimal("0.5")


def test_the_types_of_arguments_have_public_names() -> None:
    def plan(cash: Number, strategy: Strategy, deviation: Deviation, band_to: Goal) -> Plan:
        return suggest_trades([Holding("VTI", 100, 10)], cash, strategy, deviation=deviation, band_to=band_to)

    assert plan("10", "never-sell", "absolute", "target").cash == 10


def test_any_sequence_of_holdings_and_every_setting_by_its_name() -> None:
    holdings: Sequence[Holding] = (Holding("VTI", 100, 10), Holding("BND", 50, 5))
    strategy: Literal["never-sell", "hard"] = "hard"
    plan = suggest_trades(holdings, Decimal(-5), strategy, increment=5, whole_shares=False, min_trade=None)
    assert plan.cash == -5
    assert_type(smallest_deposit(holdings), Decimal)


def test_frames_both_ways() -> None:
    frame = pd.DataFrame({"Symbol": ["VTI", "BND"], "Value": [100, 50]})
    holdings = holdings_from_frame(frame)
    assert_type(suggest_trades(holdings, 10).to_frame(), pd.DataFrame)


def test_what_is_no_word_of_a_setting_is_refused_by_both() -> None:
    with pytest.raises(InputError):
        suggest_trades([Holding("VTI", 100)], 10, "both")  # type: ignore[arg-type]


@pytest.mark.parametrize("error", [CellFaults, InputError, PlanError, Refused])
def test_every_error_is_one_of_ours(error: type[PbalError]) -> None:
    assert issubclass(error, PbalError)
