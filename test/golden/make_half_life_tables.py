"""Prints the mean and sd of the t-value of an AR(1) coefficient, about its true value, near one.

    python test/golden/make_half_life_tables.py      # a minute on one core

For a spread that was observed (fitted 0) or is the residual of a regression with a constant on 1 to 4 random
walks, by distance from a unit root c = n (1 - phi^2) / 2. The bias for large c is known: phi is too low by
((1 + 3 phi) + fitted (1 + phi)) / n, so the mean of t is that over sqrt((1 - phi^2) / n); the table gives the
share of it that holds nearer to one, and at c = 0 the mean itself over (4 + 2 fitted).

Made with numpy 1.24.2.
"""

import json

import numpy as np

ROWS, REPLICATIONS, BATCH = 500, 16_000, 2_000
DISTANCES = [0, 0.5, 1, 2, 4, 8, 16, 32, 64]


def spreads(phi, rng):
    steps = rng.standard_normal((BATCH, ROWS + 1))
    if phi < 1:
        steps[:, 0] /= np.sqrt(1 - phi * phi)
    for row in range(1, ROWS + 1):
        steps[:, row] += phi * steps[:, row - 1]
    return steps


def fitted(spread, walks):
    x = walks - walks.mean(axis=1, keepdims=True)
    y = spread - spread.mean(axis=1, keepdims=True)
    turned = np.swapaxes(x, 1, 2)
    beta = np.linalg.solve(turned @ x, turned @ y[:, :, None])
    return y - (x @ beta)[:, :, 0]


def t_values(spread, phi):
    level, step = spread[:, :-1], np.diff(spread, axis=1)
    level = level - level.mean(axis=1, keepdims=True)
    step = step - step.mean(axis=1, keepdims=True)
    square = (level**2).sum(axis=1)
    slope = (level * step).sum(axis=1) / square
    variance = ((step - slope[:, None] * level) ** 2).sum(axis=1) / (ROWS - 2)
    return (1 + slope - phi) / np.sqrt(variance / square)


rng = np.random.default_rng(1954)
table = []
for count in range(5):
    rows = []
    for distance in DISTANCES:
        phi = np.sqrt(1 - 2 * distance / ROWS)
        values = []
        for _ in range(REPLICATIONS // BATCH):
            spread = spreads(phi, rng)
            if count:
                spread = fitted(spread, np.cumsum(rng.standard_normal((BATCH, ROWS + 1, count)), axis=1))
            values.append(t_values(spread, phi))
        values = np.concatenate(values)
        weight = (1 + 3 * phi + count * (1 + phi)) / (4 + 2 * count)
        rows.append([round(-values.mean() / weight, 3), round(values.std(), 3)])
    table.append(rows)
    print(count, rows, flush=True)
print(json.dumps(table))
