"""A chart of ours is known again, whatever language it was drawn in and whichever sheet of ours it stands on."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pbal_xl import Holding, suggest_trades
from pbal_xl.sheet.charts import drawn_charts
from pbal_xl.sheet.log import LogLine, log_layout
from pbal_xl.sheet.more import More
from pbal_xl.sheet.road import Point
from pbal_xl.sheet.trades import trades_layout
from pbal_xl.words import languages, speaking

MADE = dt.datetime(2026, 1, 2)


@pytest.mark.parametrize("language", languages())
def test_every_chart_that_is_drawn_is_known_by_its_title_and_its_series(language: str) -> None:
    plan = suggest_trades([Holding("A", 100, 1), Holding("B", 50, 1)], 0)
    road = [Point(Decimal(step), Decimal(9 - step)) for step in range(3)]
    with speaking(language):
        trades = trades_layout(plan, source="x", made=MADE, more=More(road=road))
        one = Decimal(1)
        log = log_layout([LogLine(f"2026-01-0{day}", one, one, one, one, one, "Buy A") for day in range(1, 5)])
    assert [len(trades.charts), len(log.charts)] == [2, 1]
    for layout, chart in [*((trades, chart) for chart in trades.charts), *((log, chart) for chart in log.charts)]:
        said = {(item.row, item.column): item.value for item in layout.items}
        assert all(said[cells.first_row - 1, cells.first_column] == name for name, cells in chart.series)
        known = drawn_charts()[chart.title, tuple(name for name, _ in chart.series)]
        columns = [
            [span.first_column for span in (one.categories, *dict(one.series).values())] for one in (chart, known)
        ]
        assert columns[0] == columns[1]
        assert (known.kind, known.axis_format) == (chart.kind, chart.axis_format)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Weights", ("Before", "After", "Target")),
        ("Gewichte", ("Vorher", "Danach", "Ziel")),
        ("Largest drift", ("Before the orders", "After the orders")),
    ],
)
def test_a_chart_of_the_time_when_series_had_names_of_their_own_is_still_known(
    title: str, names: tuple[str, ...]
) -> None:
    assert drawn_charts()[title, names].title == title
