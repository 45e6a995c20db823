"""Makes the numbers of one coin at its venues anew: differences with pandas, half-lives with statsmodels, leads with numpy."""

import glob
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


check_differences(GIVEN["texts"]["first"], is_median=False)
check_differences(GIVEN["texts"]["median"], is_median=True)
check_leads(GIVEN["texts"]["first"])
print(f"{checked} numbers of one coin at its venues are the same")
