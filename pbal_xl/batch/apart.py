"""A time limit where there are no alarms: on Windows and in threads, as the workers of Dask are.

Files are run in a helper process, one a thread, which is ended when a file takes too long; saving is all or
nothing, so the file is left as it is. ``python -m pbal_xl.batch.apart MODULE`` is that process.
"""

from __future__ import annotations

import importlib
import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["HelperEndedError", "TooSlowError", "run_apart"]

_LENGTH = 8
_HELPERS = threading.local()


class TooSlowError(Exception):
    """The time was over."""


class HelperEndedError(Exception):
    """The helper process ended before its work."""


def run_apart(work: Any, seconds: float, module: str = "pbal_xl") -> Any:
    """What a callable of no arguments gives when it is called in a helper process.

    Args:
        work: it and what it gives can be pickled.
        seconds: how long it may take; a helper that must first be started has what that takes on top.
        module: what the work needs, loaded before a helper is ready, so that no file pays for it.

    Raises:
        TooSlowError: it took longer; the helper is ended.
        HelperEndedError: the helper was ended by someone else.
    """
    helper: _Helper | None = getattr(_HELPERS, "one", None)
    if helper is None or helper.process.poll() is not None:
        helper = _HELPERS.one = _Helper(module)
    return helper.run(work, seconds)


class _Helper:
    """A helper process that is ready for work; it ends with the process that started it."""

    def __init__(self, module: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "pbal_xl.batch.apart", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if self._receive() != "ready":
            raise HelperEndedError

    def run(self, work: Any, seconds: float) -> Any:
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            _send(_pipe(self.process.stdin), work)
            return self._receive()
        except (OSError, EOFError):
            self.close()
            raise TooSlowError if late.is_set() else HelperEndedError from None
        finally:
            timer.cancel()

    def _receive(self) -> Any:
        return _receive(_pipe(self.process.stdout))

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()

    def __del__(self) -> None:
        self.close()


def _pipe(pipe: Any) -> BinaryIO:
    pipe_of_bytes: BinaryIO = pipe
    return pipe_of_bytes


def _send(pipe: BinaryIO, what: Any) -> None:
    data = pickle.dumps(what)
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


def _receive(pipe: BinaryIO) -> Any:
    """The next message; raises EOFError where the other side is gone."""
    head = pipe.read(_LENGTH)
    data = pipe.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else b""
    if len(head) < _LENGTH or len(data) < int.from_bytes(head, "big"):
        raise EOFError
    return pickle.loads(data)  # noqa: S301  from our own process


def serve(read: BinaryIO, write: BinaryIO) -> None:
    """Work until nobody asks any more."""
    _send(write, "ready")
    with suppress(EOFError, BrokenPipeError):
        while True:
            _send(write, _receive(read)())


if __name__ == "__main__":
    importlib.import_module(sys.argv[1])
    # Whatever prints shall not print into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)
