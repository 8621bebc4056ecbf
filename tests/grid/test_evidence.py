"""What the rounding of figures allows, and what marks beside them and names that are none say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pbal_xl.grid.cells import is_no_name
from pbal_xl.grid.evidence import agree
from pbal_xl.grid.numbers import money_mark


@pytest.mark.parametrize(
    ("quantity", "price", "value", "agrees"),
    [
        ("3", "33.33", "99.99", True),
        ("3", "33.33", "100.00", True),
        ("3", "33.33", "100.03", False),
        ("100", "2.50", "250", True),
        ("100", "2.50", "251.1", False),
        ("0.5", "10", "5.6", False),
    ],
)
def test_figures_agree_within_their_rounding(quantity: str, price: str, value: str, agrees: bool) -> None:
    assert agree(Decimal(quantity), Decimal(price), Decimal(value)) is agrees


def test_marks_of_money_are_told_apart() -> None:
    assert [money_mark(text) for text in ("88.10p", "GBp 88.1", "\u00a388.10", "88.10", "USD 5")] == [
        "GBX", "GBX", "\u00a3", "", "USD",
    ]  # fmt: skip


def test_names_that_are_none() -> None:
    assert [is_no_name(text) for text in ("--", "N/A", "", None, "NA", "VTI")] == [True] * 4 + [False] * 2
