import { basisOfAPerpetual } from "./basis_of_a_perpetual.ts";
import { bootstrapIntervals } from "./bootstrap_intervals.ts";
import { cellIntervals } from "./cell_intervals.ts";
import type { ClaimSource } from "./claim.ts";
import { correlationDifferences } from "./correlation_differences.ts";
import { correlationIntervals } from "./correlation_intervals.ts";
import { grangerSize } from "./granger_size.ts";
import { johansenSize } from "./johansen_size.ts";
import { kalmanSignal } from "./kalman_signal.ts";
import { leadLagVerdicts } from "./lead_lag_verdicts.ts";
import { liveIntervals } from "./live_intervals.ts";
import { pearsonOfNormalPairs } from "./pearson_of_normal_pairs.ts";
import { tailsAndOverfitting } from "./tails_and_overfitting.ts";
import { dynamics } from "./dynamics.ts";
import { regimesOfFatTails } from "./regimes_of_fat_tails.ts";
import { revertingSpreads } from "./reverting_spreads.ts";
import { shortSamples } from "./short_samples.ts";
import { wildBootstrapSize } from "./wild_bootstrap_size.ts";

export type { Claim, ClaimSource } from "./claim.ts";

/** Every simulation of a planted truth that `deno task truth` judges the library by. */
export const CLAIMS: readonly ClaimSource[] = [
  pearsonOfNormalPairs,
  correlationIntervals,
  liveIntervals,
  cellIntervals,
  correlationDifferences,
  regimesOfFatTails,
  dynamics,
  tailsAndOverfitting,
  bootstrapIntervals,
  grangerSize,
  johansenSize,
  kalmanSignal,
  shortSamples,
  basisOfAPerpetual,
  wildBootstrapSize,
  revertingSpreads,
  leadLagVerdicts,
];
