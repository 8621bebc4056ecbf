"""The worksheet functions in a real LibreOffice, through cells."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from portfolios import etfs

from pbal_xl.core.instalments import suggest_instalments
from pbal_xl.core.margin import fall_to_margin_call
from pbal_xl.functions import FUNCTIONS

if TYPE_CHECKING:
    from pathlib import Path

HOLDINGS = [
    ["Symbol", "Value", "Price"],
    ["FTEC", 15000, 128.62],
    ["VAW", 10000, 180.51],
    ["VCR", 6798.48, 279.68],
]


def test_the_function_wizard_shows_every_function_and_argument(office: Any) -> None:
    shown = office.ask("described")
    assert set(shown) == {function.name for function in FUNCTIONS}
    for function in FUNCTIONS:
        entry = shown[function.name]
        assert entry["help"].startswith(function.help)
        wanted = [[a.name if a.required else f"[{a.name}]", a.help] for a in function.arguments]
        assert [row[:2] for row in entry["arguments"]] == wanted


def test_a_plan_follows_its_cells(office: Any) -> None:
    office.ask("write", rows=HOLDINGS)
    office.ask("write", rows=[[1000]], row=1, column=6)
    office.ask("formula", address="H1:L4", text="=PBAL_NEVERSELL(A1:C4;F1)", array=True)
    assert sum(row[2] for row in office.ask("read", address="H2:L4")) <= 1000
    office.ask("write", rows=[[0]], row=1, column=6)
    assert [row[2] for row in office.ask("read", address="H2:L4")] == [0, 0, 0]
    office.ask("formula", address="B2", text="=2*B3")
    office.ask("formula", address="B3", text="=F2+1")
    office.ask("write", rows=[[4999]], row=2, column=6)
    assert [row[3] for row in office.ask("read", address="H2:L4")] == [10000, 5000, 6798.48]


def test_a_plain_enter_shows_the_first_cell(office: Any) -> None:
    office.ask("write", rows=HOLDINGS)
    office.ask("formula", address="H1", text="=PBAL_HARD(A1:C4)")
    assert office.ask("read", address="H1:I1") == [["Symbol", None]]


def test_blank_rows_of_a_plan_are_neither_counted_nor_averaged(office: Any) -> None:
    office.ask("write", rows=[*HOLDINGS[:3], [None], HOLDINGS[3], ["Total", 31798.48, None]])
    office.ask("formula", address="H1:L6", text="=PBAL_NEVERSELL(A1:C6;1000)", array=True)
    office.ask("formula", address="N1", text="=COUNT(J1:J6)")
    office.ask("formula", address="N2", text="=AVERAGE(K1:K6)*3-SUM(K1:K6)")
    assert office.ask("read", address="N1:N2") == [[3], [pytest.approx(0)]]


def test_an_error_cell_inside_the_holdings_is_named(office: Any) -> None:
    office.ask("write", rows=[*HOLDINGS, ["VDC", "#REF!", "#NAME?"]])
    office.ask("formula", address="H1", text="=PBAL_DRIFT(A1:C5)")
    sentence = "#PBAL! row 5, column 2: value is #REF!; row 5, column 3: price is #NAME?"
    assert office.ask("read", address="H1") == [[sentence]]


def test_arithmetic_on_a_fault_is_an_error(office: Any) -> None:
    office.ask("write", rows=[["Symbol", "Value"], ["A", "many"]])
    office.ask("formula", address="H1", text="=1+PBAL_MINDEPOSIT(A1:B2)")
    assert office.ask("read", address="H1") == [["#VALUE!"]]


def test_an_error_as_a_single_argument_passes_through_as_in_any_function(office: Any) -> None:
    office.ask("write", rows=HOLDINGS)
    office.ask("formula", address="H1", text="=PBAL_NEVERSELL(A1:C4;NA())")
    assert office.ask("read", address="H1") == [["#N/A"]]


def test_whole_columns_are_answered_down_to_the_last_cell_in_use(office: Any) -> None:
    office.ask("write", rows=HOLDINGS)
    office.ask("formula", address="H1:L6", text="=PBAL_NEVERSELL(A:C;1000)", array=True)
    answer = office.ask("read", address="H1:L6")
    assert [row[0] for row in answer] == ["Symbol", "FTEC", "VAW", "VCR", "#N/A", "#N/A"]


def test_whole_columns_of_nothing_are_a_fault(office: Any) -> None:
    office.ask("formula", address="H1", text="=PBAL_DRIFT(A:C)")
    assert office.ask("read", address="H1") == [["#PBAL! holdings is missing"]]


def test_arguments_left_out_in_the_middle_take_their_defaults(office: Any) -> None:
    office.ask("write", rows=HOLDINGS)
    office.ask("formula", address="H1:L4", text='=PBAL_NEVERSELL(A1:C4;1000;;;;"absolute")', array=True)
    office.ask("formula", address="N1:R4", text='=PBAL_NEVERSELL(A1:C4;1000;0;TRUE();;"absolute")', array=True)
    assert office.ask("read", address="H1:L4") == office.ask("read", address="N1:R4")


def test_a_named_range_and_another_sheet_are_ranges_too(office: Any) -> None:
    office.ask("write", rows=HOLDINGS)
    office.ask("name", name="mine", content="$Sheet1.$A$1:$C$4")
    office.ask("formula", address="H1", text="=PBAL_MINDEPOSIT(mine)")
    office.ask("formula", address="H2", text="=PBAL_MINDEPOSIT($Sheet1.A1:C4)")
    assert office.ask("read", address="H1:H2") == [[13201.52], [13201.52]]


def test_a_thousand_cells_recalculate(office: Any) -> None:
    """How fast is measured in the benchmarks; here all of them answer."""
    office.ask("write", rows=HOLDINGS)
    office.ask("fill", addresses=[f"H{row}" for row in range(1, 1001)], text="=PBAL_MINDEPOSIT(A1:C4)")
    office.ask("write", rows=[[16000]], row=2, column=2)
    office.ask("recalculate")
    assert {row[0] for row in office.ask("read", address="H1:H1000")} == {15201.52}


@pytest.mark.parametrize("kind", ["Calc MS Excel 2007 XML", "calc8"])
def test_values_and_formulas_survive_saving_and_loading(office: Any, tmp_path: Path, kind: Any) -> None:
    path = tmp_path / ("saved.xlsx" if "Excel" in kind else "saved.ods")
    office.ask("write", rows=HOLDINGS)
    office.ask("formula", address="H1:L4", text="=PBAL_NEVERSELL(A1:C4;1000)", array=True)
    before = office.ask("read", address="H1:L4")
    office.ask("save", path=str(path), kind=kind)
    office.ask("close")
    office.ask("open", path=str(path))
    office.ask("recalculate")
    assert office.ask("read", address="H1:L4") == before


@pytest.mark.parametrize(
    ("formula", "answer"),
    [
        ('=H2="FTEC"', 0),
        ('=MATCH("VAW";H1:H4;0)', "#N/A"),
        ('=SUMIF(H1:H4;"VAW";K1:K4)', 0),
        ('=H2&""="FTEC"', 1),
        ('=MATCH("VAW";INDEX(H1:H4&"";0);0)', 3),
        ('=SUMPRODUCT((H1:H4&""="VAW")*ISNUMBER(K1:K4);K1:K4)', 10000),
        ("=MATCH(15000;K1:K4;0)", 2),
    ],
)
def test_texts_of_a_plan_equal_nothing_until_they_are_joined_with_an_empty_text(
    office: Any, formula: Any, answer: Any
) -> None:
    """LibreOffice compares texts by their place in a pool, into which it does not put those of an add-in's array.

    When this fails on a newer version, LibreOffice has mended it, and the README may say so.
    """
    office.ask("write", rows=HOLDINGS)
    office.ask("formula", address="H1:L4", text="=PBAL_NEVERSELL(A1:C4;0)", array=True)
    office.ask("formula", address="N1", text=formula, array=True)
    assert office.ask("read", address="N1") == [[answer]]


def test_a_fault_fills_every_cell_of_an_array_formula_and_none_is_blank(office: Any) -> None:
    """Calc repeats a single answer; a blank instead would let INDEX and SUM pass over the fault."""
    office.ask("write", rows=[["Symbol", "Value"], ["A", "many"]])
    office.ask("formula", address="H1:I2", text="=PBAL_HARD(A1:B2)", array=True)
    told = {cell for row in office.ask("read", address="H1:I2") for cell in row}
    assert len(told) == 1
    assert told.pop().startswith("#PBAL! ")
    office.ask("formula", address="H5", text="=INDEX(PBAL_HARD(A1:B2);2;3)")
    assert office.ask("read", address="H5")[0][0] not in {None, 0}


def test_a_blank_cell_as_deviation_is_the_default(office: Any) -> None:
    """Calc hands a blank cell over as 0, which is no word."""
    office.ask("write", rows=HOLDINGS)
    office.ask("formula", address="H1:L4", text="=PBAL_NEVERSELL(A1:C4;1000;0;TRUE();;F9)", array=True)
    office.ask("formula", address="N1:R4", text="=PBAL_NEVERSELL(A1:C4;1000;0;TRUE())", array=True)
    assert office.ask("read", address="H1:L4") == office.ask("read", address="N1:R4")


@pytest.mark.parametrize(
    ("cash", "count", "options"),
    [(500.0, 12, ""), (-700.0, 5, ""), (500.0, 3, "whole_shares=no"), (333.33, 7, "fee=2.95")],
)
def test_instalments_in_cells_are_those_of_the_library(office: Any, cash: float, count: int, options: str) -> None:
    wishes: dict[str, Any] = {"whole_shares=no": {"whole_shares": False}, "fee=2.95": {"fee": Decimal("2.95")}}
    plans = suggest_instalments(etfs(), Decimal(str(cash)), count, **wishes.get(options, {}))
    rows = [[one.symbol, float(one.value), float(one.price or 0), float(one.gain or 0)] for one in etfs()]
    office.ask("write", rows=[["Symbol", "Value", "Price", "Gain"], *rows, [None], [cash], [count]])
    office.ask("formula", address="H1:U11", text=f'=PBAL_INSTALMENTS(A1:D11;A13;A14;;"{options}")', array=True)
    shown = office.ask("read", address="H2:U11")
    assert [row[0] for row in shown] == [row[0] for row in rows]
    for at, plan in enumerate(plans):
        assert [row[at + 1] for row in shown] == [float(order.amount) for order in plan.orders]
    assert [row[count + 1] for row in shown] == [float(order.value_after) for order in plans[-1].orders]


def test_a_margin_call_in_a_cell_is_that_of_the_library(office: Any) -> None:
    rows = [[one.symbol, float(one.value)] for one in etfs()]
    worth = sum(one.value for one in etfs())
    office.ask("write", rows=[["Symbol", "Value"], *rows])
    office.ask("formula", address="H1", text="=PBAL_MARGIN(A1:B11;E1;E2)")
    for loan, percent in ((0, 25), (20000, 25), (20000, 40), (50000.55, 30), (112000, 25), (1, 0)):
        office.ask("write", rows=[[loan], [percent]], row=1, column=5)
        assert office.ask("read", address="H1") == [
            [float(fall_to_margin_call(worth, Decimal(str(loan)), percent))]
        ]
