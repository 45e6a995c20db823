"""Writes effective_n.json: columns and the effective pairs of their correlation, for test/stats/correlation/effective_n_test.ts.

    python test/golden/make_effective_n.py

By another way than the library's: the influence of a row is the derivative of atanh r by the row's weight,
taken with a complex step through the definition of a weighted correlation; leverage is the diagonal of the
hat matrix of (1, x, y); memory is summed row by row. Needs numpy; the seed is fixed.
"""

import json
from pathlib import Path

import numpy as np

SEED = 18
STEP = 1e-30


def weighted_fisher(x, y, w):
    w = w / w.sum()
    dx, dy = x - (w * x).sum(), y - (w * y).sum()
    r = (w * dx * dy).sum() / np.sqrt((w * dx * dx).sum()) / np.sqrt((w * dy * dy).sum())
    return np.log((1 + r) / (1 - r)) / 2


def influence(x, y):
    n = len(x)
    found = np.empty(n)
    for i in range(n):
        w = np.ones(n, dtype=complex)
        w[i] += 1j * STEP
        found[i] = weighted_fisher(x, y, w).imag / STEP * n
    return found


def leverage(x, y):
    design = np.column_stack([np.ones_like(x), x, y])
    return np.einsum("ij,ji->i", design, np.linalg.pinv(design))


def phi(values, rows, n):
    d = values - values.mean()
    links = [k for k in range(1, n) if rows[k] == rows[k - 1] + 1]
    m = len(links)
    lag = sum(d[k] * d[k - 1] for k in links) / (d * d).sum() * (n - 1) / m
    if abs(lag) * np.sqrt(m) < 2:
        return 0.0
    return float(np.clip(lag + (0.5 + 2 * lag) / m, -0.97, 0.97))


def effective(x, y):
    rows = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
    a, b, n = x[rows], y[rows], len(rows)
    share = influence(a, b) / (1 - np.minimum(0.5, leverage(a, b)))
    excess = max(0.0, (share**2).mean() * (1 - 6 / n) - 1)
    tails = 1 + excess**3 / (excess**2 + 8 / n + 400 / n**2)
    product = phi(a, rows, n) * phi(b, rows, n)
    share = sum(rows[k] == rows[k - 1] + 1 for k in range(1, n)) / (n - 1)
    memory = 1 + 2 * share * sum(product**k for k in range(1, 2000)) if product > 0 else 1.0
    return n, tails, memory, 3 + (n - 3) / (tails * memory)


def pair(rng, n, r, tails=False, memory=0.0):
    e = rng.standard_normal((n, 2))
    e[:, 1] = r * e[:, 0] + np.sqrt(1 - r * r) * e[:, 1]
    if tails:
        e /= np.sqrt(rng.chisquare(4, n) / 4)[:, None]
    for i in range(1, n):
        e[i] += memory * e[i - 1]
    return e[:, 0].copy(), e[:, 1].copy()


def main():
    rng = np.random.default_rng(SEED)
    cases = []
    for name, n, r, tails, memory in [
        ("normal", 60, 0.5, False, 0.0),
        ("five rows", 5, 0.2, False, 0.0),
        ("t(4)", 60, 0.3, True, 0.0),
        ("t(4) close to 1", 80, 0.999, True, 0.0),
        ("memory", 60, 0.0, False, 0.8),
        ("memory against each other", 60, -0.6, False, 0.6),
        ("t(4) with memory and gaps", 120, 0.4, True, 0.5),
        ("one row makes it", 40, 0.0, False, 0.0),
    ]:
        x, y = pair(rng, n, r, tails, memory)
        if "gaps" in name:
            x[[3, 50, 51, 80]] = np.nan
            y[[7, 51, 119]] = np.inf
        if "one row" in name:
            x[20], y[20] = 40.0, 55.0
        count, tails_found, memory_found, n_eff = effective(x, y)
        cases.append({
            "name": name,
            "x": [None if not np.isfinite(v) else float(v) for v in x],
            "y": [None if not np.isfinite(v) else float(v) for v in y],
            "n": count, "tails": float(tails_found), "memory": float(memory_found), "nEff": float(n_eff),
        })
    target = Path(__file__).with_name("effective_n.json")
    target.write_text(json.dumps({"numpy": np.__version__, "cases": cases}) + "\n")
    print(target, [(c["name"], round(c["nEff"], 3)) for c in cases])


if __name__ == "__main__":
    main()
