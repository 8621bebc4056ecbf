"""Where the figures of a portfolio stand, as formulas that a living sheet can read them by."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.model import Holding
from pbal_xl.errors import CellFaults, PlanError
from pbal_xl.grid.cells import address_of, is_blank, one_line
from pbal_xl.settings import SETTINGS
from pbal_xl.sheet.living_figures import Figures
from pbal_xl.sheet.living_places import HoldingCells, SettingCells

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.core.model import Plan
    from pbal_xl.grid.blocks import Block
    from pbal_xl.grid.cells import Cell
    from pbal_xl.grid.holdings import Table
    from pbal_xl.setting import Settings

__all__ = ["check_expressible", "figures_of", "holding_cells", "setting_cells"]

# What formulas can keep to; any other setting of the plan they cannot.
_EXPRESSED = frozenset({"cash", "strategy", "increment", "whole_shares", "deviation"})
# Of these 0 is the same as nothing; of the others, such as the most gain, it is a limit.
_NOTHING_AT_ZERO = frozenset({"min_trade", "fee", "fee_percent", "keep", "loan", "instalments"})
# What stands in blocks of its own on a sheet of values, and is no part of the plan.
_BLOCKS = frozenset({"instalments", "loan"})
_PLAIN = frozenset({"symbol", "value", "price", "gain", "target", "quantity", "name"})


# The heading of the column that says it, by the field of a holding.
_HEADINGS = {"lowest": "Lock", "highest": "Lock", "most": "Max Weight", "lot": "Lot Size", "asset_class": "Class"}


def check_expressible(settings: Settings, holdings: Sequence[Holding]) -> None:
    """Make sure that formulas can follow the plan.

    Raises:
        PlanError: names the rule that they cannot express.
    """
    for setting in SETTINGS:
        value = settings.get(setting.key)
        unsaid = value is None or value == setting.default or (not value and setting.key in _NOTHING_AT_ZERO)
        kept = setting.key in _EXPRESSED if setting.of_plan else setting.key not in _BLOCKS
        if not kept and not unsaid:
            raise PlanError(
                f"formulas cannot keep to the setting {setting.label} ({setting.key}); "
                "leave it out, or ask for values instead"
            )
    if settings.get("cash") == "all":
        raise PlanError(
            "formulas cannot sum up the rows of cash (cash=all); give an amount, or ask for values instead"
        )
    rules = [field for field in fields(Holding) if field.name not in _PLAIN]
    for holding in holdings:
        for rule in rules:
            # A bound of 0 is a lock.
            if getattr(holding, rule.name) not in {None, ""}:
                raise PlanError(
                    f"{holding.symbol}: formulas cannot keep to the column {_HEADINGS.get(rule.name, rule.name)}; "
                    "leave it out, or ask for values instead"
                )


def holding_cells(table: Table, block: Block) -> list[HoldingCells]:
    """Where each holding of a table stands.

    Raises:
        CellFaults: every figure that is text, which formulas cannot read.
    """
    if table.converted:
        raise CellFaults(
            ["figures are in several currencies or in pence, which formulas do not convert; ask for values instead"]
        )
    places = _Places(table, block)
    found = [places.holding(rows, one.name) for rows, one in zip(table.lots, table.holdings, strict=True)]
    if places.faults:
        raise CellFaults(places.faults)
    return found


class _Places:
    """Cells of one block, by field and row."""

    def __init__(self, table: Table, block: Block) -> None:
        self.block = block
        self.columns = table.columns
        self.faults: list[str] = []

    def holding(self, rows: Sequence[int], called: str = "") -> HoldingCells:
        quantities = [self._cell("quantity", row) for row in rows]
        quantity = _sum(quantities) if all(quantities) else None
        price = next((cell for row in rows if (cell := self._cell("price", row))), None)
        value = _sum([self._cell("value", row) or self._product(row) for row in rows])
        if price is None and quantity is not None:
            price = f"({value})/({quantity})"
        return HoldingCells(
            symbol=self._reference(rows[0], self.columns.fields["symbol"]),
            value=value,
            price=price,
            target=next((cell for row in rows if (cell := self._cell("target", row))), None),
            gain=self._gain(rows),
            quantity=quantity,
            lots=self._other_names(rows),
            name=self._name(rows[0], called) if called else None,
        )

    def _name(self, row: int, called: str) -> str | None:
        """The cell that says what the holding is called."""
        cells = self.block.rows[row]
        for column in self.columns.roles.identifiers:
            cell = cells[column] if column < len(cells) else None
            if isinstance(cell, str) and one_line(cell) == called:
                return self._reference(row, column)
        return None

    def _other_names(self, rows: Sequence[int]) -> tuple[str, ...]:
        """Where the symbol stands again as a formula compares it."""
        column = self.columns.fields["symbol"]
        first, *others = rows
        bare = _bare(self.block.rows[first][column])
        return tuple(self._reference(row, column) for row in others if _bare(self.block.rows[row][column]) == bare)

    def _product(self, row: int) -> str:
        return f"{self._cell('quantity', row)}*{self._cell('price', row)}"

    def _gain(self, rows: Sequence[int]) -> str | None:
        gains = []
        for row in rows:
            gain, value, cost = (self._cell(name, row, needed=False) for name in ("gain", "value", "cost"))
            if gain is None and value is not None and cost is not None:
                gain = f"({value}-{cost})"
            if gain is None:
                return None
            gains.append(gain)
        return _sum(gains)

    def _cell(self, name: str, row: int, *, needed: bool = True) -> str | None:
        """The address of a field's cell; None for a blank. A text that is needed as a number is a fault."""
        cells = self.block.rows[row]
        if name not in self.columns.fields:
            return None
        column = self.columns.value_column(cells) if name == "value" else self.columns.fields[name]
        cell = cells[column] if column < len(cells) else None
        if _is_number(cell):
            return self._reference(row, column)
        if needed and not is_blank(cell) and name != "quantity":
            place = self.block.origin.name(row, column)
            self.faults.append(f"{place}: {name} {cell!r} is text, which formulas cannot read; make it a number")
        return None

    def _reference(self, row: int, column: int) -> str:
        return address_of(self.block.sheet, self.block.origin, row, column)


