"""Every chart that a sheet of ours may show, for hosts that meet one again."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pbal_xl.sheet.log import drift_chart
from pbal_xl.sheet.trades import road_chart, weights_chart
from pbal_xl.words import languages, say, speaking, word

if TYPE_CHECKING:
    from pbal_xl.sheet.layout import Chart

__all__ = ["drawn_charts"]

# What series were called before their headings named them; sheets of that time are still ours.
_EARLIER = {
    (word("Weight before"), word("Weight after"), word("Target")): (word("Before"), word("After"), word("Target")),
    (word("Drift before"), word("Drift after")): (word("Before the orders"), word("After the orders")),
}


@lru_cache(maxsize=1)
def drawn_charts() -> dict[tuple[str, tuple[str, ...]], Chart]:
    """Find every chart that a sheet of ours may show: by its title and the names of its series, in any language.

    Where they stand is that of no sheet; kind and columns are those of all.
    """
    found = {}
    for code in languages():
        with speaking(code):
            for chart in filter(None, (weights_chart(1, 1, 2, ()), road_chart(1, 1, ()), drift_chart(2))):
                names = tuple(name for name, _span in chart.series)
                found[chart.title, names] = chart
                earlier = (then for now, then in _EARLIER.items() if tuple(map(say, now)) == names)
                found.update(((chart.title, tuple(map(say, then))), chart) for then in earlier)
    return found
