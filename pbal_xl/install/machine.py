"""What is known of the computer that Excel's add-in is to work on; every look at the system is here."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import site
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.codegen import xlwings_module

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Machine", "this_machine"]

_OFFICE = r"Software\{0}Microsoft\Office\16.0\Excel"
# Windows' keys and values that matter, by the name the checks use for each.
_REGISTRY = {
    "bits": ("HKEY_LOCAL_MACHINE", r"Software\Microsoft\Office\ClickToRun\Configuration", "Platform"),
    "macros": ("HKEY_CURRENT_USER", _OFFICE.format("Policies\\") + r"\Security", "VBAWarnings"),
    "no add-ins": ("HKEY_CURRENT_USER", _OFFICE.format("Policies\\") + r"\Security", "DisableAllAddins"),
    "signed only": ("HKEY_CURRENT_USER", _OFFICE.format("Policies\\") + r"\Security", "RequireAddinSig"),
    "no child processes": (
        "HKEY_LOCAL_MACHINE",
        r"Software\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
        "d4f940ab-401b-4efc-aadc-ad5f3c50688a",
    ),
}
_DISABLED = _OFFICE.format("") + r"\Resiliency\DisabledItems"


@dataclass(frozen=True, slots=True)
class Machine:
    """Facts, so that every check is a function of them and can be tried anywhere.

    Attributes:
        system: as ``sys.platform``.
        python: the Python that runs, and that the add-in is to start.
        base: the folder of the Python that its environment was made from.
        build: as ``sysconfig.get_platform()``, such as "win-amd64".
        package: where pbal-xl is installed.
        user_site: where ``pip install --user`` installs.
        home: the user's folder.
        temp: the folder of temporary files.
        libraries: bits -> xlwings' library, those that are there.
        modules: names of modules that can be imported.
        environment: environment variables.
        registry: what Windows' registry says, by the names above.
        disabled: the items that Excel disabled, as one text.
        remote: whether Python lies on a network drive.
        is_there: whether something lies at a place.
    """

    system: str = sys.platform
    python: str = sys.executable
    base: str = sys.base_prefix
    build: str = field(default_factory=sysconfig.get_platform)
    package: str = str(Path(__file__).parents[1])
    user_site: str = field(default_factory=site.getusersitepackages)
    home: Path = field(default_factory=Path.home)
    temp: Path = field(default_factory=lambda: Path(os.environ.get("TEMP", "/tmp")))  # noqa: S108 - only looked at
    libraries: Mapping[int, Path] = field(default_factory=dict)
    modules: frozenset[str] = frozenset()
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    registry: Mapping[str, object] = field(default_factory=dict)
    disabled: str = ""
    remote: bool = False
    is_there: Callable[[str], bool] = os.path.exists


def this_machine() -> Machine:
    """The facts of this computer."""
    libraries = {bits: path for bits in (64, 32) if (path := xlwings_module.library(bits)) is not None}
    modules = frozenset(name for name in ("win32api", "pythoncom") if importlib.util.find_spec(name) is not None)
    return Machine(
        libraries=libraries, modules=modules, registry=_registry(), disabled=_disabled_items(), remote=_is_remote()
    )


def _registry() -> dict[str, object]:
    if sys.platform != "win32":
        return {}
    import winreg

    found: dict[str, object] = {}
    for name, (hive, key, value) in _REGISTRY.items():
        with contextlib.suppress(OSError), winreg.OpenKey(getattr(winreg, hive), key) as opened:
            found[name] = winreg.QueryValueEx(opened, value)[0]
    return found


def _disabled_items() -> str:
    if sys.platform != "win32":
        return ""
    import winreg

    items = []
    with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, _DISABLED) as opened:
        for number in range(winreg.QueryInfoKey(opened)[1]):
            data = winreg.EnumValue(opened, number)[1]
            items.append(data.decode("utf-16-le", "replace") if isinstance(data, bytes) else str(data))
    return "\n".join(items)


def _is_remote() -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    remote = 4  # DRIVE_REMOTE
    root = f"{Path(sys.executable).drive}\\"
    return root.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(root) == remote
