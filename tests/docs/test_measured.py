"""What was measured, versions of Excel, and least and most stand in the documents as they are recorded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from documents import DOCS, NAMES, PAGES, ROOT, prose

from pbal_xl import cli

if TYPE_CHECKING:
    from pathlib import Path

# Page by page: what was run, and every figure of its words and tables, in order. Who measures anew writes it anew.
RECORD = json.loads((ROOT / "benchmarks" / "told.json").read_text("utf-8"))
_NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)*(?![\w])")


def figures(page: Path) -> list[str]:
    return [one.rstrip(",") for one in _NUMBER.findall(re.sub(r"\]\([^)]*\)", "]", prose(page)))]


@pytest.mark.parametrize("name", RECORD)
def test_what_was_measured_is_told_as_it_was_recorded(name: str) -> None:
    assert figures(DOCS / name) == RECORD[name]["figures"]
    assert (ROOT / "benchmarks" / RECORD[name]["by"]).is_file()


def test_every_page_that_tells_of_a_run_is_recorded() -> None:
    told = {str(page.relative_to(DOCS)) for page in PAGES if "benchmarks/" in prose(page) and DOCS in page.parents}
    assert told == set(RECORD)


# Versions of Excel that sentences name, each with what it is the first or the last of.
EXCEL = {
    r"Excel since (\d{4})": "2010",  # the first with every function of a living sheet
    r"Excel (\d{4}) and older": "2019",  # the last without formulas that spill
    r"Excel before (\d{4})": "2021",  # the first with formulas that spill
    r"Excel 365 or (\d{4})": "2021",  # the first to be bought once whose formulas spill
    r"Excel 365 and (\d{4})": "2024",  # the first to be bought once that knows LAMBDA
}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_version_of_excel_is_that_which_is_meant(page: Path) -> None:
    text = " ".join(page.read_text("utf-8").split())
    meant = [(found[0], found[1]) for pattern in EXCEL for found in re.finditer(pattern, text)]
    for pattern, version in EXCEL.items():
        assert set(re.findall(pattern, text)) <= {version}
    assert len(re.findall(r"\bExcel (?:\w+ ){0,2}(?:19|20)\d\d\b", text)) == len(meant)


SMALLER, LARGER = r"\b(?:smaller|below|least|less)\b", r"\b(?:larger|above|most|more)\b"


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_a_least_is_told_as_a_least_and_a_most_as_a_most(page: Path) -> None:
    text = re.sub(r"[`*]", "", " ".join(prose(page).split()))
    for option, behind in re.findall(r"(--(?:min|max)-[a-z]+)(?: [\d.]+)? ?([^,.;:()|-]*)", text):
        wrong = LARGER if option.startswith("--min") else SMALLER
        if re.search(r"\b(?:nothing|no|none|not)\b", behind):
            assert not re.search(wrong, behind), (option, behind)


def test_round_amounts_are_those_of_their_words() -> None:
    words = {"tens": 10, "hundreds": 100, "thousands": 1000}
    told = [one for page in PAGES for one in re.findall(r"--increment (\d+)`? in (\w+)", page.read_text("utf-8"))]
    assert told
    assert all(int(amount) == words[word] for amount, word in told)


def test_a_script_that_waits_for_a_status_waits_for_that_of_a_rebalance() -> None:
    told = [one for page in PAGES for one in re.findall(r"\$\? -eq (\d+)", page.read_text("utf-8"))]
    assert told
    assert set(map(int, told)) == {cli.DUE}
