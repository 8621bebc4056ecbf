"""One entry of a package, and the names of parts."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Entry", "part_key"]


def part_key(name: str) -> str:
    """What names of one part have in common: slashes lean forward, case and a leading slash do not count."""
    return name.replace("\\", "/").lstrip("/").lower()


@dataclass(slots=True)
class Entry:
    """One entry of the package.

    ``[offset, end)`` is all the file holds of it: header, data, descriptor and whatever pads it. ``data`` is
    where its ``packed`` bytes begin; ``size`` is their length when unpacked,
    ``key`` the name by which the part is found, ``unpacked`` what it holds, where that is kept.
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
    key: str = field(init=False)
    unpacked: bytes | None = None

    def __post_init__(self) -> None:
        """The name by which the part is found."""
        self.key = part_key(self.name)

    @property
    def is_folder(self) -> bool:
        """A folder entry, which holds no part."""
        return self.name.endswith(("/", "\\"))
