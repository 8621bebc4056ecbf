"""Patching xl/workbook.xml: the list of sheets and the defined names. What is there is never reordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.ooxml.dialect import RELATIONSHIPS, STRICT_RELATIONSHIPS, relationships
from pbal_xl.ooxml.hidden_names import is_mark
from pbal_xl.ooxml.xmltext import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pbal_xl.ooxml.source import Source
    from pbal_xl.ooxml.xmltext import Element

__all__ = [
    "ScopedName",
    "SheetName",
    "append_sheet",
    "defined_names",
    "drop_sheet_names",
    "own_index",
    "set_sheet_names",
    "set_workbook_names",
    "sheet_names",
    "titles",
]

_MAX_SHEET_ID = 65_534
_MAX_ID = 1 << 32
# After the sheets, and before everything else: where defined names have their place.
_BEFORE_NAMES = {"sheets", "functionGroups", "externalReferences"}
_HIDDEN = ' hidden="1"'
_BUILT_IN = "_xlnm."


@dataclass(frozen=True, slots=True)
class SheetName:
    """A defined name that belongs to one sheet."""

    name: str
    hidden: bool
    text: str


@dataclass(frozen=True, slots=True)
class ScopedName:
    """A defined name: the title of its sheet, None for the workbook's own, and what it says."""

    name: str
    sheet: str | None
    text: str


def own_index(text: str, count: int) -> int | None:
    """A number from 0 to below ``count``, as an attribute has it; None for anything else."""
    return (
        int(text)
        if text.isascii() and text.isdecimal() and len(text) < len("10000000") and int(text) < count
        else None
    )


def sheet_names(source: Source) -> list[ScopedName]:
    """The defined names, in their order; one whose sheet is not there belongs to no sheet and is left out."""
    sheets = titles(source)
    out = []
    for one in defined_names(source):
        scope = one.attrs.get("localSheetId")
        index = None if scope is None else own_index(scope, len(sheets))
        if scope is None or index is not None:
            out.append(ScopedName(one.attrs.get("name", ""), None if index is None else sheets[index], one.text))
    return out


def relationship_space(source: Source) -> str:
    """The namespace of relationship ids: that of the sheets there are, else of the workbook's dialect."""
    for sheet in source.sheets():
        for space in (RELATIONSHIPS, STRICT_RELATIONSHIPS):
            if f"{space} id" in sheet.attrs:
                return space
    return relationships(strict=source.strict)


def relation_id(sheet: Element) -> str:
    """The relationship id of a sheet element, or nothing; some writers mix the dialects."""
    return sheet.attrs.get(f"{RELATIONSHIPS} id") or sheet.attrs.get(f"{STRICT_RELATIONSHIPS} id") or ""


def titles(source: Source) -> list[str]:
    """The titles of all sheets, in their order."""
    return [one.attrs.get("name", "") for one in source.sheets()]


def from_1904(source: Source) -> bool:
    """Whether dates count from 1904."""
    properties = source.workbook.root.child("workbookPr")
    return properties is not None and properties.attrs.get("date1904", "0").strip().lower() in {
        "1",
        "true",
        "on",
    }


def append_sheet(source: Source, title: str, relation: str) -> int:
    """Put a sheet last; gives its index, the localSheetId of its names."""
    patch = source.workbook
    holder = patch.root.child("sheets")
    if holder is None:  # looked at when the file was opened
        raise AssertionError("no sheets")
    sheets = source.sheets()
    found = (own_index(one.attrs.get("sheetId", ""), _MAX_ID) for one in sheets)
    ids = {number for number in found if number is not None}
    number = max(ids, default=0) + 1
    if number > _MAX_SHEET_ID:
        number = next(n for n in range(1, len(ids) + 2) if n not in ids)
    prefix = patch.prefix_for(relationship_space(source))
    bound = "" if prefix else f" xmlns:r={quoteattr(relationship_space(source))}"
    attrs = f'name={quoteattr(title)} sheetId="{number}"{bound} {prefix or "r"}:id={quoteattr(relation)}'
    patch.append(holder, f"<{patch.prefix_of(holder)}sheet {attrs}/>")
    return len(sheets)


def defined_names(source: Source) -> list[Element]:
    """The defined names, in their order."""
    holder = source.workbook.root.child("definedNames")
    return list(holder.named("definedName")) if holder else []


def set_sheet_names(source: Source, index: int, names: Iterable[SheetName], *, new: bool) -> None:
    """Give a sheet its names: ours are replaced, any other of that sheet is the user's.

    A name of the user's that belongs to a sheet which is not there must not come to belong to a new one: it
    is moved on, so that it still belongs to none.

    Args:
        source: the workbook.
        index: the sheet's place in the list of sheets.
        names: the names it is to have.
        new: whether the sheet was not there before.
    """
    wanted = {one.name.lower(): one for one in names}
    for element in defined_names(source):
        name, scope = element.attrs.get("name", "").lower(), element.attrs.get("localSheetId")
        if new:
            if scope is not None and scope.isascii() and scope.isdecimal() and int(scope[:10]) >= index:
                source.workbook.set_attribute(element, "localSheetId", str(int(scope[:10]) + 1))
        elif scope == str(index) and name in wanted:
            if element.text != wanted[name].text:
                source.workbook.set_text(element, wanted[name].text)
            del wanted[name]
        elif scope == str(index) and (name.startswith(_BUILT_IN) or is_mark(name)):
            source.workbook.remove(element)
    if wanted:
        _append_names(source, index, list(wanted.values()))


def set_workbook_names(source: Source, names: Mapping[str, tuple[str, str]]) -> None:
    """Give the workbook names of its own, each with its text and a comment or ""; those it has are set anew."""
    wanted = {name.lower(): (name, text, comment) for name, (text, comment) in names.items()}
    for element in defined_names(source):
        if element.attrs.get("localSheetId") is None and element.attrs.get("name", "").lower() in wanted:
            _, text, _ = wanted.pop(element.attrs["name"].lower())
            if element.text != text:
                source.workbook.set_text(element, text)
    if wanted:
        _append(
            source,
            [
                (f"name={quoteattr(name)}" + (f" comment={quoteattr(comment)}" if comment else ""), text)
                for name, text, comment in wanted.values()
            ],
        )


def drop_sheet_names(source: Source, index: int, names: Iterable[str]) -> None:
    """Take names out that belong to one sheet, letter case aside."""
    wanted = {name.lower() for name in names}
    for element in defined_names(source):
        if element.attrs.get("localSheetId") == str(index) and element.attrs.get("name", "").lower() in wanted:
            source.workbook.remove(element)


def _append_names(source: Source, index: int, names: list[SheetName]) -> None:
    _append(
        source,
        [
            (f'name={quoteattr(one.name)} localSheetId="{index}"{_HIDDEN if one.hidden else ""}', one.text)
            for one in names
        ],
    )


def _append(source: Source, names: list[tuple[str, str]]) -> None:
    """Put names, attributes and text of each, behind those there are."""
    patch = source.workbook
    holder = patch.root.child("definedNames")
    prefix = patch.prefix_of(holder or patch.root)
    markup = "".join(f"<{prefix}definedName {attrs}>{escape(text)}</{prefix}definedName>" for attrs, text in names)
    if holder is not None:
        patch.append(holder, markup)
        return
    before = [one for one in patch.root.children if one.local in _BEFORE_NAMES and one.space == patch.root.space]
    patch.insert(before[-1].end, f"<{prefix}definedNames>{markup}</{prefix}definedNames>")
