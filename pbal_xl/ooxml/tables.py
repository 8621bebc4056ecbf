"""Names and numbers of tables, which must differ throughout a workbook."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.ooxml.prolog import root_attributes
from pbal_xl.ooxml.workbook_xml import defined_names, own_index
from pbal_xl.ooxml.xmltext import XmlError

if TYPE_CHECKING:
    from pbal_xl.ooxml.source import Source

__all__ = ["TableNames"]

_MAX_ID = 1 << 32


class TableNames:
    """Gives free table ids and names; looked up only when a table comes along.

    Args:
        source: the workbook.
        dropped: keys of parts that go, whose names are free again.
    """

    def __init__(self, source: Source, dropped: set[str]) -> None:
        self.source = source
        self.dropped = set(dropped)
        self._ids: set[int] | None = None
        self._names: set[str] = set()

    def free(self, wanted: str) -> tuple[int, str]:
        """A free id, and the wanted name or the first numbered one that is free."""
        if self._ids is None:
            self._ids = self._look_up()
        number = max(self._ids, default=0) + 1
        self._ids.add(number)
        name, count = wanted, 1
        while name.casefold() in self._names:
            count += 1
            name = f"{re.sub(r'_[0-9]+$', '', wanted)}_{count}"
        self._names.add(name.casefold())
        return number, name

    def _look_up(self) -> set[int]:
        ids: set[int] = set()
        self._names |= {one.attrs.get("name", "").casefold() for one in defined_names(self.source)}
        for key in self.source.package.parts:
            if key in self.dropped or not self._is_table(key):
                continue
            attrs = self._head(key)
            self._names |= {attrs.get("name", "").casefold(), attrs.get("displayName", "").casefold()}
            number = own_index(attrs.get("id", ""), _MAX_ID)
            if number is not None:
                ids.add(number)
        return ids

    def _head(self, key: str) -> dict[str, str]:
        package = self.source.package
        try:
            return root_attributes(package.chunks(package.parts[key]))
        except XmlError:  # a table that cannot be read has no name to clash with
            return {}

    def _is_table(self, key: str) -> bool:
        kind = self.source.types.of(key).lower()
        return kind.endswith(("spreadsheetml.table+xml", "spreadsheetml.tablesinglecells+xml"))
