"""Checks exported bars and correlations against vendor files with pandas.

    python test/golden/compare_correlation.py --export DIR --bars BTCUSDT=FILE --bars ES=FILE

FILE is a vendor's one-minute CSV (gzipped or not): open_time_ms or openTime, open, high, low, close,
volume.
DIR holds bars_<SYMBOL>_1m.csv, correlation.csv and correlation_full.csv as `deno task stream --export`
writes them (and coverage.json, if there, tells where coverage began). The rules, written anew here:

- Exported bars equal the file's, bar for bar, from the start of coverage (or else the first exported
  bar) to the last exported bar.
- A slot of 1m, 5m, 15m or 1h counts when it has a bar and lies wholly in the time covered.
- A return is ln(close / previous close) of adjacent slots; none when a minute out of session lies
  between the two closes.
- Rolling r is pandas' a.rolling(W, min_periods).corr(b) on the gapless UTC grid; n counts pairs;
  expected counts slots where both markets were open in this slot and the one before.

Sessions: crypto trades always; ES, NQ, MES and MNQ from 18:00 to 17:00 New York time, Sunday to
Friday. Holidays are not known here: the exported range must have none. Contract rolls neither.
Exits with 1 on any difference beyond 1e-9. Needs numpy and pandas only.
"""

import argparse
import json
import math
import statistics
import sys
from pathlib import Path

import numpy as np
import pandas as pd

MINUTE = 60_000
STEPS = {"1m": MINUTE, "5m": 5 * MINUTE, "15m": 15 * MINUTE, "1h": 60 * MINUTE}
FUTURES = {"ES", "NQ", "MES", "MNQ"}
TOLERANCE = 1e-9
PRICES = ["open", "high", "low", "close", "volume"]


class Report:
    """Collects what was compared and every way in which it differed."""

    def __init__(self):
        self.faults = 0
        self.compared = 0

    def check(self, ok, message):
        if not ok:
            self.faults += 1
            if self.faults <= 20:
                print(f"MISMATCH {message}")

    def close_to(self, label, ours, theirs):
        """Compares two columns, NaN only with NaN; returns the largest difference."""
        ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
        one_sided = np.isnan(ours) != np.isnan(theirs)
        self.check(not one_sided.any(), f"{label}: {one_sided.sum()} values on one side only")
        both = ~np.isnan(ours) & ~np.isnan(theirs)
        self.compared += int(both.sum())
        error = float(np.max(np.abs(ours[both] - theirs[both]), initial=0.0))
        self.check(error <= TOLERANCE, f"{label}: differs by {error:.3g}")
        return error

    def encloses(self, label, lo, hi, plain_lo, plain_hi):
        """Checks that an interval on the effective n is nowhere narrower than Fisher's on n, NaN only with NaN."""
        lo, hi = np.asarray(lo, float), np.asarray(hi, float)
        one_sided = (np.isnan(lo) != np.isnan(plain_lo)) | (np.isnan(hi) != np.isnan(plain_hi))
        self.check(not one_sided.any(), f"{label}: {one_sided.sum()} intervals on one side only")
        narrower = (lo > plain_lo + TOLERANCE) | (hi < plain_hi - TOLERANCE) | (lo < -1) | (hi > 1)
        self.compared += int((~np.isnan(lo)).sum())
        self.check(not narrower.any(), f"{label}: {narrower.sum()} intervals narrower than Fisher's")


def is_open(symbol, times):
    if symbol not in FUTURES:
        return np.ones(len(times), bool)
    local = pd.to_datetime(times, unit="ms", utc=True).tz_convert("America/New_York")
    day, hour = local.day_of_week.to_numpy(), local.hour.to_numpy()
    weekend = (day == 5) | ((day == 6) & (hour < 18)) | ((day == 4) & (hour >= 17))
    return ~weekend & (hour != 17)


def load_vendor(path):
    bars = pd.read_csv(path).rename(columns={"open_time_ms": "openTime"}).set_index("openTime")
    assert bars.index.is_monotonic_increasing and bars.index.is_unique, f"{path} is not in order"
    return bars[PRICES].astype(float)


