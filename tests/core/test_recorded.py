"""Plans stay what they were: a record of answers over all options mixed, with every figure and word.

Where the core is meant to answer otherwise, ``python tests/tools/record.py`` writes the record anew and prints what
changed; each such change wants its reason. So it is with the steps, the calls of the core's functions, which every
Python and machine counts alike: they change with each function that is split, and a sum that grows wants a reason.
"""

from __future__ import annotations

import builtins
import json
from typing import TYPE_CHECKING, Any

import pytest
from recorded import CASES, DIGESTED, DIGESTS, RECORD, STEPS, answer_and_steps, digest

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUM = sum
ANSWERS = json.loads(RECORD.read_text(encoding="utf-8"))
WANTED = json.loads(STEPS.read_text(encoding="utf-8"))
SHORT = json.loads(DIGESTS.read_text(encoding="utf-8"))


def _exact(items: Iterable[Any], /, start: Any = 0) -> Any:
    """Python 3.12 adds floats up otherwise than those before it: between equals a plan would be another."""
    listed = list(items)
    assert not any(type(one) is float for one in (start, *listed)), "floats are added up by math.fsum"
    return _SUM(listed, start)


@pytest.fixture(autouse=True)
def _exact_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builtins, "sum", _exact)


@pytest.mark.parametrize("first", range(0, CASES, 40))
def test_plans_stay_what_they_were_and_take_no_longer(first: int) -> None:
    for case in range(first, min(first + 40, CASES)):
        answer, steps = answer_and_steps(case)
        assert (case, answer) == (case, ANSWERS[case])
        assert (case, steps) == (case, WANTED[case])


@pytest.mark.parametrize("first", range(0, DIGESTED, 100))
def test_rough_figures_are_planned_as_they_were(first: int) -> None:
    assert len(SHORT) == DIGESTED
    for place in range(first, min(first + 100, DIGESTED)):
        if digest(CASES + place) != SHORT[place]:
            pytest.fail(
                f"case {CASES + place} is planned otherwise, or in other steps: {answer_and_steps(CASES + place)}"
            )


def test_the_record_holds_plans_and_refusals_of_all_kinds() -> None:
    refused = [one["refused"] for one in ANSWERS if "refused" in one]
    assert len(ANSWERS) == CASES
    assert CASES / 20 < len(refused) < CASES / 2
    assert sum(one.get("gap") == "0" for one in ANSWERS) > CASES / 10
    assert sum(bool(one.get("orders")) for one in ANSWERS) > CASES / 3
