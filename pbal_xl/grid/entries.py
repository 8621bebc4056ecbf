"""A row of a table's body, as far as its place among the others needs it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from pbal_xl.grid.rows import Row

__all__ = ["Entry"]


@dataclass(slots=True)
class Entry:
    """A row of the body as far as its place among the others needs it.

    Attributes:
        row: in the block, from 0.
        kind: what it is; changed by ``arrange``.
        text: its symbol, "" where that is blank.
        value: its value where it has one.
        quantity: its shares where it has any.
        bare: whether it has neither price nor quantity.
        unpriced: whether it has no price although there is a column of prices.
        empty: whether it has no figure at all.
        dated: whether it has the day of a lot.
        of_lot: whether a date or the name of a lot stands where its symbol should.
        account: the account it belongs to.
        doubt: why it can neither be read nor left out.
        price: its price where it has one.
        lacking: whether it lacks a price or a quantity although there is a column of it.
        unclear: whether a figure could be two numbers, or is none.
        own: whether its quantity x price is the value that it gives.
        worked_out: whether its value is quantity x price because there is no column of values.
        unproved: whether it is called a total and is not the sum of rows above or below it.
        note: template of what is worth telling of a row that is a holding all the same.
    """

    row: int
    kind: Row
    text: str = ""
    value: Decimal | None = None
    quantity: Decimal | None = None
    bare: bool = False
    unpriced: bool = False
    empty: bool = False
    dated: bool = False
    of_lot: bool = False
    account: str = ""
    doubt: str = ""
    price: Decimal | None = None
    lacking: bool = False
    unclear: bool = False
    own: bool = False
    worked_out: bool = False
    unproved: bool = False
    note: str = ""
