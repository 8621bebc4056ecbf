"""Bands around targets: how far a weight may be off before a rebalance is due."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from pbal_xl.core.book import weights_of
from pbal_xl.core.money import EXACT, plain
from pbal_xl.errors import InputError, PlanError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Holding

__all__ = ["BANDS", "Bands", "Standing", "exact_width", "read_bands", "standings"]

# The smaller of five points and a quarter of the target: the rule that most literature names.
BANDS = "5/25"

_NUMBER = r"(\d+(?:\.\d+)?)"
_BOTH = re.compile(rf"{_NUMBER}/{_NUMBER}")
_POINTS = re.compile(_NUMBER)
_SHARE = re.compile(rf"{_NUMBER}%(?:>={_NUMBER})?")
_PLACES = Decimal("1e-10")


@dataclass(frozen=True, slots=True)
class Bands:
    """Half the width of a band, as shares.

    Attributes:
        points: of the portfolio; None for no such limit.
        share: of the target; None for no such limit.
        least: of the portfolio: a band of a share is at least as wide.
    """

    points: Decimal | None = None
    share: Decimal | None = None
    least: Decimal = Decimal(0)

    def __str__(self) -> str:
        """As people write them: "5/25"."""
        points, share, least = (
            None if one is None else plain(one * 100) for one in (self.points, self.share, self.least)
        )
        if share is None:
            return f"{points}"
        if points is not None:
            return f"{points}/{share}"
        return f"{share}%" + (f">={least}" if self.least else "")

    def width(self, target: Decimal) -> Decimal:
        """How far the weight of a holding with that target may be off, as a share of the portfolio."""
        widths = [] if self.points is None else [self.points]
        if self.share is not None:
            widths.append(max(self.share * target, self.least))
        return min(widths)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a holding stands.

    Attributes:
        symbol: as in the holding.
        weight: its share of the total, 0 to 1.
        target: the same, wanted.
        band: how far it may be off.
        outside: whether it is off by more.
    """

    symbol: str
    weight: Decimal
    target: Decimal
    band: Decimal
    outside: bool


def read_bands(text: str) -> Bands:
    """Bands as people write them.

    Args:
        text: "5/25" (the smaller of 5 points and 25 % of the target), "3" (points), "20%" (of the target) or
            "20%>=1" (of the target, at least 1 point).

    Raises:
        InputError: something else.
    """
    bare = "".join(text.split())
    if match := _BOTH.fullmatch(bare):
        return Bands(points=Decimal(match[1]) / 100, share=Decimal(match[2]) / 100)
    if match := _POINTS.fullmatch(bare):
        return Bands(points=Decimal(match[1]) / 100)
    if match := _SHARE.fullmatch(bare):
        return Bands(share=Decimal(match[1]) / 100, least=Decimal(match[2] or 0) / 100)
    raise InputError(f'bands must be as in "5/25", "3", "20%" or "20%>=1", is {text!r}')


def standings(holdings: Sequence[Holding], bands: Bands) -> list[Standing]:
    """Where each holding stands, in order; whether it is outside is decided exactly.

    Raises:
        PlanError: no holdings, nothing of any value, or targets that make no whole.
    """
    if not holdings:
        raise PlanError("there are no holdings to check")
    weights = weights_of(holdings)
    with localcontext(EXACT):
        total = sum((one.value for one in holdings), Decimal(0))
        if not total:
            raise PlanError("the holdings are worth nothing, so they have no weights")
        whole = sum(weights)
        found = []
        for holding, weight in zip(holdings, weights, strict=True):
            target = Decimal(weight) / whole
            band = bands.width(target)
            off = abs(holding.value * whole - weight * total)
            found.append(
                Standing(
                    symbol=holding.symbol,
                    weight=(holding.value / total).quantize(_PLACES),
                    target=target.quantize(_PLACES),
                    band=band.quantize(_PLACES),
                    outside=off > exact_width(bands, weight, whole, total),
                )
            )
        return found


def exact_width(bands: Bands, weight: int, whole: int, total: Decimal) -> Decimal:
    """Half the width of a band, in money times the sum of the weights: without a division."""
    widths = [] if bands.points is None else [bands.points * total * whole]
    if bands.share is not None:
        widths.append(max(bands.share * total * weight, bands.least * total * whole))
    return min(widths)
