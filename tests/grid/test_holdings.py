"""Rows to holdings: nothing guessed, nothing skipped unsaid, all faults at once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import NEVER_CALCULATED, Origin
from pbal_xl.grid.holdings import MOST_COLUMNS, MOST_ROWS, Table, read_holdings

HEADER = ["Symbol", "Value", "Price"]


def faults_of(rows: list[list[Any]], **more: Any) -> list[str]:
    with pytest.raises(CellFaults) as caught:
        read_holdings(rows, Origin(), **more)
    return list(caught.value.faults)


def told(table: Table) -> tuple[str, ...]:
    """The notices, less the one that says that targets are equal."""
    return tuple(notice for notice in table.notices if not notice.startswith("Targets are equal"))


def symbols(table: Table) -> list[str]:
    return [one.symbol for one in table.holdings]


def test_all_faults_of_a_block_are_told_at_once_with_their_cells() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Price", "Gain", "Target"],
        ["A", "abc", 10, 1, 20],
        ["B", -500, 10, 1, 20],
        ["C", 100, 0, 1, 20],
        ["D", "#N/A", -3, "#REF!", 20],
        [None, 100, 10, 1, 20],
        ["E", None, 10, 1, -1],
        ["F", True, dt.date(2024, 1, 31), dt.time(1, 2), dt.timedelta(1)],
        ["G", "12%", float("nan"), float("inf"), 1e400],
        ["#NAME?", 1, 1, 1, 1],
        ["H", NEVER_CALCULATED, 1, 1, 1],
        ["I", 10**16, 1, 1, 1],
    ]
    faults = {fault.split(":")[0]: fault for fault in faults_of(rows)}
    wanted = "B2 B3 C4 B5 C5 D5 A6 B7 B8 C8 D8 B9 C9 D9 A10 B11 B12 E7 E8 E9"
    assert list(faults) == wanted.split()
    assert faults["B2"] == 'B2: value "abc" is not a number'
    assert faults["B3"] == "B3: value must be at least 0, is -500"
    assert faults["C4"] == "C4: price must be above 0, is 0"
    assert faults["B5"] == "B5: value is #N/A"
    assert faults["C8"] == "C8: price is the date 2024-01-31, not a number"
    assert "never calculated" in faults["B11"]


def test_a_missing_value_is_a_fault_where_nothing_tells_it() -> None:
    assert faults_of([HEADER, ["A", None, 10]]) == ["B2: value is missing"]
    assert faults_of([["Symbol", "Quantity", "Price"], ["A", 5, None]]) == ["C2: price is missing"]
    assert faults_of([["Symbol", "Quantity", "Price"], ["A", "--", 5]]) == ["B2: quantity is missing"]


def test_value_is_quantity_times_price_and_price_is_value_over_quantity() -> None:
    by_price = read_holdings([["Symbol", "Quantity", "Price"], ["A", "3", "1.1"]]).holdings[0]
    assert by_price.value == Decimal("3.3")
    by_value = read_holdings([["Symbol", "Quantity", "Value"], ["A", 4, 10]]).holdings[0]
    assert by_value.price == Decimal("2.5")


def test_gain_is_value_less_cost_where_gain_is_absent() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Cost Basis", "Gain"],
        ["A", 100, 120, None],
        ["B", 100, 120, 7],
        ["C", 100, "N/A", "--"],
    ]
    assert [one.gain for one in read_holdings(rows).holdings] == [-20, 7, None]


def test_a_value_of_zero_that_quantity_and_price_deny_is_a_fault() -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Quantity", "Price"], ["A", 0, 10, 5], ["B", 0, 0, 5]]
    assert faults_of(rows) == ["B2: value is 0, but quantity x price is 10 x 5"]


@pytest.mark.parametrize(
    "label", ["Total", "TOTAL:", "Account Total", "Positions Total", " grand  total ", "Summe"]
)
@pytest.mark.parametrize("place", [0, 3])
def test_total_rows_are_no_holdings(label: str, place: int) -> None:
    total: list[Any] = [None, 300, None, None]
    total[place] = label
    table = read_holdings([[*HEADER, "Note"], ["A", 100, 1, ""], total, ["B", 200, 1, ""]])
    assert symbols(table) == ["A", "B"]


@pytest.mark.parametrize("name", ["Total Stock Market Index", "Totalenergies", "Cashback Inc", "Sum Corp"])
def test_names_that_only_begin_like_a_total_or_cash_are_holdings(name: str) -> None:
    assert symbols(read_holdings([["Fund", "Value"], [name, 100]])) == [name]


@pytest.mark.parametrize("name", ["CASH", "Cash", "Cash & Cash Investments", "SPAXX**", "Cash balance", "USD Cash"])
def test_cash_is_left_out_with_a_notice_that_names_it(name: str) -> None:
    table = read_holdings([HEADER, ["A", 100, 1], [name, 2500.5, None]], Origin(5, 2))
    assert symbols(table) == ["A"]
    assert told(table) == (f"B7: {name}, 2500.5, is cash and is left out.",)


def test_pending_activity_is_left_out_with_a_notice() -> None:
    table = read_holdings([HEADER, ["A", 100, 1], ["Pending Activity", -150, None]])
    assert symbols(table) == ["A"]
    assert "Pending activity, -150, is no holding" in table.notices[0]


def test_a_sum_without_a_label_is_left_out_with_a_notice() -> None:
    table = read_holdings([HEADER, ["A", 100, 1], ["B", 200, 1], [None, 300, None]], Origin())
    assert symbols(table) == ["A", "B"]
    assert told(table) == ("A4: the sum in this row is left out.",)


def test_another_figure_without_a_symbol_is_a_fault() -> None:
    assert faults_of([HEADER, ["A", 100, 1], [None, 299, None]]) == ["A3: symbol is missing"]


def test_a_total_by_another_name_is_never_counted() -> None:
    for name in ("Depot", "Portfolio", "Whatever it is"):
        rows: list[list[Any]] = [HEADER, ["A", 100, 1], ["B", 200, 1], [name, 300, None]]
        table = read_holdings(rows, Origin())
        assert symbols(table) == ["A", "B"]
        assert told(table) == (f"A4: {name}, 300, is the sum of rows above and is left out.",)
    assert symbols(read_holdings([["Symbol", "Value"], ["A", 100], ["B", 200], ["Depot", 300]])) == ["A", "B"]
    assert faults_of([["Symbol", "Value"], ["A", 100], ["B", 200], ["Whatever it is", 300]]) == [
        "A4: Whatever it is is worth exactly the sum of the other rows; if it is a total, call it Total"
    ]
    assert symbols(read_holdings([["Symbol", "Value"], ["A", 100], ["B", 200], ["C", 300]])) == ["A", "B", "C"]


def test_blank_rows_and_disclaimers_are_passed_over() -> None:
    note = "The data in this spreadsheet is provided to you solely for your own use."
    table = read_holdings([HEADER, ["A", 100, 1], [None, " ", "\u00a0\u200b"], [note, None, None], ["B", 1, 1]])
    assert (symbols(table), table.rows, told(table)) == (["A", "B"], (1, 4), ())


def test_lots_are_added_up_and_stand_in_their_first_row() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Price", "Quantity", "Gain"],
        ["A", 100, 10, 10, 5],
        ["B", 50, 5, 10, 1],
        ["a ", 30, 10, 3, -2],
    ]
    table = read_holdings(rows, Origin())
    first = table.holdings[0]
    assert (first.symbol, first.value, first.quantity, first.gain) == ("A", 130, 13, 3)
    assert table.rows == (1, 2)
    assert told(table) == ("A stands in A2, A4; its lots are added up.",)


def test_lots_that_disagree_on_price_or_target_are_a_fault() -> None:
    rows: list[list[Any]] = [[*HEADER, "Target"], ["A", 100, 10, 50], ["A", 100, 11, 60]]
    assert faults_of(rows) == ["C3: price of A is 11, but 10 in C2", "D3: target of A is 60, but 50 in D2"]


@given(
    st.lists(
        st.tuples(st.sampled_from("ABC"), st.integers(0, 10**9), st.integers(0, 10**6)), min_size=1, max_size=12
    )
)
def test_adding_up_lots_loses_nothing(lots: list[tuple[str, int, int]]) -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Quantity"],
        *([s, Decimal(v) / 100, Decimal(q) / 1000] for s, v, q in lots),
    ]
    table = read_holdings(rows)
    assert sum(one.value for one in table.holdings) == sum(Decimal(v) / 100 for _, v, _ in lots)
    assert sum(one.quantity for one in table.holdings) == sum(Decimal(q) / 1000 for _, _, q in lots)
    assert symbols(table) == list(dict.fromkeys(s for s, _, _ in lots))


@pytest.mark.parametrize(
    ("cell", "symbol"), [(7203, "7203"), (7203.0, "7203"), (" VTI\u00a0", "VTI"), ("A\nB", "A B")]
)
def test_a_symbol_reads_as_it_looks(cell: float | str, symbol: str) -> None:
    assert symbols(read_holdings([HEADER, [cell, 1, 1]])) == [symbol]


def test_a_symbol_that_a_spreadsheet_took_for_something_else_is_a_fault() -> None:
    assert "A2: symbol is TRUE" in faults_of([HEADER, [True, 1, 1]])[0]
    assert "A2: symbol is the date 2024-03-01" in faults_of([HEADER, [dt.date(2024, 3, 1), 1, 1]])[0]


def test_without_a_header_the_order_is_symbol_value_price_gain_target() -> None:
    holding = read_holdings([["A", "100.5", 10, -1, "100%"]]).holdings[0]
    assert (holding.symbol, holding.value, holding.price, holding.gain, holding.target) == (
        "A", Decimal("100.5"), 10, -1, 1,
    )  # fmt: skip


def test_an_ambiguous_number_is_refused_unless_block_or_setting_decides() -> None:
    rows = [HEADER, ["A", "1,234", "2"], ["B", "5,678", "3"]]
    assert [fault.split(":")[0] for fault in faults_of(rows)] == ["B2", "B3"]
    assert read_holdings(rows, decimal=".").holdings[0].value == 1234
    assert read_holdings(rows, decimal=",").holdings[0].value == Decimal("1.234")
    rows[2][2] = "3.50"
    assert read_holdings(rows).holdings[0].value == 1234
    rows[2][2] = "3,50"
    assert read_holdings(rows).holdings[0].value == Decimal("1.234")


def test_targets_must_be_given_for_all_or_none() -> None:
    rows: list[list[Any]] = [[*HEADER, "Target"], ["A", 1, 1, 50], ["B", 1, 1, None]]
    assert faults_of(rows) == ["D3: B has no target while others have one; 0 is a target too"]


@pytest.mark.parametrize(("rows", "said"), [
    ([], "A1: there are no holdings here"),
    ([[]], "A1: there are no holdings here"),
    ([HEADER], "A1: there are no holdings here"),
    ([["VTI"]], "A1: holdings need at least a symbol and a value, this is one column"),
    ([["Symbol", "Price"], ["A", 1]], "A1: no column tells what a holding is worth"),
])  # fmt: skip
def test_a_block_without_holdings_is_a_fault(rows: list[list[Any]], said: str) -> None:
    assert faults_of(rows)[0].startswith(said)


def test_a_block_that_is_too_large_is_refused() -> None:
    assert "columns" in faults_of([["Symbol"] * (MOST_COLUMNS + 1)])[0]
    rows: list[list[Any]] = [["Symbol", "Value"], *[["A", 1]] * (MOST_ROWS + 1)]
    assert "100,000 rows" in faults_of(rows)[0]


WORDS = ["Symbol", "Value", "Price", "VTI", "#N/A", "1,234", "Total", "Cash", NEVER_CALCULATED, "SPAXX**"]
plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.times())
cells = st.one_of(plain, st.text(max_size=20), st.sampled_from(WORDS))


@given(st.lists(st.lists(cells, max_size=6), max_size=8), st.booleans())
def test_no_block_of_cells_raises_anything_but_faults(rows: list[list[Any]], known: bool) -> None:
    told: tuple[str, ...] = ()
    try:
        table = read_holdings(rows, Origin(known=known))
    except CellFaults as error:
        told = error.faults
    else:
        assert len(table.holdings) == len(table.rows)
        assert all(one.value.is_finite() and one.value >= 0 for one in table.holdings)
        return
    assert told
    assert not any("\n" in fault for fault in told)


@pytest.mark.parametrize("name", ["Core", "Settled funds", "Likvide"])
def test_a_row_without_quantity_and_price_where_the_others_have_both_is_no_holding_in_silence(name: str) -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Quantity", "Price", "Value"],
        [name, None, None, 1000],
        ["AAA", 10, 100, 1000],
        ["BBB", 5, 100, 500],
    ]
    with pytest.raises(CellFaults) as caught:
        read_holdings(rows, Origin())
    assert any(f"A2: {name} has neither quantity nor price" in fault for fault in caught.value.faults)


@pytest.mark.parametrize(
    "heading",
    [
        "Value ($000)", "Market Value (k€)", "Value (kEUR)", "Wert (TEUR)", "Wert (T€)", "Value (USD k)",
        "Value (k)", "Wert (Mio. EUR)", "Value (millions)", "Value ($M)", "Value (USD mn)", "Value (lakhs)",
    ],
)  # fmt: skip
def test_values_in_thousands_are_never_taken_for_whole_ones(heading: str) -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Quantity", "Price", heading],
        ["AAA", 5000, 200, 1000],
        ["BBB", 5000, 100, 500],
    ]
    with pytest.raises(CellFaults) as caught:
        read_holdings(rows, Origin())
    assert caught.value.faults


@pytest.mark.parametrize("heading", ["Market Value", "Kurswert EUR", "Value (Mkt $)", "Value in USD"])
def test_a_heading_that_has_a_letter_of_thousands_by_chance_is_none(heading: str) -> None:
    rows: list[list[Any]] = [["Symbol", heading], ["AAA", 1000], ["BBB", 500]]
    assert [holding.value for holding in read_holdings(rows, Origin()).holdings] == [1000, 500]


def test_a_position_of_class_cash_is_cash_whatever_its_quantity_says() -> None:
    rows: list[list[Any]] = [
        ["Name", "Asset Class", "Quantity", "Price", "Value"],
        ["Alpha Equity Fund", "Equity", 10, 100, 1000],
        ["Beta Bond Fund", "Bonds", 5, 100, 500],
        ["High-yield account", "Cash", 1, 250, 250],
    ]
    table = read_holdings(rows, Origin())
    assert [one.symbol for one in table.holdings] == ["Alpha Equity Fund", "Beta Bond Fund"]
    assert any("High-yield account" in notice for notice in table.notices)


ISINS: list[list[Any]] = [
    ["Fund", "ISIN", "Shares", "Price", "Value"],
    ["World  Fund", "IE00B4L5Y983", 2, 100, 200],
    ["--", "IE00BKM4GZ66", 3, 30, 90],
    ["ie00bg47kh54", "IE00BG47KH54", 4, 25, 100],
]


def test_numbers_of_securities_are_told_with_the_names_beside_them() -> None:
    table = read_holdings([list(row) for row in ISINS], Origin())
    assert symbols(table) == ["IE00B4L5Y983", "IE00BKM4GZ66", "IE00BG47KH54"]
    # A blank is no name, nor is the number once more.
    assert [one.name for one in table.holdings] == ["World Fund", "", ""]


def test_the_name_of_a_symbol_in_several_rows_is_that_of_the_first() -> None:
    rows = [list(row) for row in ISINS]
    rows.append(["World Fund, again", "IE00B4L5Y983", 1, 100, 100])
    assert read_holdings(rows, Origin()).holdings[0].name == "World Fund"


@pytest.mark.parametrize("symbol", ["VTI", "BRK.B", "VWCE", "Fidelity", "A Fund 2", "vti123"])
def test_a_symbol_that_speaks_for_itself_needs_no_name(symbol: str) -> None:
    table = read_holdings([["Ticker", "Name", "Value", "Price"], [symbol, "Some Fund", 10, 1]], Origin())
    assert [one.name for one in table.holdings] == [""]


@pytest.mark.parametrize("number", ["US9229087690", "A1JX52", "922908769", "B1YZSC5", "0P0000XYZ1"])
def test_every_kind_of_number_gets_the_name_beside_it(number: str) -> None:
    table = read_holdings([["Symbol", "Name", "Value", "Price"], [number, "Some Fund", 10, 1]], Origin())
    assert [(one.symbol, one.name) for one in table.holdings] == [(number, "Some Fund")]


def test_rows_without_a_price_that_come_to_the_row_above_are_its_lots() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Quantity", "Price", "Value"],
        ["VTI", 10, 10, 100],
        ["Long Term", 6, None, 60],
        ["Short Term", 4, None, 40],
        ["BND", 5, 10, 50],
    ]
    table = read_holdings(rows, Origin())
    assert [(one.symbol, one.value) for one in table.holdings] == [("VTI", 100), ("BND", 50)]
    assert "A3: Long Term, 60, is a lot of the row above and is left out." in table.notices


def test_a_position_worth_nothing_has_no_lots() -> None:
    table = read_holdings([["Symbol", "Value"], ["A", 0], ["B", 10]], Origin())
    assert [(one.symbol, one.value) for one in table.holdings] == [("A", 0), ("B", 10)]


def test_a_row_of_cash_without_a_symbol_is_told_by_the_cell_that_calls_it_so() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Account", "Description", "Value"],
        ["AAA", "Mine", "A fund", 100],
        ["BBB", "Mine", "Another fund", 300],
        [None, "Mine", "Cash & Cash Investments", 250],
    ]
    table = read_holdings(rows, Origin())
    assert told(table) == ("C4: Cash & Cash Investments, 250, is cash and is left out.",)
    assert table.cash == (("C4", Decimal(250)),)
    assert [one.cell for one in table.left_out] == ["C4"]


def test_whole_figures_are_told_without_a_decimal_point() -> None:
    """Excel and Calc hand over floats."""
    with pytest.raises(CellFaults) as raised:
        read_holdings([["Symbol", "Quantity", "Price", "Value"], ["A", 5.0, 10.0, 0.0]], Origin())
    assert raised.value.faults == ("D2: value is 0, but quantity x price is 5 x 10",)
    with pytest.raises(CellFaults) as raised:
        read_holdings([["Symbol", "Value", "Price"], ["A", 5.0, 10.0], ["A", 5.0, 20.0]], Origin())
    assert raised.value.faults == ("C3: price of A is 20, but 10 in C2",)
