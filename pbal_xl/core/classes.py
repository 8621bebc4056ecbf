"""Targets of classes: the level is found on classes exactly as on holdings, then shared out inside each.

Inside a class orders follow the holdings' own targets where all have one. Else they are as few as can be: purchases
go to the first that may be bought, sales come first from what realises the least gain for its value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from pbal_xl.core.banded import banded
from pbal_xl.core.book import check_targets
from pbal_xl.core.bounds import Bounds, names
from pbal_xl.core.exact import Exact, exact_plan, flood_of, solved
from pbal_xl.core.level import Flood
from pbal_xl.core.lookthrough import Exposed, banded_exposure, look_through
from pbal_xl.core.money import places, to_decimal, to_integer
from pbal_xl.core.prices import Aim, towards_targets
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from pbal_xl.core.bands import Bands
    from pbal_xl.core.book import Book, Terms
    from pbal_xl.core.model import Goal, Holding
    from pbal_xl.core.money import Number

__all__ = ["Classes", "classes_of", "exact_by_class", "towards_classes", "weights_by_class"]


@dataclass(frozen=True, slots=True)
class Classes:
    """What belongs to which class, by place in the book.

    Attributes:
        names: of the classes.
        weights: their targets as integers; only the ratios count.
        members: places of each class, in the order of the caller's list.
        shares: each holding's own target within its class; None where its class has none.
        exposed: how much of each holding belongs to each class; None where each belongs to one.
    """

    names: list[str]
    weights: list[int]
    members: list[list[int]]
    shares: list[int | None]
    exposed: Exposed | None = None

    @property
    def split(self) -> bool:
        """Whether holdings have targets of their own in a class: those count too."""
        return self.exposed is None and any(share is not None for share in self.shares)

    def looked_through(self) -> Exposed:
        """What part of each holding belongs to each class: all of it where each belongs to one."""
        if self.exposed is not None:
            return self.exposed
        rows = [[0.0] * len(self.names) for _ in self.shares]
        for c, group in enumerate(self.members):
            for k in group:
                rows[k][c] = 1.0
        return Exposed(rows, [weight / sum(self.weights) for weight in self.weights])


def classes_of(
    holdings: Sequence[Holding],
    order: Sequence[int],
    targets: Mapping[str, Number],
    exposure: Mapping[str, Mapping[str, Number]] | None,
) -> Classes:
    """The classes of the holdings.

    Args:
        holdings: with an asset class each, or in ``exposure``.
        order: for each place in the book, the place among the holdings.
        targets: of each class, as fractions or percent.
        exposure: for funds of several classes: symbol to class to its part, as fractions or percent.

    Raises:
        PlanError: a class without a holding, a holding without a class that has a target, targets or parts that
            make no whole.
    """
    weights = {name.strip(): to_decimal(target, f"{name}: class target") for name, target in targets.items()}
    if not weights:
        raise PlanError("there are no class targets")
    if any(weight < 0 for weight in weights.values()):
        worst = next(name for name, weight in weights.items() if weight < 0)
        raise PlanError(f"{worst}: class target must be at least 0, is {weights[worst]}")
    check_targets(list(weights.values()))
    found = list(weights)
    place = {name.casefold(): k for k, name in enumerate(found)}
    if len(place) < len(found):
        twice = next(name for k, name in enumerate(found) if place[name.casefold()] != k)
        raise PlanError(f"{twice} has more than one class target")
    parts = _parts(holdings, place, exposure or {})
    covered = {k for part in parts for k, share in part.items() if share}
    empty = [name for k, name in enumerate(found) if k not in covered and weights[name]]
    if empty:
        raise PlanError(f"{names(empty)} {'have' if len(empty) > 1 else 'has'} a target, but no holding")
    decimals = places(weights.values())
    whole = [to_integer(weights[name], decimals) for name in found]
    if any(len(part) > 1 for part in parts):
        rows = [[float(parts[i].get(k, 0)) for k in range(len(found))] for i in order]
        return Classes(found, whole, [], [None] * len(order), Exposed(rows, [w / sum(whole) for w in whole]))
    members: list[list[int]] = [[] for _ in found]
    # In the caller's order: the first holding of a class is the first in the sheet.
    for at in sorted(range(len(order)), key=order.__getitem__):
        members[next(iter(parts[order[at]]))].append(at)
    return Classes(found, whole, members, _shares(holdings, order, members))


def _parts(
    holdings: Sequence[Holding], place: Mapping[str, int], exposure: Mapping[str, Mapping[str, Number]]
) -> list[dict[int, Decimal]]:
    """Class to part of each holding."""
    exposed = {symbol.casefold(): parts for symbol, parts in exposure.items()}
    found = []
    for holding in holdings:
        given = exposed.get(holding.symbol.casefold()) or ({holding.asset_class: 1} if holding.asset_class else {})
        if not given:
            raise PlanError(f"{holding.symbol} has no class, which class targets need of every holding")
        parts: dict[int, Decimal] = {}
        for name, part in given.items():
            k = place.get(name.strip().casefold())
            if k is None:
                raise PlanError(f"{holding.symbol} belongs to {name.strip()}, which has no target")
            parts[k] = parts.get(k, to_decimal(0, "part")) + to_decimal(part, f"{holding.symbol}: part of {name}")
        try:
            check_targets(list(parts.values()))
        except PlanError:
            total = sum(parts.values())
            raise PlanError(f"{holding.symbol}: its parts must sum to 1 or 100 %, sum to {total}") from None
        total = sum(parts.values(), to_decimal(0, "part"))
        found.append({k: part / total for k, part in parts.items() if part})
    return found


def _shares(
    holdings: Sequence[Holding], order: Sequence[int], members: Sequence[Sequence[int]]
) -> list[int | None]:
    shares: list[int | None] = [None] * len(order)
    for group in members:
        targets = [holdings[order[at]].target for at in group]
        given = [target for target in targets if target is not None]
        if len(given) < len(targets) or not sum(given):
            continue
        decimals = places(given)
        for at, target in zip(group, given, strict=True):
            shares[at] = to_integer(target, decimals)
    return shares


def exact_by_class(  # noqa: PLR0913 - the problem, the classes, and the bands they may have
    book: Book, terms: Terms, bounds: Bounds, classes: Classes, bands: Bands | None, goal: Goal
) -> Exact | None:
    """The exact plan by classes; None where bands are given and no class is outside."""
    if classes.exposed is not None:
        exposed = classes.exposed if bands is None else banded_exposure(book, classes.exposed, bands, goal)
        return None if exposed is None else look_through(book, terms, bounds, exposed)
    summed = _summed(book, classes.members, classes.weights)
    whole = Bounds(
        [sum([bounds.lows[k] for k in group]) for group in classes.members],
        [_most([bounds.highs[k] for k in group]) for group in classes.members],
    )
    if bands is None:
        plan: Exact | None = exact_plan(summed, terms, whole, book.cash)
    else:
        flood = flood_of(summed, terms, whole.lows, whole.highs)
        plan = banded(flood, summed.weights, book.value + book.cash, bands, goal, book.cash)
    if plan is None:
        return None
    numerators = [0] * len(book.values)
    denominators = []
    parts = []
    for k, group in enumerate(classes.members):
        moved, bottom = _inside(book, bounds, group, classes, plan.numerators[k], plan.denominator)
        parts.append((group, moved, bottom))
        denominators.append(bottom)
    common = lcm(*denominators)
    for group, moved, bottom in parts:
        for at, move in zip(group, moved, strict=True):
            numerators[at] = move * (common // bottom)
    flood = Flood([0] * len(numerators), [1] * len(numerators), [], [])
    return Exact(numerators, common, flood, plan.reached, ruled=True)


def towards_classes(book: Book, terms: Terms, classes: Classes, *, between: bool) -> Aim:
    """The aim of a plan by classes under a budget: each class, or each holding that has a target in its class."""
    groups: list[Sequence[int]] = []
    shares: list[Fraction] = []
    for group, weight in zip(classes.members, classes.weights, strict=True):
        parts = [classes.shares[k] for k in group]
        if not group or None in parts:
            groups.append(group)
            shares.append(Fraction(weight))
            continue
        whole = sum([part or 0 for part in parts])
        groups.extend([[k] for k in group])
        shares.extend([Fraction(weight * (part or 0), whole) for part in parts])
    scale = lcm(*[share.denominator for share in shares])
    summed = _summed(book, groups, [int(share * scale) for share in shares])
    free = [None] * len(groups)
    aim = towards_targets(summed, terms, Bounds([-value for value in summed.values], list(free)), between=between)
    flood = Flood([0] * len(book.values), [1] * len(book.values), [], [])
    return replace(aim, groups=groups, flood=flood)


def weights_by_class(book: Book, exact: Exact, classes: Classes, amounts: Sequence[int]) -> list[int]:
    """The target weights that a plan by classes gives the holdings.

    They are what the exact plan leaves of each; where whole shares buy what it does not, what they leave.
    """
    if classes.exposed is not None:
        return _weighed(book, exact, [[k] for k in range(len(book.values))], None, amounts)
    return _weighed(book, exact, classes.members, classes.weights, amounts)


def _most(highs: Sequence[int | None]) -> int | None:
    return None if None in highs else sum([high or 0 for high in highs])


def _summed(book: Book, groups: Sequence[Sequence[int]], weights: list[int]) -> Book:
    """The classes as holdings."""
    return replace(
        book,
        values=[sum([book.values[k] for k in group]) for group in groups],
        weights=weights,
        weight=sum(weights),
        unwanted=[k for k, weight in enumerate(weights) if not weight],
        equal=len(set(weights)) == 1,
        own={},
        caps={},
    )


def _inside(  # noqa: PLR0913 - a class and what it trades
    book: Book, bounds: Bounds, group: Sequence[int], classes: Classes, amount: int, bottom: int
) -> tuple[list[int], int]:
    """What each holding of a class trades of the class's amount, and the denominator of both."""
    shares = [classes.shares[k] for k in group]
    if not group or None in shares:
        return _fewest(book, bounds, group, amount, bottom), bottom
    parts = [share or 0 for share in shares]
    weight, worth = sum(parts), sum([book.values[k] for k in group])
    scale = weight * bottom
    flood = Flood(
        [book.values[k] * scale - part * (worth * bottom + amount) for k, part in zip(group, parts, strict=True)],
        parts,
        [bounds.lows[k] * scale for k in group],
        [None if (high := bounds.highs[k]) is None else high * scale for k in group],
    )
    found = solved(flood, amount * weight, scale)
    return found.numerators, found.denominator


