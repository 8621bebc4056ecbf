"""What people read stands in their language: every file of words has all that the code says, and nothing else."""

from __future__ import annotations

import ast
import json
import pickle
import re
import string
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolios import etfs

import pbal_xl
from pbal_xl import Holding, suggest_trades, words
from pbal_xl.core.describe import money
from pbal_xl.settings import SETTINGS, describe
from pbal_xl.words import ENGLISH, Figure, Said, known_language, language, languages, listed, retold, say, speaking

PACKAGE = Path(pbal_xl.__file__).parent
FILES = sorted((PACKAGE / "words").glob("*.json"))
# The functions whose text is said: the place of it among their arguments.
SPEAKERS = {"say": 0, "word": 0, "amount_words": 1, "percent_words": 1}
IN_FORMULAS = re.compile(r'"\[([^"\]{}]+)\]"')


def texts_of(node: ast.AST) -> list[str]:
    """The texts that an argument may be: a literal, or either side of a choice."""
    if isinstance(node, ast.IfExp):
        return texts_of(node.body) + texts_of(node.orelse)
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def templates() -> dict[str, str]:
    """Every text that the code says, and where."""
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SPEAKERS:
                at = SPEAKERS[node.func.id]
                for text in texts_of(node.args[at]) if len(node.args) > at else []:
                    found.setdefault(text, path.name)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and path.parent.name == "sheet":
                for text in IN_FORMULAS.findall(node.value):
                    found.setdefault(text, path.name)
    for setting in SETTINGS:
        found.setdefault(setting.label, "settings.py")
        for choice in setting.choices if setting.key == "strategy" else ():
            found.setdefault(choice.title, "settings.py")
    for value in ("buy", "sell", "hold", "target", "edge", "halfway"):
        found.setdefault(value, "values")
    return {text: where for text, where in found.items() if re.search(r"[A-Za-z]", re.sub(r"\{\w*\}", "", text))}


CODE = templates()


