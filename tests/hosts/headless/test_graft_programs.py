"""Other programs' word on grafted files: LibreOffice opens them, openxml-audit finds no new error."""

from __future__ import annotations

import collections
import io
import os
import shutil
import subprocess
import warnings
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbook_zoo as zoo
from openpyxl import load_workbook
from sheets import write
from trades_books import REQUEST, portfolio_book
from workbook_corpus import corpus
from workbook_scratch import SYMBOLS, rich

from pbal_xl.hosts.headless import Refused, add_sheet
from pbal_xl.hosts.headless.commands import run_file

if TYPE_CHECKING:
    from pathlib import Path

FEW = ("poi__WithChartSheet.xlsx", "poi__sample.strict.xlsx", "xlwings__integration_write.xlsm")
_FRESH_PROFILE = 81  # LibreOffice has set up a profile and wants to be started again


@pytest.fixture(scope="session")
def office(tmp_path_factory: Any) -> Any:
    """Converts a workbook to .xlsx with a LibreOffice of its own profile."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    profile = tmp_path_factory.mktemp("profile").as_uri()
    clean = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path_factory.mktemp("home"))}
    environment = clean if os.name == "posix" else None

    def convert(path: Any, folder: Any) -> Any:
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore"]
        command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", folder, path]
        for _ in range(3):
            done = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=120)
            if done.returncode != _FRESH_PROFILE:
                break
        result = folder / f"{path.stem}.xlsx"
        return result if result.exists() else None

    return convert


def _grafted(source: Any, tmp_path: Path) -> Any:
    path = tmp_path / source.name
    shutil.copyfile(source, path)
    return path, add_sheet(path, rich(), title="Trades").title


def _assert_office_shows(office: Any, path: Any, title: Any, tmp_path: Path) -> Any:
    (tmp_path / "out").mkdir()
    seen = office(path, tmp_path / "out")
    assert seen, "LibreOffice could not open it"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what openpyxl would lose
        sheet = openpyxl.load_workbook(io.BytesIO(seen.read_bytes()))[title]
    assert [cell.value for cell in sheet["A"]][1 : 1 + len(SYMBOLS)] == list(SYMBOLS)
    assert sheet["A1"].font.b
    assert sheet["C2"].number_format == "0.00%"
    return seen


@pytest.mark.parametrize("kind", ["rich", "strict", "prefixed_tags", "no_styles"])
def test_libreoffice_shows_the_new_sheet(kind: Any, office: Any, tmp_path: Path) -> None:
    source = tmp_path / f"{kind}.xlsx"
    {**zoo.RICH, **zoo.ODD}[kind](source)
    (tmp_path / "new").mkdir()
    path, title = _grafted(source, tmp_path / "new")
    _assert_office_shows(office, path, title, tmp_path)


@pytest.mark.parametrize("name", FEW)
def test_libreoffice_shows_the_new_sheet_of_a_real_workbook(name: Any, office: Any, tmp_path: Path) -> None:
    source = next((one for one in corpus() if one.name == name), None)
    if source is None:
        pytest.skip("no corpus of real workbooks here (set PBAL_CORPUS)")
    path, title = _grafted(source, tmp_path)
    _assert_office_shows(office, path, title, tmp_path)


def test_a_trades_sheet_that_libreoffice_only_saved_is_still_ours(office: Any, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    portfolio_book(path)
    assert run_file(path, REQUEST).trades_sheet == "Trades"
    (tmp_path / "out").mkdir()
    seen = office(path, tmp_path / "out")
    for _ in range(2):  # once as LibreOffice wrote it, once as we write it there
        assert run_file(seen, replace(REQUEST, replace=True)).trades_sheet == "Trades"
        (tmp_path / "again").mkdir(exist_ok=True)
        seen = office(seen, tmp_path / "again")


_TITLE = "My 'own' fünds & more"
_AT = "'" + _TITLE.replace("'", "''") + "'!$I$"
_NAMES = {
    "pbal_cash": f"{_AT}1",
    "pbal_strategy": f"{_AT}2",
    "pbal_whole_shares": f"{_AT}3",
    "pbal_increment": f"{_AT}4",
}
_FULL: list[tuple[Any, ...]] = [
    ("Symbol", "Name", "Quantity", "Price", "Target", None, None, "Cash", 500.25),
    ("AAA", "Größte =1", 100, 10.5, 0.5, None, None, "Strategy", "Hard Rebalance"),
    ("B'B", 'An "odd" one', 50, 7, 0.3, None, None, "Whole", "no"),
    ("AAA", "Größte =1", 20, 10.5, 0.5, None, None, "Increment", 100),
    ("C,C;C", "TRUE()", 33, 3, 0.2),
    ("Total",),
]
LIVE: dict[str, tuple[list[tuple[Any, ...]], dict[str, str], dict[str, Any]]] = {
    "values alone": ([("Symbol", "Value"), ("AAA", 1000), ("BBB", 500)], {}, {"cash": Decimal(250)}),
    "prices": ([("Symbol", "Value", "Price"), ("AAA", 1000, 10), ("BBB", 500, 7)], {}, {"strategy": "hard"}),
    "all that is": (_FULL, _NAMES, {}),
    "in German": ([("Symbol", "Wert", "Kurs"), ("AAA", 1000, 10), ("BBB", 500, 7)], {}, {"cash": Decimal(-100)}),
    "one holding": ([("Symbol", "Value", "Price"), ("AAA", 1000, 10)], {}, {"whole_shares": False}),
}


@pytest.mark.parametrize("kind", LIVE)
def test_formulas_that_libreoffice_only_saved_are_still_ours(office: Any, tmp_path: Path, kind: str) -> None:
    rows, names, said = LIVE[kind]
    path = write(tmp_path / "book.xlsx", (_TITLE, rows), names=names)
    request = replace(REQUEST, settings={**said, "live": True}, replace=True)
    title = run_file(path, request).trades_sheet
    (tmp_path / "out").mkdir()
    seen = office(path, tmp_path / "out")
    (tmp_path / "again").mkdir()
    for turn in range(2):
        edited = tmp_path / f"edited{turn}.xlsx"
        book = load_workbook(seen)
        book[title]["B6"] = "=1+1"
        book.save(edited)
        assert run_file(edited, request).trades_sheet == f"{title} (2)"
        parts = zoo.read_parts(seen)
        place = "xl/worksheets/sheet2.xml"
        assert b"COUNT(" in parts[place]
        parts[place] = parts[place].replace(b"COUNT(", b"COUNTA(", 1)
        zoo.write_parts(edited, parts)
        assert run_file(edited, request).trades_sheet == f"{title} (2)"
        assert run_file(seen, request).trades_sheet == title
        seen = office(seen, tmp_path / "again")


# -- openxml-audit


def _errors(path: Any) -> Any:
    audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
    found = audit.OpenXmlValidator(max_errors=100_000).validate(str(path)).errors
    return collections.Counter((one.part_uri, one.description) for one in found if one.severity.value == "error")


@pytest.mark.parametrize("kind", ["rich", "from_1904", "no_styles", "utf16"])
def test_openxml_audit_finds_no_new_error(kind: Any, tmp_path: Path) -> None:
    source = tmp_path / f"{kind}.xlsx"
    {**zoo.RICH, **zoo.ODD}[kind](source)
    (tmp_path / "new").mkdir()
    path, _ = _grafted(source, tmp_path / "new")
    assert _errors(path) - _errors(source) == {}


def test_openxml_audit_finds_no_new_error_in_a_real_workbook(corpus_file: Any, tmp_path: Path) -> None:
    if corpus_file.stat().st_size > 20_000:
        pytest.skip("the audit of a large workbook takes long")
    try:
        path, _ = _grafted(corpus_file, tmp_path)
    except Refused:
        return
    assert _errors(path) - _errors(corpus_file) == {}
    assert zipfile.ZipFile(path).testzip() is None
