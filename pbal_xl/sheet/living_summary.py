"""The lines below a living table, settings, results and checks, and the working cells of their own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import fsum, hypot
from typing import TYPE_CHECKING

from pbal_xl.settings import by_key
from pbal_xl.sheet.living_faults import YES_WORDS, figures_check
from pbal_xl.sheet.living_figures import NEVER
from pbal_xl.sheet.living_formulas import CHECKS
from pbal_xl.sheet.living_search import cells_of_search
from pbal_xl.sheet.living_shares import seats_of
from pbal_xl.sheet.looks import Kind
from pbal_xl.sheet.summary import flow
from pbal_xl.words import say, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pbal_xl.core.model import Plan
    from pbal_xl.sheet.living_figures import Figures, Worked
    from pbal_xl.sheet.living_places import SettingCells

__all__ = ["Line", "summary_lines", "working_cells"]

# The label of what all orders come to.
_FLOW = 'IF({invested}<0,"[Taken out]","[Invested]")'


@dataclass(frozen=True, slots=True)
class Line:
    """A label and a cell.

    Attributes:
        name: by which formulas speak of the cell; "" where none does.
        label: what stands before it.
        kind: of the cell.
        formula: its formula; None for a value that is typed in.
        cached: the value.
        worded: the label as a formula, where it follows the figures.
    """

    name: str
    label: str
    kind: Kind
    formula: str | None
    cached: str | Decimal | None
    worded: str | None = None


def summary_lines(
    plan: Plan, settings: SettingCells, figures: Figures, worked: Worked, *, lumps: bool
) -> list[Line]:
    """All lines, from the cash down to the checks."""
    return [
        *_settings(plan, settings, figures, lumps=lumps),
        *_results(plan, figures, worked),
        *(Line("", label, Kind.CHECK, text, "OK") for label, text in CHECKS.items()),
        Line("figures", word("Figures"), Kind.CHECK, figures_check(settings, figures), "OK"),
    ]


def _settings(plan: Plan, settings: SettingCells, figures: Figures, *, lumps: bool) -> list[Line]:
    lines = [Line("cash", word("Cash"), _input(settings.cash, money=True), settings.cash, plan.cash)]
    titles = {choice.word: choice.title for choice in by_key("strategy").choices}
    strategy = titles[plan.strategy]
    lines.append(_choice("strategy", word("Strategy"), settings.strategy, strategy, titles["never-sell"]))
    if lumps:
        increment = plan.increment or Decimal(0)
        kind = _input(settings.increment, money=True)
        # Not every program takes what refers to a blank cell for the number 0.
        text = None if settings.increment is None else f'IF({settings.increment}="",0,{settings.increment})'
        lines.append(Line("increment", word("Increment"), kind, text, increment))
    if figures.price:
        answer = say("yes") if figures.whole else say("no")
        lines.append(_answer("whole_shares", word("Whole shares"), settings.whole_shares, answer))
    if figures.custom:
        lines.append(_choice("deviation", word("Deviation"), settings.deviation, plan.deviation, "relative"))
    return lines


def _input(cell: str | None, *, money: bool) -> Kind:
    """Typed in here, or read from a cell elsewhere."""
    if cell is None:
        return Kind.SETTING_MONEY if money else Kind.SETTING_TEXT
    return Kind.MONEY if money else Kind.CHECK


def _choice(name: str, label: str, cell: str | None, chosen: str, default: str) -> Line:
    text = None if cell is None else f'IF({cell}="","{default}",{cell})'
    return Line(name, label, _input(cell, money=False), text, chosen)


def _answer(name: str, label: str, cell: str | None, chosen: str) -> Line:
    """A choice of yes and no, in words though the cell holds TRUE or 1; blank is yes, a text stays what it is."""
    yes, no = say("yes"), say("no")
    text = None if cell is None else f'IF({cell}="","{yes}",IF(ISTEXT({cell}),{cell},IF({cell},"{yes}","{no}")))'
    return Line(name, label, _input(cell, money=False), text, chosen)


def _results(plan: Plan, figures: Figures, worked: Worked) -> list[Line]:
    reached = "IF({hard},{total_wanted},{mark})"
    share = "" if figures.custom else "*{one_target}"
    level: str | Decimal | None = (
        say("none") if worked.cells["unwanted_only"] and plan.strategy != "hard" else plan.level
    )
    largest = max(worked.columns["want"])
    deposit = max(0.0, largest - fsum(figures.value))
    label, amount = flow(plan.invested)
    return [
        Line("", label, Kind.MONEY, "ABS({invested})", amount, _FLOW),
        Line("leftover", word("Leftover"), Kind.MONEY, "{cash}-{invested}", plan.leftover),
        Line(
            "",
            word("Level"),
            Kind.MONEY,
            f'IF(AND({{unwanted_only}},NOT({{hard}})),"[none]",{reached}{share})',
            level,
        ),
        Line(
            "",
            word("Deposit that balances all"),
            Kind.MONEY,
            'IF(MAX({want_all})>1E+299,"[none]",MAX(0,ROUNDUP(ROUND(MAX({want_all})-{total_before},6),2)))',
            say("none") if largest >= NEVER else Decimal(str(-(-round(deposit * 1e6) // 10**4) / 100)),
        ),
        *_distances(plan, figures, worked),
        Line("", word("Largest drift before"), Kind.PERCENT, "MAX({drift_before_all})", plan.drift_before),
        Line("", word("Largest drift after"), Kind.PERCENT, "MAX({drift_after_all})", plan.drift_after),
    ]


def _distances(plan: Plan, figures: Figures, worked: Worked) -> list[Line]:
    """How far from the targets: before the orders, after them, and by the exact plan that they round."""
    total = fsum(figures.value) + figures.cash

    def root(moves: Sequence[float]) -> Decimal:
        rows = zip(figures.value, moves, figures.target, strict=True)
        return Decimal(repr(round(hypot(*(value + move - target * total for value, move, target in rows)), 2)))

    def formula(moved: str) -> str:
        return f"ROUND(SQRT(SUMPRODUCT(({moved}-{{target_all}}*{{total_wanted}})^2)),2)"

    amounts = [float(order.amount) for order in plan.orders]
    return [
        Line("", word("Distance before"), Kind.MONEY, formula("{value_all}"), root([0.0] * len(amounts))),
        Line("", word("Distance after"), Kind.MONEY, formula("{after_all}"), root(amounts)),
        Line(
            "",
            word("Distance with no rounding"),
            Kind.MONEY,
            formula("({value_all}+{exact_all})"),
            root(worked.columns["exact"]),
        ),
    ]


def working_cells(
    figures: Figures, worked: Worked, *, lumps: bool
) -> dict[str, tuple[str, str | Decimal | bool | None]]:
    """Formula and value of each cell of its own among the workings, by its name."""
    formulas = {"hard": 'ISNUMBER(SEARCH("hard",{strategy}))'}
    if figures.custom:
        formulas["absolute"] = 'ISNUMBER(SEARCH("abs",{deviation}))'
        formulas["unwanted"] = "IF({absolute},0,SUMIF({target_all},0,{value_all}))"
    else:
        formulas["unwanted"] = "0"
    formulas |= {
        "unwanted_only": "AND({cash}<0,-{cash}<{unwanted})",
        "pool": "{cash}+IF(AND({cash}<0,NOT({unwanted_only})),{unwanted},0)",
        "total_wanted": "{total_before}+{cash}",
        "mark": "IF({cash}<0,MAX(0,MAX({last_all})),MIN({last_all}))",
        "sign": "IF({cash}<0,-1,1)",
        "unit": "IF({increment}>0,{increment},0.01)" if lumps else "0.01",
        "total": "MAX(-{total_before},{unit}*INT(ROUND({cash}/{unit},4)))",
        "spare": "INT(ROUND(({cash}-SUM({cut_all}))/{unit},4))",
    }
    if lumps:
        formulas |= {
            "wanted": "{sign}*{total}-IF(AND({cash}<0,NOT({unwanted_only})),{unwanted},0)",
            "low": "{from_end}-0.000000001-ABS({mark})*0.0000000000001",
            "high": "{to_end}+0.000000001+ABS({mark})*0.0000000000001",
            "rest": "{wanted}-SUM({base_all})",
        }
    if figures.price:
        words = ",".join(f'LOWER(TRIM({{whole_shares}}))="{word}"' for word in YES_WORDS)
        wished = f"IF(ISTEXT({{whole_shares}}),OR({words}),IF({{whole_shares}},TRUE,FALSE))"
        multiple = "NOT({increment}>0)," if lumps else ""
        formulas["wished"] = f"AND({multiple}{wished})"
        formulas["lacking"] = "ROUND(-{cash}-SUMPRODUCT({held_all},{price_all}),6)"
        formulas["whole"] = "AND({wished},{lacking}<0.000001)"
        formulas |= cells_of_search(seats_of(len(figures.value)))
    return {name: (text, _value(worked.cells[name])) for name, text in formulas.items()}


def _value(number: float | bool) -> Decimal | bool:  # noqa: FBT001
    return number if isinstance(number, bool) else Decimal(repr(float(number)))
