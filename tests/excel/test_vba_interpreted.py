"""The add-in's VBA, run: what reaches Python, what a cell gets, what the ribbon keeps."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from excel_vba import DEAD_STUB, STUB, AddIn, rows_of
from pyopenvba.apps.excel._model import Application, Range, Workbook
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import (
    EMPTY,
    MISSING,
    VBAArray,
    VBADate,
    VBAErrorValue,
    VBAObject,
    _values,
    member,
    method,
)
from pyopenvba.interpreter._objects import MemberSpec

from pbal_xl.codegen import addin, sources
from pbal_xl.functions import CATEGORY, FUNCTIONS, Function

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TABLE: list[list[Any]] = [["Symbol", "Value", "Price"], ["A", 1000.0, 10.0], ["B", 2000.0, 20.0]]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "pbal.xlam"
    path.write_bytes(addin.committed_addin())
    return path


@pytest.fixture
def excel(path: Path) -> AddIn:
    excel = AddIn(path)
    excel.open_book(TABLE)
    return excel


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_wrapper_hands_its_arguments_to_python_in_order(excel: AddIn, function: Function) -> None:
    values = [f"argument {place}" for place, _ in enumerate(function.arguments)]
    texts = ", ".join(f'"{value}"' for value in values)
    assert excel.vba(f"{function.name}({texts})") == "answered"
    assert excel.python.calls == [("pbal_xl.hosts.excel", function.name, values)]


def test_ranges_arrive_as_values_and_missing_arguments_as_missing(excel: AddIn) -> None:
    excel.vba('PBAL_NEVERSELL(ActiveSheet.Range("A1:C3"), 5000, , True)')
    [(_, _, arguments)] = excel.python.calls
    assert rows_of(arguments[0]) == TABLE
    assert arguments[1] == 5000
    assert arguments[2] is arguments[4] is arguments[5] is MISSING
    assert arguments[3] is True


def handed(excel: AddIn, address: str) -> Any:
    excel.python.calls.clear()
    excel.vba(f'PBAL_DRIFT(ActiveSheet.Range("{address}"))')
    [(_, _, arguments)] = excel.python.calls
    return rows_of(arguments[0]) if isinstance(arguments[0], VBAArray) else arguments[0]


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("A:C", TABLE),
        ("A2:C500", TABLE[1:]),
        ("B:B", [row[1:2] for row in TABLE]),
        ("A1:C2", TABLE[:2]),
        ("A9:C20", [[EMPTY] * 3]),
    ],
)
def test_no_more_than_the_rows_in_use_is_handed_over(excel: AddIn, asked: str, rows: list[list[Any]]) -> None:
    assert handed(excel, asked) == rows


def test_a_whole_column_ends_at_its_own_last_row_so_that_an_answer_beside_it_cannot_grow_it(excel: AddIn) -> None:
    excel.excel.sheet(1).set_value("H40", "an answer that spilled down to here")
    assert handed(excel, "A:C") == TABLE
    assert handed(excel, "A:A") == [row[:1] for row in TABLE]
    assert {cell for row in handed(excel, "J:K") for cell in row} == {EMPTY}
    # A range that somebody typed keeps the rows it has, blank or not.
    assert handed(excel, "A1:C6") == [*TABLE, *[[EMPTY] * 3] * 3]


def test_a_formula_that_shows_nothing_ends_a_whole_column_as_a_blank_does(excel: AddIn) -> None:
    excel.excel.sheet(1).set_value("A30", "")
    excel.excel.sheet(1).set_value("H40", 1.0)
    assert handed(excel, "A:C") == TABLE


def test_an_error_in_the_last_row_is_no_blank(excel: AddIn) -> None:
    excel.excel.add_module(
        'Public Sub TestError()\n ActiveSheet.Range("B5").Value = CVErr(2042)\n'
        ' ActiveSheet.Range("H9").Value = 1\nEnd Sub\n',
        name="TestErrors",
    )
    excel.run("TestError")
    assert len(handed(excel, "A:C")) == 5


def test_figures_come_unrounded_and_only_a_date_comes_as_excel_shows_it(
    excel: AddIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Excel does it: Value rounds currency to four places, Value2 tells dates as numbers."""
    rounded = dict(Range._vba_members)["value"]
    date = VBADate(45413.0)

    def shown(cells: Range, *_: Any) -> float | VBAArray | VBADate:
        whole = rounded.getter(cells)
        if isinstance(whole, VBAArray):
            items = [round(one, 4) if isinstance(one, float) else one for one in whole.items]
            items = [date if one == 45413 else one for one in items]
            return VBAArray(bounds=whole.bounds, items=items)
        whole = round(whole, 4) if isinstance(whole, float) else whole
        return date if whole == 45413 else whole

    monkeypatch.setitem(Range._vba_members, "value", replace(rounded, getter=shown))
    excel.excel.sheet(1).set_value("C2", 0.00001234)
    excel.excel.sheet(1).set_value("C3", 45413.0)
    assert handed(excel, "A1:C3") == [TABLE[0], ["A", 1000.0, 0.00001234], ["B", 2000.0, date]]
    assert handed(excel, "C2") == 0.00001234
    assert handed(excel, "C3") == date
    name_a_cell(excel, "pbal_cash")
    excel.excel.sheet(1).set_value("G1", 700.00005)
    assert excel.run("PbalKeptAmount", "pbal_cash") == "700.00005"


