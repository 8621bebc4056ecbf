"""Seals: whether a sheet's parts, and the lists it was entered into, are byte for byte as they were written."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["UNSEALED", "is_sealed", "parts_digest", "same_parts", "sealed"]

_LENGTH = 16
# What stands in the workbook part while the seal, which covers that part too, is worked out.
UNSEALED = "unsealed" + "-" * 24


def _short(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_LENGTH]


def parts_digest(contents: Iterable[bytes]) -> str:
    """The digests of parts, in an order that does not depend on their names."""
    return ".".join(sorted(_short(content) for content in contents))


def same_parts(digest: str, contents: Iterable[bytes]) -> int | None:
    """How many of the parts are as they were written; None when they all are, no more and no fewer."""
    stored, found = digest.split("."), parts_digest(contents).split(".")
    return None if stored == found else len(set(stored) & set(found))


def _seal(workbook: bytes, lists: Sequence[bytes]) -> str:
    seen = hashlib.sha256()
    for content in (workbook, *lists):
        seen.update(len(content).to_bytes(8, "big") + content)
    return seen.hexdigest()[: len(UNSEALED)]


def sealed(workbook: bytes, lists: Sequence[bytes]) -> bytes:
    """The workbook part with its seal put in; unchanged where the seal cannot be put in plainly."""
    blank = UNSEALED.encode()
    return workbook.replace(blank, _seal(workbook, lists).encode()) if workbook.count(blank) == 1 else workbook


def is_sealed(seal: str, workbook: bytes, lists: Sequence[bytes]) -> bool:
    """Whether the lists are byte for byte what they were when the seal was put on."""
    text = seal.encode()
    if len(seal) != len(UNSEALED) or workbook.count(text) != 1:
        return False
    return _seal(workbook.replace(text, UNSEALED.encode()), lists) == seal
