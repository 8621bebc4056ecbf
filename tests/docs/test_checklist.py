"""What the page to try in Excel names is what the add-in has: its buttons, functions, names and sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pbal_xl.functions import FUNCTIONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "excel-checklist.md").read_text(encoding="utf-8")
RIBBON = (ROOT / "vba" / "customUI14.xml").read_text(encoding="utf-8")
SOURCES = "\n".join(
    path.read_text(encoding="utf-8")
    for folder, kind in (("vba", "*.bas"), ("pbal_xl", "*.py"))
    for path in sorted((ROOT / folder).rglob(kind))
)
BUTTONS = re.findall(r'<button [^>]*\blabel="([^"]+)"', RIBBON)
NUMBERS = {"five": 5, "six": 6, "seven": 7, "eight": 8}


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_is_tried(button: str) -> None:
    assert f"**{button}**" in PAGE


def test_what_is_to_be_pressed_is_there() -> None:
    known = {*BUTTONS, *re.findall(r'label="([^"]+)"', RIBBON), "Trades", "Trades (2)", "Trades (3)", "Positions"}
    assert set(re.findall(r"\*\*([^*]+)\*\*", PAGE)) <= known


def test_as_many_functions_are_told_of_as_there_are() -> None:
    told = re.findall(r"the (\w+) functions", PAGE)
    assert told
    assert {NUMBERS[word] for word in told} == {len(FUNCTIONS)}


def test_the_functions_that_are_typed_are_functions() -> None:
    assert set(re.findall(r"=(PBAL_\w+)\(", PAGE)) <= {function.name for function in FUNCTIONS}


@pytest.mark.parametrize("sentence", [
    "Formulas entered again: ", "Open a workbook with your holdings first.", "did not start (", "cash is missing",
    "functions in cells need Excel for Windows", "must be above 0", "Connected: ", "Installed ",
])  # fmt: skip
def test_what_one_should_see_is_what_is_said(sentence: str) -> None:
    assert sentence in PAGE
    assert sentence in SOURCES


def test_the_demo_stands_where_the_page_says() -> None:
    book = load_workbook(ROOT / "workbook" / "portfolio.xlsm", data_only=True)
    sheet = book.active
    assert sheet is not None
    assert book.defined_names["pbal_cash"].value == "Portfolio!$G$3"
    assert "change G3 (cash)" in PAGE
    assert "I2:M12" in PAGE
    assert [sheet[cell].value for cell in ("I2", "M2", "A2", "C2")] == ["Symbol", "Weight after", "Symbol", "Price"]
    assert [sheet[cell].value is None for cell in ("I12", "I13", "N2")] == [False, True, True]
