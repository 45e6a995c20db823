"""Trades a pair anew from exported minute bars, by the rules as they are written, and compares trade by trade.

    python backtest_check.py FOLDER

The rules. Bars of both sides are made of minutes. At each close the least-squares line of the log prices of the bars
before it says the hedge, and the distance from it in their deviations is z. Without a position, z at the entry band opens
one against it; it is closed when z is back within the exit band or beyond on the other side; it is given up at the stop,
and nothing opens until z was within the exit band. A decision is filled at the next open, in whole lots sized at the
closes of the deciding bar, with slippage and fees. Funding of a given rate is due at 00:00, 08:00 and 16:00 UTC on what is
held into it, and otherwise as exported; where the export has no rate, nothing is paid and the time is counted.
Before each test the setting with the best Sharpe ratio in the training bars is taken, if that is above 0.
"""

import itertools
import json
import math
import sys

import numpy as np
import pandas as pd
from scipy import stats

FOLDER = sys.argv[1]
with open(f"{FOLDER}/backtest.json", encoding="utf-8") as file:
    GIVEN = json.load(file)
TERMS, GRID, PLAN = GIVEN["terms"], GIVEN["grid"], GIVEN["plan"]
STEP = GIVEN["stepMs"]
STOP = math.inf if TERMS["stop"] is None else TERMS["stop"]
EIGHT_HOURS = 8 * 3_600_000
checked = 0


def near(what, here, given, tolerance=1e-9):
    global checked
    checked += 1
    if given is None:
        assert here is None or math.isnan(here), f"{what}: here {here}, given none"
        return
    gap = abs(here - given)
    assert gap <= tolerance * max(1, abs(given)), f"{what}: here {here!r}, given {given!r}"


def bars_of(symbol):
    frame = pd.read_csv(f"{FOLDER}/bars_{symbol}_1m.csv")
    frame = frame[(frame["openTime"] >= GIVEN["from"]) & (frame["openTime"] < GIVEN["to"])]
    slot = frame["openTime"] // STEP * STEP
    bars = frame.groupby(slot).agg({"open": "first", "close": "last", "volume": "sum"})
    return bars.reindex(range(GIVEN["from"], GIVEN["to"], STEP))


y, x = bars_of(GIVEN["y"]), bars_of(GIVEN["x"])
OPEN_Y, CLOSE_Y = y["open"].tolist(), y["close"].tolist()
OPEN_X, CLOSE_X = x["open"].tolist(), x["close"].tolist()
TIMES = [int(time) for time in y.index]
ROWS = len(TIMES)


def rates_of(leg):
    """What a leg's holders pay at the open of each bar; NaN where it is not known."""
    given = TERMS["fundingBp"][leg]
    if given is not None:
        return {time: given / 1e4 for time in TIMES if time % EIGHT_HOURS == 0}
    if not GIVEN["perpetual"][leg]:
        return {}
    paid = pd.read_csv(f"{FOLDER}/funding_{GIVEN[leg]}.csv")
    return dict(zip(paid["time"].tolist(), paid["rate"].tolist()))


RATES = {leg: rates_of(leg) for leg in "yx"}


def due_at(row, units_y, units_x):
    """Money due at the open of a bar, and how many legs owe what is not known."""
    money, unknown = 0.0, 0
    for leg, units, price in (("y", units_y, OPEN_Y[row]), ("x", units_x, OPEN_X[row])):
        rate = RATES[leg].get(TIMES[row], 0.0)
        if math.isnan(rate):
            unknown += 1
        else:
            money += units * price * rate
    return money, unknown


