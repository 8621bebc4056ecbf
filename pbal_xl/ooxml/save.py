"""Saving so that at any moment the old file stands or the new one, never something between.

The new content goes to a temporary file in the target's own folder, is forced to disk, and takes the target's
name in one step.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pbal_xl.errors import Refused
from pbal_xl.ooxml.temporary import remove_beside, remove_leftovers, temporary
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike
    from typing import BinaryIO

__all__ = ["Stamp", "check_writable", "remove_leftovers", "replace_file", "same_file"]

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ACCESS_LIST = "system.posix_acl_access"
_NOTHING_THERE = {errno.ENOENT, errno.ENOTDIR, errno.EBADF, errno.ELOOP}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from the next: its size, its time of change (ns) and its identity."""

    size: int
    changed_ns: int
    inode: int
    device: int

    @classmethod
    def of(cls, path: Path) -> Stamp:
        """The stamp of a file, links followed; raises OSError when there is none."""
        return cls._from(path.stat())

    @classmethod
    def of_open(cls, file: BinaryIO) -> Stamp:
        """The stamp of an open file."""
        return cls._from(os.fstat(file.fileno()))

    @classmethod
    def _from(cls, found: os.stat_result) -> Stamp:
        return cls(found.st_size, found.st_mtime_ns, found.st_ino, found.st_dev)


def same_file(first: Path, second: Path) -> bool:
    """Whether two paths lead to one file, links followed."""
    try:
        return first.samefile(second)
    except OSError:
        return False


def check_writable(path: Path, *, hint: str = "") -> None:
    """Refuse a target that cannot or should not be written now.

    Args:
        path: the file to write; it need not exist.
        hint: ends the sentence, such as ", or choose another file to write".

    Raises:
        Refused: "locked", "read-only", "not-a-file" or "missing" (its folder).
    """
    try:
        _check_writable(path, Path(os.path.realpath(path)), hint)
    except OSError as error:  # not even its folder may be looked into
        raise refusal("unreadable", path, f"cannot be looked at: {error.strerror or error}") from None


def _check_writable(path: Path, real: Path, hint: str) -> None:
    for place in dict.fromkeys((path, real)):
        for lock in (f"~${place.name}", f".~lock.{place.name}#"):
            if os.path.lexists(os.path.join(place.parent, lock)):  # noqa: PTH118  many times faster
                what = f"is open in a spreadsheet program (lock file {lock}): close it and run again"
                raise refusal("locked", path, what + hint)
    mode, folder = _mode(real), real.parent
    if mode is not None and stat.S_ISDIR(mode):
        raise refusal("not-a-file", path, "is a folder, not a file")
    if not folder.is_dir():
        raise refusal("missing", path, "cannot be written: its folder is not there")
    # A superuser may write anything: the mode says what the owner meant.
    if mode is not None and (not mode & 0o222 or not os.access(real, os.W_OK)):
        raise refusal("read-only", path, "is read-only: make it writable" + hint)
    if not os.access(folder, os.W_OK):
        raise refusal("read-only", path, "lies in a folder that may not be written: make it writable" + hint)


def _mode(real: Path) -> int | None:
    """What is there, and who may do what with it; None where nothing is."""
    try:
        return real.stat().st_mode
    except OSError as error:
        if error.errno in _NOTHING_THERE:
            return None
        raise


def replace_file(
    path: str | PathLike[str],
    write: Callable[[BinaryIO], None],
    *,
    expected: Stamp | None = None,
    tidied: bool = False,
) -> int:
    """Write a file in one step, or leave everything as it was.

    Args:
        path: the file to write or to replace; a link is followed; owner, mode, access lists and extended
            attributes are kept, and never does anybody get more rights than before.
        write: writes the content to the open file it is given.
        expected: the stamp the present file must still have just before it is replaced.
        tidied: whether ``remove_leftovers`` was asked for this target just before.

    Returns:
        How many other names (hard links) the file that was replaced still goes by.

    Raises:
        Refused: "changed", "disk-full", "read-only" or "cannot-write"; no temporary file remains.
    """
    path = Path(path)
    real = Path(os.path.realpath(path))
    if not tidied:
        remove_beside(real)
    links = 0
    try:
        with suppress(FileNotFoundError):
            links = real.stat().st_nlink - 1
        with temporary(real) as (file, name):
            write(file)
            _keep_owner_and_mode(real, file)
            file.flush()
            os.fsync(file.fileno())
            _still(path, real, expected)
            if sys.platform == "win32":  # an open file cannot be renamed there
                file.close()
            name.replace(real)
        with suppress(OSError):  # the file is in place already, and some systems cannot do this
            _sync_folder(real.parent)
    except Refused:
        raise
    except OSError as error:
        raise _refused(path, error) from error
    return links


def _keep_owner_and_mode(real: Path, file: BinaryIO) -> None:
    if sys.platform == "win32":
        return
    try:
        old = real.stat()
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        os.fchmod(file.fileno(), 0o666 & ~mask)
        return
    handle = file.fileno()
    with suppress(PermissionError):  # only a superuser may give a file away
        if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
            os.fchown(handle, old.st_uid, old.st_gid)
    mode = stat.S_IMODE(old.st_mode)
    if os.fstat(handle).st_gid != old.st_gid:  # what its group might do is not for another group
        mode &= ~stat.S_IRWXG
    if os.fstat(handle).st_uid != old.st_uid:
        mode &= ~(stat.S_ISUID | stat.S_ISGID)
    if not _copy_attributes(real, handle):
        mode &= stat.S_IRWXU
    os.fchmod(handle, mode)


def _copy_attributes(real: Path, handle: int) -> bool:
    """Copy extended attributes and access lists; False when an access list could not be.

    With such a list the mode's group bits say the most that anybody on it may do: without the list they would
    be the group's own rights.
    """
    if sys.platform != "linux":  # elsewhere Python does not reach them
        return True
    try:
        names = os.listxattr(real)
    except OSError:
        return True
    done = True
    for name in names:
        try:
            os.setxattr(handle, name, os.getxattr(real, name))
        except OSError:  # a name that only a superuser or the system may set
            done &= name != _ACCESS_LIST
    return done


def _still(path: Path, real: Path, expected: Stamp | None) -> None:
    if expected is None:
        return
    try:
        same = Stamp.of(real) == expected
    except OSError:
        same = False
    if not same:
        raise refusal("changed", path, "was changed by someone else meanwhile and is left as it is: run again")


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last; on Windows, where a folder cannot be opened, the system sees to it."""
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refused(path: Path, error: OSError) -> Refused:
    if error.errno in _FULL:
        return refusal("disk-full", path, "was not written, the disk is full: what was there is untouched")
    if error.errno in _DENIED:
        return refusal("read-only", path, f"may not be written ({error.strerror}): what was there is untouched")
    return refusal("cannot-write", path, f"could not be written ({error.strerror or error}): it is untouched")
