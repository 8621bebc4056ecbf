"""Whether a rebalance is due: reads a file, writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.bands import read_bands, standings
from pbal_xl.core.class_values import classes_as_holdings
from pbal_xl.hosts.headless.commands import read_file
from pbal_xl.setting_tables import parsed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pbal_xl.core.bands import Standing
    from pbal_xl.core.model import Holding
    from pbal_xl.hosts.headless.reading import FilePortfolio, Where

__all__ = ["Checked", "check_file"]


@dataclass(frozen=True, slots=True)
class Checked:
    """Where the holdings of a file stand.

    Attributes:
        file: as it was named.
        portfolio: what was read.
        bands: as they were given.
        standings: one a holding, in order.
    """

    file: Path
    portfolio: FilePortfolio
    bands: str
    standings: tuple[Standing, ...]

    @property
    def outside(self) -> list[Standing]:
        """The holdings that are further from their targets than their bands allow."""
        return [one for one in self.standings if one.outside]

    @property
    def due(self) -> bool:
        """Whether a rebalance is due."""
        return bool(self.outside)

    @property
    def drift(self) -> Decimal:
        """The largest distance of a weight from its target."""
        return max((abs(one.weight - one.target) for one in self.standings), default=Decimal(0))


def check_file(path: Path, where: Where, bands: str) -> Checked:
    """Where the holdings of one file stand.

    Raises:
        Refused: the file is left alone; has a code.
        PbalError: its cells, the bands or its figures cannot be used; the sentence names the file.
    """

    def standing(portfolio: FilePortfolio) -> tuple[Standing, ...]:
        return tuple(standings(_what_has_targets(portfolio), read_bands(bands)))

    portfolio, found = read_file(path, where, standing)
    return Checked(path, portfolio, bands, found)


def _what_has_targets(portfolio: FilePortfolio) -> Sequence[Holding]:
    """The holdings, or their classes where the targets are those of classes."""
    settings = {**portfolio.table.found, **portfolio.settings}
    tables = {key: parsed(key, str(settings[key])) for key in ("targets", "exposure") if key in settings}
    holdings = portfolio.table.holdings
    return classes_as_holdings(holdings, **tables) if "targets" in tables else holdings
