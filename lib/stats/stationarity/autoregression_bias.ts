/** Distances `n (1 - φ²) / 2` from a unit root of the rows below. */
const DISTANCES = [0, 0.5, 1, 2, 4, 8, 16, 32, 64];

/** Mean (its sign turned, over the weight) and sd of the t-value, by coefficients fitted and distance. */
const BY_FITTED: readonly (readonly (readonly [number, number])[])[] = [
  [
    [1.524, 0.851],
    [1.402, 0.863],
    [1.303, 0.866],
    [1.155, 0.885],
    [0.942, 0.928],
    [0.706, 0.953],
    [0.531, 0.977],
    [0.38, 0.988],
    [0.271, 0.992],
  ],
  [
    [2.037, 0.815],
    [1.936, 0.836],
    [1.835, 0.843],
    [1.69, 0.855],
    [1.447, 0.911],
    [1.16, 0.94],
    [0.859, 0.979],
    [0.633, 0.99],
    [0.45, 0.989],
  ],
  [
    [2.459, 0.784],
    [2.39, 0.812],
    [2.3, 0.818],
    [2.154, 0.846],
    [1.908, 0.872],
    [1.589, 0.929],
    [1.218, 0.964],
    [0.876, 0.985],
    [0.627, 0.991],
  ],
  [
    [2.838, 0.78],
    [2.765, 0.79],
    [2.678, 0.804],
    [2.552, 0.825],
    [2.331, 0.854],
    [1.952, 0.901],
    [1.535, 0.957],
    [1.132, 0.981],
    [0.806, 1.001],
  ],
  [
    [3.182, 0.77],
    [3.106, 0.771],
    [3.034, 0.783],
    [2.909, 0.802],
    [2.675, 0.835],
    [2.318, 0.885],
    [1.859, 0.943],
    [1.395, 0.978],
    [0.996, 1.0],
  ],
];

/**
 * Mean and sd of `(φ̂ - φ) / se`, where φ̂ is the least-squares autoregression with a constant of a series
 * with coefficient φ: near one φ̂ is too low and its t-value not about 0. It is close to normal nevertheless,
 * its 2.5 and 97.5 % points within 0.1.
 *
 * Far from one the bias is `-((1 + 3φ) + fitted (1 + φ)) / n` (M. G. Kendall, Biometrika 41, 1954; the second
 * part and what holds near one by simulation, test/golden/make_half_life_tables.py).
 *
 * @param fitted coefficients on other series by which the series was made a residual, 0 to 4.
 */
export function autoregressionBias(
  phi: number,
  n: number,
  fitted: number,
): { readonly mean: number; readonly sd: number } {
  const distance = n * Math.max(0, 1 - phi * phi) / 2;
  const weight = (1 + 3 * phi + fitted * (1 + phi)) / (4 + 2 * fitted);
  const rows = BY_FITTED[fitted]!, last = DISTANCES.length - 1;
  const far = (4 + 2 * fitted) / Math.sqrt(2 * distance);
  if (distance >= DISTANCES[last]!) {
    // What the last row lacks to the formula fades with the distance.
    const share = 1 + (rows[last]![0] / ((4 + 2 * fitted) / Math.sqrt(2 * DISTANCES[last]!)) - 1) *
        DISTANCES[last]! / distance;
    return {
      mean: -weight * far * share,
      sd: 1 + (rows[last]![1] - 1) * DISTANCES[last]! / distance,
    };
  }
  const above = DISTANCES.findIndex((value) => value > distance);
  const [near, next] = [DISTANCES[above - 1]!, DISTANCES[above]!];
  // The means bend like a root of the distance.
  const part = (Math.sqrt(1 + distance) - Math.sqrt(1 + near)) /
    (Math.sqrt(1 + next) - Math.sqrt(1 + near));
  const [mean, sd] = [0, 1].map((at) => {
    return rows[above - 1]![at]! + part * (rows[above]![at]! - rows[above - 1]![at]!);
  }) as [number, number];
  return { mean: -weight * mean, sd };
}
