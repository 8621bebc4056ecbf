"""The mark of all that makes up a sheet of ours: its cells and how they look, and every part that hangs on it.

A sheet that was only opened and saved, in Excel or LibreOffice, keeps its mark; one on which anything was done
does not. Two things may differ: the widths of columns and rows, and whether a cell is bold. How a sheet is
viewed is marked apart, since LibreOffice forgets it of sheets that it does not show, and then says outright
of such a sheet what is so anyway.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.ooxml.digest import number_text
from pbal_xl.ooxml.hidden_names import is_mark
from pbal_xl.ooxml.looks import looks_of
from pbal_xl.ooxml.normal import formula_form, local_name, normal_form, read_xml
from pbal_xl.ooxml.xmltext import XmlError, unescape_x

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from xml.etree.ElementTree import Element

    from pbal_xl.ooxml.cellmarks import CellMarks

__all__ = ["Reached", "Whole", "is_still", "stored_names", "whole_mark"]

_VERSION = "2"
# Left behind by printing, or by a program's own gallery of chart styles: neither says anything.
_NO_CONTENT = {"printersettings", "chartstyle", "chartcolorstyle"}
_LENGTH = 24
# Excel says it only where it is so.
_SPELT_OUT = "showFormulas"
# Where a relationship's target or a differential format's look goes in a form; no XML holds such a character.
_OPEN = re.compile("\0([rd])([^\0]*)\0")


class Reached:
    """What a relationship leads to: its kind, its target, and whether that lies outside the package."""

    __slots__ = ("kind", "outside", "target")

    def __init__(self, kind: str, target: str, *, outside: bool) -> None:
        self.kind, self.target, self.outside = kind.lower(), target, outside


class Whole:
    """All that makes up a sheet.

    Args:
        title: the sheet's title.
        part: its part's name.
        follow: gives a part's content, and its relationships by id.
        strings: gives the workbook's shared strings part, or nothing.
        styles: the workbook's style sheet, or nothing.
        names: the defined names that are the sheet's own, less the marks: name, attributes, text.
        marks: what its cells say and how they look, where that is known already: its part is
            then its frame, without cells and columns.

    Attributes:
        unseen: whether a program wrote the part that says how it views a sheet even where it forgot that.
    """

    def __init__(  # noqa: PLR0913  all by keyword
        self,
        *,
        title: str,
        part: str,
        follow: Callable[[str], tuple[bytes, Mapping[str, Reached]]],
        strings: Callable[[], bytes],
        styles: bytes,
        names: Iterable[tuple[str, Mapping[str, str], str]],
        marks: CellMarks | None = None,
    ) -> None:
        self.title, self.part, self.names = title, part, names
        self.follow = follow
        self._strings = strings
        self._texts: list[str] | None = None
        self._known: dict[str, str] = {part: "again"}
        self.looks = looks_of(styles)
        self._marks = marks
        self.unseen = False

    def parts(self) -> tuple[str, str]:
        """The digests of all but the view, and of the view.

        Raises:
            XmlError: a part cannot be read.
        """
        content, relations = self.follow(self.part)
        cells: Iterable[str] = ()
        columns: Iterable[str] = ()
        if self._marks:
            seen = self._marks.whole()
            form, view = _frame(content)
        else:
            root = read_xml(content)
            seen = hashlib.sha256(self.title.encode("utf-8", "surrogatepass"))
            form, view = _open_form(root), _view_digest(root)
            cells, columns = self._cells(root), self._columns(root)
            self.unseen = any(_SPELT_OUT in view.attrib for one in _named(root, "sheetViews") for view in one)
        forms: tuple[Iterable[str], ...] = (
            cells,
            columns,
            [self._filled(form, relations)],
            self._hanging(relations),
            sorted(_name_form(*one) for one in self.names),
        )
        said = "".join("".join([f"\n{line}" for line in form]) + "\n--" for form in forms)
        seen.update(said.encode("utf-8", "surrogatepass"))
        return seen.hexdigest()[:_LENGTH], view

    def _filled(self, form: str, relations: Mapping[str, Reached]) -> str:
        """A form of ``_open_form`` with what stands behind its ids and numbers."""

        def behind(match: re.Match[str]) -> str:
            return self._target(relations, match[2]) if match[1] == "r" else self.looks.differential(match[2])

        return _OPEN.sub(behind, form) if "\0" in form else form

    def _target(self, relations: Mapping[str, Reached], name: str) -> str:
        reached = relations.get(name)
        return "?" if reached is None else self._reached(reached)

    def _hanging(self, relations: Mapping[str, Reached]) -> list[str]:
        """Every relationship, referred to or not."""
        return sorted(self._reached(one) for one in relations.values() if one.kind not in _NO_CONTENT)

    def _reached(self, reached: Reached) -> str:
        if reached.kind in _NO_CONTENT:
            return ""
        if reached.outside:
            return f"{reached.kind}={reached.target}"
        if reached.target not in self._known:
            self._known[reached.target] = "again"  # for a part that refers back to it
            self._known[reached.target] = self._part(reached.target)
        return f"{reached.kind}={self._known[reached.target]}"

    def _part(self, name: str) -> str:
        content, relations = self.follow(name)
        form = _part_form(content)
        if form is None:
            return hashlib.sha256(content).hexdigest()
        said = "\n".join((self._filled(form, relations), *self._hanging(relations)))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def _cells(self, root: Element) -> Iterator[str]:
        row_number = 0
        for row in (one for data in _named(root, "sheetData") for one in _named(data, "row")):
            row_number = int(row.get("r") or row_number + 1)
            said = self._row(row) + "".join(_form(one) for one in row if local_name(one) != "c")
            if said:
                yield f"row {row_number}{said}"
            for place, cell in enumerate(_named(row, "c")):
                content = self._content(cell)
                look = self.looks.of(cell.get("s"))
                content += self._more(cell)
                if content or look != self.looks.of(None):
                    yield f"{cell.get('r') or f'{row_number}+{place}'}\t{content}\t{look}"

    def _row(self, row: Element) -> str:
        """What a row says of itself: hidden, grouped, of a look or a height of its own."""
        attrs = dict(row.attrib)
        for name in ("r", "spans", "customFormat", "s"):
            attrs.pop(name, None)
        height = attrs.pop("ht", "")
        custom = attrs.pop("customHeight", "0") not in {"0", "false"}
        bare = row.makeelement(row.tag, attrs)
        said = _form(bare).removeprefix("<row").removesuffix("/>")
        if custom:
            said += f" ht={height}"
        if row.get("customFormat") in {"1", "true"} and self.looks.of(row.get("s")) != self.looks.of(None):
            said += f" look={self.looks.of(row.get('s'))}"
        return said

    def _columns(self, root: Element) -> Iterator[str]:
        for column in (one for cols in _named(root, "cols") for one in _named(cols, "col")):
            attrs = {
                name: value
                for name, value in column.attrib.items()
                if name not in {"min", "max", "width", "customWidth", "bestFit", "style"}
            }
            said = _form(column.makeelement(column.tag, attrs))
            look = self.looks.of(column.get("style"))
            if said != "<col/>" or look != self.looks.of(None):
                yield f"{column.get('min')}:{column.get('max')} {said} {look}"

    def _more(self, cell: Element) -> str:
        """What a cell has beyond content and look, such as an extension."""
        counted = {"f", "is"} if cell.get("t") == "inlineStr" else {"f", "v"}
        attrs = sorted(f" {name}={value}" for name, value in cell.attrib.items() if name not in {"r", "s", "t"})
        return "".join((*attrs, *(_form(one) for one in cell if local_name(one) not in counted)))

    def _content(self, cell: Element) -> str:
        formula = next(_named(cell, "f"), None)
        if formula is not None:
            attrs = sorted((n, v) for n, v in formula.attrib.items() if n in {"t", "ref", "r1", "r2", "si"})
            return f"f {formula_form(formula.text or '')} {attrs or ''}"
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            text = "".join(_text_form(one) for one in _named(cell, "is"))
            return f"s {text}" if text else ""
        value = next(_named(cell, "v"), None)
        said = (value.text or "") if value is not None else ""
        if kind == "s":
            said = self._shared(said)
            return f"s {said}" if said else ""
        if kind == "str":
            return f"s {unescape_x(said)}" if said else ""
        if said == "":
            return ""
        return f"n {number_text(said)}" if kind == "n" else f"{kind} {said}"

    def _shared(self, index: str) -> str:
        if self._texts is None:
            content = self._strings()
            self._texts = [_text_form(one) for one in _named(read_xml(content), "si")] if content else []
        if not (index.isascii() and index.isdecimal()) or int(index) >= len(self._texts):
            raise XmlError(f"a cell refers to the shared text {index[:20]!r}")
        return self._texts[int(index)]


def _open_form(root: Element) -> str:
    """The normal form of a part with ids of relationships and numbers of formats, to be filled in."""
    return normal_form(root, lambda tie: f"\0r{tie}\0", lambda number: f"\0d{number}\0")


@lru_cache(maxsize=256)
def _part_form(content: bytes) -> str | None:
    """The form of a part that hangs on a sheet, None of one that is no XML; charts of one size are alike."""
    try:
        return _open_form(read_xml(content))
    except XmlError:
        return None


@lru_cache(maxsize=16)
def _frame(content: bytes) -> tuple[str, str]:
    """The form of a sheet without cells and columns, and the digest of its view."""
    root = read_xml(content)
    return _open_form(root), _view_digest(root)


def _named(parent: Element, local: str) -> Iterator[Element]:
    return (one for one in parent if local_name(one) == local)


def _form(element: Element) -> str:
    return normal_form(element, lambda name: name)


def _text_form(holder: Element) -> str:
    """A text; one of several formatted runs, or with a reading, also says how."""
    if all(local_name(one) in {"t", "phoneticPr"} for one in holder):
        return unescape_x("".join(one.text or "" for one in _named(holder, "t")))
    return "\0" + _form(holder)


def _name_form(name: str, attrs: Mapping[str, str], text: str) -> str:
    said = sorted((n, v) for n, v in attrs.items() if v not in {"0", "false"} and n not in {"name", "localSheetId"})
    return f"{name.lower()} {said} {formula_form(text)}"


def _view_digest(root: Element) -> str:
    views = [_form(view) for one in _named(root, "sheetViews") for view in one]
    return hashlib.sha256("\n".join(one for one in views if one).encode()).hexdigest()[:_LENGTH]


_NO_VIEW = hashlib.sha256(b"").hexdigest()[:_LENGTH]


def whole_mark(whole: Whole) -> str:
    """The mark of a sheet as it stands.

    Raises:
        XmlError: a part cannot be read.
    """
    return "-".join((_VERSION, *whole.parts()))


def is_still(mark: str, whole: Whole) -> bool:
    """Whether a sheet is still what it was when it got this mark; False for a mark of another kind."""
    if not re.fullmatch(rf"{_VERSION}-[0-9a-f]{{{_LENGTH}}}-[0-9a-f]{{{_LENGTH}}}", mark):
        return False
    try:
        found, view = whole.parts()
    except (XmlError, ValueError):
        return False
    _, content, seen = mark.split("-")
    return content == found and (view == seen or (view == _NO_VIEW and whole.unseen))


def stored_names(names: Sequence[tuple[str, bool, str]]) -> list[tuple[str, dict[str, str], str]]:
    """The names of a sheet in the making, as ``Whole`` takes them: less the marks."""
    return [(name, {"hidden": "1"} if hidden else {}, text) for name, hidden, text in names if not is_mark(name)]
