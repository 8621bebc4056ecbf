"""What was made of a block of holdings, in sentences that every host shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.holdings import Understanding

__all__ = ["told_of"]


def told_of(found: Understanding, notices: Sequence[str] = ()) -> tuple[str, ...]:
    """Tell in sentences what is left out and why, where the targets come from, and each column's role and why.

    What every host shows of a table: ``pbal-xl read``, the ribbon, the menu of LibreOffice, an import.

    Args:
        found: what was made of the block.
        notices: what else is worth telling, such as rows near the block.
    """
    columns = [
        say("{} ({}): {}, by {}", one.column, one.header or "-", one.role, one.why)
        if one.role
        else say("{} ({}): not read", one.column, one.header)
        for one in found.roles
    ]
    if found.table is None:
        rest = [one.sentence for one in found.left_out if one.sentence]
        return (*found.faults, *rest, *notices, *columns)
    return (*found.table.notices, *notices, *columns)
