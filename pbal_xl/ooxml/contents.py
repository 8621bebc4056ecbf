"""What the worksheets of an open workbook hold, with the shared strings and date formats they need."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.ooxml.cells import SheetCells, date_formats, read_cells, read_strings
from pbal_xl.ooxml.moneyformats import money_formats
from pbal_xl.ooxml.opc import find_part
from pbal_xl.ooxml.search import may_hold
from pbal_xl.ooxml.source import parsing
from pbal_xl.ooxml.uncalculated import asks_to_calculate
from pbal_xl.ooxml.workbook_xml import from_1904
from pbal_xl.ooxml.xmltext import SMALL, elements

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
        self._formats: tuple[dict[int, bool], dict[int, str]] | None = None

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
                money=self.money,
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
        return self._shown()[0]

    def money(self) -> dict[int, str]:
        """The cell formats that show a currency, where they show several; see ``money_formats``."""
        return self._shown()[1]

    def _shown(self) -> tuple[dict[int, bool], dict[int, str]]:
        if self._formats is None:
            key = self._part("styles")
            styles = None if key is None else self.source.scanned(key)
            if styles is None:
                self._formats = {}, {}
            elif len(styles.body) <= SMALL:
                self._formats = _of_small(styles.body)
            else:
                self._formats = _of(styles.root)
        return self._formats

    def _part(self, kind: str) -> str | None:
        targets = (one.target for one in self.source.rels.of_kind(kind) if one.target)
        return next((key for key in (find_part(self.source.package, one) for one in targets) if key), None)


def _of(root: Element) -> tuple[dict[int, bool], dict[int, str]]:
    """The formats of a style sheet that show a date, and those that show a currency."""
    formats, own = root.child("cellXfs"), root.child("numFmts")
    codes = {
        one.attrs["numFmtId"]: one.attrs.get("formatCode", "")
        for one in (own.named("numFmt") if own else ())
        if "numFmtId" in one.attrs
    }
    numbers = [one.attrs.get("numFmtId") for one in (formats.named("xf") if formats else ())]
    return date_formats(numbers, codes), money_formats(numbers, codes)


@lru_cache(maxsize=16)
def _of_small(body: bytes) -> tuple[dict[int, bool], dict[int, str]]:
    """Workbooks made from one template have the same style sheet."""
    return _of(elements(body, 3)[0])
