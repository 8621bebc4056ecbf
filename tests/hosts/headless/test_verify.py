"""`pbal-xl verify` proves that a trades sheet is as written, still right, and that all else is untouched."""

from __future__ import annotations

import json
import random
import shutil
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command import follows
from openpyxl import load_workbook
from sheets import change, write
from structural_damage import damaged, packed

from pbal_xl.cli import main
from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless.calculate import calculated_copy, find_soffice
from pbal_xl.hosts.headless.verifying import verify_file
from pbal_xl.json_schema import verify_schema

WORKBOOK = Path(__file__).parents[3] / "workbook"
LISTS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}


@pytest.fixture
def original() -> Path:
    return WORKBOOK / "portfolio.xlsx"


@pytest.fixture
def written(tmp_path: Path, original: Path) -> Path:
    path = Path(shutil.copyfile(original, tmp_path / "portfolio.xlsx"))
    assert main(["run", str(path), "--quiet", "--cash", "3000"]) == 0
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, parts: dict[str, bytes]) -> Path:
    """The package with other parts, each entry packed anew."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return path


def verdict(path: Path, original: Path | None = None) -> bool:
    """Whether all is said to be well; a file that is refused is not."""
    try:
        return verify_file(path, original).ok
    except PbalError:
        return False


@pytest.mark.parametrize("live", [[], ["--live"]])
def test_a_file_that_was_just_written_is_as_written(
    tmp_path: Path, original: Path, live: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(shutil.copyfile(original, tmp_path / "portfolio.xlsx"))
    assert main(["run", str(path), "--quiet", "--increment", "100", *live]) == 0
    assert main(["verify", str(path), "--original", str(original)]) == 0
    said = capsys.readouterr().out
    assert "is as written, byte for byte" in said
    assert "is what the holdings and settings give today" in said
    assert "every other part is byte for byte that of the original" in said


def test_lists_that_were_empty_are_filled_and_lack_nothing(tmp_path: Path) -> None:
    original = write(tmp_path / "mine.xlsx", [("Symbol", "Value", "Price"), ("A", 100, 1), ("B", 50, 1)])
    assert b"<definedNames/>" in parts_of(original)["xl/workbook.xml"]
    path = Path(shutil.copyfile(original, tmp_path / "plan.xlsx"))
    assert main(["run", str(path), "--quiet", "--cash", "50"]) == 0
    done = verify_file(path, original)
    assert (done.written, done.others) == ("as written", ())
    lost = {**parts_of(path)}
    lost["xl/styles.xml"] = lost["xl/styles.xml"].replace(b"<cellStyle ", b"<cellStyle x='1' ", 1)
    assert verify_file(rewritten(tmp_path / "lost.xlsx", lost), original).others


def test_any_changed_byte_of_our_parts_is_found(written: Path, original: Path, tmp_path: Path) -> None:
    parts, before = parts_of(written), parts_of(original)
    ours = sorted(set(parts) - set(before))
    assert len(ours) >= 3
    rng = random.Random(1)
    for trial in range(300):
        name = ours[trial % len(ours)]
        content = bytearray(parts[name])
        content[rng.randrange(len(content))] ^= rng.randrange(1, 256)
        damaged = rewritten(tmp_path / "damaged.xlsx", {**parts, name: bytes(content)})
        assert not verdict(damaged), (name, trial)


def test_with_the_original_any_changed_byte_is_found(written: Path, original: Path, tmp_path: Path) -> None:
    parts = parts_of(written)
    rng = random.Random(2)
    names = sorted(parts)
    for trial in range(300):
        name = names[trial % len(names)]
        content = bytearray(parts[name])
        content[rng.randrange(len(content))] ^= rng.randrange(1, 256)
        damaged = rewritten(tmp_path / "damaged.xlsx", {**parts, name: bytes(content)})
        assert not verdict(damaged, original), (name, trial)


def _hurt(data: bytes, rng: random.Random) -> bytes:
    """A bit turned, a byte replaced, a piece cut out or put twice."""
    at = rng.randrange(len(data))
    length = rng.choice([1, 1, 1, 2, 16, 200])
    kind = rng.randrange(4)
    if kind == 0:
        return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]
    if kind == 1:
        return data[:at] + rng.randbytes(length) + data[at + length :]
    if kind == 2:
        return data[:at] + data[at + length :]
    return data[: at + length] + data[at:]


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.long)])
def test_a_damaged_file_is_never_said_to_be_as_written(
    written: Path, original: Path, tmp_path: Path, count: int
) -> None:
    data, parts = written.read_bytes(), parts_of(written)
    rng, path = random.Random(count), tmp_path / "damaged.xlsx"
    for trial in range(count):
        path.write_bytes(_hurt(data, rng))
        if verdict(path, original):
            # Only the archive's own records are hurt: every part is what it was.
            assert parts_of(path) == parts, trial


@pytest.mark.parametrize("record", [(b"PK\1\2", 8), (b"PK\3\4", 6)], ids=["directory", "part"])
@pytest.mark.parametrize("bit", [0x1, 0x20, 0x40, 0x2000])
def test_a_part_that_is_marked_as_encrypted_or_patched_is_not_as_written(
    written: Path, original: Path, record: tuple[bytes, int], bit: int
) -> None:
    data = bytearray(written.read_bytes())
    sign, offset = record
    at = data.index(sign) + offset
    data[at : at + 2] = (int.from_bytes(data[at : at + 2], "little") | bit).to_bytes(2, "little")
    written.write_bytes(data)
    assert not verdict(written, original)


def wrong_verdicts(written: Path, original: Path, folder: Path, seeds: range) -> list[Any]:
    """The damages of a package's structure after which a file is still said to be well."""
    with zipfile.ZipFile(written) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    before = parts_of(original)
    ours = [one for one in parts if one[0] not in before]
    found: list[Any] = []
    for seed in seeds:
        kind, hurt = damaged(parts, random.Random(seed))
        path = folder / "damaged.xlsx"
        path.write_bytes(packed(hurt))
        if hurt != parts and verdict(path, original):
            found.append((seed, kind, "well"))
        try:
            state = verify_file(path).written
        except PbalError:
            continue
        if state == "as written" and not set(ours) <= set(hurt):
            found.append((seed, kind, state))
    return found


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_whose_structure_was_damaged_is_never_said_to_be_as_written(
    written: Path, original: Path, tmp_path: Path
) -> None:
    assert wrong_verdicts(written, original, tmp_path, range(150)) == []


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_nor_after_a_thousand_damages_that_nobody_drew_before(
    written: Path, original: Path, tmp_path: Path
) -> None:
    first = random.randrange(10**9)
    assert wrong_verdicts(written, original, tmp_path, range(first, first + 1000)) == []


