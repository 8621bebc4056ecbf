"""The class of each holding, where targets are given to classes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.core.book import check_targets, off_whole
from pbal_xl.errors import PlanError
from pbal_xl.grid.cash import is_cash_label
from pbal_xl.grid.cells import NEVER_CALCULATED, cell_text, is_error, is_no_figure, one_line, quoted
from pbal_xl.grid.vocabulary import label, words
from pbal_xl.setting_tables import parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.reading import Line, Reading
    from pbal_xl.grid.side_tables import SideTable

__all__ = ["check_shares", "take_classes"]


def take_classes(reading: Reading) -> SideTable | None:
    """Give every line its class, and note as faults what does not fit; the table, None where none counts.

    A column Class counts only where class targets are given: exports carry such columns for other ends.
    """
    beside = reading.beside
    column = _class_column(reading)
    if not beside.said("targets") and column is None:
        return None
    table = beside.table("targets")
    if table is None:
        return None
    targets, exposure = parsed("targets", table.text), beside.exposure()
    exposed = {symbol.casefold(): parts for symbol, parts in exposure.items()}
    known = {name.casefold(): name for name in targets}
    where = f" ({table.place})" if table.place else ""
    covered = set()
    for line in reading.lines:
        if line.symbol.casefold() in exposed:
            covered |= _looked_through(reading, line, exposed[line.symbol.casefold()], known, where)
        elif column is None:
            reading.fault(
                line.row,
                reading.columns.fields["symbol"],
                f"{line.symbol} has no class, which class targets{where} need; add a column Class",
            )
            break
        else:
            line.asset_class = _class_of(reading, line, column, known, where)
            covered.add(line.asset_class)
    _check_covered(reading, targets, covered, table)
    return table


def _class_column(reading: Reading) -> int | None:
    headers = words("class_headers")
    return next((at for at, name in enumerate(reading.columns.names) if name and label(name) in headers), None)


def _looked_through(
    reading: Reading, line: Line, parts: dict[str, Any], known: dict[str, str], where: str
) -> set[str]:
    """The classes that a fund has parts of."""
    for name in parts:
        if name.casefold() not in known:
            reading.fault(
                line.row,
                reading.columns.fields["symbol"],
                f"{line.symbol} has a part of {name}, which has no class target{where}",
            )
    return {known.get(name.casefold(), "") for name, part in parts.items() if part}


def _class_of(reading: Reading, line: Line, column: int, known: dict[str, str], where: str) -> str:
    cell = reading.cell(line.row, column)
    if is_no_figure(cell):
        reading.fault(line.row, column, f"{line.symbol} has no class, which class targets{where} need")
    elif is_error(cell):
        reading.fault(line.row, column, f"class of {line.symbol} is {str(cell).strip()}")
    elif cell == NEVER_CALCULATED:
        reading.fault(
            line.row,
            column,
            f"class of {line.symbol} is a formula that was never calculated; open and save the workbook in Excel",
        )
    else:
        name = one_line(cell_text(cell))
        if name.casefold() in known:
            return known[name.casefold()]
        reading.fault(
            line.row, column, f"{line.symbol} belongs to {quoted(name)}, which has no class target{where}"
        )
    return ""


def _check_covered(reading: Reading, targets: dict[str, Decimal], covered: set[str], table: SideTable) -> None:
    """Note the classes that have a target and no holding."""
    if reading.faults:
        return
    empty = [name for name, target in targets.items() if target and name not in covered]
    for name in empty:
        hint = "; cash is no holding: leave it out, and say how much to keep" if is_cash_label(name) else ""
        reading.faults.append(
            f"{table.place or 'class targets'}: {name} has a target, but no holding belongs to it{hint}"
        )


def check_shares(reading: Reading, lines: Sequence[Line]) -> None:
    """Note as faults targets of holdings within a class that some lack, or that make no whole."""
    column = reading.columns.fields.get("target", 0)
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.asset_class, []).append(line)
    for name, group in groups.items():
        given = [line.figures["target"] for line in group if "target" in line.figures]
        if not given or not name:
            continue
        for line in group:
            if "target" not in line.figures:
                reading.fault(line.row, column, f"{line.symbol} has no target while others of {name} have one")
        try:
            check_targets(given)
        except PlanError:
            total = sum(given, Decimal(0))
            reading.fault(
                group[0].row,
                column,
                f"the targets of the holdings of {name} are shares of it and must sum to 100 %, {off_whole(total)}",
            )
