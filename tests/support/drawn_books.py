"""Workbooks drawn at random with every kind of column, table and setting, for hosts that must agree on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rules_drawn import asked, portions
from sheets import write

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

__all__ = ["Drawn", "drawn_book"]

HOLDINGS, RULES = "Portfolio", "Rules"


@dataclass(frozen=True)
class Drawn:
    """A workbook: rows of its two sheets, and names with what they refer to."""

    holdings: list[list[Any]]
    rules: list[list[Any]]
    names: dict[str, str]

    def save(self, path: Path) -> Path:
        return write(path, (HOLDINGS, self.holdings), (RULES, self.rules), names=self.names)


def drawn_book(rng: Random) -> Drawn:
    """Holdings with some columns, tables beside them, and settings in named cells."""
    size = rng.randint(2, 9)
    columns, tables = _columns(rng, size)
    rows = [list(columns), *[list(row) for row in zip(*columns.values(), strict=True)]]
    worth = sum(row[1] for row in rows[1:])
    settings = _settings(rng, int(worth))
    if settings["cash"] == "all" or rng.random() < 0.2:
        rows.append(_cash_row(columns, rng.randint(100, 5000)))
    rules: list[list[Any]] = [[None] * 3 for _ in range(30)]
    names: dict[str, str] = {}
    row = 0
    for name, table in tables.items():
        for place, cells in enumerate(table):
            rules[row + place][: len(cells)] = cells
        last = "ABCDEFGHI"[len(table[0]) - 1]
        names[name] = f"{RULES}!$A${row + 1}:${last}${row + len(table)}"
        row += len(table) + 1
    for key, value in settings.items():
        rules[row][:2] = [key, value]
        row += 1
        names[f"pbal_{key}"] = f"{RULES}!$B${row}"
    width = max(map(len, rules))
    return Drawn(rows, [[*one, *[None] * (width - len(one))] for one in rules[:row]], names)


def _columns(rng: Random, size: int) -> tuple[dict[str, list[Any]], dict[str, list[list[Any]]]]:
    some = range(size)
    columns: dict[str, list[Any]] = {
        # Some exchanges number what they list.
        "Symbol": [700 + place if rng.random() < 0.05 else f"S{place}" for place in some],
        "Value": [rng.randint(0, 2_000_000) / 100 for _ in some],
        "Price": [rng.randint(100, 40_000) / 100 for _ in some],
    }
    tables: dict[str, list[list[Any]]] = {}
    choices: dict[str, Any] = {
        "Gain": lambda: rng.randint(-500, 3000),
        "Lock": lambda: rng.choice(
            [None, None, None, "no sell", "no buy", "hold", 3 if rng.random() < 0.1 else None]
        ),
        "Max Weight": lambda: rng.choice([None, None, 0.3, 60, 101 if rng.random() < 0.1 else 1]),
        "Lot Size": lambda: rng.choice([None, None, 5, "fraction", 0 if rng.random() < 0.1 else 1]),
    }
    for header, draw in choices.items():
        if rng.random() < 0.35:
            columns[header] = [draw() for _ in some]
    if rng.random() < 0.3:
        columns["Currency"] = [rng.choice(["USD", "EUR"]) for _ in some]
        tables["pbal_rates"] = [["Currency", "Rate"], ["USD", 1], ["EUR", 1.08]]
    if rng.random() < 0.35:
        classes: list[Any] = rng.choice([["Stocks", "Bonds"], ["Stocks", "Bonds"], [1, 2]])
        columns["Class"] = [classes[place] if place < 2 else rng.choice(classes) for place in some]
        stocks = rng.randint(1, 9) / 10
        tables["pbal_targets"] = [["Class", "Target"], [classes[0], stocks], [classes[1], round(1 - stocks, 1)]]
        if rng.random() < 0.4:
            tables["pbal_exposure"] = [["Symbol", *classes], [rng.choice(columns["Symbol"]), 0.7, 0.3]]
    elif rng.random() < 0.6:
        columns["Target"] = [float(one) for one in portions(rng, size)]
    return columns, tables


def _settings(rng: Random, worth: int) -> dict[str, Any]:
    deposit, withdrawal = rng.randint(1, 8000), -rng.randint(1, worth // 2 + 1)
    settings: dict[str, Any] = {
        "cash": rng.choice([deposit, deposit, withdrawal, 0, "all"]),
        "strategy": rng.choice(["Try to Never Sell", "hard"]),
    }
    for key, value in asked(rng).items():
        if rng.random() < 0.7:
            settings[key] = value if isinstance(value, (int, bool)) or not _is_number(value) else float(value)
    return settings


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def _cash_row(columns: dict[str, list[Any]], amount: int) -> list[Any]:
    row: list[Any] = [None] * len(columns)
    row[:2] = ["Cash", amount]
    if "Currency" in columns:
        row[list(columns).index("Currency")] = "USD"
    return row
