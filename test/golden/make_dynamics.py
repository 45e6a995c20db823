"""Writes dynamics.json: inputs and right answers for the dynamics in test/stats/.

    python test/golden/make_dynamics.py

GARCH by arch; DCC by a numpy recursion and scipy's optimisers; regimes by statsmodels' MarkovRegression and
by scipy densities; sessions and hours of the week by pandas' time zones. The seed is fixed.
"""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from arch import arch_model
from scipy import optimize, stats
from statsmodels.tsa.regime_switching.markov_regression import MarkovRegression

warnings.simplefilter("ignore")
rng = np.random.default_rng(20260301)


def simulate_garch(n, omega, alpha, beta, shocks):
    h, r = omega / (1 - alpha - beta), np.zeros(n)
    for t in range(n):
        r[t] = math.sqrt(h) * shocks[t]
        h = omega + alpha * r[t] ** 2 + beta * h
    return np.round(r, 9)


def garch_case(name, returns, unit=1.0):
    """`unit` brings returns to arch's preferred size; likelihoods are given for the returns themselves."""
    model = arch_model(returns * unit, mean="Zero", vol="GARCH", p=1, q=1, rescale=False)
    fits = [
        model.fit(disp="off", tol=1e-12, options={"maxiter": 2000}, starting_values=start)
        for start in (None, np.array([0.05, 0.05, 0.9]) * [np.var(returns * unit), 1, 1])
    ]
    fit = max(fits, key=lambda f: f.loglikelihood)
    shift = len(returns) * math.log(unit)
    level = np.var(returns * unit)
    fixed_params = [0.1 * level, 0.08, 0.82]
    fixed = model.fix(fixed_params)
    back = model.volatility.backcast(model.resids(np.array([])))
    return {
        "name": name,
        "returns": returns.tolist(),
        "omega": fit.params["omega"] / unit**2,
        "alpha": fit.params["alpha[1]"],
        "beta": fit.params["beta[1]"],
        "bse": [fit.std_err["omega"] / unit**2, fit.std_err["alpha[1]"], fit.std_err["beta[1]"]],
        "llf": fit.loglikelihood + shift,
        "next": float(fit.forecast(horizon=1).variance.iloc[-1, 0]) / unit**2,
        "backcast": float(back) / unit**2,
        "fixed": {
            "omega": fixed_params[0] / unit**2,
            "alpha": 0.08,
            "beta": 0.82,
            "llf": fixed.loglikelihood + shift,
            "variance": (np.asarray(fixed.conditional_volatility) ** 2 / unit**2)[::50].tolist(),
        },
    }


def dcc_path(z, a, b, bar):
    q, path, total = bar.copy(), [], 0.0
    for row in z:
        d = np.sqrt(np.diag(q))
        r = q / np.outer(d, d)
        path.append(r)
        total += -0.5 * (np.linalg.slogdet(r)[1] + row @ np.linalg.solve(r, row) - row @ row)
        q = (1 - a - b) * bar + a * np.outer(row, row) + b * q
    return total, path


def dcc_case(columns):
    constants, z, volatility_llf = [], [], 0.0
    for r in columns:
        model = arch_model(r, mean="Zero", vol="GARCH", p=1, q=1, rescale=False)
        params = [0.1 * np.var(r), 0.08, 0.82]
        fixed = model.fix(params)
        z.append(r / fixed.conditional_volatility)
        volatility_llf += fixed.loglikelihood
        back = float(model.volatility.backcast(model.resids(np.array([]))))
        constants.append(dict(omega=params[0], alpha=0.08, beta=0.82, initialVariance=back))
    z = np.column_stack(z)
    bar = z.T @ z / len(z)
    llf, path = dcc_path(z, 0.04, 0.93, bar)
    return {
        "columns": [r.tolist() for r in columns],
        "garch": constants,
        "a": 0.04,
        "b": 0.93,
        "qBar": bar.tolist(),
        "correlationLlf": llf,
        "llf": llf + volatility_llf,
        "path": [r[0, -1] for r in path][::50],
    }


