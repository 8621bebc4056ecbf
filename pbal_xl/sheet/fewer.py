"""What the best plan with fewer orders would reach: whether the last order is worth its trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.errors import PlanError
from pbal_xl.settings import plan_by
from pbal_xl.sheet.summary import distance_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from pbal_xl.core.model import Holding, Plan
    from pbal_xl.setting import Settings

__all__ = ["Fewer", "fewer_orders"]

# A plan of its own, for more holdings a long search.
_MOST_HOLDINGS = 30


@dataclass(frozen=True, slots=True)
class Fewer:
    """The best plan with fewer orders.

    Attributes:
        orders: how many it has.
        distance: how far it stays from the targets, in money.
    """

    orders: int
    distance: Decimal


def fewer_orders(holdings: Sequence[Holding], plan: Plan, settings: Settings) -> Fewer | None:
    """The best plan with one order fewer at the least; None where there is none, or it is not looked for.

    Nor where it is nearer to the targets: an order that caps and locks send past a target is no help towards it.

    Args:
        holdings: those of the plan.
        plan: what is suggested.
        settings: those that made it.
    """
    count = sum(1 for order in plan.orders if order.amount)
    if count < 2 or len(holdings) > _MOST_HOLDINGS:  # noqa: PLR2004 - one order fewer would be none
        return None
    try:
        found = plan_by(holdings, {**settings, "max_trades": count - 1})
    except PlanError:
        return None
    stays = distance_after(found)
    if stays < distance_after(plan):
        return None
    return Fewer(sum(1 for order in found.orders if order.amount), stays)
