# ruff: noqa: ARG005 - every judge takes the same arguments
"""What the reasons of a plan claim, recomputed from the holdings, the wishes and the orders."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rule_oracles import width

from pbal_xl import Holding, PlanError, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pbal_xl.core.model import Order, Plan

CENT = Decimal("0.01")
_MONEY = r"(-?[\d,]+\.\d+)"
_LEAST = r"(?:minimum trade|smallest order worth its fee,)"
_PLACE = re.compile(r"(?:(less than )?([\d,]+\.\d+)( %)? )?(above|below) its target(?:, |$)")


def amount(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


@dataclass
class Told:
    """One plan, and what its reasons may be judged by."""

    holdings: Sequence[Holding]
    cash: Decimal
    wishes: dict[str, Any]
    plan: Plan

    @cached_property
    def flow(self) -> Decimal:
        """Cash that is left for orders once what is to be kept and the fees are off."""
        return self.cash - Decimal(self.wishes.get("keep") or 0) - self.plan.fees

    @cached_property
    def left(self) -> Decimal:
        return self.plan.leftover - Decimal(self.wishes.get("keep") or 0)

    @cached_property
    def total(self) -> Decimal:
        flow = min(self.flow, Decimal(self.wishes.get("max_turnover", self.flow)))
        return sum((h.value for h in self.holdings), Decimal(0)) + flow

    @cached_property
    def off(self) -> list[Decimal]:
        """How far each is above its target, in money."""
        shares = sum((h.target for h in self.holdings if h.target is not None), Decimal(0))
        weights = [
            1 / Decimal(len(self.holdings)) if h.target is None else h.target / shares for h in self.holdings
        ]
        return [h.value - weight * self.total for h, weight in zip(self.holdings, weights, strict=True)]

    @cached_property
    def heights(self) -> list[Decimal | None]:
        """The same by the measure in use; None where nothing is wanted."""
        absolute = self.wishes.get("deviation") == "absolute"
        return [
            None if not order.target else off if absolute else h.value / order.target
            for h, off, order in zip(self.holdings, self.off, self.plan.orders, strict=True)
        ]

    @cached_property
    def hard(self) -> bool:
        return str(self.wishes["strategy"]) == "hard"

    @cached_property
    def exact(self) -> list[Decimal] | None:
        """The amounts of the same wishes without trade units, minima and most trades; None where there are none."""
        return self.without("min_trade", "max_trades", "increment", "fee", "fee_percent", "fee_limit", units=True)

    def without(self, *names: str, units: bool = False) -> list[Decimal] | None:
        wishes = {key: wish for key, wish in self.wishes.items() if key not in {*names, "keep"}}
        holdings = self.holdings
        if units:
            wishes["whole_shares"] = False
            holdings = [
                Holding(
                    h.symbol, h.value, h.price, h.gain, h.target, lowest=h.lowest, highest=h.highest, most=h.most
                )
                for h in holdings
            ]
        flow = self.flow if {"fee", "fee_percent"} & set(names) else self.flow + self.plan.fees
        try:
            return [order.amount for order in suggest_trades(holdings, flow, **wishes).orders]
        except PlanError:
            return None

    def unit(self, k: int) -> Decimal:
        """The money of one trade unit."""
        h = self.holdings[k]
        if self.wishes.get("increment"):
            return Decimal(self.wishes["increment"])
        lot = h.lot or (1 if self.plan.whole_shares else "fraction")
        if h.lot is None and not self.wishes["whole_shares"]:
            lot = "fraction"
        return CENT if isinstance(lot, str) else lot * (h.price or Decimal(1))

    @cached_property
    def least(self) -> Decimal:
        fee, part = Decimal(self.wishes.get("fee") or 0), Decimal(self.wishes.get("fee_percent") or 0) / 100
        least = max(fee, Decimal(self.wishes.get("min_trade") or 0))
        if fee and "fee_limit" in self.wishes:
            # The part is rounded to the cent, up at worst by half of one.
            room = Decimal(self.wishes["fee_limit"]) / 100 - part
            least = max(least, (fee + (CENT / 2 if part else 0)) / room)
        return least

    def smallest(self, k: int) -> Decimal:
        """The smallest order of a holding that is allowed."""
        unit = self.unit(k)
        return max(unit, self.least + (unit - self.least % unit) * bool(self.least % unit))

    @cached_property
    def orders(self) -> int:
        return sum(order.amount != 0 for order in self.plan.orders)

    @cached_property
    def turnover(self) -> Decimal:
        return sum((abs(order.amount) for order in self.plan.orders), Decimal(0))

    def capped(self, k: int) -> bool:
        """Whether it may not be bought for its most weight."""
        most = self.holdings[k].most
        return most is not None and most * self.total - self.holdings[k].value < CENT

    def claims(self, k: int) -> Iterator[tuple[bool, str]]:
        """Each thing that a reason claims, and whether it is so."""
        reason, order = self.plan.orders[k].reason, self.plan.orders[k]
        why = reason
        if place := _PLACE.match(reason):
            yield self._placed(k, place), "where it stands"
            why = reason[place.end() :]
        elif reason.startswith("on target"):
            yield abs(self.off[k]) <= CENT, "on target"
            why = reason.removeprefix("on target").removeprefix(", ")
        elif reason.startswith("not wanted (target 0)"):
            yield not order.target, "not wanted"
            why = reason.removeprefix("not wanted (target 0)").removeprefix(", ")
        for pattern, judge in _JUDGES:
            if found := re.fullmatch(pattern, why):
                yield bool(judge(self, k, order, found)), pattern
                return
        yield not why, f"known words: {why}"

    def _placed(self, k: int, place: re.Match[str]) -> bool:
        off, value = self.off[k], self.holdings[k].value
        target = value - off
        if (off > 0) != (place[4] == "above"):
            return abs(off) <= CENT
        if place[2] is None:
            return abs(target) <= CENT
        figure, percent = amount(place[2]), bool(place[3])
        if percent != (self.wishes.get("deviation") != "absolute"):
            return False
        if not percent:
            return abs(abs(off) - figure) <= Decimal("0.0101")
        share = 100 * abs(off) / target
        # Fees that were set aside and not spent move the total by cents.
        slack = Decimal("0.0501") + 100 * value / target * (Decimal("0.02") / self.total if self.total else 0)
        return share < Decimal("0.051") + slack - Decimal("0.0501") if place[1] else abs(share - figure) <= slack


def _extreme(told: Told, k: int, sign: int) -> bool:
    heights = [height for height in told.heights if height is not None]
    mine = told.heights[k]
    return mine is not None and sum(sign * height <= sign * mine for height in heights) == 1


def _among(told: Told, k: int, sign: int, *, free: bool) -> bool:
    """No other that comes first, and may be traded this way, rests; some that may not do where ``free``."""
    mine = told.heights[k]
    if mine is None or told.exact is None:
        return mine is not None and not (sign < 0 and _spares(told, k))
    resting = [
        j
        for j, (other, order) in enumerate(zip(told.heights, told.plan.orders, strict=True))
        if other is not None and not order.amount and sign * other < sign * mine
    ]
    bound = [j for j in resting if not _free(told, j, sign)]
    # Those that the exact plan trades too are as low: their trade units are too large.
    others = [j for j in resting if j not in bound and not told.exact[j]]
    return not others and bool(bound) == free


def _spares(told: Told, k: int) -> bool:
    """Whether under a budget of gains one that ends above where this one stood is kept, and has a larger gain."""
    if "max_gain" not in told.wishes:
        return False

    def realised(j: int) -> Decimal:
        return (told.holdings[j].gain or Decimal(0)) / (told.holdings[j].value or 1)

    def stands(j: int, change: Decimal) -> Decimal:
        target = told.plan.orders[j].target
        if not target:
            return Decimal("Infinity")
        absolute = told.wishes.get("deviation") == "absolute"
        return told.off[j] + change if absolute else (told.holdings[j].value + change) / target

    low = [holding.lowest for holding in told.holdings]
    spared = [
        j
        for j, order in enumerate(told.plan.orders)
        if order.value_after >= told.unit(j) + CENT
        and order.amount - told.unit(j) >= (low[j] or (-order.value_before if low[j] is None else 0))
    ]

    def ends(j: int) -> Decimal:
        amount = told.plan.orders[j].amount
        return stands(j, amount - told.unit(j) - CENT if amount else amount)

    return any(realised(j) > realised(k) and ends(j) > stands(k, Decimal(0)) for j in spared)


def _wanted(told: Told) -> int:
    """How many holdings have a target above 0."""
    return sum(bool(order.target) for order in told.plan.orders)


def _for_others(told: Told, k: int, sign: int) -> bool:
    """Only trade units or minima of others let it trade: the exact plan does not."""
    return told.exact is None or told.exact[k] * sign <= CENT


def _others(told: Told, k: int, sign: int) -> bool:
    """Whether another that may be traded this way is further out."""
    absolute = told.wishes.get("deviation") == "absolute"
    heights = list(told.off) if absolute else told.heights
    mine = heights[k]
    for j, (other, h) in enumerate(zip(heights, told.holdings, strict=True)):
        if sign < 0 and other is None and (told.off[j] > told.off[k] or mine is not None):
            # A target of 0 is the limit of ever smaller ones: it comes first.
            if h.value and _free(told, j, -1):
                return True
        elif mine is not None and other is not None and sign * other < sign * mine and _free(told, j, sign):
            return True
    return False


def _free(told: Told, k: int, sign: int) -> bool:
    """Whether it may be bought, or sold."""
    h = told.holdings[k]
    if sign < 0:
        return (h.lowest is None or h.lowest < 0) and h.value > 0
    return (h.highest is None or h.highest > 0) and not told.capped(k)


def _too_small(  # noqa: PLR0913 - every judge takes the same, and the side and the limit
    told: Told, k: int, order: Order, found: re.Match[str], sign: int, limit: Decimal
) -> bool:
    if order.amount or told.exact is None:
        return not order.amount
    said, most = amount(found[1]), amount(found[2])
    wanted = sign * told.exact[k]
    return abs(most - limit) <= CENT and said < most and abs(wanted - said) <= Decimal("0.02")


def _in_band(told: Told, k: int, order: Order, _found: Any) -> bool:
    if told.wishes.get("bands") is None or not told.hard or order.amount:
        return False
    return abs(told.off[k]) <= Decimal(width(told.wishes["bands"], float(order.target))) * told.total + CENT


def _kept_to(told: Told, k: int, order: Order, found: re.Match[str]) -> bool:
    names = re.split(r", | and ", found[1])
    free = told.without(
        *names, "min_trade", "max_trades", "increment", "fee", "fee_percent", "fee_limit", units=True
    )
    if order.amount or free is None or free[k]:
        return not order.amount
    # A deposit is cut to the turnover first; the targets are then those of what can be invested.
    most = Decimal(told.wishes.get("max_turnover", told.flow))
    told = Told(told.holdings, min(told.flow, most), told.wishes, replace(told.plan, fees=Decimal(0)))
    free = told.without(
        *names, "min_trade", "max_trades", "increment", "fee", "fee_percent", "fee_limit", units=True
    )
    return free is None or bool(free[k])


def _nearer(told: Told, k: int, order: Order, _found: Any) -> bool:
    return abs(told.off[k] + order.amount) <= abs(told.off[k])


def _no_other(told: Told, k: int, order: Order, _found: Any) -> bool:
    """Traded away from its target because of whole units: the exact plan does not."""
    if _nearer(told, k, order, _found) or told.exact is None:
        return False
    return abs(told.off[k] + told.exact[k]) <= abs(told.off[k]) + CENT


def _away(told: Told, k: int, order: Order) -> bool:
    """Traded away from its target as the exact plan trades it, for want of others."""
    return not _nearer(told, k, order, None) and (told.exact is None or told.exact[k] * order.amount > 0)


def _locked(told: Told, k: int, order: Order, _found: Any, *, buys: bool) -> bool:
    h = told.holdings[k]
    if order.amount:
        return False
    if buys:
        return h.highest is not None and h.highest <= 0 and told.off[k] < CENT
    return h.lowest is not None and h.lowest >= 0 and told.off[k] > -CENT


_JUDGES: list[tuple[str, Callable[[Told, int, Any, Any], Any]]] = [
    (r"lowest of all", lambda t, k, o, _: o.amount > 0 and _extreme(t, k, 1)),
    (r"highest of all", lambda t, k, o, _: o.amount < 0 and _extreme(t, k, -1)),
    (r"among the lowest", lambda t, k, o, _: o.amount > 0 and _among(t, k, 1, free=False)),
    (r"among the lowest that may be bought", lambda t, k, o, _: o.amount > 0 and _among(t, k, 1, free=True)),
    (r"the only holding", lambda t, k, o, _: o.amount and len(t.holdings) == 1),
    (r"the only one with a target", lambda t, k, o, _: o.amount and _wanted(t) == 1 and len(t.holdings) > 1),
    (r"takes what lower ones leave", lambda t, k, o, _: o.amount > 0 and _for_others(t, k, 1)),
    (r"gives what higher ones cannot", lambda t, k, o, _: o.amount < 0 and _for_others(t, k, -1)),
    (r"bought for the cash that is left", lambda t, k, o, _: o.amount > 0 and _away(t, k, o)),
    (r"sold for the cash missing", lambda t, k, o, _: o.amount < 0 and _away(t, k, o)),
    (r"but it is at its most weight", lambda t, k, o, _: not o.amount and t.off[k] < 0 and t.capped(k)),
    (
        r"bought up to its most weight",
        lambda t, k, o, _: (
            o.amount > 0
            and t.off[k] + o.amount < 0
            and (t.holdings[k].most or 0) * t.total - o.value_after < t.unit(k) + CENT
        ),
    ),
    (
        r"but max_turnover allows no further order",
        lambda t, k, o, _: not o.amount and t.turnover + t.smallest(k) > t.wishes["max_turnover"],
    ),
    (
        r"but there is too little cash for it",
        lambda t, k, o, _: (
            not o.amount
            and t.left
            < t.unit(k) * (1 + Decimal(t.wishes.get("fee_percent") or 0) / 100) + Decimal(t.wishes.get("fee") or 0)
        ),
    ),
    (
        r"but no purchase needs its money",
        lambda t, k, o, _: not o.amount and all(order.amount >= 0 for order in t.plan.orders),
    ),
    (r"among the highest", lambda t, k, o, _: o.amount < 0 and _among(t, k, -1, free=False)),
    (r"among the highest that may be sold", lambda t, k, o, _: o.amount < 0 and _among(t, k, -1, free=True)),
    (
        r"brought to its target",
        lambda t, k, o, _: o.amount and abs(t.off[k] + o.amount) <= min(t.unit(k), abs(t.off[k]) / 2) + CENT,
    ),
    (r"brought nearer to its target", lambda t, k, o, m: o.amount and _nearer(t, k, o, m)),
    (r"traded because no other sum of whole units comes nearer", _no_other),
    (r"sold", lambda t, k, o, _: o.amount < 0),
    (r"bought", lambda t, k, o, _: o.amount > 0),
    (r"sold first", lambda t, k, o, _: o.amount < 0 and not o.target),
    (
        r"sold as it realises less gain",
        lambda t, k, o, _: o.amount < 0 and "max_gain" in t.wishes and _spares(t, k),
    ),
    (
        r"sold for its loss",
        lambda t, k, o, _: o.amount < 0 and o.gain_realised <= 0 and t.off[k] < 0 and "max_gain" in t.wishes,
    ),
    (
        r"traded as far as its own limit allows",
        lambda t, k, o, _: o.amount and o.amount in {t.holdings[k].lowest, t.holdings[k].highest},
    ),
    (r"but it is not to be sold", lambda t, k, o, m: _locked(t, k, o, m, buys=False)),
    (r"but it is not to be bought", lambda t, k, o, m: _locked(t, k, o, m, buys=True)),
    (r"but others are lower", lambda t, k, o, _: not o.amount and _others(t, k, 1)),
    (r"but others are higher", lambda t, k, o, _: not o.amount and _others(t, k, -1)),
    (r"no cash to trade", lambda t, k, o, _: not o.amount and not t.cash - Decimal(t.wishes.get("keep") or 0)),
    (
        r"a deposit sells nothing",
        lambda t, k, o, _: (
            not o.amount and t.flow >= 0 and t.off[k] > -CENT and all(order.amount >= 0 for order in t.plan.orders)
        ),
    ),
    (
        r"a withdrawal buys nothing",
        lambda t, k, o, _: not o.amount and t.flow <= 0 and all(order.amount <= 0 for order in t.plan.orders),
    ),
    (r"within its band", _in_band),
    (r"left alone to keep to (.+)", _kept_to),
    (
        r"but max_trades allows no further order",
        lambda t, k, o, _: not o.amount and t.orders == t.wishes.get("max_trades"),
    ),
    (
        rf"but only {_MONEY} would be bought, less than a trade unit \({_MONEY}\)",
        lambda t, k, o, m: _too_small(t, k, o, m, 1, t.unit(k)),
    ),
    (
        rf"but only {_MONEY} would be bought, less than one (?:share|lot) \({_MONEY}\)",
        lambda t, k, o, m: _too_small(t, k, o, m, 1, t.unit(k)),
    ),
    (
        rf"but only {_MONEY} would be sold, less than (?:a trade unit|one share|one lot) \({_MONEY}\)",
        lambda t, k, o, m: _too_small(t, k, o, m, -1, t.unit(k)),
    ),
    (
        rf"but only {_MONEY} would be bought, less than the {_LEAST} of {_MONEY}",
        lambda t, k, o, m: _too_small(t, k, o, m, 1, t.least),
    ),
    (
        rf"but only {_MONEY} would be sold, less than the {_LEAST} of {_MONEY}",
        lambda t, k, o, m: _too_small(t, k, o, m, -1, t.least),
    ),
    (
        rf"but it is worth less than the (?:minimum trade|smallest order worth its fee,) of {_MONEY}",
        lambda t, k, o, m: not o.amount and t.holdings[k].value < amount(m[1]) <= t.least + CENT,
    ),
    (
        rf"but one share costs {_MONEY}, more than the cash of {_MONEY} \(fractions of a share would buy a part\)",
        lambda t, k, o, m: (
            not o.amount
            and not t.hard
            and t.holdings[k].lot in {None, 1}
            and abs(amount(m[1]) - t.unit(k)) <= CENT
            and abs(amount(m[2]) - t.flow) <= CENT
            and t.unit(k) > t.flow
        ),
    ),
    (
        r"but less than the smallest amount of money is missing",
        lambda t, k, o, _: not o.amount and (t.exact is None or abs(t.exact[k]) <= CENT),
    ),
    (
        r"but the cash makes no further order",
        lambda t, k, o, _: not o.amount and t.left < t.smallest(k) + Decimal(t.wishes.get("fee") or 0),
    ),
    (
        r"but the cash goes further elsewhere",
        lambda t, k, o, _: not o.amount and t.left < t.unit(k) and any(order.amount > 0 for order in t.plan.orders),
    ),
    (
        r"but other sales suffice",
        lambda t, k, o, _: not o.amount and any(order.amount < 0 for order in t.plan.orders),
    ),
]


def false_claims(told: Told) -> list[str]:
    """Every claim of a plan's reasons that is not so."""
    found = []
    for k, order in enumerate(told.plan.orders):
        found += [f"{order.symbol}: {order.reason!r}: {claim}" for held, claim in told.claims(k) if not held]
    return found
