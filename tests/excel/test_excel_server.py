"""The Python behind Excel's cells starts light, and afterwards everything can be imported as ever."""

from __future__ import annotations

import subprocess
import sys

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
