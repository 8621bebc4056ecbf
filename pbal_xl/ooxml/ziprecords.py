"""The records of the archive format, as reading and writing both lay them out; all numbers are little-endian."""

from __future__ import annotations

import struct

__all__ = ["CENTRAL", "END", "END64", "FULL_FIELD", "LOCAL", "LOCATOR64", "UTF8", "zip64_field"]

# The names are those of the format's description (APPNOTE.TXT 4.3): local file header, central directory header,
# end of central directory, and the last two for archives beyond 4 GB.
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s6H3L5H2L")
END = struct.Struct("<4s4H2LH")
END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR64 = struct.Struct("<4sLQL")

# A flag of an entry: its name is UTF-8.
UTF8 = 0x800

# A field too narrow for its value says so by this, and the zip64 field has the value.
FULL_FIELD = 0xFFFF_FFFF


def zip64_field(extra: bytes) -> tuple[int, int] | None:
    """Find where the values of a record's zip64 extra field begin and end within ``extra``; None without one."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            return at + 4, min(at + 4 + length, len(extra))
        at += 4 + length
    return None
