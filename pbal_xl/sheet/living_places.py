"""Where the figures of a living sheet stand: a formula for every cell that it looks at."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HoldingCells", "SettingCells"]


@dataclass(frozen=True, slots=True)
class HoldingCells:
    """Where a holding's figures stand: a formula for each, such as ``Portfolio!B3`` or a sum of lots.

    Attributes:
        symbol: its name.
        value: its market value.
        price: of a share; None where the sheet has none.
        target: its target as it is given, a fraction or percent; None for equal targets.
        gain: its unrealised gain; None where unknown.
        quantity: shares held; None where the sheet does not say.
        lots: where its symbol stands again, in the rows of its other lots.
        name: what it is called beside its symbol; None where nothing is told.
    """

    symbol: str
    value: str
    price: str | None = None
    target: str | None = None
    gain: str | None = None
    quantity: str | None = None
    lots: tuple[str, ...] = ()
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SettingCells:
    """Where the settings stand, a formula for each; None where the plan's own setting is to be typed in.

    Attributes:
        watched: formulas that count rows of holdings, and what each came to: another number is a row that came or
            went.
    """

    cash: str | None = None
    strategy: str | None = None
    increment: str | None = None
    whole_shares: str | None = None
    deviation: str | None = None
    watched: tuple[tuple[str, int], ...] = ()
