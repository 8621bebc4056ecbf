"""The rules that investors add to a strategy, and the plans that keep them.

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
from pbal_xl.core.class_miss import missed_of
from pbal_xl.core.class_sets import few_by_class, fits
from pbal_xl.core.class_shares import nearer_by_class
from pbal_xl.core.classes import exact_by_class, towards_classes, weights_by_class
from pbal_xl.core.exact import exact_plan, flood_of, followed
from pbal_xl.core.guess import Guess
from pbal_xl.core.lookthrough import look_through_within, small_enough
from pbal_xl.core.money import from_integer, told
from pbal_xl.core.prices import gain_of, priced, towards_plan, towards_targets, turnover_of
from pbal_xl.core.trades import trades_by
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.bands import Bands
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.exact import Exact
    from pbal_xl.core.model import Goal
    from pbal_xl.core.traded import Trades

__all__ = ["Rules", "exact_of", "fee_of", "in_bands", "limited_trades", "limits_broken"]

# Tries to keep a limit after rounding.
_TRIES = 9


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


def limited_trades(book: Book, terms: Terms, rules: Rules) -> Trades:
    """The trades without fees: the limits hold after rounding too."""
    if rules.max_turnover is not None:
        book = _affordable(book, rules.max_turnover)
    if rules.max_gain is None and rules.max_turnover is None:
        return _once(book, terms, rules)
    terms = replace(terms, hurried=True)
    guess = rules.guess
    gain, turnover = _carried(book, rules)
    narrowed = (gain, turnover) != (rules.max_gain, rules.max_turnover)
    for turn in range(1, _TRIES):
        try:
            trades = _once(book, terms, replace(rules, max_gain=gain, max_turnover=turnover))
        except PlanError:
            if turn > 1:
                break
            if not narrowed:
                raise
            gain, turnover, narrowed = rules.max_gain, rules.max_turnover, False
            continue
        over = 0 if rules.max_gain is None else _realised(book, trades.amounts) - rules.max_gain
        more = 0 if rules.max_turnover is None else turnover_of(trades.amounts) - rules.max_turnover
        if over <= 0 and more <= 0:
            guess.gain_margin = (rules.max_gain or 0) - (gain or 0)
            guess.turnover_margin = (rules.max_turnover or 0) - (turnover or 0)
            # Shares within a limit that was narrowed may be further from the best within it.
            return replace(trades, gap=None) if narrowed or guess.haste or (turn > 1 and terms.whole) else trades
        # Where time is spent a limit is narrowed faster.
        harder = turn - 1 + guess.spent
        if gain is not None and over > 0:
            gain -= max(over, book.unit) << harder
        if turnover is not None and more > 0:
            turnover -= max(more, book.unit) << harder
    return _without_sales(book, terms, rules)


def _carried(book: Book, rules: Rules) -> tuple[int | None, int | None]:
    """The limits to begin with: in haste those that were narrow enough the last time."""
    gain, turnover, guess = rules.max_gain, rules.max_turnover, rules.guess
    if not guess.haste:
        return gain, turnover
    return (
        None if gain is None else gain - guess.gain_margin,
        None if turnover is None else max(abs(book.cash), turnover - guess.turnover_margin),
    )


def _affordable(book: Book, max_turnover: int) -> Book:
    """A deposit invests at most the turnover; a withdrawal must come out."""
    if -book.cash > max_turnover:
        asked, most = told(from_integer(-book.cash, book.decimals), from_integer(max_turnover, book.decimals))
        raise PlanError(f"cannot raise {asked} with a turnover of at most {most} (max_turnover)")
    return replace(book, cash=min(book.cash, max_turnover))


def _realised(book: Book, amounts: Sequence[int]) -> int:
    """Net gain realised, each order's to the minor unit, as the orders tell it."""
    total = 0
    for amount, gain, value in zip(amounts, book.gains, book.values, strict=True):
        if amount < 0 and gain:
            total += (2 * gain * -amount + value * book.unit) // (2 * value * book.unit) * book.unit
    return total


def _without_sales(book: Book, terms: Terms, rules: Rules) -> Trades:
    """Where no rounding keeps the limits a deposit at least buys; all else is refused."""
    if book.cash < 0 or (rules.max_gain is not None and rules.max_gain < 0):
        names = [
            name
            for name, limit in (("max_gain", rules.max_gain), ("max_turnover", rules.max_turnover))
            if limit is not None
        ]
        raise PlanError(f"no orders in these trade units keep {' and '.join(names)}; allow more, or fractions")
    mild = replace(rules, bands=None, max_gain=None, max_turnover=None)
    return replace(_once(book, replace(terms, strategy="never-sell"), mild), gap=None)


def _once(book: Book, terms: Terms, rules: Rules) -> Trades:
    rules.guess.rounded(len(book.values))
    found = exact_of(book, terms, rules)
    if found is None:
        # All are near enough: only the cash is placed.
        return limited_trades(book, replace(terms, strategy="never-sell"), replace(rules, bands=None))
    exact, bounds = found
    meant, searched = exact, None
    limited = (rules.max_gain, rules.max_turnover) != (None, None)
    if rules.classes is not None and terms.chooses and not in_bands(terms, rules):
        if not limited:
            exact, searched = few_by_class(book, terms, bounds, rules.classes, exact)
        elif fits(book, terms, exact):
            searched = 0.0
    trades = trades_by(book, terms, bounds, exact)
    if rules.classes is not None and not in_bands(terms, rules) and (terms.whole or terms.step != book.unit):
        trades = _lumped(book, terms, bounds, rules.classes, meant, trades, limited=limited)
    else:
        trades = replace(trades, gap=_proved(book, terms, rules, trades, searched))
    if rules.classes is not None:
        trades = replace(trades, weights=weights_by_class(book, exact, rules.classes, trades.amounts))
    return trades


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


def _proved(book: Book, terms: Terms, rules: Rules, trades: Trades, searched: float | None) -> float | None:
    """How much nearer others could be, as far as proved: in bands to the exact plan, else to the targets."""
    if not trades.exact.ruled or in_bands(terms, rules):
        return trades.gap
    if rules.classes is None:
        # The best few orders within a budget need not be those nearest to the best of any number.
        return trades.gap if not terms.chooses or fits(book, terms, trades.exact) else None
    if terms.chooses:
        return searched
    limits = rules.max_gain, rules.max_turnover
    exposed = rules.classes.exposed
    return trades.gap if exposed is None or small_enough(exposed, *limits) else None


def _lumped(  # noqa: PLR0913 - what the steps before worked out
    book: Book, terms: Terms, bounds: Bounds, classes: Classes, meant: Exact, trades: Trades, *, limited: bool
) -> Trades:
    """Trades in shares or lumps as near by the classes as is found, and how much nearer others could be."""
    missed, bound = missed_of(book, terms, bounds, classes, meant), 0.0
    if not limited:
        trades, bound = nearer_by_class(book, terms, bounds, classes, missed, trades)
    return replace(trades, gap=missed.gap(missed.excess(book, trades.amounts), bound))


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
