"""The macro through xlwings' own Windows engine, against an Excel in memory that keeps what is written."""

from __future__ import annotations

import datetime as dt
import random
import sys
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from excel_com import Com, open_book, recorded
from excel_windows import excel_module
from openpyxl import Workbook, load_workbook

from pbal_xl import Holding, cli, suggest_trades
from pbal_xl.hosts.excel.shades import shade_cells
from pbal_xl.sheet.layout import Item, Shade, Span
from pbal_xl.sheet.looks import FORMATS, LOOKS, Kind
from pbal_xl.sheet.orders_table import in_order
from pbal_xl.sheet.trades import trades_layout

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from pbal_xl.core.model import Strategy

HOLDINGS: list[list[Any]] = [["VTI", 1000.0, 100.0], ["=cmd|x", 2000.0, 50.0], ["MAR1", 500.0, 20.0]]
ROWS: list[list[Any]] = [
    ["My portfolio"],
    ["Symbol", "Value", "Price"],
    *([f"'{symbol}", value, price] for symbol, value, price in HOLDINGS),
]


class Excel:
    """A workbook in view, the macro for it, and what Excel then holds."""

    def __init__(self, module: ModuleType, rows: Sequence[Sequence[Any]] = ROWS) -> None:
        import xlwings
        from xlwings import _xlwindows

        self.com, self.application = open_book(rows)
        self.book = xlwings.Book(impl=_xlwindows.Book(xl=self.com))
        self.module = module
        self.alerts: list[Any] = []

    def run(self, action: str, argument: str = "") -> str:
        import xlwings

        with mock.patch.object(sys, "platform", "win32"), mock.patch.object(xlwings.App, "activate"):
            said = self.module.in_excel(self.com, action, argument.encode("utf-16-be").hex())
        if said:
            self.alerts.append(said.removeprefix("#PBAL! "))
        return said

    def press(self) -> str:
        return self.run("suggest")

    def set(self, sheet: str, address: str, value: float | str) -> None:
        self.application.sheet(sheet).set_value(address, value)

    def value(self, sheet: str, address: str) -> Any:
        return self.application.sheet(sheet).value(address)

    @property
    def sheets(self) -> list[str]:
        return [sheet.name for sheet in self.application.sheets()]

    def orders(self, sheet: str = "Trades") -> list[tuple[str, float, float]]:
        first = self.heading(sheet) + 1
        rows = range(first, first + len(HOLDINGS))
        return [tuple(self.value(sheet, f"{column}{row}") for column in "ACE") for row in rows]

    def heading(self, sheet: str = "Trades") -> int:
        """The row of the headings."""
        return next(row for row in range(1, 20) if self.value(sheet, f"A{row}") == "Symbol")

    def symbols(self, count: int) -> list[str]:
        first = self.heading() + 1
        return [self.value("Trades", f"A{row}") for row in range(first, first + count)]

    def show(self, sheet: str) -> None:
        Com(self.application.sheet(sheet).sheet).Activate()


@pytest.fixture(scope="module")
def module() -> Iterator[ModuleType]:
    with excel_module() as (_, module):
        yield module


@pytest.fixture
def excel(module: ModuleType) -> Excel:
    excel = Excel(module)
    excel.book.names.add("pbal_cash", "=700")
    return excel


def planned(cash: int, strategy: Strategy = "never-sell") -> list[tuple[str, float, float]]:
    plan = suggest_trades([Holding(*row) for row in HOLDINGS], cash, strategy)
    return [(o.symbol, float(o.shares), float(o.amount)) for o in in_order(plan.orders)]


def test_the_trades_are_those_of_the_python_api(excel: Excel) -> None:
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.orders() == planned(700)


def test_symbols_stay_text(excel: Excel) -> None:
    excel.press()
    first = excel.heading() + 1
    formulas = excel.book.sheets["Trades"][f"A{first}:A{first + 2}"].formula
    assert sorted(row[0] for row in formulas) == ["=cmd|x", "MAR1", "VTI"]
    assert [type(symbol) for symbol in excel.symbols(3)] == [str] * 3


def test_pressed_again_it_writes_the_same_sheet_anew(excel: Excel) -> None:
    excel.press()
    excel.book.names["pbal_cash"].refers_to = "=900"
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.orders() == planned(900)
    drawn = recorded(excel.application.sheet("Trades").sheet)["drawn"]
    assert drawn.Count == 1


def test_a_portfolio_that_shrank_leaves_no_old_rows(excel: Excel) -> None:
    excel.press()
    excel.show("Portfolio")
    Com(excel.application.sheet("Portfolio").sheet).Range("A5:C5").ClearContents()
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.symbols(3)[-1] == "Total"
    texts = [excel.value("Trades", f"A{row}") for row in range(1, 60)]
    assert texts.count("Total") == 1
    assert "MAR1" not in texts


def test_of_many_holdings_no_row_and_no_ground_is_left_where_few_are(module: ModuleType) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price"], *([f"S{n}", 100.0 + n, 10.0] for n in range(40))]
    excel = Excel(module, rows)
    excel.book.names.add("pbal_cash", "=700")
    excel.press()
    last = excel.book.sheets["Trades"].used_range.last_cell.row
    bought = [row for row in range(excel.heading() + 1, last) if excel.value("Trades", f"B{row}") == "Buy"]
    assert len(bought) > 3
    excel.show("Portfolio")
    Com(excel.application.sheet("Portfolio").sheet).Range("A4:C41").ClearContents()
    excel.press()
    assert (excel.alerts, excel.sheets) == ([], ["Portfolio", "Trades"])
    trades = excel.book.sheets["Trades"]
    assert trades.used_range.last_cell.row < last - 10
    assert [excel.value("Trades", f"A{row}") for row in range(last - 10, last + 1)] == [None] * 11
    assert _of(excel).Range(f"B{bought[-1]}").Interior.ColorIndex == _of(excel).Range("M90").Interior.ColorIndex


