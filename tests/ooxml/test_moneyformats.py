"""Currencies that number formats show, and cells that carry them."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

from pbal_xl.grid.cells import Money
from pbal_xl.grid.numbers import mark_of
from pbal_xl.hosts.headless.reading import Where, explain_file
from pbal_xl.ooxml.moneyformats import currency_of, money_formats

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("code", "mark"),
    [
        ('"$"#,##0.00', "$"),
        ("[$$-409]#,##0.00", "$"),
        ("[$\u20ac-407] #,##0.00", "\u20ac"),
        ("#,##0.00 [$\u20ac-40C]", "\u20ac"),
        ("[$CHF] #,##0.00", "CHF"),
        ('#,##0.00 "EUR"', "EUR"),
        ('_("$"* #,##0.00_);_("$"* (#,##0.00)', "$"),
        ("\\\u00a3#,##0.00", "\u00a3"),
        ('#,##0 "kr"', "kr"),
        ('#,##0 "pcs"', ""),
        ("#,##0.00", ""),
        ("0.00%", ""),
        ("[$-409]d-mmm-yy", ""),
        ("[Red]-#,##0", ""),
        ("General", ""),
    ],
)
def test_the_currency_of_a_format_is_the_one_it_shows(code: str, mark: str) -> None:
    assert currency_of(code) == mark


def test_one_currency_alone_marks_no_cell() -> None:
    codes = {"164": '"$"#,##0', "165": "[$\u20ac-407]#,##0", "166": "[$$-409]0.00"}
    assert money_formats([None, "164", "166"], codes) == {}
    assert money_formats([None, "164", "165", "2"], codes) == {1: "$", 2: "\u20ac"}


def test_a_marked_number_is_that_number_also_in_another_process() -> None:
    money = Money(12.5, "\u20ac")
    again = pickle.loads(pickle.dumps(money))  # noqa: S301 - our own
    assert (money, again, again.mark, mark_of(again)) == (12.5, 12.5, "\u20ac", "\u20ac")


def book(path: Path, formats: list[str]) -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["Symbol", "Value"])
    for row, code in enumerate(formats, start=2):
        sheet.append(["ABCD"[row - 2] * 3, 1000.0 / row])
        sheet.cell(row, 2).number_format = code
    made.save(path)
    return path


def test_dollars_are_not_added_to_euros_that_only_formats_tell_apart(tmp_path: Path) -> None:
    mixed = book(tmp_path / "mixed.xlsx", ['"$"#,##0.00', "[$\u20ac-407] #,##0.00"])
    found = explain_file(mixed, Where()).understanding
    assert found.table is None
    assert "$" in found.faults[0]
    assert "EUR" in found.faults[0]


def test_values_of_one_currency_are_read_whatever_else_the_sheet_shows(tmp_path: Path) -> None:
    one = book(tmp_path / "one.xlsx", ['"$"#,##0.00', "[$$-409]#,##0.00"])
    table = explain_file(one, Where()).understanding.table
    assert table is not None
    assert [float(holding.value or 0) for holding in table.holdings] == [500, pytest.approx(1000 / 3)]
