"""The Python behind Excel's cells starts light, and afterwards everything can be imported as ever."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from pbal_xl.hosts import excel_server

if TYPE_CHECKING:
    import pytest

HEAVY = ("matplotlib", "numpy", "pandas", "PIL", "plotly", "polars")
CODE = """
import sys
import gc
from pbal_xl.hosts.excel_server import load
load()
import pbal_xl.hosts.excel
assert gc.get_freeze_count() > 10_000, "what stays until the end is looked through again and again"
heavy = ("matplotlib", "numpy", "pandas", "PIL", "plotly", "polars")
assert not [name for name in sys.modules if name.partition(".")[0] in heavy], sorted(sys.modules)
import pandas
assert pandas.DataFrame({"a": [1]}).shape == (1, 1)
print(pbal_xl.hosts.excel.PBAL_VERSION()[0][0])
"""


def test_a_cell_waits_for_no_data_frames_and_whoever_asks_for_one_later_gets_it() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("pbal-xl ")


def test_what_is_loaded_already_stays_loaded() -> None:
    code = "import pandas\n" + CODE.replace("assert not [", "assert [")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stderr


def test_meanwhile_each_heavy_package_fails_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pandas begins by loading a good part of itself before it misses NumPy."""
    for name in excel_server._NOT_FOR_CELLS:
        monkeypatch.delitem(sys.modules, name, raising=False)
    with excel_server.light_import():
        assert [name for name in HEAVY if sys.modules[name] is not None] == []
    assert not set(HEAVY) & set(sys.modules)
