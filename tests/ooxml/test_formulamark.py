"""What the mark of formulas counts, and the names that hold what they read."""

from __future__ import annotations

import pytest

from pbal_xl.ooxml.formulamark import GAP, FormulasMark, names_of_read, told_formula
from pbal_xl.ooxml.hidden_names import is_mark


@pytest.mark.parametrize(
    ("formula", "told", "read"),
    [
        ("IF(FALSE(),'A''s'!$B$3,A1)", f"IF(FALSE,{GAP},A1)", ["'A''s'!$B$3"]),
        ("IF(FALSE,\"TRUE() 'A'!$B$3\",1)", "IF(FALSE,\"TRUE() 'A'!$B$3\",1)", []),
        ("COUNT('A'!$B$3:$B$9)&\"\"\"'A'!$B$3\"", f'COUNT({GAP})&"""\'A\'!$B$3"', ["'A'!$B$3:$B$9"]),
        ("ISTRUE()+MY.FALSE()", "ISTRUE()+MY.FALSE()", []),
    ],
)
def test_places_on_other_sheets_leave_a_gap_and_texts_stay(formula: str, told: str, read: list[str]) -> None:
    found: list[str] = []
    assert (told_formula(formula, found), found) == (told, read)


@pytest.mark.parametrize("count", [0, 1, 89, 90, 91, 5000])
def test_no_name_is_longer_than_excel_takes_and_none_is_lost(count: int) -> None:
    title = "''" * 31
    read = [f"'{title}'!$XFD${1_040_000 + at}:$XFD$1048576" for at in range(count)]
    names = dict(names_of_read(read))
    assert ",".join(names.values()) == ",".join(read)
    assert all(text and len(text) < 8192 for text in names.values())
    assert list(names) == [f"_pbal_xl_read{number}" for number in range(1, len(names) + 1)]
    assert all(map(is_mark, names))


def test_each_thing_a_cell_says_counts() -> None:
    def mark(title: str, cell: tuple[str, str, str], notes: int = 0, drawn: int = 1) -> str:
        made = FormulasMark(title)
        made.add(*cell)
        return made.mark(notes, drawn)

    cell = ("A1", "f", "1+1")
    others = [("A2", "f", "1+1"), ("A1", "s", "1+1"), ("A1", "f", "1+2")]
    marks = {
        mark("Trades", cell),
        mark("Other", cell),
        mark("Trades", cell, notes=1),
        mark("Trades", cell, drawn=2),
    }
    assert len(marks | {mark("Trades", other) for other in others}) == 7


@pytest.mark.parametrize("name", ["_pbal_xl_read", "_pbal_xl_read1x", "_pbal_xl_mine", "mine", "_pbal_xl_widths"])
def test_a_name_of_the_users_is_no_mark(name: str) -> None:
    assert not is_mark(name)
