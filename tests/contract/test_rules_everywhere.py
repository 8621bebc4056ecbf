"""Every setting, table and column of the rules says the same in every host."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from calc_office import SHARED, letters
from openpyxl import load_workbook
from sheets import write

from pbal_xl import cli
from pbal_xl.functions import FUNCTIONS, call
from pbal_xl.settings import SETTINGS, by_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

BY_NAME = {function.name: function for function in FUNCTIONS}
HARD = {"strategy": "hard", "cash": "1500", "whole_shares": "no"}
PLAIN: list[list[Any]] = [
    ["Symbol", "Value", "Price", "Gain"],
    ["AAA", 15000.0, 128.5, 3343.5],
    ["BBB", 10000.0, 180.5, 893.5],
    ["CCC", 6798.5, 27.5, -100.0],
    ["DDD", 4000.0, 50.0, 250.0],
    ["EEE", 3000.0, 33.0, 120.0],
]


def beside(header: str, *cells: Any) -> list[list[Any]]:
    """The same holdings with one more column."""
    return [[*row, cell] for row, cell in zip(PLAIN, [header, *cells], strict=True)]


CLASSED = beside("Class", "Stocks", "Stocks", "Bonds", "Bonds", "Stocks")
ABROAD = beside("Currency", "USD", "EUR", "USD", "EUR", "USD")
TARGETED = beside("Target", 0.4, 0.3, 0.1, 0.1, 0.1)
CLASSES = "Stocks 70%, Bonds 30%"

# The holdings, and the settings of a plan; the last of them is the one that the case is about.
SAID: dict[str, tuple[list[list[Any]], dict[str, str]]] = {
    "strategy": (PLAIN, {"cash": "1500", "strategy": "hard"}),
    "cash": (PLAIN, {"cash": "5000"}),
    "increment": (PLAIN, {"strategy": "hard", "cash": "1500", "increment": "50"}),
    "whole_shares": (PLAIN, {"strategy": "hard", "cash": "1500", "whole_shares": "no"}),
    "min_trade": (PLAIN, HARD | {"min_trade": "2500"}),
    "deviation": (TARGETED, {"cash": "5000", "whole_shares": "no", "deviation": "absolute"}),
    "bands": (PLAIN, HARD | {"bands": "40%>=1"}),
    "band_to": (PLAIN, HARD | {"bands": "5/25", "band_to": "edge"}),
    "max_trades": (PLAIN, HARD | {"max_trades": "2"}),
    "max_turnover": (PLAIN, HARD | {"max_turnover": "3000"}),
    "fee": (PLAIN, HARD | {"fee": "12.5"}),
    "fee_percent": (PLAIN, HARD | {"fee_percent": "0.5"}),
    "fee_limit": (PLAIN, HARD | {"fee": "12.5", "fee_limit": "0.4"}),
    "max_gain": (PLAIN, HARD | {"max_gain": "100"}),
    "keep": (PLAIN, HARD | {"keep": "300"}),
    "targets": (CLASSED, HARD | {"targets": CLASSES}),
    "exposure": (CLASSED, HARD | {"targets": CLASSES, "exposure": "EEE: Stocks 60%, Bonds 40%"}),
    "rates": (ABROAD, HARD | {"rates": "USD 1, EUR 1.08"}),
}
# The same column by each of its headers.
COLUMNS: dict[str, tuple[list[str], list[Any], dict[str, str]]] = {
    "lock": (["Lock"], ["no sell", None, "No Buy", "HOLD", None], HARD),
    "class": (["Class", "Asset Class", "Category"], [row[-1] for row in CLASSED[1:]], HARD | {"targets": CLASSES}),
    "most": (["Most", "Max Weight"], [None, None, None, 0.12, "10%"], HARD),
    "lot": (["Lot", "Lot Size"], [10.0, "fraction", None, 20.0, 1.0], {"strategy": "hard", "cash": "1500"}),
    "rate": (["Rate", "FX Rate", "FXRateToBase"], [1.0, 1.08, 1.0, 1.08, 1.0], HARD),
}


def _orders(answer: Sequence[Sequence[Any]]) -> dict[str, Any]:
    assert not str(answer[0][0]).startswith("#PBAL!"), answer
    return {row[0]: (round(float(row[2] or 0), 6), round(float(row[4] or 0), 9)) for row in answer[1:] if row[0]}


def by_functions(rows: list[list[Any]], wishes: Mapping[str, str]) -> list[dict[str, Any]]:
    """The amounts and weights that the functions answer, options as a text and as two columns."""
    function = _function(wishes)
    place = [argument.name for argument in function.arguments].index("options")
    told = []
    for options in (
        [["; ".join(f"{k}={v}" for k, v in _rest(wishes).items())]],
        [*map(list, _rest(wishes).items())],
    ):
        arguments: list[Any] = [rows, *[None] * (place - 1), options]
        told.append(_orders(call(function, *arguments)))
    return told


def _function(wishes: Mapping[str, str]) -> Any:
    return BY_NAME["PBAL_HARD" if wishes.get("strategy") == "hard" else "PBAL_NEVERSELL"]


def _rest(wishes: Mapping[str, str]) -> dict[str, str]:
    return {key: wish for key, wish in wishes.items() if key != "strategy"}


def by_option(rows: list[list[Any]], wishes: Mapping[str, str], path: Path, capsys: Any) -> dict[str, Any]:
    """What ``pbal-xl run`` tells in JSON of a CSV, each setting an option of the command line."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    words = []
    for key, wish in wishes.items():
        setting = by_key(key)
        words += [setting.no_option] if wish == "no" else [setting.option, wish]
    return _told([str(path), *words], capsys)


