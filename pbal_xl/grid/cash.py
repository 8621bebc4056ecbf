"""The words of cash: its names in all languages, with a currency before or behind, and funds of money."""

from __future__ import annotations

import re

from pbal_xl.grid.cells import one_line
from pbal_xl.grid.vocabulary import currencies, label, words

__all__ = ["is_cash_label", "is_money_market", "less_currency", "names_cash"]

_CASH = re.compile(
    r"(?:[a-z]{3}\s|uninvested\s|available\s|free\s|settled\s|total\s|\$|[a-z]{3}[:._-])?cash"
    r"(?:\s*(?:&|and)\s.*|[:._-][a-z]{3}|\s(?:balance|account|position|reserve|reserves|sweep|available|[a-z]{3})|\s*[(-].*)?"
)
_MONEY_FUND = re.compile(r"[A-Z]{3}XX")
_MONEY_FUND_NAME = re.compile(
    r"\b(?:money m(?:ar)?ke?t|settlement fund|bank deposit|core position|cash reserves?|sweep)\b", re.IGNORECASE
)


def is_cash_label(text: str) -> bool:
    """Whether a text is a name for cash and nothing else."""
    found = label(text)
    if found in words("cash") or _CASH.fullmatch(one_line(text).casefold()) is not None:
        return True
    rest = less_currency(text)
    return rest != text and label(rest) in words("cash")


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
