"""Numbers as people write them: ``$1,234.50``, ``1 234,50``, ``(1,234.00)``, ``12.5%``, ``1'234.-``.

A text with one separator and three digits behind it ("1,234") can mean two things. It is never guessed: the other
numbers of its block, or an explicit setting, decide which sign is the decimal one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Figure", "Written", "block_sign", "read_text", "take_apart"]

LONGEST = 60

_SPACES = dict.fromkeys(map(ord, " \t\r\n\u00a0\u2007\u2009\u202f\u200b\ufeff"))
_MINUSES = dict.fromkeys(map(ord, "\u2212\u2013\ufe63\uff0d"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "'\u2019\u02bc`"))
_CODE = re.compile(r"[A-Za-z]{3}(?=[\d.,+(-])|(?<=[\d.,)-])[A-Za-z]{3}$")
_BODY = re.compile(r"\d[\d.,]*|[.,]\d+", re.ASCII)
_EXPONENT = re.compile(r"(\d+(?:[.,]\d+)?)[eE]([+-]?\d{1,3})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Written:
    """A number as text, taken apart.

    Attributes:
        digits: digits with ``.`` and ``,`` as written.
        negative: from a minus before or behind, or parentheses.
        percent: whether a percent sign stood behind.
        exponent: power of ten, as in ``1.5E+05``.
    """

    digits: str
    negative: bool = False
    percent: bool = False
    exponent: int = 0

    @property
    def sign(self) -> str | None:
        """The decimal sign that this text proves by itself; None when it has none or could be read both ways."""
        return _proved_sign(self.digits)

    @property
    def ambiguous(self) -> bool:
        """Whether "1,234" or "1.234" is all there is."""
        return _is_ambiguous(self.digits)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was read; a percentage is already divided by 100."""

    number: Decimal
    percent: bool


def take_apart(text: str) -> Written | None:
    """The parts of a number as text; None when it is no number."""
    if len(text) > LONGEST:
        return None
    bare = text.translate(_SPACES).translate(_MINUSES).translate(_APOSTROPHES)
    bare = "".join(char for char in bare if unicodedata.category(char) != "Sc")
    bare = _CODE.sub("", bare, count=1)
    negative = percent = False
    if bare.startswith("(") and bare.endswith(")"):
        negative, bare = True, bare[1:-1]
    if bare.endswith("%"):
        percent, bare = True, bare[:-1]
    # "1'234.-" is the Swiss way to write no cents.
    bare = bare.removesuffix(".-").removesuffix(".--")
    for at_end in (False, True):
        stripped = bare.removesuffix("-") if at_end else bare.removeprefix("-")
        if stripped != bare:
            if negative:
                return None
            negative, bare = True, stripped
    if not negative:
        bare = bare.removeprefix("+")
    scientific = _EXPONENT.fullmatch(bare)
    if scientific:
        return Written(scientific[1], negative, percent, int(scientific[2]))
    return Written(bare, negative, percent) if _BODY.fullmatch(bare) and _well_formed(bare) else None


def read_text(text: str, sign: str | None) -> Figure | str:
    """The number a text means, or what is wrong with it, to be put behind the cell's name.

    Args:
        text: the cell's text, not blank.
        sign: the block's decimal sign, "." or ","; None where nothing decided it.
    """
    written = take_apart(text)
    if written is None:
        return f"{_shown(text)} is not a number"
    proved = written.sign
    if written.ambiguous and sign is None:
        return (
            f"{_shown(text)} can be read in two ways; "
            "say which sign is the decimal one, or write it without a thousands separator"
        )
    if proved is not None and sign is not None and proved != sign:
        return f"{_shown(text)} does not fit the decimal {'point' if sign == '.' else 'comma'} of the other numbers"
    return Figure(_value(written, proved or sign or "."), written.percent)


def block_sign(texts: Iterable[str]) -> str | None:
    """The decimal sign of a block: the first that a number among its texts proves; None when none does.

    Where others prove the opposite, reading them finds the fault.
    """
    for text in texts:
        written = take_apart(text)
        if written is not None and written.sign is not None:
            return written.sign
    return None


def _value(written: Written, sign: str) -> Decimal:
    grouping = "," if sign == "." else "."
    number = Decimal(written.digits.replace(grouping, "").replace(sign, "."))
    exponent = written.exponent - (2 if written.percent else 0)
    shifted = number.as_tuple()
    place = shifted.exponent if isinstance(shifted.exponent, int) else 0
    # Moved by its exponent: arithmetic would round to the caller's context.
    return Decimal((int(written.negative and number != 0), shifted.digits, place + exponent))


def _well_formed(digits: str) -> bool:
    """Whether separators stand where thousands and decimals can be: "1,23,456.7" yes, "1.2.3" and "1,23,4" no."""
    for sign, grouping in ((".", ","), (",", ".")):
        whole, found, fraction = digits.rpartition(sign) if digits.count(sign) == 1 else (digits, "", "")
        if sign in whole or grouping in fraction:
            continue
        if grouping in whole and not re.fullmatch(rf"\d{{1,3}}(\{grouping}\d{{2,3}})*\{grouping}\d{{3}}", whole):
            continue
        if found or sign not in digits:
            return True
    return False


def _is_ambiguous(digits: str) -> bool:
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits, re.ASCII) is not None


def _proved_sign(digits: str) -> str | None:
    points, commas = digits.count("."), digits.count(",")
    if (not points and not commas) or _is_ambiguous(digits):
        return None
    if points and commas:
        return "." if digits.rindex(".") > digits.rindex(",") else ","
    only = "." if points else ","
    if points + commas > 1:
        return "," if only == "." else "."
    return only


def _shown(text: str) -> str:
    text = text.strip()
    return f'"{text if len(text) <= LONGEST else text[:LONGEST] + "..."}"'