def _fewest(book: Book, bounds: Bounds, group: Sequence[int], amount: int, bottom: int) -> list[int]:
    """The first that may be bought, or the least gain for its value, takes all it can; then the next."""
    trades = dict.fromkeys(group, 0)
    left = amount
    if left < 0:
        for k in sorted(group, key=lambda k: (book.gains[k] or 0) / (book.values[k] or 1)):
            trades[k] = max(left, bounds.lows[k] * bottom)
            left -= trades[k]
    else:
        for k in group:
            high = bounds.highs[k]
            trades[k] = left if high is None else min(left, max(0, high) * bottom)
            left -= trades[k]
    return [trades[k] for k in group]


def _weighed(
    book: Book,
    exact: Exact,
    groups: Sequence[Sequence[int]],
    weights: Sequence[int] | None,
    amounts: Sequence[int],
) -> list[int]:
    """The targets that the exact plan means: a class's target in proportion to what its holdings end at."""
    ends = [
        value * exact.denominator + numerator
        for value, numerator in zip(book.values, exact.numerators, strict=True)
    ]
    for group in groups:
        if any(amounts[k] > 0 and not ends[k] for k in group):
            for k in group:
                ends[k] = (book.values[k] + amounts[k]) * exact.denominator
    found = [0] * len(ends)
    totals = [sum([ends[k] for k in group]) for group in groups]
    scale = 10**9
    for group, total, place in zip(groups, totals, range(len(groups)), strict=True):
        part = scale * totals[place] // (sum(totals) or 1) if weights is None else weights[place] * scale
        for at, k in enumerate(group):
            found[k] = part * ends[k] // total if total else (part if not at else 0)
    return found if any(found) else [1] * len(found)
