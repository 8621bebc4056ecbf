"""How cells look, by the number of their format, in a form that outlives a program's saving."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from pbal_xl.ooxml.normal import local_name, normal_form, number_format_form, read_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = ["CellLooks", "looks_of"]

# Bold may differ; the rest are a program's hints on where to find the font.
_NO_LOOK = {"b", "family", "charset", "scheme", "extend", "condense"}
# Black text, as programs say it.
_BLACK = ({"theme": "1"}, {"rgb": "FF000000"}, {"indexed": "8"}, {"indexed": "64"}, {"auto": "1"})
_SWITCHES = {"i", "strike", "outline", "shadow"}
_BUILT_IN = {"0": "General", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "9": "0%", "10": "0.00%"}


@lru_cache(maxsize=16)
def looks_of(styles: bytes) -> CellLooks:
    """The looks of a style sheet; workbooks made from one template have the same."""
    return CellLooks(styles)


class CellLooks:
    """Gives each cell format's look.

    Args:
        styles: the style sheet, or nothing.
    """

    def __init__(self, styles: bytes) -> None:
        root = read_xml(styles) if styles else ET.Element("styleSheet")
        self.lists = {local_name(one): list(one) for one in root}
        self.codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in self.lists.get("numFmts", [])}
        self._known: dict[str, str] = {}

    def of(self, number: str | None) -> str:
        """The look of a cell format; a cell without one has the first."""
        number = number or "0"
        if number not in self._known:
            self._known[number] = self._look(number)
        return self._known[number]

    def _look(self, number: str) -> str:
        item = self._item("cellXfs", number)
        if item is None:
            return f"?{number}" if number != "0" else ""
        number_format = item.get("numFmtId", "0")
        code = self.codes.get(number_format) or _BUILT_IN.get(number_format) or f"#{number_format}"
        parts = [
            self._font(item.get("fontId", "0")),
            self._fill(item.get("fillId", "0")),
            self._form("borders", item.get("borderId", "0")),
            number_format_form(code),
            *(normal_form(child, lambda _: "") for child in item),
            "pivot" if item.get("pivotButton") in {"1", "true"} else "",
        ]
        return "|".join(part for part in parts if part)

    def differential(self, number: str) -> str:
        """The look of a differential format, as conditional formats have them."""
        return self._form("dxfs", number) or f"?{number}"

    def _item(self, name: str, number: str) -> Element | None:
        items = self.lists.get(name, [])
        return items[int(number)] if number.isascii() and number.isdecimal() and int(number) < len(items) else None

    def _form(self, name: str, number: str) -> str:
        item = self._item(name, number)
        return "" if item is None else normal_form(item, lambda _: "")

    def _font(self, number: str) -> str:
        font = self._item("fonts", number)
        if font is None:
            return ""
        said = []
        for one in font:
            local = local_name(one)
            if local in _NO_LOOK or (local == "color" and dict(one.attrib) in _BLACK):
                continue
            value = one.get("val")
            if local in _SWITCHES:
                said += [] if value in {"0", "false"} else [local]
                continue
            said.append(f"{local} {sorted(one.attrib.items())}")
        return ",".join(sorted(said))

    def _fill(self, number: str) -> str:
        fill = self._item("fills", number)
        if fill is None:
            return ""
        for pattern in fill:
            if pattern.get("patternType") == "solid":  # nothing shows through
                for child in list(pattern):
                    if local_name(child) == "bgColor":
                        pattern.remove(child)
        return normal_form(fill, lambda _: "")
