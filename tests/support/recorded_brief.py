"""Questions of rough figures, of which the record keeps no more than a digest, so that there can be many.

Rough figures meet their equals: two holdings as far from their targets, an order just as large as the smallest
allowed, a budget used up to the last cent. There a comparison that is one off gives another plan.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mixed import drawn_targets

from pbal_xl import Holding

if TYPE_CHECKING:
    from collections.abc import Callable

    Question = tuple[list[Holding], Decimal, dict[str, Any]]


def brief(case: int) -> Question:
    """One of the kinds in turn."""
    rng = random.Random(f"brief/{case}")
    return _KINDS[case % len(_KINDS)](rng)


_BOUNDS: tuple[dict[str, Any], ...] = (
    {"lowest": 0}, {"highest": 0}, {"lowest": -20}, {"highest": 30}, {"lowest": 10}, {"highest": -10},
    {"most": "0.3"}, {"most": "0.5"}, {"lot": 2}, {"lot": 5}, {"lot": "fraction"},
)  # fmt: skip


def _wishes(rng: random.Random, total: int) -> dict[str, Any]:
    """Each of the settings seldom or often, in figures of the size of the portfolio."""
    draws: dict[str, Any] = {
        "min_trade": rng.choice([1, 5, 10, 20, 50]), "max_trades": rng.randint(0, 4),
        "max_turnover": rng.choice([0, 10, 25, 60, total // 4]), "max_gain": rng.choice([-5, 0, 1, 5, 20]),
        "keep": rng.choice([1, 10, 25]), "fee": rng.choice([1, 2]), "fee_percent": rng.choice([1, 10]),
        "fee_limit": rng.choice([5, 10, 50]), "bands": rng.choice(["5/25", "10", "20%", "20%>=5", "0"]),
    }  # fmt: skip
    often = rng.choice([0.05, 0.15, 0.3])
    wishes = {name: drawn for name, drawn in draws.items() if rng.random() < often}
    wishes["strategy"] = "hard" if "bands" in wishes else rng.choice(["never-sell", "hard"])
    wishes["deviation"] = rng.choice(["relative", "absolute"])
    wishes["band_to"] = rng.choice(["target", "edge", "halfway"])
    wishes["minor_unit"] = rng.choice(["1", "1", "0.5", "0.01"])
    if rng.random() < 0.15:
        wishes |= {"whole_shares": None, "increment": rng.choice([2, 5, 10, 25])}
    else:
        wishes["whole_shares"] = rng.choice([True, False])
    return wishes


def _held(rng: random.Random, size: int, **fixed: Any) -> list[Holding]:
    targets: list[Any] = rng.choice([[None] * size, drawn_targets(rng, size, 0.25), drawn_targets(rng, size, 0)])
    bounded, gains = rng.choice([0, 0, 0.4]), rng.random() < 0.8
    prices: list[Any] = rng.choice([[1, 2, 3], [1, "1.5", 4], [5, 10, 20], [7, 10, 33]])
    least = rng.choice([1, 5, 10])
    classes = fixed.get("classes", 0)
    return [
        Holding(
            f"B{k}",
            least * rng.randint(0, 12),
            rng.choice(prices),
            rng.randint(-4, 4) * least if gains else None,
            None if classes else target,
            asset_class=f"C{k % classes}" if classes else "",
            settled=True,
            **(rng.choice(_BOUNDS) if rng.random() < bounded else {}),
        )
        for k, target in enumerate(targets)
    ]


def _cash(rng: random.Random, holdings: list[Holding]) -> Decimal:
    total = sum([holding.value for holding in holdings], Decimal(0))
    part = Decimal(rng.choice(["0", "0.02", "0.1", "0.3", "1", "-0.02", "-0.1", "-0.3", "-0.6"]))
    return Decimal(round(total * part)) + rng.choice([0, 0, 1, -1])


def _plain(rng: random.Random) -> Question:
    holdings = _held(rng, rng.randint(1, 6))
    return holdings, _cash(rng, holdings), _wishes(rng, int(sum(h.value for h in holdings)))


def _more(rng: random.Random) -> Question:
    holdings = _held(rng, rng.randint(7, 24))
    return holdings, _cash(rng, holdings), _wishes(rng, int(sum(h.value for h in holdings)))


def _classes(rng: random.Random) -> Question:
    size = rng.randint(2, 8)
    kinds = rng.randint(1, min(size, 4))
    holdings = _held(rng, size, classes=kinds)
    wishes = _wishes(rng, int(sum(h.value for h in holdings)))
    wishes["targets"] = {f"C{k}": part for k, part in enumerate(drawn_targets(rng, kinds, 0.1))}
    return holdings, _cash(rng, holdings), wishes


def _exposed(rng: random.Random) -> Question:
    size, kinds = rng.randint(2, 5), rng.randint(2, 3)
    holdings = [Holding(h.symbol, h.value, h.price, h.gain) for h in _held(rng, size)]
    wishes = _wishes(rng, int(sum(h.value for h in holdings)))
    wishes["targets"] = {f"C{k}": part for k, part in enumerate(drawn_targets(rng, kinds, 0))}
    rough = [rng.choice([0, 25, 50, 70, 100]) for _ in range(size)]
    wishes["exposure"] = {
        h.symbol: {"C0": part, f"C{1 + k % (kinds - 1)}": 100 - part}
        for k, (h, part) in enumerate(zip(holdings, rough, strict=True))
    }
    return holdings, _cash(rng, holdings), wishes


_KINDS: tuple[Callable[[random.Random], Question], ...] = (_plain, _more, _plain, _classes, _plain, _exposed)
