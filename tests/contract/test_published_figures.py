"""Every figure of the specification's tables of rules, in the recorded answers and through the command line.

``test_contract.py`` holds every host to the recorded answers, so each figure holds in each host.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any

import pytest
from contract_cases import answers
from published_cases import PUBLISHED, Published
from test_rules_everywhere import by_name, by_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ANSWERS = answers()
every_figure = pytest.mark.parametrize("one", PUBLISHED, ids=lambda one: one.name)


def judged(one: Published, amounts: Mapping[str, float], shares: Mapping[str, float | None]) -> None:
    """Hold the amounts of a plan to the figures of a row."""
    traded = {symbol: amount for symbol, amount in amounts.items() if amount}
    if one.orders is not None:
        assert traded == pytest.approx(one.orders, abs=one.within)
    if one.sales is not None:
        assert {symbol: amount for symbol, amount in traded.items() if amount < 0} == pytest.approx(
            one.sales, abs=one.within
        )
        bought = {symbol: amount for symbol, amount in traded.items() if amount > 0}
        assert bought == pytest.approx(flooded(one, amounts), abs=0.0201)
    if one.shares:
        assert {symbol: count for symbol, count in shares.items() if count} == one.shares
    if one.distance is not None:
        assert distance(one, amounts) == pytest.approx(one.distance, abs=one.near)
    if one.gain is not None:
        assert realised(one, amounts) == pytest.approx(one.gain, abs=0.0101)
    if one.ends is not None:
        ends = [row[1] + amounts[row[0]] for row in one.rows[1:]]
        assert ends == pytest.approx([one.ends] * len(ends), abs=0.0101)
    if one.leftover is not None:
        assert float(one.wishes["cash"]) - sum(amounts.values()) - fees(one, traded) == pytest.approx(one.leftover)


def cash_of(one: Published) -> float:
    return float(one.wishes.get("cash", 0))


def fees(one: Published, traded: Mapping[str, float]) -> float:
    return float(one.wishes.get("fee", 0)) * len(traded)


def flooded(one: Published, amounts: Mapping[str, float]) -> dict[str, float]:
    """What the money of the sales and the cash buys: the lowest first, all up to one level."""
    money = cash_of(one) - sum(min(0, amount) for amount in amounts.values())
    lowest = sorted((row[1], row[0]) for row in one.rows[1:] if amounts[row[0]] >= 0)
    for many in range(len(lowest), 0, -1):
        level = (money + sum(value for value, _ in lowest[:many])) / many
        if level >= lowest[many - 1][0]:
            return {symbol: level - value for value, symbol in lowest[:many] if level - value >= 0.005}
    raise AssertionError("nothing is bought")


def distance(one: Published, amounts: Mapping[str, float]) -> float:
    """To equal values of all the money, as the tables measure it."""
    wish: float = (sum(row[1] for row in one.rows[1:]) + cash_of(one)) / len(amounts)
    return sqrt(sum((row[1] + amounts[row[0]] - wish) ** 2 for row in one.rows[1:]))


def realised(one: Published, amounts: Mapping[str, float]) -> float:
    return float(sum(-min(0, amounts[row[0]]) * row[3] / row[1] for row in one.rows[1:]))


@every_figure
def test_the_recorded_answer_is_the_published_one(one: Published) -> None:
    rows = ANSWERS[one.name][1:]
    judged(one, {row[0]: row[2] for row in rows}, {row[0]: row[1] for row in rows})


def told(answer: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, float | None]]:
    orders: Sequence[Mapping[str, Any]] = answer["orders"]
    return (
        {order["symbol"]: float(order["amount"]) for order in orders},
        {order["symbol"]: order["shares"] and float(order["shares"]) for order in orders},
    )


@every_figure
def test_the_command_line_tells_the_published_figures(one: Published, tmp_path: Path, capsys: Any) -> None:
    answer = by_option([list(row) for row in one.rows], one.wishes, tmp_path / "published.csv", capsys)
    judged(one, *told(answer))
    if one.gain is not None:
        assert float(answer["gain"]) == pytest.approx(one.gain, abs=0.0101)


@every_figure
def test_a_workbook_with_named_settings_tells_the_published_figures(
    one: Published, tmp_path: Path, capsys: Any
) -> None:
    answer = by_name([list(row) for row in one.rows], one.wishes, tmp_path / "published.xlsx", capsys)
    judged(one, *told(answer))
