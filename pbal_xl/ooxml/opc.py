"""The conventions of a package: part names, relationships, content types, and patching the latter two."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from pbal_xl.ooxml.entry import part_key
from pbal_xl.ooxml.xmltext import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pbal_xl.ooxml.package import Package
    from pbal_xl.ooxml.xmltext import Element, Patch

__all__ = ["ContentTypes", "Relation", "Relations", "rels_name", "resolve"]

PACKAGE_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMPTY_RELS = f'{_XML}<Relationships xmlns="{PACKAGE_RELS}"/>'.encode()


@lru_cache(maxsize=1000)
def rels_name(part: str) -> str:
    """The name of a part's relationships part; an empty part name stands for the package itself."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


@lru_cache(maxsize=1000)
def resolve(part: str, target: str) -> str:
    """The part name a relationship's target means, seen from ``part``."""
    target = target.partition("#")[0].replace("\\", "/")
    joined = target if target.startswith("/") else posixpath.join("/", posixpath.dirname(part), target)
    return posixpath.normpath(joined).lstrip("/")


def find_part(package: Package, name: str) -> str | None:
    """The key of an existing part, percent escapes tried literally first."""
    key = part_key(name)
    if key in package.parts:
        return key
    key = part_key(unquote(name))
    return key if key in package.parts else None


@dataclass(frozen=True, slots=True)
class Relation:
    """One relationship: its id, the last word of its type, the part it leads to ("" when outside)."""

    id: str
    kind: str
    target: str
    element: Element


class Relations:
    """A relationships part, read and patched."""

    def __init__(self, patch: Patch, part: str) -> None:
        self.patch = patch
        self.part = part
        self.given: set[str] = set()
        self.all = [self._relation(one) for one in patch.root.named("Relationship")]

    def _relation(self, one: Element) -> Relation:
        outside = one.attrs.get("TargetMode", "").lower() == "external"
        target = "" if outside else resolve(self.part, one.attrs.get("Target", ""))
        kind = one.attrs.get("Type", "").rstrip("/").rpartition("/")[2]
        return Relation(one.attrs.get("Id", ""), kind, target, one)

    def of_kind(self, *kinds: str) -> Iterable[Relation]:
        """The relationships whose type ends in one of these words, letter case aside."""
        wanted = {kind.lower() for kind in kinds}
        return (one for one in self.all if one.kind.lower() in wanted)

    def add(self, kind: str, target: str) -> str:
        """Add a relationship of the full type ``kind`` to the part ``target``; gives its id."""
        used = {one.id.lower() for one in self.all} | self.given
        number = next(n for n in range(len(self.all) + 1, len(self.all) + len(used) + 2) if f"rid{n}" not in used)
        name = f"rId{number}"
        self.given.add(name.lower())
        here = posixpath.dirname(self.part)
        path = posixpath.relpath("/" + target, "/" + here) if here else target
        path = "/" + target if path.startswith("../") else path
        prefix = self.patch.prefix_of(self.patch.root)
        attrs = f"Id={quoteattr(name)} Type={quoteattr(kind)} Target={quoteattr(path)}"
        self.patch.append(self.patch.root, f"<{prefix}Relationship {attrs}/>")
        return name

    def remove(self, relation: Relation) -> None:
        """Take a relationship out."""
        self.patch.remove(relation.element)


class ContentTypes:
    """[Content_Types].xml, read and patched. Part names and extensions compare without letter case."""

    def __init__(self, patch: Patch) -> None:
        self.patch = patch
        self.defaults = {
            one.attrs.get("Extension", "").lower(): one.attrs.get("ContentType", "")
            for one in patch.root.named("Default")
        }
        self.overrides = {part_key(one.attrs.get("PartName", "")): one for one in patch.root.named("Override")}

    def of(self, key: str) -> str:
        """The content type of a part, or nothing."""
        if key in self.overrides:
            return self.overrides[key].attrs.get("ContentType", "")
        return self.defaults.get(posixpath.splitext(key)[1].lstrip("."), "")

    def declare(self, parts: Mapping[str, str]) -> None:
        """Give each named part its type, by an Override unless it is so already."""
        for name, kind in parts.items():
            key = part_key(name)
            if self.of(key).lower() == kind.lower():
                continue
            if key in self.overrides:
                self.patch.set_attribute(self.overrides[key], "ContentType", kind)
                continue
            prefix = self.patch.prefix_of(self.patch.root)
            attrs = f"PartName={quoteattr('/' + name)} ContentType={quoteattr(kind)}"
            self.patch.append(self.patch.root, f"<{prefix}Override {attrs}/>")

    def forget(self, keys: Iterable[str]) -> None:
        """Remove the Overrides of parts that are gone."""
        for key in keys:
            if key in self.overrides:
                self.patch.remove(self.overrides[key])
