"""The portfolio as integers: every amount times one power of ten, weights as whole ratios.

Holdings stand in symbol order here, so that the order of rows in a sheet cannot change a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from pbal_xl.core.model import Holding
from pbal_xl.core.money import from_integer, places, plain, to_integer, told
from pbal_xl.errors import InputError, PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Deviation, Strategy

__all__ = [
    "TOLERANCE",
    "Book",
    "Terms",
    "book_of",
    "check_holdings",
    "check_settings_amount",
    "check_targets",
    "off_whole",
    "weights_of",
]

# Targets may miss 100 % by a cent of a percent: 33.33 % three times is meant as thirds.
TOLERANCE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked for, in the book's integers.

    Attributes:
        strategy: "never-sell" or "hard".
        deviation: "relative" or "absolute".
        step: multiple that amounts are held to: the minor unit or the increment.
        smallest: smallest order allowed; 0 for none.
        whole: whether orders are whole shares.
        most_orders: how many orders at most; None for no limit.
        smallest_is: what sets the smallest order, in words.
        hurried: whether this is one of many tries, so that no search may take long.
    """

    strategy: Strategy
    deviation: Deviation
    step: int
    smallest: int
    whole: bool
    most_orders: int | None = None
    smallest_is: str = "minimum trade"
    hurried: bool = False

    @property
    def chooses(self) -> bool:
        """Whether some holdings may not trade although the bounds let them."""
        return bool(self.smallest) or self.most_orders is not None

    def smallest_in(self, unit: int) -> int:
        """The smallest order that is a multiple of the unit, one unit at least."""
        return -(-max(self.smallest, 1) // unit) * unit


@dataclass(frozen=True, slots=True)
class Book:
    """The integer form of a portfolio and its cash flow.

    Attributes:
        order: for each place here, the place in the caller's list.
        symbols: of the holdings.
        decimals: amounts are integers in units of ``10**-decimals``.
        unit: the currency's minor unit (a cent) in those units.
        values: market values.
        weights: target weights as integers; only their ratios count.
        prices: per share; None where unknown.
        lots: shares that orders come in; 0 for orders to the minor unit.
        held: whole lots that can be sold; 0 where there is no price.
        gains: unrealised gains; None where unknown.
        cash: the cash flow.
        value: total market value.
        weight: sum of the weights.
        equal: whether all targets are equal.
        unwanted: places of the holdings with target 0.
        own: least and most trade that holdings set themselves, by place; None for no bound.
        caps: weights above which holdings are never bought, by place, as fractions.
    """

    order: tuple[int, ...]
    symbols: list[str]
    decimals: int
    unit: int
    values: list[int]
    weights: list[int]
    prices: list[int | None]
    lots: list[int]
    held: list[int]
    gains: list[int | None]
    cash: int
    value: int
    weight: int
    equal: bool
    unwanted: list[int]
    own: dict[int, tuple[int | None, int | None]]
    caps: dict[int, Fraction]

    def lump(self, place: int) -> int:
        """Money of one lot of a holding: what its orders come in where shares are whole."""
        lot = self.lots[place]
        return lot * (self.prices[place] or 1) if lot else self.unit

    def trade_unit(self, place: int, terms: Terms) -> int:
        """Money of the smallest order of a holding but for minima: one lot, or one step of the amounts."""
        return self.lump(place) if terms.whole else terms.step

    def told(self, amount: int) -> str:
        """Money of the book for a sentence: 1,234.50."""
        return told(from_integer(amount, self.decimals))[0]


def book_of(
    holdings: Sequence[Holding],
    cash: Decimal,
    minor_unit: Decimal,
    *others: Decimal,
    whole: bool = True,
    weighted: bool = True,
) -> Book:
    """The holdings as integers.

    Args:
        holdings: at least one, symbols unique (letter case apart).
        cash: deposit positive, withdrawal negative.
        minor_unit: smallest amount of money.
        others: further amounts that must come out whole, such as an increment.
        weighted: whether the holdings' targets are those of the whole; else all count the same.
        whole: whether holdings without a lot of their own trade whole shares, where they have a price.

    Raises:
        PlanError: no holdings, a symbol twice, or targets that do not make 100 %.
    """
    check_holdings(holdings)
    folded = [holding.symbol.casefold() for holding in holdings]
    order = sorted(range(len(holdings)), key=lambda i: (folded[i], holdings[i].symbol))
    if len(set(folded)) < len(folded):
        twice = next(after for before, after in pairwise(order) if folded[before] == folded[after])
        raise PlanError(f"{holdings[twice].symbol} occurs more than once; add its lots up to one holding first")
    all_weights = weights_of(holdings) if weighted else [1] * len(holdings)
    weights = [all_weights[i] for i in order]
    decimals = places([cash, minor_unit, *others, *_figures(holdings)])
    # Every amount has at most so many decimals: to an integer without rounding.
    values = [int(holdings[i].value.scaleb(decimals)) for i in order]
    prices = [None if (p := holdings[i].price) is None else int(p.scaleb(decimals)) for i in order]
    unit = to_integer(minor_unit, decimals)
    lots = [_lot(holdings[i], whole=whole) for i in order]
    return Book(
        order=tuple(order),
        symbols=[holdings[i].symbol for i in order],
        decimals=decimals,
        unit=unit,
        values=values,
        weights=weights,
        prices=prices,
        lots=lots,
        held=[
            value // unit if not lot else _held(value, price, holdings[i].quantity, lot)
            for i, value, price, lot in zip(order, values, prices, lots, strict=True)
        ],
        gains=[None if (g := holdings[i].gain) is None else int(g.scaleb(decimals)) for i in order],
        cash=to_integer(cash, decimals),
        value=sum(values),
        weight=sum(weights),
        equal=min(weights) == max(weights),
        unwanted=[] if all(weights) else [place for place, weight in enumerate(weights) if not weight],
        own={
            place: (_bound(holdings[i].lowest, decimals), _bound(holdings[i].highest, decimals))
            for place, i in enumerate(order)
            if holdings[i].lowest is not None or holdings[i].highest is not None
        },
        caps={place: Fraction(cap) for place, i in enumerate(order) if (cap := holdings[i].most) is not None},
    )


def check_holdings(holdings: Sequence[Holding]) -> None:
    """Refuse what is no portfolio.

    Raises:
        PlanError: no holdings.
        InputError: something that is no holding.
    """
    if not holdings:
        raise PlanError("there are no holdings to plan for")
    for one in holdings:
        if not isinstance(one, Holding):
            how = "; holdings_from_frame makes them of a DataFrame" if isinstance(one, str) else ""
            raise InputError(f"a portfolio is made of Holding objects, one is {one!r}{how}")


def _lot(holding: Holding, *, whole: bool) -> int:
    if holding.lot is None:
        return int(whole)
    return 0 if holding.lot == "fraction" else holding.lot


def _figures(holdings: Sequence[Holding]) -> list[Decimal]:
    """Every amount of money of the holdings."""
    money = attrgetter("value", "price", "gain", "lowest", "highest")
    return [figure for figures in map(money, holdings) for figure in figures if figure is not None]


def _bound(amount: Decimal | None, decimals: int) -> int | None:
    return None if amount is None else to_integer(amount, decimals)


def _held(value: int, price: int | None, quantity: Decimal | None, lot: int) -> int:
    """Whole lots that can be sold without going below zero, in shares or in money."""
    if not price:
        return 0
    lots = value // (price * lot)
    return lots if quantity is None else min(lots, int(quantity) // lot)


def weights_of(holdings: Sequence[Holding]) -> list[int]:
    """Target weights as integers whose ratios are exact; all 1 without targets.

    Raises:
        PlanError: only some holdings have a target, all are 0, or they make neither 1 nor 100 %.
    """
    targets = [holding.target for holding in holdings if holding.target is not None]
    if not targets:
        return [1] * len(holdings)
    if len(targets) < len(holdings):
        missing = next(holding.symbol for holding in holdings if holding.target is None)
        raise PlanError(f"{missing} has no target while other holdings have one; give every holding a target")
    check_targets(targets)
    decimals = places(targets)
    return [to_integer(target, decimals) for target in targets]


def check_targets(targets: Sequence[Decimal]) -> None:
    """Targets are fractions that sum to 1 or percents that sum to 100, within a cent of a percent.

    Raises:
        PlanError: gives the sum.
    """
    total = sum(targets, Decimal(0))
    if total == 0:
        raise PlanError("all targets are 0; at least one must be above 0")
    if abs(total - 1) > TOLERANCE and abs(total - 100) > 100 * TOLERANCE:
        raise PlanError(f"targets must sum to 1 or 100 %, {off_whole(total)}")


def off_whole(total: Decimal) -> str:
    """What targets sum to, and what makes a whole of it: "sum to 0.9; raise them by 0.1 in all"."""
    # One whole is nearer than a hundred, however few targets were written.
    whole = 1 if total < 2 else 100  # noqa: PLR2004 - as above
    verb = "raise" if total < whole else "lower"
    return f"sum to {plain(total)}; {verb} them by {plain(abs(whole - total))} in all"


def check_settings_amount(amount: Decimal | None, what: str, unit: Decimal) -> Decimal | None:
    """An increment or a minimum trade: None or 0 for none, else a multiple of the minor unit.

    Raises:
        InputError: negative, or finer than the minor unit.
    """
    if not amount:
        return None
    if amount < 0:
        raise InputError(f"{what} must be above 0, is {plain(amount)}")
    if amount % unit:
        raise InputError(f"{what} must be a multiple of {plain(unit)}, is {plain(amount)}")
    return amount
