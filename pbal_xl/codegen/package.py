"""Macro-enabled workbooks made of parts, the same bytes every time and on every machine."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xlsxwriter.workbook import Workbook

__all__ = ["Kind", "macro_package"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A macro-enabled file format: its suffix and the content type of its workbook part."""

    suffix: str
    content_type: str


ADD_IN = Kind(".xlam", "application/vnd.ms-excel.addin.macroEnabled.main+xml")
WORKBOOK = Kind(".xlsm", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")

_PLAIN_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_PROJECT_PART = "xl/vbaProject.bin"
_RIBBON_PART = "customUI/customUI14.xml"
_RIBBON_TYPE = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_RIBBON_RELATION = f'<Relationship Id="rIdRibbon" Type="{_RIBBON_TYPE}" Target="{_RIBBON_PART}"/>'
# An older calcId, or fullCalcOnLoad, would make Excel throw the stored results away on opening.
_RECALCULATE = '<calcPr calcId="124519" fullCalcOnLoad="1"/>'
_KEEP_RESULTS = '<calcPr calcId="191029"/>'
# The stream of the compiled project, as its specification has it for "none": a version that no Excel has.
_NO_CACHE = bytes.fromhex("cc61ffff000000")
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MADE = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark, not a moment


def macro_package(
    kind: Kind,
    write: Callable[[Workbook], None],
    modules: Mapping[str, str],
    *,
    title: str,
    ribbon: str | None = None,
) -> bytes:
    """A workbook or add-in as bytes.

    Args:
        kind: ``ADD_IN`` or ``WORKBOOK``.
        write: fills an ``xlsxwriter.Workbook`` with sheets.
        modules: VBA module name -> source with its Attribute header and line feeds.
        title: for the document properties.
        ribbon: customUI XML, or None.
    """
    parts = _with_project(_plain(write, title), modules)
    parts["[Content_Types].xml"] = _edited(parts["[Content_Types].xml"], _PLAIN_TYPE, kind.content_type)
    parts["xl/workbook.xml"] = _edited(parts["xl/workbook.xml"], _RECALCULATE, _KEEP_RESULTS)
    if ribbon is not None:
        parts[_RIBBON_PART] = ribbon.encode("utf-8")
        parts["_rels/.rels"] = _edited(
            parts["_rels/.rels"], "</Relationships>", _RIBBON_RELATION + "</Relationships>"
        )
    return _zipped(parts)


def _plain(write: Callable[[Workbook], None], title: str) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        workbook.set_properties({"title": title, "created": _MADE})
        write(workbook)
    return buffer.getvalue()


def _with_project(package: bytes, modules: Mapping[str, str]) -> dict[str, bytes]:
    """The package's parts, with the VBA project added and code names on the workbook and its sheets."""
    from pyopenvba import ExcelFile, VBAModuleKind

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(package)
        with ExcelFile(path) as file:
            project = file.add_vba_project()
            documents = set(project.module_names())
            for name in documents - set(modules):
                # Written anew, or it keeps the code that its template was once compiled to.
                file.set_module(name, file.vba_modules()[name])
            for name in sorted(modules):
                source = modules[name].replace("\n", "\r\n")
                if name in documents:
                    file.set_module(name, source)
                    continue
                is_class = "Attribute VB_Exposed" in source
                project.add_module(name, source, kind=VBAModuleKind.other if is_class else VBAModuleKind.standard)
            file.save()
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    parts[_PROJECT_PART] = _without_caches(parts[_PROJECT_PART])
    return parts


def _without_caches(project: bytes) -> bytes:
    """The VBA project as source alone: Excel compiles it where it finds no compiled code.

    pyOpenVBA blanks the project's cache but leaves its version and length, which Excel may take for one.
    """
    from pyopenvba.cfb import CFB

    container = CFB.from_bytes(project)
    container.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    return bytes(container.to_bytes())


def _edited(part: bytes, old: str, new: str) -> bytes:
    text = part.decode("utf-8")
    if text.count(old) != 1:
        raise AssertionError(f"XlsxWriter's output differs from the one this was written for at: {old}")
    return text.replace(old, new).encode("utf-8")


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    """Stored rather than deflated: two zlibs do not compress to the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(parts, key=lambda name: (name != "[Content_Types].xml", name)):
            info = zipfile.ZipInfo(name, _NO_TIME)
            info.create_system = 0
            archive.writestr(info, parts[name])
    return buffer.getvalue()
