"""A block of cells to holdings, or to all the faults in it, each with its cell.

Long because all that is wrong is gathered on one way through the rows, so that it is told at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from pbal_xl.core.agreement import agree
from pbal_xl.core.model import Holding
from pbal_xl.core.money import EXACT, plain
from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.asset_classes import take_classes
from pbal_xl.grid.beside import Beside
from pbal_xl.grid.body import body_entries, called_at, left_out_notices
from pbal_xl.grid.called import names_of
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank
from pbal_xl.grid.columns import columns_of
from pbal_xl.grid.currencies import in_one_currency
from pbal_xl.grid.explain import ColumnRole, claimed_columns, explained_columns
from pbal_xl.grid.limits import limits_of
from pbal_xl.grid.lots import add_up
from pbal_xl.grid.numbers import mark_of
from pbal_xl.grid.plain import plain_table
from pbal_xl.grid.reading import Foreign, LeftOut, Line, Reading, is_unknown, read_figures, read_number, read_symbol
from pbal_xl.grid.rows import Row
from pbal_xl.grid.signs import sign_of
from pbal_xl.grid.table import MOST_COLUMNS, MOST_ROWS, Table
from pbal_xl.grid.targets import check_lines, choose_targets, equal_targets_notice
from pbal_xl.grid.vocabulary import currencies
from pbal_xl.setting_tables import TABLES
from pbal_xl.words import say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.grid.columns import Columns
    from pbal_xl.grid.entries import Entry

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Table", "Understanding", "read_holdings", "understand"]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was made of a block, whether it can be planned from or not.

    Attributes:
        table: the holdings; None where there are faults.
        roles: the role of each column, and why.
        left_out: the rows that are no holdings.
        faults: why it cannot be planned from.
    """

    table: Table | None
    roles: tuple[ColumnRole, ...]
    left_out: tuple[LeftOut, ...]
    faults: tuple[str, ...]


def read_holdings(
    rows: Grid,
    origin: Origin | None = None,
    *,
    decimal: str | None = None,
    targets: Sequence[Cell] | None = None,
    beside: Beside | None = None,
) -> Table:
    """Read the holdings of a block of cells.

    Args:
        rows: the block: numbers, texts, blanks, dates, error texts such as "#N/A".
        origin: where the block stands, to name cells in faults; unknown for a worksheet function.
        decimal: "." or "," where the user said which; None to find out from the block.
        targets: one cell a row of the block, or a row below the header, or a holding; overrides a Target column.
        beside: the tables beside the holdings.

    Raises:
        CellFaults: all faults of the block at once.
    """
    origin = origin or Origin(known=False)
    alone = targets is None and (beside is None or not any(map(beside.said, TABLES)))
    plain = plain_table(rows, origin, _in_full) if alone else None
    return plain or _in_full(rows, origin, decimal, targets, beside)


def _in_full(
    rows: Grid,
    origin: Origin,
    decimal: str | None = None,
    targets: Sequence[Cell] | None = None,
    beside: Beside | None = None,
) -> Table:
    """Read with an eye to every oddity.

    Raises:
        CellFaults: all faults of the block at once.
    """
    reading, holdings = _read(rows, origin, decimal, targets, beside)
    if reading.faults:
        raise CellFaults(reading.faults)
    return _table(reading, holdings, given_targets=targets is not None)


def understand(
    rows: Grid, origin: Origin, *, decimal: str | None = None, beside: Beside | None = None
) -> Understanding:
    """What is made of a block of cells, as far as it can be read."""
    try:
        reading, holdings = _read(rows, origin, decimal, None, beside)
    except CellFaults as error:
        return Understanding(None, claimed_columns(rows, origin), (), error.faults)
    table = None if reading.faults else _table(reading, holdings, given_targets=False)
    roles = explained_columns(reading.columns, origin)
    return Understanding(table, roles, tuple(reading.left_out), tuple(reading.faults))


