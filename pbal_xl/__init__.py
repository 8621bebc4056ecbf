"""pbal-xl: which holdings to buy or sell to bring a portfolio back to its targets.

    >>> from pbal_xl import Holding, suggest_trades
    >>> plan = suggest_trades([Holding("A", value=100), Holding("B", value=300)], cash=100)
    >>> [(order.symbol, str(order.amount)) for order in plan.orders]
    [('A', '100.00'), ('B', '0.00')]

Suggestions only: nothing here trades.
"""

from __future__ import annotations

from pbal_xl._version import __version__

# Type checkers know the name; importing typing is most of what importing this package would cost.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pbal_xl.core.model import ClassWeight, Deviation, Goal, Holding, Order, Plan, Side, Strategy
    from pbal_xl.core.money import Number
    from pbal_xl.core.planner import smallest_deposit, suggest_trades
    from pbal_xl.errors import CellFaults, InputError, PbalError, PlanError, Refused
    from pbal_xl.frames import holdings_from_frame

__all__ = [
    "CellFaults",
    "ClassWeight",
    "Deviation",
    "Goal",
    "Holding",
    "InputError",
    "Number",
    "Order",
    "PbalError",
    "Plan",
    "PlanError",
    "Refused",
    "Side",
    "Strategy",
    "__version__",
    "holdings_from_frame",
    "smallest_deposit",
    "suggest_trades",
]

_HOMES = {
    "CellFaults": "errors",
    "ClassWeight": "core.model",
    "Deviation": "core.model",
    "Goal": "core.model",
    "Holding": "core.model",
    "InputError": "errors",
    "Number": "core.money",
    "Order": "core.model",
    "PbalError": "errors",
    "Plan": "core.model",
    "PlanError": "errors",
    "Refused": "errors",
    "Side": "core.model",
    "Strategy": "core.model",
    "holdings_from_frame": "frames",
    "smallest_deposit": "core.planner",
    "suggest_trades": "core.planner",
}


# Hidden from type checkers, which would take any name for one of ours.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a public name on first use: the command line starts without any of them."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
