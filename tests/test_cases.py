"""Small inputs as people have them, each for a kind: what their plan must come to, or why they are refused.

``cases.json`` says for each file: ``values`` (by symbol, and nothing else), ``prices``, ``targets``; ``refuse``:
refused with a sentence that holds one of the words; ``or_refuse`` and ``or_values``: right as well; ``says``: a
notice holds one of the words.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless.commands import Request, run_file
from pbal_xl.hosts.headless.reading import Where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDERS = [Path(__file__).parent / "data" / name for name in ("cases", "layouts", "siblings")]
CASES = {
    path.parent / name: wanted
    for folder in FOLDERS
    for path in [folder / "cases.json"]
    for name, wanted in json.loads(path.read_text("utf-8")).items()
}


def holds(words: Sequence[str], said: str) -> bool:
    return any(word.casefold() in said.casefold() for word in words)


def near(got: Mapping[str, Decimal], wanted: Mapping[str, float]) -> bool:
    return got.keys() == wanted.keys() and all(
        abs(float(got[symbol]) - wanted[symbol]) < 0.011 for symbol in wanted
    )


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_case_is_read_right_or_refused_for_its_reason(path: Path) -> None:
    wanted = CASES[path]
    request = Request(Where(), {"cash": Decimal(5000)}, dry_run=True)
    done, refusal = None, ""
    try:
        done = run_file(path, request)
    except PbalError as error:
        refusal = str(error)
    if done is None:
        words = [*wanted.get("refuse", ()), *wanted.get("or_refuse", ()), *wanted.get("says_or_refuse", ())]
        assert holds(words, refusal), refusal
        return
    assert "refuse" not in wanted
    orders = {order.symbol: order for order in done.plan.orders}
    if "values" in wanted:
        values = {symbol: order.value_before for symbol, order in orders.items()}
        assert near(values, wanted["values"]) or ("or_values" in wanted and near(values, wanted["or_values"]))
    for symbol, price in wanted.get("prices", {}).items():
        assert float(orders[symbol].price or 0) == pytest.approx(price, rel=1e-6)
    for symbol, target in wanted.get("targets", {}).items():
        assert float(orders[symbol].target) == pytest.approx(target, abs=1e-6)
    words = [*wanted.get("says", ()), *wanted.get("says_or_refuse", ())]
    assert not words or holds(words, " ".join(done.notices))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_file_has_its_expectation(folder: Path) -> None:
    assert {path.name for path in folder.glob("*.*")} - {"cases.json"} == {
        path.name for path in CASES if path.parent == folder
    }
