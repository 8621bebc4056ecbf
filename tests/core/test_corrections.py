"""What earlier plans got wrong, each by name; the search for its siblings is in test_adversary."""

from __future__ import annotations

import random
import time
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import allowed
from portfolios import amounts, cents, etfs, portfolios

from pbal_xl import Holding, InputError, PlanError, smallest_deposit, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Plan, Strategy


def traded(plan: Plan) -> dict[str, Decimal]:
    return {symbol: amount for symbol, amount in amounts(plan).items() if amount}


def reasons(plan: Plan) -> dict[str, str]:
    """Why, by symbol: without how far each is from its target."""
    return {order.symbol: order.reason.partition(", ")[2] for order in plan.orders}


# -- bounds of one's own ---------------------------------------------------------------------------------------


def bounded(symbol: str, **bounds: Any) -> list[Holding]:
    return [Holding(h.symbol, h.value, h.price, h.gain, **(bounds if h.symbol == symbol else {})) for h in etfs()]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            (bounded("VSMAX", lowest=0), 0, "hard"),
            (
                "FTEC -4688.88 VAW 311.12 VCR 3512.64 VDC 2311.12 VHT -1689.31 VIS 1311.12 VNQ 811.12 VOX 810.98 "
                "VPU -2689.87"
            ),
        ),
        (
            (bounded("VCR", highest=0), 5000, "never-sell"),
            "VAW 200.03 VDC 2200.03 VIS 1200.03 VNQ 700.03 VOX 699.89",
        ),
        ((bounded("VSMAX", lowest=0), -5000, "never-sell"), "FTEC -3332.86 VHT -333.29 VPU -1333.85"),
    ],
)
def test_locked_holdings_leave_the_others_at_one_level(
    asked: tuple[list[Holding], int, Strategy], expected: str
) -> None:
    holdings, cash, strategy = asked
    plan = suggest_trades(holdings, cash, strategy, whole_shares=False)
    words = expected.split()
    wanted = dict(zip(words[::2], map(Decimal, words[1::2]), strict=True))
    assert set(traded(plan)) == set(wanted)
    assert all(abs(amount - wanted[symbol]) <= Decimal("0.01") for symbol, amount in traded(plan).items())
    assert plan.invested == cash


def test_a_withdrawal_that_locks_forbid_names_them_and_what_the_others_are_worth() -> None:
    holdings = [Holding("VTI", 5000, lowest=0), Holding("BND", 4000, lowest=0), Holding("GLD", 1200)]
    with pytest.raises(PlanError) as caught:
        suggest_trades(holdings, -2000)
    assert str(caught.value) == (
        "cannot withdraw 2,000.00: BND and VTI are locked, and the others are worth only 1,200.00"
    )
    with pytest.raises(PlanError, match=r"2,000\.00: sales of BND are limited, and all sales raise only 1,700\.00"):
        suggest_trades([Holding("BND", 4000, lowest=-500), Holding("GLD", 1200)], -2000)


def test_cash_that_nobody_may_take_stays_and_says_whose_bound_keeps_it() -> None:
    plan = suggest_trades([Holding("A", 100, highest=40), Holding("B", 900, highest=0)], 100, whole_shares=False)
    assert traded(plan) == {"A": 40}
    assert plan.notices == ("60.00 stays in cash: A and B are not to be bought further.",)
    assert reasons(plan)["A"] == "traded as far as its own limit allows"


def test_bounds_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(InputError, match="A: lowest trade must not be above the highest, 5, is 10"):
        Holding("A", 100, lowest=10, highest=5)
    with pytest.raises(PlanError, match=r"A must trade 10\.00 at the least, but is not to be bought"):
        suggest_trades([Holding("A", 100, lowest=10), Holding("B", 100)], -50)
    with pytest.raises(PlanError, match=r"A must trade -10\.00 at the most, but is not to be sold"):
        suggest_trades([Holding("A", 100, highest=-10), Holding("B", 100)], 50)
    with pytest.raises(PlanError, match=r"A must trade -200\.00 at the most, but can trade -100\.00"):
        suggest_trades([Holding("A", 100, highest=-200), Holding("B", 100)], 0, "hard")
    with pytest.raises(PlanError, match=r"A must be bought for 500\.00, more than the cash"):
        suggest_trades([Holding("A", 100, lowest=500), Holding("B", 100)], 200)


