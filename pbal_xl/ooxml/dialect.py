"""The two dialects of the format, transitional and strict: their namespaces stand here and nowhere else."""

from __future__ import annotations

import re

__all__ = [
    "CHART",
    "DRAWING",
    "RELATIONSHIPS",
    "SHEET_DRAWING",
    "SPREADSHEET",
    "STRICT_RELATIONSHIPS",
    "STRICT_SPREADSHEET",
    "dialect",
    "relationships",
]

SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_SPREADSHEET = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONSHIPS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
# What we write in the transitional dialect alone, to be put into the other by ``dialect``.
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
SHEET_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

_TRANSITIONAL = re.compile(rb"http://schemas\.openxmlformats\.org/(spreadsheetml|drawingml|officeDocument)/2006/")


def dialect(data: bytes, *, strict: bool) -> bytes:
    """Put a part that is written in the transitional dialect into the one that is wanted."""
    return _TRANSITIONAL.sub(rb"http://purl.oclc.org/ooxml/\1/", data) if strict else data


def relationships(*, strict: bool) -> str:
    """Give the namespace of relationship ids and the beginning of relationship types."""
    return STRICT_RELATIONSHIPS if strict else RELATIONSHIPS
