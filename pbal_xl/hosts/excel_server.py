"""The Python behind Excel's cells on Windows: what the add-in starts, kept light.

    python -c "import pbal_xl.hosts.excel_server as s; s.serve('{CLSID}')"

xlwings loads pandas, NumPy and more as soon as it is imported, for its converters. A cell converts no data frame,
and the first cell waits for whatever is loaded; so they are kept out while xlwings is imported here. They stay free
to import for anybody who asks for a frame later.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["light_import", "load", "serve"]

_NOT_FOR_CELLS = ("matplotlib", "numpy", "pandas", "PIL", "plotly", "polars")


@contextlib.contextmanager
def light_import() -> Iterator[None]:
    """Let optional imports of the heavy packages fail meanwhile, save those that are loaded already."""
    held = [name for name in _NOT_FOR_CELLS if name not in sys.modules]
    # None is what makes an import of that name fail at once.
    sys.modules.update(dict.fromkeys(held))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in held:
            sys.modules.pop(name, None)


def load() -> None:
    """Load what answers cells, so that the first one need not wait for it."""
    with light_import():
        import xlwings  # noqa: F401

        import pbal_xl.hosts.excel  # noqa: F401
    # What is loaded now stays until the end: nobody need look through it for garbage during each large plan.
    gc.collect()
    gc.freeze()


def serve(clsid: str) -> None:
    """Answer Excel's calls until it ends; registers the server under the class id that the add-in waits for."""
    load()
    import xlwings

    xlwings.serve(clsid)  # type: ignore[call-arg,unused-ignore]
