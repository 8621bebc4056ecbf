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

from pbal_xl.grid.cells import INVISIBLE, Cell, Money, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "Figure",
    "Written",
    "block_sign",
    "loose_number",
    "mark_of",
    "money_mark",
    "plain_number",
    "read_text",
    "take_apart",
]

LONGEST = 60

_SPACES = dict.fromkeys(map(ord, " \t\r\n\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"), " ")
_MINUSES = dict.fromkeys(map(ord, "\u2212\u2013\ufe63\uff0d"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "'\u2018\u2019\u02bc\u00b4`"), "'")
_MARKS = {**_SPACES, **INVISIBLE, **_MINUSES, **_APOSTROPHES}

# Any currency sign stands as \u00a4; a country's letters may stand before it. A ticker such as VTI is no currency.
_CODES = (
    "USD|EUR|GBP|GBX|CHF|JPY|CAD|AUD|NZD|CNY|CNH|HKD|SGD|INR|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|ILS|ZAR|BRL"
    r"|MXN|ARS|CLP|COP|PEN|KRW|TWD|THB|IDR|MYR|PHP|VND|RUB|UAH|AED|SAR|SFr\.?|Fr\.?|kr\.?|z\u0142|K\u010d|Ft|Rs\.?|Rp\.?"
)
_CURRENCY = rf"(?:(?:{_CODES})\s*\u00a4?|(?:US|CA|AU|NZ|HK|NT|C|A|S|R)?\u00a4(?:\s*(?:{_CODES}))?)"
# A mark of money beside a number; "p" behind it is pence.
_MARK = re.compile(
    rf"(?:US|CA|AU|NZ|HK|NT|C|A|S|R)?[$\u00a2-\u00a5\u20a0-\u20cf]|\b(?:{_CODES})(?![A-Za-z])|GBp|(?<=\d)\s?(p)$"
)
# ".-" and ",-" are the Swiss and the German way to write no cents.
_NUMBER = re.compile(
    rf"(\()?\s*([+-])?\s*(?:{_CURRENCY})?\s*([+-])?\s*"
    r"((?:\d|[.,' ](?=[\d.,' ]*\d)|(?<=\d)[.,](?!-|[\d.,' ]*\d))+)(?:[eE]([+-]?\d{1,3}))?(?:[.,]--?)?"
    rf"\s*(?:(%)|{_CURRENCY}|p)?\s*([+-])?\s*(\))?",
    re.ASCII | re.IGNORECASE,
)
_PLAIN_NUMBER = re.compile(r"\d{1,30}(?:\.\d{1,20})?", re.ASCII)
# What has three digits behind a point may be thousands, unless more than three or a 0 alone stand before it.
_CLEAR_NUMBER = re.compile(r"\d{1,30}(?:\.(?:\d{1,2}|\d{4,20}))?|(?:0|\d{4,30})\.\d{3}", re.ASCII)
_AMBIGUOUS = re.compile(r"(?!0[.,])\d{1,3}[.,]\d{3}", re.ASCII)
# Western and Indian groups; a group that begins with 0 is no group.
_GROUPED = r"(?:[1-9]\d{{0,2}}(?:{0}\d{{3}})+|[1-9]\d?(?:{0}\d{{2}})+{0}\d{{3}})"
_BY_SPACE = re.compile("|".join(rf"{_GROUPED.format(sign)}(?:[.,]\d*)?" for sign in " '"), re.ASCII)
_BY_COMMA = re.compile(rf"(?:\d*|{_GROUPED.format(',')})(?:\.\d*)?", re.ASCII)
_BY_POINT = re.compile(rf"(?:\d*|{_GROUPED.format('[.]')})(?:,\d*)?", re.ASCII)


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
    if _PLAIN_NUMBER.fullmatch(text):
        return Written(text)
    if len(text) > LONGEST:
        return None
    match = _NUMBER.fullmatch(_plain(text).strip())
    if match is None:
        return None
    opened, before, inner, digits, exponent, percent, behind, closed = match.groups()
    signs = [sign for sign in (before, inner, behind) if sign]
    if bool(opened) != bool(closed) or len(signs) + bool(opened) > 1:
        return None
    if " " in digits or "'" in digits:
        if not _BY_SPACE.fullmatch(digits):
            return None
        digits = digits.replace(" ", "").replace("'", "")
    elif not (_BY_COMMA.fullmatch(digits) or _BY_POINT.fullmatch(digits)):
        return None
    return Written(digits, bool(opened) or signs == ["-"], percent is not None, int(exponent or 0))