def _read(
    rows: Grid, origin: Origin, decimal: str | None, targets: Sequence[Cell] | None, beside: Beside | None
) -> tuple[Reading, list[tuple[int, Holding]]]:
    """A reading with all its faults, and the holdings where it has none.

    Raises:
        CellFaults: not even the columns can be told.
    """
    _check_size(rows)
    columns = columns_of(rows, origin, decimal)
    entries = body_entries(rows, columns, decimal)
    sign = decimal or sign_of(rows, columns, entries, targets)
    if sign and not decimal and any(entry.unclear for entry in entries):
        # What could be two numbers is one now, and may prove more.
        columns = columns_of(rows, origin, sign)
        entries = body_entries(rows, columns, sign)
    reading = Reading(rows, origin, columns, sign, beside=beside or Beside())
    reading.notices.extend(columns.notices)
    _read_rows(reading, entries)
    _settle(reading, targets)
    holdings = _holdings(reading)
    if not holdings and not reading.faults:
        reading.faults.append(f"{origin.name(0, 0)}: there are no holdings here")
    return reading, holdings


def _table(reading: Reading, holdings: list[tuple[int, Holding]], *, given_targets: bool) -> Table:
    columns = reading.columns
    figured = reading.by_class is not None or any("target" in line.figures for line in reading.lines)
    if "target" in columns.fields and figured:
        source = f"the column {columns.names[columns.fields['target']]}" if columns.names else "the fifth column"
    elif given_targets:
        source = "the targets given"
    elif reading.by_class is not None:
        place = reading.by_class.place
        source = say("Targets are those of the classes in {}.", place) if place else say("Targets are of classes.")
        reading.notices.append(source)
    else:
        source = equal_targets_notice(reading)
        if columns.header is not None:
            reading.notices.append(source)
    lots: dict[str, list[int]] = {}
    for line in reading.lines:
        lots.setdefault(line.symbol.casefold(), []).append(line.row)
    return Table(
        holdings=tuple(holding for _, holding in holdings),
        rows=tuple(row for row, _ in holdings),
        lots=tuple(tuple(lots[holding.symbol.casefold()]) for _, holding in holdings),
        columns=_as_used(reading),
        header=columns.header,
        height=len(reading.rows),
        notices=tuple(reading.notices),
        roles=explained_columns(columns, reading.origin),
        left_out=tuple(reading.left_out),
        targets=source,
        converted=reading.converted,
        found=dict(reading.beside.used),
        cash=tuple(
            (called_at(reading, line.row, line.symbol)[0], line.figures.get("value")) for line in reading.cash
        ),
        foreign=_foreign(reading, holdings),
    )


def _foreign(reading: Reading, holdings: Sequence[tuple[int, Holding]]) -> tuple[Foreign | None, ...]:
    lines = {line.row: line.foreign for line in reading.lines}
    return tuple(lines[row] for row, _ in holdings)


def _as_used(reading: Reading) -> Columns:
    """The columns, less one of prices that do not fit value / quantity."""
    columns = reading.columns
    if not any(line.derived for line in reading.lines):
        return columns
    return replace(columns, fields={name: column for name, column in columns.fields.items() if name != "price"})


def _check_size(rows: Grid) -> None:
    widest = max((len(row) for row in rows), default=0)
    if widest > MOST_COLUMNS:
        raise CellFaults([f"the holdings have {widest:,} columns, {MOST_COLUMNS} are the most that is read"])
    if len(rows) > MOST_ROWS + 1 and any(not is_blank(cell) for row in rows[MOST_ROWS + 1 :] for cell in row):
        raise CellFaults([f"the holdings have more than {MOST_ROWS:,} rows, the most that is read"])


