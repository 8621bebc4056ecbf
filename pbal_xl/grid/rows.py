"""What a row below the header is by its own words and marks: a holding, or something that stands among them."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from pbal_xl.grid.cash import is_cash_label, is_money_market, less_currency, names_cash
from pbal_xl.grid.cells import Cell, is_blank, is_no_name, one_line
from pbal_xl.grid.vocabulary import currencies, label, words
from pbal_xl.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Row",
    "Shown",
    "is_blank_row",
    "is_bond",
    "is_date",
    "is_fund_of_bonds",
    "is_lot",
    "is_mere_name",
    "is_option",
    "is_total",
    "kind_of",
    "may_be_total",
]

_CASH_STARS = re.compile(r".*\*\*")
_SECURITY_NAME = re.compile(r"\b(?:etf|ucits|shares|stock|trust|index|inc|corp|plc|equity)\b", re.IGNORECASE)
# AAPL240119C00150000, -AAPL240119C150, AAPL 16JAN26 300 C, AAPL 01/16/2026 300.00 C, AAPL Jan 16 '26 $300 Call
_OPTIONS = (
    re.compile(r"[-.]?\s*[A-Z]{1,6}\d?\s*(?:20)?\d{6}[CP]\d{1,8}(?:\.\d+)?"),
    re.compile(r"-?[A-Z.]{1,6}\d?\s+\d{1,2}[A-Z]{3}\d{2,4}\s+[\d.,]+\s+(?:C|P|CALL|PUT)"),
    re.compile(r"-?[A-Z.]{1,6}\d?\s+\d{1,4}[/-]\d{1,2}[/-]\d{2,4}\s+\$?[\d.,]+\s+(?:C|P|CALL|PUT)"),
    re.compile(r"-?[A-Z.]{1,6}\d?\s+(?:[A-Z]{3}\s+)?\d.*\b(?:CALL|PUT)"),
    re.compile(r"(?:CALL|PUT)\s.+"),
    re.compile(r".*\$?\d[\d.,]*\s+(?:CALL|PUT)(?:\s+OPTION)?"),
)
_TICKER = re.compile(r"[A-Z0-9][A-Z0-9.:-]{0,11}")
_TICKER_OF_FUND = re.compile(r"[A-Z]{1,5}(?:[.:][A-Z]{1,3})?")
# The seventh and eighth place of a CUSIP hold a letter for debt; an ISIN has it behind two letters.
_BOND_NUMBER = re.compile(r"(?:US)?\d{3}[0-9A-Z]{3}(?:[A-Z][0-9A-Z]|[0-9][A-Z])\d\d?")
_COUPON = re.compile(r"%|\b(?:19|20)\d\d\b|\d[.,]\d|\d/\d|\d{6}")
_FUND_NAME = re.compile(
    r"\b(?:etf|etc|fund|fonds|ucits|index|ishares|ibonds|vanguard|spdr|xtrackers)\b", re.IGNORECASE
)
_LEAST_FACE, _FACE_STEP = 1_000, 100
_FUTURE = re.compile(r"\.?/[A-Z0-9]{2,}")
_NUMBERED = re.compile(r"(\D*?)[ #.:-]*\d{1,4}")
_DATE = re.compile(
    r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{1,2}[ -]?[A-Za-z]{3,9}\.?[ ,-]*\d{2,4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{2,4})"
    r"(?:[T ,;]+\d{1,2}:\d{2}.*)?"
)
# Signs that some kind of row can be told by; a name without any of them is that of a holding.
_TELLING = re.compile(
    r"cash|\*\*|xx\Z|money|settlement|deposit|core|sweep|call|put|\s[cp]\Z|\d[cp]\d|\A\.?/|account|savings|konto"
    r"|[)\]]\s*\Z|rekening|tagesgeld|festgeld|sparbuch|livret|ldds|compte|cuenta|conto|conta",
    re.IGNORECASE,
)
_TOLD = ("total", "pending", "cash", "currency_name", "money_market", "future")
# A symbol or fund name is shorter; a disclaimer is longer and stands alone in its row.
_SENTENCE = 40
# Nothing that is held for its own sake costs less than this in another currency's money.
_DEAREST_RATE = 5


class Row(Enum):
    """Kinds of row; the value is how a notice calls it."""

    HOLDING = word("a holding")
    BLANK = word("blank")
    TOTAL = word("a total")
    HEAD = word("a group's head")
    CASH = word("cash")
    PENDING = word("no holding")
    NOTE = word("a note")
    LOT = word("a lot of the row above")
    OPTION = word("an option")
    FUTURE = word("a contract (option, future, CFD or another with a multiplier)")
    SHORT = word("a short position")


class Shown:
    """What one row shows of itself.

    Attributes:
        symbol: the cell that names it.
        names: texts of its other cells that may name it.
        kinds: what its type or class cells say, as labels.
        filled: whether any of its figures is given.
        price: its price where it is a number.
        multiplier: units in a contract where it says so.
    """

    __slots__ = ("filled", "kinds", "multiplier", "names", "price", "symbol")

    def __init__(  # noqa: PLR0913 - one parameter an attribute
        self,
        symbol: Cell,
        names: Sequence[str] = (),
        kinds: Sequence[str] = (),
        *,
        filled: bool = True,
        price: Decimal | None = None,
        multiplier: Decimal | None = None,
    ) -> None:
        self.symbol, self.names, self.kinds = symbol, names, kinds
        self.filled, self.price, self.multiplier = filled, price, multiplier


def is_blank_row(row: Sequence[Cell]) -> bool:
    """Whether every cell is blank."""
    for cell in row:  # noqa: SIM110 - asked of every row, and the first cell mostly tells
        if cell is not None and not is_blank(cell):
            return False
    return True


def is_total(cell: Cell) -> bool:
    """Whether the cell labels a row of sums."""
    return isinstance(cell, str) and len(cell) <= _SENTENCE and label(cell) in words("total")


def may_be_total(text: str) -> bool:
    """Whether a label says total, or all of something, or names a class of assets; the sums must prove it."""
    found = label(text)
    if found in words("total") or found in words("whole") or found in words("class"):
        return True
    starts, ends = _total_words()
    return found.startswith(starts) or found.endswith(ends)


@cache
def _total_words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that a total begins or ends with, and the blank that parts them from the rest."""
    listed = words("total_start")
    return tuple(f"{word} " for word in listed), tuple(f" {word}" for word in listed)


