"""The formulas that place whole shares on a living sheet.

The rounding to whole shares that is nearest to the exact plan is a knapsack: no column of sums decides it. So the
sheet searches as the program does, in less room. A price of money is found, in turns, at which every holding may
choose its count alone; those that hardly care to have a share more or less take one of six seats; the moves of the
seats are listed in two halves, and each row of the first finds its best partner among the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.sheet.living_shares import HALVES, OPTIONS, PRICE_POINTS, PRICE_TURNS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SHARES", "cells_of_search", "half_formulas", "price_formulas", "seat_formulas"]

# A column each, one row a holding. ``fewest`` and ``most`` bound the trade: a withdrawal sells what the exact plan
# sells, and the next highest while that raises too little; a hard rebalance turns no order round.
SHARES: Mapping[str, str] = {
    "held": "MIN(INT(ROUND({value}/{price},6)),INT(ROUND({owned},6)))",
    "key": "IF({absolute},{height},{want})",
    "raised": (
        "SUMPRODUCT((({exact_all}<-0.000001)+({exact_all}>=-0.000001)*({exact}>=-0.000001)*"
        "(({key_all}>{key})+({key_all}={key})*({place_all}<{place})))*{held_all}*{price_all})"
    ),
    "fewest": (
        "IF({hard},IF(AND({exact}>0.000001,NOT({stretch})),0,-{held}),"
        "IF({cash}>=0,0,IF(OR({exact}<-0.000001,{raised}<-{cash}-0.000001),-{held},0)))"
    ),
    "most": (
        "IF({hard},IF({target}=0,{fewest},IF(AND({exact}<-0.000001,NOT({stretch})),0,1000000000)),"
        "IF(OR({cash}<=0,{target}=0),0,1000000000))"
    ),
    "stiff": "IF(OR({towards}=0,{absolute},{target}=0),1,1/({funded}*{target}))",
    "yield": "IF(AND({cash}<0,{value}>0),{gain}/{value},0)",
    "rank": (
        "IF({cash}<0,ROWS({place_all})-SUMPRODUCT(({yield_all}<{yield})+({yield_all}={yield})*({place_all}<{place})),"
        "{place}-1)"
    ),
    "slope": (
        "2*{stiff}*MAX(0,{towards}*({height}+{exact}-{play}*{mark}))"
        "+0.000000001*{rank}/ROWS({place_all})*{stiff}*{price}"
    ),
    "nearest": "MAX({fewest},MIN({most},INT(({exact}-({slope}+{nu})/(2*{stiff}))/{price}+0.5)))",
    "off": "{nearest}*{price}-{exact}",
    # What a share more costs is price * (stiff * price + lean), one less price * (stiff * price - lean).
    "lean": "2*{stiff}*{off}+{slope}+{nu}",
    "sure": (
        "MIN(IF({nearest}-1<{fewest},1E+300,{price}*({stiff}*{price}-{lean})),"
        "IF({nearest}+1>{most},1E+300,{price}*({stiff}*{price}+{lean})))"
    ),
    # So many shares more or less cost no more than the gap: twice the root of stiff * x * x + lean * x = gap.
    "root": "SQRT({lean}*{lean}+4*{stiff}*MAX(0,{gap}))/(2*{stiff}*{price})",
    "tilt": "{lean}/(2*{stiff}*{price})",
    "range": (
        "MIN({most}-{nearest},INT(ROUND({root}-{tilt},6)))+MIN({nearest}-{fewest},INT(ROUND({root}+{tilt},6)))"
    ),
    "grow": "IF({sure}<{gap},-{range},1E+300)",
    "doubt": "SUMPRODUCT(({sure_all}<{sure})+({sure_all}={sure})*({place_all}<{place}))+1",
    "seat": (
        "IF({doubt}>{seats},0,SUMPRODUCT(({doubt_all}<={seats})*"
        "(({grow_all}<{grow})+({grow_all}={grow})*({place_all}<{place})))+1)"
    ),
    "count": "{nearest}+IF({seat}=0,0,INDEX({move_all},MAX(1,{seat})))",
    # Where all whole shares raise too little: what is left of each holding, the largest first.
    "left": "ROUND({value}-{held}*{price},6)",
    "larger": "SUMPRODUCT((({left_all}>{left})+({left_all}={left})*({place_all}<{place}))*{left_all})",
    "sold": "ROUND({held}*{price}+MIN({left},MAX(0,ROUNDUP(ROUND({lacking}-{larger},6),2))),6)",
}


def price_formulas(turn: int) -> Mapping[str, str]:
    """The columns of one turn of the search for the price of money: prices evenly spread, and what each overspends.

    Many prices at once, in few turns: LibreOffice takes cells that wait for one another in a long row for a circle.
    """
    tried = f"{{tried_{turn}}}"
    free = f"INT(({{exact_all}}-({{slope_all}}+{tried})/(2*{{stiff_all}}))/{{price_all}}+0.5)"
    below = f"({free}+{{most_all}}-ABS({free}-{{most_all}}))/2"
    within = f"({below}+{{fewest_all}}+ABS({below}-{{fewest_all}}))/2"
    return {
        f"tried_{turn}": f"{{cheap_{turn}}}+{{width_{turn}}}*{{point}}",
        f"over_{turn}": (
            f"ROUND(SUMPRODUCT({within},{{price_all}})+IF(AND({{idle}}=1,{tried}<0),-{tried}/2,0)-{{cash}},6)"
        ),
    }


def _cells_of_price() -> Mapping[str, str]:
    """Where each turn begins, and how far apart its prices are; the last turn's end is the price."""
    cells = {
        "cheap_1": "IF({idle}=1,-2*{reach},-{surplus})",
        "width_1": f"(MAX(0,{{dearest}})+1-{{cheap_1}})/{PRICE_POINTS + 1}",
    }
    for turn in range(2, PRICE_TURNS + 1):
        before = turn - 1
        cells[f"cheap_{turn}"] = f"{{cheap_{before}}}+{{width_{before}}}*SUMPRODUCT(({{over_{before}_all}}>0)*1)"
        cells[f"width_{turn}"] = f"{{width_{before}}}/{PRICE_POINTS + 1}"
    last = PRICE_TURNS
    cells["nu"] = f"{{cheap_{last}}}+{{width_{last}}}*(SUMPRODUCT(({{over_{last}_all}}>0)*1)+1)"
    return cells


