"""The words of a plan: why an order is what it is.

Long because all reasons are told by one teller, a branch for each.
"""

from __future__ import annotations

from decimal import Decimal
from math import inf
from typing import TYPE_CHECKING

from pbal_xl.core.bands import exact_width
from pbal_xl.core.level import ranks
from pbal_xl.core.money import HALF_UP, rounded
from pbal_xl.core.rules import in_bands, limits_broken
from pbal_xl.words import figure, listed, say

if TYPE_CHECKING:
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.exact import Exact
    from pbal_xl.core.rules import Rules
    from pbal_xl.core.traded import Trades

__all__ = ["in_proportion", "is_told", "left_alone", "limits_kept", "money", "reasons"]

_HALF_A_CENT = Decimal("0.005")


def money(amount: Decimal) -> str:
    """An amount for a sentence: 1,234.50."""
    return figure(f"{amount.quantize(Decimal('0.01'), context=HALF_UP):,f}")


def is_told(amount: Decimal) -> bool:
    """Whether an amount of 0 or more is more than nothing as a sentence tells it: half a cent at least."""
    return amount >= _HALF_A_CENT


def in_proportion(above: int, target: int) -> str:
    """How far from a target above 0, on either side, as a percentage of it: 42.3 %."""
    return _percent(_tenths(above, target))


def _tenths(above: int, target: int) -> int:
    """How far from a target, in tenths of a percent of it."""
    return rounded(1000 * abs(above), target, 0)


def _percent(tenths: int) -> str:
    return figure(f"{tenths // 10:,}.{tenths % 10} %") if tenths else say("less than {}", figure("0.1 %"))


def _off(far: str, above: int) -> str:
    return say("{} above its target", far) if above > 0 else say("{} below its target", far)


def limits_kept(book: Book, rules: Rules, exact: Exact) -> str:
    """The limits that the plan without them would break, for a sentence; empty where there are none."""
    free = exact.unlimited
    return "" if free is None else listed(limits_broken(book, rules, free.numerators, free.denominator))


def left_alone(k: int, terms: Terms, rules: Rules, exact: Exact, limits: str, *, inside: bool) -> str:  # noqa: PLR0913
    """Why a rule leaves the holding at a place alone that is off its target; empty where none does.

    Args:
        k: the place.
        terms: what was asked for.
        rules: the same, beside the strategy.
        exact: the plan that the trades follow.
        limits: what ``limits_kept`` says of it.
        inside: whether it, or its class, is within its band.
    """
    free = exact.unlimited
    # Less than the smallest amount of money would not be traded either way.
    if free is not None and abs(free.numerators[k]) >= free.denominator:
        return say("left alone to keep to {}", limits)
    return say("within its band") if in_bands(terms, rules) and inside else ""


def reasons(book: Book, terms: Terms, trades: Trades, rules: Rules) -> list[str]:
    """Why each order is what it is, in a few words, by place in the book."""
    teller = _Teller(book, terms, trades, rules)
    return [teller.reason(k) for k in range(len(book.values))]


