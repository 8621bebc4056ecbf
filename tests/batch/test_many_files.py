"""Many files: the same plans however they are run, each file whole and done once, whatever is killed."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from children import children
from command import program
from sheets import write
from trades_books import REQUEST, portfolio_book

from pbal_xl.batch.job import Job, Outcome
from pbal_xl.batch.journal import Journal, settings_digest
from pbal_xl.batch.run import run_on_cluster, shard
from pbal_xl.batch.whole_run import Means, each_once, run_all
from pbal_xl.batch.work import run_job
from pbal_xl.errors import InputError
from pbal_xl.hosts.headless import commands
from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pbal_xl.hosts.headless.commands import Done, Request

COUNT = 12


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of workbooks, one of them broken."""
    place = tmp_path / "clients"
    place.mkdir()
    for number in range(COUNT):
        portfolio_book(place / f"c{number:02}.xlsx", 3 + number % 5)
    (place / "broken.xlsx").write_bytes(b"no workbook")
    return place


def _jobs(folder: Path, **more: Any) -> list[Job]:
    return [Job(str(path), REQUEST, **more) for path in sorted(folder.glob("*.xlsx"))]


def test_a_quiet_file_is_told_but_not_as_text(folder: Path) -> None:
    path = folder / "c00.xlsx"
    quiet = run_job(Job(str(path), replace(REQUEST, dry_run=True), quiet=True))
    told = run_job(Job(str(path), replace(REQUEST, dry_run=True)))
    assert quiet.ok
    assert quiet.text == ""
    assert (quiet.told, quiet.digest) == (told.told, told.digest)
    assert "Leftover" in told.text
    refused = run_job(Job(str(path.with_name("none.xlsx")), REQUEST, quiet=True))
    assert "none.xlsx" in refused.text


def test_a_file_that_is_not_kept_tells_what_was_written_and_no_more(folder: Path) -> None:
    path = folder / "c00.xlsx"
    one = run_job(Job(str(path), REQUEST, quiet=True, kept=False))
    assert (one.ok, one.text, one.digest, one.stamp) == (True, "", "", "")
    whole = run_job(Job(str(folder / "c01.xlsx"), REQUEST)).told
    assert one.told.items() >= {"file": str(path), "output": str(path), "trades_sheet": "Trades"}.items()
    assert one.told.keys() < whole.keys()
    assert [key for key in whole if key in one.told] == list(one.told)
    assert openpyxl.load_workbook(path).sheetnames == ["Portfolio", "Trades"]
    refused = run_job(Job(str(path.with_name("none.xlsx")), REQUEST, quiet=True, kept=False))
    assert "none.xlsx" in str(refused.told["error"])


def _plans(outcomes: Iterator[Any] | Sequence[Outcome]) -> dict[str, Any]:
    """What was suggested for each file, by its name."""
    return {Path(one.file).name: (one.ok, one.told["code"], one.told["orders"]) for one in outcomes}


def _assert_each_done_once(folder: Path) -> None:
    for path in sorted(folder.glob("c*.xlsx")):
        assert zipfile.ZipFile(path).testzip() is None
        assert openpyxl.load_workbook(path).sheetnames == ["Portfolio", "Trades"], path.name
    assert not [one.name for one in folder.iterdir() if one.suffix != ".xlsx"]


