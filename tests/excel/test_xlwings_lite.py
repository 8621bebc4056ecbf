"""The paste-in file for xlwings Lite, through the code xlwings runs there (though not inside Lite itself)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from pbal_xl import Holding, suggest_trades
from pbal_xl.functions import FUNCTIONS

FILE = Path(__file__).parents[2] / "docs" / "xlwings-lite.py"

pytestmark = [
    pytest.mark.skipif(
        os.environ.get("XLWINGS_LICENSE_KEY") != "noncommercial",
        reason="without consent to xlwings PRO's licence (XLWINGS_LICENSE_KEY=noncommercial) its engine rests",
    ),
    pytest.mark.skipif(
        [int(part) for part in metadata.version("xlwings").split(".")] < [0, 37, 8],
        reason="the remote engine of this xlwings knows no names for values, only for ranges",
    ),
]

# Loads the file as Lite's main.py, lists what it offers, calls one function and the script.
RUNNER = """
import asyncio, importlib.util, json, sys
import xlwings as xw
from xlwings import server
spec = importlib.util.spec_from_file_location("main", sys.argv[1])
main = importlib.util.module_from_spec(spec)
spec.loader.exec_module(main)
request = json.load(sys.stdin)
call = {"func_name": "PBAL_NEVERSELL", "version": xw.__version__, "client": "Office.js",
        "runtime": "1.4", "content_language": "en-US", "culture_info_name": "en-US", **request["call"]}
answer = asyncio.run(server.custom_functions_call(call, main))
book = xw.Book(json=request["book"])
asyncio.run(server.custom_scripts_call(main, "suggest_trades", typehint_to_value={xw.Book: book}))
json.dump({
    "functions": server.custom_functions_meta(main)["functions"],
    "scripts": [script["function_name"] for script in server.custom_scripts_meta(main)],
    "answer": answer,
    "actions": [action["func"] for action in book.json()["actions"]],
}, sys.stdout)
"""
ROWS: list[list[Any]] = [["Symbol", "Value", "Price"], ["A", 1000, 10], ["B", 2000, 20]]


@pytest.fixture(scope="module")
def ran() -> dict[str, list[Any]]:
    sheet = {
        "name": "Portfolio",
        "values": ROWS,
        "pictures": [],
        "shapes": [],
        "charts": [],
        "notes": [],
        "tables": [],
    }
    book = {
        "client": "Office.js",
        "version": "any",
        "book": {"name": "mine.xlsx", "active_sheet_index": 0, "selection": "A1"},
        "names": [],
        "sheets": [sheet],
    }
    request = {"call": {"args": [ROWS, [[600]], None, None, None, None]}, "book": book}
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(FILE)], input=json.dumps(request),
        capture_output=True, text=True, check=False, env={**os.environ, "XLWINGS_ON_SERVER": "true"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_function_is_offered_with_its_texts(ran: dict[str, list[Any]]) -> None:
    assert {one["name"]: one["description"] for one in ran["functions"]} == {
        function.name: function.help for function in FUNCTIONS
    }
    for function in FUNCTIONS:
        [offered] = [one for one in ran["functions"] if one["name"] == function.name]
        assert [(p["name"], p["description"]) for p in offered["parameters"]] == [
            (argument.name, argument.help) for argument in function.arguments
        ]
        assert all(p["optional"] for p in offered["parameters"])


def test_a_function_answers_what_the_python_api_answers(ran: dict[str, list[Any]]) -> None:
    plan = suggest_trades([Holding(*row) for row in ROWS[1:]], 600)
    assert ran["answer"][1:] == [
        [o.symbol, float(o.shares), float(o.amount), float(o.value_after), float(o.weight_after)]
        for o in plan.orders
    ]


def test_the_script_writes_a_trades_sheet(ran: dict[str, list[Any]]) -> None:
    assert ran["scripts"] == ["suggest_trades"]
    assert "addSheet" in ran["actions"]
    assert "alert" not in ran["actions"]
