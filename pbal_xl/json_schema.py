"""The JSON Schema of what ``--json`` prints: one object a file. What a key means is told where its attribute is.

Long because it is one list of shapes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pbal_xl.core.model import ClassWeight, Order, Plan
from pbal_xl.settings import SETTINGS, offered_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from pbal_xl.setting import Setting

__all__ = ["SCHEMAS", "check_schema", "read_schema", "run_schema", "settings_schema", "verify_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_MAYBE_NUMBER = {"type": ["number", "null"]}
_SHARE = {"type": "number", "minimum": 0}
_MAYBE_SHARE = {"type": ["number", "null"], "minimum": 0}
_TEXTS = {"type": "array", "items": _TEXT}
# The keys that every object begins with.
_FILE = {
    "file": {**_TEXT, "description": "The file, as it was named."},
    "ok": {"type": "boolean", "description": "Whether it was done; else error and code say why not."},
    "error": {**_MAYBE_TEXT, "description": "The sentence of a refusal; null without one."},
    "code": {**_MAYBE_TEXT, "description": "A stable name of the reason of a refusal; null without one."},
}
_PLACE = {
    "sheet": {**_MAYBE_TEXT, "description": "The sheet with the holdings; null where the file has none."},
    "range": {**_MAYBE_TEXT, "description": "The cells of the holdings, with their headings, such as A2:D12."},
}
_NOTICES = {**_TEXTS, "description": "Sentences worth reading."}
_TYPES = {
    "amount": "number",
    "percent": "number",
    "count": "integer",
    "yes/no": "boolean",
    "text": "string",
    "table": "object",
}


def _object(properties: dict[str, Any], optional: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An object with these keys, all of them but the optional ones, and no others."""
    return {
        "type": "object",
        "properties": {**properties, **(optional or {})},
        "required": list(properties),
        "additionalProperties": False,
        **more,
    }


def _refused_or(done: dict[str, Any]) -> dict[str, Any]:
    """Of a file that was refused only the reason is told; of any other all."""
    told = {"properties": {"error": {"type": "null"}, "code": {"type": "null"}, **done}}
    refused = {"properties": {"error": _TEXT, "code": _TEXT}}
    return {"if": {"properties": {"ok": {"const": True}}}, "then": told, "else": refused}


def _setting(setting: Setting) -> dict[str, Any]:
    words: list[str | None] = [choice.word for choice in setting.choices]
    meaning = f"{setting.help[0].upper()}{setting.help[1:]}."
    if setting.kind == "choice":
        return {"enum": [*words, None], "description": meaning}
    said = {"type": [_TYPES[setting.kind], "null"], "description": meaning}
    # Of a plan a word in the place of an amount is worked out.
    return {"anyOf": [said, {"enum": words}]} if words and setting.kind != "amount" else said


def _attributes(of: type) -> dict[str, str]:
    """What the docstring of a record says of each attribute, as a sentence in JSON's words."""
    told = re.findall(r"^ {8}(\w+): (.+(?:\n {12}.+)*)", of.__doc__ or "", re.MULTILINE)
    said = {name: " ".join(text.replace("``", "").split()) for name, text in told}
    return {name: re.sub(r"\bNone\b", "null", text[0].upper() + text[1:]) for name, text in said.items()}


def _described(keys: dict[str, Any], of: type) -> dict[str, Any]:
    """The same keys, those that are attributes of a record with what they mean."""
    told = _attributes(of)
    return {key: {**kind, "description": told[key]} if key in told else kind for key, kind in keys.items()}


def _order() -> dict[str, Any]:
    return _object(
        optional=_described(
            {"currency": _TEXT, "local_price": _MAYBE_NUMBER, "local_amount": _MAYBE_NUMBER, "name": _TEXT}, Order
        ),
        properties=_described(
            {
                "symbol": _TEXT,
                "side": {"enum": ["buy", "sell", "hold"]},
                "shares": _MAYBE_NUMBER,
                "price": {"type": ["number", "null"], "exclusiveMinimum": 0},
                "amount": _NUMBER,
                "value_before": _SHARE,
                "value_after": _SHARE,
                "weight_before": _SHARE,
                "weight_after": _SHARE,
                "target": _SHARE,
                "gain_realised": _MAYBE_NUMBER,
                "fee": _SHARE,
                "reason": _TEXT,
            },
            Order,
        ),
    )


def _class() -> dict[str, Any]:
    told = {"name": _TEXT, "weight_before": _SHARE, "weight_after": _SHARE, "target": _SHARE}
    return _object(_described(told, ClassWeight))


def run_schema() -> dict[str, Any]:
    """The schema of one line of ``pbal-xl run --json``."""
    of_plan = [setting for setting in SETTINGS if setting.of_plan]
    settings = {setting.key: _setting(setting) for setting in of_plan if setting.told_always}
    tables = {setting.key: _setting(setting) for setting in of_plan if not setting.told_always}
    return {
        "$schema": _DIALECT,
        "title": "pbal-xl run --json",
        "description": "What became of one file: its plan, or why it was refused. Money is rounded to the cent.",
        **_object(
            {
                **_FILE,
                **_PLACE,
                **settings,
                **_described(
                    {
                        "invested": _MAYBE_NUMBER,
                        "fees": _MAYBE_SHARE,
                        "leftover": _MAYBE_SHARE,
                        "gain": _MAYBE_NUMBER,
                        "level": _MAYBE_NUMBER,
                        "orders": {"type": "array", "items": _order()},
                        "drift_before": _MAYBE_SHARE,
                        "drift_after": _MAYBE_SHARE,
                        "gap_bound": _MAYBE_SHARE,
                        "notices": _TEXTS,
                    },
                    Plan,
                ),
                "trades_sheet": {**_MAYBE_TEXT, "description": "The title of the new sheet; null on a dry run."},
                "output": {**_MAYBE_TEXT, "description": "The file that was written; null on a dry run."},
            },
            tables | _described({"classes": {"type": "array", "items": _class()}}, Plan),
            **_refused_or({"range": _TEXT, "invested": _NUMBER, "leftover": _NUMBER, "drift_before": _NUMBER}),
        ),
    }


