"""Currencies that number formats show beside numbers: "$#,##0.00" is a mark of money as much as "$1,000.00" is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["currency_of", "money_formats"]

_SEVERAL = 2
_IN_BRACKETS = re.compile(r"\[\$([^\]-]+)(?:-[^\]]*)?\]")
_BRACKETED = re.compile(r"\[[^\]]*\]")
# Quoted, escaped or bare beside the digits; a bare word of letters would be a code of dates.
_QUOTED = re.compile(r'"([^"]*)"')
_SIGN = re.compile("(?:US|CA|AU|NZ|HK|C|A|S|R)?[$\u00a3\u00a5\u20a0-\u20cf]")
_CODE = re.compile(r"(?:[A-Z]{3}|kr\.?|z\u0142|K\u010d|Ft|Fr\.?|SFr\.?)")


@lru_cache(maxsize=1024)
def currency_of(code: str) -> str:
    """The currency sign or code that a number format shows, such as "$" or "EUR"; "" for none.

    Args:
        code: the format, such as ``[$EUR-407] #,##0.00``; its first section tells.
    """
    first = code.partition(";")[0]
    inside = _IN_BRACKETS.search(first)
    if inside is not None:
        return inside[1].strip()
    for text in _QUOTED.findall(first):
        if _CODE.fullmatch(text.strip()):
            return str(text.strip())
    sign = _SIGN.search(_BRACKETED.sub("", first))
    return sign[0] if sign is not None else ""


def money_formats(formats: Iterable[str | None], codes: Mapping[str, str]) -> dict[int, str]:
    """The cell formats that show a currency, by their place; nothing where there is but one currency to show.

    Args:
        formats: the number format id of each cell format, in order.
        codes: the workbook's own number format codes by id.
    """
    found = {
        place: mark for place, number in enumerate(formats) if (mark := currency_of(codes.get(number or "0", "")))
    }
    return found if len(set(found.values())) >= _SEVERAL else {}
