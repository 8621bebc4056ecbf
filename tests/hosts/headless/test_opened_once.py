"""A run looks into a package once: what it costs does not grow with what is asked of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from trades_books import REQUEST, portfolio_book

from pbal_xl.hosts.headless.commands import run_file
from pbal_xl.ooxml import source
from pbal_xl.ooxml.package import Package

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Path]]:
    """The packages that were opened, and those that were inspected, in order."""
    seen: dict[str, list[Path]] = {"opened": [], "inspected": []}
    begin, inspect = Package.__init__, source._inspect

    def begun(package: Package, path: Path, *more: Any) -> None:
        seen["opened"].append(path)
        begin(package, path, *more)

    def inspected(package: Package) -> source.Source:
        seen["inspected"].append(package.path)
        return inspect(package)

    monkeypatch.setattr(Package, "__init__", begun)
    monkeypatch.setattr(source, "_inspect", inspected)
    return seen


def test_a_run_opens_and_inspects_its_workbook_once(tmp_path: Path, opened: dict[str, list[Path]]) -> None:
    path = portfolio_book(tmp_path / "book.xlsx")
    assert run_file(path, REQUEST).trades_sheet == "Trades"
    assert opened == {"opened": [path], "inspected": [path]}


def test_so_does_one_that_replaces_its_sheet(tmp_path: Path, opened: dict[str, list[Path]]) -> None:
    path = portfolio_book(tmp_path / "book.xlsx")
    run_file(path, REQUEST)
    for seen in opened.values():
        seen.clear()
    assert run_file(path, replace(REQUEST, replace=True)).trades_sheet == "Trades"
    assert opened == {"opened": [path], "inspected": [path]}


def test_so_does_one_that_writes_nothing_or_elsewhere(tmp_path: Path, opened: dict[str, list[Path]]) -> None:
    path = portfolio_book(tmp_path / "book.xlsx")
    run_file(path, replace(REQUEST, dry_run=True))
    run_file(path, replace(REQUEST, output=tmp_path / "plan.xlsx"))
    assert opened == {"opened": [path] * 2, "inspected": [path] * 2}
