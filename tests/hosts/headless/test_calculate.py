"""Workbooks that no program ever calculated: LibreOffice computes them in a copy, and only there."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.worksheet.table import Table

from pbal_xl import cli
from pbal_xl.errors import Refused
from pbal_xl.hosts.headless import calculate
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice

pytestmark = pytest.mark.skipif(find_soffice() is None, reason="soffice is not installed")

PRICES = {"AAA": 10.0, "BBB": 20.0, "CCC": 40.0}
LOTS = (("AAA", 100), ("BBB", 30), ("AAA", 50), ("CCC", 20), ("BBB", 5))
VALUES = {"AAA": 1500.0, "BBB": 700.0, "CCC": 800.0}


def never_calculated(path: Path) -> Path:
    """Prices by VLOOKUP and INDEX/MATCH, shares by SUMIFS over a table, values as prices times quantities."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Portfolio"
    sheet.append(["Symbol", "Shares", "Price", "Value", "Share of all"])
    for row, symbol in enumerate(PRICES, start=2):
        price = (
            f"=VLOOKUP(A{row},Prices!A:B,2,FALSE)" if row % 2 else f"=INDEX(Prices!B:B,MATCH(A{row},Prices!A:A,0))"
        )
        shares = f"=SUMIFS(Lots[Shares],Lots[Symbol],A{row})"
        sheet.append([symbol, shares, price, f"=B{row}*C{row}", f"=D{row}/SUM(D$2:D$4)"])
    prices = book.create_sheet("Prices")
    for one in PRICES.items():
        prices.append(one)
    lots = book.create_sheet("Lots")
    lots.append(["Symbol", "Shares"])
    for one in LOTS:
        lots.append(one)
    lots.add_table(Table(displayName="Lots", ref=f"A1:B{len(LOTS) + 1}"))
    book.save(path)
    return path


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that no other run shares, so that traces in it are ours."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def traces() -> list[Any]:
    """What a run might leave behind: folders, and processes with a profile in one of them."""
    here = tempfile.gettempdir()
    found = [str(path) for path in Path(here).iterdir()]
    for entry in Path("/proc").glob("[0-9]*/cmdline") if sys.platform == "linux" else ():
        try:
            command = entry.read_bytes()
        except OSError:
            continue
        if b"soffice" in command and here.encode() in command:
            found.append(command.decode(errors="replace"))
    return found


def test_lookups_sums_and_structured_references_are_calculated(tmp_path: Path) -> None:
    path = never_calculated(tmp_path / "never.xlsx")
    with calculated_copy(path) as copy:
        book = openpyxl.load_workbook(copy, data_only=True)
        rows = [row[:4] for row in book["Portfolio"].iter_rows(min_row=2, values_only=True)]
    assert {row[0]: row[3] for row in rows} == VALUES
    assert {row[0]: row[2] for row in rows} == PRICES


