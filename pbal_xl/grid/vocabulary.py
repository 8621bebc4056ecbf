"""What header names and labels mean: ``vocabulary.json`` by field, language and program, loaded when first asked.

A header is compared without case, accents, blanks and punctuation, so that "Market Value", "market_value" and
"marketValue" are one name; the currency, the percent sign and "local" or "base" in it are told apart from the name.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbal_xl.grid.cells import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "MONEY_WORDS",
    "Meaning",
    "Name",
    "currencies",
    "data",
    "label",
    "language_of",
    "meanings",
    "minor_units",
    "name_of",
    "words",
]

_FILE = Path(__file__).with_name("vocabulary.json")
# No header is longer, with all that normalising drops.
_LONGEST = 80
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PLAIN = re.compile(r"[A-Za-z /]+")
_WORD = re.compile(r"[^\W_]+")
_SIGN = re.compile(r"(?:US|CA|AU|NZ|HK|C|A|S|R)?[$\u00a2-\u00a5\u20a0-\u20cf]")
_JOINTS = "/|\u30fb"
# Signs of footnotes, which would be read as digits.
_FOOTNOTE = re.compile("[\u00b9\u00b2\u00b3\u2070-\u2079\u2020\u2021]+")
_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")
_PERCENT = frozenset({"pct", "percent", "percentage", "prozent", "procent", "pourcentage", "porcentaje", "perc"})
_SCOPES = {
    "base": "home", "home": "home", "reporting": "home", "basis": "home",
    "local": "local", "lokale": "local", "locale": "local", "native": "local", "instrument": "local",
}  # fmt: skip
_BESIDE_SCOPE = frozenset({"currency", "ccy"})
_BESIDE_CURRENCY = frozenset({"in", "en", "em", "i", "w", "pa", "auf", "de", "to", "v", "da", "dalam"})
_PENCE = frozenset({"pence", "p", "gbx", "gbpence"})
# A target beside one of these is one in money.
MONEY_WORDS = frozenset({"value", "amount", "wert", "betrag", "montant", "valeur", "waarde", "bedrag", "valor",
                         "importe", "valore", "importo", "dollars", "money"})  # fmt: skip
# A word in brackets that makes another figure of the name before them.
_OTHER_FIGURE = frozenset({"change", "chg", "chng", "gain", "loss", "paid", "cost", "purchase", "avg", "average",
                           "previous", "currency", "前日比"})  # fmt: skip
# "Value" of an export that keeps each position in its own currency.
_LOCAL_NAMES = frozenset({"positionvalue", "localvalue"})


@dataclass(frozen=True, slots=True)
class Name:
    """A header taken apart.

    Attributes:
        key: its words joined, without case and accents.
        words: the same, one by one.
        currency: code or sign that it names, "GBX" for pence; "" without one.
        scope: "home" or "local" where it says whose currency; else "".
        percent: whether it names a percentage.
    """

    key: str
    words: tuple[str, ...]
    currency: str = ""
    scope: str = ""
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """One field that a header may stand for.

    Attributes:
        field: such as "value".
        weak: whether it counts only with proof.
        name: the header.
    """

    field: str
    weak: bool
    name: Name


@cache
def data() -> dict[str, Any]:
    """The vocabulary as it stands in its file."""
    found: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return found


@cache
def currencies() -> frozenset[str]:
    """Codes of currencies."""
    return frozenset(data()["currencies"])


@cache
def minor_units() -> dict[str, tuple[str, int]]:
    """Codes of hundredths: for each the currency, and how many make one of it."""
    return {code: (unit, many) for code, (unit, many) in data()["minor"].items()}


@cache
def words(kind: str) -> frozenset[str]:
    """The labels of one kind in all languages, as ``label`` makes them."""
    return frozenset(label(word) for listed in data()["words"][kind].values() for word in listed)


def label(text: str) -> str:
    """A cell's text for comparison: without case, accents, runs of blanks, and dots or colons at its ends."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" :.*-").lower()
    return _known_label(text) if len(text) <= _LONGEST else _label(text)


def _label(text: str) -> str:
    return _bare(one_line(text)).strip(" :.*-").casefold()


_known_label = lru_cache(maxsize=8192)(_label)