def dcc_best(columns):
    """The likelihood that scipy reaches from several starts, on top of arch's own volatilities."""
    z, volatility_llf = [], 0.0
    for r in columns:
        model = arch_model(r, mean="Zero", vol="GARCH", p=1, q=1, rescale=False)
        fit = model.fit(disp="off", tol=1e-12, options={"maxiter": 2000})
        z.append(r / fit.conditional_volatility)
        volatility_llf += fit.loglikelihood
    z = np.column_stack(z)
    bar = z.T @ z / len(z)

    def cost(p):
        if p[0] < 0 or p[1] < 0 or p[0] + p[1] >= 0.9999:
            return 1e10
        return -dcc_path(z, *p, bar)[0]

    found = [
        optimize.minimize(cost, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9})
        for start in ([0.05, 0.9], [0.02, 0.97])
    ]
    best = min(found, key=lambda f: f.fun)
    return {"a": best.x[0], "b": best.x[1], "correlationLlf": -best.fun, "llf": volatility_llf - best.fun}


def chain(n, transition):
    state, states = 0, []
    for _ in range(n):
        states.append(state)
        state = int(rng.choice(len(transition), p=transition[state]))
    return np.array(states)


def regime_one():
    states = chain(500, [[0.97, 0.03], [0.06, 0.94]])
    x = np.round(np.where(states == 0, 0.1, -0.2) + np.where(states == 0, 0.6, 1.8) * rng.standard_normal(500), 9)
    model = MarkovRegression(x, k_regimes=2, trend="c", switching_variance=True)
    params = [0.95, 0.08, 0.05, -0.1, 0.5, 3.0]
    smooth = model.smooth(params)
    np.random.seed(20260301)  # statsmodels draws its starts from the global generator
    fit = model.fit(search_reps=20, maxiter=500, disp=False)
    return {
        "x": x.tolist(),
        "transition": [[0.95, 0.05], [0.08, 0.92]],
        "means": [0.05, -0.1],
        "variances": [0.5, 3.0],
        "llf": float(smooth.llf),
        "filtered": smooth.filtered_marginal_probabilities[::25, 0].tolist(),
        "smoothed": smooth.smoothed_marginal_probabilities[::25, 0].tolist(),
        "fittedLlf": round(float(fit.llf), 5),  # its search is not the same to the last digit
    }


def regime_two():
    """Three bivariate regimes: the forward recursion in plain probabilities of scipy's densities."""
    n = 400
    transition = np.array([[0.9, 0.06, 0.04], [0.05, 0.9, 0.05], [0.02, 0.08, 0.9]])
    means = [[0.0, 0.1], [0.2, -0.1], [-0.1, 0.0]]
    covariances = [[[1, -0.2], [-0.2, 1]], [[1, 0.5], [0.5, 2]], [[3, 1.6], [1.6, 1]]]
    initial = [0.5, 0.3, 0.2]
    states = chain(n, transition)
    rows = np.array([rng.multivariate_normal(means[s], covariances[s]) for s in states]).round(9)
    density = np.column_stack(
        [stats.multivariate_normal(m, c).pdf(rows) for m, c in zip(means, covariances)]
    )
    predicted, llf, filtered = np.array(initial), 0.0, []
    for t in range(n):
        joint = predicted * density[t]
        llf += math.log(joint.sum())
        filtered.append(joint / joint.sum())
        predicted = filtered[-1] @ transition
    return {
        "rows": rows.T.tolist(),
        "initial": initial,
        "transition": transition.tolist(),
        "means": means,
        "covariances": covariances,
        "llf": llf,
        "filtered": np.array(filtered)[::20].tolist(),
    }


