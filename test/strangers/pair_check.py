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


BARS = closes()
check_columns(BARS)
check_tests(BARS)
print(f"{checked} numbers of market.pair are those of pandas, statsmodels and scipy")
