"""Formulas that no spreadsheet program ever calculated: a stand-in for their value must never be read.

Some writing libraries store no value with a formula, others a 0 that the next program is asked to replace.
"""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from pbal_xl.ooxml.opc import find_part
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.workbook_xml import relation_id

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.ooxml.source import Source

__all__ = ["asks_to_calculate", "copy_without_stand_ins", "sheet_parts"]

# A cell that holds a formula and perhaps a value; a formula's own "<" is always escaped.
_FORMULA_CELL = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(<(?:\w+:)?v\b(?:[^>]*/>|[^>]*>([^<]*)</(?:\w+:)?v>)\s*)?</(?:\w+:)?c>"
)
_KIND = re.compile(rb"\bt=[\"'](\w+)[\"']")


def sheet_parts(source: Source) -> dict[str, str]:
    """For each worksheet's title the key of its part."""
    targets = {one.id: one.target for one in source.rels.of_kind("worksheet")}
    parts = {}
    for sheet in source.sheets():
        key = find_part(source.package, targets.get(relation_id(sheet), ""))
        if key is not None:
            parts[sheet.attrs.get("name", "")] = key
    return parts


def asks_to_calculate(source: Source) -> bool:
    """Whether the writing program left the calculation to the next: then a stored 0 may be a stand-in."""
    settings = source.workbook.root.child("calcPr")
    return settings is not None and settings.attrs.get("fullCalcOnLoad", "0").lower() in {"1", "true", "on"}


def _lacks_value(match: re.Match[bytes], *, zero_too: bool) -> bool:
    kind, value = _KIND.search(match[1]), match[3]
    if kind is not None and kind[1] != b"n":
        return not value and kind[1] != b"str"
    # No spreadsheet program writes "0.0"; a library does where it has not calculated.
    return not value or value == b"0.0" or (zero_too and value == b"0")


def copy_without_stand_ins(path: Path, copy: Path) -> None:
    """Copy a checked workbook, leaving out the stand-ins, so that a spreadsheet program calculates them."""
    opened = open_source(path)
    with opened.package:
        zero_too = asks_to_calculate(opened)
        sheets = {opened.package.parts[key].name for key in sheet_parts(opened).values()}

    def bare(match: re.Match[bytes]) -> bytes:
        if match[2] is None or not _lacks_value(match, zero_too=zero_too):
            return match[0]
        return match[0].replace(match[2], b"")

    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as to:
        for entry in source.infolist():
            content = source.read(entry)
            to.writestr(entry.filename, _FORMULA_CELL.sub(bare, content) if entry.filename in sheets else content)
