"""Saving: at any moment the old file or the new one, and nothing lying about afterwards."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import pytest
import workbook_zoo as zoo
from workbook_guard import damage
from workbook_scratch import plain

from pbal_xl.hosts.headless import Refused, Stamp, add_sheet, replace_file
from pbal_xl.ooxml.save import check_writable, remove_leftovers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from openpyxl.workbook.workbook import Workbook

    from pbal_xl.ooxml.package import Package

POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX modes, links and signals")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = folder / "book.xlsx"
    zoo.simple(path)
    return path


def _listing(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir())


def _write(text: bytes) -> Callable[..., Any]:
    return lambda file: file.write(text)


def _refused(
    code: str, call: Callable[..., Any], *args: Callable[..., Any] | Workbook | Path, **options: Any
) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **options)
    assert caught.value.code == code
    return str(caught.value)


# -- the save alone


def test_a_new_file_appears_whole_with_the_usual_mode(tmp_path: Path) -> None:
    path = tmp_path / "new.csv"
    replace_file(path, _write(b"a,b\n"))
    assert path.read_bytes() == b"a,b\n"
    assert _listing(path) == ["new.csv"]
    usual = tmp_path / "usual"
    usual.write_bytes(b"")
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


@POSIX
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o777])
def test_the_mode_is_kept(book: Path, mode: int) -> None:
    book.chmod(mode)
    add_sheet(book, plain(), title="Trades")
    assert stat.S_IMODE(book.stat().st_mode) == mode


@POSIX
def test_a_link_is_followed_and_stays_a_link(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    before = book.read_bytes()
    add_sheet(link, plain(), title="Trades")
    assert link.is_symlink()
    assert book.read_bytes() != before
    assert _listing(book) == ["book.xlsx"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "disk-full"),
        (errno.EDQUOT, "disk-full"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "read-only"),
        (errno.EIO, "cannot-write"),
    ],
)
@pytest.mark.parametrize("stage", ["write", "fsync", "replace", "create"])
def test_a_failure_at_any_stage_leaves_the_original_and_no_temporary_file(
    book: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: str, stage: str
) -> None:
    before = book.read_bytes()

    def fail(*_args: int | Path, **_options: Any) -> None:
        raise OSError(number, os.strerror(number))

    write = _write(b"new")
    if stage == "write":

        def write(file: Any) -> None:
            file.write(b"half")
            file.flush()
            fail()

    elif stage == "fsync":
        monkeypatch.setattr(os, "fsync", fail)
    elif stage == "replace":
        monkeypatch.setattr(os, "replace", fail)
        monkeypatch.setattr(Path, "replace", fail)
    else:
        real = os.open
        monkeypatch.setattr(
            os, "open", lambda name, flags, *more: fail() if flags & os.O_CREAT else real(name, flags, *more)
        )
    sentence = _refused(code, replace_file, book, write)
    assert str(book) in sentence
    assert book.read_bytes() == before
    assert _listing(book) == ["book.xlsx"]


def test_an_interrupt_leaves_the_original_and_no_temporary_file(book: Path) -> None:
    before = book.read_bytes()

    def interrupt(file: Any) -> None:
        file.write(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(book, interrupt)
    assert book.read_bytes() == before
    assert _listing(book) == ["book.xlsx"]


def test_a_file_that_changed_meanwhile_is_left_alone(book: Path) -> None:
    stamp = Stamp.of(book)

    def write(file: Any) -> None:
        file.write(b"mine")
        book.write_bytes(b"theirs")

    _refused("changed", replace_file, book, write, expected=stamp)
    assert book.read_bytes() == b"theirs"
    assert _listing(book) == ["book.xlsx"]


def test_a_source_that_changes_while_it_is_copied_is_left_alone(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pbal_xl.ooxml import rewrite, zipwrite

    honest = zipwrite.write_package

    def slow(package: Package, out: Any, **parts: Any) -> None:
        honest(package, out, **parts)
        os.utime(book, ns=(1, 1))

    monkeypatch.setattr(rewrite, "write_package", slow)
    before = book.read_bytes()
    _refused("changed", add_sheet, book, plain(), title="Trades")
    assert book.read_bytes() == before
    assert _listing(book) == ["book.xlsx"]


# -- what may not be written


@pytest.mark.parametrize("lock", ["~$book.xlsx", ".~lock.book.xlsx#"])
def test_an_open_file_is_left_alone_but_may_be_read(book: Path, lock: str, tmp_path: Path) -> None:
    (book.parent / lock).write_bytes(b"me")
    before = book.read_bytes()
    sentence = _refused("locked", add_sheet, book, plain(), title="Trades")
    assert lock in sentence
    assert "choose another file to write" in sentence
    assert book.read_bytes() == before
    add_sheet(book, plain(), title="Trades", output=tmp_path / "out.xlsx")


@POSIX
def test_a_lock_beside_the_link_or_its_target_counts(book: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.xlsx"
    link.symlink_to(book)
    for lock in (tmp_path / "~$link.xlsx", book.parent / ".~lock.book.xlsx#"):
        lock.write_bytes(b"")
        _refused("locked", add_sheet, link, plain(), title="Trades")
        lock.unlink()
    check_writable(link)


def test_a_read_only_file_is_left_alone_but_may_be_read(book: Path, tmp_path: Path) -> None:
    book.chmod(0o444)
    before = book.read_bytes()
    assert "choose another file to write" in _refused("read-only", add_sheet, book, plain(), title="Trades")
    assert book.read_bytes() == before
    add_sheet(book, plain(), title="Trades", output=tmp_path / "out.xlsx")
    book.chmod(0o644)


def test_an_output_that_is_there_is_never_overwritten(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    out.write_bytes(b"precious")
    _refused("output-exists", add_sheet, book, plain(), title="Trades", output=out)
    assert out.read_bytes() == b"precious"
    out.write_bytes(b"")  # an empty file has nothing to lose
    add_sheet(book, plain(), title="Trades", output=out)
    assert out.stat().st_size > 1000


def test_an_output_of_another_kind_or_place_is_refused(book: Path, tmp_path: Path) -> None:
    for name, code in (("out.xlsm", "output-type"), ("nowhere/out.xlsx", "missing")):
        _refused(code, add_sheet, book, plain(), title="Trades", output=tmp_path / name)
    (tmp_path / "dir.xlsx").mkdir()
    _refused("not-a-file", add_sheet, book, plain(), title="Trades", output=tmp_path / "dir.xlsx")


# -- temporary files of other runs


def _leftover(book: Path) -> Path:
    """A temporary file as a killed run leaves it."""
    script = f"""
        import os, signal
        from pathlib import Path
        from pbal_xl.hosts.headless import replace_file
        def die(file):
            file.write(b"half"); file.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        replace_file(Path({str(book)!r}), die)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
    assert done.returncode == -signal.SIGKILL
    (left,) = [one for one in book.parent.iterdir() if one.name != "book.xlsx"]
    return left


