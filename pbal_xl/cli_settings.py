"""What the writing of settings says: an object for programs, a line for people."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.cli_output import opening, plain, printable, refused_object

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.cli_output import Json
    from pbal_xl.errors import PbalError
    from pbal_xl.hosts.headless.settings_sheet import Settled

__all__ = ["settings_failure", "settings_object", "settings_text"]


def settings_object(done: Settled) -> dict[str, Json]:
    """The object of a file whose settings were written."""
    return {
        **opening(done.file, done.holdings),
        "block": done.block,
        "settings": {
            key: plain(value) if isinstance(value, Decimal) else value for key, value in done.settings.items()
        },
        "names": dict(done.names),
        "output": str(done.output),
    }


def settings_failure(file: Path, error: PbalError) -> dict[str, Json]:
    """The object of a file whose settings could not be written; ``code`` names the reason."""
    return refused_object(file, error, ("sheet", "range", "block", "settings", "names", "output"))


def settings_text(done: Settled) -> str:
    """Where the settings stand."""
    place = f"{printable(done.holdings.sheet)}!{done.block}"
    told = f"{printable(done.output)}: the settings stand in {place}; change them there, run reads them"
    linked = f"\n{printable(done.output)} has another name (a hard link), under which the file is as it was before"
    return told + (linked if done.other_names else "")
