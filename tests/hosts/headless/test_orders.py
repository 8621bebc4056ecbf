"""Orders as a file for a broker."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest
from sheets import write

from pbal_xl import Holding, suggest_trades
from pbal_xl.cli import main
from pbal_xl.errors import PlanError
from pbal_xl.hosts.headless.orders import orders_text

WORKBOOK = Path(__file__).parents[3] / "workbook"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def plan(**wishes: Any) -> Any:
    return suggest_trades([Holding("A, B", 100, 10), Holding("C", 50, 7)], strategy="hard", **wishes)


def test_generic_orders_are_those_that_trade_with_sales_first() -> None:
    assert rows(orders_text(plan(whole_shares=True), "generic")) == [
        ["Symbol", "Side", "Quantity", "Estimated amount"],
        ["A, B", "sell", "3", "30.00"],
        ["C", "buy", "4", "28.00"],
    ]


def test_orders_for_interactive_brokers_have_the_columns_of_its_basket_trader() -> None:
    assert rows(orders_text(plan(whole_shares=True), "ibkr", "EUR")) == [
        ["Action", "Quantity", "Symbol", "SecType", "Exchange", "Currency", "TimeInForce", "OrderType"],
        ["SELL", "3", "A, B", "STK", "SMART", "EUR", "DAY", "MKT"],
        ["BUY", "4", "C", "STK", "SMART", "EUR", "DAY", "MKT"],
    ]


def test_what_no_broker_can_take_is_refused() -> None:
    priceless = suggest_trades([Holding("A", 100), Holding("B", 50)], strategy="hard")
    assert rows(orders_text(priceless, "generic"))[1] == ["A", "sell", "", "25.00"]
    with pytest.raises(PlanError, match="A has no price"):
        orders_text(priceless, "ibkr")
    odd = suggest_trades([Holding("=cmd|' /C calc'!A0", 100, 1), Holding("B", 50, 1)], strategy="hard")
    with pytest.raises(PlanError, match="is no symbol that a broker knows"):
        orders_text(odd, "generic")


def test_the_command_writes_them_once_and_never_over_another_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(shutil.copyfile(WORKBOOK / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))
    target = tmp_path / "orders.csv"
    assert main(["run", str(path), "--quiet", "--orders", str(target), "--orders-for", "ibkr"]) == 0
    assert rows(target.read_text("utf-8"))[1][:3] == ["BUY", "10", "VCR"]
    kept, workbook = target.read_bytes(), path.read_bytes()
    assert main(["run", str(path), "--quiet", "--orders", str(target)]) == 1
    assert "is already there" in capsys.readouterr().err
    assert (target.read_bytes(), path.read_bytes()) == (kept, workbook)


def test_a_dry_run_writes_no_orders_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = Path(shutil.copyfile(WORKBOOK / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))
    assert main(["run", str(path), "--quiet", "--dry-run", "--orders", str(tmp_path / "orders.csv")]) == 2
    assert "--dry-run writes nothing, nor the orders of --orders" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["portfolio.xlsx"]


def test_orders_never_take_the_place_of_the_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "own.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 10), ("B", 50, 10)])
    both = str(tmp_path / "plan.xlsx")
    assert main(["run", str(path), "--quiet", "--cash", "50", "--output", both, "--orders", both]) == 2
    assert "--orders and --output name the same file" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [path]
    export = tmp_path / "export.csv"
    export.write_text("Symbol,Value,Price\nA,100,10\nB,50,10\n", encoding="utf-8")
    made = tmp_path / "export-trades.xlsx"
    assert main(["run", str(export), "--quiet", "--cash", "50", "--orders", str(made)]) == 2
    assert "--orders and the trades name the same file" in capsys.readouterr().err
    assert not made.exists()


def test_for_whom_the_orders_are_needs_a_file_for_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "own.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 10), ("B", 50, 10)])
    assert main(["run", str(path), "--quiet", "--orders-for", "ibkr"]) == 2
    assert "--orders-for ibkr needs --orders FILE.csv" in capsys.readouterr().err
