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

    def run(self, action, argument=""):
        import xlwings

        with mock.patch.object(sys, "platform", "win32"), mock.patch.object(xlwings.App, "activate"):
            said = self.module.in_excel(self.com, action, argument.encode("utf-16-be").hex())
        if said:
            self.alerts.append(said.removeprefix("#PBAL! "))
        return said

    def press(self):
        return self.run("suggest")

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
    [said] = excel.alerts
    *faults, hint = said.splitlines()
    assert [line.split(":")[0] for line in faults] == ["C3", "B4"]
    assert hint.startswith("How it is read")
    assert excel.sheets == ["Portfolio"]


def test_the_selection_is_read_when_it_spans_a_table(excel):
    rows = [["Symbol", "Value", "Price"], ["X", 10.0, 1.0], ["Y", 30.0, 1.0]]
    for r, row in enumerate(rows, 10):
        for column, value in zip("ABC", row, strict=True):
            excel.set("Portfolio", f"{column}{r}", value)
    excel.press()
    assert "several tables" in excel.alerts[0]
    Com(excel.application.sheet("Portfolio").sheet).Range("A10:C12").Select()
    excel.press()
    assert excel.symbols(2) == ["X", "Y"]


def test_an_export_becomes_a_sheet_that_can_be_planned(excel, tmp_path):
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


def test_currency_is_read_unrounded(excel):
    """Value rounds it to four places."""
    excel.set("Portfolio", "C3", 0.00001234)
    real = Com.__getattr__

    def rounding(com, name):
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


def test_the_chart_takes_the_columns_for_its_series_however_few_the_holdings(excel):
    excel.press()
    [chart] = recorded(excel.application.sheet("Trades").sheet)["drawn"].drawn
    assert chart.Chart.PlotBy == 2
    [source] = [call.args[0] for call in chart.Chart.SetSourceData.call_args_list]
    assert source.Address == f"$H${excel.heading()}:$J${excel.heading() + 3}"


def test_a_chart_that_fails_leaves_the_trades_and_a_sheet_that_counts_as_ours(excel):
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


def test_a_chart_that_fails_halfway_is_taken_away(excel):
    writing = sys.modules["pbal_xl.hosts.excel.writing"]
    with mock.patch.object(writing, "_finish", side_effect=OSError("no")):
        excel.press()
    assert recorded(excel.application.sheet("Trades").sheet)["drawn"].Count == 0
    excel.show("Portfolio")
    excel.press()
    assert excel.sheets == ["Portfolio", "Trades"]


# The settings block


def test_the_settings_are_written_beside_the_holdings_with_their_names(excel):
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


def test_what_the_block_says_is_what_is_planned(excel):
    excel.run("settings")
    excel.set("Portfolio", "F3", 300.0)
    excel.set("Portfolio", "F4", "Hard Rebalance")
    excel.alerts.clear()
    excel.press()
    assert excel.alerts == []
    assert excel.orders() == planned(300, "hard")


def test_a_block_that_is_there_is_not_written_twice(excel):
    excel.run("settings")
    before = [[excel.value("Portfolio", f"{column}{row}") for column in "ABCDEFGHI"] for row in range(1, 15)]
    assert excel.run("settings") == (
        "#PBAL! the settings are there already: pbal_cash is 'Portfolio'!$F$3; change them there"
    )
    assert [[excel.value("Portfolio", f"{c}{row}") for c in "ABCDEFGHI"] for row in range(1, 15)] == before


def test_settings_offer_their_lists(excel):
    excel.run("settings")
    validation = Com(excel.application.sheet("Portfolio").sheet).Range("F4").Validation
    assert validation.Formula1 == "Try to Never Sell,Hard Rebalance"


# What Excel refuses


def com_error(code, said=None):
    error = sys.modules["pywintypes"].com_error if "pywintypes" in sys.modules else Exception
    raised = error(code, "failed")
    raised.hresult, raised.excepinfo = code, (0, "Microsoft Excel", said, None, 0, code) if said else None
    return raised


@pytest.mark.parametrize("code", [-2147418111, -2147417846, -2146777998])
def test_a_busy_excel_is_said(excel, code):
    real = Com.__getattr__

    def busy(com, name):
        if name in {"Selection", "Value2"}:
            raise com_error(code)
        return real(com, name)

    with mock.patch.object(Com, "__getattr__", busy):
        said = excel.press()
    assert said == "#PBAL! Excel is busy: finish the cell you are editing, close any dialog, and try again"
    assert excel.sheets == ["Portfolio"]


def test_a_protected_sheet_is_said(excel):
    real = Com.__setattr__

    def protected(com, name, value):
        if name in {"Value", "Value2", "Formula"}:
            raise com_error(-2147352567, "The cell or chart you're trying to change is on a protected sheet.")
        real(com, name, value)

    with mock.patch.object(Com, "__setattr__", protected):
        said = excel.run("settings")
    assert said.startswith("#PBAL! Excel refused to write (The cell or chart you're trying to change is on a ")
    assert said.endswith("unprotect the sheet or workbook, and try again")


def test_only_floats_texts_and_truths_are_written(excel):
    written = []
    real = Com.__setattr__

    def noting(com, name, value):
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


def test_a_name_whose_cells_are_gone_is_refused_in_the_words_of_every_host(excel):
    excel.book.names["pbal_cash"].refers_to = "=#REF!$B$3"
    said = excel.press()
    assert said == "#PBAL! the name pbal_cash refers to cells that were deleted (#REF!)"
    assert excel.sheets == ["Portfolio"]
