"""The demo workbook with live formulas: the demo's holdings and settings, and the plan beside them.

The formulas call functions of the workbook's own, which hand every call to the add-in: so no formula links to
a file, and the workbook works wherever the add-in is installed. The results are stored, so that the workbook
shows them where nothing is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.codegen import demo, sources
from pbal_xl.codegen.package import WORKBOOK, macro_package
from pbal_xl.functions import FUNCTIONS, call
from pbal_xl.settings import by_key
from pbal_xl.sheet.looks import FORMATS, Kind

if TYPE_CHECKING:
    from pbal_xl.grid.cells import Grid

__all__ = ["macro_workbook"]

_PLAN_AT = (1, 8)  # row and column from 0: I2, beside the settings
_BELOW_AT = (14, 8)  # I15
_HOLDINGS = "A2:D12"
_PLAN_KINDS = (Kind.TEXT, Kind.SHARES, Kind.MONEY, Kind.MONEY, Kind.PERCENT)


def macro_workbook() -> bytes:
    """The .xlsm as bytes."""
    modules = {name: source for name, source in sources.modules("demo").items() if name in _own_modules()}
    return macro_package(WORKBOOK, _fill, modules, title=demo.TITLE)


def _own_modules() -> set[str]:
    only_demo = {sources.module_name(path.read_text("ascii")) for path in (sources.folder() / "demo").glob("*.bas")}
    return {"PbalFunctions", *only_demo}


def _fill(workbook: Any) -> None:
    sheet = workbook.add_worksheet(demo.SHEET)
    demo.fill_portfolio(workbook, sheet)
    sheet.set_column("H:H", 3)
    sheet.set_column("I:M", 14)
    arguments = [_holdings(), *([[demo.SETTINGS.get(key)]] for key in _ARGUMENTS)]
    _write_plan(workbook, sheet, _answer("PBAL_NEVERSELL", *arguments))
    _write_singles(workbook, sheet)


_ARGUMENTS = ("cash", "increment", "whole_shares")


def _holdings() -> Grid:
    return [list(demo.HEADINGS), *([symbol, *map(float, figures)] for symbol, *figures in demo.HOLDINGS)]


def _answer(name: str, *arguments: Grid) -> Grid:
    [function] = [one for one in FUNCTIONS if one.name == name]
    return call(function, *arguments)


def _write_plan(workbook: Any, sheet: Any, plan: Grid) -> None:
    """One formula that spills, with the stored result in every cell of its range."""
    row, column = _PLAN_AT
    heads = [workbook.add_format(demo.xlsxwriter_look(kind)) for kind in (Kind.HEADING, Kind.HEADING_RIGHT)]
    looks = [
        workbook.add_format({"bold": not place, "num_format": FORMATS.get(kind, "General")})
        for place, kind in enumerate(_PLAN_KINDS)
    ]
    last_row, last_column = row + len(plan) - 1, column + len(plan[0]) - 1
    formula = f"=PBAL_NEVERSELL({', '.join((_HOLDINGS, *(by_key(key).name for key in _ARGUMENTS)))})"
    sheet.write_string(row - 1, column, formula, workbook.add_format({"italic": True}))
    sheet.write_dynamic_array_formula(row, column, last_row, last_column, formula, heads[0], plan[0][0])
    for r, cells in enumerate(plan):
        for c, value in enumerate(cells):
            look = heads[bool(c)] if r == 0 else looks[c]
            if (r, c) != (0, 0):
                _write_result(sheet, row + r, column + c, value, look)


def _write_result(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, look)
    elif value is not None:
        sheet.write_number(row, column, float(value), look)


def _write_singles(workbook: Any, sheet: Any) -> None:
    """The functions that answer one cell, each behind its label."""
    small = workbook.add_format({"font_size": 9, "italic": True})
    figure = workbook.add_format({"num_format": "#,##0.00", "align": "right", "bold": True})
    row, column = _BELOW_AT
    [[deposit]] = _answer("PBAL_MINDEPOSIT", _holdings())
    [[version]] = _answer("PBAL_VERSION")
    sheet.write_string(row, column, "Smallest deposit without a sale", small)
    sheet.write_formula(row, column + 3, f"=PBAL_MINDEPOSIT({_HOLDINGS})", figure, deposit)
    sheet.write_string(row + 1, column, "Answered by", small)
    sheet.write_formula(row + 1, column + 3, "=PBAL_VERSION()", figure, version)
