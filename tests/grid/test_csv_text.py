"""Bytes to cells: separators and encodings are told apart, and no row is swallowed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.errors import CellFaults
from pbal_xl.grid.csv_text import read_csv


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_from_the_header(separator: str) -> None:
    rows = [["Symbol", "Value", "Price"], ["VTI", "100.5", "10"], ["BND", "1", "2"]]
    text = "\n".join(separator.join(row) for row in rows)
    assert read_csv(text.encode()) == rows


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_decimal_and_thousands_commas_do_not_pass_for_separators(separator: str) -> None:
    rows = [["Symbol", "Value", "Price"], ["VTI", "1,234,567,89", "1,5"], ["BND", "1,234,567,00", "2,5"]]
    assert read_csv("\n".join(separator.join(row) for row in rows).encode()) == rows


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_separator_line_decides_and_stays_as_a_blank_row(first: str) -> None:
    assert read_csv(f"{first}\nA;1,5\n".encode()) == [[], ["A", "1,5"]]


def test_semicolons_with_decimal_commas_are_found_without_a_header() -> None:
    assert read_csv(b"VTI;1,5\nBND;2,5\n") == [["VTI", "1,5"], ["BND", "2,5"]]


def test_quoted_separators_and_line_breaks_stay_in_their_field() -> None:
    assert read_csv(b'Symbol,Value\n"VTI, the\nfund","1,234.50"\n') == [
        ["Symbol", "Value"],
        ["VTI, the\nfund", "1,234.50"],
    ]


def test_a_quote_that_is_never_closed_is_refused_with_its_row() -> None:
    data = b'Symbol,Value,Note\nVTI,1,fine\nBND,2,"open\nGLD,3,x\n'
    with pytest.raises(CellFaults, match="row 3 opens a quote that is never closed"):
        read_csv(data)


def test_sloppy_quotes_are_read_all_the_same() -> None:
    assert read_csv(b'Symbol,Value\n"VTI" x,1\n5" pipe,2\n') == [
        ["Symbol", "Value"],
        ["VTI x", "1"],
        ['5" pipe', "2"],
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04rest", "zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old .xls"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\0\0", "not a text file"),
        (b"\xff\xfeA", "not a text file"),
        (b"\xff\xfe\0\0S\0\0\0", "not a text file"),
        (b'"' + b"x" * (2 << 20), "never closed|not a CSV"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(CellFaults, match=said):
        read_csv(data)


def test_an_empty_file_has_no_rows() -> None:
    assert read_csv(b"") == []
    assert read_csv(b"\xef\xbb\xbf") == []


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_faults(data: bytes) -> None:
    try:
        rows = read_csv(data)
    except CellFaults:
        return
    assert all(isinstance(cell, str) for row in rows for cell in row)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"Symbol,Value\n" + b"\n" * 1_100_000, "more than 1,048,576 rows"),
        (b"Symbol,Value\n" + b"," * 20_000, "row 2 has more than 16,384 cells"),
        (b'Symbol,Value\nA,"1\n2",' + b'"\n",' * 20_000, "row 2 has more than 16,384 cells"),
    ],
    ids=["rows", "cells", "cells-over-lines"],
)
def test_a_csv_of_more_than_a_sheet_holds_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(CellFaults, match=said):
        read_csv(data)


def test_a_carriage_return_too_many_makes_no_blank_rows() -> None:
    assert read_csv(b"A,1\r\r\nB,2\r\r\n") == [["A", "1"], ["B", "2"]]
    assert read_csv(b"A,1\r\r\nB,2\n") == [["A", "1"], [], ["B", "2"]]


@given(st.text(alphabet='ab,"\r\n\x0b\u2028 ', max_size=30))
def test_lines_end_where_the_csv_library_says(text: str) -> None:
    try:
        expected = list(csv.reader(io.StringIO("x,y\n" + text, newline=""), skipinitialspace=True, strict=True))
    except csv.Error:
        return
    assert read_csv(("x,y\n" + text).encode()) == expected


def test_texts_that_were_protected_from_excel_are_read_as_they_were() -> None:
    lines = ["Symbol,Value,Name", '="0700","=""1,200.50""","a =""b"""', '="C""D",5,="']
    assert read_csv("\n".join(lines).encode()) == [
        ["Symbol", "Value", "Name"],
        ["0700", "1,200.50", 'a ="b"'],
        ['C"D', "5", '="'],
    ]
