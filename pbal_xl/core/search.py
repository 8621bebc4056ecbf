"""Branch and bound, lowest bound first: what every search of members shares."""

from __future__ import annotations

from heapq import heappop, heappush
from itertools import count
from math import inf
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["lowest_first"]


class _Bounded(Protocol):
    @property
    def value(self) -> float:
        """What all that comes of it costs at least."""


_Node = TypeVar("_Node", bound=_Bounded)


def lowest_first(root: _Node, children: Callable[[_Node], Iterable[_Node]], done: Callable[[float], bool]) -> float:
    """Part what may hold the best, lowest bound first; of equal ones the newest.

    Args:
        root: nothing decided.
        children: the ways to decide one thing more, without those that are no use.
        done: whether to stop, given the lowest bound of all that is left.

    Returns:
        What all that was not looked at costs at least: infinite where everything was.
    """
    order = count()
    heap = [(root.value, next(order), root)]
    while heap:
        if done(heap[0][0]):
            return heap[0][0]
        for child in children(heappop(heap)[2]):
            heappush(heap, (child.value, -next(order), child))
    return inf