def _read_rows(reading: Reading, entries: Sequence[Entry]) -> None:
    """The lines of all rows that are holdings; the others are left out, with their notices."""
    for entry in entries:
        if entry.doubt:
            reading.fault(entry.row, reading.columns.fields["symbol"], entry.doubt)
        elif entry.kind is Row.HOLDING:
            _read_row(reading, entry.row)
            if entry.note:
                place = reading.name(entry.row, "symbol")
                reading.notices.append(say(entry.note, place, entry.text))
        elif entry.kind is Row.CASH:
            reading.cash.append(_cash_line(reading, entry))
        elif entry.kind is Row.SHORT:
            reading.fault(
                entry.row,
                reading.columns.fields["symbol"],
                f"{entry.text} is a short position, which cannot be planned; leave its row out",
            )
    _refuse_thousands(reading)
    _doubt_bare_rows(reading)
    reading.left_out.extend(left_out_notices(reading, entries))
    reading.notices.extend(one.sentence for one in reading.left_out if one.sentence)


def _cash_line(reading: Reading, entry: Entry) -> Line:
    """A row of cash as far as its figures are plain; it is needed only where all cash is to be invested."""
    line = Line(entry.row, entry.text, {} if entry.value is None else {"value": entry.value})
    cell = reading.cell(entry.row, reading.columns.fields.get("value"))
    if mark := mark_of(cell):
        line.marks["value"] = mark
    return line


@cache
def _in_thousands() -> re.Pattern[str]:
    """What tells of thousands or more: "Value ($000)", "Wert (TEUR)", "Value k€", "Wert in Mio. EUR", "USD mn"."""
    code = f"(?:{'|'.join(sorted(currencies()))})"
    return re.compile(
        r"(?<![\d.,])000s?\b|\bthousands?\b|\bmillions?\b|\b(?:tsd|mio|mln|lakhs?|crores?)\b|\bin k\b|\(k\)"
        rf"|(?-i:\b(?:[kKTM]|MM|mn)\s?(?:[€$£]|{code}\b)|(?:[€$£]|\b{code})\s?(?:[kKTM]|MM|mn)\b)",
        re.IGNORECASE,
    )


def _refuse_thousands(reading: Reading) -> None:
    """Values that their heading says to be thousands or more, and that no quantity and price show to be whole."""
    columns = reading.columns
    if not columns.names or columns.header is None or "value" not in columns.fields:
        return
    heading = columns.names[columns.fields["value"]]
    if not _in_thousands().search(heading):
        return
    for line in reading.lines:
        quantity, price, value = (line.figures.get(name) for name in ("quantity", "price", "value"))
        if quantity and price and value and agree(quantity, price, value):
            return
    said = f'the values are in thousands or more ("{heading}"); give them whole'
    reading.fault(columns.header, columns.fields["value"], said)


def _doubt_bare_rows(reading: Reading) -> None:
    """A row with neither quantity nor price, where the others have both, is cash, a heading or a sum: no guess."""
    if not {"quantity", "price"} <= reading.columns.fields.keys():
        return
    bare = [line for line in reading.lines if not line.figures.keys() & {"quantity", "price"}]
    whole = [line for line in reading.lines if line.figures.keys() >= {"quantity", "price"}]
    if len(bare) + len(whole) < len(reading.lines) or len(bare) >= len(whole):
        return
    for line in bare:
        reading.fault(
            line.row,
            reading.columns.fields["symbol"],
            f"{line.symbol} has neither quantity nor price, which the other rows have; leave its row out if it is "
            "cash, a heading or a sum, else give them",
        )


def _read_row(reading: Reading, row: int) -> None:
    symbol = read_symbol(reading, row)
    figures, marks = read_figures(reading, row)
    _complete(reading, row, figures)
    if symbol is None:
        return
    if figures.get("value") == 0 and "price" in reading.columns.fields and "price" not in figures:
        place = reading.name(row, "symbol")
        why = word("worth nothing and has no price")
        sentence = say("{}: {} is {}, and is left out.", place, symbol, say(why))
        reading.left_out.append(LeftOut(place, symbol, why, sentence))
        return
    reading.lines.append(Line(row, symbol, figures, marks))