def test_two_workers_suggest_what_one_process_does(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    one = _plans(run_all(_jobs(folder), Means()))
    two = _plans(run_all(_jobs(tmp_path / "copy"), Means(workers=2)))
    assert one == two
    assert len(one) == COUNT + 1
    assert [name for name, (ok, _, _) in one.items() if not ok] == ["broken.xlsx"]
    _assert_each_done_once(folder)
    (folder / "broken.xlsx").unlink()


def test_shares_are_disjoint_and_make_the_whole(folder: Path, tmp_path: Path) -> None:
    shutil.copytree(folder, tmp_path / "copy")
    files = [job.file for job in _jobs(folder)]
    shares = [shard(files, f"{number}/3") for number in (1, 2, 3)]
    assert sorted(file for share in shares for file in share) == sorted(files)
    sharded = _plans(run_job(Job(file, REQUEST)) for share in shares for file in share)
    assert sharded == _plans(run_all(_jobs(tmp_path / "copy"), Means()))


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/", "²/3", "-1/3"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="I/N"):
        shard(["a"], text)


def test_a_file_given_twice_under_two_names_is_done_once(folder: Path) -> None:
    file = folder / "c00.xlsx"
    link = folder.parent / "link.xlsx"
    link.symlink_to(file)
    once, again = each_once([str(file), str(link), str(folder / "." / "c00.xlsx")])
    assert (once, len(again)) == ([str(file)], 2)


def test_a_journal_goes_on_where_it_was(folder: Path, tmp_path: Path) -> None:
    means = Means(journal=tmp_path / "journal", resume=True)
    jobs = _jobs(folder)
    first = list(run_all(jobs[:6], means))
    before = {path: path.read_bytes() for path in folder.glob("*.xlsx")}
    second = list(run_all(jobs, means))
    assert _plans(second).keys() == {Path(job.file).name for job in jobs}
    done = {one.file for one in first if one.ok}
    assert all(Path(file).read_bytes() == before[Path(file)] for file in done)
    _assert_each_done_once(folder)


def test_a_file_brought_back_from_before_is_done_again(folder: Path, tmp_path: Path) -> None:
    means = Means(journal=tmp_path / "journal", resume=True)
    shutil.copyfile(folder / "c00.xlsx", tmp_path / "old.xlsx")
    list(run_all(_jobs(folder), means))
    shutil.copyfile(tmp_path / "old.xlsx", folder / "c00.xlsx")
    list(run_all(_jobs(folder), means))
    _assert_each_done_once(folder)


def test_what_a_run_made_of_an_export_is_no_file_of_the_run_that_goes_on(tmp_path: Path) -> None:
    export = tmp_path / "p.csv"
    export.write_text("Symbol,Value,Price\nA,100,10\nB,300,20\n")
    older = portfolio_book(tmp_path / "older-trades.xlsx")
    os.utime(older, (0, 0))
    (tmp_path / "older.csv").write_bytes(export.read_bytes())
    files = [tmp_path / "older.csv", export]
    means = Means(journal=tmp_path / "journal", resume=True)
    list(run_all([Job(str(file), REQUEST) for file in files], means))
    found = [*files, older, tmp_path / "p-trades.xlsx"]  # as a pattern finds them now
    again = list(run_all([Job(str(file), REQUEST) for file in found], means))
    assert sorted(Path(one.file).name for one in again) == ["older-trades.xlsx", "older.csv", "p.csv"]


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_a_line_that_was_being_written_is_written_again(folder: Path, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "journal"
    list(run_all(_jobs(folder)[:4], Means(journal=path, resume=True)))
    path.write_bytes(path.read_bytes()[:-cut])
    list(run_all(_jobs(folder), Means(journal=path, resume=True)))
    assert all(json.loads(line) for line in path.read_bytes().splitlines())
    _assert_each_done_once(folder)


def test_a_journal_of_another_run_or_of_something_else_is_left_alone(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    list(run_all(_jobs(folder)[:2], Means(journal=path)))
    before = path.read_bytes()
    other = settings_digest(replace(REQUEST, settings={}))
    with pytest.raises(InputError, match="other settings"):
        Journal(path, other, resume=True)
    with pytest.raises(InputError, match="already there"):
        Journal(path, settings_digest(REQUEST), resume=False)
    assert path.read_bytes() == before
    for text in (b"{}\n", b"no json\n", b"[1]\n"):
        path.write_bytes(text)
        with pytest.raises(InputError, match="not a journal"):
            Journal(path, other, resume=True)
        assert path.read_bytes() == text


# A value that is not the default, for each setting, and what it needs beside it.
OTHER: dict[str, dict[str, Any]] = {
    "strategy": {"strategy": "hard"},
    "cash": {"cash": Decimal(999)},
    "increment": {"increment": Decimal(10)},
    "whole_shares": {"whole_shares": False},
    "min_trade": {"min_trade": Decimal(20)},
    "deviation": {"deviation": "absolute"},
    "bands": {"strategy": "hard", "bands": "5/25"},
    "band_to": {"strategy": "hard", "bands": "5/25", "band_to": "edge"},
    "max_trades": {"max_trades": 2},
    "max_turnover": {"max_turnover": Decimal(900)},
    "fee": {"fee": Decimal(1)},
    "fee_percent": {"fee_percent": Decimal("0.1")},
    "fee_limit": {"fee_limit": Decimal(9)},
    "max_gain": {"max_gain": Decimal(9)},
    "keep": {"keep": Decimal(9)},
    "targets": {"targets": "Stocks 60%, Bonds 40%"},
    "exposure": {"targets": "Stocks 60%, Bonds 40%", "exposure": "F0: Stocks 90%, Bonds 10%"},
    "rates": {"rates": "EUR 1.08"},
    "instalments": {"instalments": 3},
    "loan": {"loan": Decimal(100)},
    "maintenance": {"maintenance": Decimal(30)},
    "log": {"log": True},
    "live": {"live": True},
    "language": {"language": "de"},
}


def test_a_setting_that_changed_makes_another_run() -> None:
    assert set(OTHER) == {setting.key for setting in SETTINGS}
    digests = {settings_digest(replace(REQUEST, settings={**REQUEST.settings, **OTHER[key]})) for key in OTHER}
    assert len(digests | {settings_digest(REQUEST)}) == len(OTHER) + 1


def test_each_setting_counts_in_what_a_journal_says_was_planned(tmp_path: Path) -> None:
    rows = [("F0", 1000, 10, 5, "Stocks"), ("F1", 1200, 11, 5, "Bonds"), ("F2", 900, 12, 5, "Bonds")]
    book = write(tmp_path / "b.xlsx", ("Portfolio", [("Symbol", "Value", "Price", "Gain", "Class"), *rows]))

    def digest(settings: dict[str, Any]) -> str:
        outcome = run_job(Job(str(book), replace(REQUEST, settings={**REQUEST.settings, **settings}, dry_run=True)))
        assert outcome.ok, (settings, outcome.text)
        return outcome.digest

    digests = {digest(OTHER[key]) for key in OTHER}
    assert len(digests | {digest({})}) == len(OTHER) + 1


@pytest.mark.parametrize("key", ["max_trades", "fee_limit", "language"])
def test_a_run_goes_on_with_no_other_setting_than_it_began_with(folder: Path, tmp_path: Path, key: str) -> None:
    means = Means(journal=tmp_path / "journal", resume=True)
    list(run_all(_jobs(folder)[:2], means))
    other = replace(REQUEST, settings={**REQUEST.settings, **OTHER[key]})
    with pytest.raises(InputError, match="other settings"):
        list(run_all([replace(job, request=other) for job in _jobs(folder)], means))


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no alarms here")
def test_a_file_that_hangs_stops_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = commands.run_file

    def slow(path: Path, request: Request) -> Done:
        if path.name == "c01.xlsx":
            time.sleep(30)
        return real(path, request)

    monkeypatch.setattr("pbal_xl.batch.work.run_file", slow)
    outcomes = _plans(run_all(_jobs(folder, timeout=1), Means()))
    assert outcomes["c01.xlsx"][:2] == (False, "too-slow")
    assert sum(ok for ok, _, _ in outcomes.values()) == COUNT - 1


def test_whatever_goes_wrong_with_a_file_is_its_outcome(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("missing")

    monkeypatch.setattr("pbal_xl.batch.work.run_file", broken)
    outcome = run_job(Job(str(folder / "c00.xlsx"), REQUEST))
    assert not outcome.ok
    assert "c00.xlsx" in outcome.text


# -- stores and clusters


def test_an_object_in_a_store_is_fetched_and_put_back(folder: Path) -> None:
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    data = (folder / "c00.xlsx").read_bytes()
    store.pipe_file("/clients/c00.xlsx", data)
    store.pipe_file("/clients/p.csv", b"Symbol,Value,Price\nA,100,10\nB,300,20\n")
    local = run_job(Job(str(folder / "c00.xlsx"), REQUEST))
    found = run_job(Job("memory://clients/c00.xlsx", REQUEST))
    assert found.ok, found.text
    assert found.told["orders"] == local.told["orders"]
    assert (found.told["file"], found.told["output"]) == ("memory://clients/c00.xlsx", "memory:///clients/c00.xlsx")
    assert store.cat_file("/clients/c00.xlsx") != data
    assert run_job(Job("memory://clients/p.csv", REQUEST)).told["output"] == "memory:///clients/p-trades.xlsx"
    assert run_job(Job("memory://clients/none.xlsx", REQUEST)).told["code"] == "missing"
    store.rm("/clients", recursive=True)


def test_an_object_that_changed_meanwhile_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsspec = pytest.importorskip("fsspec")
    store = fsspec.filesystem("memory")
    store.pipe_file("/clients/c00.xlsx", (folder / "c00.xlsx").read_bytes())
    real = commands.run_file

    def meanwhile(path: Path, request: Request) -> Done:
        store.pipe_file("/clients/c00.xlsx", b"somebody else's")
        return real(path, request)

    monkeypatch.setattr("pbal_xl.batch.work.run_file", meanwhile)
    outcome = run_job(Job("memory://clients/c00.xlsx", REQUEST))
    assert (outcome.ok, outcome.told["code"]) == (False, "changed")
    assert store.cat_file("/clients/c00.xlsx") == b"somebody else's"
    store.rm("/clients", recursive=True)


@pytest.mark.filterwarnings("ignore")
def test_a_real_cluster_suggests_what_one_process_does(folder: Path, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    shutil.copytree(folder, tmp_path / "copy")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as cluster:
        found = _plans(run_on_cluster(_jobs(folder), cluster.scheduler_address))
    assert found == _plans(run_all(_jobs(tmp_path / "copy"), Means()))


@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_not_there_is_told_and_nothing_is_done(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("pbal_xl.batch.run._CONNECT_SECONDS", 1)
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(InputError, match="no Dask scheduler"):
        list(run_on_cluster(_jobs(folder), "tcp://127.0.0.1:9"))
    assert before == {path: path.read_bytes() for path in folder.iterdir()}


# -- the report


def _report(folder: Path, path: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [program(), "run", *map(str, sorted(folder.glob("*.xlsx"))), "--cash", "1000", "--report", str(path)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    return done


def test_a_report_tells_of_every_order_and_its_totals_add_up(folder: Path, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "report.xlsx"
    _report(folder, path)
    tables = pandas.read_excel(path, sheet_name=None)
    orders, files = tables["Orders"], tables["Files"]
    figures = dict(zip(tables["Summary"]["what"], tables["Summary"]["figure"], strict=True))
    assert len(files) == figures["files done"] == COUNT
    assert (figures["files refused"], list(tables["Refusals"]["code"])) == (1, ["not-a-workbook"])
    assert round(orders["amount"].sum(), 2) == figures["invested"] == round(files["invested"].sum(), 2)
    assert round(figures["invested"] + figures["leftover"], 2) == figures["cash"] == 1000 * COUNT


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_report_in_another_form_holds_the_orders(folder: Path, tmp_path: Path, ending: str) -> None:
    pandas = pytest.importorskip("pandas")
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"report{ending}"
    _report(folder, path)
    read = pandas.read_csv if ending == ".csv" else pandas.read_parquet
    assert read(path)["file"].nunique() == COUNT
    assert len(read(path.with_name(f"report-refusals{ending}"))) == 1


def _reported(folder: Path, path: Path, *more: str) -> tuple[int, str]:
    done = subprocess.run(
        [program(), "run", str(folder / "c00.xlsx"), "--cash", "9", "--report", str(path), *more],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    return done.returncode, done.stderr


def _saved_anew(path: Path) -> None:
    """As a user who wrote a word beside the orders and saved them."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        book["Summary"]["D9"] = "mine"
        time.sleep(1.1)  # a workbook says to the second when it was saved
        book.save(path)
    elif path.suffix == ".csv":
        path.write_text(path.read_text("utf-8").replace("reason\n", "reason,mine\n", 1), encoding="utf-8")
    else:
        path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".parquet"])
def test_a_report_takes_the_place_of_none_but_an_earlier_one_that_is_to_be_renewed(
    folder: Path, tmp_path: Path, ending: str
) -> None:
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    path = tmp_path / f"report{ending}"
    assert _reported(folder, path) == (0, "")
    before = {one: one.read_bytes() for one in (*folder.iterdir(), *tmp_path.glob("report*"))}
    status, told = _reported(folder, path)
    assert (status, told.count("\n")) == (1, 1)
    assert "report" in told
    assert "is already there: remove it or choose another name (--replace renews" in told
    assert before == {one: one.read_bytes() for one in before}
    assert _reported(folder, path, "--replace") == (0, "")
    assert _reported(folder, path, "--resume", "--journal", str(tmp_path / "j.jsonl")) == (0, "")
    _saved_anew(path)
    before = {one: one.read_bytes() for one in before}
    status, told = _reported(folder, path, "--replace")
    assert (status, told.count("\n")) == (1, 1)
    assert "is already there and is not a report as it was written" in told
    assert before == {one: one.read_bytes() for one in before}


@pytest.mark.parametrize("name", ["report.xlsx", "report.csv", "report-files.csv"])
def test_a_file_of_the_users_is_no_report_to_be_renewed(folder: Path, tmp_path: Path, name: str) -> None:
    mine = tmp_path / name
    if mine.suffix == ".xlsx":
        shutil.copyfile(folder / "c01.xlsx", mine)
    else:
        mine.write_text("Symbol,Value\nAAA,5\n", encoding="utf-8")
    before = {one: one.read_bytes() for one in (mine, *folder.iterdir())}
    for more in ((), ("--replace",)):
        status, told = _reported(folder, tmp_path / f"report{mine.suffix}", *more)
        assert (status, told.count("\n")) == (1, 1)
        assert f"{name} is already there" in told
    assert before == {one: one.read_bytes() for one in before}


@pytest.mark.parametrize(("wrong", "status"), [("report.txt", 2), ("no/such/folder/report.xlsx", 1)])
def test_a_report_that_cannot_be_written_is_refused_before_anything_is_done(
    folder: Path, wrong: str, status: int, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    done = subprocess.run(
        [program(), "run", str(folder / "c00.xlsx"), "--cash", "9", "--report", str(tmp_path / wrong)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (status, 1)
    assert before == {path: path.read_bytes() for path in folder.iterdir()}


# -- kills


def _run_killed(folder: Path, journal: Path, wait: float, draw: Random) -> None:
    """Start a run on two workers, and kill it or one of its workers after a while."""
    command = [program(), "run", *map(str, sorted(folder.glob("*.xlsx"))), "--cash", "1000", "--jobs", "2"]
    command += ["--quiet", "--journal", str(journal), "--resume"]
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(wait)
    workers = children(process.pid)
    if draw.random() < 0.5 and workers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(draw.choice(workers), signal.SIGKILL)
        process.wait(timeout=120)
    else:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=60)


def test_what_was_done_earlier_is_told_as_that_and_counted(tmp_path: Path) -> None:
    names = [str(tmp_path / f"c{number}.xlsx") for number in range(3)]
    for place, name in enumerate(names):
        portfolio_book(Path(name), 3 + place)
    journal, bad = tmp_path / "run.jsonl", tmp_path / "bad.xlsx"
    bad.write_text("no workbook")
    command = [program(), "run", "--cash", "1000", "--journal", str(journal)]
    first = subprocess.run([*command, *names, str(bad)], capture_output=True, text=True, check=False)
    assert (first.returncode, first.stdout.splitlines()[-1]) == (1, "4 files: 3 done, 1 refused")
    again = subprocess.run([*command, "--resume", *names, str(bad)], capture_output=True, text=True, check=False)
    told = [f"{name}: was done earlier, as the journal says" for name in names]
    assert again.stdout.splitlines() == [*told, "4 files: 3 done (3 of them earlier), 1 refused"]
    alone = [*command[:-1], f"{journal}2", str(bad)]
    lone = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert lone.stdout == "1 file: 0 done, 1 refused\n"


def _kill_and_resume(folder: Path, tmp_path: Path, times: int, seed: int) -> None:
    draw = random.Random(seed)
    journal = tmp_path / "journal"
    for _ in range(times):
        _run_killed(folder, journal, draw.uniform(0.2, 3), draw)
        for path in folder.glob("c*.xlsx"):
            assert zipfile.ZipFile(path).testzip() is None
    outcomes = _plans(run_all(_jobs(folder), Means(workers=2, journal=journal, resume=True)))
    assert sum(ok for ok, _, _ in outcomes.values()) == len(outcomes) - 1
    for left in folder.glob(".pbal-xl-*"):  # of a run killed in the act; gone with the next run of that file
        left.unlink()
    _assert_each_done_once(folder)
    assert all(json.loads(line) for line in journal.read_bytes().splitlines())


killable = pytest.mark.skipif(sys.platform != "linux", reason="finds workers in /proc")


@killable
def test_a_run_that_is_killed_is_made_good_by_the_next(folder: Path, tmp_path: Path) -> None:
    _kill_and_resume(folder, tmp_path, times=2, seed=5)


@killable
@pytest.mark.long
def test_twenty_kills_leave_every_file_right_and_done_once(tmp_path: Path) -> None:
    place = tmp_path / "clients"
    place.mkdir()
    for number in range(200):
        portfolio_book(place / f"c{number:03}.xlsx", 3 + number % 7)
    (place / "broken.xlsx").write_bytes(b"no workbook")
    _kill_and_resume(place, tmp_path, times=20, seed=int(time.time()))


@killable
@pytest.mark.long
def test_memory_stays_flat_over_many_files(tmp_path: Path) -> None:
    """The last hundred of 2,000 files take no more than a tenth more than the first."""
    source = portfolio_book(tmp_path / "source.xlsx", 10)
    peaks = []
    for number in range(2000):
        path = tmp_path / "book.xlsx"
        shutil.copyfile(source, path)
        assert run_job(Job(str(path), REQUEST)).ok
        if number in {99, 1999}:
            peaks.append(int(Path("/proc/self/statm").read_text().split()[1]))
    assert peaks[1] <= 1.1 * peaks[0]
