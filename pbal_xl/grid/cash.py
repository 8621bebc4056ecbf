"""The words of cash: its names in all languages, with a currency before or behind, and funds of money."""

from __future__ import annotations

import re
from functools import cache

from pbal_xl.grid.cells import one_line
from pbal_xl.grid.vocabulary import currencies, label, words

__all__ = ["is_cash_label", "is_money_market", "less_currency", "names_cash"]

_CASH = re.compile(
    r"(?:[a-z]{3}\s|uninvested\s|available\s|free\s|settled\s|total\s|\$|[a-z]{3}[:._-])?cash"
    r"(?:\s*(?:&|and)\s.*|[:._-][a-z]{3}|\s(?:balance|account|position|reserve|reserves|sweep|available|[a-z]{3})|\s*[(-].*)?"
)
_IN_BRACKETS = re.compile(r".*\s[(\[]([^()\[\]]+)[)\]]")
_MONEY_FUND = re.compile(r"[A-Z]{3}XX")
_MONEY_FUND_NAME = re.compile(
    r"\b(?:money m(?:ar)?ke?t|settlement fund|bank deposit|core position|cash reserves?|sweep)\b", re.IGNORECASE
)


def is_cash_label(text: str) -> bool:
    """Whether a text is a name for cash and nothing else."""
    found = label(text)
    if found in _accounts() or _CASH.fullmatch(one_line(text).casefold()) is not None:
        return True
    inside = _IN_BRACKETS.fullmatch(text.strip())
    if inside is not None and is_cash_label(inside[1]):
        return True
    if found.endswith(_cash_ends()) or found.startswith(_cash_starts()):
        return True
    rest = less_currency(text)
    return rest != text and label(rest) in words("cash")


@cache
def _accounts() -> frozenset[str]:
    """Names of cash by themselves; "savings" alone may be all that an account holds."""
    return words("cash") | words("cash_end") - {"savings"}


@cache
def _cash_starts() -> tuple[str, ...]:
    """The kinds of account that the name of a bank follows; "cash" and "savings" begin the names of funds too."""
    return tuple(f"{word} " for word in words("cash_end") - {"cash", "savings"})


@cache
def _cash_ends() -> tuple[str, ...]:
    """What the names of accounts end with, behind that of a bank or a purpose."""
    return tuple(f" {word}" for word in words("cash_end"))


def less_currency(text: str) -> str:
    """A text less the code of a currency at one of its ends, as of "EUR Guthaben" and "Saldo (EUR)"."""
    first, _, behind = text.strip().partition(" ")
    before, _, last = text.strip().rpartition(" ")
    if behind and first.strip("()[]:-").upper() in currencies():
        return behind
    return before if before and last.strip("()[]:-").upper() in currencies() else text


def is_money_market(symbol: str) -> bool:
    """Whether a symbol is that of a money-market or settlement fund."""
    return label(symbol) in words("money_market") or _MONEY_FUND.fullmatch(symbol) is not None


def names_cash(name: str) -> bool:
    """Whether a name is one for cash or of a fund of money, and of no ETF."""
    return is_cash_label(name) or (_MONEY_FUND_NAME.search(name) is not None and "ETF" not in name.upper())
