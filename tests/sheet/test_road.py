"""The road between the strategies: from no gain to the full rebalance, each step nearer to the targets."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import etfs

from pbal_xl import Holding, suggest_trades
from pbal_xl.sheet.looks import Kind
from pbal_xl.sheet.more import More
from pbal_xl.sheet.road import road_of
from pbal_xl.sheet.summary import distance
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from pbal_xl.core.model import Strategy

MADE = dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc)


def test_the_article_s_road_goes_from_no_gain_to_the_full_rebalance() -> None:
    road = road_of(etfs(), suggest_trades(etfs(), 0, "hard"))
    assert len(road) == 8
    assert road[0].gain == 0
    assert road[-1].gain == pytest.approx(Decimal("1829.41"), abs=Decimal("0.2"))
    assert road[-1].distance == pytest.approx(0, abs=0.05)


def test_of_a_deposit_it_begins_with_never_sell() -> None:
    road = road_of(etfs(), suggest_trades(etfs(), 5000, "hard"))
    least = distance(suggest_trades(etfs(), 5000, whole_shares=False)).after
    assert road[0].distance == pytest.approx(least, abs=Decimal("0.1"))


MONEY = st.integers(1, 20_000)


@given(st.lists(st.tuples(MONEY, st.integers(0, 40)), min_size=2, max_size=7), st.integers(0, 9000))
def test_more_gain_never_leads_further_away(rows: list[tuple[int, int]], cash: int) -> None:
    holdings = [
        Holding(f"S{at}", value, 10, Decimal(value * percent) / 100) for at, (value, percent) in enumerate(rows)
    ]
    road = road_of(holdings, suggest_trades(holdings, cash, "hard"))
    for before, after in pairwise(road):
        assert before.gain < after.gain
        assert after.distance <= before.distance + Decimal("0.05")


@pytest.mark.parametrize(
    ("cash", "strategy", "rules"),
    [(5000, "never-sell", {}), (0, "hard", {"max_trades": 3}), (0, "hard", {"bands": "5/25"})],
)
def test_where_it_says_nothing_there_is_none(cash: int, strategy: Strategy, rules: dict[str, Any]) -> None:
    assert road_of(etfs(), suggest_trades(etfs(), cash, strategy, **rules)) == ()


def test_without_gains_there_is_none() -> None:
    bare = [Holding(one.symbol, one.value, one.price) for one in etfs()]
    assert road_of(bare, suggest_trades(bare, 0, "hard")) == ()


def test_the_sheet_shows_it_as_a_table_and_a_line() -> None:
    plan = suggest_trades(etfs(), 0, "hard")
    road = road_of(etfs(), plan)
    layout = trades_layout(plan, source="P!A1", made=MADE, more=More(road=road))
    weights, line = layout.charts
    assert (weights.kind, line.kind) == ("columns", "lines")
    cells = {(item.row, item.column): item for item in layout.items}
    span = line.categories
    shown = [cells[row, 3].value for row in range(span.first_row, span.last_row + 1)]
    assert shown == [point.gain for point in road]
    [(_, reached)] = line.series
    assert [cells[row, 4].value for row in range(reached.first_row, reached.last_row + 1)] == [
        point.distance for point in road
    ]
    assert cells[span.first_row - 1, 4].kind is Kind.HEADING_RIGHT
    places = [(item.row, item.column) for item in layout.items]
    assert places == sorted(places)
    assert layout.page.area.last_row == max(row for row, _ in places)
