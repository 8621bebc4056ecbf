"""The layout of an archive's records, held against what the standard library writes."""

from __future__ import annotations

import io
import struct
import zipfile

from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.ooxml.ziprecords import CENTRAL, END, FULL_FIELD, LOCAL, UTF8, zip64_field

names = st.text(st.characters(codec="utf-8", exclude_characters="\0/\\"), min_size=1, max_size=20)


def archive(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(name, content)
    return made.getvalue()


@given(names, st.binary(max_size=300))
def test_the_records_of_any_archive_are_laid_out_so(name: str, content: bytes) -> None:
    data = archive(name, content)
    raw = name.encode()
    at = len(data) - END.size
    sign, *_, count, size, offset, comment = END.unpack_from(data, at)
    assert (sign, count, comment) == (b"PK\5\6", 1, 0)
    assert offset + size == at
    central = CENTRAL.unpack_from(data, offset)
    assert (central[0], central[9], central[10]) == (b"PK\1\2", len(content), len(raw))
    assert data[offset + CENTRAL.size :].startswith(raw)
    assert bool(central[3] & UTF8) == (not name.isascii())
    local = LOCAL.unpack_from(data, central[16])
    assert (local[0], local[9]) == (b"PK\3\4", len(raw))
    assert data[central[16] + LOCAL.size :].startswith(raw)


@given(st.lists(st.tuples(st.integers(2, 0xFFFF), st.binary(max_size=12)), max_size=4), st.binary(max_size=24))
def test_the_wide_values_are_found_among_other_fields(others: list[tuple[int, bytes]], values: bytes) -> None:
    before = b"".join(struct.pack("<2H", kind, len(data)) + data for kind, data in others)
    extra = before + struct.pack("<2H", 1, len(values)) + values
    found = zip64_field(extra)
    assert found is not None
    assert extra[slice(*found)] == values
    assert zip64_field(before) is None


@given(st.binary(max_size=40))
def test_no_field_however_broken_leads_outside(extra: bytes) -> None:
    found = zip64_field(extra)
    assert found is None or 0 <= found[0] <= found[1] <= len(extra)


def test_a_full_field_is_the_largest_number_it_can_hold() -> None:
    assert struct.pack("<L", FULL_FIELD) == b"\xff" * 4
