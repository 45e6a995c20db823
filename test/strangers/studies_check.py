"""Makes what the studies of the evidence find anew with numpy, scipy and statsmodels, from exported minute bars."""

import json
import sys

import numpy as np
import pandas as pd
import statsmodels.api as sm
from inference import follows_of, infer, inflation, pearson, standardised, windowed
from regimes_em import fit
from scipy import stats
from scipy.cluster.hierarchy import leaves_list, linkage

FOLDER = sys.argv[1]
with open(f"{FOLDER}/studies.json", encoding="utf-8") as file:
    RAW = json.load(file)
IDS = RAW["ids"]
DAY_MS = 86_400_000
checked = 0


def same(what, found, wanted, within=1e-7):
    global checked
    checked += 1
    wanted = np.nan if wanted is None else wanted
    if np.isnan(found) and np.isnan(wanted):
        return
    assert abs(found - wanted) <= within * max(1, abs(wanted)), f"{what}: here {found}, there {wanted}"


def minutes(symbol):
    frame = pd.read_csv(f"{FOLDER}/bars_{symbol}_1m.csv")
    frame.index = pd.to_datetime(frame["openTime"], unit="ms", utc=True)
    return frame["close"].asfreq("1min")


CLOSES = {symbol: minutes(symbol) for symbol in IDS}
NEW_YORK_SHUT = {pd.Timestamp("2025-11-27").date()}
NEW_YORK_SHORT = {pd.Timestamp("2025-11-28").date()}


def in_us_hours(index):
    local = index.tz_convert("America/New_York")
    minute = local.hour * 60 + local.minute
    day = pd.Series(local.date, index=index)
    until = np.where(day.isin(NEW_YORK_SHORT), 13 * 60, 16 * 60)
    return (local.day_of_week < 5) & (minute >= 570) & (minute < until) & ~day.isin(NEW_YORK_SHUT).to_numpy()


def returns(step, ids=IDS[:2], us=False, zone=None):
    """Log returns of whole bars on the grid of the study, NaN where there is none."""
    to = pd.Timestamp(RAW["minutesTo"], unit="ms", tz="UTC")
    from_ = to - pd.Timedelta("7D")
    columns = {}
    for symbol in ids:
        close = CLOSES[symbol]
        close = close[(close.index >= from_) & (close.index < to)]
        if us:
            close = close.where(in_us_hours(close.index))
        if zone is not None:
            close = close.tz_convert(zone).tz_localize(None)
        known = close.notna().astype(int)
        slot = close.index.floor(step)
        bars = close.groupby(slot)
        # A bar ends with its session, one longer than an hour is whole; a return reaches over no minute without a bar.
        run = known.groupby(slot).cummin().groupby(slot).sum()
        is_whole = (run > 0) & (run == bars.count()) & (known.groupby(slot).last().shift(1) == 1)
        if pd.Timedelta(step) > pd.Timedelta("1h"):
            is_whole &= run == pd.Timedelta(step) // pd.Timedelta("1min")
        # Bars at the ends of the time looked at are not whole.
        begin = run.index.to_series()
        is_in = (begin.shift(1) >= close.index[0]) & (
            begin + pd.Timedelta(step) <= close.index[-1] + pd.Timedelta("1min"))
        columns[symbol] = np.log(bars.last()).diff().where(is_whole & is_in)
    return pd.DataFrame(columns)


def parts_of(times):
    """The session that opened last: 2 US, 1 London, 0 Tokyo, 3 none; and whether each is open."""

    def open_in(zone, begin, end):
        local = times.tz_convert(zone)
        minute = local.hour * 60 + local.minute
        return (local.day_of_week < 5) & (minute >= begin) & (minute < end)

    us = np.asarray(in_us_hours(times))
    europe = open_in("Europe/London", 480, 990)
    asia = open_in("Asia/Tokyo", 540, 930)
    return np.select([us, europe, asia], [2, 1, 0], 3), {"asia": asia, "europe": europe, "us": us}


def check_estimate(what, found, wanted):
    for name in ("value", "lo", "hi", "n"):
        same(f"{what}: {name}", found[name], wanted[name])


