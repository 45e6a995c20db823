"""Writes ticks.jsonl, one line: inputs and right answers for asynchronous ticks in test/stats/.

    python test/golden/make_ticks.py

Hayashi-Yoshida by its definition over all pairs of intervals in exact rational arithmetic; grids by
numpy.searchsorted, pre-averaging by numpy.convolve, cross-correlation by numpy.corrcoef. Needs numpy; the
seed is fixed.
"""

import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np

rng = np.random.default_rng(20260206)


def tidy(values):
    return [None if v is None or not math.isfinite(v) else float(v) for v in values]


def last_of_each(times, prices):
    """The ticks with a price, the last of those at one time."""
    kept = {}
    for t, p in zip(times, prices):
        if math.isfinite(p):
            kept[t] = p
    return list(kept), list(kept.values())


def exact_hayashi_yoshida(t1, p1, t2, p2, lag=0):
    t1, p1 = last_of_each(t1, p1)
    t2, p2 = last_of_each([t - lag for t in t2], p2)
    if len(t1) < 2 or len(t2) < 2:
        return [None] * 4
    x, y = [Fraction(float(p)) for p in p1], [Fraction(float(p)) for p in p2]
    cov = Fraction(0)
    for i in range(1, len(t1)):
        for j in range(1, len(t2)):
            if max(t1[i - 1], t2[j - 1]) < min(t1[i], t2[j]):
                cov += (x[i] - x[i - 1]) * (y[j] - y[j - 1])
    rv1 = sum((b - a) ** 2 for a, b in zip(x, x[1:]))
    rv2 = sum((b - a) ** 2 for a, b in zip(y, y[1:]))
    corr = float(cov) / math.sqrt(float(rv1)) / math.sqrt(float(rv2)) if rv1 and rv2 else None
    return [float(cov), corr, float(rv1), float(rv2)]


