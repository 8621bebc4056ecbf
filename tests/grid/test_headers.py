"""Which column is which, in every layout of brokers' exports."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl.errors import CellFaults
from pbal_xl.grid import vocabulary
from pbal_xl.grid.cells import Grid, Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.headers import is_header_row
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.grid.vocabulary import meanings

if TYPE_CHECKING:
    from collections.abc import Callable

BROKERS = Path(__file__).parents[1] / "data" / "brokers"

# Symbol, value, price, quantity, gain, cost as each export calls them.
NAMES = {
    "ib-flex-short": ("Symbol", "PositionValue", "MarkPrice", None, "FifoPnlUnrealized", None),
    "ib-flex-long": ("Symbol", "PositionValue", "MarkPrice", "Quantity", "FifoPnlUnrealized", "CostBasisMoney"),
    "ib-activity": ("Symbol", "Value", "Close Price", "Quantity", "Unrealized P/L", "Cost Basis"),
    "fidelity": (
        "Symbol", "Current Value", "Last Price", "Quantity", "Total Gain/Loss Dollar", "Cost Basis Total",
    ),
    "fidelity-other": (
        "Symbol", "Current Value", "Last Price", "Quantity", "Total Gain/Loss ($)", "Total Cost Basis",
    ),
    "schwab": (
        "Symbol", "Mkt Val (Market Value)", "Price", "Qty (Quantity)", "Gain $ (Gain/Loss $)", "Cost Basis",
    ),
    "schwab-older": ("Symbol", "Market Value", "Price", "Quantity", "Gain/Loss $", "Cost Basis"),
    "vanguard": ("Symbol", "Total Value", "Share Price", "Shares", None, None),
    "etrade": ("Symbol", "Value $", "Last Price $", "Quantity", "Total Gain $", None),
    "merrill": ("Symbol", "Value ($)", "Price ($)", "Quantity", "Unrealized Gain/Loss ($)", None),
    "m1": ("Symbol", "Value", None, "Quantity", "Unrealized Gain ($)", "Cost Basis"),
    "degiro": ("Symbol/ISIN", "Local value", "Closing", "Amount", None, None),
    "yahoo": ("Symbol", None, "Current Price", "Quantity", None, None),
    "portfolio-performance": ("Symbol", "Market Value", "Quote", "Shares", "Profit / Loss", "Purchase Value"),
    "portfolio-performance-german": (
        "Symbol", "Marktwert", "Kurs", "Bestand", "Gewinn / Verlust", "Einstandspreis",
    ),
}  # fmt: skip
FIELDS = ("symbol", "value", "price", "quantity", "gain", "cost")


def header_of(broker: str) -> list[str]:
    text = (BROKERS / f"{broker}.csv").read_text("utf-8")
    separator = ";" if "german" in broker else ","
    wanted = {name for name in NAMES[broker] if name}
    return next(row for row in csv.reader(text.splitlines(), delimiter=separator) if wanted <= set(row))


def roles_of(broker: str) -> dict[str, str]:
    """The header of each field's column, as a reading of the whole export tells it."""
    block = find_holdings(read_csv((BROKERS / f"{broker}.csv").read_bytes()), Origin(), headerless=True)
    table = read_holdings(block.rows, block.origin)
    return {one.role: one.header for one in table.roles}


@pytest.mark.parametrize("broker", NAMES)
def test_every_export_s_columns_are_found_by_name(broker: str) -> None:
    found = roles_of(broker)
    expected = dict(zip(FIELDS, NAMES[broker], strict=True))
    if broker == "degiro":
        expected["value"] = "Value in EUR"
    assert {field: found.get(field) for field in FIELDS} == expected


@pytest.mark.parametrize("broker", NAMES)
@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda name: f" \ufeff{name}\u00a0", lambda name: f'"{name}"']
)
def test_case_blanks_quotes_and_marks_do_not_count(broker: str, change: Callable[[str], str]) -> None:
    row = header_of(broker)
    assert is_header_row([change(name) if name else name for name in row])
    for name in row:
        if name:
            assert {one.field for one in meanings(change(name))} == {one.field for one in meanings(name)}


