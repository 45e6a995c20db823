"""Writes correlation_family.jsonl, one line: inputs and right answers for the correlation family in test/stats/.

    python test/golden/make_correlation_family.py

Answers are scipy's, numpy's and arch's. Where an answer is computed here, it is by another way than the
library's: partial correlation from regression residuals, the exchange count of Kendall by all pairs.
Needs numpy, scipy and arch; the seed is fixed.
"""

import json
import math
from pathlib import Path

import arch
import numpy as np
import scipy
from arch.bootstrap import optimal_block_length
from scipy import stats
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import squareform

rng = np.random.default_rng(20260205)


def tidy(values):
    return [None if v is None or math.isnan(v) else float(v) for v in values]


def correlated(n, r):
    x = rng.standard_normal(n)
    return x, r * x + math.sqrt(1 - r * r) * rng.standard_normal(n)


def autoregressive(n, phi, noise):
    x = np.empty(n)
    x[0] = noise[0] / math.sqrt(1 - phi * phi)
    for i in range(1, n):
        x[i] = phi * x[i - 1] + noise[i]
    return x


def pair_columns():
    x, y = correlated(60, 0.5)
    yield "normal", x, y
    x, y = correlated(33, -0.4)
    yield "33 without ties, counted out", x, y
    x, y = correlated(34, -0.4)
    yield "34 without ties, normal", x, y
    x, y = correlated(120, 0.6)
    yield "many ties", np.round(x), np.round(2 * y)
    x, y = correlated(40, 0.3)
    yield "ties on one side", np.round(x), y
    x, y = correlated(200, 0.97)
    yield "far tail", x, y
    yield "perfect order", np.arange(50.0), np.exp(np.arange(50) / 10)
    yield "one exchange", np.arange(60.0), np.r_[1, 0, np.arange(2.0, 60)]
    yield "three", np.array([1.0, 2, 3]), np.array([2.0, 1, 5])
    yield "four reversed", np.arange(4.0), -np.arange(4.0)
    x, y = correlated(50, 0.7)
    yield "offset of 1e9", 1e9 + x, 1e9 - y
    yield "scales of 1e100 and 1e-100", 1e100 * x, 1e-100 * y
    heavy = x.copy()
    heavy[7] = 1e12
    yield "a spike of 1e12", heavy, y
    x, y = correlated(4000, 0.02)
    yield "long", np.round(x, 2), np.round(y, 2)


def pair_cases():
    for name, x, y in pair_columns():
        rho, tau = stats.spearmanr(x, y), stats.kendalltau(x, y)
        case = {
            "name": name,
            "x": tidy(x),
            "y": tidy(y),
            "spearman": tidy([rho.statistic, rho.pvalue]),
            "kendall": tidy([tau.statistic, tau.pvalue]),
        }
        if len(x) > 3 and abs(np.corrcoef(x, y)[0, 1]) < 0.999999 and "1e" not in name:
            r = stats.pearsonr(x, y)
            ci = r.confidence_interval(0.9)
            case["pearson"] = tidy([r.statistic, r.pvalue, ci.low, ci.high])
        yield case


def residual(column, others):
    design = np.column_stack([np.ones(len(column)), *others])
    return column - design @ np.linalg.lstsq(design, column, rcond=None)[0]


def partial(series):
    p = len(series)
    corr, pvalues = np.eye(p), np.full((p, p), np.nan)
    df = len(series[0]) - p
    for i in range(p):
        for j in range(p):
            if i == j:
                continue
            others = [series[k] for k in range(p) if k not in (i, j)]
            r = np.corrcoef(residual(series[i], others), residual(series[j], others))[0, 1]
            corr[i, j] = r
            pvalues[i, j] = 2 * stats.t.sf(abs(r) * math.sqrt(df / (1 - r * r)), df)
    return corr, pvalues


def matrix_cases():
    for name, p, n in (("five columns", 5, 80), ("eight of two kinds", 8, 120), ("two columns", 2, 30)):
        common = rng.standard_normal((2, n))
        series = [common[i % 2] * (0.5 + i / p) + rng.standard_normal(n) for i in range(p)]
        corr = np.corrcoef(series)
        tree = linkage(squareform(np.sqrt((1 - corr) / 2), checks=False), "average")
        held, pvalues = partial(series)
        yield {
            "name": name,
            "series": [tidy(s) for s in series],
            "corr": [tidy(r) for r in corr],
            "minEigenvalue": float(np.linalg.eigvalsh(corr)[0]),
            "order": [int(i) for i in leaves_list(tree)],
            "heights": tidy(tree[:, 2]),
            "partial": [tidy(r) for r in held],
            "partialPvalues": [tidy(r) for r in pvalues],
        }