def line_of(window):
    """Hedge and z of each bar by the bars before it."""
    betas, scores = [math.nan] * ROWS, [math.nan] * ROWS
    for row in range(ROWS):
        before = [
            (math.log(CLOSE_X[i]), math.log(CLOSE_Y[i]))
            for i in range(max(0, row - window), row)
            if not math.isnan(CLOSE_X[i]) and not math.isnan(CLOSE_Y[i])
        ]
        if len(before) < max(3, math.ceil(window / 2)):
            continue
        a = np.array(before)
        dx, dy = a[:, 0] - a[:, 0].mean(), a[:, 1] - a[:, 1].mean()
        beta = (dx @ dy) / (dx @ dx)
        deviation = math.sqrt(((dy - beta * dx) ** 2).sum() / (len(a) - 1))
        betas[row] = beta
        level = a[:, 1].mean() - beta * a[:, 0].mean()
        if not math.isnan(CLOSE_Y[row]) and not math.isnan(CLOSE_X[row]):
            spread = math.log(CLOSE_Y[row]) - beta * math.log(CLOSE_X[row]) - level
            scores[row] = spread / deviation
    return betas, scores


def wanted_in(scores, enter, first, last):
    """Positions after each close of the rows from first to before last, which begin and end without one."""
    wanted, side, barred = [0] * ROWS, 0, False
    for row in range(first, last):
        z = scores[row]
        if not math.isnan(z):
            if abs(z) <= TERMS["exit"]:
                barred = False
            if abs(z) >= STOP:
                side, barred = 0, True
            else:
                if side == 1 and z >= -TERMS["exit"] or side == -1 and z <= TERMS["exit"]:
                    side = 0
                if side == 0 and not barred and abs(z) >= enter:
                    side = -1 if z > 0 else 1
        wanted[row] = side
    if last < ROWS:
        wanted[last - 1] = 0
    return wanted


def whole(lots):
    return math.copysign(math.floor(abs(lots) + 0.5), lots)


def account_of(wanted, betas):
    """A cash book: units bought and sold, and what they would fetch at the closes."""
    lot_y, lot_x = TERMS["lots"]["y"], TERMS["lots"]["x"]
    fee_y, fee_x = TERMS["feeBp"]["y"] / 1e4, TERMS["feeBp"]["x"] / 1e4
    slip = TERMS["slippageBp"] / 1e4
    cash, units_y, units_x, held = TERMS["capital"], 0.0, 0.0, None
    trades, equity = [], []

    def fill(units, price, fee_rate, trade):
        nonlocal cash
        paid = price * (1 + slip) if units > 0 else price * (1 - slip)
        fee = abs(units) * paid * fee_rate
        cash -= units * paid + fee
        trade["fees"] += fee
        trade["slippage"] += abs(units) * abs(paid - price)
        return paid

    for row in range(ROWS):
        known = not math.isnan(OPEN_Y[row]) and not math.isnan(OPEN_X[row])
        if held is not None and known:
            due, unknown = due_at(row, units_y, units_x)
            cash -= due
            held["funding"] += due
            held["unknownFundings"] += unknown
        if row > 0 and known:
            side = wanted[row - 1]
            if held is not None and held["side"] != side:
                held["exitY"] = fill(-units_y, OPEN_Y[row], fee_y, held)
                held["exitX"] = fill(-units_x, OPEN_X[row], fee_x, held)
                held["exitTime"] = TIMES[row]
                held["gross"] = units_y * (OPEN_Y[row] - held["openY"]) + units_x * (
                    OPEN_X[row] - held["openX"]
                )
                trades.append(held)
                held, units_y, units_x = None, 0.0, 0.0
            beta = betas[row - 1]
            if held is None and side != 0 and not math.isnan(beta) and beta != 0:
                close_y, close_x = CLOSE_Y[row - 1], CLOSE_X[row - 1]
                per_y = beta * close_y * lot_y / (close_x * lot_x)
                size = TERMS["gross"] / (close_y * lot_y + abs(per_y) * close_x * lot_x)
                lots_y, lots_x = whole(side * size), whole(-side * size * per_y)
                if lots_y != 0 and lots_x != 0:
                    units_y, units_x = lots_y * lot_y, lots_x * lot_x
                    held = {"side": side, "beta": beta, "entryTime": TIMES[row]}
                    held |= {"quantityY": units_y, "quantityX": units_x}
                    held |= {"openY": OPEN_Y[row], "openX": OPEN_X[row]}
                    held |= {"fees": 0.0, "slippage": 0.0, "funding": 0.0, "unknownFundings": 0}
                    held["entryY"] = fill(units_y, OPEN_Y[row], fee_y, held)
                    held["entryX"] = fill(units_x, OPEN_X[row], fee_x, held)
        worth = 0.0
        if held is not None:
            worth = units_y * CLOSE_Y[row] + units_x * CLOSE_X[row]
        equity.append(cash + worth)
    if held is not None:
        known = [row for row in range(ROWS) if not math.isnan(CLOSE_Y[row] + CLOSE_X[row])][-1]
        held["gross"] = units_y * (CLOSE_Y[known] - held["openY"]) + units_x * (
            CLOSE_X[known] - held["openX"]
        )
        trades.append(held)
    for trade in trades:
        trade["net"] = trade["gross"] - trade["fees"] - trade["slippage"] - trade["funding"]
    return trades, equity


