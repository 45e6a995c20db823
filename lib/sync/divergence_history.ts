import { SessionClock } from "../calendar/market_sessions.ts";
import { type MinuteGrid, minutesWithin } from "../model/minute_grid.ts";
import { MINUTE } from "../model/time.ts";
import { RollingCorrelation } from "../stats/rolling/rolling_correlation.ts";
import { DivergenceScore } from "./divergence.ts";
import {
  type DivergenceEpisode,
  DivergenceEpisodes,
  type DivergenceLimits,
  type EpisodeGate,
} from "./divergence_episodes.ts";
import { ARMING_CORRELATION, DIVERGENCE_MINUTES } from "./divergence_reading.ts";
import { defaultMinPeriods } from "./pair_window.ts";
import { returnsOf } from "./returns.ts";

/** Options of {@link divergenceHistory}. */
export interface DivergenceHistoryOptions extends DivergenceLimits {
  /** One-minute returns in the correlation that arms. @default 60 */
  readonly correlationWindow?: number;
}

/** The divergence of a pair over all minutes that both grids have, oldest first. */
export interface DivergenceHistory {
  /** Open time of the first minute, epoch ms UTC; row `i` is `i` minutes later. NaN without any. */
  readonly start: number;
  readonly length: number;
  /** In standard deviations; NaN where unknown. */
  readonly score: Float64Array;
  /** 1 where the score counts: correlation above 0.4, in US regular hours. */
  readonly armed: Uint8Array;
  readonly episodes: readonly DivergenceEpisode[];
}

const NEW_YORK = new SessionClock("us");

/**
 * The divergence of two markets minute by minute, and its episodes. Each minute is scored and armed as it was when it
 * closed: by the five-minute changes up to then, and the correlation of the returns up to then. O(minutes).
 */
export function divergenceHistory(
  a: MinuteGrid,
  b: MinuteGrid,
  options: DivergenceHistoryOptions = {},
): DivergenceHistory {
  const tracker = new DivergenceTracker(options);
  tracker.advance(a, b);
  return tracker.history;
}

/** Minutes before one that its score and the correlation that arms it may rest on, beside the window of that. */
const WARM_UP = 70;

/** Gates by their code. */
const GATES: readonly EpisodeGate[] = ["unknown", "disarmed", "armed"];

/**
 * {@link divergenceHistory} that is kept up to date: each minute costs what is new of it, and a long past can be gone
 * through in pieces. What was corrected or came late is judged anew from there on; a past that reaches further back, from
 * its beginning.
 */
export class DivergenceTracker {
  readonly #limits: DivergenceLimits;
  readonly #window: number;
  /** What has been judged, one row a minute. */
  #start = NaN;
  #rows = 0;
  #known = new KnownMinutes(0);
  #score = new Float64Array(0);
  #gate = new Uint8Array(0);
  /** Where the minutes that both grids have end, when last looked at. */
  #length = 0;
  #judges:
    | { readonly score: DivergenceScore; readonly correlation: RollingCorrelation }
    | undefined;

  /** @throws {RangeError} for limits out of order and a window that is none. */
  constructor(options: DivergenceHistoryOptions = {}) {
    const { correlationWindow = 60, ...limits } = options;
    this.#limits = limits;
    this.#window = correlationWindow;
    new DivergenceEpisodes(limits);
    this.#newJudges();
  }

  /** Whether all minutes of the grids that were last given have been judged. */
  get isWhole(): boolean {
    return this.#rows === this.#length;
  }

