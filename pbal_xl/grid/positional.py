"""A block without a header: Symbol, Value, Price, Gain, Target in this order, unless arithmetic proves another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults
from pbal_xl.grid.cells import Grid, Origin, is_blank
from pbal_xl.grid.evidence import Sample, prove
from pbal_xl.grid.rows import is_blank_row, is_total
from pbal_xl.ooxml.references import column_letters
from pbal_xl.words import say, say_all

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["by_position"]

_POSITIONS = ("symbol", "value", "price", "gain", "target")
_SAMPLED = 200
# Columns among which quantity, price and value are looked for.
_TRIED = 8
_LEAST = 2


def by_position(rows: Grid, origin: Origin, sign: str | None) -> tuple[Mapping[str, int], tuple[str, ...]]:
    """The fields' columns, and a notice that says which was taken for what.

    Raises:
        CellFaults: there is nothing to read, or the order cannot be meant.
    """
    chosen = [at for at, row in enumerate(rows) if not is_blank_row(row) and not any(is_total(c) for c in row)]
    chosen = chosen[:_SAMPLED]
    if not chosen:
        raise CellFaults([f"{origin.name(0, 0)}: there are no holdings here"])
    width = max(len(rows[at]) for at in chosen)
    if width < _LEAST:
        place = origin.name(0, 0)
        raise CellFaults([f"{place}: holdings need at least a symbol and a value, this is one column"])
    sample = Sample(rows, chosen, sign)
    fields = _proved(sample, min(width, _TRIED)) or {
        name: place for place, name in enumerate(_POSITIONS) if place < width
    }
    _doubt_order(sample, fields, origin, chosen[0])
    named = say_all(
        say("{} as {}", _letters(origin, column), name.capitalize())
        for name, column in sorted(fields.items(), key=lambda one: one[1])
    )
    return fields, (say("There is no header row; the columns were taken by their order or figures: {}.", named),)


def _letters(origin: Origin, column: int) -> str:
    return column_letters(origin.column + column) if origin.known else say("column {}", column + 1)


def _proved(sample: Sample, width: int) -> dict[str, int] | None:
    """The columns whose figures prove quantity x price = value in every row, two rows at least."""
    numeric = [
        column
        for column in range(1, width)
        if all(
            is_blank(cell) or number is not None
            for cell, number in zip(sample.cells(column), sample.numbers(column), strict=True)
        )
    ]
    proofs = [one for one in prove(sample, numeric, numeric, numeric) if one.always and one.holds >= _LEAST]
    # Quantity x price is price x quantity: whole numbers are the shares, else the order tells.
    proofs = [one for one in proofs if not _is_turned(sample, one.quantity, one.price)]
    if len({one.value for one in proofs}) != 1:
        return None
    best = proofs[0]
    return {"symbol": 0, "quantity": best.quantity, "price": best.price, "value": best.value}


def _is_turned(sample: Sample, quantity: int, price: int) -> bool:
    """Whether the other column looks more like the number of shares."""
    quantities, prices = (_whole(sample, column) for column in (quantity, price))
    return prices > quantities or (prices == quantities and price < quantity)


def _whole(sample: Sample, column: int) -> int:
    return sum(number is not None and number == int(number) for number in sample.numbers(column))


def _doubt_order(sample: Sample, fields: Mapping[str, int], origin: Origin, first: int) -> None:
    """Nobody holds less than one share of everything: then the second column is no value."""
    if "quantity" in fields or "price" not in fields:
        return
    pairs = [
        (value, price)
        for value, price in zip(sample.numbers(fields["value"]), sample.numbers(fields["price"]), strict=True)
        if value and price
    ]
    if len(pairs) >= _LEAST and all(value < price for value, price in pairs):
        place = origin.name(first, fields["value"])
        raise CellFaults(
            [
                (
                    f"{place}: there is no header row, and read as Symbol, Value, Price every value is below the "
                    "price of one share; add a header row that says what they are, such as Symbol, Quantity, Price"
                )
            ]
        )
