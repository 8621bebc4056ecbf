"""More answers beside a plan: instalments, margin, and what fewer orders would reach."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.core.instalments import describe_instalments, suggest_instalments
from pbal_xl.core.margin import MAINTENANCE, describe_margin
from pbal_xl.settings import by_key, figures_of
from pbal_xl.sheet.blocks import Loan
from pbal_xl.sheet.fewer import fewer_orders
from pbal_xl.sheet.road import road_of
from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Holding, Plan
    from pbal_xl.setting import Settings
    from pbal_xl.sheet.fewer import Fewer
    from pbal_xl.sheet.road import Point

__all__ = ["More", "more_of", "more_said", "without_effect"]


@dataclass(frozen=True, slots=True)
class More:
    """What the trades sheet shows beside the plan.

    Attributes:
        instalments: the plan of each; none where they were not asked for.
        loan: what is owed; None without a loan.
        fewer: the best plan with fewer orders; None where it is not looked for.
        road: budgets of gain and the distances that they reach.
    """

    instalments: Sequence[Plan] = ()
    loan: Loan | None = None
    fewer: Fewer | None = None
    road: Sequence[Point] = ()


def more_of(holdings: Sequence[Holding], plan: Plan, settings: Settings) -> More:
    """All that was asked for, and what is worth knowing unasked.

    Args:
        holdings: those of the plan.
        plan: what is suggested.
        settings: those that made it.

    Raises:
        PbalError: instalments that cannot be planned.
    """
    return More(
        _instalments(holdings, plan, settings),
        _loan(settings),
        fewer_orders(holdings, plan, settings),
        road_of(holdings, plan),
    )


def more_said(holdings: Sequence[Holding], plan: Plan, settings: Settings) -> list[str]:
    """Instalments and margin in sentences, for whoever shows no sheet.

    Raises:
        PbalError: instalments that cannot be planned, a loan or a maintenance that cannot be.
    """
    said = describe_instalments(_instalments(holdings, plan, settings))
    loan = _loan(settings)
    return said if loan is None else [*said, describe_margin(plan, loan.amount, loan.maintenance)]


def without_effect(settings: Settings) -> list[str]:
    """A sentence for a setting beside the plan that changes nothing."""
    if settings.get("loan") or "maintenance" not in settings:
        return []
    return [say("The maintenance has no effect: there is no loan.")]


def _instalments(holdings: Sequence[Holding], plan: Plan, settings: Settings) -> list[Plan]:
    if "instalments" not in settings:
        return []
    wishes: dict[str, Any] = {key: value for key, value in settings.items() if by_key(key).of_plan}
    wishes |= {"cash": plan.cash} | {key: table for key, table in figures_of(settings).items() if key in wishes}
    return suggest_instalments(holdings, count=int(settings["instalments"]), **wishes)


def _loan(settings: Settings) -> Loan | None:
    owed = settings.get("loan")
    return Loan(Decimal(owed), Decimal(settings.get("maintenance", MAINTENANCE))) if owed else None
