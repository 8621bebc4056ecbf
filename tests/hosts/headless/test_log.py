"""`pbal-xl run --log` keeps one line a run on a sheet of its own, and loses none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from sheets import change, write

from pbal_xl.cli import main
from pbal_xl.hosts.headless.log_sheet import logged_lines
from pbal_xl.hosts.headless.verifying import verify_file

if TYPE_CHECKING:
    from openpyxl import Workbook

WORKBOOK = Path(__file__).parents[3] / "workbook"
LOG = "Trades log"


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copyfile(WORKBOOK / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))


def run(path: Path, cash: int, *more: str) -> None:
    assert main(["run", str(path), "--quiet", "--log", "--replace", "--cash", str(cash), *more]) == 0


def cash_of(path: Path, title: str = LOG) -> list[object]:
    return [row[1].value for row in load_workbook(path)[title].iter_rows(min_row=4) if row[0].value]


def test_every_run_adds_a_line_and_the_third_a_chart(demo: Path) -> None:
    for count, cash in enumerate((1000, 2000, 3000), start=1):
        run(demo, cash)
        sheet = load_workbook(demo)[LOG]
        assert cash_of(demo) == [1000, 2000, 3000][:count]
        assert len(sheet._charts) == (count >= 3)  # type: ignore[attr-defined]
    # Below the lines, and on the page that is printed.
    [chart] = load_workbook(demo)[LOG]._charts  # type: ignore[attr-defined]
    last = 3 + count
    bottom = int(str(load_workbook(demo)[LOG].print_area).rpartition("$")[2])
    assert last < chart.anchor._from.row < chart.anchor.to.row < bottom
    assert load_workbook(demo).sheetnames == ["Portfolio", "Trades", LOG]
    line = logged_lines(demo).lines[0]
    assert (line.invested + line.leftover, line.orders[:4]) == (1000, "Buy ")


def test_an_edited_log_keeps_every_line_and_the_lines_go_on_in_a_new_sheet(demo: Path) -> None:
    run(demo, 1000)
    run(demo, 2000)
    change(demo, lambda book: book[LOG].__setitem__("H4", "my first"))
    run(demo, 3000)
    assert load_workbook(demo)[LOG]["H4"].value == "my first"
    assert cash_of(demo) == [1000, 2000]
    assert cash_of(demo, f"{LOG} (2)") == [1000, 2000, 3000]
    run(demo, 4000)
    assert cash_of(demo, f"{LOG} (2)") == [1000, 2000, 3000, 4000]


def notices(path: Path, cash: int, capsys: pytest.CaptureFixture[str]) -> list[str]:
    assert main(["run", str(path), "--json", "--log", "--replace", "--cash", str(cash)]) == 0
    told: list[str] = json.loads(capsys.readouterr().out)["notices"]
    return told


STAYS = 'The sheet "{}" stays as it is; its lines go on in the sheet "{}".'
UNREAD = (
    'The lines of the sheet "{}" cannot be read without all the headings of a log: '
    'they are missing in the sheet "{}".'
)


def test_a_log_whose_headings_were_changed_is_left_alone_and_told(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(demo, 1000)
    change(demo, lambda book: book[LOG].__setitem__("B3", "Money"))
    assert UNREAD.format(LOG, f"{LOG} (2)") in notices(demo, 2000, capsys)
    assert cash_of(demo) == [1000]
    assert cash_of(demo, f"{LOG} (2)") == [2000]
    assert not any("cannot be read" in one for one in notices(demo, 3000, capsys))
    assert cash_of(demo, f"{LOG} (2)") == [2000, 3000]
    # The later log goes, too: the lines of the first that can be read are none, and that is told of the last.
    change(demo, lambda book: book[f"{LOG} (2)"].delete_cols(5))
    assert UNREAD.format(f"{LOG} (2)", f"{LOG} (3)") in notices(demo, 4000, capsys)


LOST = 'Lines of the sheet "{}" are missing in the sheet "{}", as these cells hold no figure: {}.'


def test_a_line_that_was_written_over_is_told_with_its_cells(
    demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for cash in (1000, 2000, 3000):
        run(demo, cash)

    def write_over(book: Workbook) -> None:
        book[LOG]["B5"], book[LOG]["E5"] = "two thousand", None
        book[LOG]["A9"], book[LOG]["B10"] = "a remark of mine", "and one beside it"

    change(demo, write_over)
    assert LOST.format(LOG, f"{LOG} (2)", "B5, E5") in notices(demo, 4000, capsys)
    assert cash_of(demo, f"{LOG} (2)") == [1000, 3000, 4000]
    assert not any("no figure" in one for one in notices(demo, 5000, capsys))


def test_a_log_of_which_every_line_was_written_over_is_told(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(demo, 1000)
    change(demo, lambda book: book[LOG].__setitem__("C4", "some"))
    told = notices(demo, 2000, capsys)
    assert LOST.format(LOG, f"{LOG} (2)", "C4") in told
    assert cash_of(demo, f"{LOG} (2)") == [2000]


def test_a_renamed_log_goes_on_and_that_is_told(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(demo, 1000)
    run(demo, 2000)
    change(demo, lambda book: setattr(book[LOG], "title", "My log"))
    assert STAYS.format("My log", LOG) in notices(demo, 3000, capsys)
    assert cash_of(demo, "My log") == [1000, 2000]
    assert cash_of(demo) == [1000, 2000, 3000]
    assert not any("stays as it is" in one for one in notices(demo, 4000, capsys))


@pytest.mark.parametrize("column", [1, 2, 4, 7])
def test_a_log_with_a_column_put_in_goes_on_with_every_line(
    demo: Path, column: int, capsys: pytest.CaptureFixture[str]
) -> None:
    run(demo, 1000)
    run(demo, 2000)
    before = logged_lines(demo).lines
    change(demo, lambda book: book[LOG].insert_cols(column))
    change(demo, lambda book: book[LOG].cell(4, column, 77))
    assert notices(demo, 3000, capsys)[-1] == f'Line 3 was added to the sheet "{LOG} (2)".'
    assert cash_of(demo, f"{LOG} (2)") == [1000, 2000, 3000]
    assert logged_lines(demo).lines[:2] == before


def test_a_sheet_of_the_users_own_is_no_log_though_it_looks_like_one(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(demo, 1000)
    rows = [[cell.value for cell in row] for row in load_workbook(demo)[LOG].iter_rows()]
    other = Path(shutil.copyfile(WORKBOOK / "portfolio.xlsx", tmp_path / "other.xlsx"))

    def copied(book: Workbook) -> None:
        sheet = book.create_sheet("Mine")
        for row in rows:
            sheet.append(row)

    change(other, copied)
    assert notices(other, 2000, capsys)[-1] == f'Line 1 was added to the sheet "{LOG}".'
    assert cash_of(other) == [2000]


def test_a_log_that_was_emptied_begins_anew_without_a_word(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(demo, 1000)
    change(demo, lambda book: book[LOG].delete_rows(4, 30))
    assert notices(demo, 2000, capsys)[-1] == f'Line 1 was added to the sheet "{LOG} (2)".'


def test_the_log_speaks_the_language_of_the_run_and_goes_on_in_another(demo: Path) -> None:
    for cash, language in ((500, "de"), (600, "en"), (700, "de")):
        run(demo, cash, "--language", language)
    assert cash_of(demo) == [500, 600, 700]
    sheet = load_workbook(demo)[LOG]
    assert [cell.value for cell in sheet[3]][:4] == ["Datum", "Geld", "Angelegt", "Rest"]
    assert [str(sheet.cell(row, 7).value).split()[0] for row in (4, 5, 6)] == ["Kaufen:", "Buy", "Kaufen:"]


def test_the_column_of_orders_is_as_wide_as_they_are(demo: Path) -> None:
    run(demo, 5000, "--strategy", "hard")
    sheet = load_workbook(demo)[LOG]
    assert sheet.column_dimensions["G"].width >= 0.8 * len(sheet["G4"].value) > 60


def test_an_output_that_is_written_anew_keeps_its_log(demo: Path, tmp_path: Path) -> None:
    output = tmp_path / "plan.xlsx"
    for cash in (1000, 2000):
        run(demo, cash, "--output", str(output))
    assert cash_of(output) == [1000, 2000]
    assert load_workbook(demo).sheetnames == ["Portfolio"]


def test_the_log_of_an_export_stands_in_its_workbook(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("Symbol,Value,Price\nAAA,1000,10\nBBB,500,7\n", encoding="utf-8")
    run(path, 100)
    run(path, 200)
    assert cash_of(tmp_path / "export-trades.xlsx") == [100, 200]


def test_a_setting_of_the_workbook_asks_for_the_log_and_a_dry_run_writes_none(tmp_path: Path) -> None:
    rows = [("Symbol", "Value", "Price"), ("AAA", 1000, 10), ("BBB", 500, 7)]
    path = write(tmp_path / "own.xlsx", rows, pbal_log="TRUE", pbal_cash="100")
    assert main(["run", str(path), "--quiet", "--dry-run"]) == 0
    assert logged_lines(path).lines == ()
    assert main(["run", str(path), "--quiet"]) == 0
    assert cash_of(path) == [100]


def test_the_trades_are_verified_beside_their_log_and_an_edited_log_is_told(demo: Path) -> None:
    original = WORKBOOK / "portfolio.xlsx"
    run(demo, 1000)
    run(demo, 2000)
    done = verify_file(demo, original)
    assert (done.sheet, done.ok, done.edited) == ("Trades", True, ())
    change(demo, lambda book: book[LOG].__setitem__("B4", 5))
    assert verify_file(demo).edited == (LOG,)
