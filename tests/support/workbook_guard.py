"""Compares a workbook before and after a sheet was added, and names everything that is lost or altered.

It shares no code with the program: packages are read with zipfile, parts with lxml. Of the four parts that
may be patched every element, attribute, text, comment and prefix must still be there, in order; of every
other part the very bytes in the package, headers and all.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_COUNTED = {"count"}
_FIXED = (
    "date_time",
    "compress_type",
    "create_system",
    "create_version",
    "external_attr",
    "internal_attr",
    "comment",
)
_ROOT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_STRICT_ROOT = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"


def damage(
    before: Path,
    after: Path,
    *,
    added: Iterable[str] = (),
    dropped: Iterable[str] = (),
    replaced: Iterable[str] = (),
) -> list[str]:
    """Everything ``after`` lacks of ``before``.

    Args:
        before: the user's workbook.
        after: the same with a sheet added.
        added: names of parts that may be new.
        dropped: names of parts that may be gone.
        replaced: names of parts, ours from an earlier run, that may be written anew.
    """
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        return [
            *_listing(old, new, set(added), set(dropped)),
            *_frame(before, after, old, new),
            *_parts(before, after, old, new, dropped=set(dropped), replaced=set(replaced)),
        ]


def _names(archive: zipfile.ZipFile) -> list[str]:
    return [one.orig_filename for one in archive.infolist()]


def _listing(old: ZipFile, new: ZipFile, added: set[str], dropped: set[Any]) -> list[str]:
    had, has = _names(old), _names(new)
    faults = [f"{name} is gone" for name in had if name not in has and name not in dropped]
    faults += [f"{name} came unasked" for name in has if name not in had and name not in added]
    faults += [
        f"{name} stands twice" for name in set(has) if has.count(name) > had.count(name) and has.count(name) > 1
    ]
    kept = [name for name in had if name in has]
    if [name for name in has if name in had] != kept:
        faults.append("the order of the directory changed")
    return faults


def _frame(before: Path, after: Path, old: ZipFile, new: ZipFile) -> list[str]:
    faults = []
    if old.comment != new.comment:
        faults.append("the archive's comment changed")
    first = min((one.header_offset for one in old.infolist()), default=0)
    if before.read_bytes()[:first] != after.read_bytes()[:first]:
        faults.append("what lies before the package changed")
    if [one.orig_filename for one in sorted(old.infolist(), key=_offset) if _in(one, new)] != [
        one.orig_filename for one in sorted(new.infolist(), key=_offset) if _in(one, old)
    ]:
        faults.append("the order of the parts changed")
    return faults


def _offset(one: zipfile.ZipInfo) -> int:
    return one.header_offset


def _in(one: zipfile.ZipInfo, other: zipfile.ZipFile) -> bool:
    return one.orig_filename in _names(other)


def may_be_patched(archive: zipfile.ZipFile) -> set[str]:
    """The four parts that may change, by lower-case name with forward slashes."""
    found = {_plain(name): name for name in _names(archive)}
    rels = etree.fromstring(_read(archive, found["_rels/.rels"]))
    workbook = next(
        posixpath.normpath("/" + one.get("Target").replace("\\", "/")).lstrip("/")
        for one in rels
        if isinstance(one.tag, str) and one.get("Type") in {_ROOT, _STRICT_ROOT}
    )
    folder, name = posixpath.split(workbook)
    of_workbook = posixpath.join(folder, "_rels", name + ".rels")
    styles = "xl/styles.xml"
    if _plain(of_workbook) in found:
        for one in etree.fromstring(_read(archive, found[_plain(of_workbook)])):
            if isinstance(one.tag, str) and one.get("Type", "").endswith("/styles"):
                styles = posixpath.normpath(posixpath.join("/", folder, one.get("Target"))).lstrip("/")
    return {_plain(one) for one in ("[Content_Types].xml", workbook, of_workbook, styles)}


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _read(archive: ZipFile, name: str) -> bytes:
    return archive.read(next(one for one in archive.infolist() if one.orig_filename == name))


def _parts(  # noqa: PLR0913
    before: Path, after: Path, old: ZipFile, new: ZipFile, *, dropped: set[Any], replaced: set[str]
) -> list[str]:
    may = may_be_patched(old)
    olds, news = before.read_bytes(), after.read_bytes()
    there = {one.orig_filename: one for one in new.infolist()}
    faults = []
    for one in old.infolist():
        name = one.orig_filename
        other = there.get(name)
        if other is None or name in dropped | replaced:
            continue
        if raw_entry(olds, one) == raw_entry(news, other):
            if _extra(one) != _extra(other):
                faults.append(f"{name}: its extra field changed")
            faults += [f"{name}: {key} changed" for key in _FIXED if getattr(one, key) != getattr(other, key)]
        elif _plain(name) not in may:
            faults.append(f"{name} is not byte for byte what it was")
        else:
            faults += [f"{name}: {key} changed" for key in _FIXED[2:] if getattr(one, key) != getattr(other, key)]
            faults += [f"{name}: {fault}" for fault in lost(_read(old, name), _read(new, name), gone=dropped)]
    return faults


def _extra(one: zipfile.ZipInfo) -> bytes:
    """The extra field of the directory, less the offset that a zip64 field may hold."""
    out, at = b"", 0
    while at + 4 <= len(one.extra):
        kind, length = struct.unpack_from("<2H", one.extra, at)
        out += one.extra[at : at + 4 + length] if kind != 1 else one.extra[at : at + 4]
        at += 4 + length
    return out


def raw_entry(data: bytes, one: zipfile.ZipInfo) -> bytes:
    """An entry as it lies in the file: header, name, extra field, compressed bytes and descriptor."""
    fields = struct.unpack_from("<4s5H3L2H", data, one.header_offset)
    stop = one.header_offset + 30 + fields[-2] + fields[-1] + one.compress_size
    if one.flag_bits & 8:
        stop += 16 if data[stop : stop + 4] == b"PK\7\x08" else 12
    return data[one.header_offset : stop]


def lost(before: bytes, after: bytes, *, gone: Iterable[str] = ()) -> list[str]:
    """What an XML part lacks of what it was; ``gone`` names parts whose Override may go with them."""
    old, new = (_parse(data) for data in (before, after))
    faults = []
    if _prolog(before) != _prolog(after):
        faults.append("the text before the root element changed")
    return faults + _lost(old, new, "/", {f"/{name}".lower() for name in gone})


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, huge_tree=True))


def _prolog(data: bytes) -> bytes:
    found = re.search(rb"<\0?[A-Za-z_]", data)
    return data[: found.start()] if found else data


def _lost(old: etree._Element, new: etree._Element, path: str, gone: set[Any]) -> list[str]:
    here = f"{path}{str(etree.QName(old).localname) if isinstance(old.tag, str) else repr(old.tag)}"
    faults = []
    for prefix, space in old.nsmap.items() if isinstance(old.tag, str) else ():
        if new.nsmap.get(prefix) != space:
            faults.append(f"{here}: prefix {prefix} lost")
    for name, value in old.attrib.items():
        if name not in new.attrib or (new.get(name) != value and name not in _COUNTED):
            faults.append(f"{here}: attribute {name!s}={value!r} lost")
    if not (old.text or "").strip() <= (new.text or "").strip() or (
        not len(old) and old.text and old.text != new.text
    ):
        faults.append(f"{here}: text {old.text!r} lost")
    return faults + _lost_children(old, new, here, gone)


def _lost_children(old: etree._Element, new: etree._Element, here: str, gone: set[Any]) -> list[str]:
    faults, at, others = [], 0, list(new)
    for child in old:
        if isinstance(child.tag, str) and child.get("PartName", "").lower() in gone and child.get("PartName"):
            continue
        match = next((n for n in range(at, len(others)) if _same(child, others[n])), None)
        if match is None:
            faults.append(f"{here}: child {etree.tostring(child)[:90]!r} lost")
            continue
        if (child.tail or "").strip() != (others[match].tail or "").strip():
            faults.append(f"{here}: text after a child changed")
        if isinstance(child.tag, str):
            faults += _lost(child, others[match], here + "/", gone)
        at = match + 1
    return faults


def _same(one: etree._Element, other: etree._Element) -> bool:
    if one.tag != other.tag:
        return False
    if not isinstance(one.tag, str):
        return one.text == other.text
    return {k: v for k, v in one.attrib.items() if k not in _COUNTED} == {
        k: v for k, v in other.attrib.items() if k not in _COUNTED
    }