def sessions():
    """Ten-minute rows over five weeks in which the clocks of New York and London change apart."""
    start = pd.Timestamp("2026-03-02", tz="UTC")
    n = 35 * 144
    time = start + pd.to_timedelta(np.arange(n) * 10, unit="min")
    i = np.arange(n, dtype=float)
    u, v = np.sin(i * i % 9973), np.sin(3 * (i * i % 7919))
    hour = time.hour.to_numpy()
    mix = np.where(hour < 8, 0.1, np.where(hour < 15, 0.5, 0.9))
    day = np.asarray((i // 144) % 5 - 2)
    x, y = u + day, mix * u + (1 - mix) * v + day
    frame = pd.DataFrame({"x": x, "y": y}, index=time)
    cells = {}
    hours = {
        "asia": ("Asia/Tokyo", "09:00", "15:30"),
        "europe": ("Europe/London", "08:00", "16:30"),
        "us": ("America/New_York", "09:30", "16:00"),
    }
    inside = {}
    for name, (zone, begin, end) in hours.items():
        local = frame.tz_convert(zone)
        picked = local.between_time(begin, end, inclusive="left")
        picked = picked[picked.index.dayofweek < 5]
        if name == "us":
            # Good Friday: New York's stock exchange is shut.
            picked = picked[picked.index.date != pd.Timestamp("2026-04-03").date()]
        inside[name] = set(picked.index.tz_convert("UTC"))
        cells[name] = pooled(picked, picked.index.date)
    both = frame[[t in inside["europe"] and t in inside["us"] for t in frame.index]]
    cells["overlap"] = pooled(both, both.index.date)
    local = frame.tz_convert("America/New_York")
    by_hour = []
    for (weekday, hour), group in local.groupby([local.index.dayofweek, local.index.hour]):
        r, p = stats.pearsonr(group.x, group.y)
        interval = stats.pearsonr(group.x, group.y).confidence_interval(0.95)
        by_hour.append([weekday + 1, hour, len(group), r, p, interval.low, interval.high])
    adjusted = stats.false_discovery_control([row[4] for row in by_hour])
    return {
        "start": int(start.timestamp() * 1000),
        "rows": n,
        "cells": cells,
        "hours": [row + [q] for row, q in zip(by_hour, adjusted)],
    }


def pooled(frame, days):
    parts = [part.iloc[1:] - part.iloc[1:].mean() for _, part in frame.groupby(days)]
    flat = pd.concat([part for part in parts if len(part) > 1])
    r = (flat.x * flat.y).sum() / math.sqrt((flat.x**2).sum() * (flat.y**2).sum())
    return {"value": r, "n": len(flat), "days": len(parts)}


n = 1000
shocks = rng.standard_normal(n)
heavy = rng.standard_t(5, n) / math.sqrt(5 / 3)
first = simulate_garch(n, 0.05, 0.08, 0.87, shocks)
minutes = np.round(1e-4 * simulate_garch(n, 0.1, 0.15, 0.75, heavy), 13)
rho = 0.5 + 0.4 * np.sin(np.arange(n) / 80)
second = simulate_garch(n, 0.1, 0.1, 0.8, rho * shocks + np.sqrt(1 - rho**2) * rng.standard_normal(n))
third = simulate_garch(n, 0.2, 0.05, 0.8, 0.6 * shocks + 0.8 * rng.standard_normal(n))

golden = {
    "garch": [
        garch_case("persistent", first),
        garch_case("heavy tails in minutes", minutes, 1e4),
        garch_case("pair's other side", second),
    ],
    "dcc": [dcc_case([first, second]), dcc_case([first, second, third])],
    "dccBest": dcc_best([first, second]),
    "regimeOne": regime_one(),
    "regimeTwo": regime_two(),
    "sessions": sessions(),
}
# Columns that are there already are not written twice.
names = {id(first): "first", id(second): "second"}
for case, columns in zip(golden["dcc"], ([0, 2], [0, 2, third.tolist()])):
    case["columns"] = columns
path = Path(__file__).with_name("dynamics.json")
path.write_text(json.dumps(golden, allow_nan=False, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
print({k: golden["garch"][0][k] for k in ("omega", "alpha", "beta", "llf", "bse", "backcast")})
print(golden["dccBest"], golden["regimeOne"]["fittedLlf"], golden["sessions"]["cells"])
