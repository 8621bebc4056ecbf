"""The named functions come to the plan in an engine that knows nothing of this package."""

from __future__ import annotations

import inspect
import random
import re
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter.worksheet
from living_cases import Case, draw, within_a_share

from pbal_xl import suggest_trades
from pbal_xl.core.planner import smallest_deposit
from pbal_xl.errors import PlanError
from pbal_xl.sheet.lambdas import FUNCTIONS, HELP, as_typed, stored

if TYPE_CHECKING:
    from pbal_xl.core.model import Strategy

LONGEST_NAME = 8192


class Sheet:
    """Portfolios below one another, with a formula beside each."""

    def __init__(self) -> None:
        self.model = pytest.importorskip("ironcalc").create("test", "en", "UTC", "en")
        for name, formula in FUNCTIONS.items():
            self.model.new_defined_name(name, None, f"={as_typed(formula)}")
        self.row = 1

    def put(self, case: Case, formula: str, *, headed: bool = False) -> int:
        """Write a portfolio and a formula of ``{}``, its range; the row of its first holding."""
        first = self.row
        if headed:
            for column, heading in enumerate(("Symbol", "Value", "Price", "Gain", "Target"), start=1):
                self.model.update_cell_with_text(0, self.row, column, heading)
            self.row += 1
        top = self.row
        for one in case.holdings:
            self.model.update_cell_with_text(0, self.row, 1, one.symbol)
            for column, number in ((2, one.value), (3, one.price), (5, one.target)):
                if number is not None:
                    self.model.update_cell_with_number(0, self.row, column, float(number))
            self.row += 1
        area = f"A{first}:{'E' if case.custom else 'C'}{self.row - 1}"
        self.model.set_user_input(0, first, 8, formula.replace("{}", area))
        self.row += 3
        return top

    def read(self, row: int, column: int) -> Any:
        """A cell of an answer, columns from 1."""
        return self.model.get_cell_value(0, row, 7 + column)


def cases(seed: int, count: int, **wishes: Any) -> list[Case]:
    rng = random.Random(seed)
    drawn = [draw(rng) for _ in range(count)]
    for case in drawn:
        case.wishes = {"strategy": case.wishes["strategy"], "whole_shares": False} | wishes
    return drawn


def call(case: Case, more: str = "") -> str:
    name = "PBAL.NEVERSELL" if case.wishes["strategy"] == "never-sell" else "PBAL.HARD"
    return f"={name}({{}},{case.cash}{more})"


def amounts_at(sheet: Sheet, case: Case, row: int) -> list[Any]:
    return [sheet.read(row + place, 3) for place in range(len(case.holdings))]


@pytest.mark.parametrize("strategy", ["never-sell", "hard"])
def test_amounts_are_the_plans_within_a_cent_and_their_sum_is_exact(strategy: Strategy) -> None:
    sheet, drawn = Sheet(), cases(1, 500, strategy=strategy)
    rows = [sheet.put(case, call(case)) for case in drawn]
    sheet.model.evaluate()
    for case, row in zip(drawn, rows, strict=True):
        plan, amounts = case.plan(), amounts_at(sheet, case, row)
        assert sum(amounts) == pytest.approx(float(plan.invested), abs=1e-6)
        for order, amount in zip(plan.orders, amounts, strict=True):
            assert abs(amount - float(order.amount)) <= 0.01 + 1e-6, (case, order, amount)


def test_whole_shares_never_overspend_and_are_mostly_within_a_share_of_the_plan() -> None:
    sheet, drawn = Sheet(), cases(2, 200, whole_shares=True)
    rows = [sheet.put(case, call(case, ",TRUE")) for case in drawn]
    sheet.model.evaluate()
    near = 0
    for case, row in zip(drawn, rows, strict=True):
        amounts = amounts_at(sheet, case, row)
        assert sum(amounts) <= float(case.cash) + 1e-6
        assert all(float(one.value) + amount >= -1e-6 for one, amount in zip(case.holdings, amounts, strict=True))
        near += within_a_share(case, amounts)
    # Floor and greedy; the full search now and then moves several shares to spend the last money.
    assert near >= 150


