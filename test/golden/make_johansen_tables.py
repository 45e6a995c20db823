"""Prints the critical values of Johansen's statistics with a restricted constant and a restricted trend.

    python test/golden/make_johansen_tables.py            # some ten minutes on one core

The limits are functionals of Brownian motion B of p series (Johansen 1995, ch. 15): with F the process in
the relations, the eigenvalues of J' H^-1 J with J = int F dB', H = int F F' are those of the statistics; the
trace is their sum. F is (B, 1) with a restricted constant, (B, t) less its mean with a restricted trend. B
alone without terms, and (B without its last, t) less its mean with a free constant, have published values:
they are simulated too, and the distance is printed.

B is drawn at STEPS + 1 points and J and H are their expectations given these: within a step of length h from
B0 to B1, int B dB' has (B0 + B1)/2 dB' - h/2 I, int B B' has h (m m' + d d'/12) + h^2/6 I with m the middle
and d = B1 - B0. What a step adds to int B dB' beyond its expectation is Levy's area, an antisymmetric matrix
of variance h^2/4, whose sum over the steps is drawn as normal. The plain sums of the textbooks are off by
O(1/STEPS), half a percent at 500 steps.

A quantile of draws is noisy in the tail. The gamma distribution with the draws' mean and variance (Doornik,
J. Economic Surveys 12, 1998) is not; its error, the ratio of both, varies little with p and is averaged over
p >= 3.

Made with numpy 1.24.2 and scipy 1.10.1.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
from scipy.stats import gamma

STEPS, BATCH = 200, 500
LEVELS = np.array([0.90, 0.95, 0.99])
CASES = ["none", "constant", "restricted-constant", "restricted-trend"]


def statistics(product, moments):
    """Trace and largest eigenvalue for each replication; product is q x p, moments q x q."""
    half = np.linalg.solve(np.linalg.cholesky(moments), product)
    square = np.swapaxes(half, 1, 2) @ half
    return np.trace(square, axis1=1, axis2=2), np.linalg.eigvalsh(square)[:, -1]


def cleared(product, moments, inside, outside):
    """J and H of the processes inside, less their projection on the one outside."""
    share = moments[:, inside, outside, None] / moments[:, outside, outside, None, None]
    j = product[:, inside] - share * product[:, outside, None]
    h = moments[:, inside][:, :, inside] - share * moments[:, outside, None][:, :, inside]
    return j, h


def draw(p, replications, rng):
    found = {name: ([], []) for name in CASES}
    length = 1 / STEPS
    ends = np.arange(STEPS + 1) * length
    for _ in range(replications // BATCH):
        steps = rng.standard_normal((BATCH, STEPS, p)) * np.sqrt(length)
        ones, trend = np.ones((BATCH, STEPS, 1)), np.full((BATCH, STEPS, 1), length)
        middle = np.concatenate(
            [np.cumsum(steps, axis=1) - steps / 2, ones, ones * (ends[1:, None] - length / 2)], axis=2)
        change = np.concatenate([steps, 0 * ones, trend], axis=2)
        product = np.swapaxes(middle, 1, 2) @ steps
        moments = (np.swapaxes(middle, 1, 2) @ middle + np.swapaxes(change, 1, 2) @ change / 12) * length
        diagonal = np.arange(p)
        product[:, diagonal, diagonal] -= 0.5
        areas = np.triu(rng.standard_normal((BATCH, p, p)), 1) * np.sqrt(length / 4)
        product[:, :p] += areas - np.swapaxes(areas, 1, 2)
        moments[:, diagonal, diagonal] += length / 6
        b, one, t = list(range(p)), p, p + 1
        for name, pair in {
            "none": (product[:, b], moments[:, b][:, :, b]),
            "constant": cleared(product, moments, b[:-1] + [t], one),
            "restricted-constant": (product[:, b + [one]], moments[:, b + [one]][:, :, b + [one]]),
            "restricted-trend": cleared(product, moments, b + [t], one),
        }.items():
            for part, values in zip(found[name], statistics(*pair)):
                part.append(values)
    return {name: [np.concatenate(part) for part in parts] for name, parts in found.items()}


def published(name, statistic):
    """The table of a case in lib/stats/stationarity/johansen_tables.ts."""
    text = (Path(__file__).parents[2] / "lib/stats/stationarity/johansen_tables.ts").read_text()
    part = text[re.search(rf'^  "?{name}"?: {{', text, re.M).end():]
    part = part[part.index(f"{statistic}: ["):]
    return np.array(re.findall(r"\[([\d.]+), ([\d.]+), ([\d.]+)\]", part)[:12], float)


def main(scale):
    rng = np.random.default_rng(1999)
    smooth, plain = {}, {}
    for p in range(1, 13):
        sample = draw(p, int((400_000 if p <= 4 else 120_000) * scale) // BATCH * BATCH, rng)
        for name, pair in sample.items():
            for kind, values in zip(["trace", "maxEigen"], pair):
                mean, variance = values.mean(), values.var()
                smooth[p, name, kind] = gamma.ppf(LEVELS, mean**2 / variance, scale=variance / mean)
                plain[p, name, kind] = np.quantile(values, LEVELS)
        print(p, file=sys.stderr, flush=True)
    tables = {}
    for name in CASES:
        for kind in ["trace", "maxEigen"]:
            shape = np.mean([plain[p, name, kind] / smooth[p, name, kind] for p in range(3, 13)], axis=0)
            rows = [plain[p, name, kind] if p <= 2 else smooth[p, name, kind] * shape for p in range(1, 13)]
            if name.startswith("restricted"):
                tables.setdefault(name, {})[kind] = np.round(rows, 2).tolist()
            else:
                off = 100 * (np.array(rows) / published(name, kind) - 1)
                print(name, kind, "off by % :", np.round(off, 2).tolist(), file=sys.stderr)
    print(json.dumps(tables))


main(float(sys.argv[1]) if len(sys.argv) > 1 else 1)