def test_a_range_in_pieces_is_refused_without_asking_python(excel: AddIn) -> None:
    answer = excel.vba('PBAL_DRIFT(ActiveSheet.Range("A1:C1,A3:C3"))')
    assert answer == "#PBAL! a range must be one rectangle, not A1:C1,A3:C3"
    assert excel.python.calls == []


def test_an_error_of_python_is_one_sentence(excel: AddIn) -> None:
    excel.python.answer = VBARuntimeError(1000, "could not start\r\nTraceback:\n  boom")
    answer = excel.vba('PBAL_DRIFT(ActiveSheet.Range("A1:C3"))')
    assert answer.startswith("#PBAL! Python did not answer (")
    assert "could not start" in answer
    assert answer.endswith("run pbal-xl doctor")
    assert "\n" not in answer
    assert "\r" not in answer


@pytest.mark.parametrize("said", ["", "  ", "\r\n \r\n"])
def test_an_error_that_says_nothing_is_a_sentence_all_the_same(excel: AddIn, said: str) -> None:
    excel.python.answer = VBARuntimeError(1000, said)
    told = "#PBAL! Python did not answer (no reason was given); run pbal-xl doctor"
    assert excel.vba("PBAL_VERSION()") == told


def test_an_endless_error_is_cut(excel: AddIn) -> None:
    excel.python.answer = VBARuntimeError(1000, "x" * 5000)
    assert len(excel.vba("PBAL_VERSION()")) <= 250


def test_the_sentence_in_a_cell_carries_the_cause_not_the_head_of_a_traceback(excel: AddIn) -> None:
    excel.python.answer = VBARuntimeError(
        1000,
        "Unexpected Python Error: Traceback (most recent call last):\r\n"
        + '  File "C:\\somewhere\\udfs.py", line 1, in call_udf\r\n' * 20
        + "ModuleNotFoundError: No module named 'lxml'\r\n",
    )
    assert excel.vba("PBAL_VERSION()") == (
        "#PBAL! Python did not answer (ModuleNotFoundError: No module named 'lxml'); run pbal-xl doctor"
    )


def test_while_workbooks_open_the_functions_answer_though_the_toolbars_are_off(excel: AddIn) -> None:
    """Excel disables them then as it does for the function wizard."""

    class Toolbar(VBAObject):
        @method(name="Controls")
        def controls(self, _index: object) -> object:
            return self

        @member(name="Enabled")
        def is_enabled(self) -> object:
            return False

    excel.extend("CommandBars", lambda _excel, _name: Toolbar())
    assert excel.vba("PBAL_VERSION()") == "answered"


# Starting Python


def test_a_python_that_does_not_start_is_tried_once_and_remembered(path: Path) -> None:
    excel = AddIn(path, stub=DEAD_STUB)
    excel.open_book(TABLE)
    answers = {excel.vba("PBAL_VERSION()") for _ in range(5)}
    cause = "Could not create Python process. Error message: not found"
    assert answers == {f"#PBAL! Python did not start ({cause}); run pbal-xl doctor, then press Connect again"}
    assert excel.excel.console == ["XLPy"]


def test_connect_again_forgets_the_failure_and_says_who_answers(path: Path) -> None:
    excel = AddIn(path, stub=DEAD_STUB)
    excel.open_book(TABLE)
    excel.vba("PBAL_VERSION()")
    excel.run("PbalConnect")
    assert excel.excel.console == ["XLPy", "KillPy", "XLPy"]
    assert excel.boxes[0].startswith("Python did not start (")
    excel.excel.add_module(STUB, name="xlwings")
    excel.python.answer = "pbal-xl 9.9"
    excel.run("PbalConnect")
    assert excel.boxes[1] == "Connected: pbal-xl 9.9 answers."
    assert excel.vba("PBAL_VERSION()") == "pbal-xl 9.9"


def test_after_five_minutes_it_is_tried_by_itself(path: Path) -> None:
    excel = AddIn(path, stub=DEAD_STUB)
    excel.open_book(TABLE)
    late = sources.modules()["PbalServer"].replace("failedAt = Now", 'failedAt = DateAdd("n", -6, Now)')
    assert late != sources.modules()["PbalServer"]
    excel.excel.add_module(late, name="PbalServer")
    excel.vba("PBAL_VERSION()")
    excel.vba("PBAL_VERSION()")
    assert excel.excel.console == ["XLPy", "XLPy"]


def test_the_committed_add_in_says_what_to_install(path: Path) -> None:
    excel = AddIn(path, stub=sources.modules("uninstalled")["xlwings"])
    excel.open_book(TABLE)
    assert excel.vba("PBAL_VERSION()") == "#PBAL! this copy of the add-in has no Python; run pbal-xl install"
    excel.vba_callback("PbalOnSettings")
    assert excel.boxes == ["this copy of the add-in has no Python; run pbal-xl install"]


