"""Writes alert_metrics.json: what the metrics of alerts are, for test/alerts/metrics_test.ts.

    python test/golden/make_alert_metrics.py

Made with pandas 3.1 and numpy 2.4 from the bars of data-samples, each formula written anew here. Some minutes are
taken out first; the file says which. A value is null where the definition leaves it unknown.

- A market is known at a minute when it has that minute's bar. ES is shut from 22:00 to 23:00 UTC on these days.
- A slot of 5m is complete when each of its minutes in session has a bar; it is read once it has ended.
- Windowed metrics need max(20, window / 2) observations, `volume` all of them, RV15 and RV60 four fifths.
- Spread and z-score: np.linalg.lstsq on the window's log closes before the row; the deviation is that of its residuals.
"""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
MINUTE = 60_000
EVERY = 7
rng = np.random.default_rng(20261202)


def read(symbol):
    frame = pd.read_csv(ROOT / "data-samples" / f"bars_{symbol}_1m.csv")
    return frame.set_index("openTime")[["open", "high", "low", "close", "volume"]]


raw = {symbol: read(symbol) for symbol in ["ES", "BTCUSDT", "ETHUSDT"]}
start = min(frame.index[0] for frame in raw.values())
grid = pd.RangeIndex(start, max(frame.index[-1] for frame in raw.values()) + MINUTE, MINUTE)
removed = {}
bars = {}
for symbol, frame in raw.items():
    single = rng.choice(frame.index[200:], 12, replace=False)
    block_start = int(rng.choice(frame.index[400:1500]))
    block = [t for t in range(block_start, block_start + 9 * MINUTE, MINUTE) if t in frame.index]
    removed[symbol] = sorted({int(t) for t in single} | set(block))
    bars[symbol] = frame.drop(removed[symbol]).reindex(grid)