def check_sessions():
    found = RAW["sessions"]["found"]
    pair = returns("5min")
    a, b = (pair[s].to_numpy() for s in IDS[:2])
    part, is_open = parts_of(pair.index)
    is_open["rest"] = ~(is_open["asia"] | is_open["europe"] | is_open["us"])
    for row in found["parts"]:
        name = row["part"]
        inside = is_open[name]
        known = np.isfinite(a) & np.isfinite(b)
        if name == "europe":
            known &= part == 1
        utc_day = pair.index.floor("D")
        stretch = np.cumsum(np.r_[True, (inside[1:] != inside[:-1]) | (
            (utc_day[1:] != utc_day[:-1]) & (name == "rest"))])
        xs, ys, rows, days = [], [], [], 0
        for one in np.unique(stretch[inside]):
            all_rows = np.flatnonzero(stretch == one)
            # The first bar's return reaches over the break before it.
            kept = all_rows[1:][known[all_rows[1:]]]
            if len(kept) < 2:
                continue
            xs.append(a[kept] - a[kept].mean())
            ys.append(b[kept] - b[kept].mean())
            rows.append(follows_of(kept))
            days += 1
        x, y, follows = np.concatenate(xs), np.concatenate(ys), np.concatenate(rows)
        r = (x @ y) / np.sqrt((x @ x) * (y @ y))
        count = len(x) - days + 1
        estimate = infer(r, count, *inflation(x, y, follows, days))
        estimate["n"] = len(x)
        check_estimate(f"session {name}", estimate, row)
        same(f"days of {name}", days, row["days"])
    check_estimate("all hours", pearson(a, b), found["all"])
    check_estimate("volatility taken out", pearson(standardised(a), standardised(b)), found["adjusted"])
    day = pair.index.floor("D").to_numpy()

    def scores(which):
        rows = np.isfinite(a) & np.isfinite(b) & (part == which)
        days = [rows & (day == one) for one in np.unique(day[rows])]
        return [np.arctanh(stats.pearsonr(a[k], b[k])[0]) for k in days if k.sum() >= 10]

    of = {name: scores(i) for i, name in enumerate(("asia", "europe", "us"))}
    ps = [
        stats.ttest_ind(of[one["first"]], of[one["second"]], equal_var=False).pvalue
        if min(len(of[one["first"]]), len(of[one["second"]])) >= 4 else np.nan
        for one in found["differences"]
    ]
    check_adjusted("Welch", ps, [one["pvalue"] for one in found["differences"]],
                   [one["adjusted"] for one in found["differences"]])
    check_storms(a, b, found["storms"])


def check_storms(a, b, found):
    with np.errstate(invalid="ignore"):
        foreseen = np.abs(b / standardised(b))
    limit = np.quantile(foreseen[np.isfinite(foreseen) & np.isfinite(a)], 0.75)
    with np.errstate(invalid="ignore"):
        cut = {"calm": foreseen < limit, "stormy": foreseen >= limit}
    both = {}
    for name, is_in in cut.items():
        both[name] = pearson(np.where(is_in, a, np.nan), np.where(is_in, b, np.nan))
        check_estimate(name, both[name], found[name])
    ratio = np.nanvar(b[cut["stormy"]], ddof=1) / np.nanvar(b[cut["calm"]], ddof=1)
    same("variance ratio", ratio, found["varianceRatio"])
    r = both["stormy"]["value"]
    corrected = r / np.sqrt(1 + (ratio - 1) * (1 - r * r))
    same("Forbes and Rigobon", corrected, found["corrected"])
    error = np.sqrt(sum(1 / (one["nEff"] - 3) for one in both.values()))
    z = (np.arctanh(r) - np.arctanh(both["calm"]["value"])) / error
    same("p of storms", 2 * stats.norm.sf(abs(z)), found["pvalue"])
    known = np.isfinite(foreseen) & np.isfinite(a)
    stormy = cut["stormy"][known].astype(float)
    rises = []
    for y, x in ((a[known], b[known]), (b[known], a[known])):
        design = np.column_stack([np.ones(len(x)), stormy, x, x * stormy])
        lags = int(4 * (len(x) / 100) ** (2 / 9))
        fit = sm.OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags})
        rises.append(np.sign(r) * fit.tvalues[3])
    same("p of slopes", min(1, 2 * stats.norm.sf(min(rises))), found["slopePvalue"])


