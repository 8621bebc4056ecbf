"""Every law on very many random plans over all options mixed, and the time that each takes.

    python tests/tools/laws.py --plans 100000
    python tests/tools/laws.py --plans 2000 --most 1000 --seed large

Prints each case that breaks a law or takes more than a second of the processor, by the seed that draws it again,
and the slowest. Exit status 1 when there was one.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from mixed import drawn_case, judged, moved_by_order

LIMIT = 1.0


def tried(seed: str, most: int) -> tuple[bool, list[str], float]:
    """(whether there is a plan, what is wrong, seconds) of one case."""
    holdings, cash, wishes = drawn_case(seed, most)
    start = time.process_time()
    try:
        planned, wrong = judged(holdings, cash, wishes)
    except Exception:  # noqa: BLE001 - whatever it is, the case is what counts
        planned, wrong = False, [traceback.format_exc().strip().splitlines()[-1]]
    taken = time.process_time() - start
    # The other order of rows takes two plans more, and classes take their holdings in that order.
    if planned and seed.endswith("0") and "targets" not in wishes and moved_by_order(seed, holdings, cash, wishes):
        wrong.append("the order of rows changes nothing")
    return planned, wrong, taken


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plans", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--most", type=int, default=60, help="most holdings (default 60)")
    parser.add_argument("--seed", default="laws")
    options = parser.parse_args()
    failures, planned, slowest = 0, 0, (0.0, "")
    for case in range(options.first, options.first + options.plans):
        seed = f"{options.seed}/{case}"
        made, wrong, taken = tried(seed, options.most)
        planned += made
        slowest = max(slowest, (taken, seed))
        if taken > LIMIT:
            wrong.append(f"{taken:.2f} s")
        if wrong:
            failures += 1
            print(f"{seed} (most {options.most}): {'; '.join(dict.fromkeys(wrong))}", flush=True)
    print(
        f"{options.plans} cases, {planned} plans, {failures} with something wrong; "
        f"the slowest took {slowest[0]:.2f} s ({slowest[1]})"
    )
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