is_shut = {
    "ES": pd.Series((grid // 3_600_000) % 24 == 22, index=grid),
    "BTCUSDT": pd.Series(False, index=grid),
    "ETHUSDT": pd.Series(False, index=grid),
}


def slots(symbol, minutes):
    """Bars of a timeframe, by the open of the slot; NaN where not complete."""
    frame = bars[symbol]
    key = (grid // (minutes * MINUTE)) * minutes * MINUTE
    settled = (frame.close.notna() | is_shut[symbol]).groupby(key).all()
    whole = settled & (pd.Series(1, index=grid).groupby(key).sum() == minutes)
    made = pd.DataFrame({
        "close": frame.close.groupby(key).last(),
        "volume": frame.volume.groupby(key).sum(min_count=1),
    })
    return made.where(whole & made.close.notna())


def at_minutes(column, minutes):
    """A column by slots, read at the minutes in which the newest slot to have ended is that one."""
    newest = ((grid + MINUTE) // (minutes * MINUTE)) * minutes * MINUTE - minutes * MINUTE
    return pd.Series(column.reindex(newest).to_numpy(), index=grid)


def needed(window):
    return max(20, math.ceil(window / 2))


def returns(symbol, minutes):
    close = slots(symbol, minutes).close
    step = minutes * MINUTE
    close = close.reindex(pd.RangeIndex(close.index[0], close.index[-1] + step, step))
    return np.log(close).diff()


def known(*symbols):
    mask = pd.Series(True, index=grid)
    for symbol in symbols:
        mask &= bars[symbol].close.notna()
    return mask


def price(symbol, minutes):
    return at_minutes(slots(symbol, minutes).close, minutes).where(known(symbol))


def change(symbol, minutes, window):
    made = slots(symbol, minutes).close
    there = made.rolling(window + 1).count() == window + 1
    value = 100 * (made / made.shift(window) - 1)
    return at_minutes(value.where(there), minutes).where(known(symbol))


def volume(symbol, minutes, window):
    made = slots(symbol, minutes).volume
    return at_minutes(made / made.rolling(window).mean(), minutes).where(known(symbol))


def vwap_distance(symbol):
    frame = bars[symbol]
    typical = (frame.high + frame.low + frame.close) / 3
    anchor = (grid + 3_600_000) // 86_400_000 if symbol == "ES" else grid // 86_400_000
    money = (typical * frame.volume).fillna(0).groupby(anchor).cumsum()
    vwap = money / frame.volume.fillna(0).groupby(anchor).cumsum()
    return (100 * (frame.close - vwap) / vwap).where(known(symbol))


def volatility_ratio(symbol):
    squares = returns(symbol, 1) ** 2
    short = np.sqrt(squares.rolling(15, min_periods=12).mean())
    long = np.sqrt(squares.rolling(60, min_periods=48).mean())
    return (short / long).where(known(symbol))


def correlation(y, x, minutes, window):
    a, b = returns(y, minutes), returns(x, minutes)
    r = a.rolling(window, min_periods=needed(window)).corr(b)
    return at_minutes(r, minutes).where(known(y, x))


def divergence(y, x, minutes, window, horizon):
    def moved(symbol):
        return 100 * np.expm1(returns(symbol, minutes).rolling(horizon, min_periods=horizon).sum())
    difference = moved(y) - moved(x)
    sd = difference.shift(horizon).rolling(window, min_periods=needed(window)).std(ddof=1)
    score = at_minutes(difference / sd, minutes).where(known(y, x))
    return score.where(correlation(y, x, 1, 60) > 0.4)


def spread_and_z(y, x, minutes, window):
    a, b = np.log(slots(y, minutes).close), np.log(slots(x, minutes).close)
    a, b = a.align(b)
    spread, z = a * np.nan, a * np.nan
    for i in range(len(a)):
        past = pd.DataFrame({"y": a.iloc[max(0, i - window) : i], "x": b.iloc[max(0, i - window) : i]}).dropna()
        if len(past) < needed(window) or math.isnan(a.iloc[i] + b.iloc[i]):
            continue
        design = np.column_stack([np.ones(len(past)), past.x])
        line, *_ = np.linalg.lstsq(design, past.y, rcond=None)
        residual = past.y - design @ line
        spread.iloc[i] = a.iloc[i] - line[0] - line[1] * b.iloc[i]
        z.iloc[i] = spread.iloc[i] / residual.std(ddof=1)
    mask = known(y, x)
    return at_minutes(spread, minutes).where(mask), at_minutes(z, minutes).where(mask)


cases = []


def case(metric, of, minutes, values, **more):
    sampled = values.iloc[::EVERY]
    cases.append({
        "metric": metric,
        "of": of,
        "timeframe": f"{minutes}m",
        **more,
        "values": [None if not math.isfinite(v) else float(v) for v in sampled],
    })


for minutes in [1, 5]:
    case("price", "ES", minutes, price("ES", minutes))
case("change", "ES", 1, change("ES", 1, 5), window=5)
case("change", "BTCUSDT", 5, change("BTCUSDT", 5, 12), window=12)
case("volume", "BTCUSDT", 1, volume("BTCUSDT", 1, 20), window=20)
case("volume", "ES", 5, volume("ES", 5, 10), window=10)
for symbol in ["ES", "BTCUSDT"]:
    case("vwap-distance", symbol, 1, vwap_distance(symbol))
    case("volatility-ratio", symbol, 1, volatility_ratio(symbol))
case("correlation", "BTCUSDT/ES", 1, correlation("BTCUSDT", "ES", 1, 60), window=60)
case("correlation", "BTCUSDT/ES", 5, correlation("BTCUSDT", "ES", 5, 48), window=48)
case("correlation", "ETHUSDT/BTCUSDT", 1, correlation("ETHUSDT", "BTCUSDT", 1, 30), window=30)
for horizon, window in [(1, 60), (5, 40)]:
    values = divergence("BTCUSDT", "ES", 1, window, horizon)
    case("divergence", "BTCUSDT/ES", 1, values, window=window, horizon=horizon)
for y, x, minutes, window in [("BTCUSDT", "ES", 1, 60), ("ETHUSDT", "BTCUSDT", 1, 30), ("BTCUSDT", "ES", 5, 48)]:
    spread, z = spread_and_z(y, x, minutes, window)
    case("spread", f"{y}/{x}", minutes, spread, window=window)
    case("zscore", f"{y}/{x}", minutes, z, window=window)

out = {"every": EVERY, "removed": removed, "cases": cases}
path = Path(__file__).with_name("alert_metrics.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
print(path.stat().st_size, [(c["metric"], sum(v is not None for v in c["values"]), len(c["values"])) for c in cases])
