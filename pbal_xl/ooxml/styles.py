"""Bringing a scratch workbook's cell styles into the user's style sheet.

Fonts, fills, borders, number formats, cell formats and differential formats are appended, each once; whatever
equals one that is there is that one, so that a second run adds nothing. Index 0 of the scratch workbook, its
unstyled cell, is the user's own index 0.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pbal_xl.ooxml.scratchstyles import markup_of, order_font, shape_of
from pbal_xl.ooxml.xmltext import SMALL, Patch, elements, quoteattr

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.ooxml.scratchstyles import ScratchFormat, ScratchStyles
    from pbal_xl.ooxml.xmltext import Element

__all__ = ["EMPTY_STYLES", "AskedFormat", "StyleMap", "style_map"]

# The number of a scratch cell format, and whether its text looks like a formula.
AskedFormat: TypeAlias = tuple[int, bool]

EMPTY_STYLES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{space}">'
    '<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
# The order of the schema: where a section that is missing has its place.
_SECTIONS = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs",
    "cellStyles", "dxfs", "tableStyles", "colors", "extLst",
)  # fmt: skip
_ITEM = {
    "fonts": "font",
    "fills": "fill",
    "borders": "border",
    "cellXfs": "xf",
    "dxfs": "dxf",
    "numFmts": "numFmt",
}
_FONT_PROPERTY = re.compile(r"""<(?:[\w.-]+:)?(\w+)\s[^>]*?\bval\s*=\s*["']([^"']*)["']""")
# Excel itself fills the first two places with these, whatever the file says.
_RESERVED_FILLS = ("none", "gray125")
_APPLIED = {
    "numFmtId": "applyNumberFormat",
    "fontId": "applyFont",
    "fillId": "applyFill",
    "borderId": "applyBorder",
}
_FIRST_CUSTOM = 164
# Programs keep the number in 16 bits.
_LAST_CUSTOM = 65_535
# Formats that every program knows by number, as far as new sheets use them.
_KNOWN = {"General": 0, "0": 1, "0.00": 2, "#,##0": 3, "#,##0.00": 4, "0%": 9, "0.00%": 10}
MAX_CELL_FORMATS = 65_000


class _Section:
    """One list of the style sheet: what it holds, and what is to be appended to it."""

    def __init__(self, patch: Patch, name: str) -> None:
        self.name = name
        self.element = patch.root.child(name)
        self.items = list(self.element.named(_ITEM[name])) if self.element else []
        self.known: dict[str, int] = {}
        for index, item in enumerate(self.items):
            self.known.setdefault(item.shape, index)
        self.new: list[str] = []

    def index(self, shape: str, markup: Callable[[], str]) -> int:
        """The place of an item of this shape, appended when there is none."""
        if shape not in self.known:
            self.known[shape] = len(self)
            self.new.append(markup())
        return self.known[shape]

    def __len__(self) -> int:
        return len(self.items) + len(self.new)


class StyleMap:
    """Maps style numbers of the scratch workbook to the user's, adding what is missing.

    Args:
        patch: the user's style sheet, scanned to depth 3.
        scratch: the scratch workbook's style sheet.
    """

    def __init__(self, patch: Patch, scratch: ScratchStyles) -> None:
        self.patch = patch
        self.prefix = patch.prefix_of(patch.root)
        self.scratch = scratch
        self.sections = {name: _Section(patch, name) for name in _ITEM}
        self.codes = {
            item.attrs["formatCode"]: number
            for item in self.sections["numFmts"].items
            if "formatCode" in item.attrs and (number := _format_number(item)) is not None
        }
        self.taken = _format_numbers(patch)
        self.crowded = False
        self.has_base = patch.root.child("cellStyleXfs") is not None
        self._cells: dict[AskedFormat, int] = {}

    @property
    def full(self) -> bool:
        """Whether there are more cell or number formats now than a workbook can hold."""
        return self.crowded or (
            bool(self.sections["cellXfs"].new) and len(self.sections["cellXfs"]) > MAX_CELL_FORMATS
        )

    def cell(self, number: int, *, quoted: bool = False) -> int:
        """The user's number of a scratch cell format; ``quoted`` marks text that looks like a formula."""
        key = (number, quoted)
        if key not in self._cells:
            self._cells[key] = self._cell(number, quoted)
        return self._cells[key]

    def _cell(self, number: int, quoted: bool) -> int:  # noqa: FBT001  private, and cached by position
        section = self.sections["cellXfs"]
        if number == 0 and not quoted and len(section):
            return 0
        if not len(section):  # whatever comes first is what unstyled cells take
            _append(section, self.prefix, self._format_attributes(self.scratch.formats[0]), "", "")
        attrs = self._format_attributes(self.scratch.formats[number])
        if quoted:
            attrs["quotePrefix"] = "1"
        inner = self.scratch.shape("cellXfs", number)
        return _append(section, self.prefix, attrs, inner, self.scratch.text("cellXfs", number, self.prefix))

    def _format_attributes(self, old: ScratchFormat) -> dict[str, str]:
        number_format, font, fill, border = old.ids
        ids = {
            "numFmtId": self._number_format(number_format),
            "fontId": self._part("fonts", font),
            "fillId": self._part("fills", fill),
            "borderId": self._part("borders", border),
        }
        attrs = {name: str(value) for name, value in ids.items()}
        if self.has_base:
            attrs["xfId"] = "0"
        attrs |= {flag: "1" for name, flag in _APPLIED.items() if ids[name]}
        return attrs | dict.fromkeys(old.applies, "1")

    def _part(self, name: str, number: int) -> int:
        section = self.sections[name]
        if name == "fills":
            for kind in _RESERVED_FILLS[len(section) :]:
                p = self.prefix
                section.new.append(f'<{p}fill><{p}patternFill patternType="{kind}"/></{p}fill>')
            if number < len(_RESERVED_FILLS):
                return number
        if number == 0 and len(section):
            return 0
        if number and not len(section):  # whatever comes first is what unstyled cells take
            self._part(name, 0)
        if name == "fonts":
            return section.index(*self.scratch.font(number, self.prefix, self._standard_font))
        return section.index(self.scratch.shape(name, number), lambda: self.scratch.text(name, number, self.prefix))

    def _standard_font(self) -> list[tuple[str, str]]:
        fonts = self.sections["fonts"].items
        if not fonts:
            return self.scratch.own_font()
        text = self.patch.body[fonts[0].inside : fonts[0].close].decode()
        return [(match[1], html.unescape(match[2])) for match in _FONT_PROPERTY.finditer(text)]

    def _number_format(self, number: int) -> int:
        code = _built_in(number) if number < _FIRST_CUSTOM else None
        if number < _FIRST_CUSTOM and (number not in self.taken or self.codes.get(code or "") == number):
            return number
        if code is None:
            code = self.scratch.codes[number]
        if code in self.codes:
            return self.codes[code]
        if code in _KNOWN and _KNOWN[code] not in self.taken:
            return _KNOWN[code]
        free = next((n for n in range(_FIRST_CUSTOM, _LAST_CUSTOM) if n not in self.taken), _LAST_CUSTOM)
        self.crowded |= free == _LAST_CUSTOM
        self.taken.add(free)
        self.codes[code] = free
        markup = f"<{self.prefix}numFmt numFmtId={quoteattr(str(free))} formatCode={quoteattr(code)}/>"
        self.sections["numFmts"].new.append(markup)
        return free

    def differential(self, number: int) -> int:
        """The user's number of a scratch differential format, as conditional formats and tables use them."""
        old = self.scratch.lists["dxfs"][number]
        for font in old.iter("{*}font"):
            order_font(font)
        for one in old.iter("{*}numFmt"):  # the number is for show only; but two codes may not share one
            one.set("numFmtId", str(self._number_format_of(one.get("formatCode", "General"))))
        return self.sections["dxfs"].index(shape_of(old), lambda: markup_of(old, self.prefix))

    def _number_format_of(self, code: str) -> int:
        from openpyxl.styles.numbers import BUILTIN_FORMATS_REVERSE

        return self.codes.get(code, int(BUILTIN_FORMATS_REVERSE.get(code, _FIRST_CUSTOM)))

    def write(self, patch: Patch) -> None:
        """Enter what was appended into the user's style sheet, or into another patch of the same."""
        missing: dict[int, list[str]] = {}
        for name in _SECTIONS:
            section = self.sections.get(name)
            if section is None or not section.new:
                continue
            markup = "".join(section.new)
            if section.element is None:
                text = f'<{self.prefix}{name} count="{len(section)}">{markup}</{self.prefix}{name}>'
                missing.setdefault(self._place(name), []).append(text)
                continue
            patch.append(section.element, markup)
            patch.set_attribute(section.element, "count", str(len(section)))
        for at, texts in missing.items():
            if at < 0:
                patch.append(patch.root, "".join(texts))
            else:
                patch.insert(at, "".join(texts))

    def _place(self, name: str) -> int:
        """Where a missing section belongs: before the first that follows it, else last (-1)."""
        later = _SECTIONS[_SECTIONS.index(name) + 1 :]
        root = self.patch.root
        return next((one.start for one in root.children if one.space == root.space and one.local in later), -1)


