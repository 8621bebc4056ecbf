"""Header rows: which rows are one, and what their cells claim to be.

A header row is one whose cells claim several fields: a word that is also a datum (ETF, Fund, Name) makes none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.grid.cells import Cell, Grid, is_blank, one_line
from pbal_xl.grid.vocabulary import meanings, name_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.vocabulary import Meaning

__all__ = [
    "DRIFT_HEADINGS",
    "FIGURES",
    "IDENTIFIERS",
    "IDENTIFYING",
    "PLAN_HEADINGS",
    "SUMS",
    "SURE",
    "Header",
    "answer_width",
    "claimed",
    "claims",
    "fields_of",
    "find_header",
    "header_at",
    "is_header_row",
    "looks_like_number",
    "may_be_header",
    "tells_value",
]

# What the worksheet functions answer over their columns.
PLAN_HEADINGS = ("Symbol", "Shares", "Amount", "Value after", "Weight after")
DRIFT_HEADINGS = ("Symbol", "Weight", "Target", "Drift")

# What names a holding, best first.
IDENTIFIERS = (
    "ticker", "isin", "cusip", "sedol", "wkn", "valor", "fund", "etf", "security", "holding", "name", "description",
)  # fmt: skip
IDENTIFYING = frozenset(IDENTIFIERS)
# Identifiers whose names are no words of everyday rows.
SURE = frozenset({"ticker", "isin", "cusip", "sedol", "wkn", "valor"})
FIGURES = frozenset({"value", "price", "quantity", "gain", "cost", "cost_price", "target", "weight"})
# Words for money that need no proof where nothing else is there.
SUMS = frozenset(
    {
        "balance",
        "currentbalance",
        "totalbalance",
        "equity",
        "totalequity",
        "saldo",
        "solde",
        "assetvalue",
        "montant",
        "importe",
        "betrag",
        "bedrag",
        "importo",
        "belopp",
        "belob",
        "belop",
        "kwota",
    }
)
_NUMBER = re.compile(r"[-+(\s$\u20ac\u00a3\u00a5]*\d[\d.,'/:\s-]*(?:[%)$\u20ac\u00a3\u00a5]|[A-Z]{3}|kr|p)?\)?")
# Names that are known so that nobody takes them for a figure.
_UNREAD = frozenset({"other"})
_LONGEST = 200
# A row of so many texts above a header may name groups of its columns; one alone is a title.
_GROUPS = 2
_LONGEST_SIGN = 5


@dataclass(frozen=True, slots=True)
class Header:
    """A header of one row, or of two that make one name together.

    Attributes:
        first: its first row in the block.
        last: its last row.
        names: the text of each column, "" where there is none.
    """

    first: int
    last: int
    names: tuple[str, ...]

    @property
    def claims(self) -> list[tuple[Meaning, ...]]:
        """For each column the fields it may stand for."""
        return [meanings(name) for name in self.names]

    @property
    def fields(self) -> frozenset[str]:
        """All fields that its columns may stand for."""
        return fields_of(self.names)

    @property
    def names_value(self) -> bool:
        """Whether a column is a value by its name alone."""
        found = (one for name in self.names for one in meanings(name) if one.field == "value")
        return any(not one.weak or one.name.key in SUMS for one in found)

    @property
    def tells_value(self) -> bool:
        """Whether its columns can tell what a holding is worth."""
        return tells_value(self.fields)


def answer_width(cells: Sequence[Cell]) -> int:
    """How many of the leading cells are the headings of a worksheet function's answer; 0 for none.

    A plan that spills beside the holdings is not part of them, and no holdings of its own.
    """
    for headings in (PLAN_HEADINGS, DRIFT_HEADINGS):
        if tuple(cells[: len(headings)]) == headings:
            return len(headings)
    return 0


def looks_like_number(cell: Cell) -> bool:
    """Whether a cell is a number, or text that begins and ends like one; quick."""
    if isinstance(cell, str):
        # No number begins with a letter, and most texts do.
        if not cell or cell[0].isalpha():
            return False
        return cell.isdecimal() or (len(cell) < _LONGEST and _NUMBER.fullmatch(cell) is not None)
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool)


def may_be_header(row: Sequence[Cell]) -> bool:
    """Whether a row holds text and no numbers; quick, to pass over the rows of a long sheet."""
    texts = 0
    for cell in row:
        if isinstance(cell, str):
            if looks_like_number(cell):
                return False
            texts += 1
        elif cell is not None:
            return False
    return texts > 0


def fields_of(names: Sequence[Cell]) -> frozenset[str]:
    """All fields that the names may stand for."""
    return frozenset(one.field for name in names if isinstance(name, str) for one in meanings(name))


def tells_value(fields: frozenset[str]) -> bool:
    """Whether columns of these fields can tell what a holding is worth."""
    return "value" in fields or {"quantity", "price"} <= fields


def is_header_row(row: Sequence[Cell]) -> bool:
    """Whether the cells are text or blank, and claim to be an identifier and a figure, or a sure identifier."""
    if not may_be_header(row):
        return False
    columns = [claimed(cell) for cell in row if isinstance(cell, str) and not is_blank(cell)]
    known = [fields for fields in columns if fields]
    named = [fields for fields in known if not fields.isdisjoint(IDENTIFYING)]
    if not named:
        return False
    figures = [fields for fields in known if not fields.isdisjoint(FIGURES)]
    pair = any(one is not other for one in named for other in figures)
    return pair or any(not fields.isdisjoint(SURE) for fields in named)


@lru_cache(maxsize=8192)
def claimed(text: str) -> frozenset[str]:
    """The fields that one header may stand for; none for a currency alone, such as EUR: more often a datum."""
    return frozenset(one.field for one in meanings(text) if one.name.key)


def claims(row: Sequence[Cell]) -> frozenset[str]:
    """The fields that a row's cells claim; nothing where it is no header row."""
    return fields_of(row) if is_header_row(row) else frozenset()


