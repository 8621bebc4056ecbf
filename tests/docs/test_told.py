"""What sentences tell in passing of statuses, sheets, defaults, limits and files is what the program does."""

from __future__ import annotations

import argparse
import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from documents import NAMES, PAGES, ROOT, prose

from pbal_xl import cli
from pbal_xl.codegen import demo
from pbal_xl.hosts.headless.commands import read_file
from pbal_xl.hosts.headless.reading import Where
from pbal_xl.ooxml.titles import is_numbered
from pbal_xl.settings import SETTINGS
from pbal_xl.sheet import lambdas
from pbal_xl.sheet.living import MOST_HOLDINGS
from pbal_xl.sheet.living_formulas import CHECKS
from pbal_xl.sheet.living_watch import WATCHED_BELOW
from pbal_xl.sheet.log import LOG_NAME
from pbal_xl.sheet.trades import HOLDINGS_SHEET, SHEET_NAME
from pbal_xl.suggest import language_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# What a status says, in the words that sentences use for it.
STATUSES = {
    "nothing is due": cli.DONE,
    "something is": cli.DUE,
    "was refused": cli.REFUSED,
    "was$": cli.REFUSED,
    "Nothing is written": cli.REFUSED,
    "cannot be used": cli.USAGE,
    "unknown option": cli.USAGE,
}
# Of "verify", which says only whether all is well.
BOTH = re.compile(r"Exit status 0 or 1\b")


def flat(page: Path) -> str:
    """The words of a page in one line, without what sets them."""
    return re.sub(r"[`*]", "", " ".join(prose(page).split()))


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.;:])\s", text)


def statuses_told(text: str) -> Iterator[tuple[int, str, str]]:
    """Each status of a sentence, with what follows it and with the whole sentence."""
    for sentence in sentences(text):
        if re.search(r"\bstatus(es)?\b", sentence) and not BOTH.search(sentence):
            for number, behind in re.findall(r"(?<![\w.-])(\d+)(?![\w.%-])([^\d]*)", sentence):
                yield int(number), behind, sentence


def meant(behind: str, sentence: str) -> set[int]:
    """What the words after a status say it means, or else those of the sentence."""
    for words in (behind.partition(",")[0].strip(" ."), sentence):
        if found := {status for said, status in STATUSES.items() if re.search(said, words)}:
            return found
    return set()


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=[*NAMES, "CHANGELOG.md"])
def test_every_exit_status_told_is_the_one_that_is_meant(page: Path) -> None:
    text = re.sub(r"(Nothing is written),", r"\1", flat(page))
    for number, behind, sentence in statuses_told(text):
        assert meant(behind, sentence) == {number}, sentence
    if BOTH.search(text):
        assert {cli.DONE, cli.REFUSED} == {0, 1}
        assert "pbal-xl verify" in text


def test_the_pages_tell_of_exit_statuses() -> None:
    told = {number for page in [*PAGES, ROOT / "CHANGELOG.md"] for number, *_ in statuses_told(flat(page))}
    assert told == {cli.DONE, cli.REFUSED, cli.USAGE, cli.DUE}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CHANGELOG.md"], ids=[*NAMES, "CHANGELOG.md"])
def test_every_sheet_with_a_number_is_called_as_the_program_calls_it(page: Path) -> None:
    for title in (SHEET_NAME, LOG_NAME, HOLDINGS_SHEET):
        for told in re.findall(rf"\b{title}(?: ?\(\d+\)| ?[#_-]? ?\d+\b)", flat(page)):
            assert is_numbered(told, title), told


def options_of_run() -> list[argparse.Action]:
    commands = next(one.choices for one in cli._parser()._actions if isinstance(one, argparse._SubParsersAction))
    actions: list[argparse.Action] = commands["run"]._actions
    return actions


def defaults() -> dict[str, bool]:
    """Every choice of a setting or an option, by its word and its title, and whether it is the default."""
    known: dict[str, bool] = {}
    for setting in SETTINGS:
        if setting.kind == "choice":
            for choice in setting.choices:
                known |= dict.fromkeys((choice.word, choice.title), choice.word == setting.default)
    for action in options_of_run():
        if action.choices and isinstance(action.default, str):
            known |= {str(choice): choice == action.default for choice in action.choices}
    return known


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_choice_that_is_called_the_default_is_it(page: Path) -> None:
    for choice, is_default in defaults().items():
        at = re.escape(choice)
        beside = (
            rf"\b{at},? (?:\((?:the|by) default\)|\(default\)|is the default\b|by default\b|is what is taken\b)",
            rf"\b(?:[Tt]he default(?: is|:)?|[Bb]y default(?: it is)?|default:) {at}\b",
        )
        assert is_default or not any(re.search(pattern, flat(page)) for pattern in beside), choice


def test_choices_that_are_no_default_are_known_to_be_none() -> None:
    known = defaults()
    assert known["never-sell"] is known["Try to Never Sell"] is known["generic"] is True
    assert known["hard"] is known["absolute"] is known["ibkr"] is known["edge"] is False


# Limits told in sentences: a figure before a word, and where the program has it.
LIMITS = {r"up to ([\d,]+) holdings": MOST_HOLDINGS, r"\b([\d,]+) rows below": WATCHED_BELOW}


def test_every_limit_told_is_the_programs() -> None:
    everything = " ".join(flat(page) for page in PAGES)
    for pattern, limit in LIMITS.items():
        told = re.findall(pattern, everything)
        assert told
        assert {int(one.replace(",", "")) for one in told} == {limit}


