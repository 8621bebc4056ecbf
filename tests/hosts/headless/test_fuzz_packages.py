"""Mutated packages: whatever comes, a refusal or a whole file; never an exception, a hang or a heap of memory.

A run of one's own, over real workbooks too where they are here: ``python tests/hosts/headless/test_fuzz_packages.py
SECONDS SEED``, with ``tests/support`` on ``PYTHONPATH``; the mutant that breaks a rule is kept as ``bad.xlsx``.
"""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shutil
import struct
import sys
import time
import zipfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import workbook_zoo as zoo
from trades_books import REQUEST, portfolio_book
from workbook_corpus import corpus
from workbook_scratch import rich as rich_sheet

from pbal_xl.errors import PbalError
from pbal_xl.hosts.headless import add_sheet, calculate
from pbal_xl.hosts.headless import reading as reader
from pbal_xl.hosts.headless.commands import run_file
from pbal_xl.hosts.headless.reading import Where, explain_file
from pbal_xl.hosts.headless.verifying import verify_file

LONGEST_SECONDS = 10
MOST_MEMORY = 300_000_000
NASTY = (
    b"4294967295", b"-1", b"0", b"\xc2\xb2", b"99999999999999999999", b"1e999", b"", b"A1048577", b"XFE1",
    b"&#xD800;", b"../../x", b"/", b"_xD800_", b"rId99", b"rId1", b"true", b"nan", b"A1:XFD1048576", b"%2e%2e",
    b"\x00",
)  # fmt: skip
# Corpus files above this size leave too few mutants a minute.
LARGEST_SAMPLE = 300_000
# The sheet of formulas and the log are written by roads of their own.
_LIVE_AND_LOGGED = {**REQUEST.settings, "live": True, "log": True}
# Found before the tests hide it: a mutant is read without it.
OFFICE = calculate.find_soffice()
_VALUE = re.compile(rb'"[^"]*"')
_TAG = re.compile(rb"<[^>]*>")
_TEXT = re.compile(rb">[^<>]+<")


def _samples(folder: Path, *, real: bool) -> list[list[bytes]]:
    """Files of ours, what LibreOffice made of them, one of everything, a strict one; real ones, grafted too."""
    plain = portfolio_book(folder / "plain.xlsx")
    traded = portfolio_book(folder / "traded.xlsx")
    run_file(traded, REQUEST)
    rich, strict = folder / "rich.xlsx", folder / "strict.xlsx"
    zoo.rich(rich)
    zoo.strict(strict)
    living = portfolio_book(folder / "living.xlsx")
    run_file(living, replace(REQUEST, settings=_LIVE_AND_LOGGED))
    own, found = [traded, living], [plain, rich, strict]
    if real:
        own += [_saved_by_office(one) for one in own if OFFICE is not None]
        shipped = Path(__file__).resolve().parents[3] / "workbook"
        given = [
            *corpus(),
            *(one for at in _cases() for one in sorted(at.glob("*.xlsx"))),
            *sorted(shipped.glob("*.xl*")),
        ]
        small = [one for one in given if one.stat().st_size < LARGEST_SAMPLE]
        found += small
        for at, one in enumerate(small):
            grafted = folder / f"grafted-{at}{one.suffix}"
            with contextlib.suppress(PbalError):
                add_sheet(one, rich_sheet(), title="Trades", output=grafted)
                found.append(grafted)
    return [[one.read_bytes() for one in group] for group in (own, found)]


def _saved_by_office(path: Path) -> Path:
    """The workbook as LibreOffice saves it."""
    saved = path.with_name(f"saved-{path.name}")
    with calculate.calculated_copy(path, soffice=OFFICE) as copy:
        shutil.copyfile(copy, saved)
    return saved


def _cases() -> list[Path]:
    """The folder of workbooks that once went wrong, beside that of the real ones."""
    return [one.parent.parent / "cases" / "workbooks" for one in corpus()[:1]]


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


