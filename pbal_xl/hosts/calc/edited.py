"""Tells a sheet that pbal-xl wrote and nobody edited since: only such a sheet may be written anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import is_too_large, used_range
from pbal_xl.hosts.calc.dress import is_dressed_as_ours
from pbal_xl.hosts.calc.kept import kept
from pbal_xl.hosts.calc.living_mark import formulas_mark, reads_as_kept
from pbal_xl.hosts.calc.shades import shades
from pbal_xl.ooxml.digest import digest, number_text
from pbal_xl.ooxml.hidden_names import FORMULAS_NAME, MARK_NAME, SHADES_NAME
from pbal_xl.ooxml.references import column_letters
from pbal_xl.ooxml.titles import is_numbered

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["is_ours", "unedited_sheet"]

_FORMULA = 16  # com.sun.star.sheet.CellFlags.FORMULA
_OURS = "_pbal_xl_"


def unedited_sheet(document: Any, title: str) -> Any:
    """The first sheet of that title, or of it numbered, that pbal-xl wrote and nobody edited; None without one."""
    sheets = document.getSheets()
    for name in sheets.getElementNames():
        sheet = sheets.getByName(name)
        if is_numbered(name, title) and _is_as_written(sheet) and not _more_hangs_on(document, sheet):
            return sheet
    return None


def _is_as_written(sheet: Any) -> bool:
    """Whether the cells, comments and drawings are those that the sheet's mark tells of."""
    if is_too_large(used_range(sheet)):
        return False
    formulas, mark = kept(sheet, FORMULAS_NAME), kept(sheet, MARK_NAME)
    if formulas is not None:
        return formulas == formulas_mark(sheet) and reads_as_kept(sheet)
    # Formulas without a mark of their own: those of an earlier version's file, or a user's.
    if mark is None or sheet.queryContentCells(_FORMULA).getCount():
        return False
    extra = ["comments"] if sheet.getAnnotations().getCount() else []
    return mark == digest(sheet.getName(), _said(sheet), extra, drawn=sheet.getDrawPage().getCount())


def _said(sheet: Any) -> Iterator[tuple[str, str, str]]:
    for i, row in enumerate(used_range(sheet).getDataArray(), start=1):
        for j, value in enumerate(row, start=1):
            if isinstance(value, str) and value:
                yield f"{column_letters(j)}{i}", "s", value
            elif isinstance(value, float):
                yield f"{column_letters(j)}{i}", "n", number_text(value)


def _more_hangs_on(document: Any, sheet: Any) -> bool:
    """Whether a user made anything of the sheet that its cells do not say: protection, names, rules, looks."""
    ranges = document.DatabaseRanges
    place = sheet.getRangeAddress().Sheet
    areas = (ranges.getByName(name).getDataArea() for name in ranges.getElementNames())
    return bool(
        sheet.isProtected()
        or not sheet.IsVisible
        or any(_is_users_own(name) for name in sheet.NamedRanges.getElementNames())
        or sheet.getDataPilotTables().getElementNames()
        or sheet.getScenarios().getElementNames()
        or shades(document, sheet) != (kept(sheet, SHADES_NAME) or "")
        or any(area.Sheet == place for area in areas)
        or not is_dressed_as_ours(document, sheet)
    )


def _is_users_own(name: str) -> bool:
    """Whether a name of the sheet is neither ours nor a program's own, such as the rows that every page repeats."""
    return not is_ours(name) and not name.startswith("_xlnm.")


def is_ours(name: str) -> bool:
    """Whether pbal-xl gave the sheet the name, whichever host wrote it."""
    return name.casefold().startswith(_OURS)