def returns_of(equity):
    out, last = [], TERMS["capital"]
    for value in equity:
        out.append((value - last) / last)
        if not math.isnan(value):
            last = value
    return np.array(out)


def sharpe_of(returns):
    known = returns[~np.isnan(returns)]
    deviation = known.std(ddof=1)
    return known.mean() / deviation if np.ptp(known) > 0 else math.nan


def check_trades(trades):
    given = GIVEN["trades"]
    assert len(trades) == len(given), f"trades: here {len(trades)}, given {len(given)}"
    for i, (here, there) in enumerate(zip(trades, given)):
        for name in ("side", "entryTime", "beta", "quantityY", "quantityX", "entryY", "entryX"):
            near(f"trade {i} {name}", here[name], there[name])
        for name in ("exitTime", "exitY", "exitX"):
            near(f"trade {i} {name}", here.get(name), there[name])
        for name in ("gross", "fees", "slippage", "funding", "unknownFundings", "net"):
            near(f"trade {i} {name}", here[name], there[name])


def check_luck(every, accounts, warm):
    """Cross-validation by all halves of 16 blocks, and the deflated ratio, from their papers."""
    moving = [returns[warm:] for returns in every if np.ptp(returns[warm:]) > 0]
    size = len(moving[0]) // 16
    blocks = np.array([[one[k * size : (k + 1) * size] for k in range(16)] for one in moving])
    below, losing, splits = 0, 0, 0
    for half in itertools.combinations(range(16), 8):
        rest = [k for k in range(16) if k not in half]
        inside, outside = (blocks[:, part, :].reshape(len(moving), -1) for part in (half, rest))
        ratios = inside.mean(axis=1) / np.maximum(inside.std(axis=1, ddof=1), 1e-300)
        ratios[inside.std(axis=1, ddof=1) == 0] = -np.inf
        best = int(np.argmax(ratios))
        deviations = outside.std(axis=1, ddof=1)
        later = np.where(
            deviations > 0, outside.mean(axis=1) / np.where(deviations > 0, deviations, 1), -np.inf
        )
        rank = stats.rankdata(later)[best] / (len(moving) + 1)
        below += rank <= 0.5
        losing += later[best] < 0
        splits += 1
    luck = GIVEN["overfitting"]
    assert luck["splits"] == splits == 12_870 and luck["trials"] == len(moving)
    # Blocks whose ratio is that of rounding alone may rank otherwise.
    near("overfitting", below / splits, luck["probability"], 2e-3)
    near("loss", losing / splits, luck["probabilityOfLoss"], 2e-3)
    costless = np.array([sharpe_of(one[warm:]) for one in accounts])
    variance = costless[~np.isnan(costless)].var(ddof=1)
    tried = int((~np.isnan(costless)).sum())
    euler = 0.5772156649015329
    most = math.sqrt(variance) * (
        (1 - euler) * stats.norm.ppf(1 - 1 / tried)
        + euler * stats.norm.ppf(1 - 1 / (tried * math.e))
    )
    best = every[GIVEN["best"]][warm:]
    ratio = sharpe_of(best)
    skewness, kurtosis = stats.skew(best), stats.kurtosis(best, fisher=False)
    error = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio**2
    deflated = stats.norm.cdf((ratio - most) * math.sqrt(len(best) - 1) / math.sqrt(error))
    near("deflated", deflated, luck["deflated"], 1e-6)


