"""Plans stay what they were: a record of answers over all options mixed, with every figure and word.

Where the core is meant to answer otherwise, ``python tests/tools/record.py`` writes the record anew and prints what
changed; each such change wants its reason.
"""

from __future__ import annotations

import json

import pytest
from recorded import CASES, RECORD, answer

ANSWERS = json.loads(RECORD.read_text(encoding="utf-8"))


@pytest.mark.parametrize("first", range(0, CASES, 40))
def test_plans_stay_what_they_were(first: int) -> None:
    for case in range(first, min(first + 40, CASES)):
        assert (case, answer(case)) == (case, ANSWERS[case])


def test_the_record_holds_plans_and_refusals_of_all_kinds() -> None:
    refused = [one["refused"] for one in ANSWERS if "refused" in one]
    assert len(ANSWERS) == CASES
    assert CASES / 20 < len(refused) < CASES / 2
    assert sum(one.get("gap") == "0" for one in ANSWERS) > CASES / 10
    assert sum(bool(one.get("orders")) for one in ANSWERS) > CASES / 3
