"""Writes evidence.json: references for regimes with Student's t, tail dependence, Ornstein-Uhlenbeck processes,
variance ratios and overfit backtests in test/stats and test/pairs.

    python test/golden/make_evidence.py

Needs numpy 2.4, scipy 1.17, arch 8.0 and statsmodels 0.15; the seed is fixed.
"""

import itertools
import json
import math
from pathlib import Path

import numpy as np
from arch.unitroot import VarianceRatio
from scipy import integrate, optimize, special, stats

rng = np.random.default_rng(20260301)


def gamma():
    return [[x, float(special.gammaln(x)), float(special.digamma(x))] for x in np.geomspace(0.01, 1e6, 33)]


def student_regimes():
    """Hamilton's filter with scipy's multivariate t, whose shape is the covariance times (v - 2) / v."""
    degrees = 4.5
    model = {
        "initial": [0.6, 0.4],
        "transition": [[0.95, 0.05], [0.1, 0.9]],
        "means": [[0.1, 0.0], [-0.2, 0.3]],
        "covariances": [[[1.0, 0.2], [0.2, 1.5]], [[4.0, 3.0], [3.0, 5.0]]],
        "degrees": degrees,
    }
    rows = np.round(rng.standard_t(4, (60, 2)) * 1.5, 6)
    laws = [
        stats.multivariate_t(m, np.array(c) * (degrees - 2) / degrees, df=degrees)
        for m, c in zip(model["means"], model["covariances"])
    ]
    predicted, transition = np.array(model["initial"]), np.array(model["transition"])
    llf, filtered = 0.0, []
    for row in rows:
        joint = predicted * np.array([law.pdf(row) for law in laws])
        llf += math.log(joint.sum())
        now = joint / joint.sum()
        filtered.append(now.tolist())
        predicted = now @ transition
    return {**model, "rows": rows.T.tolist(), "llf": llf, "filtered": filtered}


def heavy_pair(n):
    scale = np.sqrt(rng.chisquare(4, n) / 4)
    x = rng.standard_normal(n) / scale
    y = 0.5 * x + math.sqrt(0.75) * rng.standard_normal(n) / scale
    return np.round(x, 6), np.round(y, 6)


def tails():
    """Counts on scipy's ranks; the normal pair by scipy's bivariate distribution."""
    x, y = heavy_pair(500)
    a, b, cases = stats.rankdata(x), stats.rankdata(y), []
    r = math.sin(math.pi * stats.kendalltau(x, y).statistic / 2)
    law = stats.multivariate_normal([0, 0], [[1, r], [r, 1]], maxpts=10**6, abseps=1e-12, releps=1e-12)
    for share in (0.05, 0.1, 0.25):
        m, z = int(500 * share), stats.norm.ppf(share)
        low, high = int(((a <= m) & (b <= m)).sum()), int(((a > 500 - m) & (b > 500 - m)).sum())
        wilson = [stats.binomtest(k, m).proportion_ci(0.9, method="wilson") for k in (low, high)]
        cases.append({
            "share": share,
            "lower": [low / m, wilson[0].low, wilson[0].high],
            "upper": [high / m, wilson[1].low, wilson[1].high],
            "normal": float(law.cdf([z, z])) / share,
        })
    return {"x": x.tolist(), "y": y.tolist(), "cases": cases}


def exceedances():
    """Moments of the truncated pair by two-dimensional quadrature, not by Rosenbaum's formulas."""
    x, y = heavy_pair(500)
    u, v = (x - x.mean()) / x.std(ddof=1), (y - y.mean()) / y.std(ddof=1)
    r, cases = np.corrcoef(x, y)[0, 1], []

    def moment(h, i, j):
        def inner(b):
            m, s = r * b, math.sqrt(1 - r * r)
            f = lambda a: a**i * stats.norm.pdf(a, m, s)
            return b**j * stats.norm.pdf(b) * integrate.quad(f, h, 12, epsabs=1e-13, epsrel=1e-12)[0]

        return integrate.quad(inner, h, 12, epsabs=1e-12, epsrel=1e-11)[0]

    for h in (0.0, 0.5, 1.2):
        low, high = (u <= -h) & (v <= -h), (u >= h) & (v >= h)
        mass, mean, square, product = moment(h, 0, 0), moment(h, 1, 0), moment(h, 2, 0), moment(h, 1, 1)
        mean, square, product = mean / mass, square / mass, product / mass
        cases.append({
            "threshold": h,
            "lower": [float(np.corrcoef(x[low], y[low])[0, 1]), int(low.sum())],
            "upper": [float(np.corrcoef(x[high], y[high])[0, 1]), int(high.sum())],
            "normal": (product - mean**2) / (square - mean**2),
        })
    return {"x": x.tolist(), "y": y.tolist(), "cases": cases}


