"""The road between the two strategies: how near to its targets a portfolio comes for how much realised gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.core.money import HALF_UP
from pbal_xl.core.planner import suggest_trades
from pbal_xl.errors import PlanError
from pbal_xl.settings import SETTINGS
from pbal_xl.sheet.summary import distance_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from pbal_xl.core.model import Holding, Plan

__all__ = ["Point", "road_of"]

# More points say no more, and each is a plan of its own.
_POINTS = 8
_MOST_HOLDINGS = 100
# Settings under which the road is the plain one; any other rule makes it another.
_PLAIN = frozenset({"strategy", "cash", "increment", "whole_shares", "deviation", "max_gain"})


@dataclass(frozen=True, slots=True)
class Point:
    """One plan on the road.

    Attributes:
        gain: what its sales realise at the most, in money.
        distance: how far it is from the targets, in money.
    """

    gain: Decimal
    distance: Decimal


def road_of(holdings: Sequence[Holding], plan: Plan) -> tuple[Point, ...]:
    """Plans to the cent with budgets from no gain to that of the full rebalance; none where it realises none.

    Args:
        holdings: those of the plan.
        plan: a hard rebalance under no rule but a gain budget.
    """
    ruled = any(getattr(plan, one.key) != one.default for one in SETTINGS if one.of_plan and one.key not in _PLAIN)
    if plan.strategy != "hard" or ruled or plan.gain is None or len(holdings) > _MOST_HOLDINGS:
        return ()
    full = _plan(holdings, plan, None)
    if full is None or full.gain is None or full.gain <= 0:
        return ()
    points = []
    budgets = dict.fromkeys(_part(full.gain, step) for step in range(_POINTS - 1))
    for budget in budgets:
        one = _plan(holdings, plan, budget)
        if one is not None:
            points.append(Point(budget, distance_after(one)))
    return (*points, Point(full.gain, distance_after(full)))


def _part(gain: Decimal, step: int) -> Decimal:
    return (gain * step / (_POINTS - 1)).quantize(gain, context=HALF_UP)


def _plan(holdings: Sequence[Holding], plan: Plan, budget: Decimal | None) -> Plan | None:
    try:
        return suggest_trades(
            holdings, plan.cash, "hard", whole_shares=False, deviation=plan.deviation, max_gain=budget
        )
    except PlanError:
        return None
