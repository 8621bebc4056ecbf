"""The README tells what the program does today."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from portfolios import etfs

from pbal_xl import suggest_trades
from pbal_xl.codegen import demo, pages

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("made", [pages.example])
def test_the_generated_parts_are_fresh(made: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert made() in README


def test_the_numbers_around_the_example_are_the_plans() -> None:
    plan = suggest_trades(etfs(), 5000)
    assert plan.level is not None
    assert f"raised to one level, {plan.level.quantize(Decimal('0.01')):,}" in README


def test_it_is_short_enough_to_finish() -> None:
    prose = re.sub(r"<!--.*?-->|```.*?```", " ", README, flags=re.DOTALL)
    assert len(prose.split()) <= 1200


def test_the_pictures_and_pages_it_links_to_exist() -> None:
    for target in re.findall(r"\]\(((?:docs|CONTRIBUTING)[^)#]*)\)", README):
        assert (ROOT / target).is_file(), target


def test_the_demo_is_the_worked_example() -> None:
    assert [(h.symbol, h.value, h.price, h.gain) for h in etfs()] == list(demo.HOLDINGS)


def test_two_builds_of_the_demo_have_one_checksum_and_it_is_committed(tmp_path: Path) -> None:
    pytest.importorskip("xlsxwriter", reason="XlsxWriter, which builds the demo, is not installed")
    demo.demo_workbook(tmp_path / "one.xlsx")
    demo.demo_workbook(tmp_path / "two.xlsx")
    committed = ROOT / "workbook" / "portfolio.xlsx"
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes() == committed.read_bytes()
