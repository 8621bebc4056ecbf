"""The holdings and settings in a file: which sheet, which range, which names."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults, InputError, Refused
from pbal_xl.grid.blocks import Block, block_at, choose_from, survey_tables
from pbal_xl.grid.cells import Cell, Origin, is_blank, quoted
from pbal_xl.grid.csv_text import check_widths, read_csv
from pbal_xl.grid.find import find_holdings, survey
from pbal_xl.grid.holdings import MOST_ROWS, Table, read_holdings
from pbal_xl.grid.settings import read_settings
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice
from pbal_xl.hosts.headless.look import Look, look_into
from pbal_xl.ooxml.package import MAX_PART
from pbal_xl.ooxml.references import Area, parse_area, parse_constant, table_name
from pbal_xl.ooxml.save import Stamp
from pbal_xl.ooxml.source import check_source
from pbal_xl.ooxml.uncalculated import copy_without_stand_ins
from pbal_xl.refusals import refusal
from pbal_xl.settings import offered_by

if TYPE_CHECKING:
    from pbal_xl.settings import Settings

__all__ = ["Portfolio", "Where", "read_csv_file", "read_workbook"]

_RANGE_NAME = "pbal_holdings"
# It is parsed as a whole, so it may be as large as a part of a workbook that is.
_LARGEST_CSV = MAX_PART


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
class Portfolio:
    """What a file says.

    Attributes:
        table: the holdings.
        block: their cells.
        settings: what the file's own names say; nothing for a CSV.
        stamp: the state of the file that was read.
        notices: how it was read, where that is worth telling.
    """

    table: Table
    block: Block
    settings: Settings
    stamp: Stamp
    notices: tuple[str, ...]


def read_csv_file(path: Path, where: Where) -> Portfolio:
    """The holdings in a positions export.

    Raises:
        Refused: the file cannot be read.
        CellFaults: what is wrong with its cells.
    """
    stamp, data = _csv_bytes(path)
    if where.sheet is not None:
        raise InputError(f"a CSV file has no sheets, so there is no sheet {where.sheet!r}")
    rows = read_csv(data)
    if where.area is not None:
        area = parse_area(where.area, "range")
        if area.sheet is not None:
            raise InputError(f"a CSV file has no sheets, so there is no sheet {area.sheet!r}")
        block = _cut(rows, area, "")
        check_widths(rows, block)
    else:
        block = find_holdings(rows, Origin(), headerless=True)
    table = read_holdings(block.rows, block.origin, decimal=where.decimal)
    return Portfolio(table, block, {}, stamp, (*table.notices, *block.notices))


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
        raise refusal("missing", path, "is not there") from None
    except (OSError, ValueError) as error:
        if isinstance(error, Refused):
            raise
        reason = error.strerror if isinstance(error, OSError) else None
        raise refusal("unreadable", path, f"cannot be opened: {reason or error}") from None


def read_workbook(path: Path, where: Where) -> Portfolio:
    """The holdings and settings in a workbook.

    Formulas that no program ever calculated are calculated in a temporary copy where LibreOffice is found.

    Raises:
        Refused: the file cannot be read.
        CellFaults: what is wrong with its cells.
    """
    stamp = check_source(path)
    try:
        return _read(path, where, stamp)
    except _UncalculatedError as error:
        if find_soffice() is None:
            raise CellFaults(error.faults) from None
    with tempfile.TemporaryDirectory(prefix="pbal-") as folder:
        bare = Path(folder, path.name)
        copy_without_stand_ins(path, bare)
        with calculated_copy(bare) as copy:
            check_source(copy)
            found = _read(copy, where, stamp)
    notice = "Formulas that were never calculated were calculated by LibreOffice in a temporary copy."
    return replace(found, notices=(*found.notices, notice))


class _UncalculatedError(CellFaults):
    """Faults of a sheet that has formulas without a stored value, which may be why."""


def _read(path: Path, where: Where, stamp: Stamp) -> Portfolio:
    with look_into(path) as look:
        try:
            return _portfolio(look, where, stamp)
        except CellFaults as error:
            if look.uncalculated:
                raise _UncalculatedError(error.faults) from None
            raise


def _portfolio(look: Look, where: Where, stamp: Stamp) -> Portfolio:
    block = _block(look, where)
    faults: list[str] = []
    table: Table | None = None
    settings: Settings = {}
    try:
        _check_all_read(look, block)
        table = read_holdings(block.rows, block.origin, decimal=where.decimal)
    except CellFaults as error:
        faults = [f"sheet {block.sheet}: {error.faults[0]}", *error.faults[1:]]
    cells, missing = _named_cells(look, block.sheet)
    faults.extend(missing)
    try:
        settings = read_settings(cells, where.decimal)
    except CellFaults as error:
        faults.extend(error.faults)
    if table is None or faults:
        raise CellFaults(faults)
    return Portfolio(table, block, settings, stamp, (*table.notices, *block.notices))


def _check_all_read(look: Look, block: Block) -> None:
    if block.sheet in look.cut and block.origin.row + len(block.rows) > len(look.grid(block.sheet)):
        raise CellFaults([f"the holdings have more than {MOST_ROWS:,} rows, the most that is read"])


def _block(look: Look, where: Where) -> Block:
    if where.sheet is not None:
        _check_sheet(look, where.sheet)
    if where.area is not None:
        area = parse_area(where.area, "range")
        return _area_block(look, area, where.sheet or _sheet_in_view(look))
    named = _named_block(look, where.sheet)
    if named is not None:
        return named
    titles = [where.sheet] if where.sheet is not None else _searched(look)
    tables = survey_tables(_area_block(look, one.area, "") for one in look.tables if one.area.sheet in titles)
    return choose_from(tables, lambda: [survey(look.grid(title), Origin(), sheet=title) for title in titles])


def _check_sheet(look: Look, title: str) -> None:
    if title in look.ours:
        # Its "Shares" are orders: read as holdings they would make a plan of nonsense.
        raise CellFaults([f"the sheet {title!r} holds suggested trades, not holdings"])
    if title not in look.titles:
        listed = ", ".join(look.titles) or "none"
        raise CellFaults([f"there is no sheet {title!r}; the sheets are: {listed}"])


def _searched(look: Look) -> list[str]:
    """The visible worksheets that are not ours; the hidden ones where there are no others."""
    visible = [title for title in look.titles if title not in look.hidden]
    return visible or look.titles


def _sheet_in_view(look: Look) -> str:
    titles = _searched(look)
    if look.active in titles:
        return look.active
    if not titles:
        raise CellFaults(["there is no worksheet to read"])
    return titles[0]


def _area_block(look: Look, area: Area, sheet: str) -> Block:
    title = sheet
    if area.sheet is not None:
        title = next((t for t in [*look.titles, *look.ours] if t.casefold() == area.sheet.casefold()), area.sheet)
        _check_sheet(look, title)
    return _cut(look.grid(title), area, title)


def _cut(rows: list[list[Cell]], area: Area, sheet: str) -> Block:
    last = min(area.last[0], max(len(rows), area.first[0]), area.first[0] + MOST_ROWS)
    # Within the range blank rows at its end stay; beyond the sheet's last cell there are none to read.
    width = max((len(row) for row in rows[area.first[0] - 1 : last]), default=0)
    right = min(area.last[1], max(width, area.first[1]))
    return block_at(rows, Origin(), (area.first[0] - 1, area.first[1] - 1), (last - 1, right - 1), sheet)


def _named_block(look: Look, sheet: str | None) -> Block | None:
    """The range that the name pbal_holdings means: a sheet's own first, then the workbook's."""
    own = look.sheets_with_name(_RANGE_NAME)
    if sheet is not None:
        own = [sheet] if sheet in own else []
    if len(own) > 1:
        raise CellFaults([f"several sheets have a name {_RANGE_NAME} ({', '.join(own)}); say which sheet is meant"])
    text = look.name(_RANGE_NAME, own[0] if own else None)
    if text is None:
        return None
    wanted = table_name(text)
    table = next((one for one in look.tables if wanted and one.name.casefold() == wanted.casefold()), None)
    area = table.area if table is not None else _named_area(text, _RANGE_NAME)
    if sheet is not None and not own and (area.sheet or "").casefold() != sheet.casefold():
        # The sheet was asked for; the workbook's name means another.
        return None
    return _area_block(look, area, own[0] if own else sheet or _sheet_in_view(look))


def _named_area(text: str, name: str) -> Area:
    if "#REF!" in text:
        raise CellFaults([f"the name {name} refers to cells that were deleted (#REF!)"])
    try:
        return parse_area(text, name)
    except InputError:
        raise CellFaults([f"the name {name} must refer to cells, refers to {quoted(text)}"]) from None


def _named_cells(look: Look, sheet: str) -> tuple[dict[str, tuple[str, Cell]], list[str]]:
    """For each setting that has a defined name its place and its cell; and what is wrong with names."""
    cells: dict[str, tuple[str, Cell]] = {}
    faults: list[str] = []
    for setting in offered_by("files"):
        name = setting.name
        text = look.name(name, sheet)
        if text is None:
            continue
        constant = parse_constant(text)
        if constant is not None:
            cells[setting.key] = (name, constant)
            continue
        try:
            cells[setting.key] = _named_cell(look, sheet, name, text)
        except CellFaults as error:
            faults.extend(error.faults)
    return cells, faults


def _named_cell(look: Look, sheet: str, name: str, text: str) -> tuple[str, Cell]:
    area = _named_area(text, name)
    title = next((t for t in [*look.titles, *look.ours] if t.casefold() == (area.sheet or sheet).casefold()), None)
    if title is None:
        raise CellFaults([f"the name {name} refers to {text}, which is not there"])
    block = _cut(look.grid(title), area, title)
    cells = [cell for row in block.rows for cell in row]
    if any(not is_blank(cell) for cell in cells[1:]):
        raise CellFaults([f"{name} must be one cell, refers to {text.replace('$', '').removeprefix('=')}"])
    place = f"{name} ({text.replace('$', '').removeprefix('=')})"
    return place, cells[0] if cells else None
