"""A block of cells to holdings, or to all the faults in it, each with its cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.book import check_targets
from pbal_xl.core.model import Holding
from pbal_xl.errors import CellFaults, InputError, PlanError
from pbal_xl.grid.cells import NEVER_CALCULATED, Cell, Grid, Origin, is_blank, is_error, one_line
from pbal_xl.grid.columns import Columns, columns_of
from pbal_xl.grid.lots import EXACT, add_up
from pbal_xl.grid.numbers import block_sign
from pbal_xl.grid.reading import Line, Reading, is_unknown, read_figures, read_number, read_symbol
from pbal_xl.grid.rows import Row, cash_name, classify

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Table", "read_holdings"]

MOST_ROWS = 100_000
MOST_COLUMNS = 256

_PRICED = frozenset({"price", "quantity"})
_CENT = Decimal("0.01")
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Table:
    """Holdings as read from a block.

    Attributes:
        holdings: one a symbol, lots added up, in the order of their first rows.
        rows: for each holding the row of the block that it stands in first, from 0.
        lots: for each holding all rows that it stands in.
        columns: which column is which.
        header: the header's row in the block; None without one.
        height: rows of the block.
        notices: what was skipped or added up.
    """

    holdings: tuple[Holding, ...]
    rows: tuple[int, ...]
    lots: tuple[tuple[int, ...], ...]
    columns: Columns
    header: int | None
    height: int
    notices: tuple[str, ...]


def read_holdings(
    rows: Grid,
    origin: Origin | None = None,
    *,
    decimal: str | None = None,
    targets: Sequence[Cell] | None = None,
) -> Table:
    """Read the holdings of a block of cells.

    Args:
        rows: the block: numbers, texts, blanks, dates, error texts such as "#N/A".
        origin: where the block stands, to name cells in faults; unknown for a worksheet function.
        decimal: "." or "," where the user said which; None to find out from the block.
        targets: one cell a row of the block, or a row below the header, or a holding; overrides a Target column.

    Raises:
        CellFaults: all faults of the block at once.
    """
    origin = origin or Origin(known=False)
    _check_size(rows)
    columns = columns_of(rows, origin)
    holding_rows = [row for row in columns.body(rows) if _kind(rows, row, columns) is Row.HOLDING]
    texts = [
        cell
        for row in holding_rows
        for column in columns.figures
        if column < len(rows[row]) and isinstance(cell := rows[row][column], str) and not is_blank(cell)
    ]
    texts += [cell for cell in targets or () if isinstance(cell, str) and not is_blank(cell)]
    sign = decimal or block_sign(texts)
    reading = Reading(rows, origin, columns, sign)
    reading.notices.extend(columns.notices)
    if targets is not None:
        reading.columns = replace(columns, fields={k: v for k, v in columns.fields.items() if k != "target"})
    for row in columns.body(rows):
        _read_row(reading, row)
    if targets is not None:
        _take_targets(reading, list(targets))
    lots: dict[str, list[int]] = {}
    for line in reading.lines:
        lots.setdefault(line.symbol.casefold(), []).append(line.row)
    holdings = _holdings(reading)
    if reading.faults:
        raise CellFaults(reading.faults)
    if not holdings:
        raise CellFaults([f"{origin.name(0, 0)}: there are no holdings here"])
    return Table(
        holdings=tuple(holding for _, holding in holdings),
        rows=tuple(row for row, _ in holdings),
        lots=tuple(tuple(lots[holding.symbol.casefold()]) for _, holding in holdings),
        columns=columns,
        header=columns.header,
        height=len(rows),
        notices=tuple(reading.notices),
    )


def _check_size(rows: Grid) -> None:
    widest = max((len(row) for row in rows), default=0)
    if widest > MOST_COLUMNS:
        raise CellFaults([f"the holdings have {widest:,} columns, {MOST_COLUMNS} are the most that is read"])
    if len(rows) > MOST_ROWS and any(not is_blank(cell) for row in rows[MOST_ROWS:] for cell in row):
        raise CellFaults([f"the holdings have more than {MOST_ROWS:,} rows, the most that is read"])


def _kind(rows: Grid, row: int, columns: Columns) -> Row:
    return classify(rows[row], columns.fields["symbol"], columns.figures)


def _read_row(reading: Reading, row: int) -> None:
    kind = _kind(reading.rows, row, reading.columns)
    if kind in {Row.CASH, Row.PENDING}:
        reading.notices.append(_left_out(reading, row))
    if kind is not Row.HOLDING:
        return
    symbol_column = reading.columns.fields["symbol"]
    symbol_cell = reading.cell(row, symbol_column)
    if is_blank(symbol_cell) and _is_sum_of_above(reading, row):
        reading.notices.append(f"{reading.origin.name(row, symbol_column)}: the sum in this row is left out.")
        return
    symbol = read_symbol(reading, row, symbol_cell)
    before = len(reading.faults)
    figures = read_figures(reading, row)
    _complete(reading, row, figures)
    if symbol is not None and len(reading.faults) == before:
        _doubt_total(reading, row, symbol, figures)
    if symbol is not None:
        reading.lines.append(Line(row, symbol, figures))
        reading.above += figures.get("value", Decimal(0))


def _left_out(reading: Reading, row: int) -> str:
    """The notice of a row of cash, or of trades that are not settled."""
    columns = reading.columns
    name = cash_name(reading.rows[row], columns.fields["symbol"])
    value = reading.cell(row, columns.value_column(reading.rows[row]) if "value" in columns.fields else None)
    known = not is_blank(value) and not is_error(value) and value != NEVER_CALCULATED
    worth = f", {one_line(str(value))}," if known else ""
    what = "Pending activity" if name is None else name
    place = reading.origin.name(row, columns.fields["symbol"])
    return f"{place}: {what}{worth} is {'no holding' if name is None else 'cash'} and is left out."


def _complete(reading: Reading, row: int, figures: dict[str, Decimal]) -> None:
    """Note what is missing to know the holding's value; a gain may come from value and cost."""
    columns = reading.columns.fields
    quantity, price, value = figures.get("quantity"), figures.get("price"), figures.get("value")
    if value is None and (quantity is None or price is None):
        names = [name for name in ("value", "quantity", "price") if name in columns and name not in figures]
        # A cell that holds something has its fault already.
        if names and all(is_unknown(reading.cell(row, _place(reading, row, name)), name) for name in names):
            reading.fault(row, columns[names[0]], f"{names[0]} is missing")
        return
    if quantity and price:
        product = EXACT.multiply(quantity, price)
        if value == 0:
            told = f"value is 0, but quantity x price is {quantity:f} x {price:f}"
            reading.fault(row, _place(reading, row, "value"), told)
        value = product if value is None else value
    if value is not None and "gain" not in figures and "cost" in figures:
        figures["gain"] = EXACT.subtract(value, figures["cost"])


