"""The worksheet functions through xlwings' real function server, as a call from a cell takes it."""

from __future__ import annotations

import datetime as dt
import inspect
import math
from typing import TYPE_CHECKING, Any

import pytest
from excel_windows import MISSING, Range, excel_module

from pbal_xl import Holding, suggest_trades
from pbal_xl.functions import FUNCTIONS, Function

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from xlwings.com_server import XLPython

MODULE = "pbal_xl.hosts.excel"
NOT_AVAILABLE, SPILL, DIVISION = -2146826246, -2146826243, -2146826281
DEMO: list[list[Any]] = [
    ["Symbol", "Value", "Price", "Gain"],
    ["VTI", 12480.0, 310.25, 1830.0],
    ["VXUS", 8020.0, 68.4, -120.5],
    ["BND", 5033.4, 73.1, -410.0],
    ["VNQ", 2210.0, 91.7, 15.0],
    ["SCHD", 4100.0, 27.35, 610.2],
    ["QQQ", 9870.0, 598.15, 2900.0],
    ["GLD", 3300.0, 379.9, 720.0],
    ["TIP", 1500.0, 110.45, -33.0],
    ["VWO", 2750.0, 54.05, 88.8],
    ["IJR", 1999.99, 118.2, 0.0],
]
HEADINGS = ["Symbol", "Shares", "Amount", "Value after", "Weight after"]


@pytest.fixture(scope="module")
def excel() -> Iterator[tuple[XLPython, ModuleType]]:
    with excel_module() as (server, module):
        yield server, module


@pytest.fixture(scope="module")
def ask(excel: tuple[XLPython, ModuleType]) -> Callable[..., Any]:
    def asked(name: str, *arguments: Any) -> list[list[Any]]:
        answer = excel[0].CallUDF(MODULE, name, arguments)
        # Excel takes a list of lists, one row as a list, one cell as it is.
        if not isinstance(answer, list):
            return [[answer]]
        return answer if isinstance(answer[0], list) else [answer]

    return asked


def block(rows: Sequence[Sequence[Any]]) -> Range:
    return Range([[float(cell) if isinstance(cell, int) else cell for cell in row] for row in rows])


def planned(rows: Sequence[Sequence[Any]], cash: int | str, **wishes: Any) -> list[list[Any]]:
    """What the Python API answers for the same rows, one row a row of cells."""
    holdings = [Holding(symbol, value, price, *gain) for symbol, value, price, *gain in (row[:4] for row in rows)]
    plan = suggest_trades(holdings, cash, **wishes)
    return [
        [
            o.symbol,
            "" if o.shares is None else float(o.shares),
            float(o.amount),
            float(o.value_after),
            float(o.weight_after),
        ]
        for o in plan.orders
    ]


def test_the_demo_range_answers_what_the_python_api_answers(ask: Callable[..., Any]) -> None:
    rows = DEMO
    answer = ask("PBAL_NEVERSELL", block([row[:3] for row in rows]), 5000.0)
    assert answer == [HEADINGS, *planned([row[:3] for row in rows[1:]], 5000)]


def test_every_function_of_the_table_is_registered_under_its_name(excel: tuple[XLPython, ModuleType]) -> None:
    for function in FUNCTIONS:
        registered = getattr(excel[1], function.name)
        assert registered.__xlfunc__["name"] == function.name
        assert registered.__xlfunc__["category"] == "Portfolio Balancer"
        assert not registered.__xlfunc__["volatile"]
        names = list(inspect.signature(registered).parameters)
        assert names == [argument.name for argument in function.arguments]
        assert "caller" not in names


def test_values_come_and_go_as_they_are(excel: tuple[XLPython, ModuleType]) -> None:
    for function in FUNCTIONS:
        registered = getattr(excel[1], function.name).__xlfunc__
        assert registered["ret"]["options"] == {"convert": "raw"}
        for argument in registered["args"]:
            assert argument["options"] == {"convert": "raw"}
            assert argument["optional"] is None


