"""Writes rolling.jsonl, one line: inputs and right answers for the rolling moments in test/stats/.

    python test/golden/make_rolling.py

`pandas` cases hold what pandas says on well-behaved data. `exact` cases are hard ones, answered by exact
rational arithmetic on the very doubles and rounded once, since no floating-point program is to be trusted
there. Needs numpy, pandas and scipy; the seed is fixed.
"""

import json
import math
from decimal import Decimal, getcontext
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import scipy
from scipy import stats

getcontext().prec = 60
rng = np.random.default_rng(20260204)


def tidy(values):
    return [None if v is None or math.isnan(v) else float(v) for v in values]


def decimal(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def exact_stats(window, newest, min_periods):
    """mean, sd0, sd1, skew, kurt, min, max, median, z of one window, each rounded once."""
    values = [Fraction(v) for v in window if math.isfinite(v)]
    n = len(values)
    if n == 0 or n < min_periods:
        return [None] * 9
    mean = sum(values) / n
    m2, m3, m4 = (sum((v - mean) ** k for v in values) for k in (2, 3, 4))
    sd0 = float(decimal(m2 / n).sqrt())
    sd1 = float(decimal(m2 / (n - 1)).sqrt()) if n > 1 else None
    skew = kurt = z = None
    if n > 2 and m2 > 0:
        g1 = decimal(m3 / n) / decimal(m2 / n) ** Decimal("1.5")
        skew = float(g1 * Decimal(n * (n - 1)).sqrt() / (n - 2))
    if n > 3 and m2 > 0:
        g2 = n * m4 / (m2 * m2) - 3
        kurt = float(Fraction(n - 1, (n - 2) * (n - 3)) * ((n + 1) * g2 + 6))
    if n > 1 and m2 > 0 and math.isfinite(newest):
        z = float(decimal(Fraction(newest) - mean) / decimal(m2 / (n - 1)).sqrt())
    ordered = sorted(values)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    return [float(mean), sd0, sd1, skew, kurt, float(ordered[0]), float(ordered[-1]), float(median), z]


def exact_pair(xs, ys, min_periods):
    """cov0, cov1, beta, r2 of one window."""
    pairs = [(Fraction(a), Fraction(b)) for a, b in zip(xs, ys) if math.isfinite(a) and math.isfinite(b)]
    n = len(pairs)
    if n == 0 or n < min_periods:
        return [None] * 4
    mx, my = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    xx = sum((a - mx) ** 2 for a, _ in pairs)
    yy = sum((b - my) ** 2 for _, b in pairs)
    xy = sum((a - mx) * (b - my) for a, b in pairs)
    return [
        float(xy / n),
        float(xy / (n - 1)) if n > 1 else None,
        float(xy / xx) if xx > 0 else None,
        float(xy * xy / (xx * yy)) if xx > 0 and yy > 0 else None,
    ]


NAMES = ["mean", "sd0", "sd1", "skew", "kurt", "min", "max", "median", "z"]
PAIR_NAMES = ["cov0", "cov1", "beta", "rSquared"]


def exact_case(name, x, y, window, min_periods):
    x, y = [float(v) for v in x], [float(v) for v in y]
    cut = [slice(max(0, i - window + 1), i + 1) for i in range(len(x))]
    one = [exact_stats(x[s], x[i], min_periods) for i, s in enumerate(cut)]
    two = [exact_pair(x[s], y[s], min_periods) for s in cut]
    return {
        "name": name,
        "by": "exact",
        "window": window,
        "minPeriods": min_periods,
        "x": tidy(x),
        "y": tidy(y),
        **{k: tidy(c) for k, c in zip(NAMES, zip(*one))},
        **{k: tidy(c) for k, c in zip(PAIR_NAMES, zip(*two))},
    }


def pandas_case(name, x, y, window, min_periods):
    a, b = pd.Series(x), pd.Series(y)
    roll = a.rolling(window, min_periods=min_periods)
    both = (a + 0 * b).rolling(window, min_periods=min_periods)
    answers = {
        "mean": roll.mean(),
        "sd0": roll.std(ddof=0),
        "sd1": roll.std(ddof=1),
        "skew": roll.skew(),
        "kurt": roll.kurt(),
        "min": roll.min(),
        "max": roll.max(),
        "median": roll.median(),
        "z": (a - roll.mean()) / roll.std(ddof=1),
        "cov0": roll.cov(b, ddof=0),
        "cov1": roll.cov(b, ddof=1),
        "beta": roll.cov(b, ddof=1) / both.var(ddof=1),
        "rSquared": roll.corr(b) ** 2,
    }
    return {
        "name": name,
        "by": "pandas",
        "window": window,
        "minPeriods": min_periods,
        "x": tidy(x),
        "y": tidy(y),
        **{k: tidy(v) for k, v in answers.items()},
    }


def correlated(n, r):
    x = rng.standard_normal(n)
    return x, r * x + math.sqrt(1 - r * r) * rng.standard_normal(n)


def with_gaps(values, share):
    values = values.copy()
    values[rng.random(len(values)) < share] = np.nan
    return values


def rolling_cases():
    x, y = correlated(90, 0.7)
    yield pandas_case("returns", x * 1e-3, y * 2e-3, 30, 15)
    x, y = correlated(80, -0.3)
    yield pandas_case("returns with gaps", with_gaps(x, 0.2), with_gaps(y, 0.1), 24, 12)
    x, y = correlated(45, 0.5)
    yield pandas_case("full windows only", 100 + x, 50 - y, 20, 20)
    n = 50
    x, y = correlated(n, 0.6)
    yield exact_case("offset of 1e9", 1e9 + x, y - 1e9, 20, 4)
    yield exact_case("spread of 1e-6 at a level of 1e5", 1e5 + 1e-6 * x, 1e5 + 1e-6 * y, 20, 4)
    spike_x, spike_y = x.copy(), y.copy()
    spike_x[25], spike_y[26] = 1e12, -1e12
    yield exact_case("spikes of 1e12 come and go", spike_x, spike_y, 15, 5)
    flat_x, flat_y = 5000.1 + 0.25 * x.round(), 0.1 + y
    flat_x[15:40], flat_y[30:50] = 5000.35, 0.1
    yield exact_case("constant stretches", flat_x, flat_y, 12, 2)
    yield exact_case("gaps on both sides", with_gaps(x, 0.4), with_gaps(y, 0.4), 25, 5)
    yield exact_case("scale of 1e100", 1e100 * x, 1e100 * y, 20, 10)
    yield exact_case("scale of 1e-100", 1e-100 * x, 1e-100 * y, 20, 10)
    yield exact_case("heavy tails", np.sinh(3 * x), np.sinh(3 * y), 17, 1)
    yield exact_case("a window longer than the data", x[:12], y[:12], 40, 1)


def timed_case():
    time = np.cumsum(rng.integers(0, 4000, 90))
    x, y = correlated(len(time), 0.4)
    x[::11] = np.nan
    frame = pd.DataFrame({"x": x, "y": y}, index=pd.to_datetime(time, unit="ms"))
    # Equal times: pandas would show each the whole tie, a live window only what has come so far.
    frame = frame[~frame.index.duplicated()]
    time = time[np.unique(time, return_index=True)[1]]
    roll = frame.x.rolling("20s", min_periods=3)
    return {
        "windowMs": 20000,
        "minPeriods": 3,
        "time": [int(t) for t in time],
        "x": tidy(frame.x),
        "y": tidy(frame.y),
        "mean": tidy(roll.mean()),
        "sd1": tidy(roll.std()),
        "median": tidy(roll.median()),
        "cov": tidy(roll.cov(frame.y)),
        "corr": tidy(roll.corr(frame.y)),
    }


def describe_cases():
    x = rng.standard_normal(101)
    for name, values in (
        ("normal", x),
        ("skewed, few", np.exp(x[:7])),
        ("offset of 1e9", 1e9 + x),
        ("scale of 1e100", 1e100 * x),
        ("scale of 1e-100", 1e-100 * x),
        ("a spike of 1e12", np.append(1e12, x[:20])),
        ("four", x[:4]),
        ("constant", np.full(9, 0.1)),
    ):
        exact = exact_stats(values, values[-1], 1)
        ps = [0, 0.01, 0.25, 0.5, 0.9, 1]
        yield {
            "name": name,
            "x": tidy(values),
            **{k: v for k, v in zip(NAMES, exact)},
            "p": ps,
            "quantiles": tidy(np.quantile(values, ps)),
        }
    assert abs(stats.skew(x, bias=False) - exact_stats(x, x[0], 1)[3]) < 1e-12
    assert abs(stats.kurtosis(x, bias=False) - exact_stats(x, x[0], 1)[4]) < 1e-12


def ewm_cases():
    x, y = correlated(45, 0.5)
    gap_x, gap_y = with_gaps(x, 0.25), with_gaps(y, 0.25)
    gap_x[0] = np.nan
    for a, b, data in ((x, y, "whole"), (gap_x, gap_y, "gaps")):
        for rate in ({"alpha": 0.06}, {"span": 10}, {"halfLife": 3.5}):
            for adjust in (True, False):
                for ignore_na in (True, False):
                    if data == "whole" and ignore_na:
                        continue
                    named = {"halflife" if k == "halfLife" else k: v for k, v in rate.items()}
                    periods = 5 if adjust else 0
                    e = pd.Series(a).ewm(**named, adjust=adjust, ignore_na=ignore_na, min_periods=periods)
                    yield {
                        "data": data,
                        "options": {**rate, "adjust": adjust, "ignoreNa": ignore_na, "minPeriods": periods},
                        "mean": tidy(e.mean()),
                        "var": tidy(e.var()),
                        "cov": tidy(e.cov(pd.Series(b))),
                        "corr": tidy(e.corr(pd.Series(b))),
                    }
    yield {"data": "inputs", "whole": [tidy(x), tidy(y)], "gaps": [tidy(gap_x), tidy(gap_y)]}


def main():
    golden = {
        "rolling": list(rolling_cases()),
        "timed": timed_case(),
        "describe": list(describe_cases()),
        "ewm": list(ewm_cases()),
    }
    path = Path(__file__).with_name("rolling.jsonl")
    path.write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
    versions = f"numpy {np.__version__}, pandas {pd.__version__}, scipy {scipy.__version__}"
    print(f"{path.name}: {path.stat().st_size} bytes, {versions}")


if __name__ == "__main__":
    main()
