"""What ``pbal-xl install``, ``uninstall``, ``doctor`` and ``build`` do; the command line prints the answers.

    install(dest: Path | None = None) -> list[str]
    install_libreoffice(dest: Path | None = None) -> list[str]
    uninstall() -> list[str]
    uninstall_libreoffice() -> list[str]
    doctor() -> list[Check]                      # Check(ok, name, said); exit 1 when any is not ok
    build(root: Path, *, check: bool = False) -> list[str]

Lines are sentences for the terminal. What cannot be done raises ``Refused`` with a stable code.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl._version import __version__
from pbal_xl.codegen import addin, calc_extension, committed, sources, xlwings_module
from pbal_xl.errors import PbalError, Refused
from pbal_xl.install import checks, machine
from pbal_xl.install import excel as excel_install
from pbal_xl.install import libreoffice as calc_install
from pbal_xl.install.checks import BEFORE, NOT_INSTALLED, Check
from pbal_xl.install.failures import by_code, document

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Check", "build", "doctor", "install", "install_libreoffice", "uninstall", "uninstall_libreoffice"]

_OTHER_WAYS = "Elsewhere use pbal-xl run, or LibreOffice; pbal-xl install --dest DIR builds the add-in only."


def install(dest: Path | None = None) -> list[str]:
    """Build the add-in from the installed xlwings and this Python, and put it where Excel starts it.

    Args:
        dest: a folder to write the add-in to instead; works without Excel, on any system.

    Raises:
        Refused: "no-excel" where desktop Excel does not exist; "store-python", "arm64", "python-32", "no-library"
            or "bad-place" where it could not work; "addin-not-written", "xlwings-changed".
    """
    content = addin.installed_addin()
    if dest is not None:
        return [*_written(dest, addin.FILE_NAME, content), f"It starts {sys.executable}."]
    obstacle = checks.obstacle(machine.this_machine())
    if obstacle is not None:
        raise obstacle
    if not excel_install.has_excel_system():
        raise Refused("no-excel", f"Desktop Excel runs on Windows and macOS. {_OTHER_WAYS}")
    with tempfile.TemporaryDirectory() as folder:
        target, said = excel_install.copy_into_excel(_write(Path(folder), addin.FILE_NAME, content))
    if sys.platform == "darwin" and (wrong := excel_install.script_fault()):
        raise Refused("no-script", f"{wrong}. {by_code('applescript').cure}")
    lines = [f"Installed {target}.", f"It starts {sys.executable}.", said]
    if sys.platform == "darwin":
        lines.append("On a Mac the ribbon works; functions in cells need Excel for Windows or xlwings Lite.")
    return [*lines, "Start Excel again, and look for the tab Portfolio Balancer."]


def install_libreoffice(dest: Path | None = None) -> list[str]:
    """Build the LibreOffice extension and install it for the current user.

    Args:
        dest: a folder to write the extension to instead.

    Raises:
        Refused: as ``calc_install.install_extension``; "addin-not-written".
    """
    if dest is not None:
        return _written(dest, calc_extension.OXT_NAME, calc_extension.build_oxt())
    return [calc_install.install_extension()]


def _written(dest: Path, name: str, content: bytes) -> list[str]:
    """Write a file where the user wants it; a folder that was not there is made, and told of."""
    made = [] if dest.is_dir() else [f"Made the folder {dest}."]
    return [f"Wrote {_write(dest, name, content)}.", *made]


def _write(folder: Path, name: str, content: bytes) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content)
    except OSError as error:
        raise Refused(
            "addin-not-written", f"{folder}: the add-in could not be written: {error.strerror}."
        ) from error
    return path


def uninstall() -> list[str]:
    """Remove the add-in from Excel's start folder.

    Raises:
        Refused: "no-excel" where desktop Excel does not exist, "addin-not-removed".
    """
    if not excel_install.has_excel_system():
        raise Refused("no-excel", "Desktop Excel runs on Windows and macOS; there is nothing to remove here.")
    return [excel_install.remove_from_excel(addin.FILE_NAME)]


def uninstall_libreoffice() -> list[str]:
    """Remove the LibreOffice extension of the current user.

    Raises:
        Refused: as ``calc_install.uninstall_extension``.
    """
    return [calc_install.uninstall_extension()]


def doctor() -> list[Check]:
    """Look at everything the add-ins need; never raises."""
    return [_python(), *_for_excel(), *_for_libreoffice()]


def _for_excel() -> list[Check]:
    if not excel_install.has_excel_system():
        return [
            Check(ok=True, name="Excel", said="does not exist for this system; use pbal-xl run, or LibreOffice")
        ]
    path = excel_install.startup_folder() / addin.FILE_NAME
    try:
        content = path.read_bytes() if path.exists() else None
    except OSError as error:
        return [_excel(), Check(ok=False, name="add-in", said=f"{path} cannot be read: {error.strerror}")]
    facts = machine.this_machine()
    found = [*checks.place_checks(facts), _xlwings()]
    if facts.system == "win32":
        found += checks.windows_checks(facts)
    if content is None:
        # Who never wanted it has nothing to mend; who misses it is told what took it, or kept it out.
        wrong = [replace(one, ok=True, name=BEFORE) for one in found if not one.ok]
        return [replace(_excel(), ok=True), NOT_INSTALLED, *wrong]
    found += [_excel(), *checks.installed_checks(path, content, facts)]
    if facts.system == "darwin":
        found.append(_script())
    return found


def _for_libreoffice() -> list[Check]:
    parts = ((line.ok, *line.text.partition(": ")) for line in calc_install.doctor_lines())
    return [Check(ok=ok, name=name, said=said) for ok, name, _, said in parts]


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check(
        ok=True, name="pbal-xl and Python", said=f"{__version__} with Python {version} at {sys.executable}"
    )


def _xlwings() -> Check:
    try:
        xlwings_module.taken_modules()
    except PbalError as error:
        return Check(ok=False, name="xlwings", said=f"{error}. {by_code('xlwings-changed').cure}")
    return Check(
        ok=True, name="xlwings", said=f"{xlwings_module.xlwings_version()}, its Excel module reads as expected"
    )


def _excel() -> Check:
    found = excel_install.excel()
    if found is None:
        return Check(
            ok=False,
            name="Excel",
            said="not found; the functions and the ribbon need it: install it, then run pbal-xl install",
        )
    return Check(ok=True, name="Excel", said=found)


def _script() -> Check:
    name = "AppleScript"
    wrong = excel_install.script_fault()
    if wrong:
        return checks.failed(name, "applescript", wrong)
    return Check(ok=True, name=name, said=str(excel_install.script_place()))


def generated() -> Iterator[tuple[str, bytes]]:
    """(path below the checkout, content) of every generated file; each is built after what it holds."""
    yield from committed.files()
    yield "docs/troubleshooting.md", document().encode("utf-8")


def build(root: Path, *, check: bool = False) -> list[str]:
    """Rebuild the generated files of a checkout: VBA wrappers, the add-in and the demo with macros.

    Args:
        root: the checkout.
        check: write nothing, refuse when a file differs from its rebuild.

    Raises:
        Refused: "stale", naming every file that differs; "no-checkout", when root is none.
    """
    if not (root / "vba" / "ThisWorkbook.cls").is_file():
        raise Refused("no-checkout", f"{root} is not a checkout of pbal-xl: it has no vba folder.")
    if sources.folder() != (root / "vba").resolve():
        raise Refused(
            "no-checkout", f"{root} is not the checkout this pbal-xl runs from ({sources.folder().parent})."
        )
    stale = []
    for name, content in generated():
        path = root / name
        if path.is_file() and path.read_bytes() == content:
            continue
        stale.append(name)
        if not check:
            path.write_bytes(content)
    if check and stale:
        raise Refused("stale", f"{', '.join(stale)}: differs from its sources; run pbal-xl build.")
    return [f"Wrote {name}." for name in stale] or ["Everything is built from its sources."]
