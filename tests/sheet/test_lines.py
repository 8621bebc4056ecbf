"""Words longer than their column go on below in it, in a row as high; all others stay as they are."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.sheet.layout import Formula, Item
from pbal_xl.sheet.lines import LINE, cut_at, heights_of, lines_of, wrapped
from pbal_xl.sheet.looks import LOOKS, Kind


@pytest.mark.parametrize(
    ("said", "width", "lines"),
    [
        ("", 10.0, 1),
        ("short", 10.0, 1),
        ("nine char", 10.0, 1),
        ("ten charac", 10.0, 2),
        ("one two three four", 9.0, 3),
        # Capitals are wider, and a word longer than the line is broken in it.
        ("NINECAPIT", 10.0, 2),
        ("x" * 90, 11.0, 10),
        ("a " + "x" * 45, 11.0, 6),
    ],
)
def test_as_many_lines_as_the_words_take(said: str, width: float, lines: int) -> None:
    assert lines_of(Item(1, 1, said, Kind.TEXT), [width]) == lines
    assert lines_of(Item(1, 1, Formula("A1", said), Kind.TEXT), [width]) == lines


def test_smaller_letters_take_less() -> None:
    assert lines_of(Item(1, 1, "x" * 20, Kind.TEXT), [20.0]) == 2
    assert lines_of(Item(1, 1, "x" * 20, Kind.REASON), [20.0]) == 1


def test_only_what_is_too_long_is_given_a_look_that_goes_on() -> None:
    items = [Item(1, 1, "AB", Kind.TEXT), Item(2, 1, "a word too many", Kind.TEXT), Item(2, 2, "x", Kind.REASON)]
    changed = wrapped(items, [9.0, 9.0])
    assert [LOOKS[item.kind].wrap for item in changed] == [False, True, False]
    assert [item.value for item in changed] == [item.value for item in items]
    assert heights_of(changed, [9.0, 9.0]) == {2: 2 * LINE}
    assert heights_of(items, [9.0, 9.0]) == {}


def test_a_row_is_as_high_as_its_letters() -> None:
    title = Item(1, 1, "Suggested trades", Kind.TITLE)
    (high,) = heights_of([title, Item(3, 1, "x", Kind.TEXT)], [9.0]).values()
    assert high > LOOKS[Kind.TITLE].size * 1.25
    assert LOOKS[Kind.TEXT].size * 1.25 < LINE


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.QUIET_TEXT, Kind.REASON])
def test_what_goes_on_looks_as_it_does_else(kind: Kind) -> None:
    (item,) = wrapped([Item(1, 1, "a word too many", kind)], [9.0])
    look, plain = LOOKS[item.kind], LOOKS[kind]
    assert (look.size, look.color, look.bold, look.indent) == (plain.size, plain.color, plain.bold, plain.indent)


@given(st.text(st.sampled_from("ab \t\n\u00a0-"), max_size=30), st.integers(3, 40))
def test_a_text_is_cut_as_the_standard_library_cuts_it(text: str, width: int) -> None:
    assert cut_at(text, width) == textwrap.wrap(text, width)
