"""Whether a trades sheet is as written, still what the holdings give, and all else untouched."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from pbal_xl.core.describe import money
from pbal_xl.core.money import LARGEST
from pbal_xl.errors import PbalError, Refused
from pbal_xl.grid.cells import NEVER_CALCULATED
from pbal_xl.hosts.headless.commands import read_file
from pbal_xl.hosts.headless.holdings_sheet import HOLDINGS_SAID
from pbal_xl.hosts.headless.log_sheet import LOG_SAID
from pbal_xl.hosts.headless.look import look_at
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.hosts.headless.said import said_settings
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.verify import CHANGED, changed_parts, written_sheets
from pbal_xl.suggest import plan_of
from pbal_xl.words import languages, say, speaking

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.core.model import Plan
    from pbal_xl.grid.cells import Grid

__all__ = ["Verified", "verify_file"]

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of a file since its trades were written.

    Attributes:
        file: as it was named.
        sheet: title of the trades sheet written last.
        written: "as written", "saved by another program" or "changed".
        plan: what differs between the sheet and today's plan, a sentence each; None where it cannot be told.
        why_not: why not.
        others: what differs from the original, a sentence each; None without an original.
        edited: titles of other sheets of ours that changed since they were written: earlier trades, the log.
    """

    file: Path
    sheet: str
    written: str
    plan: tuple[str, ...] | None
    why_not: str
    others: tuple[str, ...] | None
    edited: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all is well."""
        return self.written != CHANGED and self.plan == () and not self.others and not self.edited


def verify_file(path: Path, original: Path | None = None, where: Where | None = None) -> Verified:
    """Verify the trades sheet of a file that was written last.

    Args:
        path: the file.
        original: what the file was before any trades sheet was added; None to leave the rest unexamined.
        where: where the holdings stand today, as far as that is said; else where they stood.

    Raises:
        Refused: a file cannot be read, or has no trades sheet that can be verified.
    """
    opened = open_source(path)
    with opened.package:
        sheets = written_sheets(opened)
        if not sheets:
            raise Refused("no-trades", f"{path} has no sealed trades sheet that pbal-xl run wrote")
        trades = [one for one in sheets if one.said not in {LOG_SAID, HOLDINGS_SAID}]
        if not trades:
            raise Refused("no-trades", f"{path} has no sealed trades sheet that pbal-xl run wrote")
        last = trades[-1]
        edited = tuple(one.title for one in sheets if one is not last and one.state == CHANGED)
        others = None
        if original is not None:
            before = open_source(original)
            with before.package:
                ours = frozenset().union(*(one.parts for one in sheets))
                others = tuple(changed_parts(opened, before, ours))
        look = look_at(opened)
        grid = look.grid(last.title) if last.title in {*look.ours, *look.titles} else []
    plan, why_not = _compared(path, last.said, grid, where or Where())
    return Verified(path, last.title, last.state, plan, why_not, others, edited)


def _compared(path: Path, said: str, grid: Grid, today: Where) -> tuple[tuple[str, ...] | None, str]:
    """What differs between a sheet and the plan that its holdings and settings give today."""
    try:
        told = said_settings(said)
        if told is None:
            return None, "the sheet does not say which settings it was made from"
        stood, settings = told
        where = Where(*(now or then for now, then in zip(astuple(today), astuple(stood), strict=True)))
        _, plan = read_file(path, where, lambda portfolio: plan_of(portfolio, settings), settings)
    except PbalError as error:
        return None, str(error)
    return tuple(_differences(plan, grid)), ""


def _differences(plan: Plan, grid: Grid) -> list[str]:
    shown = _orders_on(grid)
    if shown is None:
        return ["the sheet has no table of orders"]
    found = []
    for order in plan.orders:
        if order.symbol not in shown:
            found.append(f"{order.symbol} is not on the sheet")
            continue
        amount = shown.pop(order.symbol)
        if amount is None or abs(amount - order.amount) >= _CENT:
            there = "nothing" if amount is None else _told(amount)
            found.append(f"{order.symbol}: {there} on the sheet, {money(order.amount)} today")
    return [*found, *(f"{symbol} is on the sheet and no holding today" for symbol in shown)]


def _told(amount: Decimal) -> str:
    """As an amount of money; what nobody can have, such as 1e300 in an edited cell, as it stands."""
    return money(amount) if abs(amount) < LARGEST else f"{amount:.6g}"


def _orders_on(grid: Grid) -> dict[str, Decimal | None] | None:
    """Symbols and amounts of the table of orders, in whichever language; None without one."""
    found = (_table_on(grid, code) for code in languages())
    return next((table for table in found if table is not None), None)


def _table_on(grid: Grid, code: str) -> dict[str, Decimal | None] | None:
    with speaking(code):
        symbol_heading, amount_heading, end = map(str, (say("Symbol"), say("Amount"), say("Total")))
    top = next((at for at, row in enumerate(grid) if symbol_heading in row and amount_heading in row), None)
    if top is None:
        return None
    symbol, amount = grid[top].index(symbol_heading), grid[top].index(amount_heading)
    found: dict[str, Decimal | None] = {}
    for row in grid[top + 1 :]:
        name = row[symbol] if symbol < len(row) else None
        if name in {None, "", end}:
            break
        cell = row[amount] if amount < len(row) else None
        if cell == NEVER_CALCULATED:
            cell = 0  # a formula's stored 0, where the workbook is calculated anew when it is opened
        known = isinstance(cell, (int, float, Decimal)) and not isinstance(cell, bool) and isfinite(cell)
        found[str(name)] = Decimal(str(cell)) if known else None
    return found
