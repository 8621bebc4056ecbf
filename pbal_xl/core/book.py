"""The portfolio as integers: every amount times one power of ten, weights as whole ratios.

Holdings stand in symbol order here, so that the order of rows in a sheet cannot change a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from pbal_xl.core.model import Holding
from pbal_xl.core.money import places, plain, to_integer
from pbal_xl.errors import InputError, PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Deviation, Strategy

__all__ = ["TOLERANCE", "Book", "Terms", "book_of", "check_settings_amount", "check_targets", "weights_of"]

# Targets may miss 100 % by a cent of a percent: 33.33 % three times is meant as thirds.
TOLERANCE = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Terms:
    """What was asked for, in the book's integers.

    Attributes:
        strategy: "never-sell" or "hard".
        deviation: "relative" or "absolute".
        step: multiple that amounts are held to: the minor unit or the increment.
        least: smallest order allowed; 0 for none.
        whole: whether orders are whole shares.
    """

    strategy: Strategy
    deviation: Deviation
    step: int
    least: int
    whole: bool


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
        held: whole shares that can be sold; 0 where there is no price.
        gains: unrealised gains; None where unknown.
        cash: the cash flow.
        value: total market value.
        weight: sum of the weights.
        equal: whether all targets are equal.
        unwanted: places of the holdings with target 0.
        own: least and most trade that holdings set themselves, by place; None for no bound.
    """

    order: tuple[int, ...]
    symbols: list[str]
    decimals: int
    unit: int
    values: list[int]
    weights: list[int]
    prices: list[int | None]
    held: list[int]
    gains: list[int | None]
    cash: int
    value: int
    weight: int
    equal: bool
    unwanted: list[int]
    own: dict[int, tuple[int | None, int | None]]


def book_of(holdings: Sequence[Holding], cash: Decimal, minor_unit: Decimal, *others: Decimal) -> Book:
    """The holdings as integers.

    Args:
        holdings: at least one, symbols unique (letter case apart).
        cash: deposit positive, withdrawal negative.
        minor_unit: smallest amount of money.
        others: further amounts that must come out whole, such as an increment.

    Raises:
        PlanError: no holdings, a symbol twice, or targets that do not make 100 %.
    """
    if not holdings:
        raise PlanError("there are no holdings to plan for")
    for one in holdings:
        if not isinstance(one, Holding):
            raise InputError(f"a portfolio is made of Holding objects, one is {one!r}")
    order = sorted(range(len(holdings)), key=lambda i: (holdings[i].symbol.casefold(), holdings[i].symbol))
    _check_unique([holdings[i].symbol for i in order])
    all_weights = weights_of(holdings)
    weights = [all_weights[i] for i in order]
    decimals = places([cash, minor_unit, *others, *_figures(holdings)])
    # Every amount has at most so many decimals: to an integer without rounding.
    values = [int(holdings[i].value.scaleb(decimals)) for i in order]
    prices = [None if (p := holdings[i].price) is None else int(p.scaleb(decimals)) for i in order]
    return Book(
        order=tuple(order),
        symbols=[holdings[i].symbol for i in order],
        decimals=decimals,
        unit=to_integer(minor_unit, decimals),
        values=values,
        weights=weights,
        prices=prices,
        held=[
            _held(value, price, holdings[i].quantity) for i, value, price in zip(order, values, prices, strict=True)
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
    )


def _figures(holdings: Sequence[Holding]) -> list[Decimal]:
    figures = [holding.value for holding in holdings]
    for holding in holdings:
        others = (holding.price, holding.gain, holding.lowest, holding.highest)
        figures.extend([figure for figure in others if figure is not None])
    return figures


def _bound(amount: Decimal | None, decimals: int) -> int | None:
    return None if amount is None else to_integer(amount, decimals)


def _check_unique(symbols: list[str]) -> None:
    for before, after in pairwise(symbols):
        if before.casefold() == after.casefold():
            raise PlanError(f"{after} occurs more than once; add its lots up to one holding first")


def _held(value: int, price: int | None, quantity: Decimal | None) -> int:
    """Whole shares that can be sold without going below zero, in shares or in money."""
    if not price:
        return 0
    shares = value // price
    return shares if quantity is None else min(shares, int(quantity))


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
        raise PlanError(f"targets must sum to 1 or 100 %, sum to {plain(total)}")


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
