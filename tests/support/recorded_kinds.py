"""Questions for the record that want searches: classes, funds of several classes, many holdings, few orders."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mixed import STYLES, drawn_targets

from pbal_xl import Holding

if TYPE_CHECKING:
    from collections.abc import Callable

    Question = tuple[list[Holding], Decimal, dict[str, Any]]

_BOUNDS: tuple[dict[str, Any], ...] = (
    {"lowest": 0}, {"highest": 0}, {"lowest": -100}, {"highest": 200}, {"most": "0.3"}, {"lot": 10},
    {"lot": "fraction"},
)  # fmt: skip


def searched(case: int) -> Question:
    """One of the kinds in turn."""
    rng = random.Random(f"searched/{case}")
    return _KINDS[case % len(_KINDS)](rng)


def _cash(rng: random.Random, holdings: list[Holding]) -> Decimal:
    part = Decimal(rng.choice(["0", "0.001", "0.01", "0.1", "0.5", "-0.01", "-0.1", "-0.5"]))
    return Decimal(round(sum([h.value for h in holdings], Decimal(0)) * part))


def _wishes(rng: random.Random, often: dict[str, tuple[float, Any]]) -> dict[str, Any]:
    """Both strategies and deviations; of other settings each as often as said."""
    wishes = {name: value for name, (part, value) in often.items() if rng.random() < part}
    wishes["strategy"] = rng.choice(["hard", "never-sell"])
    wishes["deviation"] = rng.choice(["relative", "absolute"])
    return wishes


def large(case: int) -> Question:
    """Hundreds of holdings, so that what is looked at less of many is noticed: by classes, in all, few orders."""
    rng = random.Random(f"large/{case}")
    kind = case % 4
    size = rng.randint(260, 600) if kind else rng.randint(260, 320)
    kinds = rng.randint(3, 12)
    holdings = [
        Holding(
            f"L{k}",
            Decimal(rng.randint(0, 10**6)) / 100,
            Decimal(rng.randint(100, 40_000)) / 100,
            rng.randint(-500, 500),
            asset_class="" if kind else f"C{k % kinds}",
        )
        for k in range(size)
    ]
    wishes: dict[str, Any] = {
        "strategy": ("hard", "never-sell")[case // 4 % 2], "whole_shares": kind != 3,
        "deviation": rng.choice(["relative", "absolute"]),
    }  # fmt: skip
    if not kind:
        wishes["targets"] = {f"C{k}": part for k, part in enumerate(drawn_targets(rng, kinds, 0.1))}
    if kind > 1:
        wishes |= {"max_trades": rng.randint(5, 40), "min_trade": rng.choice([50, 500])}
    return holdings, _cash(rng, holdings), wishes


def _by_classes(rng: random.Random) -> Question:
    size = rng.choice([2, 3, 4, 5, 6, 8, 10, 12, 13, 14, 20, 30])
    kinds = rng.randint(1, min(size, rng.choice([2, 3, 4, 6, 12])))
    dearest, fine = rng.choice([20, 200, 2000, 745_000]), rng.choice([1, 100])
    # Classes whose holdings have targets of their own within them.
    often = rng.choice([0, 0, 0.5])
    shared = {c: rng.random() < often for c in range(kinds)}
    within = {c: drawn_targets(rng, len(range(c, size, kinds)), 0.1) for c in range(kinds)}
    holdings = []
    for k in range(size):
        own = rng.choice(_BOUNDS) if rng.random() < 0.1 else {}
        value = Decimal(rng.randint(0, 100_000)) / fine
        price = Decimal(rng.randint(fine, dearest * fine)) / fine
        gain = rng.choice([None, 0]) if rng.random() < 0.05 else rng.randint(-500, 500)
        target = within[k % kinds][k // kinds] if shared[k % kinds] else None
        holdings.append(Holding(f"S{k}", value, price, gain, target, asset_class=f"C{k % kinds}", **own))
    wishes = _wishes(rng, {
        "max_trades": (0.25, rng.choice([1, 2, 3, 4, 8])), "min_trade": (0.2, rng.choice([50, 500, 5000])),
        "fee": (0.1, "2.95"), "max_turnover": (0.1, rng.randint(0, 50_000)), "max_gain": (0.1, rng.randint(0, 200)),
        "keep": (0.1, rng.randint(0, 500)), "whole_shares": (0.8, True),
    })  # fmt: skip
    wishes["targets"] = {f"C{k}": part for k, part in enumerate(drawn_targets(rng, kinds, 0.1))}
    return holdings, _cash(rng, holdings), wishes


def _looked_through(rng: random.Random) -> Question:
    size, kinds = rng.randint(2, 9), rng.randint(2, 4)
    holdings = [
        Holding(
            f"F{k}",
            Decimal(rng.randint(0, 100_000)) / rng.choice([1, 100]),
            rng.randint(1, 300),
            rng.randint(-500, 500),
        )
        for k in range(size)
    ]
    wishes = _wishes(rng, {
        "max_trades": (0.25, rng.randint(1, 4)), "min_trade": (0.2, rng.choice([50, 500])), "fee": (0.1, "2.95"),
        "max_turnover": (0.1, rng.randint(0, 50_000)), "max_gain": (0.1, rng.randint(0, 200)),
        "whole_shares": (0.6, True),
    })  # fmt: skip
    wishes["targets"] = {f"C{k}": part for k, part in enumerate(drawn_targets(rng, kinds, 0.1))}
    parts = {h.symbol: drawn_targets(rng, kinds, 0.4) for h in holdings}
    wishes["exposure"] = {
        symbol: {f"C{k}": 100 * part for k, part in enumerate(row)} for symbol, row in parts.items()
    }
    return holdings, _cash(rng, holdings), wishes


def _many(rng: random.Random) -> Question:
    size, price = (
        rng.randint(13, 60),
        STYLES[rng.choice(["ordinary", "ordinary", "huge", "dear and cheap", "wild"])],
    )
    targets: list[Any] = drawn_targets(rng, size, 0.05) if rng.random() < 0.7 else [None] * size
    holdings = [
        Holding(f"S{k}", Decimal(rng.randint(0, 10**6)) / 100, price(rng), rng.randint(-500, 500), target)
        for k, target in enumerate(targets)
    ]
    wishes = _wishes(rng, {
        "max_trades": (0.3, rng.randint(1, size)), "min_trade": (0.3, rng.choice([50, 500, 5000])),
        "fee": (0.2, "2.95"), "fee_percent": (0.1, "0.1"), "keep": (0.1, rng.randint(0, 500)),
    })  # fmt: skip
    wishes["whole_shares"] = rng.random() < 0.85
    return holdings, _cash(rng, holdings), wishes


def _few_orders(rng: random.Random) -> Question:
    size, rough = rng.randint(3, 14), rng.random() < 0.5
    targets: list[Any] = drawn_targets(rng, size, 0.1) if rng.random() < 0.7 else [None] * size
    holdings = []
    for k, target in enumerate(targets):
        own = rng.choice(_BOUNDS[:5]) if rng.random() < 0.1 else {}
        value = Decimal(100 * rng.randint(0, 20)) if rough else Decimal(rng.randint(0, 10**6)) / 100
        price = Decimal(rng.choice([10, 20, 50])) if rough else Decimal(rng.randint(100, 30_000)) / 100
        holdings.append(Holding(f"S{k}", value, price, rng.randint(-5, 5) * 20, target, **own))
    wishes = _wishes(rng, {
        "min_trade": (0.3, rng.choice([50, 100, 500])), "fee": (0.2, rng.choice([1, "2.95"])),
        "fee_percent": (0.1, rng.choice([1, "0.1"])), "fee_limit": (0.2, rng.choice([1, 2, 5])),
        "max_turnover": (0.1, rng.randint(0, 5000)), "max_gain": (0.1, rng.randint(0, 200)),
    })  # fmt: skip
    wishes |= {"whole_shares": rng.random() < 0.5, "max_trades": rng.randint(1, size - 1)}
    return holdings, _cash(rng, holdings), wishes


_KINDS: tuple[Callable[[random.Random], Question], ...] = (_by_classes, _looked_through, _few_orders, _many)
