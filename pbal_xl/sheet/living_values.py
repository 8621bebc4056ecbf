"""What the formulas of a living sheet come to, worked out here, so that it is right before it is recalculated.

Column by column the same as ``living_formulas``, in the same binary floating point.
"""

from __future__ import annotations

from math import floor, fsum
from typing import TYPE_CHECKING

from pbal_xl.sheet.living_figures import NEVER, TINY, Figures, Worked, rounded
from pbal_xl.sheet.living_formulas import SEARCH_STEPS
from pbal_xl.sheet.living_shares import work_out_shares

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["work_out"]


def work_out(given: Figures) -> Worked:
    """All that the formulas work out."""
    done = Worked()
    _exact(given, done)
    _cents(given, done)
    amounts = done.columns["spread"]
    if given.increment is not None:
        _lumps(given, done)
        if given.increment and not given.hard:
            amounts = done.columns["lump"]
    if given.price:
        work_out_shares(given, done)
        if done.cells["whole"]:
            counts = zip(done.columns["count"], given.price, strict=True)
            amounts = [count * price for count, price in counts]
        elif done.cells["wished"]:
            amounts = [-sold for sold in done.columns["sold"]]
    done.columns["amount"] = [rounded(amount, 6) for amount in amounts]
    return done


def _exact(given: Figures, done: Worked) -> None:
    cash, total = given.cash, fsum(given.value)
    unwanted = 0.0
    if given.custom and not given.absolute:
        unwanted = fsum(v for v, t in zip(given.value, given.target, strict=True) if t == 0)
    only = cash < 0 and -cash < unwanted
    pool = cash + (unwanted if cash < 0 and not only else 0.0)
    done.cells |= {
        "hard": given.hard,
        "absolute": given.absolute,
        "sign": -1 if cash < 0 else 1,
        "unit": given.increment or 0.01,
        "unwanted": unwanted,
        "unwanted_only": only,
        "pool": pool,
        "total_wanted": total + cash,
    }
    columns = done.columns
    columns["want"] = [
        (NEVER if v > 0 else 0.0) if t == 0 else v / t for v, t in zip(given.value, given.target, strict=True)
    ]
    columns["play"] = [_play(given, only, t) for t in given.target]
    height = [
        v - t * (total + cash) if given.absolute else v for v, t in zip(given.value, given.target, strict=True)
    ]
    columns["height"] = [h if q else 0.0 for h, q in zip(height, columns["play"], strict=True)]
    columns["ratio"] = [
        h / q if q else (-NEVER if cash < 0 else NEVER)
        for h, q in zip(columns["height"], columns["play"], strict=True)
    ]
    columns["last"] = [_last(done, cash, pool, ratio) for ratio in columns["ratio"]]
    mark = max(0.0, *columns["last"]) if cash < 0 else min(columns["last"])
    done.cells["mark"] = mark
    columns["exact"] = [
        _wish(given, t * (total + cash) - v, v, t, h, q, mark)
        for v, t, h, q in zip(given.value, given.target, columns["height"], columns["play"], strict=True)
    ]


def _play(given: Figures, only: bool, target: float) -> float:  # noqa: FBT001
    if given.absolute:
        return 0.0 if given.cash >= 0 and target == 0 else 1.0
    if only:
        return 1.0 if target == 0 else 0.0
    return target


def _last(done: Worked, cash: float, pool: float, ratio: float) -> float:
    members = [
        k for k, other in enumerate(done.columns["ratio"]) if (other >= ratio if cash < 0 else other <= ratio)
    ]
    height = fsum(done.columns["height"][k] for k in members)
    return (pool + height) / fsum(done.columns["play"][k] for k in members)


def _wish(  # noqa: PLR0913 - the terms of one formula
    given: Figures, wanted: float, value: float, target: float, height: float, play: float, mark: float
) -> float:
    if given.hard:
        return wanted
    if play == 0:
        return -value if given.cash < 0 and target == 0 else 0.0
    return -max(0.0, height - play * mark) if given.cash < 0 else max(0.0, play * mark - height)


