"""What a defined name stands for: cells, a table, or a constant; every host asks here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pbal_xl.errors import CellFaults, InputError
from pbal_xl.grid.cells import quoted
from pbal_xl.ooxml.references import Area, parse_area, table_name

if TYPE_CHECKING:
    from pbal_xl.grid.cells import Cell

__all__ = ["DEAD", "Constant", "Meaning", "TableRef", "constant", "meaning"]

# What stands in a name's content where the sheet or cells it referred to were deleted.
DEAD = "#REF!"

_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_TRUTH = {"TRUE": True, "FALSE": False, "TRUE()": True, "FALSE()": False}


@dataclass(frozen=True, slots=True)
class Constant:
    """A text, a number or a truth value that a name holds itself."""

    value: Cell


@dataclass(frozen=True, slots=True)
class TableRef:
    """The data of an Excel Table, by its name."""

    name: str


Meaning: TypeAlias = "Area | TableRef | Constant"


def constant(text: str) -> Constant | None:
    """The value that a name holds itself; None where it holds none."""
    bare = _bare(text)
    if said := _TEXT.fullmatch(bare):
        return Constant(said[1].replace('""', '"'))
    if _NUMBER.fullmatch(bare):
        return Constant(Decimal(bare))
    return Constant(_TRUTH[bare.upper()]) if bare.upper() in _TRUTH else None


def _bare(text: str) -> str:
    return text.strip().removeprefix("=").strip()


@lru_cache(maxsize=1000)
def meaning(text: str, name: str) -> Meaning:
    """What a name stands for.

    Args:
        text: the name's content as Excel writes it, with or without the equals sign: ``=Portfolio!$G$3``,
            ``'My funds'!$A:$D``, ``Funds[#All]``, ``5000``, ``"hard"``, ``TRUE``.
        name: the name, for the fault.

    Raises:
        CellFaults: it stands for deleted cells or for something else, such as a formula.
    """
    bare = _bare(text)
    held = constant(bare)
    if held is not None:
        return held
    if DEAD in bare:
        raise CellFaults([f"the name {name} refers to cells that were deleted (#REF!)"])
    try:
        return parse_area(bare, name)
    except InputError:
        table = table_name(bare)
    if table is None:
        raise CellFaults([f"the name {name} must refer to cells or hold a value, refers to {quoted(bare)}"])
    return TableRef(table)