def check_adjusted(what, pvalues, wanted, adjusted):
    """p-values, and Benjamini and Hochberg's of those that are known."""
    ps = np.array(pvalues, float)
    known = np.isfinite(ps)
    corrected = np.full(len(ps), np.nan)
    if known.any():
        corrected[known] = stats.false_discovery_control(ps[known])
    for one, p in zip(wanted, ps):
        same(f"p of {what}", p, one)
    for one, p in zip(adjusted, corrected):
        same(f"corrected p of {what}", p, one)


def cells_of(pair, column, cells):
    """Value, n, interval and p-value of each cell of one row of a map, days being what varies."""
    a, b = (pair[s].to_numpy() for s in IDS[:2])
    known = np.isfinite(a) & np.isfinite(b)
    day = pair.index.floor("D").to_numpy()
    found, blocks = [], []
    for cell in range(cells):
        rows = np.flatnonzero(known & (column == cell))
        days = np.unique(day[rows])
        estimate = {"value": np.nan, "lo": np.nan, "hi": np.nan, "n": len(rows)}
        if len(rows) >= 10:
            x, y = a[rows] - a[rows].mean(), b[rows] - b[rows].mean()
            r = (x @ y) / np.sqrt((x @ x) * (y @ y))
            estimate = infer(r, len(rows), *inflation(x, y, follows_of(rows)))
        found.append({**estimate, "days": len(days)})
        blocks += [(cell, rows[day[rows] == one]) for one in days]
    longest = max((len(rows) for _, rows in blocks), default=0)
    of_cell = {c: np.concatenate([rows for k, rows in blocks if k == c]) for c, _ in blocks}
    scale = {c: (np.sqrt(np.mean(a[r] ** 2)), np.sqrt(np.mean(b[r] ** 2))) for c, r in of_cell.items()}
    units = [(a[rows] / scale[c][0], b[rows] / scale[c][1]) for c, rows in blocks]
    total = sum(len(u) for u, _ in units)
    overall = np.clip(sum(u @ v for u, v in units) / total, -1, 1) if total else 0
    numbers = []
    for (cell, rows), (u, v) in zip(blocks, units):
        if 2 * len(rows) < longest:
            continue
        value = (
            np.corrcoef(a[rows], b[rows])[0, 1]
            if longest >= 8
            else np.sum(u * v - overall * (u * u + v * v) / 2)
        )
        if np.isfinite(value):
            numbers.append((cell, value))
    cell = np.array([c for c, _ in numbers])
    score = stats.norm.ppf(stats.rankdata([v for _, v in numbers]) / (len(numbers) + 1))
    for i, one in enumerate(found):
        mine = score[cell == i] if len(score) else score
        k, others = len(mine), len(score) - len(mine)
        one["pvalue"] = np.nan
        if one["n"] >= 30 and one["days"] >= 4 and min(k, others) >= 4:
            error = np.sqrt(np.mean(score**2) / k * others / (len(score) - 1))
            one["pvalue"] = 2 * stats.norm.sf(abs(mine.mean()) / error)
    return found


