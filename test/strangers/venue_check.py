"""Makes the numbers of one coin at its venues anew: differences with pandas, half-lives with statsmodels, leads and shares with numpy."""

import glob
import itertools
import json
import re
import sys

import numpy as np
import pandas as pd
import statsmodels.api as sm

FOLDER = sys.argv[1]
LINES = {
    "BTCUSDT": "BTC/USDT (Binance.com)",
    "BTCUSDT@usdm": "BTC/USDT (Binance.com USD-M)",
    "BTC-USD@coinbase": "BTC/USD (Coinbase)",
    "BTC-USD@kraken": "BTC/USD (Kraken)",
}
SHORT = {
    "Binance": "BTCUSDT",
    "Binance USD-M": "BTCUSDT@usdm",
    "Coinbase": "BTC-USD@coinbase",
    "Kraken": "BTC-USD@kraken",
}
checked = 0

with open(f"{FOLDER}/panels.json", encoding="utf-8") as file:
    GIVEN = json.load(file)


def same(what, found, wanted):
    global checked
    checked += 1
    assert str(found) == str(wanted), f"{what}: pandas {found}, panel {wanted}"


def signed(value):
    return f"{'−' if value < 0 and round(abs(value), 2) > 0 else '+'}{abs(value):.2f}"


def life(minutes):
    """As the panel writes a half-life."""
    if minutes == np.inf:
        return "none"
    if not np.isfinite(minutes):
        return "–"
    if minutes < 1:
        return f"{60 * minutes:.0f} s"
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def close_of(symbol, start, end):
    [path] = [one for one in glob.glob(f"{FOLDER}/bars_*_1m.csv") if f"bars_{symbol}_1m" in one]
    frame = pd.read_csv(path)
    frame.index = pd.to_datetime(frame["openTime"], unit="ms", utc=True)
    return frame["close"].reindex(pd.date_range(start, end, freq="1min", inclusive="left"))


def half_life(bp):
    """Of the autoregression of neighbours that are both known."""
    frame = pd.DataFrame({"before": bp.shift(), "step": bp.diff()}).dropna()
    slope = sm.OLS(frame["step"], sm.add_constant(frame["before"])).fit().params["before"]
    phi = 1 + slope
    return np.inf if phi >= 1 else np.nan if phi <= 0 else -np.log(2) / np.log(phi)


def cells_of(text, label):
    [line] = [one for one in text.split("\n") if one.startswith(label)]
    return [cell.strip() for cell in re.split(r" {2,}", line)]


def check_differences(text, is_median):
    start, end = [
        pd.Timestamp(one, tz="UTC")
        for one in re.search(r"([\d-]{10} [\d:]{8}) UTC to ([\d-]{10} [\d:]{8}) UTC", text).groups()
    ]
    logs = pd.DataFrame({symbol: np.log(close_of(symbol, start, end)) for symbol in LINES})
    whole = logs.notna().all(axis=1)
    reference = logs.median(axis=1).where(whole) if is_median else logs["BTCUSDT"]
    for symbol, label in LINES.items():
        if symbol == "BTCUSDT" and not is_median:
            continue
        bp = 1e4 * (logs[symbol] - reference)
        _, _, now, mean, sd, half, beyond, minutes, *_ = cells_of(text, label)
        same(f"now of {label}", signed(bp.iloc[-1]) if pd.notna(bp.iloc[-1]) else "–", now)
        same(f"mean of {label}", signed(bp.mean()), mean)
        same(f"sd of {label}", f"{bp.std():.2f}", sd)
        same(f"half-life of {label}", life(half_life(bp)), half.split(" (")[0])
        share = 100 * (bp.dropna().abs() > GIVEN["costBp"]).mean()
        same(f"beyond of {label}", "< 0.1 %" if 0 < share < 0.1 else f"{share:.1f} %", beyond)
        same(f"minutes of {label}", f"{bp.count():,} of {len(bp):,}", minutes)
    same("minutes of all", f"{whole.sum():,} of {len(whole):,} minutes that", re.search(r"^[\d,]+ of [\d,]+ minutes that", text, re.M)[0])


def seconds_of(symbol):
    rows = np.array(GIVEN["seconds"][symbol])
    return rows[:, 0] + 1000, np.log(rows[:, 1])


def overlap(t1, p1, t2, p2):
    """Hayashi and Yoshida's covariance by its definition: products of all moves whose intervals overlap."""
    left1, right1, left2, right2 = t1[:-1, None], t1[1:, None], t2[None, :-1], t2[None, 1:]
    meets = np.maximum(left1, left2) < np.minimum(right1, right2)
    return np.diff(p1) @ (meets @ np.diff(p2))


