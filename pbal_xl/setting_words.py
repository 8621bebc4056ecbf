"""The words of a trades sheet for the settings of a plan."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.money import plain
from pbal_xl.words import figure, say, say_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.core.model import Plan

__all__ = [
    "amount_words",
    "cash_words",
    "exposure_words",
    "percent_words",
    "targets_words",
    "whole_shares_words",
]


def amount_words(key: str, words: str) -> Callable[[Plan], str]:
    """Words for an amount that a plan was held to, such as "no trade below {}"."""

    def said(plan: Plan) -> str:
        from pbal_xl.core.describe import money

        amount = getattr(plan, key)
        return "" if amount is None else say(words, money(amount))

    return said


def percent_words(key: str, words: str) -> Callable[[Plan], str]:
    """Likewise for a percent."""

    def said(plan: Plan) -> str:
        percent = getattr(plan, key)
        return "" if percent is None else say(words, figure(plain(percent)))

    return said


def cash_words(plan: Plan) -> str:
    """Deposit or withdrawal, and how much."""
    from pbal_xl.core.describe import money

    if not plan.cash:
        return say("no cash")
    amount = money(abs(plan.cash))
    return say("deposit of {}", amount) if plan.cash > 0 else say("withdrawal of {}", amount)


def whole_shares_words(plan: Plan) -> str:
    """What orders come in."""
    if plan.increment is not None:
        return ""
    return say("whole shares") if plan.whole_shares else say("to the cent")


def targets_words(plan: Plan) -> str:
    """The targets of classes: "classes Stocks 60 %, Bonds 40 %"."""
    if plan.targets is None:
        return ""
    whole = sum(plan.targets.values(), Decimal(0))
    shares = ((name, (100 * target / whole).quantize(Decimal("0.01"))) for name, target in plan.targets.items())
    return say("classes {}", say_all(f"{name} {figure(plain(share))} %" for name, share in shares))


def exposure_words(plan: Plan) -> str:
    """Which funds are looked through."""
    return "" if plan.exposure is None else say("looked through {}", say_all(plan.exposure))