def header_at(rows: Grid, index: int) -> Header | None:
    """The header that a row is, alone or with the row above or below it."""
    row = rows[index]
    if not may_be_header(row):
        return None
    for upper in (index, index - 1):
        two = _grouped(rows, upper) or _above_signs(rows, upper)
        if two is not None:
            return two
    single = Header(index, index, _texts(row)) if is_header_row(row) else None
    if single is not None and single.tells_value:
        return single
    known = fields_of(row)
    if not known:
        return None
    for first in (index - 1, index):
        if _may_join(rows, first, rows[2 * first + 1 - index] if 0 <= first < len(rows) - 1 else ()):
            joined = _joined(rows, first)
            if (
                len(fields_of(joined) - _UNREAD) > len(known - _UNREAD)
                and is_header_row(joined)
                and tells_value(fields_of(joined))
            ):
                return Header(first, first + 1, joined)
    return single


def _may_join(rows: Grid, first: int, other: Sequence[Cell]) -> bool:
    """Whether two rows may be one header: text alone, and the other row is none by itself."""
    if not 0 <= first < len(rows) - 1:
        return False
    return may_be_header(rows[first]) and may_be_header(rows[first + 1]) and not is_header_row(other)


def _joined(rows: Grid, first: int) -> tuple[str, ...]:
    """Two rows as one; a name over several columns counts for the column it stands in."""
    upper, lower = _texts(rows[first]), _texts(rows[first + 1])
    width = max(len(upper), len(lower))
    upper, lower = upper + ("",) * (width - len(upper)), lower + ("",) * (width - len(lower))
    upper = _over_signs(upper, lower)
    return tuple(" ".join(part for part in pair if part) for pair in zip(upper, lower, strict=True))


def _has_twins(row: Sequence[Cell]) -> bool:
    """Whether a text stands twice in a row; quick, to pass over the rows of a long sheet."""
    texts = [cell for cell in row if cell and isinstance(cell, str)]
    return len(set(texts)) < len(texts)


def _is_short(row: Sequence[Cell]) -> bool:
    """Whether no text of a row is longer than a sign with blanks beside it; quick likewise."""
    return all(len(cell) <= _LONGEST_SIGN for cell in row if isinstance(cell, str))


def _grouped(rows: Grid, upper: int) -> Header | None:
    """A header some of whose names stand there twice, below a row that names groups of its columns."""
    if not 0 <= upper < len(rows) - 1 or not _has_twins(rows[upper + 1]):
        return None
    if not may_be_header(rows[upper]) or not is_header_row(rows[upper + 1]):
        return None
    groups, names = _texts(rows[upper]), _texts(rows[upper + 1])
    given = [name for name in names if name]
    if len(set(given)) == len(given) or not _GROUPS <= sum(map(bool, groups)) < len(given):
        return None
    told, group = [], ""
    for column, name in enumerate(names):
        group = (groups[column] if column < len(groups) else "") or group
        told.append(f"{group} {name}" if group and given.count(name) > 1 else name)
    return Header(upper, upper + 1, tuple(told)) if tells_value(fields_of(told)) else None


def _above_signs(rows: Grid, upper: int) -> Header | None:
    """A header above a row of mere signs, "$" and "%", which tell its columns apart."""
    if not 0 <= upper < len(rows) - 1 or not _is_short(rows[upper + 1]):
        return None
    if not is_header_row(rows[upper]) or not may_be_header(rows[upper + 1]):
        return None
    signs = [text for text in _texts(rows[upper + 1]) if text]
    if len(signs) < _GROUPS or any(name_of(text).key for text in signs):
        return None
    joined = _joined(rows, upper)
    return Header(upper, upper + 1, joined) if tells_value(fields_of(joined)) else None


def _over_signs(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """The upper row with each name repeated over the columns right of it that have but a sign, "$" or "%"."""
    filled: list[str] = []
    for above, below in zip(upper, lower, strict=True):
        bare = below and not name_of(below).key and bool(filled)
        filled.append(filled[-1] if bare and not above else above)
    return tuple(filled)


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(one_line(cell) if isinstance(cell, str) and not is_blank(cell) else "" for cell in row)


def find_header(rows: Grid) -> Header | None:
    """The first header of a block that tells a value, else the first there is."""
    first = None
    for index in range(len(rows)):
        found = header_at(rows, index)
        if found is not None and found.tells_value:
            return found
        first = first or found
    return first