def fields_by_name(header: list[str], cells: list[Any]) -> dict[str, str]:
    return {one.role: one.header for one in read_holdings([header, cells], Origin()).roles}


def test_variants_of_exports_are_found_too() -> None:
    header = ["Symbol", "Last price", "Current value", "Cost Basis", "Cost Basis Per Share"]
    assert fields_by_name(header, ["A", 10, 100, 90, 9]) == {
        "symbol": "Symbol", "price": "Last price", "value": "Current value", "cost": "Cost Basis",
        "price paid": "Cost Basis Per Share",
    }  # fmt: skip
    assert fields_by_name(["Symbol", "Position", "MarkPrice"], ["A", 10, 5]) == {
        "symbol": "Symbol", "quantity": "Position", "price": "MarkPrice",
    }  # fmt: skip


def test_a_header_in_two_lines_is_one_name() -> None:
    found = fields_by_name(["Ticker", "Market\nValue", "Last\r\nPrice"], ["A", 10, 5])
    assert found == {"symbol": "Ticker", "value": "Market Value", "price": "Last Price"}


def test_a_header_in_two_rows_is_one() -> None:
    rows: list[list[Any]] = [["", "Market", "Last"], ["Ticker", "Value", "Price"], ["A", 10, 5], ["B", 20, 4]]
    usual = read_holdings([["Ticker", "Value", "Price"], *rows[2:]]).holdings
    assert read_holdings(rows).holdings == usual
    assert read_holdings([["Ticker", "Market", "Last"], ["", "Value", "Price"], *rows[2:]]).holdings == usual


def test_a_name_serves_as_symbol_only_where_nothing_better_is() -> None:
    def symbol_of(*names: str) -> str:
        return fields_by_name([*names, "Value"], [*"xyz"[: len(names)], 5])["symbol"]

    assert symbol_of("Name", "Symbol") == "Symbol"
    assert symbol_of("Name", "Fund") == "Fund"
    assert symbol_of("Name", "ISIN") == "ISIN"
    assert symbol_of("Name") == "Name"


def test_amount_is_a_quantity_only_with_proof() -> None:
    with pytest.raises(CellFaults, match="no column tells"):
        read_holdings([["Symbol", "Amount", "Price"], ["A", 5, 10]])
    proved = fields_by_name(["Symbol", "Amount", "Price", "Value"], ["A", 5, 10, 50])
    assert proved["quantity"] == "Amount"
    as_money = fields_by_name(["Symbol", "Shares", "Price", "Amount"], ["A", 5, 10, 50])
    assert as_money["value"] == "Amount"


@pytest.mark.parametrize(
    "row", [["AAA", "ETF", "Fund"], ["Fund", "ETF"], ["FUND", "FUND", "SE01"], ["ETF", "5", "1"]]
)
def test_words_that_are_data_too_make_no_header(row: list[str]) -> None:
    assert not is_header_row(row)


@pytest.mark.parametrize("row", [["Symbol", 5, "Price"], ["Value", "Price"], ["VTI", "Value"], [None, ""], []])
def test_a_row_with_a_number_or_without_a_symbol_is_no_header(row: list[Any]) -> None:
    assert not is_header_row(row)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        (["Symbol", "Value", "Market Value"], "value"),
        (["Symbol", "Value", "Price", "Last Price"], "price"),
        (["Symbol", "Ticker", "Value"], "symbol"),
        (["Symbol", "Value", "Target", "Target %"], "target"),
    ],
)
def test_two_columns_that_claim_a_field_are_both_named(header: list[str], field: str) -> None:
    with pytest.raises(CellFaults) as caught:
        read_holdings([header, ["VTI", 1, 2, 3][: len(header)]], Origin(2, 1))
    said = str(caught.value)
    assert f"both claim to be the {field}" in said
    assert sum(f'2 ("{name}")' in said for name in header) == 2


def test_columns_in_any_order_give_the_same_holdings() -> None:
    names = ["Symbol", "Value", "Price", "Gain", "Target"]
    cells = ["VTI", 1000, 10, -5, 1]
    usual = read_holdings([names, cells]).holdings
    for turn in range(5):
        order = [(place * 2 + turn) % 5 for place in range(5)]
        assert read_holdings([[names[i] for i in order], [cells[i] for i in order]]).holdings == usual


