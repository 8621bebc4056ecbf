"""Whole shares on a living sheet: what the formulas of the search come to.

Every holding takes the count nearest to the exact plan at one price of money, found in turns; then the six least
certain may move. Their moves are listed in two halves, and every pair of the halves is tried. A search over so few
holdings finds the plan of the full search nearly always. Long because it is one chain, in the order of the columns.
"""

from __future__ import annotations

from math import ceil, floor, fsum, prod, sqrt
from typing import TYPE_CHECKING

from pbal_xl.sheet.living_figures import NEVER, TINY, rounded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pbal_xl.sheet.living_figures import Figures, Worked

__all__ = [
    "HALVES",
    "OPTIONS",
    "PRICE_POINTS",
    "PRICE_TURNS",
    "UNLIMITED",
    "rows_of",
    "seats_of",
    "work_out_shares",
]

# The search for the price of money: turns, and prices that each tries.
PRICE_TURNS, PRICE_POINTS = 9, 15
UNLIMITED = 1e9
_TIE = 1e-9

# For so many holdings that may move, those of the widest range first: how many counts of each are tried. Small
# shares make up for the money of large ones, so they need the most; who moves against a bound needs few.
OPTIONS: Mapping[int, Sequence[int]] = {
    1: (9,),
    2: (240, 60),
    3: (240, 21, 12),
    4: (240, 14, 6, 3),
    5: (60, 12, 7, 3, 4),
    6: (20, 9, 7, 4, 4, 3),
}
# The two halves of the search, by seat from 1.
HALVES: Mapping[str, Sequence[int]] = {"a": (1, 5, 6), "b": (2, 3, 4)}


def seats_of(holdings: int) -> int:
    """How many of so many holdings may move."""
    return min(holdings, max(OPTIONS))


def rows_of(half: str, seats: int) -> int:
    """How many rows the moves of a half take at most."""
    shapes = [shape for count, shape in OPTIONS.items() if count <= seats]
    return max(prod(shape[seat - 1] for seat in HALVES[half] if seat <= len(shape)) for shape in shapes)


def work_out_shares(given: Figures, done: Worked) -> None:
    """Work out the columns and cells of the search, and the counts."""
    columns = done.columns
    columns["held"] = [
        float(min(floor(rounded(v / p, 6)), floor(rounded(n, 6)) if n is not None else NEVER))
        for v, p, n in zip(given.value, given.price, given.quantity, strict=True)
    ]
    lacking = rounded(
        -given.cash - fsum(held * price for held, price in zip(columns["held"], given.price, strict=True)), 6
    )
    wished = given.whole and not given.increment
    done.cells |= {"wished": wished, "lacking": lacking, "whole": wished and lacking < TINY}
    _bounds(given, done)
    _measure(given, done)
    _price_of_money(given, done)
    _doubts(given, done)
    _seats(given, done)
    _halves(done)
    _in_parts(given, done)


def _bounds(given: Figures, done: Worked) -> None:
    columns, exact, cash = done.columns, done.columns["exact"], given.cash
    held = columns["held"]
    stakes = [count * price for count, price in zip(held, given.price, strict=True)]
    sold = fsum(stake for stake, x in zip(stakes, exact, strict=True) if x <= TINY)
    stretch = done.cells["stretch"] = given.hard and sold < -cash - TINY
    keys = columns["key"] = columns["height"] if given.absolute else columns["want"]
    before = list(zip([x >= -TINY for x in exact], [-key for key in keys], given.place, strict=True))
    order = sorted(range(len(before)), key=before.__getitem__)
    raised, total = [0.0] * len(order), fsum(stakes[k] for k in order if exact[k] < -TINY)
    for k in order:
        raised[k] = total if not before[k][0] else fsum(stakes[j] for j in order[: order.index(k)])
    columns["raised"] = raised
    fewest, most = [], []
    for k, x in enumerate(exact):
        if given.hard:
            low = 0.0 if x > TINY and not stretch else -held[k]
            high = low if given.target[k] == 0 else 0.0 if x < -TINY and not stretch else UNLIMITED
        elif cash >= 0:
            low, high = 0.0, 0.0 if given.target[k] == 0 or cash == 0 else UNLIMITED
        else:
            low, high = (-held[k] if x < -TINY or raised[k] < -cash - TINY else 0.0), 0.0
        fewest.append(low)
        most.append(high)
    columns["fewest"], columns["most"] = fewest, most


