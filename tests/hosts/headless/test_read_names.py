"""Settings and the range of holdings from a workbook's defined names."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sheets import HEADER, ROWS, as_table, change, own_name, read, symbols, write

from pbal_xl.errors import CellFaults

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Any:
    return tmp_path / "portfolio.xlsx"


def with_settings(*values: Any) -> Any:
    """The holdings with a block of settings in G1:G6."""
    rows = [[*row, None, None, None, None] for row in ROWS] + [[None] * 7 for _ in range(3)]
    for row, value in zip(rows, values, strict=False):
        row[6] = value
    return ("Mine", rows)


def test_every_setting_may_stand_in_a_named_cell(file: Any) -> None:
    names = ("cash", "strategy", "increment", "whole_shares", "min_trade", "deviation")
    write(
        file,
        with_settings("$5,000.00", "Hard Rebalance", 100, "yes", 250.5, "absolute"),
        names={f"pbal_{name}": f"Mine!$G${row}" for row, name in enumerate(names, start=1)},
    )
    assert read(file).settings == {
        "cash": Decimal(5000),
        "strategy": "hard",
        "increment": Decimal(100),
        "whole_shares": True,
        "min_trade": Decimal("250.5"),
        "deviation": "absolute",
    }


def test_blank_cells_say_nothing(file: Any) -> None:
    write(file, with_settings(None, " "), names={"pbal_cash": "Mine!$G$1", "pbal_strategy": "Mine!$G$2"})
    assert read(file).settings == {}


def test_a_name_may_hold_a_constant(file: Any) -> None:
    names = {"pbal_cash": "-750.25", "pbal_strategy": '"Try to Never Sell"', "PBAL_Whole_Shares": "FALSE"}
    assert read(write(file, ("Mine", ROWS), names=names)).settings == {
        "cash": Decimal("-750.25"),
        "strategy": "never-sell",
        "whole_shares": False,
    }


def test_a_sheet_s_own_name_goes_before_the_workbook_s(file: Any) -> None:
    write(file, with_settings(1, 2), names={"pbal_cash": "Mine!$G$1"})
    change(file, lambda book: own_name(book["Mine"], "pbal_cash", "Mine!$G$2"))
    assert read(file).settings["cash"] == 2


def test_another_sheet_s_own_name_does_not_count(file: Any) -> None:
    write(file, with_settings(1, 2), ("Other", [("x",)]), names={"pbal_cash": "Mine!$G$1"})
    change(file, lambda book: own_name(book["Other"], "pbal_cash", "Mine!$G$2"))
    assert read(file).settings["cash"] == 1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("abc", 'pbal_cash (Mine!G1) "abc" is not a number'),
        ("nan", 'pbal_cash (Mine!G1) "nan" is not a number'),
        ("5%", 'pbal_cash (Mine!G1) "5%" is a percentage'),
        ("#N/A", "pbal_cash (Mine!G1) is #N/A"),
        (True, "pbal_cash (Mine!G1) must be a number, is True"),
        ("5,000", 'pbal_cash (Mine!G1) "5,000" can be read in two ways'),
    ],
)
def test_a_setting_that_cannot_be_used_is_a_fault_with_its_cell(file: Any, value: Any, said: Any) -> None:
    write(file, with_settings(value), names={"pbal_cash": "Mine!$G$1"})
    with pytest.raises(CellFaults) as caught:
        read(file)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#REF!", "the name pbal_cash refers to cells that were deleted"),
        ("Mine!#REF!", "the name pbal_cash refers to cells that were deleted"),
        ("Gone!$A$1", "the name pbal_cash refers to Gone!$A$1, which is not there"),
        ("OFFSET(Mine!$G$1,1,0)", "the name pbal_cash must refer to cells or hold a value, refers to"),
        ("2000+3000", 'the name pbal_cash must refer to cells or hold a value, refers to "2000+3000"'),
        ("Mine!$G$1:$G$2", "pbal_cash must be one cell, refers to Mine!G1:G2"),
    ],
)
def test_a_name_that_is_no_cell_is_a_fault(file: Any, text: Any, said: Any) -> None:
    write(file, with_settings(1, 2), names={"pbal_cash": text})
    with pytest.raises(CellFaults) as caught:
        read(file)
    assert str(caught.value).startswith(said)


def test_faults_of_holdings_names_and_settings_are_told_together(file: Any) -> None:
    names = {"pbal_cash": "Mine!$G$1", "pbal_increment": "#REF!", "pbal_min_trade": "Mine!$G$2"}
    sheet = ("Mine", [[*HEADER, None, None, None, "abc"], ["VTI", -1, 1, None, None, None, "x"]])
    with pytest.raises(CellFaults) as caught:
        read(write(file, sheet, names=names))
    assert len(caught.value.faults) == 4


def test_a_name_for_a_merged_cell_is_its_first_cell(file: Any) -> None:
    write(file, with_settings(1), names={"pbal_cash": "Mine!$G$1:$H$1"})
    assert read(file).settings["cash"] == 1


def test_the_name_pbal_holdings_says_which_range(file: Any) -> None:
    write(file, ("Mine", [*ROWS, (), ("GLD", 5, 1)]), ("Hers", ROWS), pbal_holdings="Mine!$A$1:$C$5")
    assert symbols(read(file)) == ["VTI", "BND", "GLD"]


def test_the_name_pbal_holdings_may_be_a_table_or_whole_columns(file: Any) -> None:
    write(file, ("Mine", ROWS), ("Hers", ROWS), pbal_holdings="Funds[#All]")
    change(file, lambda book: as_table(book["Hers"], "Funds", "A1:C3"))
    assert read(file).block.place == "Hers!A1:C3"
    write(file, ("Mine", ROWS), ("Hers", ROWS), pbal_holdings="Hers!$A:$C")
    assert symbols(read(file)) == ["VTI", "BND"]


def test_the_sheet_and_the_range_asked_for_go_before_the_name(file: Any) -> None:
    write(file, ("Mine", ROWS), ("Hers", ROWS), pbal_holdings="Mine!$A$1:$C$2")
    assert read(file).block.place == "Mine!A1:C2"
    assert read(file, sheet="Hers").block.place == "Hers!A1:C3"
    assert read(file, sheet="Mine").block.place == "Mine!A1:C2"
    assert read(file, area="Mine!A1:C3").block.place == "Mine!A1:C3"


def test_names_of_several_sheets_are_a_fault_until_one_is_asked_for(file: Any) -> None:
    write(file, ("Mine", ROWS), ("Hers", ROWS))

    def name_both(book: Any) -> None:
        own_name(book["Mine"], "pbal_holdings", "Mine!$A$1:$C$2")
        own_name(book["Hers"], "pbal_holdings", "Hers!$A$1:$C$2")

    change(file, name_both)
    with pytest.raises(CellFaults, match=r"several sheets have a name pbal_holdings \(Mine, Hers\)"):
        read(file)
    assert read(file, sheet="Hers").block.place == "Hers!A1:C2"


@pytest.mark.parametrize("text", ["#REF!", "Gone!$A$1:$C$3", "OFFSET(Mine!$A$1,0,0,3,3)", "5"])
def test_a_name_pbal_holdings_that_is_no_range_is_a_fault(file: Any, text: Any) -> None:
    with pytest.raises(CellFaults, match=r"pbal_holdings|no sheet 'Gone'"):
        read(write(file, ("Mine", ROWS), pbal_holdings=text))
