"""The parts of the new sheet: what openpyxl makes of a scratch workbook, fitted into the user's package.

Cells hold values only. A text that begins like a formula, which openpyxl would store as one, becomes the text
it is: nothing here is ever evaluated. Strings stay in their cells, so that the user's shared strings are not
touched.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from pbal_xl.ooxml.dialect import dialect
from pbal_xl.ooxml.newparts import DECLARATION, LIKE_A_FORMULA, NewSheet, Tie, write_relations
from pbal_xl.ooxml.opc import rels_name, resolve
from pbal_xl.ooxml.scratchstyles import ScratchStyles
from pbal_xl.ooxml.xmltext import escape_x

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element
    from openpyxl.workbook import Workbook

    from pbal_xl.ooxml.newparts import Fitting
    from pbal_xl.ooxml.styles import StyleMap

__all__ = ["Scratch", "ScratchMaker", "build_sheet", "read_scratch"]

_DXF = ("dxfId", "headerRowDxfId", "dataDxfId", "totalsRowDxfId", "headerRowBorderDxfId", "tableBorderDxfId")
_FORMULAS = {"f", "formula", "formula1", "formula2"}
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(slots=True)
class Scratch:
    """A scratch workbook as openpyxl writes it, and which of its sheets is meant."""

    archive: zipfile.ZipFile
    title: str
    index: int

    def xml(self, name: str) -> _Element:
        """A part, parsed."""
        return _parse(self.archive.read(name))


class ScratchMaker:
    """Makes the parts of a sheet from the first sheet of a workbook that openpyxl holds."""

    asked = ()

    def __init__(self, scratch: Workbook) -> None:
        self._scratch = scratch
        self._read: Scratch | None = None

    def styles(self, *, from_1904: bool) -> ScratchStyles:
        """The scratch workbook's style sheet."""
        self._read = read_scratch(self._scratch, from_1904=from_1904)
        return ScratchStyles(self._read.xml("xl/styles.xml"))

    def build(self, fit: Fitting) -> NewSheet:
        """The parts, fitted into a package; ``styles`` comes first."""
        if self._read is None:
            raise AssertionError("styles comes first")
        return build_sheet(self._read, fit)


def read_scratch(scratch: Workbook, *, from_1904: bool) -> Scratch:
    """Write the scratch workbook to memory; its dates count from the epoch of the user's workbook."""
    sheet = scratch.worksheets[0]
    stream = io.BytesIO()
    epoch = scratch.epoch
    scratch.epoch = CALENDAR_MAC_1904 if from_1904 else CALENDAR_WINDOWS_1900
    try:
        scratch.save(stream)
    finally:
        scratch.epoch = epoch
    return Scratch(zipfile.ZipFile(stream), sheet.title, scratch.index(sheet))


def build_sheet(scratch: Scratch, fit: Fitting) -> NewSheet:
    """Make the parts of the first sheet and of all that hangs on it."""
    first = "xl/worksheets/sheet1.xml"
    kinds = _content_types(scratch)
    new_names = {first: fit.free_name(_pattern(first, fit.folder))}
    queue, relations = [first], {}
    while queue:
        old = queue.pop(0)
        relations[old] = _relations(scratch, old)
        for _, _, target, outside in relations[old]:
            if not outside and target not in new_names:
                new_names[target] = fit.free_name(_pattern(target, fit.folder))
                queue.append(target)
    sheet = NewSheet(new_names[first])
    for old, new in new_names.items():
        sheet.parts[new] = _fitted(scratch, old, kinds(old), fit)
        sheet.types[new] = kinds(old)
        if relations[old]:
            ties = [Tie(name, kind, new_names.get(to, to), outside) for name, kind, to, outside in relations[old]]
            write_relations(sheet, new, ties, strict=fit.strict)
    sheet.names = _names(scratch, fit.title)
    return sheet


def _pattern(old: str, folder: str) -> str:
    stem, extension = posixpath.splitext(old.removeprefix("xl/"))
    return posixpath.join(folder, stem.rstrip("0123456789") + "{}" + extension)


def _parse(data: bytes) -> _Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _content_types(scratch: Scratch) -> Callable[[str], str]:
    root = scratch.xml("[Content_Types].xml")
    by_name = {str(one.get("PartName")): str(one.get("ContentType")) for one in root.iter("{*}Override")}
    by_end = {str(one.get("Extension")): str(one.get("ContentType")) for one in root.iter("{*}Default")}
    return lambda name: by_name.get("/" + name) or by_end[posixpath.splitext(name)[1].lstrip(".")]


