"""Finding the sheet that may be replaced, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.ooxml.mark import mark_of, marks_in, shared_strings
from pbal_xl.ooxml.opc import find_part, rels_name
from pbal_xl.ooxml.source import parse, relations
from pbal_xl.ooxml.titles import is_numbered
from pbal_xl.ooxml.workbook_xml import defined_names, relation_id
from pbal_xl.ooxml.xmltext import XmlError, scan

if TYPE_CHECKING:
    from pbal_xl.ooxml.source import Source
    from pbal_xl.ooxml.xmltext import Element

__all__ = ["Replaced", "find_ours", "prune_calc_chain"]


@dataclass(slots=True)
class Replaced:
    """A sheet of ours that nobody edited.

    Attributes:
        index: its place in the list of sheets.
        title: its title.
        sheet_id: its sheetId, by which the calculation chain knows it.
        part: the key of its part.
        code_name: the name under which macros know it, or None.
        dropped: the keys of its part and of all that only it refers to.
    """

    index: int
    title: str
    sheet_id: str
    part: str
    code_name: str | None
    dropped: set[str] = field(default_factory=set)


def find_ours(source: Source, title: str) -> Replaced | None:
    """The last sheet, of this title or a numbered one of it, that carries our mark and still deserves it.

    With several, the last is the one written last. A sheet whose digest differs was edited, renamed or copied
    and is the user's; so is one that can no longer be read.
    """
    marks = marks_in(
        (one.attrs.get("name", ""), one.attrs.get("localSheetId", ""), one.text) for one in defined_names(source)
    )
    sheets = source.sheets()
    for index in sorted(marks, reverse=True):
        if index >= len(sheets) or not is_numbered(sheets[index].attrs.get("name", ""), title):
            continue
        found = _unedited(source, index, sheets[index], marks[index])
        if found:
            return found
    return None


def _unedited(source: Source, index: int, sheet: Element, mark: str) -> Replaced | None:
    wanted = relation_id(source, sheet)
    target = next((one.target for one in source.rels.of_kind("worksheet") if one.id == wanted), "")
    key = find_part(source.package, target) if target else None
    title = sheet.attrs.get("name", "")
    if key is None:
        return None
    try:
        if mark_of(title, key, lambda part: _follow(source, part), lambda: _shared(source)) != mark:
            return None
        found = Replaced(index, title, sheet.attrs.get("sheetId", ""), key, _code_name(source, key))
    except (XmlError, Refused):
        return None
    found.dropped = _only_here(source, key)
    return found


def _follow(source: Source, part: str) -> tuple[bytes, list[tuple[str, str]]]:
    key = find_part(source.package, part)
    if key is None:
        raise XmlError(f"{part} is missing")
    name = source.package.parts[key].name
    return source.package.read(source.package.parts[key]), [
        (one.kind, one.target) for one in relations(source.package, name).all
    ]


def _shared(source: Source) -> list[str]:
    target = next((one.target for one in source.rels.of_kind("sharedStrings")), "")
    key = find_part(source.package, target) if target else None
    return shared_strings(source.package.read(source.package.parts[key])) if key else []


def _code_name(source: Source, key: str) -> str | None:
    properties = scan(source.package.read(source.package.parts[key]), 2).root.child("sheetPr")
    return properties.attrs.get("codeName") if properties else None


def _only_here(source: Source, sheet: str) -> set[str]:
    """The sheet and, of what hangs on it, all that nothing else in the package refers to."""
    package = source.package
    targets = {}
    for name, key in _owners(source).items():
        found = (find_part(package, one.target) for one in relations(package, name).all if one.target)
        targets[key] = {one for one in found if one}
    dropped: set[str] = set()
    queue = [sheet]
    while queue:
        part = queue.pop()
        dropped.add(part)
        for child in sorted(targets.get(part, ())):
            users = {owner for owner, used in targets.items() if child in used}
            if child not in dropped and users <= dropped:
                queue.append(child)
    return dropped | {rels for part in dropped if (rels := rels_name(part)) in package.parts}


def _owners(source: Source) -> dict[str, str]:
    """Every part that has relationships, by name, with its key; the package itself goes by ""."""
    owners = {}
    for key in source.package.parts:
        folder, found, rest = ("/" + key).rpartition("/_rels/")
        if found and rest.endswith(".rels"):
            owner = f"{folder}/{rest[: -len('.rels')]}".lstrip("/")
            owners[owner] = owner
    return owners


def prune_calc_chain(source: Source, sheet_id: str) -> dict[str, bytes]:
    """The calculation chain without the entries of a sheet: new content by key, empty when nothing changes.

    An entry without a sheet id means the sheet of the one before it.
    """
    target = next((one.target for one in source.rels.of_kind("calcChain")), "")
    key = find_part(source.package, target) if target else None
    if key is None:
        return {}
    patch = parse(source.package, key, 2)
    entries, kept, current = list(patch.root.named("c")), 0, ""
    for entry in entries:
        current = entry.attrs.get("i", current)
        if current == sheet_id:
            patch.remove(entry)
        else:
            kept += 1
    # An empty chain is not allowed; a stale one Excel mends by itself.
    return {key: patch.render()} if 0 < kept < len(entries) else {}


def mark_at(source: Source, index: int) -> str:
    """The mark that the sheet at this place deserves as it stands."""
    sheet = source.sheets()[index]
    wanted = relation_id(source, sheet)
    target = next(one.target for one in source.rels.of_kind("worksheet") if one.id == wanted)
    part = find_part(source.package, target) or target
    return mark_of(sheet.attrs.get("name", ""), part, lambda name: _follow(source, name), lambda: _shared(source))
