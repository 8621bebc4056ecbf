"""Settings in cells: what the ``pbal_*`` names of a workbook, or a function's arguments, say."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from pbal_xl.core.money import to_decimal
from pbal_xl.core.planner import suggest_trades
from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.cells import NEVER_CALCULATED, Cell, is_blank, is_error, quoted
from pbal_xl.grid.numbers import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from pbal_xl.core.model import Deviation, Holding, Plan, Strategy

__all__ = [
    "NAMES",
    "STRATEGIES",
    "Settings",
    "plan_by",
    "read_amount",
    "read_choice",
    "read_settings",
    "read_yes_no",
]

# The defined names that hold settings, by the setting they hold.
NAMES: Mapping[str, str] = {
    "cash": "pbal_cash",
    "strategy": "pbal_strategy",
    "increment": "pbal_increment",
    "whole_shares": "pbal_whole_shares",
    "min_trade": "pbal_min_trade",
    "deviation": "pbal_deviation",
}

STRATEGIES: Mapping[Strategy, str] = {"never-sell": "Try to Never Sell", "hard": "Hard Rebalance"}

_STRATEGY_WORDS: Mapping[str, Strategy] = {
    "neversell": "never-sell",
    "trytoneversell": "never-sell",
    "hard": "hard",
    "hardrebalance": "hard",
}
_DEVIATION_WORDS: Mapping[str, Deviation] = {"relative": "relative", "absolute": "absolute"}
_YES = frozenset({"true", "yes", "y", "x", "wahr", "ja", "1"})
_NO = frozenset({"false", "no", "n", "falsch", "nein", "0"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What to plan; None where nothing was said.

    Attributes:
        cash: cash flow, deposit positive.
        strategy: "never-sell" or "hard".
        increment: multiple of amounts.
        whole_shares: True, False, or None for whole shares where there are prices.
        min_trade: smallest order.
        deviation: "relative" or "absolute".
    """

    cash: Decimal | None = None
    strategy: Strategy | None = None
    increment: Decimal | None = None
    whole_shares: bool | None = None
    min_trade: Decimal | None = None
    deviation: Deviation | None = None

    def over(self, other: Settings) -> Settings:
        """These settings, and the other's where these say nothing."""
        chosen = {
            field.name: mine if (mine := getattr(self, field.name)) is not None else getattr(other, field.name)
            for field in fields(self)
        }
        return Settings(**chosen)


def read_settings(cells: Mapping[str, tuple[str, Cell]], decimal: str | None = None) -> Settings:
    """Settings from named cells.

    Args:
        cells: for each setting its (place, cell), such as ``{"cash": ("pbal_cash (G3)", 5000)}``.
        decimal: the decimal sign of numbers as text, where known.

    Raises:
        CellFaults: every setting that cannot be used.
    """
    found: dict[str, object] = {}
    faults = []
    for setting, (place, cell) in cells.items():
        try:
            if setting == "whole_shares":
                found[setting] = read_yes_no(cell, place)
            elif setting == "strategy":
                found[setting] = read_choice(cell, place, "strategy")
            elif setting == "deviation":
                found[setting] = read_choice(cell, place, "deviation")
            else:
                found[setting] = read_amount(cell, place, decimal)
        except InputError as error:
            faults.append(str(error))
    if faults:
        raise CellFaults(faults)
    return Settings(**found)  # type: ignore[arg-type]


def read_amount(cell: Cell, what: str, decimal: str | None = None) -> Decimal | None:
    """An amount of money in a cell; None for a blank.

    Raises:
        InputError: no number.
    """
    if is_blank(cell):
        return None
    _check_error(cell, what)
    if isinstance(cell, str):
        figure = read_text(cell, decimal)
        if isinstance(figure, str):
            raise InputError(f"{what} {figure}")
        if figure.percent:
            raise InputError(f"{what} {quoted(cell)} is a percentage")
        return to_decimal(figure.number, what)
    return to_decimal(cell, what)  # type: ignore[arg-type]


def read_yes_no(cell: Cell, what: str) -> bool | None:
    """TRUE or FALSE, or a word or number for it; None for a blank.

    Raises:
        InputError: anything else.
    """
    if is_blank(cell):
        return None
    _check_error(cell, what)
    if isinstance(cell, bool):
        return cell
    word = str(cell).strip().casefold().removesuffix(".0")
    if word in _YES or word in _NO:
        return word in _YES
    raise InputError(f"{what} must be TRUE or FALSE, is {quoted(str(cell))}")


def read_choice(cell: Cell, what: str, kind: Literal["strategy", "deviation"]) -> str | None:
    """A strategy or a deviation by its name; None for a blank.

    Raises:
        InputError: no such choice.
    """
    if is_blank(cell):
        return None
    _check_error(cell, what)
    words: Mapping[str, str] = _STRATEGY_WORDS if kind == "strategy" else _DEVIATION_WORDS
    bare = "".join(char for char in str(cell).casefold() if char.isalnum())
    if bare not in words:
        listed = " or ".join(f'"{word}"' for word in dict.fromkeys(words.values()))
        raise InputError(f"{what} must be {listed}, is {quoted(str(cell))}")
    return words[bare]


def _check_error(cell: Cell, what: str) -> None:
    if is_error(cell):
        raise InputError(f"{what} is {str(cell).strip()}")
    if cell == NEVER_CALCULATED:
        raise InputError(f"{what} is a formula that was never calculated; open and save the workbook in Excel")


def plan_by(holdings: Iterable[Holding], settings: Settings) -> Plan:
    """The plan that settings ask for; where they say nothing: no cash, Try to Never Sell, whole shares.

    Raises:
        PbalError: what cannot be planned.
    """
    return suggest_trades(
        holdings,
        settings.cash or 0,
        settings.strategy or "never-sell",
        whole_shares=settings.whole_shares,
        increment=settings.increment,
        min_trade=settings.min_trade,
        deviation=settings.deviation or "relative",
    )
