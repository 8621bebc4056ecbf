"""A deposit into holdings with a most weight, in whole shares, is the best of all: against every plan there is."""

from __future__ import annotations

import random
from itertools import combinations, product
from math import hypot
from typing import TYPE_CHECKING

import pytest

from pbal_xl import Holding, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NO_CAP = 9


def drawn(seed: int) -> tuple[list[int], list[int], list[float], int]:
    """Values, prices, caps as fractions (``NO_CAP`` for none) and a deposit."""
    rng = random.Random(seed)
    size = rng.choice([2, 3, 4])
    values = [rng.randint(0, 3000) for _ in range(size)]
    prices = [rng.randint(40, 400) for _ in range(size)]
    caps = [rng.choice([NO_CAP, 0.2, 0.3, 0.4, 0.5]) for _ in range(size)]
    return values, prices, caps, rng.randint(100, 2500)


def least(
    values: Sequence[int], prices: Sequence[int], caps: Sequence[float], cash: int, miss: Callable[..., float]
) -> float:
    """The least miss of all counts that the cash pays for and the caps allow."""
    total = sum(values) + cash
    rooms = [
        range(int(max(0, min(cash, cap * total - value)) // price) + 1)
        for value, price, cap in zip(values, prices, caps, strict=True)
    ]
    bought = ([count * price for count, price in zip(counts, prices, strict=True)] for counts in product(*rooms))
    return min(miss(amounts) for amounts in bought if sum(amounts) <= cash)


@pytest.mark.parametrize("part", range(4))
def test_a_deposit_that_caps_bound_is_the_best_and_says_so(part: int) -> None:
    past = 0
    for seed in range(60 * part, 60 * part + 60):
        values, prices, caps, cash = drawn(seed)
        holdings = [
            Holding(f"H{k}", value, price, most=None if cap == NO_CAP else str(cap))
            for k, (value, price, cap) in enumerate(zip(values, prices, caps, strict=True))
        ]
        plan = suggest_trades(holdings, cash, whole_shares=True)
        exact = [float(order.amount) for order in suggest_trades(holdings, cash, whole_shares=False).orders]
        target = (sum(values) + cash) / len(values)

        def to_targets(amounts: Sequence[float], values: list[int] = values, target: float = target) -> float:
            return hypot(*(value + amount - target for value, amount in zip(values, amounts, strict=True)))

        def to_exact(amounts: Sequence[float], exact: list[float] = exact, cash: int = cash) -> float:
            left = cash - sum(amounts)
            return hypot(left, *(amount - wanted for amount, wanted in zip(amounts, exact, strict=True)))

        # Where the caps send money past the targets of the others, the exact plan is what is kept to.
        is_past = any(x and value + x > target + 0.02 for value, x in zip(values, exact, strict=True))
        past += is_past
        miss = to_exact if is_past else to_targets
        assert plan.gap_bound == 0, seed
        mine = miss([float(order.amount) for order in plan.orders])
        assert mine <= least(values, prices, caps, cash, miss) + 0.01, seed
    assert past


def test_a_fee_leaves_the_certificate_of_a_capped_deposit_as_it_is() -> None:
    holdings = [
        Holding("A", 5000, 10, most="0.25"),
        Holding("B", 15000, 10),
        Holding("C", 4000, 30, most="0.2"),
    ]
    for fee in (0, 1, 10, 30):
        plan = suggest_trades(holdings, 5000, fee=fee)
        assert plan.gap_bound is not None
        assert plan.gap_bound < 1000, fee


@pytest.mark.parametrize(("seed", "cases"), [(5, 400), pytest.param(6, 20_000, marks=pytest.mark.long)])
def test_a_deposit_is_invested_as_far_as_rooms_minimum_and_number_of_orders_let(seed: int, cases: int) -> None:
    rng = random.Random(seed)
    for _ in range(cases):
        size = rng.randint(1, 6)
        rooms = [50 * rng.randint(0, 8) for _ in range(size)]
        holdings = [Holding(f"S{k}", 50 * rng.randint(0, 20), highest=room) for k, room in enumerate(rooms)]
        cash, least, most = 50 * rng.randint(0, 20), rng.choice([50, 100, 150]), rng.randint(0, 4)
        plan = suggest_trades(holdings, cash, min_trade=least, max_trades=most, whole_shares=False)
        sets = [
            chosen
            for count in range(min(most, size) + 1)
            for chosen in combinations([room for room in rooms if room >= least], count)
            if count * least <= cash
        ]
        assert cash - plan.leftover == min(cash, max(map(sum, sets))), (holdings, cash, least, most)
