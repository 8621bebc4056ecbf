"""The mark of a sheet in a workbook file: what ``pbal_xl.ooxml.digest`` digests, read from the sheet's parts.

Read so, it outlives an open and save in Excel (which turns inline strings into shared ones) or LibreOffice
(which rewrites everything).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from pbal_xl.ooxml.digest import Digest, number_text
from pbal_xl.ooxml.hidden_names import MARK_NAME, WHOLE_NAME
from pbal_xl.ooxml.xmltext import DoctypeFoundError, read_by_expat, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["MARK_NAME", "mark_of", "mark_text", "marks_in", "shared_strings"]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
# Printing leaves settings behind, and LibreOffice may drop a table: neither is an edit.
_NO_EDIT = {"printersettings", "table", "drawing"}


def mark_text(mark: str) -> str:
    """The mark as a defined name holds it: a text constant."""
    return f'"{mark}"'


def mark_of(title: str, part: str, follow: Callable[[str], tuple[bytes, Sequence[tuple[str, str]]]],
            shared: Callable[[], list[str]]) -> str:  # fmt: skip
    """The mark of a sheet.

    Args:
        title: its title.
        part: its part's name.
        follow: gives a part's content, and the kind and target of each of its relationships.
        shared: gives the workbook's shared strings; called only when a cell needs them.

    Raises:
        XmlError: the sheet cannot be read.
    """
    content, relations = follow(part)
    extra = sorted(kind.lower() for kind, _ in relations if kind.lower() not in _NO_EDIT)
    drawn = [len(scan(follow(to)[0], 2).root.children) for kind, to in relations if kind.lower() == "drawing"]
    digest = Digest(title)
    reader = _Reader()
    strings: list[str] | None = None

    def take(address: str, kind: str, said: str) -> None:
        nonlocal strings
        if kind == "s":
            strings = shared() if strings is None else strings
            said = _at(strings, said)
        digest.add(address, *_meaning(kind, said))

    reader.take = take
    reader.read(content)
    return digest.mark(extra, sum(drawn))


def shared_strings(content: bytes) -> list[str]:
    """The texts of a shared strings part, phonetic hints left out."""
    reader = _Reader()
    reader.read(content)
    return reader.strings


class _Reader:
    """Follows expat through a sheet or the shared strings, and hands on each cell that says something.

    Attributes:
        take: is given each cell's address, stored kind ("f" for a formula) and text.
        strings: the shared strings, in order.
    """

    def __init__(self) -> None:
        self.take: Callable[[str, str, str], None] = lambda *_: None
        self.strings: list[str] = []
        self.path: list[str] = []
        self.attrs: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}

    def read(self, content: bytes) -> None:
        """Go through a part; raises XmlError when it cannot be read."""
        parser: Any = expat.ParserCreate(None, " ")
        parser.buffer_text = True
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _no_doctype
        with read_by_expat():
            parser.Parse(content, True)  # noqa: FBT003  expat takes it by position

    def _started(self, name: str, attrs: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self.path.append(local)
        if local in {"c", "si"}:
            self.attrs, self.texts = attrs, {}
        elif local == "f":
            self.texts["f"] = []

    def _text(self, data: str) -> None:
        last = self.path[-1]
        if last in {"f", "v"} or (last == "t" and "rPh" not in self.path):
            self.texts.setdefault(last, []).append(data)

    def _ended(self, _name: str) -> None:
        local = self.path.pop()
        if local == "si":
            self.strings.append("".join(self.texts.get("t", [])))
        elif local == "c":
            kind = "f" if "f" in self.texts else self.attrs.get("t", "n")
            said = "".join(self.texts.get({"f": "f", "inlineStr": "t"}.get(kind, "v"), []))
            # Excel writes no empty text, LibreOffice may: neither says anything. A formula always does.
            if said or kind == "f":
                self.take(self.attrs.get("r", "?"), kind, said)


def _no_doctype(*_: object) -> None:
    raise DoctypeFoundError("a document type is declared")


def _meaning(kind: str, said: str) -> tuple[str, str]:
    """Kind and value, whichever of its ways of writing them a program chose."""
    if kind in {"s", "str", "inlineStr"}:
        return "s", _ESCAPED.sub(lambda match: chr(int(match[1], 16)), said)
    return kind, number_text(said) if kind == "n" else said


def _at(strings: list[str], index: str) -> str:
    try:
        return strings[int(index)]
    except (ValueError, IndexError):
        return f"#{index}"


def marks_in(names: Iterable[tuple[str, int | None, str]]) -> dict[int, str]:
    """The marks of whole sheets among defined names (name, sheet index, text), by sheet index."""
    return {
        index: text.strip().strip('"')
        for name, index, text in names
        if name.lower() == WHOLE_NAME and index is not None
    }
