import type { ClaimSource } from "./claim.ts";
import { pearsonOfNormalPairs } from "./pearson_of_normal_pairs.ts";

export type { Claim, ClaimSource } from "./claim.ts";

/** Every simulation of a planted truth that `deno task truth` judges the library by. */
export const CLAIMS: readonly ClaimSource[] = [
  pearsonOfNormalPairs,
];
