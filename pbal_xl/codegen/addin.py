"""The Excel add-in: our modules, the ribbon, a configuration sheet and, when installed, xlwings' module."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pbal_xl._version import __version__
from pbal_xl.codegen import sources, vba, xlwings_module
from pbal_xl.codegen.package import ADD_IN, macro_package

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.workbook import Workbook, Worksheet

__all__ = ["FILE_NAME", "committed_addin", "installed_addin"]

FILE_NAME = "pbal.xlam"
_CONF_SHEET = "pbal.conf"  # xlwings' name for it: PROJECT_NAME and ".conf"


def committed_addin() -> bytes:
    """The add-in of the repository: everything of ours, and no Python to ask.

    It holds no line of xlwings and no path; a module of ours stands in xlwings' place and answers every call
    with the sentence that says what to run.
    """
    return _addin([("PBAL_VERSION", __version__)], sources.modules("uninstalled"))


def installed_addin(interpreter: str | None = None) -> bytes:
    """The add-in for this machine: with the installed xlwings' mended module and this Python.

    Args:
        interpreter: path of the Python to start; the running one by default.

    Raises:
        Refused: code "xlwings-changed", when xlwings' module is not as expected.
    """
    key = "INTERPRETER_MAC" if sys.platform == "darwin" else "INTERPRETER_WIN"
    # Unused keys are left out: to xlwings a blank value is a value.
    configuration = [
        (key, interpreter or sys.executable),
        ("ADD_WORKBOOK_TO_PYTHONPATH", "False"),
        ("USE UDF SERVER", "True"),
        ("PBAL_VERSION", __version__),
        ("XLWINGS_VERSION", xlwings_module.xlwings_version()),
    ]
    return _addin(configuration, {**sources.modules(), **xlwings_module.mended_modules()})


def _addin(configuration: Sequence[tuple[str, str]], modules: dict[str, str]) -> bytes:
    def write(workbook: Workbook) -> None:
        conf = workbook.add_worksheet(_CONF_SHEET)
        _write_rows(conf, configuration)
        # Excel-DNA IntelliSense looks for this name on the last sheet.
        _write_rows(workbook.add_worksheet("_IntelliSense_"), vba.intellisense_rows())

    return macro_package(ADD_IN, write, modules, title="Portfolio Balancer", ribbon=sources.ribbon())


def _write_rows(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text)