def style_map(patch: Patch, scratch: ScratchStyles, asked: tuple[AskedFormat, ...]) -> StyleMap:
    """A map that will be asked for these cell formats and no other, or, without any, for whatever its asker meets.

    Workbooks made from one template have the same style sheet, to which their new sheets mostly add the same: that
    is worked out once.
    """
    return _asked(patch.body, scratch, asked) if asked and len(patch.body) <= SMALL else StyleMap(patch, scratch)


@lru_cache(maxsize=16)
def _asked(body: bytes, scratch: ScratchStyles, asked: tuple[AskedFormat, ...]) -> StyleMap:
    styles = StyleMap(Patch(body, *elements(body, 3), "utf-8", b""), scratch)
    for number, quoted in asked:
        styles.cell(number, quoted=quoted)
    return styles


def _built_in(number: int) -> str | None:
    if number == 0:
        return "General"
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    return BUILTIN_FORMATS.get(number)


def _format_number(item: Element) -> int | None:
    text = item.attrs.get("numFmtId", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= len("4294967295") else None


def _format_numbers(patch: Patch) -> set[int]:
    """The numbers of all number formats that are there or spoken of."""
    sections = (patch.root.child(name) for name in ("numFmts", "cellStyleXfs", "cellXfs"))
    items = (item for section in sections if section for item in section.children)
    spoken = {number for item in items if (number := _format_number(item)) is not None}
    # A built-in one is taken only when the workbook gives it another meaning.
    own = patch.root.child("numFmts")
    listed = {_format_number(item) for item in (own.children if own else ())}
    return {number for number in spoken if number >= _FIRST_CUSTOM or number in listed}


def _append(section: _Section, prefix: str, attrs: dict[str, str], inner: str, content: str) -> int:
    """The place of a cell format; its attributes are numbers, and need no quoting."""

    def markup() -> str:
        tag = f"{prefix}xf" + "".join([f' {name}="{value}"' for name, value in attrs.items()])
        return f"<{tag}>{content}</{prefix}xf>" if content else f"<{tag}/>"

    return section.index(f"<xf{sorted(attrs.items())}{inner}", markup)
