"""The figures of a holding: each checked by its range, and a price that does not fit value and quantity settled."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal, cast

from pbal_xl.core.agreement import agree, factor_of, price_of, suspect_factor
from pbal_xl.core.money import EXACT, plain, to_decimal
from pbal_xl.errors import InputError

if TYPE_CHECKING:
    from decimal import Decimal

    from pbal_xl.core.money import Number

__all__ = ["at_least_zero", "fraction_of", "lot_of", "settled_price", "value_from"]


def at_least_zero(number: Number, what: str) -> Decimal:
    """A number that is not negative.

    Raises:
        InputError: it is, or is none.
    """
    decimal = to_decimal(number, what)
    if decimal < 0:
        raise InputError(f"{what} must be at least 0, is {number}")
    return decimal


def fraction_of(number: Number, what: str) -> Decimal:
    """A fraction from 0 to 1.

    Raises:
        InputError: it is none.
    """
    decimal = at_least_zero(number, what)
    if decimal > 1:
        raise InputError(f"{what} must be a fraction of at most 1, is {number}")
    return decimal


def lot_of(lot: int | str, what: str) -> int | Literal["fraction"]:
    """Shares that orders come in, or the word for fractions.

    Raises:
        InputError: it is neither.
    """
    if isinstance(lot, str) and lot.strip().lower() in {"fraction", "fractions"}:
        return "fraction"
    number = None if isinstance(lot, bool) else to_decimal(cast("Number", lot), what)
    if number is None or number < 1 or number != int(number):
        raise InputError(f'{what} must be a whole number from 1 on, or "fraction", is {lot}')
    return int(number)


def value_from(symbol: str, quantity: Decimal | None, price: Decimal | None) -> Decimal:
    """Quantity times price, for a value that is missing.

    Raises:
        InputError: one of them is missing too.
    """
    if quantity is None or price is None:
        raise InputError(f"{symbol}: value is missing, and cannot be worked out without both quantity and price")
    return to_decimal(EXACT.multiply(quantity, price), f"{symbol}: value")


def settled_price(symbol: str, quantity: Decimal, price: Decimal | None, value: Decimal) -> Decimal | None:
    """The price, or value / quantity where there is none or it does not fit; quantity and value are above 0.

    Raises:
        InputError: value is a multiple of quantity x price that only a misread figure explains.
    """
    if price is None:
        return price_of(quantity, value)
    if agree(quantity, price, value):
        return price
    factor = suspect_factor(factor_of(quantity, price, value))
    if factor is not None:
        raise InputError(
            f"{symbol}: value is {plain(factor)} x quantity x price (pence, percent of par, a multiplier, or "
            "another currency?); correct the figures, or leave the price out"
        )
    # Told where the holding is made.
    warnings.warn(
        f"{symbol}: the price is not value / quantity; value / quantity is used.", UserWarning, stacklevel=3
    )
    return price_of(quantity, value)
