"""The beginning of an XML part: what stands before, and in, the opening tag of its root."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING
from xml.parsers import expat

from pbal_xl.ooxml.xmltext import DoctypeFoundError, XmlError, read_by_expat

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["declares_doctype", "root_attributes"]

# Most parts begin so, and need no parser to be told innocent.
_PLAIN_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^>]*\?>)?\s*<[A-Za-z_]")


class _PrologEnd(Exception):
    """The root element began."""

    def __init__(self, attrs: dict[str, str]) -> None:
        self.attrs = attrs


def root_attributes(chunks: Iterator[bytes]) -> dict[str, str]:
    """The attributes of the root element; nothing behind its opening tag is looked at.

    Args:
        chunks: the text from its beginning; only as many are taken as are needed.

    Raises:
        DoctypeFoundError: a document type is declared.
        XmlError: it is not XML that can be read as far as its root element.
    """

    def stop(_name: str, attrs: dict[str, str]) -> None:
        raise _PrologEnd(attrs)

    def found(*_: object) -> None:
        raise DoctypeFoundError("a document type is declared")

    parser = expat.ParserCreate()
    parser.StartElementHandler = stop
    parser.StartDoctypeDeclHandler = found
    try:
        with read_by_expat():
            for chunk in chunks:
                parser.Parse(chunk)
            parser.Parse(b"", True)  # noqa: FBT003  expat takes it by position
    except _PrologEnd as end:
        return end.attrs
    raise XmlError("no element found")


def declares_doctype(chunks: Iterator[bytes]) -> bool:
    """Whether XML declares a document type, looking no further than the start of its root element.

    Raises:
        XmlError: it is not XML that can be read as far as its root element.
    """
    first = next(chunks, b"")
    if _PLAIN_HEAD.match(first):
        return False
    try:
        root_attributes(chain([first], chunks))
    except DoctypeFoundError:
        return True
    return False
