"""Everything pbal-xl raises on purpose; ``str(error)`` is always one sentence a user can act on.

    PbalError (a ValueError)
    |-- InputError         a figure that cannot be used: names the symbol or setting and the figure
    |   `-- PlanError      figures that are fine alone but cannot be planned together
    |       `-- PriceMissing   a holding without a price that whole shares need
    |-- CellFaults         cells that cannot be read: all of them at once, each with its address
    `-- Refused            a file that is left alone; ``code`` is stable, for programs

None is worth a retry with the same input.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["CellFaults", "InputError", "PbalError", "PlanError", "PriceMissing", "Refused", "first_lines"]


class PbalError(ValueError):
    """Base of every error raised on purpose.

    Attributes:
        code: short stable name of the reason, for programs: "input", "plan", "cells", or one of those that
            docs/reference/refusals.md lists.
    """

    code: str = "input"


class InputError(PbalError):
    """A figure that cannot be used, such as a negative value or cash that is not a number."""


class PlanError(InputError):
    """A request that cannot be planned, such as withdrawing more than there is."""

    code = "plan"


class PriceMissing(PlanError):
    """A holding without a price where orders are in whole shares.

    Attributes:
        symbol: of the holding.
    """

    def __init__(self, symbol: str, sentence: str) -> None:
        self.symbol = symbol
        super().__init__(sentence)

    def __reduce__(self) -> tuple[type[PriceMissing], tuple[str, str]]:
        """Come back from another process as it was."""
        return type(self), (self.symbol, str(self))


class CellFaults(PbalError):
    """Cells that cannot be read, all of a block at once.

    Attributes:
        faults: one sentence per fault, each beginning with its cell ("C7: price must be above 0, is -3").
    """

    code = "cells"

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults: tuple[str, ...] = tuple(faults)
        super().__init__("; ".join(self.faults))

    def first(self, most: int) -> list[str]:
        """The first faults, and how many more there are: of thousands the first tell what is wrong."""
        return first_lines(self.faults, most)

    def __reduce__(self) -> tuple[type[CellFaults], tuple[tuple[str, ...]]]:
        """Come back from another process as it was."""
        return type(self), (self.faults,)


def first_lines(lines: Sequence[str], most: int) -> list[str]:
    """Take the first of many lines, and one more that says how many there are besides, where there are any."""
    more = len(lines) - most
    return [*lines[:most], *([f"and {more:,} more"] if more > 0 else [])]


class Refused(PbalError):
    """A file that is left exactly as it is.

    Attributes:
        code: one of its own for each reason, such as "encrypted".
    """

    def __init__(self, code: str, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)

    def __reduce__(self) -> tuple[type[Refused], tuple[str, str]]:
        """Come back from another process as it was."""
        return type(self), (self.code, str(self))