def test_an_edited_sheet_stays_as_it_is(excel: Excel) -> None:
    excel.press()
    before = excel.orders()
    excel.set("Trades", "M20", "my remark")
    excel.book.names["pbal_cash"].refers_to = "=900"
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades", "Trades (2)"]
    assert excel.value("Trades", "M20") == "my remark"
    assert excel.orders() == before
    assert excel.orders("Trades (2)") == planned(900)


@pytest.mark.parametrize("kind", ["Comments", "CommentsThreaded"])
def test_a_sheet_with_a_note_or_comment_stays_as_it_is(excel: Excel, kind: str) -> None:
    excel.press()
    getattr(Com(excel.application.sheet("Trades").sheet), kind).Count = 1
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades", "Trades (2)"]


def _of(excel: Excel, sheet: str = "Trades") -> Any:
    return Com(excel.application.sheet(sheet).sheet)


def _frame(excel: Excel) -> Any:
    return recorded(excel.application.sheet("Trades").sheet)["drawn"].drawn[0]


def _chart(excel: Excel) -> Any:
    return _frame(excel).Chart


# What a user may do to our sheet that its cells do not show, as Excel's library tells of it.
EDITS = {
    "a table": lambda excel: setattr(_of(excel).ListObjects, "Count", 1),
    "a link": lambda excel: setattr(_of(excel).Hyperlinks, "Count", 1),
    "a pivot table": lambda excel: setattr(_of(excel).PivotTables(), "Count", 1),
    "a query": lambda excel: setattr(_of(excel).QueryTables, "Count", 1),
    "a scenario": lambda excel: setattr(_of(excel).Scenarios(), "Count", 1),
    "a conditional format": lambda excel: _of(excel).Range("A5").FormatConditions.Add(1, 3, '="Mine"'),
    "a validation": lambda excel: setattr(_of(excel).Cells, "validated", 3),
    "a merged cell": lambda excel: recorded(excel.application.sheet("Trades").sheet).update(merged=True),
    "protection": lambda excel: recorded(excel.application.sheet("Trades").sheet).update(ProtectContents=True),
    "a filter": lambda excel: recorded(excel.application.sheet("Trades").sheet).update(AutoFilterMode=True),
    "a print area": lambda excel: setattr(_of(excel).PageSetup, "PrintArea", "$A$1:$C$3"),
    "no print area": lambda excel: setattr(_of(excel).PageSetup, "PrintArea", ""),
    "a header": lambda excel: setattr(_of(excel).PageSetup, "CenterHeader", "Mine"),
    "a footer": lambda excel: setattr(_of(excel).PageSetup, "LeftFooter", "&P"),
    "a chart's title": lambda excel: setattr(_chart(excel).ChartTitle, "Text", "My weights"),
    "a chart without a title": lambda excel: setattr(_chart(excel), "HasTitle", False),
    "a series": lambda excel: setattr(_chart(excel).SeriesCollection(), "Count", 2),
    "a series' name": lambda excel: setattr(_chart(excel).SeriesCollection(2), "Name", "Later"),
    "a series' colour": lambda excel: setattr(_chart(excel).SeriesCollection(2).Format.Fill.ForeColor, "RGB", 255),
    "a series' kind": lambda excel: setattr(_chart(excel).SeriesCollection(2), "ChartType", 5),
    "a chart's macro": lambda excel: setattr(_frame(excel), "OnAction", "Mine"),
    "a chart moved": lambda excel: setattr(_frame(excel), "Left", _frame(excel).Left + 40.0),
    "a chart made larger": lambda excel: setattr(_frame(excel), "Height", _frame(excel).Height * 1.5),
    "a legend taken away": lambda excel: setattr(_chart(excel), "HasLegend", False),
    "a legend elsewhere": lambda excel: setattr(_chart(excel).Legend, "Position", -4152),
    "figures in the chart": lambda excel: setattr(_chart(excel).SeriesCollection(1), "HasDataLabels", True),
    "where an axis begins": lambda excel: setattr(_chart(excel).Axes(2), "MinimumScaleIsAuto", False),
    "an axis taken away": lambda excel: setattr(_chart(excel).Axes, "side_effect", OSError("no such axis")),
    "a cell's ground": lambda excel: setattr(_of(excel).Range("C6").Interior, "Color", 0x00FFFF),
    "a ground of ours": lambda excel: setattr(_of(excel).Range("A5").Interior, "Color", 0x784E1F),
    "a white ground": lambda excel: setattr(_of(excel).Range("C6").Interior, "Color", 0xFFFFFF),
    "a ground taken away": lambda excel: setattr(_of(excel).Range("A4").Interior, "ColorIndex", -4142),
    "a blank cell's ground": lambda excel: setattr(_of(excel).Range("H1").Interior, "Color", 0x00FFFF),
    "a ground below": lambda excel: setattr(_of(excel).Range("B60").Interior, "Color", 0x00FFFF),
    "a ground beside": lambda excel: setattr(_of(excel).Range("M3").Interior, "Color", 0x00FFFF),
    "a row's ground": lambda excel: setattr(_of(excel).Range("A6:K6").Interior, "Color", 0x00FFFF),
    "a number format": lambda excel: setattr(_of(excel).Range("E5"), "NumberFormat", "0.000"),
    "a column's number format": lambda excel: setattr(_of(excel).Range("E5:E7"), "NumberFormat", "0.000"),
    "a colour of text": lambda excel: setattr(_of(excel).Range("A7").Font, "Color", 255),
    "a font": lambda excel: setattr(_of(excel).Range("A7").Font, "Name", "Courier New"),
    "the sheet's font": lambda excel: setattr(_of(excel).Range("A1:K40").Font, "Name", "Courier New"),
    "a size of text": lambda excel: setattr(_of(excel).Range("A7").Font, "Size", 20),
    "bold text": lambda excel: setattr(_of(excel).Range("A7").Font, "Bold", True),
    "slanted text": lambda excel: setattr(_of(excel).Range("A7").Font, "Italic", True),
    "text crossed out": lambda excel: setattr(_of(excel).Range("A7").Font, "Strikethrough", True),
    "text underlined": lambda excel: setattr(_of(excel).Range("A7").Font, "Underline", 2),
    "text in the middle": lambda excel: setattr(_of(excel).Range("A7"), "HorizontalAlignment", -4108),
    "a frame": lambda excel: setattr(_of(excel).Range("C6").Borders, "LineStyle", 1),
    "a hidden row": lambda excel: setattr(_of(excel).Range("A6").EntireRow, "Hidden", True),
    "a hidden column": lambda excel: setattr(_of(excel).Range("D1").EntireColumn, "Hidden", True),
    "a width": lambda excel: setattr(_of(excel).Range("D1"), "ColumnWidth", 30),
}


