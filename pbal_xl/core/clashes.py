"""Which of the rules asked for leave no plan together: the smallest set that clashes, found by leaving rules out.

A rule is left out for good where the others clash without it; what is left then is a set of which each rule is
needed. Where it has three or more, smaller sets are tried.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from pbal_xl.core.bounds import names
from pbal_xl.core.model import Holding
from pbal_xl.core.money import plain, told
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pbal_xl.core.money import Number
    from pbal_xl.core.wishes import Wishes

__all__ = ["Question", "refusal_of"]

# Tries to find a smaller set, holdings in all of them, and holdings beyond which none are made.
_TRIES = 150
_WORK = 1_500
_MOST_HOLDINGS = 300
_PAIR = 2


@dataclass(frozen=True, slots=True)
class Question:
    """All that a plan is asked for.

    Attributes:
        holdings: the portfolio.
        wishes: the settings.
        targets: of classes; None for none.
        exposure: of funds of several classes; None for none.
    """

    holdings: Sequence[Holding]
    wishes: Wishes
    targets: Mapping[str, Number] | None = None
    exposure: Mapping[str, Mapping[str, Number]] | None = None


@dataclass(frozen=True, slots=True)
class _Rule:
    """One rule: its words with its figure, and the same question without it."""

    words: str
    without: Callable[[Question], Question]


def refusal_of(
    question: Question, refusal: PlanError, plan: Callable[[Question], object], spent: Callable[[], bool]
) -> PlanError:
    """The refusal of a question, naming all the rules that clash, with their figures.

    Args:
        question: what cannot be planned.
        refusal: why not, as it was found first.
        plan: makes the plan of a question, or raises a PlanError.
        spent: whether there is no time for more plans: rules that could be left out of a clash are then named too.
    """
    rules = _rules(question)
    if len(rules) < _PAIR or len(question.holdings) > _MOST_HOLDINGS:
        return refusal

    def clash(some: Sequence[_Rule]) -> PlanError | None:
        asked = question
        for rule in rules:
            if rule not in some:
                asked = rule.without(asked)
        try:
            plan(asked)
        except PlanError as error:
            return error
        return None

    needed, reason = list(rules), refusal
    for rule in rules:
        if spent():
            break
        fewer = [one for one in needed if one is not rule]
        error = clash(fewer)
        if error is not None:
            needed, reason = fewer, error
    most = 0 if spent() else min(_TRIES, _WORK // len(question.holdings))
    needed, reason = _smaller(rules, needed, reason, clash, most)
    if len(needed) < _PAIR:
        return reason
    listed = ", ".join([rule.words for rule in needed[:-1]])
    return PlanError(f"{reason}. Together these leave no plan: {listed} and {needed[-1].words}")


def _smaller(
    rules: Sequence[_Rule],
    needed: list[_Rule],
    reason: PlanError,
    clash: Callable[[Sequence[_Rule]], PlanError | None],
    most: int,
) -> tuple[list[_Rule], PlanError]:
    """A set of fewer rules that clash, where there is one."""
    tries = 0
    for size in range(1, len(needed)):
        for some in combinations(rules, size):
            tries += 1
            if tries > most:
                return needed, reason
            if len(needed) > _PAIR and (error := clash(some)) is not None:
                return list(some), error
    return needed, reason


def _rules(question: Question) -> list[_Rule]:
    """The rules that a question asks to be kept, those that are easiest to do without first."""
    found = [*_settings(question.wishes), *_columns(question)]
    if question.targets is not None:
        found.append(_Rule("the targets of classes", _unclassed))
    return found


def _settings(wishes: Wishes) -> list[_Rule]:
    found = []
    for key in ("keep", "min_trade", "fee", "max_gain", "max_turnover", "increment"):
        amount = getattr(wishes, key)
        if amount is not None and (amount or key in {"max_gain", "max_turnover"}):
            found.append(_setting(key, told(amount)[0]))
    for key in ("fee_percent", "fee_limit"):
        percent = getattr(wishes, key)
        if percent is not None:
            found.append(_setting(key, f"{plain(percent)} %"))
    if wishes.max_trades is not None:
        found.append(_setting("max_trades", str(wishes.max_trades)))
    if wishes.bands is not None and wishes.strategy == "hard":
        found.append(_Rule(f"bands {wishes.bands}", lambda q: _wishing(q, bands=None)))
    return found


def _setting(key: str, figure: str) -> _Rule:
    return _Rule(f"{key} {figure}", lambda q: _wishing(q, **{key: None}))


def _wishing(question: Question, **changed: object) -> Question:
    return replace(question, wishes=replace(question.wishes, **changed))  # type: ignore[arg-type]


def _columns(question: Question) -> list[_Rule]:
    """The rules that stand beside the holdings."""
    found = []
    holdings, wishes = question.holdings, question.wishes
    locked = [one for one in holdings if one.lowest is not None or one.highest is not None]
    if locked:
        found.append(_Rule(_locks(locked), lambda q: _holding(q, lowest=None, highest=None)))
    capped = [one.symbol for one in holdings if one.most is not None]
    if capped:
        found.append(_Rule(f"the most weight of {names(capped)}", lambda q: _holding(q, most=None)))
    lots = [one.symbol for one in holdings if isinstance(one.lot, int) and one.lot > 1]
    if lots and wishes.increment is None:
        found.append(_Rule(f"the lots of {names(lots)}", lambda q: _holding(q, lot=None)))
    priced = any(one.price is not None for one in holdings)
    if priced and wishes.whole_shares is not False and wishes.increment is None:
        found.append(_Rule("whole shares", lambda q: _wishing(_holding(q, lot=None), whole_shares=False)))
    return found


def _locks(locked: Sequence[Holding]) -> str:
    kinds = {
        "not to be sold": [one.symbol for one in locked if one.lowest == 0 and one.highest != 0],
        "not to be bought": [one.symbol for one in locked if one.highest == 0 and one.lowest != 0],
        "not to be traded": [one.symbol for one in locked if one.lowest == 0 and one.highest == 0],
        "limited": [one.symbol for one in locked if one.lowest != 0 and one.highest != 0],
    }
    return ", ".join([f"{names(symbols)} {words}" for words, symbols in kinds.items() if symbols])


def _unclassed(question: Question) -> Question:
    return replace(_holding(question, target=None), targets=None, exposure=None)


def _holding(question: Question, **changed: object) -> Question:
    """The same with all holdings changed."""
    fields = ("value", "price", "gain", "target", "quantity", "lowest", "highest", "most", "lot", "asset_class")
    holdings = [
        Holding(one.symbol, **({name: getattr(one, name) for name in fields} | changed), settled=True)
        for one in question.holdings
    ]
    return replace(question, holdings=holdings)
