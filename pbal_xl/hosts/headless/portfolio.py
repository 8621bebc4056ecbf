"""The holdings and settings in a file: which sheet, which range, which names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.cells import Cell, Origin
from pbal_xl.grid.csv_text import read_csv
from pbal_xl.grid.find import Block, block_at, choose, find_holdings, survey
from pbal_xl.grid.headers import claims, tells_value
from pbal_xl.grid.holdings import MOST_ROWS, Table, read_holdings
from pbal_xl.grid.settings import NAMES, Settings, read_settings
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice
from pbal_xl.hosts.headless.look import Look, look_into
from pbal_xl.hosts.headless.references import Area, parse_area, parse_constant, table_name
from pbal_xl.hosts.headless.refusals import refusal
from pbal_xl.hosts.headless.save import Stamp
from pbal_xl.hosts.headless.source import check_source

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Portfolio", "Where", "read_csv_file", "read_workbook"]

_RANGE_NAME = "pbal_holdings"
_LARGEST_CSV = 200 * 1000 * 1000


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
    try:
        stamp = Stamp.of(path)
        if stamp.size > _LARGEST_CSV:
            raise refusal("too-large", path, f"has {stamp.size / 1e6:,.0f} MB, more than the 200 MB read here")
        data = path.read_bytes()
    except FileNotFoundError:
        raise refusal("missing", path, "is not there") from None
    except IsADirectoryError:
        raise refusal("not-a-file", path, "is a folder, not a file") from None
    except OSError as error:
        raise refusal("unreadable", path, f"cannot be opened: {error.strerror or error}") from None
    if where.sheet is not None:
        raise InputError(f"a CSV file has no sheets, so there is no sheet {where.sheet!r}")
    rows = read_csv(data)
    if where.area is not None:
        block = _cut(rows, parse_area(where.area, "range"), "")
    else:
        block = find_holdings(rows, Origin(), headerless=True)
    table = read_holdings(block.rows, block.origin, decimal=where.decimal)
    return Portfolio(table, block, Settings(), stamp, table.notices)


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
    with calculated_copy(path) as copy:
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
    table, settings = None, Settings()
    try:
        table = read_holdings(block.rows, block.origin, decimal=where.decimal)
    except CellFaults as error:
        faults.extend(error.faults)
    try:
        settings = read_settings(_named_cells(look, block.sheet), where.decimal)
    except CellFaults as error:
        faults.extend(error.faults)
    if table is None or faults:
        raise CellFaults([f"sheet {block.sheet}: {faults[0]}", *faults[1:]])
    return Portfolio(table, block, settings, stamp, table.notices)


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
    return _table_block(look, titles) or choose(
        [survey(look.grid(title), Origin(), sheet=title) for title in titles]
    )


def _check_sheet(look: Look, title: str) -> None:
    if title not in look.titles and title not in look.ours:
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
    return block_at(rows, Origin(), (area.first[0] - 1, area.first[1] - 1), (last - 1, area.last[1] - 1), sheet)


def _named_block(look: Look, sheet: str | None) -> Block | None:
    """The range that the name pbal_holdings means: a sheet's own first, then the workbook's."""
    own = [sheet] if sheet is not None else look.sheets_with_name(_RANGE_NAME)
    text = look.name(_RANGE_NAME, own[0] if own else None)
    if text is None:
        return None
    table = table_name(text)
    for one in look.tables:
        if table is not None and one.name.casefold() == table.casefold():
            return _area_block(look, one.area, sheet or "")
    return _area_block(look, parse_area(text, _RANGE_NAME), own[0] if own else _sheet_in_view(look))


def _table_block(look: Look, titles: list[str]) -> Block | None:
    """The one Excel Table with headers of holdings; None without one."""
    found = []
    for table in look.tables:
        if table.area.sheet in titles:
            block = _area_block(look, table.area, "")
            header = claims(block.rows[0]) if block.rows else {}
            if "symbol" in header and tells_value(header):
                found.append((("value" in header), table.name, block))
    telling = [one for one in found if one[0]] or found
    if len(telling) > 1:
        listed = ", ".join(f"{name} in {block.place}" for _, name, block in telling)
        raise CellFaults([f"several tables look like holdings ({listed}); say which range is meant"])
    return telling[0][2] if telling else None


def _named_cells(look: Look, sheet: str) -> dict[str, tuple[str, Cell]]:
    """For each setting that has a defined name its place and its cell."""
    cells: dict[str, tuple[str, Cell]] = {}
    for setting, name in NAMES.items():
        text = look.name(name, sheet)
        if text is None:
            continue
        constant = parse_constant(text)
        if constant is not None:
            cells[setting] = (name, constant)
            continue
        try:
            area = parse_area(text, name)
        except InputError as error:
            raise CellFaults([str(error)]) from None
        title = area.sheet or sheet
        row, column = area.first[0] - 1, area.first[1] - 1
        if title not in look.titles and title not in look.ours:
            raise CellFaults([f"the name {name} refers to {text}, which is not there"])
        grid = look.grid(title)
        cell = grid[row][column] if row < len(grid) and column < len(grid[row]) else None
        cells[setting] = (f"{name} ({text.replace('$', '').removeprefix('=')})", cell)
    return cells
