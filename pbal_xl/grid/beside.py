"""What stands beside the holdings and counts for them: tables that were given, or are looked for when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.grid.side_tables import SideTable, find_table, read_table
from pbal_xl.setting_tables import TABLES, parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pbal_xl.grid.cells import Grid, Origin
    from pbal_xl.setting import Settings

__all__ = ["Beside", "find_in"]


class Beside:
    """The tables beside holdings.

    Attributes:
        used: those that were found and counted, as settings hold them.
    """

    def __init__(
        self,
        said: Settings | None = None,
        places: Mapping[str, str] | None = None,
        find: Callable[[str], SideTable | None] = lambda _: None,
    ) -> None:
        """Know what was given, and where more may be found.

        Args:
            said: settings, the tables among them as texts.
            places: for each table that was given where it stands.
            find: looks for a table of the kind that its key names; may raise CellFaults.
        """
        self._said = {key: str(value) for key, value in (said or {}).items() if key in TABLES}
        self._places = places or {}
        self._find = find
        self._found: dict[str, SideTable | None] = {}
        self.used: dict[str, str] = {}

    def said(self, key: str) -> bool:
        """Whether a table was given."""
        return key in self._said

    def table(self, key: str) -> SideTable | None:
        """The table that was given, else the one that is found; None without one."""
        if key in self._said:
            return SideTable(self._said[key], self._places.get(key, ""))
        if key not in self._found:
            self._found[key] = self._find(key)
        found = self._found[key]
        if found is not None:
            self.used[key] = found.text
        return found

    def exposure(self) -> dict[str, Any]:
        """What part of a fund belongs to each class, by symbol, where that was given."""
        return parsed("exposure", self._said["exposure"]) if "exposure" in self._said else {}


def find_in(rows: Grid, origin: Origin, decimal: str | None = None) -> Callable[[str], SideTable | None]:
    """Looks for tables in a block of cells."""

    def find(key: str) -> SideTable | None:
        found = find_table(key, rows, origin)
        return None if found is None else read_table(key, *found, decimal=decimal)

    return find