def check_leads(text):
    lines = re.findall(r"^(.+?) – (.+?)  +(\S.*?)  +(−?\d+ s)  +.*?  +(\d\.\d\d)  +\S+  +(\d+)$", text, re.M)
    assert len(lines) == 6, f"six pairs have a line, got {lines}"
    for first, second, who, by, r, n in lines:
        (t1, p1), (t2, p2) = seconds_of(SHORT[first]), seconds_of(SHORT[second])
        start, end = max(t1[0], t2[0]), min(t1[-1], t2[-1])
        (t1, p1), (t2, p2) = [(t[(t >= start) & (t <= end)], p[(t >= start) & (t <= end)]) for t, p in [(t1, p1), (t2, p2)]]
        lags = np.arange(-15, 16) * 1000
        covariances = np.array([overlap(t1, p1, t2 - lag, p2) for lag in lags])
        peak = np.argmax(np.abs(covariances))
        scale = np.sqrt((np.diff(p1) ** 2).sum() * (np.diff(p2) ** 2).sum())
        same(f"r of {first} and {second}", f"{covariances[peak] / scale:.2f}", r)
        same(f"seconds of {first} and {second}", min(len(t1), len(t2)), n)
        if who.endswith("leads"):
            leader = first if lags[peak] > 0 else second
            same(f"leader of {first} and {second}", f"{leader} leads", who)
            same(f"lag of {first} and {second}", f"{abs(lags[peak]) // 1000} s", by)
        else:
            same(f"{first} and {second}", "together", who)
            assert abs(lags[peak]) <= 1000, f"{first} and {second} are {lags[peak]} ms apart"


def check_shares(text):
    """Where the price is made, from the prices that stand at each second's end: numpy's least squares, every order."""
    lines = re.findall(r"^(.+?)  +(\d+(?: to \d+)? %)  +(−?\d+ %)  +(−?\d+ % to −?\d+ %)  +([\d,]+) of ([\d,]+) s$", text, re.M)
    assert len(lines) == 4, f"four venues have a line, got {lines}"
    sides = [seconds_of(SHORT[name]) for name, *_ in lines]
    ends = [t for t, _ in sides]
    gaps = [np.flatnonzero(np.diff(t) > 300_000) for t in ends]
    end = min(t[-1] for t in ends)
    start = max(end - 3 * 3_600_000, *(t[gap[-1] + 1] if len(gap) else t[0] for t, gap in zip(ends, gaps)))
    grid = np.arange(start, end + 1, 1000)
    prices = np.column_stack([p[np.searchsorted(t, grid, side="right") - 1] for t, p in sides])
    size, lags = 4, 20
    steps = np.diff(prices, axis=0)
    rows = len(steps) - lags
    relations = (prices[:, :1] - prices[:, 1:])[lags:-1]
    design = np.column_stack([np.ones(rows), *[steps[lags - lag : lags - lag + rows] for lag in range(1, lags + 1)], relations])
    # In one unit, or the column of ones would be out of reach of the others.
    scale = np.abs(design).max(axis=0)
    moved = steps[lags:]
    params = np.linalg.lstsq(design / scale, moved, rcond=None)[0] / scale[:, None]
    resid = moved - design @ params
    alpha = params[-(size - 1) :].T
    shares_of = lambda a: np.linalg.solve(np.vstack([a.T / np.abs(a).max(), np.ones(size)]), np.eye(size)[-1])
    weights = shares_of(alpha)
    omega = resid.T @ resid / rows
    found = []
    for order in itertools.permutations(range(size)):
        row = (weights[list(order)] @ np.linalg.cholesky(omega[np.ix_(order, order)])) ** 2 / (weights @ omega @ weights)
        found.append([row[order.index(place)] for place in range(size)])
    lo, hi = np.min(found, axis=0), np.max(found, axis=0)
    influence = (np.linalg.pinv(design / scale) / scale[:, None])[-(size - 1) :]
    each = np.einsum("it,tj->tji", influence, resid).reshape(rows, -1)
    covariance = each.T @ each * rows / (rows - design.shape[1])
    step = 1e-6 * np.abs(alpha).max()
    slopes = np.column_stack([
        (shares_of(alpha + step * unit) - shares_of(alpha - step * unit)) / (2 * step)
        for unit in np.eye(alpha.size).reshape(-1, *alpha.shape)
    ])
    bse = np.sqrt(np.diag(slopes @ covariance @ slopes.T))
    percent = lambda share: f"{'−' if np.floor(100 * share + 0.5) < 0 else ''}{abs(np.floor(100 * share + 0.5)):.0f} %"
    for i, (name, information, component, interval, traded, of) in enumerate(lines):
        least, most = [np.floor(100 * one + 0.5) for one in (lo[i], hi[i])]
        same(f"information share of {name}", f"{least:.0f} %" if least == most else f"{least:.0f} to {most:.0f} %", information)
        same(f"component share of {name}", percent(weights[i]), component)
        same(f"interval of {name}", f"{percent(weights[i] - 1.96 * bse[i])} to {percent(weights[i] + 1.96 * bse[i])}", interval)
        same(f"seconds of {name}", f"{((ends[i] >= start) & (ends[i] <= end)).sum():,} of {len(grid):,}", f"{traded} of {of}")


check_differences(GIVEN["texts"]["first"], is_median=False)
check_differences(GIVEN["texts"]["median"], is_median=True)
check_leads(GIVEN["texts"]["first"])
check_shares(GIVEN["texts"]["first"])
print(f"{checked} numbers of one coin at its venues are the same")
