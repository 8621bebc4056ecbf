"""What the worksheets of an open workbook hold, with the shared strings and date formats they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pbal_xl.ooxml.cells import SheetCells, date_formats, read_cells, read_strings
from pbal_xl.ooxml.opc import find_part
from pbal_xl.ooxml.search import may_hold
from pbal_xl.ooxml.source import parsing
from pbal_xl.ooxml.uncalculated import asks_to_calculate
from pbal_xl.ooxml.workbook_xml import from_1904

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.ooxml.source import Source
    from pbal_xl.ooxml.xmltext import Element

__all__ = ["SheetContents"]

# A sheet of fewer bytes is parsed about as fast as it is searched.
_LARGE = 50_000
_PIECE = 1 << 18


class SheetContents:
    """Reads worksheets; the shared strings and the styles are read once, and only when a cell needs them."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self._strings: list[str] | None = None
        self._dates: dict[int, bool] | None = None

    def read(self, key: str, *, most_rows: int, most_columns: int, stand_in: str) -> SheetCells:
        """The cells of the worksheet that is the part ``key``; the limits are as in ``read_cells``.

        Raises:
            Refused: the part cannot be read.
        """
        package = self.source.package
        entry = package.parts[key]
        with parsing(package, entry):
            return read_cells(
                package.stream(entry),
                strings=self.strings,
                dates=self.dates,
                most_rows=most_rows,
                most_columns=most_columns,
                stand_in=stand_in,
                zero_too=asks_to_calculate(self.source),
                from_1904=from_1904(self.source),
            )

    def may_hold(self, key: str, wanted: Callable[[str], bool]) -> bool:
        """Whether a cell of the worksheet may hold a text that is wanted; a small sheet is not looked into."""
        entry = self.source.package.parts[key]
        if entry.size < _LARGE:
            return True
        places: list[set[int]] = []

        def found() -> set[int]:
            if not places:
                places.append({place for place, text in enumerate(self.strings()) if wanted(text)})
            return places[0]

        return may_hold(self.source.package.chunks(entry, _PIECE, _PIECE), found, wanted)

    def strings(self) -> list[str]:
        """The shared strings.

        Raises:
            Refused: their part cannot be read.
        """
        if self._strings is None:
            self._strings = []
            package = self.source.package
            key = self._part("sharedStrings")
            if key is not None:
                with parsing(package, package.parts[key]):
                    self._strings = read_strings(package.stream(package.parts[key]))
        return self._strings

    def dates(self) -> dict[int, bool]:
        """The cell formats that show a date or a duration; see ``date_formats``."""
        if self._dates is None:
            key = self._part("styles")
            self._dates = {} if key is None else _dates(self.source.scanned(key).root)
        return self._dates

    def _part(self, kind: str) -> str | None:
        targets = (one.target for one in self.source.rels.of_kind(kind) if one.target)
        return next((key for key in (find_part(self.source.package, one) for one in targets) if key), None)


def _dates(root: Element) -> dict[int, bool]:
    formats, own = root.child("cellXfs"), root.child("numFmts")
    codes = {
        one.attrs["numFmtId"]: one.attrs.get("formatCode", "")
        for one in (own.named("numFmt") if own else ())
        if "numFmtId" in one.attrs
    }
    return date_formats([one.attrs.get("numFmtId") for one in (formats.named("xf") if formats else ())], codes)