@pytest.fixture
def shaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives plain sheets colours that follow the words: a living one takes that Excel minutes."""
    kinds = {"Buy": Kind.BUY, "Sell": Kind.SELL}
    shades = tuple(Shade(Span(5, 2, 7, 2), word, kind) for word, kind in kinds.items())
    written = "pbal_xl.hosts.excel.writing.shade_cells"
    monkeypatch.setattr(written, lambda sheet, _: shade_cells(sheet, shades))


@pytest.mark.usefixtures("shaded")
def test_colors_that_follow_words_are_written_anew_with_their_sheet(excel: Excel) -> None:
    for _ in range(2):
        excel.show("Portfolio")
        excel.press()
        assert excel.sheets == ["Portfolio", "Trades"]
        rules = _of(excel).Cells.FormatConditions.rules
        assert [
            (one.AppliesTo.Address, one.Formula1, one.Font.Color, one.Interior.Color, one.Font.Bold)
            for one in rules
        ] == [  # as Excel counts: blue first
            ("$B$5:$B$7", '="Buy"', 0x4A6100, 0xE8F2D9, True),
            ("$B$5:$B$7", '="Sell"', 0x0F32A3, 0xDAE3FC, True),
        ]


@pytest.mark.usefixtures("shaded")
@pytest.mark.parametrize(
    "edit",
    [
        lambda rules: setattr(rules[0].Interior, "Color", 0x00FFFF),
        lambda rules: setattr(rules[1], "Formula1", '="Mine"'),
        lambda rules: rules.pop(),
    ],
)
def test_whoever_changes_such_a_color_keeps_the_sheet(excel: Excel, edit: Callable[[Any], None]) -> None:
    excel.press()
    edit(_of(excel).Cells.FormatConditions.rules)
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades", "Trades (2)"]


@pytest.mark.parametrize("edit", EDITS)
def test_what_a_user_made_of_our_sheet_stays(excel: Excel, edit: str) -> None:
    excel.press()
    before = excel.orders()
    EDITS[edit](excel)
    excel.book.names["pbal_cash"].refers_to = "=900"
    excel.show("Portfolio")
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades", "Trades (2)"]
    assert (excel.orders(), excel.orders("Trades (2)")) == (before, planned(900))
    # The one that nobody touched is the one that is written anew.
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades", "Trades (2)"]


def test_a_width_that_another_screen_rounds_is_no_edit(excel: Excel) -> None:
    excel.press()
    column = _of(excel).Range("D1")
    column.ColumnWidth = column.ColumnWidth + 0.15
    excel.show("Portfolio")
    excel.press()
    assert (excel.alerts, excel.sheets) == ([], ["Portfolio", "Trades"])


@pytest.mark.parametrize("kept", [None, '=""', '="0123[["', '="0123"'])
def test_a_sheet_whose_looks_cannot_be_known_stays(excel: Excel, kept: str | None) -> None:
    """One of an earlier version, or one whose hidden names somebody wrote to."""
    excel.press()
    names = [name for name in excel.book.sheets["Trades"].names if "_pbal_xl_dress" in name.name]
    assert names
    for name in names:
        name.delete()
    if kept is not None:
        excel.book.sheets["Trades"].names.add("_pbal_xl_dress1", kept)
    excel.show("Portfolio")
    excel.press()
    assert (excel.alerts, excel.sheets) == ([], ["Portfolio", "Trades", "Trades (2)"])


def test_the_names_of_a_longer_plan_go_with_it(excel: Excel) -> None:
    writing, dress = (sys.modules[f"pbal_xl.hosts.excel.{name}"] for name in ("writing", "dress"))
    with mock.patch.object(writing, "keep_dress", wraps=dress.keep_dress) as keeping:
        excel.press()
    [(sheet, layout)] = [call.args for call in keeping.call_args_list]
    before = len(sheet.names)
    for number in (7, 8, 9):
        sheet.names.add(f"_pbal_xl_dress{number}", '="1],[1"')
    with mock.patch.object(sys, "platform", "win32"):
        dress.keep_dress(sheet, layout)
        assert dress.is_dressed_as_kept(sheet)
    assert len(sheet.names) == before


def test_many_holdings_are_looked_at_with_hardly_more_questions(module: ModuleType) -> None:
    dress = sys.modules["pbal_xl.hosts.excel.dress"]
    asked = []
    for count in (3, 30):
        rows: list[list[Any]] = [["Symbol", "Value", "Price"], *([f"S{n}", 100.0 + n, 10.0] for n in range(count))]
        excel = Excel(module, rows)
        excel.book.names.add("pbal_cash", "=700")
        with mock.patch.object(dress, "_asked", wraps=dress._asked) as asking:
            excel.press()
        asked.append(asking.call_count)
    assert asked[0] < 350
    assert asked[1] < 1.3 * asked[0]


@pytest.mark.usefixtures("module")
def test_orders_that_alternate_are_asked_apart_only_for_their_colours() -> None:
    """Buy and sell from row to row: only what differs from row to row is asked row by row."""
    dress = sys.modules["pbal_xl.hosts.excel.dress"]
    holdings = [Holding(f"S{n}", 100 + 7 * (n * 37 % 60), 10) for n in range(200)]
    plan = suggest_trades(holdings, cash=0, strategy="hard")
    layout = trades_layout(plan, source="P!A1", made=dt.datetime(2026, 1, 2))
    spans = [len(list(dress._alike(layout, by))) for by in dress._ALIKE]
    asked = sum(count * len(names) for count, names in zip(spans, dress._OF_EXCEL, strict=True))
    as_before = max(spans) * sum(map(len, dress._OF_EXCEL))
    assert spans[1] > 60 > max(spans[0], spans[2])
    assert asked < 0.45 * as_before


# What xlwings can tell of looks on a Mac too, through properties of its own.
SEEN_EVERYWHERE = (
    "a cell's ground", "a white ground", "a ground taken away", "a blank cell's ground", "a number format",
    "a column's number format", "a colour of text", "a font", "a hidden column", "a width",
)  # fmt: skip


@pytest.mark.parametrize("edit", SEEN_EVERYWHERE)
def test_elsewhere_the_looks_that_xlwings_knows_are_noticed(excel: Excel, edit: str) -> None:
    writing, dress = (sys.modules[f"pbal_xl.hosts.excel.{name}"] for name in ("writing", "dress"))
    with mock.patch.object(writing, "keep_dress") as keeping:
        excel.press()
    [(sheet, layout)] = [call.args for call in keeping.call_args_list]
    with mock.patch.object(sys, "platform", "darwin"):
        assert dress.is_dressed_as_kept(sheet)
        dress.keep_dress(sheet, layout)
        assert dress.is_dressed_as_kept(sheet)
        EDITS[edit](excel)
        assert not dress.is_dressed_as_kept(sheet)


def test_an_engine_that_tells_no_looks_keeps_none_and_nothing_is_edited(excel: Excel) -> None:
    writing, dress = (sys.modules[f"pbal_xl.hosts.excel.{name}"] for name in ("writing", "dress"))
    with mock.patch.object(writing, "keep_dress") as keeping:
        excel.press()
    [(sheet, layout)] = [call.args for call in keeping.call_args_list]
    names = len(sheet.names)
    with (
        mock.patch.object(sys, "platform", "linux"),
        mock.patch.object(dress, "reduce", side_effect=NotImplementedError),
    ):
        dress.keep_dress(sheet, layout)
        assert len(sheet.names) == names
        assert dress.is_dressed_as_kept(sheet)


@pytest.mark.usefixtures("module")
def test_what_answers_together_was_written_alike_and_every_cell_answers_once() -> None:
    dress = sys.modules["pbal_xl.hosts.excel.dress"]
    rng = random.Random(11)
    for _ in range(200):
        height, width = rng.randint(1, 9), rng.randint(1, 9)
        kinds = rng.sample(list(Kind), rng.randint(1, 4))
        items = [
            Item(row, column, "x", rng.choice(kinds))
            for row in range(1, height + 1)
            for column in range(1, width + 1)
            if rng.random() < 0.8 or (row, column) == (height, width)
        ]
        written = {(item.row, item.column): item.kind for item in items}
        for by, names in zip(dress._ALIKE, dress._OF_EXCEL, strict=True):
            seen: set[tuple[int, int]] = set()
            for top, left, bottom, right in dress._alike(mock.Mock(items=items), by):
                cells = {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}
                assert not cells & seen
                for name in names:
                    assert len({_wanted(written.get(cell), name) for cell in cells}) == 1
                seen |= cells
            assert {(row, column) for row in range(1, height + 1) for column in range(1, width + 1)} <= seen


def _wanted(kind: Kind | None, name: str) -> object:
    """What a cell that was written as that kind answers to a question."""
    if kind is None:
        return None
    look = LOOKS[kind]
    return {
        "NumberFormat": FORMATS.get(kind),
        "Interior.Color": look.fill,
        "Interior.ColorIndex": look.fill,
        "Font.Color": look.color,
        "Font.Size": look.size,
        "Font.Bold": look.bold,
        "Font.Italic": look.italic,
        "HorizontalAlignment": look.right,
        "Borders.LineStyle": (look.rule_above, look.rule_below),
    }.get(name, "ours")


def test_the_sheet_is_printed_landscape_on_one_page(excel: Excel) -> None:
    excel.press()
    page = _of(excel).PageSetup
    assert (page.Orientation, page.Zoom, page.FitToPagesWide, page.FitToPagesTall) == (2, False, 1, 1)
    last = excel.heading() + len(HOLDINGS) + 1
    assert page.PrintArea.startswith("$A$1:$")
    assert int(page.PrintArea.rpartition("$")[2]) > last
    assert page.PrintTitleRows == ""
    assert page.LeftMargin == page.BottomMargin == pytest.approx(28.35, abs=0.01)


def test_many_orders_go_on_as_many_pages_as_they_take_with_their_headings_on_each(module: ModuleType) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price"], *([f"S{at}", 100.0 + at, 10.0] for at in range(60))]
    excel = Excel(module, rows)
    excel.book.names.add("pbal_cash", "=700")
    excel.press()
    page = _of(excel).PageSetup
    assert (page.FitToPagesWide, page.FitToPagesTall) == (1, False)
    assert page.PrintTitleRows == f"${excel.heading()}:${excel.heading()}"


def test_without_a_printer_the_trades_stand_and_the_page_is_told(excel: Excel) -> None:
    import excel_com

    def refuse(page: Any, name: str, value: Any) -> None:
        if name == "Orientation" and value == 2:
            raise OSError("Unable to set the Orientation property")
        object.__setattr__(page, name, value)

    with mock.patch.object(excel_com.PageSetup, "__setattr__", refuse):
        excel.press()
    [said] = excel.alerts
    assert said.startswith("The trades are written; their page could not be set up for printing: ")
    assert excel.orders() == planned(700)


def test_the_holdings_of_a_workbook_made_from_a_csv_are_no_trades(excel: Excel) -> None:
    _of(excel, "Portfolio").Name = "Holdings"
    excel.book.sheets["Holdings"].names.add("_pbal_xl_sheet", '="1-0123"')
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Holdings", "Trades"]


def test_a_sheet_of_the_users_own_called_trades_stays(excel: Excel) -> None:
    Com(excel.com._object).Worksheets.Add().Name = "trades"
    excel.show("Portfolio")
    excel.press()
    assert sorted(excel.sheets) == ["Portfolio", "Trades (2)", "trades"]


def test_on_the_trades_sheet_the_button_plans_its_source_again(excel: Excel) -> None:
    excel.press()
    excel.set("Portfolio", "B3", 3000.0)
    excel.show("Trades")
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.value("Trades", f"F{excel.heading() + 1 + excel.symbols(3).index('VTI')}") == 3000


def test_from_a_trades_sheet_again_and_again_its_source_stays_the_holdings(excel: Excel) -> None:
    excel.press()
    source = _source(excel)
    assert "Portfolio" in source
    for value in (3000.0, 5000.0):
        excel.set("Portfolio", "B3", value)
        excel.show("Trades")
        excel.press()
        assert (excel.alerts, excel.sheets) == ([], ["Portfolio", "Trades"])
        assert _source(excel) == source
        assert excel.value("Trades", f"F{excel.heading() + 1 + excel.symbols(3).index('VTI')}") == value


@pytest.mark.parametrize("options", [(), ("--live",)])
def test_on_a_trades_sheet_that_a_file_brought_along_the_button_plans_its_source(
    excel: Excel, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Its cells and names are those of a file of the command line; Excel's own trades get a sheet beside it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Portfolio"
    for row, cells in enumerate(ROWS, start=1):
        for column, value in enumerate(cells, start=1):
            sheet.cell(row, column).value = value.replace("'", "") if isinstance(value, str) else value
            sheet.cell(row, column).data_type = "s" if isinstance(value, str) else "n"
    path = tmp_path / "mine.xlsx"
    book.save(path)
    assert cli.main(["run", str(path), "--cash", "900", "--quiet", *options]) == 0
    made = load_workbook(path, data_only=True)["Trades"]
    Com(excel.com._object).Worksheets.Add().Name = "Trades"
    for line in made.iter_rows():
        for cell in line:
            if cell.value is not None:
                value = f"'{cell.value}" if isinstance(cell.value, str) else float(cell.value)  # type: ignore[arg-type]
                excel.set("Trades", cell.coordinate, value)
    for name, one in made.defined_names.items():
        if name.startswith("_pbal_xl_"):
            excel.book.sheets["Trades"].names.add(name, f"={one.attr_text}")
    excel.show("Trades")
    excel.press()
    assert excel.alerts == []
    assert sorted(excel.sheets) == ["Portfolio", "Trades", "Trades (2)"]
    assert excel.orders("Trades (2)") == planned(700)


def test_marks_of_a_file_go_from_a_sheet_that_is_written_anew(excel: Excel) -> None:
    """They tell of what is no longer there; a name of the user's stays."""
    excel.press()
    of_file = ["_pbal_xl_whole", "_pbal_xl_parts", "_pbal_xl_formulas", "_pbal_xl_read1", "_pbal_xl_read2"]
    for name in [*of_file, "_pbal_xl_mine"]:
        excel.book.sheets["Trades"].names.add(name, '="1"')
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades"]
    left = {name.name.rpartition("!")[2] for name in excel.book.sheets["Trades"].names}
    assert left.isdisjoint(of_file)
    assert {"_pbal_xl_mine", "_pbal_xl_sheet", "_pbal_xl_source"} <= left


