"""An output that is nothing but the source and our unedited sheet may be written anew; any other stays."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pbal_xl import cli

DEMO = Path(__file__).parents[3] / "workbook" / "portfolio.xlsx"


def run(source: Any, output: Any, *more: Any) -> Any:
    return cli.main(["run", str(source), "--output", str(output), "--quiet", *more])


@pytest.fixture
def written(tmp_path: Path) -> Any:
    output = tmp_path / "plan.xlsx"
    assert run(DEMO, output) == cli.DONE
    return output


def test_what_we_wrote_and_nobody_touched_is_written_anew(written: Any) -> None:
    assert run(DEMO, written, "--replace", "--cash", "9000") == cli.DONE
    sheet = openpyxl.load_workbook(written)["Trades"]
    assert any("9,000.00" in str(cell.value) for row in sheet for cell in row)
    assert openpyxl.load_workbook(written).sheetnames == ["Portfolio", "Trades"]


def test_without_replace_it_stays_and_the_way_out_is_told(written: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = written.read_bytes()
    assert run(DEMO, written) == cli.REFUSED
    assert "--replace renews one that nobody changed" in capsys.readouterr().err
    assert written.read_bytes() == before


def test_one_that_somebody_touched_stays(written: Any) -> None:
    book = openpyxl.load_workbook(written)
    book["Portfolio"]["A30"] = "mine"
    book.save(written)
    before = written.read_bytes()
    assert run(DEMO, written, "--replace") == cli.REFUSED
    assert written.read_bytes() == before


def test_one_of_another_source_stays(written: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    shutil.copyfile(DEMO, other)
    book = openpyxl.load_workbook(other)
    book["Portfolio"]["B3"] = 1
    book.save(other)
    before = written.read_bytes()
    assert run(other, written, "--replace") == cli.REFUSED
    assert written.read_bytes() == before


def test_one_with_a_part_more_stays(written: Any) -> None:
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("xl/notes.xml", "<notes/>")
    before = written.read_bytes()
    assert run(DEMO, written, "--replace") == cli.REFUSED
    assert written.read_bytes() == before


def test_a_file_that_is_no_workbook_stays(tmp_path: Path) -> None:
    output = tmp_path / "plan.xlsx"
    output.write_bytes(b"precious")
    assert run(DEMO, output, "--replace") == cli.REFUSED
    assert output.read_bytes() == b"precious"


def test_a_companion_that_somebody_changes_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pbal_xl.hosts.headless import holdings_sheet

    source, target = tmp_path / "mine.csv", tmp_path / "mine-trades.xlsx"
    source.write_text("Symbol,Value,Price\nA,100,1\nB,50,1\n", encoding="utf-8")
    assert cli.main(["run", str(source), "--quiet", "--cash", "50"]) == cli.DONE
    write = holdings_sheet.write_companion

    def and_meanwhile(*arguments: Any, **more: Any) -> Any:
        title = write(*arguments, **more)
        target.write_bytes(b"somebody else's")
        return title

    monkeypatch.setattr(holdings_sheet, "write_companion", and_meanwhile)
    assert cli.main(["run", str(source), "--quiet", "--cash", "60", "--replace"]) == cli.REFUSED
    assert target.read_bytes() == b"somebody else's"
