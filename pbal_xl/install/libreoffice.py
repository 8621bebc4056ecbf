"""Puts the LibreOffice extension where the user's LibreOffice finds it, and tells whether it is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pbal_xl import _version
from pbal_xl.codegen.calc_extension import OXT_NAME, build_oxt
from pbal_xl.codegen.calc_metadata import IDENTIFIER
from pbal_xl.errors import Refused
from pbal_xl.hosts.headless.calculate import find_soffice, run_program, soffice_environment

__all__ = [
    "Check",
    "doctor_lines",
    "find_unopkg",
    "install_extension",
    "installed_version",
    "uninstall_extension",
    "user_profile",
]

_PATIENCE = 90.0  # seconds; an installation takes about one
# LibreOffice's list of installed extensions: identifier, folder, file, media type, version. (The files of a
# removed extension stay until the next start, so they say nothing.)
_LISTED = re.escape(IDENTIFIER).encode() + rb"\n[^\xff]*\xff[^\xff]*\xff[^\xff]*\xff([^\xff]*)\xff"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of ``pbal-xl doctor``: what was looked at, and what to do when it is not ok."""

    ok: bool
    text: str


def find_unopkg() -> Path | None:
    """LibreOffice's extension manager, which stands beside its main program."""
    soffice = find_soffice()
    if soffice is None:
        return None
    name = "unopkg.com" if sys.platform == "win32" else "unopkg"
    folders = (soffice.resolve().parent, soffice.parent)
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def install_extension(*, profile: Path | None = None) -> str:
    """Build the extension and install it for the current user, over an older one if there is one.

    Args:
        profile: LibreOffice's user profile; its usual place when None.

    Returns:
        One sentence to show.

    Raises:
        Refused: "no-libreoffice" when it is not installed, "root" when run as root (LibreOffice installs
            extensions for ordinary users only), "unopkg" when LibreOffice itself refuses, in its own words.
    """
    with tempfile.TemporaryDirectory(prefix="pbal-oxt-") as folder:
        oxt = Path(folder, OXT_NAME)
        oxt.write_bytes(build_oxt())
        _unopkg(profile, "add", "--force", str(oxt))
    return (
        f"Installed the LibreOffice extension {_version.__version__}; start LibreOffice Calc again "
        "and find the menu Portfolio."
    )


def uninstall_extension(*, profile: Path | None = None) -> str:
    """Remove the extension of the current user; says so when there was none.

    Raises:
        Refused: as for ``install_extension``.
    """
    if installed_version(profile) is None:
        return "The LibreOffice extension is not installed."
    _unopkg(profile, "remove", IDENTIFIER)
    return "Removed the LibreOffice extension."


def doctor_lines(*, profile: Path | None = None) -> tuple[Check, ...]:
    """Whether LibreOffice is there and holds the extension of this version; starts no program."""
    soffice = find_soffice()
    if soffice is None:
        return (Check(ok=True, text="LibreOffice: not installed (needed only for its own functions)"),)
    found = Check(ok=True, text=f"LibreOffice: {soffice}")
    version = installed_version(profile)
    if version == _version.__version__:
        return (found, Check(ok=True, text=f"LibreOffice extension: {version}"))
    if version is None:
        # Who never wanted it has nothing to mend.
        said = "not installed; pbal-xl install --libreoffice puts it into Calc"
        return (found, Check(ok=True, text=f"LibreOffice extension: {said}"))
    said = f"{version}, this is {_version.__version__}; run: pbal-xl install --libreoffice"
    return (found, Check(ok=False, text=f"LibreOffice extension: {said}"))


def user_profile() -> Path:
    """Where LibreOffice keeps the current user's profile by default."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"), "LibreOffice", "4")
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "LibreOffice" / "4"
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config", "libreoffice", "4")


def installed_version(profile: Path | None = None) -> str | None:
    """The version of the extension in a profile, or None."""
    packages = (profile or user_profile()) / "user" / "uno_packages" / "cache" / "uno_packages.pmap"
    try:
        listed = packages.read_bytes()
    except OSError:
        return None
    found = re.search(_LISTED, listed)
    return found[1].decode(errors="replace") if found else None


def _unopkg(profile: Path | None, action: str, *arguments: str) -> None:
    """Run LibreOffice's extension manager; its last line is the sentence when it fails."""
    program = find_unopkg()
    if program is None:
        raise Refused("no-libreoffice", "LibreOffice is not installed (no soffice with unopkg beside it was found)")
    if sys.platform != "win32" and os.geteuid() == 0:
        raise Refused(
            "root",
            "LibreOffice installs no extension for root: run this as the user who works with LibreOffice",
        )
    if profile and (profile / ".lock").exists():
        # With a profile that is not the default one it would wait for that LibreOffice for ever.
        raise Refused("unopkg", f"LibreOffice is running with the profile {profile}; close it and try again")
    where = [f"-env:UserInstallation={profile.as_uri()}"] if profile else []
    try:
        with tempfile.TemporaryDirectory(prefix="pbal-unopkg-", ignore_cleanup_errors=True) as scratch:
            environment = soffice_environment(Path(scratch))
            # It finds a LibreOffice that runs by the usual place of its socket.
            environment.pop("OSL_SOCKET_PATH", None)
            status, said = run_program([str(program), action, *where, *arguments], _PATIENCE, environment)
    except subprocess.TimeoutExpired:
        raise Refused(
            "unopkg",
            f"LibreOffice's extension manager gave no answer in {_PATIENCE:g} seconds; "
            "close LibreOffice and try again",
        ) from None
    if status:
        lines = [line.strip() for line in said.splitlines() if line.strip()]
        reason = next(
            (line for line in lines if line.startswith("ERROR")), lines[-1] if lines else f"status {status}"
        )
        raise Refused("unopkg", f"LibreOffice refused ({reason}); close LibreOffice and try again")
