"""What a command does to the undo list, on a document that only keeps one."""

from __future__ import annotations

from typing import Any

import pytest

from pbal_xl.hosts.calc import commands
from pbal_xl.hosts.calc.commands import Message


class Document:
    """Keeps what was done as a list, and an undo list as LibreOffice keeps it."""

    def __init__(self) -> None:
        self.done, self.undoable, self.locks = ["before"], ["Before"], 0
        self.context: Any = None
        self.redo: list[str] = []

    def getUndoManager(self) -> Any:  # noqa: N802 - as UNO names it
        return self

    def getAllUndoActionTitles(self) -> Any:  # noqa: N802
        return tuple(reversed(self.undoable))

    def lockControllers(self) -> None:  # noqa: N802
        self.locks += 1

    def unlockControllers(self) -> None:  # noqa: N802
        self.locks -= 1

    def enterUndoContext(self, title: Any) -> None:  # noqa: N802
        self.context = (title, len(self.done))

    def leaveUndoContext(self) -> None:  # noqa: N802
        title, since = self.context
        self.context = None
        if len(self.done) > since:
            self.undoable.append(title)

    def undo(self) -> None:
        self.redo.append(self.undoable.pop())
        self.done.pop()

    def clearRedo(self) -> None:  # noqa: N802
        self.redo.clear()


def test_what_was_done_is_one_step() -> None:
    document = Document()

    def act() -> Any:
        document.done += ["a", "b"]
        return Message("done")

    assert commands._in_one_step(document, "Suggest trades", act) == Message("done")
    assert document.undoable == ["Before", "Suggest trades"]
    assert document.locks == 0


def test_what_fails_half_way_is_taken_back_and_cannot_be_done_again() -> None:
    document = Document()

    def act() -> None:
        document.done.append("half")
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        commands._in_one_step(document, "Suggest trades", act)
    assert (document.done, document.undoable, document.redo, document.locks) == (["before"], ["Before"], [], 0)


def test_what_fails_before_anything_was_done_takes_back_nothing_of_the_users() -> None:
    document = Document()

    def act() -> None:
        raise RuntimeError("at once")

    with pytest.raises(RuntimeError, match="at once"):
        commands._in_one_step(document, "Suggest trades", act)
    assert (document.done, document.undoable, document.locks) == (["before"], ["Before"], 0)
