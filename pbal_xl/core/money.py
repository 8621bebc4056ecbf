"""Numbers in and out: any number to Decimal, Decimal to exact integers and back.

The strategies work on integers (every amount times one power of ten), so nothing is rounded on the way and no
decimal context of the caller can change a plan.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation
from functools import reduce
from typing import TYPE_CHECKING, SupportsFloat, SupportsIndex, TypeAlias

from pbal_xl.errors import InputError
from pbal_xl.words import figure

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "EXACT",
    "HALF_UP",
    "LARGEST",
    "PLACES",
    "Number",
    "from_integer",
    "places",
    "plain",
    "ratio",
    "rounded",
    "to_decimal",
    "to_integer",
    "told",
]

Number: TypeAlias = "int | str | float | Decimal | SupportsIndex | SupportsFloat"

# Every plan is made in this context, whatever the caller's.
EXACT = Context(prec=80, rounding=ROUND_HALF_EVEN)
# In this one only the point is moved: it has room for all digits, and says so where it had not.
_SHIFT = Context(prec=10_000, traps=[Inexact, InvalidOperation])
# Figures are told in this one, as people round.
HALF_UP = Context(prec=80, rounding=ROUND_HALF_UP)

_ZERO = Decimal(0)

# No portfolio holds more; a figure beyond it is a typing error or a hostile file.
LARGEST = Decimal(10) ** 15
# Decimals kept of an input: finer digits are binary noise of a spreadsheet's arithmetic.
PLACES = 12

_FINEST = Decimal(1).scaleb(-PLACES)
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_LONGEST = 60
# What is so short, without exponent and no "nan" or "infinity", has neither too many digits nor too many decimals.
_USUAL = (Decimal, float, int)
_SHORT = PLACES + 2


def to_decimal(number: Number, what: str) -> Decimal:
    """The number as an exact Decimal; a float by its shortest repr, so 0.1 is 0.1.

    Args:
        number: int, str, Decimal, float, or a NumPy scalar.
        what: names the figure in the error, such as "VTI: price".

    Raises:
        InputError: not a number, not finite, or beyond ``LARGEST``.
    """
    if type(number) in _USUAL:
        text = str(number).lower()
        if len(text) <= _SHORT and "e" not in text and "n" not in text:
            return number if isinstance(number, Decimal) else Decimal(text)
    decimal = _convert(number)
    if decimal is None:
        raise InputError(f"{what} must be a number, is {_shown(number)}")
    if not decimal.is_finite():
        raise InputError(f"{what} must be a finite number, is {_shown(number)}")
    if decimal.adjusted() > LARGEST.adjusted() or decimal.copy_abs() > LARGEST:
        raise InputError(f"{what} must be below 1,000,000,000,000,000, is {_shown(number)}")
    exponent = decimal.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -PLACES:
        decimal = decimal.quantize(_FINEST, context=EXACT).normalize(EXACT)
    return decimal


def _convert(number: object) -> Decimal | None:
    if isinstance(number, bool):
        return None
    if isinstance(number, Decimal):
        return number
    if isinstance(number, float):
        return Decimal(float.__repr__(number))
    if isinstance(number, str):
        return _from_text(number.strip())
    if isinstance(number, SupportsIndex):
        return Decimal(number.__index__())
    if isinstance(number, SupportsFloat):
        # A NumPy float32 prints its own shortest form; float() would show binary noise.
        return _from_text(str(number))
    return None


def _from_text(text: str) -> Decimal | None:
    if text.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return Decimal(text)
    if len(text) > _LONGEST or not _PLAIN.fullmatch(text):
        return None
    return Decimal(text)


def _shown(number: object) -> str:
    """The figure as the user gave it, cut where it would flood the sentence."""
    text = repr(number) if isinstance(number, str) else str(number)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def places(numbers: Iterable[Decimal]) -> int:
    """The most decimals any of the numbers has, at least 0; all are finite."""
    # A sum has the decimals of the number that has most.
    exponent = reduce(EXACT.add, numbers, _ZERO).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def to_integer(number: Decimal, decimals: int) -> int:
    """``number * 10**decimals``; exact when the number has no more decimals than that."""
    return int(number.scaleb(decimals, context=EXACT))


def from_integer(integer: int, decimals: int, least: int = 2) -> Decimal:
    """``integer / 10**decimals`` exactly, showing at least ``least`` decimals and no needless ones beyond."""
    while decimals > least and integer % 10 == 0:
        integer //= 10
        decimals -= 1
    if decimals < least:
        integer *= 10 ** (least - decimals)
        decimals = least
    return _SHIFT.scaleb(integer, -decimals)


def rounded(numerator: int, denominator: int, decimals: int) -> int:
    """``numerator / denominator * 10**decimals`` rounded half up; the denominator is positive."""
    scale: int = 10**decimals
    return (2 * numerator * scale + denominator) // (2 * denominator)


def ratio(numerator: int, denominator: int, decimals: int) -> Decimal:
    """``numerator / denominator`` rounded half up to ``decimals`` places; the denominator is positive."""
    return _SHIFT.scaleb((2 * numerator * 10**decimals + denominator) // (2 * denominator), -decimals)


def plain(number: Decimal) -> str:
    """The number as people write it: no exponent, no zeros behind its last place."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def told(*amounts: Decimal) -> list[str]:
    """Amounts for one sentence: 1,234.50; with more decimals where fewer would make them the same, or nothing."""
    decimals = 2
    most = max(decimals, places(amounts))
    while True:
        shown = [f"{amount.quantize(Decimal(1).scaleb(-decimals), context=HALF_UP):,f}" for amount in amounts]
        if decimals >= most or len({*shown, f"{0:.{decimals}f}"}) == len({*amounts, 0}):
            return [figure(text) for text in shown]
        decimals += 1