@pytest.mark.parametrize("name", ["Value (USD)", "value (eur)", "Value \u20ac", "Value (\u00a3)", "EUR Value"])
def test_a_currency_in_a_header_does_not_hide_the_field(name: str) -> None:
    assert fields_by_name(["Symbol", name], ["A", 5])["value"] == name


def test_of_two_values_the_home_one_is_taken_where_the_figures_tell_which_it_is() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Qty", "Price", "Value", "Value (USD)"],
        ["A", 1, 10, 10, 10],
        ["B", 2, 10, 20, 25],
    ]
    assert [one.value for one in read_holdings(rows).holdings] == [10, 25]
    with pytest.raises(CellFaults, match="both claim to be the value"):
        read_holdings([["Symbol", "Value (EUR)", "Value (USD)"], ["A", 1, 2]])


@pytest.mark.parametrize("name", ["Titolo", "Fund", "Wertpapier", "Description"])
def test_the_only_column_that_names_holdings_names_them_even_where_it_holds_codes_of_currencies(name: str) -> None:
    rows: Grid = [[name, "Quantity", "Price", "Value"], ["GBX", 5.0, 100.0, 500.0], ["USD", 5.0, 200.0, 1000.0]]
    assert [holding.symbol for holding in read_holdings(rows).holdings] == ["GBX", "USD"]


def test_every_name_of_the_vocabulary_has_the_key_that_a_header_of_that_name_has() -> None:
    for entry in vocabulary.data()["fields"].values():
        for part in ("names", "weak"):
            for name in (name for listed in entry.get(part, {}).values() for name in listed):
                assert vocabulary._key(name) == vocabulary.name_of(name).key, name


@pytest.mark.parametrize(
    ("amount", "total", "header", "values"),
    [((10, 20), (5, 4), "Total (USD)", [5, 4]), ((10, 20), ("$5.00", "$4.00"), "Total", [5, 4])],
)
def test_of_two_sums_the_one_with_a_currency_in_its_name_or_its_cells_is_the_value(
    amount: tuple[int, int], total: tuple[Any, Any], header: str, values: list[int]
) -> None:
    rows: Grid = [["Symbol", "Amount", header], ["A", amount[0], total[0]], ["B", amount[1], total[1]]]
    assert [one.value for one in read_holdings(rows).holdings] == values


def test_quantity_and_price_are_those_that_prove_the_value_though_others_stand_in_more_rows() -> None:
    rows: Grid = [
        ["Symbol", "Shares", "Price", "Value", "Units", "Unit Price", "Amount"],
        ["A", 10, 5, 50, 3, 7, 21],
        ["B", 20, 4, 80, 2, 9, 18],
        ["C", 5, 4, 20, 2, 8, 16],
    ]
    assert [(one.quantity, one.price) for one in read_holdings(rows).holdings] == [(10, 5), (20, 4), (5, 4)]
    with pytest.raises(CellFaults, match="A5: D has neither quantity nor price, which the other rows have"):
        read_holdings([*rows, ["D", None, None, 30, 2, 9, 18]], Origin())


def test_sentences_are_transactions_in_a_column_of_actions_alone() -> None:
    def rows(header: str) -> Grid:
        words = ("Bought 10 shares", "Sold 5 shares", "Bought one more")
        return [
            ["Symbol", "Value", header],
            *[[symbol, 10, word] for symbol, word in zip("ABC", words, strict=True)],
        ]

    assert [one.value for one in read_holdings(rows("Type")).holdings] == [10, 10, 10]
    with pytest.raises(CellFaults, match="the rows are transactions"):
        read_holdings(rows("Action"))


@pytest.mark.parametrize("days", [(44000, 44001, 44002), (None, None, None)])
def test_days_that_are_no_dates_tell_no_transactions(days: tuple[Any, ...]) -> None:
    rows: Grid = [
        ["Symbol", "Value", "Date"],
        *[[symbol, 10, day] for symbol, day in zip("ABC", days, strict=True)],
    ]
    assert len(read_holdings(rows).holdings) == 3