def check_map(name):
    raw = RAW[name]
    rows = raw["found"]["rows"]
    us = name == "usHours"
    made = []
    if name == "weekdays":
        pair = returns("5min", zone="America/Chicago")
        cells = cells_of(pair, pair.index.day_of_week * 24 + pair.index.hour, 7 * 24)
        days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
        made = [cells[24 * days.index(row["label"]):][:24] for row in rows]
    else:
        for row in rows:
            step = row["label"].replace("m", "min")
            hours = max(1, pd.Timedelta(step) // pd.Timedelta("1h"))
            pair = returns(step, us=us, zone="America/Chicago")
            made.append(cells_of(pair, pair.index.hour // hours, 24 // hours))
    wanted = [cell for row in rows for cell in row["cells"]]
    found = [cell for row in made for cell in row]
    assert len(wanted) == len(found), (len(wanted), len(found))
    for there, here in zip(wanted, found):
        what = f"{name}, hour {there['hour']}"
        check_estimate(what, here, there)
        same(f"days of {what}", here["days"], there["days"])
    check_adjusted(name, [c["pvalue"] for c in found], [c["pvalue"] for c in wanted],
                   [c["adjusted"] for c in wanted])
    same(f"stars of {name}", sum(c["adjusted"] is not None and c["adjusted"] < 0.05 for c in wanted),
         raw["found"]["starred"])


def check_granger():
    found = RAW["granger"]["found"]
    pair = returns("1min")
    random = np.random.default_rng(7)
    made = []
    for name, cause, effect in (("firstToSecond", IDS[0], IDS[1]), ("secondToFirst", IDS[1], IDS[0])):
        wanted = found[name]
        x, y = pair[cause].to_numpy(), pair[effect].to_numpy()

        def rows_of(lags):
            data = pd.DataFrame({"y": y, **{f"{n}{k}": pd.Series(v).shift(k)
                                           for k in range(1, lags + 1)
                                           for n, v in (("y", y), ("x", x))}}).dropna()
            return data["y"].to_numpy(), data

        target, data = rows_of(12)
        design = sm.add_constant(data.drop(columns="y").to_numpy())
        q, _ = np.linalg.qr(design)
        z = q.T @ target
        rest, leverage = target - q @ z, (q * q).sum(axis=1)
        rest = rest / (1 - leverage) ** (np.minimum(4, leverage / leverage.mean()) / 2)
        score = q * rest[:, None]
        # Leaving out the columns from one on, by Wald's statistic with HC4.
        loss = [z[j:] @ np.linalg.solve(score[:, j:].T @ score[:, j:], z[j:]) if j < 25 else 0
                for j in range(26)]
        criterion = [loss[2 * lag + 1] + (2 * lag + 1) * np.log(len(target)) for lag in range(1, 13)]
        lag = int(np.argmin(criterion)) + 1
        same(f"lag of {name}", lag, wanted["lag"])
        target, data = rows_of(lag)
        own = [f"y{k}" for k in range(1, lag + 1)]
        other = [f"x{k}" for k in range(1, lag + 1)]
        design = sm.add_constant(data[own + other])
        fit = sm.OLS(target, design).fit(cov_type="HC3", use_t=True)
        test = fit.f_test(", ".join(f"{column} = 0" for column in other))
        same(f"rows of {name}", len(target), wanted["nobs"])
        same(f"HC3 of {name}", float(test.pvalue), wanted["hc3Pvalue"], 1e-6)
        # Signs of the scores at random, by other randomness: as near as the draws allow.
        without = sm.OLS(target, sm.add_constant(data[own])).fit().resid
        base = sm.add_constant(data[own]).to_numpy()
        tested = data[other].to_numpy()
        left = tested - base @ np.linalg.lstsq(base, tested, rcond=None)[0]
        scores = left * np.asarray(without)[:, None]
        middle = np.linalg.inv(scores.T @ scores)
        drawn = random.choice([-1.0, 1.0], (999, len(target))) @ scores
        sums = scores.sum(axis=0)
        p = (1 + np.sum(np.einsum("ij,jk,ik->i", drawn, middle, drawn) >= sums @ middle @ sums)) / 1000
        same(f"signs at random of {name}", p, wanted["pvalue"], 0.01 + 6 * np.sqrt(p * (1 - p) / 999))
        made.append(wanted["pvalue"])
    for name, p in zip(("firstToSecond", "secondToFirst"), stats.false_discovery_control(made)):
        same(f"corrected p of {name}", p, found[name]["adjusted"])


def check_lead():
    """The curve at the level of bars, and where it peaks."""
    all_ = RAW["lead"]["found"]["all"]
    pair = returns("1min")
    a, b = (pair[s].to_numpy() - np.nanmean(pair[s]) for s in IDS[:2])
    both = np.isfinite(a) & np.isfinite(b)
    unit = np.sqrt(np.sum(a[both] ** 2) * np.sum(b[both] ** 2))
    series = {s: pd.Series(v) for s, v in (("a", a), ("b", b))}
    values = []
    for lag_ms, wanted in zip(all_["lagsMs"], all_["values"]):
        product = series["a"] * series["b"].shift(-int(lag_ms // 60_000))
        values.append(product.sum() / unit)
        same(f"correlation at {lag_ms / 60_000:.0f} min", values[-1], wanted)
    same("lag of the peak", all_["lagsMs"][int(np.argmax(np.abs(values)))], 0)


def overlaps(first, second, lag_ms):
    """Each change of the first side times what the second did meanwhile, a lag earlier (Hayashi and Yoshida)."""
    t, s = first["time"], second["time"] - lag_ms
    meet = np.maximum.outer(t[:-1], s[:-1]) < np.minimum.outer(t[1:], s[1:])
    return np.diff(first["price"]) * (meet @ np.diff(second["price"]))


def check_second_lead(what, sides, wanted, random, draws=499):
    """The curve, its peak, and by other randomness whether it is luck and where else it may lie."""
    first, second = sides
    lags = np.array(wanted["lagsMs"])
    products = np.array([overlaps(first, second, lag) for lag in lags])
    unit = np.sqrt(np.prod([np.sum(np.diff(side["price"]) ** 2) for side in sides]))
    curve = products.sum(axis=1) / unit
    for lag, value, there in zip(lags, curve, wanted["values"]):
        same(f"{what} at {lag / 1000:.0f} s", value, there)
    peak = int(np.argmax(np.abs(curve)))
    slower = min(sides, key=lambda side: len(side["time"]))["time"]
    held = int(np.ceil(np.cbrt(len(slower) - 1)))
    block = np.searchsorted(slower[held::held], first["time"][1:], side="left")
    blocks = np.array([products[:, block == one].sum(axis=1) for one in np.unique(block)]) / unit
    signs = random.choice([-1.0, 1.0], (20 * draws, len(blocks)))
    drawn = signs @ blocks
    heights = np.abs(drawn).max(axis=1)
    p = np.mean(heights >= np.abs(curve[peak]))
    reading = wanted["reading"]
    same(f"p of {what}", p, reading["pvalue"], 0.004 + 5 * np.sqrt(p * (1 - p) / draws))
    same(f"band of {what}", np.quantile(heights, 0.95), wanted["threshold"], 0.1)
    if reading["direction"] in ("first", "second"):
        same(f"lag of {what}", abs(lags[peak]), reading["lagMs"])
        same(f"leader of {what}", np.sign(lags[peak]), 1 if reading["direction"] == "first" else -1)
    if reading.get("interval") is not None:
        centred = curve + drawn - signs.mean(axis=1)[:, None] * curve
        places = lags[np.argmax(np.sign(curve[peak]) * centred, axis=1)]
        lo, hi = np.quantile(places, [0.025, 0.975])
        same(f"interval of {what} from", min(lo, lags[peak]), reading["interval"]["loMs"], 1_000)
        same(f"interval of {what} to", max(hi, lags[peak]), reading["interval"]["hiMs"], 1_000)


def check_seconds():
    """Who leads by seconds, over all of the time and by part of the day."""
    raw = RAW["leadOfSeconds"]
    found, evidence = raw["found"], raw["evidence"]
    assert found["basis"] == "seconds", found["basis"]
    random = np.random.default_rng(11)
    given = [{name: np.array(RAW["seconds"][side][name]) for name in ("time", "price")}
             for side in ("a", "b")]

    def kept(is_in):
        return [{name: side[name][is_in(side["time"])] for name in side} for side in given]

    # The newest time in which neither side is silent for more than five minutes.
    silent = [side["time"][1:][np.diff(side["time"]) > 300_000] for side in given]
    begin = max([*(side["time"][0] for side in given), *(one[-1] for one in silent if len(one))])
    end = min(side["time"][-1] for side in given)
    same("begin of the seconds", begin - 1_000, evidence["from"])
    same("end of the seconds", end, evidence["to"])
    whole = kept(lambda time: (time >= begin) & (time <= end))
    same("seconds", min(len(side["time"]) for side in whole), evidence["n"])
    check_second_lead("the lead", whole, found["all"], random)
    for index, part in enumerate(("asia", "europe", "us", "rest")):
        sides = kept(lambda time: (time >= begin) & (time <= end) & (parts_of(
            pd.DatetimeIndex(pd.to_datetime(time - 1_000, unit="ms", utc=True)))[0] == index))
        [wanted] = [one for one in found["parts"] if one["part"] == part]
        same(f"seconds of {part}", min(len(side["time"]) for side in sides), wanted["n"])
        if wanted.get("estimate") is not None:
            check_second_lead(f"the lead in {part}", sides, wanted["estimate"], random)


def check_path():
    found = RAW["path"]["found"]
    pair = returns("15min")
    a, b = (pair[s].to_numpy() for s in IDS[:2])
    end = pair.index.as_unit("ms").astype("int64") + 15 * 60_000
    place = {time: row for row, time in enumerate(end)}
    for i in range(0, len(found["time"]), 5):
        row = place[found["time"][i]]
        if found["r"][i] is None:
            continue
        window = slice(max(0, row - found["window"] + 1), row + 1)
        one = windowed(a[window], b[window])
        for name, wanted in (("value", "r"), ("lo", "lo"), ("hi", "hi")):
            same(f"{wanted} of window {i}", one[name], found[wanted][i])


def check_matrix():
    found = RAW["matrix"]["found"]
    frame = returns("5min", IDS)
    row, ps = 0, []
    distance = []
    for i, first in enumerate(IDS):
        for second in IDS[i + 1:]:
            one = pearson(frame[first], frame[second])
            for name, column in (("value", "r"), ("lo", "lo"), ("hi", "hi"), ("n", "n")):
                same(f"{column} of {first}/{second}", one[name], found[column][row])
            ps.append(one["pvalue"])
            distance.append(np.sqrt((1 - one["value"]) / 2))
            row += 1
    for p, wanted in zip(stats.false_discovery_control(ps), found["adjusted"]):
        same("corrected p of the matrix", p, wanted)
    whole = frame.dropna()
    same("rows of all", len(whole), found["partialN"])
    inverse = np.linalg.inv(whole.corr())
    scale = np.sqrt(np.diag(inverse))
    partial = -(inverse / scale / scale[:, None])[np.triu_indices(len(IDS), 1)]
    for value, wanted in zip(partial, found["partial"]):
        same("partial correlation", value, wanted)
    order = list(leaves_list(linkage(distance, "average")))
    same("order", float(order == found["order"]), 1)


def elliptical(x, y, r, k, sign):
    """Share beyond both limits of moves as large as those seen, of 20,000 directions each."""
    sides = []
    limits = []
    for side in (x, y):
        ordered = np.sort(side)
        half = (ordered[-k] - ordered[k - 1]) / 2
        sides.append(side / half)
        limits.append((ordered[-k] if sign > 0 else -ordered[k - 1]) / half)
    own = (sides[1] - r * sides[0]) / np.sqrt(1 - r * r)
    angles = 2 * np.pi * (np.arange(20_000) + 0.5) / 20_000
    first, second = np.cos(angles), r * np.cos(angles) + np.sqrt(1 - r * r) * np.sin(angles)
    # A direction is beyond both limits from a size on.
    with np.errstate(divide="ignore"):
        needed = np.where((first > 0) & (second > 0),
                          np.maximum(limits[0] / first, limits[1] / second), np.inf)
    sizes = np.sort(np.hypot(sides[0], own))
    return np.mean(len(sizes) - np.searchsorted(sizes, needed)) / k


def check_tails():
    found = RAW["tails"]["found"]
    pair = returns("5min")
    a, b = (pair[s].to_numpy() for s in IDS[:2])
    known = np.isfinite(a) & np.isfinite(b)
    plain = [side[known] for side in (a, b)]
    units = [side / np.sqrt(np.mean(side**2)) for side in plain]
    size = np.hypot(*units)
    moved = standardised(size)
    divisor = np.divide(size, moved, out=np.full(len(size), np.nan), where=moved > 0)
    divided = [(side / divisor)[np.isfinite(divisor)] for side in units]
    for name, (x, y) in (("returns", plain), ("adjusted", divided)):
        wanted = found[name]
        same(f"n of {name}", len(x), wanted["n"])
        k = int(len(x) * 0.05 + 1e-9)
        ranks = [stats.rankdata(side) for side in (x, y)]
        low = np.sum((ranks[0] <= k) & (ranks[1] <= k))
        high = np.sum((ranks[0] > len(x) - k) & (ranks[1] > len(x) - k))
        same(f"falls of {name}", low / k, wanted["falls"]["value"])
        same(f"rises of {name}", high / k, wanted["rises"]["value"])
        r = np.sin(np.pi / 2 * stats.kendalltau(x, y)[0])
        z = stats.norm.ppf(0.05)
        normal = stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([z, z]) / 0.05
        for end, sign in (("falls", -1), ("rises", 1)):
            expected = normal if name == "returns" else elliptical(x, y, r, k, sign)
            same(f"expected {end} of {name}", expected, wanted[end]["expected"], 1e-4)
    known = np.isfinite(a) & np.isfinite(b)
    x, y = ((side[known] - side[known].mean()) / side[known].std(ddof=1) for side in (a, b))
    exceedance = found["exceedance"]
    for i, level in enumerate(exceedance["thresholds"]):
        for name, sign in (("lower", -1), ("upper", 1)):
            beyond = (sign * x >= level) & (sign * y >= level)
            same(f"{name} beyond {level}", beyond.sum(), exceedance[f"{name}N"][i])
            r = np.corrcoef(x[beyond], y[beyond])[0, 1] if beyond.sum() >= 20 else np.nan
            same(f"r {name} beyond {level}", r, exceedance[name][i])


def likelihood(rows, model):
    """Hamilton's filter: log-likelihood, and the probability of each regime at each row."""
    degrees = model["degrees"]
    density = np.ones((len(rows), len(model["initial"])))
    known = np.isfinite(rows).all(axis=1)
    for state, (mean, covariance) in enumerate(zip(model["means"], model["covariances"])):
        # The covariance is that of the rows, the shape of Student's t a part of it.
        shape = np.array(covariance) * (degrees - 2) / degrees
        density[known, state] = stats.multivariate_t(mean, shape, df=degrees).pdf(rows[known])
    transition = np.array(model["transition"])
    p, total, path = np.array(model["initial"]), 0.0, np.empty_like(density)
    for row in range(len(rows)):
        p = (p if row == 0 else p @ transition) * density[row]
        total += np.log(p.sum())
        p = p / p.sum()
        path[row] = p
    return total, path


def check_regimes():
    found, model = RAW["regimes"]["found"], RAW["model"]
    pair = returns("5min")
    rows = np.column_stack([standardised(pair[s].to_numpy()) for s in IDS[:2]])
    total, path = likelihood(rows, model)
    states, n = len(model["initial"]), int(np.isfinite(rows).all(axis=1).sum())
    same("log-likelihood of the regimes", total, model["llf"], 1e-6)
    free = (states + 1) * (states - 1) + states * 5 + 1
    same("BIC", -2 * total + free * np.log(n), found["bics"][states - 1], 1e-6)
    for state, covariance in enumerate(model["covariances"]):
        r = covariance[0][1] / np.sqrt(covariance[0][0] * covariance[1][1])
        same("correlation of a regime", r, found["regimes"][state]["correlation"])
        stay = 1 / (1 - model["transition"][state][state]) * 300_000
        same("mean stay", stay, found["regimes"][state]["durationMs"], 1e-6)
    known = np.isfinite(rows).all(axis=1)
    for state in range(states):
        there = np.array(found["probabilities"][state])
        same("probabilities", np.abs(path[known][:, state] - there).max(), 0, 1e-6)
        share = np.mean(path[known].argmax(axis=1) == state)
        same("share of the bars", share, found["regimes"][state]["share"])
    other, again = fit(rows, states)
    same("log-likelihood of another EM", float(abs(other - model["llf"]) < 0.1), 1)
    for state, r in enumerate(again["correlations"]):
        same("correlation by another EM", r, found["regimes"][state]["correlation"], 0.01)
        same("staying, by another EM", again["stay"][state], model["transition"][state][state], 0.01)
    same("degrees of freedom by another EM", again["degrees"], model["degrees"], 0.03)
    # No step away from the constants is likelier by more than where the fit stops.
    random = np.random.default_rng(3)
    for _ in range(12):
        size = 0.02
        moved = {**model}
        moved["means"] = np.array(model["means"]) + size * random.normal(size=(states, 2))
        moved["covariances"] = [
            np.array(c) * np.exp(size * np.outer(e, [1, 1]) + size * np.outer([1, 1], e))
            for c, e in zip(model["covariances"], random.normal(size=(states, 2)))
        ]
        moved["transition"] = np.array(model["transition"]) * np.exp(
            5 * size * random.normal(size=(states, states)))
        moved["transition"] /= moved["transition"].sum(axis=1, keepdims=True)
        same("a likelier neighbour", float(likelihood(rows, moved)[0] > total + 0.05), 0)


for check in (
    check_sessions, check_granger, check_lead, check_seconds, check_path, check_matrix, check_tails, check_regimes,
):
    check()
for name in ("hours", "usHours", "weekdays"):
    check_map(name)
print(f"numpy, scipy and statsmodels agree with {checked} numbers of the studies")