def test_rows_of_values_answer_what_a_range_answers(ask: Callable[..., Any]) -> None:
    """As VBA hands a range over: unrounded, as an array."""
    rows = [row[:3] for row in DEMO]
    assert ask("PBAL_NEVERSELL", tuple(map(tuple, rows)), 5000.0) == ask("PBAL_NEVERSELL", block(rows), 5000.0)
    assert ask("PBAL_NEVERSELL", ("A", 1000.0, 10.0), 600.0) == planned([["A", 1000, 10]], 600)
    assert ask("PBAL_MINDEPOSIT", (("A", 100.0, 0.00001234), ("B", 200.0, 1.0))) == [[100.0]]


def test_a_date_is_no_number(ask: Callable[..., Any]) -> None:
    rows = (("A", dt.datetime(2024, 5, 1, tzinfo=dt.timezone.utc), 10.0), ("B", 200.0, 1.0))
    [[answer]] = ask("PBAL_NEVERSELL", rows, 600.0)
    assert answer.startswith("#PBAL! row 1, column 2: value is the date 2024-05-01")


def test_no_integer_goes_out_for_excel_takes_none_above_32_bits(ask: Callable[..., Any]) -> None:
    answer = ask("PBAL_HARD", (("A", 9e12, 0.01), ("B", 1.0, 0.01)))
    shares = [cell for row in answer for cell in row if not isinstance(cell, str)]
    assert {type(cell) for cell in shares} == {float}
    assert max(map(abs, shares)) > 2**40


