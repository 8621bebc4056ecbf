"""The style sheet of a new sheet as another one takes it in: each item's shape and text, worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pbal_xl.ooxml.xmltext import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["ScratchFormat", "ScratchStyles", "StyleElement", "local_of", "markup_of", "order_font", "shape_of"]

# An element of a style sheet, lxml's or the standard library's.
StyleElement: TypeAlias = Any

_LISTS = ("numFmts", "fonts", "fills", "borders", "cellXfs", "dxfs")
_FONT_ORDER = (
    "b", "i", "strike", "condense", "extend", "outline", "shadow", "u",
    "vertAlign", "sz", "color", "name", "family", "charset", "scheme",
)  # fmt: skip
_PARTS = ("alignment", "protection")


class ScratchFormat(NamedTuple):
    """A cell format: the numbers of what it is made of, and what it says beyond them.

    Attributes:
        ids: of the number format, font, fill and border.
        inner: its alignment and protection.
        applies: the names of the attributes that say so.
    """

    ids: tuple[int, int, int, int]
    inner: tuple[StyleElement, ...]
    applies: tuple[str, ...]


class ScratchStyles:
    """A style sheet that is taken from. Nothing that is kept here depends on the style sheet it goes to.

    Args:
        root: its root.
    """

    def __init__(self, root: StyleElement) -> None:
        self.lists = {name: _children(root, name) for name in _LISTS}
        self.codes = {int(one.get("numFmtId")): str(one.get("formatCode")) for one in self.lists["numFmts"]}
        for font in self.lists["fonts"]:
            order_font(font)
        self.formats = [_format(one) for one in self.lists["cellXfs"]]
        self._shapes: dict[tuple[str, int], str] = {}
        self._texts: dict[tuple[str, int, str], str] = {}

    def shape(self, name: str, number: int) -> str:
        """The shape of an item of a list."""
        key = (name, number)
        if key not in self._shapes:
            items = self.formats[number].inner if name == "cellXfs" else (self.lists[name][number],)
            self._shapes[key] = "".join(shape_of(one) + ">" * (name == "cellXfs") for one in items)
        return self._shapes[key]

    def text(self, name: str, number: int, prefix: str) -> str:
        """The text of an item of a list; of a cell format what it holds."""
        key = (name, number, prefix)
        if key not in self._texts:
            items = self.formats[number].inner if name == "cellXfs" else (self.lists[name][number],)
            self._texts[key] = "".join(markup_of(one, prefix) for one in items)
        return self._texts[key]

    def font(
        self, number: int, prefix: str, standard: Callable[[], Sequence[tuple[str, str]]]
    ) -> tuple[str, Callable[[], str]]:
        """The shape and text of a font; what it leaves open it takes from a standard font."""
        font = self.lists["fonts"][number]
        present = {local_of(one) for one in font}
        wanted = [] if "sz" in present else ["sz"]
        wanted += [] if "name" in present else ["name", "family", "charset", "scheme"]
        if not wanted:
            return self.shape("fonts", number), lambda: self.text("fonts", number, prefix)
        full = font.makeelement(font.tag, dict(font.attrib))
        full.extend(_copied(one) for one in font)
        for local, value in standard():
            if local in wanted:
                full.append(full.makeelement(f"{_space(full)}{local}", {"val": value}))
        order_font(full)
        return shape_of(full), lambda: markup_of(full, prefix)

    def own_font(self) -> list[tuple[str, str]]:
        """The properties of its own first font."""
        return [(local_of(one), str(one.get("val"))) for one in self.lists["fonts"][0] if one.get("val")]


def _copied(element: StyleElement) -> StyleElement:
    return element.makeelement(element.tag, dict(element.attrib))


def _format(item: StyleElement) -> ScratchFormat:
    number_format, font, fill, border = (
        int(item.get(name, "0")) for name in ("numFmtId", "fontId", "fillId", "borderId")
    )
    inner = tuple(one for one in item if local_of(one) in _PARTS)
    there = {local_of(one) for one in inner}
    applies = tuple(f"apply{part.capitalize()}" for part in _PARTS if part in there)
    return ScratchFormat((number_format, font, fill, border), inner, applies)


def order_font(font: StyleElement) -> None:
    """Bring a font's properties into the schema's order, which openpyxl does not keep."""
    font[:] = sorted(font, key=lambda one: _FONT_ORDER.index(local_of(one)) if local_of(one) in _FONT_ORDER else 99)


def _space(element: StyleElement) -> str:
    return "".join(str(element.tag).rpartition("}")[:2])


def _children(root: StyleElement, name: str) -> list[StyleElement]:
    section = next((one for one in root if local_of(one) == name), None)
    return [] if section is None else list(section)


def local_of(element: StyleElement) -> str:
    """The name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def shape_of(element: StyleElement) -> str:
    """Equal to the ``shape`` that a scan gives an equal element."""
    return f"<{local_of(element)}{_attributes(element)}" + "".join(shape_of(one) + ">" for one in element)


def _attributes(element: StyleElement) -> list[tuple[str, str]]:
    return sorted((str(name), str(value)) for name, value in element.attrib.items())


def markup_of(element: StyleElement, prefix: str) -> str:
    """The element as text under another prefix; style sheets hold but one namespace."""
    tag = f"{prefix}{local_of(element)}"
    attrs = "".join(f" {name}={quoteattr(value)}" for name, value in _attributes(element))
    inner = escape(str(element.text or "")) + "".join(markup_of(one, prefix) for one in element)
    return f"<{tag}{attrs}>{inner}</{tag}>" if inner else f"<{tag}{attrs}/>"
