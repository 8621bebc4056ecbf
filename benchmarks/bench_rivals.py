"""The plans of two other programs beside ours, on the same 200 portfolios: ``python benchmarks/bench_rivals.py``.

Neither is a dependency: ``pip install rebalance pyportfolioopt`` first (both MIT licensed). They are given prices,
and fetch nothing. Distances and times are ratios to ours of the same run: 2.0 means twice as far, twice as long.
They are in money, as this program measures: those of a deposit count less where targets are larger, those of a hard
rebalance count what is left in cash as well. The others minimise sums of absolute misses, so the measure is ours.
"""

from __future__ import annotations

import random
import sys
import time
import warnings
from collections.abc import Callable
from decimal import Decimal
from importlib import import_module
from itertools import pairwise
from math import sqrt
from types import ModuleType
from typing import Any

from pbal_xl import Holding, suggest_trades

PORTFOLIOS = 200
Counts = list[int]
Planner = Callable[[list[Holding], int], Counts]


def drawn(rng: random.Random) -> tuple[list[Holding], int]:
    """A portfolio in whole shares, and a deposit; half of them have equal targets."""
    # Sizes and targets in whole percents: one of the others wants them to sum to 100 exactly.
    size = rng.choice([4, 5, 10])
    cuts = [0, *sorted(rng.sample(range(1, 50), size - 1)), 50]
    targets = [100 // size] * size if rng.random() < 0.5 else [2 * (b - a) for a, b in pairwise(cuts)]
    holdings = []
    for place, target in enumerate(targets):
        price = Decimal(rng.randint(500, 50_000)) / 100
        count = rng.randint(0, int(20_000 / price))
        holdings.append(Holding(f"S{place:02}", count * price, price, target=Decimal(target) / 100, quantity=count))
    return holdings, rng.randint(500, 10_000)


def ours(strategy: Any) -> Planner:
    def planned(holdings: list[Holding], cash: int) -> Counts:
        return [int(order.shares or 0) for order in suggest_trades(holdings, cash, strategy).orders]

    return planned


def rebalance(*, sells: bool, objective: str) -> Planner:
    """PyPI's ``rebalance``: a mixed-integer linear program, solved by HiGHS."""
    # Its prices come from the network unless they are put in its hands.
    sys.modules.setdefault("yfinance", ModuleType("yfinance"))
    theirs, asset = import_module("rebalance"), import_module("rebalance.asset")
    import_module("loguru").logger.remove()

    def planned(holdings: list[Holding], cash: int) -> Counts:
        prices = {one.symbol: float(one.price or 0) for one in holdings}
        asset.fetch_yfinance_price = lambda symbol: theirs.Price(prices[symbol], "USD")
        portfolio = theirs.Portfolio()
        portfolio.common_currency = "USD"
        portfolio.easy_add_assets([one.symbol for one in holdings], [int(one.quantity or 0) for one in holdings])
        portfolio.add_cash(float(cash), "USD")
        portfolio.selling_allowed = sells
        targets = {one.symbol: 100 * float(one.target or 0) for one in holdings}
        units = portfolio.rebalance(targets, objective=objective)[0]
        return [int(units.get(one.symbol, 0)) for one in holdings]

    return planned


def discrete(method: str) -> Planner:
    """PyPortfolioOpt's ``DiscreteAllocation``: a sum shared out from nothing, so what is held is taken off."""
    allocation = import_module("pypfopt.discrete_allocation").DiscreteAllocation
    pandas = import_module("pandas")

    def planned(holdings: list[Holding], cash: int) -> Counts:
        total = float(sum(one.value for one in holdings)) + cash
        weights = {one.symbol: float(one.target or 0) for one in holdings}
        prices = pandas.Series({one.symbol: float(one.price or 0) for one in holdings})
        counts, _ = getattr(allocation(weights, prices, total_portfolio_value=total), method)()
        return [int(counts.get(one.symbol, 0)) - int(one.quantity or 0) for one in holdings]

    return planned


def judged(holdings: list[Holding], cash: int, counts: Counts, *, hard: bool) -> tuple[float, float]:
    """How far from the targets a plan ends, and by how much it overspends."""
    total = float(sum(one.value for one in holdings)) + cash
    missed = spent = 0.0
    for one, count in zip(holdings, counts, strict=True):
        target, amount = float(one.target or 0), count * float(one.price or 0)
        off = float(one.value) + amount - target * total
        missed += off**2 if hard else off**2 / (target * len(holdings))
        spent += amount
    return sqrt(missed + (cash - spent) ** 2 * hard), max(0.0, spent - cash)


def table(title: str, planners: dict[str, Planner], *, hard: bool) -> None:
    print(f"{title}, {PORTFOLIOS} portfolios of 4 to 10 holdings in whole shares")
    print(f"  {'':36}  distance  nearer than ours  over budget  refused    time")
    first: tuple[list[float], float] | None = None
    for name, planner in planners.items():
        rng, distances, over, refused, taken = random.Random(200), [], 0, 0, 0.0
        for _ in range(PORTFOLIOS):
            holdings, cash = drawn(rng)
            start = time.perf_counter()
            try:
                counts = planner(holdings, cash)
            except (RuntimeError, ValueError):
                refused += 1
                counts = [0] * len(holdings)
            taken += time.perf_counter() - start
            distance, spent = judged(holdings, cash, counts, hard=hard)
            distances.append(distance)
            over += spent > 0.005
        base, pace = first = first or (distances, taken)
        nearer = sum(one < other * (1 - 1e-9) for one, other in zip(distances, base, strict=True))
        far = sum(distances) / sum(base)
        print(f"  {name:36}  {far:8.3f}  {nearer:16}  {over:11}  {refused:7}  {taken / pace:6.1f}")


def main() -> int:
    warnings.simplefilter("ignore")
    try:
        deposits: dict[str, Planner] = {
            "ours": ours("never-sell"),
            "rebalance, as it comes": rebalance(sells=False, objective="relative-l1"),
            "rebalance, objective relative-l2": rebalance(sells=False, objective="relative-l2"),
        }
        rebalances: dict[str, Planner] = {
            "ours": ours("hard"),
            "rebalance, as it comes": rebalance(sells=True, objective="relative-l1"),
            "rebalance, objective relative-l2": rebalance(sells=True, objective="relative-l2"),
            "PyPortfolioOpt, greedy_portfolio": discrete("greedy_portfolio"),
            "PyPortfolioOpt, lp_portfolio": discrete("lp_portfolio"),
        }
    except ImportError as absent:
        print(f"{absent.name} is not installed: pip install rebalance pyportfolioopt, in an environment of its own")
        return 1
    table("Deposit without a sale", deposits, hard=False)
    table("Hard rebalance with a deposit", rebalances, hard=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
