"""The words of a plan by classes: where each holding's class stands, and why this holding of it trades."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.bands import exact_width
from pbal_xl.core.describe import in_proportion, left_alone, limits_kept
from pbal_xl.words import say

if TYPE_CHECKING:
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.rules import Rules
    from pbal_xl.core.traded import Trades

__all__ = ["class_reasons"]


def class_reasons(book: Book, terms: Terms, trades: Trades, rules: Rules, classes: Classes) -> list[str]:
    """Why each order is what it is, in a few words, by place in the book."""
    limits = limits_kept(book, rules, trades.exact)
    if classes.exposed is not None:
        return [_looked_through(book, trades, k, terms, rules, limits) for k in range(len(book.values))]
    reasons = [""] * len(book.values)
    whole, total = sum(classes.weights), book.value + book.cash
    for name, weight, group in zip(classes.names, classes.weights, classes.members, strict=True):
        above = sum([book.values[k] for k in group]) * whole - weight * total
        inside = rules.bands is None or abs(above) <= exact_width(rules.bands, weight, whole, Decimal(total))
        where = _where(name, above, weight * total)
        traded = any(trades.amounts[k] for k in group)
        for k in group:
            why = _why(book, trades, k, shared=classes.shares[k] is not None, traded=traded)
            if not why and above:
                why = left_alone(k, terms, rules, trades.exact, limits, inside=inside)
            reasons[k] = say("{}, {}", where, why) if why else where
    return reasons


def _where(name: str, above: int, target: int) -> str:
    """How far a class is from its target, in proportion to it."""
    if not target:
        return say("{} is not wanted (target 0)", name)
    if not above:
        return say("{} is on target", name)
    share = in_proportion(above, target)
    return (
        say("{} is {} above its target", name, share)
        if above > 0
        else say("{} is {} below its target", name, share)
    )


def _why(book: Book, trades: Trades, k: int, *, shared: bool, traded: bool) -> str:
    amount = trades.amounts[k]
    if amount and shared:
        return say("brought nearer to its share of the class")
    if amount and not trades.exact.numerators[k]:
        return say("so that whole shares of the class come nearer")
    if amount > 0:
        return say("bought first of its class")
    if amount:
        return say("sold first of its class")
    if _untradable(book, k):
        return say("but it is not to be traded")
    if trades.exact.numerators[k]:
        return say("but its order would be too small, or one too many")
    return say("another of the class is traded") if traded else ""


def _untradable(book: Book, k: int) -> bool:
    return book.own.get(k) == (0, 0)


def _looked_through(  # noqa: PLR0913 - what the steps before worked out
    book: Book, trades: Trades, k: int, terms: Terms, rules: Rules, limits: str
) -> str:
    if trades.amounts[k]:
        bought = trades.amounts[k] > 0
        return say("bought for its classes") if bought else say("sold for its classes")
    if _untradable(book, k):
        return say("but it is not to be traded")
    if trades.exact.numerators[k]:
        return say("but its order would be too small, or one too many")
    return left_alone(k, terms, rules, trades.exact, limits, inside=True) or say("others serve its classes")
