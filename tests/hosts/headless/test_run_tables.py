"""Class targets, funds of several classes, rates and all the cash, from files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from command import run
from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName

if TYPE_CHECKING:
    from pathlib import Path

HOLDINGS = "Symbol,Class,Value,Price,Gain\nVTI,Stocks,5000,200,900\nVXUS,stocks,2000,60,-50\nBND,Bonds,3000,70,10\n"
TABLE = "\nClass,Target\nStocks,60%\nBonds,40%\n"


def told(file: Path, *options: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(file, *options, "--fractional", "--dry-run", "--json").stdout)
    return found


def traded(plan: dict[str, Any]) -> dict[str, float]:
    return {order["symbol"]: order["amount"] for order in plan["orders"] if order["amount"]}


def csv(tmp_path: Path, text: str, name: str = "a.csv") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def book(tmp_path: Path, names: dict[str, str], *, table: bool = True) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Mine"
    for line in HOLDINGS.splitlines():
        sheet.append([float(cell) if cell.lstrip("-").isdigit() else cell for cell in line.split(",")])
    plan = made.create_sheet("Plan")
    for row in [[None, "Class", "Target"], [None, "Stocks", 0.6], [None, "Bonds", 0.4]] if table else []:
        plan.append(row)
    mix = made.create_sheet("Mix")
    for row in [["Symbol", "Stocks", "Bonds"], ["VTI", 0.9, 0.1], ["BND", 0, 1]]:
        mix.append(row)
    for name, refers in names.items():
        made.defined_names[name] = DefinedName(name, attr_text=refers)
    made.save(tmp_path / "book.xlsx")
    return tmp_path / "book.xlsx"


def test_class_targets_are_found_below_the_holdings_of_a_csv_or_given(tmp_path: Path) -> None:
    below = told(csv(tmp_path, HOLDINGS + TABLE), "--cash", "1000")
    assert traded(below) == {"BND": 1000}
    assert below["targets"] == {"Stocks": 0.6, "Bonds": 0.4}
    assert "exposure" not in below
    plain = csv(tmp_path, HOLDINGS, "b.csv")
    assert "targets" not in told(plain, "--cash", "1000")
    for given in ("Stocks 60%, Bonds 40%", str(csv(tmp_path, TABLE, "t.csv")), str(book(tmp_path, {}))):
        assert traded(told(plain, "--cash", "1000", "--targets", given)) == {"BND": 1000}
    # What is given goes before what is found.
    other = told(csv(tmp_path, HOLDINGS + TABLE), "--cash", "1000", "--targets", "Stocks 90%, Bonds 10%")
    assert traded(other) == {"VTI": 1000}


@pytest.mark.parametrize(
    ("names", "table", "orders"),
    [
        ({}, True, {"BND": 1000}),
        ({}, False, None),
        ({"pbal_targets": "Plan!$B$1:$C$3"}, True, {"BND": 1000}),
        ({"pbal_targets": '"Stocks 80%, Bonds 20%"'}, True, {"VTI": 1000}),
        ({"pbal_targets": "Plan!$B$2:$C$3", "pbal_exposure": "Mix!$A$1:$C$3"}, True,
         {"VTI": 111.11, "BND": 888.89}),
    ],
)  # fmt: skip
def test_class_targets_are_found_in_a_workbook_or_named(
    tmp_path: Path, names: dict[str, str], table: bool, orders: dict[str, float] | None
) -> None:
    plan = told(book(tmp_path, names, table=table), "--cash", "1000")
    assert (traded(plan) == orders) if orders else ("targets" not in plan)


def test_a_budget_goes_with_class_targets_and_the_sheet_tells_both(tmp_path: Path) -> None:
    file = book(tmp_path, {})
    plan = told(file, "--strategy", "hard", "--max-turnover", "600")
    assert traded(plan) == {"VXUS": -300, "BND": 300}
    assert [order["reason"] for order in plan["orders"]][1:] == [
        "Stocks is 16.7 % above its target, sold first of its class",
        "Bonds is 25.0 % below its target, bought first of its class",
    ]
    text = run(file, "--strategy", "hard", "--max-turnover", "600", "--dry-run").stdout
    assert "turnover of at most 600.00" in text
    assert "classes Stocks 60 %, Bonds 40 %" in text


def test_what_does_not_fit_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = book(tmp_path, {"pbal_targets": "Plan!$B$1:$C$2"})
    before = file.read_bytes()
    refused = run(file, "--cash", "1000")
    assert refused.returncode == 1
    assert "Plan!B1:C2: class targets must sum to 1 or 100 %, sum to 0.6" in refused.stderr
    assert file.read_bytes() == before
    plain = csv(tmp_path, HOLDINGS)
    refused = run(plain, "--cash", "1", "--targets", "nowhere.csv")
    assert "--targets: 'nowhere.csv' is neither a file nor a table" in refused.stderr
    refused = run(plain, "--cash", "1", "--targets", "Stocks 100%")
    assert 'B4: BND belongs to "Bonds", which has no class target' in refused.stderr
    refused = run(book(tmp_path, {}), "--cash", "1", "--live", "--output", tmp_path / "l.xlsx")
    assert "formulas cannot keep to the setting Class targets (targets)" in refused.stderr


ABROAD = "Symbol,Quantity,Price,Currency,Value\nVTI,25,200,USD,5000\nVUSA,30,66.5,GBP,1995\nCash,,,GBP,100\n"


def test_orders_abroad_are_told_in_both_currencies(tmp_path: Path) -> None:
    file = csv(tmp_path, ABROAD + "\nCurrency,Rate\nUSD,1\nGBP,1.27\n")
    plan = json.loads(run(file, "--cash", "1000", "--dry-run", "--json").stdout)
    home, abroad = plan["orders"]
    assert "currency" not in home
    assert (abroad["currency"], abroad["local_price"], abroad["shares"]) == ("GBP", 66.5, 11)
    assert (abroad["amount"], abroad["local_amount"]) == (929.01, 731.5)
    assert plan["invested"] <= 1000
    orders = tmp_path / "o.csv"
    run(file, "--cash", "1000", "--output", tmp_path / "o.xlsx", "--orders", orders, "--orders-for", "ibkr")
    assert "BUY,11,VUSA,STK,SMART,GBP,DAY,MKT" in orders.read_text(encoding="utf-8")
    refused = run(csv(tmp_path, ABROAD, "n.csv"), "--cash", "1")
    assert "several currencies (GBP, USD)" in refused.stderr


def test_all_the_cash_of_the_sheet_is_invested(tmp_path: Path) -> None:
    file = csv(tmp_path, "Symbol,Value,Price\nA,500,5\nB,900,5\nCash,100,\n")
    plan = told(file, "--cash", "all")
    assert plan["cash"] == 100
    assert traded(plan) == {"A": 100}
    assert "A4: Cash is cash and is invested." in plan["notices"]
    rates = ["--rates", "USD 1, GBP 1.27"]
    assert told(csv(tmp_path, ABROAD), "--cash", "all", *rates)["cash"] == 127
    none = run(csv(tmp_path, HOLDINGS), "--cash", "all")
    assert "cash is all, but no row of the holdings is cash" in none.stderr
    unknown = "Symbol,Value,Price,Currency\nA,500,5,USD\nCash,100,,EUR\n"
    assert "what the cash in A3 is worth is not known" in run(
        csv(tmp_path, unknown, "u.csv"), "--cash", "all"
    ).stderr  # fmt: skip