def _relations(scratch: Scratch, part: str) -> list[tuple[str, str, str, bool]]:
    """Id, type, target and whether the target lies outside, for each relationship of a part."""
    name = rels_name(part)
    if name not in scratch.archive.NameToInfo:
        return []
    out = []
    for one in scratch.xml(name).iter("{*}Relationship"):
        outside = one.get("TargetMode") == "External"
        target = str(one.get("Target"))
        out.append(
            (str(one.get("Id")), str(one.get("Type")), target if outside else resolve(part, target), outside)
        )
    return out


def _fitted(scratch: Scratch, part: str, kind: str, fit: Fitting) -> bytes:
    """A part's content with titles, styles and table names as they are in the user's workbook."""
    data = scratch.archive.read(part)
    if not kind.endswith("+xml"):
        return data
    root = _parse(data)
    _retitle_formulas(root, scratch.title, fit.title)
    if kind.endswith("worksheet+xml"):
        _fit_sheet(root, fit)
    if kind.endswith("table+xml"):
        number, name = fit.free_table(str(root.get("displayName")))
        root.set("id", str(number))
        root.set("name", name)
        root.set("displayName", name)
    if "spreadsheetml" in kind:
        for element in root.iter("*"):
            for name in _DXF:
                if element.get(name) is not None:
                    element.set(name, str(fit.styles.differential(int(str(element.get(name))))))
    return DECLARATION.encode() + dialect(etree.tostring(root, encoding="UTF-8"), strict=fit.strict)


def _fit_sheet(root: _Element, fit: Fitting) -> None:
    for view in root.iter("{*}sheetView"):
        view.attrib.pop("tabSelected", "")
    for row in root.iter("{*}row"):
        if row.get("s") is not None:
            row.set("s", str(fit.styles.cell(int(str(row.get("s"))))))
    for column in root.iter("{*}col"):
        if column.get("style") is not None:
            column.set("style", str(fit.styles.cell(int(str(column.get("style"))))))
    for cell in root.iter("{*}c"):
        _fit_cell(cell, fit.styles)
    if fit.code_name:
        for properties in root.iter("{*}sheetPr"):
            properties.set("codeName", fit.code_name)


def _fit_cell(cell: _Element, styles: StyleMap) -> None:
    _formula_to_text(cell)
    if cell.get("t") == "inlineStr" and not len(cell):  # an empty text
        del cell.attrib["t"]
    text = "".join(str(one.text or "") for one in cell.iter("{*}t"))
    for one in cell.iter("{*}t"):
        one.text = escape_x(str(one.text or ""))
    number = styles.cell(int(str(cell.get("s", "0"))), quoted=text.startswith(LIKE_A_FORMULA))
    if number:
        cell.set("s", str(number))
    else:
        cell.attrib.pop("s", "")


def _formula_to_text(cell: _Element) -> None:
    """What openpyxl took for a formula is text: its "=" came first in a symbol or a name."""
    formula = next(cell.iter("{*}f"), None)
    if formula is None:
        return
    said = "=" + (formula.text or "")
    space = str(cell.tag).rpartition("}")[0] + "}"
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    text = cell.makeelement(f"{space}t", {_XML_SPACE: "preserve"} if said != said.strip() else {})
    text.text = said
    holder = cell.makeelement(f"{space}is", {})
    holder.append(text)
    cell.append(holder)


def _retitle_formulas(root: _Element, old: str, new: str) -> None:
    if old == new:
        return
    for element in root.iter("*"):
        local = str(element.tag).rpartition("}")[2]
        if local in _FORMULAS and element.text and not _is_cell(element.getparent()):
            element.text = retitle(element.text, old, new)
        if local == "hyperlink" and element.get("location"):
            element.set("location", retitle(str(element.get("location")), old, new))


def _is_cell(element: _Element | None) -> bool:
    return element is not None and str(element.tag).endswith("}c")


def retitle(formula: str, old: str, new: str) -> str:
    """A formula whose references to one sheet now mean the same sheet under another title."""
    quoted = re.escape("'" + old.replace("'", "''") + "'!")
    bare = rf"(?<![\w.'\]!]){re.escape(old)}!" if re.fullmatch(r"[^\W\d][\w.]*", old) else quoted
    to = "'" + new.replace("'", "''") + "'!"
    pattern = re.compile(rf'"(?:[^"]|"")*"|{quoted}|{bare}', re.IGNORECASE)
    return pattern.sub(lambda match: match[0] if match[0].startswith('"') else to, formula)


def _names(scratch: Scratch, title: str) -> list[tuple[str, bool, str]]:
    """The sheet's own names, such as its print titles."""
    out = []
    for one in scratch.xml("xl/workbook.xml").iter("{*}definedName"):
        if one.get("localSheetId") == str(scratch.index):
            text = retitle(one.text or "", scratch.title, title)
            out.append((str(one.get("name")), one.get("hidden") in {"1", "true"}, text))
    return out
