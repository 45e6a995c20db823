"""Makes the columns and tests of a live pair anew with pandas, statsmodels and scipy, from exported minute bars."""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats
from statsmodels.tsa.adfvalues import mackinnonp
from statsmodels.tsa.stattools import adfuller, coint, kpss
from statsmodels.tsa.vector_ar.vecm import coint_johansen

warnings.simplefilter("ignore")
FOLDER = sys.argv[1]
with open(f"{FOLDER}/pair.json", encoding="utf-8") as file:
    PAIR = json.load(file)
checked = 0


def near(what, found, wanted, tolerance=1e-7):
    global checked
    checked += 1
    wanted = np.nan if wanted is None else wanted
    if np.isnan(found) and np.isnan(wanted):
        return
    gap = abs(found - wanted)
    assert gap <= tolerance * max(1, abs(wanted)), f"{what}: here {found}, market.pair {wanted}"


def closes():
    sides = {}
    for name in ("y", "x"):
        frame = pd.read_csv(f"{FOLDER}/bars_{PAIR[name]}_1m.csv").set_index("openTime")["close"]
        sides[name] = np.log(frame)
    times = PAIR["columns"]["openTime"]
    return pd.DataFrame(sides).reindex(times)


def check_columns(bars):
    window, z_window = PAIR["settings"]["window"], PAIR["settings"]["zWindow"]
    # A row without both sides is none for either.
    both = bars.where(bars.notna().all(axis=1))
    rolled = both.rolling(window, min_periods=window // 2)
    cov = both["y"].rolling(window, min_periods=window // 2).cov(both["x"])
    beta = (cov / rolled["x"].var()).shift(1)
    alpha = rolled["y"].mean().shift(1) - beta * rolled["x"].mean().shift(1)
    spread = both["y"] - beta * both["x"] - alpha
    before = spread.shift(1).rolling(z_window, min_periods=max(5, -(-z_window // 2)))
    z = (spread - before.mean()) / before.std()
    # The first rows rest on rows that are not kept.
    warm = window + z_window + 2
    columns = PAIR["columns"]
    for row in list(range(warm, len(bars), 17)) + [len(bars) - 1]:
        for name, here, tolerance in (("beta", beta, 1e-6), ("spread", spread, 1e-7), ("z", z, 1e-4)):
            near(f"{name} in row {row}", here.iloc[row], columns[name][row], tolerance)


def check_tests(bars):
    found = PAIR["tests"]
    part = bars[(bars.index >= found["from"]) & (bars.index < found["to"])]
    y, x = part["y"].to_numpy(), part["x"].to_numpy()
    assert len(part) == found["n"] and np.isfinite(y + x).all(), (len(part), found["n"])
    tests = found["tests"]
    line = sm.OLS(y, sm.add_constant(x)).fit()
    near("slope", line.params[1], found["line"]["beta"])
    stat, _, lag, *_ = adfuller(line.resid, regression="c", autolag="AIC")
    near("ADF", stat, tests["adf"]["stat"], 1e-6)
    near("lags of ADF", lag, tests["adf"]["lag"])
    near("p of ADF", mackinnonp(stat, "c", 2), tests["adf"]["pvalue"], 1e-6)
    near("KPSS", kpss(line.resid, nlags="auto")[0], tests["kpss"]["stat"], 1e-6)
    for name, (one, other) in {"yOnX": (y, x), "xOnY": (x, y)}.items():
        stat, pvalue, _ = coint(one, other)
        near(f"Engle-Granger {name}", stat, tests["engleGranger"][name]["stat"], 1e-6)
        near(f"p of Engle-Granger {name}", pvalue, tests["engleGranger"][name]["pvalue"], 1e-6)
    resid = line.resid
    phi = 1 + sm.OLS(np.diff(resid), sm.add_constant(resid[:-1])).fit().params[1]
    near("autoregression", phi, tests["halfLife"]["phi"])
    near("half-life", -np.log(2) / np.log(phi), tests["halfLife"]["value"], 1e-6)
    lags = np.arange(2, 21)
    sizes = [np.std(resid[lag:] - resid[:-lag]) for lag in lags]
    near("Hurst", np.polyfit(np.log(lags), np.log(sizes), 1)[0], tests["hurst"]["value"])
    steps = np.diff(resid) - np.diff(resid).mean()
    n, lag = len(steps), tests["varianceRatio"]["lag"]
    long = np.convolve(steps, np.ones(lag), "valid")
    ratio = (long ** 2).sum() / (lag * (n - lag + 1) * (1 - lag / n)) / (steps.var() * n / (n - 1))
    near("variance ratio", ratio, tests["varianceRatio"]["value"])
    hedges = {one["kind"]: one["beta"] for one in found["hedges"]}
    near("least squares", line.params[1], hedges["ols"])
    near("total", np.sign(np.corrcoef(y, x)[0, 1]) * y.std() / x.std(), hedges["total"])
    huber = sm.RLM(y, sm.add_constant(x), M=sm.robust.norms.HuberT()).fit(
        tol=1e-12, maxiter=500, conv="coefs")
    near("Huber", huber.params[1], hedges["huber"], 1e-6)
    near("Theil-Sen", stats.theilslopes(y, x)[0], hedges["theil-sen"])


def traces(levels, lag, has_trend):
    """Johansen's trace statistics by moment matrices, a constant outside the relation and a trend within, or none."""
    steps = np.diff(levels, axis=0)
    rows = np.arange(lag, len(steps))
    outside = np.column_stack([np.ones(len(rows))] + [steps[rows - k] for k in range(1, lag + 1)])
    # Levels about their mean: the constant takes it, and the moments keep their digits.
    past = [(levels - levels.mean(axis=0))[rows]] + ([rows - rows.mean()] if has_trend else [])
    past = np.column_stack(past)
    r0, r1 = (part - outside @ np.linalg.lstsq(outside, part, rcond=None)[0] for part in (steps[rows], past))
    r1 = r1 / r1.std(axis=0)
    s00, s01, s11 = r0.T @ r0, r0.T @ r1, r1.T @ r1
    values = np.linalg.eigvals(np.linalg.solve(s11, s01.T @ np.linalg.solve(s00, s01)))
    logs = -len(rows) * np.log1p(-np.sort(values.real)[::-1][:levels.shape[1]])
    return [logs[rank:].sum() for rank in range(len(logs))]


def check_johansen(y, x):
    found = PAIR["tests"]["tests"]["johansen"]
    levels = np.column_stack([y, x])
    trace = traces(levels, found["lag"], True)
    for rank in range(2):
        near(f"Johansen's trace of rank {rank}", trace[rank], found["trace"][rank], 1e-6)
    rank = next((i for i in range(2) if not trace[i] > found["critical"][i]), 2)
    near("Johansen's rank", rank, found["rank"])
    # statsmodels has no trend within the relation: the same moments without one are its own.
    for rank, own in enumerate(coint_johansen(levels, 0, 2).lr1):
        near("statsmodels' trace", traces(levels, 2, False)[rank], own, 1e-6)


def filtered(y, x, q, noise, p):
    """The state after all rows, its covariance, and the log-likelihood of all innovations but the first two."""
    line = sm.OLS(y[:60], sm.add_constant(x[:60])).fit()
    m, total = np.array([line.params[1], line.params[0]]), 0.0
    for row, (one, other) in enumerate(zip(y, x)):
        p = p + q
        f = np.array([other, 1.0])
        variance = f @ p @ f + noise
        innovation = one - f @ m
        gain = p @ f / variance
        m = m + gain * innovation
        keep = np.eye(2) - np.outer(gain, f)
        p = keep @ p @ keep.T + noise * np.outer(gain, gain)
        if row >= 2:
            total -= (np.log(2 * np.pi * variance) + innovation ** 2 / variance) / 2
    return m, p, total


def check_kalman(y, x):
    q, noise = np.array(PAIR["kalman"]["q"]), PAIR["kalman"]["noise"]
    # x counted from its first row: alpha is then the level there, and what is known of it keeps its digits.
    moved = np.array([[1, 0], [x[0], 1]])
    q = moved @ np.diag(q) @ moved.T
    x = x - x[0]
    first = np.column_stack([x[:60], np.ones(60)])
    diffuse = 1e6 * np.linalg.inv(first.T @ first)
    m, p, total = filtered(y, x, q, noise, diffuse * noise)
    hedge = next(one for one in PAIR["tests"]["hedges"] if one["kind"] == "kalman")
    half = stats.norm.ppf(0.975) * np.sqrt(p[0, 0])
    near("Kalman", m[0], hedge["beta"], 1e-4)
    near("Kalman's interval", half, (hedge["hi"] - hedge["lo"]) / 2, 1e-3)
    near("Kalman's likelihood", total, PAIR["kalman"]["logLikelihood"], 1e-5)
    # What is learned counts (n + 3) / (n - 3) of what fits best; no neighbour of that fits better by more than the search leaves.
    n = len(y) - 2
    likeliest = (n - 3) / (n + 3)

    def at(factors):
        steps = np.diag(np.array(PAIR["kalman"]["q"]) * factors[:2])
        near_q, near_noise = moved @ steps @ moved.T * likeliest, noise * likeliest * factors[2]
        return filtered(y, x, near_q, near_noise, diffuse * near_noise)[2]

    best = at(np.ones(3))
    for place in range(3):
        for factor in (0.8, 1.25):
            factors = np.ones(3)
            factors[place] = factor
            near("a likelier Kalman filter", float(at(factors) > best + 0.02), 0)


def check_systems(bars):
    found = PAIR["tests"]
    part = bars[(bars.index >= found["from"]) & (bars.index < found["to"])]
    y, x = part["y"].to_numpy(), part["x"].to_numpy()
    check_johansen(y, x)
    check_kalman(y, x)


BARS = closes()
check_columns(BARS)
check_tests(BARS)
check_systems(BARS)
print(f"{checked} numbers of market.pair are those of pandas, statsmodels and scipy")
