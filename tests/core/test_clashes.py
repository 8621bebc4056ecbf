"""Refusals name all the rules that clash, with their figures, and none that does not matter."""

from __future__ import annotations

import random
import re
from dataclasses import fields
from inspect import signature
from itertools import combinations
from typing import TYPE_CHECKING, Any

import pytest
from rules_drawn import mixed

from pbal_xl import Holding, PlanError, suggest_trades
from pbal_xl.core.clashes import Question, _rules
from pbal_xl.core.wishes import Wishes, wishes_of
from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.core.model import Strategy


def holdings(**lock: Any) -> list[Holding]:
    return [
        Holding("A", 9000, 10, gain=3000),
        Holding("B", 1000, 10, gain=-100, **lock),
        Holding("C", 2000, 10, gain=0),
    ]


@pytest.mark.parametrize(
    ("cash", "wishes", "lock", "sentence"),
    [
        (-5000, {"max_gain": 100, "max_trades": 3, "min_trade": 50}, {}, (
            "cannot keep the realised gain to 100.00 (max_gain): the least possible is 566.67")),
        (-2500, {"max_gain": 100, "keep": 0, "max_trades": 3}, {"lowest": 0}, (
            "cannot keep the realised gain to 100.00 (max_gain): the least possible is 166.67. "
            "Together these leave no plan: max_gain 100.00 and B not to be sold")),
        (-2500, {"max_gain": 300, "max_trades": 1, "fee": 2}, {}, (
            "no orders in these trade units keep max_gain; allow more, or fractions. "
            "Together these leave no plan: max_gain 300.00 and max_trades 1")),
        (-5000, {"max_turnover": 4000, "max_gain": 9000}, {"lowest": 0, "highest": 0}, (
            "cannot raise 5,000.00 with a turnover of at most 4,000.00 (max_turnover)")),
        (-11_500, {"max_trades": 5, "max_gain": 9000}, {"lowest": 0, "highest": 0}, (
            "cannot withdraw 11,500.00: B is locked, and the others are worth only 11,000.00")),
    ],
)  # fmt: skip
def test_a_refusal_names_what_clashes(
    cash: int, wishes: dict[str, Any], lock: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(PlanError) as caught:
        suggest_trades(holdings(**lock), cash, **wishes)
    assert str(caught.value) == sentence


# Wishes that no plan has to keep to: what is asked for, and how it is counted.
_NO_RULE = {"cash", "strategy", "deviation", "minor_unit", "band_to", "whole_shares"}


def test_every_setting_that_can_leave_no_plan_is_one_that_a_refusal_can_name() -> None:
    given = {"bands": "5/25", "max_trades": 1, "fee_percent": 1, "fee_limit": 2}
    for field in fields(Wishes):
        if field.name in _NO_RULE:
            continue
        wishes = wishes_of(0, "hard", **{**_UNSAID, field.name: given.get(field.name, 5)})
        named = _rules(Question(holdings(), wishes))
        assert field.name in " ".join(rule.words for rule in named), field.name


# What nothing was said of, by the names of ``wishes_of``.
_UNSAID: dict[str, Any] = {
    name: parameter.default
    for name, parameter in signature(suggest_trades).parameters.items()
    if name not in {"holdings", "cash", "strategy", "targets", "exposure"}
}
# Bands are told as a text.
_RULES = {setting.key for setting in SETTINGS if setting.forbids and setting.kind != "text"} | {"increment"}
_SETTING = re.compile(rf"({'|'.join(_RULES)}) -?[\d.,]+(?: %)?")


def named(sentence: str) -> set[str]:
    """The settings that a refusal names, where it names settings alone."""
    listed = sentence.partition("Together these leave no plan: ")[2]
    parts = [part for part in re.split(", (?=[a-z])| and ", listed) if part]
    found = [_SETTING.fullmatch(part) for part in parts]
    return {match[1] for match in found if match} if all(found) else set()


def refusal_of(held: Sequence[Holding], cash: int, strategy: Strategy, wishes: Mapping[str, Any]) -> str:
    try:
        suggest_trades(held, cash, strategy, **wishes)
    except PlanError as refusal:
        return str(refusal)
    return ""


def test_without_any_one_of_the_rules_named_there_is_a_plan() -> None:
    rng = random.Random(41)
    judged = 0
    for _ in range(900):
        held, cash, strategy, wishes = mixed(rng)
        refusal = refusal_of(held, cash, strategy, wishes)
        keys = named(refusal)
        if len(keys) < 2:
            continue
        judged += 1
        plain = [
            Holding(h.symbol, h.value, h.price, h.gain, None if "targets" in wishes else h.target) for h in held
        ]
        only = {"whole_shares": False} | {key: wishes[key] for key in keys}
        assert refusal_of(plain, cash, strategy, only), refusal
        for size in range(1, len(keys)):
            for few in combinations(keys, size):
                fewer = {"whole_shares": False} | {key: wishes[key] for key in few}
                assert not refusal_of(plain, cash, strategy, fewer), refusal
    assert judged >= 5


def test_what_must_be_bought_beyond_its_most_weight_is_refused() -> None:
    holdings = [Holding("A", 500, lowest=131, most="0.3"), Holding("B", 500), Holding("C", 500, most=1)]
    with pytest.raises(PlanError) as refused:
        suggest_trades(holdings, 600, whole_shares=False)
    assert str(refused.value) == (
        "A must trade 131.00 at the least, but its most weight allows 130.00. "
        "Together these leave no plan: A limited and the most weight of A and C"
    )
    plan = suggest_trades([Holding("A", 500, lowest=130, most="0.3"), *holdings[1:]], 600, whole_shares=False)
    assert plan.orders[0].amount == 130
    # Above its weight already, it may stay, and be sold for less.
    plan = suggest_trades([Holding("A", 500, lowest=0, most="0.1"), *holdings[1:]], 600, whole_shares=False)
    assert plan.orders[0].amount == 0
