"""The nouns: a holding goes in, a plan of orders comes out. All frozen."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Literal, TypeAlias

from pbal_xl.core.figures import at_least_zero, fraction_of, lot_of, settled_price, value_from
from pbal_xl.core.late import Explained
from pbal_xl.core.money import to_decimal
from pbal_xl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from pbal_xl.core.money import Number

__all__ = ["ClassWeight", "Deviation", "Goal", "Holding", "Order", "Plan", "Side", "Strategy"]

Strategy: TypeAlias = Literal["never-sell", "hard"]
Deviation: TypeAlias = Literal["relative", "absolute"]
Goal: TypeAlias = Literal["target", "edge", "halfway"]


class Side(str, Enum):
    """What an order does."""

    BUY = "buy"
    SELL = "sell"
    HOLD = "hold"

    def __str__(self) -> str:
        """The plain word."""
        return self.value


@dataclass(frozen=True, slots=True, init=False)
class Holding:
    """One position, in one currency.

    Any of int, str, Decimal and float is taken for a number (a float by its shortest repr). A missing value is
    quantity times price; a missing price is value over quantity, to 8 decimals. Where all three are given and do
    not agree within their rounding, value and quantity count, as in a sheet, and a ``UserWarning`` says so.

    Attributes:
        symbol: ticker, ISIN or name; unique in a portfolio.
        value: market value, at least 0.
        price: of one share, above 0; None where unknown.
        gain: unrealised gain, negative for a loss; None where unknown.
        target: target weight as a fraction or percent, at least 0; None for equal weights.
        quantity: shares held, at least 0; None means value over price.
        lowest: least that may be traded, in money and signed like an order's amount: 0 means never sold, -500 that
            500 may be sold at the most; None for no bound.
        highest: most that may be traded: 0 means never bought; None for no bound.
        most: weight above which it is never bought, as a fraction from 0 to 1; None for no cap.
        lot: shares that orders come in, at least 1; "fraction" for orders to the minor unit although others trade
            whole shares; None for what the plan asks for.
        asset_class: the class it belongs to, where class targets are given; "" for none.
        name: what it is called beside its symbol, told with its order; "" for nothing.

    Args:
        settled: the figures were held against each other before: the price stays whatever it is.

    Raises:
        InputError: names the symbol, the field and the figure.
    """

    symbol: str
    value: Decimal
    price: Decimal | None
    gain: Decimal | None
    target: Decimal | None
    quantity: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    most: Decimal | None
    lot: int | Literal["fraction"] | None
    asset_class: str
    name: str

    def __init__(  # noqa: PLR0913 - one parameter a field
        self,
        symbol: str,
        value: Number | None = None,
        price: Number | None = None,
        gain: Number | None = None,
        target: Number | None = None,
        quantity: Number | None = None,
        *,
        lowest: Number | None = None,
        highest: Number | None = None,
        most: Number | None = None,
        lot: int | str | None = None,
        asset_class: str = "",
        name: str = "",
        settled: bool = False,
    ) -> None:
        if not isinstance(symbol, str) or not symbol.strip():
            raise InputError(f"a holding needs a symbol, has {symbol!r}")
        symbol = symbol.strip()
        shares = None if quantity is None else at_least_zero(quantity, f"{symbol}: quantity")
        each = None if price is None else to_decimal(price, f"{symbol}: price")
        if each is not None and each <= 0:
            raise InputError(f"{symbol}: price must be above 0, is {price}")
        worth = None if value is None else at_least_zero(value, f"{symbol}: value")
        if worth is None:
            worth = value_from(symbol, shares, each)
        elif shares and worth and not (settled and each):
            each = settled_price(symbol, shares, each, worth)
        put = object.__setattr__
        put(self, "symbol", symbol)
        put(self, "value", worth)
        put(self, "price", each)
        put(self, "gain", None if gain is None else to_decimal(gain, f"{symbol}: gain"))
        put(self, "target", None if target is None else at_least_zero(target, f"{symbol}: target"))
        put(self, "quantity", shares)
        least = None if lowest is None else to_decimal(lowest, f"{symbol}: lowest trade")
        upper = None if highest is None else to_decimal(highest, f"{symbol}: highest trade")
        if least is not None and upper is not None and least > upper:
            raise InputError(f"{symbol}: lowest trade must not be above the highest, {highest}, is {lowest}")
        put(self, "lowest", least)
        put(self, "highest", upper)
        put(self, "most", None if most is None else fraction_of(most, f"{symbol}: most"))
        put(self, "lot", None if lot is None else lot_of(lot, f"{symbol}: lot"))
        put(self, "asset_class", asset_class.strip())
        put(self, "name", name.strip())


@dataclass(frozen=True, slots=True)
class Order(Explained):
    """The suggestion for one holding.

    Attributes:
        symbol: as in the holding.
        side: buy, sell or hold.
        shares: signed like ``amount``; whole unless fractional; None where there is no price.
        price: of one share; None where unknown.
        amount: what the order costs, in money: positive buys, negative sells.
        value_before: market value before the order.
        value_after: ``value_before + amount``.
        weight_before: share of the holdings' total before, 0 to 1.
        weight_after: share of the holdings' total after, 0 to 1 (leftover cash is no holding).
        target: target weight, 0 to 1.
        gain_realised: gain taken by a sale at average cost, 0 without one; None where the gain is unknown.
        reason: why, in a few words.
        fee: what the order costs beside its amount, at least 0.
        currency: the one it is traded in where that is not the plan's; "" where it is.
        local_price: of one share in that currency; None where unknown.
        local_amount: what it costs there; None where it is the plan's own currency.
        name: what the holding is called beside its symbol; "" where nothing is told.
    """

    symbol: str
    side: Side
    shares: Decimal | None
    price: Decimal | None
    amount: Decimal
    value_before: Decimal
    value_after: Decimal
    weight_before: Decimal
    weight_after: Decimal
    target: Decimal
    gain_realised: Decimal | None
    reason: str
    fee: Decimal = Decimal("0.00")
    currency: str = ""
    local_price: Decimal | None = None
    local_amount: Decimal | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class ClassWeight:
    """Where a class of assets stands, for targets of classes.

    Attributes:
        name: of the class.
        weight_before: share of the holdings' total before the orders, 0 to 1.
        weight_after: the same after them.
        target: the share it should have, 0 to 1.
    """

    name: str
    weight_before: Decimal
    weight_after: Decimal
    target: Decimal


@dataclass(frozen=True, slots=True)
class Plan:
    """One order a holding, in input order, and what they come to.

    ``invested + fees + leftover == cash`` exactly, and ``leftover >= keep``, which is 0 unless asked for.

    Attributes:
        orders: one a holding, holds included.
        strategy: "never-sell" or "hard".
        cash: the cash flow asked for: deposit positive, withdrawal negative.
        invested: sum of the amounts, negative when cash is taken out.
        leftover: ``cash - invested - fees``, never negative.
        level: with equal targets the value that traded holdings are brought to; with custom targets the total of
            which each traded holding gets its target share (``value_after = target * level``); with absolute
            deviation and custom targets the distance to target, in money, that traded holdings end at. None when
            nothing could be traded.
        whole_shares: whether the orders are in whole shares.
        increment: multiple that amounts were held to; None without one.
        min_trade: smallest order allowed; None without one.
        deviation: "relative" or "absolute".
        drift_before: largest ``|weight - target|`` before.
        drift_after: the same after the orders.
        gap_bound: how much nearer any other plan in these trade units could possibly be, in money: to the targets
            for a deposit, else (or where rules send a deposit past its targets) to the exact plan, with cash left
            over as one more miss; measured on classes where targets are theirs. 0 where proved best, None where
            that was not examined. With fees: of the plans that pay as much. In a hard rebalance: of those that
            turn no order of the exact plan round, and do not buy and sell in one class.
        notices: sentences worth reading.
        fees: sum of the orders' fees.
        bands: what a hard rebalance leaves alone, as asked for; None without.
        band_to: where what is outside its band is moved: "target", "edge" or "halfway".
        max_trades: most orders asked for; None for no limit.
        max_turnover: most that all amounts may come to; None for no limit.
        fee: paid for each order; None without.
        fee_percent: paid on each amount, in percent; None without.
        fee_limit: most that fees may be of an order, in percent; None for no limit.
        max_gain: most net gain that sales may realise; None for no limit.
        keep: money to stay in cash; None for none.
        gain: net gain that the sales realise; None where the gain of something sold is unknown.
        targets: of classes; None without.
        exposure: of funds of several classes; None without.
        classes: where each class stands, in the order of ``targets``; empty without.
    """

    orders: tuple[Order, ...]
    strategy: Strategy
    cash: Decimal
    invested: Decimal
    leftover: Decimal
    level: Decimal | None
    whole_shares: bool
    increment: Decimal | None
    min_trade: Decimal | None
    deviation: Deviation
    drift_before: Decimal
    drift_after: Decimal
    gap_bound: Decimal | None
    notices: tuple[str, ...] = ()
    fees: Decimal = Decimal("0.00")
    bands: str | None = None
    band_to: Goal = "target"
    max_trades: int | None = None
    max_turnover: Decimal | None = None
    fee: Decimal | None = None
    fee_percent: Decimal | None = None
    fee_limit: Decimal | None = None
    max_gain: Decimal | None = None
    keep: Decimal | None = None
    gain: Decimal | None = None
    targets: Mapping[str, Decimal] | None = None
    exposure: Mapping[str, Mapping[str, Decimal]] | None = None
    classes: tuple[ClassWeight, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """The orders as a pandas DataFrame, one row an order, Decimals kept (dtype object)."""
        import pandas as pd

        foreign, called = (any(getattr(one, name) for one in self.orders) for name in ("currency", "name"))
        unsaid = set() if foreign else {"currency", "local_price", "local_amount"}
        unsaid |= set() if called else {"name"}
        names = [field.name for field in fields(Order) if field.name not in unsaid]
        rows = [[getattr(order, name) for name in names] for order in self.orders]
        frame: pd.DataFrame = pd.DataFrame(rows, columns=names)
        frame["side"] = [order.side.value for order in self.orders]
        return frame
