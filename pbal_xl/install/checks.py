"""What ``pbal-xl doctor`` looks at for Excel, and what ``pbal-xl install`` refuses for: facts in, failures out."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath
from typing import TYPE_CHECKING

from pbal_xl.codegen import addin, xlwings_module
from pbal_xl.errors import PbalError, Refused
from pbal_xl.install.failures import by_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pbal_xl.install.machine import Machine

__all__ = ["BEFORE", "NOT_INSTALLED", "Check", "installed_checks", "obstacle", "place_checks", "windows_checks"]

_LONGEST_WINDOWS_PATH = 259
_NOTHING = ""
# Windows keeps a file's mark behind its name.
_FROM_THE_WEB = ":Zone.Identifier"
_CONDAS = frozenset({"anaconda3", "miniconda3", "miniforge3", "mambaforge"})


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor: whether it is well, what was looked at, and what is so or what to do."""

    ok: bool
    name: str
    said: str


# What would keep an add-in from working that nobody has put in yet.
BEFORE = "before pbal-xl install"
NOT_INSTALLED = Check(ok=True, name="add-in", said="not installed; pbal-xl install puts it into Excel")


def failed(name: str, code: str, seen: str) -> Check:
    """A line that tells what was seen and the cure of the failure."""
    return Check(ok=False, name=name, said=f"{seen}. {by_code(code).cure}")


def obstacle(machine: Machine) -> Refused | None:
    """What keeps the add-in from working here whatever else is done; None where nothing does."""
    if machine.system != "win32":
        return None
    for code, look in _OBSTACLES:
        if seen := look(machine):
            return Refused(code, f"{seen}. {by_code(code).cure}")
    return None


def place_checks(machine: Machine) -> Iterator[Check]:
    """Whether Python lies where Excel can start it, one line for each thing that is wrong."""
    name = "place of Python"
    well = True
    for code, look in _PLACES:
        if seen := look(machine):
            well = False
            yield failed(name, code, seen)
    if well:
        yield Check(ok=True, name=name, said=machine.python)


def windows_checks(machine: Machine) -> Iterator[Check]:
    """What only Windows has: pywin32, its cache, Excel's bits, policies, disabled items."""
    for name, fine, looks in _WINDOWS:
        well = True
        for code, look in looks:
            if seen := look(machine):
                well = False
                yield failed(name, code, seen)
        if well:
            yield Check(ok=True, name=name, said=fine)


def _arm64(machine: Machine) -> str:
    return "This Python is built for ARM64" if machine.build == "win-arm64" else _NOTHING


def _bits32(machine: Machine) -> str:
    return "This Python has 32 bits" if machine.build == "win32" else _NOTHING


def _store(machine: Machine) -> str:
    places = (machine.python, machine.base)
    if any(
        "\\windowsapps\\" in f"{place}\\".lower() or "pythonsoftwarefoundation" in place.lower() for place in places
    ):
        return "This Python comes from the Microsoft Store"
    return _NOTHING


def _no_library(machine: Machine) -> str:
    return _NOTHING if machine.libraries else f"xlwings {xlwings_module.xlwings_version()} came without its library"


def _excel_bits(machine: Machine) -> str:
    bits = {"x64": 64, "x86": 32}.get(str(machine.registry.get("bits", "")).lower())
    if bits is None or not machine.libraries or bits in machine.libraries:
        return _NOTHING
    return f"Excel has {bits} bits, and xlwings came without its library for that"


def _user_site(machine: Machine) -> str:
    return "pbal-xl is installed with --user" if _below(machine, machine.package, machine.user_site) else _NOTHING


def _conda(machine: Machine) -> str:
    active = machine.environment.get("CONDA_PREFIX", "")
    parts = {part.lower() for part in _path(machine, machine.base).parts}
    if active and _below(machine, machine.python, active):
        return "Python is one of conda's"
    return "Python is one of conda's" if parts & _CONDAS else _NOTHING


def _not_latin(machine: Machine) -> str:
    try:
        addin.check_place(machine.python)
        if machine.system == "win32":
            addin.ansi_place(machine.python)
    except Refused:
        return f"Excel cannot be told to start {machine.python}"
    return _NOTHING


def _long(machine: Machine) -> str:
    if machine.system == "win32" and len(machine.python) > _LONGEST_WINDOWS_PATH:
        return f"The path of Python has {len(machine.python)} characters"
    return _NOTHING


