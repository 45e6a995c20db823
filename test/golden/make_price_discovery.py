"""Writes price_discovery.json: prices of one thing at several places and who makes them, for test/stats/.

    python test/golden/make_price_discovery.py

Made twice, with statsmodels' vector autoregression (relations as columns from outside) and by loops over sums of
products in long doubles; information shares by Cholesky's factor of every order, errors of the component shares by
White's covariance of the adjustments and differences of the shares by them. The two must agree.
"""

import itertools
import json
from pathlib import Path

import numpy as np
from statsmodels.tsa.api import VAR

rng = np.random.default_rng(20261203)


def columns_of(prices, lags):
    """Steps, and what explains them: a constant, steps before, relations before."""
    steps = np.diff(prices, axis=0)
    rows = len(steps) - lags
    relations = prices[:, :1] - prices[:, 1:]
    before = [steps[lags - lag : lags - lag + rows] for lag in range(1, lags + 1)]
    design = np.column_stack([np.ones(rows), *before, relations[lags:-1]])
    return steps[lags:], design


def by_statsmodels(prices, lags):
    steps = np.diff(prices, axis=0)
    relations = (prices[:, :1] - prices[:, 1:])[:-1]
    size = prices.shape[1]
    if lags == 0:
        moved, design = columns_of(prices, 0)
        params = np.linalg.lstsq(design, moved, rcond=None)[0]
        resid = moved - design @ params
        return params[1:].T, resid
    fit = VAR(steps, exog=relations).fit(lags, trend="c")
    names = list(fit.exog_names)
    places = [names.index(f"exog{i}") for i in range(size - 1)]
    return np.asarray(fit.params)[places].T, np.asarray(fit.resid)


def by_loops(prices, lags):
    moved, design = columns_of(np.asarray(prices, np.longdouble), lags)
    rows, count = design.shape
    size = moved.shape[1]
    table = [[sum(design[t][i] * design[t][j] for t in range(rows)) for j in range(count)] for i in range(count)]
    sides = [[sum(design[t][i] * moved[t][j] for t in range(rows)) for j in range(size)] for i in range(count)]
    for pivot in range(count):
        best = max(range(pivot, count), key=lambda i: abs(table[i][pivot]))
        table[pivot], table[best], sides[pivot], sides[best] = table[best], table[pivot], sides[best], sides[pivot]
        for i in range(count):
            if i == pivot:
                continue
            factor = table[i][pivot] / table[pivot][pivot]
            table[i] = [a - factor * b for a, b in zip(table[i], table[pivot])]
            sides[i] = [a - factor * b for a, b in zip(sides[i], sides[pivot])]
    params = np.array([[side / table[i][i] for side in sides[i]] for i in range(count)])
    resid = moved - design @ params
    return params[count - size + 1 :].T.astype(float), resid.astype(float)


def components(alpha):
    size = len(alpha)
    return np.linalg.solve(np.vstack([alpha.T, np.ones(size)]), np.eye(size)[-1])


def information(alpha, resid):
    size = len(alpha)
    weights = components(alpha)
    omega = resid.T @ resid / len(resid)
    total = weights @ omega @ weights
    shares = []
    for order in itertools.permutations(range(size)):
        factor = np.linalg.cholesky(omega[np.ix_(order, order)])
        row = (weights[list(order)] @ factor) ** 2 / total
        assert abs(row.sum() - 1) < 1e-12
        shares.append([row[order.index(place)] for place in range(size)])
    return np.min(shares, axis=0), np.max(shares, axis=0)


def errors(prices, alpha, resid, lags):
    """White's HC1 of all adjustments at once, carried over to the shares by differences."""
    moved, design = columns_of(prices, lags)
    rows, count = design.shape
    size = moved.shape[1]
    influence = np.linalg.pinv(design)[count - size + 1 :]
    each = np.einsum("it,tj->tji", influence, resid).reshape(rows, -1)
    covariance = each.T @ each * rows / (rows - count)
    flat = alpha.reshape(-1)
    step = 1e-6 * np.abs(flat).max()
    slopes = []
    for at in range(len(flat)):
        shift = np.zeros_like(flat)
        shift[at] = step
        up, down = [components((flat + sign * shift).reshape(alpha.shape)) for sign in (1, -1)]
        slopes.append((up - down) / (2 * step))
    slopes = np.array(slopes).T
    return np.sqrt(np.diag(slopes @ covariance @ slopes.T))


def made(rows, alpha, scatter, tick=1e-9, level=11.0):
    """Log prices that come back to each other: shocks with fat tails, a variance that comes and goes."""
    alpha, size = np.asarray(alpha), len(alpha)
    prices = np.full((rows, size), level) + 1e-4 * np.arange(size)
    heat = 0.0
    for t in range(1, rows):
        heat = 0.98 * heat + 0.15 * rng.standard_normal()
        shock = 2e-5 * np.exp(heat) * (scatter @ rng.standard_t(4, size))
        relation = prices[t - 1, 0] - prices[t - 1, 1:] + 1e-4 * np.arange(1, size)
        prices[t] = prices[t - 1] + alpha @ relation + shock
    return np.round(np.round(prices / tick) * tick, 9)


CASES = [
    ("two", made(400, [[-0.1], [0.3]], np.array([[1, 0], [0.4, 0.8]])), 3),
    ("two without lags", made(300, [[-0.2], [0.2]], np.eye(2)), 0),
    ("two on ticks", made(500, [[-0.05], [0.2]], np.array([[1, 0], [0.2, 1]]), tick=1e-5), 6),
    ("three", made(400, [[-0.1, -0.05], [0.2, 0], [0.1, 0.3]], np.array([[1, 0, 0], [0.5, 1, 0], [0.3, 0.2, 1]])), 2),
    (
        "four",
        made(
            500,
            [[-0.1, -0.05, 0], [0.2, 0, 0], [0.1, 0.3, 0], [0, 0.1, 0.25]],
            np.array([[1, 0, 0, 0], [0.5, 1, 0, 0], [0.3, 0.2, 1, 0], [0.6, 0, 0.1, 0.7]]),
        ),
        4,
    ),
]


def main():
    answers = []
    for name, prices, lags in CASES:
        alpha, resid = by_loops(prices, lags)
        other, other_resid = by_statsmodels(prices, lags)
        lo, hi = information(alpha, resid)
        for a, b in zip([components(alpha), lo, hi], [components(other), *information(other, other_resid)]):
            assert np.allclose(a, b, rtol=1e-7, atol=1e-9), (name, a, b)
        answers.append(
            {
                "name": name,
                "lags": lags,
                "prices": prices.T.tolist(),
                "componentShares": components(alpha).tolist(),
                "bse": errors(prices, alpha, resid, lags).tolist(),
                "lo": lo.tolist(),
                "hi": hi.tolist(),
                "nobs": len(prices) - 1 - lags,
            }
        )
    path = Path(__file__).with_name("price_discovery.json")
    path.write_text(json.dumps(answers, separators=(",", ":")) + "\n")


main()
