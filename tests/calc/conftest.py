"""Makes the helpers beside the tests importable; hands out the one LibreOffice of the session."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def office():
    """LibreOffice without a window, with an empty spreadsheet open."""
    from calc_office import SHARED

    running = SHARED.get()
    running.ask("open")
    yield running
    running.ask("close")
