"""Settings in cells."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.cells import NEVER_CALCULATED
from pbal_xl.settings import Settings, read_amount, read_choice, read_settings, read_yes_no

ANSWERS = [(True, True), ("TRUE", True), ("Ja", True), (1, True), (False, False), ("no", False), (0.0, False)]


@pytest.mark.parametrize(("cell", "answer"), [*ANSWERS, (None, None), ("", None)])
def test_a_yes_or_no_is_read_as_it_is_written(cell, answer):
    assert read_yes_no(cell, "whole shares") is answer


@pytest.mark.parametrize("cell", ["maybe", 2, "#N/A", NEVER_CALCULATED, 0.5])
def test_what_is_neither_yes_nor_no_is_refused(cell):
    with pytest.raises(InputError, match="whole shares"):
        read_yes_no(cell, "whole shares")


@pytest.mark.parametrize(
    "word", ["Try to Never Sell", "never-sell", "NEVER SELL", "neversell", "try_to_never_sell"]
)
def test_a_strategy_is_known_by_any_of_its_names(word):
    assert read_choice(word, "strategy", "strategy") == "never-sell"


@pytest.mark.parametrize("cell", ["sell all", 5, "#REF!", True])
def test_an_unknown_choice_is_refused_with_what_there_is(cell):
    with pytest.raises(InputError, match="strategy"):
        read_choice(cell, "strategy", "strategy")


@pytest.mark.parametrize(("cell", "amount"), [
    (5000, "5000"), ("$5,000.50", "5000.50"), ("(100)", "-100"), (0.1, "0.1"), (None, None), ("  ", None),
])  # fmt: skip
def test_an_amount_is_read_exactly(cell, amount):
    assert read_amount(cell, "cash") == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(
    "cell",
    ["abc", "nan", "inf", "1e400", float("nan"), float("inf"), True, "5%", "#N/A", "5,000", NEVER_CALCULATED],
)
def test_an_amount_that_is_none_is_refused_with_its_figure(cell):
    with pytest.raises(InputError, match=r"^cash") as caught:
        read_amount(cell, "cash")
    assert "\n" not in str(caught.value)


def test_all_wrong_settings_are_told_at_once():
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


def test_what_was_said_goes_before_what_the_file_says():
    said, found = Settings(cash=Decimal(0), whole_shares=False), Settings(cash=Decimal(5), strategy="hard")
    assert said.over(found) == Settings(cash=Decimal(0), strategy="hard", whole_shares=False)
