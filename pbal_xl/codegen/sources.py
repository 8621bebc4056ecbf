"""Where the VBA and ribbon sources are: in the repository, or inside the installed package."""

from __future__ import annotations

import re
from pathlib import Path

from pbal_xl.errors import Refused
from pbal_xl.ooxml.xmltext import quoteattr
from pbal_xl.settings import by_key

__all__ = ["folder", "module_name", "modules", "ribbon"]

_HERE = Path(__file__).resolve().parent
_OF_SETTING = re.compile(r"\{(\w+)\.([\w-]+)\}")


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
    """Make the ribbon's XML; what it says of a setting, such as ``{increment.help}``, comes from the table."""
    template = (folder() / "customUI14.xml").read_text(encoding="utf-8")
    return _OF_SETTING.sub(lambda found: quoteattr(_said(found[1], found[2]))[1:-1], template)


def _said(key: str, what: str) -> str:
    """A setting's label, its help as a sentence, or the title of one of its choices."""
    setting = by_key(key)
    if what == "label":
        return setting.label
    if what == "help":
        return f"{setting.help[0].upper()}{setting.help[1:]}."
    return next(choice.title for choice in setting.choices if choice.word == what)
