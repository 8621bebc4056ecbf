"""pbal-xl: which holdings to buy or sell to bring a portfolio back to its targets.

    >>> from pbal_xl import Holding, suggest_trades
    >>> plan = suggest_trades([Holding("A", value=100), Holding("B", value=300)], cash=100)
    >>> [(order.symbol, str(order.amount)) for order in plan.orders]
    [('A', '100.00'), ('B', '0.00')]

Suggestions only: nothing here trades.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl._version import __version__
from pbal_xl.core.model import Holding, Order, Plan, Side
from pbal_xl.core.planner import smallest_deposit, suggest_trades
from pbal_xl.errors import CellFaults, InputError, PbalError, PlanError, Refused

__all__ = [
    "CellFaults",
    "Holding",
    "InputError",
    "Order",
    "PbalError",
    "Plan",
    "PlanError",
    "Refused",
    "Side",
    "__version__",
    "holdings_from_frame",
    "smallest_deposit",
    "suggest_trades",
]

if TYPE_CHECKING:
    from pbal_xl.frames import holdings_from_frame
else:

    def __getattr__(name: str) -> object:
        """Load what needs the cell reader only when it is asked for."""
        if name == "holdings_from_frame":
            from pbal_xl.frames import holdings_from_frame

            return holdings_from_frame
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
