"""Whole shares by classes: how trades are measured, and that what the search may look at is counted and kept to."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl import Holding, suggest_trades
from pbal_xl.core import budgets, class_halves, class_miss, class_shares
from pbal_xl.core.class_halves import Halves

if TYPE_CHECKING:
    from pbal_xl.core.class_miss import Missed
    from pbal_xl.core.model import Deviation, Plan


class _Counted(Halves):
    """Keeps every search that was made, and how often it looked."""

    made: list[_Counted]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.looks = 0
        self.made.append(self)

    def _among(self, *given: Any) -> bool:
        self.looks += 1
        return super()._among(*given)


@pytest.fixture
def search(monkeypatch: pytest.MonkeyPatch) -> _Counted:
    """A search at the best counts there are, by its own account."""
    monkeypatch.setattr(_Counted, "made", [], raising=False)
    monkeypatch.setattr(class_shares, "Halves", _Counted)
    holdings = [
        Holding("A", 500, 7, asset_class="Stocks"),
        Holding("B", 300, 11, asset_class="Stocks"),
        Holding("C", 200, 13, asset_class="Bonds"),
        Holding("D", 100, 3, asset_class="Bonds"),
    ]
    plan = suggest_trades(holdings, 150, targets={"Stocks": "0.6", "Bonds": "0.4"})
    assert plan.gap_bound == 0
    (made,) = _Counted.made
    made.left, made.looks = 100_000, 0
    return made


def test_every_partial_plan_that_is_listed_is_paid_for(search: _Counted) -> None:
    members, before = range(4), search.left
    sides, start = search._sides(float(10**9)), search._start(members)
    spans = [search._span(k, search.ranges[k]) for k in members]

    def listed() -> int | None:
        found = search._listed(start, members[:2], search.ranges[:2], spans, sides)
        return None if found is None else len(found)

    count = listed()
    assert count is not None
    assert before - search.left > count > 10
    # With one more than it takes it is done, with just as many it is not.
    taken = before - search.left
    search.left = taken + 1
    assert listed() == count
    assert search.left == 1
    search.left = taken
    assert listed() is None
    # What grows too wide is given up, and paid for as well.
    search.left, search.width = before, count // 2
    assert listed() is None
    assert search.left < before


def test_neighbours_are_looked_at_as_long_as_they_are_better_and_half_the_effort_is_left(search: _Counted) -> None:
    search._neighbours(range(4))
    # Each reach once: there is nothing better.
    assert search.looks == len(class_halves._STEPS)
    search.looks = search.left = 0
    search._neighbours(range(4))
    assert search.looks == 0


@pytest.mark.parametrize(("size", "seed"), [(16, 5), (24, 6)])
def test_where_targets_are_equal_relative_and_absolute_bounds_are_one(size: int, seed: int) -> None:
    rng = random.Random(seed)
    holdings = [
        Holding(
            f"H{k:02}",
            rng.randint(0, 4000) * 5,
            rng.choice([310, 570, 720, 1000, 2030, 11111, 7777]),
            asset_class="SBCD"[k % 4],
        )
        for k in range(size)
    ]

    def asked(deviation: Deviation) -> Plan:
        return suggest_trades(
            holdings, 25_000 + seed * 1000, targets=dict.fromkeys("SBCD", 25), deviation=deviation
        )

    one, other = asked("relative"), asked("absolute")
    assert [order.amount for order in one.orders] == [order.amount for order in other.orders]
    assert one.gap_bound
    assert other.gap_bound
    assert abs(one.gap_bound - other.gap_bound) < Decimal("0.001")


@pytest.mark.parametrize(
    ("wanted", "limit", "by_targets"), [(10, {}, True), (0, {}, False), (0, {"max_turnover": 37}, False)]
)
def test_a_deposit_is_measured_by_targets_only_where_its_exact_plan_is_the_nearest_to_them(
    monkeypatch: pytest.MonkeyPatch, wanted: int, limit: dict[str, Any], by_targets: bool
) -> None:
    """What must be bought although it is not wanted, and a turnover that leaves cash over, lead away from them."""
    found: list[Missed] = []
    measured = class_miss.missed_of

    def kept(*given: Any) -> Missed:
        found.append(measured(*given))
        return found[-1]

    monkeypatch.setattr(budgets, "missed_of", kept)
    holdings = [Holding("B", 185, 3, asset_class="B", lowest=5), Holding("S", 135, 7, asset_class="S")]
    suggest_trades(holdings, 68, deviation="absolute", targets={"S": 100 - wanted, "B": wanted}, **limit)
    assert found
    for one in found:
        assert (one.price > 0, one.idle, one.base > 0) == ((True, 0, True) if by_targets else (False, 1, False))


def test_a_deposit_larger_than_what_is_held_is_spent_to_the_last_unit() -> None:
    holdings = [Holding("A", 20, 7, asset_class="S"), Holding("B", 10, 3, asset_class="S")]
    plan = suggest_trades(holdings, 61, targets={"S": 100})
    assert [order.amount for order in plan.orders] == [49, 12]
    assert (plan.leftover, plan.gap_bound) == (0, 0)
