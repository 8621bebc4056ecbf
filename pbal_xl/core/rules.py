"""The rules that investors add to a strategy, and the exact plans that keep them.

Caps and locks are bounds, lots are trade units, the most orders and fixed fees are a choice of members: all of it
belongs to the one problem. Bands, a gain budget and a turnover cap change the exact plan that the trades follow.
Fees are paid out of the cash, so the plan is made for what is left of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pbal_xl.core.banded import banded
from pbal_xl.core.bounds import bounds_of, check_cash, sparing
from pbal_xl.core.classes import exact_by_class, towards_classes
from pbal_xl.core.exact import exact_plan, flood_of, followed
from pbal_xl.core.guess import Guess
from pbal_xl.core.lookthrough import look_through_within, small_enough
from pbal_xl.core.prices import gain_of, priced, towards_plan, towards_targets, turnover_of
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.bands import Bands
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.exact import Exact
    from pbal_xl.core.model import Goal

__all__ = ["Rules", "exact_of", "fee_of", "in_bands", "limits_broken"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What was asked for beside the strategy, in the book's integers; None or 0 for what was not.

    Attributes:
        bands: what a hard rebalance leaves alone.
        goal: where what is outside its band is moved.
        max_turnover: most that all amounts come to.
        max_gain: most net gain that sales realise; may be negative.
        fee: paid for each order.
        fee_part: paid on each amount, as a fraction.
        classes: what the targets are given to, where not to holdings.
        guess: what is left of the plans before, for one that pays its fees or keeps a limit is made more than once.
    """

    bands: Bands | None = None
    goal: Goal = "target"
    max_turnover: int | None = None
    max_gain: int | None = None
    fee: int = 0
    fee_part: Fraction = Fraction(0)
    classes: Classes | None = None
    guess: Guess = field(default_factory=Guess, compare=False)

    @property
    def any(self) -> bool:
        """Whether there is any rule at all."""
        return self.costs or (self.bands, self.max_turnover, self.max_gain, self.classes) != (None,) * 4

    @property
    def costs(self) -> bool:
        """Whether orders cost anything."""
        return bool(self.fee or self.fee_part)


def fee_of(book: Book, rules: Rules, amount: int) -> int:
    """What an order of this amount costs: the fixed fee, and the part of it to the minor unit."""
    if not amount:
        return 0
    part = 2 * abs(amount) * rules.fee_part.numerator
    whole = 2 * book.unit * rules.fee_part.denominator
    return rules.fee + (part + whole // 2) // whole * book.unit


def exact_of(book: Book, terms: Terms, rules: Rules) -> tuple[Exact, Bounds] | None:
    """The exact plan that the rules leave, and the bounds of its trades; None where all is within its band.

    Raises:
        PlanError: the bounds or a budget leave no plan.
    """
    bounds = bounds_of(book, terms)
    check_cash(book, bounds)
    exact = _remembered(book, terms, rules, bounds)
    if exact is None:
        return None
    if limits_broken(book, rules, exact.numerators, exact.denominator):
        if rules.max_gain is not None:
            _need_gains(book, bounds.lows)
        # What is not wanted is sold only as far as the limits allow.
        bounds = sparing(book, bounds)
        exact = replace(_within_limits(book, terms, rules, bounds, exact), unlimited=exact)
    if sum(exact.numerators) > book.cash * exact.denominator:
        # What a rule lets be sold raises too little, so that more is sold than it would.
        exact = followed(exact, bounds.lows, bounds.highs, book.cash)
    return exact, bounds


def in_bands(terms: Terms, rules: Rules) -> bool:
    """Whether bands leave holdings alone: a deposit or withdrawal knows none."""
    return rules.bands is not None and terms.strategy == "hard"


def _remembered(book: Book, terms: Terms, rules: Rules, bounds: Bounds) -> Exact | None:
    """The exact plan without budgets: the same at every try to keep them."""
    guess, asked = rules.guess, (book.cash, terms.strategy)
    if asked not in guess.unlimited:
        guess.unlimited[asked] = _unlimited(book, terms, rules, bounds)
        if rules.classes is not None and rules.classes.exposed is not None:
            guess.looked_through(len(book.values) * len(rules.classes.weights))
    return guess.unlimited[asked]


def _unlimited(book: Book, terms: Terms, rules: Rules, bounds: Bounds) -> Exact | None:
    """The exact plan without budgets; None where bands are asked for and nothing is outside."""
    bands = rules.bands if in_bands(terms, rules) else None
    if rules.classes is not None:
        return exact_by_class(book, terms, bounds, rules.classes, bands, rules.goal)
    if bands is None:
        return exact_plan(book, terms, bounds, book.cash)
    flood = flood_of(book, terms, bounds.lows, bounds.highs)
    return banded(flood, book.weights, book.value + book.cash, bands, rules.goal, book.cash)


def _within_limits(book: Book, terms: Terms, rules: Rules, bounds: Bounds, exact: Exact) -> Exact:
    """The exact plan as near as the budgets let it come."""
    classes = rules.classes
    exposed = None if classes is None else classes.exposed
    limits = rules.max_gain, rules.max_turnover
    banded_too = in_bands(terms, rules)
    if exposed is not None and not banded_too and small_enough(exposed, *limits):
        return look_through_within(book, terms, bounds, exposed, exact, *limits, rules.guess)
    if exposed is not None or banded_too:
        aim = towards_plan(terms, book, exact)
    else:
        between = terms.strategy == "hard" and rules.max_gain is not None
        if classes is None:
            aim = towards_targets(book, terms, bounds, between=between)
        else:
            aim = towards_classes(book, terms, classes, between=between)
    return priced(book, aim, bounds, book.cash, rules.max_gain, rules.max_turnover, rules.guess)


def limits_broken(book: Book, rules: Rules, numerators: Sequence[int], denominator: int) -> list[str]:
    """The names of the budgets that exact trades do not keep to."""
    found = []
    if rules.max_gain is not None and (
        gain_of(book, numerators, denominator) > rules.max_gain
        or any(book.gains[k] is None for k, n in enumerate(numerators) if n < 0)
    ):
        found.append("max_gain")
    if rules.max_turnover is not None and turnover_of(numerators) > rules.max_turnover * denominator:
        found.append("max_turnover")
    return found


def _need_gains(book: Book, lows: Sequence[int]) -> None:
    for symbol, gain, low in zip(book.symbols, book.gains, lows, strict=True):
        if gain is None and low < 0:
            raise PlanError(f"{symbol} has no gain, which max_gain needs of every holding that may be sold")
