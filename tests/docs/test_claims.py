"""What sentences of the documents claim in passing is so: figures, commands, headings, defaults, keys, places."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from documents import DOCS, NAMES, PAGES, ROOT, keys_of, options_of, prose
from openpyxl import load_workbook
from portfolios import etfs

from pbal_xl import cli, suggest_trades
from pbal_xl.grid.reach import LAST_ROW_READ
from pbal_xl.grid.table import MOST_ROWS
from pbal_xl.grid.vocabulary import _languages, language_of, meanings, name_of
from pbal_xl.json_schema import SCHEMAS
from pbal_xl.settings import SETTINGS, by_key
from pbal_xl.sheet.road import road_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def whole(amount: Decimal) -> str:
    return f"{round(amount):,}"


def demo_cash() -> str:
    return whole(load_workbook(ROOT / "workbook" / "portfolio.xlsx")["Portfolio"]["G3"].value)


def road_end(place: int, field: str) -> str:
    return whole(getattr(road_of(etfs(), suggest_trades(etfs(), 5000, "hard"))[place], field))


# Figures in sentences that have a decimal or a thousands sign: what they are worked out from.
WORKED_OUT: dict[str, Callable[[], str]] = {
    "9,559.72": lambda: f"{suggest_trades(etfs(), 5000).level:,.2f}",
    "5,000": demo_cash,
    "10,438": lambda: road_end(0, "distance"),
    "1,507": lambda: road_end(-1, "gain"),
    "200,000": lambda: f"{LAST_ROW_READ:,}",
    "100,000": lambda: f"{MOST_ROWS:,}",
    "590.00": lambda: f"{Decimal('2.95') / Decimal('0.005'):,.2f}",
    "3.10": lambda: re.findall(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))[0],
}
# Pythons that are claimed.
WORKED_OUT |= {
    version: lambda version=version: version
    for version in re.findall(
        r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text("utf-8")
    )
    if version not in WORKED_OUT
}
# Examples, limits of other programs, versions of LibreOffice that were used, and what long runs counted.
GIVEN = {
    "excel-checklist.md": {"0.00001234"},
    "formulas.md": {"3,533", "3,529"},
    "index.md": {"30,000", "3,000"},
    "language.md": {"1,234.56"},
    "libreoffice.md": {"7.4", "3.8", "25.2"},
    "README.md": {"7.4"},
    "sheet.md": {"4.5"},
    "rules.md": {"2.95", "0.1", "0.5", "1.08"},
    "targets.md": {"0.6"},
    "troubleshooting.md": {"2,047"},
    "whole-shares.md": {"0.01", "700,000"},
}
# Measured on a machine, as the page says.
MEASURED = {"scale.md", "whole-shares.md"}


def sentences(page: Path) -> str:
    """A page's words without tables of what was measured, and without links' targets."""
    text = re.sub(r"\]\([^)]*\)", "]", prose(page))
    return re.sub(r"^\|.*$", "", text, flags=re.MULTILINE) if page.name in MEASURED else text


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "scale.md"], ids=lambda page: page.name)
def test_every_figure_in_a_sentence_is_worked_out_or_known_as_an_example(page: Path) -> None:
    number = r"(?<![\w.,#/=-])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\w]|[.,]\d)"
    for told in re.findall(number, sentences(page)):
        if told not in GIVEN.get(page.name, ()):
            assert told in WORKED_OUT, told
            assert WORKED_OUT[told]() == told


def test_no_example_is_kept_that_no_page_has() -> None:
    for name, figures in GIVEN.items():
        page = next(page for page in PAGES if page.name == name)
        for told in figures:
            assert re.search(rf"(?<![\d,.]){re.escape(told)}(?!\d)", page.read_text(encoding="utf-8")), (name, told)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_in_a_sentence_is_one_and_takes_its_options(page: Path) -> None:
    for told in re.findall(r"`pbal-xl ([^`]+)`", prose(page)):
        command, *words = told.split()
        assert command in cli.COMMANDS, told
        for option in words:
            if option.startswith("--"):
                assert option.partition("=")[0] in options_of(command), told


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_choice_of_an_option_in_a_sentence_is_offered(page: Path) -> None:
    choices = {f"--{one.key.replace('_', '-')}": one for one in SETTINGS if one.kind == "choice"}
    for option, value in re.findall(r"(?<![\w-])(--[a-z-]+)[ =]([\w-]+)`", prose(page)):
        if option in choices:
            assert value in {choice.word for choice in choices[option].choices}, (option, value)


def headings_told(text: str) -> Iterator[str]:
    """Words in bold that are called the heading of a column."""
    flat = " ".join(text.split())
    bold = r"\*\*([A-Z][^*]*)\*\*"
    run = rf"(?:{bold}(?:,| and| or|,? \(or|)\s?)+"
    for before, after in re.findall(
        rf"\b(?:columns?|headings?|headers?|heading row|table|an|a)\s({run})|({run})columns?\b".replace(
            "([A-Z]", "(?:[A-Z]"
        ),
        flat,
    ):
        yield from re.findall(bold, before or after)


# Bold words behind "a" or "an" that are called something else.
NO_HEADINGS = {"Trades", "Portfolio Balancer"}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_heading_told_in_a_sentence_is_read(page: Path) -> None:
    for told in headings_told(prose(page)):
        assert meanings(told) or told in {"Class"} | NO_HEADINGS, told


def test_the_pages_tell_of_headings() -> None:
    told = {one for page in PAGES for one in headings_told(prose(page))}
    assert {"Symbol", "Value", "Price", "Target", "Lock", "Max Weight", "Lot Size", "Account", "Class"} <= told


def test_the_headings_that_are_called_german_are() -> None:
    page = (DOCS / "how-to" / "language.md").read_text(encoding="utf-8")
    (listed,) = re.findall(r"headings of your holdings \(([^)]+)\)", page)
    headings = listed.split(", ")
    assert len(headings) >= 3
    assert all(meanings(one) for one in headings)
    assert language_of(headings) == "de"
    assert all({"de", "en"} & _languages()[name_of(one).key] for one in headings)
    assert [one for one in headings if "de" not in _languages()[name_of(one).key]] == ["Symbol"]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_default_told_in_a_sentence_is_one(page: Path) -> None:
    choices = {choice.word: setting for setting in SETTINGS for choice in setting.choices}
    for word in re.findall(r"`([a-z-]+)` \(the default\)", prose(page)):
        assert choices[word].default == word


def test_the_pages_tell_of_a_default() -> None:
    assert any("(the default)" in prose(page) for page in PAGES)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_json_in_a_sentence_has_keys_of_the_output(page: Path) -> None:
    known = {key for schema in SCHEMAS.values() for key in keys_of(schema())}
    for key, value in re.findall(r'`"(\w+)": ([^`]+)`', prose(page)):
        assert key in known, key
        json.loads(value)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_text_of_options_in_a_sentence_names_settings(page: Path) -> None:
    for told in re.findall(r'`"(\w+=[^`"]+)"`', prose(page)):
        for part in told.split(";"):
            assert by_key(part.partition("=")[0].strip())


def anchors(page: Path) -> set[str]:
    """The places of a page that a link can lead to: its headings, and those that it names."""
    text = re.sub(r"^( *)```.*?^\1```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    heads = (re.sub(r"[^\w\s-]", "", head.lower()) for head in re.findall(r"^#+ (.+)$", text, re.MULTILINE))
    return {re.sub(r"[\s-]+", "-", head.strip()) for head in heads} | set(re.findall(r'id="([^"]+)"', text))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_place_that_a_link_leads_to_is_there(page: Path) -> None:
    for target, place in re.findall(r"\]\(((?!https?:)[^)#\s]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
        there = (page.parent / target).resolve() if target else page
        assert place in anchors(there), (target, place)


def test_links_to_places_are_told() -> None:
    places: list[Any] = [re.findall(r"\]\([^)\s]*#[^)\s]+\)", page.read_text(encoding="utf-8")) for page in PAGES]
    assert sum(map(len, places)) >= 30
