"""One entry of a package, and the names of parts."""

from __future__ import annotations

import struct
from dataclasses import dataclass

__all__ = ["FULL_FIELD", "Entry", "part_key", "zip64_field"]

# A field too narrow for its value says so by this, and the zip64 field has the value.
FULL_FIELD = 0xFFFF_FFFF


def part_key(name: str) -> str:
    """What names of one part have in common: slashes lean forward, case and a leading slash do not count."""
    return name.replace("\\", "/").lstrip("/").lower()


@dataclass(slots=True)
class Entry:
    """One entry of the package.

    ``[offset, end)`` is all the file holds of it: header, data, descriptor and whatever pads it. ``data`` is
    where its ``packed`` bytes begin; ``size`` is their length when unpacked.
    """

    name: str
    raw_name: bytes
    central: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    data: int = -1
    end: int = -1

    @property
    def key(self) -> str:
        """The name by which the part is found."""
        return part_key(self.name)

    @property
    def is_folder(self) -> bool:
        """A folder entry, which holds no part."""
        return self.name.endswith(("/", "\\"))


def zip64_field(extra: bytes) -> tuple[int, int] | None:
    """Where the values of a record's zip64 extra field begin and end within ``extra``."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            return at + 4, min(at + 4 + length, len(extra))
        at += 4 + length
    return None