def _complete(reading: Reading, row: int, figures: dict[str, Decimal]) -> None:
    """Note what is missing to know the holding's value."""
    columns = reading.columns.fields
    quantity, price, value = figures.get("quantity"), figures.get("price"), figures.get("value")
    if value is None and (quantity is None or price is None):
        names = [name for name in ("value", "quantity", "price") if name in columns and name not in figures]
        # A cell that holds something has its fault already.
        if names and all(is_unknown(reading.cell(row, columns[name]), name) for name in names):
            reading.fault(row, columns[names[0]], f"{names[0]} is missing")
        return
    if quantity and price and value == 0:
        told = f"value is 0, but quantity x price is {plain(quantity)} x {plain(price)}"
        reading.fault(row, columns["value"], told)


def _settle(reading: Reading, targets: Sequence[Cell] | None) -> None:
    """One currency, gains and targets: what is known only when all rows are."""
    if not reading.faults:
        try:
            in_one_currency(reading)
        except CellFaults as error:
            reading.faults.extend(error.faults)
    for line in reading.lines:
        _add_gain(line)
    if not reading.faults:
        reading.by_class = take_classes(reading)
    if targets is not None:
        _take_targets(reading, list(targets))
    else:
        choose_targets(reading)


def _add_gain(line: Line) -> None:
    """A gain that is not told comes from value and cost."""
    figures = line.figures
    if "gain" in figures or "cost" not in figures:
        return
    value = figures.get("value")
    if value is None and "quantity" in figures and "price" in figures:
        value = EXACT.multiply(figures["quantity"], figures["price"])
    if value is not None:
        figures["gain"] = EXACT.subtract(value, figures["cost"])


def _take_targets(reading: Reading, cells: list[Cell]) -> None:
    """Lay the targets argument beside the rows it is aligned with."""
    header = reading.columns.header
    height = len(reading.rows)
    below = 0 if header is None else header + 1
    if len(cells) == height:
        places = {line.row: line.row for line in reading.lines}
    elif len(cells) == height - below:
        places = {line.row: line.row - below for line in reading.lines}
    elif len(cells) == len(reading.lines):
        places = {line.row: place for place, line in enumerate(reading.lines)}
    else:
        reading.faults.append(f"targets has {len(cells)} cells for {len(reading.lines)} holdings")
        return
    if header is not None and len(cells) == height and isinstance(cells[header], (int, float, Decimal)):
        # One row off, each holding would get its neighbour's target.
        reading.faults.append(f"targets, row {header + 1} is {cells[header]}, but there the holdings have headings")
        return
    side = Reading([[cell] for cell in cells], Origin(known=False), reading.columns, reading.sign)
    for line in reading.lines:
        number = read_number(side, places[line.row], 0, "target")
        if number is not None:
            line.figures["target"] = number
    reading.faults.extend(f"targets, {fault}" for fault in side.faults)
    if not side.faults and not any("target" in line.figures for line in reading.lines):
        reading.faults.append("targets is blank")


def _holdings(reading: Reading) -> list[tuple[int, Holding]]:
    """One holding a symbol."""
    merged, notices, faults = add_up(reading.lines, reading.origin, reading.columns.fields)
    reading.notices.extend(notices)
    reading.faults.extend(faults)
    check_lines(reading, merged)
    limits = limits_of(reading)
    if reading.faults:
        return []
    found, called = [], names_of(reading, merged)
    for line in merged:
        figures = line.figures
        try:
            holding = Holding(
                line.symbol,
                value=figures.get("value"),
                price=figures.get("price"),
                gain=figures.get("gain"),
                target=figures.get("target"),
                quantity=figures.get("quantity"),
                asset_class=line.asset_class,
                name=called.get(line.row, ""),
                settled=True,
                **limits.get(line.symbol.casefold(), {}),
            )
        except InputError as error:
            reading.fault(line.row, reading.columns.fields["symbol"], str(error))
        else:
            found.append((line.row, holding))
    return found
