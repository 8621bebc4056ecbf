"""Numbers in, numbers out: one problem, on the standard library alone.

Holding *i* is worth ``v``, should be the share ``w`` of all (``sum w = 1``) and trades ``x``. With the total after,
``T = sum v + cash``, its target is ``t = w T``. Every plan solves

    minimise  sum q (v + x - t)**2    subject to    sum x = cash,    low <= x <= high,

with ``q = 1 / w`` (relative deviation) or ``q = 1`` (absolute). Lagrange: there is one level ``L`` with
``v + x = clip(w L, v + low, v + high)``, or ``clip(t + L, ...)``. The sum of ``x`` rises with ``L``, linear
between the 2n levels at which a holding starts or stops: sorting and running sums find it (``level``, ``exact``).
With ``low = 0`` it is the flood: cash raises the lowest to one level. With equal targets the flood is majorised by
every other way to spend the same, so it minimises every symmetric convex distance at once. A target of 0 is a
limit: sold before all others, never bought.

- A strategy, a lock, a cap is a row of bounds (``bounds``): never below zero; a Never Sell deposit has ``low = 0``,
  a withdrawal ``high = 0``, a hard rebalance neither.
- Who may trade at all (a minimum trade) is a choice, searched by branch and bound over that solver (``members``).
- Trade units come last: money in multiples is placed lump by lump (``lumps``), whole shares are a knapsack
  around the exact plan (``shares``, ``lagrange``, ``knapsack``). Rounding keeps the bounds and turns no order; what
  it leaves over buys what still lags (``spare``).
- Budgets of gains and turnover shape the exact plan only where the plan without them does not keep them
  (``budgets``).

``book`` holds the portfolio as integers, so that nothing is rounded on the way; ``planner`` is the door.
"""