def _cents(given: Figures, done: Worked) -> None:
    unit, exact = done.number("unit"), done.columns["exact"]
    total = max(-fsum(given.value), unit * floor(rounded(given.cash / unit, 4)))
    cut = [max(-v, unit * floor(rounded(x / unit, 4))) for v, x in zip(given.value, exact, strict=True)]
    part = [rounded((x - c) / unit, 6) for x, c in zip(exact, cut, strict=True)]
    spare = floor(rounded((given.cash - fsum(cut)) / unit, 4))
    order = sorted(range(len(part)), key=lambda k: (-part[k], given.place[k]))
    turn = [0] * len(part)
    for place, k in enumerate(order, start=1):
        turn[k] = place
    done.cells |= {"total": total, "spare": spare}
    done.columns |= {
        "cut": cut,
        "part": part,
        "turn": [float(place) for place in turn],
        "spread": [rounded(c + (unit if t <= spare else 0.0), 6) for c, t in zip(cut, turn, strict=True)],
    }


def _lumps(given: Figures, done: Worked) -> None:
    columns, unit, sign = done.columns, done.number("unit"), done.number("sign")
    selling = given.cash < 0
    columns["playing"] = [q if q > 0 else NEVER for q in columns["play"]]
    columns["room"] = [v if selling else NEVER for v in given.value]
    wanted = sign * done.number("total")
    if selling and not done.cells["unwanted_only"]:
        wanted -= done.number("unwanted")
    done.cells["wanted"] = wanted

    def moved_at(level: float) -> list[float]:
        rows = zip(columns["room"], columns["play"], columns["height"], strict=True)
        return [min(room, unit * max(0, floor((q * level - sign * h) / unit + 0.5))) for room, q, h in rows]

    low, high = _search(done, moved_at, wanted)
    columns["base"] = moved_at(low)
    columns["more"] = [top - base for top, base in zip(moved_at(high), columns["base"], strict=True)]
    columns["tie"] = [
        (gain / value if value else 0.0) if selling else gain + base
        for gain, value, base in zip(given.gain, given.value, columns["base"], strict=True)
    ]
    rest = wanted - fsum(columns["base"])
    done.cells["rest"] = rest
    keys = list(zip(columns["tie"], given.place, strict=True))
    columns["ahead"] = [
        fsum(more for other, more in zip(keys, columns["more"], strict=True) if other < key) for key in keys
    ]
    columns["lump"] = [
        _lump(given, k, sign * (base + min(more, max(0.0, rest - ahead))), columns["play"][k])
        for k, (base, more, ahead) in enumerate(
            zip(columns["base"], columns["more"], columns["ahead"], strict=True)
        )
    ]


def _lump(given: Figures, k: int, amount: float, play: float) -> float:
    if play == 0:
        return -given.value[k] if given.cash < 0 and given.target[k] == 0 else 0.0
    return rounded(amount, 6)


def _search(done: Worked, moved_at: Callable[[float], list[float]], wanted: float) -> tuple[float, float]:
    """The levels just below and just above the last lump."""
    middle = done.number("sign") * done.number("mark")
    reach = 2 * done.number("unit") / min(done.columns["playing"])
    low, high = middle - reach, middle + reach
    steps: dict[str, list[float]] = {"from": [], "to": [], "probe": [], "moved": []}
    for _ in range(SEARCH_STEPS):
        probe = (low + high) / 2
        moved = fsum(moved_at(probe))
        for name, number in zip(steps, (low, high, probe, moved), strict=True):
            steps[name].append(number)
        low, high = (probe, high) if moved <= wanted + TINY else (low, probe)
    done.columns |= steps
    slack = 1e-9 + abs(middle) * 1e-13
    low, high = steps["from"][-1] - slack, steps["to"][-1] + slack
    done.cells |= {"low": low, "high": high}
    return low, high
