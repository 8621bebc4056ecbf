"""Shared by the tests of files: the corpus of real workbooks."""

from __future__ import annotations

from typing import Any

import pytest
from workbook_corpus import corpus


def pytest_generate_tests(metafunc: Any) -> None:
    if "corpus_file" in metafunc.fixturenames:
        files = [pytest.param(one, id=one.name) for one in corpus()]
        absent = pytest.mark.skip(reason="no corpus of real workbooks here (set PBAL_CORPUS)")
        metafunc.parametrize("corpus_file", files or [pytest.param(None, marks=absent, id="none")])