def test_an_edited_cell_and_a_changed_plan_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [("Symbol", "Value", "Price"), ("AAA", 1000, 10), ("BBB", 500, 7)]
    path = write(tmp_path / "own.xlsx", rows)
    assert main(["run", str(path), "--quiet", "--cash", "100"]) == 0
    change(path, lambda book: book["Sheet1"].__setitem__("B3", 1200))
    assert main(["verify", str(path)]) == 1
    said = capsys.readouterr().out
    assert "is not what the holdings and settings give today" in said
    assert "BBB: 98.00 on the sheet, 0.00 today" in said
    assert "AAA: 0.00 on the sheet, 100.00 today" in said


@pytest.mark.parametrize("figure", [b"1e300", b"-9E99", b"1e15", b"NaN", b"INF"])
def test_an_amount_that_nobody_can_have_is_told_and_no_crash(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], figure: bytes
) -> None:
    path = write(tmp_path / "own.xlsx", [("Symbol", "Value", "Price"), ("AAA", 1000, 10), ("BBB", 500, 7)])
    assert main(["run", str(path), "--quiet", "--cash", "100"]) == 0
    parts = parts_of(path)
    sheet = max(name for name in parts if name.startswith("xl/worksheets/sheet"))
    assert parts[sheet].count(b"<v>98</v>") >= 1
    rewritten(path, {**parts, sheet: parts[sheet].replace(b"<v>98</v>", b"<v>" + figure + b"</v>")})
    assert main(["verify", str(path)]) == 1
    said = "".join(capsys.readouterr())
    assert "Traceback" not in said
    assert any(
        word in said
        for word in ("BBB: 1e+300 on", "BBB: -9e+99 on", "BBB: 1.00000e+15 on", "BBB: nothing on", "number")
    )


