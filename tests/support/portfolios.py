"""Portfolios for tests: hypothesis strategies, the worked example, and plain measures of a plan."""

from __future__ import annotations

import csv
from decimal import Decimal
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from pbal_xl import Holding, suggest_trades
from pbal_xl.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pbal_xl.core.model import Plan

CENT = Decimal("0.01")
MODES = ("cents", "whole", "increment", "minimum cents", "minimum whole")


def etfs() -> list[Holding]:
    """The ten ETFs of the worked example."""
    with (Path(__file__).parents[1] / "data" / "etfs.csv").open(newline="") as file:
        return [
            Holding(row["Symbol"], row["PositionValue"], row["MarkPrice"], row["FifoPnlUnrealized"])
            for row in csv.DictReader(file)
        ]


def reasons(plan: Plan) -> dict[str, str]:
    """Why each order of a plan is what it is, by its symbol."""
    return {order.symbol: order.reason for order in plan.orders}


def cents(low: int, high: int) -> st.SearchStrategy[Decimal]:
    """Amounts of money to the cent."""
    return st.integers(low * 100, high * 100).map(lambda amount: Decimal(amount) / 100)


@st.composite
def portfolios(
    draw: st.DrawFn, *, targets: bool | None = None, least: int = 1, most: int = 12, cheap: bool = False
) -> list[Holding]:
    """Holdings with prices and gains; targets are drawn, or forced on or off."""
    size = draw(st.integers(least, most))
    wanted = draw(st.booleans()) if targets is None else targets
    weights = draw(st.lists(st.integers(0, 40), min_size=size, max_size=size).filter(any)) if wanted else None
    holdings = [
        Holding(
            f"S{place:02}",
            value=draw(st.one_of(st.just(Decimal(0)), cents(0, 300), cents(0, 30_000))),
            price=draw(cents(1, 20) if cheap else cents(1, 600)),
            gain=draw(st.one_of(st.none(), cents(-5_000, 5_000))),
        )
        for place in range(size)
    ]
    if weights is None:
        return holdings
    return with_targets(holdings, weights)


def with_targets(holdings: list[Holding], weights: list[int]) -> list[Holding]:
    """The same holdings with targets in proportion to the weights, summing to exactly 1."""
    total = sum(weights)
    shares = [Decimal(10**6 * weight // total) / 10**6 for weight in weights]
    largest = max(range(len(weights)), key=weights.__getitem__)
    shares[largest] += 1 - sum(shares)
    return [
        Holding(h.symbol, h.value, h.price, h.gain, share, h.quantity, settled=True)
        for h, share in zip(holdings, shares, strict=True)
    ]


@st.composite
def requests(draw: st.DrawFn, /, **kinds: Any) -> tuple[list[Holding], dict[str, Any]]:
    """A portfolio and the keyword arguments of any request that can be planned in principle."""
    holdings = draw(portfolios(**kinds))
    total = sum((h.value for h in holdings), Decimal(0))
    kind = draw(st.sampled_from(["deposit", "withdrawal", "all", "none"]))
    flows: dict[str, Callable[[], Decimal]] = {
        "deposit": lambda: draw(cents(0, 20_000)),
        "withdrawal": lambda: -min(total, draw(cents(0, 20_000))),
        "all": lambda: -total,
        "none": lambda: Decimal(0),
    }
    cash = flows[kind]()
    mode = draw(st.sampled_from(MODES))
    wishes = {
        "cash": cash,
        "strategy": draw(st.sampled_from(["never-sell", "hard"])),
        "deviation": draw(st.sampled_from(["relative", "absolute"])),
        "whole_shares": "whole" in mode,
    }
    if mode == "increment":
        wishes["increment"] = draw(st.sampled_from([1, 10, 50, 100, 1000]))
        wishes["whole_shares"] = draw(st.booleans())
    if "minimum" in mode:
        wishes["min_trade"] = draw(st.sampled_from([1, 50, 250, 1000]))
    return holdings, wishes


def planned(holdings: Sequence[Holding], wishes: Mapping[str, Any]) -> Plan | None:
    """The plan, or None where a minimum trade makes the withdrawal impossible."""
    try:
        return suggest_trades(holdings, **wishes)
    except PlanError:
        assert wishes.get("min_trade")
        assert wishes["cash"] < 0
        return None


def distance_to_equal(plan: Plan, cash: Decimal | int) -> float:
    """Euclidean distance of the values after to the equal share of the total."""
    values = [order.value_after for order in plan.orders]
    share = (sum(order.value_before for order in plan.orders) + Decimal(cash)) / len(values)
    return sqrt(sum((value - share) ** 2 for value in values))


def amounts(plan: Plan) -> dict[str, Decimal]:
    """Amount by symbol."""
    return {order.symbol: order.amount for order in plan.orders}
