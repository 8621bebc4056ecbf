"""The add-in's own VBA in pyOpenVBA's interpreter, with a workbook in view and Python stubbed or real."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import VBAObject, method
from pyopenvba.interpreter._objects import MemberSpec

from pbal_xl.codegen import sources, xlwings_module

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from openpyxl.workbook.workbook import Workbook
    from pyopenvba.interpreter._values import VBAArray

# What stands in xlwings' place: everything is handed to the test.
STUB = """\
Public Function XLPy() As Object
    Set XLPy = CreateObject("test.python")
End Function
Public Sub KillPy()
    Debug.Print "KillPy"
End Sub
"""
# A Python that does not start, and writes down each try.
DEAD_STUB = """\
Public Function XLPy() As Object
    Debug.Print "XLPy"
    Err.Raise 1000, Description:="Could not create Python process." & vbLf & "Error message: not found"
End Function
Public Sub KillPy()
    Debug.Print "KillPy"
End Sub
"""


class Python(VBAObject):
    """What VBA finds behind XLPy."""

    def __init__(self) -> None:
        self.answer: Any = "answered"
        self.said: Any = ""
        self.calls: list[Any] = []
        self.ran: list[Any] = []

    @method(name="CallUDF")
    def call_udf(self, module: Any, name: Any, arguments: Any) -> Any:
        self.calls.append((module, name, list(arguments.items)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    @method(name="Module")
    def module(self, name: object) -> object:
        return name

    @method(name="Tuple")
    def tuple(self, book: Any, action: Any, argument: Any) -> Any:
        return Made((book, action, argument))

    @method(name="Call")
    def call(self, module: Any, function: Any, arguments: Any) -> Any:
        self.ran.append((module, function, arguments.of))
        if isinstance(self.said, Exception):
            raise self.said
        return Made(self.said)

    @method(name="Str")
    def text(self, made: Any) -> Any:
        return made.of


class Made(VBAObject):
    """Something of Python's in VBA's hands."""

    def __init__(self, of: str | tuple[Workbook, str, str] | None) -> None:
        self.of = of


def rows_of(array: VBAArray) -> list[list[Any]]:
    """A two-dimensional array of VBA's as rows; it is kept column by column."""
    (low, high), *_ = array.bounds
    height = high - low + 1
    return [list(array.items[row::height]) for row in range(height)]


class AddIn:
    """The add-in loaded beside an open workbook."""

    def __init__(self, path: Path, *, stub: str = STUB, subfolders: tuple[str] = ("uninstalled",)) -> None:
        self.excel = ExcelApplication.open(path, with_vba=False)
        for name, source in {**sources.modules(*subfolders), "xlwings": stub}.items():
            if name != "ThisWorkbook":  # events are not interpreted
                self.excel.add_module(source, name=name)
        self.python = Python()
        self.excel.interpreter.host.create = {"test.python": self.python}.get

    def extend(self, name: str, getter: Callable[..., Any]) -> None:
        """Give Application a member that the interpreter lacks; the newest one counts."""
        members = type(self.excel.application)._vba_members
        parameters = getter.__code__.co_varnames[1 : getter.__code__.co_argcount]
        members[name.lower()] = MemberSpec(name=name, kind="method", getter=getter, parameters=parameters)

    def open_book(self, rows: Sequence[Sequence[Any]] = ()) -> None:
        self.excel.add_workbook()
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row):
                if value is not None:
                    self.excel.sheet(1).set_value(f"{'ABCDEFGH'[c]}{r}", value)

    def vba(self, expression: str) -> Any:
        """Evaluate an expression as a cell of the open workbook would."""
        self.excel.add_module(
            f"Public Function TestAsks()\n TestAsks = {expression}\nEnd Function\n", name="TestModule"
        )
        return self.excel.run("TestAsks")

    def vba_callback(self, name: str, *arguments: Any) -> None:
        """Run a callback of the ribbon as Excel does."""
        return self.excel.run(name, Made(None), *arguments)

    def run(self, name: str, *arguments: Any) -> Any:
        return self.excel.run(name, *arguments)

    @property
    def boxes(self) -> list[str]:
        return [prompt for _, prompt, _, _ in self.excel.dialogs]

    @property
    def names(self) -> dict[str, str]:
        return {entry.name: entry.refers_to for entry in self.excel.workbook.names_.entries}


def shell_command(parameters: Sequence[str]) -> str:
    """What the installed xlwings' AppleScript makes of its parameters, read from the script itself."""
    script = xlwings_module.script_source().decode("utf-8")
    [names] = re.findall(r"set \{(.*?)\} to SplitString", script)
    [expression] = re.findall(r"set ShellCommand to (.*?)\n\ttry", script, re.DOTALL)
    values = dict(zip(names.split(", "), parameters, strict=True))
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"|(\w+)', expression.replace("\u00ac", ""))
    return "".join(text.replace('\\"', '"') if not name else values[name] for text, name in parts).rstrip("& ")
