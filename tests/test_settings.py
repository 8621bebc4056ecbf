"""The table of settings: every way of giving one, and every place that tells of one, follows from a row."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from command import run

from pbal_xl import Holding, Plan, suggest_trades
from pbal_xl.cli_output import failure_object
from pbal_xl.codegen import pages
from pbal_xl.errors import InputError
from pbal_xl.functions import FUNCTIONS, call
from pbal_xl.settings import EVERYWHERE, SETTINGS, Setting, by_key, describe, offered_by, plan_by

if TYPE_CHECKING:
    from collections.abc import Sequence

OF_PLAN = [setting for setting in SETTINGS if setting.of_plan]
HOLDINGS = [Holding("A", 100, 7), Holding("B", 100, 9)]


def ids(settings: Sequence[Setting] | tuple[Setting, ...]) -> list[str]:
    return [setting.key for setting in settings]


def test_every_setting_of_a_plan_is_an_argument_of_suggest_trades_with_the_same_default() -> None:
    parameters = dict(inspect.signature(suggest_trades).parameters)
    del parameters["holdings"]
    # The currency's cents are no wish of an investor's.
    del parameters["minor_unit"]
    assert {setting.key: setting.default for setting in OF_PLAN} == {
        name: parameter.default for name, parameter in parameters.items()
    }


@pytest.mark.parametrize("setting", OF_PLAN, ids=ids(OF_PLAN))
def test_a_plan_keeps_what_it_was_asked(setting: Setting) -> None:
    assert setting.key in inspect.signature(Plan).parameters


@pytest.mark.parametrize("setting", SETTINGS, ids=ids(SETTINGS))
def test_every_row_is_complete(setting: Setting) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", setting.key)
    assert setting.label
    assert len(setting.sentence) <= 255  # as much as Excel's function wizard shows
    assert not setting.help.endswith(".")
    assert bool(setting.choices) >= (setting.kind == "choice")
    assert (
        bool(setting.no_option)
        == bool(setting.no_help)
        == (setting.kind == "yes/no" and setting.default is not False)
    )
    assert setting.offered_in <= EVERYWHERE
    assert by_key(setting.key) is setting


def test_no_two_settings_share_a_key_a_label_or_an_option() -> None:
    for names in (
        [setting.key for setting in SETTINGS],
        [setting.label.casefold() for setting in SETTINGS],
        [option for setting in SETTINGS for option in (setting.option, setting.no_option) if option],
    ):
        assert len(names) == len(set(names))


def test_every_setting_of_files_is_an_option_of_run() -> None:
    told = pages.help_of("run")
    for setting in offered_by("files"):
        assert f"{setting.option} " in told
        assert setting.no_option in told


@pytest.mark.parametrize("setting", OF_PLAN, ids=ids(OF_PLAN))
def test_every_setting_of_a_plan_is_in_the_json(setting: Setting) -> None:
    # Tables are told where there are any: all else is told always.
    assert (setting.key in failure_object(Path("a.xlsx"), InputError("no"))) == setting.told_always
    assert setting.told_always == (setting.kind != "table")


def test_a_setting_means_the_same_however_it_is_given(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Symbol,Value,Price\nA,100,7\nB,40,9\n", encoding="utf-8")
    said = run(file, "--cash", "-30", "--increment", "10", "--dry-run", "--json").stdout
    by_option = [order["amount"] for order in json.loads(said)["orders"]]
    [function] = [one for one in FUNCTIONS if one.name == "PBAL_NEVERSELL"]
    cells: list[list[Any]] = [["Symbol", "Value", "Price"], ["A", 100, 7], ["B", 40, 9]]

    def amounts(*arguments: list[list[Any]] | None) -> list[float]:
        return [row[2] for row in call(function, cells, *arguments)[1:]]

    by_argument = amounts([[-30]], [[10]])
    by_options = amounts(None, None, None, None, None, [["cash=-30; increment=10"]])
    by_table = amounts([[-30]], None, None, None, None, [["Cash to invest", -30], ["Increment", 10]])
    assert by_option == by_argument == by_options == by_table == [-30, 0]


def test_a_setting_is_told_as_a_sentence_with_its_default() -> None:
    assert by_key("min_trade").sentence == "No order below this amount. Default: none."
    assert by_key("min_trade").a_kind == "an amount"
    assert by_key("strategy").a_kind == "a choice"
    assert by_key("cash").sentence.endswith("Default: 0.")


def test_what_the_function_and_its_options_say_must_agree() -> None:
    [function] = [one for one in FUNCTIONS if one.name == "PBAL_HARD"]
    cells: list[list[Any]] = [["A", 100], ["B", 40]]
    [[said]] = call(function, cells, None, None, None, None, [["strategy=never-sell"]])
    assert said == "#PBAL! strategy is given twice: hard (the function) and never-sell (options)"
    [[said]] = call(function, cells, [[5]], None, None, None, [["cash=6"]])
    assert said == "#PBAL! cash is given twice: 5 (the argument) and 6 (options)"


def test_a_plan_by_no_settings_is_the_plain_plan() -> None:
    assert plan_by(HOLDINGS, {}) == suggest_trades(HOLDINGS)


def test_the_settings_line_says_what_was_asked() -> None:
    plan = suggest_trades(HOLDINGS, -50, "hard", increment=10, min_trade=20)
    assert describe(plan) == "Hard Rebalance, withdrawal of 50.00, multiples of 10.00, no trade below 20.00"
    assert describe(suggest_trades(HOLDINGS)) == "Try to Never Sell, no cash, whole shares"
    assert describe(suggest_trades(HOLDINGS, 5, whole_shares=False, deviation="absolute")) == (
        "Try to Never Sell, deposit of 5.00, to the cent, absolute deviation"
    )