def compare_bars(symbol, vendor, start, directory, report):
    """Returns where coverage began: `start` (None: not known), or else the first exported bar."""
    ours = pd.read_csv(directory / f"bars_{symbol}_1m.csv").set_index("openTime")
    report.check(len(ours) > 0, f"{symbol}: no bars exported")
    report.check(ours.index.is_unique, f"{symbol}: a minute was exported twice")
    report.check(ours.index.is_monotonic_increasing, f"{symbol}: bars are not in order")
    first, last = ours.index.min(), ours.index.max()
    first = first if start is None else min(start, first)
    theirs = vendor.loc[first:last]
    lacking, extra = theirs.index.difference(ours.index), ours.index.difference(theirs.index)
    report.check(len(lacking) == 0, f"{symbol}: {len(lacking)} bars lacking from {list(lacking[:3])}")
    report.check(len(extra) == 0, f"{symbol}: {len(extra)} bars too many from {list(extra[:3])}")
    common = ours.index.intersection(theirs.index)
    unequal = (ours.loc[common, PRICES] != theirs.loc[common, PRICES]).any(axis=1)
    report.check(not unequal.any(),
                 f"{symbol}: {unequal.sum()} bars differ from {list(common[unequal][:3])}")
    print(f"bars {symbol}: {len(ours)} exported, {len(theirs)} in the file, "
          f"{int(unequal.sum())} differ")
    return first


def coverage_starts(directory):
    """Where coverage of each instrument began, from coverage.json in whatever nesting it has."""
    path, found = directory / "coverage.json", {}
    if not path.exists():
        return found

    def visit(node):
        if isinstance(node, dict):
            if isinstance(node.get("instrument"), str) and isinstance(node.get("from"), (int, float)):
                found[node["instrument"]] = int(node["from"])
            node = list(node.values())
        if isinstance(node, list):
            for child in node:
                visit(child)

    visit(json.loads(path.read_text()))
    return found


class Minutes:
    """One instrument's minutes on the gapless UTC grid, from the start of coverage."""

    def __init__(self, symbol, vendor, start):
        first = start // (60 * MINUTE) * 60 * MINUTE
        self.start = start
        self.time = np.arange(first, vendor.index.max() + MINUTE, MINUTE)
        self.close = vendor["close"].reindex(self.time).to_numpy(copy=True)
        self.close[self.time < start] = np.nan
        self.has_bar = ~np.isnan(self.close)
        self.in_session = is_open(symbol, self.time) | self.has_bar
        # How many minutes out of session precede each row: two equal counts enclose none.
        self.shut_before = np.concatenate([[0], np.cumsum(~self.in_session)])

    def returns(self, step):
        """Log return and whether one could exist, by slot open time."""
        rows = pd.DataFrame({
            "slot": self.time // step * step,
            "row": np.arange(len(self.time)),
            "has_bar": self.has_bar,
            "in_session": self.in_session,
        })
        slots = pd.DataFrame(index=pd.Index(np.unique(rows["slot"]), name="openTime"))
        slots["bar"] = rows[rows["has_bar"]].groupby("slot")["row"].last()
        slots["session"] = rows[rows["in_session"]].groupby("slot")["row"].last()
        slots.loc[slots.index < self.start, ["bar", "session"]] = np.nan
        close = slots["bar"].map(lambda row: self.close[int(row)], na_action="ignore").astype(float)
        value = np.log(close / close.shift()).where(~self.is_shut(slots["bar"]))
        both = slots["session"].notna() & slots["session"].shift().notna()
        possible = both & ~self.is_shut(slots["session"])
        return value.where(possible), possible

    def is_shut(self, rows):
        """True where a minute out of session lies between a slot's row and the row of the slot before."""
        def shut(now, before):
            if math.isnan(now) or math.isnan(before):
                return False
            return self.shut_before[int(now)] > self.shut_before[int(before) + 1]

        return pd.Series([shut(n, b) for n, b in zip(rows, rows.shift())], index=rows.index)


def pair_table(a, b, timeframe):
    """Returns of both sides over the slots both were covered in."""
    step = STEPS[timeframe]
    (ra, pa), (rb, pb) = a.returns(step), b.returns(step)
    start = max(a.start, b.start) // step * step
    index = np.arange(start, min(ra.index.max(), rb.index.max()) + step, step)
    table = pd.DataFrame({"a": ra.reindex(index), "b": rb.reindex(index)})
    table["possible"] = pa.reindex(index, fill_value=False) & pb.reindex(index, fill_value=False)
    return table


