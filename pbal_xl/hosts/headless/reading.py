"""The holdings and settings in a file: which sheet, which range, which names.

Long because one class answers all that the road of the hosts asks of a document.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.cash_rows import notices_of
from pbal_xl.errors import CellFaults, InputError, Refused
from pbal_xl.explained import Explained, explain, not_found
from pbal_xl.grid.beside import Beside, find_in
from pbal_xl.grid.blocks import Block, block_at
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.csv_text import check_widths, read_csv
from pbal_xl.grid.find import find_holdings, may_be_header
from pbal_xl.grid.holdings import read_holdings, understand
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice
from pbal_xl.hosts.headless.look import look_at, look_into
from pbal_xl.ooxml.package import MAX_PART
from pbal_xl.ooxml.references import parse_area
from pbal_xl.ooxml.save import Stamp
from pbal_xl.ooxml.uncalculated import copy_without_stand_ins
from pbal_xl.refusals import missing, refusal
from pbal_xl.suggest import Portfolio, read_portfolio
from pbal_xl.words import say, word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.document import Document
    from pbal_xl.grid.cells import Cell
    from pbal_xl.hosts.headless.look import Look
    from pbal_xl.ooxml.references import Area
    from pbal_xl.ooxml.source import Source
    from pbal_xl.setting import Host, Settings

__all__ = [
    "CSV_SUFFIXES", "FilePortfolio", "Where", "document_of", "explain_file", "read_csv_file", "read_workbook",
]  # fmt: skip

CSV_SUFFIXES = frozenset({".csv", ".tsv", ".txt"})

# It is parsed as a whole, so it may be as large as a part of a workbook that is.
_LARGEST_CSV = MAX_PART
_CALCULATED = word("Formulas that were never calculated were calculated by LibreOffice in a temporary copy.")


@dataclass(frozen=True, slots=True)
class Where:
    """Where to look, as far as the user said.

    Attributes:
        sheet: title of the sheet.
        area: range of cells, such as "A2:C12".
        decimal: decimal sign of numbers as text, "." or ",".
    """

    sheet: str | None = None
    area: str | None = None
    decimal: str | None = None


@dataclass(frozen=True, slots=True)
class FilePortfolio(Portfolio):
    """What a file says.

    Attributes:
        stamp: the state of the file that was read.
    """

    stamp: Stamp


def read_csv_file(path: Path, where: Where, said: Settings | None = None) -> FilePortfolio:
    """The holdings in a positions export, with what was said beside them.

    Raises:
        Refused: the file cannot be read.
        CellFaults: what is wrong with its cells.
    """
    stamp, data = _csv_bytes(path)
    rows = read_csv(data)
    block = _csv_block(rows, where)
    beside = Beside(said, find=find_in(rows, Origin(), where.decimal))
    table = read_holdings(block.rows, block.origin, decimal=where.decimal, beside=beside)
    return FilePortfolio(table, block, {}, {}, (*notices_of(table, said or {}), *block.notices), stamp)


def _csv_bytes(path: Path) -> tuple[Stamp, bytes]:
    try:
        stamp = Stamp.of(path)
        if path.is_dir():
            raise refusal("not-a-file", path, "is a folder, not a file")
        if not path.is_file():
            raise refusal("not-a-file", path, "is no ordinary file")
        if stamp.size > _LARGEST_CSV:
            raise refusal("too-large", path, f"has {stamp.size / 1e6:,.0f} MB, more than the 64 MB read here")
        return stamp, path.read_bytes()
    except FileNotFoundError:
        raise missing(path) from None
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        reason = error.strerror if isinstance(error, OSError) else None
        raise refusal("unreadable", path, f"cannot be opened: {reason or error}") from None


def explain_file(path: Path, where: Where) -> Explained:
    """What would be planned from in a file, and why, as far as it can be read; nothing is written.

    Formulas that no program ever calculated are calculated as for a plan, in a temporary copy.

    Raises:
        Refused: the file cannot be read at all.
        InputError: what was said of it cannot be meant.
    """
    if path.suffix.lower() not in CSV_SUFFIXES:
        with look_into(path) as look:
            found = explain(_Workbook(look, where), where.decimal)
        if not found.understanding.faults or not look.uncalculated or find_soffice() is None:
            return found
        with _calculated(path) as look:
            found = explain(_Workbook(look, where), where.decimal)
        return replace(found, notices=(*found.notices, say(_CALCULATED)))
    try:
        rows = read_csv(_csv_bytes(path)[1])
        block, beside = _csv_block(rows, where), Beside(find=find_in(rows, Origin(), where.decimal))
    except CellFaults as error:
        return not_found(error)
    understood = understand(block.rows, block.origin, decimal=where.decimal, beside=beside)
    return Explained(block, understood, block.notices)


def _csv_block(rows: list[list[Cell]], where: Where) -> Block:
    """The cells of the holdings among those of a CSV."""
    if where.sheet is not None:
        raise InputError(f"a CSV file has no sheets, so there is no sheet {where.sheet!r}")
    if where.area is None:
        return find_holdings(rows, Origin(), headerless=True)
    area = parse_area(where.area, "range")
    if area.sheet is not None:
        raise InputError(f"a CSV file has no sheets, so there is no sheet {area.sheet!r}")
    block = _cut(rows, area, "")
    check_widths(rows, block)
    return block


def read_workbook(path: Path, where: Where, opened: Source, said: Settings | None = None) -> FilePortfolio:
    """The holdings and settings in a workbook that is open, with what was said beside them.

    Formulas that no program ever calculated are calculated in a temporary copy where LibreOffice is found.

    Raises:
        Refused: the file cannot be read.
        CellFaults: what is wrong with its cells.
    """
    stamp = opened.package.stamp
    try:
        return _read(look_at(opened), where, stamp, said)
    except _UncalculatedError as error:
        if find_soffice() is None:
            raise CellFaults(error.faults) from None
    with _calculated(path) as look:
        found = _read(look, where, stamp, said)
    return replace(found, notices=(*found.notices, say(_CALCULATED)))


def document_of(opened: Source, where: Where) -> Document:
    """A workbook that is open, as the road of all hosts asks for it."""
    return _Workbook(look_at(opened), where)


@contextmanager
def _calculated(path: Path) -> Iterator[Look]:
    """A look into a calculated copy of a workbook."""
    with tempfile.TemporaryDirectory(prefix="pbal-") as folder:
        bare = Path(folder, path.name)
        copy_without_stand_ins(path, bare)
        with calculated_copy(bare) as copy, look_into(copy) as look:
            yield look


class _UncalculatedError(CellFaults):
    """Faults of a sheet that has formulas without a stored value, which may be why."""


def _read(look: Look, where: Where, stamp: Stamp, said: Settings | None) -> FilePortfolio:
    try:
        found = read_portfolio(_Workbook(look, where), where.decimal, said)
        return FilePortfolio(
            found.table, found.block, found.settings, found.places, found.notices, stamp, below=found.below
        )
    except CellFaults as error:
        if look.uncalculated:
            raise _UncalculatedError(error.faults) from None
        raise error from None


class _Workbook:
    """A workbook file as the road of all hosts asks for it; attributes and methods as in ``Document``."""

    host: Host = "files"
    looked_at: str | None = None
    language: str | None = None

    def __init__(self, look: Look, where: Where) -> None:
        self._look = look
        self._area = where.area
        self.asked = where.sheet
        if self.asked is not None:
            self._check_sheet(self.asked)

    @property
    def searched(self) -> Sequence[str]:
        return self._visible() if self.asked is None else [self.asked]

    def _visible(self) -> Sequence[str]:
        """The visible worksheets that are not ours; the hidden ones where there are no others."""
        look = self._look
        return [title for title in look.titles if title not in look.hidden] or look.titles

    def chosen(self) -> Block | None:
        if self._area is None:
            return None
        area = parse_area(self._area, "range")
        self._check_sheet(self._title(area))
        return self.block(area)

    def own_name(self, sheet: str, name: str) -> str | None:
        return self._look.name(name, sheet) if sheet in self._look.sheets_with_name(name) else None

    def sheets_with(self, name: str) -> Sequence[str]:
        return [one for one in self._look.sheets_with_name(name) if self.asked in {None, one}]

    def book_name(self, name: str) -> str | None:
        return self._look.name(name, None)

    def is_trades(self, sheet: str) -> bool:
        return sheet in self._look.ours

    def block(self, area: Area) -> Block | None:
        title = self._title(area)
        known = title in self._look.titles or title in self._look.ours
        return _cut(self._look.grid(title), area, title) if known else None

    def _title(self, area: Area) -> str:
        """The title of an area's sheet as the workbook spells it."""
        wanted = area.sheet if area.sheet is not None else self.asked or self._in_view()
        known = (one for one in [*self._look.titles, *self._look.ours] if one.casefold() == wanted.casefold())
        return next(known, wanted)

    def table(self, name: str) -> Block | None:
        found = (one.area for one in self._look.tables if one.name.casefold() == name.casefold())
        return next(map(self.block, found), None)

    def tables(self) -> Sequence[Block]:
        areas = (one.area for one in self._look.tables if one.area.sheet in self.searched)
        return [block for block in map(self.block, areas) if block is not None]

    def all_sheets(self) -> Sequence[str]:
        return [*self.searched, *(title for title in self._look.titles if title not in self.searched)]

    def used(self, sheet: str) -> Block:
        # A large sheet without a word that headers have is not parsed; one that was asked for always is.
        if self.asked is None and not self._look.may_hold(sheet, may_be_header):
            return Block([], Origin(), sheet)
        return Block(self._look.grid(sheet), Origin(), sheet)

    def beyond(self, sheet: str) -> bool:
        # Of a sheet that was not looked at nothing was wanted.
        return sheet in self._look.beyond

    def _check_sheet(self, title: str) -> None:
        look = self._look
        if title in look.ours:
            # Its "Shares" are orders: read as holdings they would make a plan of nonsense.
            raise CellFaults([f"the sheet {title!r} holds suggested trades, not holdings"])
        if title not in look.titles:
            listed = ", ".join(look.titles) or "none"
            raise CellFaults([f"there is no sheet {title!r}; the sheets are: {listed}"])

    def _in_view(self) -> str:
        visible, active = self._visible(), self._look.active
        if not visible:
            raise CellFaults(["there is no worksheet to read"])
        return active if active is not None and active in visible else visible[0]


def _cut(rows: list[list[Cell]], area: Area, sheet: str) -> Block:
    last = min(area.last[0], max(len(rows), area.first[0]))
    # Within the range blank rows at its end stay; beyond the sheet's last cell there are none to read.
    width = max((len(row) for row in rows[area.first[0] - 1 : last]), default=0)
    right = min(area.last[1], max(width, area.first[1]))
    return block_at(rows, Origin(), (area.first[0] - 1, area.first[1] - 1), (last - 1, right - 1), sheet)
