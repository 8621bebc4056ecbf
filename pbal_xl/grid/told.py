"""What was made of a block of holdings, in sentences that every host shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.words import say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.holdings import Understanding

__all__ = ["ROLE_HEADINGS", "role_rows", "told_of"]

ROLE_HEADINGS = ("Column", "Header", "Taken for", "By")
_NOT_READ = word("not read")


def role_rows(found: Understanding) -> list[tuple[str, str, str, str]]:
    """Lay out each column's letters, header, role and why, under ``ROLE_HEADINGS``; "not read" without a role."""
    return [(one.column, one.header, one.role or say(_NOT_READ), one.why) for one in found.roles]


def told_of(found: Understanding, notices: Sequence[str] = ()) -> tuple[str, ...]:
    """Tell in sentences what is left out and why, where the targets come from, and each column's role and why.

    What every host shows of a table: ``pbal-xl read``, the ribbon, the menu of LibreOffice, an import.

    Args:
        found: what was made of the block.
        notices: what else is worth telling, such as rows near the block.
    """
    columns = [
        say("{} ({}): {}, by {}", column, header or "-", role, why) if why else f"{column} ({header}): {role}"
        for column, header, role, why in role_rows(found)
    ]
    if found.table is None:
        rest = [one.sentence for one in found.left_out if one.sentence]
        return (*found.faults, *rest, *notices, *columns)
    return (*found.table.notices, *notices, *columns)