def test_settings_in_the_workbook_count_as_they_are_today(tmp_path: Path) -> None:
    rows = [("Symbol", "Value", "Price"), ("AAA", 1000, 10), ("BBB", 500, 7)]
    path = write(tmp_path / "own.xlsx", rows, pbal_cash="100")
    assert main(["run", str(path), "--quiet"]) == 0
    parts = parts_of(path)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b">100<", b">300<")
    done = verify_file(rewritten(path, parts))
    assert (done.written, done.ok) == ("as written", False)
    assert done.plan == ("BBB: 98.00 on the sheet, 294.00 today",)


def test_what_another_program_saved_is_told_apart_from_what_was_edited(written: Path) -> None:
    if find_soffice() is None:
        pytest.skip("LibreOffice is not installed")
    with calculated_copy(written) as copy:
        done = verify_file(copy)
        assert (done.written, done.plan) == ("saved by another program", ())
        book = load_workbook(copy)
        book["Trades"]["A1"] = "Mine"
        book.save(copy)
        assert verify_file(copy).written == "changed"


def test_a_part_that_is_gone_or_came_is_told(written: Path, original: Path, tmp_path: Path) -> None:
    parts = parts_of(written)
    parts.pop("docProps/app.xml")
    parts["xl/more.xml"] = b"<more/>"
    done = verify_file(rewritten(tmp_path / "other.xlsx", parts), original)
    assert "docProps/app.xml is gone" in done.others
    assert "xl/more.xml was added" in done.others


def test_a_second_run_leaves_the_first_sheet_and_the_original_proved(written: Path, original: Path) -> None:
    assert main(["run", str(written), "--quiet"]) == 0
    done = verify_file(written, original)
    assert (done.sheet, done.written, done.others) == ("Trades (2)", "as written", ())


def test_a_file_without_trades_is_refused_and_json_says_so(
    original: Path, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["verify", str(original), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    follows(told, verify_schema())
    assert (told["ok"], told["code"]) == (False, "no-trades")
    assert main(["verify", str(written), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    follows(told, verify_schema())
    assert (told["ok"], told["written"], told["plan"], told["others"]) == (True, "as written", [], None)
    assert set(parts_of(written)) >= LISTS


def test_the_workbook_of_an_export_is_verified_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Symbol,Value,Price,Target\nAAA,1000,10,60%\nBBB,500,7,40%\n", encoding="utf-8")
    assert main(["run", str(path), "--quiet", "--cash", "100"]) == 0
    made = tmp_path / "export-trades.xlsx"
    assert main(["verify", str(made)]) == 0
    said = capsys.readouterr().out
    assert "is as written, byte for byte" in said
    assert "its plan is what the holdings and settings give today" in said
    change(made, lambda book: book["Holdings"].__setitem__("B3", 900))
    assert main(["verify", str(made)]) == 1
    said = capsys.readouterr().out
    assert "the sheet Holdings is not as written" in said
    assert "is not what the holdings and settings give today" in said


@pytest.mark.parametrize(("off", "noticed"), [("0.01", True), ("-0.01", True), ("0.004", False)])
def test_an_amount_a_cent_off_is_no_longer_today_s_plan(written: Path, off: str, *, noticed: bool) -> None:
    def amount_off(book: Any) -> None:
        sheet = book["Trades"]
        [column] = [cell.column for row in sheet for cell in row if cell.value == "Amount"]
        [row] = [cell.row for cell in sheet["A"] if cell.value == "VCR"]
        sheet.cell(row, column).value = float(Decimal(str(sheet.cell(row, column).value)) + Decimal(off))

    change(written, amount_off)
    assert bool(verify_file(written, None).plan) is noticed


def test_where_the_holdings_stand_today_may_be_said(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(written), "--sheet", "Elsewhere"]) == 1
    assert "today's plan cannot be told" in capsys.readouterr().out
    assert main(["verify", str(written), "--sheet", "Portfolio"]) == 0
    assert main(["verify", str(written), "--range", "A2:D11"]) == 1
    assert "VSMAX is on the sheet and no holding today" in capsys.readouterr().out
