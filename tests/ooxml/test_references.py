"""Addresses as formulas and defined names write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.errors import InputError
from pbal_xl.ooxml.references import (
    LAST_COLUMN,
    LAST_ROW,
    Area,
    column_letters,
    column_number,
    parse_area,
    parse_constant,
    quoted_title,
    table_name,
)

rows, columns = st.integers(1, LAST_ROW), st.integers(1, LAST_COLUMN)
corners = st.tuples(rows, columns)


@given(columns)
def test_letters_and_numbers_of_columns_are_one(column: int) -> None:
    letters = column_letters(column)
    assert column_number(letters) == column_number(letters.lower()) == column
    assert letters.isalpha()
    assert letters.isupper()


@pytest.mark.parametrize(
    ("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (LAST_COLUMN, "XFD")]
)
def test_columns_have_the_letters_of_excel(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@given(corners, corners, st.text(min_size=1, max_size=12), st.sampled_from(["", "$"]))
def test_an_area_is_read_back_whatever_its_sheet_and_in_any_order_of_its_corners(
    one: tuple[int, int], other: tuple[int, int], title: str, fixed: str
) -> None:
    first, last = (f"{fixed}{column_letters(column)}{fixed}{row}" for row, column in (one, other))
    (top, bottom), (left, right) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    assert parse_area(f"={quoted_title(title)}!{first}:{last}", "x") == Area(title, (top, left), (bottom, right))


def test_a_single_cell_and_whole_columns_are_areas_too() -> None:
    assert parse_area("B3", "x") == Area(None, (3, 2), (3, 2))
    assert parse_area("$A:$C", "x") == Area(None, (1, 1), (LAST_ROW, 3))
    assert parse_area(" =Funds!A1 ", "x") == Area("Funds", (1, 1), (1, 1))


@pytest.mark.parametrize("text", ["", "A0", "XFE1", "A1048577", "A1:B", "1:2", "A1,B2", "#REF!", "Sheet!!A1"])
def test_what_is_no_address_is_refused_with_what_it_says(text: str) -> None:
    with pytest.raises(InputError, match="range must be a range such as A2:C12, is ") as caught:
        parse_area(text, "range")
    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [("=Funds", "Funds"), ("Funds[#All]", "Funds"), ("Funds[]", "Funds"), ("Funds[[#Headers],[#Data]]", "Funds")],
)
def test_a_table_goes_by_its_name(text: str, name: str) -> None:
    assert table_name(text) == name


@pytest.mark.parametrize("text", ["Funds[Value]", "A1:B2", "5000", "=Funds!A1", ""])
def test_anything_else_is_no_table(text: str) -> None:
    assert table_name(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("=5000", "5000"),
        ("-7.5", "-7.5"),
        ("1e3", "1e3"),
        ('="a ""b"""', 'a "b"'),
        ("=true", True),
        ("FALSE", False),
    ],
)
def test_a_constant_is_what_it_says(text: str, value: str | bool) -> None:
    assert parse_constant(text) == value


@pytest.mark.parametrize("text", ["=A1", "=1+1", '="open', "", "=NOW()", "1.2.3"])
def test_what_is_no_constant_has_no_value(text: str) -> None:
    assert parse_constant(text) is None
