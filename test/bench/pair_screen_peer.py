"""The peer of pair_screen.ts: statsmodels' coint in both directions at a given lag, processor ms a pair on stdout."""

import sys
import time

import numpy
from statsmodels.tsa.stattools import coint

ROWS, LAG = int(sys.argv[1]), int(sys.argv[2])
PAIRS, RUNS = 10, 3
random = numpy.random.default_rng(1)
walks = random.normal(size=(PAIRS + 1, ROWS)).cumsum(axis=1)
least = float("inf")
for _ in range(RUNS):
    start = time.process_time()
    for y, x in zip(walks, walks[1:]):
        coint(y, x, maxlag=LAG, autolag=None)
        coint(x, y, maxlag=LAG, autolag=None)
    least = min(least, time.process_time() - start)
print(1000 * least / PAIRS)
