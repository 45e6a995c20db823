"""Writes pairs.json: inputs and right answers for test/pairs/ and test/sync/.

    python test/golden/make_pairs.py

Made with numpy 2.4, scipy 1.17, pandas 3.1 and statsmodels 0.15, each formula written anew here; the
seed is fixed.
"""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import integrate, optimize, stats

rng = np.random.default_rng(20260207)


def tidy(values):
    return [None if v is None or not math.isfinite(v) else float(v) for v in np.asarray(values, float)]


def number(value):
    return None if not math.isfinite(value) else float(value)


def robust_sharpe_error(r, lags):
    """GMM: Newey-West covariance of (r - mean, (r - mean)^2 - var), by statsmodels' own HAC weights."""
    mean, var = r.mean(), r.var()
    moments = np.column_stack([r - mean, (r - mean) ** 2 - var])
    weights = 1 - np.arange(lags + 1) / (lags + 1)
    s = moments.T @ moments
    for lag in range(1, lags + 1):
        cross = moments[lag:].T @ moments[:-lag]
        s = s + weights[lag] * (cross + cross.T)
    s /= len(r)
    gradient = np.array([1 / math.sqrt(var), -mean / (2 * var**1.5)])
    return math.sqrt(gradient @ s @ gradient / len(r))


def cornish_fisher(z, s, k):
    return z + (z**2 - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s**2 / 36


def risk(r, level):
    tail = round(1 - level, 12)
    q = np.quantile(r, tail)
    mean, sd = r.mean(), r.std(ddof=1)
    s, k = stats.skew(r, bias=False), stats.kurtosis(r, bias=False)
    grid = cornish_fisher(np.linspace(-60, 60, 240001), s, k)
    valid = bool((np.diff(grid) > 0).all())
    z = stats.norm.ppf(tail)
    shortfall = integrate.quad(lambda u: cornish_fisher(u, s, k) * stats.norm.pdf(u), -40, z, epsabs=1e-14)
    normal_shortfall = integrate.quad(lambda u: u * stats.norm.pdf(u), -40, z, epsabs=1e-14)
    return {
        "level": level,
        "historical": -q,
        "expectedShortfall": -r[r <= q].mean(),
        "normal": -stats.norm.ppf(tail, mean, sd),
        "normalExpectedShortfall": -(mean + sd * normal_shortfall[0] / tail),
        "cornishFisher": -(mean + sd * cornish_fisher(z, s, k)) if valid else None,
        "cornishFisherExpectedShortfall": -(mean + sd * shortfall[0] / tail) if valid else None,
    }


def performance(name, returns, periods, risk_free=0.0, lags=3):
    r = returns[np.isfinite(returns)]
    excess = r - risk_free
    equity = np.concatenate([[1.0], np.cumprod(1 + r)])
    sharpe = excess.mean() / excess.std(ddof=1)
    g1, g2 = stats.skew(excess), stats.kurtosis(excess, fisher=False)
    psr = lambda s0: stats.norm.cdf(
        (sharpe - s0) * math.sqrt(len(r) - 1) / math.sqrt(1 - g1 * sharpe + (g2 - 1) / 4 * sharpe**2)
    )
    gamma = np.euler_gamma
    best = math.sqrt(0.01) * (
        (1 - gamma) * stats.norm.ppf(1 - 1 / 25) + gamma * stats.norm.ppf(1 - 1 / (25 * math.e))
    )
    downside = math.sqrt((np.minimum(r, 0) ** 2).mean())
    year = math.sqrt(periods)
    return {
        "name": name,
        "returns": tidy(returns),
        "periodsPerYear": periods,
        "riskFree": risk_free,
        "lags": lags,
        "totalReturn": np.prod(1 + r) - 1,
        "annualReturn": np.prod(1 + r) ** (periods / len(r)) - 1,
        "volatility": r.std(ddof=1) * year,
        "sharpe": sharpe * year,
        "standardError": math.sqrt((1 + sharpe**2 / 2) / len(r)) * year,
        "robustError": robust_sharpe_error(excess, lags) * year,
        "psr": psr(0),
        "psrBenchmark": psr(0.05),
        "deflated": psr(best),
        "deflatedBenchmark": best,
        "sortino": number(r.mean() / downside * year if downside > 0 else math.nan),
        "maxDrawdown": (equity / np.maximum.accumulate(equity) - 1).min(),
        "risk": [risk(r, level) for level in (0.9, 0.95, 0.99)],
    }


def with_gaps(values, share):
    values = values.copy()
    values[rng.random(len(values)) < share] = np.nan
    return values


def performances():
    normal = rng.normal(0.0004, 0.01, 252)
    heavy = 0.006 * rng.standard_t(4, 150) + 0.0003
    ar = np.zeros(200)
    for t in range(1, 200):
        ar[t] = 0.3 * ar[t - 1] + rng.normal(0.001, 0.008)
    return [
        performance("normal daily", normal, 252),
        performance("heavy tails, riskless rate", heavy, 365, 0.0001),
        performance("autocorrelated, gaps", with_gaps(ar, 0.1), 252, 0.0, 6),
        performance("minutes", rng.normal(0, 4e-4, 240), 525_600, 0.0, 0),
        performance("always rising", np.abs(rng.normal(0.001, 0.002, 60)), 52),
        performance("101 even steps", (np.arange(101) - 50) / 1000, 252),
    ]


def kupiecs():
    cases = []
    for x, n, level in [(9, 250, 0.99), (0, 250, 0.99), (25, 250, 0.95), (250, 250, 0.95), (13, 250, 0.95)]:
        p = 1 - level
        free = stats.binom.logpmf(x, n, x / n)
        held = stats.binom.logpmf(x, n, p)
        lr = 2 * (free - held)
        cases.append({"x": x, "n": n, "level": level, "stat": lr, "pvalue": stats.chi2.sf(lr, 1)})
    return cases


def past_hedge_and_z():
    """Row t: rolling OLS over the rows before it, and the z-score of a spread against them."""
    n, window = 160, 40
    x = 100 + np.cumsum(rng.normal(0, 0.5, n))
    noise = np.zeros(n)
    for t in range(1, n):
        noise[t] = 0.8 * noise[t - 1] + rng.normal(0, 0.3)
    y = 20 + 1.5 * x + noise
    x, y = with_gaps(x, 0.05), with_gaps(y, 0.05)
    beta, alpha = np.full(n, np.nan), np.full(n, np.nan)
    for t in range(n):
        before = pd.DataFrame({"x": x[max(0, t - window) : t], "y": y[max(0, t - window) : t]}).dropna()
        if len(before) >= 30:
            fit = sm.OLS(before.y, sm.add_constant(before.x)).fit()
            alpha[t], beta[t] = fit.params
    spread = pd.Series(y - beta * x - alpha)
    rolling = spread.rolling(30, min_periods=20)
    past = (spread - rolling.mean().shift()) / rolling.std().shift()
    return {
        "x": tidy(x),
        "y": tidy(y),
        "window": window,
        "minPeriods": 30,
        "beta": tidy(beta),
        "alpha": tidy(alpha),
        "spread": tidy(spread),
        "zWindow": 30,
        "zMinPeriods": 20,
        "z": tidy(past),
    }


def measures():
    """Volume, volatility, ratio bands, divergence: pandas on minutes."""
    n = 200
    a = 60_000 * np.exp(np.cumsum(rng.normal(0, 6e-4, n)))
    b = 5_000 * np.exp(np.cumsum(rng.normal(0, 2e-4, n)))
    volume = rng.gamma(2.0, 5.0, n)
    a_gaps = with_gaps(a, 0.04)
    high, low = a * 1.0004, a * 0.9995
    series_a, series_b, v = pd.Series(a_gaps), pd.Series(b), pd.Series(volume)
    log_return = np.log(series_a / series_a.shift())
    ratio = series_a / series_b
    bands = ratio.rolling(20)
    typical = (pd.Series(high) + pd.Series(low) + pd.Series(a)) / 3
    money, traded = (typical * v).rolling(30).sum(), v.rolling(30).sum()
    squares = log_return**2
    realized = {}
    for window in (15, 60):
        known = squares.rolling(window, min_periods=1).count()
        rv = np.sqrt(squares.rolling(window, min_periods=1).sum() * 525_600 / known)
        realized[str(window)] = tidy(rv.where(known >= 0.8 * window))
    change = 100 * (series_a / series_a.shift() - series_b / series_b.shift())
    sd = change.rolling(60, min_periods=30).std().shift()
    score = change / sd
    return {
        "a": tidy(a_gaps),
        "b": tidy(b),
        "high": tidy(high),
        "low": tidy(low),
        "close": tidy(a),
        "volume": tidy(volume),
        "rollingVwap": tidy(money / traded),
        "relativeVolume": tidy(v / v.rolling(20).mean()),
        "relativeVolumePast": tidy(v / v.rolling(20).mean().shift()),
        "realized": realized,
        "ratio": tidy(ratio),
        "middle": tidy(bands.mean()),
        "upper": tidy(bands.mean() + 2 * bands.std(ddof=0)),
        "lower": tidy(bands.mean() - 2 * bands.std(ddof=0)),
        "divergence": tidy(score),
        "conditional": tidy(conditional_divergence(log_return, np.log(series_b / series_b.shift()), 5)),
    }


def conditional_divergence(ra, rb, h):
    """z = R / (sigma sqrt h), sigma by EWMA (0.94, zero mean) and rho (60 rows) to t - h."""
    def sigma(r):
        variance, known, out = np.nan, 0, []
        for value in r:
            if np.isfinite(value):
                variance = value**2 if np.isnan(variance) else 0.94 * variance + 0.06 * value**2
                known += 1
            out.append(math.sqrt(variance) if known >= 30 else np.nan)
        return pd.Series(out)
    rho = ra.rolling(60, min_periods=30).corr(rb).shift(h)
    za = ra.rolling(h).sum() / (sigma(ra).shift(h) * math.sqrt(h))
    zb = rb.rolling(h).sum() / (sigma(rb).shift(h) * math.sqrt(h))
    return (za - rho * zb) / np.sqrt(1 - rho**2)


path = Path(__file__).with_name("pairs.json")
golden = {
    "performance": performances(),
    "kupiec": kupiecs(),
    "pastHedge": past_hedge_and_z(),
    "measures": measures(),
}
path.write_text(json.dumps(golden, allow_nan=False, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
