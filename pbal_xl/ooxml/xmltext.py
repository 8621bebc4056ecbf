"""XML that is patched by splicing: what is not touched keeps its every byte.

A part is scanned once with expat for where its upper elements begin and end, and edits are made to the
text itself. Comments, processing instructions, prefixes, attribute order, line ends, the declaration, the
byte order mark and the encoding thus survive by construction. A document type is an error: it is the only
way to entities, and no genuine part has one. The module is long because scanner and patch share the offsets.
"""

from __future__ import annotations

import codecs
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from pbal_xl.errors import PbalError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "SMALL",
    "DoctypeFoundError",
    "Element",
    "Patch",
    "Scanner",
    "TooComplexError",
    "XmlError",
    "declared_encoding",
    "elements",
    "escape",
    "escape_x",
    "quoteattr",
    "read_by_expat",
    "scan",
    "to_utf8",
    "unescape_x",
]

MAX_ELEMENTS = 1_000_000
MAX_KEPT = 300_000
# Of parts up to so many bytes what was found is kept: workbooks made from one template have many in common.
SMALL = 100_000
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_TAG = re.compile(rb"""[^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*>""")
_ATTRIBUTE = re.compile(rb"""\s([^\s=/<>"']+)\s*=\s*("[^"]*"|'[^']*')""")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Only its first sign: the last may begin another.
_LIKE_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UTF16_STARTS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))


def escape(text: str) -> str:
    """Text as the content of an element; the standard library's own escape loads half the network."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def quoteattr(text: str) -> str:
    """Text as the value of an attribute, quotes included."""
    text = escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\t", "&#9;")
    return f'"{text}"'


def unescape_x(text: str) -> str:
    """A cell's text as it is shown: "_x0041_" stands for the character of that number."""
    if "_x" not in text:
        return text
    said = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def escape_x(text: str) -> str:
    """A cell's text as it is stored, so that "_x0041_" stays what it says; see ``unescape_x``."""
    return _LIKE_ESCAPED.sub("_x005F_", text) if "_x" in text else text


class XmlError(ValueError):
    """Not well-formed, or in an encoding that cannot be kept."""


class DoctypeFoundError(XmlError):
    """A document type declaration."""


class TooComplexError(XmlError):
    """More than MAX_ELEMENTS elements."""


@contextmanager
def read_by_expat() -> Iterator[None]:
    """Tell whatever keeps expat from reading as an XmlError; what we refuse ourselves keeps its reason."""
    try:
        yield
    except (XmlError, PbalError):
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two of an encoding that is declared
        raise XmlError(str(error)) from None


@dataclass(slots=True)
class Element:
    """An element with its place in the text (byte offsets into the UTF-8 body).

    ``[start, inside)`` is the opening tag, ``[inside, close)`` the content and ``[close, end)`` the closing
    tag; an element closed in its own tag has inside == close == end.
    """

    space: str
    local: str
    attrs: dict[str, str]
    start: int
    inside: int
    close: int = -1
    end: int = -1
    text: str = ""
    shape: str = ""
    children: list[Element] = field(default_factory=list)

    def child(self, local: str) -> Element | None:
        """The first child of that name in this element's own namespace."""
        return next(self.named(local), None)

    def named(self, local: str) -> Iterator[Element]:
        """The children of that name in this element's own namespace."""
        return (one for one in self.children if one.local == local and one.space == self.space)


