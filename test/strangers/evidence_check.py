"""Makes numbers of the evidence's panels anew with statsmodels, scipy and pandas, from exported minute bars."""

import json
import re
import sys

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import stats

FOLDER = sys.argv[1]
with open(f"{FOLDER}/panels.json", encoding="utf-8") as file:
    TEXT = json.load(file)
checked = 0


def same(what, found, wanted):
    global checked
    checked += 1
    assert str(found) == str(wanted), f"{what}: here {found}, panel {wanted}"


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def returns(step, text):
    """Log returns of both, where both have one, of the bars that the panel has."""
    since, until = (
        pd.Timestamp(time, tz="UTC")
        for time in re.search(r"([\d-]{10} [\d:]{8}) UTC to ([\d-]{10} [\d:]{8}) UTC", text).groups()
    )
    columns = {}
    for symbol in ("BTCUSDT", "ES"):
        frame = pd.read_csv(f"{FOLDER}/bars_{symbol}_1m.csv")
        frame.index = pd.to_datetime(frame["openTime"], unit="ms", utc=True)
        columns[symbol] = frame["close"].asfreq("1min").resample(step).last()
    bars = pd.DataFrame(columns)
    bars = bars[(bars.index >= since) & (bars.index + pd.Timedelta(step) <= until)]
    pair = np.log(bars).diff().dropna()
    # The first pairs of the time shown rest on a bar of that time.
    n = int(number(re.search(r"([\d,]+) of [\d,]+ pairs of returns", text)[1]))
    assert 0 <= len(pair) - n <= 2, (len(pair), n)
    return pair.iloc[len(pair) - n:]


def check_scatter():
    text = TEXT["scatter"]
    pair = returns("5min", text)
    slope, error, lags, r2 = re.search(
        r"slope ([−\d.]+) ± ([\d.]+) by .* \((\d+) lags\), R² ([\d.]+)", text
    ).groups()
    fit = sm.OLS(pair["BTCUSDT"], sm.add_constant(pair["ES"])).fit()
    # Bartlett's weights, without a correction for the two that are fitted.
    robust = fit.get_robustcov_results("HAC", maxlags=int(lags), use_correction=False)
    same("slope", f"{fit.params['ES']:.3f}", slope.replace("−", "-"))
    same("R²", f"{fit.rsquared:.3f}", r2)
    same("Newey–West's error", f"{robust.bse[1]:.3f}", error)
    theil, low, high = re.search(r"Theil–Sen ([−\d.]+) \(([−\d.]+) to ([−\d.]+)\)", text).groups()
    sen = stats.theilslopes(pair["BTCUSDT"], pair["ES"], alpha=0.95)
    for what, value, shown in zip(("Theil–Sen", "from", "to"), (sen[0], sen[2], sen[3]),
                                  (theil, low, high)):
        same(what, f"{value:.3f}", shown.replace("−", "-"))


def check_tails():
    text = TEXT["tails"]
    pair = returns("5min", text)
    count = int(re.search(r"falls, returns .* (\d+) of", text)[1])
    for what, sign in (("falls", 1), ("rises", -1)):
        ranked = {s: set((sign * pair[s]).nsmallest(count).index) for s in pair}
        share = len(ranked["BTCUSDT"] & ranked["ES"]) / count
        shown = re.search(rf"{what}, returns +(\d+) %", text)[1]
        same(f"{what} together", f"{100 * share:.0f}", shown)


def check_path():
    text = TEXT["path"]
    window, step = re.search(r"last (\d+) (\d+m) log returns", text).groups()
    pair = returns(step.replace("m", "min"), text)
    # A window counts slots, whether both have a return there or not.
    from_ = pair.index[-1] - (int(window) - 1) * pd.Timedelta(step.replace("m", "min"))
    r = pair.loc[from_:].corr().iloc[0, 1]
    shown = re.search(r"Now r is ([+−][\d.]+)", text)[1]
    same("r now", f"{r:.2f}", f"{number(shown):.2f}")


for check in (check_scatter, check_tails, check_path):
    check()
print(f"statsmodels, scipy and pandas agree with {checked} numbers of the evidence")
