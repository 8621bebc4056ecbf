"""Finding the table on a sheet: the one that is meant, or a fault that lists the candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Origin, is_blank
from pbal_xl.grid.find import find_holdings
from pbal_xl.grid.holdings import read_holdings

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.grid.blocks import Block

TABLE: list[list[Any]] = [["Symbol", "Value", "Price"], ["VTI", 100, 10], ["BND", 200, 20]]


def find(rows: list[list[Any]], **more: Any) -> Block:
    return find_holdings(rows, Origin(), **more)


def test_a_title_and_blank_rows_above_are_passed_over() -> None:
    assert find([["My portfolio"], [], ["as of", 2024], *TABLE]).address == "A4:C6"


def test_the_table_may_stand_anywhere() -> None:
    rows = [[None] * 4, *([None, None, *row] for row in TABLE)]
    assert find(rows).address == "C2:E4"


def test_the_table_ends_at_the_first_blank_or_total_row() -> None:
    assert find([*TABLE, [], ["a note"]]).address == "A1:C3"
    assert find([*TABLE, ["Total", 300, None], ["a note"]]).address == "A1:C3"


def test_cells_beside_the_table_are_no_part_of_it() -> None:
    more: list[list[Any]] = [["Settings"], ["Cash", 5], ["Note", "x"]]
    beside = [[*row, None, *right] for row, right in zip(TABLE, more, strict=True)]
    assert find(beside).address == "A1:C3"


def test_an_empty_column_within_the_header_does_not_hide_the_value() -> None:
    rows: list[list[Any]] = [["Symbol", None, "Value", None, "Price"], ["VTI", None, 100, None, 10]]
    block = find(rows)
    assert block.address == "A1:E2"
    assert read_holdings(block.rows, block.origin).holdings[0].value == 100


def test_a_blank_row_right_below_the_header_does_not_end_the_table() -> None:
    block = find([TABLE[0], [], *TABLE[1:], [], ["note"]])
    assert (block.address, block.notices) == ("A1:C4", ())


def test_several_tables_are_a_fault_that_lists_them() -> None:
    with pytest.raises(CellFaults, match=r"several tables look like holdings \(A1:C3, A5:C7\)"):
        find([*TABLE, [], *TABLE])
    with pytest.raises(CellFaults, match=r"\(A1:C3, E1:G3\)"):
        find([[*row, None, *row] for row in TABLE])


def test_a_table_that_names_values_goes_before_a_list_of_transactions() -> None:
    transactions: list[list[Any]] = [["Date", "Symbol", "Quantity", "Price"], ["2024-01-31", "VTI", 5, 10]]
    assert find([*transactions, [], *TABLE]).address == "A4:C6"


def test_a_decoy_with_a_symbol_and_no_value_is_passed_over() -> None:
    assert find([["Symbol", "Security type(s)"], ["", "All types"], [], *TABLE]).address == "A4:C6"


def test_a_sheet_without_a_table_is_a_fault() -> None:
    with pytest.raises(CellFaults, match="no holdings were found"):
        find([["Groceries", 5], ["Rent", 100]])
    with pytest.raises(CellFaults, match="no holdings were found"):
        find([])


def test_headers_of_figures_none_of_which_names_what_is_held_are_told_with_their_cell() -> None:
    with pytest.raises(
        CellFaults, match=r'found: B2: no column names what is held among "Currency", "Price", "Value"; '
    ):
        find([["Coins"], [None, "Currency", "Price", "Value"], [None, "BTC", 5, 10]])
    # One column of money alone is no table of holdings: nobody is told to call another column Symbol.
    with pytest.raises(CellFaults, match="there is no header row"):
        find([["Year", "Value", "Value"], [2024, 10, 11]])


@pytest.mark.parametrize("gap", [[], [None, " "], ["Total", 300]])
def test_holdings_below_a_blank_row_or_a_total_are_read_too(gap: list[Any]) -> None:
    assert find([*TABLE, gap, ["GLD", 50, 5]]).address == "A1:C5"
    assert find([*TABLE, gap, ["GLD", "50.00", 5], gap, ["SLV", 5, 1], gap]).address == "A1:C7"


def test_holdings_behind_the_beginning_of_something_else_are_told() -> None:
    other = find([*TABLE, [], ["Sold", "last", "year"], ["GLD", 50, 5]])
    assert other.address == "A1:C3"
    assert other.notices == ("A6 looks like a holding but was not read: the table ends in row 3.",)


def test_notes_settings_and_cash_below_the_table_are_not_taken_for_holdings() -> None:
    below: list[list[Any]] = [
        [],
        ["Cash to invest", 5000],
        ["Cash", 5000, 1],
        ["Updated", "on Monday"],
        ["Total", 300, 2],
        [None, 1, 1],
    ]
    assert find([*TABLE, *below]).notices == ()


def test_a_plain_list_without_a_header_is_found_in_a_csv_only() -> None:
    rows = [["VTI", "100", "10"], ["BND", "200", "20"]]
    assert find(rows, headerless=True).address == "A1:C2"
    with pytest.raises(CellFaults):
        find(rows)


@pytest.mark.parametrize("header", [["Symbol", "Value", "Price"], ["Symbol", "Value", "Price", ""]])
def test_a_number_cut_in_two_by_its_own_separator_is_refused(header: list[str]) -> None:
    rows = [header, ["VTI", "1", "234.50", "10", "5"][: len(header) + 1], ["BND", "500", "5", "", ""]]
    with pytest.raises(CellFaults, match=f"^{'DE'[len(header) - 3]}2: this row has more cells than its header"):
        find(rows, headerless=True)


def test_rows_of_a_plain_list_must_not_be_longer_than_the_first() -> None:
    with pytest.raises(CellFaults, match=r"^D2: this row has more cells than the first"):
        find([["VTI", "100", "10"], ["BND", "1", "234.50", "5"]], headerless=True)


WORDS = [
    "Symbol",
    "Value",
    "Price",
    "Name",
    "Quantity",
    "VTI",
    "Total",
    "CASH",
    "Header",
    "Data",
    "HEADER",
    "DATA",
    "5",
]
cell = st.one_of(
    st.none(), st.sampled_from(WORDS), st.integers(0, 9), st.floats(), st.booleans(), st.text(max_size=4)
)


@given(st.lists(st.lists(cell, max_size=7), max_size=9), st.booleans())
def test_no_sheet_raises_anything_but_faults(rows: list[list[Any]], headerless: bool) -> None:
    try:
        block = find(rows, headerless=headerless)
        table = read_holdings(block.rows, block.origin)
    except CellFaults:
        return
    assert all(not is_blank(block.rows[row][0]) or any(block.rows[row]) for row in table.rows)
    assert all(isinstance(notice, str) for notice in block.notices)


@given(st.integers(0, 3), st.integers(0, 3), st.integers(1, 5), st.permutations(["Symbol", "Value", "Price"]))
def test_a_table_is_found_wherever_it_stands(above: int, before: int, size: int, names: list[str]) -> None:
    figures: dict[str, Callable[[int], Any]] = {
        "Symbol": lambda n: f"S{n}",
        "Value": lambda n: 100 + n,
        "Price": lambda n: 1 + n,
    }
    body = [[figures[name](number) for name in names] for number in range(size)]
    rows: list[list[Any]] = [[]] * above + [[None] * before + row for row in [list(names), *body]] + [[], ["note"]]
    block = find(rows)
    assert block.origin == Origin(1 + above, 1 + before)
    assert [one.symbol for one in read_holdings(block.rows, block.origin).holdings] == [
        f"S{n}" for n in range(size)
    ]


def test_a_plan_that_spills_beside_the_holdings_is_not_part_of_them() -> None:
    plan = ["Symbol", "Shares", "Amount", "Value after", "Weight after"]
    drift = ["Symbol", "Weight", "Target", "Drift"]
    for answer in (plan, drift):
        rows: list[list[Any]] = [
            ["Symbol", "Value", "Price", *answer],
            ["A", 100, 10, "A", 1, 10, 110, 1],
            ["B", 90, 10, "B", 0, 0, 90, 0],
        ]
        assert find_holdings(rows, Origin()).address == "A1:C3"
        below: list[list[Any]] = [["Symbol", "Value"], ["A", 100], [], answer, ["A", 1, 10, 110, 1]]
        assert find_holdings(below, Origin()).address == "A1:B2"
