"""The block of settings that every host writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pbal_xl.grid.settings import read_settings
from pbal_xl.ooxml.references import column_letters
from pbal_xl.settings import SETTINGS as SETTINGS_THERE_ARE
from pbal_xl.sheet.looks import LOOKS
from pbal_xl.sheet.settings_block import TITLE, settings_block, shown_keys

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "cash": st.decimals(min_value=-(10**9), max_value=10**9, places=2),
        "strategy": st.sampled_from(["never-sell", "hard"]),
        "increment": AMOUNTS,
        "whole_shares": st.booleans(),
        "min_trade": AMOUNTS,
    },
)


@given(SETTINGS, st.integers(1, 1000), st.integers(1, 500))
def test_what_the_block_says_reads_back_as_the_settings_it_was_made_of(
    settings: dict[str, Any], row: int, column: int
) -> None:
    block = settings_block(settings, row, column)
    cells = {(item.row, item.column): item.value for item in block.items}
    read = read_settings({name.removeprefix("pbal_"): (name, cells[at]) for name, at in block.names.items()})
    taken = {} if settings.get("increment") else {"whole_shares": True}
    assert read == {"strategy": "never-sell", **taken, **settings}


def test_whole_shares_are_left_open_where_there_are_none() -> None:
    for block in (settings_block({}, 1, 1, priced=False), settings_block({"increment": Decimal(10)}, 1, 1)):
        cells = {(item.row, item.column): item.value for item in block.items}
        assert cells[block.names["pbal_whole_shares"]] is None


@given(SETTINGS, st.sets(st.sampled_from([setting.key for setting in SETTINGS_THERE_ARE])))
def test_each_setting_that_is_wanted_has_one_row(settings: dict[str, Any], also: set[str]) -> None:
    block = settings_block(settings, 3, 4, also=also)
    keys = shown_keys(also)
    assert [name.removeprefix("pbal_") for name in block.names] == list(keys)
    assert len(set(keys)) == len(keys)
    assert set(keys) >= also
    assert [item.row for item in block.items if item.column == 4] == list(range(3, 3 + 1 + len(keys) + 3))


@given(st.integers(1, 1000), st.integers(1, 500))
def test_the_block_begins_at_its_cell_and_fills_two_columns_without_overlap(row: int, column: int) -> None:
    block = settings_block({}, row, column)
    places = [(item.row, item.column) for item in block.items]
    assert len(set(places)) == len(places)
    assert (block.items[0].row, block.items[0].column, block.items[0].value) == (row, column, TITLE)
    assert {at for _, at in places} == {column, column + 1}
    assert block.address == (
        f"{column_letters(column)}{row}:{column_letters(column + 1)}{max(at for at, _ in places)}"
    )


def test_every_name_stands_for_a_value_and_every_list_for_one_of_them() -> None:
    block = settings_block({"cash": Decimal("-5.25")}, 2, 6)
    assert block.names["pbal_cash"] == (3, 7)
    assert set(block.choices) <= set(block.names.values())
    assert block.choices[block.names["pbal_strategy"]] == ("Try to Never Sell", "Hard Rebalance")
    assert all(item.kind in LOOKS for item in block.items)
