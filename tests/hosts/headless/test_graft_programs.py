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
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import workbook_zoo as zoo
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
