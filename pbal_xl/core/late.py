"""Reasons that are worked out when somebody first asks for one: nearly a third of the work of a plan."""

from __future__ import annotations

from decimal import localcontext
from typing import TYPE_CHECKING

from pbal_xl.core.money import EXACT
from pbal_xl.words import language, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Explained", "Reasons"]


class Reasons:
    """Why the orders of a plan are what they are, by place; worked out when first asked for, all at once."""

    __slots__ = ("_language", "_said", "_tell")

    def __init__(self, tell: Callable[[], Sequence[str]]) -> None:
        self._tell: Callable[[], Sequence[str]] | None = tell
        self._said: Sequence[str] = ()
        self._language = language()

    def __getitem__(self, place: int) -> str:
        """The reason of the order at this place."""
        if self._tell is not None:
            # Whatever arithmetic and language it is asked for in.
            with localcontext(EXACT), speaking(self._language):
                self._said = self._tell()
            self._tell = None
        return self._said[place]


class Explained:
    """Something with a ``reason`` that ``Reasons`` tell."""

    __slots__ = ("_later",)
    _later: tuple[Reasons, int]

    def explained_by(self, reasons: Reasons, place: int) -> None:
        """Have the reason told later."""
        object.__setattr__(self, "_later", (reasons, place))
        object.__delattr__(self, "reason")

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            """The reason, which alone is not there from the start."""
            if name != "reason":
                raise AttributeError(f"{type(self).__name__} has no attribute {name!r}")
            reasons, place = self._later
            object.__setattr__(self, "reason", reasons[place])
            return self.reason
