"""The orders of a plan as a file for a broker."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.core.model import Side
from pbal_xl.core.money import plain
from pbal_xl.errors import PlanError
from pbal_xl.ooxml.newparts import LIKE_A_FORMULA
from pbal_xl.ooxml.save import check_writable, replace_file
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from pathlib import Path
    from typing import BinaryIO

    from pbal_xl.core.model import Order, Plan

__all__ = ["FORMS", "OrdersFile", "orders_text", "write_orders"]

FORMS = ("generic", "ibkr")
_CENT = Decimal("0.01")
_GENERIC = ("Symbol", "Side", "Quantity", "Estimated amount")
# The columns of Interactive Brokers' basket trader.
_IBKR = ("Action", "Quantity", "Symbol", "SecType", "Exchange", "Currency", "TimeInForce", "OrderType")


def orders_text(plan: Plan, form: str, currency: str = "USD") -> str:
    """The orders that trade, sales first, as CSV text with a header row.

    Args:
        plan: the plan.
        form: one of FORMS.
        currency: of the orders, for "ibkr".

    Raises:
        PlanError: an order whose number of shares is not known, or a symbol that no broker has.
    """
    trading = sorted((order for order in plan.orders if order.amount), key=lambda order: order.side is Side.BUY)
    for order in trading:
        if order.symbol.startswith(LIKE_A_FORMULA):
            raise PlanError(f"{order.symbol!r} is no symbol that a broker knows, so no orders are written")
        if form == "ibkr" and order.shares is None:
            raise PlanError(f"{order.symbol} has no price, so its order has no number of shares; give its price")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if form == "ibkr":
        writer.writerow(_IBKR)
        writer.writerows(_ibkr(order, currency) for order in trading)
    else:
        writer.writerow(_GENERIC)
        writer.writerows(_generic(order) for order in trading)
    return out.getvalue()


def _generic(order: Order) -> tuple[str, ...]:
    amount = abs(order.amount).quantize(_CENT)
    return order.symbol, str(order.side), _quantity(order), f"{amount:f}"


def _ibkr(order: Order, currency: str) -> tuple[str, ...]:
    side, own = str(order.side).upper(), order.currency or currency
    return side, _quantity(order), order.symbol, "STK", "SMART", own, "DAY", "MKT"


def _quantity(order: Order) -> str:
    return "" if order.shares is None else plain(abs(order.shares))


@dataclass(frozen=True, slots=True)
class OrdersFile:
    """Where the orders go, and for whom.

    Attributes:
        path: the file, which must not exist yet.
        form: one of FORMS.
        currency: of the orders, for "ibkr".
    """

    path: Path
    form: str = "generic"
    currency: str = "USD"

    def text(self, plan: Plan) -> str:
        """What the file will hold.

        Raises:
            Refused: it is there already, or may not be written.
            PlanError: an order that cannot be told so.
        """
        if os.path.lexists(self.path):
            raise refusal("output-exists", self.path, "is already there: remove it or choose another name")
        check_writable(self.path)
        return orders_text(plan, self.form, self.currency)


def write_orders(path: Path, text: str) -> None:
    """Write the file, all or nothing.

    Raises:
        Refused: it is there, as the workbook that was just written may be, or cannot be written.
    """
    if os.path.lexists(path):
        raise refusal("output-exists", path, "is already there, so the orders are not written; choose another name")

    def write(out: BinaryIO) -> None:
        out.write(text.encode())

    replace_file(path, write)
