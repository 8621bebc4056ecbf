"""Tables beside the holdings: targets of classes, funds of several classes, rates of currencies."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.beside import Beside, find_in
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.holdings import read_holdings
from pbal_xl.grid.side_tables import find_table, read_table
from pbal_xl.setting_tables import parsed, written

HEADERS = ["Symbol", "Class", "Value", "Price", "Target"]
ROWS: list[list[Any]] = [
    HEADERS,
    ["VTI", "Stocks", 5000, 200, None],
    ["VXUS", " stocks ", 2000, 60, None],
    ["BND", "Bonds", 3000, 70, None],
]
TARGETS = "Stocks 60%, Bonds 40%"


def faults_of(key: str, rows: list[list[Any]]) -> tuple[str, ...]:
    with pytest.raises(CellFaults) as caught:
        read_table(key, rows, Origin(5, 6))
    return caught.value.faults


@pytest.mark.parametrize(
    ("key", "text", "figures"),
    [
        ("targets", "Stocks 60%, Bonds 40%", {"Stocks": "0.6", "Bonds": "0.4"}),
        ("targets", "Stocks: 60, Bonds = 40", {"Stocks": "60", "Bonds": "40"}),
        ("targets", '"Stocks, US" 0.6,Fund 2 0.4', {"Stocks, US": "0.6", "Fund 2": "0.4"}),
        ("rates", "USD 1, EUR 1.08", {"USD": "1", "EUR": "1.08"}),
    ],
)
def test_a_table_can_be_one_text(key: str, text: str, figures: dict[str, str]) -> None:
    found = parsed(key, text)
    assert found == {name: Decimal(figure) for name, figure in figures.items()}
    assert parsed(key, written(key, found)) == found


def test_funds_of_several_classes_can_be_one_text() -> None:
    text = 'A: Stocks 90%, Bonds 10% / "B: new": Bonds 100%'
    found = parsed("exposure", text)
    assert found == {"A": {"Stocks": Decimal("0.9"), "Bonds": Decimal("0.1")}, "B: new": {"Bonds": 1}}
    assert parsed("exposure", written("exposure", found)) == found


@pytest.mark.parametrize(
    "text", ["", "60%", "Stocks", "Stocks 60% Bonds 40%", "Stocks 60%, Stocks 40%", "Stocks -6"]
)
def test_a_text_that_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="targets"):
        parsed("targets", text)


@pytest.mark.parametrize(
    ("key", "rows", "text", "place"),
    [
        ("targets", [["Class", "Target"], ["Stocks", 0.6], ["Bonds", 0.4]], "Stocks 0.6, Bonds 0.4", "F5:G7"),
        ("targets", [["Stocks", "60%"], [None, None], ["Bonds", "40 %"]], "Stocks 0.6, Bonds 0.4", "F5:G7"),
        ("targets", [["Asset Class", "Ziel"], ["A", 60], ["B", 40], ["Total", 100]], "A 60, B 40", "F5:G8"),
        ("rates", [["Currency", "Rate"], ["eur", 1.08], ["USD", 1]], "EUR 1.08, USD 1", "F5:G7"),
        ("exposure", [["Symbol", "S", "B"], ["A", 90, 10], ["C", None, 1]], "A: S 90, B 10 / C: B 1", "F5:H7"),
    ],
)
def test_a_table_is_read_with_or_without_headers(key: str, rows: list[list[Any]], text: str, place: str) -> None:
    assert read_table(key, rows, Origin(5, 6)) == (text, place)


@pytest.mark.parametrize(
    ("key", "rows", "fault"),
    [
        (
            "targets",
            [["Stocks", 0.6], ["Bonds", 0.3]],
            "F5:G6: class targets must sum to 1 or 100 %, sum to 0.9; raise them by 0.1 in all",
        ),
        ("targets", [["Stocks", 0.6], ["stocks", 0.4]], "F6: stocks stands twice in this table"),
        ("targets", [["Stocks", 0.6], ["Bonds", None]], "G6: target of Bonds is missing"),
        ("targets", [["Stocks", 0.6], ["Bonds", "#N/A"]], "G6: target of Bonds is #N/A"),
        ("targets", [["Stocks", 1.6], ["Bonds", -0.6]], "G6: target of Bonds must be at least 0, is -0.6"),
        ("targets", [["Stocks", 0.6], [None, 0.4]], "F6: class is missing"),
        ("targets", [["Class", "Target"]], "F5: the table of class and target is empty"),
        ("rates", [["EUR", 0]], "G5: rate of EUR must be above 0, is 0"),
        (
            "exposure",
            [["Symbol", "S"], ["A", 0.9]],
            'F6: the parts of "A" must sum to 100 %, sum to 0.9; raise them by 0.1 in all',
        ),
    ],
)
def test_what_is_wrong_with_a_table_is_told_with_its_cell(key: str, rows: list[list[Any]], fault: str) -> None:
    assert fault in faults_of(key, rows)


def test_a_table_is_found_by_its_own_headers_alone() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Class", "Target", "Value"],
        ["A", "Stocks", 1, 5],
        [None, None, None, None],
        [None, "Class", "Target", None],
        [None, "Stocks", 1, None],
    ]
    assert find_table("targets", rows, Origin()) == ([["Class", "Target"], ["Stocks", 1]], Origin(4, 2))
    assert find_table("targets", rows[:3], Origin()) is None
    assert find_table("rates", rows, Origin()) is None
    assert find_table("exposure", [["Symbol", "Stocks"], ["A", 1]], Origin()) is None


def test_a_column_of_classes_counts_only_where_classes_have_targets() -> None:
    plain = read_holdings(ROWS, Origin())
    assert [holding.asset_class for holding in plain.holdings] == ["", "", ""]
    table = read_holdings(ROWS, Origin(), beside=Beside({"targets": TARGETS}))
    assert [holding.asset_class for holding in table.holdings] == ["Stocks", "Stocks", "Bonds"]
    beside = Beside(find=find_in([["Class", "Target"], ["Stocks", 60], ["Bonds", 40]], Origin(9, 9)))
    found = read_holdings(ROWS, Origin(), beside=beside)
    assert found.found == {"targets": "Stocks 60, Bonds 40"}
    assert found.targets == "the column Target"
    bare = read_holdings([row[:4] for row in ROWS], Origin(), beside=beside)
    assert bare.targets == "Targets are those of the classes in I9:J11."


@pytest.mark.parametrize(
    ("targets", "cells", "fault"),
    [
        ("Stocks 60%, Gold 40%", {}, 'B4: BND belongs to "Bonds", which has no class target'),
        ("Stocks 60%, Bonds 30%, Gold 10%", {}, "class targets: Gold has a target, but no holding belongs to it"),
        (TARGETS, {(3, 1): None}, "B4: BND has no class, which class targets need"),
        (TARGETS, {(3, 1): "#N/A"}, "B4: class of BND is #N/A"),
        (TARGETS, {(1, 4): 0.5}, "E3: VXUS has no target while others of Stocks have one"),
        (TARGETS, {(1, 4): 0.5, (2, 4): 0.4},
         ("E2: the targets of the holdings of Stocks are shares of it and must sum to 100 %, sum to 0.9; "
         "raise them by 0.1 in all")),
        ("Stocks 60%, Bonds 30%, Cash 10%", {}, (
            "class targets: Cash has a target, but no holding belongs to it; cash is no holding: leave it out, and "
            "say how much to keep")),
    ],
)  # fmt: skip
def test_classes_that_do_not_fit_are_told_with_their_cells(
    targets: str, cells: dict[tuple[int, int], Any], fault: str
) -> None:
    rows = [list(row) for row in ROWS]
    for (row, column), cell in cells.items():
        rows[row][column] = cell
    with pytest.raises(CellFaults) as caught:
        read_holdings(rows, Origin(), beside=Beside({"targets": targets}))
    assert fault in caught.value.faults


def test_targets_of_holdings_are_shares_of_their_class() -> None:
    rows = [list(row) for row in ROWS]
    rows[1][4], rows[2][4] = 0.7, 0.3
    table = read_holdings(rows, Origin(), beside=Beside({"targets": TARGETS}))
    assert [holding.target for holding in table.holdings] == [Decimal("0.7"), Decimal("0.3"), None]


ABROAD: list[list[Any]] = [
    ["Symbol", "Currency", "Quantity", "Price", "Gain"],
    ["VTI", "USD", 25, 200, 10],
    ["VUSA", "GBP", 30, 66.5, 20],
    ["Cash", "GBP", 100, None, None],
]


def test_figures_in_other_currencies_are_converted_by_a_table_of_rates() -> None:
    table = read_holdings(ABROAD, Origin(), beside=Beside({"rates": "USD 1, GBP 1.27"}))
    vti, vusa = table.holdings
    assert (vti.value, vti.price, vti.gain) == (5000, 200, 10)
    assert (vusa.value, vusa.price, vusa.gain) == (Decimal("2533.65"), Decimal("84.455"), Decimal("25.4"))
    assert table.foreign[0] is None
    assert table.foreign[1] is not None
    assert (table.foreign[1].code, table.foreign[1].price) == ("GBP", Decimal("66.5"))
    assert table.converted
    with pytest.raises(CellFaults, match="GBP has no rate; give what one of it is worth, 1 for your own"):
        read_holdings(ABROAD, Origin(), beside=Beside({"rates": "USD 1, EUR 1.08"}))
    with pytest.raises(CellFaults, match="a table with the headers Currency and Rate"):
        read_holdings(ABROAD, Origin())


def test_rows_of_cash_keep_what_they_are_worth() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Value", "Price"],
        ["A", 500, 5],
        ["Cash", 100, None],
        ["USD cash", "250.50", None],
    ]
    table = read_holdings(rows, Origin())
    assert table.cash == (("A3", Decimal(100)), ("A4", Decimal("250.50")))


def test_lots_of_one_symbol_in_two_classes_are_refused_with_both() -> None:
    rows: list[list[Any]] = [
        ["Symbol", "Class", "Value"],
        ["VTI", "Stocks", 10],
        ["VTI", "Bonds", 5],
        ["B", "Bonds", 5],
    ]
    with pytest.raises(CellFaults, match="A3: VTI belongs to Bonds here, but to Stocks above"):
        read_holdings(rows, Origin(), beside=Beside({"targets": "Stocks 60%, Bonds 40%"}))


def test_where_there_is_no_table_none_is_found() -> None:
    find = find_in([["Class", "Target"], ["Stocks", 60], ["Bonds", 40]], Origin())
    assert find("rates") is None
    assert find("targets") is not None


def test_letters_for_classes_are_no_purchases_and_sales() -> None:
    """S and B are stocks and bonds under Class; words that say more, or letters under Type, are transactions."""
    rows: list[list[Any]] = [HEADERS, ["VTI", "S", 5000, 200, None], ["BND", "B", 3000, 70, None]]
    table = read_holdings(rows, Origin(), beside=Beside({"targets": "S 60%, B 40%"}))
    assert [holding.asset_class for holding in table.holdings] == ["S", "B"]
    for header, words in (("Class", ("Buy", "Sell")), ("Type", ("S", "B"))):
        other: list[list[Any]] = [["Symbol", header, "Value", "Price"], ["VTI", words[0], 5000, 200]]
        other.append(["BND", words[1], 3000, 70])
        with pytest.raises(CellFaults, match="the rows are transactions"):
            read_holdings(other, Origin())
