"""Temporary files beside the file they are to become.

One is locked while it is written: one that nobody holds was left by a run that was killed, and the next run of
that file removes it.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

__all__ = ["remove_beside", "remove_leftovers", "temporary"]

_MARK = ".pbal-xl-"
# Runs that write one file at the same time have each a number of their own.
_NUMBERED = 8


def remove_leftovers(path: Path) -> None:
    """Remove temporary files that a killed run left for this very target; those in use are left alone."""
    remove_beside(Path(os.path.realpath(path)))


def remove_beside(real: Path) -> None:
    """Remove those of a target whose links were followed already."""
    for one in _temporaries(real):
        _remove_if_abandoned(one)


def _temporaries(real: Path) -> list[Path]:
    """The temporary files that may be there for a target; a folder of many thousand files is not listed for it."""
    start = _prefix(real)
    if sys.platform != "win32":
        beside = f"{real.parent}/{start}"
        names = [f"{beside}{number}.tmp" for number in range(_NUMBERED)]
        return [Path(name) for name in names if os.path.lexists(name)]
    with suppress(OSError), os.scandir(real.parent) as found:
        return [Path(entry.path) for entry in found if entry.name.startswith(start)]
    return []


def _prefix(real: Path) -> str:
    # A digest, since the name itself may already be as long as a name can be.
    return f"{_MARK}{hashlib.sha256(os.fsencode(real.name)).hexdigest()[:12]}-"


def _remove_if_abandoned(name: Path) -> None:
    with suppress(OSError):  # gone meanwhile, held open (Windows) or locked: then it is not ours to remove
        if sys.platform == "win32":
            name.unlink()
            return
        handle = os.open(name, os.O_RDONLY)
        try:
            _lock(handle)
            if _is_named(handle, name):  # else it was removed meanwhile, and the name is another run's by now
                name.unlink()
        finally:
            os.close(handle)


def _lock(handle: int) -> None:
    """Hold an open file; raises BlockingIOError when another process does."""
    if sys.platform != "win32":
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def temporary(real: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """A locked temporary file beside the target; it is gone afterwards unless it was renamed."""
    handle, name = _locked_temporary(real)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file, name
    except BaseException:
        with suppress(OSError):
            name.unlink()
        raise


def _locked_temporary(real: Path) -> tuple[int, Path]:
    while True:
        handle, name = _new_temporary(real)
        taken = False
        try:
            _lock(handle)
        except BlockingIOError:
            taken = True
        except OSError:
            pass  # a file system without locks: a file there is never taken for abandoned
        # Between creating and locking, a run that tidies up may have taken it for abandoned, and its name.
        if not taken and _is_named(handle, name):
            return handle, name
        os.close(handle)


def _new_temporary(real: Path) -> tuple[int, Path]:
    """A new file of the first free number; of a random name where all are taken, and on Windows.

    There a file is closed before it takes the target's name, and must be its own until then.
    """
    if sys.platform != "win32":
        for number in range(_NUMBERED):
            name = real.with_name(f"{_prefix(real)}{number}.tmp")
            with suppress(FileExistsError):
                return os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), name
    handle, text = tempfile.mkstemp(prefix=_prefix(real), suffix=".tmp", dir=real.parent)
    return handle, Path(text)


def _is_named(handle: int, name: Path) -> bool:
    """Whether an open file still goes by its name, and no other does."""
    try:
        return os.path.samestat(os.fstat(handle), name.lstat())
    except OSError:
        return False
