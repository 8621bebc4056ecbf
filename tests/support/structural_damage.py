"""Damages to the structure of a package: parts lost, swapped, renamed, rewired; rows moved, cells doubled."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    Parts = list[tuple[str, bytes]]

__all__ = ["damaged", "packed"]

_ROW = re.compile(rb"<row .*?</row>|<row [^>]*/>", re.DOTALL)
_CELL = re.compile(rb"<c [^>]*?/>|<c .*?</c>", re.DOTALL)
_TIE = re.compile(rb"<(?:\w+:)?Relationship [^>]*/>")
_ELEMENT = re.compile(rb"<[\w:]+ [^<>]*/>")
_ATTRIBUTE = re.compile(rb' ([\w:]+)="([^"]*)"')


def packed(parts: Parts) -> bytes:
    """A package of parts in their order, names more than once as well."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def damaged(parts: Parts, rng: Random) -> tuple[str, Parts]:
    """What was done, and the parts with it done; nothing is done where the drawn part holds nothing of the kind."""
    kind = rng.choice(list(_KINDS))
    return kind, _KINDS[kind](list(parts), rng)


def _removed(parts: Parts, rng: Random) -> Parts:
    parts.pop(rng.randrange(len(parts)))
    return parts


def _swapped(parts: Parts, rng: Random) -> Parts:
    one, other = rng.sample(range(len(parts)), 2)
    parts[one], parts[other] = (parts[one][0], parts[other][1]), (parts[other][0], parts[one][1])
    return parts


def _copied(parts: Parts, rng: Random) -> Parts:
    one, other = rng.sample(range(len(parts)), 2)
    parts[one] = parts[one][0], parts[other][1]
    return parts


def _doubled(parts: Parts, rng: Random) -> Parts:
    """The same name once more, with what another part holds."""
    one, other = rng.sample(range(len(parts)), 2)
    parts.insert(rng.randrange(len(parts) + 1), (parts[one][0], parts[other][1]))
    return parts


def _added(parts: Parts, rng: Random) -> Parts:
    name, content = rng.choice(parts)
    stem, _, suffix = name.rpartition(".")
    parts.append((f"{stem}x.{suffix}", content))
    return parts


def _renamed(parts: Parts, rng: Random) -> Parts:
    """A part, with or without all that leads to it."""
    at = rng.randrange(len(parts))
    name, content = parts[at]
    bare = name.rpartition("/")[2]
    new = bare.replace(".", "7.", 1)
    parts[at] = f"{name.removesuffix(bare)}{new}", content
    if rng.random() < 0.5:
        parts = [(one, text.replace(bare.encode(), new.encode())) for one, text in parts]
    return parts


def _rewired(parts: Parts, rng: Random) -> Parts:
    """Two relationships of one part exchange what they lead to, or one leads elsewhere."""
    at = rng.choice([place for place, (name, _) in enumerate(parts) if name.endswith(".rels")])
    name, content = parts[at]
    ties = _TIE.findall(content)
    targets = [re.search(rb'Target="[^"]*"', tie) for tie in ties]
    wanted = [found[0] for found in targets if found]
    if len(wanted) > 1 and rng.random() < 0.7:
        one, other = rng.sample(wanted, 2)
        content = content.replace(one, b"\0").replace(other, one).replace(b"\0", other)
    elif wanted:
        bare = rng.choice(parts)[0].encode()
        content = content.replace(rng.choice(wanted), b'Target="/' + bare + b'"')
    parts[at] = name, content
    return parts


def _in_a_part(pattern: re.Pattern[bytes], change: Callable[[list[bytes], Random], None]) -> Callable[..., Parts]:
    """Change the pieces of a part that fit a pattern, taken as a list."""

    def act(parts: Parts, rng: Random) -> Parts:
        places = [at for at, (_, content) in enumerate(parts) if len(pattern.findall(content)) > 1]
        at = rng.choice(places)
        name, content = parts[at]
        pieces = pattern.findall(content)
        before = list(pieces)
        change(pieces, rng)
        rest = pattern.split(content)
        more = pieces[len(before) :]
        out = rest[0]
        for place, after in enumerate(rest[1:]):
            out += (pieces[place] if place < len(pieces) else b"") + after
            if place == len(before) - 1:
                out = out.removesuffix(after) + b"".join(more) + after
        parts[at] = name, out
        return parts

    return act


def _exchange(pieces: list[bytes], rng: Random) -> None:
    one, other = rng.sample(range(len(pieces)), 2)
    pieces[one], pieces[other] = pieces[other], pieces[one]


def _repeat(pieces: list[bytes], rng: Random) -> None:
    pieces.append(rng.choice(pieces))


def _lose(pieces: list[bytes], rng: Random) -> None:
    pieces[rng.randrange(len(pieces))] = b""


def _one_says_anothers(pieces: list[bytes], rng: Random) -> None:
    """An attribute takes another's value."""
    at = rng.randrange(len(pieces))
    said = _ATTRIBUTE.findall(pieces[at])
    if len(said) > 1:
        (name, value), (_, other) = rng.sample(said, 2)
        pieces[at] = pieces[at].replace(b' %s="%s"' % (name, value), b' %s="%s"' % (name, other), 1)


_KINDS: dict[str, Callable[[Parts, Random], Parts]] = {
    "a part removed": _removed,
    "two parts swapped": _swapped,
    "a part in another's place": _copied,
    "a name twice": _doubled,
    "a part added": _added,
    "a part renamed": _renamed,
    "ties rewired": _rewired,
    "rows exchanged": _in_a_part(_ROW, _exchange),
    "a row twice": _in_a_part(_ROW, _repeat),
    "a row lost": _in_a_part(_ROW, _lose),
    "cells exchanged": _in_a_part(_CELL, _exchange),
    "a cell twice": _in_a_part(_CELL, _repeat),
    "elements exchanged": _in_a_part(_ELEMENT, _exchange),
    "an element twice": _in_a_part(_ELEMENT, _repeat),
    "an element lost": _in_a_part(_ELEMENT, _lose),
    "an attribute changed": _in_a_part(_ELEMENT, _one_says_anothers),
}