def test_the_source_of_a_sheet_with_an_apostrophe_is_named_as_excel_writes_it(excel: Excel) -> None:
    _of(excel, "Portfolio").Name = "Mum's ETFs"
    excel.press()
    assert excel.alerts == []
    assert _source(excel).startswith("='Mum''s ETFs'!$A$2:")


def _source(excel: Excel) -> str:
    entries = excel.application.workbook.names_.entries
    return next(entry.refers_to for entry in entries if entry.name.rpartition("!")[2] == "_pbal_xl_source")


def test_from_a_trades_sheet_the_settings_are_written_beside_its_holdings(excel: Excel) -> None:
    excel.press()
    trades = [[excel.value("Trades", f"{column}{row}") for column in "ABCDEFGHIJKL"] for row in range(1, 15)]
    excel.show("Trades")
    assert excel.run("settings") == "The settings stand in E2:F10; change them there or on the tab."
    assert [excel.value("Portfolio", cell) for cell in ("E2", "F3")] == ["Settings", 700.0]
    assert trades == [[excel.value("Trades", f"{c}{row}") for c in "ABCDEFGHIJKL"] for row in range(1, 15)]
    names = {entry.name: entry.refers_to for entry in excel.application.workbook.names_.entries}
    assert names["pbal_cash"] == "='Portfolio'!$F$3"