def test_every_list_of_kinds_of_files_has_those_that_are_read() -> None:
    (asked,) = [action.help for action in options_of_run() if action.dest == "files"]
    kinds = set(re.findall(r"\.[a-z]{3,4}\b", asked))
    told = re.findall(r"\((`\.\w+`(?:, `\.\w+`){2,})\)", " ".join(prose(page) for page in PAGES))
    assert told
    for listed in told:
        assert set(re.findall(r"\.\w+", listed)) == kinds, listed


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_python_told_is_the_least_that_is_needed(page: Path) -> None:
    least = re.findall(r'requires-python = ">=([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(re.findall(r"Python (3\.\d+) or newer", flat(page))) <= set(least)


NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
# Things that sentences count, and how many there are. The figures' own check stands below those of the table.
COUNTS = {r"(\w+) ETFs": len(demo.HOLDINGS), r"(\w+) checks that say OK": len(CHECKS) + 1, r"(\w+) Ctrl\+Z": 1}


@pytest.mark.parametrize(("pattern", "count"), COUNTS.items())
def test_every_count_told_in_words_is_right(pattern: str, count: int) -> None:
    everything = " ".join(re.sub(r"[*`]", "", " ".join(page.read_text("utf-8").split())) for page in PAGES)
    told = [word.lower() for word in re.findall(pattern, everything) if word.lower() in NUMBERS]
    assert told
    assert set(told) == {NUMBERS[count]}


def test_the_place_of_the_demos_holdings_is_told() -> None:
    portfolio, _ = read_file(ROOT / "workbook" / "portfolio.xlsx", Where(), lambda _: None)
    first, last = re.findall(r"\d+", portfolio.block.place.rpartition("!")[2])
    everything = " ".join(flat(page) for page in PAGES)
    told = re.findall(r"headings in A(\d+):C\1 and ten", everything)
    assert told
    assert set(told) == {first}
    formulas = re.findall(r"PBAL_NEVERSELL\(A(\d+):C(\d+)[,;] ?5000\)", " ".join(map(read, PAGES)))
    assert formulas
    assert set(formulas) == {(first, last)}


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_every_named_function_told_is_one_and_takes_these_arguments() -> None:
    told = [one for page in PAGES for one in re.findall(r"\b(PBAL\.(?!XL)[A-Z]+)(?:\(([^)]*)\))?", read(page))]
    assert {name for name, _ in told} == set(lambdas.FUNCTIONS)
    for name, arguments in told:
        if arguments:
            parameters = re.findall(r"(\[?)@(\w+)", lambdas.FUNCTIONS[name].partition("LET(")[0])
            takes = [f"[{one}]" if may else one for may, one in parameters]
            assert arguments.split(", ") == takes, name


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_withdrawal_on_the_command_line_is_below_zero(page: Path) -> None:
    for sentence in re.split(r"(?<=[.;])\s", flat(page)):
        for cash in re.findall(r"--cash[= ](-?[\d.]+)", sentence):
            assert float(cash) < 0 or not re.search(r"\bwithdraw", sentence), sentence
    # With "=" because a minus sign would begin an option.
    assert not re.search(r"--cash -\d", read(page))


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_an_option_in_brackets_is_of_what_stands_before_it(page: Path) -> None:
    for before, option in re.findall(r"([^(.;:,|]+) \((--[a-z-]+)[^)]*\)", flat(page)):
        setting = next((one for one in SETTINGS if f"--{one.key.replace('_', '-')}" == option), None)
        if setting:
            assert stems(before) & stems(f"{setting.label} {setting.help}"), (before, option)


def stems(text: str) -> set[str]:
    """Beginnings of the longer words: "realised" and "realise" are one."""
    return {word[:4] for word in re.findall(r"[a-z]{4,}", text.lower())}


# What sentences say that a command does, in their own words.
DOES = {"whether all is well": "doctor", "takes it out again": "uninstall", "whether it is as written": "verify"}


@pytest.mark.parametrize(("said", "command"), DOES.items())
def test_what_a_command_is_said_to_do_is_said_of_it(said: str, command: str) -> None:
    told = [one for page in PAGES for one in re.findall(rf"pbal-xl ([a-z]+)(?:(?!pbal-xl)[^.])*{said}", flat(page))]
    assert told
    assert set(told) == {command}


def test_the_order_in_which_a_language_is_chosen_is_that_of_the_program() -> None:
    page = flat(ROOT / "docs" / "how-to" / "language.md")
    order = re.findall(r"(?<!\w)[1-4]\. (\S+ \S+ \S+)", page.partition("in this order:")[2])[:3]
    said = {"what you ask": "setting", "the language that": "headings", "that of the": "program"}
    # Of two that differ the first counts: asked, else headings, else the program that shows it.
    assert [said[words] for words in order] == ["setting", "headings", "program"]
    assert spoken(asked="en", program="de") == "en"
    assert spoken(asked="de", program="en") == "de"


def spoken(asked: str, program: str) -> str:
    german = SimpleNamespace(columns=SimpleNamespace(names=["Wert", "Kurs", "Ziel"]))
    found: Any = SimpleNamespace(settings={}, table=german, language=program)
    assert language_for(found) == "de", "headings go before the program"
    return language_for(found, {"language": asked})
