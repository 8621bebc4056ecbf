"""What ``pbal-xl read`` says: how a file is understood, as an object for programs or lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pbal_xl.cli_output import printable
from pbal_xl.core.money import plain
from pbal_xl.grid.told import ROLE_HEADINGS, role_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pbal_xl.core.model import Holding
    from pbal_xl.errors import PbalError
    from pbal_xl.explained import Explained

__all__ = ["as_object", "as_text", "refused_object"]

_FIGURES = ("symbol", "value", "price", "quantity", "gain", "target")


def refused_object(file: Path, error: PbalError) -> dict[str, Any]:
    """The object of a file that cannot be read at all; ``code`` names the reason."""
    return {"file": str(file), "ok": False, "faults": [str(error)], "code": error.code}


def as_object(file: Path, explained: Explained) -> dict[str, Any]:
    """The table, its columns, what is left out, the targets' source and the holdings of a file."""
    found, block = explained.understanding, explained.block
    table = found.table
    return {
        "file": str(file),
        "ok": table is not None,
        "code": None if table is not None else "cells",
        "faults": list(found.faults),
        "sheet": None if block is None else block.sheet or None,
        "range": None if block is None else block.address,
        "columns": [
            {"column": one.column, "header": one.header, "role": one.role or None, "why": one.why or None}
            for one in found.roles
        ],
        "left_out": [{"cell": one.cell, "label": one.label, "why": one.why} for one in found.left_out],
        "targets": None if table is None else table.targets,
        "holdings": [] if table is None else [_holding_object(one) for one in table.holdings],
        "notices": list(_notices(explained)),
    }


def _holding_object(holding: Holding) -> dict[str, Any]:
    figures = {name: getattr(holding, name) for name in _FIGURES}
    return {
        name: figure if figure is None or name == "symbol" else float(figure) for name, figure in figures.items()
    }


def _notices(explained: Explained) -> Sequence[str]:
    table = explained.understanding.table
    return (*(table.notices if table is not None else ()), *explained.notices)


def as_text(file: Path, explained: Explained) -> str:
    """The same for people, one thing a line."""
    found, block = explained.understanding, explained.block
    place = "no holdings were found" if block is None else printable(block.place)
    lines = [f"{printable(file)}: {place}", ""]
    if found.roles:
        lines += [*_aligned([ROLE_HEADINGS, *role_rows(found)]), ""]
    if found.table is not None:
        shown = [[_text(getattr(one, name)) for name in _FIGURES] for one in found.table.holdings]
        lines += [*_aligned([[name.capitalize() for name in _FIGURES], *shown]), ""]
    else:
        lines += [one.sentence for one in found.left_out if one.sentence]
    lines += [f"Note: {notice}" for notice in _notices(explained)]
    lines += [f"Cannot be planned: {fault}" for fault in found.faults]
    return "\n".join(lines).rstrip()


def _text(figure: object) -> str:
    if figure is None:
        return ""
    return figure if isinstance(figure, str) else plain(figure)  # type: ignore[arg-type]


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