def test_what_nobody_expected_is_one_sentence_with_its_cause(
    excel: tuple[XLPython, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Function) -> None:
        raise RuntimeError("disk\non fire")

    monkeypatch.setattr(excel[1], "call", broken)
    answer = excel[0].CallUDF(MODULE, "PBAL_VERSION", ())
    assert answer == "#PBAL! it could not be done (RuntimeError: disk on fire); run pbal-xl doctor"


def test_blank_rows_answer_blanks_and_keep_their_place(ask: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Price"],
        ["A", 1000.0, 10.0],
        [None, None, None],
        ["B", 2000.0, 20.0],
    ]
    answer = ask("PBAL_NEVERSELL", block(rows), 600.0)
    assert answer[0] == HEADINGS
    assert answer[2] == [""] * 5
    assert [answer[1], answer[3]] == planned([rows[1], rows[3]], 600)


@pytest.mark.parametrize(
    ("error", "text"),
    [(NOT_AVAILABLE, "#N/A"), (SPILL, "#SPILL!"), (DIVISION, "#DIV/0!"), (-2146826200, "#UNKNOWN!")],
)
def test_an_error_cell_is_named_and_never_taken_for_a_number(
    ask: Callable[..., Any], error: int, text: str
) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price"], ["A", 1000.0, 10.0], ["B", error, 20.0]]
    [[answer]] = ask("PBAL_NEVERSELL", Range(rows), 600.0)
    assert answer.startswith("#PBAL! ")
    assert f"value is {text}" in answer
    assert "row 3, column 2" in answer


def test_a_number_of_excels_is_told_as_it_is_shown(ask: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["A", 1000.0, 0.0], ["B", -10.0, 20.5]]
    assert ask("PBAL_DRIFT", block(rows)) == [
        ["#PBAL! row 1, column 3: price must be above 0, is 0; row 2, column 2: value must be at least 0, is -10"]
    ]


def test_a_number_as_text_is_the_number(ask: Callable[..., Any]) -> None:
    rows = [["A", "$1,000.00", "10.00"], ["B", "2,000.50", "20.25"]]
    assert ask("PBAL_NEVERSELL", block(rows), 600.0) == planned([["A", 1000, 10], ["B", "2000.50", "20.25"]], 600)


def test_one_row_is_a_portfolio_of_one(ask: Callable[..., Any]) -> None:
    assert ask("PBAL_NEVERSELL", block([["A", 1000.0, 10.0]]), 600.0) == planned([["A", 1000, 10]], 600)


def test_one_cell_is_refused_with_a_sentence(ask: Callable[..., Any]) -> None:
    [[answer]] = ask("PBAL_NEVERSELL", Range([["A"]]), 600.0)
    assert answer.startswith("#PBAL! ")
    assert "\n" not in answer


def test_a_whole_column_answers_down_to_its_last_row_in_use(ask: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price"], ["A", 1000.0, 10.0], ["B", 2000.0, 20.0]]
    column = Range([*rows, *[[None, None, None]] * 65_536])
    assert ask("PBAL_NEVERSELL", column, 600.0) == [HEADINGS, *planned(rows[1:], 600)]


@pytest.mark.parametrize("cash", [MISSING, Range([[None]]), Range([["  "]]), None, ""])
def test_missing_or_blank_cash_is_said(ask: Callable[..., Any], cash: Range | int | str | None) -> None:
    rows: list[list[Any]] = [["A", 1000.0, 10.0], ["B", 2000.0, 20.0]]
    assert ask("PBAL_NEVERSELL", block(rows), cash) == [["#PBAL! cash is missing"]]


@pytest.mark.parametrize("cash", [MISSING, Range([[None]])])
def test_a_hard_rebalance_without_cash_moves_none(ask: Callable[..., Any], cash: Range | int) -> None:
    rows: list[list[Any]] = [["A", 1000.0, 10.0], ["B", 2000.0, 20.0]]
    assert ask("PBAL_HARD", block(rows), cash) == planned(rows, 0, strategy="hard")


def test_missing_holdings_are_said(ask: Callable[..., Any]) -> None:
    assert ask("PBAL_NEVERSELL", MISSING, 600.0) == [["#PBAL! holdings is missing"]]


def test_cash_may_stand_in_a_cell(ask: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["A", 1000.0, 10.0], ["B", 2000.0, 20.0]]
    assert ask("PBAL_NEVERSELL", block(rows), Range([[600.0]])) == ask("PBAL_NEVERSELL", block(rows), 600.0)


def test_text_for_cash_is_refused_by_name(ask: Callable[..., Any]) -> None:
    [[answer]] = ask("PBAL_NEVERSELL", block([["A", 1000.0, 10.0]]), "plenty")
    assert answer.startswith("#PBAL! cash")


def test_fractions_and_increments_reach_the_plan(ask: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["A", 1000.0, 10.0], ["B", 2100.0, 20.0]]
    cents = ask("PBAL_NEVERSELL", block(rows), 605.55, MISSING, Range([[False]]))
    assert cents == planned(rows, "605.55", whole_shares=False)
    hundreds = ask("PBAL_NEVERSELL", block(rows), 600.0, 100.0, MISSING)
    assert hundreds == planned(rows, 600, increment=100)
    assert all(math.isclose(row[2] % 100, 0) for row in hundreds)


def test_targets_beside_the_holdings_are_used(ask: Callable[..., Any]) -> None:
    rows: list[list[Any]] = [["A", 1000.0, 10.0], ["B", 2000.0, 20.0]]
    answer = ask("PBAL_DRIFT", block(rows), Range([[0.25], [0.75]]))
    assert answer == [["A", pytest.approx(1 / 3), 0.25, pytest.approx(1 / 12)],
                      ["B", pytest.approx(2 / 3), 0.75, pytest.approx(-1 / 12)]]  # fmt: skip


def test_the_smallest_deposit_is_a_number(ask: Callable[..., Any]) -> None:
    assert ask("PBAL_MINDEPOSIT", block([["A", 1000.0, 10.0], ["B", 2000.0, 20.0]])) == [[1000.0]]


def test_the_version_answers_without_arguments(ask: Callable[..., Any]) -> None:
    [[answer]] = ask("PBAL_VERSION")
    assert answer.startswith("pbal-xl ")


def test_nothing_that_excel_cannot_show_is_answered(ask: Callable[..., Any]) -> None:
    answer = ask("PBAL_NEVERSELL", block([["Symbol", "Value", "Price"], ["A", 1000.0, 10.0], [None] * 3]), 15.0)
    assert {type(cell) for row in answer for cell in row} <= {str, float}
