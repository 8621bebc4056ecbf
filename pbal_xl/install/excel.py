"""Putting the add-in where Excel loads it from, and finding what Excel needs."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from pathlib import Path

from pbal_xl.codegen import xlwings_module
from pbal_xl.errors import Refused
from pbal_xl.hosts.excel.faults import sentence

__all__ = [
    "copy_into_excel",
    "excel",
    "has_excel_system",
    "remove_from_excel",
    "script_fault",
    "script_place",
    "startup_folder",
]

_MAC_STARTUP = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"


def has_excel_system() -> bool:
    """Whether desktop Excel exists for this operating system."""
    return sys.platform in {"win32", "darwin"}


def startup_folder() -> Path:
    """The folder whose workbooks Excel opens as it starts, in its usual place."""
    if sys.platform == "darwin":
        return Path.home() / _MAC_STARTUP
    return Path(os.environ.get("APPDATA", str(Path.home()))) / "Microsoft" / "Excel" / "XLSTART"


def excel() -> str | None:
    """Where Excel is, or what registered it; None when it is not found."""
    if sys.platform == "darwin":
        app = Path("/Applications/Microsoft Excel.app")
        return str(app) if app.exists() else None
    if sys.platform == "win32":
        import winreg

        with contextlib.suppress(OSError):
            return winreg.QueryValue(winreg.HKEY_CLASSES_ROOT, r"Excel.Application\CurVer")
    return None


def script_place() -> Path:
    """Where the AppleScript must lie through which Excel for Mac starts Python."""
    return Path.home() / _MAC_SCRIPTS / xlwings_module.script_name()


def script_fault() -> str:
    """What is wrong with the AppleScript; "" for nothing."""
    place = script_place()
    own = xlwings_module.script_source()
    try:
        if place.read_bytes() == own:
            return ""
    except OSError:
        return f"{place} is missing"
    return f"{place} is not the one of the installed xlwings"


def copy_into_excel(addin: Path) -> tuple[Path, str]:
    """Install the add-in through xlwings, which asks Excel for the folder and loads the add-in there.

    Returns:
        Where it lies now, and what xlwings said.

    Raises:
        Refused: code "no-excel", when Excel does not start; "addin-not-written", when the installed file is not
            the given one.
    """
    from xlwings import cli

    # xlwings prints its errors instead of raising them: hence the look at the file afterwards.
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        target = _excels_own_folder() / addin.name
        cli._addin_install(str(addin))  # type: ignore[no-untyped-call]  # noqa: SLF001 - the only way in
    if not target.is_file() or target.read_bytes() != addin.read_bytes():
        raise Refused("addin-not-written", f"The add-in could not be written to {target}: {_said(said)}")
    return target, _said(said)


def remove_from_excel(name: str) -> str:
    """Remove the add-in through xlwings; what xlwings said.

    Raises:
        Refused: code "no-excel", when Excel does not start; "addin-not-removed", when the file is still there.
    """
    from xlwings import cli

    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        target = _excels_own_folder() / name
        cli._addin_remove(name, global_install=False)  # type: ignore[no-untyped-call]  # noqa: SLF001
    if target.exists():
        raise Refused("addin-not-removed", f"The add-in is still at {target}: {_said(said)}")
    return _said(said)


def _excels_own_folder() -> Path:
    """The start folder as Excel itself names it; starts Excel when it is not running."""
    from xlwings import cli

    try:
        return Path(cli.get_addin_dir())  # type: ignore[no-untyped-call]
    except Exception as error:  # each system's bridge to Excel raises another kind
        raise Refused("no-excel", f"Excel could not be started: {sentence(error)}.") from error


def _said(said: io.StringIO) -> str:
    return " ".join(said.getvalue().split()) or "nothing was said"
