"""The trades sheet's layout, before any program writes it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import etfs

from pbal_xl import Holding, Side, suggest_trades
from pbal_xl.sheet.looks import FORMATS, LOOKS, Kind, rgb
from pbal_xl.sheet.orders_table import in_order
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from pbal_xl.core.model import Plan, Strategy
    from pbal_xl.sheet.layout import Item, Layout

MADE = dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.timezone.utc)


def layout_of(plan: Plan, **more: Any) -> Layout:
    return trades_layout(plan, source="Portfolio!A2:D12", made=MADE, **more)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(1, 8))
    cents = st.integers(0, 10**7).map(lambda amount: Decimal(amount) / 100)
    priced = draw(st.booleans())
    holdings = [
        Holding(f"S{place}", draw(cents), draw(st.integers(1, 500)) if priced else None, draw(st.none() | cents))
        for place in range(size)
    ]
    worth = sum(one.value for one in holdings)
    cash = draw(st.integers(-int(worth), 10**6))
    strategy: Strategy = draw(st.sampled_from(["never-sell", "hard"]))
    return suggest_trades(holdings, cash, strategy, whole_shares=draw(st.sampled_from([None, False])))


def cells(layout: Layout) -> dict[tuple[int, int], Item]:
    return {(item.row, item.column): item for item in layout.items}


def column(layout: Layout, heading: str) -> list[Any]:
    head = next(item for item in layout.items if item.row == layout.table.first_row and item.value == heading)
    found = cells(layout)
    return [found[row, head.column].value for row in range(layout.table.first_row + 1, layout.table.last_row + 1)]


def total(layout: Layout, heading: str) -> Decimal:
    head = next(item for item in layout.items if item.row == layout.table.first_row and item.value == heading)
    found = cells(layout)[layout.table.last_row + 1, head.column].value
    assert isinstance(found, Decimal)
    return found


@given(plans())
def test_the_table_holds_one_row_an_order(plan: Plan) -> None:
    layout = layout_of(plan)
    traded = [order for order in plan.orders if order.side is not Side.HOLD]
    rested = [order for order in plan.orders if order.side is Side.HOLD]
    assert column(layout, "Symbol") == [order.symbol for order in [*traded, *rested]]
    assert column(layout, "Amount") == [order.amount for order in [*traded, *rested]]
    assert layout.table.last_row - layout.table.first_row == len(plan.orders)
    assert layout.table.last_column == len(layout.widths)
    found = cells(layout)
    for row in range(layout.table.first_row, layout.table.last_row + 1):
        for place in range(1, layout.table.last_column + 1):
            assert (row, place) in found


@given(plans())
def test_totals_are_the_sums_of_their_columns(plan: Plan) -> None:
    layout = layout_of(plan)
    for heading in ("Amount", "Value before", "Value after"):
        assert total(layout, heading) == sum(column(layout, heading))
    assert total(layout, "Amount") == plan.invested
    for heading in ("Weight before", "Weight after", "Target"):
        assert float(total(layout, heading)) == pytest.approx(float(sum(column(layout, heading))), abs=1e-6)


@given(plans())
def test_no_cell_is_written_twice_and_none_holds_a_formula(plan: Plan) -> None:
    layout = layout_of(plan, notices=["=1+1 is only text"])
    places = [(item.row, item.column) for item in layout.items]
    assert len(places) == len(set(places))
    assert places == sorted(places)
    for item in layout.items:
        assert item.value is None or isinstance(item.value, (str, Decimal))
        assert not isinstance(item.value, Decimal) or item.value.is_finite()


@given(plans())
def test_numbers_are_formatted_and_every_kind_has_a_look(plan: Plan) -> None:
    for item in layout_of(plan).items:
        assert item.kind in LOOKS
        if isinstance(item.value, Decimal):
            assert item.kind in FORMATS


def test_every_kind_has_a_look() -> None:
    assert set(LOOKS) == set(Kind)


@given(plans())
def test_the_chart_shows_the_weights_of_all_orders(plan: Plan) -> None:
    layout = layout_of(plan)
    [chart] = layout.charts
    spans = [chart.categories, *(span for _, span in chart.series)]
    assert {(span.first_row, span.last_row) for span in spans} == {
        (layout.table.first_row + 1, layout.table.last_row)
    }
    headings = [cells(layout)[layout.table.first_row, span.first_column].value for _, span in chart.series]
    assert headings == ["Weight before", "Weight after", "Target"]


def test_a_chart_of_too_many_holdings_is_left_out() -> None:
    plan = suggest_trades([Holding(f"S{place}", 100) for place in range(61)], 1000)
    layout = layout_of(plan)
    assert layout.charts == ()
    # Without it nothing is left blank for it: a single row parts the notes from what stands above.
    rows = sorted({item.row for item in layout.items})
    assert max(after - before for before, after in pairwise(rows)) == 2


@given(plans())
def test_rows_that_rest_are_quiet_and_the_headings_stay_in_view(plan: Plan) -> None:
    layout = layout_of(plan)
    assert layout.freeze == (layout.table.first_row + 1, 2)
    for row, order in enumerate(in_order(plan.orders), layout.table.first_row + 1):
        kinds = {item.kind for item in layout.items if item.row == row and item.column != 2}
        quieted = {kind for kind in kinds if kind.value.startswith("quiet_")}
        assert (kinds - quieted <= {Kind.REASON}) if order.side is Side.HOLD else not quieted


@given(plans())
def test_nothing_stands_where_the_chart_is_drawn(plan: Plan) -> None:
    layout = layout_of(plan)
    for chart in layout.charts:
        rows_high = chart.height / 0.53  # a row of 15 points, in cm
        beside = [
            item.row
            for item in layout.items
            if chart.anchor[0] <= item.row < chart.anchor[0] + rows_high and item.column >= chart.anchor[1]
        ]
        assert beside == []


def test_notices_of_plan_and_reader_stand_below() -> None:
    plan = suggest_trades([Holding("A", 100, 7), Holding("B", 100, 9)], 20)
    items = layout_of(plan, notices=["SPAXX** is cash."]).items
    texts = [str(item.value) for item in items if item.kind is Kind.NOTE]
    assert "SPAXX** is cash." in texts
    assert set(plan.notices) <= set(texts)
    assert any("Portfolio!A2:D12" in text for text in texts)
    assert "2024-02-29 12:30" in texts[-1]


@given(plans())
def test_shares_show_parts_only_where_there_are_parts(plan: Plan) -> None:
    layout = layout_of(plan)
    head = next(item for item in layout.items if item.row == layout.table.first_row and item.value == "Shares")
    whole = all(order.shares is None or order.shares == int(order.shares) for order in plan.orders)
    rows = range(layout.table.first_row + 1, layout.table.last_row + 1)
    told = [item for item in layout.items if item.column == head.column and item.row in rows]
    # Rows without an order have a quieter look, in which nothing is a dash.
    assert not any(item.value for item in told if item.kind is Kind.QUIET_SHARES)
    kinds = {FORMATS.get(item.kind) for item in told if item.kind is not Kind.QUIET_SHARES}
    assert kinds <= {FORMATS[Kind.SHARES] if whole else FORMATS[Kind.PARTS]}


@given(plans())
def test_gains_are_told_where_something_is_sold_and_nowhere_else(plan: Plan) -> None:
    layout = layout_of(plan)
    headings = {item.value for item in layout.items if item.row == layout.table.first_row}
    assert ("Gain realised" in headings) == any(order.side is Side.SELL for order in plan.orders)


def test_a_colour_is_its_three_parts() -> None:
    assert rgb(0x12FF80) == (0x12, 0xFF, 0x80)
    assert rgb(0xFFFFFF) == (255, 255, 255)


def labels(layout: Layout) -> dict[str, Any]:
    """What stands behind each label below the table."""
    found = cells(layout)
    return {
        str(item.value): found[item.row, 3].value
        for item in layout.items
        if item.kind is Kind.LABEL and (item.row, 3) in found
    }


def test_a_withdrawal_is_told_as_taken_out_and_above_zero() -> None:
    said = labels(layout_of(suggest_trades(etfs(), -5000)))
    assert said["Taken out"] == Decimal("5020.69")
    assert "Invested" not in said
    assert labels(layout_of(suggest_trades(etfs(), 5000)))["Invested"] == Decimal("4995.84")


def test_a_level_is_told_only_where_there_is_one() -> None:
    assert labels(layout_of(suggest_trades(etfs(), 5000)))["Level"] == Decimal("9559.72400000")
    ruled = suggest_trades(etfs(), 5000, "hard", bands="5/25")
    assert ruled.level is None
    assert "Level" not in labels(layout_of(ruled))


def test_names_stand_before_the_reasons_and_behind_the_numbers_in_sentences() -> None:
    held = [Holding("IE00B4L5Y983", 100, 10, name="World"), Holding("IE00BKM4GZ66", 300, 10)]
    layout = layout_of(suggest_trades(held, 100))
    headings = [item.value for item in layout.items if item.row == layout.table.first_row]
    assert headings[-3:] == ["Target", "Name", "Why"]
    assert column(layout, "Name") == ["World", None]
    assert cells(layout)[2, 1].value == "Buy 10 IE00B4L5Y983 (World) for 100.00."
    without = layout_of(suggest_trades([Holding("A", 100, 10), Holding("B", 300, 10)], 100))
    assert "Name" not in [item.value for item in without.items]


def test_a_long_name_is_cut_in_sentences_and_keeps_its_column_narrow() -> None:
    held = [Holding("IE00B4L5Y983", 100, 10, name="World " * 30), Holding("B", 300, 10)]
    layout = layout_of(suggest_trades(held, 100))
    assert column(layout, "Name")[0] == ("World " * 30).strip()
    assert layout.widths[10] == 40
    assert len(str(cells(layout)[2, 1].value)) < 70


def test_classes_are_told_with_their_weights_before_after_and_wanted() -> None:
    held = [Holding("A", 600, asset_class="Stocks"), Holding("B", 400, asset_class="Bonds")]
    plan = suggest_trades(held, 200, targets={"Stocks": 50, "Bonds": 50})
    layout = layout_of(plan)
    top = next(item.row for item in layout.items if item.value == "Classes")
    found = cells(layout)
    told = [[found[row, place].value for place in (1, 3, 4, 5)] for row in (top + 1, top + 2)]
    half = Decimal("0.5")
    assert told == [["Stocks", Decimal("0.6"), half, half], ["Bonds", Decimal("0.4"), half, half]]
    assert [found[top, place].value for place in (3, 4, 5)] == ["Weight before", "Weight after", "Target"]
    assert all(len(str(found[top, place].value)) < layout.widths[place - 1] for place in (3, 4, 5))
