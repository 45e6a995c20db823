"""The peer of backtest.ts: the surface of 25 settings by pandas, numpy and a plain loop.

Reads {y, x, windows, entries, exit, gross, lot, fee, slippage} as JSON, y and x with opens and closes; writes the net of
each setting and the processor ms of the best of some runs.
"""

import json
import math
import sys
import time

import numpy as np
import pandas as pd

GIVEN = json.load(sys.stdin)
OPEN_Y, OPEN_X = GIVEN["y"]["open"], GIVEN["x"]["open"]
CLOSE_Y, CLOSE_X = GIVEN["y"]["close"], GIVEN["x"]["close"]
ROWS, RUNS, FROM = len(OPEN_Y), 3, max(GIVEN["windows"])


def line_of(window):
    """Hedge and z of each bar by the least-squares line of the bars before it."""
    y, x = pd.Series(np.log(CLOSE_Y)), pd.Series(np.log(CLOSE_X))
    past_y, past_x = (one.shift(1).rolling(window) for one in (y, x))
    over = past_y.cov(x.shift(1))
    beta = over / past_x.var()
    alpha = past_y.mean() - beta * past_x.mean()
    z = (y - beta * x - alpha) / np.sqrt(past_y.var() - beta * over)
    return beta.tolist(), z.tolist()


def whole(lots):
    return math.copysign(math.floor(abs(lots) + 0.5), lots)


def net_of(betas, scores, enter):
    lot, fee, slip = GIVEN["lot"], GIVEN["fee"], GIVEN["slippage"]
    cash, side, held, units_y, units_x = 0.0, 0, 0, 0.0, 0.0
    for row in range(FROM, ROWS):
        if row > FROM and side != held:
            traded = []
            if held != 0:
                traded += [(-units_y, OPEN_Y[row]), (-units_x, OPEN_X[row])]
                held, units_y, units_x = 0, 0.0, 0.0
            if side != 0:
                close_y, close_x, beta = CLOSE_Y[row - 1], CLOSE_X[row - 1], betas[row - 1]
                per_y = beta * close_y / close_x
                size = GIVEN["gross"] / (lot * (close_y + abs(per_y) * close_x))
                lots_y, lots_x = whole(side * size), whole(-side * size * per_y)
                if lots_y != 0 and lots_x != 0:
                    held, units_y, units_x = side, lots_y * lot, lots_x * lot
                    traded += [(units_y, OPEN_Y[row]), (units_x, OPEN_X[row])]
            for units, price in traded:
                paid = price * (1 + slip) if units > 0 else price * (1 - slip)
                cash -= units * paid + abs(units) * paid * fee
        z = scores[row]
        if side == 1 and z >= -GIVEN["exit"] or side == -1 and z <= GIVEN["exit"]:
            side = 0
        if side == 0 and abs(z) >= enter:
            side = -1 if z > 0 else 1
    return cash + units_y * CLOSE_Y[-1] + units_x * CLOSE_X[-1]


def surface():
    nets = []
    for window in GIVEN["windows"]:
        betas, scores = line_of(window)
        nets += [net_of(betas, scores, enter) for enter in GIVEN["entries"]]
    return nets


least, nets = math.inf, []
for _ in range(RUNS):
    start = time.process_time()
    nets = surface()
    least = min(least, 1000 * (time.process_time() - start))
json.dump({"nets": nets, "ms": least}, sys.stdout)
