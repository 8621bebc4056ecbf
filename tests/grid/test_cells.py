"""Cells: what is blank, what is an error, what a sentence shows of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.grid.cells import Origin, is_blank, is_error, one_line, quoted
from pbal_xl.ooxml.references import column_letters


@pytest.mark.parametrize("cell", [None, "", " ", "\t\r\n", "\u00a0", "\u200b\ufeff", "\u3000", " \u202f "])
def test_spaces_of_any_kind_are_blank(cell: str | None) -> None:
    assert is_blank(cell)


@pytest.mark.parametrize("cell", [0, False, 0.0, "0", ".", "\u00e4"])
def test_zero_and_false_are_not_blank(cell: float | str) -> None:
    assert not is_blank(cell)


@pytest.mark.parametrize(
    "cell", ["#N/A", "#n/a", "#REF!", "#DIV/0!", "#NAME?", "#SPILL!", " #VALUE! ", "Err:502", "#EXTERNAL!"]
)
def test_errors_of_any_program_are_errors(cell: str) -> None:
    assert is_error(cell)


@pytest.mark.parametrize("cell", ["N/A", "#", "#1", "error", 5, None, "#hashtag", "Erratic"])
def test_other_cells_are_no_errors(cell: int | str | None) -> None:
    assert not is_error(cell)


@given(st.text(max_size=500))
def test_what_a_sentence_shows_is_one_short_printable_line(text: str) -> None:
    assert len(quoted(text)) <= 65
    assert one_line(text).isprintable()
    assert one_line(one_line(text)) == one_line(text)


@pytest.mark.parametrize(
    ("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_columns_are_named_as_in_excel(column: int, letters: str) -> None:
    assert column_letters(column) == letters


def test_cells_are_named_from_where_their_block_stands() -> None:
    assert Origin(2, 3).name(0, 0) == "C2"
    assert Origin(known=False).name(0, 0) == "row 1, column 1"