def _bare(cell: Cell) -> str:
    """A cell's text as TRIM leaves it, in one case as "=" compares."""
    return "" if cell is None else " ".join(part for part in str(cell).casefold().split(" ") if part)


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, (int, float, Decimal)) and not isinstance(cell, (bool, dt.date))


def _sum(cells: Sequence[str | None]) -> str:
    return "+".join(str(cell) for cell in cells)


def setting_cells(places: Mapping[str, tuple[str, Cell]], said: Settings) -> SettingCells:
    """Where the settings stand that were not said outright.

    Args:
        places: for each setting that a name leads to a cell of, its address and what it holds.
        said: settings that go before.
    """
    usable = {
        key: address
        for key, (address, cell) in places.items()
        if key in _EXPRESSED and key not in said and (is_blank(cell) or _speaks(key, cell))
    }
    return SettingCells(
        usable.get("cash"),
        usable.get("strategy"),
        usable.get("increment"),
        usable.get("whole_shares"),
        usable.get("deviation"),
    )


def _speaks(key: str, cell: Cell) -> bool:
    """Whether a formula understands the cell as the reader does."""
    return _is_number(cell) if key in {"cash", "increment"} else True


def figures_of(
    plan: Plan, holdings: Sequence[Holding], cells: Sequence[HoldingCells], settings: SettingCells
) -> Figures:
    """The holdings and settings as the numbers that formulas see."""
    order = sorted(range(len(holdings)), key=lambda k: (holdings[k].symbol.casefold(), holdings[k].symbol))
    place = {k: at for at, k in enumerate(order, start=1)}
    custom = holdings[0].target is not None
    priced = all(one.price is not None for one in cells)
    increment = None if plan.increment is None else float(plan.increment)
    return Figures(
        value=[float(one.value) for one in holdings],
        given=[float(one.target) if one.target is not None else 1.0 for one in holdings],
        price=[float(one.price or 0) for one in holdings] if priced else [],
        gain=[float(one.gain or 0) if cell.gain else 0.0 for one, cell in zip(holdings, cells, strict=True)],
        quantity=[
            float(one.quantity) if cell.quantity and one.quantity is not None else None
            for one, cell in zip(holdings, cells, strict=True)
        ],
        place=[place[k] for k in range(len(holdings))],
        cash=float(plan.cash),
        hard=plan.strategy == "hard",
        absolute=custom and plan.deviation == "absolute",
        increment=0.0 if increment is None and settings.increment is not None else increment,
        whole=priced and plan.whole_shares,
        custom=custom,
    )
