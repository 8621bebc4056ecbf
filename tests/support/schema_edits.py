"""Every edit the schema of workbooks knows, done to a part: each attribute set, each element put in or taken out.

The schema is the one that the audit library carries.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_FILES = {
    "x": "schemas_openxmlformats_org_spreadsheetml_2006_main",
    "xdr": "schemas_openxmlformats_org_drawingml_2006_spreadsheetDrawing",
    "c": "schemas_openxmlformats_org_drawingml_2006_chart",
    "a": "schemas_openxmlformats_org_drawingml_2006_main",
}
_SPACES = {
    "x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "xml": "http://www.w3.org/XML/1998/namespace",
}
_DEEP = 3


@cache
def schema_types() -> dict[str, dict[str, Any]]:
    """All types by name, such as "x:CT_Row/x:row"."""
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    folder = Path(audit.__file__).parent / "data" / "openxml" / "schemas"
    found = {}
    for name in _FILES.values():
        for one in json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["Types"]:
            found[one["Name"]] = one
    return found


def _qname(text: str) -> str:
    prefix, _, local = text.rpartition("/")[2].partition(":")
    return f"{{{_SPACES[prefix]}}}{local}" if prefix in _SPACES else (local if not prefix else "")


def _children(kind: Mapping[str, Any]) -> list[str]:
    """The types of an element's children, its base's too."""
    return [one["Name"] for one in kind.get("Children", [])]


def _sample(name: str, depth: int) -> Iterator[tuple[str, etree._Element]]:
    """Elements of a type that each say one thing: one attribute, or one such child."""
    kind, tag = schema_types().get(name), _qname(name)
    if not tag:
        return
    attributes = [_qname(one["QName"]) for one in (kind or {}).get("Attributes", [])]
    if not attributes and not (kind or {}).get("Children"):
        element = etree.Element(tag)
        element.text = "7"
        yield tag, element
        return
    for attribute in filter(None, attributes):
        element = etree.Element(tag)
        element.set(attribute, "7")
        yield f"{tag}/@{attribute}", element
    if depth < _DEEP and not attributes:
        for child in _children(kind or {}):
            for path, inner in _sample(child, depth + 1):
                element = etree.Element(tag)
                element.append(inner)
                yield f"{tag}/{path}", element


def edits(content: bytes, root_type: str) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Pairs of (what was done, the part with it done) over the whole schema of what the part holds."""
    root = etree.fromstring(content)
    places: list[tuple[etree._Element, str, tuple[str, ...]]] = [(root, root_type, ())]
    seen: dict[tuple[str, ...], int] = {}
    while places:
        element, name, path = places.pop()
        kind = schema_types()[name]
        here = (*path, etree.QName(element).localname)
        seen[here] = seen.get(here, 0) + 1
        by_tag = {_qname(child): child for child in _children(kind)}
        index = _index(element)
        # Of elements of a kind the first few stand for all.
        if seen[here] <= 2:
            yield from _at(root, index, kind, here)
        places += [(child, by_tag[child.tag], here) for child in element if child.tag in by_tag]


def _index(element: etree._Element) -> list[int]:
    out: list[int] = []
    while element.getparent() is not None:
        out.insert(0, element.getparent().index(element))
        element = element.getparent()
    return out


def _copy(root: etree._Element, index: Sequence[int]) -> tuple[etree._Element, etree._Element]:
    root = copy.deepcopy(root)
    element = root
    for place in index:
        element = element[place]
    return root, element


def _at(
    root: etree._Element, index: Sequence[int], kind: Mapping[str, Any], here: tuple[str, ...]
) -> Iterator[tuple[tuple[str, str], bytes]]:
    where = "/".join(here)
    for one in kind.get("Attributes", []):
        attribute = _qname(one["QName"])
        if not attribute:
            continue
        for value in ("7", "0", "1") if one["Type"].startswith("BooleanValue") else ("7",):
            changed, element = _copy(root, index)
            if element.get(attribute) == value:
                continue
            element.set(attribute, value)
            yield (where, f"@{etree.QName(attribute).localname}={value}"), etree.tostring(changed)
    for child in _children(kind):
        for path, sample in _sample(child, 1):
            changed, element = _copy(root, index)
            element.append(sample)
            yield (where, "+" + _short(path)), etree.tostring(changed)
    if index:
        changed, element = _copy(root, index)
        element.getparent().remove(element)
        yield (where, "removed"), etree.tostring(changed)
        text = _copy(root, index)[1].text
        if text and text.strip():
            changed, element = _copy(root, index)
            element.text = "7"
            yield (where, "text"), etree.tostring(changed)


def _short(path: str) -> str:
    out = path
    for space in _SPACES.values():
        out = out.replace(f"{{{space}}}", "")
    return out
