"""The parts of a new sheet, whoever makes them, and how they fit the package they go to."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from pbal_xl.ooxml.dialect import dialect
from pbal_xl.ooxml.opc import PACKAGE_RELS, rels_name
from pbal_xl.ooxml.xmltext import quoteattr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pbal_xl.ooxml.cellmarks import CellMarks
    from pbal_xl.ooxml.looks import CellLooks
    from pbal_xl.ooxml.scratchstyles import ScratchStyles
    from pbal_xl.ooxml.styles import AskedFormat, StyleMap

__all__ = ["DECLARATION", "LIKE_A_FORMULA", "Fitting", "Maker", "NewSheet", "Tie", "write_relations"]

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# A text that begins so is marked as text, so that editing its cell keeps it one.
LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class NewSheet:
    """What is added to a package.

    Attributes:
        part: name of the sheet's part.
        parts: content by part name, relationships parts included.
        types: content type by part name.
        relations: kind and target of each part's relationships, by id.
        names: the sheet's own defined names: name, hidden, text.
        marks: what its cells say and how they look, where its maker told while it wrote; else None.
        frame: with marks, the sheet's part without its cells, and without columns, which only have widths.
    """

    part: str
    parts: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    relations: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    names: list[tuple[str, bool, str]] = field(default_factory=list)
    marks: CellMarks | None = None
    frame: bytes = b""


@dataclass(slots=True)
class Fitting:
    """How the new parts fit the package they go to.

    Attributes:
        title: the sheet's final title.
        folder: the folder of the workbook part.
        free_name: gives the first free part name of a pattern with one "{}".
        free_table: gives a free table id and name for a wanted name.
        styles: the style numbers.
        looks: what the workbook's formats look like with those that were asked for until now; asked for once,
            and no style may be asked for after it.
        strict: whether to speak the strict dialect.
        code_name: the name under which macros know the sheet, when it replaces one.
    """

    title: str
    folder: str
    free_name: Callable[[str], str]
    free_table: Callable[[str], tuple[int, str]]
    styles: StyleMap
    looks: Callable[[], CellLooks]
    strict: bool
    code_name: str | None = None


class Maker(Protocol):
    """Makes the parts of a new sheet."""

    @property
    def asked(self) -> tuple[AskedFormat, ...]:
        """The cell formats that it will ask for, where it knows them beforehand; else none.

        Of differential formats it then asks for all that its style sheet has.
        """

    def styles(self, *, from_1904: bool) -> ScratchStyles:
        """The style sheet that its style numbers mean; dates count from 1900, or from 1904."""

    def build(self, fit: Fitting) -> NewSheet:
        """The parts, fitted."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship to write: its id, the full name of its type, its target, and whether that lies outside."""

    id: str
    kind: str
    target: str
    outside: bool = False


def write_relations(sheet: NewSheet, part: str, ties: Iterable[Tie], *, strict: bool) -> None:
    """Give a part its relationships; targets that lie inside are part names."""
    lines = []
    for tie in ties:
        to = tie.target if tie.outside else posixpath.relpath("/" + tie.target, "/" + posixpath.dirname(part))
        mode = ' TargetMode="External"' if tie.outside else ""
        attrs = f"Id={quoteattr(tie.id)} Type={quoteattr(tie.kind)} Target={quoteattr(to)}{mode}"
        lines.append(f"<Relationship {attrs}/>")
        reached = (tie.kind.rpartition("/")[2], tie.target)
        sheet.relations.setdefault(part, {})[tie.id] = reached
    text = f'{DECLARATION}<Relationships xmlns="{PACKAGE_RELS}">{"".join(lines)}</Relationships>'
    sheet.parts[rels_name(part)] = dialect(text.encode(), strict=strict)
