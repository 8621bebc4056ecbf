"""What goes wrong around a run: one sentence of it, exit status 1, every file whole and done once at most."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from command import program
from trades_books import REQUEST, portfolio_book

from pbal_xl.batch import run
from pbal_xl.batch.job import Job
from pbal_xl.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pbal_xl.batch.job import Outcome

COUNT = 4
_NOBODY = "65534"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of workbooks."""
    place = tmp_path / "clients"
    place.mkdir()
    for number in range(COUNT):
        portfolio_book(place / f"c{number}.xlsx", 3 + number)
    return place


def _state(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}


def _run(folder: Path, *more: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    files = [str(one) for one in sorted(folder.glob("*.xlsx"))]
    command = [*before, program(), "run", *files, *more, "--cash", "1000", "--quiet"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def _assert_one_sentence(done: subprocess.CompletedProcess[str], said: str) -> None:
    assert done.returncode == 1
    assert (done.stdout, done.stderr.count("\n")) == ("", 1), done.stderr
    assert done.stderr.startswith("pbal-xl: ")
    assert said in done.stderr


def _as_nobody() -> tuple[str, ...]:
    """What runs a command as an ordinary user; skips the test where that cannot be done."""
    setpriv = shutil.which("setpriv")
    if setpriv is None or os.geteuid() != 0:
        pytest.skip("rights are tried by a superuser who gives them up")
    before = (setpriv, f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups")
    if subprocess.run([*before, program(), "--version"], check=False, capture_output=True, timeout=60).returncode:
        pytest.skip("an ordinary user cannot run the program here")
    return before


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder of workbooks that everybody may read, and only its owner may write to."""
    with tempfile.TemporaryDirectory(prefix="pbal-rights-") as where:
        Path(where).chmod(0o755)
        place = Path(where, "clients")
        place.mkdir(mode=0o755)
        for number in range(COUNT):
            portfolio_book(place / f"c{number}.xlsx").chmod(0o666)
        yield place


def test_a_folder_without_rights_is_told_of_each_file_and_nothing_changes(readable: Path) -> None:
    folder, before = readable, _state(readable)
    done = _run(folder, "--timeout", "60", before=_as_nobody())
    assert (done.returncode, done.stdout) == (1, "")
    lines = sorted(done.stderr.splitlines())
    assert len(lines) == COUNT
    for number, line in enumerate(lines):
        assert line.startswith(f"pbal-xl: {folder}/c{number}.xlsx ")
        assert "writ" in line
    assert _state(folder) == before


@pytest.mark.parametrize("what", ["journal", "report"])
def test_a_journal_or_report_that_may_not_be_written_is_told_before_anything_is_done(
    readable: Path, what: str
) -> None:
    folder = readable
    place = folder.parent / "mine"
    place.mkdir(mode=0o755)
    before = _state(folder)
    name = place / {"journal": "run.jsonl", "report": "run.csv"}[what]
    done = _run(folder, f"--{what}", str(name), before=_as_nobody())
    _assert_one_sentence(done, str(name))
    assert _state(folder) == before
    assert not list(place.iterdir())


def test_a_file_given_twice_is_told_and_done_once(folder: Path) -> None:
    (folder.parent / "again.xlsx").symlink_to(folder / "c0.xlsx")
    done = _run(folder, str(folder.parent / "again.xlsx"), "--jobs", "2")
    assert done.returncode == 0
    assert done.stderr == f"pbal-xl: {folder.parent / 'again.xlsx'} is given twice and is done once\n"
    for one in folder.iterdir():
        assert openpyxl.load_workbook(one).sheetnames == ["Portfolio", "Trades"]


def test_a_journal_of_another_run_is_told_and_left(folder: Path) -> None:
    journal = folder.parent / "run.jsonl"
    assert _run(folder, "--journal", str(journal)).returncode == 0
    kept, before = journal.read_bytes(), _state(folder)
    _assert_one_sentence(_run(folder, "--journal", str(journal)), "--resume")
    _assert_one_sentence(_run(folder, "--journal", str(journal), "--resume", "--fractional"), "other settings")
    journal.with_name("other").write_text("{}\n")
    _assert_one_sentence(_run(folder, "--journal", f"{journal.with_name('other')}", "--resume"), "not a journal")
    assert (journal.read_bytes(), _state(folder)) == (kept, before)


def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_done(folder: Path) -> None:
    pytest.importorskip("distributed")
    before = _state(folder)
    done = _run(folder, "--scheduler", "tcp://127.0.0.1:9")
    _assert_one_sentence(done, "there is no Dask scheduler at tcp://127.0.0.1:9")
    assert _state(folder) == before


# -- killed workers of a cluster


def _books(folder: Path, count: int) -> list[Job]:
    folder.mkdir()
    return [Job(str(portfolio_book(folder / f"c{number:03}.xlsx", 4)), REQUEST) for number in range(count)]


def _assert_each_done_once(jobs: list[Job]) -> None:
    for job in jobs:
        assert zipfile.ZipFile(job.file).testzip() is None
        assert openpyxl.load_workbook(job.file).sheetnames == ["Portfolio", "Trades"], job.file


@pytest.mark.filterwarnings("ignore")
def test_what_a_killed_worker_of_a_cluster_was_at_is_done_by_another_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(run, "_FILES_A_TASK", 20)
    jobs = _books(tmp_path / "clients", 80)
    untouched = {Path(job.file): Path(job.file).stat().st_mtime_ns for job in jobs}
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]

        def kill() -> None:
            """Kill a worker amid its work: some files are written, some are not."""
            while sum(path.stat().st_mtime_ns != was for path, was in untouched.items()) < 5:
                time.sleep(0.005)
            os.kill(pids[0], signal.SIGKILL)

        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        outcomes = list(run.run_on_cluster(jobs, cluster.scheduler_address))
        killer.join(timeout=10)
        assert not killer.is_alive()
    assert sorted(one.file for one in outcomes) == [job.file for job in jobs]
    assert all(one.ok for one in outcomes), [one.text for one in outcomes if not one.ok]
    _assert_each_done_once(jobs)


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_goes_away_ends_the_run_with_a_sentence(tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    jobs = _books(tmp_path / "clients", 120)
    cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None)
    done: list[Outcome] = []

    def close_after_the_first() -> None:
        for outcome in run.run_on_cluster(jobs, cluster.scheduler_address):
            done.append(outcome)
            if len(done) == 1:
                threading.Thread(target=cluster.close, daemon=True).start()

    with cluster, pytest.raises(InputError, match="run again with --resume"):
        close_after_the_first()
    again = [replace(job, since=0) for job in jobs if job.file not in {one.file for one in done}]
    assert all(one.ok for one in run.run_here(again, 1))
    _assert_each_done_once(jobs)
