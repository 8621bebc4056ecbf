"""A table without any oddity, read in one pass.

Most of what a worksheet function is given is a header that says one thing a column, and below it a name and plain
numbers a row. There is nothing to find out in it: the header alone tells which column is which, no row can be a
total, cash or a lot of another, no figure can be read in two ways. It is read here to the same ``Table`` as in
``holdings``, many times quicker; whatever is less plain is left to that.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from pbal_xl.core.book import check_targets
from pbal_xl.core.model import Holding
from pbal_xl.errors import CellFaults, InputError, PlanError
from pbal_xl.grid.cells import NEVER_CALCULATED, Cell, Grid, Origin, is_error, is_no_name, one_line
from pbal_xl.grid.headers import IDENTIFYING, header_at
from pbal_xl.grid.rows import is_bond, is_date, is_mere_name, may_be_total
from pbal_xl.grid.table import MOST_ROWS, Table
from pbal_xl.words import language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["plain_table"]

# In the order of a holding's parameters behind its symbol.
_FIGURES = ("value", "price", "gain", "target", "quantity")
_NUMBERS = {float, int}
_TEXT = {str}
# A figure beyond it is a fault.
_LARGEST = 1e15
_NAME = "AAA"


@dataclass(frozen=True, slots=True)
class _Header:
    """What a header alone tells of the table below it.

    Attributes:
        table: as it is read with one row below it.
        symbol: the column of the names.
        figures: for each of ``_FIGURES`` its column; None without one.
    """

    table: Table
    symbol: int
    figures: tuple[int | None, ...]


def plain_table(rows: Grid, origin: Origin, in_full: Callable[[Grid, Origin], Table]) -> Table | None:
    """Read the table that a block of cells is, header first; None where it must be read in full.

    Args:
        rows: the block.
        origin: where it stands.
        in_full: reads any table; raises CellFaults.
    """
    if not 1 < len(rows) <= MOST_ROWS or set(map(type, rows[0])) != _TEXT:
        return None
    header = _header(tuple(rows[0]), origin, in_full, language())
    width = len(rows[0])
    if header is None or set(map(len, rows)) != {width}:
        return None
    places = [place for place, row in enumerate(rows) if place and row.count(None) < width]
    columns = list(zip(*[rows[place] for place in places], strict=True))
    names = _names(columns[header.symbol]) if columns else None
    if names is None or not all(map(_are_figures, _FIGURES, _chosen(columns, header))):
        return None
    try:
        holdings = tuple(map(Holding, names, *(column or repeat(None) for column in _chosen(columns, header))))
        if "target" in header.table.columns.fields:
            check_targets([one.target for one in holdings if one.target is not None])
    except (InputError, PlanError):
        return None
    return replace(
        header.table,
        holdings=holdings,
        rows=tuple(places),
        lots=tuple([(place,) for place in places]),
        height=len(rows),
        foreign=(None,) * len(places),
    )


def _chosen(columns: Sequence[Sequence[Cell]], header: _Header) -> Iterable[Sequence[Any] | None]:
    return (None if at is None else columns[at] for at in header.figures)


@lru_cache(maxsize=256)
def _header(
    cells: tuple[str, ...], origin: Origin, in_full: Callable[[Grid, Origin], Table], spoken: str
) -> _Header | None:
    """What a row of texts tells as a header; None where more must be known."""
    del spoken  # only its notices depend on it
    header = header_at([list(cells)], 0)
    if header is None or not all(header.names):
        return None
    fields: dict[str, int] = {}
    for column, found in enumerate(header.claims):
        sure = [one.field for one in found if not one.weak]
        # "Value" may be a price as well, but not where there is one.
        if len(sure) != 1 or any(one.weak and one.field != "price" for one in found):
            return None
        name = "symbol" if sure[0] in IDENTIFYING else sure[0]
        if name in fields or name not in {"symbol", *_FIGURES}:
            return None
        fields[name] = column
    # Where value, quantity and price are given, they must be held against each other.
    if not {"symbol", "price"} <= fields.keys() or ("value" in fields) == ("quantity" in fields):
        return None
    try:
        table = in_full(
            [list(cells), [_NAME if at == fields["symbol"] else 1.0 for at in range(len(cells))]], origin
        )
    except CellFaults:
        return None
    roles = table.columns.roles
    if any(name is not None and (name.currency or name.scope) for name in (roles.value_name, roles.price_name)):
        return None
    return _Header(table, fields["symbol"], tuple(fields.get(name) for name in _FIGURES))


def _names(cells: Sequence[Cell]) -> list[str] | None:
    """The symbols in a column; None where one of them may say more than what is held, or stands there twice."""
    if set(map(type, cells)) != _TEXT:
        return None
    names = [_name(cell) for cell in cells]
    return names if all(names) and len({name.casefold() for name in names}) == len(names) else None


@lru_cache(maxsize=8192)
def _name(cell: str) -> str:
    """The symbol that a cell holds; "" where it may be anything else."""
    name = one_line(cell)
    odd = (
        not is_mere_name(cell)
        or is_no_name(cell)
        or is_error(cell)
        or cell == NEVER_CALCULATED
        or is_date(cell)
        or is_bond((), name)
        or may_be_total(name)
    )
    return "" if odd else name


def _are_figures(name: str, cells: Sequence[Any] | None) -> bool:
    """Whether a column holds numbers that are no faults, in every row."""
    if cells is None:
        return True
    if not _NUMBERS.issuperset(map(type, cells)):
        return False
    if name == "price":
        return all(0 < cell < _LARGEST for cell in cells)
    least = -_LARGEST if name == "gain" else 0
    return all(least <= cell < _LARGEST for cell in cells)
