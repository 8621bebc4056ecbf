"""The list of deliberate breaks stays applicable; running it takes minutes and is done by breaks.py itself."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

spec = importlib.util.spec_from_file_location("breaks", Path(__file__).with_name("breaks.py"))
assert spec is not None
assert spec.loader is not None
tool = importlib.util.module_from_spec(spec)
sys.modules["breaks"] = tool
spec.loader.exec_module(tool)

EVERY = [pytest.param(one, id=f"{name}-{number}") for number, (name, one) in enumerate(tool.breaks([]))]


@pytest.mark.parametrize("one", EVERY)
def test_every_break_fits_its_file_once_and_names_tests_that_exist(one: Any) -> None:
    assert tool.occurrences(one) == 1
    assert one.old != one.new
    for test in [word for word in one.tests.split(" ") if not word.startswith("-k")]:
        assert (tool.ROOT / test.partition("::")[0]).exists(), test


def test_a_break_that_nothing_notices_is_told(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text("def test_x():\n    assert open('f.txt').read() == 'right'\n")
    (tmp_path / "pbal_xl").mkdir()
    (tmp_path / "pbal_xl" / "__init__.py").touch()
    (tmp_path / "pbal_xl" / "__main__.py").touch()
    (tmp_path / "f.txt").write_text("right")
    (tmp_path / "g.txt").write_text("right")
    assert tool._noticed(tmp_path, tool.Break("f.txt", "right", "wrong", "tests/test_x.py"))[0]
    assert not tool._noticed(tmp_path, tool.Break("g.txt", "right", "wrong", "tests/test_x.py"))[0]
    assert (tmp_path / "f.txt").read_text() == (tmp_path / "g.txt").read_text() == "right"
