"""The documents, as tests read them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pbal_xl import cli

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


def text_of(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without what is generated and without its blocks of code."""
    text = re.sub(r"<!-- \[\[\[cog.*?<!-- \[\[\[end\]\]\] -->", "", text_of(page), flags=re.DOTALL)
    return re.sub(r"^( *)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE)


def keys_of(schema: Any) -> Iterator[str]:
    """Every key that a JSON Schema tells of."""
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from properties if isinstance(properties, dict) else ()
        for part in schema.values():
            yield from keys_of(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from keys_of(part)


def options_of(command: str) -> set[str]:
    """Every option that a command of the command line takes."""
    commands_of: dict[str, argparse.ArgumentParser] = next(
        one.choices for one in cli._parser()._actions if isinstance(one.choices, dict) and command in one.choices
    )
    return {option for action in commands_of[command]._actions for option in action.option_strings}
