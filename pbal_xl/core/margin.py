"""Portfolios bought with a loan: how far they may fall before the broker calls for money."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from pbal_xl.core.describe import money
from pbal_xl.core.money import EXACT, plain, to_decimal
from pbal_xl.errors import InputError
from pbal_xl.words import figure, say

if TYPE_CHECKING:
    from pbal_xl.core.model import Plan
    from pbal_xl.core.money import Number

__all__ = ["ADVISED_LOAN", "MAINTENANCE", "describe_margin", "fall_to_margin_call"]

# Percent of the value that must be the investor's own; brokers ask for 25 to 40.
MAINTENANCE = Decimal(25)
# The share of the assets that a loan should stay below.
ADVISED_LOAN = Decimal("0.2")

_PLACES = Decimal("1e-10")


def fall_to_margin_call(value: Number, loan: Number, maintenance: Number = MAINTENANCE) -> Decimal:
    """The fall in value that triggers a margin call, as a share of the value: 0 to 1.

    The call comes when what is left of the value less the loan is below ``maintenance`` percent of it:
    ``1 - loan / ((1 - m) V)``.

    Args:
        value: market value of all holdings, above 0.
        loan: what is owed, at least 0; without a loan no fall triggers a call, and the answer is 1.
        maintenance: percent, at least 0 and below 100.

    Returns:
        The share to 10 decimals; 0 where the call is due already.

    Raises:
        InputError: a figure out of its range.
    """
    worth, owed = to_decimal(value, "value"), to_decimal(loan, "loan")
    percent = to_decimal(maintenance, "maintenance")
    if worth <= 0:
        raise InputError(f"value must be above 0, is {plain(worth)}")
    if owed < 0:
        raise InputError(f"loan must be at least 0, is {plain(owed)}")
    if not 0 <= percent < 100:  # noqa: PLR2004 - percent
        raise InputError(f"maintenance must be a percent from 0 to below 100, is {plain(percent)}")
    with localcontext(EXACT):
        fall = 1 - owed / ((1 - percent / 100) * worth)
        return max(Decimal(0), fall.quantize(_PLACES))


def describe_margin(plan: Plan, loan: Number, maintenance: Number = MAINTENANCE) -> str:
    """A sentence on the margin call after the orders of a plan, with a warning where the loan is large.

    Raises:
        InputError: a figure out of its range, or nothing that could fall.
    """
    worth = sum((order.value_after for order in plan.orders), Decimal(0))
    owed = to_decimal(loan, "loan")
    fall = fall_to_margin_call(worth, owed, maintenance)
    share = owed / worth
    said = (
        say(
            "With the loan of {loan}, {share} of the assets, a fall of {fall} in value "
            "triggers a margin call at {maintenance} % maintenance.",
            loan=money(owed),
            share=_percent(share),
            fall=_percent(fall),
            maintenance=figure(plain(to_decimal(maintenance, "maintenance"))),
        )
        if fall
        else say(
            "With the loan of {loan}, {share} of the assets, a margin call is due already.",
            loan=money(owed),
            share=_percent(share),
        )
    )
    if share <= ADVISED_LOAN:
        return said
    return say("{} {}", said, say("A loan should stay below {} of the assets.", f"{100 * ADVISED_LOAN:.0f} %"))


def _percent(share: Decimal) -> str:
    return figure(f"{100 * share:.2f} %")