def _measure(given: Figures, done: Worked) -> None:
    """How much a miss of each holding counts, and what moving away from a bound of the exact plan costs."""
    columns, size = done.columns, len(given.value)
    towards = not given.hard and given.cash >= 0
    funded = done.cells["funded"] = sum(t > 0 for t in given.target)
    mark, total = done.number("mark"), done.number("total_wanted")
    columns["stiff"] = [1 / (funded * t) if towards and not given.absolute and t else 1.0 for t in given.target]
    gains = [g / v if given.cash < 0 and v else 0.0 for g, v in zip(given.gain, given.value, strict=True)]
    columns["yield"] = gains
    ranks = sorted(range(size), key=lambda k: (gains[k], given.place[k]))
    slopes, order = [], []
    for k, (stiff, price) in enumerate(zip(columns["stiff"], given.price, strict=True)):
        above = columns["height"][k] + columns["exact"][k] - columns["play"][k] * mark if towards else 0.0
        rank = size - ranks.index(k) if given.cash < 0 else given.place[k] - 1
        order.append(float(rank))
        slopes.append(2 * stiff * max(0.0, above) + _TIE * rank / size * stiff * price)
    columns["slope"], columns["rank"] = slopes, order
    surplus = 0.0
    if towards:
        surplus = max(0.0, -2 * mark if given.absolute else 2 * (total - mark) / funded)
    done.cells |= {"surplus": surplus, "idle": 0 if towards else 1, "towards": 1 if towards else 0}


def _nearest(given: Figures, done: Worked, nu: float) -> list[float]:
    """Every holding's own count at a price of money."""
    columns = done.columns
    rows = zip(*(columns[name] for name in ("exact", "slope", "stiff", "fewest", "most")), given.price, strict=True)
    return [
        max(low, min(high, float(floor((x - (slope + nu) / (2 * stiff)) / price + 0.5))))
        for x, slope, stiff, low, high, price in rows
    ]


def _price_of_money(given: Figures, done: Worked) -> None:
    """Narrow the interval until the counts at its upper end just fit the cash."""
    columns, idle = done.columns, done.number("idle")
    reach = abs(given.cash) + fsum(given.value) + fsum(given.price)
    low = -2 * reach if idle else -done.number("surplus")
    rows = zip(columns["stiff"], columns["exact"], columns["fewest"], given.price, strict=True)
    dearest = max(2 * q * (x - (least - 1) * p) for q, x, least, p in rows)
    done.cells |= {"reach": reach, "dearest": dearest}
    width = (max(0.0, dearest) + 1 - low) / (PRICE_POINTS + 1)
    columns["point"] = [float(point) for point in range(1, PRICE_POINTS + 1)]
    for turn in range(1, PRICE_TURNS + 1):
        done.cells |= {f"cheap_{turn}": low, f"width_{turn}": width}
        tried = columns[f"tried_{turn}"] = [low + width * point for point in columns["point"]]
        over = columns[f"over_{turn}"] = [_overspent(given, done, nu) for nu in tried]
        below = sum(amount > 0 for amount in over)
        done.cells["nu"] = low + width * (below + 1)
        low += width * below
        width /= PRICE_POINTS + 1


def _overspent(given: Figures, done: Worked, nu: float) -> float:
    counts = _nearest(given, done, nu)
    spent = fsum(count * price for count, price in zip(counts, given.price, strict=True))
    free = max(0.0, -nu / 2) if done.number("idle") else 0.0
    return rounded(spent + free - given.cash, 6)


