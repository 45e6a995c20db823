import type { KnownMinutes } from "../bars/known_minutes.ts";
import { ABSENT_AT_VENUE } from "../bars/count_minutes.ts";
import type { MinuteLedger } from "../bars/minute_ledger.ts";
import type { Bar } from "../model/bar.ts";
import { hasBar, MinuteStatus } from "../model/minute_grid.ts";
import { DAY, floorTo, type Interval, MINUTE } from "../model/time.ts";
import type { CoverageState, StoredCoverage } from "./store.ts";

/** Reason of a stored stretch in which the market was shut. */
export const SHUT = "the market is shut";

/** What a minute is to the store, times 256; the lower byte is the revision. 0: nothing is stored of it. */
const COMPLETE = 1 << 8;
const ABSENT = 2 << 8;
const OUT_OF_SESSION = 3 << 8;
const MISSING = 4 << 8;
const DAY_MINUTES = DAY / MINUTE;

/** Minutes that a store lacks, or has otherwise. */
export interface MinuteChange {
  /** Oldest first. */
  readonly bars: readonly Bar[];
  /** What is known of these minutes now. */
  readonly coverage: readonly StoredCoverage[];
  /** Open times of what changed, ascending. */
  readonly times: readonly number[];
  /** Where to look on; `to` when all was looked at. */
  readonly next: number;
}

/**
 * What a store holds of one instrument's minutes, to find what its ledger has beyond. The ledger alone says what is
 * to be written: events that were lost, and writes that failed, cost nothing as long as the ledger keeps the minute.
 */
export class MinuteMirror {
  readonly #instrument: string;
  readonly #days = new Map<number, Uint16Array>();
  /** Why minutes came late, by open time. */
  readonly #late = new Map<number, string>();
  #isPending = false;
  /** Stretches that the feed has reported as gaps, oldest first, with their reasons. */
  readonly #gaps: (Interval & { readonly reason: string })[] = [];

  constructor(instrument: string) {
    this.#instrument = instrument;
  }

  /** The store holds these. */
  know(known: KnownMinutes): void {
    known.bars.openTime.forEach((time, row) => {
      this.#set(time, COMPLETE | Math.min(255, known.bars.revision[row]!));
    });
    for (const { from, to, isShut } of known.absences) {
      const code = isShut ? OUT_OF_SESSION : ABSENT;
      for (let time = from; time < to; time += MINUTE) {
        if (this.#get(time) === 0) this.#set(time, code);
      }
    }
  }

  /** Minutes that the ledger lacks are missing for this reason, until it has them. */
  gap(gap: Interval, reason: string): void {
    this.#gaps.push({ from: gap.from, to: gap.to, reason });
    if (this.#gaps.length > MAX_GAPS) this.#gaps.shift();
  }

  /** The minutes did not reach the store in time: they are listed as missing before they are written. */
  lose({ from, to }: Interval, reason: string): void {
    for (let time = from; time < to; time += MINUTE) {
      if (this.#get(time) >> 8 !== COMPLETE >> 8) this.#late.set(time, reason);
    }
  }

  /** Some of what was taken has to be taken once more. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** The minutes are not stored, whatever was said before: a write has failed. */
  forget(times: readonly number[]): void {
    for (const time of times) this.#set(time, 0);
  }

  /**
   * Takes what has changed in `[from, to)` as stored.
   *
   * @param limit most minutes.
   */
  take(ledger: MinuteLedger, { from, to }: Interval, limit: number): MinuteChange {
    const times: number[] = [], bars: Bar[] = [];
    const reasons = new Map<number, string>();
    this.#isPending = false;
    const end = Math.min(to, ledger.to);
    let time = Math.max(floorTo(from, MINUTE), ledger.from);
    for (; time < end && times.length < limit; time += MINUTE) {
      const known = this.#codeOf(ledger, time);
      const stored = this.#get(time);
      if (known === 0 || known === stored) continue;
      // A bar of an earlier run that this ledger does not have: the simulated market begins anew with each run.
      if (known === MISSING && stored >> 8 === COMPLETE >> 8) continue;
      const late = this.#late.get(time);
      const code = late === undefined ? known : MISSING;
      if (late !== undefined) {
        this.#late.delete(time);
        reasons.set(time, late);
        this.#isPending = true;
      }
      this.#set(time, code);
      times.push(time);
      const bar = code >> 8 === COMPLETE >> 8 ? ledger.at(time) : undefined;
      if (bar !== undefined) bars.push(bar);
    }
    return {
      bars,
      times,
      coverage: this.#coverageOf(times, reasons),
      next: time < end ? time : to,
    };
  }

  #codeOf(ledger: MinuteLedger, time: number): number {
    const status = ledger.statusAt(time);
    if (hasBar(status)) return COMPLETE | ledger.revisionAt(time);
    if (status === MinuteStatus.Absent) return ABSENT;
    if (status === MinuteStatus.OutOfSession) return OUT_OF_SESSION;
    return this.#gapAt(time) === undefined ? 0 : MISSING;
  }

  #gapAt(time: number) {
    return this.#gaps.findLast(({ from, to }) => time >= from && time < to);
  }

  /** Stretches of one state among these minutes. */
  #coverageOf(
    times: readonly number[],
    reasons: ReadonlyMap<number, string>,
  ): StoredCoverage[] {
    const rows: { state: number; from: number; to: number; reason: string }[] = [];
    for (const time of times) {
      const state = this.#get(time) >> 8;
      const reason = REASONS[state] ?? reasons.get(time) ?? this.#gapAt(time)?.reason ?? "";
      const last = rows.at(-1);
      if (last?.to === time && last.state === state && last.reason === reason) {
        last.to = time + MINUTE;
      } else rows.push({ state, from: time, to: time + MINUTE, reason });
    }
    return rows.map(({ from, to, state, reason }) => ({
      instrument: this.#instrument,
      stepMs: MINUTE,
      from,
      to,
      state: STATES[state]!,
      reason,
    }));
  }

  #get(time: number): number {
    const day = Math.floor(time / DAY);
    return this.#days.get(day)?.[time / MINUTE - day * DAY_MINUTES] ?? 0;
  }

  #set(time: number, code: number): void {
    const day = Math.floor(time / DAY);
    let minutes = this.#days.get(day);
    if (minutes === undefined) this.#days.set(day, minutes = new Uint16Array(DAY_MINUTES));
    minutes[time / MINUTE - day * DAY_MINUTES] = code;
  }
}

const MAX_GAPS = 1_000;

/** By code. */
const STATES: readonly CoverageState[] = ["missing", "complete", "closed", "closed", "missing"];
/** The same; undefined where it is that of the gap. */
const REASONS = [undefined, "", ABSENT_AT_VENUE, SHUT, undefined];