def test_an_answer_stands_beside_its_rows_with_headings_beside_the_header() -> None:
    sheet = Sheet()
    case = next(case for case in cases(3, 50, strategy="never-sell") if len(case.holdings) > 3 and case.cash > 0)
    row = sheet.put(case, call(case), headed=True)
    sheet.model.evaluate()
    assert [sheet.read(row - 1, column) for column in range(1, 6)] == [
        "Symbol",
        "Shares",
        "Amount",
        "Value after",
        "Weight after",
    ]
    for place, order in enumerate(case.plan().orders):
        assert sheet.read(row + place, 1) == order.symbol
        assert sheet.read(row + place, 4) == pytest.approx(float(order.value_after), abs=0.0101)
        assert sheet.read(row + place, 5) == pytest.approx(float(order.weight_after), abs=1e-3)


def test_drift_and_smallest_deposit_are_the_cores() -> None:
    sheet, drawn = Sheet(), [case for case in cases(4, 60) if any(one.value for one in case.holdings)]
    drifts = [sheet.put(case, "=PBAL.DRIFT({})") for case in drawn]
    deposits = [sheet.put(case, "=PBAL.MINDEPOSIT({})") for case in drawn]
    sheet.model.evaluate()
    for case, row, deposit in zip(drawn, drifts, deposits, strict=True):
        for place, order in enumerate(suggest_trades(case.holdings, 0).orders):
            weight, target = float(order.weight_before), float(order.target)
            assert sheet.read(row + place, 2) == pytest.approx(weight, abs=1e-9)
            assert sheet.read(row + place, 4) == pytest.approx(weight - target, abs=1e-9)
        try:
            assert sheet.read(deposit, 1) == pytest.approx(float(smallest_deposit(case.holdings)), abs=1e-6)
        except PlanError:
            assert "target 0" in sheet.read(deposit, 1)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("=PBAL.NEVERSELL({},-1E9)", "#PBAL! cannot withdraw more"),
        ('=PBAL.NEVERSELL({},"much")', "#PBAL! cash is no number"),
        ("=PBAL.HARD(Z1:Z3,5)", "#PBAL! there are no holdings"),
    ],
)
def test_what_cannot_be_planned_is_answered_in_a_sentence(formula: str, said: str) -> None:
    sheet = Sheet()
    row = sheet.put(cases(5, 1)[0], formula)
    sheet.model.evaluate()
    assert str(sheet.read(row, 1)).startswith(said)


def test_targets_that_make_no_whole_are_answered_in_a_sentence() -> None:
    sheet = Sheet()
    case = next(case for case in cases(6, 20) if case.custom and len(case.holdings) > 1)
    row = sheet.put(case, "=PBAL.HARD({},0)")
    sheet.model.update_cell_with_number(0, row, 5, 0.7123)
    sheet.model.evaluate()
    assert sheet.read(row, 1) == "#PBAL! targets must sum to 1 or 100 %"


def test_names_are_stored_with_the_prefixes_that_excel_wants() -> None:
    # XlsxWriter knows which functions are newer than the file format.
    source = inspect.getsource(xlsxwriter.worksheet)
    wanted = dict(re.findall(r're\.sub\(r"\\b([A-Z]+)\\\(", "(_xlfn\.(?:_xlws\.)?)\1\("', source))
    wanted |= {name: "_xlfn." for name in re.findall(r"\\b([A-Z]+)\\\(\s*\|", source) if name not in wanted}
    assert wanted["LET"] == "_xlfn."
    for formula in FUNCTIONS.values():
        written = stored(formula)
        for prefix, name in re.findall(r"((?:_xl\w+\.)*)\b([A-Z]+)\(", re.sub(r'"[^"]*"', "", written)):
            assert prefix == wanted.get(name, ""), name
        declared = set(re.findall(r"_xl[po][mp]\.(\w+)", written))
        assert declared == set(re.findall(r"@(\w+)", formula))
        # Only parameters that may be left out are declared with _xlop, and never used by it.
        for name in re.findall(r"_xlop\.(\w+)", written):
            assert written.count(f"_xlop.{name}") == 1
            assert f"_xlpm.{name}" in written
        assert not {"c", "r"} & declared, "Excel takes these for a column and a row"
        assert len(written) < LONGEST_NAME
        assert "@" not in written


def test_every_function_has_its_help() -> None:
    assert set(HELP) == set(FUNCTIONS)
    assert all(len(text) < 255 for text in HELP.values())