class Scanner:
    """Collects elements down to ``depth``; deeper ones only leave their shape in their ancestor."""

    def __init__(self, body: bytes, depth: int) -> None:
        self.body = body
        self.depth = depth
        self.level = 0
        self.count = 0
        self.kept = 0
        self.open: list[Element] = []
        self.pieces: list[str] = []
        self.root: Element | None = None
        self.prefixes: dict[str, str] = {}
        self.parser: Any = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.started
        self.parser.EndElementHandler = self.ended
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartNamespaceDeclHandler = self.bound

    def doctype(self, *_: object) -> None:
        """A document type is declared: no genuine part has one."""
        raise DoctypeFoundError("a document type is declared")

    def bound(self, prefix: str | None, space: str | None) -> None:
        """A prefix is bound to a namespace."""
        if self.level == 0:
            self.prefixes[prefix or ""] = space or ""

    def started(self, name: str, attrs: dict[str, str]) -> None:
        """An element begins."""
        self.level += 1
        self.count += 1
        if self.count > MAX_ELEMENTS:
            raise TooComplexError("too many elements")
        if self.level >= self.depth:
            if self.level == self.depth:
                self.pieces = []
            self.pieces.append(f"<{name.rpartition(' ')[2]}{sorted(attrs.items())}")
        if self.level > self.depth:
            return
        self.keep(name, attrs)

    def keep(self, name: str, attrs: dict[str, str]) -> Element:
        """Keep the element that begins here in the last one that is open."""
        self.kept += 1
        if self.kept > MAX_KEPT:
            raise TooComplexError("too many elements")
        space, _, local = name.rpartition(" ")
        start = self.parser.CurrentByteIndex
        one = Element(space, local, attrs, start, self._tag_end(start))
        if self.open:
            self.open[-1].children.append(one)
        else:
            self.root = one
        self.open.append(one)
        return one

    def _tag_end(self, start: int) -> int:
        """Just behind the ">" that closes the tag; a ">" inside quotes does not count."""
        tag = _TAG.match(self.body, start)
        if tag is None:  # expat has read the tag, so this would be our mistake
            raise AssertionError(self.body[start : start + 80])
        return tag.end()

    def ended(self, _name: str) -> None:
        """The last element that is open ends."""
        if self.level <= self.depth:
            one = self.close()
            if self.level == self.depth:
                one.shape = "".join(self.pieces)
        else:
            self.pieces.append(">")
        self.level -= 1

    def close(self) -> Element:
        """Close the last element that is open, which ends here."""
        one = self.open.pop()
        at = self.parser.CurrentByteIndex
        one.close = at
        one.end = one.inside if at == one.inside and self._closed_itself(one) else self.body.index(b">", at) + 1
        return one

    def _closed_itself(self, one: Element) -> bool:
        return self.body[one.inside - 2 : one.inside] == b"/>"

    def text(self, data: str) -> None:
        """A text stands in the last element that is open."""
        if self.level <= self.depth and self.open:
            self.open[-1].text += data


@dataclass(slots=True)
class Patch:
    """A scanned document and the edits to make to it."""

    body: bytes
    root: Element
    prefixes: dict[str, str]
    _encoding: str
    _bom: bytes
    _edits: list[tuple[int, int, bytes]] = field(default_factory=list)
    _appended: dict[int, tuple[Element, list[str]]] = field(default_factory=dict)
    _rendered: bytes = b""

    @property
    def edited(self) -> bool:
        """Whether any edit was asked for."""
        return bool(self._edits or self._appended)

    def prefix_of(self, element: Element) -> str:
        """The prefix the element is written with, colon included, or nothing."""
        tag = re.match(rb"<([^\s/>]+)", self.body[element.start : element.inside])
        name = tag.group(1).decode() if tag else element.local
        return name.rpartition(":")[0] + ":" if ":" in name else ""

    def prefix_for(self, space: str) -> str | None:
        """A prefix that the root binds to a namespace, without colon."""
        return next((prefix for prefix, uri in self.prefixes.items() if uri == space and prefix), None)

    def append(self, parent: Element, markup: str) -> None:
        """Put markup last into an element, opening it up when it was closed in its own tag."""
        self._appended.setdefault(parent.start, (parent, []))[1].append(markup)
        self._rendered = b""

    def replace(self, element: Element, markup: str) -> None:
        """Put markup in the place of an element."""
        self._edit(element.start, element.end, markup)

    def insert(self, at: int, markup: str) -> None:
        """Put markup at a byte offset; several at one offset stand in the order they were asked for."""
        self._edit(at, at, markup)

    def remove(self, element: Element) -> None:
        """Take an element out, with all it holds."""
        self._edit(element.start, element.end, "")

    def set_text(self, element: Element, text: str) -> None:
        """Give an element another text."""
        if element.end == element.inside:
            self.append(element, escape(text))
        else:
            self._edit(element.inside, element.close, escape(text))

    def set_attribute(self, element: Element, name: str, value: str) -> None:
        """Give an attribute that is there another value; one that is not there is not added."""
        tag = self.body[element.start : element.inside]
        for match in _ATTRIBUTE.finditer(tag):
            if match.group(1) == name.encode():
                low, high = match.span(2)
                self._edit(element.start + low, element.start + high, quoteattr(value))

    def _edit(self, low: int, high: int, markup: str) -> None:
        self._edits.append((low, high, markup.encode()))
        self._rendered = b""

    def render(self) -> bytes:
        """The document with its edits, in the encoding it came in."""
        self._rendered = self._rendered or self._render()
        return self._rendered

    def _render(self) -> bytes:
        out, at = [], 0
        appended = [self._append_edit(parent, "".join(parts)) for parent, parts in self._appended.values()]
        for low, high, new in sorted([*self._edits, *appended], key=lambda edit: edit[:2]):
            out += [self.body[at:low], new]
            at = high
        body = b"".join([*out, self.body[at:]])
        if self._encoding == "utf-8":
            return self._bom + body
        return self._bom + body.decode("utf-8").encode(self._encoding, "xmlcharrefreplace")

    def _append_edit(self, parent: Element, markup: str) -> tuple[int, int, bytes]:
        if parent.end != parent.inside:
            return parent.close, parent.close, markup.encode()
        name = f"{self.prefix_of(parent)}{parent.local}"
        return parent.inside - 2, parent.inside, f">{markup}</{name}>".encode()


