"""Mutated packages: whatever comes, a refusal or a whole file; never an exception, a hang or a heap of memory."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import sys
import time
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
import workbook_zoo as zoo
from trades_books import REQUEST, portfolio_book

from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless import calculate
from pbal_xl.hosts.headless import reading as reader
from pbal_xl.hosts.headless.commands import run_file

LONGEST_SECONDS = 10
MOST_MEMORY = 300_000_000
NASTY = (
    b"4294967295", b"-1", b"0", b"\xc2\xb2", b"99999999999999999999", b"1e999", b"", b"A1048577", b"XFE1",
    b"&#xD800;", b"../../x", b"/", b"_xD800_", b"rId99", b"rId1", b"true", b"nan", b"A1:XFD1048576", b"%2e%2e",
    b"\x00",
)  # fmt: skip
_VALUE = re.compile(rb'"[^"]*"')
_TAG = re.compile(rb"<[^>]*>")
_TEXT = re.compile(rb">[^<>]+<")


def _samples(folder: Path) -> list[bytes]:
    """A plain workbook, one with trades, one of everything, a strict one."""
    plain = portfolio_book(folder / "plain.xlsx")
    traded = portfolio_book(folder / "traded.xlsx")
    run_file(traded, REQUEST)
    rich, strict = folder / "rich.xlsx", folder / "strict.xlsx"
    zoo.rich(rich)
    zoo.strict(strict)
    return [one.read_bytes() for one in (plain, traded, rich, strict)]


def _bend_text(data: bytes, draw: random.Random) -> bytes:
    """One edit to the text of a part."""
    kind = draw.randrange(7)
    pattern = (_VALUE, _TAG, _TEXT)[draw.randrange(3)]
    found = list(pattern.finditer(data))
    if kind < 4 and found:
        match = draw.choice(found)
        inner = draw.choice(NASTY)
        new = {_VALUE: b'"' + inner + b'"', _TAG: match[0] + match[0], _TEXT: b">" + inner + b"<"}[pattern]
        return data[: match.start()] + (new if kind < 3 else b"") + data[match.end() :]
    at, stop = sorted((draw.randrange(len(data) + 1), draw.randrange(len(data) + 1)))
    if kind == 4:
        return data[:at]
    if kind == 5:
        return data[:at] + data[at : min(stop, at + 300)] * draw.choice((2, 3, 500)) + data[at:]
    return data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :]


def _bend_parts(sample: bytes, draw: random.Random) -> bytes:
    """Edits to parts: their text, their names, whether they are there."""
    parts = zoo.read_parts(io.BytesIO(sample))
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        name = draw.choice(sorted(parts))
        kind = draw.randrange(10)
        if kind == 0:
            del parts[name]
        elif kind == 1:
            parts[draw.choice((name.upper(), name.replace("/", "\\"), "__MACOSX/" + name, name + ".bak"))] = parts[
                name
            ]
        elif kind == 2:
            parts[name] = parts[draw.choice(sorted(parts))]
        else:
            parts[name] = _bend_text(parts[name], draw)
    out = io.BytesIO()
    zoo.write_parts(out, parts, method=draw.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))
    return out.getvalue()


def _bend_bytes(sample: bytes, draw: random.Random) -> bytes:
    data = bytearray(sample)
    for _ in range(draw.choice((1, 2, 8))):
        data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


def _broken(file: io.BytesIO | Path) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.testzip()
    except (zlib.error, zipfile.BadZipFile, EOFError, NotImplementedError):
        return "?"


def _try(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        run_file(path, replace(REQUEST, replace=True))
    except PbalError as error:
        # Any other exception fails the test.
        assert (bool(error.code), path.read_bytes() == data) == (True, True)  # noqa: PT017
    else:
        broken_before = _broken(io.BytesIO(data))
        # What was broken and never read stays as it was; "?" is what the judge itself cannot read.
        assert broken_before == "?" or _broken(path) in {None, broken_before}
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def fuzz(folder: Path, seconds: float, seed: int, kept: Path | None = None) -> int:
    """Try mutants for a while; how many. The one that breaks a rule is kept."""
    samples = _samples(folder)
    place = folder / "fuzz"
    place.mkdir()
    draw, tried, stop = random.Random(seed), 0, time.monotonic() + seconds
    while time.monotonic() < stop:
        bend = _bend_bytes if draw.random() < 0.2 else _bend_parts
        try:
            data = bend(draw.choice(samples), draw)
        except (ValueError, UserWarning, zlib.error):
            continue
        begun = time.monotonic()
        try:
            _try(place / "book.xlsx", data)
            assert time.monotonic() - begun < LONGEST_SECONDS
        except BaseException:
            if kept is not None:
                kept.write_bytes(data)
            raise
        tried += 1
    return tried


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "find_soffice", lambda: None)
    assert calculate.find_soffice


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.usefixtures("no_office")
def test_mutated_packages_are_refused_or_come_out_whole(tmp_path: Path) -> None:
    assert fuzz(tmp_path, seconds=4, seed=11, kept=tmp_path / "bad.xlsx") > 30


@pytest.mark.long
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.usefixtures("no_office")
def test_twenty_minutes_of_mutants_are_silent(tmp_path: Path) -> None:
    import resource

    seconds = float(os.environ.get("PBAL_FUZZ_SECONDS", "1200"))
    assert fuzz(tmp_path, seconds, seed=int(time.time()), kept=tmp_path / "bad.xlsx") > seconds
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < MOST_MEMORY


if __name__ == "__main__":  # a run of one's own: seconds, seed
    import resource
    import tempfile

    pytest.MonkeyPatch().setattr("pbal_xl.hosts.headless.reading.find_soffice", lambda: None)
    with tempfile.TemporaryDirectory() as where, contextlib.suppress(KeyboardInterrupt):
        count = fuzz(Path(where), float(sys.argv[1]), int(sys.argv[2]), Path("bad.xlsx"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        sys.stdout.write(f"{count} mutants, {peak} MB at most\n")
