"""A hidden Markov model with Student's t, fitted by a plain expectation-maximisation of its own, from starts of its own."""

import numpy as np
from scipy import optimize, stats

STARTS, FIRST_ROUNDS, MOST_ROUNDS, STOP = 5, 12, 300, 1e-5


def density_of(rows, model):
    """Of each row under each regime; 1 where a row is not known, which says nothing."""
    density = np.ones((len(rows), len(model["initial"])))
    known = np.isfinite(rows).all(axis=1)
    for state, (mean, shape) in enumerate(zip(model["means"], model["shapes"])):
        density[known, state] = stats.multivariate_t(mean, shape, df=model["degrees"]).pdf(rows[known])
    return density


def smooth(density, initial, transition):
    """Log-likelihood, each row's probabilities given all rows, and the expected number of changes."""
    length, states = density.shape
    ahead, sizes = np.empty_like(density), np.empty(length)
    p = initial
    for row in range(length):
        p = (p if row == 0 else p @ transition) * density[row]
        sizes[row] = p.sum()
        p = p / sizes[row]
        ahead[row] = p
    back, changes = np.ones(states), np.zeros((states, states))
    given = np.empty_like(density)
    given[-1] = ahead[-1]
    for row in range(length - 1, 0, -1):
        scaled = density[row] * back / sizes[row]
        changes += transition * np.outer(ahead[row - 1], scaled)
        back = transition @ scaled
        given[row - 1] = ahead[row - 1] * back
    return np.log(sizes).sum(), given, changes


def improved(rows, model, given, changes):
    known = np.isfinite(rows).all(axis=1)
    x, degrees, size = rows[known], model["degrees"], rows.shape[1]
    means, shapes = [], []
    for state in range(len(model["initial"])):
        weight = given[known, state]
        away = x - model["means"][state]
        squares = np.einsum("ij,jk,ik->i", away, np.linalg.inv(model["shapes"][state]), away)
        # The weight of a row falls with its distance: Student's t as a normal whose variance varies.
        pull = weight * (degrees + size) / (degrees + squares)
        mean = pull @ x / pull.sum()
        away = x - mean
        means.append(mean)
        shapes.append((away * pull[:, None]).T @ away / weight.sum())
    new = {
        "initial": given[0],
        "transition": changes / changes.sum(axis=1, keepdims=True),
        "means": means,
        "shapes": shapes,
    }

    def badness(log_degrees):
        density = density_of(rows, {**new, "degrees": np.exp(log_degrees)})
        return -(given[known] * np.log(density[known])).sum()

    limits = (np.log(degrees) - 0.5, np.log(degrees) + 0.5)
    found = optimize.minimize_scalar(badness, bounds=limits, method="bounded", options={"xatol": 1e-4})
    new["degrees"] = max(2.05, float(np.exp(found.x)))
    return new


def rounds(rows, model, most):
    before = -np.inf
    for _ in range(most):
        total, given, changes = smooth(density_of(rows, model), model["initial"], model["transition"])
        if total - before < STOP:
            break
        before, kept = total, model
        model = improved(rows, model, given, changes)
    return before, kept


def start(rows, states, random):
    known = rows[np.isfinite(rows).all(axis=1)]
    covariance = np.cov(known.T)
    shapes = []
    for r in random.uniform(-0.3, 0.95, states):
        one = covariance.copy() * random.uniform(0.4, 1.2)
        one[0, 1] = one[1, 0] = r * np.sqrt(one[0, 0] * one[1, 1])
        shapes.append(one)
    stay = random.uniform(0.9, 0.995)
    transition = np.full((states, states), (1 - stay) / max(1, states - 1))
    np.fill_diagonal(transition, stay if states > 1 else 1)
    return {
        "initial": np.full(states, 1 / states),
        "transition": transition,
        "means": [known.mean(axis=0)] * states,
        "shapes": shapes,
        "degrees": 5.0,
    }


def fit(rows, states):
    """Log-likelihood and model of the likeliest of some starts; regimes by rising correlation."""
    random = np.random.default_rng(11)
    begun = [rounds(rows, start(rows, states, random), FIRST_ROUNDS) for _ in range(STARTS)]
    _, best = max(begun, key=lambda one: one[0])
    total, model = rounds(rows, best, MOST_ROUNDS)
    correlations = np.array([s[0, 1] / np.sqrt(s[0, 0] * s[1, 1]) for s in model["shapes"]])
    order = np.argsort(correlations)
    return total, {
        "correlations": correlations[order],
        "stay": np.diag(model["transition"])[order],
        "degrees": model["degrees"],
    }
