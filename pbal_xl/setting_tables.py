"""Tables that are given as a setting: targets of classes, funds of several classes, rates of currencies.

As a setting's value each is one text, whatever it was given as, so that it travels like any other setting:

    targets    Stocks 60%, Bonds 40%
    rates      EUR 1.08, GBP 1.27
    exposure   A: Stocks 90%, Bonds 10% / B: Bonds 100%

A name with a sign of this writing in it stands in quotes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.core.money import EXACT, plain
from pbal_xl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TABLES", "parsed", "written"]

# What the rows of each name, and what stands beside it.
TABLES: Mapping[str, tuple[str, str]] = {
    "targets": ("class", "target"),
    "exposure": ("symbol", "part of each class"),
    "rates": ("currency", "rate"),
}
_EXAMPLES = {
    "targets": "Stocks 60%, Bonds 40%",
    "exposure": "A: Stocks 90%, Bonds 10% / B: Bonds 100%",
    "rates": "EUR 1.08, GBP 1.27",
}

_NAME = r'(?:"(?P<quoted>[^"]*)"|(?P<name>[^",/%]+?))'
_ENTRY = re.compile(rf"\s*{_NAME}(?:\s*[:=]\s*|\s+)(?P<figure>\d+(?:\.\d+)?|\.\d+)\s*(?P<percent>%?)\s*(?:,|$)")
_OF = re.compile(rf"\s*{_NAME}\s*:\s+(?P<rest>.+)")
_SPLIT = re.compile(r'\s/\s(?=(?:[^"]*"[^"]*")*[^"]*$)')
_PLAIN = re.compile(r'[^",/:=%]+')


def parsed(key: str, text: str) -> dict[str, Any]:
    """The figures of a table: by name, or for funds of several classes by symbol and class.

    Raises:
        InputError: a text that is none, or a name twice.
    """
    if key != "exposure":
        return _entries(key, text)
    found: dict[str, Any] = {}
    for part in _SPLIT.split(text):
        match = _OF.fullmatch(part)
        if match is None:
            raise _unreadable(key, text)
        symbol = _named(match)
        if symbol.casefold() in {known.casefold() for known in found}:
            raise InputError(f"{key} has {symbol} twice")
        found[symbol] = _entries(key, match["rest"])
    return found


def _entries(key: str, text: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    at = 0
    while at < len(text) and not text[at:].isspace():
        match = _ENTRY.match(text, at)
        if match is None:
            raise _unreadable(key, text)
        name, figure = _named(match), Decimal(match["figure"])
        if name.casefold() in {known.casefold() for known in found}:
            raise InputError(f"{key} has {name} twice")
        found[name] = EXACT.divide(figure, Decimal(100)) if match["percent"] else figure
        at = match.end()
    if not found:
        raise _unreadable(key, text)
    return found


def _named(match: re.Match[str]) -> str:
    return (match["name"] if match["quoted"] is None else match["quoted"]).strip()


def _unreadable(key: str, text: str) -> InputError:
    shown = text if len(text) <= 60 else f"{text[:60]}..."  # noqa: PLR2004 - as much as a sentence bears
    return InputError(f'{key} must be a table, or as in "{_EXAMPLES[key]}", is {shown!r}')


def written(key: str, figures: Mapping[str, Any]) -> str:
    """The text of a table."""
    if key != "exposure":
        return ", ".join(f"{_quoted(name)} {plain(figure)}" for name, figure in figures.items())
    return " / ".join(f"{_quoted(symbol)}: {written('targets', parts)}" for symbol, parts in figures.items())


def _quoted(name: str) -> str:
    bare = name.replace('"', "'")
    return bare if _PLAIN.fullmatch(bare) else f'"{bare}"'
