"""Spreadsheet files without a spreadsheet program: a sheet is added, nothing of the user's is lost.

>>> from pbal_xl.hosts.headless import add_sheet, Refused

Importing this package is cheap: what it offers is loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import Refused

if TYPE_CHECKING:
    from pbal_xl.ooxml.graft import Grafted, add_sheet
    from pbal_xl.ooxml.save import Stamp, replace_file
    from pbal_xl.ooxml.source import check_source
    from pbal_xl.refusals import REFUSALS

__all__ = ["REFUSALS", "Grafted", "Refused", "Stamp", "add_sheet", "check_source", "replace_file"]

_HOMES = {
    "REFUSALS": "pbal_xl.refusals",
    "Grafted": "pbal_xl.ooxml.graft",
    "Stamp": "pbal_xl.ooxml.save",
    "add_sheet": "pbal_xl.ooxml.graft",
    "check_source": "pbal_xl.ooxml.source",
    "replace_file": "pbal_xl.ooxml.save",
}


# Hidden from type checkers, which would take any name for one of ours.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Load a public name on first use."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted(set(globals()) | set(__all__))
