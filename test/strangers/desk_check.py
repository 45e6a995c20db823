"""Makes the numbers of the desk's panels anew with pandas, from exported minute bars, and wants the same text."""

import json
import re
import sys

import numpy as np
import pandas as pd
from inference import windowed

FOLDER = sys.argv[1]
NAMES = {"BTCUSDT": "BTC/USDT", "ES": "ES", "NQ": "NQ"}
MINUTE = pd.Timedelta("1min")
checked = 0


def same(what, found, wanted):
    global checked
    checked += 1
    assert str(found) == str(wanted), f"{what}: pandas {found}, panel {wanted}"


def signed(value, digits):
    """A panel's number: a minus that is one, a plus in front of what is above 0."""
    text = f"{abs(value):.{digits}f}"
    return ("+" if value > 0 else "−" if value < 0 else "") + text


def minutes(symbol):
    frame = pd.read_csv(f"{FOLDER}/bars_{symbol}_1m.csv")
    frame.index = pd.to_datetime(frame["openTime"], unit="ms", utc=True)
    return frame.asfreq("1min")


BARS = {symbol: minutes(symbol) for symbol in NAMES}
RETURNS = {symbol: np.log(frame["close"]).diff() for symbol, frame in BARS.items()}
with open(f"{FOLDER}/panels.json", encoding="utf-8") as file:
    TEXT = json.load(file)


def time_in(text, pattern):
    return pd.Timestamp(re.search(pattern + r" ([\d-]{10} [\d:]{8}) UTC", text)[1], tz="UTC")


def check_header():
    """Volume of a minute over the mean of 20, and the divergence."""
    last = time_in(TEXT["header"], "measured to") - MINUTE
    for symbol, name in NAMES.items():
        volume = BARS[symbol]["volume"].loc[:last].iloc[-20:]
        shown = re.search(rf"{name} VOL ([\d.]+)x", TEXT["header"])[1]
        same(f"volume of {name}", f"{volume.iloc[-1] / volume.mean():.1f}", shown)
    shown = re.search(r"DIV: ([+−]?[\d.]+)σ", TEXT["header"])[1]
    same("divergence", signed(scores()[last], 1), shown)


def check_changes():
    """Per cent from the last close known a day before the header's time."""
    line = TEXT["header"].split("\n")[0]
    now = pd.Timestamp(re.findall(r"([\d-]{10} [\d:]{8}) UTC", line)[-1], tz="UTC")
    for symbol, name in NAMES.items():
        price, change = re.search(rf"{name} ([\d,.]+) \S+ ([+−]?[\d.]+) %", line).groups()
        before = BARS[symbol]["close"].loc[: now - pd.Timedelta("1D") - MINUTE].dropna().iloc[-1]
        found = 100 * (float(price.replace(",", "")) / before - 1)
        same(f"change of {name}", signed(found, 2), change)


def check_volatility():
    """Root of the mean squared return, per cent a day."""
    for line in TEXT["volatility"].split("\n"):
        found = re.search(r"RV15 ([\d.]+)% · RV60 ([\d.]+)% \(([\d.]+)x.*?\).*? · (\S+) · to", line)
        if found is None:
            continue
        symbol = next(one for one, name in NAMES.items() if name == found[4])
        last = time_in(line, "to") - MINUTE
        past = RETURNS[symbol].loc[:last]
        short, long = (np.sqrt((past.iloc[-n:] ** 2).mean() * 1440) for n in (15, 60))
        same(f"RV15 of {symbol}", f"{100 * short:.1f}", found[1])
        same(f"RV60 of {symbol}", f"{100 * long:.1f}", found[2])
        same(f"RV15/RV60 of {symbol}", f"{short / long:.1f}", found[3])


def check_ratio():
    """Bollinger bands (divisor n) about the ratio of five-minute closes, 100 at the start."""
    text = TEXT["ratio"]
    until = time_in(text, "last update")
    step = pd.Timedelta("5min")

    def whole(symbol):
        """Bars that begin within the 48 hours and are over."""
        five = BARS[symbol]["close"].loc[: until - MINUTE].resample(step).last()
        return five[(five.index >= until - pd.Timedelta("48h")) & (five.index + step <= until)]

    a, b = whole("BTCUSDT"), whole("ES")
    ratio = a / b
    start = ratio.first_valid_index()
    value = 100 * ratio / ratio[start]
    mean, sd = value.rolling(20).mean(), value.rolling(20).std(ddof=0)
    same("ratio", f"{value.iloc[-1]:.2f}", re.search(r"Ratio ([\d.]+):", text)[1])
    shown = re.search(r": ([+−]?[\d.]+) sd from", text)[1]
    same("sd from the mean", signed((value.iloc[-1] - mean.iloc[-1]) / sd.iloc[-1], 1), shown)
    for name, series in (("BTC/USDT", a), ("ES", b)):
        move = 100 * (series.iloc[-1] / series[start] - 1)
        same(f"move of {name}", signed(move, 2), re.search(rf"{name} ([+−][\d.]+) %", text)[1])
    beyond, known = re.search(r"Beyond the bands: (\d+) of ([\d,]+) bars", text).groups()
    same("bars with bands", int(mean.notna().sum()), known.replace(",", ""))
    same("bars beyond", int(((value - mean).abs() > 2 * sd).sum()), beyond)