def fisher(r, n):
    z = statistics.NormalDist().inv_cdf(0.975)
    half = z / np.sqrt(np.where(n >= 4, n - 3, np.nan))
    exact = np.abs(r) == 1
    centre = np.arctanh(np.where(exact, np.nan, r))
    return np.where(exact, r, np.tanh(centre - half)), np.where(exact, r, np.tanh(centre + half))


def compare_rolling(minutes, directory, report):
    exported = pd.read_csv(directory / "correlation.csv")
    report.check(len(exported) > 0, "correlation.csv is empty")
    for (pair, timeframe, window), ours in exported.groupby(["pair", "timeframe", "window"]):
        left, right = pair.split("/")
        if left not in minutes or right not in minutes:
            continue
        label = f"rolling {pair} {timeframe} W={window}"
        table = pair_table(minutes[left], minutes[right], timeframe)
        least = min(window, max(20, math.ceil(window / 2)))
        valid = table["a"].notna() & table["b"].notna()
        a, b = table["a"].where(valid), table["b"].where(valid)
        theirs = pd.DataFrame({
            "n": valid.astype(float).rolling(window, min_periods=1).sum(),
            "expected": table["possible"].astype(float).rolling(window, min_periods=1).sum(),
            "r": a.rolling(window, min_periods=least).corr(b),
        })
        ours = ours.set_index("openTime")
        report.check(ours.index.is_unique, f"{label}: a slot was exported twice")
        unknown = ours.index.difference(theirs.index)
        report.check(len(unknown) == 0, f"{label}: {len(unknown)} slots beyond the data")
        common = ours.index.intersection(theirs.index)
        ours, theirs = ours.loc[common], theirs.loc[common]
        for name in ("n", "expected"):
            unequal = ours[name].to_numpy(float) != theirs[name].round().to_numpy(float)
            report.check(not unequal.any(), f"{label}: {name} differs in {unequal.sum()} slots, "
                         f"first {list(common[unequal][:3])}")
        lo, hi = fisher(theirs["r"].to_numpy(), theirs["n"].round().to_numpy())
        error = report.close_to(f"{label} r", ours["r"], theirs["r"])
        report.encloses(label, ours["lo"], ours["hi"], lo, hi)
        print(f"{label}: {len(ours)} slots, {int(ours['r'].notna().sum())} with a value, "
              f"max error {error:.2e}")


def compare_full(minutes, directory, report):
    for _, ours in pd.read_csv(directory / "correlation_full.csv").iterrows():
        left, right = ours["pair"].split("/")
        if left not in minutes or right not in minutes:
            continue
        label = f"full {ours['pair']} {ours['timeframe']}"
        table = pair_table(minutes[left], minutes[right], ours["timeframe"])
        step = STEPS[ours["timeframe"]]
        if not pd.isna(ours["from"]):
            table = table.loc[int(ours["from"]) : int(ours["to"]) - step]
        valid = table["a"].notna() & table["b"].notna()
        n, expected = int(valid.sum()), int(table["possible"].sum())
        report.check(n == ours["n"], f"{label}: n is {ours['n']}, pandas {n}")
        report.check(expected == ours["expected"],
                     f"{label}: expected is {ours['expected']}, here {expected}")
        r = table["a"].corr(table["b"]) if n >= 20 else math.nan
        lo, hi = fisher(np.array([r]), np.array([n]))
        error = report.close_to(f"{label} r", [ours["r"]], [r])
        report.encloses(label, [ours["lo"]], [ours["hi"]], lo, hi)
        print(f"{label}: n {n} of {expected}, r {r:.6f}, max error {error:.2e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bars", action="append", required=True, metavar="SYMBOL=FILE")
    parser.add_argument("--export", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    report, minutes = Report(), {}
    starts = coverage_starts(options.export)
    for entry in options.bars:
        symbol, _, path = entry.partition("=")
        vendor = load_vendor(path)
        start = compare_bars(symbol, vendor, starts.get(symbol), options.export, report)
        minutes[symbol] = Minutes(symbol, vendor, start)
    compare_rolling(minutes, options.export, report)
    compare_full(minutes, options.export, report)
    report.check(report.compared > 0, "no correlation had a value on both sides")
    print(f"{report.compared} values compared: " +
          ("all equal" if report.faults == 0 else f"{report.faults} mismatches"))
    return 0 if report.faults == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
