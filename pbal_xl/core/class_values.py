"""What the classes of a portfolio are worth, and their weights before and after a plan."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.model import ClassWeight, Holding
from pbal_xl.core.money import EXACT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pbal_xl.core.model import Plan

__all__ = ["class_weights", "classes_as_holdings"]

_PLACES = Decimal("1e-10")


def classes_as_holdings(
    holdings: Sequence[Holding],
    targets: Mapping[str, Decimal],
    exposure: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> list[Holding]:
    """One holding a class, with the class's target; holdings of no class that has a target do not count.

    Args:
        holdings: with an asset class each, or in ``exposure``.
        targets: of each class.
        exposure: for funds of several classes: symbol to class to its part.
    """
    worth = _worth([(holding, holding.value) for holding in holdings], targets, exposure)
    return [Holding(name, worth[_key(name)], target=target) for name, target in targets.items()]


def class_weights(
    holdings: Sequence[Holding],
    plan: Plan,
    targets: Mapping[str, Decimal],
    exposure: Mapping[str, Mapping[str, Decimal]] | None = None,
) -> tuple[ClassWeight, ...]:
    """Where each class stands before and after a plan, as shares of the holdings' total.

    Args:
        holdings: with an asset class each, or in ``exposure``.
        plan: one order a holding, in their order.
        targets: of each class, as fractions or percent.
        exposure: for funds of several classes: symbol to class to its part.
    """
    pairs = list(zip(holdings, plan.orders, strict=True))
    before = _worth([(holding, order.value_before) for holding, order in pairs], targets, exposure)
    after = _worth([(holding, order.value_after) for holding, order in pairs], targets, exposure)
    totals = [sum(worth.values(), Decimal(0)) for worth in (before, after)]
    wanted = sum(targets.values(), Decimal(0))
    return tuple(
        ClassWeight(
            name.strip(),
            _share(before[_key(name)], totals[0]),
            _share(after[_key(name)], totals[1]),
            _share(target, wanted),
        )
        for name, target in targets.items()
    )


def _worth(
    worths: Iterable[tuple[Holding, Decimal]],
    targets: Mapping[str, Decimal],
    exposure: Mapping[str, Mapping[str, Decimal]] | None,
) -> dict[str, Decimal]:
    """What each class is worth, by its name in one case."""
    found = {_key(name): Decimal(0) for name in targets}
    exposed = {_key(symbol): parts for symbol, parts in (exposure or {}).items()}
    for holding, value in worths:
        parts = exposed.get(_key(holding.symbol), {holding.asset_class: Decimal(1)})
        whole = sum(parts.values(), Decimal(0))
        for name, part in parts.items():
            if _key(name) in found:
                share = EXACT.divide(EXACT.multiply(value, part), whole)
                found[_key(name)] = EXACT.add(found[_key(name)], share)
    return found


def _key(name: str) -> str:
    return name.strip().casefold()


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return EXACT.divide(part, whole).quantize(_PLACES, context=EXACT) if whole else Decimal(0)
