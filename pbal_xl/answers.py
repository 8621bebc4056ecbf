"""What the worksheet functions answer: grids of arguments in, a grid of cells out, aligned row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.core.planner import smallest_deposit, suggest_trades
from pbal_xl.errors import InputError
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank
from pbal_xl.grid.headers import DRIFT_HEADINGS, PLAN_HEADINGS
from pbal_xl.grid.holdings import Table, read_holdings
from pbal_xl.grid.rows import is_blank_row
from pbal_xl.settings import read_amount, read_choice, read_yes_no

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from pbal_xl.core.model import Deviation, Order, Strategy

__all__ = ["drift_rows", "min_deposit", "plan_rows", "required"]


# A whole column (65,536 rows in the oldest formats) is answered down to its last cell in use only.
_WHOLE_COLUMN = 65_536


def required(argument: Grid | None, name: str) -> Grid:
    """The argument, which must be given and not blank.

    Raises:
        InputError: it is missing.
    """
    if argument is None or all(is_blank_row(row) for row in argument):
        raise InputError(f"{name} is missing")
    return argument


def plan_rows(  # noqa: PLR0913 - one parameter an argument of the function
    strategy: Strategy,
    holdings: Grid | None,
    *,
    cash: Grid | None = None,
    increment: Grid | None = None,
    whole_shares: Grid | None = None,
    targets: Grid | None = None,
    deviation: Grid | None = None,
) -> Grid:
    """The plan, one row a row of holdings: Symbol, Shares, Amount, Value after, Weight after.

    Raises:
        PbalError: what is wrong with the arguments.
    """
    table = _read(holdings, targets)
    measured: Deviation = "relative"
    if read_choice(_one(deviation, "deviation"), "deviation", "deviation") == "absolute":
        measured = "absolute"
    plan = suggest_trades(
        table.holdings,
        read_amount(_one(cash, "cash"), "cash") or 0,
        strategy,
        whole_shares=read_yes_no(_one(whole_shares, "whole_shares"), "whole_shares"),
        increment=read_amount(_one(increment, "increment"), "increment"),
        deviation=measured,
    )
    return _aligned(table, PLAN_HEADINGS, [_plan_row(order) for order in plan.orders])


def drift_rows(holdings: Grid | None, targets: Grid | None) -> Grid:
    """Symbol, Weight, Target, Drift for each row of holdings.

    Raises:
        PbalError: what is wrong with the arguments.
    """
    table = _read(holdings, targets)
    plan = suggest_trades(table.holdings, 0, whole_shares=False)
    rows: Grid = [
        [
            order.symbol,
            float(order.weight_before),
            float(order.target),
            float(order.weight_before - order.target),
        ]
        for order in plan.orders
    ]
    return _aligned(table, DRIFT_HEADINGS, rows)


def min_deposit(holdings: Grid | None, targets: Grid | None) -> Grid:
    """The smallest deposit that reaches the targets without a sale, as one cell.

    Raises:
        PbalError: what is wrong with the arguments.
    """
    return [[float(smallest_deposit(_read(holdings, targets).holdings))]]


def _read(holdings: Grid | None, targets: Grid | None) -> Table:
    rows = required(holdings, "holdings")
    if len(rows) >= _WHOLE_COLUMN:
        rows = _used(rows)
    chosen: list[Cell] | None = None
    if targets is not None and any(not is_blank_row(row) for row in targets):
        chosen = _line(_used(targets) if len(targets) >= _WHOLE_COLUMN else targets, len(rows))
    return read_holdings(rows, Origin(known=False), targets=chosen)


def _line(targets: Grid, height: int) -> list[Cell]:
    """The targets, a column or a row, as a list; a whole column is cut or filled to the holdings' height."""
    if len(targets) > 1 and any(len(row) > 1 for row in targets):
        raise InputError(f"targets must be one column or one row, is {len(targets)} x {len(targets[0])}")
    flat = [row[0] if row else None for row in targets] if len(targets) > 1 else list(targets[0])
    if len(flat) > height and all(is_blank(cell) for cell in flat[height:]):
        return flat[:height]
    return flat


def _used(rows: Grid) -> Grid:
    last = len(rows)
    while last and is_blank_row(rows[last - 1]):
        last -= 1
    return rows[:last]


def _one(argument: Grid | None, name: str) -> Cell:
    """The one cell of an argument that is no range; None where it is missing."""
    if argument is None:
        return None
    cells = [cell for row in argument for cell in row]
    if len(cells) > 1:
        raise InputError(f"{name} must be one cell, has {len(cells)}")
    only: Cell = cells[0] if cells else None
    return only


def _plan_row(order: Order) -> list[Cell]:
    shares = None if order.shares is None else _number(order.shares)
    return [order.symbol, shares, float(order.amount), float(order.value_after), float(order.weight_after)]


def _number(number: Decimal) -> float | int:
    return int(number) if number == int(number) else float(number)


def _aligned(table: Table, headings: Sequence[str], answers: Sequence[Sequence[Cell]]) -> Grid:
    """Each answer in its holding's row, headings in the header's row, blanks elsewhere."""
    grid: Grid = [[None] * len(headings) for _ in range(table.height)]
    if table.header is not None:
        grid[table.header] = list(headings)
    for row, answer in zip(table.rows, answers, strict=True):
        grid[row] = list(answer)
    return grid
