"""Slow and simple ways to what the rules ask for, to judge the core by: they share no code with it."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from oracles import nearest_within, stiffness, weights
from rules_drawn import portions
from scipy.optimize import lsq_linear

from pbal_xl import Holding, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from random import Random

    from numpy import ndarray

    from pbal_xl.core.model import Strategy

# How much more than the distance the sum of the trades counts in a least squares fit.
_SUM = 1e3


def width(text: str, share: float) -> float:
    """Half the width of a band, as a share of all."""
    if "/" in text:
        points, part = text.split("/")
        return min(float(points) / 100, float(part) / 100 * share)
    if "%" in text:
        part, _, least = text.partition("%>=")
        return max(float(part.rstrip("%")) / 100 * share, float(least or 0) / 100)
    return float(text) / 100


def banded_trades(  # noqa: PLR0913 - the rule and the bounds
    holdings: Sequence[Holding], cash: int, text: str, goal: str, deviation: Any, lows: Any, highs: Any
) -> Any:
    """What bands trade, step by step as the rule is written; None where nothing is outside."""
    shares, values = weights(holdings), np.array([float(h.value) for h in holdings])
    total = values.sum() + cash
    targets = np.array(shares) * total
    band = np.array([width(text, share) * total for share in shares])
    outside = (abs(values - targets) > band + 1e-9) | ((targets == 0) & (values > 0))
    if not outside.any():
        return None
    stiff = stiffness(holdings, deviation)
    inside = {"target": 0.0, "edge": 1.0, "halfway": 0.5}[goal] * np.where(targets > 0, band, 0)
    aims = np.where(outside, targets + np.sign(values - targets) * inside, values)
    moved: ndarray = np.clip(aims - values, lows, highs)
    trades: ndarray = moved

    def flooded(least: Any, most: Any) -> Any:
        amount = min(max(cash - trades.sum(), least.sum()), most.sum())
        found = nearest_within(targets - values - trades, stiff, least, most, amount)
        assert found is not None
        return trades + found[1]

    still = np.zeros(len(values))
    if cash >= moved.sum():
        room = np.minimum(targets + band - values - moved, highs - moved)
        trades = flooded(still, np.where((moved < 0) | (targets == 0), 0, np.maximum(room, 0)))
        # What the bands leave no room for is taken back of the sales.
        trades = flooded(still, np.maximum(0, np.minimum(-trades, highs - trades)))
    else:
        room = np.maximum(targets - band - values - moved, lows - moved)
        trades = flooded(np.where(moved > 0, 0, np.minimum(room, 0)), still)
        trades = flooded(np.minimum(0, np.maximum(-trades, lows - trades)), still)
        # A withdrawal must come out: beyond the bands the highest are sold.
        trades = flooded(np.minimum(0, lows - trades), still)
    return trades


def fee_sets(
    holdings: Sequence[Holding], cash: int, signs: Sequence[Sequence[int]], wishes: dict[str, Any], least: float
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """The distance of each set of orders that pays its fees and uses up the rest, to targets of what is left."""
    fee, part = float(wishes.get("fee", 0)), float(wishes.get("fee_percent", 0)) / 100
    shares, values = weights(holdings), [float(h.value) for h in holdings]
    stiff = stiffness(holdings, wishes["deviation"])
    for one in product(*signs):
        lows = [least if sign > 0 else -value if sign else 0 for sign, value in zip(one, values, strict=True)]
        highs = [1e12 if sign > 0 else -least if sign else 0 for sign in one]
        if any(low > high for low, high in zip(lows, highs, strict=True)):
            continue
        spare = cash - fee * sum(map(abs, one))
        flow, found = spare, None
        for _ in range(30):
            total = sum(values) + flow
            wish = [share * total - value for share, value in zip(shares, values, strict=True)]
            found = nearest_within(wish, stiff, lows, highs, flow)
            if found is None or abs(spare - part * abs(found[1]).sum() - flow) < 1e-5:
                break
            flow = spare - part * abs(found[1]).sum()
        if found is not None:
            yield found[0] ** 0.5, one


class Mixed:
    """Funds of several classes, drawn at random, with the distance of their classes and the bounds of each."""

    def __init__(self, rng: Random, *, exposed: bool, most: int = 4) -> None:
        size, kinds = rng.randint(1, most), rng.randint(1, most - 1)
        rows = [_row(rng, kinds, exposed=exposed) for _ in range(size)]
        covered = [any(row[k] for row in rows) for k in range(kinds)]
        shares = portions(rng, kinds, 0)
        self.names = [f"C{k}" for k in range(kinds)]
        # A class that no holding has is not wanted.
        lost = sum(share for share, has in zip(shares, covered, strict=True) if not has)
        first = covered.index(True)
        self.shares = [
            share + (lost if k == first else 0) if covered[k] else Decimal(0) for k, share in enumerate(shares)
        ]
        locks: list[dict[str, Any]] = [{}] * 5 + [{"lowest": 0}, {"highest": 0}, {"most": "0.5"}]
        self.holdings = [
            Holding(
                f"S{k}",
                rng.randint(0, 6000),
                rng.randint(20, 400),
                rng.randint(0, 900),
                **rng.choice(locks),
            )
            for k in range(size)
        ]
        self.exposure = {f"S{k}": dict(zip(self.names, row, strict=True)) for k, row in enumerate(rows)}
        self.matrix = np.array([[float(part) for part in row] for row in rows]).T
        self.worth = float(sum(h.value for h in self.holdings))
        self.cash = max(-int(self.worth), rng.choice([0, rng.randint(1, 4000), -rng.randint(1, 3000)]))
        self.strategy: Strategy = rng.choice(["never-sell", "hard"])
        self.deviation = rng.choice(["relative", "absolute"])
        total = self.worth + self.cash
        wanted = np.array([float(share) for share in self.shares])
        self.off = self.matrix @ [float(h.value) for h in self.holdings] - wanted * total
        self.stiff = np.ones(kinds) if self.deviation == "absolute" else 1 / np.maximum(wanted, 1e-6) / kinds
        self.lows, self.highs = self._bounds(total)

    def _bounds(self, total: float) -> tuple[list[float], list[float]]:
        lows = [-float(h.value) for h in self.holdings]
        highs = [1e7] * len(lows)
        if self.strategy == "never-sell":
            lows = [0.0] * len(lows) if self.cash >= 0 else lows
            highs = [0.0] * len(lows) if self.cash <= 0 else highs
        for k, h in enumerate(self.holdings):
            lows[k] = lows[k] if h.lowest is None else max(lows[k], float(h.lowest))
            highs[k] = highs[k] if h.highest is None else min(highs[k], float(h.highest))
            if h.most is not None:
                highs[k] = max(lows[k], min(highs[k], max(0.0, float(h.most) * total - float(h.value))))
        return lows, highs

    def wishes(self) -> dict[str, Any]:
        targets = dict(zip(self.names, self.shares, strict=True))
        return {"deviation": self.deviation, "targets": targets, "exposure": self.exposure}

    def missed(self, trades: Any) -> Any:
        """The distance on classes, of one plan or of many in columns."""
        off = self.matrix @ trades
        return ((self.stiff * (off.T + self.off) ** 2).sum(-1)) ** 0.5

    def nearest(self, lows: Sequence[float], highs: Sequence[float]) -> float | None:
        """The least distance within bounds, by a bounded least squares fit; None where the cash cannot be met."""
        if sum(lows) > self.cash + 1e-9 or sum(highs) < self.cash - 1e-9:
            return None
        return float(self.missed(self.fitted(lows, highs, self.cash)))

    def fitted(self, lows: Sequence[float], highs: Sequence[float], cash: float) -> Any:
        """The nearest trades within bounds that sum to the cash."""
        low, high = np.array(lows, float), np.array(highs, float)
        free, trades = high > low, low.copy()
        if free.any():
            root, scale = np.sqrt(self.stiff), max(1.0, abs(self.off).max(), abs(self.cash))
            heavy = _SUM * root.max()
            rows = np.vstack([root[:, None] * self.matrix[:, free], heavy * np.ones(free.sum())])
            rest = -root * (self.off + self.matrix[:, ~free] @ low[~free])
            wanted = np.concatenate([rest, [heavy * (cash - low[~free].sum())]])
            fit = lsq_linear(
                rows, wanted / scale, (low[free] / scale, high[free] / scale), method="bvls", tol=1e-14
            )
            trades[free] = fit.x * scale
        return trades

    def measure(self) -> Callable[[Any], Any]:
        """What whole shares miss by, in columns: a deposit by the targets, all else by the exact plan.

        So does a deposit that would come nearer to the targets if some of it stayed in cash.
        """
        cash = min(float(self.cash), sum(self.highs))
        exact = self.fitted(self.lows, self.highs, cash)
        if self.strategy == "never-sell" and self.cash > 0:
            least = [self.missed(self.fitted(self.lows, self.highs, cash * part)) for part in (0, 0.9, 0.999)]
            if min(least) > self.missed(exact) - 1e-6:
                return self.missed

        def missed(trades: Any) -> Any:
            off = ((self.matrix @ trades).T - self.matrix @ exact) ** 2
            return (off.sum(-1) + (cash - trades.sum(0)) ** 2) ** 0.5

        return missed

    def best_set(self, least: float, most: int) -> float | None:
        """The least distance of all sets of at most so many orders of at least so much."""
        best = None
        for signs in product((0, 1, -1), repeat=len(self.holdings)):
            pairs = [
                (max(least, low), high) if sign > 0 else (low, min(-least, high)) if sign else (0, 0)
                for sign, low, high in zip(signs, self.lows, self.highs, strict=True)
            ]
            if sum(map(abs, signs)) > most or any(low > high for low, high in pairs):
                continue
            found = self.nearest(*map(list, zip(*pairs, strict=True)))
            if found is not None and (best is None or found < best):
                best = found
        return best

    def best_counts(
        self, missed: Callable[[Any], Any], most: int, ways: Sequence[float], limit: int = 300_000
    ) -> float | None:
        """The least that any whole shares miss by; None where there are none, or too many to look at.

        Args:
            missed: what they miss by.
            most: orders.
            ways: above 0 for what is not sold, below 0 for what is not bought.
            limit: how many are looked at.
        """
        ranges = []
        for h, low, high, way in zip(self.holdings, self.lows, self.highs, ways, strict=True):
            price = float(h.price or 1)
            least = max(
                -int(float(h.value) // price), int(np.ceil((max(low, 0) if way > 0 else low) / price - 1e-9))
            )
            greatest = min(high, 0 if way < 0 else 2 * (self.worth + 4000))
            ranges.append(price * np.arange(least, max(least, int(greatest // price)) + 1))
        if np.prod([float(len(one)) for one in ranges]) > limit:
            return None
        plans = np.stack([grid.ravel() for grid in np.meshgrid(*ranges, indexing="ij")])
        plans = plans[:, (plans.sum(0) <= self.cash + 1e-9) & ((plans != 0).sum(0) <= most)]
        return float(missed(plans).min()) if plans.shape[1] else None

    def ways(self) -> list[float]:
        """The way a hard rebalance's exact plan goes with each holding, or with others of the same classes.

        A withdrawal sells of no class that its exact plan leaves alone: that may go up at most.
        """
        own = self.strategy == "never-sell" and self.cash < 0 and set(self.matrix.flat) <= {0, 1}
        if self.strategy == "never-sell" and not own:
            return [0.0] * len(self.holdings)
        plan = suggest_trades(self.holdings, self.cash, self.strategy, whole_shares=False, **self.wishes())
        signs = [float(np.sign(float(order.amount))) for order in plan.orders]
        rows = [tuple(column) for column in self.matrix.T]
        ways = [
            sign or next((other for other, row in zip(signs, rows, strict=True) if other and row == mine), 0.0)
            for sign, mine in zip(signs, rows, strict=True)
        ]
        return [way or 1.0 for way in ways] if own else ways


def _row(rng: Random, kinds: int, *, exposed: bool) -> list[Decimal]:
    if not exposed:
        mine = rng.randrange(kinds)
        return [Decimal(int(k == mine)) for k in range(kinds)]
    row = portions(rng, kinds, 0.2)
    rng.shuffle(row)
    return row