def by_name(rows: list[list[Any]], wishes: Mapping[str, str], path: Path, capsys: Any) -> dict[str, Any]:
    """The same of a workbook, each setting in a cell with its name."""
    names = {f"pbal_{key}": f"Wishes!$B${place}" for place, key in enumerate(wishes, 1)}
    write(path, ("Portfolio", rows), ("Wishes", list(wishes.items())), names=names)
    return _told([str(path)], capsys)


def _told(words: list[str], capsys: Any) -> dict[str, Any]:
    status = cli.main(["run", "--json", *words])
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert status == 0, told
    return told


def _of_json(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        order["symbol"]: (round(float(order["amount"]), 6), round(float(order["weight_after"]), 9))
        for order in told["orders"]
    }


def test_every_setting_of_a_plan_has_a_case() -> None:
    assert list(SAID) == [*[setting.key for setting in SETTINGS if setting.of_plan], "rates"]
    assert all(list(wishes)[-1] == key for key, (_, wishes) in SAID.items())


@pytest.mark.parametrize("key", SAID)
def test_a_setting_is_the_same_as_option_name_text_and_columns(key: str, tmp_path: Path, capsys: Any) -> None:
    rows, wishes = SAID[key]
    option = by_option(rows, wishes, tmp_path / "option.csv", capsys)
    name = by_name(rows, wishes, tmp_path / "name.xlsx", capsys)
    expected = _of_json(option)
    assert any(amount for amount, _ in expected.values())
    assert _of_json(name) == expected
    assert by_functions(rows, wishes) == [expected, expected]
    # It is told under its name, and on the sheet in its words.
    if key == "rates":
        told = [[order.get("local_amount") for order in one["orders"]] for one in (option, name)]
        assert told[0] == told[1] != [None] * 5
    else:
        assert option[key] == name[key] is not None
        sheet = load_workbook(tmp_path / "name.xlsx")["Trades"]
        shown = "\n".join(
            str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        )
        assert any(figure in shown for figure in _figures(key, wishes[key])), shown[:600]


def _figures(key: str, wish: str) -> list[str]:
    if key in {"whole_shares", "exposure"}:
        return ["to the cent"] if key == "whole_shares" else ["looked through EEE"]
    amount = f"{float(wish):,.2f}" if wish.replace(".", "").isdigit() else wish
    return [wish, amount, wish.replace("%", " %"), wish.capitalize()]


@pytest.mark.parametrize("key", [key for key in SAID if key not in {"cash", "strategy", "rates", "exposure"}])
def test_a_setting_of_these_cases_makes_a_difference(key: str, tmp_path: Path, capsys: Any) -> None:
    rows, wishes = SAID[key]
    without = {name: wish for name, wish in wishes.items() if name != key}
    one, other = (by_option(rows, some, tmp_path / "a.csv", capsys) for some in (wishes, without))
    assert (_of_json(one), one["leftover"]) != (_of_json(other), other["leftover"])


@pytest.mark.parametrize("column", COLUMNS)
def test_a_column_is_the_same_under_each_of_its_headers_and_in_each_host(
    column: str, tmp_path: Path, capsys: Any
) -> None:
    headers, cells, wishes = COLUMNS[column]
    answers = []
    for header in headers:
        rows = beside(header, *cells)
        if column == "rate":
            rows = [[*row, cell] for row, cell in zip(rows, [line[-1] for line in ABROAD], strict=True)]
        answers += [
            _of_json(by_option(rows, wishes, tmp_path / f"{header}.csv", capsys)),
            _of_json(by_name(rows, wishes, tmp_path / f"{header}.xlsx", capsys)),
            *by_functions(rows, wishes),
        ]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0] != by_functions(PLAIN, {key: wish for key, wish in wishes.items() if key != "targets"})[0]


def test_calc_s_functions_answer_every_setting_and_column_alike() -> None:
    office = SHARED.get()
    cases = [*SAID.values()]
    cases += [
        (beside(headers[0], *cells), wishes) for name, (headers, cells, wishes) in COLUMNS.items() if name != "rate"
    ]
    for rows, wishes in cases:
        office.ask("open")
        try:
            _check_in_calc(office, rows, wishes)
        finally:
            office.ask("close")


def _check_in_calc(office: Any, rows: list[list[Any]], wishes: Mapping[str, str]) -> None:
    expected, pairs = by_functions(rows, wishes)[0], [*map(list, _rest(wishes).items())]
    office.ask("write", rows=rows)
    office.ask("write", rows=pairs, column=30)
    function = _function(wishes)
    place = [argument.name for argument in function.arguments].index("options")
    text = "; ".join(f"{key}={wish}" for key, wish in _rest(wishes).items())
    for options in (f'"{text}"', f"{letters(30)}1:{letters(31)}{len(pairs)}"):
        formula = f"={function.name}(A1:{letters(len(rows[0]))}{len(rows)}{';' * place}{options})"
        where = f"EA1:{letters(130 + 5)}{len(rows) + 2}"
        office.ask("formula", address=where, text=formula, array=True)
        answer = office.ask("read", address=where)
        assert answer[0][0] == "Symbol", (formula, answer[:2])
        assert _orders([row[:5] for row in answer if row[0] in {*expected, "Symbol"}]) == expected
