"""Random portfolios over all options mixed, and the laws that every plan of them must keep.

Every case has a seed of its own, so that one that fails can be drawn again alone.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pbal_xl import Holding, PlanError, suggest_trades

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CENT, HALF = Decimal("0.01"), Decimal("0.005")

STYLES: dict[str, Callable[[random.Random], Decimal]] = {
    "wild": lambda rng: Decimal(10) ** rng.randint(-6, 9),
    "dear and cheap": lambda rng: rng.choice([Decimal(1), Decimal(745_000)]),
    "pennies": lambda rng: Decimal(rng.randint(1, 999)) / 10**6,
    "ordinary": lambda rng: Decimal(rng.randint(100, 50_000)) / 100,
    "huge": lambda rng: Decimal(rng.randint(1, 10**9)),
    "one price": lambda _: Decimal(100),
}
_CLASSES = ("Stocks", "Bonds", "Gold", "Land")


def drawn_targets(rng: random.Random, size: int, zeros: float) -> list[Decimal]:
    """Targets that sum to 1, some of them 0."""
    parts = [0 if rng.random() < zeros else rng.randint(1, 40) for _ in range(size)]
    if not any(parts):
        parts[0] = 1
    shares = [Decimal(10**6 * part // sum(parts)) / 10**6 for part in parts]
    shares[parts.index(max(parts))] += 1 - sum(shares)
    return shares


def drawn_value(rng: random.Random, style: str) -> Decimal:
    if style == "wild":
        return Decimal(rng.randint(0, 10**6)) * Decimal(10) ** rng.randint(-6, 6)
    if style == "one price":
        return Decimal(100 * rng.choice([0, 1, 2, 10, 10]))
    return Decimal(rng.choice([0, rng.randint(0, 10**9), rng.randint(0, 10**6)])) / 100


def drawn_holdings(rng: random.Random, size: int) -> list[Holding]:
    """A portfolio of one style of prices, with or without targets, gains, quantities, bounds, caps and lots."""
    style = rng.choice(sorted(STYLES))
    targets: list[Any] = drawn_targets(rng, size, 0.2) if rng.random() < 0.6 else [None] * size
    bound, capped, lots, gains = (rng.random() < part for part in (0.25, 0.15, 0.2, 0.8))
    found = []
    for place, target in enumerate(targets):
        value, price = drawn_value(rng, style), STYLES[style](rng)
        own: dict[str, Any] = {}
        if bound and rng.random() < 0.3:
            own = rng.choice([
                {"lowest": 0}, {"highest": 0}, {"lowest": 0, "highest": 0},
                {"lowest": -rng.randint(0, 5000)}, {"highest": rng.randint(0, 5000)},
            ])  # fmt: skip
        if capped and rng.random() < 0.3:
            own["most"] = rng.choice(["0.02", "0.2", "0.5"])
        if lots and rng.random() < 0.4:
            own["lot"] = rng.choice([1, 10, 100, "fraction"])
        if rng.random() < 0.2:
            own["settled"] = True
            own["quantity"] = min((value / price).quantize(Decimal("1e-6")), Decimal(10**14))
        gain = rng.randint(-1000, 1000) if gains else None
        found.append(Holding(f"S{place:04}", value, price, gain, target, **own))
    return found


def drawn_wishes(rng: random.Random) -> dict[str, Any]:
    """Settings of one plan; most have few."""
    rules: dict[str, Callable[[], Any]] = {
        "min_trade": lambda: rng.choice([1, 50, 500, 10_000, 10**6]),
        "increment": lambda: rng.choice([1, 100, 10**5]),
        "max_trades": lambda: rng.choice([0, 1, 2, 3, 6, 20]),
        "bands": lambda: rng.choice(["5/25", "3", "20%", "20%>=1"]),
        "max_turnover": lambda: rng.choice([0, rng.randint(0, 20_000), rng.randint(0, 10**7)]),
        "fee": lambda: rng.choice(["2.95", "0.5", 10]),
        "fee_percent": lambda: rng.choice(["0.1", 1, "0.25"]),
        "fee_limit": lambda: rng.choice([2, "1.5", 5]),
        "max_gain": lambda: rng.randint(-200, 2000),
        "keep": lambda: rng.choice([rng.randint(0, 1000), rng.randint(0, 10**5)]),
    }
    often = rng.choice([0.0, 0.1, 0.1, 0.3])
    wishes = {name: draw() for name, draw in rules.items() if rng.random() < often}
    if rng.random() < 0.3:
        wishes["min_trade"] = rules["min_trade"]()
    if "bands" in wishes:
        wishes["band_to"] = rng.choice(["target", "edge", "halfway"])
    wishes["strategy"] = rng.choice(["never-sell", "hard"])
    wishes["deviation"] = rng.choice(["relative", "absolute"])
    wishes["whole_shares"] = rng.random() < 0.6 and "increment" not in wishes
    return wishes


def with_classes(rng: random.Random, holdings: list[Holding]) -> tuple[list[Holding], dict[str, Decimal]]:
    """The same in asset classes, and targets of those."""
    count = min(len(holdings), rng.randint(1, len(_CLASSES)))
    targets = dict(zip(_CLASSES, drawn_targets(rng, count, 0.1), strict=False))
    return [
        Holding(
            h.symbol, h.value, h.price, h.gain, h.target, h.quantity, lowest=h.lowest, highest=h.highest,
            most=h.most, lot=h.lot, asset_class=_CLASSES[place % count], settled=True,
        )
        for place, h in enumerate(holdings)
    ], targets  # fmt: skip


def drawn_case(seed: object, most: int) -> tuple[list[Holding], Decimal, dict[str, Any]]:
    """The holdings, the cash and the wishes of one case."""
    rng = random.Random(str(seed))
    # Few are large: small ones go wrong as well, and take less time.
    holdings = drawn_holdings(rng, rng.randint(1, most if rng.random() < 0.1 else min(8, most)))
    total = sum((h.value for h in holdings), Decimal(0))
    part = rng.choice([rng.random(), rng.random() / 100, 0.0, 1.0])
    cash = round(rng.choice([1, -1]) * (total or 1000) * Decimal(part), 2)
    wishes = drawn_wishes(rng)
    if rng.random() < 0.05:
        holdings, wishes["targets"] = with_classes(rng, holdings)
    return holdings, max(-total, cash), wishes


def broken(holdings: list[Holding], cash: Decimal, wishes: dict[str, Any], plan: Any) -> list[str]:
    """The laws that a plan breaks, in words."""
    laws = [*_plan_laws(cash, wishes, plan)]
    total = sum(h.value for h in holdings) + cash - Decimal(wishes.get("keep") or 0)
    parts = any("fractions" in notice for notice in plan.notices)
    for holding, order in zip(holdings, plan.orders, strict=True):
        laws += _position_laws(holding, order, total, wishes.get("targets") or {})
        if order.amount:
            laws += _order_laws(order, wishes)
            laws += _unit_laws(holding, order, wishes, parts)
    return [words for held, words in laws if not held]


def _plan_laws(cash: Decimal, wishes: dict[str, Any], plan: Any) -> Iterator[tuple[bool, str]]:
    amounts = [order.amount for order in plan.orders]
    keep = Decimal(wishes.get("keep") or 0)
    yield sum(amounts) + plan.fees + plan.leftover == cash, "amounts, fees and leftover are the cash"
    yield plan.leftover >= keep, "what is to be kept is kept"
    yield plan.fees == sum(order.fee for order in plan.orders), "fees are the sum of the fees"
    yield plan.gap_bound is None or plan.gap_bound >= 0, "the bound is not negative"
    if wishes["strategy"] == "never-sell":
        yield cash < keep or min(amounts) >= 0, "a deposit sells nothing"
        yield cash > keep or max(amounts) <= 0, "a withdrawal buys nothing"
    traded = sum(amount != 0 for amount in amounts)
    yield traded <= wishes.get("max_trades", traded), "orders are few enough"
    turnover = sum(abs(amount) for amount in amounts)
    yield turnover <= wishes.get("max_turnover", turnover), "the turnover is within its limit"
    if "max_gain" in wishes and min(amounts) < 0:
        yield plan.gain is not None and plan.gain <= wishes["max_gain"], "the gain is within its limit"


def _position_laws(
    holding: Holding, order: Any, total: Decimal, targets: dict[str, Any]
) -> Iterator[tuple[bool, str]]:
    yield order.symbol == holding.symbol, "orders stand in the order of the holdings"
    yield order.value_after == holding.value + order.amount >= 0, "no position goes below zero"
    yield bool(order.reason), "every order says why"
    yield holding.lowest is None or order.amount >= holding.lowest, "the lowest trade is kept"
    yield holding.highest is None or order.amount <= holding.highest, "the highest trade is kept"
    if order.amount > 0:
        yield holding.most is None or order.value_after <= holding.most * total, "no cap is bought above"
        # Of a class that is wanted whole shares may come nearer by one that has no part in the exact plan.
        shares = Decimal(targets.get(holding.asset_class, 0)) > 0 and holding.target != 0
        yield order.target > 0 or shares, "target 0 is never bought"
    yield bool(order.amount) or not (order.fee or order.shares), "no order costs nothing"


def _order_laws(order: Any, wishes: dict[str, Any]) -> Iterator[tuple[bool, str]]:
    size, fee = abs(order.amount), Decimal(wishes.get("fee") or 0)
    yield size >= max(Decimal(wishes.get("min_trade") or 0), fee), "no order is below its minimum"
    part = size * Decimal(wishes.get("fee_percent") or 0) / 100
    yield abs(order.fee - part - fee) <= HALF, "the fee is what was said"
    if "fee_limit" in wishes:
        yield order.fee <= size * Decimal(wishes["fee_limit"]) / 100 + HALF, "no fee is above its limit"


def _unit_laws(holding: Holding, order: Any, wishes: dict[str, Any], parts: bool) -> Iterator[tuple[bool, str]]:
    lot = holding.lot or (1 if wishes["whole_shares"] else "fraction")
    closed = not order.value_after
    if step := wishes.get("increment"):
        yield order.amount % step == 0 or closed, "amounts are multiples"
    elif lot == "fraction":
        yield order.amount % CENT == 0 or closed, "amounts are whole cents"
    elif not parts:
        yield order.shares % lot == 0, "shares are whole lots"
        yield order.shares * order.price == order.amount, "shares times price are the amount"
    if holding.quantity is not None:
        yield -order.shares <= holding.quantity, "no share is sold that is not held"
    if order.shares != -(holding.quantity or 0):
        yield abs(order.shares * order.price - order.amount) <= HALF, "shares times price are the amount, nearly"


def wrongly_refused(holdings: list[Holding], cash: Decimal, wishes: dict[str, Any], refusal: str) -> bool:
    """Whether orders that keep every rule exist although the plan was refused."""
    if "no order within fee_limit" in refusal:
        return Decimal(wishes.get("fee_percent") or 0) < Decimal(wishes["fee_limit"])
    if "has no gain, which max_gain needs" in refusal:
        return all(h.gain is not None for h in holdings)
    # What a gain or a turnover can be kept to is judged by solvers elsewhere.
    limits = [name for name in ("max_gain", "max_turnover") if name in wishes and name in refusal]
    if limits or ("targets of classes" in refusal and "targets" in wishes):
        return cash > 0 and wishes.get("max_gain", 0) >= 0 and "keep" not in wishes and "of classes" not in refusal
    needed = Decimal(wishes.get("keep") or 0) - cash
    return needed <= 0 or _raisable(holdings, wishes) >= needed


def _raisable(holdings: list[Holding], wishes: dict[str, Any]) -> Decimal:
    """The most that sales can raise once fees are paid."""
    fee, part = Decimal(wishes.get("fee") or 0), Decimal(wishes.get("fee_percent") or 0) / 100
    least, step = max(fee, Decimal(wishes.get("min_trade") or 0)), wishes.get("increment")
    if fee and "fee_limit" in wishes:
        least = max(least, (fee + CENT * bool(part)) / (Decimal(wishes["fee_limit"]) / 100 - part))
    rooms = []
    for h in holdings:
        room = h.value if h.lowest is None else max(Decimal(0), min(h.value, -h.lowest))
        if step and room < h.value:
            room = room // step * step
        if room >= least:
            # Fees are rounded to the cent each.
            rooms.append(room - room * part - fee - (CENT if part else 0))
    return sum(sorted(rooms, reverse=True)[: wishes.get("max_trades", len(rooms))], Decimal(0))


def judged(holdings: list[Holding], cash: Decimal, wishes: dict[str, Any]) -> tuple[bool, list[str]]:
    """(whether there is a plan, what is wrong with it or with its refusal)."""
    try:
        plan = suggest_trades(holdings, cash, **wishes)
    except PlanError as refusal:
        wrong = wrongly_refused(holdings, cash, wishes, str(refusal))
        return False, [f"refused: {refusal}"] if wrong else []
    return True, broken(holdings, cash, wishes, plan)


def moved_by_order(seed: object, holdings: list[Holding], cash: Decimal, wishes: dict[str, Any]) -> bool:
    """Whether the same holdings in another order of rows get other orders."""
    shuffled = list(holdings)
    random.Random(str(seed)).shuffle(shuffled)
    try:
        one, other = (suggest_trades(rows, cash, **wishes) for rows in (holdings, shuffled))
    except PlanError:
        return False
    amounts = {order.symbol: order.amount for order in other.orders}
    return any(amounts[order.symbol] != order.amount for order in one.orders)
