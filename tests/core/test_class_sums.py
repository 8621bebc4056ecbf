"""Whole shares of many holdings by classes: against all sums of each class, and at a thousand holdings."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pbal_xl import Holding, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import ndarray

    from pbal_xl.core.model import Plan, Strategy


def drawn(rng: random.Random, size: int, kinds: int, dearest: int) -> list[Holding]:
    return [
        Holding(
            f"S{k:04}",
            rng.randint(0, 20_000),
            rng.randint(max(2, dearest // 20), dearest),
            asset_class=f"C{k if k < kinds else rng.randrange(kinds)}",
        )
        for k in range(size)
    ]


def shares_of(rng: random.Random, kinds: int) -> dict[str, Decimal]:
    """Class targets in percent."""
    cuts = sorted(rng.sample(range(1, 100), kinds - 1))
    return {f"C{k}": Decimal(b - a) for k, (a, b) in enumerate(zip([0, *cuts], [*cuts, 100], strict=True))}


def sums(group: Sequence[Holding], meant: float, most: float) -> ndarray:
    """All that whole shares of a class can trade one way, as far as matters."""
    reach = int(abs(meant) + most) + 1
    able = np.zeros(reach + 1, bool)
    able[0] = True
    for h in group:
        price, rest = int(h.price or 0), reach // int(h.price or 1)
        rest = rest if meant > 0 else min(rest, int(h.value) // price)
        part = 1
        while rest > 0:
            step = min(part, rest) * price
            able[step:] |= able[:-step].copy()
            rest -= part
            part *= 2
    return np.flatnonzero(able) * (1 if meant > 0 else -1)


def nearest(holdings: Sequence[Holding], targets: dict[str, Decimal], cash: int, most: float) -> float:
    """The least that a hard rebalance in whole shares misses its exact plan by, cash left over included.

    Each class only buys or only sells; ``most`` is known to do.
    """
    total = float(sum(h.value for h in holdings)) + cash
    found = {0: 0.0}
    for name, share in targets.items():
        group = [h for h in holdings if h.asset_class == name]
        meant = float(share) / 100 * total - float(sum(h.value for h in group))
        able = sums(group, meant, most)
        able = able[abs(able - meant) <= most]
        grown: dict[int, float] = {}
        costs = (able - meant) ** 2
        for spent, cost in found.items():
            for more, missed in zip((spent + able).tolist(), (cost + costs).tolist(), strict=True):
                if missed <= most**2 + 1e-6 and missed < grown.get(more, np.inf):
                    grown[more] = missed
        found = grown
    return min([(cost + (cash - spent) ** 2) ** 0.5 for spent, cost in found.items() if spent <= cash])


def missed(plan: Plan, holdings: Sequence[Holding], targets: dict[str, Decimal], cash: int) -> float:
    total = float(sum(h.value for h in holdings)) + cash
    ends = dict.fromkeys(targets, 0.0)
    for h, order in zip(holdings, plan.orders, strict=True):
        ends[h.asset_class or ""] += float(order.value_after)
    off = sum([(ends[name] - float(share) / 100 * total) ** 2 for name, share in targets.items()])
    return float((off + float(plan.leftover) ** 2) ** 0.5)


@pytest.mark.parametrize(
    ("seed", "cases"), [(1, 20), pytest.param(2, 400, marks=pytest.mark.long)], ids=["few", "many"]
)
def test_hard_rebalances_of_14_to_60_holdings_by_classes_are_all_but_the_best(seed: int, cases: int) -> None:
    rng = random.Random(seed)
    over = []
    for _ in range(cases):
        kinds = rng.randint(2, 4)
        holdings, targets = (
            drawn(rng, rng.randint(14, 60), kinds, rng.choice([300, 900, 3000])),
            shares_of(rng, kinds),
        )
        worth = int(sum(h.value for h in holdings))
        cash = rng.choice([0, rng.randint(1, 20_000), -rng.randint(1, worth // 10)])
        plan = suggest_trades(holdings, cash, "hard", targets=targets)
        reached = missed(plan, holdings, targets, cash)
        best = nearest(holdings, targets, cash, reached + 0.01)
        assert plan.gap_bound is not None
        assert best - 0.01 <= reached <= best + float(plan.gap_bound) + 0.01
        over.append(reached - best)
    assert sum([one <= 0.01 for one in over]) >= 0.8 * cases
    assert sum(over) / cases < 0.2


@pytest.mark.parametrize("size", [200, 1000])
@pytest.mark.parametrize("cash", [0, 1_000_000, -1_000_000])
def test_many_holdings_are_within_a_few_units_of_the_targets_of_their_classes(size: int, cash: int) -> None:
    rng = random.Random(size)
    holdings, targets = drawn(rng, size, 7, 900), shares_of(rng, 7)
    plan = suggest_trades(holdings, cash, "hard", targets=targets)
    assert plan.gap_bound is not None
    # A class of which all shares must go keeps what is no whole share: that none comes nearer is then proved.
    assert plan.gap_bound < 5
    assert cash < 0 or missed(plan, holdings, targets, cash) < 5


def test_a_class_of_one_dear_holding_is_made_up_for_by_the_others() -> None:
    """Its only sums are far from what is meant: the others take up the difference, as is proved."""
    rng = random.Random(7)
    holdings = [
        Holding("DEAR", 10_000, 4_000, asset_class="One"),
        *[Holding(f"S{k}", 900 + k, rng.randint(20, 60), asset_class="AB"[k % 2]) for k in range(12)],
    ]
    targets = {"One": Decimal(55), "A": Decimal(25), "B": Decimal(20)}
    plan = suggest_trades(holdings, 0, "hard", targets=targets)
    reached = missed(plan, holdings, targets, 0)
    assert abs(reached - nearest(holdings, targets, 0, reached + 1)) < 0.01
    assert plan.gap_bound is not None
    assert plan.gap_bound < 1


def test_where_every_holding_is_a_class_it_is_the_problem_without_classes() -> None:
    rng = random.Random(400)
    holdings = drawn(rng, 400, 400, 900)
    targets = {f"C{k}": Decimal(100) / 400 for k in range(400)}
    plan = suggest_trades(holdings, 0, "hard", targets=targets)
    alone = suggest_trades([Holding(h.symbol, h.value, h.price) for h in holdings], 0, "hard")
    assert plan.gap_bound is not None
    assert alone.gap_bound is not None
    difference = missed(plan, holdings, targets, 0) - missed(alone, holdings, targets, 0)
    assert -alone.gap_bound - Decimal("0.01") <= difference <= plan.gap_bound + Decimal("0.01")
    assert plan.gap_bound < 1


def test_a_hundred_classes_of_four_are_rounded_to_a_few_units_each() -> None:
    holdings = drawn(random.Random(100), 400, 100, 900)
    targets = {f"C{k}": Decimal(1) for k in range(100)}
    assert missed(suggest_trades(holdings, 0, "hard", targets=targets), holdings, targets, 0) < 250


def test_where_no_sum_that_is_listed_is_near_a_class_stays_as_it_is() -> None:
    rows = [
        ("0", "1833.246493", "A"), ("6715018.02", "8700.341905", "B"), ("8306.85", "5.85806", "A"),
        ("8504.91", "0.000115", "B"), ("0", "0.055536", "A"), ("7770841.91", "0.02061", "B"),
        ("0", "0.048068", "A"), ("0", "32.874564", "B"),
    ]  # fmt: skip
    holdings = [Holding(f"S{k}", value, price, asset_class=name) for k, (value, price, name) in enumerate(rows)]
    targets = {"A": Decimal("52.6"), "B": Decimal("47.4")}
    plan = suggest_trades(holdings, Decimal("-123360.91"), targets=targets, whole_shares=True)
    assert plan.gap_bound is not None
    assert 0 <= plan.leftover < Decimal("8700.341905")
    assert sum(order.amount for order in plan.orders) + plan.leftover == Decimal("-123360.91")


@pytest.mark.parametrize("penny", [("1", 50_000), ("0.02", 300)])
@pytest.mark.parametrize("strategy", ["hard", "never-sell"])
@pytest.mark.parametrize("cash", [-700_000, -100_000, -10_000, 50_000])
def test_a_share_dearer_than_all_that_is_traded_is_not_sold_where_others_can_be(
    penny: tuple[str, int], strategy: Strategy, cash: int
) -> None:
    holdings = [
        Holding("DEAR", 1_490_000, 745_000, asset_class="Stocks"),
        Holding("FUND", 900_000, 300, asset_class="Stocks"),
        Holding("CENT", penny[1], penny[0], asset_class="Stocks"),
        Holding("BOND", 800_000, 72, asset_class="Bonds"),
    ]
    plan = suggest_trades(holdings, cash, strategy, targets={"Stocks": 60, "Bonds": 40})
    assert 0 <= plan.leftover < 110
    assert plan.gap_bound is not None
    assert plan.gap_bound < 200
