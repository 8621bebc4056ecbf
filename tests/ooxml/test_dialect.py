"""The transitional and the strict dialect of the format."""

from __future__ import annotations

import pytest

from pbal_xl.ooxml import dialect as spaces
from pbal_xl.ooxml.dialect import dialect, relationships

# ECMA-376, part 1, annex A and part 4: the namespaces of one and of the other.
PAIRS = [
    (spaces.SPREADSHEET, spaces.STRICT_SPREADSHEET),
    (spaces.RELATIONSHIPS, spaces.STRICT_RELATIONSHIPS),
    (spaces.DRAWING, "http://purl.oclc.org/ooxml/drawingml/main"),
    (spaces.CHART, "http://purl.oclc.org/ooxml/drawingml/chart"),
    (spaces.SHEET_DRAWING, "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing"),
]


@pytest.mark.parametrize(("transitional", "strict"), PAIRS)
def test_a_part_is_put_into_the_dialect_that_is_wanted(transitional: str, strict: str) -> None:
    part = f'<a xmlns="{transitional}" b="{transitional}/worksheet"/>'.encode()
    assert dialect(part, strict=False) == part
    assert dialect(part, strict=True) == f'<a xmlns="{strict}" b="{strict}/worksheet"/>'.encode()


def test_namespaces_that_both_dialects_share_stay() -> None:
    shared = b'<a xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    assert dialect(shared, strict=True) == shared


def test_relationships_follow_the_dialect() -> None:
    assert relationships(strict=False) == spaces.RELATIONSHIPS
    assert relationships(strict=True) == spaces.STRICT_RELATIONSHIPS
