"""Shared by the tests of files: where the corpus is, and the helpers in tests/support."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "support"))


def corpus() -> list[Path]:
    """The real workbooks, none when they are not here."""
    folder = Path(os.environ.get("PBAL_CORPUS", ROOT.parent / "shared" / "corpus"))
    return sorted(one for one in folder.glob("*.xl*")) if folder.is_dir() else []


def pytest_generate_tests(metafunc):
    if "corpus_file" in metafunc.fixturenames:
        files = corpus()
        reason = "no corpus of real workbooks here (set PBAL_CORPUS)"
        none = [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="none")]
        metafunc.parametrize("corpus_file", [pytest.param(one, id=one.name) for one in files] or none)
