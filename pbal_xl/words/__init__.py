"""What people read, in their language: English stands in the code, each other language in one file beside this.

``say("{} stays in cash", money(rest))`` is a ``str`` like any other, in the language spoken just then, English
unless ``speaking`` says otherwise; it remembers its template and values, so that ``retold`` says it again in
another language. So the core and the readers speak before anybody knows the reader's language, and the sheet, the
terminal and the dialogs translate what they show. A sentence of which a file lacks the template stays English.

A language is a file such as ``de.json``: the signs of its figures, and for each English template its own, with the
same places for values. ``tests/test_words.py`` holds code and files together.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = [
    "ENGLISH",
    "Figure",
    "Said",
    "figure",
    "first_of",
    "known_language",
    "language",
    "languages",
    "listed",
    "retold",
    "say",
    "say_all",
    "speaking",
    "word",
]

_Value = TypeVar("_Value")

ENGLISH = "en"
_FOLDER = Path(__file__).parent
_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


class _Language(NamedTuple):
    """A language.

    Attributes:
        signs: what stands for "," and "." of an English figure, for ``str.translate``.
        words: English template -> its own.
    """

    signs: Mapping[int, str]
    words: Mapping[str, str]


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    return (ENGLISH, *sorted(path.stem for path in _FOLDER.glob("*.json")))


def known_language(tag: str | None) -> str | None:
    """The language of a tag such as "de-AT" or "de_CH.UTF-8" where it is one of ours; else None."""
    code = (tag or "").replace("_", "-").split("-")[0].split(".")[0].strip().lower()
    return code if code in languages() else None


@cache
def _load(code: str) -> _Language:
    if code == ENGLISH:
        return _Language({}, {})
    import json

    found = json.loads((_FOLDER / f"{code}.json").read_text(encoding="utf-8"))
    signs = {ord(","): found["figures"]["thousands"], ord("."): found["figures"]["decimal"]}
    return _Language(signs, found["words"])


def language() -> str:
    """The code of the language that is spoken just now."""
    return _spoken.get()


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Speak a language of ``languages`` for a while."""
    token = _spoken.set(code)
    try:
        yield
    finally:
        _spoken.reset(token)


class Figure(str):
    """A number in a sentence, in the signs of the language spoken when it was made; ``english`` keeps it."""

    __slots__ = ("code", "english")
    code: str
    english: str

    def __new__(cls, english: str) -> Figure:  # noqa: PYI034 - Self is newer than Python 3.10
        """Make one of an English figure, such as "1,234.50" or "12.5 %"."""
        code = _spoken.get()
        made = str.__new__(cls, english if code == ENGLISH else english.translate(_load(code).signs))
        made.code, made.english = code, english
        return made

    def __reduce__(self) -> tuple[type[Figure], tuple[str]]:
        """Travel to other processes."""
        return Figure, (self.english,)


class Said(str):
    """A sentence or a part of one; it can be said again in another language."""

    __slots__ = ("code", "named", "template", "values")
    code: str
    template: str
    values: tuple[object, ...]
    named: dict[str, object]

    def __new__(cls, template: str, values: tuple[object, ...], named: dict[str, object]) -> Said:  # noqa: PYI034
        """Make one of an English template, with values for its places."""
        code = _spoken.get()
        text = template if code == ENGLISH else _load(code).words.get(template, template)
        if values or named:
            by_name = named and {name: _in(code, value) for name, value in named.items()}
            # Nearly all is plain, or said in this language already, and need not be looked at further.
            shown = [value if getattr(value, "code", code) == code else _in(code, value) for value in values]
            text = text.format(*shown, **by_name)
        made = str.__new__(cls, text)
        made.code, made.template, made.values, made.named = code, template, values, named
        return made

    def __reduce__(self) -> tuple[type[Said], tuple[str, tuple[object, ...], dict[str, object]]]:
        """Travel to other processes."""
        return Said, (self.template, self.values, self.named)


def say(template: str, /, *values: object, **named: object) -> Said:
    """Say something: an English template with ``{}`` or ``{name}`` where values go.

    Without values the template is taken as it stands, braces and all.
    """
    return Said(template, values, named) if values or named else _unchanging(_spoken.get(), template)


@lru_cache(maxsize=1000)
def _unchanging(code: str, template: str) -> Said:
    """A sentence without values in the language spoken just now: made once."""
    del code
    return Said(template, (), {})


def figure(english: str) -> Figure:
    """A number for a sentence, from the way English writes it: "1,234.50"."""
    return Figure(english)


def word(template: str) -> str:
    """Mark a text of a table as one that ``say`` will be given later."""
    return template


def retold(text: str) -> str:
    """The same in the language that is spoken just now; what is neither sentence nor figure stays as it is."""
    return _in(_spoken.get(), text)


def _in(code: str, value: _Value) -> _Value | Said | Figure:
    """A value in the language spoken just now, whose code this is."""
    if not isinstance(value, (Said, Figure)) or value.code == code:
        return value
    return Said(value.template, value.values, value.named) if isinstance(value, Said) else Figure(value.english)


def listed(parts: Iterable[str]) -> str:
    """The parts in words: "A", "A and B", "A, B and C"."""
    *most, last = parts
    return say("{} and {}", say_all(most), last) if most else last


def first_of(names: Sequence[str], most: int) -> str:
    """The first of many names, and how many more there are: "A, B and 12 more"."""
    shown = ", ".join(names[:most])
    more = len(names) - most
    return say("{} and {} more", shown, figure(f"{more:,}")) if more > 0 else shown


def say_all(parts: Iterable[object]) -> str:
    """The parts behind one another, with commas: "A, B, C"."""
    all_parts = tuple(parts)
    return say(", ".join(["{}"] * len(all_parts)), *all_parts)
