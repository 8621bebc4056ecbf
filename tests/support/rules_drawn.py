"""Portfolios and rules drawn at random, all of them mixed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl import Holding

if TYPE_CHECKING:
    from random import Random

    from pbal_xl.core.model import Strategy

LOTS: list[int | str | None] = [None, None, None, 10, "fraction"]


def portions(rng: Random, size: int, zeros: float = 0.1) -> list[Decimal]:
    """Weights that sum to 1 exactly."""
    parts = [0 if rng.random() < zeros else rng.randint(1, 30) for _ in range(size)]
    parts[0] = parts[0] or 1
    shares = [Decimal(10**6 * part // sum(parts)) / 10**6 for part in parts]
    shares[0] += 1 - sum(shares)
    return shares


def drawn(rng: Random) -> tuple[list[Holding], dict[str, Any]]:
    """Holdings, and the targets of their classes where those have them."""
    size = rng.randint(1, 9)
    lock: list[dict[str, Any]] = [{}, {}, {}, {"lowest": 0}, {"highest": 0}, {"lowest": 0, "highest": 0}]
    kinds = rng.randint(1, min(4, size)) if rng.random() < 0.4 else 0
    # Every class has a holding.
    classes = [f"C{place if place < kinds else rng.randrange(kinds)}" if kinds else "" for place in range(size)]
    targets: list[Decimal | None] = list(portions(rng, size))
    if kinds:
        own = {name: rng.random() < 0.3 for name in classes}
        within = {name: iter(portions(rng, classes.count(name))) for name in classes}
        targets = [next(within[name]) if own[name] else None for name in classes]
    holdings = [
        Holding(
            f"S{place}",
            Decimal(rng.randint(0, 2_000_000)) / 100,
            Decimal(rng.randint(100, 40_000)) / 100,
            rng.randint(-500, 3000),
            target,
            **rng.choice(lock),
            most=rng.choice([None, None, "0.2", "0.5"]),
            lot=rng.choice(LOTS),
            asset_class=name,
        )
        for place, (target, name) in enumerate(zip(targets, classes, strict=True))
    ]
    if not kinds:
        return holdings, {}
    names = [f"C{kind}" for kind in range(kinds)]
    more: dict[str, Any] = {"targets": dict(zip(names, portions(rng, kinds), strict=True))}
    if rng.random() < 0.4:
        mixed = rng.sample(range(size), rng.randint(1, size))
        more["exposure"] = {f"S{place}": dict(zip(names, portions(rng, kinds), strict=True)) for place in mixed}
        covered = {name for parts in more["exposure"].values() for name, part in parts.items() if part}
        covered |= {name for place, name in enumerate(classes) if place not in mixed}
        if any(more["targets"][name] and name not in covered for name in names):
            del more["exposure"]
    return holdings, more


def asked(rng: Random) -> dict[str, Any]:
    rules: dict[str, Any] = {
        "bands": lambda: rng.choice(["5/25", "3", "20%", "20%>=1"]),
        "band_to": lambda: rng.choice(["target", "edge", "halfway"]),
        "max_trades": lambda: rng.randint(0, 6),
        "max_turnover": lambda: rng.randint(0, 20_000),
        "fee": lambda: rng.choice(["2.95", "0.5", 10]),
        "fee_percent": lambda: rng.choice(["0.1", 1, "0.25"]),
        "fee_limit": lambda: rng.choice([2, "1.5", 5]),
        "max_gain": lambda: rng.randint(-200, 2000),
        "keep": lambda: rng.randint(0, 1000),
        "min_trade": lambda: rng.choice([50, 500]),
        "increment": lambda: rng.choice([10, 100]),
    }
    wishes: dict[str, Any] = {name: draw() for name, draw in rules.items() if rng.random() < 0.25}
    wishes["whole_shares"] = rng.random() < 0.5 and "increment" not in wishes
    return wishes


def mixed(rng: Random) -> tuple[list[Holding], int, Strategy, dict[str, Any]]:
    """A portfolio, its cash, the strategy and all that is asked for."""
    holdings, more = drawn(rng)
    wishes = asked(rng) | more
    worth = int(sum(h.value for h in holdings))
    cash = rng.choice([0, rng.randint(1, 8000), -rng.randint(1, worth // 2 + 1)])
    strategy: Strategy = rng.choice(["never-sell", "hard"])
    return holdings, max(cash, -worth), strategy, wishes
