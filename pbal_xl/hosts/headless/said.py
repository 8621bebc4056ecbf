"""What was said on the command line, kept with a trades sheet, so that its plan can be made again."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

from pbal_xl.grid.settings import read_settings
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from pbal_xl.setting import Settings

__all__ = ["said_settings", "said_text"]

# A text in a defined name may be as long.
_LONGEST = 255
_TOO_LONG = '{"long": true}'


def said_text(where: Where, settings: Settings) -> str:
    """The text to keep; where all of it is too long it says only that."""
    told: dict[str, str | bool] = {
        key: value
        for key, value in (("sheet", where.sheet), ("range", where.area), ("decimal", where.decimal))
        if value is not None
    }
    for key, value in settings.items():
        told[f"={key}"] = f"{value:f}" if isinstance(value, Decimal) else value if value is True else str(value)
    text = json.dumps(told, separators=(",", ":"))
    return text if len(text.replace('"', '""')) <= _LONGEST else _TOO_LONG


def said_settings(text: str) -> tuple[Where, Settings] | None:
    """What a kept text says; None where it cannot tell.

    Raises:
        CellFaults: a setting that this version does not understand.
    """
    try:
        told = json.loads(text)
    except ValueError:
        return None
    if not isinstance(told, dict) or text == _TOO_LONG:
        return None
    known = {setting.key for setting in SETTINGS}
    cells = {key[1:]: (key[1:], value) for key, value in told.items() if key.startswith("=") and key[1:] in known}
    return Where(told.get("sheet"), told.get("range"), told.get("decimal")), read_settings(cells)
