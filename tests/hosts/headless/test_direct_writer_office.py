"""The sheet written directly shows in LibreOffice what openpyxl's shows, cell for cell, format for format."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import living_cases
import openpyxl
import pytest
from flat_ods import converted, shown
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl_sheet import add_layout, write_value

from pbal_xl import Holding, suggest_trades
from pbal_xl.hosts.headless.commands import Request, run_file
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.hosts.headless.writing import sheet_spec
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source
from pbal_xl.sheet.looks import FORMATS
from pbal_xl.sheet.more import More
from pbal_xl.sheet.positions import columns_of, position_rows
from pbal_xl.sheet.road import road_of
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pbal_xl.sheet.layout import Layout

MADE = dt.datetime(2024, 2, 29, 12, 30, tzinfo=dt.timezone.utc)
pytestmark = pytest.mark.long


def _holdings(count: int, *, gains: bool = False) -> list[Holding]:
    draw = random.Random(count)
    return [
        Holding(
            f"F{place}", Decimal(draw.randint(0, 2_000_000)) / 100, Decimal(draw.randint(500, 40_000)) / 100,
            Decimal(draw.randint(-90_000, 90_000)) / 100 if gains else None,
        )
        for place in range(count)
    ]  # fmt: skip


def _trades(count: int, cash: str, *, gains: bool = False, notices: tuple[str, ...] = (), **wishes: Any) -> Layout:
    holdings = _holdings(count, gains=gains)
    plan = suggest_trades(holdings, Decimal(cash), **wishes)
    return trades_layout(
        plan, source="H!A1:C9", made=MADE, notices=notices, more=More(road=road_of(holdings, plan))
    )


def _odd_words() -> Layout:
    layout = _trades(4, "1000")
    odd = iter(["=1+1", " two  spaces ", "a\nb", "_x0041_", "-", "<&>\"'", "\U0001f600 é", "@x", "1e5"])
    return replace(
        layout,
        items=tuple(
            one._replace(value=next(odd, one.value)) if isinstance(one.value, str) else one for one in layout.items
        ),
    )


def _living(seed: int) -> Layout:
    """Formulas, a block of settings and checks, over a portfolio on the sheet that ``_portfolio`` writes."""
    return living_cases.layout_of(_case(seed), "P")


def _case(seed: int) -> living_cases.Case:
    return living_cases.draw(random.Random(seed), 6)


KINDS: dict[str, Callable[[], Layout]] = {
    "deposit": lambda: _trades(10, "5000"),
    "withdrawal": lambda: _trades(10, "-5000"),
    "hard": lambda: _trades(12, "0", strategy="hard", gains=True),
    "to the cent": lambda: _trades(6, "777.77", whole_shares=False),
    "in hundreds, with fees": lambda: _trades(6, "50000", increment=100, fee=Decimal("4.95")),
    "one holding": lambda: _trades(1, "10"),
    "nothing to do": lambda: _trades(5, "0"),
    "many": lambda: _trades(90, "100000"),
    "long notices": lambda: _trades(3, "100", notices=("word " * 90, "x" * 400)),
    "odd words": _odd_words,
    **{f"living {seed}": partial(_living, seed) for seed in range(4)},
}


def _base(seed: int | None) -> openpyxl.Workbook:
    """A workbook of one sheet, P, with the portfolio that a living sheet reads."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "P"
    if seed is None:
        return book
    case = _case(seed)
    sheet.append(["Symbol", "Value", "Price", "Gain", "Target"])
    for one in case.holdings:
        figures = (one.value, one.price, one.gain, one.target)
        sheet.append([one.symbol, *(None if figure is None else float(figure) for figure in figures)])
    wishes = case.wishes
    settings = (case.cash, wishes["strategy"], wishes.get("increment"), wishes["whole_shares"], wishes["deviation"])
    for row, setting in enumerate(settings, start=1):
        sheet.cell(row, 7).value = float(setting) if isinstance(setting, Decimal) else setting
    return book


def _both(layout: Layout, folder: Path, name: str, seed: int | None) -> list[Path]:
    """The workbook with the sheet written directly, and the one that openpyxl made."""
    direct, through = folder / f"{name}-direct.xlsx", folder / f"{name}-openpyxl.xlsx"
    _base(seed).save(direct)
    opened = open_source(direct)
    with opened.package:
        graft_sheet(opened, SpecMaker(sheet_spec(layout)), title=layout.name)
    book = _base(seed)
    add_layout(book, layout)
    book.save(through)
    return [direct, through]


def test_every_kind_of_trades_sheet_shows_the_same_cell_for_cell_and_format_for_format(tmp_path: Path) -> None:
    pairs = {}
    for number, (kind, make) in enumerate(KINDS.items()):
        seed = int(kind.split()[1]) if kind.startswith("living") else None
        pairs[kind] = _both(make(), tmp_path, str(number), seed)
    flat = converted([path for pair in pairs.values() for path in pair], tmp_path)
    for number, kind in enumerate(pairs):
        direct, through = (shown(path, "Trades") for path in flat[2 * number : 2 * number + 2])
        assert len(direct["cells"]) > 20, kind
        assert direct["cells"].keys() == through["cells"].keys(), kind
        for place, cell in through["cells"].items():
            assert direct["cells"][place] == cell, (kind, place)
        for what, said in through.items():
            assert direct[what] == said, (kind, what)
    assert sum(len(shown(flat[2 * number], "Trades")["charts"]) for number in range(len(pairs))) > len(pairs) // 2


def test_the_positions_of_a_csv_show_the_same(tmp_path: Path) -> None:
    source = tmp_path / "p.csv"
    rows = ("VCR,6798.48,279.68,24.308,60", "VDC,8000,192.75,41.505,40", "=A1,0.01,0.01,1,0")
    source.write_text("Symbol,Value,Price,Quantity,Target\n" + "\n".join(rows))
    done = run_file(source, Request(Where(), {"cash": Decimal(1000)}))
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Holdings"
    holdings = done.portfolio.table.holdings
    for column, one in enumerate(columns_of(holdings), start=1):
        sheet.cell(1, column, one.heading).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = one.width
        for row, line in enumerate(position_rows(holdings)[1:], start=2):
            cell = line[column - 1]
            assert cell is None or isinstance(cell, (str, Decimal))
            write_value(sheet.cell(row, column), cell)
            sheet.cell(row, column).number_format = FORMATS.get(one.kind, "General")
    sheet.freeze_panes = "B2"
    book.save(tmp_path / "through.xlsx")
    assert done.output is not None
    direct, through = (
        shown(path, "Holdings") for path in converted([done.output, tmp_path / "through.xlsx"], tmp_path)
    )
    assert direct == through
