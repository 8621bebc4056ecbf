"""No name or figure in the documents that the program does not have, and none that it has and they lack."""

from __future__ import annotations

import builtins
import inspect
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from documents import DOCS, NAMES, PAGES, keys_of, prose

import pbal_xl
from pbal_xl import cli
from pbal_xl.functions import FUNCTIONS
from pbal_xl.grid.limits import _LOCKS
from pbal_xl.grid.vocabulary import data, meanings
from pbal_xl.json_schema import SCHEMAS
from pbal_xl.refusals import REFUSALS
from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from pathlib import Path

# Words of other formats and programs that pages set like code: the keys of a file of words, Excel's own.
FOREIGN = {"figures"}


def public() -> dict[str, Any]:
    return {name: getattr(pbal_xl, name) for name in pbal_xl.__all__}


def known_words() -> set[str]:
    """Every small word that the program gives a meaning."""
    known = {"pbal-xl", "pbal_holdings", *cli.COMMANDS, *REFUSALS, *_LOCKS, "fraction", *FOREIGN, *public()}
    for setting in SETTINGS:
        known |= {setting.key, setting.name, *(choice.word for choice in setting.choices)}
    for function in FUNCTIONS:
        known |= {argument.name for argument in function.arguments}
    known |= {key for schema in SCHEMAS.values() for key in keys_of(schema())}
    known |= {error.code for error in (pbal_xl.InputError, pbal_xl.PlanError, pbal_xl.CellFaults)}
    for value in public().values():
        if not (inspect.isclass(value) and issubclass(value, Exception)) and callable(value):
            known |= set(inspect.signature(value).parameters)
    return known


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_word_set_as_code_is_a_name_of_the_program(page: Path) -> None:
    told = set(re.findall(r"`([a-z][a-z0-9_-]+)`", prose(page)))
    assert told <= known_words(), told - known_words()


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_code_of_several_words_is_one(page: Path) -> None:
    told = set(re.findall(r"`([a-z]+(?: [a-z]+)+)`", prose(page)))
    assert {one.replace(" ", "") for one in told} <= set(_LOCKS), told


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_class_and_every_key_with_a_value_set_as_code_is_one(page: Path) -> None:
    for name in re.findall(r"`([A-Z][a-z]+[A-Za-z]*)(?:\([^`]*)?`", prose(page)):
        assert name in public() or name == "Decimal" or hasattr(builtins, name), name
    for key in re.findall(r"`([a-z_]+)=[^`\s]+`", prose(page)):
        assert key in known_words(), key


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_defined_name_told_is_a_setting(page: Path) -> None:
    names = {setting.name for setting in SETTINGS} | {"pbal_holdings", "pbal_xl"}
    told = set(re.findall(r"(?<![\w/])pbal_[a-z_]*[a-z]\b", page.read_text(encoding="utf-8")))
    assert told <= names, told - names


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_table_of_holdings_has_headings_that_are_read(page: Path) -> None:
    """Blocks of text that show a sheet: the first row has Symbol, columns are two blanks apart."""
    for block in re.findall(r"^```text\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        first = re.split(r"\s{2,}", block.splitlines()[0].strip())
        for heading in first if "Symbol" in first else ():
            assert meanings(heading), heading


def reference(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def test_every_command_and_option_is_told() -> None:
    page = reference("command-line.md")
    actions = next(one for one in cli._parser()._actions if isinstance(one.choices, dict))
    assert isinstance(actions.choices, dict)
    assert set(actions.choices) == set(cli.COMMANDS)
    for name, command in actions.choices.items():
        assert f"## pbal-xl {name}" in page
        section = page.split(f"## pbal-xl {name}\n")[1].split("\n## ")[0]
        for action in command._actions:
            for option in action.option_strings:
                assert option in section, (name, option)


def test_every_setting_is_told() -> None:
    page = reference("settings.md")
    for setting in SETTINGS:
        assert f"`{setting.key}`" in page
        assert f"`{setting.name}`" in page


def test_every_function_is_told() -> None:
    page = reference("functions.md")
    for function in FUNCTIONS:
        assert f"`{function.name}(" in page
        assert function.example in page
        for argument in function.arguments:
            assert f"- `{argument.name}`" in page


def test_every_refusal_is_told() -> None:
    page = reference("refusals.md")
    for code in REFUSALS:
        assert f"| `{code}` |" in page


def test_every_public_name_is_told() -> None:
    page = reference("api.md")
    for name, value in public().items():
        if inspect.isclass(value) or inspect.isfunction(value):
            assert f"## `{name}`" in page


def test_every_key_of_the_output_is_told() -> None:
    page = reference("json.md")
    for key in {key for schema in SCHEMAS.values() for key in keys_of(schema())}:
        assert json.dumps(key) in page or f"`{key}`" in page, key


def test_every_field_that_a_heading_may_mean_is_told() -> None:
    page = reference("headers.md")
    lacking = [field for field in data()["fields"] if f"| {field} |" not in page]
    assert not lacking


def _rules() -> list[str]:
    sections = (DOCS / "rules.md").read_text(encoding="utf-8").split("\n## ")[1:]
    return [section for section in sections if not section.startswith("Rules together")]


@pytest.mark.parametrize("section", _rules(), ids=lambda section: section.partition(":")[0])
def test_each_rule_is_told_in_three_lines_with_a_worked_example(section: str) -> None:
    told, _, example = section.partition("<!-- [[[cog")
    lines = told.strip().splitlines()[2:]
    shown = re.sub(r"[*`]", "", " ".join(lines))
    # As a page shows them: some hundred characters a line.
    assert 1 <= len(lines) <= 3
    assert len(shown) <= 3 * 100
    assert re.search(r"[Ii]t is for ", shown)
    _, _, made = example.partition("]]] -->")
    assert re.search(r"^- .*: [A-Z]+ -?[\d,]+\.\d\d", made.partition("<!-- [[[end]]]")[0], re.MULTILINE)
