"""Writing a package anew from an old one: kept entries are copied as they lie, still compressed."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.ooxml.ziprecords import CENTRAL, END, FULL_FIELD, LOCAL, UTF8, zip64_field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from typing import BinaryIO

    from pbal_xl.ooxml.entry import Entry
    from pbal_xl.ooxml.package import Package

__all__ = ["write_package"]

_DATE = 0x0021  # 1 January 1980, as Excel itself writes: equal input gives equal bytes
_CHUNK = 1 << 20
# What goes through the press once for all workbooks that have it is as small.
_SMALL = 20_000
# The next one takes twice the time, and a sheet is smaller by less than a hundredth.
_LEVEL = 5
_OFFSET_AT, _NAME_LENGTH_AT, _FIXED = 42, 28, 46


def write_package(  # noqa: PLR0913  all but two by keyword
    package: Package,
    out: BinaryIO,
    *,
    changed: Mapping[str, bytes],
    added: Mapping[str, bytes],
    dropped: AbstractSet[str],
    common: AbstractSet[str] = frozenset(),
) -> None:
    """Write the package with some parts changed, added and dropped.

    Args:
        package: the open original.
        out: where to write, from its present start.
        changed: new content by part_key; the entry keeps its place, name and date.
        added: content by name, appended in order.
        dropped: part_keys to leave out.
        common: part_keys, and names of added parts, of what other workbooks of the same template mostly have alike.
    """
    writer = _Writer(package, out)
    writer.copy(0, package.start)
    records: dict[int, bytes] = {}
    for entry in sorted(package.entries, key=lambda one: one.offset):
        if not entry.is_folder and entry.key in dropped:
            continue
        if not entry.is_folder and entry.key in changed:
            alike = entry.key in common
            records[id(entry)] = writer.add(entry.raw_name, changed[entry.key], entry, alike=alike)
        else:
            records[id(entry)] = _moved(entry.central, writer.position)
            writer.copy(entry.offset, entry.end)
    directory = [records[id(entry)] for entry in package.entries if id(entry) in records]
    directory += [writer.add(name.encode(), content, None, alike=name in common) for name, content in added.items()]
    writer.finish(directory, package.tail)


class _Writer:
    """Copies stretches of the original in as few reads as possible, and counts where it is."""

    def __init__(self, package: Package, out: BinaryIO) -> None:
        self.package = package
        self.out = out
        self.position = 0
        self.pending = (0, 0)

    def copy(self, low: int, high: int) -> None:
        """Copy a stretch; neighbouring ones are joined before anything is read."""
        if self.pending[1] != low:
            self._flush()
            self.pending = (low, low)
        self.pending = (self.pending[0], high)
        self.position += high - low

    def _flush(self) -> None:
        at, stop = self.pending
        self.pending = (0, 0)
        while at < stop:
            data = self.package.at(at, min(_CHUNK, stop - at))
            if not data:
                raise self.package.refused("changed", "was cut short while it was being copied: run again")
            self.out.write(data)
            at += len(data)

    def add(self, name: bytes, content: bytes, old: Entry | None, *, alike: bool) -> bytes:
        """Write a part, compressed; gives its directory record."""
        self._flush()
        data = _squeezed_alike(content) if alike and len(content) <= _SMALL else _squeezed(content)
        time, date = struct.unpack_from("<2H", old.central, 12) if old else (0, _DATE)
        flags = old.flags & UTF8 if old else 0 if name.isascii() else UTF8
        crc = zlib.crc32(content)
        common = (20, flags, 8, time, date, crc, len(data), len(content), len(name))
        record = _record(common, name, old, self.position)
        self.out.write(LOCAL.pack(b"PK\3\4", *common, 0) + name)
        self.out.write(data)
        self.position += LOCAL.size + len(name) + len(data)
        return record

    def finish(self, directory: list[bytes], tail: bytes) -> None:
        """Write the directory and the end record."""
        self._flush()
        data = b"".join(directory)
        count = len(directory)
        self.out.write(data)
        # The comment's length is the original's: what follows it, if anything, is no part of the comment.
        length = min(self.package.comment_length, len(tail))
        self.out.write(END.pack(b"PK\5\6", 0, 0, count, count, len(data), self.position, length) + tail)


def _squeezed(content: bytes) -> bytes:
    # A window and tables twice as large as what goes through find all there is to find.
    bits = len(content).bit_length() + 1
    squeeze = zlib.compressobj(_LEVEL, zlib.DEFLATED, -min(15, max(9, bits)), min(8, max(1, bits - 6)))
    return squeeze.compress(content) + squeeze.flush()


_squeezed_alike = lru_cache(maxsize=64)(_squeezed)


def _record(common: tuple[int, ...], name: bytes, old: Entry | None, offset: int) -> bytes:
    made_by, internal, external, comment = 20, 0, 0, b""
    if old:
        fields = CENTRAL.unpack_from(old.central)
        made_by, internal, external = fields[1], fields[14], fields[15]
        comment = old.central[len(old.central) - fields[12] :] if fields[12] else b""
    return (
        CENTRAL.pack(b"PK\1\2", made_by, *common, 0, len(comment), 0, internal, external, offset) + name + comment
    )


def _moved(record: bytes, offset: int) -> bytes:
    """A directory record that points elsewhere and says all else as before."""
    (narrow,) = struct.unpack_from("<L", record, _OFFSET_AT)
    if narrow != FULL_FIELD:
        return record[:_OFFSET_AT] + struct.pack("<L", offset) + record[_FIXED:]
    packed, size = struct.unpack_from("<2L", record, 20)
    n_name, n_extra = struct.unpack_from("<2H", record, _NAME_LENGTH_AT)
    extra_at = _FIXED + n_name
    field = zip64_field(record[extra_at : extra_at + n_extra])
    if field is None:  # the reader has found it before
        raise AssertionError(record)
    at = extra_at + field[0] + 8 * ((packed == FULL_FIELD) + (size == FULL_FIELD))
    return record[:at] + struct.pack("<Q", offset) + record[at + 8 :]
