"""Correlations with what they rest on, written again from the definitions in the documentation, with numpy and scipy."""

import numpy as np
from scipy import stats


def follows_of(rows):
    """Whether each kept row is the next one after the last that was kept."""
    rows = np.asarray(rows)
    return np.r_[False, np.diff(rows) == 1]


def inflation(x, y, follows, means=1):
    """Factors of tails, of tails without correlation, and of memory from one row to the next."""
    n = len(x)
    xx, yy, xy = x @ x, y @ y, x @ y
    if n < 4 or not (xx > 0 and yy > 0):
        return 1, 1, 1
    r = xy / np.sqrt(xx * yy)
    a, b = x * np.sqrt(n / xx), y * np.sqrt(n / yy)
    psi = (a * b - r * (a * a + b * b) / 2) / (1 - r * r)
    leverage = np.minimum(0.5, (1 + (a * a - 2 * r * a * b + b * b) / (1 - r * r)) / n)
    excess = max(0, np.mean((psi / (1 - leverage)) ** 2) * (1 - 6 / n) - 1)
    tails = 1 + excess**3 / (excess**2 + 8 / n + 400 / n**2) if excess > 0 else 1
    links = int(follows[1:].sum())
    memory = 1
    if links >= 4:

        def phi(side):
            lag = (side[1:] * side[:-1])[follows[1:]].sum() / (side @ side) * (n - means) / links
            if abs(lag) * np.sqrt(links) < 2:
                return 0
            return np.clip(lag + (0.5 + 2 * lag) * means / links, -0.97, 0.97)

        product = phi(x) * phi(y)
        if product > 0:
            memory = 1 + min(1, links / (n - means)) * 2 * product / (1 - product)
    return tails, max(1, np.mean((a * b) ** 2)), memory


def long_memory(x, y, rows, length):
    """Bartlett's sum over the lags that stand out by the rule of Politis and White."""
    run = max(5, int(np.ceil(np.sqrt(np.log10(length)))))
    furthest = max(1, min(length - 1, int(np.ceil(np.sqrt(length))) + run))
    known = np.zeros(length)
    known[rows] = 1
    count = np.array([known[k:] @ known[: length - k] for k in range(furthest + 1)])

    def covariances(side):
        full = np.zeros(length)
        full[rows] = side
        sums = np.array([full[k:] @ full[: length - k] for k in range(furthest + 1)])
        weight = (length - np.arange(furthest + 1)) / length
        return np.divide(sums, count, out=np.zeros_like(sums), where=count > 0) * weight

    def last_lag(cov):
        quiet = 0
        for lag in range(1, furthest + 1):
            n = length if len(rows) == length else max(2, count[lag])
            quiet = quiet + 1 if abs(cov[lag]) < 2 * np.sqrt(np.log10(n) / n) * cov[0] else 0
            if quiet == run:
                return lag - run + 1
        return furthest

    first, second = covariances(x), covariances(y)
    lags = np.arange(1, max(last_lag(first), last_lag(second)))
    return 1 + 2 * np.sum(count[lags] / len(rows) * first[lags] * second[lags] / (first[0] * second[0]))


def infer(r, n, tails, null, memory):
    """95 % interval by Fisher on the effective pairs, and the p-value of none."""
    effective = 3 + (n - 3) / (tails * memory) if n >= 4 else np.nan
    under = 3 + (n - 3) / (null * memory) if n >= 4 else np.nan
    lo = hi = np.nan
    if effective >= 4:
        half = stats.norm.ppf(0.975) / np.sqrt(effective - 3)
        lo, hi = np.tanh(np.arctanh(r) + np.array([-half, half]))
    df = under - 2
    p = 2 * stats.t.sf(abs(r) * np.sqrt(df / (1 - r * r)), df) if df >= 1 else np.nan
    return {"value": r, "n": n, "lo": lo, "hi": hi, "pvalue": p, "nEff": effective}


def pearson(a, b):
    """Of two columns with NaN where there is none."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    rows = np.flatnonzero(np.isfinite(a) & np.isfinite(b))
    x, y = a[rows] - a[rows].mean(), b[rows] - b[rows].mean()
    tails, null, memory = inflation(x, y, follows_of(rows))
    memory = max(memory, long_memory(x, y, rows, len(a)))
    r = (x @ y) / np.sqrt((x @ x) * (y @ y))
    return infer(r, len(rows), tails, null, memory)


def windowed(a, b):
    """Of one window: memory from one row to the next only."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    rows = np.flatnonzero(np.isfinite(a) & np.isfinite(b))
    x, y = a[rows] - a[rows].mean(), b[rows] - b[rows].mean()
    r = (x @ y) / np.sqrt((x @ x) * (y @ y))
    return infer(r, len(rows), *inflation(x, y, follows_of(rows)))


def standardised(returns, warm_up=20, keep=0.94):
    """Each return by the EWMA volatility before it."""
    seen, variance = 0, 0.0
    out = np.full(len(returns), np.nan)
    for row, value in enumerate(returns):
        if not np.isfinite(value):
            continue
        seen += 1
        if seen <= warm_up:
            variance += (value * value - variance) / seen
            continue
        if variance > 0:
            out[row] = value / np.sqrt(variance)
        variance = keep * variance + (1 - keep) * value * value
    return out
