"""Writes exact_ranks.json: Spearman's exact p-values for test/stats/correlation/rank_correlation_test.ts.

    python test/golden/make_exact_ranks.py

Every order of one side is formed (itertools) and its rank correlation taken by scipy's rankdata, in whole
numbers; the library counts by dynamic programming instead. Needs scipy.
"""

import itertools
import json
import random
from pathlib import Path

from scipy.stats import rankdata


def exact(x, y):
    n = len(x)
    a = [round(2 * r) - n - 1 for r in rankdata(x)]
    b = [round(2 * r) - n - 1 for r in rankdata(y)]
    observed = abs(sum(u * v for u, v in zip(a, b)))
    beyond = orders = 0
    for order in itertools.permutations(b):
        orders += 1
        beyond += abs(sum(u * v for u, v in zip(a, order))) >= observed
    return beyond / orders


source = random.Random(7)
cases = []
for n in range(3, 10):
    for levels in (1000, n, 3):
        x = [source.randrange(levels) for _ in range(n)]
        y = [source.randrange(levels) for _ in range(n)]
        if len(set(x)) > 1 and len(set(y)) > 1:
            cases.append({"x": x, "y": y, "pvalue": exact(x, y)})
cases.append({"x": list(range(9)), "y": list(range(9)), "pvalue": 2 / 362880})
path = Path(__file__).with_name("exact_ranks.json")
path.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