def main():
    warm = max(GRID["windows"])
    lines = {window: line_of(window) for window in GRID["windows"]}
    settings = [(window, enter) for window in GRID["windows"] for enter in GRID["entries"]]
    every, costless = [], []
    for i, (window, enter) in enumerate(settings):
        betas, scores = lines[window]
        trades, equity = account_of(wanted_in(scores, enter, warm, ROWS), betas)
        every.append(returns_of(equity))
        near(f"net of {window}, {enter}", sum(t["net"] for t in trades), GIVEN["net"][i])
        near(f"trades of {window}, {enter}", len(trades), GIVEN["counts"][i])
        costless.append(costless_returns(trades, equity))
    test = PLAN["test"]
    first = next(
        row
        for row in range(warm + PLAN["train"], ROWS + 1)
        if (GIVEN["from"] + row * STEP) % (test * STEP) == 0
    )
    wanted, betas, chosen = [0] * ROWS, [math.nan] * ROWS, []
    for begin in range(first, ROWS, test):
        end = min(ROWS, begin + test)
        scores = [sharpe_of(one[begin - PLAN["train"] : begin]) for one in every]
        best = max(
            (i for i, score in enumerate(scores) if not math.isnan(score)),
            key=lambda i: (scores[i], -i),
            default=-1,
        )
        if best < 0 or not scores[best] > 0:
            chosen.append(-1)
            continue
        chosen.append(best)
        window, enter = settings[best]
        part = wanted_in(lines[window][1], enter, begin, end)
        wanted[begin:end] = part[begin:end]
        betas[begin:end] = lines[window][0][begin:end]
    assert chosen == GIVEN["choices"], f"choices: here {chosen}, given {GIVEN['choices']}"
    trades, equity = account_of(wanted, betas)
    check_trades(trades)
    for row, given in zip(range(first, ROWS), GIVEN["equity"], strict=True):
        near(f"equity {row}", equity[row], given)
    returns = returns_of(equity)[first:]
    near("Sharpe ratio", sharpe_of(returns) * math.sqrt(365 * 86_400_000 / STEP), GIVEN["sharpe"])
    peak = np.maximum.accumulate(np.array([TERMS["capital"], *equity[first:]]))[1:]
    near("drawdown", min(0, (np.array(equity[first:]) / peak - 1).min()), GIVEN["maxDrawdown"])
    check_luck(every, costless, warm)
    print(f"{checked} numbers of a backtest are equal, {len(trades)} trades one by one")


def costless_returns(trades, equity):
    """Returns with what was paid in each bar put back, on the money that was there."""
    paid = np.zeros(ROWS)
    place = {time: row for row, time in enumerate(TIMES)}
    for trade in trades:
        entry = place[trade["entryTime"]]
        fees = [
            abs(trade["quantityY"]) * trade["entryY"] * TERMS["feeBp"]["y"] / 1e4
            + abs(trade["quantityX"]) * trade["entryX"] * TERMS["feeBp"]["x"] / 1e4,
        ]
        slipped = abs(trade["quantityY"] * (trade["entryY"] - trade["openY"])) + abs(
            trade["quantityX"] * (trade["entryX"] - trade["openX"])
        )
        paid[entry] += fees[0] + slipped
        last = ROWS
        if "exitTime" in trade:
            last = place[trade["exitTime"]]
            paid[last] += trade["fees"] - fees[0] + trade["slippage"] - slipped
        for row in range(entry + 1, min(last + 1, ROWS)):
            paid[row] += due_at(row, trade["quantityY"], trade["quantityX"])[0]
    returns = returns_of(equity)
    before = np.array([TERMS["capital"], *equity[:-1]])
    return returns + paid / before


main()