@pytest.mark.parametrize(
    ("listed", "found"),
    [
        ("pbal_cash", True),
        ("Mine!PBAL_CASH", True),
        ("'Mine'!pbal_cash", True),
        ("Other!pbal_cash", False),
        ("'Mine''s'!pbal_cash", False),
        ("Mine!pbal_cash2", False),
    ],
)
@pytest.mark.usefixtures("module")
def test_a_name_of_another_sheet_is_not_the_sheets_own(listed: str, found: bool) -> None:
    """Excel lists among a sheet's names now and then one of another sheet, or of the workbook that points to it."""
    reading = sys.modules["pbal_xl.hosts.excel.reading"]
    name = mock.Mock()
    name.name = listed
    sheet = mock.Mock(names=[name])
    sheet.name = "Mine"
    assert (reading.own_name(sheet, "pbal_cash") is name) is found
    sheet.name = "Mine's"
    assert (reading.own_name(sheet, "pbal_cash") is name) is (listed in {"pbal_cash", "'Mine''s'!pbal_cash"})


def test_the_program_s_own_names_are_hidden(excel: Excel) -> None:
    excel.press()
    entries = {entry.name: entry.visible for entry in excel.application.workbook.names_.entries}
    assert {name.rpartition("!")[2]: seen for name, seen in entries.items()} == {
        "pbal_cash": True,
        "_pbal_xl_sheet": False,
        "_pbal_xl_source": False,
        "_pbal_xl_page": False,
        **{f"_pbal_xl_dress{number}": False for number in range(1, 7)},
    }