def words_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def places(text: str) -> list[str]:
    """The places for values, by name; those without one by their order."""
    return sorted(name or "" for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def test_there_is_german() -> None:
    assert languages()[0] == ENGLISH
    assert "de" in languages()
    assert len(CODE) > 200


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_has_every_text_of_the_code_and_no_other(path: Path) -> None:
    assert set(words_of(path)["words"]) == set(CODE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_has_the_same_places_for_values_and_the_same_edges(path: Path) -> None:
    for english, own in words_of(path)["words"].items():
        assert places(own) == places(english), english
        assert own.strip(), english
        assert (own[0] == " ", own[-1] == " ") == (english[0] == " ", english[-1] == " "), english


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_headings_stay_different_from_one_another(path: Path) -> None:
    own = words_of(path)["words"]
    headings = ("Symbol", "Action", "Shares", "Price", "Amount", "Value before", "Value after", "Weight before",
                "Weight after", "Target", "Gain realised", "Fee", "Why", "Total")  # fmt: skip
    assert len({own[one] for one in headings}) == len(headings)


def test_nothing_is_said_in_pieces_that_a_language_could_not_turn_round() -> None:
    """A call whose template is put together at run time would never be found in a file of words."""
    loose = [
        f"{path.name}:{node.lineno}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"say", "word"}
        if any(isinstance(part, (ast.JoinedStr, ast.BinOp)) for part in ast.walk(node.args[0]))
        if path.parent.name != "words"  # a list's commas
    ]
    assert not loose


def test_a_sentence_is_english_and_can_be_said_again_in_german() -> None:
    said = say("{} stays in cash.", money(Decimal("1234.5")))
    assert said == "1,234.50 stays in cash."
    with speaking("de"):
        assert language() == "de"
        assert retold(said) == "1.234,50 bleiben als Geld übrig."
        assert retold("as it is") == "as it is"
    assert retold(said) == "1,234.50 stays in cash."


def test_a_sentence_made_in_german_can_be_said_again_in_english() -> None:
    with speaking("de"):
        said = say("deposit of {}", money(Decimal(5000)))
    assert said == "Einzahlung von 5.000,00"
    assert retold(said) == "deposit of 5,000.00"


def test_what_no_file_knows_stays_english() -> None:
    with speaking("de"):
        assert say("a new sentence of {}", money(Decimal(1))) == "a new sentence of 1,00"


def test_sentences_and_figures_travel_to_other_processes() -> None:
    for one in (say("{name} of {}", Figure("1.5"), name="x"), Figure("1,234.50")):
        there = pickle.loads(pickle.dumps(one))  # noqa: S301 - made here
        assert type(there) is type(one)
        with speaking("de"):
            assert retold(there) == retold(one) != one


@pytest.mark.parametrize(
    ("tag", "code"),
    [("de", "de"), ("de-AT", "de"), ("de_CH.UTF-8", "de"), ("DE", "de"), ("en_US", "en"), ("fr", None), ("", None)],
)
def test_a_tag_of_a_country_means_its_language(tag: str, code: str | None) -> None:
    assert known_language(tag) == code


def test_a_further_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = {"figures": {"decimal": ",", "thousands": " "}, "words": {"deposit of {}": "dépôt de {}"}}
    (tmp_path / "fr.json").write_text(json.dumps(own), encoding="utf-8")
    monkeypatch.setattr(words, "_FOLDER", tmp_path)
    for known in (words.languages, words._load):
        known.cache_clear()
    try:
        assert words.known_language("fr-CH") == "fr"
        with speaking("fr"):
            assert say("deposit of {}", money(Decimal("1234.5"))) == "dépôt de 1 234,50"
    finally:
        for known in (words.languages, words._load):
            known.cache_clear()


def test_lists_are_said_with_the_word_for_and() -> None:
    with speaking("de"):
        assert listed(["A"]) == "A"
        assert listed(["A", "B", "C"]) == "A, B und C"


ENGLISH_WORDS = re.compile(
    r"\b(the|its|target|below|above|but|cash|stays|deposit|withdrawal|shares?|others?|sold|bought|lowest|highest|"
    r"no|not|to|of|and|is|are|trade|band|nothing|more|than)\b"
)
FIGURES = st.integers(min_value=1, max_value=90_000)


@settings(max_examples=60)
@given(
    rows=st.lists(st.tuples(FIGURES, st.integers(1, 500), st.integers(0, 9)), min_size=2, max_size=6),
    cash=st.integers(-5_000, 50_000),
    strategy=st.sampled_from(["never-sell", "hard"]),
    rule=st.sampled_from([{}, {"min_trade": 500}, {"bands": "5/25"}, {"max_gain": 10}, {"whole_shares": False}]),
)
def test_no_plan_says_a_word_of_english_in_german(
    rows: list[tuple[int, int, int]], cash: int, strategy: Any, rule: dict[str, Any]
) -> None:
    total = sum(target for _, _, target in rows)
    holdings = [
        Holding(f"X{at}", value, price, gain=value // 3, target=Decimal(target) if total else None)
        for at, (value, price, target) in enumerate(rows)
    ]
    if total:
        last = holdings[-1]
        rest = 100 - sum(holding.target for holding in holdings[:-1])
        holdings[-1] = Holding(last.symbol, last.value, last.price, gain=last.gain, target=rest)
    try:
        plan = suggest_trades(holdings, max(cash, -sum(value for value, _, _ in rows)), strategy, **rule)
    except pbal_xl.PbalError:
        return
    with speaking("de"):
        said = [*(retold(order.reason) for order in plan.orders), *map(retold, plan.notices), describe(plan)]
    for sentence in said:
        assert isinstance(sentence, (Said, Figure)) or not sentence, sentence
        assert not ENGLISH_WORDS.search(re.sub(r"max_\w+|hard", "", sentence)), sentence


def test_the_article_s_reasons_in_german() -> None:
    plan = suggest_trades(etfs(), 5000)
    with speaking("de"):
        said = {order.symbol: retold(order.reason) for order in plan.orders}
    assert said["VCR"] == "42,3 % unter dem Ziel, am tiefsten von allen"
    assert said["VSMAX"] == "70,5 % über dem Ziel, eine Einzahlung verkauft nichts"


def test_a_limit_that_sales_reach_is_told_in_german_too() -> None:
    holdings = [Holding(f"X{k}", value, 1) for k, value in enumerate((3000, 3000, 500))]
    for rule in ({"min_trade": 2010}, {"fee": 10, "fee_limit": "0.5"}):
        plan = suggest_trades(holdings, -1500, **rule)
        with speaking("de"):
            said = [retold(notice) for notice in plan.notices]
        assert said
        assert not any(ENGLISH_WORDS.search(re.sub(r"max_\w+|hard", "", sentence)) for sentence in said), said


def test_of_many_names_the_first_are_told_and_how_many_more() -> None:
    names = [f"N{place}" for place in range(1, 1204)]
    assert words.first_of(names[:2], 2) == "N1, N2"
    assert words.first_of(names, 3) == "N1, N2, N3 and 1,200 more"
    with speaking("de"):
        assert words.first_of(names, 1) == "N1 und 1.202 weitere"
