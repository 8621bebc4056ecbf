"""The JSON Schema of what ``--json`` prints: one object a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.settings import SETTINGS

if TYPE_CHECKING:
    from pbal_xl.setting import Setting

__all__ = ["check_schema", "run_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_NUMBER = {"type": "number"}
_MAYBE_TEXT = {"type": ["string", "null"]}
_MAYBE_NUMBER = {"type": ["number", "null"]}
_SHARE = {"type": "number", "minimum": 0}
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
    if setting.kind == "choice":
        return {"enum": [*words, None]}
    kinds = {"type": [_TYPES[setting.kind], "null"]}
    said = {**kinds, "description": f"{setting.help[0].upper()}{setting.help[1:]}."}
    # Of a plan a word in the place of an amount is worked out.
    return {"anyOf": [said, {"enum": words}]} if words and setting.kind != "amount" else said


def _order() -> dict[str, Any]:
    return _object(
        optional={"currency": _TEXT, "local_price": _MAYBE_NUMBER, "local_amount": _MAYBE_NUMBER},
        properties={
            "symbol": _TEXT,
            "side": {"enum": ["buy", "sell", "hold"]},
            "shares": _MAYBE_NUMBER,
            "price": {"type": ["number", "null"], "exclusiveMinimum": 0},
            "amount": {**_NUMBER, "description": "Money, positive for a purchase."},
            "value_before": _SHARE,
            "value_after": _SHARE,
            "weight_before": _SHARE,
            "weight_after": _SHARE,
            "target": _SHARE,
            "gain_realised": _MAYBE_NUMBER,
            "fee": _SHARE,
            "reason": _TEXT,
        },
    )


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
                "file": _TEXT,
                "ok": {"type": "boolean"},
                "error": _MAYBE_TEXT,
                "code": _MAYBE_TEXT,
                "sheet": _MAYBE_TEXT,
                "range": _MAYBE_TEXT,
                **settings,
                "invested": _MAYBE_NUMBER,
                "fees": {"type": ["number", "null"], "minimum": 0},
                "leftover": {"type": ["number", "null"], "minimum": 0},
                "gain": _MAYBE_NUMBER,
                "level": _MAYBE_NUMBER,
                "orders": {"type": "array", "items": _order()},
                "drift_before": {"type": ["number", "null"], "minimum": 0},
                "drift_after": {"type": ["number", "null"], "minimum": 0},
                "gap_bound": {"type": ["number", "null"], "minimum": 0},
                "notices": {"type": "array", "items": _TEXT},
                "trades_sheet": _MAYBE_TEXT,
                "output": _MAYBE_TEXT,
            },
            tables,
            **_refused_or({"range": _TEXT, "invested": _NUMBER, "leftover": _NUMBER, "drift_before": _NUMBER}),
        ),
    }


def check_schema() -> dict[str, Any]:
    """The schema of one line of ``pbal-xl check --json``."""
    holding = _object(
        {
            "symbol": _TEXT,
            "weight": _SHARE,
            "target": _SHARE,
            "drift": _NUMBER,
            "band": _SHARE,
            "outside": {"type": "boolean"},
        }
    )
    return {
        "$schema": _DIALECT,
        "title": "pbal-xl check --json",
        "description": "Where the holdings of one file stand, or why it was refused.",
        **_object(
            {
                "file": _TEXT,
                "ok": {"type": "boolean"},
                "error": _MAYBE_TEXT,
                "code": _MAYBE_TEXT,
                "sheet": _MAYBE_TEXT,
                "range": _MAYBE_TEXT,
                "bands": _TEXT,
                "due": {"type": ["boolean", "null"]},
                "drift": {"type": ["number", "null"], "minimum": 0},
                "holdings": {"type": "array", "items": holding},
                "notices": {"type": "array", "items": _TEXT},
            },
            **_refused_or({"range": _TEXT, "due": {"type": "boolean"}, "drift": _NUMBER}),
        ),
    }
