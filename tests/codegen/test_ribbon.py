"""The ribbon: its XML by the rules of the customUI schema, and a public Sub behind every callback."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from pbal_xl.codegen import addin, sources
from pbal_xl.settings import by_key

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMESPACE = "{http://schemas.microsoft.com/office/2009/07/customui}"
# Of the schema, what this ribbon uses: each element's parents, its attributes, and those it must have.
COMMON = {"id", "label", "screentip", "supertip"}
SCHEMA: dict[str | None, tuple[set[str | None], set[str], set[str]]] = {
    "customUI": ({None}, {"onLoad"}, set()),
    "ribbon": ({"customUI"}, set(), set()),
    "tabs": ({"ribbon"}, set(), set()),
    "tab": ({"tabs"}, {"id", "label"}, {"id"}),
    "group": ({"tab"}, {"id", "label"}, {"id"}),
    "dropDown": ({"group"}, COMMON | {"sizeString", "getSelectedItemIndex", "onAction"}, {"id"}),
    "item": ({"dropDown"}, {"id", "label"}, {"id"}),
    "editBox": ({"group"}, COMMON | {"sizeString", "getText", "onChange", "maxLength"}, {"id"}),
    "checkBox": ({"group"}, COMMON | {"getPressed", "onAction"}, {"id"}),
    "button": ({"group"}, COMMON | {"size", "imageMso", "onAction"}, {"id"}),
}
# Microsoft's signatures of VBA callbacks, by element and attribute.
SIGNATURES = {
    ("customUI", "onLoad"): "ribbon As IRibbonUI",
    ("dropDown", "getSelectedItemIndex"): "control As IRibbonControl, ByRef index As Variant",
    ("dropDown", "onAction"): "control As IRibbonControl, id As String, index As Integer",
    ("editBox", "getText"): "control As IRibbonControl, ByRef text As Variant",
    ("editBox", "onChange"): "control As IRibbonControl, text As String",
    ("checkBox", "getPressed"): "control As IRibbonControl, ByRef pressed As Variant",
    ("checkBox", "onAction"): "control As IRibbonControl, pressed As Boolean",
    ("button", "onAction"): "control As IRibbonControl",
}
LONGEST = 1024


def elements(
    node: ET.Element | None = None, parent: ET.Element | None = None
) -> Iterator[tuple[ET.Element, ET.Element | None]]:
    node = ET.fromstring(sources.ribbon()) if node is None else node  # noqa: S314 - our own file
    yield node, parent
    for child in node:
        yield from elements(child, node)


def local(node: ET.Element | None) -> str | None:
    return None if node is None else str(node.tag).removeprefix(NAMESPACE)


def test_every_element_stands_where_the_schema_allows_it() -> None:
    for node, parent in elements():
        parents, allowed, required = SCHEMA[local(node)]
        assert node.tag.startswith(NAMESPACE)
        assert local(parent) in parents
        assert required <= set(node.attrib) <= allowed, node.attrib
        assert all(0 < len(value) <= LONGEST for value in node.attrib.values())
        assert not (node.text or "").strip()


def test_ids_are_names_and_none_occurs_twice() -> None:
    ids = [node.attrib["id"] for node, _ in elements() if "id" in node.attrib]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.]*", one) for one in ids)


def callbacks() -> list[tuple[str, str, str]]:
    return [
        (local(node), attribute, value)
        for node, _ in elements()
        for attribute, value in node.attrib.items()
        if attribute in {"onLoad", "onAction", "onChange"} or attribute.startswith("get")
    ]


@pytest.mark.parametrize(("element", "attribute", "callback"), callbacks())
def test_every_callback_is_a_public_sub_of_the_right_signature_that_lets_no_error_out(
    element: str, attribute: str, callback: str
) -> None:
    [(module, parameters, body)] = [
        (name, *found)
        for name, source in sources.modules().items()
        for found in re.findall(
            rf"^Public Sub {callback}\((.*?)\)\n(.*?)\nEnd Sub", source, re.MULTILINE | re.DOTALL
        )
    ]
    assert parameters == SIGNATURES[element, attribute]
    first, _, *rest = [line.strip() for line in body.splitlines()]
    if attribute == "onLoad":
        assert (first, rest) == ("On Error Resume Next", ["On Error GoTo 0"])
    else:
        fallback = "PbalShowFault Err.Description" if attribute.startswith("on") else rest[-1]
        assert (first, rest) == ("On Error GoTo failed", ["Exit Sub", "failed:", fallback])
    assert "Option Private Module" not in sources.modules()[module]


def test_no_callback_stands_unused() -> None:
    subs = set(re.findall(r"^Public Sub (\w+)", sources.modules()["PbalRibbon"], re.MULTILINE))
    assert subs == {callback for _, _, callback in callbacks()}


def test_the_tab_offers_what_the_user_is_promised() -> None:
    labels = [node.attrib["label"] for node, _ in elements() if "label" in node.attrib]
    assert labels[0] == "Portfolio Balancer"
    promised = {"Strategy", "Try to Never Sell", "Hard Rebalance", "Cash", "Increment", "Whole shares"}
    assert promised | {
        "Suggest trades",
        "Suggest trades with formulas",
        "Import positions (CSV)",
        "Repair formulas",
        "Help",
    } <= set(labels)
    assert {"Settings", "Connect again"} <= set(labels)


def test_the_drop_down_lists_the_strategies_in_the_order_the_code_counts_them() -> None:
    [drop_down] = [node for node, _ in elements() if local(node) == "dropDown"]
    assert [item.attrib["label"] for item in drop_down] == ["Try to Never Sell", "Hard Rebalance"]
    actions = sources.modules()["PbalActions"]
    assert "IIf(index = 1, HARD, NEVER_SELL)" in actions


def test_the_add_in_carries_the_ribbon_where_excel_looks_for_it() -> None:
    with zipfile.ZipFile(BytesIO(addin.committed_addin())) as archive:
        assert archive.read("customUI/customUI14.xml").decode() == sources.ribbon()
        relations = ET.fromstring(archive.read("_rels/.rels"))  # noqa: S314 - our own file
    [target] = [
        one.attrib["Target"]
        for one in relations
        if one.attrib["Type"].endswith("/2007/relationships/ui/extensibility")
    ]
    assert target == "customUI/customUI14.xml"


def test_each_box_shows_the_setting_that_it_keeps() -> None:
    source = sources.modules()["PbalRibbon"]
    boxes = [node.attrib for node, _ in elements() if local(node) == "editBox"]
    kept: list[str] = []
    for box in boxes:
        bodies = [
            source.split(f"Public Sub {box[one]}(", 1)[1].split("End Sub", 1)[0] for one in ("getText", "onChange")
        ]
        shown, written = (set(re.findall(r'"(pbal_\w+)"', body)) for body in bodies)
        assert shown == written
        kept += shown
    assert sorted(kept) == ["pbal_cash", "pbal_increment"]


@pytest.mark.parametrize("key", ["strategy", "increment", "whole_shares"])
def test_what_a_box_says_of_its_setting_is_what_the_table_says(key: str) -> None:
    setting = by_key(key)
    [box] = [node for node, _ in elements() if node.get("screentip") == setting.label and node.get("supertip")]
    assert box.get("label") == setting.label
    assert (box.get("supertip") or "").casefold() == f"{setting.help}.".casefold()
    titles = [item.get("label") for item in box]
    assert titles == [choice.title for choice in setting.choices]


def test_vba_calls_the_strategies_by_the_titles_of_the_table() -> None:
    source = sources.modules()["PbalActions"]
    for choice in by_key("strategy").choices:
        assert f'= "{choice.title}"\n' in source


def test_nothing_is_left_to_fill_in() -> None:
    assert "{" not in sources.ribbon()


def test_every_setting_that_the_add_in_names_stands_in_the_table() -> None:
    named = {name for text in sources.modules().values() for name in re.findall(r'"pbal_(\w+)"', text)}
    assert {"cash", "increment", "strategy", "whole_shares"} <= named
    for name in named:
        assert "excel" in by_key(name).offered_in, name
