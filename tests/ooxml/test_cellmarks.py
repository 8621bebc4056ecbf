"""What a sheet's writer counts in for its marks is what readers of the finished file find."""

from __future__ import annotations

import random
import shutil
import warnings
from typing import TYPE_CHECKING

import pytest
import workbook_zoo as zoo
from openpyxl import load_workbook
from workbook_corpus import corpus

from pbal_xl.errors import Refused
from pbal_xl.ooxml.graft import graft_sheet
from pbal_xl.ooxml.mark import MARK_NAME, mark_of
from pbal_xl.ooxml.newbook import write_empty_workbook
from pbal_xl.ooxml.opc import find_part
from pbal_xl.ooxml.replace import find_ours
from pbal_xl.ooxml.sheetspec import (
    Area,
    CellLook,
    ChartColors,
    ChartSpec,
    FormulaCell,
    PageSpec,
    SheetSpec,
    SpecCell,
)
from pbal_xl.ooxml.sheetxml import SpecMaker
from pbal_xl.ooxml.source import open_source, relations
from pbal_xl.ooxml.workbook_xml import sheet_names
from pbal_xl.ooxml.xmltext import unescape_x

if TYPE_CHECKING:
    from pathlib import Path

    from pbal_xl.ooxml.sheetspec import Content

_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PIECES = (
    "VCR", " ", "  ", "\n", "\r", "\t", "&", "<", ">", '"', "'", "_x0041_", "_x005F_", "_", "x0042_", "=1+1", "-",
    "@", "\x00", "\x0b", "\ufffe", "\U0001f600", "é", "\u00a0", "\u2028", "0", "1e5", "TRUE", "]]>", _SPACE,
)  # fmt: skip
_LOOKS = [
    CellLook(),
    CellLook(bold=True),
    CellLook("Arial", 10),
    CellLook("Arial", 10, number_format="#,##0.00", align="right"),
    CellLook("Arial", 10, number_format='0.0 "shares"', fill="F3F4F6"),
    CellLook("Arial", 10, italic=True, color="6B7280", rule_above="9CA3AF", rule_below="D1D5DB", indent=1),
    CellLook("Calibri", 11, number_format="0"),
    CellLook(number_format="0.00%"),
]


def _content(draw: random.Random) -> Content:
    text = "".join(draw.choice(_PIECES) for _ in range(draw.randint(0, 4)))
    values: list[str | float | bool | None] = [None, 2.5, True, text, -1e-7]
    value = draw.choice(values)
    contents: list[Content] = [None, "", text, text, draw.uniform(-1e6, 1e6), 0.1 + 0.2, 1e300]
    return draw.choice([*contents, FormulaCell(text, value)])


INKS = ChartColors("000000", "878787", "D9D9D9", "FFFFFF")


def _spec(draw: random.Random) -> SheetSpec:
    looks = draw.sample(_LOOKS, draw.randint(1, len(_LOOKS)))
    cells = [
        SpecCell(row, column, _content(draw), draw.randrange(len(looks)))
        for row in sorted(draw.sample(range(1, 40), draw.randint(0, 12)))
        for column in sorted(draw.sample(range(1, 30), draw.randint(1, 6)))
    ]
    area = Area(1, 1, 5, 3)
    chart = ChartSpec(
        "Weights & more", area, [("Target", area, "1F77B4")], (8, 2), 4_000_000, 3_000_000, "Arial", INKS
    )
    page = PageSpec(area, 1, one=draw.random() < 0.5, margin=0.5)
    return SheetSpec(
        cells, looks, [12.5, 9], freeze=(2, 1),
        page=draw.choice([None, page]), charts=draw.choice([(), (chart,)]),
    )  # fmt: skip


def _check(path: Path, draw: random.Random, title: str = "Trades") -> None:
    opened = open_source(path)
    with opened.package:
        title = graft_sheet(opened, SpecMaker(_spec(draw)), title=title, said="{}").title
    opened = open_source(path)
    with opened.package as package:
        found = find_ours(opened, title)
        assert found is not None, f"the mark of the whole sheet differs ({path.name})"
        part = package.parts[found.part].name
        stored = [one.text for one in sheet_names(opened) if one.name == MARK_NAME and one.sheet == title]

        def follow(name: str) -> tuple[bytes, list[tuple[str, str]]]:
            key = find_part(package, name)
            return package.read(package.parts[key]), [
                (one.kind, one.target) for one in relations(package, name).all
            ]

        assert stored == [f'"{mark_of(title, part, follow, list)}"'], path.name


@pytest.mark.parametrize("seed", range(40))
def test_the_marks_taken_while_writing_are_those_that_are_read(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "book.xlsx"
    write_empty_workbook(path)
    draw = random.Random(seed)
    for title in ("Trades", "O'Brien & <sons>"):
        _check(path, draw, title)


@pytest.mark.parametrize("zero", ["fonts", "fills", "borders", "numFmts", "cellXfs"])
def test_they_are_so_whatever_the_first_items_of_the_style_sheet_are(tmp_path: Path, zero: str) -> None:
    """Unstyled cells, and looks that leave something open, take the workbook's own first items."""
    first = {
        "fonts": '<font><b/><sz val="8"/><name val="Courier"/></font>',
        "fills": '<fill><patternFill patternType="solid"><fgColor rgb="FF00FF00"/></patternFill></fill>',
        "borders": '<border><left style="thin"/><right/><top style="thick"/><bottom/><diagonal/></border>',
        "numFmts": '<numFmt numFmtId="0" formatCode="0.000"/><numFmt numFmtId="4" formatCode="yyyy"/>',
        "cellXfs": '<xf numFmtId="10" fontId="0" fillId="1" borderId="0"><alignment horizontal="center"/></xf>',
    }
    path = tmp_path / "book.xlsx"
    write_empty_workbook(path)
    parts = zoo.read_parts(path)
    styles = parts["xl/styles.xml"].decode()
    if zero == "numFmts":
        styles = styles.replace("<fonts", f'<numFmts count="2">{first[zero]}</numFmts><fonts')
    else:
        at = styles.index(">", styles.index(f"<{zero} ")) + 1
        styles = styles[:at] + first[zero] + styles[at:]
    parts["xl/styles.xml"] = styles.encode()
    zoo.write_parts(path, parts)
    for seed in range(8):
        _check(path, random.Random(seed))


def test_they_are_so_in_every_workbook_of_the_corpus(tmp_path: Path) -> None:
    done, sources = 0, list(corpus())
    if not sources:
        pytest.skip("no corpus of real workbooks here (set PBAL_CORPUS)")
    for number, source in enumerate(sources):
        path = tmp_path / source.name
        shutil.copyfile(source, path)
        path.chmod(0o644)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                _check(path, random.Random(number))
            except Refused:
                continue
        done += 1
    assert done > 20


def test_what_is_stored_with_a_formula_keeps_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    values: list[str | float | bool] = [True, False, "say _x0041_ & <b>", 2.5, 0.0]
    write_empty_workbook(path)
    cells = [SpecCell(1, column, FormulaCell("1+1", value), 0) for column, value in enumerate(values, start=1)]
    opened = open_source(path)
    with opened.package:
        graft_sheet(opened, SpecMaker(SheetSpec(cells, _LOOKS[:1], [9], freeze=(1, 1))), title="Trades", said="{}")
    stored = [cell.value for cell in load_workbook(path, data_only=True)["Trades"][1]]
    kept = [one if isinstance(one, bool) else unescape_x(one) if isinstance(one, str) else one for one in stored]
    assert kept == values
    assert [type(one) for one in stored[:2]] == [bool, bool]
