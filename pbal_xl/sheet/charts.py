"""Every chart that a sheet of ours may show, for hosts that meet one again."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.sheet.log import drift_chart
from pbal_xl.sheet.trades import road_chart, weights_chart
from pbal_xl.words import languages, speaking

if TYPE_CHECKING:
    from pbal_xl.sheet.layout import Chart

__all__ = ["drawn_charts"]


@lru_cache(maxsize=1)
def drawn_charts() -> dict[tuple[str, tuple[str, ...]], Chart]:
    """Find every chart that a sheet of ours may show: by its title and the names of its series, in any language.

    Where they stand is that of no sheet; kind and columns are those of all.
    """
    found = {}
    for code in languages():
        with speaking(code):
            for chart in filter(None, (weights_chart(1, 1, 2, ()), road_chart(1, 1, ()), drift_chart(2))):
                found[chart.title, tuple(name for name, _span in chart.series)] = chart
    return found
