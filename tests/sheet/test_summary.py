"""What to do, in words: every order once, sales first, nothing said that the plan does not hold."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portfolios import etfs

from pbal_xl import Holding, Side, suggest_trades
from pbal_xl.settings import SETTINGS
from pbal_xl.sheet.summary import distance, flow, how_near, what_to_do

if TYPE_CHECKING:
    from pbal_xl.core.model import Strategy


def test_the_article_s_deposit_in_words() -> None:
    plan = suggest_trades(etfs(), 5000)
    assert what_to_do(plan) == ["Buy 10 VCR, 8 VDC, 2 VIS and 3 VNQ for 4,995.84; 4.16 stays in cash."]


def test_sales_come_first_where_they_pay_for_purchases() -> None:
    first, *_, last = what_to_do(suggest_trades(etfs(), 0, "hard"))
    assert first.startswith("First sell")
    assert "buy" in last


def test_a_withdrawal_says_what_it_raises_too_much() -> None:
    plan = suggest_trades(etfs(), -5000)
    assert what_to_do(plan)[-1].endswith(f"{plan.leftover:,} more than asked.")


def test_what_is_taken_out_is_told_above_zero_under_its_own_word() -> None:
    assert flow(suggest_trades(etfs(), -5000).invested) == ("Taken out", Decimal("5020.69"))
    assert flow(suggest_trades(etfs(), 5000).invested) == ("Invested", Decimal("4995.84"))
    assert flow(suggest_trades(etfs()).invested) == ("Invested", Decimal(0))


def test_amounts_are_told_where_shares_are_not_whole() -> None:
    plan = suggest_trades([Holding("A", 100, 30), Holding("B", 300, 40)], 100, whole_shares=False)
    assert what_to_do(plan) == ["Buy A for 100.00."]


def test_nothing_to_do_is_said() -> None:
    assert what_to_do(suggest_trades(etfs()))[0] == "Nothing to buy or sell."


@given(st.integers(1, 60), st.integers(-4000, 90000), st.sampled_from(["never-sell", "hard"]))
def test_every_order_is_named_once_with_its_shares_and_no_line_is_too_long(
    size: int, cash: int, strategy: Strategy
) -> None:
    holdings = [Holding(f"S{place}X", 100 + 37 * place % 900, 7 + place % 31) for place in range(size)]
    plan = suggest_trades(holdings, max(cash, -50 * size), strategy)
    lines = what_to_do(plan)
    said = " ".join(lines)
    for order in plan.orders:
        times = len(re.findall(rf"\b{order.symbol}\b", said))
        assert times == (order.side is not Side.HOLD)
        if times and plan.whole_shares and f"for {order.amount}" not in said:
            assert f"{abs(order.shares or 0):,f} {order.symbol}" in said or f"{order.symbol} for" in said
    assert max(map(len, lines)) <= 160


def test_with_class_targets_the_distance_is_that_of_the_classes() -> None:
    holdings = [
        Holding("AAA", 6000, 100, asset_class="Stocks"),
        Holding("BBB", 1000, 10, asset_class="Stocks"),
        Holding("CCC", 3000, 100, asset_class="Bonds"),
    ]
    near = distance(suggest_trades(holdings, 1000, targets={"Stocks": 60, "Bonds": 40}))
    # Of 11,000 the stocks should have 6,600 and the bonds 4,400; all of the cash goes to the bonds.
    assert (near.before, near.after) == (Decimal("1456.02"), Decimal("565.69"))


def test_the_distance_of_the_article_s_example() -> None:
    near = distance(suggest_trades(etfs(), 5000, whole_shares=False))
    assert near.after == pytest.approx(Decimal("10438.06"), abs=Decimal("0.01"))
    assert near.before > near.after


def test_the_certificate_says_no_more_than_the_plan_does() -> None:
    plan = suggest_trades(etfs(), 5000)
    assert how_near(replace(plan, gap_bound=Decimal(0))) == "Proved: no plan in whole shares comes nearer."
    limited = replace(plan, gap_bound=Decimal(0), max_gain=Decimal(0))
    assert how_near(limited) == "Proved: no plan in whole shares that keeps all settings comes nearer."
    assert how_near(replace(plan, gap_bound=Decimal("0.001"))).endswith("nearer by more than 0.01.")
    assert "not examined" in how_near(replace(plan, gap_bound=None))


@pytest.mark.parametrize("whole", [True, False])
def test_a_long_list_is_broken_before_it_is_too_long_for_a_page(whole: bool) -> None:
    holdings = [Holding(f"FUND{place:02}", 100, 7) for place in range(60)]
    lines = what_to_do(suggest_trades(holdings, 30_000, whole_shares=whole))
    assert len(lines) > 5
    # The end of the list is not broken off.
    assert all(60 < len(line) <= 119 for line in lines[:-2])


def test_what_is_left_over_is_told_in_the_last_line_as_long_as_that_fits() -> None:
    """One more letter in a name, and it has a line of its own."""
    lengths = []
    for letters in range(1, 29):
        holdings = [Holding(name * letters, 100, 7) for name in "ABCD"]
        *_, last = lines = what_to_do(suggest_trades(holdings, 30))
        assert ";" in lines[0] or len(lines) > 1
        if len(lines) == 1:
            assert len(last) <= 118
        else:
            assert len(f"{lines[-2]}; {last}") > 118
        lengths.append((len(lines), len(last)))
    assert [count for count, _ in lengths] == sorted(count for count, _ in lengths)
    assert {count for count, _ in lengths} >= {1, 2}


def test_a_name_too_long_for_a_sentence_is_cut_and_seen_to_be() -> None:
    [line] = what_to_do(suggest_trades([Holding("N" * 28, 100, 7), Holding("M" * 29, 100, 7)], 14))
    assert "N" * 28 + " " in line
    assert "M" * 27 + "\u2026" in line
    assert "M" * 28 not in line


FORBIDDING: dict[str, object] = {
    "bands": "5/25", "min_trade": 50, "max_trades": 9, "max_turnover": 10**6, "max_gain": 10**6,
    "fee": 1, "fee_percent": "0.1", "fee_limit": 90, "keep": 0,
}  # fmt: skip


@pytest.mark.parametrize("key", FORBIDDING)
def test_each_setting_that_can_stand_in_the_way_is_owned_up_to(key: str) -> None:
    plan = replace(suggest_trades(etfs(), 0, "hard"), gap_bound=Decimal(0))
    assert how_near(plan) == "Proved: no plan in whole shares comes nearer."
    change: dict[str, Any] = {key: FORBIDDING[key]}
    held = replace(plan, **change)
    assert how_near(held) == "Proved: no plan in whole shares that keeps all settings comes nearer."


def test_no_setting_that_stands_in_the_way_is_left_out() -> None:
    assert set(FORBIDDING) == {setting.key for setting in SETTINGS if setting.forbids}
    # What orders come in, how distance is measured and what the targets are forbid nothing.
    free = {setting.key for setting in SETTINGS if setting.of_plan and not setting.forbids}
    assert free == {
        "strategy", "cash", "increment", "whole_shares", "deviation", "band_to", "targets", "exposure",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cash", "said"), [("333.334", "Buy B for 333.33."), ("333.336", "Buy B for 333.33; 0.01 stays in cash.")]
)
def test_less_than_half_a_cent_is_not_said_to_stay_in_cash(cash: str, said: str) -> None:
    assert what_to_do(suggest_trades([Holding("A", 1000), Holding("B", 500)], cash)) == [said]