# -- never a hang ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("holdings", "cash", "wishes"),
    [
        ([("BRK.A", 2_980_000, 745_000), ("FUND", 3_000_000, 1)], -100_000, {}),
        ([(f"D{i}", 70_000 + i, 50_000) for i in range(10)] + [(f"P{i}", 60_000 + i, "0.01") for i in range(10)], 0,
         {"strategy": "hard"}),
        ([(f"S{i}", 12_000_000 + 977 * i, 37 + i) for i in range(10)], 1_000_000, {"min_trade": 5000}),
    ],
)  # fmt: skip
def test_dear_beside_cheap_shares_take_no_second(
    holdings: list[tuple[str, int, Any]], cash: int, wishes: dict[str, Any]
) -> None:
    held = [Holding(*one) for one in holdings]
    start = time.process_time()
    plan = suggest_trades(held, cash, **wishes)
    assert time.process_time() - start < allowed(0.5)
    assert plan.leftover < 60
    assert plan.gap_bound < 1


# -- withdrawals and holdings that are not wanted ----------------------------------------------------------------


def test_a_laggard_is_left_alone_by_a_withdrawal() -> None:
    plan = suggest_trades([Holding("LEAD", 20_000, 95), Holding("LAG", 5_000, 83)], -300)
    assert traded(plan) == {"LEAD": -380}