def is_date(cell: Cell) -> bool:
    """Whether the cell is a date, or text that is one."""
    if isinstance(cell, str):
        return len(cell) <= _SENTENCE and _DATE.fullmatch(cell.strip()) is not None
    return isinstance(cell, dt.date)


def is_lot(cell: Cell) -> bool:
    """Whether the cell is the name of a lot: "Lot 2", "Kauf 1"."""
    if not isinstance(cell, str) or len(cell) > _SENTENCE:
        return False
    found = _NUMBERED.fullmatch(label(cell))
    return found is not None and found[1] in words("lot_row")


def is_option(text: str) -> bool:
    """Whether a symbol or description is that of an option."""
    upper = text.upper()
    return any(pattern.fullmatch(upper) for pattern in _OPTIONS)


def is_bond(kinds: Sequence[str], symbol: str) -> bool:
    """Whether labels of a type or class, or its number, say that a row is a bond, priced in percent of its face.

    A fund of bonds is none: it has a ticker, and a price of its own.
    """
    if _BOND_NUMBER.fullmatch(symbol):
        return True
    return any(kind in words("bond") for kind in kinds) and not _TICKER_OF_FUND.fullmatch(symbol)


def is_fund_of_bonds(name: str, quantity: Decimal) -> bool:
    """Whether what is of class bonds is a fund of them, priced by the share, by its name and how much is held.

    A bond's name tells its coupon or the year it ends in, and what is held of one is a round face value.
    """
    if _FUND_NAME.search(name):
        return True
    return bool(name) and not _COUPON.search(name) and (quantity < _LEAST_FACE or quantity % _FACE_STEP != 0)


