"""A table without an oddity is read in one pass, to the very same table as by the full reading.

Tables are drawn from plain cells with an oddity here and there: what the quick reading takes must be what the full
one makes of it, and whatever it does not take is left to that. The one thing it may not do is to differ.
"""

from __future__ import annotations

import random
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pbal_xl.errors import CellFaults
from pbal_xl.grid import holdings
from pbal_xl.grid.cells import NEVER_CALCULATED, Origin
from pbal_xl.grid.plain import plain_table
from pbal_xl.grid.vocabulary import data
from pbal_xl.words import speaking

if TYPE_CHECKING:
    from pbal_xl.grid.table import Table

TABLES = 1500
HEADERS = (
    ("Symbol", "Value", "Price"),
    ("Ticker", "Quantity", "Price"),
    ("Wertpapier", "Wert", "Kurs"),
    ("Price", "Fund", "Market Value", "Target"),
    ("Symbol", "Value", "Price", "Gain", "Target"),
    ("ISIN", "Shares", "Price", "Gain/Loss"),
    ("Symbol", "Shares", "Price", "Value"),
    ("Symbol", "Value (USD)", "Price"),
    ("Symbol", "Value (000)", "Price"),
    ("Symbol", "Name", "Value", "Price"),
    ("Symbol", "Value", "Price", "Currency"),
    ("Symbol", "Value", "Price", "Lock"),
    ("Symbol", "Value", "Price", "Class"),
    ("Valor", "Value", "Price"),
    ("Symbol", "Value"),
    ("Symbol", "Price", "Target %"),
    ("Symbol", "Allocation", "Value", "Price"),
    ("Symbol", " Value\n", "Price", ""),
)
ODD_NAMES = (
    "Total", "Total Energies", "Cash", "USD", "VTI", "vti", " VTI", "SPAXX", "#N/A", "n/a", "-", "7203",
    "2026-11-28", "AAPL 16JAN26 300 C", "912828ZT0", "US912828ZT04", "Bonds", "/ESZ6", "All holdings",
    "Pending activity", "", NEVER_CALCULATED, "x" * 41, "Symbol", "A\u200bB", "Long Term",
)  # fmt: skip
ODD_FIGURES = (
    None, 0.0, -0.0, 0, -1.0, 1e15, 1e-13, 1.5e-12, float("nan"), float("inf"), 10**400, 7, True, "12", "1,234",
    "n/a", "", "#DIV/0!", date(2026, 11, 28), 0.1 + 0.2, 123456.789012345678, 100.0,
)  # fmt: skip


def drawn(seed: int) -> list[list[Any]]:
    """A table with few oddities, or none."""
    draw = random.Random(seed)
    header = draw.choice(HEADERS)
    count = draw.choice((1, 2, 3, 5, 12))
    odd = draw.choice((0.0, 0.0, 0.05, 0.3))
    values = draw.choice((lambda: round(draw.uniform(1, 9999), 2), lambda: draw.uniform(0, 1e6), lambda: 100.0))
    rows: list[list[Any]] = [list(header)]
    for number in range(count):
        row: list[Any] = []
        for name in header:
            if name in {"Symbol", "Ticker", "Wertpapier", "Fund", "ISIN", "Valor", "Name"}:
                row.append(draw.choice(ODD_NAMES) if draw.random() < odd else f"{name[:2].upper()}{number}X")
            elif draw.random() < odd:
                row.append(draw.choice(ODD_FIGURES))
            elif name.startswith("Target") or name == "Allocation":
                row.append(draw.choice((1 / count, 100 / count)) if odd else 1 / count)
            elif name in {"Currency", "Lock", "Class"}:
                row.append(draw.choice((None, "USD", "no sell", "Shares")))
            else:
                row.append(values())
        rows.append(row)
    if draw.random() < odd:
        rows.insert(draw.randrange(len(rows) + 1), [None] * len(header))
    if draw.random() < odd / 2:
        rows[-1].append(None)
    if draw.random() < odd / 2:
        rows.append(list(header))
    return rows


def in_full(rows: list[list[Any]], origin: Origin) -> Table | None:
    try:
        return holdings._in_full(rows, origin)
    except CellFaults:
        return None