  /** What has been judged so far, from the first minute that both grids have. */
  get history(): DivergenceHistory {
    const length = this.#rows, start = this.#start;
    const episodes = new DivergenceEpisodes(this.#limits);
    for (let row = 0; row < length; row++) {
      episodes.push(start + row * MINUTE, this.#score[row]!, GATES[this.#gate[row]!]!);
    }
    return {
      start: length === 0 ? NaN : start,
      length,
      score: this.#score.slice(0, length),
      armed: Uint8Array.from(this.#gate.subarray(0, length), (code) => code === 2 ? 1 : 0),
      episodes: episodes.episodes,
    };
  }

  /**
   * Judges minutes that are new, or are not as they were.
   *
   * @param most at most so many. @default all
   * @returns {@link isWhole}
   */
  advance(a: MinuteGrid, b: MinuteGrid, most = Infinity): boolean {
    const start = Math.max(a.start, b.start);
    const length = Math.max(0, (Math.min(endOf(a), endOf(b)) - start) / MINUTE || 0);
    const ofA = minutesWithin(a, start, start + length * MINUTE);
    const ofB = minutesWithin(b, start, start + length * MINUTE);
    const isSameStart = start === this.#start;
    const same = isSameStart ? this.#known.sameRows(ofA, ofB, Math.min(this.#rows, length)) : 0;
    this.#start = start;
    this.#length = length;
    if (length > this.#score.length) this.#grow(Math.max(length, 2 * this.#score.length));
    if (same < this.#rows || this.#judges === undefined) this.#goBackTo(same, a, b);
    const end = Math.min(length, this.#rows + most);
    this.#judge(a, b, this.#rows, end, (row, score, gate) => {
      this.#score[row] = score;
      this.#gate[row] = gate;
    });
    this.#known.take(ofA, ofB, this.#rows, end);
    this.#rows = end;
    return this.isWhole;
  }

  /** Everything from this row on is forgotten; what it rests on is gone through again. */
  #goBackTo(row: number, a: MinuteGrid, b: MinuteGrid): void {
    this.#newJudges();
    this.#rows = row;
    this.#judge(a, b, Math.max(0, row - this.#window - WARM_UP), row, () => {});
  }

  #newJudges(): void {
    this.#judges = {
      score: new DivergenceScore({ horizon: DIVERGENCE_MINUTES }),
      correlation: new RollingCorrelation({
        window: this.#window,
        minPeriods: defaultMinPeriods(this.#window),
      }),
    };
  }

  #judge(
    a: MinuteGrid,
    b: MinuteGrid,
    from: number,
    to: number,
    take: (row: number, score: number, gate: number) => void,
  ): void {
    if (to <= from) return;
    const { score, correlation } = this.#judges!;
    const [returnsA, returnsB] = [a, b].map((grid) => {
      const time = this.#start + from * MINUTE;
      // A return needs the minute before.
      const part = minutesWithin(grid, time - MINUTE, this.#start + to * MINUTE);
      const { value, start } = returnsOf(part, "1m");
      return value.subarray((time - start) / MINUTE);
    });
    for (let row = from; row < to; row++) {
      const returnA = returnsA![row - from]!, returnB = returnsB![row - from]!;
      const value = score.push(returnA, returnB);
      correlation.push(returnA, returnB);
      take(row, value, gateOf(value, correlation.value, this.#start + row * MINUTE));
    }
  }

  #grow(capacity: number): void {
    const score = new Float64Array(capacity), gate = new Uint8Array(capacity);
    score.set(this.#score);
    gate.set(this.#gate);
    this.#score = score;
    this.#gate = gate;
    this.#known = this.#known.grown(capacity);
  }
}

/** What minutes were when they were judged: all that a return rests on. */
class KnownMinutes {
  readonly #sides: readonly {
    readonly close: Float64Array;
    readonly status: Uint8Array;
    readonly contract: Uint8Array;
  }[];

  constructor(capacity: number) {
    this.#sides = [0, 1].map(() => ({
      close: new Float64Array(capacity),
      status: new Uint8Array(capacity),
      contract: new Uint8Array(capacity),
    }));
  }

  grown(capacity: number): KnownMinutes {
    const next = new KnownMinutes(capacity);
    next.#sides.forEach(({ close, status, contract }, i) => {
      const own = this.#sides[i]!;
      close.set(own.close);
      status.set(own.status);
      contract.set(own.contract);
    });
    return next;
  }

  take(a: MinuteGrid, b: MinuteGrid, from: number, to: number): void {
    [a, b].forEach((grid, i) => {
      const own = this.#sides[i]!;
      own.close.set(grid.close.subarray(from, to), from);
      own.status.set(grid.status.subarray(from, to), from);
      own.contract.set(grid.contract.subarray(from, to), from);
    });
  }

  /** The first row before `end` that is not as it was; `end` where all are. */
  sameRows(a: MinuteGrid, b: MinuteGrid, end: number): number {
    const firstOther = (grid: MinuteGrid, side: number, to: number) => {
      const { close, status, contract } = this.#sides[side]!;
      for (let row = 0; row < to; row++) {
        const isSame = status[row] === grid.status[row] &&
          contract[row] === grid.contract[row] && Object.is(close[row], grid.close[row]);
        if (!isSame) return row;
      }
      return to;
    };
    return firstOther(b, 1, firstOther(a, 0, end));
  }
}

function gateOf(score: number, correlation: number, time: number): number {
  if (Number.isNaN(score) || Number.isNaN(correlation)) return 0;
  return correlation > ARMING_CORRELATION && NEW_YORK.isOpen(time) ? 2 : 1;
}

function endOf({ start, length }: MinuteGrid): number {
  return start + length * MINUTE;
}
