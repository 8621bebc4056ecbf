"""Number formats of ours as a document has them: in its languages, and as other programs' saving leaves them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.hosts.calc.cells import uno

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Formats"]

_GENERAL = "General"
_QUOTED = re.compile(r'"(.)"')
_SIGNS = re.compile(r"\[>0\]([^;]*);\[<0\]([^;]*);([^;]*)")


class Formats:
    """The number formats of a document or chart that are ours.

    Args:
        document: the document or chart.
        codes: those of ours, in the language of .xlsx files.
    """

    def __init__(self, document: Any, codes: Iterable[str]) -> None:
        self._formats = document.getNumberFormats()
        self._codes = sorted(set(codes))
        self._known: dict[tuple[str, str], set[str]] = {}

    def holds(self, key: int) -> bool:
        """Whether the format of that key is one of ours, or that of cells without one."""
        found = self._formats.getByKey(key)
        return _bare(found.FormatString) in self._of(found.Locale)

    def _of(self, locale: Any) -> set[str]:
        """Those of ours as they are written in a language."""
        place = locale.Language, locale.Country
        if place not in self._known:
            english = uno().createUnoStruct("com.sun.star.lang.Locale")
            english.Language, english.Country = "en", "US"
            keys = [self._formats.getStandardIndex(locale)]
            keys += [self._formats.addNewConverted(code, english, locale) for code in self._codes]
            self._known[place] = {_GENERAL, *(_bare(self._formats.getByKey(key).FormatString) for key in keys)}
        return self._known[place]


def _bare(code: str) -> str:
    """A format without the quotes and conditions that a saved file writes in other ways."""
    return _SIGNS.sub(r"\1;\2;\3", _QUOTED.sub(r"\1", code))