def seat_formulas(seat: int, seats: int) -> Mapping[str, str]:
    """What the moves of a seat are made of, a column each, one row a seat."""
    options = ",".join(str(OPTIONS[live][seat - 1] if seat <= live else 1) for live in range(1, seats + 1))
    half = next(name for name, members in HALVES.items() if seat in members)
    return {
        "who": f"MATCH({seat},{{seat_all}},0)",
        "each": "INDEX({price_all},{who})",
        "options": f"CHOOSE({{live}},{options})",
        "bend": "INDEX({stiff_all},{who})",
        "start": "INDEX({off_all},{who})",
        "pull": "INDEX({slope_all},{who})+{nu}",
        "top": "INDEX({most_all},{who})-INDEX({nearest_all},{who})",
        "least": (
            "MAX(INDEX({fewest_all},{who})-INDEX({nearest_all},{who}),MIN(-INT(({options}-1)/2),{top}-{options}+1))"
        ),
        "move": f"SUMPRODUCT(({{number_{half}_all}}={{row_{half}}}-1)*{{move_{seat}_all}})",
    }


def half_formulas(half: str, seats: int) -> Mapping[str, str]:
    """The moves of the seats of a half, what they cost and how much money they take, a column each."""
    members = [seat for seat in HALVES[half] if seat <= seats]
    formulas, steps = {}, [f"{{number_{half}}}"]
    cost, money = [], []
    for seat in members:
        formulas[f"move_{seat}"] = f"{{least@{seat}}}+MOD(INT({'/'.join(steps)}),{{options@{seat}}})"
        steps.append(f"{{options@{seat}}}")
        taken = f"{{move_{seat}}}*{{each@{seat}}}"
        money.append(taken)
        cost.append(
            f"{taken}*({{bend@{seat}}}*(2*{{start@{seat}}}+{taken})+{{pull@{seat}}})"
            f"+1E+300*({{move_{seat}}}>{{top@{seat}}})"
        )
    formulas[f"cost_{half}"] = "+".join(cost) or "0"
    formulas[f"money_{half}"] = f"ROUND({'+'.join(money) or '0'},6)"
    left = "({slack}-{money_a}-{money_b_all})"
    if half == "a":
        formulas["best"] = (
            f"IF({{cost_a}}>=1E+300,1E+300,{{cost_a}}+SUMPRODUCT(MIN({{cost_b_all}}+({{rate}}+{{idle}}*{left})*{left}"
            f"+1E+300*({left}<-0.000001))))"
        )
    return formulas


def cells_of_search(seats: int) -> Mapping[str, str]:
    """The cells of their own that the search needs."""
    left = "({purse}-{money_b_all})"
    pairs = f"{{cost_b_all}}+({{rate}}+{{idle}}*{left})*{left}+1E+300*({left}<-0.000001)"
    return {
        "funded": "SUMPRODUCT(({target_all}>0)*1)",
        "towards": "IF(AND(NOT({hard}),{cash}>=0),1,0)",
        "idle": "1-{towards}",
        "stretch": ("AND({hard},SUMPRODUCT(({exact_all}<=0.000001)*{held_all}*{price_all})<-{cash}-0.000001)"),
        "surplus": "{towards}*MAX(0,IF({absolute},-2*{mark},2*({total_wanted}-{mark})/{funded}))",
        "reach": "ABS({cash})+{total_before}+SUM({price_all})",
        "dearest": "SUMPRODUCT(MAX(2*{stiff_all}*({exact_all}-({fewest_all}-1)*{price_all})))",
        **_cells_of_price(),
        "rate": "{surplus}+{nu}",
        "slack": "ROUND({cash}-SUMPRODUCT({nearest_all},{price_all}),6)",
        "gap": "({rate}+{idle}*{slack})*{slack}+{idle}*(MAX(0,-{rate})/2)^2",
        "live": f"MAX(1,MIN({seats},SUMPRODUCT(({{sure_all}}<{{gap}})*1)))",
        "row_a": "MATCH(MIN({best_all}),{best_all},0)",
        # Not by INDEX, which LibreOffice gives up on while the column it looks into is still being worked out.
        "purse": "ROUND({slack}-SUMPRODUCT(({number_a_all}={row_a}-1)*{money_a_all}),6)",
        "least_pair": f"SUMPRODUCT(MIN({pairs}))",
        "row_b": f"SUMPRODUCT(MIN({{number_b_all}}+1E+300*({pairs}>{{least_pair}})))+1",
    }
