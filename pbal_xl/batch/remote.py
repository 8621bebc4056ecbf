"""Files in a store that fsspec knows: fetched, worked on here, and put back once if nobody changed them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import InputError
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.batch.job import Job, Outcome

__all__ = ["matching", "run_remote"]

_STATES = ("ETag", "etag", "mtime", "LastModified", "last_modified", "created", "updated", "size")


def _opened(address: str) -> tuple[Any, str]:
    """The store and the path within it.

    Raises:
        InputError: there is no driver for it.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError(f"{address} needs fsspec: pip install 'pbal-xl[cluster]'") from None
    try:
        store, path = url_to_fs(address)
    except (ImportError, ValueError) as error:
        raise InputError(f"{address} cannot be reached: {error}") from None
    return store, str(path)


def matching(pattern: str) -> list[str]:
    """The addresses that a pattern means; the pattern itself where none does.

    Raises:
        InputError: there is no driver for it.
    """
    store, path = _opened(pattern)
    if not any(char in path for char in "*?["):
        return [pattern]
    return sorted(str(store.unstrip_protocol(one)) for one in store.glob(path)) or [pattern]


def run_remote(job: Job, run: Callable[[Job, Path], Outcome]) -> Outcome:
    """Run an object: its workbook, or the workbook beside a CSV, is written to the store in one piece.

    Raises:
        Refused: it is not there, or changed meanwhile.
        InputError: an output that is no address.
    """
    store, path = _opened(job.file)
    if not store.exists(path):
        raise refusal("missing", job.file, "is not there")
    state = _state(store, path)
    with tempfile.TemporaryDirectory(prefix="pbal-") as folder:
        near = Path(folder, path.rpartition("/")[2])
        store.get_file(path, str(near))
        outcome = run(replace(job, since=None, request=replace(job.request, output=None)), near)
        written = outcome.told["output"]
        if written is not None:
            there = path.rpartition("/")[0] + "/" + Path(str(written)).name
            if _state(store, path) != state:
                raise refusal("changed", job.file, "was changed by someone else meanwhile and is left as it is")
            if there != path and store.exists(there) and not job.request.replace:
                raise refusal("output-exists", there, "is already there: remove it or choose another name")
            store.pipe_file(there, Path(str(written)).read_bytes())
            outcome.told["output"] = str(store.unstrip_protocol(there))
    outcome.told["file"] = job.file
    text = outcome.text.replace(str(near), job.file)
    return replace(outcome, text=text, stamp="")


def _state(store: Any, path: str) -> str:
    info = store.info(path)
    return repr([info.get(name) for name in _STATES])
