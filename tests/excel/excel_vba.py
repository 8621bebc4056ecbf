"""The add-in's own VBA in pyOpenVBA's interpreter, with a workbook in view and Python stubbed or real."""

from __future__ import annotations

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.interpreter import VBAObject, member, method
from pyopenvba.interpreter._objects import MemberSpec

from pbal_xl.codegen import sources

# What stands in xlwings' place: CallUDF is handed to the test, RunPython is written down.
STUB = """\
Public Function XLPy() As Object
    Set XLPy = CreateObject("test.python")
End Function
Public Sub RunPython(ByVal command As String)
    Debug.Print command
End Sub
"""


class Python(VBAObject):
    """What VBA finds behind XLPy."""

    def __init__(self):
        self.answer = "answered"
        self.calls = []

    @method(name="CallUDF")
    def call_udf(self, module: object, name: object, arguments: object) -> object:
        self.calls.append((module, name, list(arguments.items)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


class Toolbar(VBAObject):
    """Application.CommandBars("Standard").Controls(1), disabled while the function wizard is open."""

    def __init__(self):
        self.enabled = True

    @method(name="Controls")
    def controls(self, _index: object) -> object:
        return self

    @member(name="Enabled")
    def is_enabled(self) -> object:
        return self.enabled


class AddIn:
    """The add-in loaded beside an open workbook."""

    def __init__(self, path, *, stub=STUB, subfolders=("uninstalled",)):
        self.excel = ExcelApplication.open(path, with_vba=False)
        for name, source in {**sources.modules(*subfolders), "xlwings": stub}.items():
            if name != "ThisWorkbook":  # events are not interpreted
                self.excel.add_module(source, name=name)
        self.python, self.toolbar = Python(), Toolbar()
        self.excel.interpreter.host.create = {"test.python": self.python}.get
        self.extend("CommandBars", lambda _excel, _name: self.toolbar)

    def extend(self, name, getter):
        """Give Application a member that the interpreter lacks; the newest one counts."""
        members = type(self.excel.application)._vba_members
        parameters = getter.__code__.co_varnames[1 : getter.__code__.co_argcount]
        members[name.lower()] = MemberSpec(name=name, kind="method", getter=getter, parameters=parameters)

    def open_book(self, rows=()):
        self.excel.add_workbook()
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row):
                if value is not None:
                    self.excel.sheet(1).set_value(f"{'ABCDEFGH'[c]}{r}", value)

    def vba(self, expression):
        """Evaluate an expression as a cell of the open workbook would."""
        self.excel.add_module(
            f"Public Function TestAsks()\n TestAsks = {expression}\nEnd Function\n", name="TestModule"
        )
        return self.excel.run("TestAsks")

    def run(self, name, *arguments):
        return self.excel.run(name, *arguments)

    @property
    def boxes(self):
        return [prompt for _, prompt, _, _ in self.excel.dialogs]

    @property
    def names(self):
        return {entry.name: entry.refers_to for entry in self.excel.workbook.names_.entries}
