"""Searching the raw text of a large worksheet for texts that are wanted, many times as fast as it is parsed.

It errs on one side only: a sheet in which such a text may stand is told to have one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pbal_xl.ooxml.dialect import SPREADSHEET, STRICT_SPREADSHEET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["may_hold"]

# A formula, whose value may be missing or a text; a text in several parts; what is not plainly what it seems.
_UNKNOWN = (b"&", b"'", b"!", b"?", b"\n", b"\t", b"\r", b"xmlns", b"<f", b"<is")
# A text in its cell, as programs write one that has no looks of its own.
_INLINE = re.compile(rb'<is><t(?: xml:space="preserve")?>([^<&]*)</t></is>')
_OWN = b' t="inlineStr"'
_KIND, _SHARED, _NO_TEXT = b" t", b' t="s"', (b' t="n"', b' t="b"', _OWN)
_INDEX = re.compile(rb"""<c\s[^<>]*?\st="s"[^<>]*>\s*<v>\s*([0-9]+)\s*</v>""")
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*\?>)?\s*<worksheet[\s>]")
_DATA = re.compile(rb"<sheetData[\s>]")
_CELL = b"<c "
_MOST_KEPT = 4_000_000


def may_hold(
    pieces: Iterable[bytes], wanted: Callable[[], set[int]], is_wanted: Callable[[str], bool] = lambda _: True
) -> bool:
    """Whether a cell of a worksheet may hold one of some texts.

    Args:
        pieces: the sheet's part.
        wanted: gives the places, among the shared strings, of the texts; called when a cell refers to any.
        is_wanted: whether a text that stands in its cell is one of them.
    """
    for text in _whole_cells(pieces):
        if text is None:
            return True
        own = _INLINE.findall(text) if b"<is>" in text else []
        bare = _INLINE.sub(b"", text) if own else text
        if bare.count(_OWN) != len(own) or any(one in bare for one in _UNKNOWN):
            return True
        if any(_may_be(one, is_wanted) for one in set(own)):
            return True
        shared = bare.count(_SHARED)
        kinds = bare.count(_KIND)
        if kinds != shared and kinds != shared + sum(map(bare.count, _NO_TEXT)):
            return True
        if shared:
            found = _INDEX.findall(bare)
            if len(found) != shared or not wanted().isdisjoint(map(int, set(found))):
                return True
    return False


def _may_be(text: bytes, is_wanted: Callable[[str], bool]) -> bool:
    try:
        return is_wanted(text.decode())
    except UnicodeDecodeError:
        return True


def _whole_cells(pieces: Iterable[bytes]) -> Iterator[bytes | None]:
    """What stands between <sheetData> and its end, cut where cells begin; None where that cannot be told."""
    kept, inside = b"", False
    for piece in pieces:
        kept += piece
        if not inside:
            begin = _DATA.search(kept)
            if begin is not None and not _is_plain(kept[: begin.start()]):
                break
            inside, kept = begin is not None, kept if begin is None else kept[begin.end() :]
        if inside:
            end = kept.find(b"</sheetData")
            cut = end if end >= 0 else max(kept.rfind(_CELL), 0)
            yield kept[:cut]
            kept = kept[cut:]
            if end >= 0:
                return
        if len(kept) > _MOST_KEPT:
            break
    yield None


def _is_plain(head: bytes) -> bool:
    """Whether a sheet begins as programs write it: one byte a character, and no prefix for its cells."""
    spaces = sum(head.count(f'"{space}"'.encode()) for space in (SPREADSHEET, STRICT_SPREADSHEET))
    odd = any(one in head for one in (b"<!", b"\0", b"&", b"'"))
    return _HEAD.match(head) is not None and spaces == 1 and not odd
