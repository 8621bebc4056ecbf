"""What the worksheet functions answer: grids of arguments in, a grid of cells out, aligned row by row."""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl.cash_rows import with_cash
from pbal_xl.core.planner import smallest_deposit, suggest_trades
from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.beside import Beside
from pbal_xl.grid.cells import Cell, Grid, Origin, is_blank
from pbal_xl.grid.headers import DRIFT_HEADINGS, PLAN_HEADINGS
from pbal_xl.grid.holdings import Table, read_holdings
from pbal_xl.grid.rows import is_blank_row
from pbal_xl.grid.settings import combined, read_options, read_setting, read_settings
from pbal_xl.grid.side_tables import read_table
from pbal_xl.grid.table import naming_cells
from pbal_xl.setting_tables import TABLES
from pbal_xl.settings import by_key, figures_of, offered_by, plan_by

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeAlias

    from pbal_xl.core.model import Order, Strategy
    from pbal_xl.setting import Settings, Value

    _Frozen: TypeAlias = tuple[tuple[Any, ...], ...]

__all__ = ["drift_rows", "instalment_rows", "margin", "min_deposit", "plan_rows", "required"]


# A whole column (65,536 rows in the oldest formats) is answered down to its last cell in use only.
_WHOLE_COLUMN = 65_536
_TWO = 2
# Rows of all the tables together whose readings are kept, about 20 MB.
_MOST_REMEMBERED_ROWS = 20_000


def required(argument: Grid | None, name: str) -> Grid:
    """The argument, which must be given and not blank.

    Raises:
        InputError: it is missing.
    """
    if argument is None or all(is_blank_row(row) for row in argument):
        raise InputError(f"{name} is missing")
    return argument


def plan_rows(
    strategy: Strategy,
    holdings: Grid | None,
    arguments: Mapping[str, Grid | None],
    *,
    needed: Sequence[str] = (),
) -> Grid:
    """The plan, one row a row of holdings: Symbol, Shares, Amount, Value after, Weight after.

    Args:
        strategy: the one that the function stands for.
        holdings: the function's argument of that name.
        arguments: the others by name: ``targets``, ``options``, and settings by their key.
        needed: settings that must be given, as an argument or in the options.

    Raises:
        PbalError: what is wrong with the arguments.
    """
    arguments, given = _class_targets(arguments)
    settings = _settings(strategy, arguments, given)
    for key in needed:
        if key not in settings:
            raise InputError(f"{key} is missing")
    table = _read(holdings, arguments.get("targets"), settings)
    with naming_cells(table, Origin(known=False)):
        plan = plan_by(table.holdings, with_cash(settings, table))
    return _aligned(table, PLAN_HEADINGS, [_plan_row(order) for order in plan.orders])


def _class_targets(arguments: Mapping[str, Grid | None]) -> tuple[Mapping[str, Grid | None], Settings]:
    """The argument of targets as those of classes, where it has two columns: names, and their targets.

    Raises:
        CellFaults: what is wrong with such a table.
    """
    targets = arguments.get("targets")
    rows = [row for row in _within_use(targets or []) if not is_blank_row(row)]
    if not rows or any(len(row) != _TWO for row in rows) or not all(isinstance(row[0], str) for row in rows):
        return arguments, {}
    try:
        text = read_table("targets", rows, Origin(known=False)).text
    except CellFaults as error:
        raise CellFaults([f"targets, {fault}" for fault in error.faults]) from None
    return {**arguments, "targets": None}, {"targets": text}


def _settings(
    strategy: Strategy | None, arguments: Mapping[str, Grid | None], given: Settings | None = None
) -> Settings:
    """What the arguments and the options say together."""
    own = {setting.key for setting in offered_by("functions") if setting.kind != "table"}
    cells = {key: (key, _one(argument, key)) for key, argument in arguments.items() if key in own}
    return combined(
        [
            ("the function", {} if strategy is None else {"strategy": strategy}),
            ("the argument", {**read_settings(cells), **(given or {})}),
            ("options", read_options(_within_use(arguments.get("options") or []))),
        ]
    )


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


