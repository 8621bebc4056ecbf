"""Budgets of gains and of turnover: the trades that keep them once they are rounded to trade units.

A budget that the plan without it keeps changes nothing. One that binds shapes the exact plan; where rounding goes
beyond it, it is narrowed, and the plan made anew.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pbal_xl.core.class_miss import missed_of
from pbal_xl.core.class_sets import few_by_class, fits
from pbal_xl.core.class_shares import nearer_by_class
from pbal_xl.core.classes import weights_by_class
from pbal_xl.core.lookthrough import small_enough
from pbal_xl.core.money import from_integer, told
from pbal_xl.core.prices import realised, turnover_of
from pbal_xl.core.rules import exact_of, in_bands, limits_broken
from pbal_xl.core.spare import with_spare_cash
from pbal_xl.core.trades import trades_by
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.bounds import Bounds
    from pbal_xl.core.classes import Classes
    from pbal_xl.core.exact import Exact
    from pbal_xl.core.rules import Rules
    from pbal_xl.core.traded import Trades

__all__ = ["limited_trades"]

# Tries to keep a limit after rounding.
_TRIES = 9
# How many lots less an order by classes may come to than in its exact plan.
_ROOM = 3


def limited_trades(book: Book, terms: Terms, rules: Rules) -> Trades:
    """The trades without fees: the limits hold after rounding too, and one that does not bind changes nothing."""
    found = _unbound(book, terms, rules)
    if found is not None:
        return found
    if rules.max_turnover is not None:
        book = _affordable(book, rules.max_turnover)
    return _finished(book, terms, rules, _within(book, terms, rules))


def _unbound(book: Book, terms: Terms, rules: Rules) -> Trades | None:
    """The trades without limits; None where they do not keep them, or there is no time left to know."""
    free = replace(rules, max_gain=None, max_turnover=None)
    if free == rules:
        return _finished(book, terms, rules, _once(book, terms, rules))
    if rules.guess.haste or (rules.classes is not None and not _nearly_kept(book, terms, rules, free)):
        return None
    try:
        trades = _finished(book, terms, rules, _once(book, terms, free))
    except PlanError:
        return None
    kept = rules.max_gain is None or realised(book, trades.amounts) <= rules.max_gain
    return trades if kept and not limits_broken(book, rules, trades.amounts, 1) else None


def _nearly_kept(book: Book, terms: Terms, rules: Rules, free: Rules) -> bool:
    """Whether rounding may bring the exact plan without limits within them: searches by classes take long."""
    found = exact_of(book, terms, free)
    if found is None or terms.chooses:
        return True
    exact, _ = found
    less = []
    for k, (numerator, gain) in enumerate(zip(exact.numerators, book.gains, strict=True)):
        room = _ROOM * book.trade_unit(k, terms) * exact.denominator
        # What is sold for its loss may be sold whole.
        sold = numerator if (gain or 0) < 0 else min(0, numerator + room)
        less.append(sold if numerator < 0 else max(0, numerator - room))
    return not limits_broken(book, rules, less, exact.denominator)


def _finished(book: Book, terms: Terms, rules: Rules, trades: Trades) -> Trades:
    """What they leave over buys what lags; where targets are those of classes, what they are of each holding."""
    classes = rules.classes
    by_target = classes is None or (classes.exposed is None and not classes.split)
    if by_target and not in_bands(terms, rules):
        trades = with_spare_cash(book, terms, trades, classes, rules.max_turnover)
    if classes is None:
        return trades
    return replace(trades, weights=weights_by_class(book, trades.exact, classes, trades.amounts))


def _within(book: Book, terms: Terms, rules: Rules) -> Trades:
    """The trades of limits that bind, narrowed until rounding keeps them."""
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
        over = 0 if rules.max_gain is None else realised(book, trades.amounts) - rules.max_gain
        more = 0 if rules.max_turnover is None else turnover_of(trades.amounts) - rules.max_turnover
        if over <= 0 and more <= 0:
            guess.gain_margin = (rules.max_gain or 0) - (gain or 0)
            guess.turnover_margin = (rules.max_turnover or 0) - (turnover or 0)
            # Shares within a limit that was narrowed may be further from the best within it.
            proved = not (narrowed or guess.haste or (turn > 1 and terms.whole))
            return trades if proved else replace(trades, gap=None)
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
    return trades


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