def test_the_demo_hands_every_call_to_the_add_in(excel: AddIn) -> None:
    forwarded = []

    def run(_excel: Application, macro: str, name: str, arguments: VBAArray) -> str:
        forwarded.append((macro, name, list(arguments.items)))
        return "forwarded"

    excel.extend("Run", run)
    excel.excel.add_module(sources.modules("demo")["PbalCalls"], name="PbalCalls")
    assert excel.vba('PBAL_DRIFT("holdings", "targets")') == "forwarded"
    assert forwarded == [("'pbal.xlam'!PbalForward", "PBAL_DRIFT", ["holdings", "targets"])]


def test_the_demo_without_the_add_in_says_so(excel: AddIn) -> None:
    def absent(_excel: Application, _macro: str, _name: str, _arguments: VBAArray) -> None:
        raise VBARuntimeError(1004, "Cannot run the macro")

    excel.extend("Run", absent)
    excel.extend("Workbooks", absent_book)
    excel.excel.add_module(sources.modules("demo")["PbalCalls"], name="PbalCalls")
    assert excel.vba("PBAL_VERSION()") == "#PBAL! the Portfolio Balancer add-in is not loaded; run pbal-xl install"


def absent_book(_excel: Application, _name: str) -> None:
    raise VBARuntimeError(9, "Subscript out of range")


def test_the_demo_beside_a_busy_excel_says_that_instead(excel: AddIn) -> None:
    def busy(_excel: Application, _macro: str, _name: str, _arguments: VBAArray) -> None:
        raise VBARuntimeError(1004, "Excel is busy")

    excel.extend("Run", busy)
    excel.extend("Workbooks", lambda _excel, name: excel.excel.workbook if name == "pbal.xlam" else None)
    excel.excel.add_module(sources.modules("demo")["PbalCalls"], name="PbalCalls")
    assert excel.vba("PBAL_VERSION()") == (
        "#PBAL! Excel did not reach the add-in (Excel is busy); recalculate when Excel is idle"
    )


def test_what_the_demo_calls_answers(excel: AddIn) -> None:
    assert excel.vba('PbalForward("PBAL_VERSION", Array())') == "answered"


# The ribbon


def test_what_the_ribbon_is_told_is_kept_in_names_and_told_back(excel: AddIn) -> None:
    assert [excel.run("PbalKeptAmount", "pbal_cash"), excel.run("PbalStrategyIndex")] == ["", 0]
    assert excel.run("PbalWholeShares") is True
    excel.run("PbalChooseAmount", "pbal_cash", "-1500.5", "Cash")
    excel.run("PbalChooseAmount", "pbal_increment", "100", "Increment")
    excel.run("PbalChooseStrategy", 1)
    excel.run("PbalChooseWholeShares", False)  # noqa: FBT003 - VBA has no keywords here
    assert excel.names == {
        "pbal_cash": "=-1500.5",
        "pbal_increment": "=100",
        "pbal_strategy": '="Hard Rebalance"',
        "pbal_whole_shares": "=FALSE",
    }
    assert excel.run("PbalKeptAmount", "pbal_cash") == "-1500.5"
    assert excel.run("PbalStrategyIndex") == 1
    assert excel.run("PbalWholeShares") is False


@pytest.mark.parametrize(
    ("kept", "index"),
    [("Hard Rebalance", 1), ("hard", 1), (" HARD", 1), ("Try to Never Sell", 0), ("never-sell", 0), ("", 0)],
)
def test_the_strategy_in_a_cell_is_shown_however_it_is_spelt(excel: AddIn, kept: str, index: int) -> None:
    name_a_cell(excel, "pbal_strategy")
    excel.excel.sheet(1).set_value("G1", kept)
    assert excel.run("PbalStrategyIndex") == index


def test_a_setting_whose_cell_holds_an_error_shows_an_empty_box(excel: AddIn) -> None:
    name_a_cell(excel, "pbal_cash")
    excel.excel.sheet(1).set_value("G1", VBAErrorValue(2042))
    assert excel.vba('IsError(ActiveSheet.Range("G1").Value2)') is True
    assert excel.run("PbalKeptAmount", "pbal_cash") == ""


@pytest.mark.parametrize(("kept", "wanted"), [(False, False), (True, True), ("no", False), ("0", False)])
def test_whether_whole_shares_are_wanted_is_read_from_a_cell_in_a_german_excel_too(
    excel: AddIn, monkeypatch: pytest.MonkeyPatch, kept: Any, wanted: bool
) -> None:
    """VBA makes a text of a truth in the words of the user's country."""

    def in_german(value: Any, **more: Any) -> str:
        return ("Wahr" if value else "Falsch") if isinstance(value, bool) else _values.to_text(value, **more)

    real = _values.to_text
    for name, module in list(sys.modules.items()):
        if name.startswith("pyopenvba.") and module is not _values and getattr(module, "to_text", None) is real:
            monkeypatch.setattr(module, "to_text", in_german)
    name_a_cell(excel, "pbal_whole_shares")
    excel.excel.sheet(1).set_value("G1", kept)
    assert excel.vba("CStr(False)") == "Falsch"
    assert excel.run("PbalWholeShares") is wanted


@pytest.mark.parametrize(
    ("refers_to", "shown"),
    [
        ("=5000", "5000"),
        ("=-1500.25", "-1500.25"),
        ('="12 ""x"""', '12 "x"'),
        ("=TRUE", "TRUE"),
        ('=EXEC("calc.exe")', ""),
        ("=SUM(1,2)", ""),
        ("=1+1*SIN(2)", ""),
        ("=RAND()", ""),
        ("=A1", ""),
        ("=PI", ""),
    ],
)
def test_a_name_is_read_as_a_constant_and_never_evaluated(excel: AddIn, refers_to: str, shown: str) -> None:
    assert excel.run("PbalConstant", refers_to) == shown


