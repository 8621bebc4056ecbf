"""The journal of a run: one JSON object a line, so that a run that was killed goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbal_xl.batch.job import Outcome
from pbal_xl.batch.work import stamp_of
from pbal_xl.errors import InputError, Refused
from pbal_xl.ooxml.hidden_names import MARK_NAME
from pbal_xl.ooxml.source import open_source
from pbal_xl.ooxml.workbook_xml import sheet_names
from pbal_xl.refusals import refusal

if TYPE_CHECKING:
    from typing import BinaryIO

    from pbal_xl.hosts.headless.commands import Request

__all__ = ["Journal", "settings_digest"]

_KIND = "pbal-xl"


def settings_digest(request: Request) -> str:
    """What tells one run's settings from another's."""
    said = repr((request.where, sorted((key, str(value)) for key, value in request.settings.items())))
    said += repr((request.replace, request.dry_run))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class Journal:
    """An open journal.

    Attributes:
        started: when the first run began, in seconds since 1970.
        earlier: the last outcome of each file of earlier runs.
    """

    def __init__(self, path: Path, digest: str, *, resume: bool) -> None:
        """Begin a journal, or go on with one.

        Raises:
            InputError: it is there and is not to be resumed, or is the journal of another run.
            Refused: it cannot be written.
        """
        self.path = path
        self.started = time.time()
        self.earlier: dict[str, Outcome] = {}
        exists = path.exists() and path.stat().st_size > 0
        if exists and not resume:
            raise InputError(f"the journal {path} is already there: add --resume to go on with it, or name another")
        try:
            whole = self._read(path.read_bytes(), digest) if exists else 0
            self._file: BinaryIO = path.open("r+b" if exists else "wb")
        except OSError as error:
            raise refusal(
                "cannot-write", path, f"cannot be opened as a journal: {error.strerror or error}"
            ) from None
        # A line that was being written when the run was killed says nothing.
        self._file.truncate(whole)
        self._file.seek(whole)
        if not whole:
            self._write({"journal": _KIND, "started": self.started, "settings": digest})

    def _read(self, data: bytes, digest: str) -> int:
        """Take in the lines that are whole; gives where they end."""
        end = data.rfind(b"\n") + 1
        lines = data[:end].splitlines()
        if not lines:
            return 0
        try:
            head, *rest = [json.loads(line) for line in lines]
            if head["journal"] != _KIND:
                raise ValueError  # noqa: TRY301  told below
            self.started = float(head["started"])
            for one in rest:
                self.earlier[one["key"]] = Outcome(**one["outcome"])
        except (ValueError, KeyError, TypeError):
            raise InputError(f"{self.path} is not a journal of pbal-xl, or a line of it is damaged") from None
        if head["settings"] != digest:
            raise InputError(f"{self.path} is the journal of a run with other settings: name another journal")
        return end

    def add(self, outcome: Outcome) -> None:
        """Write down what became of a file; on disk when this returns."""
        fields = {name: getattr(outcome, name) for name in Outcome.__dataclass_fields__}
        self._write({"key": _key(outcome.file), "outcome": fields})

    def _write(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def done(self, file: str) -> Outcome | None:
        """The outcome of a file that an earlier run did, if its trades are still there."""
        outcome = self.earlier.get(_key(file))
        if outcome is None or not outcome.ok or not _still_there(outcome):
            return None
        return outcome

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _key(file: str) -> str:
    return file if "://" in file else os.path.realpath(file)


def _still_there(outcome: Outcome) -> bool:
    """Whether the file that was written is as it was, or at least still has the sheet with its mark."""
    output = outcome.told.get("output")
    if output is None or "://" in str(output):
        return True
    with suppress(OSError):
        if stamp_of(Path(str(output))) == outcome.stamp:
            return True
    with suppress(Refused):
        opened = open_source(Path(str(output)))
        with opened.package:
            marked = {one.sheet for one in sheet_names(opened) if one.name.lower() == MARK_NAME}
            return outcome.told.get("trades_sheet") in marked
    return False
