"""What an opened file is: every reason to leave it alone is looked for here, before anything is read."""

from __future__ import annotations

import mmap
import re
import stat
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.ooxml.dialect import SPREADSHEET, STRICT_SPREADSHEET
from pbal_xl.ooxml.opc import EMPTY_RELS, ContentTypes, Relations, find_part, rels_name
from pbal_xl.ooxml.package import Package
from pbal_xl.ooxml.prolog import declares_doctype
from pbal_xl.ooxml.xmltext import (
    DoctypeFoundError,
    TooComplexError,
    XmlError,
    scan,
)
from pbal_xl.refusals import missing, refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike
    from typing import BinaryIO

    from pbal_xl.errors import Refused
    from pbal_xl.ooxml.entry import Entry
    from pbal_xl.ooxml.save import Stamp
    from pbal_xl.ooxml.xmltext import Element, Patch

__all__ = ["Source", "check_source", "open_source"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BIFF = (b"\x09\x08", b"\x09\x04\x06\0", b"\x09\x02\x06\0", b"\x09\0\x04\0")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
# Pictures and pages may declare a document type, and no spreadsheet reader parses them.
_MAY_DECLARE = (".svg", ".htm", ".html", ".xhtml", ".mht")
_SHORT = 200
_TRUE = {"1", "true", "on"}


@dataclass(slots=True)
class Source:
    """An open workbook file that may be worked on.

    Attributes:
        package: the file.
        types: its content types.
        part: name of the workbook part, such as "xl/workbook.xml".
        workbook: that part.
        rels: the workbook part's relationships.
        strict: whether it speaks the strict dialect.
    """

    package: Package
    types: ContentTypes
    part: str
    workbook: Patch
    rels: Relations
    strict: bool
    _scanned: dict[str, Patch] = field(default_factory=dict)

    def scanned(self, key: str) -> Patch:
        """A part, scanned to depth 3 on first use; who reads it and who patches it see one.

        Raises:
            Refused: it cannot be read.
        """
        if key not in self._scanned:
            self._scanned[key] = parse(self.package, key, 3)
        return self._scanned[key]

    def sheets(self) -> list[Element]:
        """The sheet elements, in their order."""
        holder = self.workbook.root.child("sheets")
        return list(holder.named("sheet")) if holder else []


def check_source(path: str | PathLike[str]) -> Stamp:
    """Apply every limit and every refusal to a workbook, without reading its cells.

    Unpacked are only the package's own lists, the workbook part and the first kilobyte of every other part;
    a millisecond for a usual file.

    Args:
        path: the workbook file.

    Returns:
        The stamp of the file as it was checked, for ``add_sheet(..., expected=stamp)``.

    Raises:
        Refused: why the file is left alone; see REFUSALS.
    """
    source = open_source(Path(path))
    with source.package as package:
        return package.stamp


def open_source(path: Path) -> Source:
    """Open a workbook file for reading and grafting; the caller closes ``.package``.

    Raises:
        Refused: why it is left alone.
    """
    file = _opened(path)
    try:
        _refuse_other_formats(path, file)
        return _inspect(Package(path, file))
    except OSError as error:
        file.close()
        raise _unreadable(path, error) from None
    except BaseException:
        file.close()
        raise


def _opened(path: Path) -> BinaryIO:
    try:
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise refusal("not-a-file", path, "is a folder, not a workbook")
        if not stat.S_ISREG(kind):  # a pipe would be waited for
            raise refusal("not-a-file", path, "is no ordinary file")
        return path.open("rb")
    except FileNotFoundError:
        raise missing(path) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> Refused:
    return refusal("unreadable", path, f"cannot be opened: {error.strerror or error}")


def _refuse_other_formats(path: Path, file: BinaryIO) -> None:
    head = file.read(8)
    if head == _OLE:
        raise _ole_refusal(path, file.fileno())
    if head.startswith(_BIFF):
        raise refusal("xls", path, "is an old .xls workbook: save it as .xlsx and run again")
    if not head:
        raise refusal("not-a-workbook", path, "is empty")
    if _MARKUP.match(head) or b"PK" not in head:
        _refuse_unless_zip(path, file)


def _refuse_unless_zip(path: Path, file: BinaryIO) -> None:
    """Some archives have something in front; without any directory the file is simply something else."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 65_557))
    if b"PK\5\6" not in file.read():
        raise refusal("not-a-workbook", path, "is not an Excel workbook")


def _ole_refusal(path: Path, handle: int) -> Exception:
    def names(view: mmap.mmap, stream: str) -> bool:
        return view.find(stream.encode("utf-16-le")) >= 0

    with mmap.mmap(handle, 0, access=mmap.ACCESS_READ) as view:
        if names(view, "EncryptedPackage"):
            return refusal("encrypted", path, "is protected by a password: save it without one and run again")
        if names(view, "Workbook") or names(view, "Book"):
            return refusal("xls", path, "is an old .xls workbook: save it as .xlsx and run again")
    return refusal("not-a-workbook", path, "is not an Excel workbook")


def parse(package: Package, key: str, depth: int) -> Patch:
    """Scan a part of the package; raises Refused when that cannot be done."""
    entry = package.parts[key]
    with parsing(package, entry):
        return scan(package.read(entry), depth)
    raise AssertionError  # never reached: the block returns or raises


@contextmanager
def parsing(package: Package, entry: Entry) -> Iterator[None]:
    """Turn what is wrong with the XML of a part into a refusal of the file."""
    try:
        yield
    except DoctypeFoundError:
        raise _dtd(package, entry) from None
    except TooComplexError:
        raise package.refused("part-too-large", f"holds the part {entry.name!r} of too many elements") from None
    except XmlError as error:
        raise package.refused(
            "broken-xml", f"holds the part {entry.name!r}, which cannot be read: {error}"
        ) from None


def _dtd(package: Package, entry: Entry) -> Exception:
    what = f"holds the part {entry.name!r}, which declares a document type, as no genuine workbook does"
    return package.refused("dtd", what)


def _inspect(package: Package) -> Source:
    if "[content_types].xml" not in package.parts:
        raise _not_a_workbook(package)
    types = ContentTypes(parse(package, "[content_types].xml", 2))
    _refuse_doctypes(package, types)
    root = relations(package, "")
    key = _workbook_key(package, types, root)
    _refuse_signed(package, types, root)
    part = package.parts[key].name.replace("\\", "/").lstrip("/")
    workbook = parse(package, key, 3)
    if workbook.root.space not in {SPREADSHEET, STRICT_SPREADSHEET} or workbook.root.child("sheets") is None:
        raise package.refused("not-a-workbook", "has no list of sheets where a workbook has one")
    rels = relations(package, part)
    source = Source(package, types, part, workbook, rels, workbook.root.space == STRICT_SPREADSHEET)
    _refuse_protected(source)
    return source


def relations(package: Package, part: str) -> Relations:
    """The relationships of a part, none when it has no relationships part."""
    key = rels_name(part).lower()
    patch = parse(package, key, 2) if key in package.parts else scan(EMPTY_RELS, 2)
    return Relations(patch, part)


def _workbook_key(package: Package, types: ContentTypes, root: Relations) -> str:
    found = (find_part(package, one.target) for one in root.of_kind("officeDocument"))
    key = next((one for one in found if one), None)
    kind = types.of(key).lower() if key else ""
    if "sheet.binary" in kind:
        raise package.refused("xlsb", "is a binary .xlsb workbook: save it as .xlsx and run again")
    if key is None or not kind.endswith("+xml") or not ("spreadsheetml" in kind or "ms-excel" in kind):
        raise _not_a_workbook(package)
    return key


def _not_a_workbook(package: Package) -> Exception:
    mimetype = package.parts.get("mimetype")
    if mimetype and mimetype.size < _SHORT and b"opendocument" in package.read(mimetype):
        return package.refused("ods", "is an OpenDocument file: save it as .xlsx and run again")
    return package.refused("not-a-workbook", "is not an Excel workbook")


def _refuse_doctypes(package: Package, types: ContentTypes) -> None:
    for key, entry in package.parts.items():
        if (
            entry.size == 0
            or key.endswith(_MAY_DECLARE)
            or types.of(key).lower().startswith(("image/", "text/html"))
        ):
            continue
        chunks = package.chunks(entry)
        head = next(chunks, b"")
        if not _MARKUP.match(head):
            continue
        try:
            declared = declares_doctype(chain([head], chunks))
        except XmlError:
            # Not ours to judge: a part that must be parsed is judged when it is.
            continue
        if declared:
            raise _dtd(package, entry)


def _refuse_signed(package: Package, types: ContentTypes, root: Relations) -> None:
    signed = any("digital-signature" in one.attrs.get("ContentType", "") for one in types.overrides.values())
    signed = signed or any(root.of_kind("origin"))
    if signed or any(key.startswith("_xmlsignatures/") for key in package.parts):
        what = "is digitally signed, and a change would void the signature: save an unsigned copy and use that"
        raise package.refused("signed", what)


def _refuse_protected(source: Source) -> None:
    package, root = source.package, source.workbook.root
    if any(source.rels.of_kind("revisionHeaders", "usernames")):
        what = "is a shared workbook, to which no sheet can be added: stop sharing it and run again"
        raise package.refused("shared", what)
    protection = root.child("workbookProtection")
    if protection and protection.attrs.get("lockStructure", "0").strip().lower() in _TRUE:
        what = "has a protected structure, so no sheet can be added: unprotect the workbook and run again"
        raise package.refused("protected", what)
