"""The trades sheet in German, asked for or found in the headings: verified, replaced and passed over alike."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from command import run, run_json
from openpyxl import load_workbook
from sheets import write

from pbal_xl import cli
from pbal_xl.grid.vocabulary import language_of

ROOT = Path(__file__).parents[1]
GERMAN = [["Symbol", "Wert", "Kurs", "Ziel"], ["AAA", 1000, 10, 0.4], ["BBB", 500, 20, 0.6]]
ENGLISH = [["Symbol", "Value", "Price", "Target"], *GERMAN[1:]]
LETTERS = re.compile(r"\b(buy|sell|hold|cash|target|value|weight|invested|leftover|the|and|of|is)\b", re.IGNORECASE)


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "workbook" / "portfolio.xlsx", tmp_path / "portfolio.xlsx"))


def texts(path: Path, sheet: str = "Trades") -> list[str]:
    """Every text on a sheet that people read, formulas' texts included; the name of this program left out."""
    cells = [cell for row in load_workbook(path)[sheet].iter_rows(values_only=True) for cell in row]
    said = []
    for cell in cells:
        if isinstance(cell, str) and cell.startswith("="):
            said += [one for one in re.findall(r'"([^"]*)"', cell) if len(one) > 1]
        elif isinstance(cell, str):
            said.append(cell.replace("pbal-xl", ""))
    return said


def column_a(path: Path) -> list[Any]:
    return [row[0] for row in load_workbook(path)["Trades"].iter_rows(values_only=True)]


def test_a_sheet_in_german_on_request_and_the_terminal_too(demo: Path) -> None:
    done = run(demo, "--language", "de")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Möglichst nie verkaufen, Einzahlung von 5.000,00, in ganzen Anteilen" in done.stdout
    assert "Geld 5.000,00   Angelegt 4.995,84   Rest 4,16" in done.stdout
    assert "VCR     kaufen       10  279,68  2.796,80     9.595,28   8,14 %  10,00 %" in done.stdout
    said = texts(demo)
    assert said[:2] == [
        "Vorgeschlagene Orders",
        "Kaufen: 10 VCR, 8 VDC, 2 VIS und 3 VNQ für 4.995,84; 4,16 bleiben als Geld übrig.",
    ]
    assert "42,3 % unter dem Ziel, am tiefsten von allen" in said
    assert not [one for one in said if LETTERS.search(one)]


def test_cells_keep_their_numbers_whatever_the_language(demo: Path, tmp_path: Path) -> None:
    english = Path(shutil.copy(demo, tmp_path / "english.xlsx"))
    run(demo, "--language", "de")
    run(english)
    numbers = [
        [
            (cell.coordinate, cell.value, cell.number_format)
            for row in load_workbook(path)["Trades"].iter_rows()
            for cell in row
            if isinstance(cell.value, (int, float))
        ]
        for path in (demo, english)
    ]
    assert len(numbers[0]) > 80
    assert numbers[0] == numbers[1]


def test_formulas_that_live_speak_german_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("Mine", ENGLISH))
    assert run(path, "--cash", "100", "--live", "--language", "de").returncode == 0
    said = [one for one in texts(path) if one not in {"relative", "Try to Never Sell", "hard", "abs", "true"}]
    formulas = [str(cell.value) for cell in load_workbook(path)["Trades"]["K"]]
    assert sum('" % unter dem Ziel"' in one for one in formulas) == len(ENGLISH) - 1
    # Names of working columns are single words in small English letters; a strategy is called what its cell takes.
    sentences = [one.replace("Try to Never Sell", "") for one in said if " " in one.strip()]
    assert not [one for one in sentences if LETTERS.search(one)]


def test_the_language_of_the_headings_is_that_of_the_sheet(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("Mein Depot", GERMAN))
    assert "Einzahlung von 100,00" in run(path, "--cash", "100").stdout
    assert column_a(path)[0] == "Vorgeschlagene Orders"


def test_what_is_asked_for_goes_before_the_headings(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("Mein Depot", GERMAN))
    assert "deposit of 100.00" in run(path, "--cash", "100", "--language", "en").stdout
    assert column_a(path)[0] == "Suggested trades"


def test_a_name_of_the_workbook_sets_the_language(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("Mine", ENGLISH), pbal_language='"de"')
    run(path, "--cash", "100")
    assert column_a(path)[0] == "Vorgeschlagene Orders"


def test_english_headings_give_an_english_sheet(demo: Path) -> None:
    run(demo)
    assert column_a(demo)[0] == "Suggested trades"


def test_programs_read_english_whatever_people_read(tmp_path: Path) -> None:
    path = write(tmp_path / "a.xlsx", ("Mein Depot", GERMAN))
    german = run_json(path, "--cash", "100", "--dry-run", "--language", "de")
    english = run_json(path, "--cash", "100", "--dry-run", "--language", "en")
    assert german == english
    assert "below its target" in str(german["orders"])


