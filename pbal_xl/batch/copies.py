"""Workers for joblib that are copies of this process: all is loaded in them, so that they begin at once.

They end with the process that started them, however it ends: each watches a pipe of which only that one keeps the
other end open. A worker that is to end finishes the file it is at, if that is soon.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any

from joblib.parallel import ParallelBackendBase

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

__all__ = ["Copies", "can_copy", "end_if_told"]

# A worker that is to end may still be at its file for so long.
_LONGEST_END = 2


def can_copy() -> bool:
    """Whether this process can be copied: on Linux while it has one thread, whose locks nobody else holds."""
    return sys.platform == "linux" and threading.active_count() == 1


class Copies(ParallelBackendBase):  # type: ignore[misc]  # joblib has no types
    """A backend of joblib, see "Custom backend API" in its documentation."""

    supports_retrieve_callback = True

    def effective_n_jobs(self, n_jobs: int) -> int:
        """How many workers there are."""
        return n_jobs

    def configure(self, n_jobs: int = 1, parallel: Any = None, **_: object) -> int:
        """Make workers ready; they are started with the first task."""
        self.parallel = parallel
        self._watched, self._kept = os.pipe()
        self._pool = ProcessPoolExecutor(
            n_jobs, multiprocessing.get_context("fork"), _begin, (self._watched, self._kept)
        )
        return n_jobs

    def submit(self, func: Callable[[], Any], callback: Callable[[Any], Any] | None = None) -> Future[Any]:
        """Have a worker do something."""
        future = self._pool.submit(_do, func)
        if callback is not None:
            future.add_done_callback(callback)
        return future

    def retrieve_result_callback(self, out: Future[Any]) -> Any:
        """What came of it; raises BrokenProcessPool where its worker was killed."""
        return out.result()

    def abort_everything(self, ensure_ready: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002  joblib's names
        """Have the workers end at whatever they are at."""
        self._hang_up()

    def terminate(self) -> None:
        """Have the workers end when they are done, and wait for it."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._hang_up()
        os.close(self._watched)

    def _hang_up(self) -> None:
        if self._kept >= 0:
            os.close(self._kept)
        self._kept = -1


class _Worker:
    """What a worker knows of itself."""

    busy = False
    told_to_end = False


def _begin(watched: int, kept: int) -> None:
    """Begin as a worker: an interrupt is for the process that started it, with which it ends."""
    os.close(kept)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    threading.Thread(target=_end_with_the_other, args=(watched,), daemon=True).start()


def _do(func: Callable[[], Any]) -> Any:
    """Do what was submitted."""
    _Worker.busy = True
    try:
        return func()
    finally:
        _Worker.busy = False
        end_if_told()


def end_if_told() -> None:
    """End here, between two files, if this is a worker that is to end."""
    if _Worker.told_to_end:
        os._exit(1)


def _end(*_: object) -> None:
    if not _Worker.busy:
        os._exit(1)
    _Worker.told_to_end = True
    threading.Thread(target=_end_late, daemon=True).start()


def _end_late() -> None:
    time.sleep(_LONGEST_END)
    os._exit(1)


def _end_with_the_other(watched: int) -> None:
    os.read(watched, 1)
    os.kill(os.getpid(), signal.SIGTERM)
