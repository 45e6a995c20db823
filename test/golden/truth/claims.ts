import { bootstrapIntervals } from "./bootstrap_intervals.ts";
import { cellIntervals } from "./cell_intervals.ts";
import type { ClaimSource } from "./claim.ts";
import { correlationDifferences } from "./correlation_differences.ts";
import { correlationIntervals } from "./correlation_intervals.ts";
import { grangerSize } from "./granger_size.ts";
import { liveIntervals } from "./live_intervals.ts";
import { pearsonOfNormalPairs } from "./pearson_of_normal_pairs.ts";
import { tailsAndOverfitting } from "./tails_and_overfitting.ts";
import { regimesOfFatTails } from "./regimes_of_fat_tails.ts";

export type { Claim, ClaimSource } from "./claim.ts";

/** Every simulation of a planted truth that `deno task truth` judges the library by. */
export const CLAIMS: readonly ClaimSource[] = [
  pearsonOfNormalPairs,
  correlationIntervals,
  liveIntervals,
  cellIntervals,
  correlationDifferences,
  regimesOfFatTails,
  tailsAndOverfitting,
  bootstrapIntervals,
  grangerSize,
];