def _onedrive(machine: Machine) -> str:
    roots = [value for key, value in machine.environment.items() if key.lower().startswith("onedrive") and value]
    clouds = ("/Library/CloudStorage/", "/Library/Mobile Documents/")
    if any(_below(machine, machine.python, root) for root in roots) or any(one in machine.python for one in clouds):
        return f"Python lies in a folder that is kept in a cloud ({machine.python})"
    return _NOTHING


def _network(machine: Machine) -> str:
    if machine.remote or machine.python.startswith("\\\\"):
        return f"Python lies on a network drive ({machine.python})"
    return _NOTHING


def _pywin32(machine: Machine) -> str:
    missing = sorted({"win32api", "pythoncom"} - machine.modules)
    return f"pywin32 has no {' and no '.join(missing)}" if missing else _NOTHING


def _gen_py(machine: Machine) -> str:
    """Generated code that is empty or does not even parse."""
    for path in sorted((machine.temp / "gen_py").glob("*/*/__init__.py")):
        try:
            sound = "CLSIDToClassMap" in path.read_text("utf-8", "replace") and bool(ast.parse(path.read_bytes()))
        except (OSError, SyntaxError, ValueError):
            sound = False
        if not sound:
            return f"{path} is no sound cache"
    return _NOTHING


def _policy(machine: Machine) -> str:
    forbidden = 4  # "disable all macros without notification"
    if machine.registry.get("macros") == forbidden:
        return "A policy disables all macros"
    if machine.registry.get("no add-ins") == 1:
        return "A policy disables all add-ins"
    return "A policy allows signed add-ins only" if machine.registry.get("signed only") == 1 else _NOTHING


def _antivirus(machine: Machine) -> str:
    if str(machine.registry.get("no child processes", "")) == "1":
        return "A rule of Windows Defender forbids Excel to start programs"
    return _NOTHING


def _disabled(machine: Machine) -> str:
    return f"Excel disabled {addin.FILE_NAME}" if addin.FILE_NAME in machine.disabled.lower() else _NOTHING


def _path(machine: Machine, place: str) -> PurePath:
    return PureWindowsPath(place) if machine.system == "win32" else PurePath(place)


def _below(machine: Machine, place: str, folder: str) -> bool:
    return bool(folder) and _path(machine, place).is_relative_to(_path(machine, folder))


_OBSTACLES: tuple[tuple[str, Callable[[Machine], str]], ...] = (
    ("store-python", _store),
    ("arm64", _arm64),
    ("python-32", _bits32),
    ("no-library", _no_library),
)
_PLACES: tuple[tuple[str, Callable[[Machine], str]], ...] = (
    ("store-python", _store),
    ("user-site", _user_site),
    ("conda", _conda),
    ("non-ascii", _not_latin),
    ("long-path", _long),
    ("onedrive", _onedrive),
    ("network", _network),
)
_WINDOWS: tuple[tuple[str, str, tuple[tuple[str, Callable[[Machine], str]], ...]], ...] = (
    (
        "xlwings library",
        "there",
        (("arm64", _arm64), ("python-32", _bits32), ("no-library", _no_library), ("excel-bits", _excel_bits)),
    ),
    ("pywin32", "there", (("pywin32", _pywin32), ("gen-py", _gen_py))),
    ("policies", "none against macros or add-ins", (("policy", _policy), ("antivirus", _antivirus))),
    ("disabled items", "the add-in is none", (("disabled", _disabled),)),
)


def installed_checks(path: PurePath, content: bytes, machine: Machine) -> Iterator[Check]:
    """Whether the installed add-in is this version's, starts a Python that is there, and may run.

    Args:
        path: where it lies.
        content: what lies there.
        machine: the facts.
    """
    name = "add-in"
    if machine.system == "win32" and machine.is_there(f"{path}{_FROM_THE_WEB}"):
        yield failed(name, "blocked-file", f"{path} has Windows' mark of files from the web")
    try:
        wanted = addin.installed_addin(machine.python)
        starts = addin.interpreter_of(content)
    except PbalError as error:
        yield Check(ok=False, name=name, said=str(error))
        return
    if content == wanted:
        yield Check(ok=True, name=name, said=f"{path}, built from this version")
        return
    if starts and not machine.is_there(starts):
        code = "not-started" if machine.system == "win32" else "mac-moved"
        yield failed(name, code, f"{path} starts {starts}, which is not there")
        return
    yield failed(
        name, "other-version", f"{path} was built by another version or Python (it starts {starts or 'none'})"
    )
