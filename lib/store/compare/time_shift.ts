import { DAY, HOUR, type Interval } from "../../model/time.ts";
import type { BarSeries } from "./bar_series.ts";
import { correlationOf, evidenceOf, type MoveSums, noSums } from "./bar_moves.ts";
import { bestPath } from "./best_path.ts";
import { FARTHEST, MovePair } from "./move_pair.ts";

/** A stretch of our time in which theirs is late by one constant. */
export interface ShiftStretch extends Interval {
  /** Their time of a bar less ours, ms: above 0 their times are late. */
  readonly shiftMs: number;
  /** Pairs of bar-to-bar moves it rests on. */
  readonly n: number;
  /** Correlation of those moves. */
  readonly r: number;
}

/** How far their times are from ours. */
export interface TimeShift {
  /** In time order, the whole of the time both sides may share; empty where the shift is not known. */
  readonly stretches: readonly ShiftStretch[];
  /** Shifts that were tried. */
  readonly tried: number;
}

/** Shifts that are looked at day by day. */
const MOST_LIKELY = 8;
/** What clocks change by, and one bar too late or early. */
const CLOCK_CHANGES = [HOUR, HOUR / 2, 2 * HOUR];
/** Off the grid of bars by one constant: so many different constants are tried, if so many rows have them. */
const MOST_PHASES = 4;
const PHASE_SHARE = 0.05;
/** Evidence that a change of the shift must outweigh, and that the whole must have. */
const CHANGE_COST = 15;
const LEAST_EVIDENCE = 10;

/**
 * Finds by how much the times of one side are off, and from when on: the moves from bar to bar of one market agree at
 * one shift alone. Offsets and units of the prices do not matter.
 *
 * Work grows with the rows; what is tried on all of them are few shifts.
 */
export function findTimeShift(ours: BarSeries, theirs: BarSeries, stepMs: number): TimeShift {
  const pair = new MovePair(ours, theirs, stepMs);
  const candidates = candidateShifts(theirs, stepMs);
  const sampled = candidates.map((shiftMs) => ({ shiftMs, evidence: pair.sampled(shiftMs) }))
    .sort((a, b) => b.evidence - a.evidence || Math.abs(a.shiftMs) - Math.abs(b.shiftMs));
  const best = sampled[0]?.shiftMs ?? 0;
  const near = [...CLOCK_CHANGES, stepMs].flatMap((by) => [best + by, best - by]);
  const likely = new Set([0, ...sampled.slice(0, MOST_LIKELY).map((one) => one.shiftMs), ...near]);
  const shifts = [...likely];
  const days = pair.days();
  const table = shifts.map((shiftMs) => pair.byDay(shiftMs));
  const path = bestPath(table.map((sums) => sums.map(evidenceOf)), CHANGE_COST);
  const enough = Math.log(candidates.length) + LEAST_EVIDENCE;
  if (path === undefined || path.evidence < enough) {
    return { stretches: [], tried: candidates.length };
  }
  const stretches: ShiftStretch[] = [];
  for (let day = 0; day < days.length; day++) {
    const choice = path.choices[day]!;
    const first = day;
    while (path.choices[day + 1] === choice) day++;
    const sums = total(table[choice]!.slice(first, day + 1));
    stretches.push({
      from: first === 0 ? days[0]! : pair.boundary(
        stretches.at(-1)!.shiftMs,
        shifts[choice]!,
        { from: days[first]! - DAY, to: days[first]! + DAY },
      ),
      to: days[day]! + DAY,
      shiftMs: shifts[choice]!,
      n: sums.n,
      r: correlationOf(sums),
    });
  }
  return {
    stretches: stretches.map((one, at) => ({ ...one, to: stretches[at + 1]?.from ?? one.to })),
    tried: candidates.length,
  };
}

/** Whole bars up to a day either way, plus what their times are off the grid by. */
function candidateShifts({ openTime }: BarSeries, stepMs: number): number[] {
  const counts = new Map<number, number>();
  for (const time of openTime) {
    const phase = time - Math.floor(time / stepMs) * stepMs;
    if (!counts.has(phase) && counts.size > MOST_PHASES_SEEN) continue;
    counts.set(phase, (counts.get(phase) ?? 0) + 1);
  }
  const phases = [...counts].filter(([, count]) => count >= PHASE_SHARE * openTime.length)
    .sort((a, b) => b[1] - a[1]).slice(0, MOST_PHASES).map(([phase]) => phase);
  const whole = Math.ceil(FARTHEST / stepMs);
  const steps = Array.from({ length: 2 * whole + 1 }, (_, i) => (i - whole) * stepMs);
  const shifts = phases.flatMap((phase) => steps.map((step) => step + phase));
  return shifts.length > 0 ? shifts : [0];
}

/** Different constants that are counted at most. */
const MOST_PHASES_SEEN = 1_000;

function total(sums: readonly MoveSums[]): MoveSums {
  const all = noSums();
  for (const { n, xy, xx, yy } of sums) {
    all.n += n;
    all.xy += xy;
    all.xx += xx;
    all.yy += yy;
  }
  return all;
}