@pytest.mark.parametrize("more", [(), ("--live",), ("--strategy", "hard")])
def test_a_german_sheet_is_verified_replaced_and_never_read_as_holdings(
    tmp_path: Path, more: tuple[str, ...]
) -> None:
    path = write(tmp_path / "a.xlsx", ("Mein Depot", GERMAN))
    for _ in range(2):
        assert run(path, "--cash", "100", "--replace", *more).returncode == 0
        assert load_workbook(path).sheetnames == ["Mein Depot", "Trades"]
    assert cli.main(["verify", str(path)]) == 0
    again = run(path, "--cash", "100", "--language", "en", "--replace", *more)
    assert again.returncode == 0
    assert load_workbook(path).sheetnames == ["Mein Depot", "Trades"]
    assert column_a(path)[0] == "Suggested trades"


def test_verify_sees_a_changed_amount_on_a_german_sheet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.xlsx", ("Mein Depot", GERMAN))
    run(path, "--cash", "100")
    book = load_workbook(path)
    book["Mein Depot"]["C3"] = 30
    book.save(path)
    assert cli.main(["verify", str(path)]) == 1
    assert "on the sheet, " in capsys.readouterr().out


def test_a_german_csv_gives_a_german_workbook_that_is_read_again(tmp_path: Path) -> None:
    source = tmp_path / "depot.csv"
    source.write_text("Symbol;Wert;Kurs;Gewinn\nAAA;1000,50;10,05;1\nBBB;500;20;2\n", encoding="utf-8")
    for more in ((), ("--live",)):
        assert run(source, "--cash", "100", "--replace", *more).returncode == 0
        book = load_workbook(tmp_path / "depot-trades.xlsx")
        assert [cell.value for cell in book["Holdings"][1]] == ["Symbol", "Wert", "Kurs", "Gewinn"]
        assert book["Trades"]["A1"].value == "Vorgeschlagene Orders"
    again = run(tmp_path / "depot-trades.xlsx", "--cash", "100", "--dry-run")
    assert "Einzahlung von 100,00" in again.stdout


def test_check_speaks_the_language_of_the_headings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.xlsx", ("Mein Depot", GERMAN))
    assert cli.main(["check", str(path)]) == 3
    said = capsys.readouterr().out
    assert "ein Rebalancing ist fällig (größte Abweichung 26,67 %, Bänder 5/25)" in said
    assert "AAA 66,67 % (Ziel 40,00 %)" in said


def test_a_language_that_is_not_there_is_refused(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["run", str(demo), "--language", "xx"])
    assert "invalid choice: 'xx'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        (["Symbol", "Wert", "Kurs"], "de"),
        (["Wertpapier", "Stück", "Marktwert"], "de"),
        (["Symbol", "Value", "Price"], None),
        (["Symbol", "Wert", "Price", "Value", "Shares"], None),
        (["Symbool", "Waarde", "Koers", "Aantal"], "nl"),
        ([], None),
        (["whatever"], None),
    ],
)
def test_headings_tell_their_language(headers: list[str], code: str | None) -> None:
    assert language_of(headers) == code


def test_no_english_figure_stands_in_a_german_sentence(tmp_path: Path) -> None:
    rows = [
        ["Wertpapier", "Wert", "Kurs", "Anzahl", "Gewinn"],
        ["AAA", 1234.5, 12.345, 100, 12.25],
        ["BBB", 2000.75, 20.0075, 100, -5.5],
        ["Kasse", 850.55, None, None, None],
        ["Summe", 4085.8, None, None, None],
    ]
    book = write(tmp_path / "depot.xlsx", rows)
    wishes = ("--strategy", "hard", "--fee", "1.5", "--max-gain", "20.5", "--loan", "300.25", "--instalments", "2")
    printed = run(book, "--dry-run", "--cash=-100.5", *wishes).stdout
    assert "Kasse, 850,55, ist Geld und wird ausgelassen" in printed
    assert not re.findall(r"\d\.\d\d(?!\d)", printed)


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_has_a_block_on_the_sheet_stands_in_no_note_whatever_the_language(demo: Path, language: str) -> None:
    assert run(demo, "--instalments", "3", "--loan", "30000", "--language", language).returncode == 0
    first, of_loan, note = {
        "en": ("Instalment 1", "With the loan of", "Targets are equal"),
        "de": ("Rate 1", "Mit dem Kredit von", "Die Ziele sind gleich"),
    }[language]
    said = " ".join(text for text in column_a(demo) if isinstance(text, str))
    assert note in said
    assert first not in said
    assert of_loan not in said


@pytest.mark.parametrize("options", [(), ("--live",)], ids=["values", "formulas"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_frozen_column_shows_every_label_whole(demo: Path, language: str, options: tuple[str, ...]) -> None:
    loan = () if options else ("--loan", "20000")
    assert run(demo, "--language", language, *options, *loan).returncode == 0
    sheet = load_workbook(demo, data_only=True)["Trades"]
    assert sheet.freeze_panes[0] == "B"
    labels = [sheet.cell(row, 1).value for row in range(6, sheet.max_row) if sheet.cell(row, 3).value is not None]
    assert len(labels) > 15
    assert max(len(str(label)) for label in labels) <= sheet.column_dimensions["A"].width - 2
