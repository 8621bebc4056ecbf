"""What a defined name stands for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.errors import CellFaults
from pbal_xl.names import Constant, TableRef, meaning
from pbal_xl.ooxml.references import LAST_ROW, Area


@pytest.mark.parametrize(
    ("text", "stands_for"),
    [
        ("=Portfolio!$G$3", Area("Portfolio", (3, 7), (3, 7))),
        ("'My fund''s'!$A$2:$C$12", Area("My fund's", (2, 1), (12, 3))),
        ("A1", Area(None, (1, 1), (1, 1))),
        ("Hers!$A:$C", Area("Hers", (1, 1), (LAST_ROW, 3))),
        ("=Funds[#All]", TableRef("Funds")),
        ("Funds", TableRef("Funds")),
        ("=5000", Constant(Decimal(5000))),
        ("-750.25", Constant(Decimal("-750.25"))),
        ("5.", Constant(Decimal(5))),
        (' ="say ""hard"""', Constant('say "hard"')),
        ("TRUE", Constant(value=True)),
        ("=false", Constant(value=False)),
    ],
)
def test_a_name_stands_for_cells_a_table_or_a_constant(text: str, stands_for: Constant | TableRef | Area) -> None:
    assert meaning(text, "pbal_cash") == stands_for


@pytest.mark.parametrize("text", ["#REF!", "=Mine!#REF!", "#REF!$A$1", "=$#REF!.$G$3", "SUM(#REF!,1)"])
def test_deleted_cells_are_refused_however_they_are_written(text: str) -> None:
    with pytest.raises(CellFaults) as caught:
        meaning(text, "pbal_cash")
    assert str(caught.value) == "the name pbal_cash refers to cells that were deleted (#REF!)"


@pytest.mark.parametrize("text", ["", "=", "2000+3000", "OFFSET(A1,1,0)", "A1,B2", "A1:", "{1,2}", "1e"])
def test_anything_else_is_refused_with_what_it_says(text: str) -> None:
    with pytest.raises(CellFaults, match=r"the name pbal_cash must refer to cells or hold a value, refers to "):
        meaning(text, "pbal_cash")


@given(st.text(max_size=30))
def test_any_text_has_a_meaning_or_a_sentence(text: str) -> None:
    found: object
    try:
        found = meaning(text, "pbal_cash")
    except CellFaults as error:
        found = str(error).isprintable()
    assert found


@given(st.text(max_size=20), st.integers(1, LAST_ROW), st.integers(1, LAST_ROW))
def test_a_quoted_sheet_is_read_back_whatever_its_name(title: str, one: int, other: int) -> None:
    title = f"x{title}"
    quoted = title.replace("'", "''")
    area = meaning(f"='{quoted}'!$B${one}:$D${other}", "pbal_holdings")
    assert area == Area(title, (min(one, other), 2), (max(one, other), 4))
