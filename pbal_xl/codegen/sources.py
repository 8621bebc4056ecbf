"""Where the VBA and ribbon sources are: in the repository, or inside the installed package."""

from __future__ import annotations

from pathlib import Path

from pbal_xl.errors import Refused

__all__ = ["folder", "module_name", "modules", "ribbon"]

_HERE = Path(__file__).resolve().parent


def folder() -> Path:
    """The folder with the sources; a wheel carries them as data, a checkout has them at its root.

    Raises:
        Refused: neither is there, with code "no-sources".
    """
    for candidate in (_HERE / "data" / "vba", _HERE.parents[1] / "vba"):
        if (candidate / "ThisWorkbook.cls").is_file():
            return candidate
    raise Refused("no-sources", "The VBA sources are missing from this installation; install pbal-xl again.")


def modules(*subfolders: str) -> dict[str, str]:
    """Module name -> source with line feeds, of the sources' root and of ``subfolders``; the latter win."""
    found: dict[str, str] = {}
    for place in (folder(), *(folder() / name for name in subfolders)):
        for path in sorted(place.glob("*.*")):
            if path.suffix in {".bas", ".cls"}:
                text = path.read_text(encoding="ascii")
                found[module_name(text)] = text
    return found


def module_name(source: str) -> str:
    """The name in a module's first ``Attribute VB_Name`` line."""
    for line in source.splitlines():
        if line.startswith("Attribute VB_Name"):
            return line.split('"')[1]
    raise Refused("no-sources", "A VBA source has no Attribute VB_Name line.")


def ribbon() -> str:
    """The ribbon's XML."""
    return (folder() / "customUI14.xml").read_text(encoding="utf-8")