def scores():
    """Difference of the five-minute changes over its standard deviation in the hour before it."""
    change = {s: np.expm1(RETURNS[s].rolling(5).sum()) * 100 for s in ("BTCUSDT", "ES")}
    apart = change["BTCUSDT"] - change["ES"]
    return apart / apart.shift(5).rolling(60, min_periods=30).std()


def check_divergence():
    """Episodes: from 2 sd on, until below 1 sd or on the other side, where it counts."""
    text = TEXT["divergence"]
    until = time_in(text, r"UTC to")
    a, b = RETURNS["BTCUSDT"], RETURNS["ES"]
    score = scores().loc[: until - MINUTE]
    correlation = a.rolling(60, min_periods=30).corr(b).reindex(score.index)
    local = score.index.tz_convert("America/New_York")
    of_day = local.hour * 60 + local.minute
    is_open = (local.day_of_week < 5) & (of_day >= 570) & (of_day < 960)
    known = score.notna() & correlation.notna()
    armed = known & (correlation > 0.4) & is_open
    episodes, now = [], None
    for time, value in score.items():
        if now is not None:
            if not known[time]:
                now = None
            elif not armed[time] or np.sign(value) != np.sign(now["peak"]) or abs(value) < 1:
                now = None
            elif abs(value) > abs(now["peak"]):
                now.update(peak=value, at=time)
        if now is None and armed[time] and abs(value) >= 2:
            now = {"from": time, "peak": value, "at": time}
            episodes.append(now)
    shown = re.findall(
        r"^([\d-]{10} [\d:]{8}) UTC +!+ (major|minor) +([+−][\d.]+)σ", text, re.MULTILINE
    )
    assert len(shown) > 5, text
    same("episodes", len(episodes), len(shown))
    for one, (since, severity, peak) in zip(reversed(episodes), shown):
        same("an episode's peak", signed(one["peak"], 1), peak)
        same("its severity", "major" if abs(one["peak"]) >= 3 else "minor", severity)
        # The table says when it was known: at the end of its first minute, or its open time.
        times = {(one["from"] + k * MINUTE).strftime("%Y-%m-%d %H:%M:%S") for k in (0, 1)}
        assert since in times, (since, times)
    same("armed minutes", int(armed.sum()), re.search(r"armed ([\d,]+) of", text)[1].replace(",", ""))


def check_correlation():
    """Pearson's r of the log returns of bars of each timeframe, window by window."""
    until = time_in(TEXT["correlation"], "last update")
    shown = re.findall(
        r" (1m|5m|15m|1h) +(\d+) +\S ([+−]\d\.\d\d) .*? (\d+) of \d+", TEXT["correlation"]
    )
    assert len(shown) == 4, TEXT["correlation"]
    for timeframe, window, r, n in shown:
        step = pd.Timedelta(timeframe.replace("m", "min"))
        close = pd.DataFrame({s: BARS[s]["close"] for s in ("BTCUSDT", "ES")}).loc[: until - MINUTE]
        bars = close.resample(step).last()
        pair = np.log(bars[bars.index + step <= until]).diff().iloc[-int(window):].dropna()
        same(f"returns of {timeframe}", len(pair), n)
        same(f"correlation {timeframe}", signed(pair.corr().iloc[0, 1], 2), r)
        slots = np.log(bars[bars.index + step <= until]).diff().iloc[-int(window):]
        one = windowed(slots["BTCUSDT"], slots["ES"])
        line = re.search(rf" {timeframe} +{window} .*", TEXT["correlation"])[0]
        ends = " to ".join(signed(one[end], 2) for end in ("lo", "hi"))
        same(f"interval of {timeframe}", ends in line or line, True)


def check_crosses():
    """Closes that crossed the session's VWAP at typical prices on more than 1.5 times the mean volume of 20."""
    with open(f"{FOLDER}/crosses.json", encoding="utf-8") as file:
        crosses = json.load(file)
    for symbol, frame in BARS.items():
        wanted = crosses[symbol]
        frame = frame[frame.index < pd.Timestamp(wanted["to"], unit="ms", tz="UTC")]
        # ES trades from 17:00 in Chicago on for the day after; Bitcoin's day is that of UTC.
        day = frame.index if symbol == "BTCUSDT" else (
            frame.index.tz_convert("America/Chicago").tz_localize(None) + pd.Timedelta("7h"))
        session = day.floor("D")
        money = (frame["high"] + frame["low"] + frame["close"]) / 3 * frame["volume"]
        vwap = money.groupby(session).cumsum() / frame["volume"].groupby(session).cumsum()
        above = np.sign(frame["close"] - vwap)
        before = above.groupby(session).shift(1)
        ratio = frame["volume"] / frame["volume"].rolling(20).mean()
        up, down = (above > 0) & (before <= 0), (above < 0) & (before >= 0)
        begin = pd.Timestamp(wanted["from"], unit="ms", tz="UTC")
        rows = frame.index[(up | down) & (ratio > 1.5) & (frame.index >= begin)]
        same(f"crosses of {symbol}", len(rows), len(wanted["found"]))
        for row, one in zip(rows, wanted["found"]):
            same("time of a cross", row, pd.Timestamp(one["openTime"], unit="ms", tz="UTC"))
            same("its direction", "up" if up[row] else "down", one["direction"])
            same("its volume", f"{ratio[row]:.6f}", f"{one['ratio']:.6f}")


for check in (check_header, check_changes, check_volatility, check_ratio, check_divergence,
              check_correlation, check_crosses):
    check()
print(f"pandas agrees with {checked} numbers of the desk")
