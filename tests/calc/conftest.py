"""Hands out the one LibreOffice of the session."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def office() -> Any:
    """LibreOffice without a window, with an empty spreadsheet open."""
    from calc_office import SHARED

    running = SHARED.get()
    running.ask("open")
    yield running
    running.ask("close")
