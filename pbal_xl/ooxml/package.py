"""Reading a workbook's package: limits before inflation, every header kept as it was written.

The standard library's zipfile forgets what it does not need; here each entry keeps its raw directory record
and knows the whole stretch of the file it occupies, so that it can be copied without being unpacked. The module is
long because every limit and every disagreement of a package's records is refused here, in one place.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

from pbal_xl.ooxml.entry import Entry
from pbal_xl.ooxml.save import Stamp
from pbal_xl.ooxml.ziprecords import CENTRAL, END, END64, FULL_FIELD, LOCAL, LOCATOR64, UTF8, zip64_field
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from typing_extensions import Self

    from pbal_xl.errors import Refused

__all__ = ["MAX_FILE", "MAX_PART", "MAX_PARTS", "MAX_RATIO", "Package"]

MAX_FILE = 200_000_000
MAX_PARTS = 20_000
MAX_PART = 64_000_000
MAX_RATIO = 1_000
# 6.3: what a part may need of whoever unpacks it.
_LAST_ZIP_VERSION = 63
# Below this a part cannot hurt, however well it packs.
_RATIO_FROM = 1_000_000

# Bits of a part's flags: encrypted, in three ways; made of patches to other data.
_ENCRYPTED, _PATCHED = 0x1 | 0x40 | 0x2000, 0x20
_HEAD, _HEAD_UNPACKED = 1024, 65_536
_PIECE = 1 << 18
# A file of so many bytes is read once, however often is looked from place to place.
_AT_ONCE = 1 << 16
# What the parts may come to that were unpacked at one look, and are kept for the next.
_MOST_KEPT = 4_000_000
_MAX_PARSED = 256_000_000
# Ways of packing that the format of archives knows and workbooks do not use.
_UNKNOWN_METHODS = {
    1: "shrink",
    6: "implode",
    9: "deflate64",
    12: "bzip2",
    14: "lzma",
    93: "zstandard",
    95: "xz",
    98: "ppmd",
}
_BAD_NAME = re.compile(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\x00-\x1f\x7f]")


class Package:
    """An open workbook file whose directory has been checked against every limit.

    Args:
        path: the file as the user named it.
        file: the file, which whoever opened it closes where it is refused.

    Raises:
        Refused: what it is, or what it holds, is not to be opened.

    Attributes:
        path: the file as the user named it.
        stamp: what the file looked like when it was opened.
        entries: all entries in the order of the directory.
        parts: the entries that hold parts, by part_key.
        start: where the first entry begins; what lies before is not the package's.
        tail: what follows the fixed part of the end record (the archive's comment).
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.file = file
        self.stamp = Stamp.of_open(file)
        if self.stamp.size > MAX_FILE:
            raise self.refused("too-large", "is larger than 200 MB, which is more than is read here")
        file.seek(0)
        self._all = file.read(self.stamp.size) if self.stamp.size <= _AT_ONCE else None
        self.tail = b""
        self._parsed = self._kept = 0
        self.entries = self._directory()
        self.parts = self._parts()
        self.start = self._place_entries()

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def refused(self, code: str, what: str) -> Refused:
        """The refusal of this file; ``what`` completes the sentence its name begins."""
        return refusal(code, self.path, what)

    def part_too_large(self, entry: Entry) -> Refused:
        """The refusal of a part that must be read."""
        what = f"holds the part {entry.name!r} of {entry.size / 1e6:,.0f} MB, more than the 64 MB read here"
        return self.refused("part-too-large", what)

    def _broken(self, what: str) -> Refused:
        return self.refused("broken-zip", f"is damaged or cut short: {what}")

    def at(self, offset: int, length: int) -> bytes:
        """Bytes of the file; fewer when it ends."""
        if self._all is not None:
            return self._all[offset : offset + length]
        self.file.seek(offset)
        return self.file.read(length)

    # -- directory

    def _end_record(self) -> tuple[int, tuple[int, ...]]:
        """Where the end record lies, and its fields; searched as zipfile does: both see one package."""
        low = max(0, self.stamp.size - END.size - 65_535)
        data = self.at(low, self.stamp.size - low)
        plain = data[-END.size :]
        found = len(data) - END.size
        if not (plain[:4] == b"PK\5\6" and plain[-2:] == b"\0\0"):
            found = data.rfind(b"PK\5\6")
        if found < 0 or found + END.size > len(data):
            raise self._broken("the package's directory is missing")
        self.tail = data[found + END.size :]
        (self.comment_length,) = struct.unpack_from("<H", data, found + 20)
        return low + found, END.unpack(data[found : found + END.size])[1:]

    def _directory_span(self) -> tuple[int, int, int]:
        """Start and length of the directory, and by how much every stored offset is short."""
        end, fields = self._end_record()
        disk, first_disk, _, count, size, offset, _ = fields
        stop = end
        locator = self.at(end - LOCATOR64.size, LOCATOR64.size) if end >= LOCATOR64.size else b""
        if locator[:4] == b"PK\6\7":
            stop = end - LOCATOR64.size - END64.size
            record = self.at(stop, END64.size) if stop >= 0 else b""
            if record[:4] == b"PK\6\6":
                *_, disk, first_disk, _, count, size, offset = END64.unpack(record)
            else:
                stop = end
        if disk or first_disk:
            raise self._broken("it is one volume of several")
        if count > MAX_PARTS:
            raise self.refused("too-many-parts", f"has {count:,} parts, more than the 20,000 that are read here")
        start = stop - size
        if start < 0 or start - offset < 0:
            raise self._broken("its directory does not fit the file")
        return start, size, start - offset

    def _directory(self) -> list[Entry]:
        start, size, shift = self._directory_span()
        self.directory_at = start
        data = self.at(start, size)
        entries: list[Entry] = []
        at = 0
        while at < size:
            entry, at = self._entry(data, at, shift)
            entries.append(entry)
            if len(entries) > MAX_PARTS:
                raise self.refused("too-many-parts", "has more than the 20,000 parts that are read here")
        return entries

    def _entry(self, data: bytes, at: int, shift: int) -> tuple[Entry, int]:
        fixed = data[at : at + CENTRAL.size]
        if len(fixed) < CENTRAL.size or fixed[:4] != b"PK\1\2":
            raise self._broken("its directory cannot be read")
        fields = CENTRAL.unpack(fixed)
        _, _, needed, flags, method, _, _, crc, packed, size, n_name, n_extra, n_comment, _, _, _, offset = fields
        stop = at + CENTRAL.size + n_name + n_extra + n_comment
        if needed & 0xFF > _LAST_ZIP_VERSION:
            raise self._broken("its directory asks for a version of zip that there is not")
        if stop > len(data):
            raise self._broken("its directory cannot be read")
        raw = data[at + CENTRAL.size : at + CENTRAL.size + n_name]
        extra = data[at + CENTRAL.size + n_name : stop - n_comment]
        try:
            name = raw.decode("utf-8" if flags & UTF8 else "cp437")
        except UnicodeDecodeError:
            raise self.refused("bad-part-name", "has a part whose name cannot be read") from None
        size, packed, offset = self._wide(extra, size, packed, offset)
        entry = Entry(name, raw, data[at:stop], flags, method, crc, packed, size, offset + shift)
        return entry, stop

    def _wide(self, extra: bytes, *values: int) -> tuple[int, int, int]:
        """Size, packed size and offset, from the zip64 field where the narrow ones are full."""
        if FULL_FIELD not in values:
            return values[0], values[1], values[2]
        out = list(values)
        field = zip64_field(extra)
        at = field[0] if field else 0
        for index, value in enumerate(out):
            if value == FULL_FIELD:
                if field is None or at + 8 > field[1]:
                    raise self._broken("its directory cannot be read")
                (out[index],) = struct.unpack_from("<Q", extra, at)
                at += 8
        return out[0], out[1], out[2]

    def _parts(self) -> dict[str, Entry]:
        parts: dict[str, Entry] = {}
        for entry in self.entries:
            if _BAD_NAME.search(entry.name.replace("\\", "/")):
                name = entry.name.encode("ascii", "backslashreplace").decode()
                raise self.refused("bad-part-name", f"holds a part with the unsafe name {name[:80]!r}")
            if entry.is_folder:
                continue
            if entry.key in parts:
                raise self.refused("duplicate-part", f"holds the part {entry.name!r} twice")
            self._check_entry(entry)
            parts[entry.key] = entry
        return parts

    def _check_entry(self, entry: Entry) -> None:
        if entry.flags & _ENCRYPTED:
            raise self.refused("encrypted", "is protected by a password: save it without one and run again")
        if entry.method in _UNKNOWN_METHODS:
            how = _UNKNOWN_METHODS[entry.method]
            what = f"holds the part {entry.name!r} packed with {how}, which is not supported: save it anew in Excel"
            raise self.refused("unsupported-zip", what)
        odd = entry.flags & _PATCHED or entry.method not in {0, 8}
        if odd or (entry.method == 0 and entry.size != entry.packed):
            raise self._broken(f"the part {entry.name!r} is stored in a way no workbook uses")
        if entry.size > _RATIO_FROM and entry.size > MAX_RATIO * entry.packed:
            what = f"holds the part {entry.name!r}, which unpacks to more than 1,000 times its size"
            raise self.refused("bomb", what)

    def _place_entries(self) -> int:
        """Find what of the file each entry occupies; entries overlap neither each other nor the directory."""
        start = stop = self.directory_at
        for entry in sorted(self.entries, key=lambda one: one.offset, reverse=True):
            header = self.at(entry.offset, LOCAL.size + len(entry.raw_name)) if entry.offset >= 0 else b""
            if len(header) < LOCAL.size or header[:4] != b"PK\3\4":
                raise self._broken(f"the part {entry.name!r} is not where its directory says")
            _, _, flags, *_, n_name, n_extra = LOCAL.unpack_from(header)
            if flags & (_ENCRYPTED | _PATCHED):
                raise self._broken(f"the part {entry.name!r} is encrypted in one place and not in another")
            entry.data = entry.offset + LOCAL.size + n_name + n_extra
            entry.end = stop
            if entry.data + entry.packed > stop:
                raise self._broken(f"the part {entry.name!r} overlaps its neighbour")
            if n_name != len(entry.raw_name) or header[LOCAL.size :] != entry.raw_name:
                raise self._broken(f"the part {entry.name!r} goes by two names")
            start = stop = entry.offset
        return start

    # -- parts

    def read(self, entry: Entry) -> bytes:
        """Unpack a part.

        Raises:
            Refused: it is larger than MAX_PART, or damaged.
        """
        if entry.size > MAX_PART:
            raise self.part_too_large(entry)
        self._parsed += entry.size
        if self._parsed > _MAX_PARSED:
            raise self.refused("part-too-large", "asks for more than 256 MB of lists to be read")
        data = b"".join(self.chunks(entry, entry.packed or 1, MAX_PART))
        if len(data) != entry.size or zlib.crc32(data) != entry.crc:
            raise self._broken(f"the part {entry.name!r} cannot be unpacked")
        return data

    def stream(self, entry: Entry) -> Iterator[bytes]:
        """Unpack a part piece by piece, for readers that may leave before its end.

        Raises:
            Refused: more than MAX_PART of it was asked for, or it is damaged.
        """
        size = crc = 0
        for piece in self.chunks(entry, _PIECE, _PIECE):
            size += len(piece)
            if size > MAX_PART:
                raise self.part_too_large(entry)
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != entry.size or crc != entry.crc:
            raise self._broken(f"the part {entry.name!r} cannot be unpacked")

    def chunks(self, entry: Entry, step: int = _HEAD, most: int = _HEAD_UNPACKED) -> Iterator[bytes]:
        """Unpack a part bit by bit, never more than its stated size.

        Args:
            entry: the part.
            step: how many packed bytes are read at a time.
            most: how many bytes one bit may unpack to.
        """
        if entry.unpacked is not None:
            yield entry.unpacked
            return
        left, at, wanted = entry.packed, entry.data, entry.size
        inflate = zlib.decompressobj(-15) if entry.method else None
        while left > 0 and wanted > 0:
            raw = self.at(at, min(step, left))
            if not raw:
                return
            at, left = at + len(raw), left - len(raw)
            while raw and wanted > 0:
                try:
                    out = inflate.decompress(raw, min(wanted, most)) if inflate else raw[:wanted]
                except zlib.error:
                    raise self._broken(f"the part {entry.name!r} cannot be unpacked") from None
                raw = inflate.unconsumed_tail if inflate else b""
                wanted -= len(out)
                if len(out) == entry.size <= _HEAD_UNPACKED and self._kept < _MOST_KEPT:
                    entry.unpacked, self._kept = out, self._kept + len(out)
                yield out

    def unchanged(self) -> bool:
        """Whether the file still looks as it did when it was opened."""
        try:
            return Stamp.of(self.path) == self.stamp
        except OSError:
            return False