def kind_of(row: Sequence[Cell], shown: Shown) -> Row:
    """What a row is by its words; sums, lots and groups are told by figures, later."""
    mere = shown.multiplier is None and _are_mere_kinds(*shown.kinds) and is_mere_name(shown.symbol)
    return Row.HOLDING if mere and all(map(is_mere_name, shown.names)) else _kind_of(row, shown)


def is_mere_name(cell: Cell) -> bool:
    """Whether a text says nothing but what a holding is called, whatever figures stand beside it."""
    return isinstance(cell, str) and 0 < len(cell) <= _SENTENCE and _says_nothing(cell)


@lru_cache(maxsize=1024)
def _are_mere_kinds(*kinds: str) -> bool:
    """Whether labels of types and classes are those of any holding."""
    return not any(kind in _telling_kinds() or is_cash_label(kind) for kind in kinds)


@cache
def _telling_kinds() -> frozenset[str]:
    return words("cash") | words("short") | words("option") | words("future")


@cache
def _telling_labels() -> frozenset[str]:
    return frozenset(text for kind in _TOLD for text in words(kind)) | {code.casefold() for code in currencies()}


def _says_nothing(text: str) -> bool:
    plain = text.isascii() and text.isprintable() and text[0] != " " and not _TELLING.search(text)
    if plain and not _telling_labels().isdisjoint({label(text), text.casefold(), label(less_currency(text))}):
        plain = False
    return plain or _is_no_kind(text)


@lru_cache(maxsize=8192)
def _is_no_kind(text: str) -> bool:
    # Nothing looks more like cash than what has a price of 1, nor more like a contract than what has none.
    kinds = {_kind_of((text,), Shown(text, price=price)) for price in (Decimal(1), None)}
    return not is_blank(text) and kinds == {Row.HOLDING}


def _kind_of(row: Sequence[Cell], shown: Shown) -> Row:
    symbol = shown.symbol
    blank = is_no_name(symbol)
    text = "" if blank or not isinstance(symbol, str) else one_line(symbol)
    if is_total(symbol) or (blank and any(is_total(cell) for cell in row)):
        return Row.TOTAL
    labels = {label(cell) for cell in (row if blank else [symbol]) if isinstance(cell, str)}
    if not labels.isdisjoint(words("pending")):
        return Row.PENDING if shown.filled else Row.NOTE
    if _is_cash(shown, text):
        return Row.CASH
    contract = _contract(shown, text)
    if contract is not None:
        return contract
    if any(kind in words("short") for kind in shown.kinds):
        return Row.SHORT
    if not shown.filled and (blank or len(text) > _SENTENCE):
        return Row.NOTE
    return Row.HOLDING


def _contract(shown: Shown, text: str) -> Row | None:
    kinds = shown.kinds
    if any(kind in words("option") for kind in kinds) or is_option(text) or any(map(is_option, shown.names)):
        return Row.OPTION
    if any(kind in words("future") for kind in kinds) or _FUTURE.fullmatch(text):
        return Row.FUTURE
    if label(text) in words("future") and shown.price is None:
        return Row.FUTURE
    if shown.multiplier is not None and shown.multiplier not in {Decimal(0), Decimal(1)}:
        return Row.FUTURE
    return None


def _is_cash(shown: Shown, text: str) -> bool:
    """Cash in any of its forms: a label, a fund of money, a currency."""
    if text and _CASH_STARS.fullmatch(text):
        return True
    at_one = shown.price is None or shown.price == 1
    of_cash = any(kind in words("cash") or is_cash_label(kind) for kind in shown.kinds)
    if not text:
        return at_one and any(is_cash_label(name) or names_cash(name) for name in shown.names)
    if (text.upper() in currencies() and text.isupper()) or label(text) in words("currency_name"):
        security = any(_SECURITY_NAME.search(name) for name in shown.names)
        return not security and (of_cash or at_one or (shown.price or 0) < _DEAREST_RATE)
    # What is of class cash and no fund with a ticker is cash, whatever its quantity and price say.
    if of_cash and not _TICKER.fullmatch(text):
        return True
    if not at_one:
        return False
    if is_cash_label(text) or is_money_market(text):
        return True
    if of_cash and shown.price is not None:
        return True
    return any(names_cash(name) for name in (text, *shown.names)) and (shown.price is not None or of_cash)
