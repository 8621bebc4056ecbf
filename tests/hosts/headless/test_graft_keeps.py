"""Adding a sheet loses nothing: over rich, odd and real workbooks."""

from __future__ import annotations

import shutil
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbook_zoo as zoo
from workbook_guard import damage, may_be_patched
from workbook_scratch import SYMBOLS, rich

from pbal_xl.hosts.headless import REFUSALS, Refused, add_sheet

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.ooxml.graft import Grafted

XLWINGS = zoo.xlwings_files()
NOT_READ_BY_OPENPYXL = {
    "strict": "openpyxl reads no strict files",
    "backslashes": "openpyxl finds no parts under such names",
    "odd_case": "openpyxl finds no parts under such names",
    "workbook22": "openpyxl compares part names by letter case",
    "comments_and_instructions": "openpyxl takes a comment for a sheet",
    "no_styles": "the cells ask for styles that are not there",
    "missing_styles_part": "the cells ask for styles that are not there",
    "empty_styles": "the cells ask for styles that are not there",
    "no_fills": "openpyxl asks for fills",
    "no_fonts_nor_borders": "openpyxl asks for fonts",
    "no_cell_formats": "the cells ask for styles that are not there",
    "no_base_formats": "openpyxl asks for named styles",
}


def _law(before: Path, after: Path) -> Grafted:
    """Graft into a copy and hold it against the original; then again, in place of the first."""
    shutil.copyfile(before, after)
    scratch = rich()
    first = add_sheet(after, scratch, title="Trades")
    assert damage(before, after, added=first.added) == []
    with zipfile.ZipFile(before) as archive:
        created = {name.lower() for name in first.added}
        assert {name.replace("\\", "/").lower() for name in first.patched} <= may_be_patched(archive) | created
    once = after.with_name("once" + after.suffix)
    shutil.copyfile(after, once)
    second = add_sheet(after, rich(first.title), title="Trades", replace=True)
    assert (second.replaced, second.title, second.dropped) == (True, first.title, ())
    assert damage(once, after, replaced=second.added) == []
    assert zipfile.ZipFile(after).namelist() == zipfile.ZipFile(once).namelist()
    return first


def _names(path: Path) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
        names = book.sheetnames
        book.close()
    return names


def _assert_shown(before: Path, after: Path, title: str) -> None:
    """openpyxl shows the new sheet, last, with its formats and all."""
    assert _names(after) == [*_names(before), title]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sheet = openpyxl.load_workbook(after)[title]
    assert [cell.value for cell in sheet["A"]][1 : 1 + len(SYMBOLS)] == list(SYMBOLS)
    assert {cell.data_type for cell in sheet["A"][1 : 1 + len(SYMBOLS)]} == {"s"}
    head, shares = sheet["A1"], sheet["B2"]
    assert (head.font.name, head.font.b, head.font.sz, head.fill.fgColor.rgb) == (
        "Arial",
        True,
        12,
        "FFDDEEFF",
    )
    assert (head.border.bottom.style, shares.alignment.horizontal) == ("thin", "right")
    assert (shares.number_format, sheet["C2"].number_format) == ('#,##0.00 "pcs"', "0.00%")
    assert str(sheet["D2"].value)[:10] == "2026-01-02"
    assert (sheet.freeze_panes, len(sheet.tables), len(sheet._charts)) == ("B2", 1, 1)  # type: ignore[attr-defined]
    rules = {rule.type: rule for area in sheet.conditional_formatting for rule in area.rules}
    assert rules["cellIs"].dxf.font.color.rgb == "FFFF0000"
    assert sheet.column_dimensions["A"].width == 22


@pytest.mark.parametrize("kind", [*zoo.RICH, *zoo.ODD])
def test_a_graft_loses_nothing_of_a_generated_workbook(kind: str, tmp_path: Path) -> None:
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    {**zoo.RICH, **zoo.ODD}[kind](before)
    done = _law(before, after)
    if kind not in NOT_READ_BY_OPENPYXL:
        _assert_shown(before, after, done.title)


def test_a_graft_loses_nothing_of_a_workbook_with_macros(tmp_path: Path) -> None:
    before, after = tmp_path / "before.xlsm", tmp_path / "after.xlsm"
    zoo.with_macros(before)
    done = _law(before, after)
    _assert_shown(before, after, done.title)


@pytest.mark.parametrize("source", XLWINGS, ids=lambda path: path.name)
def test_a_graft_loses_nothing_of_the_macro_workbooks_of_xlwings(source: Any, tmp_path: Path) -> None:
    after = tmp_path / f"after{source.suffix}"
    done = _law(source, after)
    if source.suffix != ".xlam":  # openpyxl opens no add-in by its extension
        _assert_shown(source, after, done.title)


def test_every_real_workbook_is_grafted_without_loss_or_refused_with_a_code(
    corpus_file: Any, tmp_path: Path
) -> None:
    after = tmp_path / f"after{corpus_file.suffix}"
    done = refused = None
    try:
        done = _law(corpus_file, after)
    except Refused as error:
        refused = error
    if refused:
        assert refused.code in REFUSALS
        assert str(after) in str(refused)
        assert after.read_bytes() == corpus_file.read_bytes()
    elif _readable(corpus_file):
        _assert_shown(corpus_file, after, done.title)


def _readable(path: Any) -> Any:
    try:
        return bool(_names(path))
    except Exception:  # noqa: BLE001  whatever openpyxl raises on what it cannot read
        return False