@POSIX
def test_what_a_killed_run_left_is_gone_after_the_next_run(book: Path) -> None:
    before = book.read_bytes()
    left = _leftover(book)
    assert book.read_bytes() == before
    assert left.name.startswith(".pbal-xl-")
    other = book.with_name("other.xlsx")
    zoo.simple(other)
    add_sheet(other, plain(), title="Trades")
    assert left.exists(), "it belongs to another file"
    add_sheet(book, plain(), title="Trades")
    assert _listing(book) == ["book.xlsx", "other.xlsx"]


@POSIX
def test_a_run_that_is_refused_tidies_up_too(book: Path) -> None:
    _leftover(book)
    (book.parent / "~$book.xlsx").write_bytes(b"")
    _refused("locked", add_sheet, book, plain(), title="Trades")
    assert _listing(book) == ["book.xlsx", "~$book.xlsx"]


@POSIX
def test_more_runs_than_there_are_numbers_write_one_file_and_nothing_is_left(book: Path) -> None:
    def write(depth: int) -> Callable[[BinaryIO], None]:
        def inner(file: BinaryIO) -> None:
            if depth:
                replace_file(book, write(depth - 1))
            file.write(b"%d" % depth)

        return inner

    replace_file(book, write(12))
    assert book.read_bytes() == b"12"
    assert _listing(book) == ["book.xlsx"]


