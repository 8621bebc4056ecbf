"""Files in stores: read, worked on and put back in one piece, or left alone with a sentence that names them."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from command import program
from trades_books import REQUEST, portfolio_book

from pbal_xl import cli
from pbal_xl.batch.job import Job
from pbal_xl.batch.work import run_job

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

fsspec = pytest.importorskip("fsspec")


@pytest.fixture
def store() -> Iterator[Any]:
    """A store in memory, empty before and after."""
    memory = fsspec.filesystem("memory")
    yield memory
    memory.store.clear()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook on this machine."""
    return portfolio_book(tmp_path / "book.xlsx")


def _sheets(store: Any, address: str, folder: Path) -> list[str]:
    store.get_file(address, str(folder / "fetched.xlsx"))
    return openpyxl.load_workbook(folder / "fetched.xlsx").sheetnames


def test_an_output_in_a_store_is_written_and_the_object_stays(store: Any, book: Path, tmp_path: Path) -> None:
    data = book.read_bytes()
    store.pipe_file("/a/book.xlsx", data)
    done = run_job(Job("memory://a/book.xlsx", REQUEST, output="memory://b/plan.xlsx"))
    assert done.ok, done.text
    assert done.told["output"] == "memory:///b/plan.xlsx"
    assert "memory:///b/plan.xlsx" in done.text
    assert store.cat_file("/a/book.xlsx") == data
    assert _sheets(store, "/b/plan.xlsx", tmp_path) == ["Portfolio", "Trades"]


def test_a_file_here_may_go_to_a_store_and_an_object_may_come_here(store: Any, book: Path, tmp_path: Path) -> None:
    data = book.read_bytes()
    assert run_job(Job(str(book), REQUEST, output="memory://b/book.xlsx")).ok
    assert book.read_bytes() == data
    assert _sheets(store, "/b/book.xlsx", tmp_path) == ["Portfolio", "Trades"]
    store.pipe_file("/a/book.xlsx", data)
    here = tmp_path / "here.xlsx"
    done = run_job(Job("memory://a/book.xlsx", replace(REQUEST, output=here)))
    assert done.ok, done.text
    assert (done.told["output"], store.cat_file("/a/book.xlsx")) == (str(here), data)
    assert openpyxl.load_workbook(here).sheetnames == ["Portfolio", "Trades"]


def test_an_output_that_is_there_is_kept_unless_it_is_to_be_replaced(store: Any, book: Path) -> None:
    store.pipe_file("/b/plan.xlsx", b"somebody's")
    job = Job(str(book), REQUEST, output="memory://b/plan.xlsx")
    refused = run_job(job)
    assert refused.told["code"] == "output-exists"
    assert refused.text == f"{book}: memory://b/plan.xlsx is already there: remove it or choose another name"
    assert store.cat_file("/b/plan.xlsx") == b"somebody's"
    assert run_job(replace(job, request=replace(REQUEST, replace=True))).ok


@pytest.mark.parametrize(
    ("address", "code"),
    [("memory://a/none.xlsx", "missing"), ("memory://a/bad.xlsx", "not-a-workbook"),
     ("memory://a/bad.csv", "cells"), ("nosuch://a/b.xlsx", "input")],
)  # fmt: skip
def test_a_refusal_names_the_address_and_no_folder_of_this_machine(store: Any, address: str, code: str) -> None:
    store.pipe_file("/a/bad.xlsx", b"no workbook")
    store.pipe_file("/a/bad.csv", b"Symbol,Value,Price\nA,x,1\n")
    refused = run_job(Job(address, REQUEST))
    assert (refused.ok, refused.told["code"], refused.told["file"]) == (False, code, address)
    assert address.replace("memory://", "memory://") in refused.text
    assert "pbal-" not in refused.text.replace("pbal-xl read", "")


def test_whatever_a_driver_raises_is_told_of_the_file(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class DriverError(Exception):
        pass

    def fail(*_: object, **__: object) -> None:
        raise DriverError("no credentials")

    store.pipe_file("/a/book.xlsx", b"x")
    monkeypatch.setattr(type(store), "get_file", fail)
    refused = run_job(Job("memory://a/book.xlsx", REQUEST))
    assert refused.told["code"] == "unreadable"
    assert refused.text.endswith("could not be reached or written (DriverError: no credentials)")


def test_an_object_that_an_interrupted_run_wrote_is_replaced_not_doubled(
    store: Any, book: Path, tmp_path: Path
) -> None:
    begun = time.time() - 1
    store.pipe_file("/a/book.xlsx", book.read_bytes())
    job = Job("memory://a/book.xlsx", REQUEST, since=begun)
    assert run_job(replace(job, since=None)).ok
    assert run_job(job).ok
    assert _sheets(store, "/a/book.xlsx", tmp_path) == ["Portfolio", "Trades"]
    assert run_job(replace(job, since=time.time() + 60)).ok
    assert _sheets(store, "/a/book.xlsx", tmp_path) == ["Portfolio", "Trades", "Trades (2)"]


def test_the_command_takes_addresses_of_a_folder_for_files_and_output(book: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    command = [program(), "run", f"file://{tmp_path}/*.xlsx", "--cash", "1000", "--json"]
    for more, where in (
        (["--output-dir", f"file://{tmp_path}/out"], tmp_path / "out" / "book.xlsx"),
        (["--output", f"file://{tmp_path}/plan.xlsx"], tmp_path / "plan.xlsx"),
    ):
        done = subprocess.run([*command, *more], capture_output=True, text=True, check=False, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["output"] == f"file://{where}"
        assert openpyxl.load_workbook(where).sheetnames == ["Portfolio", "Trades"]
    assert openpyxl.load_workbook(book).sheetnames == ["Portfolio"]


def test_check_read_and_verify_take_addresses_too(
    store: Any, book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["run", str(book), "--cash", "1000", "--quiet", "--output", str(tmp_path / "plan.xlsx")]) == 0
    store.pipe_file("/a/book.xlsx", book.read_bytes())
    store.pipe_file("/a/plan.xlsx", (tmp_path / "plan.xlsx").read_bytes())
    address = "memory://a/book.xlsx"
    for command, status in (("check", {0, 3}), ("read", {0})):
        assert cli.main([command, address]) in status
        assert capsys.readouterr().out.startswith(f"{address}: ")
        assert cli.main([command, address, "--json"]) in status
        assert json.loads(capsys.readouterr().out)["file"] == address
    assert cli.main(["verify", "memory://a/plan.xlsx", "--original", address]) == 0
    told = capsys.readouterr().out
    assert told.startswith("memory://a/plan.xlsx: the sheet Trades is as written")
    assert "every other part is byte for byte that of the original" in told
    cli.main(["check", "memory://a/*.xlsx", "--json"])
    files = [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()]
    assert files == ["memory:///a/book.xlsx", "memory:///a/plan.xlsx"]
    for command in ("check", "read", "verify"):
        assert cli.main([command, "memory://a/none.xlsx"]) == 1
        assert capsys.readouterr().err == "pbal-xl: memory://a/none.xlsx is not there\n"
