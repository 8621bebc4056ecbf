"""Adding defined names to a workbook file and touching nothing else: only the workbook part is patched."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.ooxml.rewrite import Changes, check_target, rewrite, target_of
from pbal_xl.ooxml.save import remove_leftovers
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.workbook_xml import set_workbook_names, sheet_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from pbal_xl.ooxml.source import Source

__all__ = ["add_names"]


def add_names(
    source: str | PathLike[str],
    names: Mapping[str, tuple[str, str]],
    *,
    ours: Callable[[str], bool],
    output: str | PathLike[str] | None = None,
) -> Path:
    """Give a workbook file defined names of its own; all else in the file stays as it is.

    Args:
        source: an .xlsx, .xlsm, .xltx or .xltm file.
        names: by name what it means, as files store it, and a comment.
        ours: whether what a name of that spelling means so far may be replaced.
        output: the file to write; the source itself when None.

    Returns:
        The file that was written.

    Raises:
        Refused: why the file is left exactly as it is; "name-taken" where a name means something else.
    """
    path = Path(source)
    target = target_of(path, output)
    remove_leftovers(target)
    opened = open_source(path)
    with opened.package:
        check_target(path, target)
        _check_free(opened, names, ours)
        set_workbook_names(opened, names)
        changes = Changes()
        changes.put(opened, opened.part, opened.workbook)
        rewrite(opened, target, changes)
    return target


def _check_free(opened: Source, names: Mapping[str, tuple[str, str]], ours: Callable[[str], bool]) -> None:
    wanted = {name.lower(): name for name in names}
    for one in sheet_names(opened):
        name = wanted.get(one.name.lower())
        if name is not None and not ours(one.text):
            raise opened.package.refused("name-taken", f"has a name {name} already, which means {one.text[:60]!r}")
