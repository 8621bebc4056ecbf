"""Blocks of cells that a user points at."""

from __future__ import annotations

from typing import Any

import pytest

from pbal_xl.grid.blocks import Block, selected_holdings
from pbal_xl.grid.cells import Origin
from pbal_xl.grid.headers import DRIFT_HEADINGS, PLAN_HEADINGS

HOLDINGS: list[list[Any]] = [["Symbol", "Value", "Price"], ["A", 100, 10], ["B", 90, 10]]


def block(rows: list[list[Any]]) -> Block:
    return Block(rows, Origin(2, 3))


@pytest.mark.parametrize("headings", [PLAN_HEADINGS, DRIFT_HEADINGS])
@pytest.mark.parametrize("gap", [[], [None]])
def test_a_plan_selected_with_the_holdings_is_left_out(headings: tuple[str, ...], gap: list[None]) -> None:
    answer: list[list[Any]] = [list(headings), ["A", *[1] * (len(headings) - 1)], ["B", *[1] * (len(headings) - 1)]]
    beside = [[*row, *gap, *more] for row, more in zip(HOLDINGS, answer, strict=True)]
    [header, *rows] = selected_holdings(block(beside)).rows
    assert header[:3] == HOLDINGS[0]
    assert header[3:] == gap
    assert [row[:3] for row in rows] == HOLDINGS[1:]


@pytest.mark.parametrize("headings", [PLAN_HEADINGS, DRIFT_HEADINGS])
def test_a_plan_selected_alone_is_no_holdings(headings: tuple[str, ...]) -> None:
    assert selected_holdings(block([list(headings), ["A", *[1] * (len(headings) - 1)]])) is None


@pytest.mark.parametrize("rows", [HOLDINGS, HOLDINGS[1:]])
def test_a_selection_of_holdings_is_taken_as_it_is(rows: list[list[Any]]) -> None:
    assert selected_holdings(block(rows)) == block(rows)
