"""What the rounding of figures allows, and what marks beside them and names that are none say."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pbal_xl.core.agreement import agree
from pbal_xl.grid.cells import is_no_name
from pbal_xl.grid.evidence import Sample, prove
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


def test_the_columns_are_proved_by_the_rows_in_which_value_is_quantity_x_price() -> None:
    rows = [[2, "50.00", 100, 7], [3, "10.00", 30, 7], [4, "2.50", 10, 7], [5, "20.00", 101, 7]]
    sample = Sample(rows, range(4), None)
    proofs = {(one.quantity, one.price, one.value): one for one in prove(sample, [0, 3], [1], [2])}
    right, wrong = proofs[0, 1, 2], proofs[3, 1, 2]
    assert (right.holds, right.fails, right.proved, right.always) == (3, 1, False, False)
    assert (wrong.holds, wrong.fails, wrong.proved) == (0, 4, False)
    (whole,) = prove(Sample(rows, range(3), None), [0], [1], [2])
    assert whole.proved
    assert whole.always
