"""The formulas of a living trades sheet: the strategies in functions that every spreadsheet program has.

With ratios ``r = v / t`` the level of a deposit is the least of

    (cash + SUMPRODUCT((r <= r_k) * v)) / SUMPRODUCT((r <= r_k) * t)

over the rows ``k``, and of a withdrawal the greatest of its mirror: each row's quotient is the level as if that
row were the last to trade, and no other is better. So a column and a minimum stand for the sort.

Formulas are templates: ``{x}`` is the cell of column x in the same row, ``{x_all}`` the whole column,
``{x_next}`` and ``{x_before}`` the cells below and above, or ``{x_first}`` at
the column's end; any other name is a cell of its own, such as ``{cash}``. ``"[...]"`` is a text that people read,
in their language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.sheet.living_reasons import WHY
from pbal_xl.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["CENTS", "CHECKS", "LUMPS", "SEARCH_STEPS", "VISIBLE", "WORKING", "search_formulas"]

# Halvings of the interval that the level of an increment's last lump lies in.
SEARCH_STEPS = 50

# What the user reads. Where a figure is wrong there are no orders.
VISIBLE: Mapping[str, str] = {
    "action": 'IF({amount}>0,"[Buy]",IF({amount}<0,"[Sell]","[Hold]"))',
    "after": "{value}+{amount}",
    "weight_before": "IF({total_before}=0,0,{value}/{total_before})",
    "weight_after": "IF({invested}+{total_before}=0,0,{after}/({invested}+{total_before}))",
    "why": WHY,
}

# The exact plan. ``play`` is the weight with which a holding takes part, 0 for not at all; ``height`` is what is
# raised or lowered to ``play`` times the level.
WORKING: Mapping[str, str] = {
    "want": "IF({target}=0,IF({value}>0,1E+300,0),{value}/{target})",
    "play": ("IF({absolute},IF(AND({cash}>=0,{target}=0),0,1),IF({unwanted_only},IF({target}=0,1,0),{target}))"),
    "height": "IF({play}=0,0,{value}-IF({absolute},{target}*{total_wanted},0))",
    "ratio": "IF({play}=0,IF({cash}<0,-1E+300,1E+300),{height}/{play})",
    "last": (
        "IF({cash}<0,"
        "({pool}+SUMPRODUCT(({ratio_all}>={ratio})*{height_all}))/SUMPRODUCT(({ratio_all}>={ratio})*{play_all}),"
        "({pool}+SUMPRODUCT(({ratio_all}<={ratio})*{height_all}))/SUMPRODUCT(({ratio_all}<={ratio})*{play_all}))"
    ),
    "exact": (
        "IF({hard},{target}*{total_wanted}-{value},"
        "IF({play}=0,IF(AND({cash}<0,{target}=0),-{value},0),"
        "IF({cash}<0,-MAX(0,{height}-{play}*{mark}),MAX(0,{play}*{mark}-{height}))))"
    ),
    "drift_before": "ABS({weight_before}-{target})",
    "drift_after": "ABS({weight_after}-{target})",
}

# Rounded down to the unit (sales: up), then the largest remainders get a unit more until the sum is right.
CENTS: Mapping[str, str] = {
    "cut": "MAX(-{value},{unit}*INT(ROUND({exact}/{unit},4)))",
    "part": "ROUND(({exact}-{cut})/{unit},6)",
    "turn": "SUMPRODUCT(({part_all}>{part})+({part_all}={part})*({place_all}<{place}))+1",
    "spread": "ROUND({cut}+IF({turn}<={spare},{unit},0),6)",
}

# Try to Never Sell in multiples: every lump goes to the holding whose height at the lump's middle is lowest.
# ``low`` and ``high`` enclose the level at which the last lump falls; what lies between them is tied.
LUMPS: Mapping[str, str] = {
    "playing": "IF({play}>0,{play},1E+300)",
    "room": "IF({cash}<0,{value},1E+300)",
    "base": "MIN({room},{unit}*MAX(0,INT(({play}*{low}-{sign}*{height})/{unit}+0.5)))",
    "more": "MIN({room},{unit}*MAX(0,INT(({play}*{high}-{sign}*{height})/{unit}+0.5)))-{base}",
    "tie": "IF({cash}<0,IF({value}=0,0,{gain}/{value}),{gain}+{base})",
    "ahead": "SUMPRODUCT((({tie_all}<{tie})+({tie_all}={tie})*({place_all}<{place}))*{more_all})",
    "lump": (
        "IF({play}=0,IF(AND({cash}<0,{target}=0),-{value},0),"
        "ROUND({sign}*({base}+MIN({more},MAX(0,{rest}-{ahead}))),6))"
    ),
}

# What a reader may trust, in the order of the lines: label and formula, which answers "OK" or what is wrong.
CHECKS: Mapping[str, str] = {
    word("Orders + leftover = cash"): 'IF(ABS({invested}+{leftover}-{cash})<0.005,"OK","[does not add up]")',
    word("Nothing overspent"): 'IF({leftover}>-0.005,"OK","[the orders cost more than the cash]")',
    word("No position below zero"): 'IF(MIN({after_all})>-0.005,"OK","[a sale is larger than its holding]")',
}


def search_formulas(first: bool) -> Mapping[str, str]:  # noqa: FBT001 - the first row or a later one
    """The columns that halve the interval around the level of the last lump, for the first row and the others."""
    lumps = "INT(({play_all}*{probe}-{sign}*{height_all})/{unit}+0.5)"
    bought = f"{{unit}}*({lumps}+ABS({lumps}))/2"
    return {
        "from": "{sign}*{mark}-2*{unit}/MIN({playing_all})"
        if first
        else "IF({moved_before}<={wanted}+0.000001,{probe_before},{from_before})",
        "to": "{sign}*{mark}+2*{unit}/MIN({playing_all})"
        if first
        else "IF({moved_before}<={wanted}+0.000001,{to_before},{probe_before})",
        "probe": "({from}+{to})/2",
        "moved": (
            f"IF({{cash}}<0,SUMPRODUCT({bought}+{{value_all}}-ABS({bought}-{{value_all}}))/2,SUMPRODUCT({bought}))"
        ),
    }
