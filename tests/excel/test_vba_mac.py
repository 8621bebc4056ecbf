"""The branches of the add-in's VBA that only Excel for Mac compiles, run with a stand-in for what a Mac has there.

What stands in: AppleScriptTask, the home folder and the script's log. What no test here can tell is whether Excel
for Mac finds and may run the AppleScript, and whether macOS lets Python control Excel; the checklist has that.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import xlwings
from excel_vba import STUB, AddIn, shell_command
from hostile import HOSTILE
from pyopenvba.apps.excel._model import Application
from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import VBAObject, method
from pyopenvba.interpreter._objects import MemberSpec

from pbal_xl.codegen import addin, sources, xlwings_module

HOME = "/Users/anna"
PLACE = "/Users/anna/my venv/bin/python"
LOG = f"{HOME}/xlwings.log"
# What a Mac has beside VBA, handed to the test.
MAC = """\
Public Function AppleScriptTask(script, handler, parameters)
    AppleScriptTask = CreateObject("test.mac").Task(script, handler, parameters)
End Function
Public Function HomeOfMac() As String
    HomeOfMac = CreateObject("test.mac").Home()
End Function
Public Function ReadOnMac(ByVal place As String) As String
    ReadOnMac = CreateObject("test.mac").Read(place)
End Function
Public Sub KillOnMac(ByVal place As String)
    CreateObject("test.mac").Kill place
End Sub
"""
_READ = re.compile(r"(Private Function ReadText\(.*?\) As String\n).*?(End Function)", re.DOTALL)


def on_mac(source: str) -> str:
    """A module as Excel for Mac compiles it, with the stand-ins' names for what the interpreter will not do."""
    mac = source.replace('Environ$("HOME")', "HomeOfMac()").replace("Kill place", "KillOnMac place")
    mac = _READ.sub(r"\1    ReadText = ReadOnMac(place)\n\2", mac)
    head, option, rest = mac.partition("Option Explicit\n")
    return f"{head}{option}#Const Mac = True\n{rest}"


class Mac(VBAObject):
    """A Mac: what it was asked to run, and the log that Python leaves."""

    def __init__(self) -> None:
        self.home, self.log, self.denied = HOME, "", False
        self.tasks: list[tuple[str, str, str]] = []
        self.killed: list[str] = []

    @method(name="Task")
    def task(self, script: str, handler: str, parameters: str) -> str:
        if self.denied:
            raise VBARuntimeError(5, "Invalid procedure call or argument")
        self.tasks.append((script, handler, parameters))
        return ""

    @method(name="Home")
    def at_home(self) -> str:
        return self.home

    @method(name="Read")
    def read(self, place: str) -> str:
        assert place == f"{self.home}/xlwings.log"
        return self.log

    @method(name="Kill")
    def kill(self, place: str) -> None:
        self.killed.append(place)