@given(portfolios(least=2, most=8), cents(1, 20_000), st.sampled_from([None, 100, 1000]))
def test_withdrawals_in_lumps_sell_only_what_the_exact_plan_sells_if_that_is_enough(
    holdings: list[Holding], cash: Decimal, step: int | None
) -> None:
    cash = -min(cash, sum((h.value for h in holdings), Decimal(0)))
    exact = amounts(suggest_trades(holdings, cash, whole_shares=False, minor_unit="0.0000001"))
    plan = suggest_trades(holdings, cash, increment=step)
    enough = sum(h.value // h.price * h.price for h in holdings if exact[h.symbol] < 0) >= -cash
    if enough or step:
        assert all(exact[symbol] < 0 for symbol in traded(plan))


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("cash", [0, 250, -250])
def test_a_target_of_zero_is_never_bought_and_always_sold_out_in_a_hard_rebalance(whole: bool, cash: int) -> None:
    holdings = [
        Holding("OLD", 0, 7, target=0),
        Holding("GONE", 1030, 50, target=0),
        Holding("A", 3000, 170, target="0.5"),
        Holding("B", 2000, 230, target="0.5"),
    ]
    plan = traded(suggest_trades(holdings, cash, "hard", whole_shares=whole))
    assert "OLD" not in plan
    assert plan["GONE"] == (-1000 if whole else -1030)


# -- a bound that is true --------------------------------------------------------------------------------------


def test_selling_more_is_found_where_it_pays() -> None:
    held = [(2982, 42), (3648, 456), (4331, 71), (1736, 31), (3392, 1696), (6372, 54)]
    plan = suggest_trades([Holding(f"S{i}", value, price) for i, (value, price) in enumerate(held)], -8834)
    wished = suggest_trades(
        [Holding(f"S{i}", value) for i, (value, price) in enumerate(held)], -8834, minor_unit="0.000001"
    )
    missed = sum((a.amount - b.amount) ** 2 for a, b in zip(plan.orders, wished.orders, strict=True))
    assert (missed + plan.leftover**2).sqrt() < 880
    assert plan.gap_bound == 0


def test_a_plan_that_was_not_examined_has_no_bound() -> None:
    assert suggest_trades([Holding("A", 1000, 600), Holding("B", 100, 600)], -620).gap_bound is None
    closed = suggest_trades([Holding("A", 950, target=0), Holding("B", 950, target=1)], 0, "hard", increment=100)
    assert closed.gap_bound is None


# -- the minimum trade -----------------------------------------------------------------------------------------


def test_a_possible_withdrawal_is_not_refused_for_its_minimum() -> None:
    plan = suggest_trades([Holding("A", 3000), Holding("B", 3000), Holding("C", 500)], -4000, min_trade=2010)
    assert traded(plan) == {"A": -2010, "B": -2010}
    shares = [Holding("A", 1000, 600), Holding("B", 1000, 600)]
    plan = suggest_trades(shares, -1500, min_trade=100)
    assert amounts(plan) == amounts(suggest_trades(shares, -1500))
    assert plan.invested == -1500
    assert traded(suggest_trades([Holding("A", 260), Holding("B", 90)], -250, min_trade=250, increment=100)) == {
        "A": -260
    }


def test_holdings_that_are_not_wanted_are_sold_first_with_a_minimum_too() -> None:
    holdings = [Holding("A", 5000, target="0.5"), Holding("B", 4000, target="0.5"), Holding("Z", 900, target=0)]
    assert traded(suggest_trades(holdings, -800, min_trade=500, whole_shares=False)) == {"Z": -800}
    assert traded(suggest_trades(holdings, -1600, min_trade=500, whole_shares=False)) == {"A": -700, "Z": -900}


def test_a_hard_rebalance_with_a_minimum_searches_who_trades() -> None:
    plan = suggest_trades([Holding("A", 1100), Holding("B", 1050), Holding("C", 850)], 0, "hard", min_trade=120)
    assert traded(plan)["C"] >= 120
    assert traded(suggest_trades(etfs(), 0, "hard", min_trade=500, whole_shares=False))["VHT"] <= -500


# -- rounding --------------------------------------------------------------------------------------------------


def test_rounding_turns_no_order_round() -> None:
    holdings = [Holding("A", "0.8"), Holding("B", "0.6"), Holding("C", "0.6")]
    for strategy in ("never-sell", "hard"):
        assert all(amount <= 0 for amount in amounts(suggest_trades(holdings, -1, strategy, minor_unit=1)).values())


@given(portfolios(), cents(-20_000, 20_000), st.sampled_from([None, 10, 1000]), st.booleans())
def test_no_hard_order_goes_against_the_exact_plan(
    holdings: list[Holding], cash: Decimal, step: int | None, whole: bool
) -> None:
    cash = max(cash, -sum((h.value for h in holdings), Decimal(0)))
    exact = amounts(suggest_trades(holdings, cash, "hard", whole_shares=False, minor_unit="0.0000001"))
    plan = suggest_trades(holdings, cash, "hard", increment=step, whole_shares=whole)
    if not any("fractions" in notice for notice in plan.notices):
        turned = [symbol for symbol, amount in amounts(plan).items() if amount * exact[symbol] < 0]
        # Only where nothing else raises the cash.
        raised = sum(h.value // h.price * h.price for h in holdings if exact[h.symbol] < 0)
        assert not turned or raised < -cash


def test_a_closed_position_breaks_the_multiple_and_the_cash_takes_the_difference() -> None:
    plan = suggest_trades([Holding("A", 950, target=0), Holding("B", 950, target=1)], 0, "hard", increment=100)
    assert amounts(plan) == {"A": -950, "B": 900}
    assert plan.leftover == 50


def test_fractions_are_sold_only_as_far_as_they_are_missing() -> None:
    plan = suggest_trades([Holding("A", 1000, 600), Holding("B", 100, 600)], -620)
    assert amounts(plan) == {"A": -620, "B": 0}
    assert plan.leftover == 0


def test_shares_of_a_dear_fraction_are_worth_the_amount() -> None:
    plan = suggest_trades([Holding("A", 1_400_000, 700_000), Holding("B", 1000, 10)], -100, whole_shares=False)
    sold = plan.orders[0]
    assert abs(sold.shares * sold.price + 100) <= Decimal("0.005")


def test_an_increment_overrules_whole_shares_and_says_so_once() -> None:
    plan = suggest_trades(etfs(), 5000, increment=100, whole_shares=True)
    assert not plan.whole_shares
    assert sum("increment rules" in notice for notice in plan.notices) == 1
    assert not any("increment rules" in notice for notice in suggest_trades(etfs(), 5000, increment=100).notices)


# -- true words ------------------------------------------------------------------------------------------------


def test_the_reasons_of_the_worked_example_are_true() -> None:
    little = suggest_trades(etfs(), 200)
    assert traded(little) == {"VDC": Decimal("192.75")}
    assert reasons(little)["VCR"] == (
        "but one share costs 279.68, more than the cash of 200.00 (fractions of a share would buy a part)"
    )
    assert reasons(little)["VIS"] == "but others are lower"
    usual = reasons(suggest_trades(etfs(), 5000))
    assert usual["VOX"] == "but only 59.58 would be bought, less than one share (105.39)"
    assert usual["VAW"] == "but others are lower"
    assert usual["VSMAX"] == "a deposit sells nothing"
    for cash in (-300, -5000):
        taken = reasons(suggest_trades(etfs(), cash))
        assert taken["VSMAX"] == "highest of all"
        assert taken["FTEC"] == "but others are higher"
        assert taken["VCR"] == "a withdrawal buys nothing"
    hard = suggest_trades(etfs(), 0, "hard")
    for order in hard.orders:
        if order.amount:
            off = abs(order.value_after - Decimal("11290.048"))
            assert ("brought to its target" in order.reason) == (off <= order.price)


def test_too_little_is_said_only_where_every_wanted_unit_costs_more() -> None:
    holdings = [Holding("A", 100, 300), Holding("B", 100, 90)]
    assert "too little for one trade unit" in suggest_trades(holdings, 50).notices[0]
    affordable = suggest_trades([Holding("A", 100, 300), Holding("B", 149, 49)], 50)
    assert affordable.notices == ("50.00 stays in cash: no trade unit comes nearer to the targets.",)
    assert "the minimum trade of 500.00" in suggest_trades(holdings, 400, min_trade=500).notices[0]


def test_the_minimum_trade_is_a_reason() -> None:
    plan = suggest_trades([Holding("A", 900), Holding("B", 1000), Holding("C", 1100)], 150, min_trade=100)
    assert reasons(plan)["B"] == "but only 25.00 would be bought, less than the minimum trade of 100.00"


def test_a_refusal_never_gives_one_figure_for_two() -> None:
    with pytest.raises(PlanError) as caught:
        suggest_trades([Holding("A", "100.001")], "-100.004", minor_unit="0.001")
    assert str(caught.value) == "cannot withdraw 100.004: the holdings are worth 100.001"


@pytest.mark.parametrize("wrong", [0, 1, "no", 0.0])
def test_whole_shares_are_yes_or_no(wrong: Any) -> None:
    with pytest.raises(InputError, match="whole shares must be True, False or None"):
        suggest_trades(etfs(), 100, whole_shares=wrong)


def test_the_minor_unit_is_above_zero_everywhere_and_gains_are_in_it() -> None:
    with pytest.raises(InputError, match="minor unit must be above 0"):
        smallest_deposit(etfs(), minor_unit=0)
    plan = suggest_trades([Holding("A", 1000, gain=333), Holding("B", 10)], -100, minor_unit=1)
    assert plan.orders[0].gain_realised == 33
    plan = suggest_trades([Holding("A", 1000, gain="0.333"), Holding("B", 10)], -100, minor_unit="0.0001")
    assert plan.orders[0].gain_realised == Decimal("0.0333")


def test_an_increment_above_all_positions_is_no_reason_to_refuse() -> None:
    holdings = [Holding(symbol, value, 100) for symbol, value in zip("ABCD", (0, 0, 100, 200), strict=True)]
    for strategy in ("hard", "never-sell"):
        # A whole position is sold where no multiple fits: the highest, or the one that raises little too much.
        plan = suggest_trades(holdings, "-2.78", strategy, increment=100_000, max_trades=2)
        assert traded(plan) == ({"D": -200} if strategy == "never-sell" else {"C": -100})
        assert not traded(suggest_trades(holdings, 5200, strategy, increment=100_000, min_trade=500))
    held = [Holding("A", "416.66", highest=3714, target="0.5"), Holding("B", 10**7, target="0.5")]
    plan = suggest_trades(held, 10**6, "hard", increment=100_000, fee="2.95")
    assert not plan.orders[0].amount


def test_no_order_at_all_is_a_plan_too() -> None:
    holdings = [Holding("A", 0, 10), Holding("B", 900, 10, target=None)]
    for strategy in ("hard", "never-sell"):
        for whole in (True, False):
            plan = suggest_trades(holdings, 500, strategy, max_trades=0, whole_shares=whole)
            assert not traded(plan)
            assert plan.leftover == 500
    # Of what is not wanted only as much is sold as orders allow.
    unwanted = [Holding("A", 1000, target=1), Holding("B", 600, target=0), Holding("C", 300, target=0)]
    assert traded(suggest_trades(unwanted, -500, "hard", max_trades=1)) == {"B": -500}
    with pytest.raises(PlanError, match=r"cannot withdraw 50\.00 with max_trades 0"):
        suggest_trades(unwanted, -50, "hard", max_trades=0)


def test_bands_that_locks_keep_from_their_money_end_in_time() -> None:
    holdings = [
        Holding("A", 5_222, target="0.25"),
        Holding("B", 7_000, target="0.02"),
        Holding("C", 0, target="0.34"),
        Holding("D", 8_092_136, target="0.24"),
        Holding("E", 9_418_915, target="0.15", lowest=0),
    ]
    start = time.process_time()
    plan = suggest_trades(holdings, 0, "hard", bands="5/25", band_to="halfway", whole_shares=False)
    assert time.process_time() - start < allowed(0.5)
    orders = traded(plan)
    assert orders["D"] < -3_000_000
    assert "E" not in orders
    assert plan.leftover <= Decimal("0.05")


def test_no_share_is_sold_that_is_not_held() -> None:
    # The value is newer than the price: 30 shares at 33.33 are 999.90.
    plan = suggest_trades([Holding("A", 1000, "33.33", quantity=30, settled=True)], "-999.95", whole_shares=False)
    assert plan.orders[0].shares == -30


def test_the_smallest_order_worth_its_fees_counts_the_fees_as_they_are_rounded() -> None:
    # (2.00 + half a cent) over (2 % - 1 %) is 200.50, and its fees are 4.01.
    holdings = [Holding("A", 0), Holding("B", 100_000)]
    wishes: dict[str, Any] = {"fee": 2, "fee_percent": 1, "fee_limit": 2}
    assert traded(suggest_trades(holdings, "204.51", **wishes)) == {"A": Decimal("200.50")}
    assert not traded(suggest_trades(holdings, "204.50", **wishes))


def test_a_percentage_is_from_nothing_to_below_a_hundred() -> None:
    holdings = [Holding("A", 0), Holding("B", 100)]
    assert traded(suggest_trades(holdings, 100, fee_percent=0)) == {"A": 100}
    for percent in (-1, 100):
        with pytest.raises(InputError, match="fee_percent must be from 0 to below 100 percent"):
            suggest_trades(holdings, 100, fee_percent=percent)


def test_what_must_be_sold_leaves_the_rest_to_what_is_not_wanted() -> None:
    holdings = [
        Holding("U", 10, target=0),
        Holding("X", 10, target="0.5", highest=-3),
        Holding("Y", 10, target="0.5", highest=-1),
    ]
    assert traded(suggest_trades(holdings, -5, whole_shares=False)) == {"U": -1, "X": -3, "Y": -1}


def test_nothing_is_on_its_targets_without_a_deposit() -> None:
    assert smallest_deposit([Holding("A", 0), Holding("B", 0)]) == 0
    assert smallest_deposit([Holding("A", "0.01"), Holding("B", 0)]) == Decimal("0.01")


@pytest.mark.parametrize("bands", [None, "3"])
@pytest.mark.parametrize("increment", [100, None])
@pytest.mark.parametrize("lowest", [-2597, -2500, None])
def test_a_deposit_does_not_lie_idle_because_selling_what_is_not_wanted_takes_the_only_order(
    bands: str | None, increment: int | None, lowest: int | None
) -> None:
    holdings = [
        Holding("Unwanted", 35_571, target=0, lowest=lowest),
        Holding("Leader", 30_629_200, target="0.338", lowest=-3125),
        Holding("Locked", 32_225, target="0.268", highest=0),
        Holding("Low", 65_740, target="0.394"),
    ]
    wishes = {"max_trades": 1, "bands": bands, "increment": increment}
    plan = suggest_trades(holdings, 304_697, "hard", **wishes)  # type: ignore[arg-type]
    placed = 304_600 if increment else 304_697
    assert [order.amount for order in plan.orders] == [0, 0, 0, placed]


def test_a_deposit_that_is_no_order_leaves_the_only_one_to_the_sale_of_what_is_not_wanted() -> None:
    holdings = [Holding("Unwanted", 35_571, target=0), Holding("Low", 65_740, target=1)]
    plan = suggest_trades(holdings, 50, "hard", max_trades=1, increment=100)
    assert [order.amount for order in plan.orders] == [-35_571, 0]


def test_without_cash_none_is_meant() -> None:
    assert suggest_trades(etfs(), strategy="hard") == suggest_trades(etfs(), 0, "hard")


@pytest.mark.parametrize("case", range(40))
def test_increments_with_targets_of_their_own_are_the_best_of_all_multiples(case: int) -> None:
    rng = random.Random(case)
    values, parts = [rng.randint(0, 12) for _ in range(3)], [rng.randint(1, 9) for _ in range(3)]
    targets = [Decimal(100 * part // sum(parts)) for part in parts]
    targets[0] += 100 - sum(targets)
    holdings = [Holding(f"S{k}", v, target=t) for k, (v, t) in enumerate(zip(values, targets, strict=True))]
    deposit = 2 * rng.randint(1, 7)
    total = sum(values) + deposit

    def missed(orders: Sequence[Decimal | int]) -> Fraction:
        off = [
            v + x - Fraction(t) * total / 100
            for v, x, t in zip(values, map(Fraction, orders), targets, strict=True)
        ]
        return sum((miss**2 / Fraction(t) for miss, t in zip(off, targets, strict=True)), Fraction(0))

    multiples = range(0, deposit + 1, 2)
    best = min(missed(orders) for orders in product(multiples, repeat=3) if sum(orders) == deposit)
    plan = suggest_trades(holdings, deposit, increment=2, minor_unit=1)
    assert missed([order.amount for order in plan.orders]) == best


def test_where_the_exact_sales_are_no_whole_shares_more_is_sold_and_nothing_bought() -> None:
    values = (9198.77, 9477.95, 0, 0, 5840635.99, 4835.77, 0, 7647.19)
    prices = (745000, 745000, 1, 745000, 745000, 745000, 1, 745000)
    gains = (-807, -375, -93, 783, -378, -411, -914, -561)
    holdings = [
        Holding(f"S{k}", value, price, gain, asset_class="Stocks")
        for k, (value, price, gain) in enumerate(zip(values, prices, gains, strict=True))
    ]
    plan = suggest_trades(holdings, Decimal("-20297.80"), "hard", whole_shares=True, targets={"Stocks": 1})
    assert {order.symbol: order.amount for order in plan.orders if order.amount} == {"S4": -745000}
    assert plan.gap_bound == 0


@pytest.mark.parametrize(
    ("rows", "cash", "limit", "expected"),
    [
        # Value, target in percent, and the most to buy.
        ([(3, 100, 4), (12, 0, None), (6, 0, None), (11, 0, None)], 4, {"max_turnover": 7}, {"S0": 4}),
        ([(4, 0, 3), (7, 100, 1), (5, 0, None), (12, 0, 6)], 2, {"max_gain": 0, "min_trade": 1}, {"S1": 1}),
    ],
)
def test_what_is_not_wanted_is_not_bought_where_a_limit_lets_it_stay(
    rows: list[tuple[int, int, int | None]], cash: int, limit: dict[str, Any], expected: dict[str, int]
) -> None:
    holdings = [Holding(f"S{k}", v, 1, k, target=t, highest=most) for k, (v, t, most) in enumerate(rows)]
    plan = suggest_trades(holdings, cash, "hard", minor_unit=1, whole_shares=False, **limit)
    assert traded(plan) == expected


def test_what_whole_shares_of_a_class_buy_beyond_the_exact_plan_has_a_target() -> None:
    """24 of A at 7 leave 3 over; 7 + 7 + 5 + 5 leave nothing, though the exact plan buys A alone."""
    holdings = [
        Holding("A", 50, 7, asset_class="One"),
        Holding("B", 0, 5, asset_class="One"),
        Holding("C", 100, 1, asset_class="Two"),
    ]
    plan = suggest_trades(holdings, 24, targets={"One": 50, "Two": 50})
    assert traded(plan) == {"A": 14, "B": 10}
    shares = {order.symbol: order.target for order in plan.orders}
    assert shares["B"] > 0
    assert shares["A"] + shares["B"] == shares["C"] == Decimal("0.5")


def test_tiny_lots_under_a_minimum_trade_take_no_longer() -> None:
    """Of counts that are no order, or cost too much, none is looked at."""
    rows = [(6448159.39, "0.000428"), (9780.2, "0.000907"), (5448822.24, "0.000932"), (1336.72, "0.000076")]
    holdings = [Holding(f"S{k}", value, price, asset_class=f"C{k}") for k, (value, price) in enumerate(rows)]
    start = time.process_time()
    plan = suggest_trades(holdings, 53247, targets={"C0": 0, "C1": 54, "C2": 30, "C3": 16}, min_trade=20)
    assert time.process_time() - start < allowed(1)
    assert plan.leftover < 1


def test_one_order_that_only_a_fallback_finds_is_of_whole_shares_too() -> None:
    holdings = [
        Holding("A", 112_894_000_000, 1000, target="0.021276", asset_class="Gold"),
        Holding("B", "183.792", "0.001", target="0.191493", lot="fraction", asset_class="Stocks"),
        Holding("C", 819_142_000_000, 1000, target=0, lowest=-3661, asset_class="Stocks"),
        Holding("D", "55.4990", 1, target="0.042553", asset_class="Bonds"),
    ]
    targets = {"Stocks": "0.666668", "Bonds": "0.157894", "Gold": "0.175438"}
    plan = suggest_trades(holdings, "-3084493797.68", "hard", max_trades=1, whole_shares=True, targets=targets)
    assert {order.symbol: order.shares for order in plan.orders if order.amount} == {"A": -3_084_494}
    assert plan.leftover == Decimal("202.32")


@pytest.mark.parametrize(("most", "expected", "left"), [(1, {"A": -2500}, 2500), (2, {"A": -2500, "B": 2500}, 0)])
def test_what_may_be_sold_to_an_odd_amount_is_sold_to_a_multiple_of_the_increment(
    most: int, expected: dict[str, int], left: int
) -> None:
    holdings = [Holding("A", 5000, 10, target=0, lowest=-2597), Holding("B", 8000, 10, target=1)]
    plan = suggest_trades(holdings, 0, "hard", increment=100, max_trades=most)
    assert traded(plan) == expected
    assert (plan.leftover, plan.gap_bound) == (left, 0)


def test_what_is_not_wanted_is_not_bought_though_a_limit_of_its_own_would_let_it() -> None:
    holdings = [Holding("A", 100, target=1, highest=10), Holding("OLD", 0, target=0, highest=5)]
    plan = suggest_trades(holdings, 50)
    assert [order.amount for order in plan.orders] == [10, 0]
    assert plan.leftover == 40