def _plain(text: str) -> str:
    """The text with one kind each of blank, minus, apostrophe and currency sign."""
    if text.isascii() and text.isprintable():
        return text.replace("$", "\u00a4").replace("`", "'")
    return "".join("\u00a4" if unicodedata.category(char) == "Sc" else char for char in text.translate(_MARKS))


def plain_number(cell: object) -> Decimal | None:
    """The number of a text of digits and a decimal point that can be read in no other way; quick."""
    if type(cell) is str and _CLEAR_NUMBER.fullmatch(cell):
        return Decimal(cell)
    return None


def read_text(text: str, sign: str | None) -> Figure | str:
    """The number a text means, or what is wrong with it, to be put behind the cell's name.

    Args:
        text: the cell's text, not blank.
        sign: the block's decimal sign, "." or ","; None where nothing decided it.
    """
    written = take_apart(text)
    if written is None:
        return f"{quoted(text)} is not a number"
    proved = written.sign
    if written.ambiguous and sign is None:
        ways = " or ".join(f"{_value(written, way):f}" for way in ".,")
        return f"{quoted(text)} can be read in two ways: {ways}"
    if proved is not None and sign is not None and proved != sign:
        return f"{quoted(text)} does not fit the decimal {'point' if sign == '.' else 'comma'} of the other numbers"
    return Figure(_value(written, proved or sign or "."), written.percent)


def loose_number(cell: object, sign: str | None) -> Decimal | None:
    """The number a cell plainly means, for comparing columns; None for everything else, faults included.

    A text that proves its own decimal sign is read by it; one that could be two numbers needs ``sign``.
    """
    if type(cell) is float:
        # nan and infinity alone are no numbers.
        return Decimal(repr(cell)) if cell - cell == 0 else None
    if isinstance(cell, str):
        clear = plain_number(cell)
        if clear is not None:
            return clear
        if not cell or (cell[-1:].isalpha() and cell[:1].isalpha()):
            return None
        written = take_apart(cell)
        if written is None or (written.ambiguous and sign is None):
            return None
        return _value(written, written.sign or sign or ".")
    if isinstance(cell, bool) or not isinstance(cell, (int, float, Decimal)):
        return None
    number = cell if isinstance(cell, Decimal) else Decimal(repr(cell))
    return number if number.is_finite() else None


def is_loose_number(cell: object, sign: str | None) -> bool:
    """Whether ``loose_number`` finds one; quick where a cell is one."""
    if type(cell) is float:
        return cell - cell == 0
    return type(cell) is int or loose_number(cell, sign) is not None


def money_mark(text: str) -> str:
    """The currency sign or code written with a number, such as "$" or "EUR"; "GBX" for pence, "" for none."""
    bare = text.strip()
    if not bare or (bare[0].isdigit() and bare[-1].isdigit()):
        return ""
    match = _MARK.search(bare)
    if match is None:
        return ""
    return "GBX" if match[1] or match[0] == "GBp" else match[0]


def mark_of(cell: Cell) -> str:
    """The currency a cell shows with its number, be it in its text or in its number format; "" for none."""
    if isinstance(cell, Money):
        return money_mark(f"{cell.mark} 1")
    return money_mark(cell) if isinstance(cell, str) else ""


def block_sign(texts: Iterable[str]) -> str | None:
    """The decimal sign of a block: the first that a number among its texts proves; None when none does.

    Where others prove the opposite, reading them finds the fault.
    """
    for text in texts:
        if "." not in text and "," not in text:
            continue
        written = take_apart(text)
        if written is not None and written.sign is not None:
            return written.sign
    return None


def _value(written: Written, sign: str) -> Decimal:
    if not (written.exponent or written.percent or written.negative) and "," not in written.digits and sign == ".":
        return Decimal(written.digits)
    grouping = "," if sign == "." else "."
    number = Decimal(written.digits.replace(grouping, "").replace(sign, "."))
    exponent = written.exponent - (2 if written.percent else 0)
    shifted = number.as_tuple()
    place = shifted.exponent if isinstance(shifted.exponent, int) else 0
    # Moved by its exponent: arithmetic would round to the caller's context.
    return Decimal((int(written.negative and number != 0), shifted.digits, place + exponent))


def _is_ambiguous(digits: str) -> bool:
    return _AMBIGUOUS.fullmatch(digits) is not None


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