def _bare(text: str) -> str:
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", _FOOTNOTE.sub("", text))
    split = unicodedata.normalize(
        "NFKD", text.replace("\u00df", "ss").replace("\u00f8", "o").replace("\u00d8", "O")
    )
    # Only accents go: in Japanese the marks that voice a sound make another letter.
    kept = "".join(char for char in split if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", kept).replace("\u0142", "l").replace("\u0141", "L").replace("\u00e6", "ae")


@lru_cache(maxsize=8192)
def name_of(header: str) -> Name:
    """Take a header apart."""
    text = _bare(one_line(header)).replace("+/-", "plusminus ")
    sign = _SIGN.search(text)
    percent = "%" in text
    tokens = _WORD.findall(_HUMP.sub(" ", _SIGN.sub(" ", text)))
    currency = sign[0] if sign else ""
    scope = ""
    kept: list[str] = []
    for place, given in enumerate(tokens):
        word = given.casefold()
        code = _code(given, at_edge=place in {0, len(tokens) - 1})
        if word in _PERCENT:
            percent = True
        elif code and (len(tokens) > 1 or sign is None) and not currency.isalpha():
            currency = code
            if kept and kept[-1] in _BESIDE_CURRENCY:
                kept.pop()
        else:
            scope = _SCOPES.get(word, scope)
            kept.append(word)
    while percent and len(kept) > 1 and kept[-1] in _BESIDE_CURRENCY:
        kept.pop()
    key = "".join(kept)
    return Name(key, tuple(kept), currency, "local" if key in _LOCAL_NAMES else scope, percent)


def _code(word: str, *, at_edge: bool) -> str:
    """The currency a word of a header names; a word inside it only in capitals, because some are words too."""
    upper = word.upper()
    if upper in {"EURO", "EUROS"}:
        return "EUR"
    if word.casefold() in _PENCE:
        return "GBX" if at_edge and word != "P" else ""
    return upper if upper in currencies() and (at_edge or word == upper) else ""


# What a header with a percent sign may stand for.
_OF_PERCENT = frozenset({"target", "weight", "most"})


@lru_cache(maxsize=8192)
def meanings(header: str) -> tuple[Meaning, ...]:
    """The fields that a header may stand for, the likeliest first; nothing for one that is not known."""
    if not header or len(header) > _LONGEST:
        return ()
    header = _bare(one_line(header))
    name = name_of(header)
    if not name.key:
        field = "weight" if name.percent else "value" if name.currency else ""
        return (Meaning(field, weak=True, name=name),) if field else ()
    found = _index().get(name.key) or _without_scope(name) or _in_parts(header) or _smells(name)
    if name.percent:
        kept = [
            (field, weak and field != "weight") for field, weak in found if field in {"target", "weight", "most"}
        ]
    elif name.currency and not words("now").isdisjoint(name.words) and len(name.words) == 1:
        # Money as it is now: "Current $" beside "Current %".
        kept = [("value", True), ("price", True)]
    else:
        kept = [(field, weak) for field, weak in found if not (weak and field == "weight")]
    in_money = bool(name.currency) and not name.percent
    return tuple(Meaning(field, weak or (in_money and field == "target"), name) for field, weak in kept)


@cache
def _read_into() -> frozenset[str]:
    """Words of a header that ``name_of`` reads as something else, or drops beside such."""
    return _PERCENT | _PENCE | {"euro", "euros"} | {code.lower() for code in currencies()}


def _key(listed: str) -> str:
    """The key of a name of the vocabulary; most are plain words, which are joined without a closer look."""
    if _PLAIN.fullmatch(listed) and not _HUMP.search(listed):
        parts = listed.lower().replace("/", " ").split()
        if _read_into().isdisjoint(parts):
            return "".join(parts)
    return name_of(listed).key


@cache
def _index() -> dict[str, list[tuple[str, bool]]]:
    index: dict[str, list[tuple[str, bool]]] = {}
    for field, entry in data()["fields"].items():
        for weak, part in ((False, "names"), (True, "weak")):
            for name in (name for listed in entry.get(part, {}).values() for name in listed):
                known = index.setdefault(_key(name), [])
                if field not in {one for one, _ in known}:
                    known.append((field, weak))
    index.pop("", None)
    for known in index.values():
        known.sort(key=lambda one: one[1])
    return index


@cache
def _languages() -> dict[str, set[str]]:
    """The languages that know a header, by its key."""
    found: dict[str, set[str]] = {}
    for entry in data()["fields"].values():
        for code, listed in entry.get("names", {}).items():
            for name in listed:
                found.setdefault(_key(name), set()).add(code)
    return found


def language_of(headers: Iterable[str]) -> str | None:
    """The language that knows most of the headers; None where it is English, or no single one."""
    counts: dict[str, int] = {}
    for header in headers:
        for code in _languages().get(name_of(header).key, ()):
            counts[code] = counts.get(code, 0) + 1
    most = max(counts.values(), default=0)
    best = [code for code, count in counts.items() if count == most]
    return best[0] if len(best) == 1 and best[0] not in {"en", "any"} else None


def _without_scope(name: Name) -> list[tuple[str, bool]]:
    """What a name says without the words for whose currency it is in."""
    if not name.scope:
        return []
    kept = [word for word in name.words if word not in _SCOPES and word not in _BESIDE_SCOPE]
    while kept and kept[-1] in _BESIDE_CURRENCY:
        kept.pop()
    return _index().get("".join(kept), [])


def _in_parts(header: str) -> list[tuple[str, bool]]:
    """What a name says without its brackets, or what all names joined by "/" or the like say."""
    if _IN_BRACKETS.search(header):
        inside = {word for part in _IN_BRACKETS.findall(header) for word in name_of(part).words}
        outside = name_of(_IN_BRACKETS.sub(" ", header)).key
        return [] if inside & _OTHER_FIGURE else _index().get(outside, [])
    if any(sign in header for sign in _JOINTS):
        parts = [_index().get(name_of(part).key, []) for part in re.split(f"[{_JOINTS}]", header)]
        return [one for one in parts[0] if all(one[0] in {field for field, _ in part} for part in parts)]
    return []


def _smells(name: Name) -> list[tuple[str, bool]]:
    """A name that nobody listed and that says target, goal, soll and so on is one of a target."""
    if not words("target").intersection(name.words):
        return []
    unlike = words("not_target").intersection(name.words)
    if name.percent:
        unlike -= MONEY_WORDS
    if unlike and unlike <= MONEY_WORDS:
        return [("target", True)]
    return [] if unlike else [("target", False)]
