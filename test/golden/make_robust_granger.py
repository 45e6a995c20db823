"""Writes robust_granger.json: two columns and statsmodels' robust tests, for test/stats/stationarity/robust_granger_test.ts.

    python test/golden/make_robust_granger.py

statsmodels' OLS with cov_type HC3 and HAC and its wald_test on the lags of x; the wild test's statistic from
the score form of numpy's own least squares. Needs statsmodels and numpy; the seed is fixed.
"""

import json
from pathlib import Path

import numpy as np
import statsmodels
import statsmodels.api as sm

ROWS = 240


def design(y, x, lag):
    n = len(y)
    past = [y[lag - k : n - k] for k in range(1, lag + 1)] + [x[lag - k : n - k] for k in range(1, lag + 1)]
    return y[lag:], np.column_stack([np.ones(n - lag)] + past)


def wald(fit, lag):
    restriction = np.eye(2 * lag + 1)[lag + 1 :]
    test = fit.wald_test(restriction, use_f=True, scalar=True)
    return [float(test.statistic), float(test.pvalue)]


def score(target, columns, lag):
    own = columns[:, : lag + 1]
    e = target - own @ np.linalg.lstsq(own, target, rcond=None)[0]
    other = columns[:, lag + 1 :]
    other = other - own @ np.linalg.lstsq(own, other, rcond=None)[0]
    s = other * e[:, None]
    return float(s.sum(0) @ np.linalg.solve(s.T @ s, s.sum(0)))


def main():
    rng = np.random.default_rng(1802)
    scale = np.exp(np.repeat(rng.standard_normal(ROWS // 8), 8))
    x = rng.standard_normal(ROWS) * scale
    y = (rng.standard_normal(ROWS) + 0.3 * np.roll(x / scale, 2)) * scale
    cases = []
    for lag in (1, 2, 4):
        target, columns = design(y, x, lag)
        hac_lags = int(np.floor(4 * (len(target) / 100) ** (2 / 9)))
        cases.append({
            "lag": lag,
            "hacLags": hac_lags,
            "hc3": wald(sm.OLS(target, columns).fit(cov_type="HC3"), lag),
            "hac": wald(sm.OLS(target, columns).fit(cov_type="HAC", cov_kwds={"maxlags": hac_lags}), lag),
            "score": score(target, columns, lag),
        })
    found = {"statsmodels": statsmodels.__version__, "x": x.tolist(), "y": y.tolist(), "cases": cases}
    Path(__file__).with_name("robust_granger.json").write_text(json.dumps(found) + "\n")
    print(cases)


if __name__ == "__main__":
    main()