def test_a_setting_that_changes_takes_the_place_of_the_one_before(excel: AddIn) -> None:
    for amount in ("5000", "6000.25", "-7000"):
        excel.run("PbalChooseAmount", "pbal_cash", amount, "Cash")
    for strategy in (1, 0):
        excel.run("PbalChooseStrategy", strategy)
    assert excel.names == {"pbal_cash": "=-7000", "pbal_strategy": '="Try to Never Sell"'}
    assert excel.run("PbalStrategyIndex") == 0


def test_an_emptied_box_empties_the_cell_that_keeps_its_setting_and_leaves_the_name(excel: AddIn) -> None:
    excel.excel.sheet(1).set_value("G1", 700.0)
    name_a_cell(excel, "pbal_cash")
    excel.run("PbalChooseAmount", "pbal_cash", "", "Cash")
    assert excel.excel.sheet(1).value("G1") is None
    assert excel.names == {"pbal_cash": "=Sheet1!$G$1"}


def test_on_a_trades_sheet_the_settings_are_those_of_the_sheet_its_holdings_stand_on(excel: AddIn) -> None:
    source = (
        "Public Sub TestTwo()\n"
        ' Sheets(1).Names.Add "pbal_cash", "=700"\n'
        ' ActiveWorkbook.Names.Add "pbal_cash", "=5"\n'
        ' Worksheets.Add.Name = "Trades"\n'
        ' Worksheets("Trades").Names.Add "_pbal_xl_source", "=Sheet1!$A$1:$C$4"\n'
        ' Worksheets("Trades").Activate\nEnd Sub\n'
        'Public Sub TestHome()\n Worksheets("Sheet1").Activate\nEnd Sub\n'
    )
    excel.excel.add_module(source, name="TestTwoSheets")
    excel.run("TestTwo")
    assert excel.run("PbalKeptAmount", "pbal_cash") == "700"
    excel.run("TestHome")
    assert excel.run("PbalKeptAmount", "pbal_cash") == "700"


def test_an_emptied_box_forgets_its_setting(excel: AddIn) -> None:
    excel.run("PbalChooseAmount", "pbal_cash", "5000", "Cash")
    excel.run("PbalChooseAmount", "pbal_cash", " ", "Cash")
    assert excel.run("PbalKeptAmount", "pbal_cash") == ""
    assert excel.names == {}


def name_a_cell(excel: AddIn, name: str) -> None:
    source = f'Public Sub TestName()\n ActiveWorkbook.Names.Add "{name}", "=Sheet1!$G$1"\nEnd Sub\n'
    excel.excel.add_module(source, name="TestNames")
    excel.run("TestName")


def test_a_setting_kept_in_a_cell_stays_in_its_cell(excel: AddIn) -> None:
    excel.excel.sheet(1).set_value("G1", 700.0)
    name_a_cell(excel, "pbal_cash")
    assert excel.run("PbalKeptAmount", "pbal_cash") == "700"
    excel.run("PbalChooseAmount", "pbal_cash", "900", "Cash")
    assert excel.excel.sheet(1).value("G1") == 900
    assert excel.names == {"pbal_cash": "=Sheet1!$G$1"}


