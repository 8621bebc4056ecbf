"""Workers that are copies of this process: all is loaded in them, so that they begin at once.

Each has a pipe of its own, is sent work only when it waits for some, and holds no lock that another could wait for:
whichever is killed, at whatever it is, the others and the run go on. A worker that is to end, or whose run has
ended, first finishes the file it is at, if that is soon.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
from contextlib import contextmanager, suppress
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, TypeVar

from pbal_xl.batch.job import WorkerKilledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from multiprocessing.connection import Connection

__all__ = ["at_work", "can_copy", "end_if_told", "end_with", "on_copies"]

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")

# A worker that is to end may still be at its file for so long, and is killed a little later.
_LONGEST_END, _KILLED_AFTER = 2.0, 3.0
# So often a worker looks whether its run is still there.
_LOOK_EVERY = 0.05
_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM, *({signal.SIGHUP} if sys.platform != "win32" else ())})


def can_copy() -> bool:
    """Whether this process can be copied: on Linux while it has one thread, whose locks nobody else holds."""
    return sys.platform == "linux" and threading.active_count() == 1


def on_copies(parts: Iterable[_Part], count: int, work: Callable[[_Part], _Result]) -> Iterator[_Result]:
    """What so many copies make of each part, as it comes.

    Args:
        parts: what can be pickled, none of it None.
        count: how many workers.
        work: what a worker does; what it gives can be pickled.

    Raises:
        WorkerKilledError: a worker was killed, or ended by itself.
        OSError: so many processes cannot be started here.
    """
    copies: list[_Copy] = []
    rest = iter(parts)
    through = False
    try:
        with _signals_held():
            for _ in range(count):
                copies.append(_Copy(copies, work))
        busy = {copy.pipe: copy for copy in copies if copy.give(rest)}
        while busy:
            for pipe in wait(list(busy)):
                copy = busy[pipe]  # type: ignore[index]  # what was waited for
                result = copy.take()
                if not copy.give(rest):
                    del busy[copy.pipe]
                yield result
        through = True
    finally:
        with _signals_held():
            _end_all(copies, at_once=not through)


class _Copy:
    """A worker, as its run sees it."""

    def __init__(self, others: Sequence[_Copy], work: Callable[[Any], Any]) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        ours = [*(other.pipe for other in others), self.pipe]
        self.process = multiprocessing.get_context("fork").Process(
            target=_serve, args=(theirs, ours, work, os.getpid()), daemon=True
        )
        try:
            self.process.start()
        except BaseException:
            self.pipe.close()
            raise
        finally:
            theirs.close()

    def give(self, parts: Iterator[Any]) -> bool:
        """Send the next part; whether there was one."""
        part = next(parts, None)
        if part is None:
            return False
        try:
            self.pipe.send(part)
        except OSError:
            raise WorkerKilledError from None
        return True

    def take(self) -> Any:
        """What came of it."""
        try:
            result, failed = self.pipe.recv()
        except (EOFError, OSError):
            raise WorkerKilledError from None
        if failed:
            raise RuntimeError(f"a worker failed:\n{failed}")
        return result


def _end_all(copies: Sequence[_Copy], *, at_once: bool) -> None:
    """Have the workers end: those that wait for work, and at once also those that are at some."""
    for copy in copies:
        with suppress(OSError):
            if at_once:
                copy.process.terminate()
            else:
                copy.pipe.send(None)
        copy.pipe.close()
    latest = time.monotonic() + _KILLED_AFTER
    for copy in copies:
        copy.process.join(max(0.0, latest - time.monotonic()))
        if copy.process.is_alive():
            copy.process.kill()
            copy.process.join()
        copy.process.close()


@contextmanager
def _signals_held() -> Iterator[None]:
    """Have signals wait: neither a worker that is just starting nor one that is being ended may be half of it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# -- in a worker


class _Worker:
    """What a worker knows of itself."""

    busy = False
    told_to_end = False


def _serve(pipe: Connection, others: Sequence[Connection], work: Callable[[Any], Any], run: int) -> None:
    """Do what comes until no more does."""
    for other in others:
        other.close()
    end_with(run)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
    with suppress(EOFError, OSError):  # the run has ended
        while (part := pipe.recv()) is not None:
            with at_work():
                pipe.send(_tried(work, part))


def _tried(work: Callable[[Any], Any], part: Any) -> tuple[Any, str]:
    """What comes of a part, or why nothing does."""
    try:
        return work(part), ""
    except Exception:  # noqa: BLE001  raised again in the run
        return None, traceback.format_exc()


def end_with(run: int) -> None:
    """Have this worker end with a process; an interrupt is for that one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in _SIGNALS - {signal.SIGINT}:
        # Under nohup a run, and so its workers, goes on when its terminal closes.
        if number == signal.SIGTERM or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)
    threading.Thread(target=_look_after, args=(run,), daemon=True).start()


@contextmanager
def at_work() -> Iterator[None]:
    """What is done in here is not broken off between two steps that belong together."""
    _Worker.busy = True
    try:
        yield
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


def _look_after(run: int) -> None:
    while os.getppid() == run:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGTERM)
