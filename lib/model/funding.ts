import { floorTo, HOUR, MINUTE } from "./time.ts";

/** What a venue says of a perpetual's next funding; it changes until it is paid. */
export interface FundingEstimate {
  /** When the venue said so, epoch ms UTC. */
  readonly time: number;
  /** Price by which positions are valued. */
  readonly markPrice: number;
  /** Price of what the future stands for; null where it is not said. */
  readonly indexPrice: number | null;
  /** Share of a position's value that who is long pays to who is short; null where it is not known. */
  readonly rate: number | null;
  /** When it falls due, epoch ms UTC; null where it is not known. */
  readonly nextTime: number | null;
}

/** Funding that has been paid. */
export interface FundingPayment {
  /** A whole hour, epoch ms UTC. */
  readonly time: number;
  /** Share of a position's value that who was long paid to who was short; null where the venue's own word is no rate. */
  readonly rate: number | null;
  /** By which positions were valued; null where it is not known. */
  readonly markPrice: number | null;
}

/** A time at which funding fell due. */
export interface DueFunding {
  readonly time: number;
  /** Null where it is not known what was paid. */
  readonly rate: number | null;
}

/** Funding of perpetuals falls due every eight hours at 00:00, 08:00 and 16:00 UTC, or more often: every four, two or one. */
export const LONGEST_FUNDING_MS = 8 * HOUR;

/** Rates beyond it are damage: venues cap theirs at a few hundredths. */
export const HIGHEST_FUNDING_RATE = 0.1;

/** The hour that is meant: venues write times of funding some milliseconds after it. NaN where none is near. */
export function fundingHour(time: number): number {
  const hour = floorTo(time + MINUTE, HOUR);
  return Math.abs(time - hour) <= MINUTE ? hour : NaN;
}

/**
 * Payments in order of time, each time once. Of two for one time the one received later counts.
 *
 * @returns the same list where nothing is new.
 */
export function mergedFundings(
  known: readonly FundingPayment[],
  received: readonly FundingPayment[],
): readonly FundingPayment[] {
  const byTime = new Map(known.map((one) => [one.time, one]));
  let isNew = false;
  for (const one of received) {
    const before = byTime.get(one.time);
    if (before?.rate === one.rate && before.markPrice === one.markPrice) continue;
    isNew = true;
    byTime.set(one.time, one);
  }
  return isNew ? [...byTime.values()].sort((a, b) => a.time - b.time) : known;
}

/**
 * When funding fell due in `[from, to)`, and at what rate. The venue lists payments and not what it left out, so what is
 * missing is seen by the time between those beside it: of two such times the longer is taken, as venues change it, and
 * never more than eight hours. Where no payment is known at all, every eight hours.
 */
export function dueFundings(
  payments: readonly FundingPayment[],
  from: number,
  to: number,
): DueFunding[] {
  const due: DueFunding[] = [];
  const add = (time: number, rate: number | null) => {
    if (time >= from && time < to) due.push({ time, rate });
  };
  const first = payments[0], last = payments.at(-1);
  if (first === undefined || last === undefined) {
    for (let time = nextMultiple(from); time < to; time += LONGEST_FUNDING_MS) add(time, null);
    return due;
  }
  const before = stepAt(payments, 0);
  const missed = Math.max(0, Math.floor((first.time - from) / before));
  for (let back = missed; back > 0; back--) add(first.time - back * before, null);
  payments.forEach(({ time, rate }, i) => {
    add(time, rate);
    const next = payments[i + 1]?.time ?? to;
    const stepMs = i + 1 < payments.length ? usualStep(payments, i) : stepAt(payments, i - 1);
    for (let gap = time + stepMs; gap < next; gap += stepMs) add(gap, null);
  });
  return due;
}

function nextMultiple(time: number): number {
  return Math.ceil(time / LONGEST_FUNDING_MS) * LONGEST_FUNDING_MS;
}

/** Time from payment `i` to the next, at most eight hours, which is also what is taken where there is none. */
function stepAt(payments: readonly FundingPayment[], i: number): number {
  const from = payments[i]?.time, to = payments[i + 1]?.time;
  return from === undefined || to === undefined
    ? LONGEST_FUNDING_MS
    : Math.min(LONGEST_FUNDING_MS, to - from);
}

/** How long payments lie apart beside the gap after payment `i`. */
function usualStep(payments: readonly FundingPayment[], i: number): number {
  const sides = [i - 1, i + 1].filter((at) => at >= 0 && at + 1 < payments.length);
  const steps = sides.map((at) => stepAt(payments, at));
  return steps.length === 0 ? LONGEST_FUNDING_MS : Math.max(...steps);
}