def test_the_headings_are_frozen_in_the_window(excel: Excel) -> None:
    excel.press()
    window = recorded(excel.application.application)["activewindow"]
    assert (window.SplitRow, window.SplitColumn, window.FreezePanes) == (4, 1, True)


def test_the_chart_has_its_title_series_and_place(excel: Excel) -> None:
    excel.press()
    [chart] = recorded(excel.application.sheet("Trades").sheet)["drawn"].drawn
    left, top, width, height = chart.place
    assert min(left, top, width, height) > 0
    assert chart.Chart.ChartTitle.Text == "Weights"
    named = [call.args for call in chart.Chart.SeriesCollection.call_args_list if call.args]
    assert sorted(set(named)) == [(1,), (2,), (3,)]


def test_the_series_are_named_by_their_headings_and_earlier_ones_by_texts_are_still_ours(excel: Excel) -> None:
    excel.press()
    series = [_chart(excel).SeriesCollection(place) for place in (1, 2, 3)]
    assert [one.said for one in series] == [f"='Trades'!${column}${excel.heading()}" for column in "HIJ"]
    assert [one.Name for one in series] == ["Weight before", "Weight after", "Target"]
    for one, name in zip(series, ("Before", "After", "Target"), strict=True):
        one.Name = name
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades"]


def test_a_setting_in_a_cell_is_read_and_a_sheets_own_goes_first(excel: Excel) -> None:
    excel.set("Portfolio", "G1", 300.0)
    excel.book.sheets["Portfolio"].names.add("pbal_cash", "=Portfolio!$G$1")
    excel.book.names.add("pbal_strategy", '="Hard Rebalance"')
    excel.press()
    assert excel.orders() == planned(300, "hard")


def test_faults_come_in_one_box_and_write_nothing(excel: Excel) -> None:
    excel.set("Portfolio", "C3", 0.0)
    excel.set("Portfolio", "B4", "a lot")
    excel.press()
    [said] = excel.alerts
    *faults, hint = said.splitlines()
    assert [line.split(":")[0] for line in faults] == ["C3", "B4"]
    assert hint.startswith("How it is read")
    assert excel.sheets == ["Portfolio"]


