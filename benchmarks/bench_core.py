"""How fast the core plans, as ratios of times taken in one run: ``python benchmarks/bench_core.py``."""

from __future__ import annotations

import heapq
import random
import time
from decimal import Decimal

from pbal_xl import Holding, suggest_trades
from pbal_xl.codegen.demo import HOLDINGS


def drawn(size: int) -> list[Holding]:
    rng = random.Random(size)
    return [
        Holding(
            f"S{i}",
            value=Decimal(rng.randint(0, 2_000_000)) / 100,
            price=Decimal(rng.randint(500, 50_000)) / 100,
            gain=Decimal(rng.randint(-100_000, 100_000)) / 100,
        )
        for i in range(size)
    ]


MODES = (("whole shares", {}), ("to the cent", {"whole_shares": False}), ("increment", {"increment": 100}))


def best(call, times: int, rounds: int = 7) -> float:
    """Processor seconds of one call, the best of some rounds."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(times):
            call()
        taken.append((time.process_time() - start) / times)
    return min(taken)


def lump_by_lump(holdings: list[Holding], cash: int, step: int) -> None:
    """The naive loop, for contrast: its time grows with the cash."""
    heap = [(float(h.value), h.symbol) for h in holdings]
    heapq.heapify(heap)
    for _ in range(cash // step):
        value, symbol = heapq.heappop(heap)
        heapq.heappush(heap, (value + step, symbol))


def main() -> None:
    demo = [Holding(symbol, value, price, gain) for symbol, value, price, gain in HOLDINGS]
    print("a ten-holding plan (limit 1 ms)")
    for name, wishes in (
        ("whole shares", {}),
        ("to the cent", {"whole_shares": False}),
        ("increment 100", {"increment": 100}),
        ("hard, whole shares", {"strategy": "hard"}),
    ):
        print(f"  {name:20} {1000 * best(lambda w=wishes: suggest_trades(demo, 5000, **w), 50):6.3f} ms")
    print("100,000 holdings over 10,000 (limit 13 times)")
    few, many = drawn(10_000), drawn(100_000)
    for name, wishes in MODES:
        small = best(lambda w=wishes: suggest_trades(few, 10**6, **w), 1, 3)
        large = best(lambda w=wishes: suggest_trades(many, 10**7, **w), 1, 2)
        print(f"  {name:20} {small:6.3f} s  {large:6.3f} s  {large / small:5.1f} times")
    print("cash times 1000 (limit 1.1 times)")
    thousand = drawn(1000)
    for name, wishes in MODES:
        little = best(lambda w=wishes: suggest_trades(thousand, 10**6, **w), 2)
        much = best(lambda w=wishes: suggest_trades(thousand, 10**9, **w), 2)
        print(f"  {name:20} {1000 * little:6.2f} ms  {1000 * much:6.2f} ms  {much / little:5.2f} times")
    little = best(lambda: lump_by_lump(thousand, 10**6, 100), 1, 3)
    much = best(lambda: lump_by_lump(thousand, 10**9 // 10, 100), 1, 1) * 10
    print(f"  {'lump by lump':20} {1000 * little:6.2f} ms  {1000 * much:6.0f} ms  {much / little:5.0f} times")


if __name__ == "__main__":
    main()
