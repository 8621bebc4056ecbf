"""What the documents say is to be pressed, opened or typed: buttons, menus, keys and files that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pbal_xl.functions import FUNCTIONS
from pbal_xl.grid.cash import is_cash_label
from pbal_xl.grid.vocabulary import meanings
from pbal_xl.hosts.calc.commands import COMMANDS

ROOT = Path(__file__).parents[2]
OWN = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
PAGES = [*OWN, *sorted((ROOT / "docs").rglob("*.md"))]
OF_EXCEL = [ROOT / "docs" / "how-to" / "excel.md", ROOT / "docs" / "excel-checklist.md"]
OF_IMPORTS = ROOT / "docs" / "how-to" / "import.md"
OF_CALC = ROOT / "docs" / "how-to" / "libreoffice.md"

RIBBON = set(re.findall(r'\blabel="([^"{]+)"', (ROOT / "vba" / "customUI14.xml").read_text(encoding="utf-8")))
MENU = {one.title for one in COMMANDS}
# Sheets that are added; the second of a name is numbered.
SHEETS = re.compile(r"(?:Trades|Positions)(?: \(\d\))?")
# A menu of LibreOffice's own.
ITS_OWN = {"Sheet > Named Ranges and Expressions > Define"}
KEYS = {"Ctrl+Shift+Enter", "Ctrl+Z", "Ctrl+C", "Cmd-Q"}
# Of the environment that tests run in.
VARIABLES = {"PBAL_CORPUS", "PBAL_HYPOTHESIS"}
# Places that are no files of the project: an environment's, a workbook's parts, another folder.
ELSEWHERE = re.compile(r"\.venv/|xl/|\.\./|hosts/NAME/|\[Content|_rels/")


def text_of(page: Path) -> str:
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_way_through_a_menu_ends_at_a_button_or_a_command(page: Path) -> None:
    text = " ".join(text_of(page).split())
    assert set(re.findall(r"Portfolio Balancer > ([^*`]+?)\*", text)) <= RIBBON
    assert set(re.findall(r"(?<!Balancer )\*Portfolio > ([^*`]+?)\*", text)) <= MENU


@pytest.mark.parametrize("page", OF_EXCEL, ids=name_of)
def test_every_bold_name_on_the_pages_of_excel_is_on_the_ribbon_or_a_sheet(page: Path) -> None:
    told = {one.removeprefix("Portfolio Balancer > ") for one in re.findall(r"\*\*([^*]+)\*\*", text_of(page))}
    assert len(told) > 3
    assert {one for one in told if not SHEETS.fullmatch(one)} <= RIBBON


def test_every_slanted_name_on_the_page_of_libreoffice_is_in_the_menu() -> None:
    text = " ".join(text_of(OF_CALC).split())
    told = {one.removeprefix("Portfolio > ") for one in re.findall(r"(?<![*\w])\*([A-Z][^*]+)\*(?!\*)", text)}
    assert len(told) > 3
    assert told - ITS_OWN <= MENU


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_key_told_is_one_that_was_meant(page: Path) -> None:
    assert set(re.findall(r"\b(?:Ctrl|Alt|Cmd|Shift)[+-][\w+]+", text_of(page))) <= KEYS


def test_no_key_is_kept_that_no_page_tells() -> None:
    everything = " ".join(map(text_of, PAGES))
    assert {one for one in KEYS if one in everything} == KEYS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_place_set_as_code_is_there(page: Path) -> None:
    told = re.findall(r"`([\w.-]+/[\w./-]*)`", text_of(page))
    below = (ROOT, ROOT / "pbal_xl", ROOT / "pbal_xl" / "hosts")
    missing = [one for one in told if not ELSEWHERE.match(one) and not any((at / one).exists() for at in below)]
    assert missing == []


@pytest.mark.parametrize("page", OWN, ids=name_of)
def test_every_function_of_the_projects_own_pages_is_one(page: Path) -> None:
    known = {one.name for one in FUNCTIONS}
    assert set(re.findall(r"\bPBAL_[A-Z]+\b", page.read_text(encoding="utf-8"))) <= known | VARIABLES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_column_told_of_in_plain_words_is_a_heading(page: Path) -> None:
    text = " ".join(text_of(page).split())
    for told in re.findall(r"\b(?:an?|there is no|no) ((?:[A-Z]\w*)(?: (?:or |and )?[A-Z]\w*)*) column\b", text):
        for name in re.split(r" or | and ", told):
            assert any(not one.weak for one in meanings(name)), name


def test_what_is_called_cash_on_the_page_of_imports_is_cash() -> None:
    [told] = re.findall(r"Cash is also what is called (.+?);", " ".join(text_of(OF_IMPORTS).split()))
    for name in re.split(r", an? |, | or an? | or ", told.removeprefix("a ")):
        assert is_cash_label(name.strip("*")), name