@pytest.mark.parametrize("origin", [Origin(known=False), Origin(7, 3)], ids=["function", "sheet"])
def test_what_is_read_quickly_is_read_the_same(origin: Origin) -> None:
    quick = 0
    for seed in range(TABLES):
        rows = drawn(seed)
        found = plain_table(rows, origin, holdings._in_full)
        if found is not None:
            quick += 1
            whole = in_full(rows, origin)
            assert found == whole, (seed, rows)
            # Equal decimals may be written differently: 1 and 1.0, 0 and -0.
            assert repr(found) == repr(whole), (seed, rows)
    assert TABLES // 10 < quick < TABLES * 9 // 10


# Tables in which one name decides what its row is: the last row is the sum of those above, or of one of them.
BESIDE: tuple[list[list[Any]], ...] = (
    [["Symbol", "Value", "Price"], ["VOO", 300.0, 10.0], ["BND", 100.0, 10.0], [None, 400.0, 10.0]],
    [["Symbol", "Value", "Price"], ["VTI", 300.0, 10.0], [None, 300.0, 10.0]],
    [["Symbol", "Quantity", "Price"], ["VOO", 3.0, 10.0], [None, 1.0, 10.0]],
    [["Fund", "Value", "Price"], [None, 300.0, 10.0]],
    [["Symbol", "Value"], ["VOO", 300.0], ["BND", 100.0], [None, 400.0]],
)


@pytest.mark.parametrize("beside", BESIDE)
@pytest.mark.parametrize("name", ODD_NAMES)
def test_no_odd_name_is_taken_for_a_mere_one(name: str, beside: list[list[Any]]) -> None:
    rows = [*beside[:-1], [name, *beside[-1][1:]]]
    found = plain_table(rows, Origin(), holdings._in_full)
    assert found is None or found == in_full(rows, Origin())


# Every name that the vocabulary knows, and what it says in money of a place, in a table of each kind.
KNOWN = sorted(
    {
        name
        for field in data()["fields"].values()
        for part in ("names", "weak")
        for listed in field.get(part, {}).values()
        for name in listed
    }
)
AROUND = (
    (("Symbol", "VOO", "BND"), ("Price", 10.0, 20.0)),
    (("Symbol", "VOO", "BND"), ("Value", 300.0, 100.0)),
    (("Symbol", "VOO", "BND"), ("Shares", 30.0, 5.0), ("Price", 10.0, 20.0)),
    (("Value", 300.0, 100.0), ("Price", 10.0, 20.0)),
)
CELLS = ((300.0, 100.0), ("7203", "BND"), (0.5, 0.5))


@pytest.mark.parametrize("tail", ["", " USD", " in pence", " (local)", " %", " (base currency)"])
def test_every_known_heading_is_read_as_in_full(tail: str) -> None:
    quick = 0
    for name in KNOWN[:: 5 if tail else 1]:
        for columns in AROUND:
            for cells in CELLS:
                rows = [list(row) for row in zip(*columns, (name + tail, *cells), strict=True)]
                found = plain_table(rows, Origin(), holdings._in_full)
                if found is not None:
                    quick += 1
                    assert repr(found) == repr(in_full(rows, Origin())), rows
    assert quick > 100 or tail


def test_what_is_told_follows_the_language() -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price"], ["VOO", 300.0, 10.0]]
    told = []
    for code in ("de", "en", "de"):
        with speaking(code):
            found = plain_table(rows, Origin(), holdings._in_full)
            assert found is not None
            told.append(found.notices)
    assert told[0] == told[2] != told[1]


@pytest.mark.parametrize("figure", ODD_FIGURES, ids=str)
@pytest.mark.parametrize("column", range(1, 5))
def test_no_odd_figure_is_taken_for_a_mere_one(figure: Any, column: int) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price", "Gain", "Target"]]
    rows += [["VOO", 300.0, 10.0, 5.0, 0.5], ["BND", 100.0, 10.0, -5.0, 0.5]]
    rows[2][column] = figure
    found = plain_table(rows, Origin(), holdings._in_full)
    assert found is None or repr(found) == repr(in_full(rows, Origin()))


@pytest.mark.parametrize(
    "rows",
    [
        [["Symbol", "Value", "Price"], ["VOO", 300.0, 10.0]],
        [["Kurs", "Wertpapier", "Anteile", "Ziel"], [10.0, "Welt AG", 3.0, 100.0], [None] * 4],
    ],
)
def test_a_plain_table_is_read_quickly(rows: list[list[Any]]) -> None:
    assert plain_table(rows, Origin(), holdings._in_full) is not None