def _doubts(given: Figures, done: Worked) -> None:
    """Who might as well take a share more or less, the least certain first; their seats, the widest range first."""
    columns, nu = done.columns, done.number("nu")
    columns["nearest"] = nearest = _nearest(given, done, nu)
    off = [count * p - x for count, p, x in zip(nearest, given.price, columns["exact"], strict=True)]
    columns["off"] = off
    gap = _gap(given, done)
    columns["lean"], columns["sure"] = _sureness(given, done, off)
    columns["root"], columns["tilt"], columns["range"] = _ranges(given, done, gap)
    sure = columns["sure"]
    live = [penalty < gap for penalty in sure]
    columns["grow"] = [-width if moves else NEVER for width, moves in zip(columns["range"], live, strict=True)]
    done.cells["live"] = max(1, min(seats_of(len(live)), sum(live)))
    order = sorted(range(len(sure)), key=lambda k: (sure[k], given.place[k]))
    columns["doubt"] = [order.index(k) + 1.0 for k in range(len(sure))]
    chosen = order[: seats_of(len(sure))]
    seated = sorted(chosen, key=lambda k: (columns["grow"][k], given.place[k]))
    columns["seat"] = [seated.index(k) + 1.0 if k in chosen else 0.0 for k in range(len(sure))]
    columns["who"] = [k + 1.0 for k in seated]


def _sureness(given: Figures, done: Worked, off: Sequence[float]) -> tuple[list[float], list[float]]:
    """Which way each holding leans, and what a share more or less costs, whichever is cheaper."""
    columns, nu = done.columns, done.number("nu")
    leans, sure = [], []
    rows = (columns[name] for name in ("nearest", "fewest", "most", "stiff", "slope"))
    for count, low, high, stiff, slope, p, away in zip(*rows, given.price, off, strict=True):
        lean = 2 * stiff * away + slope + nu
        less = p * (stiff * p - lean) if count - 1 >= low else NEVER
        more = p * (stiff * p + lean) if count + 1 <= high else NEVER
        leans.append(lean)
        sure.append(min(less, more))
    return leans, sure


def _ranges(given: Figures, done: Worked, gap: float) -> tuple[list[float], list[float], list[float]]:
    """How many shares up and down from the nearest count cost no more than the gap."""
    columns = done.columns
    roots, tilts, ranges = [], [], []
    rows = (columns[name] for name in ("nearest", "fewest", "most", "stiff", "lean"))
    for count, low, high, stiff, lean, p in zip(*rows, given.price, strict=True):
        root = sqrt(lean * lean + 4 * stiff * max(0.0, gap)) / (2 * stiff * p)
        tilt = lean / (2 * stiff * p)
        up, down = (float(floor(rounded(root + way * tilt, 6))) for way in (-1, 1))
        roots.append(root)
        tilts.append(tilt)
        ranges.append(min(high - count, up) + min(count - low, down))
    return roots, tilts, ranges


def _gap(given: Figures, done: Worked) -> float:
    """How much worse than any plan the nearest counts may be; who is surer than that moves in no better one."""
    spent = fsum(count * price for count, price in zip(done.columns["nearest"], given.price, strict=True))
    slack, idle = rounded(given.cash - spent, 6), done.number("idle")
    rate = done.number("surplus") + done.number("nu")
    ideal = max(0.0, -rate / 2) if idle else 0.0
    gap = (rate + idle * slack) * slack + ideal * ideal
    done.cells |= {"slack": slack, "rate": rate, "gap": gap}
    return gap


