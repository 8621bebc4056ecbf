"""Cents, increments and minimum trades, against slow and simple ways to the same."""

from __future__ import annotations

import heapq
import json
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import amounts, cents, distance_to_equal, etfs, portfolios

from pbal_xl import Holding, PlanError, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pbal_xl.core.model import Deviation


def lump_by_lump(holdings: Sequence[Holding], cash: Decimal | int, step: int) -> dict[str, Decimal]:
    """The article's rule: give lump after lump to the lowest holding, or take it off the highest."""
    sign = 1 if cash > 0 else -1
    heap: list[tuple[Decimal, Decimal, str]] = [(sign * h.value, h.gain or Decimal(0), h.symbol) for h in holdings]
    heapq.heapify(heap)
    moved = {h.symbol: Decimal(0) for h in holdings}
    for _ in range(int(abs(Decimal(cash)) // step)):
        value, gain, symbol = heapq.heappop(heap)
        heapq.heappush(heap, (value + step, gain + step, symbol))
        moved[symbol] += sign * step
    return moved


@given(portfolios(targets=False), st.integers(0, 200), st.sampled_from([1, 10, 100, 1000]))
def test_deposits_in_increments_are_those_of_giving_each_lump_to_the_lowest(
    holdings: list[Holding], lumps: int, step: int
) -> None:
    cash = Decimal(lumps * step)
    assert amounts(suggest_trades(holdings, cash, increment=step)) == lump_by_lump(holdings, cash, step)


@given(portfolios(targets=False), st.integers(0, 200), st.sampled_from([1, 10, 100]))
def test_withdrawals_in_increments_are_those_of_taking_each_lump_off_the_highest(
    holdings: list[Holding], lumps: int, step: int
) -> None:
    # Distinct values and rests, so that no tie is broken and no position is run down.
    holdings = [Holding(h.symbol, h.value + 500 + Decimal(i) / 1000) for i, h in enumerate(holdings)]
    cash = -Decimal(lumps * step)
    expected = lump_by_lump(holdings, cash, step)
    if all(h.value + expected[h.symbol] >= 0 for h in holdings):
        assert amounts(suggest_trades(holdings, cash, increment=step)) == expected


@given(portfolios(), cents(-20_000, 20_000), st.sampled_from([1, 10, 100, 1000]), st.booleans())
def test_increments_sum_to_the_largest_multiple_not_above_the_cash(
    holdings: list[Holding], cash: Decimal | int, step: int, hard: bool
) -> None:
    total = sum(h.value for h in holdings)
    cash = max(cash, -total)
    plan = suggest_trades(holdings, cash, "hard" if hard else "never-sell", increment=step)
    # Decimal's // cuts towards zero, Python's on integers goes down: a withdrawal takes one lump more.
    whole = int(cash * 100) // (step * 100) * step
    if all(order.amount % step == 0 for order in plan.orders):
        assert plan.invested == whole
    else:
        # Closing positions of odd size: the cash takes the difference.
        assert plan.invested <= cash


@given(portfolios(), cents(-20_000, 20_000), st.sampled_from([10, 100, 1000]), st.booleans())
def test_every_order_is_a_multiple_or_closes_its_position(
    holdings: list[Holding], cash: Decimal | int, step: int, hard: bool
) -> None:
    cash = max(cash, -sum((h.value for h in holdings), Decimal(0)))
    plan = suggest_trades(holdings, cash, "hard" if hard else "never-sell", increment=step)
    assert all(order.amount % step == 0 or order.value_after == 0 for order in plan.orders)


@given(portfolios(), cents(-20_000, 20_000), st.booleans(), st.sampled_from(["relative", "absolute"]))
def test_rounding_to_cents_moves_no_amount_by_a_whole_cent(
    holdings: list[Holding], cash: Decimal | int, hard: bool, deviation: Deviation
) -> None:
    cash = max(cash, -sum((h.value for h in holdings), Decimal(0)))
    wishes: dict[str, Any] = {
        "strategy": "hard" if hard else "never-sell",
        "deviation": deviation,
        "whole_shares": False,
    }
    plan = suggest_trades(holdings, cash, **wishes)
    exact = suggest_trades(holdings, cash, minor_unit="0.000000000001", **wishes)
    assert plan.leftover == 0
    for one, other in zip(plan.orders, exact.orders, strict=True):
        assert abs(one.amount - other.amount) < Decimal("0.01")
        assert one.amount == round(one.amount, 2)


@given(portfolios(targets=False, least=1, most=6), st.integers(1, 3000), st.sampled_from([100, 250, 900]))
@settings(max_examples=60)
def test_the_minimum_trade_chooses_the_best_of_all_sets_of_holdings(
    holdings: list[Holding], cash: int, least: int
) -> None:
    """Every set of buyers is tried: each buys the minimum, the rest is flooded among them."""
    plan = suggest_trades(holdings, cash, min_trade=least, whole_shares=False)
    if cash < least:
        assert plan.invested == 0
        return
    best = None
    for size in range(1, cash // least + 1):
        for buyers in combinations(holdings, size):
            raised = [Holding(h.symbol, h.value + least) for h in buyers]
            rest = suggest_trades(raised, cash - size * least)
            after = {order.symbol: order.value_after for order in rest.orders}
            share = (sum((h.value for h in holdings), Decimal(0)) + cash) / len(holdings)
            miss = sum((after.get(h.symbol, h.value) - share) ** 2 for h in holdings)
            best = miss if best is None else min(best, miss)
    assert distance_to_equal(plan, cash) <= float(best) ** 0.5 + 0.05


def test_a_deposit_below_the_minimum_buys_nothing_and_says_so() -> None:
    plan = suggest_trades(etfs(), 500, min_trade=1000, whole_shares=False)
    assert plan.invested == 0
    assert "too little" in plan.notices[0]


def test_a_withdrawal_below_the_minimum_raises_the_minimum() -> None:
    assert suggest_trades(etfs(), -500, min_trade=1000, whole_shares=False).invested == -1000


def test_a_withdrawal_the_minimum_makes_impossible_is_refused_with_its_figures() -> None:
    with pytest.raises(PlanError, match=r"180\.00 .* 100\.00"):
        suggest_trades([Holding("A", 90), Holding("B", 95)], -180, min_trade=100)


@pytest.mark.parametrize(
    ("rows", "cash", "step", "expected"),
    [
        # Value and target in percent; the second best of all multiples is near: in the last, 1 in 1,000,000.
        ([(35, 18), (70, 78), (115, 4)], 241, 50, [0, 200, 0]),
        ([(25, 30), (50, 70)], 65, 10, [20, 40]),
        ([(100, "43.8204"), (15, "33.7078"), (75, "8.9887"), (25, "13.4831")], 277, 10, [100, 140, 0, 30]),
    ],
)
def test_increments_by_targets_of_ones_own_are_the_best_of_all_multiples_however_near_the_second(
    rows: list[tuple[int, int | str]], cash: int, step: int, expected: list[int]
) -> None:
    targets = [Fraction(target) / 100 for _, target in rows]

    def missed(orders: Sequence[int]) -> Fraction:
        total = sum(value for value, _ in rows) + cash
        ends = [value + order for (value, _), order in zip(rows, orders, strict=True)]
        return sum(((end - t * total) ** 2 / t for end, t in zip(ends, targets, strict=True)), Fraction(0))

    multiples = [step * count for count in range(cash // step + 1)]
    sums = [one for one in product(multiples, repeat=len(rows)) if sum(one) == multiples[-1]]
    best = min(sums, key=missed)
    assert list(best) == expected
    holdings = [Holding(f"S{k}", value, target=target) for k, (value, target) in enumerate(rows)]
    assert [order.amount for order in suggest_trades(holdings, cash, increment=step).orders] == expected


@pytest.mark.parametrize(
    ("rows", "cash", "wishes", "expected"),
    [
        # Value, target in percent, and the least trade: S2 is worth no more than the minimum, and is closed.
        (
            [(3, 55, None), (0, 20, None), (2, 4, None), (11, 21, -5)],
            -4,
            {"increment": 3, "min_trade": 2, "max_trades": 2},
            {"S2": -2, "S3": -3},
        ),
        # S2 is worth one unit of money: without it there are no 13.
        (
            [(7, 10, -4), (12, 5, None), (1, 56, None), (6, 29, -5)],
            -13,
            {"increment": 6, "strategy": "hard"},
            {"S1": -12, "S2": -1},
        ),
    ],
)
def test_a_position_just_as_large_as_the_smallest_order_may_be_closed(
    rows: list[tuple[int, int, int | None]], cash: int, wishes: dict[str, Any], expected: dict[str, int]
) -> None:
    holdings = [Holding(f"S{k}", value, target=t, lowest=least) for k, (value, t, least) in enumerate(rows)]
    plan = suggest_trades(holdings, cash, minor_unit=1, **wishes)
    assert {order.symbol: order.amount for order in plan.orders if order.amount} == expected


def test_increments_are_the_articles_example() -> None:
    plan = suggest_trades(etfs(), 5000, increment=100)
    bought = {symbol: amount for symbol, amount in amounts(plan).items() if amount}
    assert bought == {"VCR": 2800, "VDC": 1500, "VIS": 600, "VNQ": 100}
    assert {order.symbol: round(order.shares, 3) for order in plan.orders if order.amount} == {
        "VCR": Decimal("10.011"), "VDC": Decimal("7.782"), "VIS": Decimal("2.943"), "VNQ": Decimal("1.203"),
    }  # fmt: skip


@given(portfolios(cheap=True), cents(-20_000, 20_000), st.sampled_from([None, 100]), st.integers(0, 6))
def test_fractional_shares_are_worth_their_amount_within_half_a_cent(
    holdings: list[Holding], cash: Decimal | int, step: int | None, dear: int
) -> None:
    cash = max(cash, -sum((h.value for h in holdings), Decimal(0)))
    holdings = [Holding(h.symbol, h.value, h.price * 10**dear) for h in holdings]
    for order in suggest_trades(holdings, cash, whole_shares=False, increment=step).orders:
        assert abs(order.shares * order.price - order.amount) <= Decimal("0.005")


@pytest.mark.parametrize("case", range(3))
def test_published_cases_come_out_to_the_cent(data: Path, case: int) -> None:
    published = json.loads((data / "published-cases.json").read_text(), parse_float=Decimal)[case]
    if "holdings" in published:
        holdings = [
            Holding(symbol, value, target=target)
            for (symbol, value), target in zip(published["holdings"], published["targets"], strict=True)
        ]
    else:
        holdings = etfs()
    increment = published["unit"].split()[1] if published["unit"].startswith("increment") else None
    plan = suggest_trades(
        holdings,
        published["cash"],
        published["strategy"],
        deviation=published.get("deviation", "relative"),
        increment=increment,
    )
    assert [order.amount for order in plan.orders] == published["amounts"]


@pytest.mark.parametrize(
    ("cash", "said"),
    [
        ("333.3333333", []),
        ("333.336", ["0.01 stays in cash: no further trade unit fits or comes nearer to the targets."]),
        ("-333.336", []),
        ("-333.3333333", ["The sales raise 0.01 more than asked: trades come in whole units."]),
        ("0.004", ["0.004 is too little for one trade unit, so nothing is bought."]),
    ],
)
def test_what_is_left_of_a_cent_is_not_told_as_nothing(cash: str, said: list[str]) -> None:
    plan = suggest_trades([Holding("A", 1000), Holding("B", 500)], cash)
    assert list(plan.notices) == said
