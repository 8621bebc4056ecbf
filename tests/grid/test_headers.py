"""Which column is which, in every layout of brokers' exports."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.headers import claims, is_header_row
from pbal_xl.grid.holdings import read_holdings

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


@pytest.mark.parametrize("broker", NAMES)
def test_every_export_s_columns_are_found_by_name(broker):
    row = header_of(broker)
    found = claims(row)
    named = tuple(row[found[field][0]] if field in found else None for field in FIELDS)
    assert named == NAMES[broker]
    assert all(len(columns) == 1 for columns in found.values())


@pytest.mark.parametrize("broker", NAMES)
@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda name: f" \ufeff{name}\u00a0", lambda name: f'"{name}"']
)
def test_case_blanks_quotes_and_marks_do_not_count(broker, change):
    row = header_of(broker)
    assert claims([change(name) if name else name for name in row]) == claims(row)


def test_variants_of_exports_are_found_too():
    assert claims(["Symbol", "Last price", "Current value", "Cost Basis", "Cost Basis Per Share"]) == {
        "symbol": [0], "price": [1], "value": [2], "cost": [3],
    }  # fmt: skip
    assert claims(["Symbol", "Position", "MarkPrice"]) == {"symbol": [0], "quantity": [1], "price": [2]}


def test_a_header_in_two_lines_is_one_name():
    assert claims(["Ticker", "Market\nValue", "Last\r\nPrice"]) == {"symbol": [0], "value": [1], "price": [2]}


def test_a_name_serves_as_symbol_only_where_nothing_better_is():
    assert claims(["Name", "Symbol", "Value"])["symbol"] == [1]
    assert claims(["Name", "Fund", "Value"])["symbol"] == [1]
    assert claims(["Name", "Value"])["symbol"] == [0]


def test_amount_is_a_quantity_only_beside_closing():
    assert "quantity" not in claims(["Symbol", "Amount", "Price"])
    assert claims(["Symbol/ISIN", "Amount", "Closing"])["quantity"] == [1]


@pytest.mark.parametrize("row", [["Symbol", 5, "Price"], ["Value", "Price"], ["VTI", "Value"], [None, ""], []])
def test_a_row_with_a_number_or_without_a_symbol_is_no_header(row):
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
def test_two_columns_that_claim_a_field_are_both_named(header, field):
    with pytest.raises(CellFaults) as caught:
        read_holdings([header, ["VTI", 1, 2, 3][: len(header)]], Origin(2, 1))
    said = str(caught.value)
    assert f"both claim to be the {field}" in said
    assert sum(f'2 ("{name}")' in said for name in header) == 2


def test_columns_in_any_order_give_the_same_holdings():
    names = ["Symbol", "Value", "Price", "Gain", "Target"]
    cells = ["VTI", 1000, 10, -5, 1]
    usual = read_holdings([names, cells]).holdings
    for turn in range(5):
        order = [(place * 2 + turn) % 5 for place in range(5)]
        assert read_holdings([[names[i] for i in order], [cells[i] for i in order]]).holdings == usual


@pytest.mark.parametrize("name", ["Value (USD)", "value (eur)", "Value \u20ac", "Value (\u00a3)"])
def test_a_currency_in_a_header_does_not_hide_the_field(name):
    assert claims(["Symbol", name])["value"] == [1]


def test_a_header_without_currency_goes_before_one_with_it():
    assert claims(["Symbol", "Value", "Value (USD)"])["value"] == [1]
    assert claims(["Symbol", "Value (EUR)", "Value (USD)"])["value"] == [1, 2]
