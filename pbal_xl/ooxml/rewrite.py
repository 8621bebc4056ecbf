"""What every change of a workbook file has in common: its style sheet, the parts that are patched, the writing."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.ooxml.dialect import SPREADSHEET, STRICT_RELATIONSHIPS, STRICT_SPREADSHEET, relationships
from pbal_xl.ooxml.opc import RELS_TYPE, find_part, rels_name
from pbal_xl.ooxml.save import check_writable, replace_file, same_file
from pbal_xl.ooxml.styles import EMPTY_STYLES
from pbal_xl.ooxml.xmltext import scan
from pbal_xl.ooxml.zipwrite import write_package
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from os import PathLike
    from typing import BinaryIO

    from pbal_xl.ooxml.save import Stamp
    from pbal_xl.ooxml.source import Source
    from pbal_xl.ooxml.xmltext import Patch

__all__ = [
    "Changes", "check_target", "declare", "enter_styles", "relation_kinds", "rewrite", "styles_of", "target_of",
    "written",
]  # fmt: skip

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_MORE = ", or choose another file to write"


@dataclass(slots=True)
class Changes:
    """What is otherwise in the package that is written.

    Attributes:
        changed: new content of parts by their keys.
        added: content of new parts by their names.
        dropped: keys of parts that are left out.
        common: keys and names of what other workbooks of the same template mostly have alike.
    """

    changed: dict[str, bytes] = field(default_factory=dict)
    added: dict[str, bytes] = field(default_factory=dict)
    dropped: AbstractSet[str] = frozenset()
    common: AbstractSet[str] = frozenset()

    def put_lists(self, source: Source, styles_part: str, styles: Patch) -> None:
        """Put in what was patched of content types, workbook part, its relationships and style sheet."""
        self.put(source, "[Content_Types].xml", source.types.patch)
        self.put(source, source.part, source.workbook)
        self.put(source, rels_name(source.part), source.rels.patch)
        self.put(source, styles_part, styles)

    def put(self, source: Source, name: str, patch: Patch) -> None:
        """Put in a part as it was patched."""
        key = find_part(source.package, name)
        if key is None:
            self.added[name] = patch.render()
        elif patch.edited:
            content = patch.render()
            if content != source.package.read(source.package.parts[key]):
                self.changed[key] = content


def target_of(path: Path, output: str | PathLike[str] | None) -> Path:
    """The file to write; ``path`` itself, the very object, where it is the file that was read."""
    return path if output is None or same_file(path, Path(output)) else Path(output)


def check_target(path: Path, target: Path) -> None:
    """Make sure that ``target`` may be written with what ``path`` holds.

    Raises:
        Refused: it may not.
    """
    if target is path:
        check_writable(target, hint=_MORE)
        return
    if target.suffix.lower() != path.suffix.lower():
        what = f"would hold what {path.name} holds, so its name must end in {path.suffix} too"
        raise refusal("output-type", target, what)
    check_writable(target)
    if os.path.lexists(target) and (not target.exists() or target.stat().st_size):
        raise refusal("output-exists", target, "is already there: remove it or choose another name")


def rewrite(source: Source, target: Path, changes: Changes, expected: Stamp | None = None) -> int:
    """Write the workbook with its changes; its package is closed by the time a file is replaced.

    Args:
        source: the workbook; it is used up.
        target: as ``target_of`` gives it; leftovers of killed runs were removed beside it.
        changes: what is otherwise.
        expected: the stamp that a target which is another file must still have; None where there is none.

    Returns:
        How many other names (hard links) the file that was replaced still goes by.

    Raises:
        Refused: why everything is left exactly as it is.
    """
    package = source.package

    def write(out: BinaryIO) -> None:
        _write(source, out, changes)
        if not package.unchanged():
            raise package.refused("changed", "was changed while it was being copied: run again")
        package.close()  # Windows renames nothing onto an open file

    own = target is package.path
    return replace_file(target, write, expected=package.stamp if own else expected, tidied=True)


def written(source: Source, path: Path, changes: Changes) -> None:
    """Write the workbook with its changes to a temporary file, to be tried; the workbook stays open."""
    with path.open("wb") as out:
        _write(source, out, changes)


def _write(source: Source, out: BinaryIO, changes: Changes) -> None:
    write_package(
        source.package,
        out,
        changed=changes.changed,
        added=changes.added,
        dropped=changes.dropped,
        common=changes.common,
    )


def styles_of(source: Source) -> tuple[str, Patch]:
    """The name and content of the style sheet; a fresh one where there is none."""
    target = next((one.target for one in source.rels.of_kind("styles") if one.target), "xl/styles.xml")
    key = find_part(source.package, target)
    if key:
        return source.package.parts[key].name, source.scanned(key)
    space = STRICT_SPREADSHEET if source.strict else SPREADSHEET
    return target, scan(EMPTY_STYLES.format(space=space).encode(), 3)


def enter_styles(source: Source, part: str) -> dict[str, str]:
    """Let the workbook know of its style sheet, where it had none; the content types to declare."""
    if not any(source.rels.of_kind("styles")):
        source.rels.add(f"{relation_kinds(source)}/styles", part)
    return {part: _STYLES_TYPE} if find_part(source.package, part) is None else {}


def relation_kinds(source: Source) -> str:
    """The beginning of relationship types, as those of the workbook part have it."""
    types = [one.element.attrs.get("Type", "") for one in source.rels.of_kind("worksheet")]
    strict = types[0].startswith(STRICT_RELATIONSHIPS) if types else source.strict
    return relationships(strict=strict)


def declare(source: Source, types: Mapping[str, str], names: Iterable[str] = ()) -> None:
    """Declare content types of new parts, and of relationships among ``names`` where no default does."""
    wanted = dict(types)
    if "rels" not in source.types.defaults:
        rels = [name for name in [*names, rels_name(source.part)] if name.endswith(".rels")]
        wanted |= dict.fromkeys(rels, RELS_TYPE)
    source.types.declare(wanted)
