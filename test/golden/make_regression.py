"""Writes regression.json and distributions.json: inputs and right answers for test/stats/.

    python test/golden/make_regression.py

Made with statsmodels 0.13.5, scipy 1.10.1, numpy 1.24.2 and mpmath 1.4 (later ones agree). Cases with
`by: exact` are answered by 60-digit arithmetic on the very doubles, since no floating-point program is to
be trusted there. All data is random, the seed fixed.
"""

import json
import warnings
from pathlib import Path

import mpmath as mp
import numpy as np
import statsmodels.api as sm
from scipy import stats

warnings.simplefilter("ignore")
mp.mp.dps = 60  # 500 for least squares, whose moments span scales of 1e±400
rng = np.random.default_rng(20260301)
HERE = Path(__file__).parent


def short(values, digits=6):
    return np.round(values, digits)


def tidy(value):
    if isinstance(value, dict):
        return {k: tidy(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(v) for v in value]
    if isinstance(value, np.ndarray):
        return tidy(value.tolist())
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    if isinstance(value, np.integer):
        return int(value)
    return value


# ---- distributions -------------------------------------------------------------------------------


def t_tail(t, df):
    t, df = mp.mpf(t), mp.mpf(df)
    x = df / (df + t * t)
    a, b = df / 2, mp.mpf(1) / 2
    beta = mp.gamma(a) * mp.gamma(b) / mp.gamma(a + b)
    return mp.power(x, a) / (a * beta) * mp.hyp2f1(a, b, a + 1, x) / 2


def f_tail(f, d1, d2):
    x = mp.mpf(d2) / (d2 + d1 * mp.mpf(f))
    return mp.betainc(mp.mpf(d2) / 2, mp.mpf(d1) / 2, 0, x, regularized=True)


def distributions():
    rows = []
    for z in [0, 1e-8, 0.1, 0.5, 1, 1.2, 1.3, 2, 5, 8, 15, 25, 37, -0.01, -1, -3]:
        rows.append(["normal", z, 0, 0, mp.erfc(mp.mpf(z) / mp.sqrt(2)) / 2])
    for df in [1, 2, 3, 5, 10, 30, 97, 500, 2500, 9999, 1000000]:
        for t in [1e-6, 0.1, 0.7, 1.5, 2, 3, 6, 12, 37, 1e3, 1e10, 1e100]:
            if df <= 500 or t < 40:
                rows.append(["t", t, df, 0, t_tail(t, df)])
    for k in [1, 2, 3, 5, 10, 40, 101, 1000, 100000]:
        for m in [1e-3, 0.1, 0.5, 0.9, 1, 1.1, 1.5, 2, 5, 20, 100, 1000]:
            value = mp.gammainc(mp.mpf(k) / 2, mp.mpf(k * m) / 2, mp.inf, regularized=True)
            rows.append(["chi2", k * m, k, 0, value])
    for k in [1, 2, 7, 60]:
        for x in [60, 300, 800, 1300]:
            value = mp.gammainc(mp.mpf(k) / 2, mp.mpf(x) / 2, mp.inf, regularized=True)
            rows.append(["chi2", x, k, 0, value])
    for d1 in [1, 2, 3, 8, 30, 500]:
        for d2 in [1, 2, 4, 9, 50, 300, 3000]:
            for f in [1e-6, 0.5, 0.99, 1.3, 2, 5, 20, 1e4, 1e30]:
                rows.append(["f", f, d1, d2, f_tail(f, d1, d2)])
    return [[*row[:4], float(mp.nstr(row[4], 20))] for row in rows if row[4] > 1e-305]


# ---- least squares -------------------------------------------------------------------------------


def interval(fit):
    """conf_int() with the quantile of t found here: scipy 1.10's has 9 digits (df 39: 2.0226909117)."""
    quantile = mp.findroot(lambda t: t_tail(t, fit.df_resid) - mp.mpf("0.025"), 2)
    half = float(quantile) * fit.bse
    return np.column_stack([fit.params - half, fit.params + half])


def ols_case(name, y, columns, constant, lags):
    X = np.column_stack(columns) if columns else np.empty((len(y), 0))
    X = sm.add_constant(X, has_constant="add") if constant else X
    fit = sm.OLS(y, X).fit()
    robust = {}
    for kind in ["HC1", "HC3"]:
        robust[kind.lower()] = getattr(fit, kind + "_se")
    hac = fit.get_robustcov_results("HAC", maxlags=lags)
    return {
        "name": name, "by": "statsmodels", "constant": constant, "y": y, "X": columns, "lags": lags,
        "params": fit.params, "bse": fit.bse, "tvalues": fit.tvalues, "pvalues": fit.pvalues,
        "confInt": interval(fit), "rsquared": fit.rsquared, "rsquaredAdj": fit.rsquared_adj,
        "fvalue": fit.fvalue, "fPvalue": fit.f_pvalue, "aic": fit.aic, "bic": fit.bic, "llf": fit.llf,
        "dfResid": fit.df_resid, "resid": fit.resid,
        "durbinWatson": sm.stats.durbin_watson(fit.resid), **robust,
        "hac": hac.bse, "hacPvalues": hac.pvalues,
    }


def exact_ols(name, y, columns, lags):
    """With a constant, in 500 digits."""
    mp.mp.dps = 500
    n, k = len(y), len(columns) + 1
    X = mp.matrix([[1] + [mp.mpf(float(c[i])) for c in columns] for i in range(n)])
    Y = mp.matrix([mp.mpf(float(v)) for v in y])
    inverse = (X.T * X) ** -1
    params = inverse * (X.T * Y)
    e = Y - X * params
    ssr = mp.fsum(v * v for v in e)
    mean = mp.fsum(Y) / n
    sst = mp.fsum((v - mean) ** 2 for v in Y)
    s2 = ssr / (n - k)
    f = ((sst - ssr) / (k - 1)) / s2

    def errors(middle, factor=1):
        cov = inverse * middle * inverse
        return [mp.sqrt(cov[j, j] * factor) for j in range(k)]

    def meat(weights, lag):
        return mp.matrix([[mp.fsum(weights[t] * X[t, i] * weights[t - lag] * X[t - lag, j]
                                   for t in range(lag, n)) for j in range(k)] for i in range(k)])

    leverage = [(X[t, :] * inverse * X[t, :].T)[0] for t in range(n)]
    hac = meat(e, 0)
    for lag in range(1, lags + 1):
        m = meat(e, lag)
        hac += (1 - mp.mpf(lag) / (lags + 1)) * (m + m.T)
    llf = -mp.mpf(n) / 2 * (mp.log(2 * mp.pi) + mp.log(ssr / n) + 1)
    bse = [mp.sqrt(s2 * inverse[j, j]) for j in range(k)]
    result = {
        "params": list(params), "bse": bse, "tvalues": [params[j] / bse[j] for j in range(k)],
        "pvalues": [2 * t_tail(abs(params[j] / bse[j]), n - k) for j in range(k)],
        "rsquared": 1 - ssr / sst, "fvalue": f, "fPvalue": f_tail(f, k - 1, n - k), "llf": llf,
        "hc1": errors(meat(e, 0), mp.mpf(n) / (n - k)),
        "hc3": errors(meat([e[t] / (1 - leverage[t]) for t in range(n)], 0)), "hac": errors(hac),
        "resid": list(e),
        "durbinWatson": mp.fsum((e[t] - e[t - 1]) ** 2 for t in range(1, n)) / ssr,
    }
    mp.mp.dps = 60
    as_float = lambda v: [float(x) for x in v] if isinstance(v, list) else float(v)
    return {"name": name, "by": "exact", "constant": True, "y": y, "X": columns, "lags": lags,
            "dfResid": n - k, **{key: as_float(value) for key, value in result.items()}}


def regressions():
    cases = []
    for n, k in [(12, 1), (60, 2), (150, 4)]:
        X = [short(rng.standard_normal(n) * 3 + j) for j in range(k)]
        y = short(1.5 + sum((j + 0.5) * x for j, x in enumerate(X)) + rng.standard_t(4, n))
        for constant in [True, False]:
            cases.append(ols_case(f"{n}x{k} constant={constant}", y, X, constant, 4))
    groups = np.arange(40) % 2
    dummies = [groups.astype(float), 1.0 - groups]
    y = short(groups + rng.standard_normal(40))
    cases.append(ols_case("dummies that add up to a constant", y, dummies, False, 2))
    cases.append(ols_case("constant alone", y, [], True, 2))

    a, b = rng.standard_normal(40), rng.standard_normal(40)
    noise = 0.3 * rng.standard_normal(40)
    hard = [
        ("offset 1e9", 1e9 + a + 0.5 * b + noise, [1e9 + a, -3e8 + b]),
        ("sd 1e-6 at 1e5", 1e5 + 1e-6 * (a + noise), [1e5 + 1e-6 * a, 2e5 + 1e-6 * b]),
        ("scale 1e100", 1e100 * (a + noise), [1e100 * a, 1e-100 * b]),
        ("scale 1e-100", 1e-100 * (a - b + noise), [1e-100 * a, 1e-100 * b]),
        ("p far in the tail", a + 1e-5 * noise, [a]),
        ("nearly collinear", a + noise, [a, a + 1e-7 * b]),
    ]
    for name, y, X in hard:
        cases.append(exact_ols(name, y, X, 3))
    return cases


# ---- robust lines --------------------------------------------------------------------------------


def huber_cases():
    cases = []
    for n, offset in [(15, 0), (60, 0), (200, 1000)]:
        x = short(rng.standard_normal(n) + offset)
        y = short(2 + 0.7 * x + rng.standard_t(2, n))
        y[0] += 40
        fit = sm.RLM(y, sm.add_constant(x), M=sm.robust.norms.HuberT()).fit(
            tol=1e-14, maxiter=2000, conv="coefs")
        cases.append({"y": y, "X": [x], "params": fit.params, "bse": fit.bse, "scale": fit.scale,
                      "weights": fit.weights})
    X = [short(rng.standard_normal(80)) for _ in range(3)]
    y = short(X[0] - X[2] + rng.standard_t(3, 80))
    fit = sm.RLM(y, sm.add_constant(np.column_stack(X)), M=sm.robust.norms.HuberT()).fit(
        tol=1e-14, maxiter=2000, conv="coefs")
    cases.append({"y": y, "X": X, "params": fit.params, "bse": fit.bse, "scale": fit.scale,
                  "weights": fit.weights})
    return cases


def theil_sen_cases():
    cases = []
    for n, ties in [(4, False), (5, False), (50, False), (51, True), (120, True)]:
        x, y = rng.standard_normal(n), rng.standard_t(2, n)
        if ties:
            x, y = np.round(x * 3), np.round(y + x)
        x, y = short(x), short(y)
        for method in ["separate", "joint"]:
            for level in [0.95, 0.8]:
                slope, intercept, lo, hi = stats.theilslopes(y, x, alpha=level, method=method)
                cases.append({"y": y, "x": x, "method": method, "level": level, "slope": slope,
                              "intercept": intercept, "lo": lo, "hi": hi})
    return cases


def rolling_case():
    x = short(np.cumsum(rng.standard_normal(120)) + 50)
    y = short(1.3 * x + rng.standard_normal(120))
    rows = {"alpha": [], "beta": [], "alphaSe": [], "betaSe": [], "rsquared": []}
    for end in range(1, len(x) + 1):
        if end < 30:
            values = [np.nan] * 5
        else:
            # Window by window: RollingOLS itself updates X'X and is good to 8 digits only.
            part = slice(end - 30, end)
            fit = sm.OLS(y[part], sm.add_constant(x[part])).fit()
            values = [*fit.params, *fit.bse, fit.rsquared]
        for key, value in zip(rows, values):
            rows[key].append(value)
    return {"y": y, "x": x, "window": 30, **rows}


def total_cases():
    """Orthogonal regression by the singular vectors of the centred, weighted data."""
    cases = []
    x = short(rng.standard_normal(80) * 2 + 5)
    for slope, ratio in [(1.4, 1.0), (-0.3, 1.0), (0.8, 4.0)]:
        y = short(slope * x + rng.standard_normal(80))
        xc, yc = x - x.mean(), y - y.mean()
        _, _, v = np.linalg.svd(np.column_stack([xc * np.sqrt(ratio), yc]), full_matrices=False)
        b = -v[1, 0] / v[1, 1] * np.sqrt(ratio)
        cases.append({"y": y, "x": x, "ratio": ratio, "slope": b, "intercept": y.mean() - b * x.mean()})
    return cases


def kalman_cases():
    """The filter with its textbook matrices in 60 digits; None is a missing leg."""
    cases = []
    for name, q, r, m0, p0 in [
        ("plain", [1e-4, 1e-3], 0.5, [1.0, 0.0], [[1.0, 0.0], [0.0, 1.0]]),
        ("diffuse prior", [1e-6, 1e-6], 1e-3, [0.0, 0.0], [[1e7, 0.0], [0.0, 1e7]]),
        ("correlated prior", [0.0, 0.0], 1.0, [2.0, 1.0], [[2.0, -0.5], [-0.5, 1.0]]),
    ]:
        x = short(np.cumsum(rng.standard_normal(120)) + 30)
        y = short(1.8 * x + 3 + rng.standard_normal(120))
        y[[10, 50]] = np.nan
        x[[20, 50]] = np.nan
        th, P = mp.matrix(m0), mp.matrix(p0)
        Q = mp.diag([mp.mpf(v) for v in q])
        out = {"beta": [], "alpha": [], "innovation": [], "variance": []}
        for t in range(len(x)):
            P = P + Q
            e = V = mp.nan
            if np.isfinite(x[t]):
                F = mp.matrix([[mp.mpf(x[t]), 1]])
                V = (F * P * F.T)[0] + mp.mpf(r)
                if np.isfinite(y[t]):
                    e = mp.mpf(y[t]) - (F * th)[0]
                    K = P * F.T / V
                    th = th + K * e
                    P = P - K * F * P
            for key, value in zip(out, [th[0], th[1], e, V]):
                out[key].append(float(value))
        cases.append({"name": name, "q": q, "r": r, "m0": m0, "p0": p0, "y": y, "x": x, **out})
    return cases


def write(name, content):
    text = json.dumps(tidy(content), separators=(",", ":"), allow_nan=False)
    (HERE / name).write_text(text + "\n")
    print(name, len(text))


write("distributions.json", distributions())
write("regression.json", {
    "ols": regressions(), "huber": huber_cases(), "theilSen": theil_sen_cases(),
    "rollingOls": rolling_case(), "totalLeastSquares": total_cases(), "kalmanHedge": kalman_cases(),
})