def scan(data: bytes, depth: int) -> Patch:
    """Parse a part, ready for edits.

    Args:
        data: the part as stored.
        depth: how deep elements are kept (1 is the root); an element at that depth has a ``shape`` that is
            equal for elements of equal names, attributes and descendants, prefixes and white space aside.

    Raises:
        DoctypeFoundError: a document type is declared.
        TooComplexError: more than MAX_ELEMENTS elements.
        XmlError: not well-formed.
    """
    body, encoding, bom = to_utf8(data)
    return Patch(body, *elements(body, depth), encoding, bom)


def elements(body: bytes, depth: int) -> tuple[Element, dict[str, str]]:
    """The root of a document in UTF-8, which no patch changes, and the prefixes it binds; see ``scan``."""
    return _elements(body, depth) if len(body) > SMALL else _small_elements(body, depth)


def _elements(body: bytes, depth: int) -> tuple[Element, dict[str, str]]:
    scanner = Scanner(body, depth)
    with read_by_expat():
        scanner.parser.Parse(body, True)  # noqa: FBT003  expat takes it by position
    if scanner.root is None:
        raise XmlError("no element found")
    return scanner.root, scanner.prefixes


_small_elements = lru_cache(maxsize=32)(_elements)


def declared_encoding(head: bytes) -> str | None:
    """The encoding to give a parser that meets text beginning so; None where the text itself tells it rightly."""
    if any(head.startswith(mark) for mark, _ in _BOMS) or any(head.startswith(start) for start, _ in _UTF16_STARTS):
        return None
    declared = _DECLARED.match(head[:1024])
    # Eight-bit text that calls itself 16-bit: the declaration is wrong.
    return "utf-8" if declared and b"16" in declared.group(1)[:6] else None


def to_utf8(data: bytes) -> tuple[bytes, str, bytes]:
    """The document as UTF-8, the encoding it came in, and its byte order mark."""
    bom, encoding = next(((mark, name) for mark, name in _BOMS if data.startswith(mark)), (b"", ""))
    data = data[len(bom) :]
    if not encoding:
        encoding = next((name for start, name in _UTF16_STARTS if data.startswith(start)), "")
    if not encoding:
        declared = _DECLARED.match(data[:1024])
        encoding = declared.group(1).decode().lower() if declared else "utf-8"
        # Eight-bit text that calls itself 16-bit: the declaration is wrong, and UTF-8 is what it then is.
        encoding = "utf-8" if encoding in {"utf8", "us-ascii", "ascii"} or "16" in encoding[:6] else encoding
    if encoding == "utf-8":
        return data, encoding, bom
    try:
        text = data.decode(encoding)
        if text.encode(encoding) == data:
            return text.encode("utf-8"), encoding, bom
    except (LookupError, UnicodeError):
        pass
    raise XmlError(f"its encoding {encoding} cannot be kept")
