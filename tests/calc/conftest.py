"""Hands out the one LibreOffice of the session."""

import pytest


@pytest.fixture
def office():
    """LibreOffice without a window, with an empty spreadsheet open."""
    from calc_office import SHARED

    running = SHARED.get()
    running.ask("open")
    yield running
    running.ask("close")
