"""The macro through xlwings' own Windows engine, against an Excel in memory that keeps what is written."""

import sys
from unittest import mock

import pytest
from excel_com import Com, open_book, recorded
from excel_windows import excel_module

from pbal_xl import Holding, suggest_trades
from pbal_xl.sheet.orders_table import in_order

HOLDINGS = [["VTI", 1000.0, 100.0], ["=cmd|x", 2000.0, 50.0], ["MAR1", 500.0, 20.0]]
ROWS = [
    ["My portfolio"],
    ["Symbol", "Value", "Price"],
    *([f"'{symbol}", value, price] for symbol, value, price in HOLDINGS),
]


class Excel:
    """A workbook in view, the macro for it, and what Excel then holds."""

    def __init__(self, module, rows=ROWS):
        import xlwings
        from xlwings import _xlwindows

        self.com, self.application = open_book(rows)
        self.book = xlwings.Book(impl=_xlwindows.Book(xl=self.com))
        self.module = module
        self.alerts = []

    def press(self):
        import xlwings

        writing = sys.modules["pbal_xl.hosts.excel.writing"]
        with (
            mock.patch.object(writing.sys, "platform", "win32"),
            mock.patch.object(xlwings.App, "activate", return_value=None),
            mock.patch.object(xlwings.App, "alert", lambda _, prompt, title: self.alerts.append((prompt, title))),
        ):
            self.module.suggest_trades(self.book)

    def set(self, sheet, address, value):
        self.application.sheet(sheet).set_value(address, value)

    def value(self, sheet, address):
        return self.application.sheet(sheet).value(address)

    @property
    def sheets(self):
        return [sheet.name for sheet in self.application.sheets()]

    def orders(self, sheet="Trades"):
        first = self.heading(sheet) + 1
        rows = range(first, first + len(HOLDINGS))
        return [tuple(self.value(sheet, f"{column}{row}") for column in "ACE") for row in rows]

    def heading(self, sheet="Trades"):
        """The row of the headings."""
        return next(row for row in range(1, 20) if self.value(sheet, f"A{row}") == "Symbol")

    def symbols(self, count):
        first = self.heading() + 1
        return [self.value("Trades", f"A{row}") for row in range(first, first + count)]

    def show(self, sheet):
        Com(self.application.sheet(sheet).sheet).Activate()


@pytest.fixture(scope="module")
def module():
    with excel_module() as (_, module):
        yield module


@pytest.fixture
def excel(module):
    excel = Excel(module)
    excel.book.names.add("pbal_cash", "=700")
    return excel


def planned(cash, strategy="never-sell"):
    plan = suggest_trades([Holding(*row) for row in HOLDINGS], cash, strategy)
    return [(o.symbol, float(o.shares), float(o.amount)) for o in in_order(plan.orders)]


def test_the_trades_are_those_of_the_python_api(excel):
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.orders() == planned(700)


def test_symbols_stay_text(excel):
    excel.press()
    first = excel.heading() + 1
    formulas = excel.book.sheets["Trades"][f"A{first}:A{first + 2}"].formula
    assert sorted(row[0] for row in formulas) == ["=cmd|x", "MAR1", "VTI"]
    assert [type(symbol) for symbol in excel.symbols(3)] == [str] * 3


def test_pressed_again_it_writes_the_same_sheet_anew(excel):
    excel.press()
    excel.book.names["pbal_cash"].refers_to = "=900"
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.orders() == planned(900)
    drawn = recorded(excel.application.sheet("Trades").sheet)["drawn"]
    assert drawn.Count == 1


def test_a_portfolio_that_shrank_leaves_no_old_rows(excel):
    excel.press()
    excel.show("Portfolio")
    Com(excel.application.sheet("Portfolio").sheet).Range("A5:C5").ClearContents()
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.symbols(3)[-1] == "Total"
    texts = [excel.value("Trades", f"A{row}") for row in range(1, 60)]
    assert texts.count("Total") == 1
    assert "MAR1" not in texts


