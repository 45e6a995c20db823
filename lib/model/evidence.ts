import type { Source } from "./instrument.ts";

/** What a statistic rests on. */
export interface Evidence {
  /** Observations used. */
  readonly n: number;
  /** Observations there could have been while the markets were open. */
  readonly expected: number;
  /** Time covered, half-open, epoch ms UTC. */
  readonly from: number;
  readonly to: number;
  readonly method: string;
  readonly source: Source;
}

/** A statistic with its evidence, or the reason why there is none. Unknown is never 0. */
export type Estimate =
  | (Evidence & {
    readonly kind: "ok";
    readonly value: number;
    readonly ci: readonly [number, number];
  })
  | (Evidence & {
    readonly kind: "insufficient";
    readonly needed: number;
    readonly reason: string;
  });