def market(n, seconds, r, lead_ms=0, noise=0.0, volatility=1e-5):
    """Two log prices seen at n random times each; the second repeats the first's moves lead_ms later."""
    steps = seconds * 100
    common = np.cumsum(rng.standard_normal(steps)) * volatility
    own = np.cumsum(rng.standard_normal(steps)) * volatility
    second = r * common + math.sqrt(1 - r * r) * own
    t1 = np.sort(rng.choice(steps, n, replace=False)) * 10
    t2 = np.sort(rng.choice(steps - lead_ms // 10, n, replace=False)) * 10
    p1 = 11 + common[t1 // 10] + noise * rng.choice([-1, 1], n)
    p2 = 8 + second[t2 // 10] + noise * rng.choice([-1, 1], n)
    return t1, p1, t2 + lead_ms, p2


def tick_columns():
    yield "correlated", market(90, 60, 0.7)
    yield "led by 200 ms", market(120, 30, 0.8, lead_ms=200)
    t1, p1, t2, p2 = market(80, 8, 0.5)
    t2[::2] = t1[::2]
    order = np.argsort(t2, kind="stable")
    yield "half at the same moments", (t1, p1, t2[order], p2)
    t1, p1, t2, p2 = market(70, 60, 0.6)
    yield "several at one moment", (t1 // 1000 * 1000, p1, t2 // 1500 * 1500, p2)
    t1, p1, t2, p2 = market(80, 60, -0.6)
    yield "one side sparse", (t1, p1, t2[::9], p2[::9])
    gap = p1.copy()
    gap[::7] = np.nan
    yield "prices missing", (t1, gap, t2, p2)
    yield "touching only", (np.array([0, 10]), np.array([0.0, 1]), np.array([10, 20]), np.array([0.0, 1]))
    yield "one after the other", (t1, p1, t2 + 10**7, p2)
    yield "one tick", (t1[:1], p1[:1], t2, p2)
    yield "a constant side", (t1, p1, t2, np.full(len(t2), 8.1))
    yield "more than one", (np.array([0, 10, 20]), np.array([0.0, 1, 0]), np.array([0, 5, 20]), np.array([0.0, 1, 1]))
    yield "level of 1e9", (t1, 1e9 + np.round(p1 * 1e6), t2, 1e9 - np.round(p2 * 1e6))
    yield "scales of 1e100 and 1e-100", (t1, p1 * 1e100, t2, p2 * 1e-100)


def tick_cases():
    for name, (t1, p1, t2, p2) in tick_columns():
        sides = [[int(t) for t in t1], [float(p) for p in p1], [int(t) for t in t2], [float(p) for p in p2]]
        lags = [-500, -200, -50, 0, 10, 200, 205, 1000]
        yield {
            "name": name,
            "t1": sides[0],
            "p1": tidy(sides[1]),
            "t2": sides[2],
            "p2": tidy(sides[3]),
            "answer": tidy(exact_hayashi_yoshida(*sides)),
            "lags": lags,
            "contrast": tidy([exact_hayashi_yoshida(*sides, lag=lag)[0] for lag in lags]),
        }


def on_grid(t, p, times):
    return p[np.searchsorted(t, times, side="right") - 1]


def previous_tick(t1, p1, t2, p2, step, offset):
    start, end = max(t1[0], t2[0]) + offset, min(t1[-1], t2[-1])
    times = start + step * np.arange(int((end - start) // step) + 1)
    x, y = np.diff(on_grid(t1, p1, times)), np.diff(on_grid(t2, p2, times))
    return np.array([x @ y, x @ x, y @ y])


def subsampled(t1, p1, t2, p2, step, grids):
    cov, rv1, rv2 = np.mean([previous_tick(t1, p1, t2, p2, step, k * step / grids) for k in range(grids)], axis=0)
    return [float(cov), float(cov / math.sqrt(rv1 * rv2)), float(rv1), float(rv2)]


def refreshed(t1, p1, t2, p2):
    times, now = [], -1
    while True:
        later1, later2 = t1[t1 > now], t2[t2 > now]
        if len(later1) == 0 or len(later2) == 0:
            break
        now = max(later1[0], later2[0])
        times.append(now)
    return np.diff(on_grid(t1, p1, times)), np.diff(on_grid(t2, p2, times))


def modulated(x, y, theta):
    n = len(x)
    k = int(math.floor(theta * math.sqrt(n)))
    g = lambda u: np.minimum(u, 1 - u)
    u = np.arange(k + 1) / k
    weights = g(u)[1:-1]
    psi1, psi2 = k * np.sum(np.diff(g(u)) ** 2), np.sum(weights**2) / k
    a, b = (np.convolve(v, weights[::-1], mode="valid") for v in (x, y))
    total = n / (n - k + 2) / (psi2 * k) * (a @ b)
    return float(total - psi1 / (k * k / n * psi2) * (x @ y) / (2 * n))


def noisy():
    t1, p1, t2, p2 = market(1500, 1800, 0.7, noise=1.2e-4)
    x, y = refreshed(t1, p1, t2, p2)
    cov, rv1, rv2 = modulated(x, y, 0.8), modulated(x, x, 0.8), modulated(y, y, 0.8)
    columns = [t1, p1, t2, p2]
    return {
        "t1": [int(t) for t in t1],
        "p1": [float(p) for p in p1],
        "t2": [int(t) for t in t2],
        "p2": [float(p) for p in p2],
        "preAveraged": [cov, cov / math.sqrt(rv1 * rv2), rv1, rv2],
        "refreshes": len(x),
        "steps": [1000, 5000, 30000],
        "subsampled": [subsampled(*columns, step, 12) for step in (1000, 5000, 30000)],
        "plain": [float(v) for v in previous_tick(*columns, 7000, 500)],
    }


def cross_correlation():
    x = rng.standard_normal(80)
    y = np.r_[rng.standard_normal(3), x[:-3]] + rng.standard_normal(80)
    lags = list(range(-12, 13))
    values = [
        np.corrcoef(x[max(0, -k) : 80 - max(0, k)], y[max(0, k) : 80 + min(0, k)])[0, 1] for k in lags
    ]
    return {"x": tidy(x), "y": tidy(y), "lags": lags, "values": tidy(values)}


def main():
    golden = {"ticks": list(tick_cases()), "noisy": noisy(), "crossCorrelation": cross_correlation()}
    path = Path(__file__).with_name("ticks.jsonl")
    path.write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
    print(f"{path.name}: {path.stat().st_size} bytes, numpy {np.__version__}")


if __name__ == "__main__":
    main()