class OnMac(AddIn):
    """The add-in loaded in an Excel for Mac."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        for name, source in {**sources.modules("uninstalled"), "xlwings": STUB}.items():
            if name != "ThisWorkbook":
                self.excel.add_module(on_mac(source), name=name)
        self.excel.add_module(MAC, name="MacStandIn")
        self.mac = Mac()
        self.bars: list[Any] = []
        self.excel.interpreter.host.create = {"test.python": self.python, "test.mac": self.mac}.get


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / "pbal.xlam"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pbal_xl.codegen.addin.sys.platform", "darwin")
        path.write_bytes(addin.installed_addin(PLACE))
    return path


@pytest.fixture
def excel(path: Path, monkeypatch: pytest.MonkeyPatch) -> OnMac:
    excel = OnMac(path)
    excel.open_book([["Symbol", "Value", "Price"], ["A", 1000.0, 10.0]])
    members = dict(Application._vba_members)
    members["statusbar"] = MemberSpec(
        name="StatusBar", kind="property", getter=lambda _: False, setter=lambda _, text: excel.bars.append(text)
    )
    monkeypatch.setattr(Application, "_vba_members", members)
    return excel


def chosen_by_user(excel: OnMac, file: object) -> None:
    excel.extend("GetOpenFilename", lambda _excel: file)


def test_a_cell_on_a_mac_is_told_that_its_functions_need_windows(excel: OnMac) -> None:
    said = excel.vba('PBAL_DRIFT(ActiveSheet.Range("A1:C2"))')
    assert said == "#PBAL! functions in cells need Excel for Windows; on a Mac use the Portfolio Balancer tab"
    assert (excel.python.calls, excel.mac.tasks) == ([], [])


@pytest.mark.parametrize(
    ("callback", "action"),
    [
        ("PbalOnSuggest", "suggest"),
        ("PbalOnFormulas", "formulas"),
        ("PbalOnSettings", "settings"),
        ("PbalOnExplain", "explain"),
    ],
)
def test_each_button_asks_the_script_of_the_installed_xlwings_once(
    excel: OnMac, callback: str, action: str
) -> None:
    excel.run("PbalKeepNumber", "pbal_cash", 5000.0)
    excel.vba_callback(callback)
    [(script, handler, parameters)] = excel.mac.tasks
    assert script == xlwings_module.script_name()
    assert f"on {handler}(" in xlwings_module.script_source().decode("utf-8")
    _, python, command, book, app, log = parameters.split("|")
    assert shlex.split(python) == [PLACE]
    assert command == excel.run("PbalMacCommand", action, excel.vba("ActiveWorkbook.Name"), "")
    assert (book, app, log) == ("-", "-", LOG)
    assert excel.bars == ["Portfolio Balancer is at work ..."]
    assert (excel.boxes, excel.python.ran) == ([], [])


def test_the_command_of_the_shell_names_the_workbook_in_view_by_its_digits(excel: OnMac) -> None:
    excel.vba_callback("PbalOnExplain")
    [(_, _, parameters)] = excel.mac.tasks
    [book] = re.findall(r"on_mac\('explain', '([0-9A-F]*)', ''\)", shell_command(parameters.split("|")))
    assert bytes.fromhex(book).decode("utf-16-be") == excel.vba("ActiveWorkbook.Name")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_chosen_file_goes_to_the_script_as_digits(excel: OnMac, text: str) -> None:
    chosen_by_user(excel, f"/Users/anna/{text}.csv")
    excel.vba_callback("PbalOnImport")
    [(_, _, parameters)] = excel.mac.tasks
    [file] = re.findall(r"on_mac\('import', '[0-9A-F]*', '([0-9A-F]*)'\)", parameters)
    assert bytes.fromhex(file).decode("utf-16-be") == f"/Users/anna/{text}.csv"
    assert parameters.count("|") == 5


def test_no_file_chosen_runs_nothing(excel: OnMac) -> None:
    chosen_by_user(excel, False)  # noqa: FBT003
    excel.vba_callback("PbalOnImport")
    assert (excel.mac.tasks, excel.boxes) == ([], [])


def test_a_script_that_is_missing_or_refused_is_told_with_its_cure_and_the_bar_is_cleared(excel: OnMac) -> None:
    excel.mac.denied = True
    excel.vba_callback("PbalOnExplain")
    assert excel.boxes == [
        "Excel may not start Python: its AppleScript is missing or was refused; run pbal-xl doctor"
    ]
    assert excel.bars[-1] is False


def test_a_home_that_a_shell_would_read_is_told_and_nothing_is_run(excel: OnMac) -> None:
    excel.mac.home = "/Users/$(touch PWNED)"
    excel.vba_callback("PbalOnExplain")
    assert excel.boxes == ["the name of your home folder cannot be handed to a shell"]
    assert (excel.mac.tasks, excel.bars) == ([], [])


def test_when_python_is_done_the_bar_is_cleared_and_the_log_is_gone(excel: OnMac) -> None:
    excel.run("CleanUp")
    assert excel.bars == [False]
    assert excel.mac.killed == [LOG]
    assert excel.boxes == []


def test_what_python_left_in_its_log_is_told_by_its_cause(excel: OnMac) -> None:
    excel.mac.log = "Traceback (most recent call last):\n  File x\nModuleNotFoundError: No module named 'pbal_xl'\n"
    excel.run("CleanUp")
    assert excel.boxes == [
        "Python did not answer (ModuleNotFoundError: No module named 'pbal_xl'); run pbal-xl doctor"
    ]
    assert excel.mac.killed == [LOG]


def test_what_xlwings_calls_when_python_is_done_is_there() -> None:
    engine = (Path(xlwings.__file__).parent / "_xlmac.py").read_text(encoding="utf-8")
    [called] = re.findall(r'run_VB_macro\("(\w+)"\)', engine)
    assert f"Public Sub {called}()" in sources.modules()["PbalMac"]
