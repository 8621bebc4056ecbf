"""The Excel add-in: our modules, the ribbon, a configuration sheet and, when installed, the way to Python."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pbal_xl._version import __version__
from pbal_xl.codegen import sources, vba, xlwings_module
from pbal_xl.codegen.package import ADD_IN, macro_package
from pbal_xl.errors import Refused
from pbal_xl.ooxml.dialect import SPREADSHEET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.workbook import Workbook, Worksheet

__all__ = [
    "FILE_NAME",
    "ansi_place",
    "check_place",
    "committed_addin",
    "configuration_of",
    "installed_addin",
    "interpreter_of",
]

FILE_NAME = "pbal.xlam"
_CONF_SHEET = "pbal.conf"
_LONGEST_PLACE = 1000  # the library takes a command of 2,047 characters


def committed_addin() -> bytes:
    """The add-in of the repository: everything of ours, and no Python to ask.

    It holds no line of xlwings and no path; a module of ours stands in xlwings' place and answers every call
    with the sentence that says what to run.
    """
    return _addin([("PBAL_VERSION", __version__)], sources.modules("uninstalled"))


def installed_addin(interpreter: str | None = None) -> bytes:
    """The add-in for this machine: with what it takes from the installed xlwings, and this Python.

    Args:
        interpreter: path of the Python to start; the running one by default.

    Raises:
        Refused: code "xlwings-changed", when xlwings' module is not as expected; "bad-place", when the
            interpreter's path holds what the way to it cannot carry.
    """
    # Unused keys are left out: a blank value is a value.
    place = interpreter or sys.executable
    check_place(place)
    configuration = [
        ("INTERPRETER_MAC" if sys.platform == "darwin" else "INTERPRETER_WIN", ansi_place(place)),
        *((f"LIBRARY_{bits}", str(path)) for bits in (64, 32) if (path := xlwings_module.library(bits))),
        ("PBAL_VERSION", __version__),
        ("XLWINGS_VERSION", xlwings_module.xlwings_version()),
    ]
    return _addin(configuration, {**sources.modules(), **xlwings_module.taken_modules()})


def configuration_of(content: bytes) -> dict[str, str]:
    """What an installed add-in is configured with; empty where it is no add-in of ours."""
    import io
    import zipfile
    from xml.etree import ElementTree as ET

    space = f"{{{SPREADSHEET}}}"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            texts = ET.fromstring(archive.read("xl/sharedStrings.xml")).iter(f"{space}t")  # noqa: S314 - our own file
            said = [text.text or "" for text in texts]
            cells = ET.fromstring(archive.read("xl/worksheets/sheet1.xml")).iter(f"{space}v")  # noqa: S314 - likewise
            row = [said[int(cell.text or "")] for cell in cells]
    except (KeyError, ValueError, IndexError, ET.ParseError, zipfile.BadZipFile):
        return {}
    return dict(zip(row[::2], row[1::2], strict=False))


def interpreter_of(content: bytes) -> str | None:
    """The Python that an installed add-in starts; None where it names none or is no add-in of ours."""
    found = configuration_of(content)
    return found.get("INTERPRETER_WIN") or found.get("INTERPRETER_MAC")


def check_place(place: str) -> None:
    """Refuse a path of Python that cannot be handed on unharmed.

    Raises:
        Refused: code "bad-place".
    """
    # A quote would end the quoted path, a bar separates what the AppleScript is given, and the library of xlwings
    # replaces $(...) by values of its own.
    for bad in ('"', "|", "$(", "\n", "\r"):
        if bad in place:
            raise Refused(
                "bad-place",
                f"Python is at {place!r}, and Excel cannot start it where its path holds {bad!r}: make an "
                "environment in a folder with a plain name (python -m venv), and install pbal-xl there.",
            )
    if len(place) > _LONGEST_PLACE:
        raise Refused(
            "bad-place",
            f"The path of Python has {len(place)} characters, and Excel's way to it takes {_LONGEST_PLACE}: make "
            "an environment in a shorter folder (python -m venv), and install pbal-xl there.",
        )


def ansi_place(place: str) -> str:
    """A path as the library of xlwings can start it, which knows the characters of one code page only.

    Raises:
        Refused: code "bad-place", where the path has others and Windows has no short one for it.
    """
    if place.isascii() or sys.platform != "win32":
        return place
    short = short_path(place)
    if short.isascii():
        return short
    raise Refused(
        "bad-place",
        f"Python is at {place}, and the way to it takes plain Latin letters only: make an environment in a folder "
        "such as C:\\pbal (python -m venv), and install pbal-xl there.",
    )


def short_path(place: str) -> str:
    """Windows' short form of a path; the path itself where there is none."""
    import ctypes

    buffer = ctypes.create_unicode_buffer(_LONGEST_PLACE)
    kernel: Any = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    return buffer.value if kernel.GetShortPathNameW(place, buffer, _LONGEST_PLACE) else place


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