def test_a_setting_in_a_protected_cell_is_refused_with_its_cell(
    excel: AddIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    excel.excel.sheet(1).set_value("G1", 700.0)
    name_a_cell(excel, "pbal_cash")

    def refuse(_cell: Any, *_values: Any) -> None:
        raise VBARuntimeError(1004, "The cell you are trying to change is on a protected sheet")

    monkeypatch.setitem(Range._vba_members, "value2", replace(Range._vba_members["value2"], setter=refuse))
    for typed in ("900", ""):
        excel.boxes.clear()
        excel.vba_callback("PbalSetCash", typed)
        assert excel.boxes[-1] == (
            "Sheet1!G1 cannot be changed (The cell you are trying to change is on a protected sheet); "
            "is the sheet protected?"
        )
    assert excel.excel.sheet(1).value("G1") == 700
    assert excel.names == {"pbal_cash": "=Sheet1!$G$1"}


class Ribbon(VBAObject):
    """The handle that Excel hands over once; after a reset of the project there is none, or a dead one."""

    def __init__(self) -> None:
        self.drawn, self.dead = 0, False

    @method(name="Invalidate")
    def invalidate(self) -> None:
        self.drawn += 1
        if self.dead:
            raise VBARuntimeError(-2147467259, "Method 'Invalidate' of object 'IRibbonUI' failed")


def test_what_the_ribbon_shows_is_drawn_anew_when_it_was_refused(excel: AddIn) -> None:
    ribbon = Ribbon()
    excel.run("PbalRibbonLoaded", ribbon)
    excel.vba_callback("PbalSetCash", "plenty")
    assert ribbon.drawn == 1
    excel.vba_callback("PbalOnSettings")
    assert ribbon.drawn == 2


@pytest.mark.parametrize("handle", ["none", "dead"])
def test_a_ribbon_whose_handle_is_lost_still_works(excel: AddIn, handle: str) -> None:
    if handle == "dead":
        ribbon = Ribbon()
        ribbon.dead = True
        excel.run("PbalRibbonLoaded", ribbon)
    excel.vba_callback("PbalSetCash", "plenty")
    excel.vba_callback("PbalSetCash", "900")
    excel.vba_callback("PbalOnSettings")
    assert [box.partition(",")[0] for box in excel.boxes] == ["Cash: type an amount such as 5000"]
    assert excel.names == {"pbal_cash": "=900"}
    assert [action for _, _, (_, action, _) in excel.python.ran] == ["settings"]


def test_what_is_no_amount_is_refused_and_not_kept(excel: AddIn) -> None:
    excel.run("PbalChooseAmount", "pbal_cash", 'plenty"&Shell("x")', "Cash")
    assert len(excel.boxes) == 1
    assert excel.boxes[0].startswith("Cash: type an amount")
    assert excel.names == {}


def test_suggest_trades_hands_over_the_workbook_and_fixed_words(excel: AddIn) -> None:
    excel.run("PbalChooseAmount", "pbal_cash", "5000", "Cash")
    excel.run("PbalSuggestTrades")
    [(module, function, (book, action, argument))] = excel.python.ran
    assert (module, function, action, argument) == ("pbal_xl.hosts.excel", "in_excel", "suggest", "")
    assert isinstance(book, Workbook)
    assert excel.boxes == []


def test_suggest_with_formulas_hands_over_a_word_of_its_own(excel: Any) -> None:
    excel.run("PbalChooseAmount", "pbal_cash", "5000", "Cash")
    excel.vba_callback("PbalOnFormulas")
    [(module, function, (_, action, argument))] = excel.python.ran
    assert (module, function, action, argument) == ("pbal_xl.hosts.excel", "in_excel", "formulas", "")


@pytest.mark.parametrize(
    ("said", "box"),
    [("#PBAL! C7: price must be above 0", "C7: price must be above 0"), ("SPAXX was left out",) * 2],
)
def test_what_python_says_is_shown_by_excel_itself(excel: AddIn, said: str, box: str) -> None:
    excel.python.said = said
    excel.run("PbalWriteSettings")
    assert excel.boxes == [box]


def test_a_chosen_file_reaches_python_as_hexadecimal_digits(excel: AddIn) -> None:
    chosen = "C:\\Temp\\'); import os; os.system('x') #\u20ac.csv"
    excel.extend("GetOpenFilename", lambda _excel, _filter: chosen)
    excel.run("PbalImportPositions")
    [(_, _, (_, action, digits))] = excel.python.ran
    assert action == "import"
    assert bytes.fromhex(digits).decode("utf-16-be") == chosen


def test_no_file_chosen_runs_nothing(excel: AddIn) -> None:
    excel.extend("GetOpenFilename", lambda _excel, _filter: False)
    excel.run("PbalImportPositions")
    assert excel.python.ran == []


def test_the_commands_of_the_ribbon_exist_in_python() -> None:
    from pbal_xl.hosts import excel as host

    text = sources.modules()["PbalActions"]
    assert set(re.findall(r'(?:RunHere|SuggestBy) "(\w+)"', text)) == set(host._ACTIONS)
    assert callable(host.in_excel)
    assert callable(host.on_mac)


# A sheet that does not say how much


def test_without_cash_the_ribbon_asks_and_keeps_the_answer(excel: AddIn) -> None:
    excel.excel.answer_dialogs("1500.50")
    excel.run("PbalSuggestTrades")
    [(kind, prompt, *_)] = excel.excel.dialogs
    assert kind.lower() == "inputbox"
    assert "Try to Never Sell" in prompt
    assert excel.names == {"pbal_cash": "=1500.5", "pbal_strategy": '="Try to Never Sell"'}
    assert [action for _, _, (_, action, _) in excel.python.ran] == ["suggest"]
    excel.run("PbalSuggestTrades")
    assert len(excel.excel.dialogs) == 1


def test_an_answer_that_is_none_plans_nothing_and_keeps_nothing(excel: AddIn) -> None:
    excel.excel.answer_dialogs("", "plenty")
    excel.run("PbalSuggestTrades")
    excel.run("PbalSuggestTrades")
    assert excel.names == {}
    assert excel.python.ran == []
    assert excel.boxes[-1] == "Cash: type an amount such as 5000, not plenty"


def test_zero_is_an_answer(excel: AddIn) -> None:
    excel.excel.answer_dialogs("0")
    excel.run("PbalSuggestTrades")
    assert excel.names["pbal_cash"] == "=0"
    assert len(excel.python.ran) == 1


@pytest.mark.parametrize("macro", ["PbalWriteSettings"])
def test_without_a_workbook_no_settings_are_written(path: Path, macro: str) -> None:
    excel = AddIn(path)
    excel.excel.application.active_book = None
    excel.run(macro)
    assert excel.boxes == ["Open a workbook with your holdings first."]


@pytest.mark.parametrize("macro", ["PbalSuggestTrades", "PbalImportPositions"])
def test_without_a_workbook_the_ribbon_asks_for_one(path: Path, macro: str) -> None:
    excel = AddIn(path)
    excel.excel.application.active_book = None
    excel.run(macro)
    assert excel.boxes == ["Open a workbook with your holdings first."]
    assert excel.python.ran == []


def test_without_a_workbook_the_ribbon_still_draws_itself(path: Path) -> None:
    excel = AddIn(path)
    excel.excel.application.active_book = None
    assert excel.run("PbalKeptAmount", "pbal_cash") == ""
    assert excel.run("PbalStrategyIndex") == 0
    assert excel.run("PbalWholeShares") is True


def test_help_names_every_function(excel: AddIn) -> None:
    excel.run("PbalShowHelp")
    assert all(function.example in excel.boxes[0] for function in FUNCTIONS)


# Starting up


class Visibility:
    """ThisWorkbook.IsAddin and Saved, and a MacroOptions that refuses hidden workbooks as Excel does."""

    def __init__(self, excel: AddIn, monkeypatch: pytest.MonkeyPatch) -> None:
        self.is_addin, self.saved = True, True
        self.seen: list[Any] = []
        self.told: list[Any] = []
        application = type(excel.excel.application)
        monkeypatch.setattr(application, "_vba_members", dict(application._vba_members))
        for name in ("IsAddin", "Saved"):
            monkeypatch.setitem(
                Workbook._vba_members,
                name.lower(),
                MemberSpec(
                    name=name,
                    kind="property",
                    getter=lambda _book, name=name: getattr(self, name.lower().replace("isaddin", "is_addin")),
                    setter=lambda _book, value, name=name: self.set(name, value),
                ),
            )
        excel.extend("MacroOptions", self.options())
        self.shown: list[str] = []
        shown = MemberSpec(name="Activate", kind="method", getter=lambda book: self.shown.append(book.name))
        monkeypatch.setitem(Workbook._vba_members, "activate", shown)

    def set(self, name: str, value: bool) -> None:
        self.seen.append((name, value))
        setattr(self, {"IsAddin": "is_addin", "Saved": "saved"}[name], value)

    def options(self) -> Callable[..., Any]:
        def options(
            excel: Application,
            Macro: str | None = None,  # noqa: N803
            Description: str | None = None,  # noqa: N803
            Category: str | None = None,  # noqa: N803
            ArgumentDescriptions: Any = None,  # noqa: N803
        ) -> None:
            if self.is_addin:
                raise VBARuntimeError(1004, "Cannot edit a macro on a hidden workbook")
            screen = excel.vba_get("ScreenUpdating", [], {}), excel.vba_get("EnableEvents", [], {})
            texts = list(ArgumentDescriptions.items) if ArgumentDescriptions else []
            self.told.append((Macro, Description, Category, texts, screen))

        return options


@pytest.fixture
def visibility(excel: AddIn, monkeypatch: pytest.MonkeyPatch) -> Visibility:
    return Visibility(excel, monkeypatch)


def test_the_function_wizard_is_told_every_text_once(excel: AddIn, visibility: Visibility) -> None:
    excel.run("PbalDescribeOnce")
    excel.run("PbalDescribeOnce")
    assert [(macro, text, kind) for macro, text, kind, *_ in visibility.told] == [
        (f"'pbal.xlam'!{function.name}", function.help, CATEGORY) for function in FUNCTIONS
    ]
    assert [texts for *_, texts, _ in visibility.told] == [
        [argument.help for argument in function.arguments] for function in FUNCTIONS
    ]


def test_meanwhile_the_add_in_is_visible_unseen_and_afterwards_all_is_as_before(
    excel: AddIn, visibility: Visibility
) -> None:
    excel.run("PbalDescribeOnce")
    assert {screen for *_, screen in visibility.told} == {(False, False)}
    assert visibility.seen == [("IsAddin", False), ("IsAddin", True), ("Saved", True)]
    assert visibility.shown == [excel.vba("ActiveWorkbook.Name")]
    assert excel.vba("Application.ScreenUpdating") is True
    assert excel.vba("Application.EnableEvents") is True
    assert excel.vba("PbalWizardNote()") == ""


def test_a_function_wizard_that_refuses_is_told_in_the_help_and_leaves_no_trace(
    excel: AddIn, visibility: Visibility
) -> None:
    def refuse(
        _excel: Application,
        Macro: str | None = None,  # noqa: N803, ARG001
        Description: str | None = None,  # noqa: N803, ARG001
        Category: str | None = None,  # noqa: N803, ARG001
        ArgumentDescriptions: VBAArray | None = None,  # noqa: N803, ARG001
    ) -> None:
        raise VBARuntimeError(1004, "Not today")

    excel.extend("MacroOptions", refuse)
    excel.run("PbalDescribeOnce")
    assert excel.boxes == []
    assert visibility.is_addin is True
    assert excel.vba("Application.ScreenUpdating") is True
    excel.run("PbalShowHelp")
    assert excel.boxes[0].endswith("Excel refused the texts of the function wizard: Not today")


def test_starting_asks_python_once_so_that_the_first_cell_need_not_wait(
    excel: AddIn, visibility: Visibility
) -> None:
    later = []
    excel.extend("OnTime", lambda _excel, _when, macro: later.append(macro))
    excel.run("PbalBegin")
    assert later == ["'pbal.xlam'!PbalWarmUp"]
    excel.run("PbalWarmUp")
    assert excel.python.calls == [("pbal_xl.hosts.excel", "PBAL_VERSION", [])]
    assert len(visibility.told) == len(FUNCTIONS)


# Configuration


def test_a_hostile_conf_sheet_in_the_workbook_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pbal.xlam"
    path.write_bytes(addin.installed_addin("/usr/bin/our-python"))
    excel = AddIn(path)
    excel.open_book(
        [["INTERPRETER_WIN", "C:\\evil.exe"], ["ADD_WORKBOOK_TO_PYTHONPATH", "True"], ["LICENSE_KEY", "x"]]
    )
    excel.excel.add_module(
        'Public Sub TestRename()\n ActiveSheet.Name = "pbal.conf"\nEnd Sub\n', name="TestRenames"
    )
    excel.run("TestRename")
    assert excel.excel.sheet(1).name == "pbal.conf"
    (tmp_path / "pbal.conf").write_text('"INTERPRETER_WIN","C:\\evil.exe"\n', encoding="ascii")
    assert excel.run("PbalSetting", "INTERPRETER_WIN", "") == "/usr/bin/our-python"
    assert excel.run("PbalSetting", "LICENSE_KEY", "") == ""
    assert excel.run("PbalServerCommand").startswith('"/usr/bin/our-python" -B -c "')


# Repair


@pytest.mark.parametrize(
    ("formula", "mended"),
    [
        ("='C:\\old place\\pbal.xlam'!PBAL_DRIFT(A2:C12)", "=PBAL_DRIFT(A2:C12)"),
        ("='C:\\it''s\\pbal.xlam'!PBAL_DRIFT(A2)", "=PBAL_DRIFT(A2)"),
        (
            "=SUM(pbal.xlam!PBAL_HARD(A2,1),'/x/PBAL.XLAM'!pbal_drift(B1))",
            "=SUM(PBAL_HARD(A2,1),pbal_drift(B1))",
        ),
        ("=[1]!PBAL_VERSION()", "=PBAL_VERSION()"),
        ("=Sheet1!PBAL_RESULT+'other.xlam'!PBAL_X(1)", "=Sheet1!PBAL_RESULT+'other.xlam'!PBAL_X(1)"),
        ("=PBAL_VERSION()", "=PBAL_VERSION()"),
        ("=SUM(A1:A2)", "=SUM(A1:A2)"),
    ],
)
def test_repair_takes_the_add_ins_old_path_out_of_formulas(excel: AddIn, formula: str, mended: str) -> None:
    assert excel.run("PbalWithoutPath", formula) == mended


@pytest.mark.parametrize(
    ("formula", "mended"),
    [
        ("=ORG.PBAL.XL.FUNCTIONS.DRIFT(A2:C12)", "=PBAL_DRIFT(A2:C12)"),
        (
            "=SUM(org.pbal.xl.functions.hard(A2,1),[1]!PBAL_HARD(B1))",
            "=SUM(PBAL_hard(A2,1),PBAL_HARD(B1))",
        ),
        ('="[1]!PBAL_X, ORG.PBAL.XL.FUNCTIONS.X("&A1', '="[1]!PBAL_X, ORG.PBAL.XL.FUNCTIONS.X("&A1'),
        (
            '=IF(A1="say ""hi""",[1]!PBAL_VERSION(),Org.Pbal.Xl.Functions.VERSION())',
            '=IF(A1="say ""hi""",PBAL_VERSION(),PBAL_VERSION())',
        ),
        ("='C:\\it''s\\pbal.xlam'!PBAL_DRIFT(A2)", "=PBAL_DRIFT(A2)"),
        ("=SUM(A1:A2)", "=SUM(A1:A2)"),
    ],
)
def test_repair_gives_functions_their_own_names_and_leaves_texts_alone(
    excel: AddIn, formula: str, mended: str
) -> None:
    assert excel.run("PbalPlainFormula", formula) == mended


@pytest.mark.parametrize(
    ("link", "old"),
    [
        ("D:\\elsewhere\\pbal.xlam", True),
        ("/Users/x/PBAL.xlam", True),
        ("C:\\here\\PBAL.xlam", False),
        ("D:\\pbal.xlsx", False),
        ("D:\\mypbal.xlam", False),
    ],
)
def test_only_links_to_another_copy_of_the_add_in_are_old(excel: AddIn, link: str, old: bool) -> None:
    assert excel.run("PbalIsOldLink", link, "C:\\here\\pbal.xlam") is old


@pytest.fixture
def linked(excel: AddIn, monkeypatch: pytest.MonkeyPatch) -> tuple[AddIn, list[Any]]:
    """A workbook that links to the add-in's place on another machine, and to a book of its own."""
    changed = []
    links = {"linksources": lambda _book, _kind: _array(["D:\\old\\pbal.xlam", "D:\\prices.xlsx"]),
             "changelink": lambda _book, old, new, _kind: changed.append((old, new))}  # fmt: skip
    for name, getter in links.items():
        parameters = getter.__code__.co_varnames[1 : getter.__code__.co_argcount]
        spec = MemberSpec(name=name, kind="method", getter=getter, parameters=parameters)
        monkeypatch.setitem(Workbook._vba_members, name, spec)
    return excel, changed


def _array(values: Sequence[str]) -> VBAArray:
    from pyopenvba.interpreter import VBAArray

    return VBAArray(bounds=[(1, len(values))], items=list(values))


def test_repair_points_old_links_here_and_enters_our_formulas_again(linked: tuple[AddIn, list[Any]]) -> None:
    excel, changed = linked
    excel.excel.add_module(
        "Public Sub TestEnter()\n"
        ' Range("E1").Formula = "=SUM(B2:B3)"\n Range("E2").Formula = "=PBAL_MINDEPOSIT(A1:C3)"\n'
        ' Range("E3").Formula = "=ORG.PBAL.XL.FUNCTIONS.MINDEPOSIT(A1:C3)"\n'
        "End Sub\n",
        name="TestEnters",
    )
    excel.run("TestEnter")
    excel.run("PbalRepairFormulas")
    [(old, new)] = changed
    assert old == "D:\\old\\pbal.xlam"
    assert Path(new).name == "pbal.xlam"
    assert excel.boxes == ["Formulas entered again: 2."]
    assert [excel.vba(f'Range("E{row}").Formula') for row in (1, 2, 3)] == [
        "=SUM(B2:B3)",
        "=PBAL_MINDEPOSIT(A1:C3)",
        "=PBAL_MINDEPOSIT(A1:C3)",
    ]


def test_repair_enters_a_formula_that_spills_once_and_at_its_own_cell(
    linked: tuple[AddIn, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    excel, _ = linked
    parent: dict[str, Any] = {}
    monkeypatch.setitem(
        Range._vba_members, "hasspill", MemberSpec(name="HasSpill", kind="property", getter=lambda _cell: True)
    )
    monkeypatch.setitem(
        Range._vba_members,
        "spillparent",
        MemberSpec(name="SpillParent", kind="property", getter=lambda _cell: parent["cell"]),
    )
    excel.excel.add_module(
        "Public Sub TestEnter()\n"
        ' Range("E1:E2").Formula = "=ORG.PBAL.XL.FUNCTIONS.DRIFT(A1:C3)"\n'
        "End Sub\nPublic Function TestParent() As Object\n"
        ' Set TestParent = Range("E1")\nEnd Function\n',
        name="TestEnters",
    )
    excel.run("TestEnter")
    parent["cell"] = excel.run("TestParent")
    excel.run("PbalRepairFormulas")
    assert excel.boxes == ["Formulas entered again: 1."]
    assert excel.vba('Range("E1").Formula') == "=PBAL_DRIFT(A1:C3)"


def test_repair_enters_an_array_once_and_as_a_whole(linked: tuple[AddIn, list[Any]]) -> None:
    excel, _ = linked
    excel.excel.add_module(
        'Public Sub TestEnter()\n Range("E1:H3").FormulaArray = "=ORG.PBAL.XL.FUNCTIONS.DRIFT(A1:C3)"\nEnd Sub\n',
        name="TestEnters",
    )
    excel.run("TestEnter")
    excel.run("PbalRepairFormulas")
    assert excel.boxes == ["Formulas entered again: 1."]
    assert excel.vba('Range("F2").FormulaArray') == "=PBAL_DRIFT(A1:C3)"
    assert excel.vba('Range("F2").CurrentArray.Address') == "$E$1:$H$3"


def test_repair_says_how_many_formulas_it_had_to_leave_alone(
    linked: tuple[AddIn, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    excel, _ = linked
    excel.excel.add_module(
        "Public Sub TestEnter()\n"
        ' Range("E1").Formula = "=ORG.PBAL.XL.FUNCTIONS.DRIFT(A1:C3)"\n Range("E5").Formula = "=1+1"\nEnd Sub\n',
        name="TestEnters",
    )
    excel.run("TestEnter")

    def refuse(_cell: Any, _value: Any) -> None:
        raise VBARuntimeError(1004, "The cell you are trying to change is on a protected sheet")

    for name in ("Formula", "Formula2"):
        real = Range._vba_members.get(name.lower(), Range._vba_members["formula"])
        refusing = MemberSpec(name=name, kind="property", getter=real.getter, setter=refuse)
        monkeypatch.setitem(Range._vba_members, name.lower(), refusing)
    excel.run("PbalRepairFormulas")
    assert excel.boxes == ["Formulas entered again: 0. Left alone: 1 (is a sheet protected?)."]


def test_repair_keeps_an_at_sign_that_the_user_wrote(
    linked: tuple[AddIn, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Formula hides it; Formula2 in, Formula2 out."""
    excel, _ = linked
    excel.excel.add_module(
        'Public Sub TestEnter()\n Range("E1").Formula = "=PBAL_MINDEPOSIT(A1:C3)"\nEnd Sub\n', name="TestEnters"
    )
    excel.run("TestEnter")
    entered = []
    written = "=@B1:B3+[1]!PBAL_MINDEPOSIT(A1:C3)"
    real = Range._vba_members["formula2"]
    dynamic = replace(
        real, getter=lambda _cell, *_: written, setter=lambda _cell, *values: entered.append(values[-1])
    )
    monkeypatch.setitem(Range._vba_members, "formula2", dynamic)
    excel.run("PbalRepairFormulas")
    assert entered == ["=@B1:B3+PBAL_MINDEPOSIT(A1:C3)"]