def _seats(given: Figures, done: Worked) -> None:
    """What each seat's moves are made of."""
    columns, nu = done.columns, done.number("nu")
    who = [int(place) - 1 for place in columns["who"]]
    columns["each"] = [given.price[k] for k in who]
    shape = OPTIONS[int(done.cells["live"])]
    columns["options"] = [float(options) for options in (*shape, *[1] * (len(who) - len(shape)))]
    columns["bend"] = [columns["stiff"][k] for k in who]
    columns["start"] = [columns["off"][k] for k in who]
    columns["pull"] = [columns["slope"][k] + nu for k in who]
    columns["top"] = [columns["most"][k] - columns["nearest"][k] for k in who]
    columns["least"] = [
        max(columns["fewest"][k] - columns["nearest"][k], min(-float((options - 1) // 2), top - options + 1))
        for k, options, top in zip(who, columns["options"], columns["top"], strict=True)
    ]


def _halves(done: Worked) -> None:
    """List the moves of both halves and take the best pair that the money allows."""
    columns = done.columns
    seats = len(columns["who"])
    for half in HALVES:
        _list_half(done, half, seats)
    rate, idle, slack = done.number("rate"), done.number("idle"), done.number("slack")
    second = list(zip(columns["cost_b"], columns["money_b"], strict=True))

    def paired(room: float) -> list[float]:
        return [
            cost + (rate + idle * (room - money)) * (room - money) + (NEVER if money > room + TINY else 0.0)
            for cost, money in second
        ]

    firsts = zip(columns["cost_a"], columns["money_a"], strict=True)
    columns["best"] = [cost + min(paired(slack - money)) if cost < NEVER else NEVER for cost, money in firsts]
    row_a = columns["best"].index(min(columns["best"]))
    room = done.cells["purse"] = rounded(slack - columns["money_a"][row_a], 6)
    pairs = paired(room)
    row_b = pairs.index(min(pairs))
    done.cells |= {"row_a": row_a + 1, "row_b": row_b + 1, "least_pair": min(pairs)}
    columns["move"] = [
        columns[f"move_{seat}"][row_a if seat in HALVES["a"] else row_b] for seat in range(1, seats + 1)
    ]
    columns["count"] = [
        nearest + (columns["move"][int(seat) - 1] if seat else 0.0)
        for nearest, seat in zip(columns["nearest"], columns["seat"], strict=True)
    ]


def _list_half(done: Worked, half: str, seats: int) -> None:
    columns, rows = done.columns, range(rows_of(half, seats))
    cost, money = [0.0] * len(rows), [0.0] * len(rows)
    step = 1
    for seat in HALVES[half]:
        if seat > seats:
            break
        at = seat - 1
        options = int(columns["options"][at])
        moves = columns[f"move_{seat}"] = [columns["least"][at] + row // step % options for row in rows]
        step *= options
        lump, bend, start = columns["each"][at], columns["bend"][at], columns["start"][at]
        for row, more in enumerate(moves):
            money[row] += more * lump
            cost[row] += more * lump * (bend * (2 * start + more * lump) + columns["pull"][at])
            if more > columns["top"][at]:
                cost[row] += NEVER
    columns[f"number_{half}"] = [float(row) for row in rows]
    columns[f"cost_{half}"] = cost
    columns[f"money_{half}"] = [rounded(amount, 6) for amount in money]


def _in_parts(given: Figures, done: Worked) -> None:
    """Where all whole shares raise too little: what is left of each holding too, the largest first."""
    columns = done.columns
    stakes = [held * price for held, price in zip(columns["held"], given.price, strict=True)]
    left = columns["left"] = [rounded(v - stake, 6) for v, stake in zip(given.value, stakes, strict=True)]
    keys = [(-part, place) for part, place in zip(left, given.place, strict=True)]
    columns["larger"] = [fsum(part for part, other in zip(left, keys, strict=True) if other < key) for key in keys]
    columns["sold"] = [
        rounded(stake + min(part, max(0.0, _cents_up(done.number("lacking") - larger))), 6)
        for stake, part, larger in zip(stakes, left, columns["larger"], strict=True)
    ]


def _cents_up(money: float) -> float:
    """As ROUNDUP to cents: away from zero."""
    cents = rounded(money, 6) * 100
    return (ceil(cents - TINY) if cents >= 0 else floor(cents + TINY)) / 100
