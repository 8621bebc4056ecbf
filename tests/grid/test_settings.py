"""Settings in cells."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.cells import NEVER_CALCULATED, Cell
from pbal_xl.grid.settings import combined, read_options, read_setting, read_settings
from pbal_xl.settings import SETTINGS, Choice, Setting, by_key

if TYPE_CHECKING:
    from pbal_xl.setting import Kind

ANSWERS = [(True, True), ("TRUE", True), ("Ja", True), (1, True), (False, False), ("no", False), (0.0, False)]


@pytest.mark.parametrize(("cell", "answer"), [*ANSWERS, (None, None), ("", None)])
def test_a_yes_or_no_is_read_as_it_is_written(cell: float | str | None, answer: bool | None) -> None:
    assert read_setting(by_key("whole_shares"), cell, "whole shares") is answer


@pytest.mark.parametrize("cell", ["maybe", 2, "#N/A", NEVER_CALCULATED, 0.5])
def test_what_is_neither_yes_nor_no_is_refused(cell: float | str) -> None:
    with pytest.raises(InputError, match="whole shares"):
        read_setting(by_key("whole_shares"), cell, "whole shares")


@pytest.mark.parametrize(
    "word", ["Try to Never Sell", "never-sell", "NEVER SELL", "neversell", "try_to_never_sell"]
)
def test_a_strategy_is_known_by_any_of_its_names(word: str) -> None:
    assert read_setting(by_key("strategy"), word, "strategy") == "never-sell"


@pytest.mark.parametrize("cell", ["sell all", 5, "#REF!", True])
def test_an_unknown_choice_is_refused_with_what_there_is(cell: int | str) -> None:
    with pytest.raises(InputError, match="strategy"):
        read_setting(by_key("strategy"), cell, "strategy")


@pytest.mark.parametrize(("cell", "amount"), [
    (5000, "5000"), ("$5,000.50", "5000.50"), ("(100)", "-100"), (0.1, "0.1"), (None, None), ("  ", None),
])  # fmt: skip
def test_an_amount_is_read_exactly(cell: float | str | None, amount: str | None) -> None:
    assert read_setting(by_key("cash"), cell, "cash") == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "cell",
    ["abc", "nan", "inf", "1e400", float("nan"), float("inf"), True, "5%", "#N/A", "5,000", NEVER_CALCULATED],
)
def test_an_amount_that_is_none_is_refused_with_its_figure(cell: Cell) -> None:
    with pytest.raises(InputError, match=r"^cash") as caught:
        read_setting(by_key("cash"), cell, "cash")
    assert "\n" not in str(caught.value)


def test_all_wrong_settings_are_told_at_once() -> None:
    cells = {
        "cash": ("pbal_cash (G3)", "abc"),
        "strategy": ("pbal_strategy (G4)", "both"),
        "whole_shares": ("pbal_whole_shares (G5)", "maybe"),
        "increment": ("pbal_increment (G6)", "#DIV/0!"),
        "min_trade": ("pbal_min_trade (G7)", None),
    }
    with pytest.raises(CellFaults) as caught:
        read_settings(cells)
    assert caught.value.faults == (
        'pbal_cash (G3) "abc" is not a number',
        'pbal_strategy (G4) must be "never-sell" or "hard", is "both"',
        'pbal_whole_shares (G5) must be TRUE or FALSE, is "maybe"',
        "pbal_increment (G6) is #DIV/0!",
    )


def test_a_blank_cell_says_nothing() -> None:
    assert read_settings({setting.key: (setting.name, " ") for setting in SETTINGS}) == {}


def any_setting(kind: Kind, **more: Any) -> Setting:
    return Setting(key="some", label="Some", kind=kind, help="some", said=str, **more)


@pytest.mark.parametrize(("cell", "number"), [(0.5, "0.5"), ("0.5 %", "0.5"), ("2", "2"), (3, "3"), ("-1%", "-1")])
def test_a_percent_is_told_in_percent(cell: float | str, number: str) -> None:
    assert read_setting(any_setting("percent"), cell, "fee") == Decimal(number)


@pytest.mark.parametrize(("cell", "count"), [(3, 3), (3.0, 3), ("12", 12), (0, 0)])
def test_a_count_is_a_whole_number(cell: float | str, count: int) -> None:
    found = read_setting(any_setting("count"), cell, "orders")
    assert (found, type(found)) == (count, int)


@pytest.mark.parametrize("cell", [1.5, -1, "x", True, "5%"])
def test_what_counts_nothing_is_refused(cell: float | str) -> None:
    with pytest.raises(InputError, match=r"^orders"):
        read_setting(any_setting("count"), cell, "orders")


@pytest.mark.parametrize(("cell", "text"), [("5/25", "5/25"), (3.0, "3"), (3, "3"), (" 20%>=1\n", "20%>=1")])
def test_a_text_is_taken_on_one_line(cell: float | str, text: str) -> None:
    assert read_setting(any_setting("text"), cell, "bands") == text


def test_a_text_that_a_program_took_for_a_date_is_refused() -> None:
    with pytest.raises(InputError, match=r"^bands was taken for a date"):
        read_setting(any_setting("text"), dt.datetime(2026, 5, 25), "bands")


def test_an_amount_may_know_a_word() -> None:
    setting = any_setting("amount", choices=(Choice("all", "All"),))
    assert read_setting(setting, "ALL", "cash") == "all"
    assert read_setting(setting, "12.50", "cash") == Decimal("12.50")


FOUND = {"min_trade": Decimal(50), "deviation": "absolute"}


@pytest.mark.parametrize(
    "options",
    [
        [["min_trade=50; deviation=absolute"]],
        [["Min-Trade = 50\npbal_deviation=Absolute;"]],
        [["min_trade=50"], [None], ["deviation=absolute"]],
        [["min_trade", 50], ["deviation", "absolute"]],
        [["Setting", "Value"], ["Minimum trade", "50"], [None, " "], ["Deviation", "absolute"]],
        [["Settings", None], ["pbal_min_trade", 50.0], ["cash", None], ["deviation", "absolute", None]],
        [["min_trade=50; min_trade=50.00; deviation=absolute"]],
    ],
)
def test_options_are_two_columns_or_a_text(options: list[list[Any]]) -> None:
    assert read_options(options) == FOUND


@pytest.mark.parametrize("options", [[], [[None]], [["  "]], [[None, None]], [["cash", None]], [[";"]]])
def test_no_options_say_nothing(options: list[list[str | None]]) -> None:
    assert read_options(options) == {}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([["min_trad=50"]], 'options knows no setting "min_trad"; there are strategy, cash'),
        ([["min_trade"]], 'options has "min_trade", which is not of the form name=value'),
        ([["min_trade=x"]], 'min_trade in options "x" is not a number'),
        ([["min_trade=50; min_trade=60"]], "min_trade is given twice: 50 (options) and 60 (options)"),
        ([["whole_shares", True], ["whole_shares", "no"]], "whole_shares is given twice: TRUE (options) and FALSE"),
        ([[5]], "options must be text such as"),
        ([["#REF!"]], "options is #REF!"),
        ([["cash", 1, 2]], "options must be two columns"),
        ([[None, 5]], 'options has a value without a name: "5"'),
        ([["cash=x; strategy=both"]], 'cash in options "x" is not a number; strategy in options must be'),
    ],
)
def test_options_that_cannot_be_used_are_refused_with_the_reason(options: list[list[Any]], said: str) -> None:
    with pytest.raises((InputError, CellFaults)) as caught:
        read_options(options)
    assert str(caught.value).startswith(said)


cells = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=12))


@given(st.lists(st.lists(cells, min_size=1, max_size=3), max_size=4))
def test_whatever_stands_in_options_ends_in_settings_or_a_sentence(rows: list[list[Any]]) -> None:
    said = ""
    try:
        found = read_options(rows)
    except (InputError, CellFaults) as error:
        found, said = {}, str(error)
    assert set(found) <= {setting.key for setting in SETTINGS}
    assert said.isprintable()


def test_what_is_given_twice_must_agree() -> None:
    assert combined([("the argument", {"cash": Decimal("5.00")}), ("options", {"cash": Decimal(5)})]) == {"cash": 5}
    with pytest.raises(InputError, match=r"cash is given twice: 5 \(the argument\) and 6 \(options\)"):
        combined([("the argument", {"cash": Decimal(5)}), ("options", {"cash": Decimal(6)})])
