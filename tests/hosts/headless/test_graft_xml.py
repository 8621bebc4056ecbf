"""Patching by splicing: what is not edited keeps its every character."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pbal_xl.ooxml.prolog import declares_doctype
from pbal_xl.ooxml.xmltext import DoctypeFoundError, XmlError, scan

NAME = st.sampled_from(["a", "b", "p:c", "xf", "d.e-f"])
VALUE = st.text(st.sampled_from("x \t\n>'/é€<&=\""), max_size=6)
SPACE = "urn:space"


def _quoted(value: Any, quote: Any) -> Any:
    value = value.replace("&", "&amp;").replace("<", "&lt;")
    return quote + value.replace(quote, "&quot;" if quote == '"' else "&apos;") + quote


@st.composite
def documents(draw: st.DrawFn, level: Any = 0) -> Any:
    """An element as any program might write it."""
    name = draw(NAME)
    quote = draw(st.sampled_from("'\""))
    gap = draw(st.sampled_from([" ", "\n  ", "\t"]))
    attrs = {key: draw(VALUE) for key in draw(st.sets(st.sampled_from(["k", "p:m", "count"]), max_size=2))}
    text = "".join(
        f"{gap}{key}{draw(st.sampled_from(['=', ' = ']))}{_quoted(value, quote)}" for key, value in attrs.items()
    )
    tail = draw(st.sampled_from(["", " ", "\n"]))
    start = f"<{name}{text}{tail}"
    if level == 0:
        start = f'<{name} xmlns="{SPACE}" xmlns:p="urn:p"{text}{tail}'
    pieces = st.sampled_from(
        ["", "text > 'x' ", "<!-- <a> -->", "<?pi <a b='>'?>", "<![CDATA[<a>]]>", "&#233;", "\r\n"]
    )
    if draw(st.booleans()) and level > 0:
        return f"{start}/>"
    children = draw(st.lists(documents(level=level + 1), max_size=3)) if level < 3 else []
    inner = draw(pieces) + "".join(child + draw(pieces) for child in children)
    return f"{start}>{inner}</{name}{tail}>"


def _walk(element: Any) -> Any:
    yield element
    for child in element.children:
        yield from _walk(child)


@given(documents(), st.integers(1, 5))
def test_every_element_is_found_where_it_stands(text: Any, depth: Any) -> None:
    data = text.encode()
    patch = scan(data, depth)
    assert patch.render() == data
    wanted = [
        (etree.QName(one).localname, dict(one.attrib))
        for one in etree.fromstring(data).iter("*")
        if len(list(one.iterancestors())) < depth
    ]
    found = list(_walk(patch.root))
    assert [(one.local, len(one.attrs)) for one in found] == [(name, len(attrs)) for name, attrs in wanted]
    for one in found:
        piece = data[one.start : one.end]
        assert piece.startswith(b"<")
        assert piece.endswith(b">")
        # A piece cut out of its place is whole: with its prefixes bound, it parses again.
        etree.fromstring(b'<r xmlns:p="urn:p">' + piece + b"</r>")
        assert data[one.start : one.inside].endswith(b">")
        assert one.inside == one.end or data[one.close : one.end].startswith(b"</")


@given(documents(), st.data(), st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "iso-8859-1"]))
def test_what_is_appended_comes_last_and_nothing_else_changes(text: Any, data: Any, encoding: Any) -> None:
    if encoding == "iso-8859-1":
        text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + text.replace("€", "")
    before = text.encode(encoding)
    patch = scan(before, 3)
    target = data.draw(st.sampled_from(list(_walk(patch.root))))
    path = [one for one in _walk(patch.root) if one.start <= target.start < target.end <= one.end]
    patch.append(target, "<new n='1'/>")
    patch.append(target, "<new n='2'/>")
    after = patch.render()
    root = etree.fromstring(after)
    assert [one.get("n") for one in root.iter("{*}new")] == ["1", "2"]
    parent = next(root.iter("{*}new")).getparent()
    assert len(list(parent.iterancestors())) == len(path) - 1
    assert [etree.QName(one).localname for one in parent if isinstance(one.tag, str)][-2:] == ["new", "new"]
    for one in list(root.iter("{*}new")):
        one.getparent().remove(one)
    assert etree.tostring(root, method="c14n") == etree.tostring(etree.fromstring(before), method="c14n")
    assert (after[:3] == b"\xef\xbb\xbf") == (before[:3] == b"\xef\xbb\xbf")


def test_an_attribute_is_set_in_place_and_never_added() -> None:
    patch = scan(b"<a x = 'count=\"1\"' count='1'><b/></a>", 2)
    patch.set_attribute(patch.root, "count", "2")
    patch.set_attribute(patch.root, "other", "3")
    assert patch.render() == b'<a x = \'count="1"\' count="2"><b/></a>'


def test_text_is_set_and_elements_are_removed() -> None:
    patch = scan(b"<a><b>old</b><c/><d/></a>", 2)
    b, c, d = patch.root.children
    patch.set_text(b, "<new>")
    patch.remove(c)
    patch.set_text(d, "x")
    assert patch.render() == b"<a><b>&lt;new&gt;</b><d>x</d></a>"


def test_equal_shapes_mean_equal_elements_whatever_their_spelling() -> None:
    alike = b"<i a='1' b='2'><k/></i><p:i b=\"2\"  a='1'>\n<p:k></p:k></p:i>"
    text = b"<r xmlns:p='u' xmlns='u'>" + alike + b"<i a='1' b='2'/><i a='1' b='2'><k><k/></k></i></r>"
    shapes = [one.shape for one in scan(text, 2).root.children]
    assert shapes[0] == shapes[1]
    assert len(set(shapes)) == 3


@pytest.mark.parametrize(
    "text", ["", "<a>", "<a></b>", "<p:a/>", "<a/><b/>", "<a b='1' b='2'/>", "&x;", "<a>&x;</a>"]
)
def test_what_is_no_xml_is_said_to_be_none(text: Any) -> None:
    with pytest.raises(XmlError):
        scan(text.encode(), 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("before", ["", "<!-- c -->", "<?pi?>\n", " " * 5000, "<!-- <a> -->" * 300])
def test_a_document_type_is_found_wherever_it_hides(before: Any, encoding: Any) -> None:
    with_it = f"{before}<!DOCTYPE a [<!ENTITY b 'c'>]><a/>".encode(encoding)
    without = f"{before}<a><!-- <!DOCTYPE a> --></a>".encode(encoding)
    for step in (64, 1024):
        assert declares_doctype(with_it[at : at + step] for at in range(0, len(with_it), step))
        assert not declares_doctype(without[at : at + step] for at in range(0, len(without), step))
    with pytest.raises(DoctypeFoundError):
        scan(with_it, 2)
