"""Every figure at the edge of what it may be, and one step beyond; sums and roundings just where they turn."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pbal_xl import Holding, InputError, PlanError, smallest_deposit, suggest_trades
from pbal_xl.core.agreement import agree, half_place, is_near, price_of, suspect_factor
from pbal_xl.core.bands import read_bands
from pbal_xl.core.book import check_targets, off_whole
from pbal_xl.core.margin import describe_margin, fall_to_margin_call
from pbal_xl.core.money import LARGEST, from_integer, plain, ratio, rounded, to_decimal, told

TWO = [Holding("A", 100, 10, 5, asset_class="One"), Holding("B", 300, 10, -5, asset_class="Two")]


@pytest.mark.parametrize(
    ("setting", "accepted", "refused"),
    [
        ("fee_percent", [0, "0.01", "99.99"], [-1, "-0.01", 100, 101]),
        ("fee_limit", ["0.01", "99.99"], [-1, "-0.01", 100]),
        ("fee", [0, "0.01", 2], ["-0.01", "0.001"]),
        ("min_trade", [0, "0.01"], ["-0.01", "0.005"]),
        ("increment", [0, "0.01"], ["-0.01", "0.015"]),
        ("max_trades", [0, 1, 2], [-1, "0.5", "1.5"]),
        ("max_turnover", [0, "0.01"], ["-0.01"]),
        ("max_gain", [0, 5], ["x"]),
        ("keep", [0, "0.01"], ["-0.01"]),
        ("minor_unit", ["0.01", 1, "0.001"], [0, -1]),
        ("band_to", ["target", "edge", "halfway"], ["", "half", "Target"]),
        ("strategy", ["never-sell", "hard"], ["", "Hard"]),
        ("deviation", ["relative", "absolute"], ["", "Relative"]),
        ("whole_shares", [True, False, None], [1, 0, "yes"]),
    ],
)
def test_a_setting_is_taken_up_to_its_edge_and_refused_beyond(
    setting: str, accepted: list[Any], refused: list[Any]
) -> None:
    for value in accepted:
        wishes = {"bands": "5/25"} if setting == "band_to" else {}
        plan = suggest_trades(TWO, 50, **{"whole_shares": False, **wishes, setting: value})
        assert sum(order.amount for order in plan.orders) + plan.fees + plan.leftover == 50, (setting, value)
    for value in refused:
        with pytest.raises(InputError, match=" must be "):
            suggest_trades(TWO, 50, **{setting: value})


@pytest.mark.parametrize(
    ("field", "accepted", "refused"),
    [
        ("value", [0, "0.01"], ["-0.01", True, "1e", None]),
        ("price", ["0.000001", None], [0, "-0.01"]),
        ("quantity", [0, None], ["-0.01"]),
        ("target", [0, 1, 100], ["-0.01"]),
        ("most", [0, 1], ["-0.01", "1.01"]),
        ("lot", [1, 100, "fraction", " Fractions "], [0, "0.5", "1.5", True, "half"]),
        ("lowest", [0, -5, 5, None], [6]),
        ("highest", [5, 6, None], [4]),
        ("symbol", ["A", " A "], ["", " ", 5, None]),
    ],
)
def test_a_figure_of_a_holding_is_taken_up_to_its_edge_and_refused_beyond(
    field: str, accepted: list[Any], refused: list[Any]
) -> None:
    usual: dict[str, Any] = {"symbol": "A", "value": 100}
    if field in {"lowest", "highest"}:
        usual |= {"lowest": 5, "highest": 5}
    for value in accepted:
        holding = Holding(**{**usual, field: value})
        assert holding.symbol == "A"
    for value in refused:
        with pytest.raises(InputError):
            Holding(**{**usual, field: value})


def test_a_value_is_worked_out_where_quantity_and_price_are_there() -> None:
    assert Holding("A", None, "2.5", quantity=4).value == 10
    assert Holding("A", 0, "2.5", quantity=4).value == 0
    assert Holding("A", 10, None, quantity=4).price == Decimal("2.5")
    # Nothing is worked out of nothing.
    assert Holding("A", 10, None, quantity=0).price is None
    assert Holding("A", 0, None, quantity=4).price is None


def test_two_holdings_of_one_symbol_in_any_case_are_refused() -> None:
    with pytest.raises(PlanError, match="a occurs more than once"):
        suggest_trades([Holding("A", 1), Holding("a", 2), Holding("B", 2)], 10, whole_shares=False)


@pytest.mark.parametrize(
    ("number", "figure"),
    [
        ("0.1", "0.1"), (0.1, "0.1"), (5, "5"), ("  7 ", "7"), ("1e3", "1000"), (1e-7, "1E-7"), ("-0.0", "0"),
        (LARGEST, str(LARGEST)), (Decimal("1.10"), "1.1"), ("+3", "3"),
    ],
)  # fmt: skip
def test_a_number_is_taken_as_it_is_written(number: Any, figure: str) -> None:
    assert to_decimal(number, "x") == Decimal(figure)


@pytest.mark.parametrize(
    "number", [True, None, "", "1 000", "0x10", "nan", float("nan"), "-inf", LARGEST + 1, "1e99"]
)
def test_what_is_no_number_or_too_large_is_refused(number: Any) -> None:
    with pytest.raises(InputError, match=r"x must be (a number|a finite number|below 1,000,000,000,000,000), is "):
        to_decimal(number, "x")


def test_integers_become_money_with_no_needless_decimals() -> None:
    given = [(1200, 3), (1234, 3), (12, 0), (-5, 1), (100, 2, 0), (0, 4)]
    told_as = ["1.20", "1.234", "12.00", "-0.50", "1", "0.00"]
    assert [str(from_integer(*one)) for one in given] == told_as


def test_halves_are_rounded_up() -> None:
    assert [rounded(one, 2, 0) for one in (1, 2, 3, -1, -3)] == [1, 1, 2, 0, -1]
    assert [str(ratio(one, 200, 2)) for one in (1, 3, 99)] == ["0.01", "0.02", "0.50"]
    assert [plain(Decimal(text)) for text in ("1.50", "100", "0.000", "1E+3", "-2.10")] == [
        "1.5", "100", "0", "1000", "-2.1",
    ]  # fmt: skip


def test_amounts_are_told_with_more_decimals_only_where_fewer_would_make_them_one() -> None:
    assert told(Decimal("1234.5")) == ["1,234.50"]
    assert told(Decimal("1.001"), Decimal("1.002")) == ["1.001", "1.002"]
    assert told(Decimal("0.0004")) == ["0.0004"]
    assert told(Decimal(0), Decimal("1.001")) == ["0.00", "1.00"]


def test_figures_agree_up_to_the_edge_of_their_rounding() -> None:
    def fits(quantity: str, price: str, value: str) -> bool:
        return agree(Decimal(quantity), Decimal(price), Decimal(value))

    assert fits("10", "3", "30")
    # A price to half a cent: ten shares are five cents, and the value half a cent.
    assert fits("10", "3.00", "30.05")
    assert not fits("10", "3.00", "30.06")
    # A value in whole units may be half a unit off.
    assert fits("0.1", "5", "1")
    assert not fits("0.1", "5", "2")
    # Parts of a share to half the last place, and half a percent.
    assert fits("0.0123", "95000.00", "1173.20")
    assert not fits("0.0123", "95000.00", "1173.40")
    assert fits("0.3", "100", "30.15")
    assert not fits("0.3", "100", "30.16")
    # What floats get wrong of a large sum, and no more.
    assert fits("1000000", "1.0000000000", "1000000.0009000")
    assert not fits("1000000", "1.0000000000", "1000000.0011000")
    # Whole shares are counted.
    assert not fits("3.0", "100.00", "300.03")
    assert fits("-10", "3", "-30")
    assert [str(half_place(Decimal(text), Decimal("0.5"))) for text in ("5", "5.0", "5.00", "1E+2")] == [
        "0.5", "0.05", "0.005", "0.5",
    ]  # fmt: skip
    # A hundredth is the least that is known of a price with one decimal.
    assert half_place(Decimal("5.1"), Decimal("0.005")) == Decimal("0.005")


def test_factors_that_only_a_misread_figure_explains_are_known_up_to_their_rounding() -> None:
    for factor in ("0.001", "0.1", "10", "100", "1000"):
        assert suspect_factor(Decimal(factor)) == Decimal(factor)
        assert suspect_factor(Decimal(factor) * Decimal("1.002")) == Decimal(factor)
        assert suspect_factor(Decimal(factor) * Decimal("0.998")) == Decimal(factor)
        assert suspect_factor(Decimal(factor) * Decimal("1.0021")) is None
        assert suspect_factor(Decimal(factor) * Decimal("0.9979")) is None
    assert [suspect_factor(Decimal(text)) for text in ("1", "0.01", "1.1", "7.8")] == [None] * 4
    assert is_near(Decimal("7.8"), Decimal("7.79"))
    assert not is_near(Decimal("7.8"), Decimal("7.75"))
    assert price_of(Decimal(3), Decimal(10)) == Decimal("3.33333333")
    assert price_of(Decimal(4), Decimal(10)) == Decimal("2.5")
    assert price_of(Decimal(10**12), Decimal("0.01")) is None


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        (["0.5", "0.5"], ""), ([50, 50], ""), (["0.3333", "0.3333", "0.3333"], ""), (["33.33"] * 3, ""),
        (["0.5", "0.5002"], "sum to 1.0002; lower them by 0.0002 in all"),
        ([1, "0.9"], "sum to 1.9; lower them by 0.9 in all"),
        ([1, 1], "sum to 2; raise them by 98 in all"),
        ([50, 40], "sum to 90; raise them by 10 in all"),
        ([60, 50], "sum to 110; lower them by 10 in all"),
        ([0, 0], "all targets are 0"),
    ],
)  # fmt: skip
def test_targets_make_a_whole_of_1_or_of_100(targets: list[Any], words: str) -> None:
    figures = [Decimal(one) for one in targets]
    if not words:
        check_targets(figures)
        return
    with pytest.raises(PlanError, match=words.replace(".", r"\.")):
        check_targets(figures)


def test_what_targets_lack_is_told() -> None:
    assert off_whole(Decimal("1.5")) == "sum to 1.5; lower them by 0.5 in all"


@pytest.mark.parametrize(
    ("holdings", "deposit"),
    [
        ([("A", 100, None), ("B", 300, None)], 200),
        ([("A", 100, "0.25"), ("B", 300, "0.75")], 0),
        ([("A", 0, 0), ("B", 300, "0.5"), ("C", 100, "0.5")], 200),
        # A third of a hundred more: rounded up to the cent.
        ([("A", 100, "0.3"), ("B", 0, "0.7")], "233.34"),
        ([("A", 0, None), ("B", 0, None)], 0),
    ],
)
def test_the_smallest_deposit_of_known_portfolios(holdings: list[Any], deposit: Any) -> None:
    assert smallest_deposit([Holding(s, v, target=t) for s, v, t in holdings]) == Decimal(deposit)


def test_the_smallest_deposit_minds_what_must_and_what_may_be_bought() -> None:
    def deposit(**own: Any) -> Decimal:
        return smallest_deposit([Holding("A", 100, **own), Holding("B", 300)])

    # A must be bought for 300: B follows to 400.
    assert deposit(lowest=300) == 400
    # What may be sold changes nothing.
    assert deposit(lowest=-50) == 200
    assert deposit(highest=200) == 200
    with pytest.raises(PlanError, match=r"A may be bought for at most 199\.99, but lacks 200\.00"):
        deposit(highest="199.99")
    with pytest.raises(PlanError, match=r"A may not be bought, but lacks 200\.00"):
        deposit(highest=0)
    assert deposit(most="0.5") == 200
    with pytest.raises(PlanError, match=r"A is not bought above 49\.9 %, but lacks 200\.00"):
        deposit(most="0.499")
    with pytest.raises(PlanError, match=r"A has target 0 but is worth 100\.00"):
        smallest_deposit([Holding("A", 100, target=0), Holding("B", 300, target=1)])


@pytest.mark.parametrize(
    ("value", "loan", "maintenance", "fall"),
    [(100, 0, 25, 1), (100, 20, 0, "0.8"), (100, 75, 25, 0), (100, 80, 25, 0), (100, "37.5", 25, "0.5")],
)
def test_falls_to_a_margin_call_at_the_edges(value: Any, loan: Any, maintenance: Any, fall: Any) -> None:
    assert fall_to_margin_call(value, loan, maintenance) == Decimal(fall)


@pytest.mark.parametrize(
    ("value", "loan", "maintenance", "words"),
    [
        (0, 1, 25, "value must be above 0, is 0"),
        (100, "-0.01", 25, "loan must be at least 0, is -0.01"),
        (100, 1, "-0.01", "maintenance must be a percent from 0 to below 100, is -0.01"),
        (100, 1, 100, "maintenance must be a percent from 0 to below 100, is 100"),
    ],
)
def test_a_margin_of_nothing_is_refused(value: Any, loan: Any, maintenance: Any, words: str) -> None:
    with pytest.raises(InputError) as refused:
        fall_to_margin_call(value, loan, maintenance)
    assert str(refused.value) == words


def test_a_loan_is_large_from_a_fifth_of_the_assets_on() -> None:
    plan = suggest_trades([Holding("A", 100), Holding("B", 60)], 40, whole_shares=False)
    assert not describe_margin(plan, 40).endswith("A loan should stay below 20 % of the assets.")
    assert describe_margin(plan, "40.1").endswith("A loan should stay below 20 % of the assets.")


@pytest.mark.parametrize("text", ["5/25", "3", "20%", "20%>=1", "0", "7.5/12.5"])
def test_bands_are_told_as_they_were_written(text: str) -> None:
    assert str(read_bands(text)) == text


def test_a_quantity_that_was_rounded_does_not_replace_the_price() -> None:
    # 0.012342 coins, shown as 0.0123: no warning, and the price as it was.
    assert Holding("BTC", "1172.49", "95000.00", quantity="0.0123").price == 95_000
    with pytest.warns(UserWarning, match="BTC: the price is not value / quantity"):
        assert Holding("BTC", "1300", "95000.00", quantity="0.0123").price == Decimal("105691.05691057")


def test_a_target_however_small_is_not_told_as_none() -> None:
    tiny = Decimal("0.000000000001")
    plan = suggest_trades([Holding("A", 0, 1, target=tiny), Holding("B", 0, 1, target=1 - tiny)], 10**14)
    assert [(str(order.amount), order.target) for order in plan.orders] == [
        ("100.00", Decimal("1E-10")), ("99999999999900.00", 1),
    ]  # fmt: skip
    plan = suggest_trades([Holding("A", 5, 1, target=0), Holding("B", 0, 1, target=1)], 10)
    assert [order.target for order in plan.orders] == [0, 1]


@pytest.mark.parametrize(
    ("lowest", "wishes", "traded"),
    [
        (30, {"max_turnover": 300}, [75, -150, 75]),
        (140, {"max_turnover": 300}, [140, -150, 10]),
        (30, {"max_gain": 20}, [30, -36, 6]),
        (36, {"max_gain": 20}, [36, -36, 0]),
    ],
)
def test_what_must_be_bought_is_bought_within_budgets(
    lowest: int, wishes: dict[str, Any], traded: list[int]
) -> None:
    holdings = [Holding("A", 500, gain=50, lowest=lowest), Holding("B", 900, gain=500), Holding("C", 500, gain=-20)]
    plan = suggest_trades(holdings, 0, "hard", **wishes)
    assert [order.amount for order in plan.orders] == traded


@pytest.mark.parametrize(
    ("gain", "limit", "said"),
    [
        (-1, 0, "sold for its loss"),
        (0, 0, "sold as it realises less gain"),
        (1, 1, "sold as it realises less gain"),
        # Nothing that realises more stands higher: A may not be sold, the others are as low and realise less.
        (151, 151, "among the highest that may be sold"),
    ],
)
def test_under_a_budget_of_gains_a_sale_of_what_is_not_high_says_why(gain: int, limit: int, said: str) -> None:
    lowest = 0 if gain > 150 else None
    holdings = [
        Holding("A", 900, gain=450, lowest=lowest),
        Holding("B", 300, gain=gain),
        Holding("C", 300, gain=150),
    ]
    for deviation in ("relative", "absolute"):
        plan = suggest_trades(holdings, -100, max_gain=limit, deviation=deviation)
        assert plan.orders[1].amount < 0
        assert plan.orders[1].reason.endswith(said), plan.orders[1].reason


def test_what_is_not_wanted_and_kept_for_its_gain_is_why_another_is_sold() -> None:
    holdings = [Holding("A", 900, gain=450, target=0), Holding("B", 300, gain=0, target=1)]
    plan = suggest_trades(holdings, -100, max_gain=0)
    assert [(order.amount, order.reason) for order in plan.orders] == [
        (0, "not wanted (target 0), left alone to keep to max_gain"),
        (-100, "72.7 % below its target, sold as it realises less gain"),
    ]