def test_the_selection_is_read_when_it_spans_a_table(excel: Excel) -> None:
    rows: list[list[Any]] = [["Symbol", "Value", "Price"], ["X", 10.0, 1.0], ["Y", 30.0, 1.0]]
    for r, row in enumerate(rows, 10):
        for column, value in zip("ABC", row, strict=True):
            excel.set("Portfolio", f"{column}{r}", value)
    excel.press()
    assert "several tables" in excel.alerts[0]
    Com(excel.application.sheet("Portfolio").sheet).Range("A10:C12").Select()
    excel.press()
    assert excel.symbols(2) == ["X", "Y"]


def test_an_export_becomes_a_sheet_that_can_be_planned(excel: Excel, tmp_path: Path) -> None:
    path = tmp_path / "positions.csv"
    path.write_text("Symbol,Quantity,Price\nA,10,5.50\n=B,3,100\n", encoding="utf-8")
    told = excel.run("import", str(path)).splitlines()
    assert told[0] == "Targets are equal, because there is no column Target."
    assert told[1:] == [
        "A (Symbol): symbol, by header",
        "B (Quantity): quantity, by header",
        "C (Price): price, by header",
    ]
    assert excel.sheets == ["Portfolio", "Positions"]
    assert [excel.value("Positions", cell) for cell in ("A2", "A3", "B3", "C3", "A4")] == [
        "Symbol",
        "A",
        55,
        5.5,
        "=B",
    ]
    excel.show("Positions")
    excel.press()
    assert excel.alerts == ["\n".join(told)]
    assert "=B" in excel.symbols(2)


def test_currency_is_read_unrounded(excel: Excel) -> None:
    """Value rounds it to four places."""
    excel.set("Portfolio", "C3", 0.00001234)
    real = Com.__getattr__

    def rounding(com: Com, name: str) -> Any:
        found = real(com, name)
        if name == "Value" and isinstance(found, tuple):
            return tuple(tuple(round(c, 4) if isinstance(c, float) else c for c in row) for row in found)
        return round(found, 4) if name == "Value" and isinstance(found, float) else found

    with mock.patch.object(Com, "__getattr__", rounding):
        excel.press()
    assert excel.alerts == []
    first = excel.heading() + 1
    prices = {excel.value("Trades", f"A{row}"): excel.value("Trades", f"D{row}") for row in range(first, first + 3)}
    assert prices["VTI"] == pytest.approx(0.00001234)


def test_the_chart_takes_the_columns_for_its_series_however_few_the_holdings(excel: Excel) -> None:
    excel.press()
    [chart] = recorded(excel.application.sheet("Trades").sheet)["drawn"].drawn
    assert chart.Chart.PlotBy == 2
    [source] = [call.args[0] for call in chart.Chart.SetSourceData.call_args_list]
    assert source.Address == f"$H${excel.heading()}:$J${excel.heading() + 3}"


@pytest.mark.parametrize("more", [0, 20])
def test_names_that_do_not_stand_side_by_side_are_slanted(excel: Excel, more: int) -> None:
    for row in range(5, 5 + more):
        excel.set("Portfolio", f"A{row}", f"AB{row}")
        excel.set("Portfolio", f"B{row}", 100.0 + row)
        excel.set("Portfolio", f"C{row}", 10.0)
    excel.press()
    assert excel.alerts == []
    [chart] = recorded(excel.application.sheet("Trades").sheet)["drawn"].drawn
    assert (chart.Chart.Axes.return_value.TickLabels.Orientation == 45) == (more > 0)


def test_a_chart_that_fails_leaves_the_trades_and_a_sheet_that_counts_as_ours(excel: Excel) -> None:
    from excel_com import Drawings

    with mock.patch.object(Drawings, "Add", side_effect=OSError("no room to draw")):
        excel.press()
    [said] = excel.alerts
    assert said.startswith("The trades are written; the chart could not be drawn: ")
    assert "no room to draw" in said
    assert excel.orders() == planned(700)
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades"]
    assert recorded(excel.application.sheet("Trades").sheet)["drawn"].Count == 1


def test_a_chart_that_fails_halfway_is_taken_away(excel: Excel) -> None:
    charts = sys.modules["pbal_xl.hosts.excel.charts"]
    with mock.patch.object(charts, "_finish", side_effect=OSError("no")):
        excel.press()
    assert recorded(excel.application.sheet("Trades").sheet)["drawn"].Count == 0
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades"]


# The settings block


def test_the_settings_are_written_beside_the_holdings_with_their_names(excel: Excel) -> None:
    said = excel.run("settings")
    assert said == "The settings stand in E2:F10; change them there or on the tab."
    shown = [(excel.value("Portfolio", f"E{row}"), excel.value("Portfolio", f"F{row}")) for row in range(2, 8)]
    assert shown == [
        ("Settings", None),
        ("Cash to invest", 700.0),
        ("Strategy", "Try to Never Sell"),
        ("Whole shares", True),
        ("Increment", None),
        ("Minimum trade", None),
    ]
    names = {entry.name: entry.refers_to for entry in excel.application.workbook.names_.entries}
    assert names == {
        "pbal_cash": "='Portfolio'!$F$3",
        "pbal_strategy": "='Portfolio'!$F$4",
        "pbal_whole_shares": "='Portfolio'!$F$5",
        "pbal_increment": "='Portfolio'!$F$6",
        "pbal_min_trade": "='Portfolio'!$F$7",
    }


