"""Blocks beside a plan: instalments, margin, and what fewer orders would reach."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl import Holding, suggest_trades
from pbal_xl.sheet.blocks import Loan, instalment_items, loan_items
from pbal_xl.sheet.fewer import fewer_orders
from pbal_xl.sheet.more import More, more_of
from pbal_xl.sheet.summary import distance
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from pbal_xl.setting import Settings
    from pbal_xl.sheet.layout import Item

HOLDINGS = [Holding("AAA", 1000, 10), Holding("BBB", 500, 7), Holding("CCC", 100, 3), Holding("DDD", 900, 4)]
MADE = dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.timezone.utc)


def labelled(items: list[Item]) -> dict[object, object]:
    names = {item.row: item.value for item in items if item.column == 1}
    return {names[item.row]: item.value for item in items if item.column == 3 and item.row in names}


def test_instalments_carry_on_what_is_left_and_their_orders_add_up() -> None:
    plan = suggest_trades(HOLDINGS, 100)
    more = more_of(HOLDINGS, plan, {"instalments": 3, "cash": Decimal(100)})
    items = instalment_items(more.instalments, 10)
    cash = [item.value for item in items if item.column == 3 and isinstance(item.value, Decimal)]
    left = [item.value for item in items if item.column == 5 and isinstance(item.value, Decimal)]
    assert len(cash) == len(left) == 3
    assert cash == [100, 100 + left[0], 100 + left[1]]
    words = [item.value for item in items if item.column == 6][1:]
    assert all(str(said).startswith("Buy ") for said in words)
    assert [item.value for item in items if item.column == 1][1:] == ["1 of 3", "2 of 3", "3 of 3"]
    rows = [item.row for item in items]
    assert rows == sorted(rows)
    assert rows[0] == 10


def test_margin_tells_the_fall_and_warns_of_a_large_loan() -> None:
    plan = suggest_trades(HOLDINGS, 0)
    small = loan_items(plan, Loan(Decimal(500), Decimal(25)), 20)
    assert labelled(small)["Loan of the assets"] == Decimal("0.2")
    assert round(float(str(labelled(small)["Fall to a margin call"])), 4) == 0.7333
    assert not [item for item in small if str(item.value).startswith("A loan should")]
    large = loan_items(plan, Loan(Decimal(1000), Decimal(30)), 20)
    assert [item for item in large if str(item.value).startswith("A loan should stay below a fifth")]


def test_the_best_plan_with_fewer_orders_is_that_of_the_rule_and_no_nearer() -> None:
    settings: Settings = {"cash": Decimal(1500), "whole_shares": False}
    plan = suggest_trades(HOLDINGS, 1500, whole_shares=False)
    found = fewer_orders(HOLDINGS, plan, settings)
    count = sum(1 for order in plan.orders if order.amount)
    assert found is not None
    assert 0 < found.orders < count
    ruled = suggest_trades(HOLDINGS, 1500, whole_shares=False, max_trades=count - 1)
    assert found.distance == distance(ruled).after
    assert found.distance >= distance(plan).after
    layout = trades_layout(plan, source="P!A1", made=MADE, more=More(fewer=found))
    said = " ".join(str(item.value) for item in layout.items)
    assert f"The best plan with fewer orders ({found.orders})" in said


def test_nothing_is_said_of_fewer_orders_where_one_is_all() -> None:
    plan = suggest_trades(HOLDINGS, 3)
    assert fewer_orders(HOLDINGS, plan, {"cash": Decimal(3)}) is None
