"""What all tests share: where the data is, and hypothesis profiles."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent

# Deterministic everywhere; PBAL_HYPOTHESIS=thorough searches ten times as long and at random, PBAL_HYPOTHESIS=quick
# a quarter as long, for runs over many mutants.
settings.register_profile(
    "usual", deadline=None, max_examples=100, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "thorough", deadline=None, max_examples=1000, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("usual"), max_examples=25)
settings.load_profile(os.environ.get("PBAL_HYPOTHESIS", "usual"))


@pytest.fixture(scope="session")
def data() -> Path:
    """The fixtures' folder."""
    return HERE / "data"


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real workbooks of other projects, which this one does not ship."""
    place = Path(os.environ.get("PBAL_CORPUS", HERE.parent.parent / "shared" / "corpus"))
    if not place.is_dir():
        pytest.skip(f"no workbooks at {place}; set PBAL_CORPUS to a folder of them")
    return place
