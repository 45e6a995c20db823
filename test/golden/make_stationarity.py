"""Writes stationarity.json: inputs and right answers for test/stats/.

    python test/golden/make_stationarity.py

Made with statsmodels 0.13.5, scipy 1.10.1 and numpy 1.24.2; the Hurst exponents by the few lines of numpy
below. All data is random, the seed fixed, and on a grid of 2^-16, so that tests can move it to a level of
1e9 without rounding.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.tsa.adfvalues import mackinnoncrit, mackinnonp
from statsmodels.tsa.stattools import adfuller, coint, grangercausalitytests, kpss
from statsmodels.tsa.vector_ar.vecm import coint_johansen

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260302)


def grid(values):
    return np.round(np.asarray(values) * 65536) / 65536


def ar(n, phi, noise=None):
    noise = rng.standard_normal(n) if noise is None else noise
    x = np.zeros(n)
    for t in range(1, n):
        x[t] = phi * x[t - 1] + noise[t]
    return grid(x)


def tidy(value):
    if isinstance(value, dict):
        return {k: tidy(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(v) for v in value]
    if isinstance(value, np.ndarray):
        return tidy(value.tolist())
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value) if math.isfinite(value) else str(value)
    if isinstance(value, np.integer):
        return int(value)
    return value


def unit_roots():
    n = 250
    flat = np.concatenate([np.full(90, 5.0), 5 + np.cumsum(rng.standard_normal(40))])
    series = {
        "random walk": grid(np.cumsum(rng.standard_normal(n))),
        "AR(0.9)": ar(n, 0.9),
        "white noise": grid(rng.standard_normal(120)),
        "trend and noise": grid(0.05 * np.arange(150) + rng.standard_normal(150)),
        "explosive": ar(80, 1.03),
        "moving average": grid(np.convolve(rng.standard_normal(201), [1, -0.8], "valid")),
        "short": grid(np.cumsum(rng.standard_normal(20))),
        "shortest": grid(np.cumsum(rng.standard_normal(13))),
        "halted, then trading": grid(flat),
    }
    cases = []
    for name, x in series.items():
        rows = []
        for regression in ["n", "c", "ct", "ctt"]:
            for autolag in ["aic", "bic", "t-stat", None]:
                for maxlag in [None, 3]:
                    try:
                        result = adfuller(x, maxlag, regression, autolag)
                    except ValueError:
                        continue
                    stat, p, lag, nobs, crit = result[:5]
                    best = result[5] if autolag else np.nan
                    rows.append([regression, autolag, maxlag, stat, p, lag, nobs,
                                 crit["1%"], crit["5%"], crit["10%"], best])
        kpss_rows = []
        for regression in ["c", "ct"]:
            for lags in ["auto", "legacy", 5]:
                stat, p, used, _ = kpss(x, regression, lags)
                kpss_rows.append([regression, lags, stat, p, used])
        cases.append({"name": name, "x": x, "adf": rows, "kpss": kpss_rows})
    return cases


def surfaces():
    p = [[reg, n, s, mackinnonp(s, reg, n)] for reg in ["n", "c", "ct", "ctt"] for n in range(1, 7)
         for s in [-30, -15, -8, -5, -4, -3.5, -3, -2, -1, 0, 0.4, 0.9, 2, 4]]
    crit = [[reg, n, nobs, *mackinnoncrit(n, reg, nobs)] for reg in ["n", "c", "ct", "ctt"]
            for n in ([1] if reg == "n" else range(1, 13)) for nobs in [20, 100, 5000]]
    return {"p": p, "critical": crit}


def cointegration():
    cases = []
    n = 200
    x = grid(np.cumsum(rng.standard_normal(n)) + 40)
    z = grid(np.cumsum(rng.standard_normal(n)))
    pairs = {
        "cointegrated": (grid(1.5 * x + 3 + ar(n, 0.6)), [x]),
        "independent": (grid(np.cumsum(rng.standard_normal(n))), [x]),
        "three": (grid(0.7 * x - 1.2 * z + ar(n, 0.5)), [x, z]),
    }
    for name, (y, X) in pairs.items():
        rows = []
        for trend in ["n", "c", "ct", "ctt"]:
            for autolag, maxlag in [("aic", None), ("bic", None), ("t-stat", None), (None, 1)]:
                stat, p, crit = coint(y, np.column_stack(X), trend, maxlag=maxlag, autolag=autolag)
                rows.append([trend, autolag, maxlag, stat, p, *crit])
        jo = []
        data = np.column_stack([y, *X])
        for det in [-1, 0, 1]:
            for lag in [0, 1, 3]:
                r = coint_johansen(data, det, lag)
                jo.append({"det": det, "lag": lag, "eig": r.eig, "trace": r.lr1, "max": r.lr2,
                           "cvt": r.cvt, "cvm": r.cvm, "vectors": r.evec.T})
        cases.append({"name": name, "y": y, "X": X, "engleGranger": rows, "johansen": jo})
    return cases


def causality():
    cases = []
    n = 160
    x = grid(rng.standard_normal(n))
    y = ar(n, 0.3, rng.standard_normal(n) + 0.5 * np.roll(x, 2))
    for name, a, b in [("x leads", y, x), ("y does not", x, y), ("at a level", y + 4096, x - 1024)]:
        rows = []
        results = grangercausalitytests(np.column_stack([a, b]), 4, verbose=False)
        for lag, (tests, _) in results.items():
            f, chi, lr = tests["ssr_ftest"], tests["ssr_chi2test"], tests["lrtest"]
            rows.append([lag, *f[:3], *chi[:2], *lr[:2]])
        cases.append({"name": name, "y": a, "x": b, "rows": rows})
    return cases


def decay():
    cases = []
    for phi in [0.5, 0.95, 1.02]:
        x = ar(150, phi)
        fit = sm.OLS(np.diff(x), sm.add_constant(x[:-1])).fit()
        b, se = fit.params[1], fit.bse[1]
        value = -math.log(2) / math.log(1 + b) if b < 0 else math.inf
        cases.append({"x": x, "phi": 1 + b, "phiSe": se, "value": value,
                      "half": stats.norm.ppf(0.975) * se * math.log(2) / ((1 + b) * math.log(1 + b) ** 2)
                      if b < 0 else math.nan})
    return cases


def slope(sizes, values):
    return np.polyfit(np.log(sizes), np.log(values), 1)[0]


def structure(x):
    taus = np.arange(2, 21)
    return slope(taus, [np.std(x[t:] - x[:-t]) for t in taus])


def rescaled(x):
    d = np.diff(x)
    sizes, values = [], []
    size = 8
    while size <= len(d):
        ranges = []
        for s in range(0, len(d) - size + 1, size):
            block = d[s:s + size]
            path = np.concatenate([[0], np.cumsum(block - block.mean())])
            ranges.append((path.max() - path.min()) / block.std())
        sizes.append(size)
        values.append(np.mean(ranges))
        size *= 2
    expected = [math.exp(math.lgamma((w - 1) / 2) - math.lgamma(w / 2)) / math.sqrt(math.pi)
                * sum(math.sqrt((w - i) / i) for i in range(1, w)) for w in sizes]
    raw = slope(sizes, values)
    return raw, raw - slope(sizes, expected) + 0.5


def fluctuation(x):
    sizes, values = [], []
    exact = 4.0
    while exact <= len(x) / 10:
        size = int(exact)
        if size not in sizes:
            i = np.arange(size)
            boxes = [x[s:s + size] for s in range(0, len(x) - size + 1, size // 2)]
            rms = [np.sqrt(np.mean((b - np.polyval(np.polyfit(i, b, 1), i)) ** 2)) for b in boxes]
            sizes.append(size)
            values.append(np.mean(rms))
        exact *= 1.2
    return slope(sizes, values)


def exponents():
    walk = grid(np.cumsum(rng.standard_normal(1024)))
    cases = []
    for x in [walk, ar(300, 0.7)]:
        raw, corrected = rescaled(x)
        cases.append({"x": x, "structure": structure(x), "rs": raw, "rsCorrected": corrected,
                      "dfa": fluctuation(x)})
    return cases


content = {
    "unitRoots": unit_roots(), "surfaces": surfaces(), "cointegration": cointegration(),
    "granger": causality(), "halfLife": decay(), "hurst": exponents(),
}
text = json.dumps(tidy(content), separators=(",", ":"), allow_nan=False)
(Path(__file__).parent / "stationarity.json").write_text(text + "\n")
print(len(text))
