"""A workbook with every table and column of the rules, and what is written for it by the command line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from sheets import write

from pbal_xl import cli

if TYPE_CHECKING:
    from pathlib import Path

HOLDINGS: list[list[Any]] = [
    ["Symbol", "Value", "Price", "Gain", "Class", "Lock", "Max Weight", "Lot Size", "Currency"],
    ["AAA", 15000, 128.5, 3343.5, "Stocks", None, None, None, "USD"],
    ["BBB", 10000, 180.5, 893.5, "Stocks", "no sell", None, 5, "USD"],
    ["CCC", 6798.5, 27.5, -100, "Bonds", None, 0.3, "fraction", "EUR"],
    ["DDD", 4000, 50, 250, "Bonds", None, None, None, "USD"],
    ["MIX", 3000, 33, 120, "Bonds", "no buy", None, None, "EUR"],
]
TABLES: list[list[Any]] = [
    ["Class", "Target", None, "Symbol", "Stocks", "Bonds", None, "Currency", "Rate"],
    ["Stocks", 0.6, None, "MIX", 0.7, 0.3, None, "USD", 1],
    ["Bonds", 0.4, None, None, None, None, None, "EUR", 1.08],
]
SETTINGS: list[list[Any]] = [
    ["Cash", 5000],
    ["Strategy", "hard"],
    ["Most gain", 900],
    ["Fee", 2.5],
    ["Most trades", 4],
]
NAMES = {
    "pbal_targets": "Rules!$A$1:$B$3",
    "pbal_exposure": "Rules!$D$1:$F$2",
    "pbal_rates": "Rules!$H$1:$I$3",
    "pbal_cash": "Rules!$B$6",
    "pbal_strategy": "Rules!$B$7",
    "pbal_max_gain": "Rules!$B$8",
    "pbal_fee": "Rules!$B$9",
    "pbal_max_trades": "Rules!$B$10",
}
RULES = [*TABLES, [None] * 9, [None] * 9, *[[*row, *[None] * 7] for row in SETTINGS]]


def ruled_book(path: Path) -> Path:
    """The workbook, saved."""
    return write(path, ("Portfolio", HOLDINGS), ("Rules", RULES), names=NAMES)


def written_by_command(path: Path) -> list[list[Any]]:
    """The cells of the trades sheet that ``pbal-xl run`` writes for a file."""
    assert cli.main(["run", str(path), "--replace", "--quiet"]) == 0
    sheet = load_workbook(path)["Trades"]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def told(rows: list[list[Any]]) -> tuple[list[tuple[Any, ...]], list[str]]:
    """The orders, and all words around them but where and when they were made."""
    head = next(place for place, row in enumerate(rows) if row[0] == "Symbol")
    width = rows[head].index("Why") + 1 if "Why" in rows[head] else len([cell for cell in rows[head] if cell])
    orders = []
    for row in rows[head:]:
        if not row[0]:
            break
        # A cell of nothing is blank, 0 or an empty text, as the program has it.
        cells = [round(cell, 5) if isinstance(cell, float) else cell for cell in row[:width]]
        orders.append(tuple([cell or None for cell in cells]))
    around = [*rows[:head], *rows[head + len(orders) :]]
    words = [str(cell) for row in around for cell in row if isinstance(cell, str) and cell]
    return orders, [word for word in words if not re.search(r"mine|Portfolio|\d{4}-\d\d-\d\d", word)]


def assert_the_same(ours: list[list[Any]], theirs: list[list[Any]]) -> None:
    """Same orders, to the fifth decimal, and same words."""
    (orders, words), (wanted, said) = told(ours), told(theirs)
    assert len(orders) == len(wanted) > 5
    for one, other in zip(orders, wanted, strict=True):
        assert [cell for cell in one if isinstance(cell, str)] == [cell for cell in other if isinstance(cell, str)]
        figures = [float(cell) for cell in one if isinstance(cell, (int, float))]
        assert figures == pytest.approx([cell for cell in other if isinstance(cell, (int, float))], abs=2e-5)
    assert words == said