def block_cases():
    for phi in (0.0, 0.3, 0.6, 0.9, -0.5):
        x = autoregressive(300, phi, rng.standard_normal(300))
        yield {"phi": phi, "x": tidy(x), "length": float(optimal_block_length(x)["stationary"].iloc[0])}


def memory(x):
    """First lag from which a run of autocorrelations is insignificant, and the autocorrelations."""
    n = len(x)
    run = max(5, math.ceil(math.sqrt(math.log10(n))))
    d = x - x.mean()
    rho = np.array([d[k:] @ d[: n - k] for k in range(math.ceil(math.sqrt(n)) + run + 1)]) / (d @ d)
    quiet = np.abs(rho) < 2 * math.sqrt(math.log10(n) / n)
    for lag in range(1, len(rho) - run + 1):
        if quiet[lag : lag + run].all():
            return lag, rho
    return len(rho) - 1, rho


def effective_cases():
    for phi, psi in ((0.6, 0.6), (0.9, 0.5), (0.95, 0.95), (0.0, 0.8), (-0.5, 0.5)):
        x = autoregressive(120, phi, rng.standard_normal(120))
        y = autoregressive(120, psi, rng.standard_normal(120))
        (m, a), (k, b) = memory(x), memory(y)
        lags = np.arange(1, max(m, k))
        total = 1 + 2 * np.sum((1 - lags / 120) * a[lags] * b[lags])
        yield {"x": tidy(x), "y": tidy(y), "n": float(max(2, min(120, 120 / max(1, total))))}


def meng(rxy, rxz, ryz, n):
    mean = (rxy**2 + rxz**2) / 2
    f = min(1, (1 - ryz) / (2 * (1 - mean)))
    h = (1 - f * mean) / (1 - mean)
    z = (np.arctanh(rxy) - np.arctanh(rxz)) * math.sqrt((n - 3) / (2 * (1 - ryz) * h))
    return [float(z), float(2 * stats.norm.sf(abs(z)))]


def difference_cases():
    for r1, n1, r2, n2 in ((0.2, 63, 0.6, 243), (0.9, 40, 0.1, 500), (-0.3, 24, 0.3, 24.5)):
        top = np.arctanh(r1) - np.arctanh(r2)
        for rows, variance in (
            ("independent", 1 / (n1 - 3) + 1 / (n2 - 3)),
            ("nested", abs(1 / (n1 - 3) - 1 / (n2 - 3))),
        ):
            z = top / math.sqrt(variance)
            answer = [float(z), float(2 * stats.norm.sf(abs(z)))]
            yield {"first": [r1, n1], "second": [r2, n2], "rows": rows, "answer": answer}


def standardised(returns, lam, warm):
    out, variance = [math.nan] * warm, float(np.mean(returns[:warm] ** 2))
    for r in returns[warm:]:
        out.append(r / math.sqrt(variance))
        variance = lam * variance + (1 - lam) * r * r
    return out


def main():
    p = rng.random(40) ** 3
    p[3] = p[4]
    returns = rng.standard_normal(60) * 1e-3
    golden = {
        "pairs": list(pair_cases()),
        "matrices": list(matrix_cases()),
        "blocks": list(block_cases()),
        "effective": list(effective_cases()),
        "differences": list(difference_cases()),
        "sharedSide": {"input": [0.63, -0.03, -0.19, 15], "answer": meng(0.63, -0.03, -0.19, 15)},
        "pvalues": tidy(p),
        "adjusted": tidy(stats.false_discovery_control(p)),
        "returns": tidy(returns),
        "standardised": tidy(standardised(returns, 0.94, 20)),
    }
    path = Path(__file__).with_name("correlation_family.jsonl")
    path.write_text(json.dumps(golden, separators=(",", ":"), allow_nan=False) + "\n")
    versions = f"numpy {np.__version__}, scipy {scipy.__version__}, arch {arch.__version__}"
    print(f"{path.name}: {path.stat().st_size} bytes, {versions}")


if __name__ == "__main__":
    main()