# Fields of a file's two headers: name, place in the local one, in the central one, bytes.
_HEADER_FIELDS = (
    ("version", 4, 6, 2), ("flags", 6, 8, 2), ("method", 8, 10, 2), ("crc", 14, 16, 4), ("packed", 18, 20, 4),
    ("size", 22, 24, 4), ("name", 26, 28, 2), ("extra", 28, 30, 2),
)  # fmt: skip
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def _bend_zip(sample: bytes, draw: random.Random) -> bytes:
    """Edits to the structure of the archive: headers, the directory, its end, what stands around it."""
    data = bytearray(sample)
    kind = draw.randrange(6)
    if kind == 0:
        return bytes(data[: draw.randrange(len(data))])
    if kind == 1:
        return draw.choice((b"PK", b"\x00" * 100, b"MZ" * 40)) + bytes(data)
    if kind == 2:
        return bytes(data) + draw.choice((b"PK\x05\x06", b"\x00" * 70_000, bytes(data)))
    if kind == 3:
        at = data.rfind(_END)
        place, size = draw.choice(((4, 2), (6, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)))
        data[at + place : at + place + size] = _number(draw, size)
        return bytes(data)
    local = draw.random() < 0.5
    sign = _LOCAL if local else _CENTRAL
    starts = [match.start() for match in re.finditer(re.escape(sign), data)]
    if kind == 4 and len(starts) > 1:
        one, other = draw.choice(starts), draw.choice(starts)
        data[other : other + 30] = data[one : one + 30]
        return bytes(data)
    at = draw.choice(starts)
    _, in_local, in_central, size = draw.choice(_HEADER_FIELDS)
    place = at + (in_local if local else in_central)
    data[place : place + size] = _number(draw, size)
    return bytes(data)


def _number(draw: random.Random, size: int) -> bytes:
    number = draw.choice((0, 1, 8, 9, 12, 14, 93, 99, 2**31 - 1, 2**32 - 1, draw.randrange(2**32)))
    return struct.pack("<I", number)[:size]


def _broken(file: Any) -> str | None:
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.testzip()
    except Exception:  # noqa: BLE001 - the judge is the standard library, which has faults of its own
        return "?"


def _doings(path: Path) -> list[tuple[bool, partial[Any]]]:
    """What is done to each mutant, one after the other, and whether it writes."""
    return [
        (False, partial(explain_file, path, Where())),
        (False, partial(verify_file, path)),
        (True, partial(run_file, path, replace(REQUEST, replace=True))),
        (True, partial(run_file, path, REQUEST)),
        (True, partial(run_file, path, replace(REQUEST, replace=True, settings=_LIVE_AND_LOGGED))),
        (True, partial(add_sheet, path, rich_sheet(), title="Trades", replace=True)),
        (False, partial(verify_file, path)),
    ]


def _try(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    broken_before = _broken(io.BytesIO(data))
    for writes, do in _doings(path):
        before = path.read_bytes()
        begun = time.process_time()
        try:
            do()
        except PbalError as error:
            # Any other exception fails the test.
            assert (bool(str(error)), path.read_bytes() == before) == (True, True)  # noqa: PT017
            assert "Traceback" not in str(error)  # noqa: PT017
        else:
            assert writes or path.read_bytes() == before
            # What was broken and never read stays as it was; "?" is what the judge itself cannot read.
            assert broken_before == "?" or _broken(path) in {None, broken_before}
        assert time.process_time() - begun < LONGEST_SECONDS
        assert [one.name for one in path.parent.iterdir()] == [path.name]


def fuzz(folder: Path, seconds: float, seed: int, kept: Path | None = None, *, real: bool = True) -> int:
    """Try mutants for a while; how many. The one that breaks a rule is kept."""
    samples = _samples(folder, real=real)
    place = folder / "fuzz"
    place.mkdir()
    draw, tried, stop = random.Random(seed), 0, time.monotonic() + seconds
    while time.monotonic() < stop:
        bend = draw.choices((_bend_bytes, _bend_zip, _bend_parts), (1, 1, 4))[0]
        data = b""
        with contextlib.suppress(Exception):  # a sample that the standard library cannot take apart
            # Those of ours are few, and half of all.
            data = bend(draw.choice(draw.choice(samples)), draw)
        try:
            _try(place / "book.xlsx", data)
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
    assert fuzz(tmp_path, seconds=5, seed=11, kept=tmp_path / "bad.xlsx", real=False) > 5


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
