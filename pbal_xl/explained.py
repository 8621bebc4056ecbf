"""How the holdings of a document are understood: what ``pbal-xl read``, the ribbon and the menu show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.document import check_whole, find_holdings
from pbal_xl.errors import CellFaults, first_lines
from pbal_xl.grid.holdings import Understanding, understand
from pbal_xl.grid.told import told_of
from pbal_xl.setting import NAME_PREFIX
from pbal_xl.suggest import beside_holdings
from pbal_xl.words import say

if TYPE_CHECKING:
    from pbal_xl.document import Document
    from pbal_xl.grid.blocks import Block

__all__ = ["Explained", "explain", "in_words", "is_of_holdings", "not_found"]

# Lines that a dialog holds.
_MOST_TOLD = 25


@dataclass(frozen=True, slots=True)
class Explained:
    """What is made of a document's holdings, whether they can be planned from or not.

    Attributes:
        block: their cells; None where none were found.
        understanding: the columns, the rows left out, the holdings or the faults.
        notices: what looks like holdings and was left out.
    """

    block: Block | None
    understanding: Understanding
    notices: tuple[str, ...] = ()


def not_found(error: CellFaults) -> Explained:
    """Tell that no holdings were found, and why."""
    return Explained(None, Understanding(None, (), (), error.faults))


def explain(document: Document, decimal: str | None = None) -> Explained:
    """Tell what would be planned from in a document, and why, as far as it can be read.

    Raises:
        InputError: a trades sheet is looked at that does not say where its holdings stand.
    """
    try:
        block = find_holdings(document)
        beside, _, _ = beside_holdings(document, block, decimal, None)
    except CellFaults as error:
        return not_found(error)
    try:
        check_whole(document, block)
    except CellFaults as error:
        return Explained(block, Understanding(None, (), (), error.faults))
    return Explained(block, understand(block.rows, block.origin, decimal=decimal, beside=beside), block.notices)


def in_words(explained: Explained) -> str:
    """Tell what was made of a document's holdings, a line a thing, no more than a dialog holds."""
    block = explained.block
    lines = told_of(explained.understanding, explained.notices)
    head = say("No holdings were found.") if block is None else f"{block.place}:"
    return "\n".join([head, *first_lines(lines, _MOST_TOLD)])


def is_of_holdings(error: BaseException) -> bool:
    """Whether a refusal is of the cells of holdings, not of names alone: how they are read may explain it."""
    return isinstance(error, CellFaults) and not all(
        fault.removeprefix("the name ").startswith(NAME_PREFIX) for fault in error.faults
    )
