"""Plans as they are recorded: the whole answer to a drawn question, short enough to be read.

``python tests/tools/record.py`` writes the record anew. A plan in it changes only where a change of the core is
meant to change it.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import random
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mixed import drawn_case, drawn_targets, with_classes
from recorded_brief import brief
from recorded_kinds import large, searched

from pbal_xl import Holding, PbalError, suggest_trades

if TYPE_CHECKING:
    from types import FrameType

RECORD = Path(__file__).parents[1] / "data" / "recorded-plans.json"
# How often functions of the core are called for each: what a search looks at, in a figure that no machine changes.
STEPS = RECORD.with_name("recorded-steps.json")
CASES = 2816
# Of many more questions no more than a digest of the answer and the calls.
DIGESTS = RECORD.with_name("recorded-digests.json")
DIGESTED = 3000
# From here on every case is one of a few kinds that are seldom drawn, from there on one that wants a search,
# and the last are large.
_SELDOM, _SEARCHED, _LARGE = 1600, 2000, 2800


def question(case: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    """A portfolio, its cash and its wishes: in turn one of all sizes, and a tiny one; then what is seldom drawn."""
    if case >= CASES:
        return brief(case)
    if case >= _LARGE:
        return large(case)
    if case >= _SEARCHED:
        return searched(case)
    if case >= _SELDOM:
        return _seldom(case)
    return _tiny(case) if case % 2 else _mixed(case)


def _tiny(case: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    """A few units of money and a few shares, so that every comparison meets its equals, and one more or less."""
    rng = random.Random(f"tiny/{case}")

    def few(low: int, high: int) -> int:
        return rng.randint(low, high)

    size = few(1, 5)
    targets: list[Any] = rng.choice([[None] * size, drawn_targets(rng, size, 0.25), drawn_targets(rng, size, 0.25)])
    bound, gains, classes = rng.random() < 0.4, rng.random() < 0.8, rng.random() < 0.12
    holdings = []
    for place, target in enumerate(targets):
        own: dict[str, Any] = {}
        if bound:
            low, high = rng.choice([None, 0, -few(0, 6), 1]), rng.choice([None, 0, few(0, 6), -1])
            own = {"lowest": low, "highest": high if low is None or high is None or low <= high else None}
            own["most"] = rng.choice([None, None, "0.25", "0.5", "0"])
            own["lot"] = rng.choice([None, None, 2, "fraction"])
        value = few(0, 12)
        own["quantity"] = rng.choice([None, None, None, Decimal(value) / 2])
        own["settled"] = True
        own["asset_class"] = f"C{place % 2}" if classes else ""
        price: Any = rng.choice([1, 2, 3, 4, "1.5"])
        holdings.append(Holding(f"T{place}", value, price, few(-4, 4) if gains else None, target, **own))
    draws: dict[str, Any] = {
        "min_trade": few(1, 6), "increment": few(1, 4), "max_trades": few(0, 3), "max_turnover": few(0, 14),
        "max_gain": few(-2, 3), "keep": few(0, 3), "fee": few(1, 2), "fee_percent": rng.choice([1, 10, "12.5", 20]),
        "fee_limit": rng.choice([10, 25, 50, 80]), "bands": rng.choice(["5/25", "10", "20%", "20%>=5", "0"]),
    }  # fmt: skip
    often = rng.choice([0.05, 0.15, 0.3])
    wishes = {name: drawn for name, drawn in draws.items() if rng.random() < often}
    wishes["strategy"] = rng.choice(["never-sell", "hard"])
    wishes["deviation"] = rng.choice(["relative", "absolute"])
    wishes["whole_shares"] = rng.choice([True, False, None]) if "increment" not in wishes else None
    wishes["band_to"] = rng.choice(["target", "edge", "halfway"])
    wishes["minor_unit"] = rng.choice(["1", "1", "0.5", "0.01"])
    if classes:
        two = rng.choice([{"C0": "0.5", "C1": "0.5"}, {"C0": 75, "C1": 25}])
        wishes["targets"] = {"C0": 1} if size == 1 else two
    return holdings, Decimal(few(-10, 12)), wishes


def _seldom(case: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    """Increments with targets of their own, deposits too small for a minimum, bands and budgets of few funds."""
    rng = random.Random(f"seldom/{case}")
    kind = ("increment", "minimum", "bands", "exposure")[case % 4]
    size = rng.randint(2, 6)
    # Rough figures are equal to each other, and just as large as a minimum, more often than fine ones.
    values = [50 * rng.randint(0, 12) for _ in range(size)]
    targets: list[Any] = drawn_targets(rng, size, 0.15) if rng.random() < 0.8 else [None] * size
    gains = [rng.choice([-50, 0, 20, 100]) for _ in range(size)]
    bounds: list[dict[str, Any]] = [
        rng.choice([{}, {}, {"lowest": -100}, {"highest": 100}, {"lowest": 0}]) for _ in range(size)
    ]
    cash = 25 * rng.randint(-20, 20)
    wishes: dict[str, Any] = {"deviation": rng.choice(["relative", "absolute"]), "whole_shares": False}
    wishes["strategy"] = rng.choice(["never-sell", "hard"])
    if kind == "increment":
        wishes |= {"whole_shares": None, "increment": rng.choice([25, 50, 70]), "strategy": "never-sell"}
    if kind in {"increment", "minimum"} and rng.random() < 0.6:
        wishes["min_trade"] = rng.choice([50, 100, 150])
    if kind == "minimum":
        wishes |= {"whole_shares": rng.random() < 0.7, "max_trades": rng.choice([None, 1, 2])}
    if kind == "bands":
        wishes |= {"bands": rng.choice(["5", "5/25", "20%"]), "band_to": rng.choice(["target", "edge", "halfway"])}
        wishes["strategy"] = "hard"
    if kind == "exposure":
        parts = [rng.choice([0, 25, 50, 70, 100]) for _ in range(size)]
        wishes["targets"] = {"Stocks": "0.6", "Bonds": "0.4"}
        wishes["exposure"] = {f"F{k}": {"Stocks": part, "Bonds": 100 - part} for k, part in enumerate(parts)}
        wishes |= rng.choice([{}, {"max_gain": 10}, {"max_turnover": 300}, {"max_trades": 2}])
        targets, bounds = [None] * size, [{}] * size
    holdings = [
        Holding(f"F{k}", values[k], rng.choice([5, 10, 25, 40]), gains[k], targets[k], **bounds[k])
        for k in range(size)
    ]
    return holdings, Decimal(max(cash, -sum(values))), wishes


def _mixed(case: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    """One of all sizes, with what is seldom drawn elsewhere."""
    seed = f"recorded/{case}"
    rng = random.Random(seed)
    holdings, cash, wishes = drawn_case(seed, 24)
    if rng.random() < 0.5:
        # One or two more wishes, for all wishes come alone as well as together.
        _, _, others = drawn_case(f"{seed}/more", 1)
        others.pop("targets", None)
        wishes = {**others, **wishes}
    if rng.random() < 0.15:
        wishes["minor_unit"] = rng.choice(["1", "0.05", "0.001"])
    if rng.random() < 0.15:
        wishes["whole_shares"] = None
    wishes["whole_shares"] = wishes["whole_shares"] and "increment" not in wishes
    if "targets" not in wishes and rng.random() < 0.1:
        holdings, wishes["targets"] = with_classes(rng, holdings)
    elif "targets" not in wishes and rng.random() < 0.06:
        holdings = holdings[:5]
        wishes["targets"] = {"Stocks": "0.6", "Bonds": "0.4"}
        parts = {h.symbol: rng.randint(0, 100) for h in holdings}
        wishes["exposure"] = {symbol: {"Stocks": part, "Bonds": 100 - part} for symbol, part in parts.items()}
    if rng.random() < 0.1:
        wishes["whole_shares"] = False
        holdings = [Holding(h.symbol, h.value, None, h.gain, h.target, asset_class=h.asset_class) for h in holdings]
    if cash and rng.random() < 0.1:
        # One cent, one share, or nearly all: where roundings meet.
        cash = rng.choice([Decimal("0.01"), holdings[0].price or Decimal(1), Decimal(-1)])
    return holdings, cash, wishes


def answer(case: int) -> dict[str, Any]:
    """The plan of a case in short: orders, sums, words, and a digest of all that is told of each holding."""
    holdings, cash, wishes = question(case)
    try:
        plan = suggest_trades(holdings, cash, **wishes)
    except PbalError as refusal:
        return {"refused": str(refusal)}
    told = [
        [str(one) for one in (o.shares, o.value_after, o.weight_before, o.weight_after, o.target, o.gain_realised)]
        + [o.reason, str(o.fee)]
        for o in plan.orders
    ]
    return {
        "orders": {o.symbol: str(o.amount) for o in plan.orders if o.amount},
        "leftover": str(plan.leftover),
        "level": str(plan.level),
        "drift": str(plan.drift_after),
        "gap": None if plan.gap_bound is None else f"{float(plan.gap_bound):.3g}",
        "notices": list(plan.notices),
        "holdings": hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12],
    }


def answer_and_steps(case: int) -> tuple[dict[str, Any], int]:
    """The answer to a case, and how often functions of the core were called for it."""
    core, called = str(Path(suggest_trades.__code__.co_filename).parent), 0
    # Python 3.12 calls no function for what stands in brackets, and how a generator is ended differs too.
    flags = inspect.CO_GENERATOR | inspect.CO_COROUTINE

    def count(frame: FrameType, event: str, _given: object) -> None:
        nonlocal called
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(core):
            called += not (code.co_name.startswith("<") or code.co_flags & flags)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return answer(case), called
    finally:
        sys.setprofile(before)


def digest(case: int) -> str:
    """The answer to a case and its calls in eight letters."""
    return hashlib.sha256(json.dumps(answer_and_steps(case)).encode()).hexdigest()[:8]
