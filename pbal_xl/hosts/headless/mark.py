"""Telling a sheet of ours that nobody edited: a digest of what its cells say.

The digest covers the sheet's title and, cell by cell, address, kind and value, so that it outlives an open
and save in Excel (which turns inline strings into shared ones) or LibreOffice (which rewrites everything),
and changes with an edit, a rename, or a copy (which cannot have the same title). Beyond the cells it counts
what hangs on the sheet: a drawing, comment or link that was added makes it the user's own.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from pbal_xl.hosts.headless.xmltext import DoctypeFoundError, XmlError, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

__all__ = ["MARK_NAME", "mark_of", "mark_text"]

MARK_NAME = "_pbal_xl_sheet"
_VERSION = "1"
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
    digest = hashlib.sha256(title.encode())
    for address, kind, value in _cells(content, shared):
        digest.update(f"\n{address}\t{kind}\t{value}".encode("utf-8", "surrogatepass"))
    extra = sorted(kind.lower() for kind, _ in relations if kind.lower() not in _NO_EDIT)
    drawn = [len(scan(follow(to)[0], 2).root.children) for kind, to in relations if kind.lower() == "drawing"]
    digest.update(f"\n{extra}\t{sum(drawn)}".encode())
    return f"{_VERSION}-{digest.hexdigest()[:32]}"


class _Reader:
    """Collects texts and cells of a sheet or of the shared strings as expat goes through them."""

    def __init__(self) -> None:
        self.cells: list[tuple[dict[str, str], str | None, str | None, str]] = []
        self.strings: list[str] = []
        self.path: list[str] = []
        self.attrs: dict[str, str] = {}
        self.texts: dict[str, list[str]] = {}
        self.row = self.column = 0

    def started(self, name: str, attrs: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        self.path.append(local)
        if local == "row":
            self.row = int(attrs.get("r", self.row + 1))
            self.column = 0
        elif local in {"c", "si"}:
            self.attrs, self.texts = attrs, {}
            self.column += 1
        elif local in {"f", "v"}:
            self.texts[local] = []

    def text(self, data: str) -> None:
        last = self.path[-1] if self.path else ""
        if last in {"f", "v"} or (last == "t" and "rPh" not in self.path):
            self.texts.setdefault(last, []).append(data)

    def ended(self, _name: str) -> None:
        local = self.path.pop()
        if local == "si":
            self.strings.append("".join(self.texts.get("t", [])))
        elif local == "c":
            joined = {key: "".join(parts) for key, parts in self.texts.items()}
            attrs = {"r": f"R{self.row}C{self.column}", **self.attrs}
            self.cells.append((attrs, joined.get("f"), joined.get("v"), joined.get("t", "")))


def _read(content: bytes) -> _Reader:
    reader = _Reader()
    parser: Any = expat.ParserCreate(None, " ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.started
    parser.EndElementHandler = reader.ended
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(content, True)  # noqa: FBT003  expat takes it by position
    except (expat.ExpatError, ValueError) as error:
        raise XmlError(str(error)) from None
    return reader


def _no_doctype(*_: object) -> None:
    raise DoctypeFoundError("a document type is declared")


def shared_strings(content: bytes) -> list[str]:
    """The texts of a shared strings part, phonetic hints left out."""
    return _read(content).strings


def _cells(content: bytes, shared: Callable[[], list[str]]) -> Iterator[tuple[str, str, str]]:
    """Address, kind and value of every cell that says something."""
    for attrs, formula, value, text in _read(content).cells:
        kind = attrs.get("t", "n")
        if formula is not None:
            yield attrs["r"], "f", formula
            continue
        if kind == "s":
            said = _at(shared(), value) if value else ""
        else:
            said = text if kind == "inlineStr" else value or ""
        if kind in {"s", "str", "inlineStr"}:
            kind, said = "s", _ESCAPED.sub(lambda match: chr(int(match[1], 16)), said)
        if said:
            yield attrs["r"], kind, _number(said) if kind == "n" else said


def _at(strings: list[str], index: str) -> str:
    try:
        return strings[int(index)]
    except (ValueError, IndexError):
        return f"#{index}"


def _number(text: str) -> str:
    """Twelve digits: programs differ in the last they write, and nobody edits those."""
    try:
        return format(float(text), ".12g") if text else ""
    except ValueError:
        return text


def marks_in(names: Iterable[tuple[str, str, str]]) -> dict[int, str]:
    """The marks among defined names (name, localSheetId, text), by sheet index."""
    return {
        int(index): text.strip().strip('"')
        for name, index, text in names
        if name.lower() == MARK_NAME and index.isdigit()
    }
