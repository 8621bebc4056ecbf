"""Plans as they are recorded: the whole answer to a drawn question, short enough to be read.

``python tests/tools/record.py`` writes the record anew. A plan in it changes only where a change of the core is
meant to change it.
"""

from __future__ import annotations

import hashlib
import json
import random
from decimal import Decimal
from pathlib import Path
from typing import Any

from mixed import drawn_case, with_classes

from pbal_xl import Holding, PbalError, suggest_trades

RECORD = Path(__file__).parents[1] / "data" / "recorded-plans.json"
CASES = 800
_CLASSES = ("Stocks", "Bonds")


def question(case: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    """A portfolio, its cash and its wishes: mixed, and with what is seldom drawn there."""
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
        # The last digits of a bound depend on how Python sums floats.
        "gap": None if plan.gap_bound is None else f"{round(float(plan.gap_bound), 6):.3g}",
        "notices": list(plan.notices),
        "holdings": hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12],
    }
