"""Whether value = quantity x price, and what counts where it is not.

Figures agree within what their own rounding allows: a value to half its last place (at most half a unit of
money), a price to half a cent or half its last place, parts of a share to half the last place of the quantity (at
most half a percent of it).
Where they do not, value and quantity count: the price is what gets out of date, or is quoted in another unit.
"""

from __future__ import annotations

from decimal import Decimal

from pbal_xl.core.money import EXACT

__all__ = ["agree", "factor_of", "half_place", "is_near", "price_of", "suspect_factor"]

_HALF = Decimal("0.5")
_HALF_CENT = Decimal("0.005")
_NOISE = Decimal("1e-9")
_CLOSE = Decimal("0.002")
_ROUGHEST = Decimal("0.005")
# Factors that no exchange rate explains where nothing is said: a multiplier, or a separator read wrongly.
_SUSPECT = tuple(Decimal(text) for text in ("0.001", "0.1", "10", "100", "1000"))
# Decimals of a price worked out from value / quantity: brokers quote no finer.
_DERIVED_PRICE = Decimal("1e-8")


def half_place(number: Decimal, most: Decimal) -> Decimal:
    """Tell half a unit of the last place of a number, ``most`` at most: that of a whole number is not known."""
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent >= 0:
        return most
    return min(most, _HALF.scaleb(exponent))


def agree(quantity: Decimal, price: Decimal, value: Decimal) -> bool:
    """Whether value is quantity x price within what the rounding of the three allows."""
    exact = EXACT.multiply(quantity, price)
    if exact == value:
        return True
    parts = Decimal(0) if quantity == int(quantity) else half_place(quantity, abs(quantity) * _ROUGHEST)
    room = abs(price) * parts + abs(quantity) * half_place(price, _HALF_CENT)
    room += half_place(value, _HALF) + abs(value) * _NOISE
    return abs(EXACT.subtract(exact, value)) <= room


def factor_of(quantity: Decimal, price: Decimal, value: Decimal) -> Decimal:
    """Value over quantity x price; the two are not 0."""
    return EXACT.divide(value, EXACT.multiply(quantity, price))


def is_near(one: Decimal, other: Decimal) -> bool:
    """Whether two factors are the same but for rounding."""
    return abs(one / other - 1) <= _CLOSE


def suspect_factor(factor: Decimal) -> Decimal | None:
    """The factor that only a misread figure explains, where this is one."""
    return next((one for one in _SUSPECT if is_near(factor, one)), None)


def price_of(quantity: Decimal, value: Decimal) -> Decimal | None:
    """Value over quantity, to 8 decimals; None where that is nothing."""
    return EXACT.divide(value, quantity).quantize(_DERIVED_PRICE, context=EXACT).normalize(EXACT) or None
