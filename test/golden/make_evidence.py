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


golden = {"gamma": gamma(), "studentRegimes": student_regimes()}
path = Path(__file__).with_name("evidence.json")
path.write_text(json.dumps(golden, allow_nan=False, separators=(",", ":")) + "\n")
print(path, path.stat().st_size)