def variance_ratios():
    walk = np.round(np.cumsum(rng.standard_t(4, 400) * 0.01), 8)
    cases = []
    for lag in (2, 5, 16):
        for robust in (True, False):
            found = VarianceRatio(walk, lag, robust=robust)
            cases.append({"lag": lag, "robust": robust, "value": float(found.vr), "stat": float(found.stat),
                          "pvalue": float(found.pvalue)})
    return {"x": walk.tolist(), "cases": cases}


def ornstein():
    """The likelihood of the exact transition maximised by Nelder and Mead, in (theta, mu, sigma)."""
    n, theta, mu, sigma = 600, 0.08, 3.0, 0.4
    phi, x = math.exp(-theta), [mu]
    for _ in range(n - 1):
        x.append(mu + phi * (x[-1] - mu) + sigma * math.sqrt((1 - phi**2) / (2 * theta)) * rng.standard_normal())
    x = np.round(np.array(x), 8)

    def cost(p):
        t, m, s = math.exp(p[0]), p[1], math.exp(p[2])
        f = math.exp(-t)
        return -stats.norm.logpdf(x[1:], m + f * (x[:-1] - m), s * math.sqrt((1 - f * f) / (2 * t))).sum()

    options = {"xatol": 1e-11, "fatol": 1e-12, "maxiter": 20000, "maxfev": 20000}
    best = optimize.minimize(cost, [math.log(0.1), 2.5, math.log(0.5)], method="Nelder-Mead", options=options)
    best = optimize.minimize(cost, best.x, method="Nelder-Mead", options=options)
    t, s = math.exp(best.x[0]), math.exp(best.x[2])
    thresholds = []
    for loss in (0.02, 0.2, 1.0):
        def rate(d):
            return 2 * (2 * d - loss) / (2 * math.pi / t * special.erfi(d * math.sqrt(t) / s))

        found = optimize.minimize_scalar(lambda d: -rate(d), bounds=(loss / 2, 6), method="bounded",
                                         options={"xatol": 1e-12})
        # The cycle again, by the first passage times of D. A. Darling & A. J. F. Siegert as an integral.
        z = found.x / (s / math.sqrt(2 * t))
        cycle = math.sqrt(2 * math.pi) / t * integrate.quad(lambda u: math.exp(u * u / 2), -z, z)[0]
        thresholds.append({"cost": loss, "distance": float(found.x), "profit": rate(found.x), "cycle": cycle})
    return {"x": x.tolist(), "theta": t, "mu": float(best.x[1]), "sigma": s, "llf": -float(best.fun),
            "thresholds": thresholds}


def overfitting():
    """CSCV written out: the rows of each half, numpy's mean and standard deviation, scipy's ranks."""
    returns, blocks = np.round(rng.standard_normal((96, 7)) * 0.01 + [0, 0, 0, 0, 0, 0, 0.002], 8), 6
    parts, logits, inside, outside = np.split(np.arange(96), blocks), [], [], []
    for half in itertools.combinations(range(blocks), blocks // 2):
        rows = np.concatenate([parts[b] for b in half])
        rest = np.setdiff1d(np.arange(96), rows)
        a, b = (returns[k].mean(0) / returns[k].std(0, ddof=1) for k in (rows, rest))
        best = a.argmax()
        share = stats.rankdata(b)[best] / (returns.shape[1] + 1)
        logits.append(math.log(share / (1 - share)))
        inside.append(a[best])
        outside.append(b[best])
    line = stats.linregress(inside, outside)
    return {"returns": returns.T.tolist(), "blocks": blocks, "logits": sorted(logits),
            "probability": float((np.array(logits) <= 0).mean()),
            "probabilityOfLoss": float((np.array(outside) < 0).mean()),
            "slope": float(line.slope), "intercept": float(line.intercept)}


golden = {"gamma": gamma(), "studentRegimes": student_regimes(), "tails": tails(),
          "exceedances": exceedances(), "varianceRatios": variance_ratios(), "ornstein": ornstein(),
          "overfitting": overfitting()}
path = Path(__file__).with_name("evidence.json")
path.write_text(json.dumps(golden, allow_nan=False, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
