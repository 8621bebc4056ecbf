"""The demo workbook with the strategies as functions of its own: nothing to install in Excel 365.

The results are stored, so that the workbook shows them in programs that know no LAMBDA.
"""

from __future__ import annotations

from math import floor, fsum
from typing import TYPE_CHECKING, Any

from pbal_xl.codegen import demo
from pbal_xl.core.model import Holding
from pbal_xl.core.planner import smallest_deposit
from pbal_xl.sheet.lambdas import FUNCTIONS, HELP, stored
from pbal_xl.sheet.living_figures import Figures
from pbal_xl.sheet.living_values import work_out
from pbal_xl.sheet.looks import FORMATS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["lambda_workbook"]

_TOP = 1  # from 0: row 2, as the holdings
_LEFT = 8  # I, beside the settings
_HOLDINGS = "A2:D12"
_HEADINGS = ("Symbol", "Shares", "Amount", "Value after", "Weight after")
_KINDS = (Kind.TEXT, Kind.SHARES, Kind.MONEY, Kind.MONEY, Kind.PERCENT)


def lambda_workbook(path: Path) -> None:
    """Write the workbook; the same bytes every time."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path)
    book.set_properties({"title": demo.TITLE, "author": "pbal-xl", "created": demo.MADE})
    sheet = book.add_worksheet(demo.SHEET)
    demo.fill_portfolio(book, sheet)
    sheet.set_column("H:H", 3)
    sheet.set_column("I:M", 14)
    for name, formula in FUNCTIONS.items():
        book.define_name(name, f"={stored(formula)}")
    _write_plan(book, sheet)
    _write_help(book, sheet)
    book.close()


def _plan() -> list[list[str | float]]:
    """What the function answers, row by row, headings first."""
    worth = [float(value) for _, value, _, _ in demo.HOLDINGS]
    price = [float(price) for _, _, price, _ in demo.HOLDINGS]
    count = len(worth)
    symbols = sorted(symbol for symbol, *_ in demo.HOLDINGS)
    worked = work_out(
        Figures(
            value=worth,
            given=[1.0] * count,
            price=price,
            gain=[0.0] * count,
            quantity=[None] * count,
            place=[symbols.index(symbol) + 1 for symbol, *_ in demo.HOLDINGS],
            cash=float(demo.SETTINGS["cash"]),
            hard=False,
            absolute=False,
            increment=None,
            whole=True,
            custom=False,
        )
    )
    amounts = _in_one_pass(worked.columns["exact"], worth, price, float(demo.SETTINGS["cash"]))
    after = [value + amount for value, amount in zip(worth, amounts, strict=True)]
    rows: list[list[str | float]] = [list(_HEADINGS)]
    for place, (symbol, *_) in enumerate(demo.HOLDINGS):
        shares = round(amounts[place] / price[place])
        rows.append([symbol, float(shares), amounts[place], after[place], after[place] / fsum(after)])
    return rows


def _in_one_pass(
    exact: Sequence[float], worth: Sequence[float], price: Sequence[float], cash: float
) -> list[float]:
    """Cut down to whole shares, then one more each where the cash allows, the lowest middle first."""
    counts = [floor(round(wish / each, 6)) for wish, each in zip(exact, price, strict=True)]
    rest = cash - fsum(count * each for count, each in zip(counts, price, strict=True))
    goal = (fsum(worth) + cash) / len(worth)
    middles = [value + (count + 0.5) * each for value, count, each in zip(worth, counts, price, strict=True)]
    for k in sorted(range(len(middles)), key=middles.__getitem__):
        if price[k] <= rest and middles[k] < goal:
            counts[k] += 1
            rest -= price[k]
    return [count * each for count, each in zip(counts, price, strict=True)]


def _write_plan(book: Any, sheet: Any) -> None:
    """One formula that spills, with the stored result in every cell of its range."""
    plan = _plan()
    heads = [book.add_format(demo.xlsxwriter_look(kind)) for kind in (Kind.HEADING, Kind.HEADING_RIGHT)]
    looks = [
        book.add_format({"bold": not place, "num_format": FORMATS.get(kind, "General")})
        for place, kind in enumerate(_KINDS)
    ]
    formula = f"=PBAL.NEVERSELL({_HOLDINGS}, pbal_cash, pbal_whole_shares)"
    note = book.add_format({**demo.xlsxwriter_look(Kind.NOTE), "italic": True})
    sheet.write_string(_TOP - 1, _LEFT, formula, note)
    last = (_TOP + len(plan) - 1, _LEFT + len(_HEADINGS) - 1)
    sheet.write_dynamic_array_formula(_TOP, _LEFT, *last, formula, heads[0], _HEADINGS[0])
    for r, cells in enumerate(plan):
        for c, value in enumerate(cells):
            if (r, c) != (0, 0):
                sheet.write(_TOP + r, _LEFT + c, value, heads[bool(c)] if r == 0 else looks[c])


def _write_help(book: Any, sheet: Any) -> None:
    """The smallest deposit, and what each function takes."""
    small = book.add_format(demo.xlsxwriter_look(Kind.HINT))
    figure = book.add_format({"num_format": "#,##0.00", "align": "right", "bold": True})
    row = _TOP + len(demo.HOLDINGS) + 3
    deposit = smallest_deposit(Holding(symbol, value, price) for symbol, value, price, _ in demo.HOLDINGS)
    sheet.write_string(row, _LEFT, "Smallest deposit without a sale", small)
    sheet.write_formula(row, _LEFT + 3, f"=PBAL.MINDEPOSIT({_HOLDINGS})", figure, float(deposit))
    lines = [f"{name}: {text}" for name, text in HELP.items()]
    lines.append("For Excel 365 and 2024, no add-in. Whole shares are cut down and filled up in one pass.")
    for at, line in enumerate(lines, start=row + 2):
        sheet.write_string(at, _LEFT, line, small)
