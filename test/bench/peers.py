"""The peers' side of statistics.ts: the same work on the same columns, seconds as JSON on stdout.

Columns are raw little-endian doubles in the folder given. A package that is missing is named, not fatal.
"""

import json
import sys
import time
from pathlib import Path

RUNS = 5
WARM_UP = 0.5
folder = Path(sys.argv[1])


def best(work):
    warm = time.perf_counter() + WARM_UP
    while time.perf_counter() < warm:
        work()
    seconds = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def column(name):
    import numpy

    return numpy.fromfile(folder / name, dtype="<f8")


def rolling(kind, min_periods):
    import pandas

    x, y = pandas.Series(column(f"{kind}-x")), pandas.Series(column(f"{kind}-y"))
    return best(lambda: x.rolling(60, min_periods=min_periods).corr(y))


def bars():
    import polars

    ticks = polars.DataFrame({name: column(f"tick-{name}") for name in ("time", "price", "size")})
    ticks = ticks.with_columns(polars.col("time").cast(polars.Int64).cast(polars.Datetime("ms")))
    ticks = ticks.set_sorted("time")
    price, size = polars.col("price"), polars.col("size")

    def work():
        for step in ("1s", "1m", "5m"):
            ticks.group_by_dynamic("time", every=step).agg(
                open=price.first(),
                high=price.max(),
                low=price.min(),
                close=price.last(),
                volume=size.sum(),
                trades=polars.len(),
                vwap=(price * size).sum() / size.sum(),
            )

    return best(work)


def adf():
    from statsmodels.tsa.stattools import adfuller

    series = column("adf")
    return best(lambda: adfuller(series, autolag="AIC", result_object=True))


def hayashi_yoshida():
    import numpy

    t, x, s, y = (column(name) for name in ("hy-t1", "hy-p1", "hy-t2", "hy-p2"))

    def work():
        start = numpy.maximum(numpy.searchsorted(s, t[:-1], "right") - 1, 0)
        end = numpy.minimum(numpy.searchsorted(s, t[1:], "left"), len(s) - 1)
        dx, dy = numpy.diff(x), numpy.diff(y)
        return numpy.dot(dx, y[end] - y[start]) / numpy.sqrt(numpy.dot(dx, dx) * numpy.dot(dy, dy))

    return best(work)


def pearson():
    from scipy import stats

    x, y = column("finite-x"), column("finite-y")
    return best(lambda: stats.pearsonr(x, y))


def partial():
    import numpy

    series = column("finite-y")[:500_000].reshape(5, -1)

    def work():
        inverse = numpy.linalg.inv(numpy.corrcoef(series))
        root = numpy.sqrt(numpy.diag(inverse))
        return -inverse / numpy.outer(root, root)

    return best(work)


def quantile():
    import numpy

    x = column("finite-x")
    return best(lambda: numpy.quantile(x, 0.37))


def performance():
    import numpy
    from scipy import stats

    returns = column("finite-x")[:100_000] * 0.001

    def work():
        equity = numpy.cumprod(1 + returns)
        fall = (equity / numpy.maximum.accumulate(equity) - 1).min()
        mean, sd = returns.mean(), returns.std(ddof=1)
        down = numpy.sqrt((numpy.minimum(returns, 0) ** 2).mean())
        return equity[-1], fall, mean / sd, mean / down, stats.skew(returns), stats.kurtosis(returns)

    return best(work)


def kpss():
    import warnings

    from statsmodels.tsa.stattools import kpss

    warnings.simplefilter("ignore")
    x = column("finite-x")[:100_000]
    return best(lambda: kpss(x, nlags="auto"))


def describe():
    import numpy
    from scipy import stats

    x = column("finite-x")
    return best(lambda: (stats.describe(x, bias=False), numpy.median(x)))


def answer(work):
    try:
        return work()
    except ImportError as error:
        return f"{error.name} is not installed"


WORKS = {
    "finite": lambda: rolling("finite", 60),
    "gaps": lambda: rolling("gaps", 30),
    "flat": lambda: rolling("flat", 60),
    "bars": bars,
    "adf": adf,
    "hayashiYoshida": hayashi_yoshida,
    "pearson": pearson,
    "partial": partial,
    "quantile": quantile,
    "performance": performance,
    "kpss": kpss,
    "describe": describe,
}
print(json.dumps({name: answer(work) for name, work in WORKS.items()}))
