"""Finding the sheet that may be replaced, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.ooxml.hidden_names import MARK_NAME, is_mark
from pbal_xl.ooxml.mark import marks_in
from pbal_xl.ooxml.opc import find_part, rels_name
from pbal_xl.ooxml.source import parse, relations
from pbal_xl.ooxml.titles import is_numbered
from pbal_xl.ooxml.whole import Reached, Whole, is_still
from pbal_xl.ooxml.workbook_xml import defined_names, own_index, relation_id
from pbal_xl.ooxml.xmltext import XmlError, scan

if TYPE_CHECKING:
    from pbal_xl.ooxml.package import Package
    from pbal_xl.ooxml.source import Source
    from pbal_xl.ooxml.xmltext import Element

__all__ = ["Replaced", "find_ours", "marked_titles", "own_parts", "prune_calc_chain", "unedited"]


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

    With several, the last is the one written last. A sheet that is not in every part what was written is the
    user's, whether it was edited, renamed or copied; so is one that can no longer be read.
    """
    sheets = source.sheets()
    names = [
        (one.attrs.get("name", ""), own_index(one.attrs.get("localSheetId", ""), len(sheets)), one.text)
        for one in defined_names(source)
    ]
    marks = marks_in(names)
    for index in sorted(marks, reverse=True):
        if is_numbered(sheets[index].attrs.get("name", ""), title):
            found = unedited(source, index, sheets[index], marks[index])
            if found:
                return found
    return None


def marked_titles(source: Source, title: str) -> list[str]:
    """Tell the titles of all sheets, of this title or a numbered one of it, that some host of ours wrote."""
    sheets = source.sheets()
    places = {
        own_index(one.attrs.get("localSheetId", ""), len(sheets))
        for one in defined_names(source)
        if one.attrs.get("name", "").lower() == MARK_NAME
    }
    titles = [sheet.attrs.get("name", "") for at, sheet in enumerate(sheets) if at in places]
    return [one for one in titles if is_numbered(one, title)]


def unedited(source: Source, index: int, sheet: Element, mark: str) -> Replaced | None:
    """A sheet that carries this mark, if it still deserves it; None for one that was edited or cannot be read."""
    wanted = relation_id(sheet)
    target = next((one.target for one in source.rels.of_kind("worksheet") if one.id == wanted), "")
    key = find_part(source.package, target) if target else None
    title = sheet.attrs.get("name", "")
    if key is None:
        return None
    try:
        if not is_still(mark, _whole(source, index, title, key)):
            return None
        found = Replaced(index, title, sheet.attrs.get("sheetId", ""), key, _code_name(source, key))
        found.dropped = own_parts(source, key)
    except (XmlError, Refused):
        return None
    return found


def _whole(source: Source, index: int, title: str, key: str) -> Whole:
    names = [
        (one.attrs.get("name", ""), one.attrs, one.text)
        for one in defined_names(source)
        if one.attrs.get("localSheetId") == str(index) and not is_mark(one.attrs.get("name", ""))
    ]
    return Whole(
        title=title,
        part=key,
        follow=lambda part: _follow(source, part),
        strings=lambda: _content_of(source, "sharedStrings"),
        styles=_content_of(source, "styles"),
        names=names,
    )


def _follow(source: Source, part: str) -> tuple[bytes, dict[str, Reached]]:
    key = find_part(source.package, part)
    if key is None:
        raise XmlError(f"{part} is missing")
    name = source.package.parts[key].name
    reached = {}
    for one in relations(source.package, name).all:
        outside = not one.target
        reached[one.id] = Reached(
            one.kind, one.element.attrs.get("Target", "") if outside else one.target, outside=outside
        )
    return source.package.read(source.package.parts[key]), reached


def _content_of(source: Source, kind: str) -> bytes:
    target = next((one.target for one in source.rels.of_kind(kind)), "")
    key = find_part(source.package, target) if target else None
    return source.package.read(source.package.parts[key]) if key else b""


def _code_name(source: Source, key: str) -> str | None:
    properties = scan(source.package.read(source.package.parts[key]), 2).root.child("sheetPr")
    return properties.attrs.get("codeName") if properties else None


def own_parts(source: Source, sheet: str) -> set[str]:
    """The sheet and, of what hangs on it, all that nothing else in the package refers to."""
    targets = _reached(source.package)
    dropped: set[str] = set()
    queue = [sheet]
    while queue:
        part = queue.pop()
        dropped.add(part)
        for child in sorted(targets.get(part, ())):
            users = {owner for owner, used in targets.items() if child in used}
            if child not in dropped and users <= dropped:
                queue.append(child)
    return dropped | {rels for part in dropped if (rels := rels_name(part)) in source.package.parts}


def _reached(package: Package) -> dict[str, set[str]]:
    """For every part that a relationship reaches, from the package itself ("") on, the parts it refers to.

    What no relationship reaches, such as the leavings of an archive program, is never looked into.
    """
    targets: dict[str, set[str]] = {}
    queue = [""]
    while queue:
        part = queue.pop()
        if part in targets:
            continue
        # By its key: a name may lean its slashes backward.
        found = (find_part(package, one.target) for one in relations(package, part).all if one.target)
        targets[part] = {one for one in found if one}
        queue += targets[part]
    return targets


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