class _Teller:
    """Says why, from what the exact plan wanted and what came of it."""

    def __init__(self, book: Book, terms: Terms, trades: Trades, rules: Rules) -> None:
        self.book = book
        self.terms = terms
        self.trades = trades
        self.rules = rules
        self.total = book.value + book.cash
        # Times the sum of the weights: how far each holding is above its target.
        self.above = [v * book.weight - w * self.total for v, w in zip(book.values, book.weights, strict=True)]
        # By the measure in use.
        self.heights = self.above
        if terms.deviation == "relative":
            self.heights = ranks(book.values, [weight or 1 for weight in book.weights])
        # Of one there is no lowest and no highest.
        self.wanted = sum(map(bool, book.weights))
        self.extremes = self._extremes()
        self.orders = sum([amount != 0 for amount in trades.amounts])
        self.turnover = sum(map(abs, trades.amounts))
        self.buys, self.sells = max(trades.amounts, default=0) > 0, min(trades.amounts, default=0) < 0
        self.limits = limits_kept(book, rules, trades.exact)
        # Worked out when first asked for, once for all rows; many rows say the same.
        self.furthest: dict[bool, int | None] = {}
        self.kept: tuple[float, int] | None = None
        self.proportions: dict[tuple[bool, int], str] = {}
        self.sentences: dict[tuple[str, str], str] = {}

    def reason(self, k: int) -> str:
        above, amount = self.above[k], self.trades.amounts[k]
        where = self._where(k, above)
        why = self._traded(k, amount, above) if amount else self._held(k, above)
        if not why:
            return where
        said = self.sentences.get((where, why))
        if said is None:
            said = self.sentences[where, why] = say("{}, {}", where, why)
        return said

    def _where(self, k: int, above: int) -> str:
        """How far from its target: in proportion to it, or in money with absolute deviation."""
        book, target = self.book, self.book.weights[k] * self.total
        if not book.weights[k]:
            return say("not wanted (target 0)")
        if not above:
            return say("on target")
        if not target:
            return say("above its target") if above > 0 else say("below its target")
        if self.terms.deviation == "absolute":
            return _off(self.book.told(rounded(abs(above), book.weight, 0)), above)
        tenths = _tenths(above, target)
        said = self.proportions.get((above > 0, tenths))
        if said is None:
            said = self.proportions[above > 0, tenths] = _off(_percent(tenths), above)
        return said

    def _extremes(self) -> tuple[int | None, int | None]:
        """The one holding that is lowest of all by the measure in use, and the one that is highest."""
        wanted = [k for k, weight in enumerate(self.book.weights) if weight]
        if not wanted:
            return None, None
        heights = [self.heights[k] for k in wanted]
        least, most = min(heights), max(heights)
        lowest = wanted[heights.index(least)] if heights.count(least) == 1 else None
        return lowest, wanted[heights.index(most)] if heights.count(most) == 1 else None

    def _traded(self, k: int, amount: int, above: int) -> str:
        if limit := self._limited(k, amount, above):
            return limit
        if self.terms.strategy == "hard":
            return self._rebalanced(k, amount, above)
        if amount < 0 and above < 0 and self.trades.exact.ruled and (self.book.gains[k] or 0) < 0:
            return say("sold for its loss")
        if amount < 0 and not self.book.weights[k]:
            return say("sold first")
        if amount < 0 and self._spared(k):
            return say("sold as it realises less gain")
        if self.wanted == 1:
            return say("the only holding") if len(self.book.weights) == 1 else say("the only one with a target")
        if k == self.extremes[amount < 0]:
            return say("lowest of all") if amount > 0 else say("highest of all")
        if self.trades.exact.numerators[k] * amount <= 0:
            return say("takes what lower ones leave") if amount > 0 else say("gives what higher ones cannot")
        if self._others_bound(k, amount):
            lowest, highest = say("among the lowest that may be bought"), say("among the highest that may be sold")
            return lowest if amount > 0 else highest
        return say("among the lowest") if amount > 0 else say("among the highest")

    def _rebalanced(self, k: int, amount: int, above: int) -> str:
        """What an order of a hard rebalance does."""
        weight = self.book.weight
        after = above + amount * weight
        if not self.book.weights[k]:
            return say("sold") if amount < 0 else say("bought")
        if abs(after) > abs(above):
            exact = self.trades.exact
            if abs(above * exact.denominator + exact.numerators[k] * weight) > abs(above * exact.denominator):
                # Others may not trade further, or a rule leaves them alone.
                return say("bought for the cash that is left") if amount > 0 else say("sold for the cash missing")
            return say("traded because no other sum of whole units comes nearer")
        if abs(after) <= self._unit(k) * weight and 2 * abs(after) <= abs(above):
            return say("brought to its target")
        return say("brought nearer to its target")

    def _limited(self, k: int, amount: int, above: int) -> str:
        """Whether a bound of its own keeps the order from being larger."""
        after = above + amount * self.book.weight
        if abs(after) > self._unit(k) * self.book.weight and (after > 0) != (amount > 0):
            if amount in self.book.own.get(k, ()):
                return say("traded as far as its own limit allows")
            room = self._room(k)
            if amount > 0 and room is not None and room - amount < self._unit(k):
                return say("bought up to its most weight")
        return ""

    def _room(self, k: int) -> int | None:
        """What may be bought up to its most weight; None without one."""
        cap = self.book.caps.get(k)
        return None if cap is None else max(0, int(cap * self.total) - self.book.values[k])

    def _others_bound(self, k: int, amount: int) -> bool:
        """Whether one further off that would be traded first may not be."""
        buys = amount > 0
        if buys not in self.furthest:
            self.furthest[buys] = self._furthest_bound(buys=buys)
        furthest = self.furthest[buys]
        if furthest is None:
            return False
        return furthest < self.heights[k] if buys else furthest > self.heights[k]

    def _furthest_bound(self, *, buys: bool) -> int | None:
        """Of what may not be traded and is not: the lowest height for purchases, the highest for sales."""
        limits = self.trades.bounds.highs if buys else self.trades.bounds.lows
        found = [
            height
            for height, weight, limit, amount in zip(
                self.heights, self.book.weights, limits, self.trades.amounts, strict=True
            )
            if weight and not amount and limit is not None and (limit <= 0 if buys else limit >= 0)
        ]
        return (min(found) if buys else max(found)) if found else None

    def _spared(self, k: int) -> bool:
        """Whether another that stays further above its target is not sold for its larger gain."""
        exact = self.trades.exact
        free = exact.unlimited
        if self.rules.max_gain is None or free is None:
            return False
        if self.kept is None:
            plans = zip(free.numerators, exact.numerators, self.trades.amounts, strict=True)
            less = [
                (self._height(j, amount - self._unit(j) if amount else 0), j)
                for j, (meant, kept, amount) in enumerate(plans)
                if meant * exact.denominator < kept * free.denominator
            ]
            self.kept = max(less, default=(-inf, 0))
        height, other = self.kept
        return height > self._height(k, 0) and self._gain(other) > self._gain(k)

    def _height(self, k: int, change: int) -> float:
        """How high the holding stands once that much of it is traded; of what is not wanted nothing may stand."""
        book = self.book
        if not book.weights[k]:
            return inf if book.values[k] + change > 0 else -inf
        if self.terms.deviation == "absolute":
            return float(self.above[k] + change * book.weight)
        return (book.values[k] + change) / book.weights[k]

    def _gain(self, k: int) -> float:
        """What a unit of money sold of the holding realises."""
        return (self.book.gains[k] or 0) / (self.book.values[k] or 1)

    def _unit(self, k: int) -> int:
        return self.book.trade_unit(k, self.terms)

    def _held(self, k: int, above: int) -> str:
        """Why nothing is traded; empty where the place says it all."""
        locked = self._locked(k, above)
        if locked:
            return locked
        exact = self.trades.exact
        wanted = exact.numerators[k]
        if wanted:
            return self._wanted(k, abs(wanted), exact.denominator, buys=wanted > 0)
        if not self.book.weights[k] and (above <= 0 or self.book.cash >= 0):
            return "" if self.terms.strategy == "hard" or not above else say("a deposit sells nothing")
        if not above:
            return ""
        rest = left_alone(k, self.terms, self.rules, exact, self.limits, inside=self._inside(k, above))
        if rest or self.terms.strategy == "hard":
            return rest
        cash = self.book.cash
        if not cash and self.rules.max_turnover != 0:
            return say("no cash to trade")
        if cash >= 0:
            if above > 0:
                return say("a deposit sells nothing")
            spent = not self.turnover and self._spent(k)
            return say("but max_turnover allows no further order") if spent else say("but others are lower")
        return say("but others are higher") if above > 0 else say("a withdrawal buys nothing")

    def _locked(self, k: int, above: int) -> str:
        lowest, highest = self.book.own.get(k, (None, None))
        if above > 0 and lowest is not None and lowest >= 0:
            return say("but it is not to be sold")
        if above < 0 and highest is not None and highest <= 0:
            return say("but it is not to be bought")
        if above < 0 and self._room(k) == 0 and (self.terms.strategy == "hard" or self.book.cash > 0):
            return say("but it is at its most weight")
        return ""

    def _inside(self, k: int, above: int) -> bool:
        """Whether it is within its band; so is all without bands."""
        bands, book = self.rules.bands, self.book
        return bands is None or abs(above) <= exact_width(bands, book.weights[k], book.weight, Decimal(self.total))

    def _wanted(self, k: int, numerator: int, denominator: int, *, buys: bool) -> str:
        """The exact plan trades it, the tradable one does not."""
        unit, least = self._unit(k), self.terms.smallest
        few = self.terms.most_orders is not None and self.orders >= self.terms.most_orders
        if few and not (least and numerator < least * denominator):
            return say("but max_trades allows no further order")
        if least and numerator < least * denominator:
            smallest = say("the {} of {}", self.terms.smallest_is, self.book.told(least))
            return self._too_little(numerator // denominator, smallest, buys=buys)
        if least and not buys and self.book.values[k] < least:
            return say("but it is worth less than the {} of {}", self.terms.smallest_is, self.book.told(least))
        if buys and self.rules.max_turnover is not None and unit > self.rules.max_turnover:
            return say("but max_turnover allows no further order")
        if buys and self.terms.strategy != "hard" and self.book.lots[k] == 1 and unit > self.book.cash > 0:
            return say(
                "but one share costs {}, more than the cash of {} (fractions of a share would buy a part)",
                self.book.told(unit),
                self.book.told(self.book.cash),
            )
        if numerator < unit * denominator:
            return self._too_little(numerator // denominator, self._one_unit(k), buys=buys)
        return self._not_paid(k) if buys else self._not_needed()

    def _not_paid(self, k: int) -> str:
        """Why a purchase that would be large enough is not made."""
        if self._spent(k):
            return say("but max_turnover allows no further order")
        if self.terms.smallest:
            return say("but the cash makes no further order")
        if self.limits and self.book.cash - sum(self.trades.amounts) >= self._unit(k):
            return say("left alone to keep to {}", self.limits)
        if not self.buys:
            return say("but there is too little cash for it")
        return say("but the cash goes further elsewhere")

    def _spent(self, k: int) -> bool:
        """Whether the turnover leaves no room for an order of it."""
        most, unit = self.rules.max_turnover, self._unit(k)
        return most is not None and self.turnover + self.terms.smallest_in(unit) > most

    def _not_needed(self) -> str:
        if self.sells:
            return say("but other sales suffice")
        return say("but no purchase needs its money")

    def _too_little(self, amount: int, smallest: str, *, buys: bool) -> str:
        """The exact plan trades less than the smallest order."""
        amount -= amount % self.book.unit
        if not amount:
            return say("but less than the smallest amount of money is missing")
        if buys:
            return say("but only {} would be bought, less than {}", self.book.told(amount), smallest)
        return say("but only {} would be sold, less than {}", self.book.told(amount), smallest)

    def _one_unit(self, k: int) -> str:
        worth = self.book.told(self._unit(k))
        if not self.terms.whole or not self.book.lots[k]:
            return say("a trade unit ({})", worth)
        return say("one share ({})", worth) if self.book.lots[k] == 1 else say("one lot ({})", worth)