def test_the_settings_stand_beside_all_that_the_sheet_holds(excel: Excel) -> None:
    excel.set("Portfolio", "H30", "mine")
    assert excel.run("settings") == "The settings stand in J2:K10; change them there or on the tab."
    assert excel.value("Portfolio", "H30") == "mine"


def test_what_the_block_says_is_what_is_planned(excel: Excel) -> None:
    excel.run("settings")
    excel.set("Portfolio", "F3", 300.0)
    excel.set("Portfolio", "F4", "Hard Rebalance")
    excel.alerts.clear()
    excel.press()
    assert excel.alerts == []
    assert excel.orders() == planned(300, "hard")


def test_a_block_that_is_there_is_not_written_twice(excel: Excel) -> None:
    excel.run("settings")
    before = [[excel.value("Portfolio", f"{column}{row}") for column in "ABCDEFGHI"] for row in range(1, 15)]
    assert excel.run("settings") == (
        "#PBAL! the settings are there already: pbal_cash is 'Portfolio'!$F$3; change them there"
    )
    assert [[excel.value("Portfolio", f"{c}{row}") for c in "ABCDEFGHI"] for row in range(1, 15)] == before


def test_settings_offer_their_lists(excel: Excel) -> None:
    excel.run("settings")
    validation = Com(excel.application.sheet("Portfolio").sheet).Range("F4").Validation
    assert validation.Formula1 == "Try to Never Sell,Hard Rebalance"


# What formats tell


def test_values_that_formats_show_in_two_currencies_are_not_added_up(excel: Excel) -> None:
    cells = Com(excel.application.sheet("Portfolio").sheet)
    cells.Range("B3").NumberFormat = '"$"#,##0.00'
    cells.Range("B4").NumberFormat = "[$\u20ac-2] #,##0.00"
    said = excel.press()
    assert said.startswith("#PBAL! ")
    assert "$" in said
    assert "EUR" in said
    assert excel.sheets == ["Portfolio"]


def test_a_column_of_one_currency_is_planned_whatever_its_format(excel: Excel) -> None:
    Com(excel.application.sheet("Portfolio").sheet).Range("B3:B5").NumberFormat = '"$"#,##0.00'
    excel.press()
    assert excel.orders() == planned(700)


# What Excel refuses


def com_error(code: int, said: str | None = None) -> Any:
    error: Any = sys.modules["pywintypes"].com_error if "pywintypes" in sys.modules else Exception
    raised = error(code, "failed")
    raised.hresult, raised.excepinfo = code, (0, "Microsoft Excel", said, None, 0, code) if said else None
    return raised


@pytest.mark.parametrize("code", [-2147418111, -2147417846, -2146777998])
def test_a_busy_excel_is_said(excel: Excel, code: int) -> None:
    real = Com.__getattr__

    def busy(com: Com, name: str) -> Any:
        if name in {"Selection", "Value2"}:
            raise com_error(code)
        return real(com, name)

    with mock.patch.object(Com, "__getattr__", busy):
        said = excel.press()
    assert said == "#PBAL! Excel is busy: finish the cell you are editing, close any dialog, and try again"
    assert excel.sheets == ["Portfolio"]


def test_a_protected_sheet_is_said(excel: Excel) -> None:
    real = Com.__setattr__

    def protected(com: Com, name: str, value: int | str) -> None:
        if name in {"Value", "Value2", "Formula"}:
            raise com_error(-2147352567, "The cell or chart you're trying to change is on a protected sheet.")
        real(com, name, value)

    with mock.patch.object(Com, "__setattr__", protected):
        said = excel.run("settings")
    assert said.startswith("#PBAL! Excel refused to write (The cell or chart you're trying to change is on a ")
    assert said.endswith("unprotect the sheet or workbook, and try again")


def test_only_floats_texts_and_truths_are_written(excel: Excel) -> None:
    written = []
    real = Com.__setattr__

    def noting(com: Com, name: str, value: float | Sequence[Sequence[Any]] | str) -> None:
        if name == "Value":
            written.append(value)
        real(com, name, value)

    with mock.patch.object(Com, "__setattr__", noting):
        excel.press()
        excel.show("Portfolio")
        excel.run("settings")
    flat = [cell for value in written for row in (value if isinstance(value, (list, tuple)) else [[value]])
            for cell in (row if isinstance(row, (list, tuple)) else [row])]  # fmt: skip
    assert flat
    assert {type(cell) for cell in flat} <= {str, float, bool, type(None)}


def test_a_name_whose_cells_are_gone_is_refused_in_the_words_of_every_host(excel: Excel) -> None:
    excel.book.names["pbal_cash"].refers_to = "=#REF!$B$3"
    said = excel.press()
    assert said == "#PBAL! the name pbal_cash refers to cells that were deleted (#REF!)"
    assert excel.sheets == ["Portfolio"]


def test_an_empty_sheet_is_said_to_hold_nothing(module: Any) -> None:
    excel = Excel(module, [])
    excel.book.names.add("pbal_cash", "=700")
    said = excel.press()
    assert said.startswith("#PBAL! ")
    assert "holdings" in said
    assert "Error" not in said
    assert excel.sheets == ["Portfolio"]


def test_our_sheet_emptied_by_a_user_counts_as_theirs(excel: Excel) -> None:
    excel.press()
    _of(excel).Range("A1:Z200").Clear()
    excel.show("Portfolio")
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades", "Trades (2)"]
