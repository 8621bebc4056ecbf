"""Tables of another kind, never read as holdings: transactions, dividends, several days, lists of companies."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import Cell, Origin, is_blank, is_no_figure, one_line, quoted
from pbal_xl.grid.headers import IDENTIFIERS
from pbal_xl.grid.rows import is_blank_row, is_date
from pbal_xl.grid.vocabulary import label, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pbal_xl.grid.headers import Header

__all__ = ["other_kind"]

# Prices of one day differ by a weekend; transactions by more.
_FEW_DAYS = 7
_SHOWN = 3
# Columns of what is wanted, which no list of transactions has.
_PLANNED = frozenset({"target"})
# Columns that only what is held has.
_HELD = frozenset({"quantity", "cost", "cost_price", "target", "weight", "account"})
_DIGITS = re.compile(r"(?:19|20)\d{6}")
_FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%d.%m.%y", "%m/%d/%y", "%d/%m/%y", "%Y%m%d",
    "%d-%m-%Y", "%d %b %Y", "%b %d %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%Y.%m.%d",
)  # fmt: skip


def other_kind(body: Sequence[Sequence[Cell]], header: Header, origin: Origin) -> str | None:
    """Why a table is none of holdings, as a sentence that says what to give instead; None for holdings."""
    others = _columns_by_field(header)
    for column in others.get("sold", ()):
        given = [cell for cell in _cells(body, column) if not is_no_figure(cell)]
        if given and 2 * len(given) >= sum(not is_blank_row(row) for row in body):
            cell = origin.name(header.last, column)
            return (
                f"{cell} ({quoted(header.names[column])}): the rows are positions that were sold, not holdings; "
                "export what is held now, one row a holding with its value"
            )
    ratios = _ratios(header, others)
    if ratios:
        return (
            f"{origin.name(header.last, ratios[0])} ({quoted(header.names[ratios[0]])}): the columns are ratios of "
            f"companies ({', '.join(header.names[at] for at in ratios[:_SHOWN])}) and none tells how many shares "
            "are held; add a column Quantity, or give the holdings, one row a holding with its value"
        )
    lots = False
    for column, told, only_buys in _columns_of_trades(body, header, others):
        if only_buys and _has_present_price(header) and _tells_purchases(others):
            # Yahoo lists lots with the day and the word of their purchase beside today's price.
            lots = True
            continue
        if "date" not in others and not others.keys().isdisjoint(_PLANNED):
            # What is to be bought and sold of holdings, beside their targets.
            continue
        cell = origin.name(header.last, column)
        return (
            f"{cell} ({quoted(header.names[column])}): the rows are transactions ({', '.join(told)}), not "
            "holdings; export the positions, one row a holding with its value"
        )
    # Lots with the day and price of their purchase, beside today's price.
    lots = lots or ("cost_price" in others and _has_present_price(header))
    return None if lots else _dated(body, header, others, origin)


def _ratios(header: Header, others: Mapping[str, Sequence[int]]) -> list[int]:
    """The columns of a list of companies to choose from; none where shares, costs or targets are told."""
    if not others.keys().isdisjoint(_HELD):
        return []
    found = [at for at, name in enumerate(header.names) if label(name) in words("ratio")]
    return found if len(found) >= _SHOWN else []


def _columns_of_trades(
    body: Sequence[Sequence[Cell]], header: Header, others: Mapping[str, Sequence[int]]
) -> Iterator[tuple[int, list[str], bool]]:
    """The columns that hold words for transactions, such words, and whether all of them are purchases."""
    for name in ("action", "kind", "side"):
        for column in others.get(name, ()):
            found = _trades(body, column, free=name == "action")
            if found is not None and not _short_classes(header.names[column], found[0]):
                yield column, *found
    if "date" not in others:
        return
    # Beside days, a column of an unknown name that holds nothing else is one as well.
    for column, claimed in enumerate(header.claims):
        if not claimed and header.names[column]:
            found = _trades(body, column, free=False, all_of_them=True)
            if found is not None:
                yield column, *found


def _short_classes(name: str, told: Sequence[str]) -> bool:
    """Whether S and B are asset classes: under such a header a letter alone is no word for a transaction."""
    return label(name) in words("class_headers") and all(len(one) == 1 for one in told)


def _columns_by_field(header: Header) -> dict[str, list[int]]:
    others: dict[str, list[int]] = {}
    for column, found in enumerate(header.claims):
        for one in found:
            others.setdefault(one.field, []).append(column)
    return others


def _trades(
    body: Sequence[Sequence[Cell]], column: int, *, free: bool, all_of_them: bool = False
) -> tuple[list[str], bool] | None:
    """The words for transactions in a column that mostly holds such; and whether all of them are purchases."""
    given = [cell for cell in _cells(body, column) if isinstance(cell, str) and not is_blank(cell)]
    buys, others = words("buy"), words("trade")
    told: dict[str, None] = {}
    hits, only_buys = 0, True
    for cell in given:
        found = label(cell)
        first = found.split()[0] if free and found.split() else found
        if found in buys or first in buys:
            hits += 1
        elif found in others or first in others or (free and found.startswith("you ")):
            hits += 1
            only_buys = False
        else:
            continue
        told.setdefault(one_line(cell)[:20])
    if not hits or (1 if all_of_them else 2) * hits < len(given):
        return None
    return list(told)[:_SHOWN], only_buys


def _tells_purchases(others: Mapping[str, Sequence[int]]) -> bool:
    """Whether a table of purchases has what was paid beside what its price is today, or no days at all."""
    return not others.keys().isdisjoint({"cost", "cost_price"}) or "date" not in others


def _has_present_price(header: Header) -> bool:
    # The close of the day of a trade is no price of today.
    present = words("present") - {"close", "closing"}
    return any(
        one.field == "price" and not present.isdisjoint(one.name.words) for found in header.claims for one in found
    )


def _dated(
    body: Sequence[Sequence[Cell]], header: Header, others: Mapping[str, Sequence[int]], origin: Origin
) -> str | None:
    """Rows of many days are no holdings of one."""
    symbol = next((others[kind][0] for kind in IDENTIFIERS if kind in others), 0)
    symbols = [label(str(cell)) for cell in _cells(body, symbol) if not is_blank(cell)]
    for column in others.get("date", ()):
        days = [day for day in map(_day, _cells(body, column)) if day is not None]
        if len(set(days)) < 2:  # noqa: PLR2004 - one day is a positions file's
            continue
        spread = (max(days) - min(days)).days
        again = len(symbols) > len(set(symbols))
        if spread > _FEW_DAYS or again:
            cell = origin.name(header.last, column)
            return (
                f"{cell} ({quoted(header.names[column])}): the rows have different dates, as transactions, "
                "dividends or snapshots do; give the holdings of one day, one row a holding with its value"
            )
    return None


def _cells(body: Sequence[Sequence[Cell]], column: int) -> list[Cell]:
    return [row[column] if column < len(row) else None for row in body]


def _day(cell: Cell) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if not isinstance(cell, str) or not (is_date(cell) or _DIGITS.fullmatch(cell.strip())):
        return None
    return _parsed(cell)


@lru_cache(maxsize=4096)
def _parsed(cell: str) -> dt.date | None:
    text = re.split(r"[T,;]\s*\d{1,2}:|\s+\d{1,2}:", cell.strip())[0].strip()
    for pattern in _FORMATS:
        try:
            return dt.datetime.strptime(text, pattern).replace(tzinfo=dt.timezone.utc).date()
        except ValueError:
            continue
    return None
