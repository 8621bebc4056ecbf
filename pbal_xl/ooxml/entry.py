"""One entry of a package, and the names of parts."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Entry", "part_key"]


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