@POSIX
@pytest.mark.parametrize("seed", range(3))
def test_runs_at_once_of_which_some_are_killed_leave_one_whole_file_and_nothing_else(book: Path, seed: int) -> None:
    script = f"""
        from pathlib import Path
        from pbal_xl.hosts.headless import Refused, replace_file
        while True:
            try:
                replace_file(Path({str(book)!r}), lambda file: [file.write(b"whole" * 2000), file.flush()])
            except Refused as error:
                print(error, flush=True)
                raise SystemExit(1)
    """
    draw = random.Random(seed)
    command = [sys.executable, "-c", textwrap.dedent(script)]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    time.sleep(1)
    for _ in range(6):
        time.sleep(draw.uniform(0.05, 0.3))
        victim = draw.randrange(2)
        runs[victim].kill()
        assert runs[victim].communicate()[0] == ""
        assert book.read_bytes() == b"whole" * 2000
        runs[victim] = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    for run in runs:
        run.kill()
        assert run.communicate()[0] == ""
    replace_file(book, _write(b"last"))
    assert _listing(book) == ["book.xlsx"]


@POSIX
def test_a_temporary_file_in_use_is_left_alone(book: Any) -> None:
    def write(file: Any) -> None:
        file.write(b"a" * 10)
        remove_leftovers(book)
        assert len(_listing(book)) == 2

    replace_file(book, write)
    assert book.read_bytes() == b"a" * 10
    assert _listing(book) == ["book.xlsx"]


# -- the system's own means


@POSIX
def test_a_kill_at_any_moment_leaves_the_original_or_the_finished_file(book: Path) -> None:
    """A child saves over and over; it is killed at random moments."""
    before = book.with_name("before.xlsx")
    zoo.simple(before)
    original = before.read_bytes()
    script = f"""
        import sys, shutil
        sys.path.insert(0, {str(Path(__file__).parents[2] / "support")!r})
        from pathlib import Path
        from workbook_scratch import plain
        from pbal_xl.hosts.headless import add_sheet
        book, fresh = Path({str(book)!r}), Path({str(before)!r})
        add_sheet(fresh, plain(), title="Trades", output=book.with_name("sample.xlsx"))
        print("ready", flush=True)
        for _ in range(1000):
            add_sheet(book, plain(), title="Trades", replace=True)
            print("saved", flush=True)
    """
    seen = set()
    for _ in range(8):
        for one in book.parent.glob("sample*"):
            one.unlink()
        book.write_bytes(original)
        child = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        time.sleep(random.uniform(0, 0.05))
        child.kill()
        child.wait()
        child.stdout.close()
        if book.read_bytes() == original:
            seen.add("original")
            continue
        seen.add("finished")
        added = set(zoo.read_parts(book)) - set(zoo.read_parts(before))
        assert damage(before, book, added=added) == []
    assert seen
    add_sheet(book, plain(), title="Trades", replace=True)
    assert {name for name in _listing(book) if name.startswith(".")} == set()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few dozen kilobytes."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by a superuser on Linux only")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", place], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", place], check=True)


def test_on_a_full_disk_the_original_stands_and_no_temporary_file_remains(small_disk: Path) -> None:
    book = small_disk / "book.xlsx"
    zoo.simple(book)
    before = book.read_bytes()
    filler = small_disk / "filler"
    with filler.open("wb") as file, suppress(OSError):
        while True:
            os.write(file.fileno(), b"x" * 4096)
    assert shutil.disk_usage(small_disk).free == 0
    with filler.open("r+b") as file:
        file.truncate(max(0, filler.stat().st_size - 4096))
    sentence = _refused("disk-full", add_sheet, book, plain(), title="Trades")
    assert str(book) in sentence
    assert book.read_bytes() == before
    assert _listing(book) == ["book.xlsx", "filler"]
    filler.unlink()
    add_sheet(book, plain(), title="Trades")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="wants a superuser")
def test_what_a_group_might_do_is_not_for_another_group(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else saves a file whose group they may not give it."""
    os.chown(book, os.geteuid(), os.getegid() + 1)
    book.chmod(0o664)

    def denied(*_: object) -> None:
        raise PermissionError(errno.EPERM, "not permitted")

    monkeypatch.setattr(os, "fchown", denied)
    replace_file(book, _write(b"new"))
    assert book.read_bytes() == b"new"
    assert stat.S_IMODE(book.stat().st_mode) == 0o604
