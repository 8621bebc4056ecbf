"""Formulas that were never calculated are calculated or refused, and never read as zero."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import xlsxwriter
from sheets import HEADER, ROWS, read, symbols, write

from pbal_xl.errors import CellFaults
from pbal_xl.hosts.headless import reading as reader
from pbal_xl.hosts.headless.calculate import find_soffice
from pbal_xl.ooxml.cells import read_cells

if TYPE_CHECKING:
    from pathlib import Path

FORMULAS = [("Symbol", "Quantity", "Price", "Value"), ("VTI", 10, 200, "=B2*C2"), ("BND", 20, 80, "=B3*C3")]
needs_libreoffice = pytest.mark.skipif(find_soffice() is None, reason="LibreOffice is not installed here")


alone = pytest.mark.usefixtures("without_libreoffice")


@pytest.fixture
def without_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "find_soffice", lambda: None)


def with_xlsxwriter(path: Any, value: Any = 0, cash: Any = "=2000+3000") -> Any:
    """Formulas with a stand-in for their value, which XlsxWriter writes when it is given none."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Mine")
    sheet.write_row(0, 0, FORMULAS[0])
    for row, cells in enumerate(FORMULAS[1:], start=1):
        sheet.write_row(row, 0, cells[:3])
        sheet.write_formula(row, 3, cells[3], None, value)
    sheet.write_formula("G1", cash)
    book.define_name("pbal_cash", "=Mine!$G$1")
    book.close()
    return path


def with_values(source: Any, target: Any, value: Any) -> Any:
    """A copy in which every formula has that value stored."""
    with zipfile.ZipFile(source) as read_from, zipfile.ZipFile(target, "w") as to:
        for entry in read_from.infolist():
            content = read_from.read(entry)
            if entry.filename.endswith("sheet1.xml"):
                content, found = re.subn(rb"(</f>)<v */>|(</f>)<v></v>", rb"\1\2" + value, content)
                assert found
            to.writestr(entry, content)
    return target


@alone
def test_a_formula_without_a_value_is_a_fault_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CellFaults) as caught:
        read(write(tmp_path / "a.xlsx", ("Mine", FORMULAS)))
    first, second = caught.value.faults
    assert first.startswith("sheet Mine: D2: value is a formula that was never calculated; open and save")
    assert second.startswith("D3: ")


@alone
def test_a_stand_in_of_zero_is_never_read(tmp_path: Path) -> None:
    with pytest.raises(CellFaults) as caught:
        read(with_xlsxwriter(tmp_path / "a.xlsx"))
    assert [fault.split(" is a formula")[0] for fault in caught.value.faults] == [
        "sheet Mine: D2: value", "D3: value", "pbal_cash (Mine!G1)",
    ]  # fmt: skip


@alone
def test_a_setting_alone_that_was_never_calculated_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(CellFaults, match="pbal_cash"):
        read(with_xlsxwriter(tmp_path / "a.xlsx", value=1))


@alone
def test_a_library_s_zero_point_zero_is_a_stand_in_too(tmp_path: Path) -> None:
    source = write(tmp_path / "a.xlsx", ("Mine", FORMULAS))
    with pytest.raises(CellFaults, match="never calculated"):
        read(with_values(source, tmp_path / "b.xlsx", b"<v>0.0</v>"))
    with pytest.raises(CellFaults, match="never calculated"):
        read(with_values(source, tmp_path / "c.xlsx", b""))


@alone
def test_a_calculated_zero_is_a_zero(tmp_path: Path) -> None:
    rows = [(*HEADER, "Gain"), ("VTI", 100, 10, "=B2-B2"), ("BND", 100, 10, 1)]
    source = write(tmp_path / "a.xlsx", rows)
    calculated = with_values(source, tmp_path / "b.xlsx", b"<v>0</v>")
    # openpyxl asks for a calculation too; a program that calculates does not.
    with zipfile.ZipFile(calculated) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    assert b'fullCalcOnLoad="1"' in parts["xl/workbook.xml"]
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    with zipfile.ZipFile(calculated, "w") as file:
        for name, content in parts.items():
            file.writestr(name, content)
    assert [one.gain for one in read(calculated).table.holdings] == [0, 1]


@alone
def test_formulas_that_do_not_matter_may_be_uncalculated(tmp_path: Path) -> None:
    rows = [*ROWS, ("Total", "=SUM(B2:B3)", None), (), ("Made", "=TODAY()")]
    assert symbols(read(write(tmp_path / "a.xlsx", rows))) == ["VTI", "BND"]


@needs_libreoffice
@pytest.mark.parametrize("writer", ["openpyxl", "XlsxWriter"])
def test_where_libreoffice_is_they_are_calculated_in_a_copy(tmp_path: Path, writer: Any) -> None:
    path = tmp_path / "my funds ü.xlsx"
    if writer == "openpyxl":
        write(path, ("Mine", FORMULAS))
    else:
        with_xlsxwriter(path)
    before = path.read_bytes()
    portfolio = read(path)
    assert [one.value for one in portfolio.table.holdings] == [2000, 1600]
    assert portfolio.notices == (
        "Targets are equal, because there is no column Target.",
        "Formulas that were never calculated were calculated by LibreOffice in a temporary copy.",
    )
    assert portfolio.settings.get("cash") == (None if writer == "openpyxl" else Decimal(5000))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@needs_libreoffice
def test_a_formula_that_libreoffice_cannot_calculate_stays_a_fault(tmp_path: Path) -> None:
    rows = [HEADER, ("VTI", 100, "=NOSUCHFUNCTION(A2)"), ("BND", 100, 5)]
    with pytest.raises(CellFaults, match=r"C2: price is #NAME\?"):
        read(write(tmp_path / "a.xlsx", rows))


def test_formula_cells_are_told_by_what_is_stored() -> None:
    content = (
        b'<worksheet xmlns="s" xmlns:x="s"><sheetData><row r="1"><c r="A1"><f>1</f><v/></c><c r="B1"><f>1</f></c>'
        b'<c r="C1"><f>1</f><v>0</v></c><c r="D1" t="str"><f>""</f><v></v></c>'
        b'<c r="E1" t="str"><f>"a"</f><v>a</v></c>'
        b'<c r="F1"><v>0</v></c><c r="G1" t="e"><f>NA()</f><v>#N/A</v></c><c r="H1" t="n"><f>1</f><v>0</v></c>'
        b"</row>"
        b'<row r="12"><x:c r="AA12" s="3"><x:f t="shared" si="0"/><x:v></x:v></x:c></row>'
        b'<row r="13"><c r="I13"><f>A1&lt;2</f><v>5</v></c><c r="J13" t="b"><f>1</f><v>0</v></c></row>'
        b"</sheetData></worksheet>"
    )

    def missing(*, zero_too: Any) -> Any:
        found = read_cells(
            [content], strings=list, dates=dict, most_rows=50, most_columns=50, stand_in="?", zero_too=zero_too
        )
        return found.uncalculated

    assert missing(zero_too=False) == [(0, 0), (0, 1), (11, 26)]
    assert missing(zero_too=True) == [(0, 0), (0, 1), (0, 2), (0, 7), (11, 26)]
