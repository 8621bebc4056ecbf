"""The worksheet functions: grids in, a grid out, each answer in its row; a fault is one sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl import Holding, __version__, suggest_trades
from pbal_xl.functions import ERROR_PREFIX, FUNCTIONS, call
from pbal_xl.grid.cells import NEVER_CALCULATED

NAMED = {function.name: function for function in FUNCTIONS}
ETFS: list[list[Any]] = [
    ["FTEC", 15000, 128.62, 3343.9673],
    ["VAW", 10000, 180.51, 893.3955],
    ["VCR", 6798.48, 279.68, 1700.9984],
    ["VDC", 8000, 192.75, -1192.065125],
    ["VHT", 12000.43, 242.65, 18.5908],
    ["VIS", 9000, 203.87, -2382.175],
    ["VNQ", 9500, 83.1, -1745.915301],
    ["VOX", 9500.14, 105.39, -2075.3452],
    ["VPU", 13000.99, 140.63, 4933.423],
    ["VSMAX", 20100.44, 94.73, 802.809999],
]
HEADER = ["Symbol", "Value", "Price", "Gain"]
PLAN = ["Symbol", "Shares", "Amount", "Value after", "Weight after"]


def answer(name: str, *arguments: list[list[Any]] | None) -> list[list[Any]]:
    return call(NAMED[name], *arguments)


def fault(name: str, *arguments: list[list[Any]] | None) -> str:
    grid = answer(name, *arguments)
    assert [len(row) for row in grid] == [1]
    assert grid[0][0].startswith(ERROR_PREFIX)
    assert "\n" not in grid[0][0]
    return str(grid[0][0]).removeprefix(ERROR_PREFIX)


def amounts(grid: list[list[Any]]) -> dict[str, float]:
    return {row[0]: row[2] for row in grid if row[2] and row[0] != "Symbol"}


def test_the_formula_of_the_article_works_as_typed() -> None:
    holdings = [row[:3] for row in [HEADER, *ETFS]]
    grid = answer("PBAL_NEVERSELL", holdings, [[5000]])
    assert grid[0] == PLAN
    assert [row[0] for row in grid[1:]] == [row[0] for row in ETFS]
    assert {row[0]: row[1] for row in grid[1:] if row[1]} == {"VCR": 10, "VDC": 8, "VIS": 2, "VNQ": 3}
    assert sum(row[2] for row in grid[1:]) == pytest.approx(4995.84)


def test_without_a_header_the_answer_has_none() -> None:
    assert answer("PBAL_NEVERSELL", ETFS, [[5000]]) == answer("PBAL_NEVERSELL", [HEADER, *ETFS], [[5000]])[1:]


def test_columns_in_another_order_change_nothing() -> None:
    turned = [[row[2], row[0], row[3], row[1]] for row in [HEADER, *ETFS]]
    assert answer("PBAL_NEVERSELL", turned, [[5000]]) == answer("PBAL_NEVERSELL", [HEADER, *ETFS], [[5000]])


def test_the_arguments_are_those_of_suggest_trades() -> None:
    holdings = [Holding(symbol, value, price, gain) for symbol, value, price, gain in ETFS]
    for cash, increment, whole in (
        (5000, None, None),
        (5000, 100, None),
        (-9000, None, False),
        (777.77, None, True),
    ):
        plan = suggest_trades(holdings, cash, whole_shares=whole, increment=increment)
        grid = answer("PBAL_NEVERSELL", ETFS, [[cash]], None if increment is None else [[increment]], [[whole]])
        assert [row[2] for row in grid] == [float(order.amount) for order in plan.orders]
        assert [row[3] for row in grid] == [float(order.value_after) for order in plan.orders]
        assert [row[4] for row in grid] == [float(order.weight_after) for order in plan.orders]
        assert [row[1] for row in grid] == [float(order.shares or 0) for order in plan.orders]


def test_numbers_are_numbers_and_blanks_are_blanks() -> None:
    grid = answer("PBAL_NEVERSELL", [["A", 100], ["B", 50]], [[10]])
    assert grid == [["A", None, 0.0, 100.0, 0.625], ["B", None, 10.0, 60.0, 0.375]]


def test_fractions_are_exact_cents() -> None:
    grid = answer("PBAL_NEVERSELL", ETFS, [[5000]], None, [[False]])
    assert sum(Decimal(str(row[2])) for row in grid) == 5000


rows = st.one_of(
    st.tuples(st.sampled_from("ABCDEFGH"), st.integers(0, 10**6), st.integers(1, 500)).map(list),
    st.just([None, None, None]),
    st.just(["", " ", None]),
    st.just(["Total", 5, None]),
    st.just(["CASH", 500, None]),
)


@given(body=st.lists(rows, min_size=1, max_size=14), headed=st.booleans(), cash=st.integers(0, 10**5))
def test_each_answer_stands_in_its_row(*, body: list[list[Any]], headed: bool, cash: int) -> None:
    price: dict[str, int] = {}
    for row in body:
        if row[2]:
            # Lots of a symbol have one price.
            row[2] = price.setdefault(row[0], row[2])
    holdings = [HEADER[:3], *body] if headed else body
    grid = answer("PBAL_NEVERSELL", holdings, [[cash]])
    if len(grid[0]) == 1:
        assert grid[0][0].startswith(ERROR_PREFIX)
        below_a_share = not headed and all(row[1] < row[2] for row in body if row[2])
        assert below_a_share or not any(row[2] for row in body)
        return
    assert len(grid) == len(holdings)
    assert all(len(row) == len(PLAN) for row in grid)
    seen = set()
    for given_row, told in zip(body, grid[headed:], strict=True):
        if given_row[2] is None or given_row[0] in seen:
            assert told == [None] * len(PLAN)
        else:
            assert told[0] == given_row[0]
            seen.add(given_row[0])


@pytest.mark.parametrize("blanks", [0, 1_048_576 - 11])
def test_a_whole_column_is_answered_down_to_its_last_row_in_use(blanks: int) -> None:
    holdings = [row[:3] for row in [HEADER, *ETFS]] + [[None, None, None]] * blanks
    assert answer("PBAL_NEVERSELL", holdings, [[5000]]) == answer("PBAL_NEVERSELL", holdings[:11], [[5000]])


def test_a_title_above_the_header_gets_a_blank_answer() -> None:
    grid = answer("PBAL_HARD", [["My portfolio", None, None], [None] * 3, HEADER[:3], *[row[:3] for row in ETFS]])
    assert grid[:2] == [[None] * 5, [None] * 5]
    assert grid[2] == PLAN


TARGETS = [0.6, 0.4]


@pytest.mark.parametrize(
    "targets",
    [
        [[0.6], [0.4]],
        [[0.6, 0.4]],
        [[60], [40]],
        [["60%"], ["40 %"]],
        [["0,6"], ["0,4"]],
        [["Target"], [0.6], [0.4]],
    ],
)
def test_targets_may_be_a_column_or_a_row_of_fractions_or_percent(targets: list[list[Any]]) -> None:
    holdings: list[list[Any]] = [["Symbol", "Value"], ["A", 500], ["B", 500]]
    plan = answer("PBAL_HARD", holdings, [[0]], None, None, targets)
    assert [row[3] for row in plan] == ["Value after", 600.0, 400.0]
    drift = answer("PBAL_DRIFT", holdings, targets)
    assert [row[2] for row in drift] == ["Target", 0.6, 0.4]
    assert drift[1][3] == pytest.approx(-0.1)


def test_a_target_column_within_the_holdings_serves_and_the_argument_goes_before_it() -> None:
    holdings: list[list[Any]] = [["Symbol", "Value", "Target"], ["A", 500, "90%"], ["B", 500, "10%"]]
    assert [row[3] for row in answer("PBAL_HARD", holdings)[1:]] == [900.0, 100.0]
    given_targets = answer("PBAL_HARD", holdings, None, None, None, [[0.5], [0.5]])
    assert [row[3] for row in given_targets[1:]] == [500.0, 500.0]


def test_targets_stay_with_their_rows_across_blanks_and_totals() -> None:
    holdings: list[list[Any]] = [["Symbol", "Value"], ["A", 500], [None, None], ["B", 500], ["Total", 1000]]
    grid = answer("PBAL_HARD", holdings, None, None, None, [["Target"], [0.75], [None], [0.25], [1]])
    assert [row[3] for row in grid] == ["Value after", 750.0, None, 250.0, None]


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ([[0.5], [0.4]], "targets must sum to 1 or 100 %, sum to 0.9"),
        ([[0.5], ["#N/A"]], "targets, row 2, column 1: target is #N/A"),
        ([[0.5], ["half"]], 'targets, row 2, column 1: target "half" is not a number'),
        ([[0.5], [-0.5]], "targets, row 2, column 1: target must be at least 0, is -0.5"),
        ([[0.5], [None]], "no target while others have one"),
        ([[1], [2], [3], [4]], "targets has 4 cells for 2 holdings"),
        ([[1, 2], [3, 4]], "targets must be one column or one row"),
        ([[0], [0]], "all targets are 0"),
        ([["0.5"], ["0,5"]], "does not fit the decimal"),
    ],
)
def test_targets_that_cannot_be_used_are_a_fault(targets: list[list[Any]], said: str) -> None:
    assert said in fault("PBAL_HARD", [["A", 500], ["B", 500]], None, None, None, targets)


def test_an_unreadable_target_is_told_once() -> None:
    said = fault("PBAL_HARD", [["A", 500], ["B", 500]], None, None, None, [[0.5], ["#N/A"]])
    assert said == "targets, row 2, column 1: target is #N/A"


def test_targets_that_stand_a_row_off_are_a_fault() -> None:
    holdings: list[list[Any]] = [["Symbol", "Value"], ["A", 500], ["B", 500]]
    said = fault("PBAL_HARD", holdings, None, None, None, [[0.5], [0.5], [0.5]])
    assert said == "targets, row 1 is 0.5, but there the holdings have headings"


def test_blank_targets_are_no_targets() -> None:
    holdings: list[list[Any]] = [["A", 300], ["B", 500]]
    assert answer("PBAL_HARD", holdings, None, None, None, [[None], [None]]) == answer("PBAL_HARD", holdings)


@pytest.mark.parametrize(
    ("holdings", "said"),
    [
        (None, "holdings is missing"),
        ([[None]], "holdings is missing"),
        ([[None, None], ["", " "]], "holdings is missing"),
        ([["VTI"]], "row 1, column 1: holdings need at least a symbol and a value"),
        ([[5]], "row 1, column 1: holdings need at least"),
        ([["#REF!"]], "row 1, column 1: holdings need at least"),
        ([HEADER], "there are no holdings here"),
        ([HEADER, ["A", "abc", 0]], 'row 2, column 2: value "abc" is not a number; row 2, column 3: price must be'),
        ([["A", "#N/A", 5]], "row 1, column 2: value is #N/A"),
        ([["A", NEVER_CALCULATED, 5]], "never calculated"),
        ([["Symbol", "Value", "Market Value"], ["A", 1, 2]], "both claim to be the value"),
        ([["A", 0, 5], ["B", 0, 5]], ""),
        ([HEADER, ["A", 10, 5], ["B", 20, None]], "row 3, column 3: B has no price, which whole shares need"),
    ],
)
def test_holdings_that_cannot_be_read_are_a_fault(holdings: list[list[Any]] | None, said: str) -> None:
    if said:
        assert said in fault("PBAL_NEVERSELL", holdings, [[100]])
    else:
        assert amounts(answer("PBAL_NEVERSELL", holdings, [[100]])) == {"A": 50.0, "B": 50.0}


def test_a_single_row_is_a_portfolio() -> None:
    assert answer("PBAL_NEVERSELL", [["A", 100, 10]], [[25]]) == [["A", 2, 20.0, 120.0, 1.0]]


@pytest.mark.parametrize(
    ("cash", "said"),
    [
        (None, "cash is missing"),
        ([[None]], "cash is missing"),
        ([[""]], "cash is missing"),
        ([["#VALUE!"]], "cash is #VALUE!"),
        ([["abc"]], 'cash "abc" is not a number'),
        ([[True]], "cash must be a number, is True"),
        ([[float("nan")]], "cash must be a finite number, is nan"),
        ([[float("inf")]], "cash must be a finite number, is inf"),
        ([["1e400"]], "cash must be below"),
        ([[1], [2]], "cash must be one cell, has 2"),
        ([[-10_000]], "cannot withdraw 10,000.00"),
    ],
)
def test_cash_that_cannot_be_used_is_a_fault(cash: list[list[Any]] | None, said: str) -> None:
    assert said in fault("PBAL_NEVERSELL", [["A", 100, 10], ["B", 50, 5]], cash)


def test_cash_may_be_text_that_is_a_number() -> None:
    holdings: list[list[Any]] = [["A", 100, 10], ["B", 50, 5]]
    assert answer("PBAL_NEVERSELL", holdings, [["$1,000.00"]]) == answer("PBAL_NEVERSELL", holdings, [[1000]])


@pytest.mark.parametrize(
    ("place", "cell", "said"),
    [
        (2, "abc", 'increment "abc" is not a number'),
        (2, -100, "increment must be above 0, is -100"),
        (3, "maybe", 'whole_shares must be TRUE or FALSE, is "maybe"'),
        (3, "#N/A", "whole_shares is #N/A"),
        (5, "squared", 'deviation must be "relative" or "absolute", is "squared"'),
    ],
)
def test_settings_that_cannot_be_used_are_a_fault(place: int, cell: int | str, said: str) -> None:
    arguments: list[list[list[Any]] | None] = [[["A", 100, 10]], [[50]], None, None, None, None]
    arguments[place] = [[cell]]
    assert fault("PBAL_NEVERSELL", *arguments) == said


def test_more_than_three_faults_are_counted() -> None:
    assert fault("PBAL_NEVERSELL", [["A", "x"], ["B", "x"], ["C", "x"], ["D", "x"], ["E", "x"]], [[1]]).endswith(
        "; and 2 more"
    )


def test_the_smallest_deposit_is_one_number() -> None:
    assert answer("PBAL_MINDEPOSIT", ETFS) == [[88103.92]]
    assert fault("PBAL_MINDEPOSIT", [["A", 5], ["B", 5]], [[1], [0]]).startswith("B has target 0")


def test_the_version_is_told() -> None:
    assert answer("PBAL_VERSION") == [[f"pbal-xl {__version__}"]]


arguments = st.one_of(
    st.none(),
    st.lists(
        st.lists(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=9)), max_size=4),
        max_size=5,
    ),
)


@pytest.mark.parametrize("name", NAMED)
@given(data=st.data())
def test_no_arguments_raise(name: str, data: st.DataObject) -> None:
    grid = answer(name, *[data.draw(arguments) for _ in NAMED[name].arguments])
    assert grid
    assert len({len(row) for row in grid}) == 1


def test_help_fits_what_excel_shows() -> None:
    for function in FUNCTIONS:
        texts = [function.help, *(argument.help for argument in function.arguments)]
        assert all(0 < len(text) <= 255 for text in texts)
        required = [argument.required for argument in function.arguments]
        assert required == sorted(required, reverse=True)


def test_a_truth_value_and_the_number_it_equals_are_read_each_for_itself() -> None:
    """What is remembered of a table is remembered by the types of its cells too."""
    header = ["Symbol", "Value", "Price"]
    numbers: list[list[Any]] = [header, ["A", 1, 1], ["B", 100, 5]]
    truths: list[list[Any]] = [header, ["A", True, 1], ["B", 100, 5]]
    drift = next(function for function in FUNCTIONS if function.name == "PBAL_DRIFT")
    told = [call(drift, rows)[0][0] for rows in (numbers, truths, numbers, truths)]
    assert told[0] == told[2] == "Symbol"
    assert told[1] == told[3]
    assert told[1].startswith("#PBAL! ")
