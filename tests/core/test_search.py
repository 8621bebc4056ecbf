"""What is parted lowest bound first ends with the best there is, or says how good what is left could be."""

from __future__ import annotations

import random
from itertools import product
from math import inf
from typing import NamedTuple

from pbal_xl.core.search import lowest_first


class Part(NamedTuple):
    """The first choices of some, and what they cost."""

    chosen: tuple[int, ...]
    value: float


class Choosing:
    """One of two costs at each of some places, whose places must not all be the same."""

    def __init__(self, costs: list[tuple[int, int]], most: float = inf) -> None:
        self.costs, self.most = costs, most
        self.best = inf
        self.looked = 0

    def children(self, part: Part) -> list[Part]:
        self.looked += 1
        place = len(part.chosen)
        if place == len(self.costs):
            if len(set(part.chosen)) > 1:
                self.best = min(self.best, part.value)
            return []
        found = [Part((*part.chosen, way), part.value + self.costs[place][way]) for way in (0, 1)]
        return [child for child in found if child.value < self.best]

    def done(self, bound: float) -> bool:
        return bound >= self.best or self.looked >= self.most


def test_the_best_is_found_and_the_bound_never_passes_it() -> None:
    rng = random.Random(5)
    for _ in range(200):
        costs = [(rng.randint(0, 9), rng.randint(0, 9)) for _ in range(rng.randint(2, 7))]
        ways = [chosen for chosen in product((0, 1), repeat=len(costs)) if len(set(chosen)) > 1]
        best = min(sum(cost[way] for cost, way in zip(costs, chosen, strict=True)) for chosen in ways)
        whole = Choosing(costs)
        assert lowest_first(Part((), 0), whole.children, whole.done) >= best
        assert whole.best == best
        cut = Choosing(costs, most=rng.randint(1, 6))
        assert min(lowest_first(Part((), 0), cut.children, cut.done), cut.best) <= best


def test_where_nothing_is_left_nothing_could_be_better() -> None:
    none = Choosing([(1, 1)])
    assert lowest_first(Part((), 0), none.children, none.done) == inf