def instalment_rows(holdings: Grid | None, arguments: Mapping[str, Grid | None]) -> Grid:
    """Symbol, the amount of each instalment and the value after the last, for each row of holdings.

    Args:
        holdings: the function's argument of that name.
        arguments: the others by name: ``cash``, ``count``, ``targets`` and ``options``.

    Raises:
        PbalError: what is wrong with the arguments.
    """
    from pbal_xl.core.instalments import suggest_instalments

    count = _said("instalments", arguments.get("count"), "count")
    if count is None:
        raise InputError("count is missing")
    arguments, given = _class_targets(arguments)
    settings = _settings(None, {name: grid for name, grid in arguments.items() if name != "count"}, given)
    if "cash" not in settings:
        raise InputError("cash is missing")
    table = _read(holdings, arguments.get("targets"), settings)
    wishes = {**with_cash(settings, table), **figures_of(settings)}
    wishes.pop("rates", None)
    plans = suggest_instalments(table.holdings, count=int(count), **wishes)
    rows: Grid = []
    for orders in zip(*(plan.orders for plan in plans), strict=True):
        amounts = [float(order.amount) for order in orders]
        rows.append([orders[0].symbol, *amounts, float(orders[-1].value_after)])
    return _aligned(table, ("Symbol", *(f"Amount {n}" for n in range(1, len(plans) + 1)), "Value after"), rows)


def margin(holdings: Grid | None, loan: Grid | None, maintenance: Grid | None) -> Grid:
    """The fall in value that triggers a margin call, as a share of the value, in one cell.

    Raises:
        PbalError: what is wrong with the arguments.
    """
    from pbal_xl.core.margin import MAINTENANCE, fall_to_margin_call

    worth = sum((one.value for one in _read(holdings, None).holdings), Decimal(0))
    owed = _said("loan", loan, "loan")
    if owed is None:
        raise InputError("loan is missing")
    percent = _said("maintenance", maintenance, "maintenance")
    return [[float(fall_to_margin_call(worth, owed, MAINTENANCE if percent is None else percent))]]


def _said(key: str, argument: Grid | None, name: str) -> Value | None:
    """What an argument of one cell says for a setting; None for a blank."""
    return read_setting(by_key(key), _one(argument, name), name)


def _read(holdings: Grid | None, targets: Grid | None, settings: Settings | None = None) -> Table:
    rows = _within_use(required(holdings, "holdings"))
    chosen: list[Cell] | None = None
    if targets is not None and any(not is_blank_row(row) for row in targets):
        chosen = _line(_within_use(targets), len(rows))
    beside = Beside(settings)
    if any(map(beside.said, TABLES)):
        return read_holdings(rows, Origin(known=False), targets=chosen, beside=beside)
    key = *_frozen(rows), *_frozen(None if chosen is None else [chosen])
    table = _READ.get(key)
    if table is None:
        table = read_holdings(rows, Origin(known=False), targets=chosen)
        _READ.put(key, table)
    return table


def _frozen(rows: Grid | None) -> tuple[_Frozen | None, _Frozen | None]:
    """Cells to remember by, and their types: 1, 1.0 and TRUE are equal, but are read differently."""
    if rows is None:
        return None, None
    return tuple(map(tuple, rows)), tuple([tuple(map(type, row)) for row in rows])


class _Memory:
    """Tables by the cells they were read from, the latest used ones, so that what-if cells read one table once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rows = 0
        self._tables: OrderedDict[tuple[Any, ...], Table] = OrderedDict()

    def get(self, key: tuple[Any, ...]) -> Table | None:
        """The table read from these cells; None where it is not known."""
        table = self._tables.pop(key, None)
        if table is not None:
            self._tables[key] = table
        return table

    def put(self, key: tuple[Any, ...], table: Table) -> None:
        """Keep a table, and forget those used least lately until there is room."""
        known = self._tables.pop(key, None)
        self._rows += table.height - (0 if known is None else known.height)
        self._tables[key] = table
        while self._rows > self._most and self._tables:
            _, oldest = self._tables.popitem(last=False)
            self._rows -= oldest.height


_READ = _Memory(_MOST_REMEMBERED_ROWS)


def _line(targets: Grid, height: int) -> list[Cell]:
    """The targets, a column or a row, as a list; a whole column is cut or filled to the holdings' height."""
    if len(targets) > 1 and any(len(row) > 1 for row in targets):
        raise InputError(f"targets must be one column or one row, is {len(targets)} x {len(targets[0])}")
    flat = [row[0] if row else None for row in targets] if len(targets) > 1 else list(targets[0])
    if len(flat) > height and all(is_blank(cell) for cell in flat[height:]):
        return flat[:height]
    return flat


def _within_use(rows: Grid) -> Grid:
    """The rows of a whole column down to the last in use; of anything less all."""
    if len(rows) < _WHOLE_COLUMN:
        return rows
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
