"""Whether a workbook file is what was written: our sheet, and all that was the user's before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.ooxml.hidden_names import PARTS_NAME, SAID_NAME, SEAL_NAME, WHOLE_NAME
from pbal_xl.ooxml.opc import find_part, rels_name
from pbal_xl.ooxml.replace import own_parts, unedited
from pbal_xl.ooxml.save import check_writable
from pbal_xl.ooxml.seal import is_sealed, same_parts
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.workbook_xml import defined_names, own_index, relation_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pbal_xl.ooxml.entry import Entry
    from pbal_xl.ooxml.save import Stamp
    from pbal_xl.ooxml.source import Source

__all__ = ["AS_WRITTEN", "CHANGED", "SAVED", "Written", "changed_parts", "earlier_output", "written_sheets"]

AS_WRITTEN, SAVED, CHANGED = "as written", "saved by another program", "changed"

_FEWEST_SAVED = 2
_COUNT = re.compile(rb' (?:count|uniqueCount)="[0-9]*"')
_TOKEN = re.compile(rb"<[^>]*>|[^<]+")
# A list that was empty is opened to be filled.
_EMPTY_LIST = re.compile(
    rb"<((?:\w+:)?(?:definedNames|numFmts|fonts|fills|borders|cellXfs|cellStyleXfs|cellStyles|dxfs|sheets"
    rb"|Relationships|Types))((?:\s[^<>]*?)?)\s*/>"
)


@dataclass(frozen=True, slots=True)
class Written:
    """A sheet that carries our seal.

    Attributes:
        title: its title.
        state: AS_WRITTEN byte for byte; SAVED: every part was written anew, and all it says is what was written;
            CHANGED otherwise.
        parts: the keys of its parts.
        said: the text that was kept with it.
    """

    title: str
    state: str
    parts: frozenset[str]
    said: str


def written_sheets(source: Source) -> list[Written]:
    """The sheets that carry our seal, in their order.

    Raises:
        Refused: a part cannot be read.
    """
    sheets = source.sheets()
    texts: dict[int, dict[str, str]] = {}
    for one in defined_names(source):
        index = own_index(one.attrs.get("localSheetId", ""), len(sheets))
        if index is not None:
            text = one.text.strip().removeprefix('"').removesuffix('"').replace('""', '"')
            texts.setdefault(index, {})[one.attrs.get("name", "").lower()] = text
    found = []
    for index, names in sorted(texts.items()):
        if PARTS_NAME not in names:
            continue
        wanted = relation_id(sheets[index])
        target = next((one.target for one in source.rels.of_kind("worksheet") if one.id == wanted), "")
        key = find_part(source.package, target) if target else None
        parts = frozenset() if key is None else frozenset(own_parts(source, key))
        state = _state(source, index, names, parts)
        found.append(Written(sheets[index].attrs.get("name", ""), state, parts, names.get(SAID_NAME, "")))
    return found


def _state(source: Source, index: int, names: dict[str, str], parts: frozenset[str]) -> str:
    contents = [source.package.read(source.package.parts[key]) for key in sorted(parts)]
    same = same_parts(names[PARTS_NAME], contents)
    if unedited(source, index, source.sheets()[index], names.get(WHOLE_NAME, "")) is None:
        return CHANGED
    if same is None:
        return AS_WRITTEN
    # A program that saves a workbook writes every part anew; damage, or an edit by hand, meets one.
    anew = same == 0 and names[PARTS_NAME].count(".") + 1 >= _FEWEST_SAVED
    return SAVED if anew else CHANGED


def changed_parts(source: Source, original: Source, ours: frozenset[str]) -> list[str]:
    """What of the original is not in the file as it was: a sentence for each part.

    Args:
        source: the file.
        original: what it was before any sheet of ours was added.
        ours: keys of the parts that are ours.

    Raises:
        Refused: a part cannot be read.
    """
    return [*_missing(source, original), *_lists(source, original), *_extra(source, original, ours)]


def earlier_output(path: Path, original: Source) -> Stamp | None:
    """The state of a file that is nothing but the original and sheets of ours, all as written; None for any other.

    What we wrote and nobody touched may be written anew.
    """
    if path.suffix.lower() != original.package.path.suffix.lower() or not path.is_file():
        return None
    try:
        check_writable(path)
        opened = open_source(path)
    except Refused:
        return None
    with opened.package:
        sheets = written_sheets(opened)
        ours = frozenset().union(*(one.parts for one in sheets))
        touched = not sheets or any(one.state != AS_WRITTEN for one in sheets)
        return None if touched or changed_parts(opened, original, ours) else opened.package.stamp


def _list_keys(source: Source) -> list[str]:
    styles = next((one.target for one in source.rels.of_kind("styles") if one.target), "xl/styles.xml")
    names = ["[Content_Types].xml", source.part, rels_name(source.part), styles]
    return [key for name in names if (key := find_part(source.package, name))]


def _missing(source: Source, original: Source) -> Iterator[str]:
    patched = set(_list_keys(original))
    for key, entry in original.package.parts.items():
        if key not in source.package.parts:
            yield f"{entry.name} is gone"
        elif key not in patched:
            there = source.package.parts[key]
            before = original.package.at(entry.offset, entry.end - entry.offset)
            # The directory tells of the part once more, and unpackers believe it.
            same = _told(entry) == _told(there)
            if not same or before != source.package.at(there.offset, there.end - there.offset):
                yield f"{entry.name} differs"


def _told(entry: Entry) -> tuple[int, ...]:
    return entry.flags, entry.method, entry.crc, entry.packed, entry.size


def _extra(source: Source, original: Source, ours: frozenset[str]) -> Iterator[str]:
    lists = set(_list_keys(source))
    for key, entry in source.package.parts.items():
        if key not in original.package.parts and key not in ours | lists:
            yield f"{entry.name} was added"


def _lists(source: Source, original: Source) -> Iterator[str]:
    """The lists that a new sheet is entered into: nothing of the original's may be lost, nothing damaged."""
    keys = _list_keys(source)
    workbook = source.package.read(source.package.parts[keys[1]])
    others = [source.package.read(source.package.parts[key]) for key in (keys[0], *keys[2:])]
    seals = [
        one.text.strip().strip('"')
        for one in defined_names(source)
        if one.attrs.get("name", "").lower() == SEAL_NAME
    ]
    if not any(is_sealed(seal, workbook, others) for seal in seals):
        named = ", ".join(source.package.parts[key].name for key in keys)
        yield f"the lists of the workbook ({named}) are not as written"
        return
    for key in _list_keys(original):
        if key not in source.package.parts:
            continue
        before = original.package.read(original.package.parts[key])
        after = source.package.read(source.package.parts[key])
        if not _all_still_there(_bare(before), _bare(after)):
            yield f"{original.package.parts[key].name} lacks something of the original"


def _bare(content: bytes) -> bytes:
    """A list without its counts, and empty ones in the form that they are filled in."""
    return _EMPTY_LIST.sub(rb"<\1\2></\1>", _COUNT.sub(b"", content))


def _all_still_there(before: bytes, after: bytes) -> bool:
    """Whether every tag and text of one follows in the other too, in that order."""
    rest = iter(_TOKEN.findall(after))
    return all(any(one == other for other in rest) for one in _TOKEN.findall(before))