def test_an_edited_sheet_stays_as_it_is(excel):
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
def test_a_sheet_with_a_note_or_comment_stays_as_it_is(excel, kind):
    excel.press()
    getattr(Com(excel.application.sheet("Trades").sheet), kind).Count = 1
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades", "Trades (2)"]


def test_a_sheet_of_the_users_own_called_trades_stays(excel):
    Com(excel.com._object).Worksheets.Add().Name = "trades"
    excel.show("Portfolio")
    excel.press()
    assert sorted(excel.sheets) == ["Portfolio", "Trades (2)", "trades"]


def test_on_the_trades_sheet_the_button_plans_its_source_again(excel):
    excel.press()
    excel.set("Portfolio", "B3", 3000.0)
    excel.show("Trades")
    excel.press()
    assert excel.alerts == []
    assert excel.sheets == ["Portfolio", "Trades"]
    assert excel.value("Trades", f"F{excel.heading() + 1 + excel.symbols(3).index('VTI')}") == 3000


def test_the_program_s_own_names_are_hidden(excel):
    excel.press()
    entries = {entry.name: entry.visible for entry in excel.application.workbook.names_.entries}
    assert {name.rpartition("!")[2]: seen for name, seen in entries.items()} == {
        "pbal_cash": True,
        "_pbal_xl_sheet": False,
        "_pbal_xl_source": False,
    }


def test_the_headings_are_frozen_in_the_window(excel):
    excel.press()
    window = recorded(excel.application.application)["activewindow"]
    assert (window.SplitRow, window.SplitColumn, window.FreezePanes) == (4, 1, True)


def test_the_chart_has_its_title_series_and_place(excel):
    excel.press()
    [chart] = recorded(excel.application.sheet("Trades").sheet)["drawn"].drawn
    left, top, width, height = chart.place
    assert min(left, top, width, height) > 0
    assert chart.Chart.ChartTitle.Text == "Weights"
    assert [call.args for call in chart.Chart.SeriesCollection.call_args_list if call.args] == [(1,), (2,), (3,)]


def test_a_setting_in_a_cell_is_read_and_a_sheets_own_goes_first(excel):
    excel.set("Portfolio", "G1", 300.0)
    excel.book.sheets["Portfolio"].names.add("pbal_cash", "=Portfolio!$G$1")
    excel.book.names.add("pbal_strategy", '="Hard Rebalance"')
    excel.press()
    assert excel.orders() == planned(300, "hard")


def test_faults_come_in_one_box_and_write_nothing(excel):
    excel.set("Portfolio", "C3", 0.0)
    excel.set("Portfolio", "B4", "a lot")
    excel.press()
    [(said, title)] = excel.alerts
    assert title == "Portfolio Balancer"
    assert [line.split(":")[0] for line in said.splitlines()] == ["C3", "B4"]
    assert excel.sheets == ["Portfolio"]


def test_the_selection_is_read_when_it_spans_a_table(excel):
    rows = [["Symbol", "Value", "Price"], ["X", 10.0, 1.0], ["Y", 30.0, 1.0]]
    for r, row in enumerate(rows, 10):
        for column, value in zip("ABC", row, strict=True):
            excel.set("Portfolio", f"{column}{r}", value)
    excel.press()
    assert "several tables" in excel.alerts[0][0]
    Com(excel.application.sheet("Portfolio").sheet).Range("A10:C12").Select()
    excel.press()
    assert excel.symbols(2) == ["X", "Y"]


def test_an_export_becomes_a_sheet_that_can_be_planned(excel, tmp_path):
    path = tmp_path / "positions.csv"
    path.write_text("Symbol,Quantity,Price\nA,10,5.50\n=B,3,100\n", encoding="utf-8")
    import xlwings

    with mock.patch.object(xlwings.App, "activate", return_value=None):
        excel.module.import_positions(excel.book, path)
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
    assert excel.alerts == []
    assert "=B" in excel.symbols(2)