def check_schema() -> dict[str, Any]:
    """The schema of one line of ``pbal-xl check --json``."""
    holding = _object(
        {
            "symbol": _TEXT,
            "weight": {**_SHARE, "description": "Its share of all holdings, 0 to 1."},
            "target": {**_SHARE, "description": "The share it should have, 0 to 1."},
            "drift": {**_NUMBER, "description": "The weight less the target."},
            "band": {**_SHARE, "description": "How far the weight may be off."},
            "outside": {"type": "boolean", "description": "Whether it is off by more."},
        }
    )
    return {
        "$schema": _DIALECT,
        "title": "pbal-xl check --json",
        "description": "Where the holdings of one file stand, or why it was refused.",
        **_object(
            {
                **_FILE,
                **_PLACE,
                "bands": {**_TEXT, "description": "As asked for, such as 5/25."},
                "due": {"type": ["boolean", "null"], "description": "Whether a holding is outside its band."},
                "drift": {**_MAYBE_SHARE, "description": "The largest distance of a weight from its target."},
                "holdings": {"type": "array", "items": holding},
                "notices": _NOTICES,
            },
            **_refused_or({"range": _TEXT, "due": {"type": "boolean"}, "drift": _NUMBER}),
        ),
    }


def read_schema() -> dict[str, Any]:
    """The schema of one line of ``pbal-xl read --json``."""
    column = _object(
        {
            "column": {**_TEXT, "description": "Its letters."},
            "header": _TEXT,
            "role": {**_MAYBE_TEXT, "description": "What it is taken for; null where it is not read."},
            "why": {**_MAYBE_TEXT, "description": "What told so."},
        }
    )
    figures = ("value", "price", "quantity", "gain", "target")
    left_out = _object({"cell": _TEXT, "label": _TEXT, "why": _TEXT})
    return {
        "$schema": _DIALECT,
        "title": "pbal-xl read --json",
        "description": "How the holdings of one file are understood; nothing is planned.",
        **_object(
            {
                "file": _FILE["file"],
                "ok": {
                    "type": "boolean",
                    "description": "Whether a plan can be made of it; else faults say why not.",
                },
                "faults": {**_TEXTS, "description": "All that keeps it from being planned."},
                "code": _FILE["code"],
            },
            {
                **_PLACE,
                "columns": {"type": "array", "items": column},
                "left_out": {"type": "array", "items": left_out, "description": "Rows that are no holdings."},
                "targets": {**_MAYBE_TEXT, "description": "Where the targets come from."},
                "holdings": {
                    "type": "array",
                    "items": _object({"symbol": _TEXT, **dict.fromkeys(figures, _MAYBE_NUMBER)}),
                },
                "notices": _NOTICES,
            },
        ),
    }


def verify_schema() -> dict[str, Any]:
    """The schema of one line of ``pbal-xl verify --json``."""
    said = ["as written", "saved by another program", "changed"]
    return {
        "$schema": _DIALECT,
        "title": "pbal-xl verify --json",
        "description": "Whether the trades sheet of one file is as written, and its plan today's.",
        **_object(
            {
                **_FILE,
                "ok": {"type": "boolean", "description": "Whether nothing at all is otherwise than it should be."},
                "trades_sheet": {**_MAYBE_TEXT, "description": "The title of the sheet that was looked at."},
                "written": {"enum": [*said, None], "description": "What became of the sheet."},
                "plan": {
                    "type": ["array", "null"],
                    "items": _TEXT,
                    "description": "What differs from today's plan: empty where nothing does, null where unknown.",
                },
                "plan_unknown": {**_MAYBE_TEXT, "description": "Why today's plan cannot be told."},
                "others": {
                    "type": ["array", "null"],
                    "items": _TEXT,
                    "description": "Other parts that differ from the original's; null without --original.",
                },
                "edited_sheets": {
                    "type": ["array", "null"],
                    "items": _TEXT,
                    "description": "Titles of earlier trades sheets that are not as written.",
                },
            }
        ),
    }


def settings_schema() -> dict[str, Any]:
    """The schema of one line of ``pbal-xl settings --json``."""
    offered = offered_by("files")
    values = {
        one.key: {**_setting(one), "type": _TEXT["type"]} if one.kind == "table" else _setting(one)
        for one in offered
    }
    told = _object({}, values)
    return {
        "$schema": _DIALECT,
        "title": "pbal-xl settings --json",
        "description": "Where the settings of one file were written, or why it was refused.",
        **_object(
            {
                **_FILE,
                **_PLACE,
                "block": {**_MAYBE_TEXT, "description": "The cells that the settings stand in, such as F2:G10."},
                "settings": {
                    "anyOf": [told, {"type": "null"}],
                    "description": "What the workbook's cells and names say from now on, by key.",
                },
                "names": {
                    "type": ["object", "null"],
                    "additionalProperties": _TEXT,
                    "description": "The cell that each defined name stands for.",
                },
                "output": {**_MAYBE_TEXT, "description": "The file that was written."},
            },
            **_refused_or({"range": _TEXT, "block": _TEXT, "output": _TEXT}),
        ),
    }


SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "run": run_schema,
    "check": check_schema,
    "read": read_schema,
    "settings": settings_schema,
    "verify": verify_schema,
}
