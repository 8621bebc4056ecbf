"""Calculates workbooks that no spreadsheet program ever calculated, with LibreOffice, in a temporary copy.

The copy is for reading values only: it is LibreOffice's rendering of the workbook and never takes its place.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["NOT_CALCULATED", "calculated_copy", "find_soffice", "run_program", "soffice_environment"]

NOT_CALCULATED = "not-calculated"  # the code of every refusal here

_FRESH_PROFILE = 81  # LibreOffice's exit status that asks to be started again
_STARTS = 3
_LONGEST_SOCKET_FOLDER = 40  # a socket's whole path has at most 103 characters
_ADVICE = "open and save the workbook in Excel or LibreOffice first"

_MAC = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
_WINDOWS = r"LibreOffice\program\soffice.com"

# Everything is calculated anew: some programs store 0 for what they never calculated. Nothing outside the file
# is fetched, and no macro runs.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""


def find_soffice() -> Path | None:
    """LibreOffice's program, from PATH or where its installers put it; None without LibreOffice."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found:
        return Path(found)
    folders = (os.environ.get("PROGRAMFILES", ""), os.environ.get("PROGRAMFILES(X86)", ""))
    places = [Path(_MAC), *(Path(folder, _WINDOWS) for folder in folders if folder)]
    return next((place for place in places if place.is_file()), None)


@contextmanager
def calculated_copy(workbook: Path, *, soffice: Path | None = None, timeout: float = 120.0) -> Iterator[Path]:
    """The path of a calculated .xlsx copy of ``workbook``, gone when the block ends.

    Every formula is calculated anew; one that LibreOffice cannot calculate is an error there, never an old
    figure. The workbook itself is only read. LibreOffice runs with a throw-away profile, so no open window of
    the user takes part.

    Args:
        workbook: an .xlsx, .xlsm, .xltx or .xltm file.
        soffice: LibreOffice's program; looked for when None.
        timeout: seconds until the calculation is given up.

    Raises:
        Refused: with code NOT_CALCULATED, when LibreOffice is missing, fails, or takes too long.
    """
    program = soffice or find_soffice()
    if program is None:
        raise Refused(
            NOT_CALCULATED,
            f"{workbook.name}: formulas were never calculated and LibreOffice is not installed; {_ADVICE}",
        )
    with tempfile.TemporaryDirectory(prefix="pbal-calculate-", ignore_cleanup_errors=True) as folder:
        yield _convert(program, workbook, Path(folder), timeout)


def _convert(program: Path, workbook: Path, folder: Path, timeout: float) -> Path:
    """Run the conversion inside ``folder``; the path of the result."""
    # A name of our own: the user's may carry a stale lock file or begin like an option.
    source = folder / f"workbook{workbook.suffix.lower()}"
    shutil.copyfile(workbook, source)
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    result = folder / "calculated" / "workbook.xlsx"
    command = [
        str(program),
        f"-env:UserInstallation={profile.as_uri()}",
        *("--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault"),
        *("--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(result.parent), str(source)),
    ]
    try:
        status, said = run_program(command, timeout, soffice_environment(folder))
    except subprocess.TimeoutExpired:
        raise Refused(
            NOT_CALCULATED,
            f"{workbook.name}: LibreOffice did not calculate it within {timeout:g} seconds; {_ADVICE}",
        ) from None
    except OSError as error:
        raise Refused(
            NOT_CALCULATED, f"{workbook.name}: LibreOffice did not start ({error.strerror}); {_ADVICE}"
        ) from error
    if not result.is_file():
        last = said.strip().splitlines()[-1:] or [f"exit status {status}"]
        raise Refused(NOT_CALCULATED, f"{workbook.name}: LibreOffice could not calculate it ({last[0]}); {_ADVICE}")
    return result


def run_program(command: list[str], timeout: float, environment: dict[str, str]) -> tuple[int, str]:
    """Run a program of LibreOffice's to its end: exit status and output; a fresh profile is started again.

    Args:
        command: the program and its arguments.
        timeout: seconds for each start.
        environment: see ``soffice_environment``.

    Raises:
        subprocess.TimeoutExpired: after ``timeout`` seconds, when all that it started is ended too.
    """
    status, said = _FRESH_PROFILE, ""
    for _ in range(_STARTS):
        process = subprocess.Popen(  # noqa: S603 - the program found above, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        try:
            said, _error = process.communicate(timeout=timeout)
        finally:
            _end(process)
        status = process.returncode
        if status != _FRESH_PROFILE:
            break
    return status, said


def soffice_environment(scratch: Path) -> dict[str, str]:
    """The environment for LibreOffice: no display, and no foreign Python, over which its own would trip.

    Temporary files and sockets, which LibreOffice does not always take away, go to the folder ``scratch``.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    kept.pop("VIRTUAL_ENV", None)
    if os.name == "posix":
        kept["PATH"] = "/usr/bin:/bin"
        kept["TMPDIR"] = str(scratch)
        if len(str(scratch)) <= _LONGEST_SOCKET_FOLDER:
            kept["OSL_SOCKET_PATH"] = str(scratch)
    kept["SAL_USE_VCLPLUGIN"] = "svp"
    return kept


def _end(process: subprocess.Popen[str]) -> None:
    """End the program and what it started, if they still run."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        subprocess.run(  # noqa: S603
            ["taskkill", "/F", "/T", "/PID", str(process.pid)],  # noqa: S607
            check=False,
            capture_output=True,
        )
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
