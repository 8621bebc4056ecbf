"""What is a name for cash, and what only sounds like one."""

from __future__ import annotations

import pytest

from pbal_xl.grid.cash import is_cash_label, is_money_market, less_currency, names_cash
from pbal_xl.grid.cells import Cell, Origin
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.rows import Row, Shown, is_lot, kind_of
from pbal_xl.grid.vocabulary import words


@pytest.mark.parametrize(
    "text",
    ["Cash", "EUR Guthaben", "Saldo (EUR)", "USD Cash", "Liquidit\u00e9s", "Konto: EUR"],
)
def test_a_name_for_cash_may_have_a_currency_at_an_end(text: str) -> None:
    assert is_cash_label(text)


@pytest.mark.parametrize("text", ["EUR Stoxx 50", "USD Bond Fund", "Core EUR Govt", "CASHFLOW Inc", "iShares EUR"])
def test_a_fund_with_a_currency_in_its_name_is_no_cash(text: str) -> None:
    assert not is_cash_label(text)


def test_only_a_currency_at_an_end_is_taken_off() -> None:
    assert [less_currency(text) for text in ("EUR Konto", "Konto [eur]", "Core EUR Govt", "EUR", "ABC Konto")] == [
        "Konto",
        "Konto",
        "Core EUR Govt",
        "EUR",
        "ABC Konto",
    ]


def test_funds_of_money_are_told_by_ticker_and_name() -> None:
    assert is_money_market("VMFXX")
    assert not is_money_market("VTI")
    assert names_cash("Schwab Value Advantage Money Market")
    assert not names_cash("Money Market ETF")


@pytest.mark.parametrize(("text", "named"), [("Lot 1", True), ("Kauf #12", True), ("Lot", False), ("VTI 3", False)])
def test_a_lot_is_told_by_its_word_and_number(text: str, named: bool) -> None:
    assert is_lot(text) == named


@pytest.mark.parametrize("kind", ["cash", "cash_end"])
def test_every_name_of_cash_makes_a_row_cash_alone_and_of_a_bank_behind_or_before(kind: str) -> None:
    for name in words(kind):
        # "Savings" alone may be all that an account holds.
        texts = [name, f"Emergency fund ({name})"] if name != "savings" else []
        if kind == "cash_end":
            texts.append(f"Some Bank {name}")
            texts += [f"{name} Some Bank"] if name not in {"cash", "savings"} else []
        for text in texts:
            assert kind_of((text, 5.0), Shown(text)) is Row.CASH, text


@pytest.mark.parametrize(
    "text", ["Savings Plan ETF", "Cash Flow Kings ETF", "Konto AG", "Emergency Services Inc (EMS)"]
)
def test_a_fund_that_has_a_word_of_cash_in_its_name_is_none(text: str) -> None:
    assert kind_of((text, 5.0), Shown(text)) is Row.HOLDING


@pytest.mark.parametrize(
    ("below", "end"),
    [
        ([["Cash", 500, None]], 5),
        ([["Total", 3000, None], ["Girokonto", 500, None], ["Total", 3500, None]], 6),
        # A word for cash without a figure is none, and behind something else begins nothing.
        ([["Cash", None, None]], 3),
        ([["Bought", "Price", "Fee"], ["Cash", 500, None]], 3),
    ],
)
def test_cash_below_a_blank_row_belongs_to_the_table(below: list[list[Cell]], end: int) -> None:
    rows: list[list[Cell]] = [["Symbol", "Value", "Price"], ["A", 1000, 10], ["B", 2000, 5], [None] * 3, *below]
    assert find_holdings(rows, Origin()).address == f"A1:C{end}"
