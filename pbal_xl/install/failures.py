"""The well-known ways in which Excel add-ins with Python behind them fail: one table.

``docs/troubleshooting.md`` is made from it, and ``pbal-xl doctor`` answers with its cures: so both say the same.

Long because it is one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["FAILURES", "Failure", "by_code", "document"]


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure.

    Attributes:
        code: stable name, for the doctor and links.
        title: heading in the document.
        seen: what the user sees, word for word where there are words.
        cause: why.
        cure: what to do, as an instruction.
        checked: whether the doctor looks for it.
    """

    code: str
    title: str
    seen: str
    cause: str
    cure: str
    checked: bool = False


FAILURES: tuple[Failure, ...] = (
    Failure(
        "no-tab",
        "There is no tab Portfolio Balancer",
        "Excel starts without the tab, and =PBAL_VERSION() gives #NAME?.",
        "The add-in is not in Excel's start folder, or Excel was running while it was installed.",
        "Run pbal-xl install, quit Excel (on a Mac with Cmd-Q), and start it again.",
        checked=True,
    ),
    Failure(
        "other-version",
        "The add-in was built by another version or Python",
        "Functions answer in an old way, or not at all after an upgrade or a new environment.",
        "The add-in names the Python, the library and the version it was built with; an upgrade does not "
        "rebuild it.",
        "Run pbal-xl install with the Python that is to answer.",
        checked=True,
    ),
    Failure(
        "not-started",
        "Python did not start",
        "#PBAL! Python did not start (...); run pbal-xl doctor, then press Connect again",
        "The Python of the add-in was moved, removed or upgraded, or fails as it starts.",
        "Run pbal-xl doctor: it names the Python that the add-in starts. Run pbal-xl install, then press "
        "Connect again.",
        checked=True,
    ),
    Failure(
        "com-server",
        "Could not activate Python COM server",
        "Could not activate Python COM server, hr = -2147221164, or Class not registered",
        "Excel and Python run with different rights (one of them as administrator), or Python ended while"
        " it started.",
        "Start Excel without administrator rights; run pbal-xl doctor, then press Connect again.",
    ),
    Failure(
        "no-library",
        "The library of xlwings is missing",
        "the library of xlwings could not be loaded from ...",
        "xlwings was installed without its library for this kind of Python, or a cleaner removed the file.",
        "Use a 64-bit Python for Intel or AMD from python.org, make an environment (python -m venv), "
        "install pbal-xl there, and run pbal-xl install.",
        checked=True,
    ),
    Failure(
        "arm64",
        "Windows on ARM",
        "pbal-xl install refuses: this Python is built for ARM64.",
        "xlwings has no library for ARM64; Excel for ARM runs the one for Intel and AMD.",
        "Install the 64-bit Python for Intel and AMD (x86-64) beside it, and pbal-xl there.",
        checked=True,
    ),
    Failure(
        "python-32",
        "A 32-bit Python",
        "pbal-xl install refuses: this Python has 32 bits.",
        "The libraries that a 64-bit Excel needs are not installed with a 32-bit Python.",
        "Install a 64-bit Python from python.org, and pbal-xl there.",
        checked=True,
    ),
    Failure(
        "excel-bits",
        "Excel and the library have different bits",
        "the library of xlwings could not be loaded, though it is there.",
        "A 32-bit Excel loads the 32-bit library only, a 64-bit Excel the 64-bit one.",
        "Look in File > Account > About Excel for 32-bit or 64-bit; run pbal-xl doctor, which says which "
        "libraries are there, and install the xlwings that has both (pip install --force-reinstall "
        "xlwings).",
        checked=True,
    ),
    Failure(
        "store-python",
        "Python from the Microsoft Store",
        "pbal-xl install refuses: this Python comes from the Microsoft Store. Or: it says Installed, and "
        "no tab appears.",
        "Windows gives programs from the Store a private copy of the folders they write to; Excel never sees it.",
        "Install Python from python.org, make an environment (python -m venv), and install pbal-xl there.",
        checked=True,
    ),
    Failure(
        "user-site",
        "Installed with pip install --user",
        "the library of xlwings could not be loaded, though pbal-xl works in the terminal.",
        "With --user the library lies below AppData, where xlwings itself does not look; the add-in of "
        "pbal-xl names its full place, yet an upgrade of Python moves it.",
        "Make an environment (python -m venv), install pbal-xl there, and run pbal-xl install.",
        checked=True,
    ),
    Failure(
        "conda",
        "Python from conda",
        "Python did not start (DLL load failed while importing ...)",
        "A conda environment that was not activated finds its libraries only when they are on PATH.",
        "Make an environment with python -m venv from python.org's Python and install pbal-xl there; or "
        "start Excel from a prompt in which the conda environment is active.",
        checked=True,
    ),
    Failure(
        "pywin32",
        "pywin32 is missing or broken",
        "Python did not start (ImportError: DLL load failed while importing win32api)",
        "pywin32 is not installed in this environment, or a half-finished upgrade left two of them.",
        "Run pip install --force-reinstall pywin32, then press Connect again.",
        checked=True,
    ),
    Failure(
        "gen-py",
        "A stale gen_py cache",
        "AttributeError: module 'win32com.gen_py...' has no attribute 'CLSIDToClassMap'",
        "pywin32 keeps generated code about Excel in a temporary folder, and an update of Excel or Python"
        " broke it.",
        "Quit Excel, delete the folder gen_py in the folder that %TEMP% opens, and try again.",
        checked=True,
    ),
    Failure(
        "non-ascii",
        "A user name or folder with letters beyond plain Latin",
        "pbal-xl install refuses: the way to Python takes plain Latin letters only. Or: Could not create "
        "Python process.",
        "The library of xlwings knows the characters of one code page only.",
        "Make an environment in a folder such as C:\\pbal (python -m venv C:\\pbal), and install pbal-xl there.",
        checked=True,
    ),
    Failure(
        "long-path",
        "A very long path to Python",
        "Python did not start, in a deeply nested folder.",
        "The command that starts Python may have 2,047 characters, and Windows' paths 260.",
        "Make an environment in a shorter folder (python -m venv), and install pbal-xl there.",
        checked=True,
    ),
    Failure(
        "onedrive",
        "The environment lies in OneDrive or SharePoint",
        "Python starts sometimes, or after minutes; files of the environment are cloud-only.",
        "OneDrive replaces files by placeholders and syncs while they are in use.",
        "Make the environment outside OneDrive, such as in C:\\pbal. Workbooks may lie in OneDrive.",
        checked=True,
    ),
    Failure(
        "network",
        "The environment lies on a network drive",
        "Python did not start, or Windows asks whether to run it.",
        "A drive letter of the network is missing when Excel starts, or policies forbid programs there.",
        "Make the environment on a local disk, and install pbal-xl there.",
        checked=True,
    ),
    Failure(
        "disabled",
        "Excel disabled the add-in",
        "The tab was there and is gone after a crash.",
        "Excel puts what was loaded when it crashed on a list of disabled items.",
        "File > Options > Add-ins, at the bottom Manage: Disabled Items, Go; enable pbal.xlam and start "
        "Excel again.",
        checked=True,
    ),
    Failure(
        "policy",
        "A policy forbids macros or add-ins",
        "No tab, or: Macros have been disabled by your administrator.",
        "The organisation allows signed add-ins only, or none, or none in the user's own start folder.",
        "Ask the administrator to trust Excel's start folder for you; or use pbal-xl run, or LibreOffice,"
        " which need none.",
        checked=True,
    ),
    Failure(
        "antivirus",
        "An antivirus program intervenes",
        "pbal.xlam disappears after the installation, or Python ends as soon as it starts.",
        "Programs that start others from Office are watched; some products block every one.",
        'Allow the add-in and the Python that pbal-xl doctor names; the rule "Block Office applications '
        'from creating child processes" must be off for Excel.',
        checked=True,
    ),
    Failure(
        "blocked-file",
        "The add-in came by mail or from the web",
        "Microsoft has blocked macros from running because the source of this file is untrusted.",
        "Windows marks files from the internet, and Excel runs no macros of such a file.",
        "Do not pass pbal.xlam on: run pbal-xl install on each machine, which builds it there.",
        checked=True,
    ),
    Failure(
        "zombie",
        "An Excel that is not seen",
        "pbal-xl install says that the add-in could not be written, though no Excel is open.",
        "An Excel without a window still runs and holds the file.",
        "End every Microsoft Excel in the Task Manager (on a Mac: Activity Monitor), and run it again.",
    ),
    Failure(
        "busy",
        "Excel is busy",
        "Excel is busy: finish the cell you are editing, close any dialog, and try again",
        "While a cell is edited or a dialog is open, Excel refuses every call from outside.",
        "Press Esc or Enter in the cell, close the dialog, and try again.",
    ),
    Failure(
        "old-links",
        "A workbook from another machine shows a path before each function",
        "='C:\\Users\\somebody\\...\\pbal.xlam'!PBAL_NEVERSELL(...), #NAME?, or a question about links",
        "Excel keeps functions of an add-in as references to its file on the machine that saved the workbook.",
        "Press Repair formulas on the tab Portfolio Balancer.",
    ),
    Failure(
        "spill",
        "#SPILL!",
        "#SPILL! in the formula's cell",
        "The plan needs as many rows as the holdings and five columns, and something stands there.",
        "Clear the cells inside the dashed frame, or move the formula to where there is room.",
    ),
    Failure(
        "one-cell",
        "Only the first cell of a plan shows",
        "Symbol, and nothing beside or below it",
        "Excel before 2021 does not spill.",
        "Select the whole area of the plan, type the formula, and end with Ctrl+Shift+Enter; or press "
        "Suggest trades.",
    ),
    Failure(
        "automation",
        "A Mac does not let Python control Excel",
        "macOS does not let Python control Excel, or error -1743, or OSERROR: -1743",
        "The permission to control another app was refused once, and macOS does not ask again.",
        "System Settings > Privacy & Security > Automation: allow Microsoft Excel for the terminal and "
        "for Python; where nothing is listed, run tccutil reset AppleEvents in a terminal, and press the "
        "button again.",
    ),
    Failure(
        "applescript",
        "A Mac misses the AppleScript",
        "Excel may not start Python: its AppleScript is missing or was refused",
        "The script of xlwings, of the same version, must lie in Excel's folder of scripts.",
        "Run pbal-xl install; or xlwings runpython install with the Python that pbal-xl uses.",
        checked=True,
    ),
    Failure(
        "mac-functions",
        "Functions on a Mac",
        "#PBAL! functions in cells need Excel for Windows; on a Mac use the Portfolio Balancer tab",
        "Excel for Mac has no way to ask a running Python for a value.",
        "Use Suggest trades on the tab; or xlwings Lite (see docs/xlwings-lite.py), whose functions work there.",
    ),
    Failure(
        "mac-moved",
        "Python on a Mac was upgraded or moved",
        "Nothing happens after Suggest trades, or: No such file or directory",
        "Homebrew and python.org remove the old Python, and environments made from it end with it.",
        "Make a new environment (python3 -m venv), install pbal-xl there, and run pbal-xl install.",
        checked=True,
    ),
    Failure(
        "protected",
        "A protected sheet or workbook",
        "Excel refused to write (...): unprotect the sheet or workbook, and try again",
        "Settings are kept in names and cells of the workbook, and trades in a new sheet.",
        "Review > Unprotect Sheet, or Unprotect Workbook; protect it again afterwards.",
    ),
    Failure(
        "xlwings-changed",
        "Another xlwings than the one this was tried with",
        "xlwings ... is not one this add-in was tried with",
        "The add-in takes a few lines from the installed xlwings, and they read otherwise.",
        "Run pip install --upgrade pbal-xl, or install an xlwings of the range that the sentence names.",
        checked=True,
    ),
)

_BY_CODE = {failure.code: failure for failure in FAILURES}


def by_code(code: str) -> Failure:
    """The failure of that code.

    Raises:
        KeyError: there is none.
    """
    return _BY_CODE[code]


def document() -> str:
    """``docs/troubleshooting.md``."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# When the Excel add-in does not work"
    yield ""
    yield "Run `pbal-xl doctor` first: it looks for what is marked *checked* here, and says the cure. Then press"
    yield "**Connect again** on the tab Portfolio Balancer, or start Excel anew."
    yield ""
    yield "| | checked |"
    yield "|---|---|"
    for failure in FAILURES:
        yield f"| [{failure.title}](#{failure.code}) | {'by the doctor' if failure.checked else ''} |"
    for failure in FAILURES:
        yield ""
        yield f'<a id="{failure.code}"></a>'
        yield ""
        yield f"## {failure.title}"
        yield ""
        yield f"- **You see:** {_plain(failure.seen)}"
        yield f"- **Cause:** {_plain(failure.cause)}"
        yield f"- **Cure:** {_plain(failure.cure)}"


def _plain(text: str) -> str:
    """As Markdown that shows the text itself."""
    return "".join(f"\\{char}" if char in "\\`*_<>#[]|" else char for char in text)
