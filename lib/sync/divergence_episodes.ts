import { checkAboveZero, liveNumber } from "../stats/numbers.ts";
import { MINUTE } from "../model/time.ts";

/** How far apart two markets must be; all in standard deviations, by size. */
export interface DivergenceLimits {
  /** An episode begins at this size. @default 2 */
  readonly minor?: number;
  /** From this size on it is major. @default 3 */
  readonly major?: number;
  /** It ends below this size, or on the other side of 0. @default 1 */
  readonly clear?: number;
}

/** Options of {@link DivergenceEpisodes}. */
export interface EpisodeOptions extends DivergenceLimits {
  /** Length of a row, ms. @default 60,000 */
  readonly stepMs?: number;
}

/** Why an episode ended: the score came back, its gate closed, or it was not known any more. */
export type EpisodeEnd = "back" | "disarmed" | "unknown";

/** Two markets apart, from the row in which the score went beyond the limit. */
export interface DivergenceEpisode {
  /** Open time of its first row, epoch ms UTC; known at that row's end. */
  readonly from: number;
  /** End of its last row, epoch ms UTC. */
  readonly to: number;
  /** `a` where the first market has risen more, `b` where the second has. */
  readonly direction: "a" | "b";
  /** The score of largest size, with its sign. */
  readonly peak: number;
  /** Open time of the peak's row. */
  readonly peakTime: number;
  /** Minor, or major once its peak was. */
  readonly severity: "minor" | "major";
  /** Undefined while it goes on. */
  readonly ended: EpisodeEnd | undefined;
}

/** Gate of a row: the score counts, it does not, or it is not known. */
export type EpisodeGate = "armed" | "disarmed" | "unknown";

/**
 * Divergences as episodes, row by row; nothing looks ahead: what is said of a row never changes. An episode begins with
 * the first armed score of `minor` size or more, and ends with the first row that is smaller than `clear`, on the other
 * side of 0, not armed or not known. A row that is missing is not known. O(1) a row.
 *
 * @example
 * ```ts
 * import { DivergenceEpisodes } from "./divergence_episodes.ts";
 * import assert from "node:assert/strict";
 * const found = new DivergenceEpisodes();
 * [0.4, 2.2, 3.1, 1.5, 0.7].forEach((score, i) => found.push(i * 60_000, score, "armed"));
 * const { from, to, peak, severity, ended } = found.episodes[0]!;
 * assert.deepEqual([from, to, peak, severity, ended], [60_000, 240_000, 3.1, "major", "back"]);
 * ```
 */
export class DivergenceEpisodes {
  readonly limits: Required<DivergenceLimits>;
  readonly #stepMs: number;
  readonly #ended: DivergenceEpisode[] = [];
  #open: DivergenceEpisode | undefined;
  #next = NaN;

  /** @throws {RangeError} unless `0 < clear ≤ minor ≤ major`. */
  constructor(options: EpisodeOptions = {}) {
    const { minor = 2, major = 3, clear = Math.min(1, minor), stepMs = MINUTE } = options;
    for (const [name, value] of Object.entries({ minor, major, clear, stepMs })) {
      checkAboveZero(name, value);
    }
    if (!(clear <= minor && minor <= major)) {
      throw new RangeError(
        `limits must be clear ≤ minor ≤ major, got ${clear}, ${minor} and ${major}`,
      );
    }
    this.limits = { minor, major, clear };
    this.#stepMs = stepMs;
  }

  /** All of them, oldest first; the last may go on. */
  get episodes(): readonly DivergenceEpisode[] {
    return this.#open === undefined ? this.#ended : [...this.#ended, this.#open];
  }

  /** The one that goes on; undefined when there is none. */
  get current(): DivergenceEpisode | undefined {
    return this.#open;
  }

  /**
   * Takes the next row.
   *
   * @param openTime epoch ms UTC, ascending.
   * @param score in standard deviations; NaN while unknown.
   */
  push(openTime: number, score: number, gate: EpisodeGate): void {
    if (!Number.isFinite(openTime)) {
      throw new RangeError(`openTime must be finite, got ${openTime}`);
    }
    liveNumber(score, "score");
    const isNext = openTime === this.#next;
    this.#next = openTime + this.#stepMs;
    if (this.#open !== undefined) {
      this.#goOn(this.#open, openTime, score, isNext ? gate : "unknown");
    }
    if (this.#open === undefined && gate === "armed") this.#begin(openTime, score);
  }

  #goOn(open: DivergenceEpisode, openTime: number, score: number, gate: EpisodeGate): void {
    const ended = this.#endBy(open, score, gate);
    if (ended !== undefined) {
      this.#ended.push({ ...open, ended });
      this.#open = undefined;
      return;
    }
    const isFurther = Math.abs(score) > Math.abs(open.peak);
    this.#open = {
      ...open,
      to: openTime + this.#stepMs,
      ...(isFurther
        ? { peak: score, peakTime: openTime, severity: this.#severityOf(score) }
        : undefined),
    };
  }

  #endBy(open: DivergenceEpisode, score: number, gate: EpisodeGate): EpisodeEnd | undefined {
    if (gate === "unknown" || !Number.isFinite(score)) return "unknown";
    if (gate === "disarmed") return "disarmed";
    const isSameSide = score > 0 === (open.direction === "a");
    return isSameSide && Math.abs(score) >= this.limits.clear ? undefined : "back";
  }

  #begin(openTime: number, score: number): void {
    if (!(Math.abs(score) >= this.limits.minor && Number.isFinite(score))) return;
    this.#open = {
      from: openTime,
      to: openTime + this.#stepMs,
      direction: score > 0 ? "a" : "b",
      peak: score,
      peakTime: openTime,
      severity: this.#severityOf(score),
      ended: undefined,
    };
  }

  #severityOf(score: number): "minor" | "major" {
    return Math.abs(score) >= this.limits.major ? "major" : "minor";
  }
}
