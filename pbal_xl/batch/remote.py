"""Files in a store that fsspec knows: fetched, worked on here, and put back once if nobody changed them."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbal_xl.errors import InputError, PbalError
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pbal_xl.batch.job import Job, Outcome

__all__ = ["at_hand", "matching", "run_remote"]

# What ends a run, and is nothing of a store's.
_ENDS = (MemoryError, RecursionError)
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


@contextmanager
def at_hand(given: str) -> Iterator[Path]:
    """A file to read: one of this machine as it is, an object in a store as a copy for a while.

    Raises:
        Refused: the object is not there, or cannot be reached.
        PbalError: what is wrong with it, told by its address.
    """
    if "://" not in given:
        yield Path(given)
        return
    with _faults_told(given, "read", str):
        stored = _Object(given)
    with tempfile.TemporaryDirectory(prefix="pbal-") as folder:
        near = str(Path(folder, stored.name))

        def told(text: str) -> str:
            return text.replace(near, given).replace(stored.address, given)

        with _faults_told(given, "read", told):
            yield stored.fetched(Path(folder))


@contextmanager
def _faults_told(address: str, done: str, told: Callable[[str], str]) -> Iterator[None]:
    """Tell faults by their addresses, and what drivers of stores raise as what could not be done."""
    try:
        yield
    except PbalError as error:
        error.args = tuple(told(str(one)) for one in error.args)
        raise
    except _ENDS:
        raise
    except Exception as error:  # noqa: BLE001  drivers of stores raise what they like
        what = f"could not be reached or {done} ({type(error).__name__}: {error})"
        raise refusal("unreadable", address, what) from None


def run_remote(job: Job, run: Callable[[Job, Path], Outcome]) -> Outcome:
    """Run a file that lies in a store, or whose result goes to one: it is put there in one piece.

    Raises:
        Refused: it is not there, changed meanwhile, cannot be reached, or its result's name is taken.
        PbalError: what is wrong with it, told by its address.
    """
    with tempfile.TemporaryDirectory(prefix="pbal-") as folder:

        def told(text: str) -> str:
            return _by_address(text, job, folder)

        with _faults_told(job.file, "written", told):
            return _run_near(job, run, Path(folder))


def _run_near(job: Job, run: Callable[[Job, Path], Outcome], folder: Path) -> Outcome:
    source = _Object(job.file) if "://" in job.file else None
    near = Path(job.file) if source is None else source.fetched(folder)
    request, result = job.request, _Object(job.output) if job.output is not None else None
    if result is not None:
        (folder / "result").mkdir()
        request = replace(request, output=folder / "result" / result.name)
    if job.since is not None and (result or source or _NOWHERE).changed_since(job.since):
        request = replace(request, replace=True)
    outcome = run(replace(job, since=None, request=request), near)
    written = outcome.told["output"]
    if written is not None:
        if result is None and source is not None and request.output is None:
            result = source if Path(str(written)) == near else source.beside(Path(str(written)).name)
        if source is not None:
            source.check_unchanged(job.file)
        if result is not None:
            result.put(Path(str(written)), overwrite=request.replace or result is source)
            outcome.told["output"] = result.address
    outcome.told["file"] = job.file
    text = _by_address(outcome.text.replace(str(written), str(outcome.told["output"])), job, str(folder))
    return replace(outcome, text=text, stamp="" if result is not None else outcome.stamp)


def _by_address(text: str, job: Job, folder: str) -> str:
    """A sentence with the addresses of files in the place of those of their copies."""
    if job.output is not None:
        text = text.replace(f"{folder}/result/{job.output.rpartition('/')[2]}", job.output)
    return text.replace(f"{folder}/{job.file.rpartition('/')[2]}", job.file)


class _Object:
    """An object in a store, there or not.

    Attributes:
        given: its address as it was written.
        address: with the store's protocol.
        name: its last part.
    """

    def __init__(self, address: str) -> None:
        self._store, self._path = _opened(address)
        self.given = address
        self.address = str(self._store.unstrip_protocol(self._path))
        self.name = self._path.rpartition("/")[2]
        self._state = ""

    def fetched(self, folder: Path) -> Path:
        """A copy in a folder of this machine."""
        if not self._store.exists(self._path):
            raise refusal("missing", self.given, "is not there")
        self._state = self._look()
        near = folder / self.name
        self._store.get_file(self._path, str(near))
        return near

    def beside(self, name: str) -> _Object:
        """Another object in the same place."""
        return _Object(f"{self.address.rpartition('/')[0]}/{name}")

    def changed_since(self, moment: float) -> bool:
        """Whether it is there and was changed since a time; False where its store does not tell."""
        if not self._store.exists(self._path):
            return False
        try:
            changed: bool = self._store.modified(self._path).timestamp() >= moment
        except NotImplementedError:
            return False
        return changed

    def check_unchanged(self, name: str) -> None:
        """Refuse an object that is not what was fetched."""
        if self._look() != self._state:
            raise refusal("changed", name, "was changed by someone else meanwhile and is left as it is")

    def put(self, result: Path, *, overwrite: bool) -> None:
        """Write the object in one piece."""
        if not overwrite and self._store.exists(self._path):
            raise refusal("output-exists", self.given, "is already there: remove it or choose another name")
        self._store.pipe_file(self._path, result.read_bytes())

    def _look(self) -> str:
        info = self._store.info(self._path)
        return repr([info.get(name) for name in _STATES])


class _Nowhere:
    """No object."""

    def changed_since(self, _: float) -> bool:
        return False


_NOWHERE = _Nowhere()