def test_the_workbook_is_only_read_and_nothing_is_left_behind(tmp_path: Path) -> None:
    path = never_calculated(tmp_path / "never.xlsx")
    before = hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns
    with calculated_copy(path) as copy:
        assert copy.is_file()
        assert tmp_path not in copy.parents
    assert not copy.exists()
    assert (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["never.xlsx"]
    assert traces() == []


def test_a_run_on_such_a_workbook_plans_and_says_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = never_calculated(tmp_path / "never.xlsx")
    assert cli.main(["run", str(path), "--cash", "300", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {order["symbol"]: order["value_before"] for order in told["orders"]} == VALUES
    assert any("LibreOffice" in notice for notice in told["notices"])
    # The user's own formulas are shipped as they were, without the copy's values.
    shipped = openpyxl.load_workbook(path)
    assert shipped["Portfolio"]["D2"].value == "=B2*C2"
    assert openpyxl.load_workbook(path, data_only=True)["Portfolio"]["D2"].value is None
    assert traces() == []


def test_a_stand_in_zero_is_calculated_too(tmp_path: Path) -> None:
    """XlsxWriter stores 0 for what it cannot calculate."""
    path = tmp_path / "written.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row("A1", [6, 7])
    sheet.write_formula("C1", "=A1*B1")
    book.close()
    with calculated_copy(path) as copy:
        assert openpyxl.load_workbook(copy, data_only=True).active["C1"].value == 42


def test_what_libreoffice_does_not_know_is_an_error_not_an_old_figure(tmp_path: Path) -> None:
    path = tmp_path / "unknown.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet().write_formula("A1", "=SOME.ADDIN(1)", value=99)
    book.close()
    with calculated_copy(path) as copy:
        assert openpyxl.load_workbook(copy, data_only=True).active["A1"].value == "#NAME?"


def test_an_odd_name_and_a_stale_lock_do_no_harm(tmp_path: Path) -> None:
    path = never_calculated(tmp_path / "-o my 'odd' näme.xlsx")
    (tmp_path / f".~lock.{path.name}#").write_text(",someone,elsewhere,;")
    with calculated_copy(path) as copy:
        assert openpyxl.load_workbook(copy, data_only=True)["Portfolio"]["D2"].value == VALUES["AAA"]


def test_nothing_is_fetched_from_outside_the_file(tmp_path: Path) -> None:
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        book = openpyxl.Workbook()
        url = f"http://127.0.0.1:{server.server_port}"
        book.active["A1"] = f'=WEBSERVICE("{url}/price")'
        book.active["A2"] = f"='{url}/[other.xlsx]Sheet1'!A1"
        book.active["A3"] = "=1+1"
        book.save(tmp_path / "calls.xlsx")
        with calculated_copy(tmp_path / "calls.xlsx") as copy:
            assert openpyxl.load_workbook(copy, data_only=True).active["A3"].value == 2
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


def test_giving_up_leaves_no_process(tmp_path: Path) -> None:
    path = never_calculated(tmp_path / "never.xlsx")
    with (
        pytest.raises(Refused, match=r"did not calculate it within 0\.2 seconds"),
        calculated_copy(path, timeout=0.2),
    ):
        pytest.fail("it cannot be that fast")
    time.sleep(0.2)
    assert traces() == []


def test_a_file_it_cannot_open_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\5\6" + bytes(18))
    sentence = r"broken\.xlsx: LibreOffice could not calculate it"
    with pytest.raises(Refused, match=sentence) as refused, calculated_copy(path):
        pytest.fail("there is nothing to read")
    assert refused.value.code == calculate.NOT_CALCULATED
    assert traces() == []


def test_without_libreoffice_the_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculate, "find_soffice", lambda: None)
    path = never_calculated(tmp_path / "never.xlsx")
    with pytest.raises(Refused, match="open and save the workbook in Excel"), calculated_copy(path):
        pytest.fail("nothing calculates here")


@pytest.mark.skipif(os.name != "posix", reason="a stand-in program is a shell script")
def test_a_fresh_profile_is_started_again(tmp_path: Path) -> None:
    """LibreOffice may end with 81, which asks for another start."""
    program = tmp_path / "soffice"
    program.write_text(
        '#!/bin/sh\nfor last; do :; done\nwork=$(dirname "$last")\necho x >> "$work/starts"\n'
        '[ $(wc -l < "$work/starts") -lt 2 ] && exit 81\nmkdir "$work/calculated"\n'
        'cp "$last" "$work/calculated/workbook.xlsx"\n'
    )
    program.chmod(0o755)
    path = never_calculated(tmp_path / "never.xlsx")
    with calculated_copy(path, soffice=program) as copy:
        assert copy.read_bytes() == path.read_bytes()
        assert (copy.parents[1] / "starts").read_text() == "x\nx\n"


@pytest.mark.skipif(os.name != "posix", reason="PATH is narrowed on POSIX systems")
def test_no_foreign_python_reaches_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PYTHONHOME", "/somewhere")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("VIRTUAL_ENV", "/somewhere")
    environment = calculate.soffice_environment(tmp_path)
    assert not {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"} & environment.keys()
    assert environment["PATH"] == "/usr/bin:/bin"
    assert environment["TMPDIR"] == str(tmp_path)
