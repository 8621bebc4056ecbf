"""Adding one sheet to a workbook file and touching nothing else.

The new sheet comes from a maker: straight from its values (``sheetxml``), or, for ``add_sheet``, from a scratch
workbook that openpyxl wrote (``newsheet``). Every part of the user's file is copied as
it lies in the package, still compressed; patched are only the content types, the workbook part, its
relationships and the style sheet, each by insertion into its text. The module is long because the steps of one
graft share all that they find out; each step is short.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.ooxml.entry import part_key
from pbal_xl.ooxml.formulamark import names_of_read
from pbal_xl.ooxml.hidden_names import FORMULAS_NAME, PARTS_NAME, SAID_NAME, SEAL_NAME, SOURCE_NAME, WHOLE_NAME
from pbal_xl.ooxml.looks import looks_of
from pbal_xl.ooxml.mark import MARK_NAME, mark_of, mark_text
from pbal_xl.ooxml.newparts import Fitting
from pbal_xl.ooxml.opc import find_part, rels_name
from pbal_xl.ooxml.replace import find_ours, prune_calc_chain
from pbal_xl.ooxml.rewrite import (
    Changes,
    check_target,
    declare,
    enter_styles,
    relation_kinds,
    rewrite,
    styles_of,
    target_of,
)
from pbal_xl.ooxml.save import remove_leftovers
from pbal_xl.ooxml.seal import UNSEALED, parts_digest, sealed
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.styles import style_map
from pbal_xl.ooxml.tables import TableNames
from pbal_xl.ooxml.titles import numbered, title_fault
from pbal_xl.ooxml.verify import earlier_output
from pbal_xl.ooxml.whole import Reached, Whole, stored_names, whole_mark
from pbal_xl.ooxml.workbook_xml import (
    SheetName,
    append_sheet,
    from_1904,
    set_sheet_names,
    titles,
)
from pbal_xl.ooxml.xmltext import XmlError
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from os import PathLike

    from openpyxl.workbook import Workbook

    from pbal_xl.ooxml.looks import CellLooks
    from pbal_xl.ooxml.newparts import Maker, NewSheet
    from pbal_xl.ooxml.save import Stamp
    from pbal_xl.ooxml.source import Source
    from pbal_xl.ooxml.styles import StyleMap

__all__ = ["Grafted", "add_sheet", "graft_sheet"]


@dataclass(frozen=True, slots=True)
class Grafted:
    """What was done to a workbook file.

    Attributes:
        path: the file that was written.
        title: the new sheet's title.
        replaced: whether it took the place of an earlier one of ours.
        added: names of the parts that make up the new sheet.
        patched: names of the user's parts that something was inserted into.
        dropped: names of parts of the earlier sheet that are gone.
        other_names: how many hard links to the file that was written keep what it was.
    """

    path: Path
    title: str
    replaced: bool
    added: tuple[str, ...]
    patched: tuple[str, ...]
    dropped: tuple[str, ...]
    other_names: int = 0


def add_sheet(  # noqa: PLR0913  all but two by keyword
    source: str | PathLike[str],
    scratch: Workbook,
    *,
    title: str,
    output: str | PathLike[str] | None = None,
    replace: bool = False,
    expected: Stamp | None = None,
) -> Grafted:
    """Add the first sheet of a scratch workbook to a workbook file; all that is in the file stays as it is.

    Cell styles, number formats, conditional formats, column widths, panes, print settings, tables, charts and
    pictures come along. Cells are written as values: a text that begins with "=" stays text. The new sheet is
    last, unless it replaces one.

    Args:
        source: an .xlsx, .xlsm, .xltx or .xltm file.
        scratch: an openpyxl workbook; only its first worksheet is used, and it is not changed.
        title: the sheet's title; "title (2)" and so on when it is taken.
        output: the file to write, which must not exist yet (or be empty); the source itself when None.
        replace: take the place of the last sheet of this title, or a numbered one, that this function wrote
            and that nobody edited, renamed or copied since; when there is none, a sheet is added.
        expected: the stamp that ``check_source`` gave, when the file was read before; it must be the same.

    Returns:
        What was added, patched and dropped, and the sheet's title.

    Raises:
        Refused: why the file is left exactly as it is; ``.code`` is a key of REFUSALS.
    """
    from pbal_xl.ooxml.newsheet import ScratchMaker

    path = Path(source)
    _check_title(path, title)
    opened = open_source(path)
    with opened.package as package:
        if expected is not None and package.stamp != expected:
            raise package.refused("changed", "was changed after it was read and is left as it is: run again")
        return graft_sheet(opened, ScratchMaker(scratch), title=title, output=output, replace=replace)


def graft_sheet(  # noqa: PLR0913  all but two by keyword
    opened: Source,
    maker: Maker,
    *,
    title: str,
    output: str | PathLike[str] | None = None,
    replace: bool = False,
    said: str | None = None,
    made_from: str | None = None,
) -> Grafted:
    """Add a sheet to a workbook that is open; its package is closed by the time the file is replaced.

    Args:
        opened: the workbook; it is used up.
        maker: makes the sheet.
        title: as in ``add_sheet``, likewise the rest.
        output: the file to write; the workbook itself when None.
        replace: take the place of an earlier sheet.
        said: a text to keep with the sheet, at most 255 characters; with one the sheet is sealed too, so that
            ``verify`` can tell whether a byte of it changed.
        made_from: the cells that the sheet tells of, as a formula names them, to keep with it for the hosts.

    Raises:
        Refused: why the file is left exactly as it is.
    """
    package = opened.package
    path = package.path
    _check_title(path, title)
    target = target_of(path, output)
    remove_leftovers(target)
    earlier = earlier_output(target, opened) if replace and target is not path else None
    if earlier is None:
        check_target(path, target)
    graft = _Graft(opened, maker, title, replace=replace, kept={SAID_NAME: said, SOURCE_NAME: made_from})

    links = rewrite(opened, target, graft.changes, earlier)
    return graft.report(target, links)


def _check_title(path: Path, title: str) -> None:
    fault = title_fault(title)
    if fault:
        raise refusal("bad-title", path, f"gets no new sheet: the title {title!r} {fault}")


class _Graft:
    """The patches of one graft, computed before anything is written."""

    def __init__(
        self, source: Source, maker: Maker, title: str, *, replace: bool, kept: Mapping[str, str | None]
    ) -> None:
        self.said, self.made_from = kept[SAID_NAME], kept[SOURCE_NAME]
        self.source = source
        self.package = source.package
        self.old = find_ours(source, title) if replace else None
        self.title = self.old.title if self.old else numbered(title, titles(source))
        self.dropped = set(self.old.dropped) if self.old else set()
        self.changes = Changes()
        self.taken = self._taken()
        self.styles_part, self.styles = styles_of(source)
        self.sheet = self._build(maker)
        self._register()
        self._settle()

    def _taken(self) -> set[str]:
        """Keys no new part may have: of parts, and of parts that are spoken of but missing."""
        spoken = {part_key(one.target) for one in self.source.rels.all if one.target}
        return (set(self.package.parts) | set(self.source.types.overrides) | spoken) - self.dropped

    def _free_name(self, pattern: str) -> str:
        numbers = range(1, len(self.taken) + 2)
        names = (pattern.format(number) for number in numbers)
        free = (one for one in names if not {part_key(one), rels_name(part_key(one))} & self.taken)
        name = next(free)
        self.taken.add(part_key(name))
        return name

    def _build(self, maker: Maker) -> NewSheet:
        styles = style_map(self.styles, maker.styles(from_1904=from_1904(self.source)), maker.asked)
        fit = Fitting(
            title=self.title,
            folder=posixpath.dirname(self.source.part) or "xl",
            free_name=self._free_name,
            free_table=TableNames(self.source, self.dropped).free,
            styles=styles,
            looks=lambda: self._looks(styles),
            strict=self.source.strict,
            code_name=self.old.code_name if self.old else None,
        )
        if self.old:  # the list of sheets leads to this part, and shall go on doing so
            part = self.package.parts[self.old.part].name.replace("\\", "/")
            fit.free_name = _first(part, self._free_name)
            self.taken.add(part_key(part))
        sheet = maker.build(fit)
        if styles.full:
            raise self.package.refused("full", "has no room for more cell styles")
        if sheet.marks is None:
            styles.write(self.styles)
        return sheet

    def _looks(self, styles: StyleMap) -> CellLooks:
        styles.write(self.styles)
        try:
            return looks_of(self.styles.render())
        except XmlError as error:  # in an encoding that only the scanner reads
            told = f"holds the part {self.styles_part!r}, which cannot be read: {error}"
            raise self.package.refused("broken-xml", told) from None

    def _register(self) -> None:
        """Enter the sheet into the workbook part, its relationships and the content types."""
        index = self.old.index if self.old else self._append()
        marks = self.sheet.marks
        mark = marks.mark() if marks else mark_of(self.title, self.sheet.part, self._follow, list)
        names = [SheetName(MARK_NAME, hidden=True, text=mark_text(mark))]
        names += [SheetName(WHOLE_NAME, hidden=True, text=mark_text(whole_mark(self._whole())))]
        if marks and (formulas := marks.formulas()):
            told, read = formulas
            names += [SheetName(FORMULAS_NAME, hidden=True, text=mark_text(told))]
            names += [SheetName(name, hidden=True, text=text) for name, text in names_of_read(read)]
        if self.made_from is not None:
            names += [SheetName(SOURCE_NAME, hidden=True, text=self.made_from)]
        if self.said is not None:
            parts = mark_text(parts_digest(self.sheet.parts.values()))
            names += [
                SheetName(PARTS_NAME, hidden=True, text=parts),
                SheetName(SEAL_NAME, hidden=True, text=mark_text(UNSEALED)),
                SheetName(SAID_NAME, hidden=True, text=mark_text(self.said.replace('"', '""'))),
            ]
        names += [SheetName(name, hidden, text) for name, hidden, text in self.sheet.names]
        set_sheet_names(self.source, index, names, new=self.old is None)
        if self.old:
            self.changes.changed |= prune_calc_chain(self.source, self.old.sheet_id)
        types = dict(self.sheet.types) | enter_styles(self.source, self.styles_part)
        declare(self.source, types, self.sheet.parts)
        self.source.types.forget(self.dropped - {part_key(name) for name in self.sheet.parts})

    def _whole(self) -> Whole:
        def follow(part: str) -> tuple[bytes, dict[str, Reached]]:
            reached = self.sheet.relations.get(part, {})
            inside = self.sheet.parts.keys()
            ties = {name: Reached(kind, to, outside=to not in inside) for name, (kind, to) in reached.items()}
            content = self.sheet.frame if self.sheet.marks and part == self.sheet.part else self.sheet.parts[part]
            return content, ties

        return Whole(
            title=self.title,
            part=self.sheet.part,
            follow=follow,
            strings=bytes,
            styles=self.styles.render(),
            names=stored_names(self.sheet.names),
            marks=self.sheet.marks,
        )

    def _follow(self, part: str) -> tuple[bytes, list[tuple[str, str]]]:
        return self.sheet.parts[part], list(self.sheet.relations.get(part, {}).values())

    def _append(self) -> int:
        relation = self.source.rels.add(f"{relation_kinds(self.source)}/worksheet", self.sheet.part)
        return append_sheet(self.source, self.title, relation)

    def _settle(self) -> None:
        """Sort all content into entries that change, entries that come and entries that go."""
        changes = self.changes
        changes.put_lists(self.source, self.styles_part, self.styles)
        self.patched = tuple(self._named(key) for key in changes.changed)
        self.created = tuple(changes.added)
        for name, content in self.sheet.parts.items():
            if part_key(name) in self.package.parts:
                changes.changed[part_key(name)] = content
            else:
                changes.added[name] = content
        own = {part_key(self.source.part), part_key(self.sheet.part), self.sheet.part}
        changes.common = {*changes.changed, *changes.added} - own
        self.gone = self.dropped - set(changes.changed)
        changes.dropped = self.gone
        if self.said is not None:
            self._seal()

    def _seal(self) -> None:
        """Put the seal of the four lists into the workbook part, which is one of them."""
        names = ["[Content_Types].xml", rels_name(self.source.part), self.styles_part]
        workbook = part_key(self.source.part)
        lists = [self._content(name) for name in names]
        self.changes.changed[workbook] = sealed(self.changes.changed[workbook], lists)

    def _content(self, name: str) -> bytes:
        key = find_part(self.package, name)
        if key is None:
            return self.changes.added[name]
        changed = self.changes.changed
        return changed[key] if key in changed else self.package.read(self.package.parts[key])

    def _named(self, key: str) -> str:
        return self.package.parts[key].name

    def report(self, target: Path, links: int) -> Grafted:
        """What was done."""
        return Grafted(
            path=target,
            title=self.title,
            replaced=self.old is not None,
            added=(*self.created, *self.sheet.parts),
            patched=self.patched,
            dropped=tuple(sorted(self._named(key) for key in self.gone)),
            other_names=links,
        )


def _first(name: str, otherwise: Callable[[str], str]) -> Callable[[str], str]:
    """Gives one name, and from then on what another function gives."""
    pending = [name]
    return lambda pattern: pending.pop() if pending else otherwise(pattern)
