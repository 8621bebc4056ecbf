"""Hands out the one LibreOffice of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def office() -> Iterator[Any]:
    """LibreOffice without a window, with an empty spreadsheet open."""
    from calc_office import opened

    yield from opened()