def _place(reading: Reading, row: int, name: str) -> int:
    return reading.columns.value_column(reading.rows[row]) if name == "value" else reading.columns.fields[name]


def _is_sum_of_above(reading: Reading, row: int) -> bool:
    """A row without a symbol whose value is the sum of the values above it."""
    if not reading.lines or "value" not in reading.columns.fields:
        return False
    price = reading.columns.fields.get("price")
    if price is not None and not is_blank(reading.cell(row, price)):
        return False
    column = reading.columns.value_column(reading.rows[row])
    probe = Reading(reading.rows, reading.origin, reading.columns, reading.sign)
    worth = read_number(probe, row, column, "value")
    return worth is not None and abs(worth - reading.above) <= _CENT


def _doubt_total(reading: Reading, row: int, symbol: str, figures: dict[str, Decimal]) -> None:
    """A row worth the sum of several above, alone without price and quantity: a total by another name."""
    worth = figures.get("value")
    if not worth or len(reading.lines) < _SEVERAL or abs(worth - reading.above) > _CENT or _PRICED & figures.keys():
        return
    if all(_PRICED & line.figures.keys() for line in reading.lines):
        column = reading.columns.fields["symbol"]
        reading.fault(
            row, column, f"{symbol} is worth exactly the sum of the rows above; if it is a total, call it Total"
        )


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
    _check_targets(reading, merged)
    if reading.faults:
        return []
    found = []
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
            )
        except InputError as error:
            reading.fault(line.row, reading.columns.fields["symbol"], str(error))
        else:
            found.append((line.row, holding))
    return found


def _check_targets(reading: Reading, lines: Sequence[Line]) -> None:
    """Targets are given for all holdings or for none, and make a whole."""
    targets = [line.figures["target"] for line in lines if "target" in line.figures]
    if not targets:
        return
    column = reading.columns.fields.get("target")
    if column is None and reading.faults:
        # The cells of the targets argument have their faults already.
        return
    for line in lines:
        # A cell that holds something has its fault already.
        if "target" not in line.figures and is_blank(reading.cell(line.row, column)):
            reading.fault(
                line.row, column or 0, f"{line.symbol} has no target while others have one; 0 is a target too"
            )
    if reading.faults:
        return
    try:
        check_targets(targets)
    except PlanError as error:
        # A target on a row that was left out, such as cash, is the likeliest reason.
        left_out = "; ".join(notice.rstrip(".") for notice in reading.notices if "left out" in notice)
        sentence = f"{error} ({left_out})" if left_out else str(error)
        if column is None:
            reading.faults.append(sentence)
        else:
            head = lines[0].row if reading.columns.header is None else reading.columns.header
            reading.fault(head, column, sentence)
