"""Enough of Windows for xlwings' real function server to run anywhere.

pywin32 is replaced by stand-ins; everything between a call from VBA and our function, and back, is xlwings' own
code: ``XLPython.CallUDF``, ``call_udf``, its converters and its Excel engine.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import os
import sys
import types
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xlwings.com_server import XLPython

MISSING = -2147352572  # what VBA's missing argument arrives as
_RANGE_IID = "{00020846-0000-0000-C000-000000000046}"
_STUBBED = (
    "pythoncom",
    "pywintypes",
    "win32api",
    "win32con",
    "win32event",
    "win32gui",
    "win32process",
    "win32timezone",
    "win32com",
    "win32com.client",
    "win32com.server",
    "win32com.server.dispatcher",
    "win32com.server.policy",
    "win32com.server.util",
)
_WINDOWS_ONLY = ("xlwings._xlwindows", "xlwings._win32patch", "xlwings.udfs", "xlwings.com_server")


class Range:
    """A range as COM hands it over: a tuple of rows, or a single value for a single cell."""

    def __init__(self, rows: Sequence[Sequence[Any]]) -> None:
        self.rows = [list(row) for row in rows]
        type_info = types.SimpleNamespace(GetTypeAttr=lambda: types.SimpleNamespace(iid=_RANGE_IID))
        self._oleobj_ = types.SimpleNamespace(GetTypeInfo=lambda: type_info)
        self.Row = self.Column = 1
        self.Worksheet = _worksheet()
        self.Rows = types.SimpleNamespace(Count=len(self.rows))
        self.Columns = types.SimpleNamespace(Count=len(self.rows[0]))
        self.Count = len(self.rows) * len(self.rows[0])

    @property
    def Value(self) -> Any:  # noqa: N802 - Excel's name
        if self.Count == 1:
            return self.rows[0][0]
        return tuple(tuple(row) for row in self.rows)


def _worksheet() -> SimpleNamespace:
    application = types.SimpleNamespace(Hwnd=0)
    book = types.SimpleNamespace(Application=application, Name="Book1")
    return types.SimpleNamespace(Parent=book, Application=application, Name="Sheet1")


@contextlib.contextmanager
def excel_module() -> Iterator[tuple[XLPython, ModuleType]]:
    """(server, module): xlwings' COM object and our module, registered as they are on Windows."""
    import xlwings

    before = {name: module for name, module in sys.modules.items() if name.startswith("pbal_xl.hosts.excel")}
    for name in before:
        del sys.modules[name]
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.dict(sys.modules, _stubs()))
        for name in ("windll", "oledll", "PyDLL"):
            stack.enter_context(mock.patch.object(ctypes, name, mock.MagicMock(), create=True))
        stack.callback(os.chdir, Path.cwd())
        udfs = importlib.import_module("xlwings.udfs")
        server = importlib.import_module("xlwings.com_server")
        stack.callback(server.loop.close)
        windows = importlib.import_module("xlwings._xlwindows")
        xlwings.engines.add(xlwings.Engine(impl=windows.engine))
        stack.callback(xlwings.engines.engines.remove, xlwings.engines["excel"])
        for ours, theirs in {"func": "xlfunc", "arg": "xlarg", "ret": "xlret"}.items():
            stack.enter_context(mock.patch.object(xlwings, ours, getattr(udfs, theirs)))
        module = importlib.import_module("pbal_xl.hosts.excel")
        yield server.XLPython(), module
    for name in (*_WINDOWS_ONLY, *(name for name in sys.modules if name.startswith("pbal_xl.hosts.excel"))):
        sys.modules.pop(name, None)
    sys.modules.update(before)


def _stubs() -> dict[str, Any]:
    stubs = {name: mock.MagicMock(name=name) for name in _STUBBED}
    for name, stub in stubs.items():
        stub.__name__, stub.__path__, stub.__file__ = name, [], name
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(stubs[parent], child, stub)
    stubs["pywintypes"].IID = lambda text: text
    stubs["pywintypes"].TimeType = type("TimeType", (), {})
    stubs["pywintypes"].com_error = type("com_error", (Exception,), {})
    for name in ("CoClassBaseClass", "CDispatch", "DispatchBaseClass"):
        setattr(stubs["win32com.client"], name, type(name, (), {}))
    # Nothing arrives as one of the server's own objects, so unwrapping always fails as it does with a range.
    stubs["win32com.server.util"].unwrap = _refuse
    return stubs


def _refuse(_wrapped: Any) -> None:
    raise TypeError("not one of ours")
