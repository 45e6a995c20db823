"""Writes correlation.jsonl, one case a line: inputs and right answers for test/stats/.

    python test/golden/correlation.py

`pandas` cases hold what pandas' rolling.corr says on well-behaved data. `exact` cases are hard ones,
answered by exact rational arithmetic on the very doubles and rounded once, since no floating-point
program is to be trusted there. Needs numpy and pandas; the seed is fixed.
"""

import json
import math
import statistics
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd

getcontext().prec = 60
rng = np.random.default_rng(20260131)


def exact_correlation(pairs, min_periods):
    pairs = [(Fraction(x), Fraction(y)) for x, y in pairs if math.isfinite(x) and math.isfinite(y)]
    n = len(pairs)
    if n < max(2, min_periods):
        return None
    mx = sum(x for x, _ in pairs) / n
    my = sum(y for _, y in pairs) / n
    xx = sum((x - mx) ** 2 for x, _ in pairs)
    yy = sum((y - my) ** 2 for _, y in pairs)
    xy = sum((x - mx) * (y - my) for x, y in pairs)
    if xx == 0 or yy == 0:
        return None
    square = xy * xy / (xx * yy)
    root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
    return math.copysign(float(root), xy)


def rolling_exact(x, y, window, min_periods):
    rows = range(len(x))
    return [
        exact_correlation(list(zip(x, y))[max(0, i - window + 1) : i + 1], min_periods) for i in rows
    ]


def correlated(n, r):
    x = rng.standard_normal(n)
    return x, r * x + math.sqrt(1 - r * r) * rng.standard_normal(n)


def with_gaps(values, share):
    values = values.copy()
    values[rng.random(len(values)) < share] = np.nan
    return values


def tidy(values):
    return [None if v is None or math.isnan(v) else float(v) for v in values]


def case(name, x, y, window, min_periods, by):
    if by == "pandas":
        answer = pd.Series(x).rolling(window, min_periods=min_periods).corr(pd.Series(y))
        full = pd.Series(x).corr(pd.Series(y))
    else:
        answer = rolling_exact(list(map(float, x)), list(map(float, y)), window, min_periods)
        full = exact_correlation(list(zip(map(float, x), map(float, y))), 2)
    return {
        "name": name,
        "by": by,
        "window": window,
        "minPeriods": min_periods,
        "x": tidy(x),
        "y": tidy(y),
        "rolling": tidy(answer),
        "full": tidy([full])[0],
    }


def pandas_cases():
    x, y = correlated(200, 0.7)
    yield case("returns", x * 1e-3, y * 2e-3, 60, 30, "pandas")
    x, y = correlated(160, -0.3)
    yield case("returns with gaps", with_gaps(x, 0.2), with_gaps(y, 0.1), 24, 20, "pandas")


def exact_cases():
    n = 90
    x, y = correlated(n, 0.6)
    yield case("offset of 1e9", 1e9 + x, y - 1e9, 20, 10, "exact")
    yield case("spread of 1e-6 at a level of 1e5", 1e5 + 1e-6 * x, 1e5 + 1e-6 * y, 20, 10, "exact")
    spike_x, spike_y = x.copy(), y.copy()
    spike_x[25] = 1e12
    spike_y[26] = -1e12
    yield case("spikes of 1e12 come and go", spike_x, spike_y, 15, 5, "exact")
    flat_x, flat_y = 5000.1 + 0.25 * x.round(), 0.1 + y
    flat_x[20:50] = 5000.35
    flat_y[40:70] = 0.1
    yield case("constant stretches", flat_x, flat_y, 12, 2, "exact")
    yield case("gaps on both sides", with_gaps(x, 0.4), with_gaps(y, 0.4), 25, 5, "exact")
    yield case("scale of 1e100", 1e100 * x, 1e100 * y, 20, 10, "exact")
    yield case("scale of 1e-100", 1e-100 * x, 1e-100 * y, 20, 10, "exact")
    yield case("scales of 1e100 and 1e-100", 1e100 * x, -1e-100 * y, 20, 10, "exact")
    yield case("nearly perfect", x, x + 1e-9 * y, 20, 10, "exact")
    walk = 60_000 * np.exp(np.cumsum(1e-4 * x))
    yield case("price levels", walk, 6_000 * np.exp(np.cumsum(1e-4 * y)), 30, 20, "exact")


def fisher_cases():
    for level in (0.5, 0.9, 0.95, 0.99, 0.999999):
        z = statistics.NormalDist().inv_cdf((1 + level) / 2)
        for r, n in ((0.0, 4), (0.5, 60), (-0.93, 24), (0.2, 43_200), (0.999999, 10)):
            half = z / math.sqrt(n - 3)
            lo, hi = math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
            yield {"name": "fisher", "r": r, "n": n, "level": level, "lo": lo, "hi": hi}


def main():
    cases = [*pandas_cases(), *exact_cases(), *fisher_cases()]
    path = Path(__file__).with_suffix(".jsonl")
    lines = [json.dumps(c, separators=(",", ":"), allow_nan=False) for c in cases]
    path.write_text("\n".join(lines) + "\n")
    print(f"{path.name}: {len(cases)} cases, numpy {np.__version__}, pandas {pd.__version__}")


if __name__ == "__main__":
    main()
