"""What the classes of a portfolio are worth, as if each were a holding."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.model import Holding
from pbal_xl.core.money import EXACT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["classes_as_holdings"]


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
    worth = {name.casefold(): Decimal(0) for name in targets}
    exposed = {symbol.casefold(): parts for symbol, parts in (exposure or {}).items()}
    for holding in holdings:
        parts = exposed.get(holding.symbol.casefold(), {holding.asset_class: Decimal(1)})
        whole = sum(parts.values(), Decimal(0))
        for name, part in parts.items():
            if name.casefold() in worth:
                share = EXACT.divide(EXACT.multiply(holding.value, part), whole)
                worth[name.casefold()] = EXACT.add(worth[name.casefold()], share)
    return [Holding(name, worth[name.casefold()], target=target) for name, target in targets.items()]
