"""What a plan says of an order is so: how far it was from its target, and why it trades or rests."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mixed import drawn_case, drawn_targets
from portfolios import etfs, reasons
from reason_claims import Told, false_claims

from pbal_xl import Holding, PlanError, suggest_trades
from pbal_xl.core import describe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pbal_xl.core.model import Strategy


def test_the_article_s_deposit_gives_its_reasons_with_figures() -> None:
    said = reasons(suggest_trades(etfs(), 5000))
    assert said["VCR"] == "42.3 % below its target, lowest of all"
    assert said["VDC"] == "32.1 % below its target, among the lowest"
    assert said["VAW"] == "15.2 % below its target, but others are lower"
    assert said["VOX"] == "19.4 % below its target, but only 59.58 would be bought, less than one share (105.39)"
    assert said["VSMAX"] == "70.5 % above its target, a deposit sells nothing"


@pytest.mark.parametrize(("cash", "said"), [(1000, "10.0 % below"), (-1000, "12.5 % above")])
def test_one_holding_alone_is_neither_among_the_lowest_nor_among_the_highest(cash: int, said: str) -> None:
    (reason,) = reasons(suggest_trades([Holding("VWCE", 9000, "120.5")], cash)).values()
    assert reason == f"{said} its target, the only holding"
    beside = [Holding("VWCE", 9000, "120.5", target=1), Holding("OLD", 0, 50, target=0)]
    assert reasons(suggest_trades(beside, cash))["VWCE"] == f"{said} its target, the only one with a target"


def test_the_article_s_small_deposit_names_the_share_that_is_too_dear() -> None:
    said = reasons(suggest_trades(etfs(), 200))
    assert "one share costs 279.68" in said["VCR"]


def test_in_money_where_the_deviation_is_absolute() -> None:
    holdings = [Holding("A", 100, target="0.5"), Holding("B", 300, target="0.3"), Holding("C", 200, target="0.2")]
    said = reasons(suggest_trades(holdings, 60, deviation="absolute"))
    assert said["A"] == "230.00 below its target, lowest of all"


def test_an_order_away_from_its_target_does_not_say_it_was_brought_there() -> None:
    holdings = [
        Holding("OLD", 0, 10, target=0),
        Holding("A", 100, 7, target="0.5"),
        Holding("B", 90, 13, target="0.5"),
    ]
    plan = suggest_trades(holdings, 10, "hard")
    assert plan.orders[1].amount < 0
    assert "because no other sum" in plan.orders[1].reason


@given(
    st.lists(st.integers(0, 10**6), min_size=1, max_size=9),
    st.integers(-(10**5), 10**6),
    st.sampled_from(["never-sell", "hard"]),
    st.sampled_from([None, False]),
)
def test_the_figure_and_the_side_are_those_of_the_values(
    values: list[int], cash: int, strategy: Strategy, whole: bool | None
) -> None:
    holdings = [Holding(f"S{place}", value, 1 + place) for place, value in enumerate(values)]
    total = sum(values) + max(cash, -sum(values))
    plan = suggest_trades(holdings, total - sum(values), strategy, whole_shares=whole)
    target = Decimal(total) / len(values)
    for order in plan.orders:
        found = re.match(r"([\d,]+\.\d) % (above|below) its target", order.reason)
        if not found:
            assert abs(order.value_before - target) <= target / 1000 or not target
            continue
        side = 1 if found[2] == "above" else -1
        share = side * Decimal(found[1].replace(",", ""))
        assert share == pytest.approx(100 * (order.value_before - target) / target, abs=Decimal("0.051"))


@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.integers(1, 500))
def test_lowest_of_all_is_said_of_the_one_lowest_alone(values: list[int], cash: int) -> None:
    holdings = [Holding(f"S{place}", value) for place, value in enumerate(values)]
    said = [order.reason for order in suggest_trades(holdings, cash).orders]
    least = min(values)
    alone = values.count(least) == 1
    assert [reason.endswith("lowest of all") for reason in said] == [alone and v == least for v in values]


@pytest.mark.parametrize("cases", [300, pytest.param(10_000, marks=pytest.mark.long)])
def test_notices_of_money_tell_what_is_left_and_name_the_limit_that_leaves_it(cases: int) -> None:
    told = named = 0
    for case in range(cases):
        holdings, cash, wishes = drawn_case(f"notices/{case}", 10)
        try:
            plan = suggest_trades(holdings, cash, **wishes)
        except PlanError:
            continue
        left = plan.leftover - Decimal(wishes.get("keep") or 0)
        units = [_unit(holding, wishes) for holding in holdings]
        orders = sum(1 for order in plan.orders if order.amount)
        turnover = sum(abs(order.amount) for order in plan.orders)
        full = {
            "max_trades": orders == wishes.get("max_trades"),
            "max_turnover": turnover + min(units) > wishes.get("max_turnover", Decimal("Infinity")),
        }
        told_of = re.compile(r"(?:The sales raise )?([\d,]+\.\d+) (stays|more than|is too)")
        money = [found for found in map(told_of.match, plan.notices) if found]
        # Withdrawn is never less than asked, kept never more than is told; of parts of a cent nothing is.
        least = Decimal(wishes.get("minor_unit", "0.01")) / 2
        assert len(money) == (left >= least or (left > 0 and not orders)), (case, plan.notices, left)
        for found in money:
            told += 1
            assert abs(Decimal(found[1].replace(",", "")) - left) <= Decimal("0.005"), (case, plan.notices, left)
        for notice in plan.notices:
            if limit := re.search(r"(max_\w+) allows no further order", notice):
                named += 1
                assert full.get(limit[1]), (case, notice)
            if "no further trade unit fits" in notice and any(full.values()):
                assert left < min(units), (case, notice)
    assert told > cases // 20
    assert named > cases // 200


def _unit(holding: Holding, wishes: dict[str, Any]) -> Decimal:
    if wishes.get("increment"):
        return Decimal(wishes["increment"])
    lot = holding.lot or (1 if wishes["whole_shares"] else "fraction")
    return Decimal("0.01") if isinstance(lot, str) else lot * (holding.price or Decimal(1))


def test_what_is_to_stay_beyond_the_deposit_is_told() -> None:
    plan = suggest_trades([Holding("A", 5000), Holding("B", 5000)], 500, keep=1000)
    assert plan.invested == -500
    assert plan.notices[0] == "1,000.00 is to stay in cash, more than the 500.00 there is: sales raise the rest."
    kept = suggest_trades([Holding("A", 5000), Holding("B", 5000)], 1500, keep=1000)
    assert not any("sales raise the rest" in notice for notice in kept.notices)


def test_a_fund_of_the_exposure_that_is_not_there_is_named() -> None:
    held = [Holding("A", 500, asset_class="Stocks"), Holding("B", 500, asset_class="Bonds")]
    exposure = {"a": {"Stocks": 50, "Bonds": 50}, "AORR": {"Stocks": 60, "Bonds": 40}}
    plan = suggest_trades(held, 100, targets={"Stocks": 50, "Bonds": 50}, exposure=exposure)
    assert plan.notices[0] == "The exposure names AORR, which is no holding here."
    assert sum("no holding here" in notice for notice in plan.notices) == 1


def _judged(asked: Iterable[tuple[list[Holding], Decimal, dict[str, Any]]]) -> int:
    """How many orders were judged; none claims what is not so."""
    judged = 0
    for holdings, cash, wishes in asked:
        try:
            plan = suggest_trades(holdings, cash, **wishes)
        except PlanError:
            continue
        judged += len(plan.orders)
        assert not false_claims(Told(holdings, cash, wishes, plan)), (holdings, cash, wishes)
    return judged


@pytest.mark.parametrize(("first", "cases"), [(0, 600), pytest.param(600, 30_000, marks=pytest.mark.long)])
def test_all_that_reasons_claim_is_so_with_every_rule_mixed(first: int, cases: int) -> None:
    asked = (drawn_case(f"reasons/{case}", 10) for case in range(first, first + cases))
    assert _judged(one for one in asked if "targets" not in one[2]) > 2 * cases


_ROUGH: tuple[tuple[str, float, tuple[Any, ...]], ...] = (
    ("max_gain", 0.7, (-10, 0, 1, 10, 50)),
    ("max_turnover", 0.3, (50, 100, 333, 500)),
    ("min_trade", 0.2, (5, 50)),
    ("max_trades", 0.2, (1, 2, 3)),
    ("increment", 0.15, (10, 50)),
    ("fee", 0.15, (1, 5)),
    ("fee_limit", 0.1, (2, 10)),
    ("keep", 0.1, (10, 100)),
)


def _budgeted(case: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    """Few holdings of rough figures under budgets: what is kept for its gain, and what is sold in its place."""
    rng = random.Random(f"budgeted/{case}")
    size = rng.randint(1, 6)
    targets: list[Any] = rng.choice([[None] * size, drawn_targets(rng, size, 0.2)])
    bounds: tuple[dict[str, Any], ...] = (
        {}, {}, {}, {"lowest": 0}, {"highest": 0}, {"lowest": -50}, {"most": "0.4"},
    )  # fmt: skip
    values: list[Any] = [0, 50, 100, 300, 900, Decimal(rng.randint(0, 99999)) / 100]
    holdings = [
        Holding(
            f"H{k}",
            rng.choice(values),
            rng.choice([7, 10, 33]),
            rng.choice([-100, 0, 0, 20, 100, 400]),
            targets[k],
            **rng.choice(bounds),
        )
        for k in range(size)
    ]
    wishes = {name: rng.choice(values) for name, part, values in _ROUGH if rng.random() < part}
    wishes["strategy"] = rng.choice(["never-sell", "never-sell", "hard"])
    wishes["deviation"] = rng.choice(["relative", "absolute"])
    wishes["whole_shares"] = rng.random() < 0.3 and "increment" not in wishes
    return holdings, Decimal(rng.choice([-10, -100, -333, 0, 50, 400])), wishes


@pytest.mark.parametrize(("first", "cases"), [(0, 1000), pytest.param(1000, 30_000, marks=pytest.mark.long)])
def test_all_that_reasons_claim_under_budgets_is_so(first: int, cases: int) -> None:
    assert _judged(map(_budgeted, range(first, first + cases))) > cases


def test_what_all_reasons_need_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    furthest, kept = describe._Teller._furthest_bound, describe.limits_kept

    def counted_furthest(teller: Any, **which: bool) -> int | None:
        asked.append("furthest")
        return furthest(teller, **which)

    def counted_kept(*of: Any) -> str:
        asked.append("kept")
        return kept(*of)

    monkeypatch.setattr(describe._Teller, "_furthest_bound", counted_furthest)
    monkeypatch.setattr(describe, "limits_kept", counted_kept)
    holdings = [Holding(f"H{k}", 1000 + 7 * k % 400, 10, gain=k % 90) for k in range(300)]
    for strategy in ("never-sell", "hard"):
        asked.clear()
        suggest_trades(holdings, 20_000, strategy, max_gain=500)
        assert len(asked) <= 3


@pytest.mark.parametrize(
    ("wishes", "notice"),
    [
        ({"bands": "5/25"}, "The bands have no effect: they are for Hard Rebalance."),
        ({"band_to": "edge"}, "Where bands lead back to has no effect: there are no bands."),
        ({"strategy": "hard", "band_to": "halfway"}, "Where bands lead back to has no effect: there are no bands."),
        ({"fee_limit": 1}, "The fee limit has no effect: there is no fee."),
    ],
)
def test_a_setting_that_changes_nothing_is_told_to_change_nothing(wishes: dict[str, Any], notice: str) -> None:
    plan, without = (
        suggest_trades(etfs(), 5000, **wishes),
        suggest_trades(etfs(), 5000, wishes.get("strategy", "never-sell")),
    )
    assert [order.amount for order in plan.orders] == [order.amount for order in without.orders]
    assert plan.notices == (*without.notices, notice)


@pytest.mark.parametrize(
    "wishes",
    [
        {"strategy": "hard", "bands": "5/25", "band_to": "edge"},
        {"fee": 1, "fee_limit": 1},
        {"fee_percent": "0.1", "fee_limit": 1},
        {"band_to": "target"},
    ],
)
def test_a_setting_that_acts_is_not_told_to_change_nothing(wishes: dict[str, Any]) -> None:
    assert not [one for one in suggest_trades(etfs(), 5000, **wishes).notices if "no effect" in one]


def test_a_plan_that_ends_further_from_the_targets_says_so() -> None:
    holdings = [Holding("A", 500, 10, lowest=0), Holding("B", 500, 10)]
    plan = suggest_trades(holdings, -300)
    assert plan.notices[-1] == (
        "This ends further from the targets than before: the largest drift rises from 0.00 % to 21.43 %."
    )
    assert not [one for one in suggest_trades(holdings, 300).notices if "ends further" in one]


def test_what_rounding_to_shares_adds_to_the_drift_is_no_news() -> None:
    plan = suggest_trades([Holding("A", 50000, 10), Holding("B", 50000, 1000)], 100)
    assert plan.drift_before < plan.drift_after
    assert not [one for one in plan.notices if "ends further" in one]


@pytest.mark.parametrize("seed", range(300))
def test_it_is_said_exactly_where_the_drift_rises_by_a_tenth_of_a_point(seed: int) -> None:
    holdings, cash, wishes = drawn_case(f"rising/{seed}", 6)
    try:
        plan = suggest_trades(holdings, cash, **wishes)
    except PlanError:
        return
    rises = plan.drift_after >= plan.drift_before + Decimal("0.001")
    nothing_left = not any(order.value_after for order in plan.orders)
    said = any("ends further from the targets" in one for one in plan.notices)
    assert said == (rises and not nothing_left and plan.targets is None)


def test_taking_all_out_is_not_called_a_drift() -> None:
    assert not [one for one in suggest_trades([Holding("A", 5, 1)], -5).notices if "ends further" in one]
